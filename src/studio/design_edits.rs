//! What the Design stage changes, as functions from a design to the next one, and what it says about candidates.

use super::words::counted;
use crate::dataset::{DatasetSpec, Role, Task};
use crate::design::{Design, limits};
use crate::model::bayes::BayesSpec;
use crate::model::linear::LinearSpec;
use crate::model::neighbours::{NeighboursSpec, Votes};
use crate::model::network::NetworkSpec;
use crate::model::trees::{BoostSpec, ForestSpec};
use crate::model::{ClassWeights, ModelSpec};
use crate::pipeline::PipelineSpec;
use crate::prepare::{Encoding, PrepareSpec, Scaling};
use crate::split::SplitKind;
use crate::table::ColumnType;
use crate::table::profile::ColumnProfile;

/// The role of a column; one that is not named is a feature.
pub fn role_of(design: &Design, name: &str) -> Role {
    design.dataset.roles.iter().find(|(n, _)| n == name).map_or(Role::Feature, |(_, role)| *role)
}

pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Feature => "Use",
        Role::Ignore => "Ignore",
        Role::KnownTooLate => "Known too late",
        Role::Id => "Names the row",
        Role::Group => "Keep together",
        Role::Time => "Time",
        Role::Sensitive => "Sensitive",
    }
}

/// What the role means, in a line.
pub fn role_meaning(role: Role) -> &'static str {
    match role {
        Role::Feature => "Learned from.",
        Role::Ignore => "Left out: not wanted, or personal data.",
        Role::KnownTooLate => "Not known yet when the prediction is needed; learning from it would be cheating.",
        Role::Id => "A number or code of the row; there is nothing to learn from it.",
        Role::Group => "Rows with the same value stand on one side of every split: a patient, a household, a machine.",
        Role::Time => "Orders the rows: models are tested on later ones. A date or a number.",
        Role::Sensitive => "Tells apart groups of people to be treated alike. Not learned from.",
    }
}

pub const ROLES: [Role; 7] =
    [Role::Feature, Role::Ignore, Role::KnownTooLate, Role::Id, Role::Group, Role::Time, Role::Sensitive];

/// The design with another role for these columns. `order` names the table's columns. Of a role that only one column can
/// have, the last of these takes it, and the split follows: it keeps groups together, or goes forwards in time.
pub fn with_role(design: &Design, order: &[String], names: &[String], role: Role) -> Design {
    let only = matches!(role, Role::Group | Role::Time).then(|| names.last()).flatten();
    let next_role = |name: &String| match (role_of(design, name), only) {
        (_, Some(only)) if name == only => role,
        (before, Some(_)) if before == role => retired(before),
        (before, Some(_)) => before,
        (_, None) if names.contains(name) => role,
        (before, None) => before,
    };
    let mut next = design.clone();
    next.dataset.roles = order
        .iter()
        .filter(|name| **name != design.dataset.target)
        .map(|name| (name.clone(), next_role(name)))
        .collect();
    let has = |role: Role| next.dataset.roles.iter().any(|(_, of)| *of == role);
    next.split.kind = match (design.split.kind, role) {
        (SplitKind::Random { repeats }, Role::Group) if has(Role::Group) => SplitKind::Group { repeats },
        (SplitKind::Random { .. } | SplitKind::Group { .. }, Role::Time) if has(Role::Time) => SplitKind::FORWARD,
        (SplitKind::Group { repeats }, _) if !has(Role::Group) => SplitKind::Random { repeats },
        (SplitKind::Time { .. }, _) if !has(Role::Time) && has(Role::Group) => SplitKind::Group { repeats: 1 },
        (SplitKind::Time { .. }, _) if !has(Role::Time) => SplitKind::Random { repeats: 1 },
        (kind, _) => kind,
    };
    next
}

/// The role of a column that no longer splits the rows: a group's name is nothing to learn from, a date may be.
fn retired(role: Role) -> Role {
    match role {
        Role::Group => Role::Id,
        Role::Time => Role::Feature,
        other => other,
    }
}

