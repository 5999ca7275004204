//! Changes to a recipe itself, and what its steps did in a sentence.

use super::operation::{Operation, Scope};
use super::work::{Outcome, StepReport};
use super::{Recipe, Step};

impl Recipe {
    /// Switches a step on or off. `false` where there is no such step, or nothing changed.
    pub fn switch(&mut self, id: u32, on: bool) -> bool {
        self.steps.iter_mut().find(|step| step.id == id && step.on != on).map(|step| step.on = on).is_some()
    }

    /// Takes a step out; where it was.
    pub fn remove(&mut self, id: u32) -> Option<(usize, Step)> {
        let position = self.position(id)?;
        Some((position, self.steps.remove(position)))
    }

    /// Puts another operation in the place of a step's. `false` where there is no such step, or nothing changed.
    pub fn change(&mut self, id: u32, operation: Operation) -> bool {
        let step = self.steps.iter_mut().find(|step| step.id == id && step.operation != operation);
        step.map(|step| step.operation = operation).is_some()
    }

    /// Exchanges a step with the one before it (`earlier`) or behind it. `false` at the end of the list.
    pub fn shift(&mut self, id: u32, earlier: bool) -> bool {
        let Some(position) = self.position(id) else { return false };
        let other = if earlier { position.checked_sub(1) } else { Some(position + 1) };
        match other.filter(|other| *other < self.steps.len()) {
            Some(other) => {
                self.steps.swap(position, other);
                true
            }
            None => false,
        }
    }

    fn position(&self, id: u32) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }
}

impl Scope {
    /// What becomes of such a step when new rows are predicted.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::RowWise => "Done again to every row that is predicted.",
            Self::TrainingOnly => "For training only: a row that is predicted is taken as it comes.",
            Self::CallersDuty => "Whoever predicts has to bring rows in the new form.",
        }
    }
}

impl StepReport {
    /// How much it changed: "12 cells changed, 3 of them now missing; 2 rows fewer."
    pub fn sentence(&self) -> String {
        match self.outcome {
            Outcome::Off => return "Switched off.".to_owned(),
            Outcome::Skipped => return "Left out: it does not fit the table.".to_owned(),
            Outcome::Unknown => return "Whether it fits is known when there are rows.".to_owned(),
            Outcome::Done => {}
        }
        let mut parts = Vec::new();
        if self.n_changed > 0 {
            let missing = match self.n_became_missing {
                0 => String::new(),
                n if n == self.n_changed => ", now missing".to_owned(),
                n => format!(", {n} of them now missing"),
            };
            parts.push(format!("{} changed{missing}", counted(self.n_changed, "cell")));
        }
        parts.extend(difference(self.rows_before, self.rows_after, "row"));
        parts.extend(difference(self.columns_before, self.columns_after, "column"));
        if parts.is_empty() { "No cell changed.".to_owned() } else { parts.join("; ") + "." }
    }
}

fn counted(n: u64, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

fn difference(before: u32, after: u32, word: &str) -> Option<String> {
    let (n, which) = if after > before { (after - before, "more") } else { (before - after, "fewer") };
    (n > 0).then(|| format!("{} {which}", counted(u64::from(n), word)))
}
