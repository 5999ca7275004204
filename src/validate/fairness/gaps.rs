//! How sure the numbers of groups and the gaps between them are.
//!
//! Units are drawn again (percentile bootstrap); shares of independent rows have Wilson's interval instead, which holds for
//! few rows too. A gap is the largest of many differences, so its interval is made for all pairs of groups at once: the
//! bootstrap's 95 % quantile of the largest studentised deviation takes the place of the normal one (max-t). Source: Davison &
//! Hinkley, Bootstrap Methods and their Application (1997), sections 4.2 and 5.2; Westfall & Young, Resampling-Based
//! Multiple Testing (1993). A pair's p-value is that of its studentised difference; no variance of a share is taken for
//! less than with one row more of each kind (Agresti & Caffo 2000), since samples of few rows may all be alike.

use libm::{erfc, exp, log};

use super::tally::{Cells, Sums};
use super::{Attribute, ByGroup, FEWEST_OF_A_RATE, Gap, GapKind, Group, Measure, RATE};
use crate::order::OrderBy;
use crate::random::Random;
use crate::table::profile::quantile;
use crate::validate::compare::false_discovery;
use crate::validate::decide::Estimate;
use crate::validate::wilson;

/// Samples that are drawn; fewer where all of them together would be more than `MOST_VISITS` visits of a row.
const REPLICATES: usize = 1_000;
const FEWEST_REPLICATES: usize = 200;
const MOST_VISITS: usize = 100_000_000;
/// Of the samples so many may leave a number undefined, in hundredths, before it has no interval.
const MOST_UNDEFINED: usize = 5;
/// The stream of the seed's random numbers that draws samples.
const STREAM: u64 = 89;

/// Every measure of every group in each sample.
pub(super) struct Samples {
    /// By attribute, then by class: samples × groups × measures.
    values: Vec<Vec<f64>>,
    n_classes: usize,
    n_replicates: usize,
}

impl Samples {
    /// `n_groups`: of each attribute.
    pub fn draw(
        cells: &Cells,
        n_groups: &[usize],
        (of_classes, n_classes): (bool, usize),
        units: &[u32],
        seed: u64,
    ) -> Self {
        let rows_of = rows_of_units(units);
        let n_replicates = (MOST_VISITS / units.len().max(1)).clamp(FEWEST_REPLICATES, REPLICATES);
        let mut values = vec![Vec::new(); n_groups.len() * n_classes];
        let mut random = Random::new(seed, STREAM);
        let mut weighed = cells.nothing();
        for _ in 0..n_replicates {
            weighed.clear();
            for _ in 0..rows_of.len() {
                let unit = &rows_of[random.below(rows_of.len() as u64) as usize];
                unit.iter().for_each(|row| cells.add(&mut weighed, *row as usize));
            }
            for (attribute, n_groups) in n_groups.iter().enumerate() {
                for class in 0..n_classes {
                    let sums = cells.sums(&weighed, attribute, class, *n_groups);
                    let all = sums
                        .iter()
                        .flat_map(|sums| measures(of_classes).iter().map(|measure| sums.value(*measure, of_classes)));
                    values[attribute * n_classes + class].extend(all);
                }
            }
        }
        Self { values, n_classes, n_replicates }
    }

    pub fn n_replicates(&self) -> usize {
        self.n_replicates
    }
}

fn measures(of_classes: bool) -> &'static [Measure] {
    if of_classes { &Measure::OF_CLASSES } else { &Measure::OF_VALUES }
}

/// The rows of each unit, units in rising order.
fn rows_of_units(units: &[u32]) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..units.len() as u32).collect();
    order.order_by_key(|row| units[*row as usize]);
    order.chunk_by(|a, b| units[*a as usize] == units[*b as usize]).map(<[u32]>::to_vec).collect()
}

/// The groups of an attribute and a class whose numbers are asked for.
pub(super) struct Asked<'a> {
    pub attribute: usize,
    /// Place among the classes that are looked at.
    pub class: usize,
    pub of_classes: bool,
    pub groups: &'a [Group],
    /// Sums of all rows, each once.
    pub sums: Vec<Sums>,
    /// Rows are drawn in groups.
    pub clustered: bool,
}

/// A measure of one group: its value, and the variance that samples give it.
#[derive(Clone, Copy)]
struct Known {
    group: usize,
    value: f64,
    variance: f64,
}

/// Two groups by a measure.
struct Pair {
    measure: Measure,
    high: usize,
    low: usize,
    /// Studentised difference.
    t: f64,
}

