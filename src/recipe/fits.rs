//! Whether steps fit the columns, without rows: for editing and reordering safely.

use super::Step;
use super::apply::Others;
use super::schema::Schema;
use super::values::empty;
use super::work::{Outcome, Work, plain};
use crate::problem::Problem;
use crate::table::Column;

/// What can be said of steps before there are rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fit {
    /// What does not fit, by the id of its step, in order.
    pub problems: Vec<(u32, Problem)>,
    /// Steps of which only the rows tell whether they fit, since they name what a pivot makes.
    pub unknown: Vec<u32>,
    /// The columns behind each step; a step that does not fit changes nothing.
    pub schemas: Vec<Schema>,
}

/// Does the steps to a table without rows. Costs microseconds a step; of the tables that are joined, pass the schemas'
/// empty tables or the tables themselves (then a join costs a pass over them).
pub fn fits(steps: &[Step], schema: &Schema, others: &dyn Others) -> Fit {
    let columns: Vec<Column> = schema.fields.iter().map(|field| plain(&field.name, empty(field.column_type))).collect();
    let mut work = Work::new(columns.iter(), 0, true);
    work.open = schema.open;
    let mut fit = Fit::default();
    for (number, step) in steps.iter().enumerate() {
        let report = work.run(number, step, others);
        // Rows of an appended table, or of a full join, would be the first.
        work.clear();
        if report.outcome == Outcome::Unknown {
            fit.unknown.push(step.id);
        }
        fit.problems.extend(report.problems.into_iter().map(|problem| (step.id, problem)));
        fit.schemas.push(work.schema());
    }
    fit
}

impl Work<'_> {
    /// Takes all rows away.
    fn clear(&mut self) {
        if self.n_rows > 0 {
            self.take(Vec::new());
        }
    }
}
