//! What a report says to a person: the headline and the check rows, as far as its report goes. Only what the report
//! holds is judged; what it cannot tell is said to be so, and never counts as passed.

use crate::chart::format::{self, counted, percent};
use crate::dataset::Task;
use crate::metrics::Metric;
use crate::validate::calibrate::is_about_calibration;
use crate::validate::{
    ClassCurves, FEWEST_FOLDS, Fit, Given, Report, Score, ThresholdPoint, Views, calibration_error, wilson,
};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Doubtful,
    Failed,
    /// Not enough to go by, or not looked at yet. Never shown as good.
    Unknown,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Doubtful => "doubtful",
            Self::Failed => "failed",
            Self::Unknown => "could not tell",
        }
    }
}

/// One row of the list of checks.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What was asked: "Better than guessing".
    pub name: &'static str,
    pub outcome: Outcome,
    /// The finding, with its numbers.
    pub finding: String,
    /// What the question means and what to do about a bad answer.
    pub meaning: &'static str,
}

/// All checks of a report, in the order in which they should be read. The baseline itself is not compared with itself; a
/// model `from_package` came without its rows.
pub fn checks(report: &Report, is_baseline: bool, from_package: bool) -> Vec<Check> {
    let given = report.fit.given();
    let primary = score(report, report.leading());
    let mut all =
        vec![better_than_guessing(primary, is_baseline), spread_over_folds(primary, is_baseline), enough_data(report)];
    if let Views::Classes(views) = &report.views {
        // Of what is no probability nothing is asked.
        if matches!(given, None | Some(Given::Probabilities)) {
            all.push(calibration(&views.curves, &report.labels));
        }
        all.push(class_balance(report));
    }
    match given {
        Some(_) => all.push(unseen()),
        None => all.extend([left_out(report), test_set(report, from_package)]),
    }
    let troubles: Vec<&str> =
        report.notes.iter().map(String::as_str).filter(|note| !is_about_calibration(note)).collect();
    if !troubles.is_empty() {
        let (name, meaning) = match given {
            Some(_) => ("The predictions were read smoothly", "What was noted while truth and predictions were read."),
            None => ("Training went smoothly", "What was noted while the folds were fitted."),
        };
        all.push(Check { name, outcome: Outcome::Doubtful, finding: troubles.join(" "), meaning });
    }
    all
}

/// What nobody here can know of predictions that were made elsewhere.
fn unseen() -> Check {
    Check {
        name: "The rows were new to the model",
        outcome: Outcome::Unknown,
        finding: "Only those who made the predictions know.".to_owned(),
        meaning: "Rows that a model has learned from are predicted better than new ones, so every number here is worth as \
                  much as the care with which they were kept apart. Ask how it was done.",
    }
}

/// The checks that were failed or are in doubt: "Enough data: 4 rows of the rarest class …".
pub fn doubts(checks: &[Check]) -> Vec<String> {
    let in_doubt = checks.iter().filter(|check| matches!(check.outcome, Outcome::Doubtful | Outcome::Failed));
    in_doubt.map(|check| format!("{}: {}", check.name, check.finding)).collect()
}

/// The report's score of a metric.
pub fn score(report: &Report, metric: Metric) -> Option<&Score> {
    report.scores.iter().find(|s| s.metric == metric)
}

