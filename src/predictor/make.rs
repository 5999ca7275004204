//! A run of the studio as a predictor: what of it travels, and what its page says of itself.

use serde::Serialize;

use super::Predictor;
use crate::metrics::Metric;
use crate::monitor::{Reference, Sketch};
use crate::order::OrderBy;
use crate::package::build::Source;
use crate::package::promise::Promise;
use crate::package::schema::{kind_word, range_texts, task_word};
use crate::package::{PackageAbout, half_width, levels, score_text};
use crate::pipeline::Pipeline;
use crate::prepare::{Block, InputKind};
use crate::problem::Problem;
use crate::table::{date_text, number_text};
use crate::validate::Report;
use crate::validate::conformal::Bounds;

/// Levels that a form offers.
const MOST_LEVELS: usize = 200;

/// What the page shows, written as JSON beside the model.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    pub title: String,
    /// "binary", "multiclass", "regression".
    pub task: &'static str,
    pub target: String,
    pub labels: Vec<String>,
    pub threshold: Option<f64>,
    pub on_unseen: &'static str,
    /// How often ranges or sets hold the truth; `None` where nothing is promised.
    pub promise: Option<PromiseFact>,
    /// When the training ended, and the Hearth that made the file.
    pub created: String,
    pub generator: String,
    pub columns: Vec<ColumnFact>,
    /// The essentials of the model's card.
    pub card: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PromiseFact {
    /// A share of rows.
    pub level: f64,
    /// "9 in 10".
    pub words: &'static str,
    /// Of the rows of each class.
    pub by_class: bool,
}

/// A column of the form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnFact {
    pub name: String,
    /// "number", "text", "date".
    pub kind: &'static str,
    /// What stands beside its numbers, such as "%".
    pub unit: Option<String>,
    /// Smallest and largest value in training.
    pub range: Option<(String, String)>,
    /// Texts with a feature of their own; empty for numbers and dates, and where there are too many to choose from.
    pub levels: Vec<String>,
    /// Other texts were in the training rows too.
    pub other: bool,
    pub has_time: bool,
    /// Share of training rows that missed it.
    pub missing: Option<f64>,
    /// A usual value.
    pub typical: Option<String>,
}

/// A piece of the card.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    pub title: &'static str,
    pub lines: Vec<String>,
}

/// `reveals`: what the package of the run says that it reveals.
///
/// # Errors
/// A model behind steps, which this program does not do.
pub fn make(
    pipeline: &Pipeline,
    report: &Report,
    about: &PackageAbout,
    source: &Source,
    reveals: &[String],
) -> Result<Predictor, Problem> {
    if !source.replay.is_empty() {
        let n = source.replay.steps.len();
        return Err(Problem {
            place: "predictor".into(),
            event: format!("Steps ({n}) make the columns that the model reads; the predictor does none."),
            kept: "The package has the steps in it.".into(),
            cure: "Predict here or with “hearth score”, which do the steps first.".into(),
        });
    }
    let inputs = &pipeline.preparation.inputs;
    let reference = source.reference.as_ref();
    let missing: Vec<Option<f64>> =
        (0..inputs.len()).map(|at| reference.and_then(|reference| reference.missing_share(at))).collect();
    let typical: Vec<Option<String>> = (0..inputs.len()).map(|at| usual(pipeline, reference, at)).collect();
    let column = |(at, input): (usize, &crate::prepare::Input)| {
        let known = levels(pipeline, at).filter(|levels| levels.len() <= MOST_LEVELS).unwrap_or_default();
        let other = pipeline.preparation.blocks.iter().any(|block| {
            block.input() == at && matches!(block, Block::Category { other: true, .. } | Block::Code { .. })
        });
        ColumnFact {
            name: input.name.clone(),
            kind: kind_word(input.kind),
            unit: input.unit.clone(),
            range: range_texts(input),
            levels: known.to_vec(),
            other: other || (input.kind == InputKind::Text && known.is_empty()),
            has_time: input.has_time,
            missing: missing[at],
            typical: typical[at].clone(),
        }
    };
    let promise = Promise::of(report, about.cover);
    let facts = Facts {
        title: if about.project.is_empty() { format!("Predict {}", pipeline.target) } else { about.project.clone() },
        task: task_word(pipeline.task),
        target: pipeline.target.clone(),
        labels: pipeline.labels.clone(),
        threshold: about.threshold,
        on_unseen: about.on_unseen.word(),
        promise: promise.as_ref().map(|promise| PromiseFact {
            level: promise.cover.level.share(),
            words: promise.cover.level.words(),
            by_class: promise.cover.by_class,
        }),
        created: about.created.clone(),
        generator: format!("Hearth {}", env!("CARGO_PKG_VERSION")),
        columns: inputs.iter().enumerate().map(column).collect(),
        card: card(pipeline, report, about, promise.as_ref(), reveals),
    };
    let facts = serde_json::to_string(&facts).map_err(|e| Problem {
        place: "predictor".into(),
        event: format!("What its page says could not be written ({e})."),
        kept: "The package was made.".into(),
        cure: "Copy the diagnostics and report this.".into(),
    })?;
    Ok(Predictor {
        pipeline: pipeline.clone(),
        known: pipeline.preparation.known_texts(),
        csv: source.import.as_ref().map(|receipt| receipt.settings.clone()).unwrap_or_default(),
        threshold: about.threshold,
        on_unseen: about.on_unseen,
        promise,
        missing,
        typical,
        facts,
    })
}

