//! First guesses about a table, from its profile: what is predicted, and what each column is for.

use crate::dataset::{DatasetSpec, Role};
use crate::design::Design;
use crate::model::linear::LinearSpec;
use crate::model::network::{Activation, NetworkSpec, Schedule};
use crate::model::{ClassWeights, ModelSpec};
use crate::pipeline::PipelineSpec;
use crate::prepare::{Impute, PrepareSpec, Scaling};
use crate::split::SplitSpec;
use crate::table::ColumnType;
use crate::table::profile::{ColumnProfile, Shape};

/// Words that people give to the column that is to be predicted.
const TARGET_WORDS: [&str; 8] = ["target", "label", "class", "outcome", "response", "y", "diagnosis", "result"];

/// The column that is most likely to be predicted, with the reason in a sentence. `None`: no column could be a target.
pub fn target(columns: &[ColumnProfile], n_rows: u32) -> Option<(String, String)> {
    let mut best: Option<(i32, usize)> = None;
    for (position, column) in columns.iter().enumerate() {
        let Some(score) = target_score(column, position, columns.len(), n_rows) else {
            continue;
        };
        // Ties go to the later column: targets stand last more often than anywhere else.
        if best.is_none_or(|(earlier, _)| score >= earlier) {
            best = Some((score, position));
        }
    }
    let (_, position) = best?;
    let column = &columns[position];
    let what = if is_classes(column) { format!("has {} classes", column.n_distinct) } else { "is a number".to_owned() };
    let place = match position {
        p if p + 1 == columns.len() => "is the last column",
        0 => "is the first column",
        _ if is_named_target(&column.name) => "is named like one",
        _ => "stands out among the columns",
    };
    Some((column.name.clone(), format!("A guess: {} {place} and {what}.", column.name)))
}

fn target_score(column: &ColumnProfile, position: usize, n_columns: usize, n_rows: u32) -> Option<i32> {
    let usable = match column.column_type {
        ColumnType::Text | ColumnType::Date => false,
        ColumnType::Category | ColumnType::Boolean => (2..=50).contains(&column.n_distinct),
        ColumnType::Number => column.n_distinct >= 2,
    };
    if !usable || role(column, n_rows) != Role::Feature {
        return None;
    }
    let mut score = 0;
    if position + 1 == n_columns {
        score += 4;
    } else if position == 0 {
        score += 2;
    }
    if is_named_target(&column.name) {
        score += 6;
    }
    if is_classes(column) {
        score += 3;
    } else if column.n_distinct <= 20 {
        // A number with few values is more often a count or a year than a quantity to predict.
        score -= 1;
    }
    if column.column_type == ColumnType::Boolean || column.n_distinct == 2 {
        score += 1;
    }
    if u64::from(column.n_missing) * 20 > u64::from(n_rows) {
        score -= 3;
    }
    Some(score)
}

fn is_named_target(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    TARGET_WORDS.contains(&name.as_str())
}

fn is_classes(column: &ColumnProfile) -> bool {
    match column.column_type {
        ColumnType::Category | ColumnType::Boolean => true,
        ColumnType::Number => column.n_distinct == 2,
        ColumnType::Date | ColumnType::Text => false,
    }
}

/// What a column is for, before anybody said so: columns that only name their row are ids.
pub fn role(column: &ColumnProfile, n_rows: u32) -> Role {
    let known = n_rows.saturating_sub(column.n_missing);
    let all_different = known >= 20 && column.n_distinct == known;
    let names_rows = match (&column.column_type, &column.shape) {
        // A counter: whole, without repeats, and without gaps.
        (ColumnType::Number, Shape::Range { minimum, maximum, whole: true, .. }) => {
            all_different && maximum - minimum + 1.0 == f64::from(known)
        }
        (ColumnType::Category, _) => all_different,
        _ => false,
    };
    if names_rows { Role::Id } else { Role::Feature }
}

/// Every column's first role except the target's, in table order.
pub fn roles(columns: &[ColumnProfile], n_rows: u32, target: &str) -> Vec<(String, Role)> {
    columns.iter().filter(|c| c.name != target).map(|c| (c.name.clone(), role(c, n_rows))).collect()
}

/// A first design: every column in its first role, and one candidate of each kind.
pub fn design(columns: &[ColumnProfile], n_rows: u32, target: &str) -> Design {
    let is_number = columns.iter().any(|c| c.name == target && c.column_type == ColumnType::Number && c.n_distinct > 2);
    let prepare = |scaling| PrepareSpec {
        impute: Impute::Median,
        missing_indicator: true,
        scaling,
        min_category_rows: 2,
        max_categories: 100,
    };
    let network = NetworkSpec {
        hidden: vec![64, 64],
        activation: if is_number { Activation::Silu } else { Activation::Selu },
        dropout: 0.0,
        weight_decay: 0.01,
        learning_rate: 0.003,
        schedule: Schedule::Cosine,
        batch_size: 256,
        epochs: 100,
        patience: Some(20),
        validation_share: 0.15,
        class_weights: ClassWeights::Equal,
        seed: 42,
    };
    let linear = LinearSpec { l2: 1.0, max_iterations: 200, class_weights: ClassWeights::Equal };
    Design {
        dataset: DatasetSpec {
            target: target.to_owned(),
            task: None,
            positive: None,
            roles: roles(columns, n_rows, target),
        },
        split: SplitSpec::default(),
        metric: None,
        candidates: vec![
            PipelineSpec { prepare: prepare(Scaling::Standard), model: ModelSpec::Baseline },
            PipelineSpec { prepare: prepare(Scaling::Standard), model: ModelSpec::Linear(linear) },
            PipelineSpec { prepare: prepare(Scaling::RobustSmoothClip), model: ModelSpec::Network(network) },
        ],
    }
}
