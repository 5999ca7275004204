//! Choices are made for a candidate: its threshold, its guard, the level of its ranges, a star, a note.

use super::super::choices::{Choice, LONGEST_NOTE};
use super::*;
use crate::dataset::Task;

impl Studio {
    /// The probability from which the selected run says yes.
    pub(super) fn set_threshold(&mut self, threshold: f64) -> Vec<Command> {
        let threshold = threshold.clamp(0.0, 1.0);
        let Some(run) = self.current_run().filter(|r| r.report.task == Task::Binary && !threshold.is_nan()) else {
            return Vec::new();
        };
        let (id, name) = (run.id, run.name.clone());
        let mut commands = self.choose(id, &format!("Threshold of {name}"), |choice| choice.threshold = threshold);
        if !commands.is_empty() {
            commands.extend(self.ask_fairness());
        }
        commands
    }

    pub(super) fn set_on_unseen(&mut self, chosen: OnUnseen) -> Vec<Command> {
        let Some((id, name)) = self.current_run().map(|run| (run.id, run.name.clone())) else {
            return Vec::new();
        };
        self.choose(id, &format!("Rows unlike the training of {name}"), |choice| choice.on_unseen = chosen)
    }

    pub(super) fn set_cover(&mut self, chosen: Cover) -> Vec<Command> {
        let Some((id, name)) = self.current_run().map(|run| (run.id, run.name.clone())) else {
            return Vec::new();
        };
        self.choose(id, &format!("How often ranges of {name} hold"), |choice| choice.cover = chosen)
    }

    pub(super) fn star_run(&mut self, run: RunId) -> Vec<Command> {
        let Some(name) = self.run(run).map(|run| run.name.clone()) else { return Vec::new() };
        let what = if self.is_starred(run) { "Take the star from" } else { "Star" };
        self.choose(run, &format!("{what} {name}"), |choice| choice.starred = !choice.starred)
    }

    pub(super) fn note_run(&mut self, run: RunId, note: &str) -> Vec<Command> {
        let Some(name) = self.run(run).map(|run| run.name.clone()) else { return Vec::new() };
        let note: String = note.trim().chars().take(LONGEST_NOTE).collect();
        self.choose(run, &format!("Note on {name}"), |choice| choice.note = note)
    }

    /// Nothing is remembered or saved where nothing changes.
    fn choose(&mut self, run: RunId, label: &str, change: impl FnOnce(&mut Choice)) -> Vec<Command> {
        let before = self.project.choices.of(run).cloned().unwrap_or_default();
        let mut chosen = before.clone();
        change(&mut chosen);
        if chosen == before {
            return Vec::new();
        }
        self.remember(label);
        self.project.choices.set(run, chosen);
        self.decide();
        self.save()
    }
}