/// The design whose split keeps the rows of each value of a column together.
pub fn by_group(design: &Design, order: &[String], column: &str) -> Design {
    with_role(&at_random(design), order, &[column.to_owned()], Role::Group)
}

/// The design whose split tests on rows that are later by a column.
pub fn by_time(design: &Design, order: &[String], column: &str) -> Design {
    with_role(&at_random(design), order, &[column.to_owned()], Role::Time)
}

/// The design whose split is dealt by chance.
pub fn at_random(design: &Design) -> Design {
    let mut next = design.clone();
    for (_, role) in &mut next.dataset.roles {
        *role = retired(*role);
    }
    next.split.kind = match design.split.kind {
        SplitKind::Random { repeats } | SplitKind::Group { repeats } => SplitKind::Random { repeats },
        SplitKind::Time { .. } => SplitKind::Random { repeats: 1 },
    };
    next
}

/// The design that sets a share of the rows aside for what is promised.
pub fn with_aside(design: &Design, share: f32) -> Design {
    let mut next = design.clone();
    next.split.aside = share;
    next
}

/// The design whose folds are dealt so often; in time they are dealt once.
pub fn with_repeats(design: &Design, repeats: u32) -> Design {
    let mut next = design.clone();
    next.split.kind = match design.split.kind {
        SplitKind::Random { .. } => SplitKind::Random { repeats },
        SplitKind::Group { .. } => SplitKind::Group { repeats },
        SplitKind::Time { window, gap } => SplitKind::Time { window, gap },
    };
    next
}

/// A first design for a target that the person chose, where none could be guessed.
pub fn first_design(target: &str, columns: &[ColumnProfile], n_rows: u32) -> Design {
    let is_number = columns.iter().any(|c| {
        c.name == target && matches!(c.column_type, ColumnType::Number | ColumnType::Date) && c.n_distinct > 10
    });
    let task = if is_number { Task::Regression } else { Task::Multiclass };
    let dataset = DatasetSpec { target: target.to_owned(), ..DatasetSpec::default() };
    Design::default_for(dataset, task, n_rows as usize, columns.len().saturating_sub(1))
}

/// The design with another target. The task and the positive class follow from the new one, the old one becomes a
/// feature, and weights of classes that are no more are dropped.
pub fn with_target(design: &Design, order: &[String], target: &str) -> Design {
    let mut next = design.clone();
    next.dataset.target = target.to_owned();
    next.dataset.task = None;
    next.dataset.positive = None;
    next.metric = None;
    next.dataset.roles =
        order.iter().filter(|name| *name != target).map(|name| (name.clone(), role_of(design, name))).collect();
    for candidate in &mut next.candidates {
        if let Some(weights @ ClassWeights::Given(_)) = candidate.model.class_weights_mut() {
            *weights = ClassWeights::Equal;
        }
    }
    next
}

/// The design with another positive class of two. The positive class is the last; `labels` are the classes in the order
/// that they had when the design was last looked at. Weights that were given stay with their classes.
pub fn with_positive(design: &Design, labels: &[String], positive: &str) -> Design {
    let mut next = design.clone();
    next.dataset.positive = Some(positive.to_owned());
    let chosen = design.dataset.positive.as_ref().filter(|chosen| labels.contains(chosen));
    if labels.len() != 2 || chosen.or(labels.last()).is_none_or(|now| now == positive) {
        return next;
    }
    for candidate in &mut next.candidates {
        if let Some(ClassWeights::Given(weights)) = candidate.model.class_weights_mut() {
            weights.reverse();
        }
    }
    next
}

/// The design with one candidate replaced; a place beyond the last adds it.
pub fn with_candidate(design: &Design, position: usize, candidate: PipelineSpec) -> Design {
    let mut next = design.clone();
    match next.candidates.get_mut(position) {
        Some(slot) => *slot = candidate,
        None => next.candidates.push(candidate),
    }
    next
}

