//! Groups of people beside each other, as the page says it.

use super::Studio;
use super::checks::{Check, Outcome};
use super::decide::{share_text, threshold_text};
use super::project::Run;
use super::words::{counted, list};
use crate::chart::format::{self, fixed, percent, significant};
use crate::dataset::{Role, Task};
use crate::package::GroupsTold;
use crate::validate::Report;
use crate::validate::decide::Estimate;
use crate::validate::fairness::{
    Attribute, FEWEST_OF_A_RATE, FEWEST_ROWS, FOUR_FIFTHS, Fairness, Gap, GapKind, Measure, Outcome as Told, SMALL,
};

/// A clear gap between shares that is smaller is told, but no doubt; and within so much groups count as alike.
const MATTERS: f64 = 0.05;
const ALIKE: f64 = 0.1;
/// Groups of two columns that a package's page lists.
const MOST_LISTED: usize = 12;

impl Studio {
    /// Columns of a run by which people are told apart.
    pub fn sensitive_columns<'a>(&self, run: &'a Run) -> Vec<&'a str> {
        let roles = run.design.dataset.roles.iter().filter(|(_, role)| *role == Role::Sensitive);
        roles.map(|(name, _)| name.as_str()).collect()
    }

    /// Whether groups can be compared for the run that is looked at, and were not yet with the line as it is drawn.
    pub fn fairness_can_be_told(&self) -> bool {
        let new = |run: &Run| {
            let sensitive = !run.is_baseline() && !self.sensitive_columns(run).is_empty();
            sensitive && self.fairness_now(run).is_none()
        };
        self.current_run().is_some_and(new) && self.unjudged().is_none()
    }

    /// How groups compare, where that was looked at with the line as it is drawn now.
    pub fn fairness_now<'a>(&self, run: &'a Run) -> Option<&'a Fairness> {
        let threshold = self.threshold_of(run.id);
        run.fairness.as_ref().filter(|found| found.threshold.is_none_or(|then| then == threshold))
    }

    /// For the list of checks; `None` where nothing tells people apart.
    pub(super) fn groups_check(&self, run: &Run) -> Option<Check> {
        if run.is_baseline() || run.from_package || self.sensitive_columns(run).is_empty() {
            return None;
        }
        let (outcome, finding) = match self.fairness_now(run) {
            Some(found) => judge(&run.report, found),
            None => (Outcome::Unknown, "It was not looked at yet.".to_owned()),
        };
        Some(Check {
            name: "Groups of people fare alike",
            outcome,
            finding,
            meaning: "Called as often, found as often, called by mistake as often, and probabilities that mean the same. Not \
                      all of these can hold at once where groups truly differ, so a gap is a question and no verdict. The \
                      tab Groups has all numbers.",
        })
    }

    /// What a package of this run tells of groups.
    pub(super) fn groups_told(&self, run: &Run) -> Option<GroupsTold> {
        let found = run.fairness.as_ref().filter(|found| !found.attributes.is_empty())?;
        let mut lines = Vec::new();
        let now = self.threshold_of(run.id);
        if let Some(threshold) = found.threshold.filter(|then| *then != now) {
            lines.push(format!(
                "These numbers were measured with the line at {}, before it was moved.",
                threshold_text(threshold)
            ));
        }
        let mut tables = Vec::new();
        for attribute in &found.attributes {
            let outcome = &attribute.outcomes[0];
            lines.push(format!("By {}: {}", title(attribute), sentence(attribute, outcome)));
            lines.extend(proxies(attribute));
            if attribute.groups.len() <= MOST_LISTED {
                for outcome in &attribute.outcomes {
                    let (headers, rows) = table(&run.report, attribute, outcome);
                    tables.push((caption(&run.report, attribute, outcome), headers, rows));
                }
            }
            let (headers, rows) = gaps(attribute, outcome);
            if !rows.is_empty() {
                tables.push((format!("Gaps by {}", title(attribute)), headers, rows));
            }
        }
        lines.push(caveat(&run.report).to_owned());
        lines.push(how(found));
        Some(GroupsTold { lines, tables, found: found.clone().in_short() })
    }
}

/// "sex", "sex and age".
pub fn title(attribute: &Attribute) -> String {
    attribute.columns.join(" and ")
}

