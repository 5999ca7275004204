//! How far the truth may lie from a prediction, as the page says it.

use super::Studio;
use super::words::counted;
use crate::chart::format::{fixed, significant};
use crate::job::{Held, RowPrediction};
use crate::split::{SplitKind, SplitSpec};
use crate::validate::Report;
use crate::validate::conformal::{Bounds, Cover, Coverage, Found, Level, Measured, Way};

/// Classes that a table names.
const MOST_CLASSES: usize = 20;

/// What the section says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    pub sentence: String,
    /// How it was measured, and on the opened test set.
    pub measured: Vec<String>,
    /// What is promised, or why nothing is.
    pub promise: String,
    /// Columns and rows: each fold, or each way to make sets.
    pub table: (Vec<String>, Vec<Vec<String>>),
    /// Columns and rows by true class; none for values.
    pub classes: Option<(Vec<String>, Vec<Vec<String>>)>,
}

/// "90.4 %".
fn percent(share: f64) -> String {
    format!("{}\u{202f}%", fixed(share * 100.0, 1))
}

fn held(coverage: Coverage) -> String {
    coverage.share().map_or_else(|| "–".to_owned(), percent)
}

/// "90.4 % of 1,234 rows (88.6 % to 92.0 %)"; the interval where rows are independent of each other.
fn held_of(report: &Report, coverage: Coverage) -> String {
    let (low, high) = coverage.interval();
    let sure = match report.split.kind {
        SplitKind::Random { .. } if coverage.n > 0 => format!(" ({} to {})", percent(low), percent(high)),
        SplitKind::Random { .. } | SplitKind::Group { .. } | SplitKind::Time { .. } => String::new(),
    };
    format!("{} of {}{sure}", held(coverage), counted(coverage.n.into(), "row"))
}

impl Studio {
    /// How wide ranges or sets of the selected run are; `None` where nothing was measured.
    pub fn spread(&self) -> Option<Told> {
        let run = self.current_run().filter(|run| !run.is_baseline() || run.report.aside.is_some())?;
        tell(&run.report, self.cover())
    }

    /// The share of rows to set aside, where a press on Trust would do so.
    pub fn aside_offered(&self) -> Option<f32> {
        let run = self.current_run().filter(|run| run.is_own() && run.report.aside.is_none())?;
        let design = self.project.design.as_ref().filter(|design| design.split.aside <= 0.0)?;
        let share = SplitSpec::usual_aside(run.report.n_rows + run.report.n_holdout);
        let enough = f64::from(run.report.n_rows) * f64::from(share) >= 2.0 * SplitSpec::FEWEST_ASIDE as f64;
        (enough && design.split.holdout + share < 0.8).then_some(share)
    }
}

/// What is known of a report's ranges or sets, at what was chosen.
pub fn tell(report: &Report, cover: Cover) -> Option<Told> {
    let found = report.spread.as_ref()?.chosen(cover)?;
    let promised = report.aside.as_ref().and_then(|aside| aside.chosen(cover));
    let bounds = promised.unwrap_or(&found.bounds);
    let of_classes = !report.labels.is_empty();
    let mut measured = Vec::new();
    if found.bounds != Bounds::Half(None) {
        let what = if of_classes { "limits" } else { "a width" };
        measured.push(format!(
            "Each fold judged with {what} from the other folds: {} held.",
            held_of(report, found.measured.all())
        ));
    }
    let on_test = report
        .holdout
        .iter()
        .flat_map(|holdout| &holdout.covered)
        .find(|(own, _)| own.level == cover.level && own.by_class == (cover.by_class && of_classes));
    if let Some((_, on_test)) = on_test {
        measured.push(format!("On the opened test set: {} held.", held_of(report, on_test.all())));
    }
    Some(Told {
        sentence: sentence(report, cover.level, bounds, found),
        measured,
        promise: promise(report, cover),
        table: if of_classes { ways(report, cover.level) } else { folds(report, cover, found) },
        classes: of_classes.then(|| by_class(report, &found.measured, on_test.map(|(_, on_test)| on_test))),
    })
}

