//! What is done with a row that holds what training never saw.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Every runtime of ours does the same: the studio, the shell, the predictor and its module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnseen {
    /// Nothing is predicted, neither the row nor the file that it is in.
    Error,
    /// It is predicted, and what is strange about it stands beside.
    #[default]
    Flag,
    /// It gets no answer, and the reason stands in its place; other rows are predicted.
    Abstain,
}

impl OnUnseen {
    pub const ALL: [Self; 3] = [Self::Flag, Self::Abstain, Self::Error];

    /// The word of documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Flag => "flag",
            Self::Abstain => "abstain",
        }
    }

    /// What it does, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Error => "A row or file with what training never saw is refused, with the rows and the reason.",
            Self::Flag => "A row with what training never saw is predicted, and the reason to doubt it stands beside.",
            Self::Abstain => {
                "A row with what training never saw gets no prediction, and the reason stands in its place."
            }
        }
    }
}

/// The rows of a file as the guard found them.
#[derive(Clone, Debug, PartialEq)]
pub struct Guarded {
    pub on_unseen: OnUnseen,
    /// For each row what training never saw, a sentence each.
    pub unseen: Vec<Vec<String>>,
}

impl Guarded {
    /// Rows with what training never saw.
    pub fn n_unseen(&self) -> usize {
        self.unseen.iter().filter(|told| !told.is_empty()).count()
    }

    /// Whether a row gets an answer.
    pub fn answers(&self, row: usize) -> bool {
        self.on_unseen == OnUnseen::Flag || self.unseen.get(row).is_none_or(Vec::is_empty)
    }

    /// # Errors
    /// Under `OnUnseen::Error`: columns that are not there, or rows with what training never saw. The place is left empty.
    pub fn check(&self, absent: &[&str]) -> Result<(), Problem> {
        if self.on_unseen != OnUnseen::Error {
            return Ok(());
        }
        let refused = |event: String, cure: &str| {
            Err(Problem { place: String::new(), event, kept: "No row was predicted.".into(), cure: cure.into() })
        };
        if !absent.is_empty() {
            let event = format!("Columns that the model reads are not there: {}.", named(absent));
            return refused(event, "Give a file with all of the model's columns.");
        }
        let Some(first) = self.unseen.iter().position(|told| !told.is_empty()) else { return Ok(()) };
        let n = self.n_unseen();
        let rows = if n == 1 { "1 row holds".to_owned() } else { format!("{n} rows hold") };
        let event = format!("{rows} what training never saw. Row {}: {}", first + 1, self.unseen[first].join(" "));
        refused(event, "Correct these rows, or have the model made so that it flags such rows or leaves them out.")
    }

    /// What is to be said of columns that are not there.
    pub fn about_absent(absent: &[&str], n_inputs: usize) -> Option<String> {
        match absent.len() {
            0 => None,
            1 => Some(format!("Column {} is not there; all its cells were read as missing.", named(absent))),
            n => Some(format!(
                "{n} of the model's {n_inputs} columns are not there: {}; all their cells were read as missing.",
                named(absent)
            )),
        }
    }
}

/// Names that a sentence spells out.
const MOST_NAMED: usize = 5;

fn named(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMED).map(|name| format!("“{name}”")).collect();
    let more = names.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