fn caption(report: &Report, attribute: &Attribute, outcome: &Told) -> String {
    match &outcome.class {
        Some(class) => format!("{} “{class}”, by {}", report.target, title(attribute)),
        None => format!("{}, by {}", report.target, title(attribute)),
    }
}

fn name(attribute: &Attribute, group: u32) -> &str {
    attribute.groups.get(group as usize).map_or("", |group| group.name.as_str())
}

fn of(outcome: &Told, measure: Measure, group: u32) -> Option<Estimate> {
    let by_group = outcome.measures.iter().find(|by_group| by_group.measure == measure)?;
    by_group.groups.get(group as usize).copied().flatten()
}

fn gap(outcome: &Told, kind: GapKind) -> Option<&Gap> {
    outcome.gaps.iter().find(|gap| gap.kind == kind)
}

/// "12.3 (9.8–14.6)".
fn number_text(estimate: Option<Estimate>) -> String {
    let Some(Estimate { value, interval }) = estimate else { return "–".to_owned() };
    let range = interval.map_or(String::new(), |range| format!(" ({})", format::interval(range)));
    format::estimate(value, interval) + &range
}

/// "3.2 points" of a share.
fn points(share: f64) -> String {
    format!("{} points", fixed(share * 100.0, usize::from(share.abs() < 0.0995)))
}

/// How two groups differ by a measure, without a full stop.
fn differ(attribute: &Attribute, outcome: &Told, (measure, high, low): (Measure, u32, u32)) -> String {
    let (first, second) = (name(attribute, high), name(attribute, low));
    let share = |group| share_text(of(outcome, measure, group));
    let number = |group| number_text(of(outcome, measure, group));
    let class = outcome.class.as_deref().unwrap_or_default();
    match measure {
        Measure::Selection => {
            format!("“{class}” is said of {} of {first} and of {} of {second}", share(high), share(low))
        }
        Measure::TruePositive => {
            format!("of those who are “{class}”, {} of {first} are found and {} of {second}", share(high), share(low))
        }
        Measure::FalsePositive => format!(
            "of those who are not “{class}”, it is said by mistake of {} of {first} and of {} of {second}",
            share(high),
            share(low)
        ),
        Measure::Accuracy => format!("{} of {first} are called right and {} of {second}", share(high), share(low)),
        Measure::Error if outcome.class.is_some() => {
            let by = |group| of(outcome, measure, group).map_or(0.0, |estimate| estimate.value);
            format!(
                "the probability of “{class}” is {} for {first} and {} for {second}",
                off(by(high), points),
                off(by(low), points)
            )
        }
        Measure::Error => {
            let by = |group| of(outcome, measure, group).map_or(0.0, |estimate| estimate.value);
            let size = |value: f64| significant(value, 3);
            format!("predictions are {} for {first} and {} for {second}", off(by(high), size), off(by(low), size))
        }
        Measure::Mae => format!("it errs by {} on {first} and by {} on {second}", number(high), number(low)),
        Measure::Rmse => {
            format!("its errors are {} on {first} and {} on {second} (RMSE)", number(high), number(low))
        }
        Measure::Precision | Measure::Predicted | Measure::Observed => {
            format!("{} of {first} and {} of {second}", share(high), share(low))
        }
    }
}

