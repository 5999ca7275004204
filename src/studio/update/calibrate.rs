//! A calibrated candidate of one that was trained.

use super::super::calibrate::Calibrated;
use super::super::project::Run;
use super::*;
use crate::job::InputFact;
use crate::tune::calibrate::Way;
use crate::validate::Report;

impl Studio {
    /// Bend the probabilities of the run that is looked at.
    pub(super) fn calibrate(&mut self, way: Way) -> Vec<Command> {
        let Some(run) = self.selected_run.filter(|_| self.calibrates()) else { return Vec::new() };
        if self.explained.calibrations.is_none() || self.make_way("calibrate").is_err() {
            return Vec::new();
        }
        let becomes = self.project.next_run;
        self.project.next_run += 1;
        let ticket = self.start_job(JobKind::Calibrate);
        vec![Self::engine(Request::Calibrate { ticket, run, way, becomes })]
    }

    pub(super) fn calibrated(
        &mut self,
        ticket: Ticket,
        (of, run, way): (RunId, RunId, Way),
        (report, inputs): (Report, Vec<InputFact>),
        bytes: Vec<u8>,
    ) -> Vec<Command> {
        if !self.is_job(ticket) {
            return Vec::new();
        }
        self.job = None;
        let found = self.explained.calibrations.as_ref().filter(|_| self.selected_run == Some(of));
        let tried = found.and_then(|found| Some((found.without, found.tried.iter().find(|tried| tried.way == way)?)));
        let (Some((without, tried)), Some(own)) = (tried, self.run(of)) else { return Vec::new() };
        let calibrated = Calibrated { of: own.name.clone(), way, without, with: tried.quality };
        let name = self.free_name(&format!("{}, calibrated", own.name));
        let made = Run {
            id: run,
            name: name.clone(),
            report,
            inputs,
            ended: self.clock.date.clone(),
            importance: None,
            red_team: None,
            slices: None,
            fairness: None,
            curve: None,
            calibrated: Some(calibrated),
            ..own.clone()
        };
        self.log(format!("Made {name}: its probabilities are bent by {}.", way.name()));
        self.project.runs.push(made);
        let mut commands = self.select_run(Some(run));
        commands.extend(self.keep_run_bytes(run, bytes));
        commands.extend(self.save());
        commands
    }
}
