//! A table with its predictions as a CSV file.

use super::free_name;
use super::golden::{output_names, output_texts};
use super::onnx::write::PREDICTION;
use super::promise::Decided;
use crate::model::Predictions;
use crate::pipeline::Pipeline;
use crate::prepare::guard::Guarded;
use crate::table::Table;
use crate::table::csv::CsvWriter;

/// What the column is called that says what training never saw of a row.
pub const GUARD: &str = "never seen in training";

/// The table's columns (texts keep the cells of the file as they stand), then the prediction columns (label and a probability per class, or the
/// prediction) and what is promised of them, under names that no column of the table has. Where training never saw something of a row, a last column says
/// what, and a row that gets no answer has empty predictions. `predictions` and `guarded` have one entry per row of the table.
pub fn write(
    table: &Table,
    pipeline: &Pipeline,
    predictions: &Predictions,
    decided: Decided,
    guarded: &Guarded,
) -> Vec<u8> {
    let mut names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    let mut outputs = output_names(pipeline);
    outputs.extend(decided.promise.iter().flat_map(|promise| promise.names(pipeline)));
    let (n_outputs, tells) = (outputs.len(), guarded.n_unseen() > 0);
    for wanted in outputs.into_iter().chain(tells.then(|| GUARD.to_owned())) {
        let is_answer = wanted == "label" || wanted == PREDICTION;
        let wanted = if is_answer { format!("predicted {}", pipeline.target) } else { wanted };
        let name = free_name(&wanted, &names);
        names.push(name);
    }
    let mut out = CsvWriter::new();
    names.iter().for_each(|name| out.cell(name));
    out.end_record();
    for row in 0..table.n_rows {
        table.columns.iter().for_each(|c| out.cell(c.values.text(row).as_deref().unwrap_or_default()));
        if guarded.answers(row) {
            output_texts(pipeline, predictions, row, decided.threshold).iter().for_each(|text| out.cell(text));
            if let Some(promise) = decided.promise {
                promise.texts(predictions, row).iter().for_each(|text| out.cell(text));
            }
        } else {
            (0..n_outputs).for_each(|_| out.cell(""));
        }
        if tells {
            out.cell(&guarded.unseen.get(row).map_or_else(String::new, |told| told.join(" ")));
        }
        out.end_record();
    }
    out.into_bytes()
}
