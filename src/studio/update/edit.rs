//! Edits and their undo. Runs, looks at the test set and the log are history, which undo does not touch.

use super::super::words;
use super::design_edits;
use super::record::Datasheet;
use super::*;
use crate::dataset::Task;
use crate::design::Design;

/// Longer histories forget their oldest edits.
const MOST_EDITS: usize = 200;
/// Edits under one label that follow each other within this time, such as keystrokes in a field, are one edit.
const ONE_EDIT_MILLISECONDS: f64 = 900.0;

impl Studio {
    pub(super) fn edit_design(&mut self, label: String, design: Design) -> Vec<Command> {
        if self.project.design.as_ref() == Some(&design) {
            return Vec::new();
        }
        self.remember(&label);
        self.other_question |= self.project.design.as_ref().is_some_and(|before| {
            let asks = (&before.dataset.target, before.dataset.task) != (&design.dataset.target, design.dataset.task);
            asks && design_edits::same_but_class_weights(before, &design)
        });
        if self.project.design.as_ref().is_none_or(|d| d.dataset.target != design.dataset.target) {
            self.target_guess = None;
        }
        let twice = |design: &Design| {
            let all = &design.candidates;
            (1..all.len()).rev().find(|at| all[..*at].contains(&all[*at])).map(|at| all[at].model.name())
        };
        let was_twice = self.project.design.as_ref().is_some_and(|before| twice(before).is_some());
        if let Some(name) = twice(&design).filter(|_| !was_twice) {
            let told = format!(
                "Two candidates are the same {name}, and would be trained as one. Change a setting of one of them."
            );
            self.tell(Tone::Information, told, None);
        }
        self.project.design = Some(design);
        self.design_changed()
    }

    fn design_changed(&mut self) -> Vec<Command> {
        let mut commands = self.check_design();
        commands.extend(self.save());
        commands
    }

    /// Ask the engine what the design means for the table.
    pub(super) fn check_design(&mut self) -> Vec<Command> {
        let Some(design) = self.project.design.clone() else {
            self.check = None;
            return self.look_at_table();
        };
        if self.table.is_none() {
            return Vec::new();
        }
        let ticket = self.ticket();
        self.waits.check = Some(ticket);
        let mut commands = vec![Self::engine(Request::Check { ticket, design })];
        commands.extend(self.look_at_table());
        commands
    }

    /// Ask for what is to be known of the table and is not asked for yet.
    fn look_at_table(&mut self) -> Vec<Command> {
        let mut commands = self.ask_for_profile();
        commands.extend(self.judge_rules());
        commands
    }

    pub(super) fn checked(&mut self, ticket: Ticket, check: DesignCheck) -> Vec<Command> {
        if self.waits.check != Some(ticket) {
            return Vec::new();
        }
        self.waits.check = None;
        // Without rows with a target it is not known what the task is.
        let known = check.n_rows > 0;
        let (task, problems) = (check.task, !check.problems.is_empty());
        self.check = Some(check);
        if known {
            let asked = std::mem::take(&mut self.other_question);
            let before = self.models_for.replace(task);
            let crossed = before.is_some_and(|b| (b == Task::Regression) != (task == Task::Regression));
            if asked && crossed {
                return self.take_defaults(task);
            }
        }
        if std::mem::take(&mut self.train_when_read) && !problems {
            return self.train(false);
        }
        self.newcomers_checked()
    }

    /// Settings that were made for classes do not suit numbers, nor the other way round: begin with the defaults, as
    /// part of the edit that changed the task.
    fn take_defaults(&mut self, task: Task) -> Vec<Command> {
        let (Some(design), Some(check)) = (&self.project.design, &self.check) else {
            return Vec::new();
        };
        let next = design_edits::with_defaults(design, task, check.n_rows, check.features.len());
        if next == *design {
            return Vec::new();
        }
        let fresh =
            next.candidates.iter().filter(|c| !design.candidates.contains(c)).map(|c| c.model.name().to_owned());
        let fresh: Vec<String> = fresh.collect();
        let (names, begin) = (words::list(&fresh), if fresh.len() == 1 { "begins" } else { "begin" });
        let what = if task == Task::Regression { "a number" } else { "classes" };
        let stays = |name: &str| next.candidates.iter().any(|c| c.model.name() == name);
        let gone: Vec<String> =
            design.candidates.iter().map(|c| c.model.name()).filter(|n| !stays(n)).map(str::to_owned).collect();
        let mut changes = Vec::new();
        if !fresh.is_empty() {
            changes.push(format!("{names} {begin} with the default settings for that"));
        }
        if !gone.is_empty() {
            let was = if gone.len() == 1 { "was" } else { "were" };
            changes.push(format!("{} {was} left out, as that is nothing to be predicted so", words::list(&gone)));
        }
        let changes = changes.join(", and ");
        self.tell(
            Tone::Information,
            format!("What is predicted is now {what}, so {changes}. Undo brings back all of it together."),
            None,
        );
        self.project.design = Some(next);
        self.design_changed()
    }

