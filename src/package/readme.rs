//! The package's `README.md`.

mod elsewhere;
mod method;
mod promised;

use std::fmt::Write;

use elsewhere::elsewhere;
use method::{by_chance, in_time, method};

use super::build::{REFERENCE, Source, TABLE_SCHEMA};
use super::golden::N_ROWS;
use super::onnx::write::versions;
use super::parity::{FLOAT_LIMIT, TOLERANCE};
use super::promise::Promise;
use super::schema::{Schema, SchemaInput};
use super::{PackageAbout, trees};
use crate::dataset::Task;
use crate::design::Design;
use crate::metrics::Metric;
use crate::model::calibrated::Map;
use crate::model::network::Stopped;
use crate::model::{Model, ModelSpec};
use crate::pipeline::Pipeline;
use crate::recipe::{Replay, Step};
use crate::split::SplitKind;
use crate::table::csv::grouped;
use crate::validate::{Fit, MAX_POINTS, Report, Score, Views};

/// Columns that the examples and lists spell out.
const SHOWN: usize = 40;

/// The one thing that no record tells.
const INTENDED: &str = "**What it is for.** Nobody has said so yet. Before anybody relies on it, write here who decides what with it, about \
                        whom, and what it must not be used for; everything else on this page is from the record of the training.\n";

/// What was made of the package before its page.
pub struct Made<'a> {
    pub schema: &'a Schema,
    pub reveals: &'a [String],
    pub promise: Option<&'a Promise>,
    /// Of model.onnx.
    pub model_bytes: usize,
}

/// The whole page in Markdown.
pub fn write(
    pipeline: &Pipeline,
    report: &Report,
    design: &Design,
    about: &PackageAbout,
    source: &Source,
    made: &Made,
) -> String {
    let Made { schema, reveals, promise, model_bytes } = *made;
    let mut out = String::new();
    let kind = kind_words(&pipeline.model);
    let title = if about.project.is_empty() { "Model" } else { &about.project };
    // A project is often called after the column that it predicts.
    let names_the_target = title.trim().eq_ignore_ascii_case(pipeline.target.trim());
    push(
        &mut out,
        &match names_the_target {
            true => format!("# A model of {}\n", markdown(&pipeline.target)),
            false => format!("# {}: {}\n", markdown(title), markdown(&pipeline.target)),
        },
    );
    push(&mut out, &what_it_is(pipeline, about, kind));
    push(&mut out, INTENDED);
    if let Model::Trees(model) = pipeline.model.uncalibrated() {
        push(&mut out, &trees::how_large(model, model_bytes));
    }
    push(&mut out, &fit_and_estimate(report, about, &held_back(pipeline.model.uncalibrated(), design)));
    push(&mut out, &validated(report, design));
    if let Some((sentence, others)) = about.comparison.split_first() {
        push(&mut out, &format!("**Beside the other candidates.** {}\n", markdown(sentence)));
        for line in others {
            push(&mut out, &format!("- {}", markdown(line)));
        }
        out.push('\n');
    }
    if !about.doubts.is_empty() {
        push(&mut out, "## What is in doubt\n");
        for doubt in &about.doubts {
            push(&mut out, &format!("- {}", markdown(doubt)));
        }
        out.push('\n');
    }
    if !about.gates.is_empty() {
        push(&mut out, "## What was tried to prove it wrong\n");
        for line in &about.gates {
            push(&mut out, &format!("- {}", markdown(line)));
        }
        out.push('\n');
    }
    if let Some(decisions) = decisions(report, about) {
        push(&mut out, &decisions);
    }
    for line in &about.decision {
        push(&mut out, &format!("{}\n", markdown(line)));
    }
    let uncertainty = promised::section(report, promise);
    if !uncertainty.is_empty() {
        push(&mut out, &uncertainty);
    }
    if let Some(importance) = &about.importance {
        push(&mut out, &super::worth::section(importance));
    }
    if let Some(told) = &about.groups {
        push(&mut out, &groups(told));
    }
    push(&mut out, &inputs(schema, source.import.is_some()));
    let steps = steps(&source.replay);
    if !steps.is_empty() {
        push(&mut out, &steps);
    }
    push(&mut out, &outputs(pipeline, schema));
    push(&mut out, &how_to_run(schema, pipeline.task));
    push(&mut out, &check(pipeline.task));
    push(&mut out, &elsewhere(pipeline.task, about.on_unseen));
    if source.table_schema.is_some() {
        push(&mut out, &rules(about));
    }
    if let Some(reference) = &source.reference {
        push(&mut out, &watching(reference.n_rows));
    }
    push(&mut out, "## What this package reveals\n");
    for sentence in reveals {
        push(&mut out, &format!("- {}", markdown(sentence)));
    }
    if !report.notes.is_empty() || !report.left_out.is_empty() {
        push(&mut out, "\n## Notes from the training\n");
        for note in &report.notes {
            push(&mut out, &format!("- {}", markdown(note)));
        }
        for (column, reason) in report.left_out.iter().take(SHOWN) {
            push(&mut out, &format!("- Left out: {}: {}", code(column), markdown(reason)));
        }
        if report.left_out.len() > SHOWN {
            push(
                &mut out,
                &format!("- … and {} more columns, in report.json", grouped((report.left_out.len() - SHOWN) as u64)),
            );
        }
    }
    out
}