/// "3 points too high", "2 points too low".
fn off(value: f64, size: impl Fn(f64) -> String) -> String {
    format!("{} too {}", size(value.abs()), if value < 0.0 { "low" } else { "high" })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// "0.54 times as often (0.45–0.64), below four fifths (0.8)".
fn ratio_words(ratio: Estimate) -> String {
    let rule = match ratio.interval {
        Some((_, high)) if high < FOUR_FIFTHS => "below four fifths (the four-fifths rule)",
        Some((low, _)) if low >= FOUR_FIFTHS => "not below four fifths (the four-fifths rule)",
        _ if ratio.value < FOUR_FIFTHS => {
            "below four fifths (the four-fifths rule), though chance alone might put it there"
        }
        _ => "not below four fifths (the four-fifths rule), though more rows might put it there",
    };
    format!("{} times as often, {rule}", number_text(Some(ratio)))
}

/// What was found of one class, or of values, in a sentence or two.
pub fn sentence(attribute: &Attribute, outcome: &Told) -> String {
    let judged: Vec<&str> =
        attribute.groups.iter().filter(|group| group.judged).map(|group| group.name.as_str()).collect();
    if judged.len() < 2 || outcome.gaps.is_empty() {
        let only = match judged.as_slice() {
            [] => "no group has".to_owned(),
            [one] => format!("only {one} has"),
            _ => "too few groups have".to_owned(),
        };
        return format!(
            "Not enough rows to tell: {only} the {FEWEST_ROWS} tested rows that it takes to be compared, and for a rate \
             {FEWEST_OF_A_RATE} rows that it is a share of."
        );
    }
    let clear: Vec<&Gap> = outcome.gaps.iter().filter(|gap| gap.clear && gap.kind != GapKind::SelectionRatio).collect();
    let Some(first) = clear.first() else {
        let widest = match gap(outcome, GapKind::Selection) {
            Some(gap) => differ(attribute, outcome, (gap.measure, gap.highest, gap.lowest)),
            None => {
                let gap = &outcome.gaps[0];
                differ(attribute, outcome, (gap.measure, gap.highest, gap.lowest))
            }
        };
        return format!(
            "No gap between these groups is clear; {widest}. {}",
            if judged.len() == 2 {
                "More rows could show one."
            } else {
                "These are the ends of several groups, which chance alone sets apart; more rows could show a gap."
            }
        );
    };
    let mut text = capital(&differ(attribute, outcome, first.clearest));
    if first.kind == GapKind::Selection
        && let Some(ratio) = gap(outcome, GapKind::SelectionRatio)
    {
        let words = ratio_words(ratio.estimate);
        text += &match (first.clearest.1, first.clearest.2) == (ratio.highest, ratio.lowest) {
            true => format!(": {words}"),
            false => format!(
                "; the ends are {} and {}: {words}",
                name(attribute, ratio.highest),
                name(attribute, ratio.lowest)
            ),
        };
    }
    // Equal opportunity is part of equalised odds.
    let shown = |gap: &&&Gap| gap.kind != GapKind::Opportunity;
    if let Some(second) = clear.iter().skip(1).find(shown) {
        text += &format!(". Also, {}", differ(attribute, outcome, second.clearest));
    }
    text + "."
}

/// What a gap does not mean.
pub fn caveat(report: &Report) -> &'static str {
    match report.task {
        Task::Binary | Task::Multiclass => {
            "What this does not mean: being called as often (demographic parity), being found and mistaken as often \
             (equalised odds) and probabilities that mean the same (calibration) cannot all hold at once where groups truly \
             differ in how often the answer occurs. So a gap is a question to ask of the purpose, not a verdict; and no gap \
             is no proof of fairness, since what was recorded as true may itself be unfair."
        }
        Task::Regression => {
            "What this does not mean: a model can be off by as much for all groups and still be too high for one and too \
             low for another, and errors of the same size may weigh more for some. A gap is a question to ask of the \
             purpose, not a verdict; and no gap is no proof of fairness, since what was recorded as true may itself be unfair."
        }
    }
}

/// Learned columns that stand in for a sensitive one, in a line.
pub fn proxies(attribute: &Attribute) -> Option<String> {
    if attribute.proxies.is_empty() {
        return (attribute.columns.len() == 1)
            .then(|| format!("No learned column tells {} apart by itself.", title(attribute)));
    }
    let one = |proxy: &crate::validate::fairness::Proxy| format!("{} ({})", proxy.column, fixed(proxy.strength, 2));
    Some(format!(
        "Learned columns that tell {} apart best, 0 to 1: {}. The model can know through these what it was not given.",
        title(attribute),
        list(&attribute.proxies.iter().map(one).collect::<Vec<_>>())
    ))
}

/// The head of a measure's column.
fn head(measure: Measure) -> &'static str {
    match measure {
        Measure::Selection => "Called",
        Measure::TruePositive => "Found",
        Measure::FalsePositive => "Called by mistake",
        Measure::Precision => "Calls that are right",
        Measure::Accuracy => "Right, either way",
        Measure::Predicted => "Said on average",
        Measure::Observed => "Seen",
        Measure::Error => "Mean error",
        Measure::Mae => "MAE",
        Measure::Rmse => "RMSE",
    }
}