/// The design without one candidate. The baseline stays: nothing can be judged without it.
pub fn without_candidate(design: &Design, position: usize) -> Design {
    let mut next = design.clone();
    if next.candidates.get(position).is_some_and(|c| c.model != ModelSpec::Baseline) {
        next.candidates.remove(position);
    }
    next
}

/// Each kind of candidate as a table would begin with it, for this target and task: the defaults that settings are
/// compared to, and what can be added.
/// `n_rows` counts rows with a target, `n_features` the columns that are used.
pub fn defaults(design: &Design, task: Task, n_rows: u32, n_features: usize) -> Vec<PipelineSpec> {
    let mut candidates = Design::default_for(design.dataset.clone(), task, n_rows as usize, n_features).candidates;
    // Known, though no design begins with them.
    let extra = ForestSpec::default_for(true, n_features, task);
    candidates.push(PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Forest(extra) });
    let bayes = ModelSpec::Bayes(BayesSpec::default());
    candidates.push(PipelineSpec { prepare: PrepareSpec::for_linear(), model: bayes });
    let neighbours = ModelSpec::Neighbours(NeighboursSpec::default());
    candidates.push(PipelineSpec { prepare: PrepareSpec::for_linear(), model: neighbours });
    candidates.retain(|candidate| candidate.model.validate(task).is_empty());
    candidates
}

/// The design with the default settings of each kind of model for this task. Candidates that become alike are one; those of
/// a kind that the task does not have are left out.
pub fn with_defaults(design: &Design, task: Task, n_rows: u32, n_features: usize) -> Design {
    let defaults = defaults(design, task, n_rows, n_features);
    let mut next = design.clone();
    next.candidates.clear();
    for candidate in &design.candidates {
        let Some(default) = default_of(&defaults, &candidate.model) else { continue };
        let fresh = PipelineSpec { prepare: candidate.prepare.clone(), model: default.model.clone() };
        if !next.candidates.contains(&fresh) {
            next.candidates.push(fresh);
        }
    }
    next
}

/// Whether two designs have the same candidates, apart from the weights of classes, which belong to one target.
pub fn same_but_class_weights(a: &Design, b: &Design) -> bool {
    let without = |candidate: &PipelineSpec| {
        let mut candidate = candidate.clone();
        if let Some(weights) = candidate.model.class_weights_mut() {
            *weights = ClassWeights::Equal;
        }
        candidate
    };
    a.candidates.iter().map(without).eq(b.candidates.iter().map(without))
}

/// The candidate of the same kind among the defaults.
pub fn default_of<'a>(defaults: &'a [PipelineSpec], model: &ModelSpec) -> Option<&'a PipelineSpec> {
    defaults.iter().find(|c| c.model.name() == model.name())
}

/// How many settings of a candidate differ from its default.
pub fn n_differing(candidate: &PipelineSpec, default: &PipelineSpec) -> usize {
    let model = match (&candidate.model, &default.model) {
        (ModelSpec::Linear(a), ModelSpec::Linear(b)) => n_differing_linear(a, b),
        (ModelSpec::Network(a), ModelSpec::Network(b)) => n_differing_network(a, b),
        (ModelSpec::Boost(a), ModelSpec::Boost(b)) => n_differing_boost(a, b),
        (ModelSpec::Forest(a), ModelSpec::Forest(b)) => n_differing_forest(a, b),
        (ModelSpec::Bayes(a), ModelSpec::Bayes(b)) => n_differing_bayes(a, b),
        (ModelSpec::Neighbours(a), ModelSpec::Neighbours(b)) => n_differing_neighbours(a, b),
        _ => 0,
    };
    model + n_differing_prepare(&candidate.prepare, &default.prepare)
}