fn better_than_guessing(score: Option<&Score>, is_baseline: bool) -> Check {
    let check = |outcome, finding: String| Check {
        name: "Better than guessing",
        outcome,
        finding,
        meaning: "The baseline knows no column: it always says the commonest answer or the mean. A model that does not \
                  clear it has learned nothing of use.",
    };
    if is_baseline {
        return check(Outcome::Unknown, "This is the baseline: the wall that models have to clear.".to_owned());
    }
    let Some((score, mean, baseline)) = score.and_then(|s| Some((s, s.mean?, s.baseline?))) else {
        return check(Outcome::Unknown, "No fold could be scored.".to_owned());
    };
    let scored: Vec<f64> = score.folds.iter().flatten().copied().collect();
    let few = score.too_few_folds();
    let won = scored.iter().filter(|f| score.metric.gain(**f, baseline) > 0.0).count();
    let numbers = format!(
        "{} {} against {} for guessing",
        score.metric.name(),
        format::estimate(mean, score.interval),
        format::significant(baseline, 3)
    );
    let folds = match (won, scored.len()) {
        // All rows are one tested set, which has an interval only where it was made elsewhere.
        (_, 1) if score.interval.is_some() => "on the tested rows".to_owned(),
        (won, 1) if score.folds.len() == 1 => if won == 1 { "in one fold" } else { "in no fold" }.to_owned(),
        (2, 2) => "in both folds".to_owned(),
        (won, n) if won == n && n > 1 => format!("in all {won} folds"),
        (won, n) => format!("in {won} of {}", counted(n as u64, "fold", "folds")),
    };
    // Compared by where the interval ends, so that a lead within the noise is not called one.
    let clear = score
        .interval
        .is_some_and(|(low, high)| score.metric.gain(low, baseline) > 0.0 && score.metric.gain(high, baseline) > 0.0);
    if score.metric.gain(mean, baseline) <= 0.0 {
        check(Outcome::Failed, format!("Not better on average: {numbers}; ahead {folds}."))
    } else if clear && won == scored.len() {
        check(Outcome::Passed, format!("Better {folds}: {numbers}."))
    } else if let Some(few) = few {
        let alone = if scored.len() == 1 { " alone" } else { " an interval would mean nothing, and" };
        check(Outcome::Unknown, format!("Ahead {folds}; with {few}{alone} it may be luck: {numbers}."))
    } else if clear {
        check(Outcome::Doubtful, format!("Ahead on average, but only {folds}: {numbers}."))
    } else {
        check(Outcome::Doubtful, format!("Ahead {folds}, but the interval reaches guessing: {numbers}."))
    }
}

fn spread_over_folds(score: Option<&Score>, is_baseline: bool) -> Check {
    let check = |outcome, finding: String| Check {
        name: "Steady over folds",
        outcome,
        finding,
        meaning: "Each fold is a rehearsal on rows that the model had not seen. Scores that jump about mean that the next \
                  rows may surprise you: more rows, or a simpler model.",
    };
    let Some((score, deviation, mean)) = score.and_then(|s| Some((s, s.deviation?, s.mean?))) else {
        return check(Outcome::Unknown, "Fewer than two folds could be scored.".to_owned());
    };
    let unscored = score.folds.iter().filter(|f| f.is_none()).count();
    let spread = format!(
        "spread over folds (SD) {} around {}",
        format::significant(deviation, 2),
        format::estimate(mean, score.interval)
    );
    if unscored > 0 {
        let text =
            format!("{} could not be scored; {spread} in the others.", counted(unscored as u64, "fold", "folds"));
        return check(Outcome::Doubtful, text);
    }
    if let Some(few) = score.too_few_folds() {
        return check(Outcome::Unknown, format!("A {spread}; {few} are too few to tell how scores spread."));
    }
    if is_baseline {
        return check(Outcome::Passed, format!("A {spread}."));
    }
    let Some(lead) = score.baseline.map(|b| score.metric.gain(mean, b)) else {
        return check(Outcome::Unknown, format!("A {spread}; no baseline to compare it with."));
    };
    match deviation / lead.max(f64::MIN_POSITIVE) {
        ratio if lead > 0.0 && ratio <= 0.33 => {
            check(Outcome::Passed, format!("A {spread}, small beside the lead over guessing."))
        }
        ratio if lead > 0.0 && ratio <= 1.0 => {
            check(Outcome::Doubtful, format!("A {spread}: {} of the lead over guessing.", percent(ratio)))
        }
        _ => check(Outcome::Doubtful, format!("A {spread}: as large as the lead over guessing, or larger.")),
    }
}

