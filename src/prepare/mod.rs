//! From raw columns to features: fitted on training rows only, then a plain description that prediction, export and
//! the page read. Everything from here on is f32, in an order of operations that the exported graph repeats.

mod dates;
mod doubts;
mod fit;
pub mod guard;
pub mod inputs;
mod matrix;
pub mod spelling;
mod transform;
mod words;

use serde::{Deserialize, Serialize};

pub use guard::OnUnseen;
pub use inputs::{Cells, Inputs};
pub use matrix::Matrix;
pub use words::Words;

use crate::dataset::words::FEWEST_ROWS;
use crate::problem::Problem;

/// How columns become features, before any row was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrepareSpec {
    /// What the model reads: scaled numbers and marks, or, for trees, numbers and codes as they are. Under `Codes` the
    /// settings `impute`, `missing_indicator` and `scaling` are of no account.
    #[serde(default)]
    pub encoding: Encoding,
    pub impute: Impute,
    /// Add a feature that is 1 where a number was missing, when some training row misses it.
    pub missing_indicator: bool,
    pub scaling: Scaling,
    /// Categories seen in fewer training rows than this share one feature, "other"; words of texts in fewer rows have none.
    pub min_category_rows: u32,
    /// At most this many categories of a column get a feature of their own, the most frequent first.
    pub max_categories: u32,
    /// At most this many words of a column of texts get a feature, those of most rows first.
    #[serde(default = "usual_words")]
    pub max_words: u32,
}

fn usual_words() -> u32 {
    PrepareSpec::for_network().max_words
}

impl PrepareSpec {
    pub const MIN_CATEGORY_ROWS: (u32, u32) = (1, 1_000_000);
    pub const MAX_CATEGORIES: (u32, u32) = (1, 10_000);
    pub const MAX_WORDS: (u32, u32) = (1, 2_000);

    /// Standardised numbers, which the L2 penalty of a linear model presumes.
    pub fn for_linear() -> Self {
        Self { scaling: Scaling::Standard, ..Self::for_network() }
    }

    /// Robust scaling with smooth clipping: a network meets no extreme value.
    pub fn for_network() -> Self {
        Self {
            encoding: Encoding::OneHot,
            impute: Impute::Median,
            missing_indicator: true,
            scaling: Scaling::RobustSmoothClip,
            min_category_rows: FEWEST_ROWS,
            max_categories: 64,
            max_words: 200,
        }
    }

    /// Nothing is filled in or scaled, and categories are codes: trees split missing values and sets of categories
    /// themselves.
    pub fn for_trees() -> Self {
        Self {
            encoding: Encoding::Codes,
            missing_indicator: false,
            scaling: Scaling::None,
            max_categories: 254,
            // Each is a feature that every split looks at.
            max_words: 100,
            ..Self::for_network()
        }
    }

    /// What is wrong with the settings themselves.
    pub fn validate(&self) -> Vec<Problem> {
        let numbers = [
            ("min_category_rows", self.min_category_rows, Self::MIN_CATEGORY_ROWS, "rows of a rare category", 3),
            ("max_categories", self.max_categories, Self::MAX_CATEGORIES, "categories of a column", 64),
            ("max_words", self.max_words, Self::MAX_WORDS, "words of a column", 200),
        ];
        let outside = numbers.into_iter().filter(|(_, value, (fewest, most), ..)| !(fewest..=most).contains(&value));
        outside
            .map(|(field, value, (fewest, most), noun, usual)| Problem {
                place: format!("prepare, {field}"),
                event: format!("{value} {noun} are outside {fewest} to {most}."),
                kept: "Nothing was trained.".into(),
                cure: format!("Give a whole number from {fewest} to {most}, such as {usual}."),
            })
            .collect()
    }
}

/// What categories, missing values and dates become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// A feature of 0 and 1 for each category; missing numbers are filled in.
    #[default]
    OneHot,
    /// Numbers as they are, NaN where missing; a category is the number of its level.
    Codes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Impute {
    Median,
    Mean,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scaling {
    None,
    /// (x − mean) / standard deviation.
    Standard,
    /// (x − median) / interquartile range, then z / √(1 + (z/3)²). Source: RealMLP, arXiv 2407.04491.
    RobustSmoothClip,
}

/// How a column enters the fitted pipeline and the exported graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputKind {
    /// f32, NaN when missing.
    Number,
    /// UTF-8, "" when missing. Categories, yes/no columns and texts.
    Text,
    /// i64 milliseconds since 1970-01-01T00:00:00Z, `i64::MIN` when missing.
    Date,
}

/// A raw column that the pipeline reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub name: String,
    pub kind: InputKind,
    /// Texts that mean "missing" for this column, beside "" (kind `Text` only).
    pub missing_spellings: Vec<String>,
    /// What stood beside the numbers in the training data, as in `table::Column` (kind `Number` only).
    pub unit: Option<String>,
    /// Smallest and largest value in the training rows, dates in milliseconds; `None` for texts, and where all are missing.
    pub range: Option<(f64, f64)>,
    /// Whether the dates have a time of day (kind `Date` only).
    pub has_time: bool,
}

