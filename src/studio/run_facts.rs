//! A trained candidate as names and values: what came of it, what it was made with, and where two of them differ.

use super::design_edits::votes_word;
use super::project::Run;
use super::tree_words::{growth_word, objective_word, trend_word};
use super::words;
use crate::chart::format;
use crate::dataset::Role;
use crate::model::network::Stopped;
use crate::model::trees::Objective;
use crate::model::{ClassWeights, ModelSpec};
use crate::prepare::{Encoding, Impute, PrepareSpec, Scaling};

/// What came of it, and the settings of its model.
pub fn about(run: &Run) -> Vec<(&'static str, String)> {
    let mut all = facts(run);
    if let Some(spec) = run.spec().filter(|_| run.is_own()) {
        all.extend(settings(&spec.model));
    }
    all
}

/// Name and both values wherever two runs differ: scores, then what came of the training, then settings. A value that one
/// of them does not have is a dash.
pub fn differences(one: &Run, other: &Run) -> Vec<Vec<String>> {
    let (left, right) = (everything(one), everything(other));
    let mut names: Vec<&str> = left.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(right.iter().map(|(name, _)| name.as_str()).filter(|name| !left.iter().any(|(n, _)| n == name)));
    let of = |all: &[(String, String)], name: &str| {
        all.iter().find(|(n, _)| n == name).map_or("–".to_owned(), |(_, value)| value.clone())
    };
    let line = |name: &str| vec![name.to_owned(), of(&left, name), of(&right, name)];
    names.into_iter().map(line).filter(|cells| cells[1] != cells[2]).collect()
}

fn everything(run: &Run) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for score in &run.report.scores {
        let mean = score.mean.map_or("–".to_owned(), |mean| format::estimate(mean, score.interval));
        let range = score
            .interval
            .filter(|(low, high)| low < high)
            .map_or(String::new(), |range| format!(" ({})", format::interval(range)));
        all.push((score.metric.name().to_owned(), mean + &range));
    }
    let own = run.spec().filter(|_| run.is_own());
    let mut add = |facts: Vec<(&'static str, String)>| {
        all.extend(facts.into_iter().map(|(name, value)| (name.to_owned(), value)));
    };
    add(facts(run));
    if let Some(spec) = own {
        add(settings(&spec.model));
        add(vec![("Classes count", weights(spec.model.class_weights()))]);
        add(preparation(&spec.prepare));
    }
    let dataset = &run.design.dataset;
    let left_out: Vec<String> =
        dataset.roles.iter().filter(|(_, role)| *role != Role::Feature).map(|(name, _)| name.clone()).collect();
    all.push((
        "Columns left out".to_owned(),
        if left_out.is_empty() { "none".to_owned() } else { left_out.join(", ") },
    ));
    all
}

fn weights(weights: Option<&ClassWeights>) -> String {
    match weights {
        None => "–".to_owned(),
        Some(ClassWeights::Equal) => "as often as they occur".to_owned(),
        Some(ClassWeights::Balanced) => "all the same".to_owned(),
        Some(ClassWeights::Given(given)) => given.iter().map(ToString::to_string).collect::<Vec<_>>().join(" : "),
    }
}

fn preparation(spec: &PrepareSpec) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Categories at most", format::count(spec.max_categories.into())),
        ("Rare below", words::counted(spec.min_category_rows.into(), "row")),
        ("Words at most", format::count(spec.max_words.into())),
    ];
    if spec.encoding == Encoding::OneHot {
        let scaling = match spec.scaling {
            Scaling::None => "as they are",
            Scaling::Standard => "mean 0, deviation 1",
            Scaling::RobustSmoothClip => "by median and quartiles, clipped smoothly",
        };
        let fill = if spec.impute == Impute::Median { "the median" } else { "the mean" };
        facts.extend([
            ("Numbers are scaled", scaling.to_owned()),
            ("Missing numbers become", fill.to_owned()),
            ("A mark for what was missing", if spec.missing_indicator { "yes" } else { "no" }.to_owned()),
        ]);
    }
    facts
}