/// Ten outcomes for each prepared feature, at least sixty: the common rule of thumb for models of few parameters (Peduzzi et
/// al. 1996), which counts what a model fits a weight to: a column of ten categories is as many features. Fewer are no proof
/// of harm, and so the check then says that it cannot tell.
fn enough_data(report: &Report) -> Check {
    let needed = 60.max(report.n_prepared.saturating_mul(10));
    let (have, what) = match (&report.views, report.fit) {
        (Views::Classes(_), Fit::All | Fit::Elsewhere(_)) => (
            class_counts(report).into_iter().min().unwrap_or(0),
            ["row of the rarest class", "rows of the rarest class"],
        ),
        (Views::Classes(_), Fit::Fold { n_rarest, .. }) => {
            (n_rarest.unwrap_or(0), ["training row of the rarest class", "training rows of the rarest class"])
        }
        (Views::Values(_), Fit::All | Fit::Elsewhere(_)) => (report.n_rows, ["row", "rows"]),
        (Views::Values(_), Fit::Fold { n_training, .. }) => (n_training, ["training row", "training rows"]),
    };
    let (have_text, needed_text) = (counted(have.into(), what[0], what[1]), format::count(needed.into()));
    let columns = counted(report.n_features.into(), "column", "columns");
    let features = match report.n_prepared {
        0 if report.fit.given().is_some() => "a judgement".to_owned(),
        0 => columns,
        n => format!("{}, prepared from {columns}", counted(n.into(), "feature", "features")),
    };
    let (outcome, finding) = if have >= needed {
        (Outcome::Passed, format!("{have_text} for {features}; about {needed_text} needed."))
    } else if have.saturating_mul(2) >= needed {
        (Outcome::Doubtful, format!("Hardly enough data: {have_text}; about {needed_text} needed for {features}."))
    } else {
        (Outcome::Unknown, format!("Not enough data: {have_text}; about {needed_text} needed for {features}."))
    };
    Check {
        name: "Enough data",
        outcome,
        finding,
        meaning: "About ten outcomes for each feature that the columns become, by a rule of thumb: a column of categories \
                  is a feature for each. With fewer, a good score may be luck: gather more rows or use fewer columns.",
    }
}

/// Rows of each true class, from the confusion matrix.
fn class_counts(report: &Report) -> Vec<u32> {
    match &report.views {
        Views::Classes(views) => {
            views.confusion.chunks(views.n_classes.max(1) as usize).map(|row| row.iter().sum()).collect()
        }
        Views::Values(_) => Vec::new(),
    }
}

fn calibration(curves: &[ClassCurves], labels: &[String]) -> Check {
    let check = |outcome, finding: String| Check {
        name: "Probabilities mean what they say",
        outcome,
        finding,
        meaning: "Of the rows given 70 %, about 70 in 100 should be positive (calibration). If they are not, the order of \
                  rows may still be right, but do not quote the probabilities: calibrate them on Trust.",
    };
    let worst =
        curves.iter().filter_map(|c| Some((c, calibration_error(&c.calibration)?))).max_by(|a, b| a.1.total_cmp(&b.1));
    let Some((curve, error)) = worst else {
        return check(Outcome::Unknown, "No row to compare probabilities with.".to_owned());
    };
    let rows = curve.n_positive + curve.n_negative;
    if rows < 100 || curve.n_positive.min(curve.n_negative) < 10 {
        return check(Outcome::Unknown, format!("{} are too few to tell.", counted(rows.into(), "row", "rows")));
    }
    let outside = curve.calibration.iter().filter(|b| b.predicted < b.interval.0 || b.predicted > b.interval.1).count();
    let of_class = match labels.get(curve.class as usize) {
        Some(label) if curves.len() > 1 => format!(" for {}, the worst class", format::short(label, 24)),
        _ => String::new(),
    };
    let finding = format!(
        "Off by {} percentage points on average{of_class}; {} of {} outside {} interval.",
        format::significant(error * 100.0, 2),
        if outside == 0 { "none".to_owned() } else { outside.to_string() },
        counted(curve.calibration.len() as u64, "group", "groups"),
        if outside <= 1 { "its" } else { "their" }
    );
    let outcome = match error {
        _ if outside <= 1 => Outcome::Passed,
        // Small, but more than chance: with many rows the intervals are narrow.
        e if e <= 0.03 && 2 * outside <= curve.calibration.len() => Outcome::Passed,
        e if e <= 0.1 => Outcome::Doubtful,
        _ => Outcome::Failed,
    };
    check(outcome, finding)
}

/// Rows of a class that must have been predicted: two in each of five folds; with fewer, one row more or less that is
/// found moves the class's recall by more than ten percentage points.
const FEWEST_OF_A_CLASS: u32 = 10;

/// Rows of the rarest class among those that were tested; `None` for values.
pub fn n_rarest(report: &Report) -> Option<u32> {
    class_counts(report).into_iter().min()
}

