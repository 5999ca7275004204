//! A run of the studio as a predictor: what of it travels, and what its page says of itself.

use serde::Serialize;

use super::{Flavour, PackedModel, Predictor, Stepped, raw};
use crate::metrics::Metric;
use crate::monitor::{Reference, Sketch};
use crate::order::OrderBy;
use crate::package::build::Source;
use crate::package::promise::Promise;
use crate::package::schema::{kind_word, range_texts, task_word};
use crate::package::{PackageAbout, half_width, levels, score_text, zip_bytes};
use crate::pipeline::Pipeline;
use crate::prepare::{Block, InputKind};
use crate::problem::Problem;
use crate::recipe::{RawColumn, Replay, Step};
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
    /// What is done to a row before the model reads it, a step each; none where it is read as it comes.
    pub steps: Vec<String>,
    /// What a row has: the columns before the steps.
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

/// A run as its page and module carry it, with or without steps. `reveals`: what the package of the run says that it reveals.
///
/// # Errors
/// When what it says of itself cannot be written.
pub fn packed(
    pipeline: &Pipeline,
    report: &Report,
    about: &PackageAbout,
    source: &Source,
    reveals: &[String],
) -> Result<PackedModel, Problem> {
    let (flavour, bytes) = match source.replay.is_empty() {
        true => (Flavour::Plain, make(pipeline, report, about, source, reveals)?.to_bytes()),
        false => (Flavour::Steps, make_stepped(pipeline, report, about, source, reveals)?.to_bytes()),
    };
    Ok(PackedModel { flavour, bytes: zip_bytes::gzip(&bytes) })
}

/// Of a run without steps: the rows are those that the model reads.
///
/// # Errors
/// As `packed`.
pub fn make(
    pipeline: &Pipeline,
    report: &Report,
    about: &PackageAbout,
    source: &Source,
    reveals: &[String],
) -> Result<Predictor, Problem> {
    let inputs = &pipeline.preparation.inputs;
    let reference = source.reference.as_ref();
    let missing = missing_shares(pipeline, reference);
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
    let columns = inputs.iter().enumerate().map(column).collect();
    let facts = facts(pipeline, report, about, (&source.replay, columns), reveals)?;
    Ok(predictor(pipeline, report, about, source, (missing, typical, facts)))
}

/// Of a run behind steps: rows are as the file of the training had them.
///
/// # Errors
/// As `packed`.
pub fn make_stepped(
    pipeline: &Pipeline,
    report: &Report,
    about: &PackageAbout,
    source: &Source,
    reveals: &[String],
) -> Result<Stepped, Problem> {
    let inputs = &pipeline.preparation.inputs;
    let reference = source.reference.as_ref();
    let missing = missing_shares(pipeline, reference);
    let behind = (0..inputs.len()).map(|at| usual(pipeline, reference, at)).collect();
    let Replay { steps, columns, .. } = &source.replay;
    let typical: Vec<Option<String>> = columns.iter().map(raw::usual).collect();
    let column = |(column, typical): (&RawColumn, &Option<String>)| {
        let input = raw::raw_input(column);
        ColumnFact {
            name: column.name.clone(),
            kind: kind_word(input.kind),
            unit: column.unit.clone(),
            range: range_texts(&input),
            levels: column.levels.clone(),
            other: column.other,
            has_time: column.has_time,
            missing: None,
            typical: typical.clone(),
        }
    };
    let told = columns.iter().zip(&typical).map(column).collect();
    let facts = facts(pipeline, report, about, (&source.replay, told), reveals)?;
    // A column that comes of none is the same in every row: its part is 0, whoever has it.
    let sources: Option<Vec<u32>> = inputs
        .iter()
        .map(|input| match source.replay.sources(&input.name)[..] {
            [] => Some(0),
            [one] => Some(one as u32),
            _ => None,
        })
        .collect();
    Ok(Stepped {
        model: predictor(pipeline, report, about, source, (missing, behind, facts)),
        replay: Replay { steps: steps.clone(), columns: columns.iter().map(raw::bare).collect(), ..Replay::default() },
        typical,
        sources: sources.unwrap_or_default(),
    })
}

