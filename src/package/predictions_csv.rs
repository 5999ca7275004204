//! A table with its predictions as a CSV file.

use super::csv_text;
use super::golden::{output_names, output_texts};
use crate::model::Predictions;
use crate::pipeline::Pipeline;
use crate::table::Table;

/// The table's columns as they were read, then the prediction columns (label and a probability per class, or the
/// prediction) under names that no column of the table has. `predictions` has one entry per row of the table.
pub fn write(table: &Table, pipeline: &Pipeline, predictions: &Predictions, threshold: Option<f64>) -> Vec<u8> {
    let mut names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    for wanted in output_names(pipeline) {
        let wanted = if wanted == "label" { format!("predicted {}", pipeline.target) } else { wanted };
        let name = csv_text::free_name(&wanted, &names);
        names.push(name);
    }
    let mut out = String::new();
    csv_text::record(&mut out, names.iter().map(String::as_str));
    for row in 0..table.n_rows {
        let cells: Vec<String> = table.columns.iter().map(|c| c.values.text(row).unwrap_or_default()).collect();
        let predicted = output_texts(pipeline, predictions, row, threshold);
        csv_text::record(&mut out, cells.iter().chain(&predicted).map(String::as_str));
    }
    out.into_bytes()
}