impl Asked<'_> {
    /// Numbers by group, and gaps with p-values that are adjusted for the pairs of groups only.
    pub fn answer(&self, samples: &Samples) -> (Vec<ByGroup>, Vec<Gap>) {
        let told = |measure: &Measure| ByGroup {
            measure: *measure,
            groups: (0..self.groups.len()).map(|group| self.estimate(samples, *measure, group)).collect(),
        };
        let by_group = measures(self.of_classes).iter().map(told).collect();
        let kinds: &[GapKind] = match self.of_classes {
            // How often a call is right is the same whichever class is looked at.
            true if self.class == 0 => &[
                GapKind::Selection,
                GapKind::SelectionRatio,
                GapKind::Opportunity,
                GapKind::Odds,
                GapKind::Accuracy,
                GapKind::Error,
            ],
            true => &[GapKind::Selection, GapKind::SelectionRatio, GapKind::Opportunity, GapKind::Odds, GapKind::Error],
            false => &[GapKind::Error, GapKind::Mae, GapKind::Rmse],
        };
        (by_group, kinds.iter().filter_map(|kind| self.gap(samples, *kind)).collect())
    }

    fn is_known(&self, measure: Measure, group: usize) -> bool {
        self.groups[group].judged && self.sums[group].parts(measure, self.of_classes).1 >= FEWEST_OF_A_RATE
    }

    /// Of each sample.
    fn drawn<'a>(&self, samples: &'a Samples, measure: Measure, group: usize) -> impl Iterator<Item = f64> + 'a {
        let all = measures(self.of_classes);
        let place = all.iter().position(|own| *own == measure).unwrap_or(0);
        let values = &samples.values[self.attribute * samples.n_classes + self.class];
        values.iter().skip(group * all.len() + place).step_by(self.groups.len() * all.len()).copied()
    }

    fn estimate(&self, samples: &Samples, measure: Measure, group: usize) -> Option<Estimate> {
        if !self.is_known(measure, group) {
            return None;
        }
        let (part, whole) = self.sums[group].parts(measure, self.of_classes);
        let value = self.sums[group].value(measure, self.of_classes);
        if measure.is_count() && !self.clustered {
            return Some(Estimate { value, interval: Some(wilson(part as u32, whole as u32)) });
        }
        let mut drawn: Vec<f64> = self.drawn(samples, measure, group).filter(|value| value.is_finite()).collect();
        drawn.sort_unstable_by(f64::total_cmp);
        let interval = enough(drawn.len(), samples).then(|| (quantile(&drawn, 0.025), quantile(&drawn, 0.975)));
        Some(Estimate { value, interval })
    }

    /// The groups for which a measure is known.
    fn known(&self, samples: &Samples, measure: Measure) -> Vec<Known> {
        let one = |group: usize| {
            let value = self.sums[group].value(measure, self.of_classes);
            let drawn: Vec<f64> = self.drawn(samples, measure, group).filter(|value| value.is_finite()).collect();
            let n = drawn.len() as f64;
            let mean = drawn.iter().sum::<f64>() / n;
            let spread = drawn.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
            let (part, whole) = self.sums[group].parts(measure, self.of_classes);
            let share = (part + 1.0) / (whole + 2.0);
            let least = if measure.is_count() { share * (1.0 - share) / (whole + 2.0) } else { 0.0 };
            Known { group, value, variance: if n > 1.0 { spread.max(least) } else { f64::INFINITY } }
        };
        (0..self.groups.len()).filter(|group| self.is_known(measure, *group)).map(one).collect()
    }

    /// `None` where fewer than two groups can be compared.
    fn gap(&self, samples: &Samples, kind: GapKind) -> Option<Gap> {
        let looked: &[Measure] = match kind {
            GapKind::Selection | GapKind::SelectionRatio => &[Measure::Selection],
            GapKind::Opportunity => &[Measure::TruePositive],
            GapKind::Odds => &[Measure::TruePositive, Measure::FalsePositive],
            GapKind::Accuracy => &[Measure::Accuracy],
            GapKind::Error => &[Measure::Error],
            GapKind::Mae => &[Measure::Mae],
            GapKind::Rmse => &[Measure::Rmse],
        };
        let known: Vec<(Measure, Vec<Known>)> =
            looked.iter().map(|measure| (*measure, self.known(samples, *measure))).collect();
        if known.iter().any(|(_, groups)| groups.len() < 2) {
            return None;
        }
        let ends = |groups: &[Known]| {
            let high = groups.iter().copied().reduce(|a, b| if b.value > a.value { b } else { a });
            let low = groups.iter().copied().reduce(|a, b| if b.value < a.value { b } else { a });
            high.zip(low)
        };
        let widest = known.iter().filter_map(|(measure, groups)| Some((*measure, ends(groups)?)));
        let (measure, (high, low)) =
            widest.reduce(|a, b| if b.1.0.value - b.1.1.value > a.1.0.value - a.1.1.value { b } else { a })?;
        let ratio = kind == GapKind::SelectionRatio;
        if ratio && high.value == 0.0 {
            return None;
        }
        let reach = self.reach(samples, &known, ratio);
        let (value, interval) = match ratio {
            true => {
                let value = low.value / high.value;
                let error = (relative(high) + relative(low)).sqrt();
                let bounds = |reach: f64| (value * exp(-reach * error), (value * exp(reach * error)).min(1.0));
                (value, reach.filter(|_| value > 0.0).map(bounds))
            }
            false => {
                let value = high.value - low.value;
                let error = (high.variance + low.variance).sqrt();
                let most = if measure.is_count() { 1.0 } else { f64::INFINITY };
                (value, reach.map(|reach| ((value - reach * error).max(0.0), (value + reach * error).min(most))))
            }
        };
        let pairs: Vec<Pair> = known.iter().flat_map(|(measure, groups)| pairs(*measure, groups)).collect();
        let n_pairs = pairs.len() as f64;
        let clearest = pairs.into_iter().reduce(|a, b| if b.t > a.t { b } else { a })?;
        Some(Gap {
            kind,
            estimate: Estimate { value, interval },
            highest: high.group as u32,
            lowest: low.group as u32,
            measure,
            clearest: (clearest.measure, clearest.high as u32, clearest.low as u32),
            p_value: (n_pairs * erfc(clearest.t / std::f64::consts::SQRT_2)).min(1.0),
            clear: false,
        })
    }

    /// By how many standard errors the largest of all pairs' deviations stays below in 95 % of the samples.
    fn reach(&self, samples: &Samples, known: &[(Measure, Vec<Known>)], ratio: bool) -> Option<f64> {
        let mut largest = vec![0.0f64; samples.n_replicates];
        for (measure, groups) in known {
            let drawn: Vec<Vec<f64>> =
                groups.iter().map(|known| self.drawn(samples, *measure, known.group).collect()).collect();
            for (a, first) in groups.iter().enumerate() {
                for (b, second) in groups.iter().enumerate().skip(a + 1) {
                    let (error, whole) = match ratio {
                        true => (relative(*first) + relative(*second), log(first.value / second.value)),
                        false => (first.variance + second.variance, first.value - second.value),
                    };
                    if !(error > 0.0) || !error.is_finite() {
                        continue;
                    }
                    for (sample, largest) in largest.iter_mut().enumerate() {
                        let (x, y) = (drawn[a][sample], drawn[b][sample]);
                        let deviation = if ratio { log(x / y) } else { x - y } - whole;
                        let t = deviation.abs() / error.sqrt();
                        // What is undefined stays so.
                        *largest = if t.is_finite() && !largest.is_nan() { largest.max(t) } else { f64::NAN };
                    }
                }
            }
        }
        largest.retain(|t| !t.is_nan());
        largest.sort_unstable_by(f64::total_cmp);
        enough(largest.len(), samples).then(|| quantile(&largest, 0.95))
    }
}

