//! What a design means for a table, before anything is trained.

use super::super::problem;
use crate::dataset::{Dataset, Target};
use crate::design::Design;
use crate::job::{DesignCheck, Problem};
use crate::table::Table;

/// The table seen through the design; the first of its problems if it has any.
pub fn dataset<'a>(table: &'a Table, design: &Design) -> Result<Dataset<'a>, Problem> {
    let dataset = Dataset::new(table, &design.dataset).map_err(|problems| {
        problems.into_iter().next().unwrap_or_else(|| {
            problem("The design does not fit the table.", "Nothing was trained.", "Choose the target again.")
        })
    })?;
    Ok(design.split.see(dataset, table))
}

/// What a design means for a table.
pub fn check(table: &Table, design: &Design) -> DesignCheck {
    let mut check = DesignCheck {
        task: design.dataset.task.unwrap_or(crate::dataset::Task::Regression),
        classes: Vec::new(),
        n_rows: 0,
        n_missing_target: 0,
        n_holdout: 0,
        fold_sizes: Vec::new(),
        drawn: None,
        features: Vec::new(),
        left_out: Vec::new(),
        problems: Vec::new(),
        doubts: Vec::new(),
    };
    if design.candidates.is_empty() {
        check.problems.push(problem("No candidate is chosen.", "Nothing was trained.", "Add a model to the design."));
    }
    let dataset = match Dataset::new(table, &design.dataset) {
        Ok(dataset) => design.split.see(dataset, table),
        Err(problems) => {
            check.problems.extend(problems);
            check.problems.extend(design.split.validate());
            return check;
        }
    };
    check.task = dataset.task;
    check.n_rows = dataset.rows.len() as u32;
    check.n_missing_target = (table.n_rows - dataset.rows.len()) as u32;
    check.features = dataset.features.iter().map(|column| column.name.clone()).collect();
    check.left_out.clone_from(&dataset.left_out);
    check.doubts = dataset.doubts();
    if let Target::Classes { codes, labels } = &dataset.target {
        let mut counts = vec![0u32; labels.len()];
        for code in codes {
            counts[*code as usize] += 1;
        }
        check.classes = labels.iter().cloned().zip(counts).collect();
    }
    check.problems.extend(design.problems(&dataset));
    // Why it cannot be drawn is among the problems.
    if design.split.validate().is_empty()
        && let Ok(split) = design.split.draw(&dataset)
    {
        check.doubts.extend(design.split.doubts(&dataset));
        check.drawn = Some(split.drawn(&dataset));
        check.n_holdout = split.holdout.len() as u32;
        check.fold_sizes = split.folds.iter().map(|fold| fold.len() as u32).collect();
        check.doubts.extend(split.notes(&dataset.target));
    }
    check
}