/// What its training came to.
fn facts(run: &Run) -> Vec<(&'static str, String)> {
    let report = &run.report;
    let rows = ("Rows", format::count(report.n_rows.into()));
    if run.is_given() {
        // Of how it learned nothing is known.
        return vec![rows];
    }
    let mut facts = vec![
        rows,
        ("Columns", format!("{}, prepared as {} features", report.n_features, format::count(report.n_prepared.into()))),
        ("Time for all folds", format::seconds(report.fit_seconds)),
    ];
    if let Some(size) = report.size {
        facts.push(("Learned numbers", format::count(size.n_numbers)));
        facts.push(("Size", format::bytes(size.n_bytes)));
    }
    if let Some(blend) = &report.blend {
        facts.push(("Averages", blend.members_words()));
    }
    if let Some(record) = &report.training {
        facts.push(("Device", record.device.clone()));
        let end = match record.stopped {
            Stopped::AllEpochs => "ran all epochs",
            Stopped::Early => "stopped early",
            Stopped::Cancelled => "stopped by hand",
            Stopped::Diverged => "the loss diverged",
        };
        facts.push(("Epochs", format!("{} run, best was {}; {end}", record.epochs_run, record.best_epoch)));
    }
    if !run.ended.is_empty() {
        facts.push(("Ended", run.ended.replace('T', " ").chars().take(16).collect()));
    }
    facts
}

/// The settings that it was trained with.
fn settings(model: &ModelSpec) -> Vec<(&'static str, String)> {
    let number = |v: f32| format::significant(f64::from(v), 3);
    match model {
        ModelSpec::Baseline => Vec::new(),
        ModelSpec::Linear(spec) => {
            let mut facts = vec![("L2 penalty", number(spec.l2)), ("L1 penalty", number(spec.l1))];
            facts.extend(
                spec.huber.map(|epsilon| ("Outliers", format!("beyond {} usual errors (Huber)", number(epsilon)))),
            );
            facts
        }
        ModelSpec::Neighbours(spec) => vec![
            ("Neighbours", format::count(spec.k.into())),
            ("Votes", votes_word(spec.votes).to_owned()),
            ("Carries", format!("at most {}", format::counted(spec.max_rows.into(), "row", "rows"))),
            ("Seed", spec.seed.to_string()),
        ],
        ModelSpec::Bayes(spec) => vec![("Smoothing", number(spec.smoothing)), ("Widening", number(spec.var_smoothing))],
        ModelSpec::Network(spec) => {
            let hidden = spec.hidden.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ");
            vec![
                ("Hidden layers", if hidden.is_empty() { "none".to_owned() } else { hidden }),
                ("Activation", spec.activation.name().to_owned()),
                ("Dropout", number(spec.dropout)),
                ("Weight decay", number(spec.weight_decay)),
                ("Learning rate", format!("{}, {}", number(spec.learning_rate), spec.schedule.name())),
                ("Batch", format::counted(spec.batch_size.into(), "row", "rows")),
                ("Seed", spec.seed.to_string()),
            ]
        }
        ModelSpec::Boost(spec) => {
            let mut facts = vec![
                ("Loss", objective_word(spec.objective).to_owned()),
                ("Rounds", format!("at most {}", format::count(spec.rounds.into()))),
                ("Learning rate", number(spec.learning_rate)),
                ("Leaves of a tree", leaves(spec.max_leaves, spec.max_depth)),
                ("Rows in a leaf", format!("at least {}", format::count(spec.min_rows_leaf.into()))),
                ("Growth", growth_word(spec.growth).to_owned()),
                ("Seed", spec.seed.to_string()),
            ];
            if spec.objective == Objective::Task {
                facts.remove(0);
            }
            if !spec.monotone.is_empty() {
                let list = spec.monotone.iter().map(|(name, trend)| format!("{name} {}", trend_word(*trend)));
                facts.push(("One way", list.collect::<Vec<_>>().join(", ")));
            }
            facts
        }
        ModelSpec::Forest(spec) => vec![
            ("Trees", format::count(spec.trees.into())),
            ("Leaves of a tree", leaves(spec.max_leaves, spec.max_depth)),
            ("Rows in a leaf", format!("at least {}", format::count(spec.min_rows_leaf.into()))),
            ("Columns of a split", format::percent(spec.column_share.into())),
            ("Seed", spec.seed.to_string()),
        ],
    }
}

fn leaves(most: u32, depth: Option<u32>) -> String {
    let depth = depth.map_or(String::new(), |depth| format!(", {depth} deep"));
    format!("at most {}{depth}", format::count(most.into()))
}