fn class_balance(report: &Report) -> Check {
    let counts = class_counts(report);
    let total: u32 = counts.iter().sum();
    let check = |outcome, finding: String| Check {
        name: "Every class is common enough",
        outcome,
        finding,
        meaning: "When a class is rare, accuracy flatters: saying it never happens is nearly always right. Read PR AUC and \
                  the confusion matrix, or let classes count alike.",
    };
    let Some((rarest, n)) = counts.iter().enumerate().min_by_key(|(_, n)| **n) else {
        return check(Outcome::Unknown, "No class was seen.".to_owned());
    };
    if total == 0 {
        return check(Outcome::Unknown, "No row was predicted.".to_owned());
    }
    let share = f64::from(*n) / f64::from(total);
    let fair = 1.0 / counts.len() as f64;
    let label = report.labels.get(rarest).map_or("the rarest class", String::as_str);
    let text = format!(
        "{} is the rarest: {} of {} rows ({})",
        format::short(label, 32),
        format::count((*n).into()),
        format::count(total.into()),
        percent(share)
    );
    if *n < FEWEST_OF_A_CLASS {
        check(Outcome::Doubtful, format!("{text}. Fewer than {FEWEST_OF_A_CLASS} say little about a class."))
    } else if share >= 0.2 * fair {
        check(Outcome::Passed, format!("{text}."))
    } else {
        check(Outcome::Doubtful, format!("{text}. Accuracy alone would mislead."))
    }
}

fn left_out(report: &Report) -> Check {
    let n = report.left_out.len();
    let finding = match n {
        0 => "Every column was used.".to_owned(),
        _ => {
            let named: Vec<String> = report
                .left_out
                .iter()
                .take(6)
                .map(|(name, reason)| {
                    format!("{} ({})", format::short(name, 32), lowercase_first(reason.trim_end_matches('.')))
                })
                .collect();
            let more = if n > 6 { format!(", and {} more", n - 6) } else { String::new() };
            format!("{} left out: {}{more}.", counted(n as u64, "column was", "columns were"), named.join(", "))
        }
    };
    Check {
        name: "Nothing useful left out",
        outcome: if n == 0 { Outcome::Passed } else { Outcome::Unknown },
        finding,
        meaning: "Columns that the model never saw, with the reason. Whether they would have helped is not known.",
    }
}