/// For each column that the model reads the share of training rows that missed it.
fn missing_shares(pipeline: &Pipeline, reference: Option<&Reference>) -> Vec<Option<f64>> {
    let share = |at| reference.and_then(|reference| reference.missing_share(at));
    (0..pipeline.preparation.inputs.len()).map(share).collect()
}

fn predictor(
    pipeline: &Pipeline,
    report: &Report,
    about: &PackageAbout,
    source: &Source,
    (missing, typical, facts): (Vec<Option<f64>>, Vec<Option<String>>, String),
) -> Predictor {
    Predictor {
        pipeline: pipeline.clone(),
        known: pipeline.preparation.known_texts(),
        csv: source.import.as_ref().map(|receipt| receipt.settings.clone()).unwrap_or_default(),
        threshold: about.threshold,
        on_unseen: about.on_unseen,
        promise: Promise::of(report, about.cover),
        missing,
        typical,
        facts,
    }
}

/// What the page shows, as JSON.
fn facts(
    pipeline: &Pipeline,
    report: &Report,
    about: &PackageAbout,
    (replay, columns): (&Replay, Vec<ColumnFact>),
    reveals: &[String],
) -> Result<String, Problem> {
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
        steps: titles(&replay.steps),
        columns,
        card: card(pipeline, report, about, (promise.as_ref(), replay), reveals),
    };
    serde_json::to_string(&facts).map_err(|e| Problem {
        place: "predictor".into(),
        event: format!("What its page says could not be written ({e})."),
        kept: "The package was made.".into(),
        cure: "Copy the diagnostics and report this.".into(),
    })
}

/// A text that has none of a model's words and is not missing either.
const NO_WORDS: &str = "…";

/// A value that half of the training rows reach, or the most frequent text. Where no sketch came with the model, what stands
/// in for a missing number. A text that is read for its words says none where no one text was frequent.
fn usual(pipeline: &Pipeline, reference: Option<&Reference>, position: usize) -> Option<String> {
    let input = &pipeline.preparation.inputs[position];
    let text = |value: f64| match input.kind {
        InputKind::Date => {
            let day = if input.has_time { value } else { value - value.rem_euclid(86_400_000.0) };
            date_text(day as i64, input.has_time)
        }
        InputKind::Number | InputKind::Text => number_text(value),
    };
    let block = pipeline.preparation.blocks.iter().find(|block| block.input() == position);
    let found = match reference.and_then(|reference| reference.columns.get(position)).map(|column| &column.sketch) {
        Some(Sketch::Numbers(numbers)) => {
            let mut before = 0;
            let middle = numbers.knots.iter().find(|(_, n, _)| {
                before += n;
                2 * before >= numbers.n
            });
            middle.map(|(value, ..)| text(*value))
        }
        Some(Sketch::Levels(levels)) => levels.levels.first().map(|(level, _)| level.clone()),
        None => block.and_then(|block| match block {
            Block::Number { impute, .. } => Some(format!("{impute}")),
            Block::Category { levels, .. } | Block::Code { levels, .. } => levels.first().cloned(),
            Block::Date { .. } | Block::Plain { .. } | Block::Days { .. } | Block::Words { .. } => None,
        }),
    };
    found.or_else(|| block.filter(|block| matches!(block, Block::Words { .. })).map(|_| NO_WORDS.to_owned()))
}

fn titles(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| step.operation.title()).collect()
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
    (promise, replay): (Option<&Promise>, &Replay),
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
    if !replay.steps.is_empty() {
        all.push(section("What it does to a row before the model reads it", titles(&replay.steps)));
    }
    if !replay.omitted.is_empty() {
        let mut lines = vec![
            "Rows to predict are taken as they come: where a step made other rows of several, bring them in the form behind it."
                .to_owned(),
        ];
        lines.extend(titles(&replay.omitted));
        all.push(section("What was done to the training rows alone", lines));
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
