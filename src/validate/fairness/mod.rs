//! Groups of people beside each other, by what a candidate's folds predicted for them: rates and errors by group with
//! intervals, and the gaps between groups.
//!
//! Groups are the values of a column whose role is `Sensitive`, or of two such columns together. Rates and gaps are those of
//! fairlearn (`MetricFrame`, `demographic_parity_difference`, `demographic_parity_ratio`, `equalized_odds_difference`,
//! `equal_opportunity_difference`). Groups of fewer than `SMALL` rows are not told at all, and no number of a group rests on
//! fewer than `FEWEST_ROWS` rows or, of a rate, on fewer than `FEWEST_OF_A_RATE`.

mod gaps;
mod tally;

use serde::{Deserialize, Serialize};

use super::cut::{Cut, crossed, cut, readable};
use super::decide::Estimate;
use crate::dataset::Target;
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::profile::{Comparable, compare};
use crate::table::Column;

use tally::{Cells, Rows};

/// Rows below which a group would name people: it is not told. As in sketches of training rows.
pub const SMALL: u32 = 5;
/// Rows of a group, and units of it where rows come in groups, from which it is compared.
pub const FEWEST_ROWS: u32 = 20;
pub const FEWEST_UNITS: usize = 10;
/// Rows that a rate is a share of at least.
pub const FEWEST_OF_A_RATE: f64 = 10.0;
/// Columns that are looked at, of these in pairs, and groups of a pair that are told.
const MOST_COLUMNS: usize = 8;
const MOST_PAIRED: usize = 4;
const MOST_GROUPS: usize = 24;
/// Classes that are told one by one, the most frequent, where there are several.
const MOST_CLASSES: usize = 8;
/// Learned columns that are named as telling groups apart, and from which strength.
const MOST_PROXIES: usize = 3;
const LEAST_PROXY: f64 = 0.1;
/// A gap is clear where its p-value, adjusted for all gaps, is at most this.
pub const RATE: f64 = 0.05;
/// The ratio of selection rates below which United States agencies speak of adverse impact: the four-fifths rule.
/// Source: Uniform Guidelines on Employee Selection Procedures (1978), section 4 D.
pub const FOUR_FIFTHS: f64 = 0.8;

/// What was found for all sensitive columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fairness {
    /// Of two classes: a row is called the second from this probability. `None` where the most probable class is called,
    /// and for values.
    pub threshold: Option<f64>,
    /// Rows that the folds tested, each once.
    pub n_rows: u32,
    /// Gaps that were tested; p-values are adjusted for all of them.
    pub n_compared: u32,
    pub n_replicates: u32,
    /// Rows come in groups that are drawn as a whole.
    pub clustered: bool,
    /// Single columns, then pairs.
    pub attributes: Vec<Attribute>,
    /// Sensitive columns that do not tell groups apart, with the reason in a sentence.
    pub left_out: Vec<(String, String)>,
}

/// Groups by one sensitive column, or by two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    pub columns: Vec<String>,
    pub groups: Vec<Group>,
    /// Groups that are not told, since they have fewer than `SMALL` rows or are not among the largest.
    pub n_small: u32,
    /// Of two classes the second, of several each, and one for values.
    pub outcomes: Vec<Outcome>,
    /// Learned columns that tell these groups apart best, the strongest first. Of single columns.
    pub proxies: Vec<Proxy>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// "female", "from 30 to below 40", "not known"; of a pair "female, below 30".
    pub name: String,
    pub n: u32,
    /// It has rows enough to be compared.
    pub judged: bool,
}

/// Numbers by group for one class against the others, or for values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub class: Option<String>,
    pub measures: Vec<ByGroup>,
    pub gaps: Vec<Gap>,
    /// Of two classes, by one column: what other thresholds would do to groups that are compared. Not stored with a package.
    pub along: Vec<Along>,
}

/// One measure of all groups, in their order; `None` where a group has too few rows for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByGroup {
    pub measure: Measure,
    pub groups: Vec<Option<Estimate>>,
}

/// What is measured of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Measure {
    /// Share of the rows that the class is called for.
    Selection,
    /// Share of the rows of the class that it is called for (recall).
    TruePositive,
    /// Share of the other rows that it is called for.
    FalsePositive,
    /// Share of the called rows that are of the class.
    Precision,
    /// Share of the rows that are called right; of several classes whichever it is.
    Accuracy,
    /// Mean probability of the class.
    Predicted,
    /// Share of the rows that are of the class.
    Observed,
    /// Mean of predicted − true: of a class its mean probability less its share.
    Error,
    /// Mean distance of predictions from the truth.
    Mae,
    /// Root of the mean squared distance.
    Rmse,
}

impl Measure {
    pub const OF_CLASSES: [Self; 8] = [
        Self::Selection,
        Self::TruePositive,
        Self::FalsePositive,
        Self::Precision,
        Self::Accuracy,
        Self::Predicted,
        Self::Observed,
        Self::Error,
    ];
    pub const OF_VALUES: [Self; 3] = [Self::Error, Self::Mae, Self::Rmse];

