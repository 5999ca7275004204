//! Fitting a preparation: every statistic here sees training rows only.

use super::dates;
use super::inputs::{Cells, Inputs};
use super::spelling::{Slot, Spellings};
use super::{Block, DatePart, Encoding, Impute, Input, InputKind, Preparation, PrepareSpec, Scaling, Words};
use crate::dataset::Dataset;
use crate::order::OrderBy;
use crate::table::{Column, MISSING_CODE, MISSING_DATE, Values};

/// Dates that span more days than this get features for the month.
const MONTH_SPAN: i64 = 60;
/// Dates that span more days than this get features for the weekday.
const WEEKDAY_SPAN: i64 = 14;

impl PrepareSpec {
    /// Fit on the given positions of a dataset; no other row is looked at.
    pub fn fit(&self, dataset: &Dataset, positions: &[u32]) -> Preparation {
        let inputs = Inputs::from_dataset(dataset, positions);
        let mut fitted = Preparation {
            inputs: Vec::with_capacity(dataset.features.len()),
            blocks: Vec::with_capacity(dataset.features.len()),
            feature_names: Vec::new(),
            feature_inputs: Vec::new(),
        };
        for (i, (column, cells)) in dataset.features.iter().zip(&inputs.cells).enumerate() {
            let input = describe(column, cells);
            let block = match (&column.values, cells) {
                (Values::Text(_), Cells::Texts { codes, levels }) => self.fit_words(i as u32, &input, codes, levels),
                _ => self.fit_block(i as u32, &input, cells),
            };
            let names = block.feature_names(&input.name);
            fitted.feature_inputs.extend(names.iter().map(|_| i as u32));
            fitted.feature_names.extend(names);
            fitted.inputs.push(input);
            fitted.blocks.push(block);
        }
        fitted
    }

    fn fit_block(&self, input: u32, about: &Input, cells: &Cells) -> Block {
        match self.encoding {
            Encoding::OneHot => self.fit_scaled(input, about, cells),
            Encoding::Codes => self.fit_plain(input, about, cells),
        }
    }

    /// Numbers and codes as they are.
    fn fit_plain(&self, input: u32, about: &Input, cells: &Cells) -> Block {
        match cells {
            Cells::Numbers(_) => Block::Plain { input },
            Cells::Texts { codes, levels } => Block::Code { input, levels: self.kept_levels(codes, levels).0 },
            Cells::Dates(values) => Block::Days { input, parts: date_parts(values, about.has_time) },
        }
    }

    fn fit_scaled(&self, input: u32, about: &Input, cells: &Cells) -> Block {
        match cells {
            Cells::Numbers(values) => {
                let Scale { impute, center, scale, smooth_clip, indicator } = self.fit_scale(values);
                Block::Number { input, impute, center, scale, smooth_clip, indicator }
            }
            Cells::Texts { codes, levels } => self.fit_category(input, about, codes, levels),
            Cells::Dates(values) => {
                let days: Vec<f32> = values.iter().map(|m| dates::days(*m)).collect();
                let Scale { impute, center, scale, smooth_clip, indicator } = self.fit_scale(&days);
                let parts = date_parts(values, about.has_time);
                Block::Date { input, impute, center, scale, smooth_clip, indicator, parts }
            }
        }
    }

    /// Impute, centre and scale as scikit-learn's SimpleImputer and, after it, StandardScaler; the robust scaling takes
    /// its quartiles from the known values alone, so that many missing ones do not narrow them.
    fn fit_scale(&self, values: &[f32]) -> Scale {
        let mut known: Vec<f64> = values.iter().filter(|v| !v.is_nan()).map(|v| f64::from(*v)).collect();
        let indicator = self.missing_indicator && known.len() < values.len();
        let smooth_clip = self.scaling == Scaling::RobustSmoothClip;
        if known.is_empty() {
            return Scale { impute: 0.0, center: 0.0, scale: 1.0, smooth_clip, indicator };
        }
        let known_mean = mean(&known);
        known.sort_unstable_by(f64::total_cmp);
        let impute = match self.impute {
            Impute::Median => quantile(&known, 0.5),
            Impute::Mean => known_mean,
        } as f32;
        let (center, scale) = match self.scaling {
            Scaling::None => (0.0, 1.0),
            Scaling::Standard => {
                let filled: Vec<f64> = values.iter().map(|v| f64::from(if v.is_nan() { impute } else { *v })).collect();
                let center = mean(&filled);
                (center, deviation(&filled, center))
            }
            Scaling::RobustSmoothClip => {
                let quartiles = quantile(&known, 0.75) - quantile(&known, 0.25);
                let half_range = (known[known.len() - 1] - known[0]) / 2.0;
                (quantile(&known, 0.5), if quartiles > 0.0 { quartiles } else { half_range })
            }
        };
        // Equal values have no spread; what the sums above left of one is rounding.
        let degenerate = known[0] == known[known.len() - 1] || scale <= f64::from(f32::MIN_POSITIVE);
        let scale = if degenerate { 1.0 } else { scale.min(f64::from(f32::MAX)) as f32 };
        Scale { impute, center: center as f32, scale, smooth_clip, indicator }
    }

