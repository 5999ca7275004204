//! A model that predicts on its own, far from Hearth: the fitted pipeline with what its columns may hold, small enough for
//! one HTML file. The same functions serve that file, the JavaScript module and the tests.
//!
//! ```text
//! Pipeline + Reference + facts ─► Predictor ─► bytes ─► row, reasons of a row, CSV
//! ```
//!
//! It learns nothing and writes no ONNX: whatever it names, its program carries (`scripts/budget.mjs`). There are two
//! programs: `Predictor` reads rows as the model does, `Stepped` does the steps of a recipe first. Texts arrive decoded, and
//! what is told is JSON that is written here by hand.

mod answer;
mod ask;
mod file;
mod json;
mod make;
pub mod pack;
mod raw;
mod reasons;
mod stepped;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use answer::{Answer, joined, refused_row};
pub use ask::{Program, ask};
pub use file::ScoredText;
pub use make::{Facts, make, make_stepped, packed as make_packed};
pub use pack::{Flavour, PackedModel, PredictorKind};
pub use raw::raw_input;
pub use reasons::Reasons;
pub use stepped::Stepped;

use crate::package::promise::Promise;
use crate::pipeline::Pipeline;
use crate::prepare::spelling::{Slot, Spellings};
use crate::prepare::{Block, OnUnseen};
use crate::problem::Problem;
use crate::table::csv::CsvSettings;
use crate::validate::conformal::Bounds;

/// What the bytes begin with, and the version of their form.
const MAGIC: &[u8; 8] = b"hearth-m";
pub const PREDICTOR_VERSION: u16 = 4;

/// All that predicting, explaining and guarding need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predictor {
    pub pipeline: Pipeline,
    /// The texts that each block of the preparation knows (`Preparation::known_texts`).
    pub known: Vec<Option<Spellings>>,
    /// How the training file was read; files to predict are read alike.
    pub csv: CsvSettings,
    /// `None`: the higher probability wins.
    pub threshold: Option<f64>,
    pub on_unseen: OnUnseen,
    /// Ranges of values or sets of classes that hold the truth as often as they say.
    pub promise: Option<Promise>,
    /// For each column the share of training rows that missed it; `None`: not known.
    pub missing: Vec<Option<f64>>,
    /// A row of usual values, as texts: what reasons are told against. `None`: missing.
    pub typical: Vec<Option<String>>,
    /// What the page shows, as JSON (`make::Facts`); nothing here reads it.
    pub facts: String,
}

impl Predictor {
    pub fn to_bytes(&self) -> Vec<u8> {
        packed(MAGIC, self)
    }

    /// # Errors
    /// Bytes that are no such model, are damaged, or are of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        let read: Self = unpacked(MAGIC, bytes)?;
        if read.fits() { Ok(read) } else { Err(misfit()) }
    }

    /// Whether its parts go with each other.
    fn fits(&self) -> bool {
        let n_inputs = self.pipeline.preparation.inputs.len();
        let fits = self.known.len() == self.pipeline.preparation.blocks.len()
            && self.missing.len() == n_inputs
            && self.typical.len() == n_inputs;
        // A text may only stand for a level that its block has.
        let known_fits = self.known.iter().zip(&self.pipeline.preparation.blocks).all(|(known, block)| {
            let n_levels = match block {
                Block::Category { levels, .. } | Block::Code { levels, .. } => levels.len(),
                Block::Number { .. }
                | Block::Date { .. }
                | Block::Plain { .. }
                | Block::Days { .. }
                | Block::Words { .. } => 0,
            };
            let in_levels =
                |slot| matches!(slot, Slot::Missing) || matches!(slot, Slot::Level(at) if (at as usize) < n_levels);
            known.as_ref().is_none_or(|known| known.iter().all(|(_, slot)| in_levels(slot)))
        });
        let n_classes = self.pipeline.labels.len();
        let promise_fits = self.promise.as_ref().is_none_or(|promise| match &promise.bounds {
            Bounds::Half(half) => n_classes == 0 && half.is_some_and(f32::is_finite),
            Bounds::Least(least) => n_classes > 0 && least.len() == n_classes,
            Bounds::Gathered(_) => false,
        });
        fits && known_fits && promise_fits && self.pipeline.check().is_ok()
    }
}

fn packed(magic: &[u8; 8], model: &impl Serialize) -> Vec<u8> {
    let mut bytes = magic.to_vec();
    bytes.extend(PREDICTOR_VERSION.to_le_bytes());
    postcard::to_extend(model, bytes).expect("a model has no map or unsized part that postcard refuses")
}

fn unpacked<T: DeserializeOwned>(magic: &[u8; 8], bytes: &[u8]) -> Result<T, Problem> {
    let rest = bytes.strip_prefix(magic.as_slice()).ok_or_else(|| refused("The model is of another kind."))?;
    let (version, rest) = rest.split_first_chunk().ok_or_else(|| refused("The model is cut short."))?;
    if u16::from_le_bytes(*version) != PREDICTOR_VERSION {
        return Err(refused("The model is of another version than the program around it."));
    }
    postcard::from_bytes(rest).map_err(|_| refused("The model is damaged."))
}

fn misfit() -> Problem {
    refused("The model's parts do not fit each other.")
}

fn refused(event: &str) -> Problem {
    Problem {
        place: "model".into(),
        event: event.into(),
        kept: "Nothing was predicted.".into(),
        cure: "Take the file as it was downloaded, or download it again.".into(),
    }
}