fn push(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

pub(crate) fn kind_words(model: &Model) -> &'static str {
    match model {
        Model::Baseline(_) => "the baseline, which looks at no column",
        Model::Linear(_) => "a linear model",
        Model::Network(_) => "a neural network",
        Model::Bayes(_) => "a naive Bayes model",
        Model::Neighbours(_) => "a model of nearest neighbours, which carries training rows",
        Model::Blend(_) => "an ensemble: a weighted average of several models",
        Model::Trees(model) if model.average => "a forest of decision trees",
        Model::Trees(_) => "boosted decision trees",
        Model::Calibrated(calibrated) => kind_words(&calibrated.model),
    }
}

fn map_words(map: &Map) -> &'static str {
    match map {
        Map::Sigmoid(_) => "a sigmoid (Platt)",
        Map::Isotonic(_) => "a curve that never falls (isotonic)",
        Map::Temperature(_) => "one temperature for all classes",
    }
}

fn what_it_is(pipeline: &Pipeline, about: &PackageAbout, kind: &str) -> String {
    let target = code(&pipeline.target);
    let task = match pipeline.task {
        Task::Binary => {
            let label = |i: usize| pipeline.labels.get(i).map(|l| code(l)).unwrap_or_default();
            let rule = match about.threshold {
                Some(t) => format!("`label` is {} where its probability is at least {t}", label(1)),
                None => "`label` is the more probable of both".to_owned(),
            };
            format!("It predicts whether {target} is {} or {}; {rule}.", label(1), label(0))
        }
        Task::Multiclass => {
            let labels: Vec<String> = pipeline.labels.iter().take(SHOWN).map(|l| code(l)).collect();
            let more = if pipeline.labels.len() > SHOWN { ", …" } else { "" };
            format!("It predicts which of {} classes {target} is: {}{more}.", pipeline.labels.len(), labels.join(", "))
        }
        Task::Regression => format!("It predicts {target}, a number."),
    };
    let mut bent = String::new();
    if let Model::Calibrated(calibrated) = &pipeline.model {
        bent = format!(
            " Its probabilities are calibrated inside `model.onnx`, by {} that was fitted on predictions for rows that the \
             models making them had not seen.",
            map_words(&calibrated.map)
        );
    }
    format!(
        "This package holds {kind}, trained with Hearth {}{}. {task}{bent}\n\n\
         `model.onnx` takes the values of the columns as they are, one input each; the filling of missing values, the encoding \
         and the scaling are inside. It needs a runtime for ONNX opset {} with ai.onnx.ml 3.\n",
        env!("CARGO_PKG_VERSION"),
        if about.created.is_empty() { String::new() } else { format!(" and finished at {}", about.created) },
        versions(&pipeline.preparation).0,
    )
}