    /// A number of rows out of a number of rows.
    pub fn is_count(self) -> bool {
        match self {
            Self::Selection
            | Self::TruePositive
            | Self::FalsePositive
            | Self::Precision
            | Self::Accuracy
            | Self::Observed => true,
            Self::Predicted | Self::Error | Self::Mae | Self::Rmse => false,
        }
    }
}

/// How far groups are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GapKind {
    /// Of selection rates: demographic parity.
    Selection,
    /// The lowest selection rate by the highest.
    SelectionRatio,
    /// Of true positive rates: equal opportunity.
    Opportunity,
    /// The larger of the gaps of true and of false positive rates: equalised odds.
    Odds,
    Accuracy,
    /// Of mean predicted − true: calibration by group, or the mean error.
    Error,
    Mae,
    Rmse,
}

/// The largest difference between two groups, or the ratio of the lowest to the highest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    pub kind: GapKind,
    /// 95 % interval, simultaneous for all pairs of groups (the bootstrap's largest studentised deviation).
    pub estimate: Estimate,
    /// What differs: of equalised odds the rate that differs most.
    pub measure: Measure,
    /// Positions of the groups with the highest and the lowest value.
    pub highest: u32,
    pub lowest: u32,
    /// By which measure which two groups differ most clearly, the higher first; other than the ends where those are small.
    pub clearest: (Measure, u32, u32),
    /// Of all groups being alike: of the clearest pair, times the pairs, adjusted for all gaps (Benjamini–Hochberg).
    pub p_value: f64,
    pub clear: bool,
}

/// Rows of a group that each hundredth as a threshold calls positive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Along {
    pub group: u32,
    pub n: u32,
    pub positives: u32,
    /// At 0.01, 0.02 … 0.99: all rows called, and those of them that are positive.
    pub called: Vec<u32>,
    pub hit: Vec<u32>,
}

/// A learned column that goes together with a sensitive one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proxy {
    pub column: String,
    /// 0 to 1: Cramér's V, the correlation ratio, or a correlation's size.
    pub strength: f64,
}

impl Fairness {
    /// The same without what other thresholds would do, for a package.
    #[must_use]
    pub fn in_short(mut self) -> Self {
        self.attributes.iter_mut().flat_map(|a| &mut a.outcomes).for_each(|outcome| outcome.along.clear());
        self
    }
}

impl Along {
    /// Selection rate, true and false positive rate at the hundredth `at` (1 to 99); `None` where too few rows tell.
    pub fn rates(&self, at: usize) -> [Option<f64>; 3] {
        let count = |counts: &[u32]| f64::from(counts.get(at.saturating_sub(1)).copied().unwrap_or(0));
        let (called, hit) = (count(&self.called), count(&self.hit));
        let (n, positives) = (f64::from(self.n), f64::from(self.positives));
        [(called, n), (hit, positives), (called - hit, n - positives)]
            .map(|(part, whole)| (whole >= FEWEST_OF_A_RATE).then(|| part / whole))
    }
}

/// What is compared: table columns by which people are told apart, columns that were learned from, and the table rows of the
/// predictions.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    pub sensitive: &'a [&'a Column],
    pub learned: &'a [&'a Column],
    pub rows: &'a [u32],
}