/// A fitted preparation: `blocks` read `inputs` and write consecutive features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preparation {
    pub inputs: Vec<Input>,
    pub blocks: Vec<Block>,
    /// One name per feature, such as `age`, `age is missing`, `port = Queenstown`, `day: month = 3`.
    pub feature_names: Vec<String>,
    /// For each feature the position in `inputs` of the column it comes from.
    pub feature_inputs: Vec<u32>,
}

impl Preparation {
    /// Preparations that read the same inputs and each have the next blocks and features of this one. `sizes`: blocks and
    /// features of each.
    ///
    /// # Errors
    /// Sizes that do not go with the blocks.
    pub fn parts(&self, sizes: &[(usize, usize)]) -> Result<Vec<Self>, String> {
        let (mut block, mut feature) = (0, 0);
        let mut parts = Vec::new();
        for (n_blocks, n_features) in sizes {
            let (blocks, features) = (block..block + n_blocks, feature..feature + n_features);
            (block, feature) = (blocks.end, features.end);
            let of =
                (self.blocks.get(blocks), self.feature_names.get(features.clone()), self.feature_inputs.get(features));
            let (Some(blocks), Some(names), Some(inputs)) = of else {
                return Err("the members of the blend do not share its features".into());
            };
            if blocks.iter().map(Block::n_features).sum::<usize>() != *n_features {
                return Err("a member of the blend reads other features than its own".into());
            }
            parts.push(Self {
                inputs: self.inputs.clone(),
                blocks: blocks.to_vec(),
                feature_names: names.to_vec(),
                feature_inputs: inputs.to_vec(),
            });
        }
        if block == self.blocks.len() { Ok(parts) } else { Err("features of the blend belong to no member".into()) }
    }
}

/// Scaled values are clipped to ±`LIMIT`, so that no number that f32 can hold, infinities included, leads to an infinity
/// or NaN later on: (`LIMIT` / 3)² is finite.
pub const LIMIT: f32 = 1e15;

/// One input's way into features. The order of features within a block is the order of the fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// x ← impute where NaN; z = clip((x − center) / scale, −`LIMIT`, `LIMIT`); with `smooth_clip`
    /// z / √(1 + (z/3)·(z/3)). With `indicator` a second feature: 1 where x was NaN, else 0.
    Number { input: u32, impute: f32, center: f32, scale: f32, smooth_clip: bool, indicator: bool },
    /// One feature per level (1 where the cell has that level, else 0), then, if `other`, one for every other text, then,
    /// if `missing`, one for missing. Without `other`, an unknown text sets no feature; without `missing`, a missing
    /// cell sets none. Which texts are a level, missing or unknown: `spelling::Spellings`.
    Category { input: u32, levels: Vec<String>, other: bool, missing: bool },
    /// Days since the epoch, `(milliseconds as f64 / 86_400_000.0) as f32`, with the fields of `Number`, then, for each
    /// of `parts`, a one-hot group; a missing date sets no one-hot feature.
    Date { input: u32, impute: f32, center: f32, scale: f32, smooth_clip: bool, indicator: bool, parts: Vec<DatePart> },
    /// One feature: the number as it is, NaN where missing, ±∞ clipped to ±`f32::MAX`.
    Plain { input: u32 },
    /// One feature: the position of the cell's level, `levels.len()` for every other text, NaN where missing. Which texts
    /// are a level, missing or unknown: `spelling::Spellings`.
    Code { input: u32, levels: Vec<String> },
    /// Days since the epoch as in `Date`, NaN where missing, then each of `parts` as one number (month 1 to 12, weekday
    /// 1 to 7 from Monday, hour 0 to 23), NaN where missing.
    Days { input: u32, parts: Vec<DatePart> },
    /// One feature per word: 0 where the text does not have it, else as `Words::values`; then, if `missing`, one that is 1
    /// where the cell is missing, which has no words. Which texts are missing: `spelling::Spellings` without levels.
    Words { input: u32, words: Words, unit: bool, missing: bool },
}

/// A calendar part of a date in UTC, one-hot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DatePart {
    /// 12 features, January first.
    Month,
    /// 7 features, Monday first.
    Weekday,
    /// 24 features.
    Hour,
}

impl DatePart {
    pub fn n_values(self) -> usize {
        match self {
            Self::Month => 12,
            Self::Weekday => 7,
            Self::Hour => 24,
        }
    }

    /// The number that its first position stands for.
    pub fn first_number(self) -> u8 {
        match self {
            Self::Month | Self::Weekday => 1,
            Self::Hour => 0,
        }
    }
}