    /// The levels that get a place of their own, the most frequent first, and how many rows each text has.
    fn kept_levels(&self, codes: &[u32], levels: &[std::borrow::Cow<str>]) -> (Vec<String>, Vec<u32>) {
        let mut counts = vec![0u32; levels.len()];
        for &code in codes.iter().filter(|c| **c != MISSING_CODE) {
            counts[code as usize] += 1;
        }
        let enough = self.min_category_rows.max(1);
        let mut order: Vec<usize> = (0..levels.len()).filter(|l| counts[*l] >= enough).collect();
        order.order_by(|a, b| counts[*b].cmp(&counts[*a]).then(levels[*a].cmp(&levels[*b])));
        order.truncate(self.max_categories as usize);
        (order.into_iter().map(|l| levels[l].clone().into_owned()).collect(), counts)
    }

    fn fit_category(&self, input: u32, about: &Input, codes: &[u32], levels: &[std::borrow::Cow<str>]) -> Block {
        let (kept, counts) = self.kept_levels(codes, levels);
        let spellings = Spellings::new(&kept, &about.missing_spellings);
        let mut missing = codes.contains(&MISSING_CODE);
        let mut other = false;
        for (level, _) in levels.iter().zip(&counts).filter(|(_, n)| **n > 0) {
            match spellings.slot(level) {
                Some(Slot::Level(_)) => {}
                Some(Slot::Missing) => missing = true,
                None => other = true,
            }
        }
        Block::Category { input, levels: kept, other, missing }
    }

    /// Weighted sums read words over the length of all of them, so that a long text is not heard louder; trees split each word
    /// alone, and there a length would only blur it.
    fn fit_words(&self, input: u32, about: &Input, codes: &[u32], levels: &[std::borrow::Cow<str>]) -> Block {
        let known = Spellings::new(&[], &about.missing_spellings);
        let words = Words::fit(codes, levels, &known, (self.min_category_rows, self.max_words));
        let is_missing = |code: &u32| *code == MISSING_CODE || known.slot(&levels[*code as usize]).is_some();
        let missing = codes.iter().any(is_missing);
        Block::Words { input, words, unit: self.encoding == Encoding::OneHot, missing }
    }
}

struct Scale {
    impute: f32,
    center: f32,
    scale: f32,
    smooth_clip: bool,
    indicator: bool,
}

fn describe(column: &Column, cells: &Cells) -> Input {
    let range = match cells {
        Cells::Numbers(values) => range(values.iter().filter(|v| !v.is_nan()).map(|v| f64::from(*v))),
        Cells::Texts { .. } => None,
        Cells::Dates(values) => range(values.iter().filter(|m| **m != MISSING_DATE).map(|m| *m as f64)),
    };
    let missing_spellings = match cells {
        Cells::Texts { .. } => column.missing_spellings.iter().filter(|s| !s.is_empty()).cloned().collect(),
        Cells::Numbers(_) | Cells::Dates(_) => Vec::new(),
    };
    let has_time = matches!(column.values, Values::Date { has_time: true, .. });
    let (name, kind, unit) = (column.name.clone(), InputKind::of(column), column.unit.clone());
    Input { name, kind, missing_spellings, unit, range, has_time }
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, v| {
        let (low, high) = range.unwrap_or((v, v));
        Some((low.min(v), high.max(v)))
    })
}

fn date_parts(values: &[i64], has_time: bool) -> Vec<DatePart> {
    let known = || values.iter().copied().filter(|m| *m != MISSING_DATE).map(dates::day);
    let (Some(first), Some(last)) = (known().min(), known().max()) else { return Vec::new() };
    let span = last - first;
    let mut parts = Vec::new();
    if span > MONTH_SPAN {
        parts.push(DatePart::Month);
    }
    if span > WEEKDAY_SPAN {
        parts.push(DatePart::Weekday);
    }
    if has_time {
        parts.push(DatePart::Hour);
    }
    parts
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Population standard deviation.
fn deviation(values: &[f64], mean: f64) -> f64 {
    (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64).sqrt()
}

/// Linear interpolation between ranks, numpy's default. `sorted` is not empty.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = share * (sorted.len() - 1) as f64;
    let low = rank as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * (rank - low as f64)
}