fn sentence(report: &Report, level: Level, bounds: &Bounds, found: &Found) -> String {
    match bounds {
        Bounds::Half(None) => format!(
            "Too few rows to tell how wide ranges have to be: at {} % at least {} are needed.",
            level.percent(),
            level.fewest_rows()
        ),
        Bounds::Half(Some(half)) => format!(
            "{} predictions lie within ± {} of the true {}.",
            level.words(),
            significant(f64::from(*half), 3),
            report.target
        ),
        Bounds::Least(_) | Bounds::Gathered(_) => {
            let sizes = &found.measured.sizes;
            let n: u32 = sizes.iter().sum();
            let share = |n_rows: u32| percent(f64::from(n_rows) / f64::from(n.max(1)));
            let some = |size: usize| sizes.get(size).copied().unwrap_or(0);
            let mut parts = vec![format!("one class for {} of rows", share(some(1)))];
            if some(2) > 0 {
                parts.push(format!("two for {}", share(some(2))));
            }
            let more: u32 = sizes.iter().skip(3).sum();
            if more > 0 {
                parts.push(format!("more for {}", share(more)));
            }
            if some(0) > 0 {
                parts.push(format!("none for {}", share(some(0))));
            }
            format!("Sets that hold the true class of {} rows name {}.", level.words(), listed(&parts))
        }
    }
}

/// "a, b and c".
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn promise(report: &Report, cover: Cover) -> String {
    let Some(aside) = &report.aside else {
        if report.fit.given().is_some() {
            return "Measured, not promised: this comes from rows that may have served to make the model.".to_owned();
        }
        return "Measured, not promised: this comes from the models of the folds, and the model that is kept is another. Rows \
                that are set aside before the training make it a promise, and the package then gives it with each prediction."
            .to_owned();
    };
    let rows = counted(aside.n_rows.into(), "row");
    let by_class = cover.by_class && !report.labels.is_empty();
    let whom = if by_class { "whatever its class, " } else { "" };
    let average = if by_class { "each class" } else { "all rows" };
    let mut text = format!(
        "Promised: {rows} were set aside, and neither the model nor anything that chose it has seen them. A new row like \
         them is held, {whom}with a chance of at least {} %, on average over {average} (split conformal prediction).",
        cover.level.percent()
    );
    match cover.level.reach(aside.fewest(Cover { by_class, ..cover }) as usize) {
        Some((low, high)) => {
            let of = if by_class { "the rarest class" } else { "them" };
            text += &format!(
                " With as many of {of} as there are, it comes to between {} and {} in 9 of 10 such draws.",
                percent(low),
                percent(high)
            );
        }
        None => {
            text +=
                &format!(" Of some class fewer than {} were set aside: it is in every set.", cover.level.fewest_rows());
        }
    }
    match report.split.kind {
        SplitKind::Random { .. } => {}
        SplitKind::Group { .. } => text += " Rows of one group are alike, so it holds only roughly, for new groups.",
        SplitKind::Time { .. } => text += " It holds as far as later days are like those of the rows set aside.",
    }
    text
}

fn folds(report: &Report, cover: Cover, found: &Found) -> (Vec<String>, Vec<Vec<String>>) {
    let headers = ["Rows of", "Held", "Rows"].map(str::to_owned);
    let line = |name: String, coverage: Coverage| vec![name, held(coverage), coverage.n.to_string()];
    let mut rows: Vec<Vec<String>> = Vec::new();
    if found.bounds != Bounds::Half(None) {
        rows.extend(
            found.measured.parts.iter().enumerate().map(|(fold, part)| line(format!("Fold {}", fold + 1), *part)),
        );
    }
    let level = |own: &&(Cover, Measured)| own.0.level == cover.level;
    if let Some((_, on_test)) = report.holdout.as_ref().and_then(|holdout| holdout.covered.iter().find(level)) {
        rows.push(line("Test set".to_owned(), on_test.all()));
    }
    (headers.into(), rows)
}

