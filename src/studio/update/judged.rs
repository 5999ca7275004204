//! Predictions that were made elsewhere: their columns are chosen, then they are judged.

use super::super::judged::{Judging, NO_MODEL, Step};
use super::super::project::Run;
use super::*;
use crate::dataset::Role;
use crate::validate::Report;
use crate::validate::judged::{JudgeSpec, Look};

impl Studio {
    pub(super) fn judge(&mut self, step: Step) -> Vec<Command> {
        match step {
            Step::Open if self.table.is_none() => {
                self.tell(
                    Tone::Information,
                    "There is no table yet. Drop one with the truth and the predictions.",
                    None,
                );
                Vec::new()
            }
            Step::Open => {
                self.judging = Some(Judging::default());
                let mut commands = self.show(View::Stage(Stage::Design));
                commands.extend(self.look_at_predictions(None));
                commands
            }
            Step::Change(spec) => {
                if let Some(judging) = &mut self.judging {
                    judging.guess.clear();
                }
                self.look_at_predictions(Some(spec))
            }
            Step::Close => quietly(|| self.judging = None),
            Step::Start => self.start_judging(),
        }
    }

    fn look_at_predictions(&mut self, spec: Option<JudgeSpec>) -> Vec<Command> {
        let ticket = self.ticket();
        let Some(judging) = &mut self.judging else { return Vec::new() };
        judging.ticket = ticket;
        judging.look = None;
        if let Some(spec) = &spec {
            judging.spec = spec.clone();
        }
        vec![Self::engine(Request::LookAtPredictions { ticket, spec })]
    }

    /// What the values propose is rounded off by what they propose of groups and times.
    pub(super) fn looked_at_predictions(&mut self, ticket: Ticket, mut look: Look) -> Vec<Command> {
        let first = self.judging.as_ref().is_some_and(|judging| judging.spec == JudgeSpec::default());
        let free = |spec: &JudgeSpec, column: &String| spec.truth != *column && !spec.is_judging(column);
        let mut more = false;
        for proposal in self.proposals.iter().filter(|_| first && !look.spec.scores.is_empty()) {
            let (column, place) = match proposal {
                Proposal::Group { column, .. } if free(&look.spec, column) => (column, &mut look.spec.group),
                Proposal::Time { column, .. } if free(&look.spec, column) => (column, &mut look.spec.time),
                Proposal::Group { .. } | Proposal::Time { .. } | Proposal::Repeats { .. } => continue,
            };
            *place = Some(column.clone());
            look.guess += &format!("{} ", proposal.reason());
            more = true;
        }
        let Some(judging) = self.judging.as_mut().filter(|judging| judging.ticket == ticket) else { return Vec::new() };
        judging.spec = look.spec.clone();
        if first {
            judging.guess = std::mem::take(&mut look.guess);
        }
        judging.look = Some(look);
        let spec = judging.spec.clone();
        if more { self.look_at_predictions(Some(spec)) } else { Vec::new() }
    }

    fn start_judging(&mut self) -> Vec<Command> {
        let fits = |look: &Look| look.problem.is_none();
        let ready = self.judging.as_ref().filter(|judging| judging.look.as_ref().is_some_and(fits));
        let Some(mut spec) = ready.map(|judging| judging.spec.clone()) else { return Vec::new() };
        if self.make_way("judge predictions").is_err() {
            return Vec::new();
        }
        let roles = self.project.design.iter().flat_map(|design| &design.dataset.roles);
        let sensitive = roles.filter(|(name, role)| *role == Role::Sensitive && !spec.is_judging(name));
        spec.sensitive = sensitive.map(|(name, _)| name.clone()).collect();
        let first_run = self.project.next_run;
        self.project.next_run += spec.scores.len() as u32;
        let ticket = self.start_job(JobKind::Judge);
        vec![Self::engine(Request::Judge { ticket, spec, first_run })]
    }

    pub(super) fn judged(
        &mut self,
        ticket: Ticket,
        (run, name, how): (RunId, &str, &str),
        (design, report): (Design, Report),
        last: bool,
        bytes: Vec<u8>,
    ) -> Vec<Command> {
        if self.project.data.is_none() || !self.is_job(ticket) {
            return Vec::new();
        }
        let name = self.free_name(name);
        let rows = words::counted(report.n_rows.into(), "row");
        self.log(format!("Judged {name}, which was predicted elsewhere, by {}: {how}, {rows}.", report.target));
        // Of no candidate here.
        let made_of = (design, u32::MAX);
        let made =
            Run::new((run, name), made_of, report, Vec::new(), self.clock.date.clone(), self.project.data.as_ref());
        self.project.runs.push(made);
        let mut commands = self.keep_run_bytes(run, bytes);
        if last {
            self.job = None;
            self.judging = None;
            let design = self.project.runs.last().map(|run| run.design.clone());
            let same = |run: &&Run| run.is_given() && Some(&run.design.dataset) == design.as_ref().map(|d| &d.dataset);
            let all: Vec<RunId> = self.project.runs.iter().filter(same).map(|run| run.id).collect();
            let best = self.best_of(&all);
            commands.extend(self.select_run(best));
            commands.extend(self.show_trust(super::super::explain::TrustTab::Findings));
        }
        commands.extend(self.save());
        commands
    }

    /// Says that there is no model, where an action needs that of a run without one.
    pub(super) fn lacks_model(&mut self, action: &Action) -> bool {
        let of = match action {
            Action::MakePackage(run)
            | Action::Register(run)
            | Action::OpenHoldout(run)
            | Action::PredictRow(run, _)
            | Action::ScoreFile(run, _)
            | Action::WatchFile(run, _) => Some(*run),
            Action::Retrain | Action::Calibrate(_) | Action::Attack => self.selected_run,
            _ => None,
        };
        let lacks = of.and_then(|run| self.run(run)).is_some_and(Run::is_given);
        if lacks && !matches!(action, Action::PredictRow(..)) {
            self.tell(Tone::Information, NO_MODEL, None);
        }
        lacks
    }
}
