//! Whether a distribution has changed: of a column, of predictions, of outcomes.

use super::distance::{
    binned, chi_squared, jensen_shannon, kolmogorov_smirnov, levelled, pooled, stability_index, wasserstein,
};
use super::finding::{Draft, Kind};
use super::sketch::{Levels, Numbers, Sample, Sketch};
use super::tail::kolmogorov_smirnov_above;
use super::tests::Test;
use super::words::{percent, quoted, short, thousands, value};
use crate::table::ColumnType;

/// A sketch and a sample in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The test that rules chance out, and the one that says whether it matters.
    pub test: Test,
    pub of_size: Test,
    pub p: f64,
    pub size: f64,
    /// `None` where there are rows enough of both, else the rows with a value that there are and those needed.
    pub lacks: Option<((u32, u32), (u32, u32))>,
    /// The level that moved most, with its shares; `None` for numbers.
    pub level: Option<(String, f64, f64)>,
    /// Means; NaN for levels.
    pub means: (f64, f64),
    pub evidence: Vec<(String, String)>,
}

/// `None` where one has numbers and the other texts. A spread of numbers below `least_spread` counts as that: what hardly
/// varies is not measured by how little it does.
pub fn compare(reference: &Sketch, current: &Sample, least_spread: f64) -> Option<Comparison> {
    let mut made = match (reference, current) {
        (Sketch::Numbers(reference), Sample::Numbers { sorted, .. }) => {
            numbers(reference, &Numbers::exact(sorted), least_spread)
        }
        (Sketch::Levels(reference), Sample::Levels { counts, .. }) => levels(reference, counts),
        (Sketch::Numbers(_), Sample::Levels { .. }) | (Sketch::Levels(_), Sample::Numbers { .. }) => return None,
    };
    let needs = made.test.about().needs;
    let there = (reference.size().0, current.size().0);
    made.lacks = (there.0 < needs.0 || there.1 < needs.1).then_some((there, needs));
    Some(made)
}

fn numbers(reference: &Numbers, current: &Numbers, least_spread: f64) -> Comparison {
    let distance = kolmogorov_smirnov(reference, current);
    let p = kolmogorov_smirnov_above(distance, reference.n, current.n);
    let spread = reference.deviation.max(least_spread);
    let moved = wasserstein(reference, current);
    let bins = binned(reference, current);
    let (index, chance) = stability_index(&bins);
    // A constant has no spread to measure by: then the share of rows that left it counts.
    let (of_size, size) =
        if spread > 0.0 { (Test::Wasserstein, moved / spread) } else { (Test::KolmogorovSmirnov, distance) };
    let evidence = vec![
        (Test::KolmogorovSmirnov.about().name.to_owned(), short(distance)),
        (
            "moved by, in standard deviations".to_owned(),
            if spread > 0.0 { short(moved / spread) } else { "–".to_owned() },
        ),
        ("PSI (by chance up to)".to_owned(), format!("{} ({})", short(index), short(chance))),
        (Test::JensenShannon.about().name.to_owned(), short(jensen_shannon(&bins))),
    ];
    let means = (reference.mean, current.mean);
    Comparison { test: Test::KolmogorovSmirnov, of_size, p, size, lacks: None, level: None, means, evidence }
}

fn levels(reference: &Levels, current: &[(String, u32)]) -> Comparison {
    let bins = levelled(reference, current);
    let (statistic, p) = chi_squared(&pooled(&bins)).unwrap_or((0.0, 1.0));
    let (index, chance) = stability_index(&bins);
    let size = jensen_shannon(&bins);
    let m: u32 = bins.iter().map(|bin| bin.1).sum();
    let share = |count: u32, all: u32| if all == 0 { 0.0 } else { f64::from(count) / f64::from(all) };
    let shares = |bin: &(u32, u32)| (share(bin.0, reference.n), share(bin.1, m));
    let moved = |bin: &(u32, u32)| (shares(bin).1 - shares(bin).0).abs();
    let most = (0..bins.len()).max_by(|a, b| moved(&bins[*a]).total_cmp(&moved(&bins[*b])).then(b.cmp(a)));
    let level = most.map(|at| {
        let text = reference.levels.get(at).map_or("all other texts".to_owned(), |level| quoted(&level.0));
        (text, shares(&bins[at]).0, shares(&bins[at]).1)
    });
    let evidence = vec![
        (Test::ChiSquared.about().name.to_owned(), short(statistic)),
        (Test::JensenShannon.about().name.to_owned(), short(size)),
        ("PSI (by chance up to)".to_owned(), format!("{} ({})", short(index), short(chance))),
    ];
    let means = (f64::NAN, f64::NAN);
    Comparison { test: Test::ChiSquared, of_size: Test::JensenShannon, p, size, lacks: None, level, means, evidence }
}

/// A draft of a comparison; `subject` begins its sentences, `advice` is what to do.
pub(super) fn draft(
    kind: Kind,
    column: &str,
    column_type: ColumnType,
    subject: &str,
    compared: Comparison,
    advice: String,
) -> Draft {
    let mut draft = Draft::new(kind, compared.test, column);
    draft.size = compared.size;
    draft.threshold = compared.of_size.about().threshold.unwrap_or(0.0);
    draft.p = Some(compared.p);
    draft.evidence = compared.evidence;
    draft.advice = advice;
    draft.lacks = compared.lacks.map(|((n, m), (need_n, need_m))| {
        let (there, needed, of) = if n < need_n { (n, need_n, "training") } else { (m, need_m, "these") };
        format!(
            "{subject}: not enough data, {} of {of} rows have a value; about {needed} are needed.",
            thousands(&there.to_string())
        )
    });
    draft.changed = match &compared.level {
        Some((text, before, now)) => {
            format!(
                "{subject}: {text} makes up {} of the rows; it was {} in training.",
                percent(*now),
                percent(*before)
            )
        }
        None => {
            let (before, now) = compared.means;
            let how = if now > before { "higher" } else { "lower" };
            let how = match column_type {
                ColumnType::Date if now > before => "later",
                ColumnType::Date => "earlier",
                _ => how,
            };
            let (before, now) = (value(before, column_type), value(now, column_type));
            if before == now {
                format!("{subject}: the values are spread otherwise than in training, about the same mean of {now}.")
            } else {
                format!("{subject}: {how} than in training, on average {now} instead of {before}.")
            }
        }
    };
    draft.held = format!("{subject}: as in training.");
    draft
}