    pub(super) fn rename_project(&mut self, name: &str) -> Vec<Command> {
        let name = name.trim();
        if name.is_empty() || name == self.project.name {
            return Vec::new();
        }
        self.remember("Rename the project");
        self.project.name = name.to_owned();
        self.save()
    }

    pub(super) fn describe_data(&mut self, datasheet: Datasheet) -> Vec<Command> {
        if datasheet == self.project.datasheet {
            return Vec::new();
        }
        self.remember("Describe the data");
        self.project.datasheet = datasheet;
        self.save()
    }

    /// Put the present state on the history before an edit changes it.
    pub(super) fn remember(&mut self, label: &str) {
        let now = self.clock.now;
        let continues = self.history.later.is_empty()
            && self.last_edit.as_ref().is_some_and(|(last, when)| {
                last == label && now - when < ONE_EDIT_MILLISECONDS && !self.history.earlier.is_empty()
            });
        self.last_edit = Some((label.to_owned(), now));
        self.history.later.clear();
        if continues {
            return;
        }
        self.log(format!("Edited: {label}."));
        let edit = self.present(label);
        self.history.earlier.push(edit);
        if self.history.earlier.len() > MOST_EDITS {
            self.history.earlier.remove(0);
        }
    }

    pub(super) fn present(&self, label: &str) -> Edit {
        Edit {
            label: label.to_owned(),
            name: self.project.name.clone(),
            design: self.project.design.clone(),
            settings: self.settings().cloned(),
            recipe: self.recipe().cloned(),
            rules: self.project.rules.clone(),
            choices: self.project.choices.clone(),
            datasheet: self.project.datasheet.clone(),
        }
    }

    pub(super) fn undo(&mut self) -> Vec<Command> {
        self.travel(true)
    }

    pub(super) fn redo(&mut self) -> Vec<Command> {
        self.travel(false)
    }

    fn travel(&mut self, back: bool) -> Vec<Command> {
        let next = if back { self.history.earlier.last() } else { self.history.later.last() };
        let Some(next) = next.cloned() else {
            return Vec::new();
        };
        let rereads = next.settings.is_some() && next.settings.as_ref() != self.settings();
        let changes = rereads || next.recipe.is_some() && next.recipe.as_ref() != self.recipe();
        let mut ground = None;
        if changes {
            ground = self.ground_for_change("change how the file is read");
            if ground.is_none() {
                return Vec::new();
            }
        }
        let here = self.present(&next.label);
        if back {
            self.history.earlier.pop();
            self.history.later.push(here);
        } else {
            self.history.later.pop();
            self.history.earlier.push(here);
        }
        self.last_edit = None;
        self.log(format!("{}: {}.", if back { "Took back" } else { "Did again" }, next.label));
        self.project.name = next.name;
        self.project.datasheet = next.datasheet;
        if next.design.is_some() && next.design != self.project.design {
            self.target_guess = None;
        }
        self.project.design = next.design;
        self.project.choices = next.choices;
        self.project.rules = next.rules;
        self.decide();
        self.other_question = false;
        match (next.settings, next.recipe, ground) {
            (Some(settings), Some(recipe), Some(ground)) => {
                let mut commands = self.change_table(settings, recipe, ground);
                commands.extend(self.save());
                commands
            }
            _ => {
                let mut commands = self.design_changed();
                commands.extend(self.ask_fairness());
                commands
            }
        }
    }
}