/// Measures as the choice of a chart names them.
pub fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Selection => "Called (selection rate)",
        Measure::TruePositive => "Found (true positive rate)",
        Measure::FalsePositive => "Called by mistake (false positive rate)",
        Measure::Precision => "Calls that are right (precision)",
        Measure::Accuracy => "Right, either way (accuracy)",
        Measure::Predicted => "Said on average (mean probability)",
        Measure::Observed => "Seen (share)",
        Measure::Error => "Mean error (predicted − true)",
        Measure::Mae => "Average error (MAE)",
        Measure::Rmse => "Root mean squared error (RMSE)",
    }
}

/// All numbers by group: headers, and a row for each group.
pub fn table(report: &Report, attribute: &Attribute, outcome: &Told) -> (Vec<String>, Vec<Vec<String>>) {
    let of_classes = report.task != Task::Regression;
    let shown: Vec<Measure> = outcome
        .measures
        .iter()
        .map(|by_group| by_group.measure)
        // Of classes it is what stands beside it, said less seen.
        .filter(|measure| !of_classes || *measure != Measure::Error)
        .collect();
    let mut headers = vec![title(attribute), "Rows".to_owned()];
    headers.extend(shown.iter().map(|measure| head(*measure).to_owned()));
    let row = |(place, group): (u32, &crate::validate::fairness::Group)| {
        let rows = format::count(group.n.into());
        let mut cells = vec![group.name.clone()];
        cells.push(if group.judged { rows } else { format!("{rows}: not enough to tell") });
        cells.extend(shown.iter().map(|measure| {
            let estimate = of(outcome, *measure, place);
            if of_classes { share_text(estimate) } else { number_text(estimate) }
        }));
        cells
    };
    (headers, (0u32..).zip(&attribute.groups).map(row).collect())
}

fn gap_name(kind: GapKind, of_classes: bool) -> &'static str {
    match kind {
        GapKind::Selection => "Called: difference (demographic parity)",
        GapKind::SelectionRatio => "Called: ratio (demographic parity; four fifths is 0.8)",
        GapKind::Opportunity => "Found: difference (equal opportunity)",
        GapKind::Odds => "Found or called by mistake: the larger difference (equalised odds)",
        GapKind::Accuracy => "Right, either way: difference",
        GapKind::Error if of_classes => "Said less seen: difference (calibration)",
        GapKind::Error => "Mean error: difference",
        GapKind::Mae => "MAE: difference",
        GapKind::Rmse => "RMSE: difference",
    }
}

/// The gaps: headers, and a row for each.
pub fn gaps(attribute: &Attribute, outcome: &Told) -> (Vec<String>, Vec<Vec<String>>) {
    let headers = ["Gap", "Estimate", "95 % interval", "Highest", "Lowest", "p, adjusted", "Clear"].map(str::to_owned);
    let of_classes = outcome.class.is_some();
    let row = |gap: &Gap| {
        let Estimate { value, interval } = gap.estimate;
        let as_points = of_classes && gap.kind != GapKind::SelectionRatio;
        let scaled = |v: f64| if as_points { v * 100.0 } else { v };
        let range = interval.map(|(low, high)| (scaled(low), scaled(high)));
        let unit = if as_points { " points" } else { "" };
        vec![
            gap_name(gap.kind, of_classes).to_owned(),
            format::estimate(scaled(value), range) + unit,
            range.map_or("could not tell".to_owned(), format::interval),
            name(attribute, gap.highest).to_owned(),
            name(attribute, gap.lowest).to_owned(),
            super::rivals::p_text(gap.p_value),
            if gap.clear { "yes" } else { "no" }.to_owned(),
        ]
    };
    (headers.into(), outcome.gaps.iter().map(row).collect())
}