/// Which of its rows a fit did not learn from but watched, as a sentence with a blank before it; empty where there are none.
fn held_back(model: &Model, design: &Design) -> String {
    let what = match model {
        Model::Network(_) => "did not set weights",
        Model::Trees(model) if !model.average => "grew no tree",
        Model::Baseline(_)
        | Model::Linear(_)
        | Model::Trees(_)
        | Model::Blend(_)
        | Model::Calibrated(_)
        | Model::Bayes(_)
        | Model::Neighbours(_) => {
            return String::new();
        }
    };
    let mut shares: Vec<f32> = Vec::new();
    for candidate in &design.candidates {
        let share = match (&candidate.model, model) {
            (ModelSpec::Network(spec), Model::Network(_)) => spec.validation_share,
            (ModelSpec::Boost(spec), Model::Trees(_)) => spec.patience.map_or(0.0, |_| spec.validation_share),
            _ => continue,
        };
        if !shares.contains(&share) {
            shares.push(share);
        }
    }
    match shares[..] {
        [] | [0.0] => String::new(),
        [share] => format!(
            " Of the rows of each fit, {} % {what}: they told when to stop.",
            crate::table::number_text((f64::from(share) * 1000.0).round() / 10.0)
        ),
        _ => format!(
            " Of the rows of each fit, a share (validation_share in design.json) {what}: they told when to stop."
        ),
    }
}

fn fit_and_estimate(report: &Report, about: &PackageAbout, held_back: &str) -> String {
    let n = grouped(report.split.n_fitted);
    let forwards = matches!(report.split.kind, SplitKind::Time { .. });
    let fit = match (report.fit, report.n_holdout) {
        (Fit::Elsewhere(_), _) => return String::new(),
        (Fit::Fold { fold, n_folds, n_training, .. }, h) => {
            let locked = match h {
                0 => String::new(),
                h => format!(" The test set ({}) is outside all folds.", counted(h as usize, "row", "rows")),
            };
            format!(
                "**Which fit it holds.** The training was stopped by hand in fold {fold} of {n_folds}. The model is that of \
                 this fold, as far as it had come: it was fitted on {} and not once more on all.{locked}",
                counted(n_training as usize, "row", "rows")
            )
        }
        (Fit::All, h) if forwards => {
            let locked = match h {
                0 => String::new(),
                h => format!(
                    " before the test set. No fit has seen the {} of the test set, the latest of all",
                    counted(h as usize, "row", "rows")
                ),
            };
            format!(
                "**Which fit it holds.** After the validation the model was fitted once more, on the latest {n} rows{locked}."
            )
        }
        (Fit::All, 0) if report.split.n_aside > 0 => {
            format!("**Which fit it holds.** After the validation the model was fitted once more, on {n} rows.")
        }
        (Fit::All, 0) => {
            format!(
                "**Which fit it holds.** After the validation the model was fitted once more, on all {n} rows with a known target."
            )
        }
        (Fit::All, h) if report.split.n_aside > 0 => format!(
            "**Which fit it holds.** After the validation the model was fitted once more, on {n} rows outside the test set. No \
             fit has seen the {} of the test set.",
            counted(h as usize, "row", "rows")
        ),
        (Fit::All, h) => format!(
            "**Which fit it holds.** After the validation the model was fitted once more, on all {n} rows with a known target \
             outside the test set. No fit has seen the {} of the test set.",
            counted(h as usize, "row", "rows")
        ),
    };
    let fit = match report.split.n_aside {
        0 => fit,
        n => format!(
            "{fit} Nor has any fit seen the {} that were set aside: what is promised below rests on them, so the model was \
             not fitted once more with them.",
            counted(n as usize, "row", "rows")
        ),
    };
    let looks = match about.looks {
        0 if report.n_holdout > 0 => " The test set has not been opened.".to_owned(),
        0 => String::new(),
        1 => " The test set was opened once in this project.".to_owned(),
        k => {
            format!(" The test set was opened {k} times in this project; every look makes its scores more flattering.")
        }
    };
    if let Fit::Fold { fold, .. } = report.fit {
        let earlier = match fold {
            0 | 1 => String::new(),
            _ => ", those of the folds before it from models that were fitted the same way to their end".to_owned(),
        };
        return format!(
            "{fit}{held_back} **Which estimate describes it.** The scores of fold {fold} come from this model itself{earlier}; no score \
             was computed on rows that its model had seen.{looks}\n"
        );
    }
    let cut = match &report.training {
        Some(record) if record.stopped == Stopped::Cancelled => format!(
            " This last fit was stopped by hand after epoch {} and is the best until then; the fits of the folds went on to \
             their end.",
            record.epochs_run
        ),
        Some(_) | None => String::new(),
    };
    format!(
        "{fit}{held_back}{cut} **Which estimate describes it.** The scores of cross-validation below come from models that were fitted the \
         same way on part of these rows, and scored on the other part; no score was computed on rows that its model had \
         seen.{looks}\n"
    )
}

