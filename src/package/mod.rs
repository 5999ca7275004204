//! A fitted pipeline as one ZIP that other programs run, and the project file.

pub mod archive;
pub mod build;
pub mod check;
pub mod golden;
pub mod labels;
mod layouts;
pub mod onnx;
pub mod open;
pub mod outside;
pub mod parity;
pub mod predictions_csv;
pub mod project_file;
pub mod promise;
mod readme;
pub(crate) use readme::{half_width, kind_words, number as score_text};
mod recipe;
mod reveals;
pub mod schema;
mod trees;
mod worth;
pub mod zip_bytes;

use serde::{Deserialize, Serialize};

use crate::pipeline::Pipeline;
use crate::prepare::{Block, Words};

/// Facts for the package that the engine cannot know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PackageAbout {
    pub project: String,
    /// When the run ended, ISO 8601 UTC; entry times in the ZIP derive from it.
    pub created: String,
    /// Threshold of a binary task; `None`: the higher probability wins.
    pub threshold: Option<f64>,
    /// What is done with rows that hold what training never saw.
    pub on_unseen: crate::prepare::OnUnseen,
    /// Of what rows that were set aside promise, where there are any.
    pub cover: crate::validate::Cover,
    /// How often the test set was opened.
    pub looks: u32,
    /// Checks of the run that were failed or are in doubt, a sentence each.
    pub doubts: Vec<String>,
    /// What the person demands of every row; those that are off are of no account.
    pub rules: Vec<crate::rules::Rule>,
    /// What the columns are worth, once it was measured.
    pub importance: Option<crate::explain::Importance>,
    /// The model beside the other candidates, as sentences; the first sums it up.
    pub comparison: Vec<String>,
    /// Why the threshold stands where it stands and what it comes to, where a rule chose it.
    pub decision: Vec<String>,
    /// What was tried to prove it wrong, its gates, and why one that was closed was overridden: a sentence each.
    pub gates: Vec<String>,
    /// Groups of people beside each other, where columns are sensitive and it was looked at.
    pub groups: Option<GroupsTold>,
}

/// Groups of people beside each other, in words and in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupsTold {
    /// What was found and what it does not mean, a sentence or two each.
    pub lines: Vec<String>,
    /// A name, headers and rows each.
    pub tables: Vec<(String, Vec<String>, Vec<Vec<String>>)>,
    /// What `report.json` holds.
    pub found: crate::validate::fairness::Fairness,
}

/// Whether a ZIP file with these entries is a package, or what is left of one.
pub fn is_one(paths: &[String]) -> bool {
    let holds = |path: &str| paths.iter().any(|p| p == path);
    match paths {
        // Of a file that is cut short only the first entry is known.
        [only] => only == layouts::TRITON_MODEL,
        _ => holds(build::PIPELINE) || (holds(build::MODEL) && holds(build::SCHEMA)),
    }
}

/// What the page shows of a package before it leaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PackageSummary {
    pub file_name: String,
    /// (path, bytes, purpose in a line).
    pub files: Vec<(String, u64, String)>,
    pub readme: String,
    /// Largest deviation between the studio and the interpreter over the golden rows: probabilities, or units of the
    /// target's standard deviation.
    pub largest_deviation: f64,
    pub n_golden: u32,
    pub reveals: Vec<String>,
    pub sha256: String,
}

/// The levels of the category block that reads an input.
pub(crate) fn levels(pipeline: &Pipeline, position: usize) -> Option<&[String]> {
    pipeline.preparation.blocks.iter().find_map(|block| match block {
        Block::Category { input, levels, .. } | Block::Code { input, levels } if *input as usize == position => {
            Some(levels.as_slice())
        }
        Block::Category { .. } | Block::Code { .. } => None,
        Block::Number { .. } | Block::Date { .. } | Block::Plain { .. } | Block::Days { .. } | Block::Words { .. } => {
            None
        }
    })
}

/// The words that the first block has that reads an input as texts.
pub(crate) fn words(pipeline: &Pipeline, position: usize) -> Option<&Words> {
    pipeline.preparation.blocks.iter().find_map(|block| match block {
        Block::Words { input, words, .. } if *input as usize == position => Some(words),
        _ => None,
    })
}

/// `wanted`, with a number behind it if it is among `taken`.
pub(crate) fn free_name(wanted: &str, taken: &[String]) -> String {
    let mut name = wanted.to_owned();
    let mut copy = 1;
    while taken.contains(&name) {
        copy += 1;
        name = format!("{wanted} ({copy})");
    }
    name
}
