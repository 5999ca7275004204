//! A table with its predictions as a CSV file.

use super::free_name;
use super::golden::{output_names, output_texts};
use crate::model::Predictions;
use crate::pipeline::Pipeline;
use crate::table::Table;
use crate::table::csv::CsvWriter;

/// The table's columns (texts keep the cells of the file as they stand), then the prediction columns (label and a probability per class, or the
/// prediction) under names that no column of the table has. `predictions` has one entry per row of the table.
pub fn write(table: &Table, pipeline: &Pipeline, predictions: &Predictions, threshold: Option<f64>) -> Vec<u8> {
    let mut names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    for wanted in output_names(pipeline) {
        let wanted = if wanted == "label" { format!("predicted {}", pipeline.target) } else { wanted };
        let name = free_name(&wanted, &names);
        names.push(name);
    }
    let mut out = CsvWriter::new();
    names.iter().for_each(|name| out.cell(name));
    out.end_record();
    for row in 0..table.n_rows {
        table.columns.iter().for_each(|c| out.cell(c.values.text(row).as_deref().unwrap_or_default()));
        output_texts(pipeline, predictions, row, threshold).iter().for_each(|text| out.cell(text));
        out.end_record();
    }
    out.into_bytes()
}
