//! How the rows could be split, as offers that one press takes or undoes.

use super::design_edits::{at_random, by_group, by_time, role_of, with_repeats};
use super::{Action, Studio};
use crate::chart::format;
use crate::dataset::Role;
use crate::design::Design;
use crate::split::SplitKind;
use crate::split::propose::Proposal;

/// A proposal beside what one press does to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Why, in a sentence.
    pub reason: String,
    /// The design has it.
    pub taken: bool,
    /// What the press is called: to take it, or to give it back.
    pub label: String,
    pub action: Action,
}

impl Studio {
    /// What was proposed for the table at hand and its target.
    pub fn offers(&self) -> Vec<Offer> {
        let (Some(design), Some(table)) = (&self.project.design, &self.table) else { return Vec::new() };
        let order: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let known = |column: &String| order.contains(column) && *column != design.dataset.target;
        self.proposals
            .iter()
            .filter_map(|proposal| {
                let taken = takes(design, proposal);
                let (label, next) = match proposal {
                    Proposal::Group { column, .. } | Proposal::Time { column, .. } if !known(column) => return None,
                    Proposal::Group { .. } | Proposal::Time { .. } if taken => {
                        ("Split at random".to_owned(), at_random(design))
                    }
                    Proposal::Group { column, .. } => {
                        (format!("Keep each {} together", format::short(column, 24)), by_group(design, &order, column))
                    }
                    Proposal::Time { column, .. } => ("Test on later rows".to_owned(), by_time(design, &order, column)),
                    Proposal::Repeats { .. } if matches!(design.split.kind, SplitKind::Time { .. }) => return None,
                    Proposal::Repeats { .. } if taken => ("Deal them once".to_owned(), with_repeats(design, 1)),
                    Proposal::Repeats { repeats, .. } => {
                        (format!("Deal them {repeats} times"), with_repeats(design, *repeats))
                    }
                };
                let action = Action::EditDesign { label: label.clone(), design: next };
                Some(Offer { reason: proposal.reason().to_owned(), taken, label, action })
            })
            .collect()
    }

    /// Whether what decides the split at hand is a guess that was taken as it was.
    pub fn split_is_guess(&self) -> bool {
        let Some(design) = &self.project.design else { return false };
        let decides = |proposal: &&Proposal| matches!(proposal, Proposal::Group { .. } | Proposal::Time { .. });
        self.proposals.iter().filter(decides).any(|proposal| takes(design, proposal))
    }
}

/// Whether a design has what is proposed.
fn takes(design: &Design, proposal: &Proposal) -> bool {
    match (proposal, design.split.kind) {
        (Proposal::Group { column, .. }, SplitKind::Group { .. }) => role_of(design, column) == Role::Group,
        (Proposal::Time { column, .. }, SplitKind::Time { .. }) => role_of(design, column) == Role::Time,
        (Proposal::Repeats { .. }, SplitKind::Random { repeats } | SplitKind::Group { repeats }) => repeats > 1,
        _ => false,
    }
}
