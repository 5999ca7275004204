//! What a package tells of the data that its model was trained on, in sentences.

use super::build::Source;
use super::readme::counted;
use super::schema::range_texts;
use super::trees;
use crate::design::Design;
use crate::model::Model;
use crate::pipeline::Pipeline;
use crate::prepare::InputKind;
use crate::validate::fairness::{FEWEST_OF_A_RATE, FEWEST_ROWS, Fairness, SMALL};
use crate::validate::{Report, Views};

/// What the comparison of groups of people tells.
pub fn of_groups(fairness: &Fairness) -> Option<String> {
    let mut names: Vec<&str> = fairness.attributes.iter().flat_map(|a| &a.columns).map(String::as_str).collect();
    names.dedup();
    names.truncate(fairness.attributes.iter().filter(|attribute| attribute.columns.len() == 1).count());
    (!names.is_empty()).then(|| {
        format!(
            "In README.md and report.json: how many rows groups by {} have, how often each outcome occurs among them and how \
             often the model errs on them. No group of fewer than {SMALL} rows is named, no number rests on fewer than \
             {FEWEST_ROWS} rows of a group, no rate on fewer than {FEWEST_OF_A_RATE}.",
            names.join(", ")
        )
    })
}

/// What somebody who gets the package can learn about the data.
pub fn reveals(pipeline: &Pipeline, report: &Report, design: &Design, source: &Source) -> Vec<String> {
    let inputs = &pipeline.preparation.inputs;
    let mut out = Vec::new();
    let ranged: Vec<String> = inputs
        .iter()
        .filter_map(|i| range_texts(i).map(|(low, high)| format!("{} ({low} to {high})", i.name)))
        .collect();
    if let Some(first) = ranged.first() {
        out.push(format!(
            "The smallest and the largest training value of {}, such as {first}. An extreme can point to one person.",
            counted(ranged.len(), "number or date column", "number and date columns"),
        ));
    }
    let categories = (0..inputs.len()).filter_map(|input| super::levels(pipeline, input));
    let sizes: Vec<usize> = categories.map(<[String]>::len).filter(|n| *n > 0).collect();
    let least = design.candidates.iter().map(|c| c.prepare.min_category_rows).min().unwrap_or(1).max(1);
    let texts = (0..inputs.len()).filter_map(|input| super::words(pipeline, input));
    let n_words: Vec<usize> = texts.map(|words| words.words.len()).filter(|n| *n > 0).collect();
    if !n_words.is_empty() {
        out.push(format!(
            "{} of {}, which can be names of people; each stood in at least {}.",
            counted(n_words.iter().sum(), "word", "words"),
            counted(n_words.len(), "text column", "text columns"),
            counted(least as usize, "training row", "training rows"),
        ));
    }
    if !sizes.is_empty() {
        out.push(format!(
            "The texts of {} in {}; each stood in at least {}.",
            counted(sizes.iter().sum(), "category", "categories"),
            counted(sizes.len(), "column", "columns"),
            counted(least as usize, "training row", "training rows"),
        ));
    }
    if let Some(receipt) = &source.import {
        out.push(
            "In recipe.json: how the data file was written, such as its delimiter and the texts for missing values."
                .to_owned(),
        );
        if let Some(file) = &receipt.file {
            let quoted = match file.warnings.len() {
                0 => String::new(),
                n => format!(
                    "; {}, most of which quote a cell",
                    counted(n, "warning of reading it", "warnings of reading it")
                ),
            };
            out.push(format!(
                "In recipe.json: the data file’s name, {}, its size and its SHA-256, which tells whether somebody has the same \
                 file{quoted}.",
                file.name
            ));
        }
        if !receipt.beside.is_empty() {
            let names: Vec<&str> = receipt.beside.iter().map(|beside| beside.file.name.as_str()).collect();
            out.push(format!(
                "In recipe.json: the same of further files ({}), and what was made of them.",
                names.join(", ")
            ));
        }
    } else if inputs.iter().any(|i| i.kind == InputKind::Text && !i.missing_spellings.is_empty()) {
        out.push("The texts that stood for missing values in the data.".to_owned());
    }
    let replay = &source.replay;
    if !replay.steps.is_empty() || !replay.omitted.is_empty() {
        out.push(format!(
            "In recipe.json: {} of preparing the data, with the texts, numbers and names that they speak of.",
            counted(replay.steps.len() + replay.omitted.len(), "step", "steps")
        ));
    }
    if !replay.columns.is_empty() {
        out.push(format!(
            "In recipe.json: of {} before the steps, the smallest, the largest and the median value, or texts that stood in \
             at least five rows each.",
            counted(replay.columns.len(), "column", "columns")
        ));
    }
    if let Some(reference) = &source.reference {
        out.push(format!(
            "In reference.json: of {}, of the target and of the predictions, how the training rows were spread, in cells of at \
             least {} rows; texts of fewer rows are not named, and ranges are rounded.",
            counted(reference.columns.len(), "column", "columns"),
            crate::monitor::sketch::SMALL
        ));
    }
    if let Some(aside) = &report.aside {
        out.push(format!(
            "How wide ranges or how large sets have to be for {} that were set aside: a few numbers, each from one of them.",
            counted(aside.n_rows as usize, "row", "rows")
        ));
    }
    let mut kept = "No row of the data is stored.";
    match &report.views {
        Views::Classes(_) if !pipeline.labels.is_empty() => out.push(format!(
            "The {} classes, and in report.json how many rows each had and how they were confused.",
            pipeline.labels.len()
        )),
        Views::Classes(_) => {}
        Views::Values(views) if views.actual.is_empty() => {}
        Views::Values(views) => {
            out.push(format!(
                "In report.json and pipeline.bin: the true target and the prediction of {}, for the plots.",
                counted(views.actual.len(), "row", "rows"),
            ));
            kept = "Apart from these targets, no row of the data is stored.";
        }
    }
    let n_carried = pipeline.model.n_carried();
    if n_carried > 0 {
        let mut names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).take(8).collect();
        if inputs.len() > names.len() {
            names.push("…");
        }
        out.push(format!(
            "The cells of {} themselves, row by row ({}), each with its {}: numbers are rounded a little and scaled, which can \
             be undone. Whoever gets the package can read them.",
            counted(n_carried, "training row", "training rows"),
            names.join(", "),
            pipeline.target
        ));
        kept = "Rows of the data are stored, as said above.";
    }
    let numbers = match pipeline.model.uncalibrated() {
        Model::Trees(model) => {
            out.extend(trees::reveals(model));
            "Where the trees split, and the values of their leaves, from all training rows together."
        }
        Model::Blend(blend) => {
            for member in &blend.members {
                if let Model::Trees(model) = member.model.uncalibrated() {
                    out.extend(trees::reveals(model));
                }
            }
            "Numbers of each member from all training rows together: medians or means, scales, weights, splits and leaves."
        }
        Model::Bayes(_) => {
            "Of each class how many training rows it had, means and spreads of numbers, and how often each category, word or \
             missing cell was met. A class of a few rows is told nearly row by row."
        }
        Model::Neighbours(_) => "Numbers from all training rows together: medians or means, and scales.",
        Model::Baseline(_) | Model::Linear(_) | Model::Network(_) | Model::Calibrated(_) => {
            "Numbers from all training rows together: medians or means, scales and weights."
        }
    };
    out.push(format!("{numbers} {kept}"));
    out
}
