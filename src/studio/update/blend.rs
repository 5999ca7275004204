//! An ensemble of what was trained.

use super::super::project::Run;
use super::super::words;
use super::*;
use crate::job::InputFact;
use crate::model::blend::Blend;
use crate::validate::{Blended, Fit, Report};

impl Studio {
    /// Runs that an ensemble could average: trained to their end on the design and the data as they are; best first.
    pub fn blendable(&self) -> Vec<RunId> {
        let Some(design) = &self.project.design else {
            return Vec::new();
        };
        let can = |run: &&Run| {
            !run.from_package
                && !run.is_baseline()
                && run.spec().is_some()
                && run.report.fit == Fit::All
                && (&run.design.dataset, &run.design.split) == (&design.dataset, &design.split)
                && self.stale_reason(run).is_none()
        };
        let mut left: Vec<RunId> = self.project.runs.iter().filter(can).map(|run| run.id).collect();
        let mut ordered = Vec::new();
        while let Some(best) = self.best_of(&left).filter(|_| ordered.len() < Blend::MOST_MEMBERS) {
            left.retain(|run| *run != best);
            ordered.push(best);
        }
        ordered
    }

    /// Average what was trained, where that is better.
    pub(super) fn blend(&mut self) -> Vec<Command> {
        let runs = self.blendable();
        if runs.len() < 2 {
            self.tell(Tone::Information, "An ensemble needs two models besides the baseline that still count.", None);
            return Vec::new();
        }
        if self.table.is_none() || self.make_way("make an ensemble").is_err() {
            return Vec::new();
        }
        let name = |run: &RunId| Some((*run, self.run(*run)?.name.clone()));
        let members: Vec<(RunId, String)> = runs.iter().filter_map(name).collect();
        let run = self.project.next_run;
        self.project.next_run += 1;
        let ticket = self.start_job(JobKind::Blend);
        vec![Self::engine(Request::Blend { ticket, members, run })]
    }

    pub(super) fn blended(
        &mut self,
        ticket: Ticket,
        run: RunId,
        told: &Blended,
        (report, inputs): (Option<Report>, Vec<InputFact>),
        bytes: Vec<u8>,
    ) -> Vec<Command> {
        if !self.is_job(ticket) {
            return Vec::new();
        }
        self.job = None;
        let metric = told.metric.name();
        let scores = format!("{metric} {:.4} against {:.4} of the best single model", told.score, told.single);
        let Some(report) = report else {
            self.tell(
                Tone::Information,
                format!("No average of these models is better than the best of them on rows that its weights had not seen: {scores}. Nothing was added."),
                None,
            );
            return Vec::new();
        };
        let Some(design) = self.project.design.clone().filter(|_| self.project.data.is_some()) else {
            return Vec::new();
        };
        let name = self.free_name("Ensemble");
        let n = words::counted(told.members.len() as u64, "model");
        self.log(format!("Made {name} of {n}: {scores}."));
        let made_of = (design, Blended::CANDIDATE);
        let made = Run::new((run, name), made_of, report, inputs, self.clock.date.clone(), self.project.data.as_ref());
        self.project.runs.push(made);
        drop(self.select_run(Some(run)));
        let mut commands = self.keep_run_bytes(run, bytes);
        commands.extend(self.save());
        commands
    }
}