/// What a line at this hundredth would do, in a sentence; `None` where there is nothing to draw a line through.
pub fn what_if(attribute: &Attribute, outcome: &Told, hundredth: usize) -> Option<String> {
    let rates: Vec<(u32, [Option<f64>; 3])> =
        outcome.along.iter().map(|along| (along.group, along.rates(hundredth))).collect();
    let ends = |at: usize| {
        let known: Vec<(u32, f64)> = rates.iter().filter_map(|(group, rates)| Some((*group, rates[at]?))).collect();
        let high = known.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        let low = known.iter().copied().reduce(|a, b| if b.1 < a.1 { b } else { a })?;
        (known.len() > 1).then_some((high, low))
    };
    let say = |at: usize| {
        let (high, low) = ends(at)?;
        let who = |(group, share): (u32, f64)| format!("{} of {}", percent(share), name(attribute, group));
        Some(if high.1 > low.1 {
            format!("{} to {}", who(high), who(low))
        } else {
            format!("{} of each", percent(high.1))
        })
    };
    let (high, low) = ends(0)?;
    let ratio = match high.1 > 0.0 {
        true => {
            let ratio = low.1 / high.1;
            let rule = if ratio < FOUR_FIFTHS { ", below four fifths" } else { "" };
            format!(" ({} times as often{rule})", significant(ratio, 2))
        }
        false => String::new(),
    };
    let mut text = format!(
        "With the line at {}: called {}{ratio}",
        threshold_text(hundredth as f64 / 100.0),
        say(0).unwrap_or_default()
    );
    for (at, word) in [(1, "found"), (2, "called by mistake")] {
        text += &say(at).map_or(String::new(), |ends| format!("; {word} {ends}"));
    }
    Some(text + ". Without intervals: draw the line there to have them.")
}

/// Groups that are not told, in a line.
pub fn small(attribute: &Attribute) -> Option<String> {
    let n = attribute.n_small;
    (n > 0).then(|| {
        format!(
            "{} not shown: fewer than {SMALL} rows, or beyond the largest.",
            if n == 1 { "One group is".to_owned() } else { format!("{} are", counted(n.into(), "group")) }
        )
    })
}

/// How it was looked at.
pub fn how(found: &Fairness) -> String {
    let line = found.threshold.map_or(String::new(), |at| format!(" The line is drawn at {}.", threshold_text(at)));
    let drawn = if found.clustered { "whole groups of rows that belong together" } else { "rows" };
    format!(
        "{} that the folds tested.{line} Nothing is told of groups of fewer than {SMALL} rows; a number needs {FEWEST_ROWS} rows \
         of a group, a rate {FEWEST_OF_A_RATE} that it is a share of. Intervals of groups are 95 % (of shares Wilson’s where \
         rows are independent, else the bootstrap’s, {} samples of {drawn}); those of gaps hold for all pairs of groups at \
         once. p: of all groups being alike, adjusted for the pairs of groups and for all {} (Benjamini–Hochberg). The models of \
         the folds are not the one that is kept.",
        counted(found.n_rows.into(), "row"),
        found.n_replicates,
        counted(found.n_compared.into(), "gap"),
    )
}

/// The worst of it, for the list of checks.
fn judge(report: &Report, found: &Fairness) -> (Outcome, String) {
    let all = || found.attributes.iter().flat_map(|a| a.outcomes.iter().map(move |outcome| (a, outcome)));
    let of_classes = report.task != Task::Regression;
    let matters = |gap: &&Gap| {
        let small = of_classes
            && match gap.kind {
                GapKind::SelectionRatio => gap.estimate.value >= FOUR_FIFTHS,
                _ => gap.estimate.value < MATTERS,
            };
        gap.clear && !small
    };
    if let Some((attribute, outcome)) = all().find(|(_, outcome)| outcome.gaps.iter().any(|gap| matters(&gap))) {
        let what = format!("By {}: {}", title(attribute), sentence(attribute, outcome));
        return (Outcome::Doubtful, what);
    }
    let compared: Vec<&Gap> = all().flat_map(|(_, outcome)| &outcome.gaps).collect();
    if compared.is_empty() {
        return (Outcome::Unknown, "Not enough rows of different groups to tell.".to_owned());
    }
    let alike = |gap: &&Gap| match gap.kind {
        GapKind::SelectionRatio => true,
        _ => of_classes && gap.estimate.interval.is_some_and(|(_, high)| high <= ALIKE),
    };
    if compared.iter().all(alike) {
        return (Outcome::Passed, format!("All gaps between groups are below {}.", points(ALIKE)));
    }
    let clear = if compared.iter().any(|gap| gap.clear) { "No large gap" } else { "No gap" };
    (Outcome::Unknown, format!("{clear} between groups is clear, but the rows are too few to rule one out."))
}