fn validated(report: &Report, design: &Design) -> String {
    if report.scores.is_empty() {
        return "## How it was validated\n\nNo scores were computed for this model.\n".to_owned();
    }
    let folds = report.scores.first().map_or(design.split.folds as usize, |s| s.folds.len());
    let method = match report.fit {
        Fit::All | Fit::Elsewhere(_) => method(report, folds),
        Fit::Fold { n_folds, .. } => {
            let folds = counted(folds, "fold", "folds");
            format!("A cross-validation of {n_folds} folds that was stopped by hand: {folds} scored")
        }
    };
    let interval = match folds {
        1 => "One fold has no interval",
        2 => "Two folds are too few for an interval",
        _ => "The interval is an approximate 95 % interval of the mean over folds",
    };
    let mut out = format!(
        "## How it was validated\n\n{method} on {} rows{}. {}{interval}. {}{}\n\n",
        grouped(report.n_rows),
        if report.split.stratified { ", stratified by class" } else { "" },
        in_time(report),
        how_to_read(report),
        by_chance(report),
    );
    let holdout = report.holdout.as_ref();
    let test = |text: &str| if holdout.is_some() { format!(" {text} |") } else { String::new() };
    let head = holdout.map_or(String::new(), |_| {
        format!("test set, {}, 95 % interval over rows (baseline)", counted(report.n_holdout as usize, "row", "rows"))
    });
    let _ = writeln!(out, "| metric | cross-validation | 95 % interval | over rows | baseline | rows |{}", test(&head));
    let _ = writeln!(out, "|---|---|---|---|---|---|{}", if holdout.is_some() { "---|" } else { "" });
    for score in &report.scores {
        let on_test = holdout.map_or(String::new(), |h| {
            let half = half_width(score);
            let of = |scores: &[(Metric, Option<f64>)]| {
                number(scores.iter().find(|(m, _)| *m == score.metric).and_then(|(_, v)| *v), half)
            };
            let over_rows = h.resampled.as_ref().and_then(|r| r.of(score.metric));
            let over_rows = over_rows.map_or(String::new(), |i| format!(", {}", range(Some(i), half)));
            format!("{}{over_rows} ({})", of(&h.scores), of(&h.baseline))
        });
        let _ = writeln!(out, "{}{}", score_row(score, report), test(&on_test));
    }
    if let Some(resampled) = &report.resampled {
        let units = match &resampled.groups {
            Some(column) => format!("groups of {}", code(column)),
            None => "rows".to_owned(),
        };
        let _ = writeln!(
            out,
            "\nThe interval over rows is a 95 % percentile bootstrap: {} samples of the {} {units} drawn again, with the \
             models of the folds as they are. It says how far other rows of the same kind would move a score, not how far \
             another training would.",
            grouped(resampled.n_replicates),
            grouped(resampled.n_units),
        );
    }
    if holdout.is_some() {
        let look = holdout.map_or(1, |h| h.look);
        let _ = writeln!(out, "\nThe test set's scores are from look number {look}.");
    }
    out
}

