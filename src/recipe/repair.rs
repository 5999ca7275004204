//! A finding's repair as a step.

use super::Recipe;
use super::operation::{Keep, Operation, Outside};
use crate::quality::Repair;
use crate::table::csv::Decimal;
use crate::table::{Table, date_text, number_text};

/// The operation that does what a repair says; positions of columns are those of `table`, in which it was found. `None`
/// for one that changes no table but how it is learned from (a role, class weights, a split by time), and for a
/// position beyond the table.
pub fn operation_of(repair: &Repair, table: &Table) -> Option<Operation> {
    let name = |column: &u32| table.columns.get(*column as usize).map(|column| column.name.clone());
    Some(match repair {
        Repair::TreatAsMissing { column, texts } => {
            Operation::TreatAsMissing { column: name(column)?, texts: texts.clone() }
        }
        Repair::Clip { column, low, high } => Operation::Clip {
            column: name(column)?,
            low: low.is_finite().then(|| number_text(*low)),
            high: high.is_finite().then(|| number_text(*high)),
            outside: Outside::BecomesBound,
        },
        Repair::Merge { column, from, into } => {
            Operation::Merge { column: name(column)?, from: from.clone(), into: into.clone() }
        }
        Repair::Retype { column, to, day_first } => {
            Operation::Retype { column: name(column)?, to: *to, decimal: Decimal::Point, day_first: *day_first }
        }
        Repair::PadZeros { column, width } => Operation::PadZeros { column: name(column)?, width: *width },
        Repair::KeepDatesWithin { column, from, to } => Operation::Clip {
            column: name(column)?,
            low: Some(date_text(*from, true)),
            // The end is the first moment that is outside.
            high: Some(date_text(to.saturating_sub(1), true)),
            outside: Outside::BecomesMissing,
        },
        Repair::DropRepeats => Operation::Deduplicate { columns: Vec::new(), keep: Keep::First },
        Repair::Ignore { .. } | Repair::KnownTooLate { .. } | Repair::WeighClasses | Repair::SplitByTime { .. } => {
            return None;
        }
    })
}

/// Adds a repair to a recipe; the step's id, or `None` where the repair is no step.
pub fn add_repair(recipe: &mut Recipe, repair: &Repair, table: &Table) -> Option<u32> {
    operation_of(repair, table).map(|operation| recipe.push(operation))
}