/// Compare groups by predictions of rows, each of which counts once. `units` says which rows are drawn together; `threshold`
/// is of account for two classes, `seed` draws the samples. `None` where there are no rows, or truth and predictions are of
/// different tasks.
pub fn fairness(
    target: &Target,
    predictions: &Predictions,
    units: &[u32],
    compared: Compared,
    threshold: f64,
    seed: u64,
) -> Option<Fairness> {
    let Compared { sensitive, rows, .. } = compared;
    let judged = Rows::of(target, predictions, threshold).filter(|judged| judged.n > 0)?;
    let mut left_out = Vec::new();
    let mut cuts: Vec<Cut> = Vec::new();
    for (place, column) in sensitive.iter().enumerate() {
        let found = if place < MOST_COLUMNS { cut(column, rows, SMALL as usize, readable) } else { None };
        match found {
            Some(found) => cuts.push(found),
            None => left_out.push((column.name.clone(), why_not(column, place).to_owned())),
        }
    }
    let mut drafts: Vec<Draft> = cuts.iter().map(|cut| Draft::of(vec![cut], cut.codes.clone())).collect();
    let n_paired = cuts.len().min(MOST_PAIRED);
    for first in 0..n_paired {
        for second in first + 1..n_paired {
            let pair = [&cuts[first], &cuts[second]];
            drafts.push(Draft::of(pair.to_vec(), crossed(pair[0], pair[1])));
        }
    }
    let clustered = tally::repeats(units);
    drafts.iter_mut().for_each(|draft| draft.judge(units, clustered));
    // Of two columns only where more is seen than by one: three groups that can be compared.
    drafts.retain(|draft| draft.columns.len() == 1 || draft.n_judged() > 2);
    let classes = judged.classes(MOST_CLASSES);
    let of_classes = classes[0].is_some();
    let cells = Cells::new(&judged, &drafts.iter().map(|draft| draft.codes.as_slice()).collect::<Vec<_>>(), &classes);
    let mut whole = cells.nothing();
    (0..judged.n).for_each(|row| cells.add(&mut whole, row));
    let n_groups: Vec<usize> = drafts.iter().map(|draft| draft.groups.len()).collect();
    let samples = gaps::Samples::draw(&cells, &n_groups, (of_classes, classes.len()), units, seed);
    let mut attributes = Vec::new();
    let mut p_values = Vec::new();
    for (place, draft) in drafts.into_iter().enumerate() {
        let mut outcomes = Vec::new();
        for (at, class) in classes.iter().enumerate() {
            let sums = cells.sums(&whole, place, at, draft.groups.len());
            let groups = &draft.groups;
            let asked = gaps::Asked { attribute: place, class: at, of_classes, groups, sums, clustered };
            let (measures, gaps) = asked.answer(&samples);
            p_values.extend(gaps.iter().filter(|gap| gap.kind != GapKind::SelectionRatio).map(|gap| gap.p_value));
            let single = draft.columns.len() == 1;
            let along = if single { judged.along(&draft.codes, &draft.groups) } else { Vec::new() };
            outcomes.push(Outcome { class: judged.label(*class), measures, gaps, along });
        }
        let proxies = if draft.columns.len() == 1 { proxies(draft.columns[0].as_str(), compared) } else { Vec::new() };
        let Draft { columns, groups, n_small, .. } = draft;
        attributes.push(Attribute { columns, groups, n_small, outcomes, proxies });
    }
    gaps::adjust(&mut attributes, &p_values);
    Some(Fairness {
        threshold: judged.threshold,
        n_rows: judged.n as u32,
        n_compared: p_values.len() as u32,
        n_replicates: samples.n_replicates() as u32,
        clustered,
        attributes,
        left_out,
    })
}

fn why_not(column: &Column, place: usize) -> &'static str {
    match &column.values {
        _ if place >= MOST_COLUMNS => "More sensitive columns than are compared.",
        crate::table::Values::Text(_) => "It is free text.",
        _ => "Its values do not tell apart groups of at least five rows.",
    }
}

/// Learned columns that go together with a sensitive one.
fn proxies(sensitive: &str, Compared { sensitive: all, learned, rows }: Compared) -> Vec<Proxy> {
    let own = all.iter().find(|column| column.name == sensitive).and_then(|column| Comparable::new(column, rows));
    let Some(own) = own else { return Vec::new() };
    let strength = |column: &&Column| {
        let (_, measure) = compare(&own, &Comparable::new(column, rows)?);
        Some(Proxy { column: column.name.clone(), strength: measure.strength().filter(|s| *s >= LEAST_PROXY)? })
    };
    let mut found: Vec<Proxy> = learned.iter().filter_map(strength).collect();
    found.order_by(|a, b| b.strength.total_cmp(&a.strength).then(a.column.cmp(&b.column)));
    found.truncate(MOST_PROXIES);
    found
}

/// An attribute whose numbers are still to be found. Codes of groups that are not told are `NOWHERE`.
struct Draft {
    columns: Vec<String>,
    groups: Vec<Group>,
    codes: Vec<u16>,
    n_small: u32,
}

impl Draft {
    /// Of the crossing of cuts, whose codes are in `codes`.
    fn of(cuts: Vec<&Cut>, codes: Vec<u16>) -> Self {
        let name = |label: &String| match label.as_str() {
            "is missing" => "not known".to_owned(),
            other => other.strip_prefix("is ").unwrap_or(other).to_owned(),
        };
        let names: Vec<String> = match cuts.as_slice() {
            [a, b] => (a.labels.iter())
                .flat_map(|first| b.labels.iter().map(move |second| format!("{}, {}", name(first), name(second))))
                .collect(),
            _ => cuts.iter().flat_map(|cut| cut.labels.iter().map(name)).collect(),
        };
        let (codes, kept, n_small) = tally::without_small(codes, names.len(), SMALL, MOST_GROUPS);
        let group = |(code, n): (usize, u32)| Group { name: names[code].clone(), n, judged: false };
        Self {
            columns: cuts.iter().map(|cut| cut.column.to_owned()).collect(),
            groups: kept.into_iter().map(group).collect(),
            codes,
            n_small,
        }
    }

    fn judge(&mut self, units: &[u32], clustered: bool) {
        let n_units = tally::units_of(&self.codes, units, self.groups.len());
        for (group, n_units) in self.groups.iter_mut().zip(n_units) {
            group.judged = group.n >= FEWEST_ROWS && (!clustered || n_units >= FEWEST_UNITS);
        }
    }

    fn n_judged(&self) -> usize {
        self.groups.iter().filter(|group| group.judged).count()
    }
}
