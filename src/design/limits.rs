//! Which numbers each field of a design takes: the same for the fields of the page and for the design as text.

use crate::model::bayes::BayesSpec;
use crate::model::linear::LinearSpec;
use crate::model::neighbours::NeighboursSpec;
use crate::model::network::{Limits, NetworkSpec};
use crate::model::trees::{BoostSpec, ForestSpec};
use crate::prepare::PrepareSpec;
use crate::split::SplitSpec;
use crate::tune::SearchSpec;

/// A weight of a class: positive, and no further from 1 than a loss in f32 can bear.
const CLASS_WEIGHT: (f32, f32) = (1e-6, 1e6);
/// Largest whole number up to which each one is an f64 of its own, so that a field can show it.
const MAX_SEED: f64 = 9_007_199_254_740_991.0;

/// The numbers that a field of a design takes, each of them where it takes a list, by the name of the field in its text
/// (`Given` for the weights of classes). `None` where it takes no number.
pub fn limits(field: &str) -> Option<Limits> {
    let whole = |(low, high): (u32, u32)| Limits { low: low.into(), high: high.into(), whole: true };
    let share = |(low, high): (f32, f32)| Limits { low: exact(low), high: exact(high), whole: false };
    Some(match field {
        "holdout" => share((0.0, SplitSpec::MAX_HOLDOUT)),
        "aside" => share((0.0, SplitSpec::MAX_ASIDE)),
        "folds" => whole(SplitSpec::FOLDS),
        "repeats" => whole(SplitSpec::REPEATS),
        "Rows" => whole(SplitSpec::ROWS),
        "Duration" => Limits { low: SplitSpec::DURATION.0, high: SplitSpec::DURATION.1, whole: false },
        "seed" => Limits { low: 0.0, high: MAX_SEED, whole: true },
        "min_category_rows" => whole(PrepareSpec::MIN_CATEGORY_ROWS),
        "max_categories" => whole(PrepareSpec::MAX_CATEGORIES),
        "max_words" => whole(PrepareSpec::MAX_WORDS),
        "l2" => share(LinearSpec::L2),
        "l1" => share(LinearSpec::L1),
        "huber" => share(LinearSpec::HUBER),
        "max_iterations" => whole(LinearSpec::MAX_ITERATIONS),
        "var_smoothing" => share(BayesSpec::VAR_SMOOTHING),
        "smoothing" => share(BayesSpec::SMOOTHING),
        "k" => whole(NeighboursSpec::K),
        "max_rows" => whole(NeighboursSpec::MAX_ROWS),
        "Given" => share(CLASS_WEIGHT),
        "rounds" => whole(BoostSpec::ROUNDS),
        "max_leaves" => whole(BoostSpec::MAX_LEAVES),
        "max_depth" => whole(BoostSpec::MAX_DEPTH),
        "min_rows_leaf" => whole(BoostSpec::MIN_ROWS_LEAF),
        "min_child_weight" => share(BoostSpec::MIN_CHILD_WEIGHT),
        "leaf_l2" => share(BoostSpec::LEAF_L2),
        "row_share" => share(BoostSpec::ROW_SHARE),
        "column_share" => share(BoostSpec::COLUMN_SHARE),
        "max_bins" => whole(BoostSpec::MAX_BINS),
        "delta" => share(BoostSpec::DELTA),
        "level" => share(BoostSpec::LEVEL),
        "trees" => whole(ForestSpec::TREES),
        "minutes" => whole(SearchSpec::MINUTES),
        "first_folds" => whole(SearchSpec::FIRST_FOLDS),
        "promoted_share" => share(SearchSpec::PROMOTED_SHARE),
        "winners" => whole(SearchSpec::WINNERS),
        _ => return NetworkSpec::SETTINGS.iter().find(|setting| setting.field == field)?.limits,
    })
}

/// "a whole number from 2 to 20".
pub fn limits_words(limits: &Limits) -> String {
    format!("a {}number from {} to {}", if limits.whole { "whole " } else { "" }, limits.low, limits.high)
}

/// The f64 that a person would write for this f32, so that 0.1 is 0.1.
fn exact(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}
