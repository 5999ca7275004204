//! Trying to prove a run wrong before it is packaged, and gates that a person opens with a reason.

use super::super::gates::{Gate, Override, SHORTEST_REASON};

/// What is said of a package that a gate stops.
const NOT_PACKAGED: &str = "is not packaged: this gate is closed:";
use super::*;
use crate::explain::Question;
use crate::split::SplitKind;
use crate::validate::redteam::Trial;

impl Studio {
    /// Try to prove the run that is looked at wrong.
    pub(super) fn attack(&mut self) -> Vec<Command> {
        if !self.attackable() || self.attacking().is_some() {
            return Vec::new();
        }
        let Some(run) = self.current_run() else { return Vec::new() };
        let kind = run.design.split.kind;
        let mut question = (None, None);
        for proposal in &self.proposals {
            match proposal {
                Proposal::Group { column, .. } if !matches!(kind, SplitKind::Group { .. }) => {
                    question.0 = Some(column.clone());
                }
                Proposal::Time { column, .. } if !matches!(kind, SplitKind::Time { .. }) => {
                    question.1 = Some(column.clone());
                }
                Proposal::Group { .. } | Proposal::Time { .. } | Proposal::Repeats { .. } => {}
            }
        }
        let mut commands = self.ask_slices();
        commands.extend(self.ask_fairness());
        commands.extend(self.explain(Question::RedTeam { groups: question.0, times: question.1 }));
        commands
    }

    pub(super) fn attacked(&mut self, run: RunId, trials: Vec<Trial>) -> Vec<Command> {
        let mut commands = Vec::new();
        if let Some(found) = self.project.runs.iter_mut().find(|found| found.id == run) {
            found.red_team = Some(trials);
            let what = format!("Tried to prove {} wrong.", found.name);
            self.log(what);
            commands.extend(self.save());
        }
        if self.waits.attack.take() == Some(run) {
            commands.extend(self.make_package(run));
        }
        commands
    }

    /// What has to happen before a package of this run: the attack, or the person's word. `None` where nothing holds it.
    pub(super) fn held_at_gates(&mut self, run: RunId) -> Option<Vec<Command>> {
        let mut commands = self.select_run(Some(run));
        let found = self.run(run).filter(|found| !found.from_package && !found.is_baseline())?;
        let gates = self.gates(found);
        let overridden = gates.iter().any(|state| state.gate == Gate::Leakage && state.overridden.is_some());
        if found.red_team.is_none() && !overridden && self.attackable() {
            self.waits.attack = Some(run);
            commands.extend(self.attack());
            return Some(commands);
        }
        let closed: Vec<&str> = gates.iter().filter(|state| state.stops()).map(|state| state.gate.name()).collect();
        let text = format!(
            "{} {NOT_PACKAGED} “{}”. Mend what it says, or override it with a reason.",
            found.name,
            closed.join("”, “")
        );
        let is_open = closed.is_empty();
        // What was said of gates that were closed is over, one way or the other.
        self.notices.retain(|notice| !notice.problem.event.contains(NOT_PACKAGED));
        if is_open {
            return None;
        }
        self.tell(Tone::Doubt, text, None);
        commands.extend(self.show(View::Stage(Stage::Ship)));
        Some(commands)
    }

    pub(super) fn override_gate(&mut self, run: RunId, gate: Gate, reason: &str) -> Vec<Command> {
        let reason = reason.trim();
        let state = self.run(run).and_then(|found| self.gates(found).into_iter().find(|state| state.gate == gate));
        let Some(state) = state.filter(|state| state.stops()) else { return Vec::new() };
        if reason.chars().count() < SHORTEST_REASON {
            self.tell(Tone::Information, "A closed gate opens for a written reason, a sentence at least.", None);
            return Vec::new();
        }
        let when = self.clock.date.clone();
        let (finding, reason) = (state.finding, reason.to_owned());
        self.log(format!("Overrode the gate “{}”: {reason}", gate.name()));
        self.project.overrides.push(Override { run, gate, finding, reason, when });
        self.save()
    }
}