/// The variance of the logarithm.
fn relative(known: Known) -> f64 {
    known.variance / (known.value * known.value)
}

fn pairs(measure: Measure, groups: &[Known]) -> Vec<Pair> {
    let mut found = Vec::new();
    for (at, first) in groups.iter().enumerate() {
        for second in &groups[at + 1..] {
            let (high, low) = if first.value >= second.value { (first, second) } else { (second, first) };
            let (difference, error) = (high.value - low.value, (high.variance + low.variance).sqrt());
            let t = if difference > 0.0 { difference / error } else { 0.0 };
            found.push(Pair { measure, high: high.group, low: low.group, t });
        }
    }
    found
}

fn enough(n_defined: usize, samples: &Samples) -> bool {
    (samples.n_replicates - n_defined) * 100 <= samples.n_replicates * MOST_UNDEFINED
}

/// Adjust the p-values of all gaps for each other: `p_values` are those of all but ratios, which are tested as their
/// differences are.
pub(super) fn adjust(attributes: &mut [Attribute], p_values: &[f64]) {
    let mut adjusted = false_discovery(p_values).into_iter();
    for outcome in attributes.iter_mut().flat_map(|attribute| &mut attribute.outcomes) {
        let mut of_selection = 1.0;
        for gap in &mut outcome.gaps {
            if gap.kind != GapKind::SelectionRatio {
                gap.p_value = adjusted.next().unwrap_or(1.0);
            } else {
                gap.p_value = of_selection;
            }
            if gap.kind == GapKind::Selection {
                of_selection = gap.p_value;
            }
            gap.clear = gap.p_value <= RATE;
        }
    }
}
