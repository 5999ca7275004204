//! A CSV in, the same CSV with predictions out.

use super::Predictor;
use super::json::{self, Json};
use crate::model::Predictions;
use crate::package::predictions_csv;
use crate::package::promise::Decided;
use crate::prepare::guard::Guarded;
use crate::prepare::inputs::{Cells, text_cells, to_f32};
use crate::prepare::{InputKind, Inputs};
use crate::problem::Problem;
use crate::table::csv::known;
use crate::table::{MISSING_DATE, Table, Values};

/// Rows that are predicted at a time.
const ROWS: usize = 4_096;

/// A file with predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredText {
    pub csv: Vec<u8>,
    pub n_rows: usize,
    /// Rows with what training never saw.
    pub n_unseen: usize,
    pub warnings: Vec<String>,
}

impl Predictor {
    /// `text` is decoded; it ends like the studio's predictions of the same file.
    ///
    /// # Errors
    /// A text without rows or without the model's columns; under `OnUnseen::Error`, rows with what training never saw. The
    /// place of the problem is `name`.
    pub fn file(&self, name: &str, text: &str) -> Result<ScoredText, Problem> {
        self.scored(text).map_err(|problem| Problem { place: name.to_owned(), ..problem })
    }

    fn scored(&self, text: &str) -> Result<ScoredText, Problem> {
        let inputs = &self.pipeline.preparation.inputs;
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        let (table, settings, n_uneven) = known::texts(text, &self.csv, &names)?;
        let absent = absent(&table, &names)?;
        let mut warnings = about_uneven(n_uneven);
        let mut unread: Vec<Vec<String>> = vec![Vec::new(); table.n_rows];
        let mut cells = Vec::new();
        for input in inputs {
            let Some(Values::Text(texts)) = table.column(&input.name).map(|column| &column.values) else {
                cells.push(Cells::missing(input.kind, table.n_rows));
                continue;
            };
            let (column, unfit) = match input.kind {
                InputKind::Number => {
                    let unit = input.unit.as_deref().unwrap_or_default();
                    let (values, unfit) = known::numbers(texts, &input.name, unit, &settings);
                    (Cells::Numbers(values.into_iter().map(to_f32).collect()), unfit)
                }
                InputKind::Date => {
                    let (values, unfit) = known::dates(texts, &input.name, MISSING_DATE, &settings);
                    (Cells::Dates(values), unfit)
                }
                InputKind::Text => (text_cells(known::words(texts, &input.name, &settings).into_iter()), Vec::new()),
            };
            tell_unfit(&mut unread, &unfit, texts, &input.name, input.kind.word());
            cells.push(column);
        }
        let read = Inputs { cells, n_rows: table.n_rows };
        warnings.extend(Guarded::about_absent(&absent, names.len()));
        self.scored_rows(&table, &read, unread, (&absent, warnings))
    }

    /// `table` with the predictions of its rows, which are read. `unread`: what is told already of cells, by row;
    /// `absent`: columns that the file does not have.
    ///
    /// # Errors
    /// Under `OnUnseen::Error`, columns that are not there, or rows with what training never saw.
    pub(super) fn scored_rows(
        &self,
        table: &Table,
        read: &Inputs,
        unread: Vec<Vec<String>>,
        (absent, mut warnings): (&[&str], Vec<String>),
    ) -> Result<ScoredText, Problem> {
        let guarded = Guarded { on_unseen: self.on_unseen, unseen: self.guard(read, unread) };
        guarded.check(absent)?;
        warnings.extend(self.pipeline.preparation.missing_more(read, &self.missing));
        let predictions = self.predict_in_blocks(read);
        let decided = Decided { threshold: self.threshold, promise: self.promise.as_ref() };
        Ok(ScoredText {
            csv: predictions_csv::write(table, &self.pipeline, &predictions, decided, &guarded),
            n_rows: table.n_rows,
            n_unseen: guarded.n_unseen(),
            warnings,
        })
    }

    /// So that features of a large file are not all there at once.
    fn predict_in_blocks(&self, read: &Inputs) -> Predictions {
        let mut all = Predictions::none(self.pipeline.labels.len());
        for first in (0..read.n_rows).step_by(ROWS) {
            let last = (first + ROWS).min(read.n_rows);
            let cells = read.cells.iter().map(|cells| part(cells, first..last)).collect();
            all.append(self.predict(&Inputs { cells, n_rows: last - first }));
        }
        all
    }
}

/// Those of the columns that are not there.
///
/// # Errors
/// None is.
pub(super) fn absent<'a>(table: &Table, names: &[&'a str]) -> Result<Vec<&'a str>, Problem> {
    let absent: Vec<&str> = names.iter().copied().filter(|name| table.column(name).is_none()).collect();
    if absent.len() == names.len() && !names.is_empty() {
        let some = names.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        return Err(Problem {
            place: String::new(),
            event: "The table has none of the columns that the model reads.".into(),
            kept: "No row was predicted.".into(),
            cure: format!("Give a table with columns such as {some}."),
        });
    }
    Ok(absent)
}

/// What is to be said of rows with another number of cells than there are columns.
pub(super) fn about_uneven(n_uneven: usize) -> Vec<String> {
    let rows = match n_uneven {
        0 => return Vec::new(),
        1 => "1 row has".to_owned(),
        n => format!("{n} rows have"),
    };
    vec![format!(
        "{rows} another number of cells than there are columns: what is not there is missing, what is too much is left out."
    )]
}

/// Says of each of these rows that its text is no `word`.
pub(super) fn tell_unfit(
    unread: &mut [Vec<String>],
    rows: &[usize],
    texts: &[Option<Box<str>>],
    name: &str,
    word: &str,
) {
    for row in rows {
        let text = texts[*row].as_deref().unwrap_or_default();
        unread[*row].push(format!("{name}: “{text}” is no {word}; read as missing."));
    }
}

/// Some rows of a column. The texts of all rows stay where they are.
fn part<'a>(cells: &'a Cells, rows: std::ops::Range<usize>) -> Cells<'a> {
    match cells {
        Cells::Numbers(values) => Cells::Numbers(values[rows].to_vec()),
        Cells::Dates(values) => Cells::Dates(values[rows].to_vec()),
        Cells::Texts { codes, levels } => {
            let levels = levels.iter().map(|level| level.as_ref().into()).collect();
            Cells::Texts { codes: codes[rows].to_vec(), levels }
        }
    }
}

impl ScoredText {
    /// All but the CSV.
    pub fn json(&self) -> String {
        Json::object(|out| {
            out.put("rows", &self.n_rows.to_string());
            out.put("unseen", &self.n_unseen.to_string());
            out.put("warnings", &json::array(self.warnings.iter().map(|said| json::text(said))));
        })
    }
}