/// For a sentence that continues another; acronyms stay.
fn lowercase_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), text.chars().nth(1)) {
        (Some(first), second) if second.is_none_or(|s| !s.is_uppercase()) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

fn test_set(report: &Report, from_package: bool) -> Check {
    let check = |outcome, finding: String| Check {
        name: "Holds on the locked test set",
        outcome,
        finding,
        meaning: "Rows that no candidate saw, opened once at the end. Every further look makes them a little less honest.",
    };
    if report.n_holdout == 0 {
        return check(Outcome::Unknown, "No rows were locked away.".to_owned());
    }
    let Some(holdout) = &report.holdout else {
        let n = report.n_holdout.into();
        let finding = match from_package {
            true => format!("{} locked away, and unopened when it was packaged.", counted(n, "row was", "rows were")),
            false => format!("{} still locked.", counted(n, "row is", "rows are")),
        };
        return check(Outcome::Unknown, finding);
    };
    let metric = Metric::primary(report.task);
    let of = |list: &[(Metric, Option<f64>)]| list.iter().find(|(m, _)| *m == metric).and_then(|(_, v)| *v);
    let (Some(value), Some(cross)) = (of(&holdout.scores), score(report, metric)) else {
        return check(Outcome::Unknown, format!("{} cannot be computed on these rows.", metric.name()));
    };
    let text = format!(
        "{} {} on {}, {} in cross-validation",
        metric.name(),
        format::beside(value, cross.interval),
        counted(report.n_holdout.into(), "row", "rows"),
        cross.mean.map_or("unknown".to_owned(), |m| format::estimate(m, cross.interval)),
    );
    let beaten = of(&holdout.baseline).is_some_and(|b| metric.gain(value, b) <= 0.0);
    // One test set has noise of its own, so three deviations over folds are allowed before it counts as a doubt.
    let far = match (cross.mean, cross.deviation) {
        (Some(mean), Some(deviation)) if cross.too_few_folds().is_none() => metric.gain(value, mean) < -3.0 * deviation,
        _ => false,
    };
    let looks =
        if holdout.look > 1 { format!(" Look number {}: no longer untouched.", holdout.look) } else { String::new() };
    let outcome = match () {
        () if beaten => Outcome::Failed,
        () if far || holdout.look > 1 => Outcome::Doubtful,
        () => Outcome::Passed,
    };
    check(outcome, format!("{text}.{looks}"))
}

/// What the report finds, as a newspaper would set it.
pub fn headline(report: &Report, is_baseline: bool) -> String {
    if is_baseline {
        return "This is what guessing gets: the wall that every model has to clear.".to_owned();
    }
    match (&report.views, report.task) {
        (Views::Classes(_), Task::Binary) if report.fit.given() == Some(Given::Labels) => class_headline(report),
        (Views::Classes(views), Task::Binary) => match views.curves.first() {
            Some(curve) => binary_headline(report, curve),
            None => "No row could be scored.".to_owned(),
        },
        (Views::Classes(_), _) => class_headline(report),
        (Views::Values(_), _) => value_headline(report),
    }
}

/// Flag as many as there are positives, in steps of 5 %, but at least 20 %: then finding them all is possible.
fn binary_headline(report: &Report, curve: &ClassCurves) -> String {
    let n = curve.n_positive + curve.n_negative;
    if curve.n_positive == 0 || curve.n_negative == 0 {
        return "Only one class was seen, so nothing can be told apart.".to_owned();
    }
    let prevalence = f64::from(curve.n_positive) / f64::from(n);
    let share = (libm::ceil(prevalence * 20.0) / 20.0).clamp(0.2, 0.9);
    let called = |p: &ThresholdPoint| p.true_positive + p.false_positive;
    let allowed = (share * f64::from(n)) as u32;
    let point = curve.thresholds.iter().take_while(|p| called(p) <= allowed).last().copied();
    let Some(point) = point.filter(|p| called(p) > 0) else {
        return "The model gives nearly every row the same probability: it cannot tell them apart.".to_owned();
    };
    let flagged = f64::from(called(&point)) / f64::from(n);
    let recall = f64::from(point.true_positive) / f64::from(curve.n_positive);
    let (low, high) = wilson(point.true_positive, curve.n_positive);
    let whole = |v: f64| format::fixed(v * 100.0, 0);
    let label = report.labels.get(curve.class as usize).map_or("positive", String::as_str);
    let rows = format!("rows with {} = {}", format::short(&report.target, 32), format::short(label, 32));
    let found = format!(
        "finds {} of 100 {rows} ({}–{}); chance finds {}",
        whole(recall),
        whole(low),
        whole(high),
        whole(flagged)
    );
    let lead = if low <= flagged { "Hardly better than chance: flagging" } else { "Flagging" };
    // What is found is counted over the rows of all folds, also of one that could not be scored.
    let few = score(report, report.leading()).filter(|s| s.folds.len() < FEWEST_FOLDS);
    format!("{lead} {} {found}{}.", percent(flagged), in_few_folds(few))
}

/// " in two folds" where those that were scored are too few: an estimate without an interval.
fn in_few_folds(score: Option<&Score>) -> String {
    let few = score.filter(|score| score.interval.is_none()).and_then(Score::too_few_folds);
    few.map_or(String::new(), |few| format!(" in {few}"))
}

/// By the accuracy that the table of scores shows, with the same interval, so that the page has one number for it.
fn class_headline(report: &Report) -> String {
    let Some((accuracy, mean)) = score(report, Metric::Accuracy).and_then(|s| Some((s, s.mean?))) else {
        return "No row could be scored.".to_owned();
    };
    let place = in_few_folds(Some(accuracy));
    // Nearly all is never all.
    let whole = |part: f64| format::fixed(part * 100.0, usize::from((0.995..1.0).contains(&part)));
    let range = accuracy.interval.map_or(String::new(), |(low, high)| format!(" ({}–{})", whole(low), whole(high)));
    let low = accuracy.interval.map_or(mean, |interval| interval.0);
    let opening = match accuracy.baseline {
        Some(chance) if low <= chance => "Hardly better than guessing: names",
        _ => "Names",
    };
    let chance = accuracy
        .baseline
        .map_or(String::new(), |chance| format!("; always saying the commonest is right for {}", whole(chance)));
    format!(
        "{opening} the right {} for {} of 100 rows{range}{place}{chance}.",
        format::short(&report.target, 32),
        whole(mean)
    )
}

fn value_headline(report: &Report) -> String {
    let Some((score, mean)) = score(report, Metric::Mae).and_then(|s| Some((s, s.mean?))) else {
        return "No fold could be scored.".to_owned();
    };
    let target = format::short(&report.target, 32);
    let range = score.interval.map_or(String::new(), |i| format!(" ({})", format::interval(i)));
    let range = format!("{range}{}", in_few_folds(Some(score)));
    let off = format::estimate(mean, score.interval);
    match score.baseline {
        Some(baseline) if baseline > mean => format!(
            "Predicts {target} to within {off}{range} on average; always saying the mean is off by {}.",
            format::significant(baseline, 3)
        ),
        Some(baseline) => format!(
            "No better than guessing: off by {off}{range} on average; always saying the mean is off by {}.",
            format::significant(baseline, 3)
        ),
        None => format!("Predicts {target} to within {off}{range} on average."),
    }
}

/// Where the headline's numbers come from.
pub fn source_line(report: &Report, from_package: bool) -> String {
    let folds = report.scores.first().map_or(0, |s| s.folds.len());
    let rows = counted(report.n_rows.into(), "row", "rows");
    if let Some(given) = report.fit.given() {
        return super::judged::source(report, given, &rows);
    }
    let test = match (&report.holdout, report.n_holdout) {
        (_, 0) => "no test set".to_owned(),
        (None, n) if from_package => {
            format!("test set of {} unopened when it was packaged", counted(n.into(), "row", "rows"))
        }
        (None, n) => format!("test set of {} unopened", counted(n.into(), "row", "rows")),
        (Some(h), n) => {
            let times = if h.look == 1 { "once".to_owned() } else { format!("{} times", h.look) };
            format!("test set of {} opened {times}", counted(n.into(), "row", "rows"))
        }
    };
    let test = if from_package { format!("{test}; all as its package says") } else { test };
    match report.fit {
        Fit::All | Fit::Elsewhere(_) => format!("{} over {rows}; {test}", report.split.words(folds)),
        Fit::Fold { fold, n_folds, n_training, .. } => format!(
            "Stopped in fold {fold} of {n_folds}: fitted on {} rows, scored on {rows}; {test}",
            format::count(n_training.into())
        ),
    }
}

/// Which rows a model knows that was stopped in a fold, as a sentence; `None` where it was fitted on all.
pub fn fit_line(report: &Report) -> Option<String> {
    let Fit::Fold { fold, n_folds, n_training, .. } = report.fit else { return None };
    Some(format!(
        "Stopped by hand in fold {fold} of {n_folds}: fitted on the {} of this fold, not once more on all. Train again for a model of all rows.",
        counted(n_training.into(), "training row", "training rows")
    ))
}

/// What stands over the table of scores: what they are means of.
pub fn scores_caption(report: &Report) -> String {
    let rows = counted(report.n_rows.into(), "row", "rows");
    match report.fit {
        Fit::Elsewhere(_) if report.scores.first().is_some_and(|score| score.folds.len() == 1) => {
            format!("Of {rows}, tested once; guessing knows the truth of these rows, so it is a little too good")
        }
        Fit::All | Fit::Elsewhere(_) => format!("Means over the folds; together they test {rows}"),
        Fit::Fold { fold: 1, n_folds, .. } => format!("One fold of {n_folds}, testing {rows}: stopped by hand"),
        Fit::Fold { fold, n_folds, .. } => {
            format!("Means over {fold} of {n_folds} folds, which test {rows}: stopped by hand")
        }
    }
}

/// What the interval over rows is of; `None` where there is none.
pub fn rows_line(report: &Report) -> Option<String> {
    let resampled = report.resampled.as_ref()?;
    let units = match &resampled.groups {
        Some(column) => format!("{} of {column}", counted(resampled.n_units.into(), "group", "groups")),
        None => counted(resampled.n_units.into(), "row", "rows"),
    };
    Some(format!(
        "Over folds: how far another training on other rows may move the score (corrected for overlapping training rows, \
         approximate). Over rows: how far other rows alone may move it, from {} samples of the {units} (percentile bootstrap).",
        format::count(resampled.n_replicates.into())
    ))
}
