//! A model behind steps on its own: rows come as the file of the training had them, and the row-wise steps make of them
//! what the model reads, by the same replay as in the studio.
//!
//! A program of its own does this (`bin/predictor_steps.rs`), so that formulas, dates by a format and regular expressions
//! are carried by those models alone that need them. It does no step that looks at several rows: of a file that was
//! filtered, sorted or freed of repeats every row is predicted, and behind a group, a pivot or a join rows are to be
//! brought in the form behind it.

use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::file::{self, ScoredText};
use super::reasons::Reasons;
use super::{Predictor, Program, misfit, raw, unpacked};
use crate::prepare::Inputs;
use crate::problem::Problem;
use crate::recipe::Replay;
use crate::table::csv::known;
use crate::table::{Table, Values};

/// What the bytes begin with.
const MAGIC: &[u8; 8] = b"hearth-s";

/// A predictor with the steps that come before it. Rows are of the columns before the steps, in the order of
/// `replay.columns`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stepped {
    /// Its facts speak of the columns before the steps; `typical` is the usual row behind them.
    pub model: Predictor,
    /// Without the steps that are not done to rows that are predicted.
    pub replay: Replay,
    /// A row of usual values before the steps, as texts. `None`: missing.
    pub typical: Vec<Option<String>>,
    /// For each column that the model reads, the position of the one before the steps that it comes from. Empty where one
    /// comes of several: what each of these adds cannot be told apart, and reasons speak of the columns that the model
    /// reads.
    pub sources: Vec<u32>,
}

impl Stepped {
    pub fn to_bytes(&self) -> Vec<u8> {
        super::packed(MAGIC, self)
    }

    /// # Errors
    /// Bytes that are no such model, are damaged, or are of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        let read: Self = unpacked(MAGIC, bytes)?;
        let inputs = &read.model.pipeline.preparation.inputs;
        let n_raw = read.replay.columns.len();
        let known_sources = read.sources.len() == inputs.len() && read.sources.iter().all(|at| (*at as usize) < n_raw);
        let fits = read.model.fits()
            && read.typical.len() == n_raw
            && (read.sources.is_empty() || known_sources)
            && read.replay.makes(inputs.iter().map(|input| input.name.as_str()));
        if fits { Ok(read) } else { Err(misfit()) }
    }

    /// A row behind the steps, and what there is to say about its cells.
    fn behind(&self, texts: &[Option<&str>]) -> (Table, Vec<String>) {
        let cell = |(at, column): (usize, &crate::recipe::RawColumn)| {
            Some((column.name.clone(), texts.get(at).copied().flatten()?.to_owned()))
        };
        let cells: Vec<(String, String)> = self.replay.columns.iter().enumerate().filter_map(cell).collect();
        self.replay.row(&cells)
    }

    /// What the model reads of a table behind the steps.
    fn read<'a>(&self, table: &'a Table) -> Result<(Inputs<'a>, Vec<String>), Problem> {
        let rows: Vec<u32> = (0..table.n_rows as u32).collect();
        Inputs::from_table(&self.model.pipeline.preparation.inputs, table, &rows)
    }

    fn scored(&self, text: &str) -> Result<ScoredText, Problem> {
        let wanted = &self.replay.columns;
        let names: Vec<&str> = wanted.iter().map(|column| column.name.as_str()).collect();
        let (table, settings, n_uneven) = known::texts(text, &self.model.csv, &names)?;
        let absent = file::absent(&table, &names)?;
        let mut warnings = file::about_uneven(n_uneven);
        let mut unread: Vec<Vec<String>> = vec![Vec::new(); table.n_rows];
        let mut given = Table { columns: Vec::new(), n_rows: table.n_rows };
        for column in wanted {
            let Some(Values::Text(texts)) = table.column(&column.name).map(|column| &column.values) else { continue };
            let (read, unfit) = raw::read(column, texts, &settings);
            file::tell_unfit(&mut unread, &unfit, texts, &column.name, column.column_type.word());
            given.columns.push(read);
        }
        // It also says which columns are not there.
        let (made, told) = self.replay.run(&given);
        warnings.extend(told);
        let (read, told) = self.read(&made)?;
        warnings.extend(told);
        self.model.scored_rows(&table, &read, unread, (&absent, warnings))
    }
}

impl Program for Stepped {
    fn open(bytes: &[u8]) -> Result<Self, Problem> {
        Self::from_bytes(bytes)
    }

    fn facts(&self) -> &str {
        &self.model.facts
    }

    fn answer(&self, texts: &[Option<&str>]) -> Result<Answer, Problem> {
        let (table, mut told) = self.behind(texts);
        let (inputs, unfit) = self.read(&table)?;
        told.extend(unfit);
        self.model.answer_to(&inputs, told)
    }

    /// Of the columns that a person enters, where each column that the model reads comes of one of them: all that comes of
    /// it changes with it, so that its part is what it adds. Else of the columns that the model reads.
    fn reasons(&self, texts: &[Option<&str>]) -> Result<Reasons, Problem> {
        let usual: Vec<Option<&str>> = self.typical.iter().map(Option::as_deref).collect();
        let (usual, own) = (self.behind(&usual).0, self.behind(texts).0);
        let (usual, own) = (self.read(&usual)?.0, self.read(&own)?.0);
        let preparation = &self.model.pipeline.preparation;
        if self.sources.is_empty() {
            let names = preparation.inputs.iter().map(|input| input.name.clone()).collect();
            let found = self.model.reasons_between(&own, &usual, &preparation.feature_inputs, preparation.inputs.len());
            return Ok(Reasons { made: Some(names), ..found });
        }
        let source = |input: &u32| self.sources.get(*input as usize).copied().unwrap_or(0);
        let columns: Vec<u32> = preparation.feature_inputs.iter().map(source).collect();
        Ok(self.model.reasons_between(&own, &usual, &columns, self.replay.columns.len()))
    }

    fn file(&self, name: &str, text: &str) -> Result<ScoredText, Problem> {
        self.scored(text).map_err(|problem| Problem { place: name.to_owned(), ..problem })
    }
}
