//! Edits and their undo. Runs, looks at the test set and the log are history, which undo does not touch.

use super::*;
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
        if self.project.design.as_ref().is_none_or(|d| d.dataset.target != design.dataset.target) {
            self.target_guess = None;
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
            return Vec::new();
        };
        if self.table.is_none() {
            return Vec::new();
        }
        let ticket = self.ticket();
        self.waits.check = Some(ticket);
        vec![Self::engine(Request::Check { ticket, design })]
    }

    pub(super) fn checked(&mut self, ticket: Ticket, check: DesignCheck) -> Vec<Command> {
        if self.waits.check == Some(ticket) {
            self.waits.check = None;
            self.check = Some(check);
        }
        Vec::new()
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
            settings: self.project.data.as_ref().map(|data| data.settings.clone()),
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
        let rereads =
            next.settings.is_some() && next.settings != self.project.data.as_ref().map(|data| data.settings.clone());
        let mut commands = Vec::new();
        if rereads {
            match self.make_way("change how the file is read") {
                Ok(way) => commands.extend(way),
                Err(()) => return Vec::new(),
            }
        }
        let before = Box::new((self.present(""), self.history.clone()));
        let here = self.present(&next.label);
        if back {
            self.history.earlier.pop();
            self.history.later.push(here);
        } else {
            self.history.later.pop();
            self.history.earlier.push(here);
        }
        self.last_edit = None;
        self.project.name = next.name;
        if next.design.is_some() && next.design != self.project.design {
            self.target_guess = None;
        }
        self.project.design = next.design;
        match next.settings {
            Some(settings) if rereads => {
                commands.extend(self.read_again(settings, before));
                commands.extend(self.save());
            }
            _ => commands.extend(self.design_changed()),
        }
        commands
    }
}