pub(crate) fn half_width(score: &Score) -> Option<f64> {
    score.interval.map(|(low, high)| (high - low) / 2.0).or(score.deviation)
}

/// An interval with the digits of a score.
fn range(interval: Option<(f64, f64)>, half: Option<f64>) -> String {
    match interval {
        Some((low, high)) => format!("{} to {}", number(Some(low), half), number(Some(high), half)),
        None => "could not tell".to_owned(),
    }
}

fn score_row(score: &Score, report: &Report) -> String {
    let half = half_width(score);
    let interval = range(score.interval, half);
    let over_rows = range(report.resampled.as_ref().and_then(|r| r.of(score.metric)), half);
    let scored = score.folds.iter().filter(|f| f.is_some()).count();
    let note =
        if scored < score.folds.len() { format!(" ({scored} of {} folds)", score.folds.len()) } else { String::new() };
    let at = if report.task == Task::Binary && score.metric.judges_calls() { " at threshold 0.5" } else { "" };
    format!(
        "| {}{at} ({}) | {}{note} | {interval} | {over_rows} | {} | {} |",
        score.metric.name(),
        score.metric.plain(),
        number(score.mean, half),
        number(score.baseline, half),
        grouped(report.n_rows),
    )
}

/// What the scores are of, and what the baseline is.
fn how_to_read(report: &Report) -> String {
    match report.task {
        Task::Regression => format!(
            "The baseline answers with the mean of the training rows and was scored on the same folds. All errors are in the \
             unit of {}.",
            code(&report.target)
        ),
        Task::Multiclass => {
            "The baseline answers with the share of each class and was scored on the same folds. ROC AUC, PR \
             AUC and F1 are the mean over the classes, each against all others."
                .to_owned()
        }
        Task::Binary => format!(
            "The baseline answers with the share of each class and was scored on the same folds. The positive class is {}.",
            report.labels.get(1).map(|label| code(label)).unwrap_or_default()
        ),
    }
}

/// What the model called right and wrong in the validation where it decides at another threshold than the scores.
fn decisions(report: &Report, about: &PackageAbout) -> Option<String> {
    let (Task::Binary, Views::Classes(views), Some(threshold)) = (report.task, &report.views, about.threshold) else {
        return None;
    };
    let (curve, positive) = (views.curves.first()?, code(report.labels.get(1)?));
    // By falling threshold; a long curve keeps only some of its points.
    let at = curve.thresholds.iter().rev().find(|point| point.threshold >= threshold)?;
    let about = if curve.thresholds.len() >= MAX_POINTS { "about " } else { "" };
    Some(format!(
        "This package decides at {threshold}. At that threshold the models of the folds called {about}{} of {} right, and \
         {about}{} of the {} other rows {positive} by mistake.\n",
        at.true_positive,
        counted(curve.n_positive as usize, &format!("{positive} row"), &format!("{positive} rows")),
        at.false_positive,
        curve.n_negative,
    ))
}

/// A score with as many digits as its interval supports: two of the half width.
pub(crate) fn number(value: Option<f64>, half_width: Option<f64>) -> String {
    let Some(value) = value else { return "could not tell".to_owned() };
    let half = half_width.filter(|h| h.is_finite() && *h > 0.0).unwrap_or(value.abs() / 1000.0);
    if half <= 0.0 {
        return format!("{value}");
    }
    let digits = (1.0 - libm::floor(libm::log10(half))).clamp(0.0, 12.0) as usize;
    let text = format!("{value:.digits$}");
    // A rounded zero has no sign.
    match text.strip_prefix('-') {
        Some(rest) if !rest.bytes().any(|b| (b'1'..=b'9').contains(&b)) => rest.to_owned(),
        Some(_) | None => text,
    }
}