fn n_differing_linear(a: &LinearSpec, b: &LinearSpec) -> usize {
    let LinearSpec { l2, l1, huber, max_iterations, class_weights } = a;
    [
        *l2 != b.l2,
        *l1 != b.l1,
        *huber != b.huber,
        *max_iterations != b.max_iterations,
        *class_weights != b.class_weights,
    ]
    .iter()
    .filter(|d| **d)
    .count()
}

fn n_differing_bayes(a: &BayesSpec, b: &BayesSpec) -> usize {
    let BayesSpec { var_smoothing, smoothing, class_weights } = a;
    [*var_smoothing != b.var_smoothing, *smoothing != b.smoothing, *class_weights != b.class_weights]
        .iter()
        .filter(|d| **d)
        .count()
}

fn n_differing_neighbours(a: &NeighboursSpec, b: &NeighboursSpec) -> usize {
    let NeighboursSpec { k, votes, max_rows, seed } = a;
    [*k != b.k, *votes != b.votes, *max_rows != b.max_rows, *seed != b.seed].iter().filter(|d| **d).count()
}

fn n_differing_network(a: &NetworkSpec, b: &NetworkSpec) -> usize {
    let NetworkSpec {
        hidden,
        activation,
        dropout,
        weight_decay,
        learning_rate,
        schedule,
        batch_size,
        epochs,
        patience,
        validation_share,
        class_weights,
        seed,
    } = a;
    [
        *hidden != b.hidden,
        *activation != b.activation,
        *dropout != b.dropout,
        *weight_decay != b.weight_decay,
        *learning_rate != b.learning_rate,
        *schedule != b.schedule,
        *batch_size != b.batch_size,
        *epochs != b.epochs,
        *patience != b.patience,
        *validation_share != b.validation_share,
        *class_weights != b.class_weights,
        *seed != b.seed,
    ]
    .iter()
    .filter(|d| **d)
    .count()
}

fn n_differing_boost(a: &BoostSpec, b: &BoostSpec) -> usize {
    let BoostSpec {
        objective,
        growth,
        rounds,
        learning_rate,
        max_leaves,
        max_depth,
        min_rows_leaf,
        min_child_weight,
        leaf_l2,
        row_share,
        column_share,
        max_bins,
        patience,
        validation_share,
        monotone,
        class_weights,
        seed,
    } = a;
    [
        *objective != b.objective,
        *growth != b.growth,
        *rounds != b.rounds,
        *learning_rate != b.learning_rate,
        *max_leaves != b.max_leaves,
        *max_depth != b.max_depth,
        *min_rows_leaf != b.min_rows_leaf,
        *min_child_weight != b.min_child_weight,
        *leaf_l2 != b.leaf_l2,
        *row_share != b.row_share,
        *column_share != b.column_share,
        *max_bins != b.max_bins,
        *patience != b.patience,
        *validation_share != b.validation_share,
        *monotone != b.monotone,
        *class_weights != b.class_weights,
        *seed != b.seed,
    ]
    .iter()
    .filter(|d| **d)
    .count()
}

fn n_differing_forest(a: &ForestSpec, b: &ForestSpec) -> usize {
    let ForestSpec { extra, trees, max_depth, max_leaves, min_rows_leaf, column_share, class_weights, seed } = a;
    [
        *extra != b.extra,
        *trees != b.trees,
        *max_depth != b.max_depth,
        *max_leaves != b.max_leaves,
        *min_rows_leaf != b.min_rows_leaf,
        *column_share != b.column_share,
        *class_weights != b.class_weights,
        *seed != b.seed,
    ]
    .iter()
    .filter(|d| **d)
    .count()
}

/// How many settings of the preparation differ.
pub fn n_differing_prepare(a: &PrepareSpec, b: &PrepareSpec) -> usize {
    let PrepareSpec { encoding, impute, missing_indicator, scaling, min_category_rows, max_categories, max_words } = a;
    [
        *encoding != b.encoding,
        *impute != b.impute,
        *missing_indicator != b.missing_indicator,
        *scaling != b.scaling,
        *min_category_rows != b.min_category_rows,
        *max_categories != b.max_categories,
        *max_words != b.max_words,
    ]
    .iter()
    .filter(|d| **d)
    .count()
}