fn way_name(way: Way) -> &'static str {
    match way {
        Way::Plain => "One limit for all (LAC)",
        Way::ByClass => "A limit for each class (Mondrian)",
        Way::Adaptive => "The likeliest, to a sum (APS)",
    }
}

fn ways(report: &Report, level: Level) -> (Vec<String>, Vec<Vec<String>>) {
    let headers = ["Sets by", "Held", "Worst class", "Classes in a set", "One class", "No class"].map(str::to_owned);
    let all = report.spread.iter().flat_map(|spread| &spread.found).filter(|found| found.level == level);
    let line = |found: &Found| {
        let measured = &found.measured;
        let n: u32 = measured.sizes.iter().sum();
        let share =
            |size: usize| percent(f64::from(measured.sizes.get(size).copied().unwrap_or(0)) / f64::from(n.max(1)));
        vec![
            way_name(found.way).to_owned(),
            held(measured.all()),
            measured.worst().map_or_else(|| "–".to_owned(), |(_, worst)| held(worst)),
            measured.mean_size().map_or_else(|| "–".to_owned(), |size| fixed(size, 2)),
            share(1),
            share(0),
        ]
    };
    (headers.into(), all.map(line).collect())
}

/// Those that are held most rarely come first where there are many.
fn by_class(report: &Report, measured: &Measured, on_test: Option<&Measured>) -> (Vec<String>, Vec<Vec<String>>) {
    let mut headers = vec!["True class".to_owned(), "Held".to_owned(), "Rows".to_owned()];
    if on_test.is_some() {
        headers.push("Held on the test set".to_owned());
    }
    let mut classes: Vec<usize> = (0..report.labels.len().min(measured.classes.len())).collect();
    let share = |class: &usize| measured.classes[*class].share().unwrap_or(2.0);
    if classes.len() > MOST_CLASSES {
        classes.sort_by(|a, b| share(a).total_cmp(&share(b)));
        classes.truncate(MOST_CLASSES);
    }
    let line = |class: usize| {
        let coverage = measured.classes[class];
        let mut cells = vec![report.labels[class].clone(), held(coverage), coverage.n.to_string()];
        cells.extend(on_test.map(|on_test| held(on_test.classes.get(class).copied().unwrap_or_default())));
        cells
    };
    (headers, classes.into_iter().map(line).collect())
}

/// What holds the truth of a predicted row, in a line: "9 in 10: 12.1 to 18.4", "9 in 10: could be a or b".
pub fn held_line(prediction: &RowPrediction, cover: Cover) -> Option<String> {
    let level = cover.level.words();
    Some(match prediction.held(cover)? {
        Held::Unknown => return None,
        Held::Range(low, high) => {
            let digits = |value: f64| significant(value, 4);
            format!("{level}: {} to {}", digits(*low), digits(*high))
        }
        Held::Set(set) => {
            let inside: Vec<String> = (prediction.probabilities.iter().zip(set))
                .filter(|(_, inside)| **inside)
                .map(|((label, _), _)| format!("“{label}”"))
                .collect();
            match inside.len() {
                0 => format!("{level}: no class is likely enough"),
                1 => format!("{level}: only {}", inside[0]),
                n if n == set.len() && n > 2 => format!("{level}: could be any class"),
                _ => format!("{level}: could be {}", inside.join(" or ")),
            }
        }
    })
}

/// What a held line rests on.
pub fn held_by(prediction: &RowPrediction) -> &'static str {
    if prediction.promised && prediction.doubts.is_empty() {
        "Promised by rows that were set aside, on average over all rows."
    } else if prediction.promised {
        "Of rows as unlike the training as this one nothing is promised."
    } else {
        "Measured over the folds, not promised."
    }
}