/// A value that half of the training rows reach, or the most frequent text. Where no sketch came with the model, what stands
/// in for a missing number.
fn usual(pipeline: &Pipeline, reference: Option<&Reference>, position: usize) -> Option<String> {
    let input = &pipeline.preparation.inputs[position];
    let text = |value: f64| match input.kind {
        InputKind::Date => {
            let day = if input.has_time { value } else { value - value.rem_euclid(86_400_000.0) };
            date_text(day as i64, input.has_time)
        }
        InputKind::Number | InputKind::Text => number_text(value),
    };
    match reference.and_then(|reference| reference.columns.get(position)).map(|column| &column.sketch) {
        Some(Sketch::Numbers(numbers)) => {
            let mut before = 0;
            let middle = numbers.knots.iter().find(|(_, n, _)| {
                before += n;
                2 * before >= numbers.n
            });
            middle.map(|(value, ..)| text(*value))
        }
        Some(Sketch::Levels(levels)) => levels.levels.first().map(|(level, _)| level.clone()),
        None => {
            pipeline.preparation.blocks.iter().find(|block| block.input() == position).and_then(|block| match block {
                Block::Number { impute, .. } => Some(format!("{impute}")),
                Block::Category { levels, .. } | Block::Code { levels, .. } => levels.first().cloned(),
                Block::Date { .. } | Block::Plain { .. } | Block::Days { .. } | Block::Words { .. } => None,
            })
        }
    }
}

/// What is promised of every prediction, and what is not.
fn promised(promise: &Promise) -> Vec<String> {
    let level = promise.cover.level;
    let what = match promise.bounds {
        Bounds::Half(_) => {
            format!("The truth of a new row lies in the range with a chance of at least {} %.", level.percent())
        }
        Bounds::Least(_) | Bounds::Gathered(_) => format!(
            "The true class of a new row{} is among those that could be it with a chance of at least {} %. There may be several, \
             or none: then no class is likely enough.",
            if promise.cover.by_class { ", whatever it is," } else { "" },
            level.percent()
        ),
    };
    let rests = format!(
        "{} rows that no fit has learned from stand behind it (split conformal prediction). It holds on average, for rows drawn \
         as those were: not where the world has changed since, and not of rows unlike those of the training.",
        promise.n_rows
    );
    vec![what, rests]
}

fn card(
    pipeline: &Pipeline,
    report: &Report,
    about: &PackageAbout,
    promise: Option<&Promise>,
    reveals: &[String],
) -> Vec<Section> {
    let section = |title, lines: Vec<String>| Section { title, lines };
    let kind = crate::package::kind_words(&pipeline.model);
    let what = match pipeline.labels.as_slice() {
        [] => format!("{kind}, to predict the number {}.", pipeline.target),
        labels => format!("{kind}, to say which of {} classes of {} a row is of.", labels.len(), pipeline.target),
    };
    let mut is = vec![format!("{}{}", what[..1].to_uppercase(), &what[1..])];
    is.push(format!("Trained on {} rows with known answers; the training ended {}.", report.n_rows, about.created));
    is.push("Nobody has said in it what it is for. Do not let it decide about people before somebody has.".to_owned());
    let score = |score: &crate::validate::Score| {
        let half = half_width(score);
        let number = |value: f64| score_text(Some(value), half);
        let mean = score.mean?;
        let interval = match score.interval {
            Some((low, high)) => format!(" (95 % interval {} to {})", number(low), number(high)),
            None => " (too few folds for an interval)".to_owned(),
        };
        let guessing = score.baseline.map_or_else(String::new, |value| format!("; guessing: {}", number(value)));
        Some(format!("{}, {}: {}{interval}{guessing}.", score.metric.name(), score.metric.plain(), number(mean)))
    };
    let primary = Metric::primary(report.task);
    let mut scores: Vec<&crate::validate::Score> = report.scores.iter().collect();
    scores.order_by_key(|score| score.metric != primary);
    let mut scored: Vec<String> = scores.into_iter().filter_map(score).collect();
    match scored.is_empty() {
        true => scored.push("It was not validated.".to_owned()),
        false => scored.insert(0, "Measured on rows that its models had not seen, fold by fold:".to_owned()),
    }
    let mut all = vec![section("What it is", is), section("How good it is", scored)];
    if let Some(promise) = promise {
        all.push(section("How far the truth may lie off", promised(promise)));
    }
    for (title, lines) in [("What is in doubt", &about.doubts), ("What was tried to prove it wrong", &about.gates)] {
        if !lines.is_empty() {
            all.push(section(title, lines.clone()));
        }
    }
    if !reveals.is_empty() {
        all.push(section("What this file reveals of the training rows", reveals.to_vec()));
    }
    let guard = match about.on_unseen {
        crate::prepare::OnUnseen::Error => about.on_unseen.sentence().to_owned(),
        _ => format!(
            "{} Known are the columns, their ranges, texts and shares of missing cells.",
            about.on_unseen.sentence()
        ),
    };
    all.push(section("What it does with rows unlike those of its training", vec![guard]));
    all
}