/// A candidate in a line.
pub fn candidate_line(model: &ModelSpec) -> String {
    match model {
        ModelSpec::Baseline => {
            "Looks at no column: the share of each class, or the mean. The wall that the others must clear.".to_owned()
        }
        ModelSpec::Linear(spec) => {
            let weights = if spec.class_weights == ClassWeights::Equal { "" } else { ", classes weighted" };
            let zero = if spec.l1 > 0.0 { format!(", many set to 0 by one of {}", spec.l1) } else { String::new() };
            format!("One weight per feature, held small by a penalty of {}{zero}{weights}.", spec.l2)
        }
        ModelSpec::Neighbours(spec) => format!(
            "The answers of the {} that are most like a row, {}. Carries at most {} of the data with it.",
            counted(u64::from(spec.k), "row"),
            votes_word(spec.votes),
            counted(u64::from(spec.max_rows), "row")
        ),
        ModelSpec::Bayes(_) => {
            "Takes each feature by itself: a bell curve for each number and class, a share for each category and class."
                .to_owned()
        }
        ModelSpec::Network(spec) => {
            let layers = match spec.hidden.as_slice() {
                [] => "No hidden layer".to_owned(),
                [one] => format!("One hidden layer of {one}"),
                [first, rest @ ..] if rest.iter().all(|w| w == first) => {
                    format!("{} hidden layers of {first}", spec.hidden.len())
                }
                many => format!("Hidden layers of {}", many.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")),
            };
            let dropout = if spec.dropout > 0.0 { format!(", dropout {}", spec.dropout) } else { String::new() };
            format!(
                "{layers}, {}{dropout}; at most {}.",
                spec.activation.name(),
                counted(u64::from(spec.epochs), "epoch")
            )
        }
        ModelSpec::Boost(spec) => format!(
            "Trees that correct each other: {} of at most {}, a share of {} of each taken.",
            counted(u64::from(spec.rounds), "round"),
            counted(u64::from(spec.max_leaves), "leaf"),
            spec.learning_rate
        ),
        ModelSpec::Forest(spec) => {
            let how = if spec.extra { "random thresholds" } else { "random rows" };
            format!("{} that differ by {how}, averaged.", counted(u64::from(spec.trees), "tree"))
        }
    }
}

pub fn votes_word(votes: Votes) -> &'static str {
    match votes {
        Votes::Uniform => "one vote each",
        Votes::Distance => "nearer ones worth more",
    }
}

pub fn encoding_word(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Codes => "codes that are split by sets",
        Encoding::OneHot => "a feature each, 0 or 1 (one-hot)",
    }
}

pub fn scaling_word(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::None => "as they are",
        Scaling::Standard => "mean 0, spread 1 (standard)",
        Scaling::RobustSmoothClip => "by quartiles, extremes eased (robust)",
    }
}

/// The widths of hidden layers from a text such as "64, 64"; empty for none.
pub fn widths(text: &str) -> Result<Vec<u32>, String> {
    let parts: Vec<&str> = text.split([',', ' ', ';', '×']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > NetworkSpec::MAX_LAYERS {
        return Err(format!("At most {} hidden layers, please. The layers before stay.", NetworkSpec::MAX_LAYERS));
    }
    let range = limits("hidden").map_or(1.0..=f64::MAX, |limits| limits.low..=limits.high);
    parts
        .into_iter()
        .map(|part| match part.parse::<u32>() {
            Ok(width) if range.contains(&f64::from(width)) => Ok(width),
            _ => Err(format!(
                "“{part}” is no width: whole numbers from {} to {}, with commas. The layers before stay.",
                range.start(),
                range.end()
            )),
        })
        .collect()
}
