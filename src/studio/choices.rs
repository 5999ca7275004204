//! What a person has chosen for a trained candidate: the threshold, the guard, the level of its ranges, a star, a note.

use serde::{Deserialize, Serialize};

use super::Studio;
use crate::job::RunId;
use crate::prepare::OnUnseen;
use crate::validate::Cover;

/// Letters of a note at most.
pub const LONGEST_NOTE: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// The probability from which a binary run says yes.
    pub threshold: f64,
    /// What is done with rows that hold what training never saw.
    pub on_unseen: OnUnseen,
    /// How often ranges and sets are to hold the truth.
    pub cover: Cover,
    /// Marked, to be found again.
    pub starred: bool,
    pub note: String,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            on_unseen: OnUnseen::default(),
            cover: Cover::default(),
            starred: false,
            note: String::new(),
        }
    }
}

/// By run, in the order of their numbers; a run without an entry has the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Choices(Vec<(RunId, Choice)>);

impl Choices {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn of(&self, run: RunId) -> Option<&Choice> {
        self.0.iter().find(|(id, _)| *id == run).map(|(_, choice)| choice)
    }

    pub fn set(&mut self, run: RunId, choice: Choice) {
        self.0.retain(|(id, _)| *id != run);
        if choice != Choice::default() {
            self.0.push((run, choice));
            self.0.sort_by_key(|(id, _)| *id);
        }
    }

    /// What was chosen for one run is another's from now on.
    pub fn pass_on(&mut self, from: RunId, to: RunId) {
        if let Some(choice) = self.of(from).cloned() {
            self.set(from, Choice::default());
            self.set(to, choice);
        }
    }
}

impl Studio {
    /// The probability from which a run says yes.
    pub fn threshold_of(&self, run: RunId) -> f64 {
        self.project.choices.of(run).map_or(0.5, |choice| choice.threshold)
    }

    /// Of the selected run.
    pub fn threshold(&self) -> f64 {
        self.selected_run.map_or(0.5, |run| self.threshold_of(run))
    }

    /// What is done with rows that hold what the training of a run never saw.
    pub fn on_unseen_of(&self, run: RunId) -> OnUnseen {
        self.project.choices.of(run).map_or_else(OnUnseen::default, |choice| choice.on_unseen)
    }

    /// Of the selected run.
    pub fn on_unseen(&self) -> OnUnseen {
        self.selected_run.map_or_else(OnUnseen::default, |run| self.on_unseen_of(run))
    }

    /// How often ranges and sets of a run are to hold the truth.
    pub fn cover_of(&self, run: RunId) -> Cover {
        self.project.choices.of(run).map_or_else(Cover::default, |choice| choice.cover)
    }

    /// Of the selected run.
    pub fn cover(&self) -> Cover {
        self.selected_run.map_or_else(Cover::default, |run| self.cover_of(run))
    }

    pub fn is_starred(&self, run: RunId) -> bool {
        self.project.choices.of(run).is_some_and(|choice| choice.starred)
    }

    pub fn note_of(&self, run: RunId) -> &str {
        self.project.choices.of(run).map_or("", |choice| &choice.note)
    }
}
