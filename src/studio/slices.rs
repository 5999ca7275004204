//! The kinds of rows on which the candidate is worst, as the page says them.

use super::Studio;
use super::checks::Outcome;
use super::project::Run;
use super::words::counted;
use crate::chart::format::{interval, percent, significant};
use crate::validate::slices::{Loss, Slice, Slices};

impl Studio {
    /// Whether it can be looked for, and was not yet, on which kinds of rows the run that is looked at is worst.
    pub fn slices_can_be_told(&self) -> bool {
        let fits = |run: &Run| !run.is_baseline() && run.is_graded() && run.slices.is_none();
        self.current_run().is_some_and(fits) && self.unjudged().is_none()
    }
}

fn loss_name(loss: Loss) -> &'static str {
    match loss {
        Loss::LogLoss => "log loss",
        Loss::AbsoluteError => "average error",
    }
}

fn beside(slices: &Slices, slice: &Slice) -> String {
    format!(
        "{} {} ({}) on {}, {} on the others",
        loss_name(slices.loss),
        significant(slice.mean, 3),
        interval(slice.interval),
        counted(slice.n.into(), "row"),
        significant(slice.others, 3),
    )
}

/// The finding in a sentence.
pub fn sentence(slices: &Slices) -> String {
    let n_clear = slices.worst.iter().filter(|slice| slice.clear).count();
    let tried = counted(slices.n_tried.into(), "kind");
    match slices.worst.first().filter(|_| n_clear > 0) {
        Some(worst) => format!(
            "Worst where {}: {}. {} of {tried} of rows that were tried {} clearly worse than the rest.",
            worst.name(),
            beside(slices, worst),
            if n_clear == slices.worst.len() && n_clear >= 10 { "At least 10".to_owned() } else { n_clear.to_string() },
            if n_clear == 1 { "is" } else { "are" },
        ),
        None if slices.n_tried == 0 => {
            "No column cuts the rows into kinds that are large enough to compare.".to_owned()
        }
        None => format!("Of {tried} of rows that were tried none is clearly worse than the rest."),
    }
}

/// The table behind the sentence: what its columns are, and a row for each kind.
pub fn table(slices: &Slices) -> (Vec<String>, Vec<Vec<String>>) {
    let classes = slices.loss == Loss::LogLoss;
    let name = loss_name(slices.loss);
    let mut headers = vec![
        "Rows where".to_owned(),
        "Rows".to_owned(),
        format!("{}{}", name[..1].to_uppercase(), &name[1..]),
        "95 % interval".to_owned(),
        "Others".to_owned(),
        "Guessing".to_owned(),
    ];
    if classes {
        headers.push("Right".to_owned());
    }
    headers.extend(["p, adjusted", "Clearly worse"].map(str::to_owned));
    let line = |slice: &Slice| {
        let mut cells = vec![
            slice.name(),
            slice.n.to_string(),
            significant(slice.mean, 3),
            interval(slice.interval),
            significant(slice.others, 3),
            significant(slice.guess, 3),
        ];
        if classes {
            cells.push(slice.right.map_or("–".to_owned(), percent));
        }
        cells.push(super::rivals::p_text(slice.p_value));
        cells.push(if slice.clear { "yes" } else { "no" }.to_owned());
        cells
    };
    (headers, slices.worst.iter().map(line).collect())
}

/// How it was looked for.
pub fn how(slices: &Slices) -> String {
    format!(
        "Each value of a column, numbers and dates in four parts, and pairs of the ten columns with the widest differences; kinds \
         of at least 20 rows. All are rows that the folds tested. p: of being no worse than the other rows, adjusted for all {} \
         (Benjamini–Hochberg); clearly worse: p at most 0.05, and a fifth of a standard deviation or more. Guessing: what the \
         shares or the mean of all rows would come to on these.",
        counted(slices.n_tried.into(), "kind"),
    )
}

/// Whether a kind of rows stops a package: one on which guessing would be no worse.
pub fn judge(slices: Option<&Slices>) -> (Outcome, String) {
    let Some(slices) = slices else { return (Outcome::Unknown, "It was not looked for.".to_owned()) };
    let useless = slices.worst.iter().find(|slice| slice.is_useless());
    match (useless, slices.worst.iter().find(|slice| slice.is_poor())) {
        (Some(slice), _) => (
            Outcome::Failed,
            format!(
                "Where {} it is no better than guessing ({}): {}.",
                slice.name(),
                significant(slice.guess, 3),
                beside(slices, slice)
            ),
        ),
        (None, Some(worst)) => {
            (Outcome::Doubtful, format!("It is clearly worse where {}: {}.", worst.name(), beside(slices, worst)))
        }
        (None, None) => (Outcome::Passed, sentence(slices)),
    }
}
