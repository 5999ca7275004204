//! A trained candidate as the engine keeps it, and as bytes that bring it back.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::judged::JudgedRun;
use super::{Engine, Event, Problem, RunId, problem};
use crate::design::Design;
use crate::monitor::Reference;
use crate::pipeline::Pipeline;
use crate::prepare::{Input, Inputs};
use crate::recipe::{Recipe, Replay};
use crate::table::Table;
use crate::table::receipt::Receipt;
use crate::validate::{Report, Tested};

/// What the bytes begin with, and the version of their form.
const MAGIC: &[u8; 8] = b"hearth-r";
const RUN_VERSION: u16 = 16;

/// What the pipelines of all folds may weigh together, in bytes, to be kept with a run.
const MOST_FOLD_BYTES: usize = 24 << 20;

/// All that predicting, packaging and opening the test set need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredRun {
    /// As `Pipeline::to_bytes` writes it: checked when it is read.
    #[serde(with = "pipeline_bytes")]
    pub pipeline: Pipeline,
    /// The folds' pipelines in the order of the folds: they explain on rows that they have not seen. Empty where there are
    /// none, or where they are too large to keep (`MOST_FOLD_BYTES`).
    #[serde(with = "fold_bytes")]
    pub folds: Vec<Pipeline>,
    /// What the folds predicted for the rows that they tested; a package that was opened has none.
    pub tested: Option<Tested>,
    pub report: Report,
    pub design: Design,
    pub candidate: u32,
    /// Of the data file, and its rows: the test set is drawn again from these. Empty for a package that was opened.
    pub data_sha256: String,
    pub n_table_rows: u32,
    /// How the training file was read, so that other files are read alike. `None`: not known.
    pub import: Option<Receipt>,
    /// Steps that were done to the file before the training.
    pub recipe: Recipe,
    /// What of them is done to rows that are predicted.
    pub replay: Replay,
    /// What the training rows looked like, for rows of later days.
    pub reference: Option<Reference>,
}

mod pipeline_bytes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::pipeline::Pipeline;

    pub fn serialize<S: Serializer>(pipeline: &Pipeline, to: S) -> Result<S::Ok, S::Error> {
        pipeline.to_bytes().serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Pipeline, D::Error> {
        let bytes = Vec::<u8>::deserialize(from)?;
        Pipeline::from_bytes(&bytes).map_err(|problem| D::Error::custom(problem.event))
    }
}

mod fold_bytes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::pipeline::Pipeline;

    pub fn serialize<S: Serializer>(folds: &[Pipeline], to: S) -> Result<S::Ok, S::Error> {
        folds.iter().map(Pipeline::to_bytes).collect::<Vec<_>>().serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Pipeline>, D::Error> {
        let all = Vec::<Vec<u8>>::deserialize(from)?;
        let read = |bytes: &Vec<u8>| Pipeline::from_bytes(bytes).map_err(|problem| D::Error::custom(problem.event));
        all.iter().map(read).collect()
    }
}

/// Of fitted folds those that are kept: all, or none where they are too many bytes.
pub fn kept_folds(folds: Vec<Pipeline>) -> Vec<Pipeline> {
    let bytes: usize = folds.iter().map(|pipeline| pipeline.to_bytes().len()).sum();
    if bytes <= MOST_FOLD_BYTES { folds } else { Vec::new() }
}

impl StoredRun {
    /// One row of texts by column name behind the steps, as a table of one row with what there is to say about it;
    /// `None` where there are no steps.
    pub fn behind_steps(&self, cells: &[(String, String)]) -> Option<(Table, Vec<String>)> {
        (!self.replay.is_empty()).then(|| self.replay.row(cells))
    }

    /// One row of texts by column name as the pipeline reads it, without steps. A missing name or an empty text is a
    /// missing value.
    pub fn row_of<'a>(&self, cells: &'a [(String, String)]) -> (Inputs<'a>, Vec<String>) {
        let inputs = &self.pipeline.preparation.inputs;
        let text = |input: &Input| {
            let text = cells.iter().find(|(name, _)| *name == input.name).map(|(_, text)| text.as_str());
            text.filter(|text| !text.trim().is_empty())
        };
        Inputs::from_texts(inputs, &[inputs.iter().map(text).collect()])
    }

    /// For each column that the model reads, the share of training rows that missed it.
    pub fn missing_shares(&self) -> Vec<Option<f64>> {
        let share = |at| self.reference.as_ref().and_then(|reference| reference.missing_share(at));
        (0..self.pipeline.preparation.inputs.len()).map(share).collect()
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(RUN_VERSION.to_le_bytes());
        postcard::to_extend(self, bytes).expect("a run has no map or unsized part that postcard refuses")
    }

    /// # Errors
    /// Bytes that are no run, are damaged, or are of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        let kept = "Its scores and everything else of the project are kept.";
        let Some(rest) = bytes.strip_prefix(MAGIC.as_slice()).filter(|rest| rest.len() > 2) else {
            return Err(problem(
                "A stored candidate cannot be read: it is cut short or of another kind.",
                kept,
                "Train it again to predict with it.",
            ));
        };
        let version = u16::from_le_bytes([rest[0], rest[1]]);
        if version != RUN_VERSION {
            let (which, cure) = match version.cmp(&RUN_VERSION) {
                Ordering::Less => ("an older", "Train it again to predict with it."),
                _ => ("a newer", "Reload this page and accept its update, or train it again."),
            };
            let event = format!(
                "A stored candidate was written by {which} Hearth (form {version}; this one reads form {RUN_VERSION})."
            );
            return Err(problem(event, kept, cure));
        }
        // The parse is where damage shows; it cannot tell which part is damaged.
        let damaged = |why: &str| {
            problem(format!("A stored candidate is damaged ({why})."), kept, "Train it again to predict with it.")
        };
        let stored: Self = postcard::from_bytes(&rest[2..]).map_err(|e| damaged(&e.to_string()))?;
        let inputs = stored.pipeline.preparation.inputs.iter().map(|input| input.name.as_str());
        if !stored.replay.makes(inputs) {
            return Err(damaged("its steps do not make the columns that it reads"));
        }
        Ok(stored)
    }
}

impl Engine {
    pub(super) fn restore(&mut self, run: RunId, bytes: &[u8]) -> Vec<Event> {
        if let Some(judged) = JudgedRun::from_bytes(bytes) {
            let problem = judged.map(|judged| self.judged.insert(run, judged)).err();
            return vec![Event::Restored { run, problem }];
        }
        let problem = match StoredRun::from_bytes(bytes) {
            Ok(stored) => {
                self.runs.insert(run, stored);
                None
            }
            Err(problem) => Some(problem),
        };
        vec![Event::Restored { run, problem }]
    }
}