fn inputs(schema: &Schema, has_recipe: bool) -> String {
    let mut out = "## What goes in\n\nEvery input has the shape [N, 1], one row per prediction.\n\n".to_owned();
    out.push_str("| input | type | missing | seen in training |\n|---|---|---|---|\n");
    for input in schema.inputs.iter().take(SHOWN) {
        let seen = match (&input.range, &input.levels) {
            (Some((low, high)), _) => {
                let unit = input.unit.as_ref().map_or(String::new(), |unit| format!(", in {}", cell(unit)));
                format!("{low} to {high}{unit}")
            }
            (None, Some(levels)) => {
                let shown: Vec<String> = levels.iter().take(8).map(|l| cell(l)).collect();
                let more = if levels.len() > 8 {
                    format!(", … ({} in all)", grouped(levels.len() as u64))
                } else {
                    String::new()
                };
                format!("{}{more}", shown.join(", "))
            }
            (None, None) => match input.words.as_ref().map_or(0, Vec::len) {
                0 => String::new(),
                n => format!("text; {} count", counted(n, "word", "words")),
            },
        };
        let renamed =
            if input.input == input.column { String::new() } else { format!(" (column {})", cell(&input.column)) };
        let missing = match input.kind.as_str() {
            "number" => "NaN",
            "date" => "−2⁶³",
            _ => "empty text",
        };
        let _ = writeln!(out, "| {}{renamed} | {} | {missing} | {seen} |", cell(&input.input), input.r#type);
    }
    if schema.inputs.len() > SHOWN {
        let _ =
            writeln!(out, "\n… and {} more; `schema.json` lists all.", grouped((schema.inputs.len() - SHOWN) as u64));
    }
    if schema.inputs.iter().any(|i| i.kind == "date") {
        out.push_str("\nDates are int64 milliseconds since 1970-01-01T00:00:00Z.\n");
    }
    if schema.inputs.iter().any(|i| i.words.is_some()) {
        out.push_str(
            "\nOf texts it counts which of the words in `schema.json` stand in them, however often, in small or capital letters, composed \
             or decomposed Unicode; rare words weigh more (tf-idf). Words are two to forty letters, digits or `_` of any script; all else \
             stands between them. `\"\"`, `None`, `nan`, `null` and the like are no text.\n",
        );
    }
    if schema.inputs.iter().any(|i| i.kind == "text" && i.words.is_none()) {
        out.push_str(
            "\nCategories are compared character by character, upper and lower case apart. Only composed and decomposed Unicode, `1` and \
             `1.0`, and `true` and `True` are the same. The texts that programs write for nothing (`None`, `nan`, `null`, …) \
             count as missing, unless one is a category itself. A category that training did not know counts as \"other\" or \
             sets no feature; it is no error.\n",
        );
    }
    if has_recipe {
        out.push_str(
            "\n`recipe.json` says how the training file's texts became these values: encoding, delimiter, decimal mark, texts \
             for missing values, units and the order of day and month.\n",
        );
    }
    out
}

/// What is done to rows before the model reads them, and what was done to the training rows alone; nothing without steps.
fn steps(replay: &Replay) -> String {
    let list = |steps: &[Step]| {
        let lines = steps.iter().map(|step| format!("- {}", markdown(&step.operation.title())));
        lines.collect::<Vec<_>>().join("\n")
    };
    let mut out = String::new();
    if !replay.steps.is_empty() {
        let names: Vec<String> = replay.columns.iter().take(SHOWN).map(|column| code(&column.name)).collect();
        let more = if replay.columns.len() > SHOWN { ", …" } else { "" };
        let _ = writeln!(
            out,
            "## Steps that come first\n\n\
             The columns above are not those of the data file. These steps make them from {}{more}, row by row and in this \
             order:\n\n{}\n\n\
             They are not in `model.onnx`: it, `schema.json`, `golden.csv` and `verify.py` speak of the columns behind them. \
             `recipe.json` holds the steps in full; whoever runs the model on rows of such a file does them first. Hearth does \
             so by itself when it opens this package, and so do the page and the JavaScript module that it hands out beside it.",
            names.join(", "),
            list(&replay.steps)
        );
    }
    if !replay.omitted.is_empty() {
        let _ = writeln!(
            out,
            "{}## Steps that were done to the training rows alone\n\n{}\n\n\
             They chose or formed the rows that were learned from, or changed what the model does not read. Rows to predict \
             are taken as they come: where a step made other rows of several, bring them in the form behind it.",
            if out.is_empty() { "" } else { "\n" },
            list(&replay.omitted)
        );
    }
    out
}

fn outputs(pipeline: &Pipeline, schema: &Schema) -> String {
    let mut out = "## What comes out\n\n".to_owned();
    for output in &schema.outputs {
        let shape = output.shape.join(", ");
        let _ = writeln!(out, "- `{}`, {} [{shape}]: {}", output.name, output.r#type, markdown(&output.meaning));
    }
    if !pipeline.labels.is_empty() {
        let labels: Vec<String> = pipeline.labels.iter().take(SHOWN).map(|l| code(l)).collect();
        let _ = writeln!(
            out,
            "\nOrder of the classes: {}{}",
            labels.join(", "),
            if pipeline.labels.len() > SHOWN { ", …" } else { "." }
        );
    }
    out
}

fn how_to_run(schema: &Schema, task: Task) -> String {
    let shown: Vec<&SchemaInput> = schema.inputs.iter().take(SHOWN).collect();
    let output = if task == Task::Regression { "prediction" } else { "label" };
    let feed = |of: &dyn Fn(&str, &str, &str) -> String| {
        let line = |i: &&SchemaInput| of(&literal(&i.input), &i.kind, &example(i));
        let mut lines: Vec<String> = shown.iter().map(line).collect();
        if schema.inputs.len() > SHOWN {
            lines.push(format!("    // and {} more, as in schema.json", schema.inputs.len() - SHOWN));
        }
        lines.join("\n")
    };
    let python = feed(&|name, kind, value| match kind {
        "number" => format!("    {name}: np.array([[{value}]], dtype=np.float32),"),
        "date" => format!("    {name}: np.array([[{value}]], dtype=np.int64),"),
        _ => format!("    {name}: np.array([[{value}]], dtype=object),"),
    })
    .replace("    //", "    #");
    let javascript = feed(&|name, kind, value| match kind {
        "number" => format!("  [{name}]: new ort.Tensor(\"float32\", [{value}], [1, 1]),"),
        "date" => format!("  [{name}]: new ort.Tensor(\"int64\", [{value}n], [1, 1]),"),
        _ => format!("  [{name}]: new ort.Tensor(\"string\", [{value}], [1, 1]),"),
    });
    let csharp = feed(&|name, kind, value| {
        let element = match kind {
            "number" => "float",
            "date" => "long",
            _ => "string",
        };
        let value = match kind {
            "number" => format!("{value}f"),
            "date" => format!("{value}L"),
            _ => value.to_owned(),
        };
        format!(
            "    NamedOnnxValue.CreateFromTensor({name}, new DenseTensor<{element}>(new {element}[] {{ {value} }}, new[] {{ 1, 1 }})),"
        )
    });
    let read = if task == Task::Regression { "AsEnumerable<float>()" } else { "AsEnumerable<string>()" };
    format!(
        "## How to run it\n\n\
         ### Python, onnxruntime\n\n```python\nimport numpy as np\nimport onnxruntime\n\n\
         session = onnxruntime.InferenceSession(\"model.onnx\", providers=[\"CPUExecutionProvider\"])\n\
         row = {{\n{python}\n}}\nanswer = dict(zip([o.name for o in session.get_outputs()], session.run(None, row)))\n\
         print(answer[\"{output}\"])\n```\n\n\
         ### JavaScript, onnxruntime-web or onnxruntime-node\n\n```js\nimport * as ort from \"onnxruntime-web\";\n\n\
         const session = await ort.InferenceSession.create(\"model.onnx\");\nconst row = {{\n{javascript}\n}};\n\
         const answer = await session.run(row);\nconsole.log(answer.{output}.data);\n```\n\n\
         ### C#, Microsoft.ML.OnnxRuntime\n\n```csharp\nusing Microsoft.ML.OnnxRuntime;\n\
         using Microsoft.ML.OnnxRuntime.Tensors;\n\nusing var session = new InferenceSession(\"model.onnx\");\n\
         var row = new List<NamedOnnxValue> {{\n{csharp}\n}};\nusing var answer = session.Run(row);\n\
         Console.WriteLine(answer.First(o => o.Name == \"{output}\").{read}.First());\n```\n"
    )
}

/// A text as a literal that Python, JavaScript and C# read alike.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A value that the column could have.
fn example(input: &SchemaInput) -> String {
    match (input.kind.as_str(), &input.range, &input.levels) {
        ("number", Some((low, _)), _) => low.clone(),
        ("number", None, _) => "0.0".to_owned(),
        ("date", _, _) => "1577836800000".to_owned(),
        (_, _, Some(levels)) => literal(levels.first().map_or("", String::as_str)),
        _ => literal(""),
    }
}

fn check(task: Task) -> String {
    let tolerance = match task {
        Task::Binary | Task::Multiclass => format!("probabilities may differ by {TOLERANCE:.0e}"),
        Task::Regression => format!(
            "they may differ by {TOLERANCE:.0e} of the target's standard deviation, or of the prediction's distance from the \
             target's mean where that is larger, and never have to agree beyond {:.1e} of the prediction itself: 32-bit \
             numbers hold no more",
            TOLERANCE / FLOAT_LIMIT
        ),
    };
    format!(
        "## How to check it\n\n`python verify.py` runs the model on the {N_ROWS} rows of `golden.csv` and compares with the \
         expected answers; {tolerance}. It needs the packages numpy and onnxruntime. The rows are made up from the columns' \
         ranges and categories; none is from the data. Before this package was downloaded, its `model.onnx` was checked on \
         the same rows by a second program.\n"
    )
}

/// How to see whether the model still holds.
fn watching(n_rows: u32) -> String {
    format!(
        "## Whether it still holds\n\n`{REFERENCE}` describes the {} of the training in sketches, without their rows. Open this \
         package in Hearth and give Watch a file of later rows: it says what is wrong with them, whether the predictions that \
         were served are those of this model, what has changed, and, where outcomes are known, whether the model is as good \
         as it was.\n",
        counted(n_rows as usize, "row", "rows")
    )
}

/// What was demanded of the rows of the training.
fn rules(about: &PackageAbout) -> String {
    let mut out = format!(
        "## What every row should fulfil\n\n`{TABLE_SCHEMA}` is a Frictionless Table Schema: `frictionless validate --schema \
         {TABLE_SCHEMA} rows.csv` checks a file with the columns of the training, written with a decimal point and ISO 8601 \
         dates. The person who trained this demands:\n\n"
    );
    for rule in about.rules.iter().filter(|rule| rule.on) {
        let _ = writeln!(out, "- {}", markdown(&rule.demand.title()));
    }
    out
}

/// "1 row", "2,345 rows".
/// Groups of people beside each other.
fn groups(told: &super::GroupsTold) -> String {
    let mut out = "## Groups of people\n\n".to_owned();
    for line in &told.lines {
        push(&mut out, &format!("{}\n", markdown(line)));
    }
    for (name, headers, rows) in &told.tables {
        push(&mut out, &format!("**{}**\n", markdown(name)));
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|text| markdown(text)).collect();
            format!("| {} |", cells.join(" | "))
        };
        push(&mut out, &line(headers));
        push(&mut out, &format!("|{}", "---|".repeat(headers.len())));
        rows.iter().for_each(|row| push(&mut out, &line(row)));
        out.push('\n');
    }
    out
}

pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(n as u64)) }
}

/// Text from the data inside Markdown: nothing in it is markup.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// `code` within a table, where a bar ends the cell even in code.
fn cell(text: &str) -> String {
    code(&text.replace('|', "\\|"))
}

/// Text from the data as code inside Markdown.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let ticks = "`".repeat(longest_run(&text, '`') + 1);
    if text.is_empty() {
        "(empty)".to_owned()
    } else if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        format!("{ticks} {text} {ticks}")
    } else {
        format!("{ticks}{text}{ticks}")
    }
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
