//! Steps between the file and the table that everything else speaks of.

use std::sync::Arc;

use super::beside::Shelf;
use super::read::suggest;
use super::{Data, Engine, Event, Problem, Ticket, problem};
use crate::job::{Completion, StepPreview, TableSummary};
use crate::recipe::formula::complete;
use crate::recipe::{Operation, Recipe, Schema, apply, preview_behind};
use crate::table::Table;
use crate::table::profile::profile;
use crate::table::receipt::Receipt;

/// Rows that a preview shows.
const PREVIEW_ROWS: usize = 8;

impl Data {
    /// The table behind the steps of a file that was read. `summary`: all but rows, columns and steps.
    pub fn behind(
        (imported, beside): (Arc<Table>, Shelf),
        summary: TableSummary,
        receipt: Receipt,
        recipe: Recipe,
    ) -> Self {
        let applied = recipe.steps.iter().any(|step| step.on).then(|| apply(&imported, &recipe.steps, &beside));
        let (table, steps) = match applied {
            Some(applied) => (Arc::new(applied.table), applied.report),
            None => (Arc::clone(&imported), apply(&Table::default(), &recipe.steps, &beside).report),
        };
        let files = beside.files(&recipe, &steps);
        let receipt = Receipt { beside: files.clone(), ..receipt };
        let summary = TableSummary {
            n_rows: u32::try_from(table.n_rows).unwrap_or(u32::MAX),
            columns: table.columns.iter().map(profile).collect(),
            recipe,
            steps,
            beside: files,
            ..summary
        };
        Self { table, imported, beside, summary: Arc::new(summary), receipt }
    }

    /// What the page is told of it.
    pub fn told(&self, ticket: Ticket) -> Event {
        Event::Imported { ticket, summary: (*self.summary).clone(), suggestion: suggest(&self.table) }
    }
}

impl Engine {
    /// The file that is at hand with other steps.
    pub(super) fn do_steps(&mut self, ticket: Ticket, recipe: Recipe) -> Result<Event, Problem> {
        let data = self.table_for(ticket)?;
        let beside = self.shelf_for(&data, &recipe);
        let data = Data::behind((data.imported, beside), (*data.summary).clone(), data.receipt, recipe);
        let told = data.told(ticket);
        self.data = Some(data);
        self.view = None;
        self.profiling = None;
        Ok(told)
    }
}

/// What a step would do behind those before it.
pub(super) fn preview_step(
    ticket: Ticket,
    data: &Data,
    recipe: &Recipe,
    position: u32,
    cursor: Option<u32>,
) -> Result<Event, Problem> {
    let position = position as usize;
    let Some(step) = recipe.steps.get(position) else {
        return Err(problem("There is no such step.", "Nothing has changed.", "Choose a step of the list."));
    };
    let earlier = &recipe.steps[..position];
    let done = &data.summary.recipe.steps;
    let before = if earlier == done.as_slice() {
        Arc::clone(&data.table)
    } else {
        Arc::new(apply(&data.imported, earlier, &data.beside).table)
    };
    let formula = match &step.operation {
        Operation::Derive { formula, .. } => Some(formula),
        Operation::Filter { condition, .. } => Some(condition),
        _ => None,
    };
    let completions = match (formula, cursor) {
        (Some(formula), Some(cursor)) => complete(formula, cursor as usize, &Schema::of(&before))
            .into_iter()
            .map(|candidate| Completion {
                start: candidate.replaces.0 as u32,
                end: candidate.replaces.1 as u32,
                insert: candidate.insert,
                label: candidate.label,
                detail: candidate.detail.to_owned(),
            })
            .collect(),
        _ => Vec::new(),
    };
    let preview = preview_behind(&before, position, step, &data.beside, PREVIEW_ROWS);
    Ok(Event::StepPreviewed { ticket, preview: StepPreview { preview, completions } })
}
