//! Whether bending its probabilities would make a candidate's more true: each way is fitted on the predictions of some
//! folds, and judged on those of another.

use serde::{Deserialize, Serialize};

use super::Tested;
use super::views::{calibration_error, curves_of};
use crate::dataset::Target;
use crate::metrics::{Metric, score};
use crate::model::Predictions;
use crate::model::calibrated::Map;
use crate::tune::calibrate::{Way, fit};

/// How true probabilities are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Means over the folds.
    pub log_loss: f64,
    pub brier: f64,
    /// Expected calibration error over all rows, of the worst class.
    pub error: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub way: Way,
    /// On rows that it was not fitted on.
    pub quality: Quality,
    /// Folds in which log loss is lower than without.
    pub n_better: u32,
}

/// Each way beside none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibrations {
    pub without: Quality,
    pub tried: Vec<Tried>,
    pub n_folds: u32,
    /// That the folds predicted.
    pub n_rows: u32,
}

/// By what share log loss falls at least where a way is said to help: less is not worth another candidate.
const LEAST_GAIN: f64 = 0.01;
/// Log loss below which nobody needs truer probabilities.
const GOOD_ENOUGH: f64 = 1e-3;
/// Isotonic regression follows single rows where there are few: with fewer than these it has to help in every fold. Source: Niculescu-Mizil & Caruana, Predicting Good
/// Probabilities with Supervised Learning (2005).
const FEWEST_FOR_ISOTONIC: u32 = 1_000;

impl Calibrations {
    /// Whether log loss is clearly lower with it, in the mean and in most folds, and the squared error not higher.
    pub fn helps(&self, tried: &Tried) -> bool {
        let (own, without) = (tried.quality, self.without);
        without.log_loss > GOOD_ENOUGH
            && own.log_loss <= without.log_loss * (1.0 - LEAST_GAIN)
            && own.brier <= without.brier
            && 2 * tried.n_better > self.n_folds
            && (tried.way != Way::Isotonic || self.n_rows >= FEWEST_FOR_ISOTONIC || tried.n_better == self.n_folds)
    }

    /// Of those that help the one with the lowest log loss.
    pub fn best(&self) -> Option<&Tried> {
        let helps = self.tried.iter().filter(|tried| self.helps(tried));
        helps.min_by(|a, b| a.quality.log_loss.total_cmp(&b.quality.log_loss))
    }
}

/// How the note of a calibrated candidate begins.
const NOTE: &str = "Its probabilities are calibrated (";

/// What to know of a calibrated candidate.
pub fn note(way: Way) -> String {
    format!(
        "{NOTE}{}). The map was fitted on predictions for rows that the models making them had not seen; each fold is scored \
         with a map from the other folds.",
        way.name()
    )
}

/// Whether a note says only that: what was done on purpose, and no trouble.
pub fn is_about_calibration(note: &str) -> bool {
    note.starts_with(NOTE)
}

/// What folds predicted for classes, and what was true.
pub struct Calibrating<'a> {
    tested: &'a Tested,
    target: &'a Target,
    n_classes: usize,
}

impl<'a> Calibrating<'a> {
    /// `None` where no classes were predicted, or by fewer than two folds.
    pub fn new(tested: &'a Tested, target: &'a Target) -> Option<Self> {
        let Predictions::Probabilities { n_classes, .. } = tested.predictions else { return None };
        let enough = tested.sizes.len() >= 2 && n_classes >= 2 && matches!(target, Target::Classes { .. });
        enough.then_some(Self { tested, target, n_classes })
    }

    fn rows(&self, fold: usize) -> std::ops::Range<usize> {
        let start: u32 = self.tested.sizes[..fold].iter().sum();
        start as usize..(start + self.tested.sizes[fold]) as usize
    }

    /// A map from the predictions for all rows but those of a fold, which another round may have tested too; from all where
    /// none is left out.
    pub fn fitted(&self, way: Way, left_out: Option<usize>) -> Option<Map> {
        let (Target::Classes { codes, .. }, Predictions::Probabilities { values, .. }) =
            (self.target, &self.tested.predictions)
        else {
            return None;
        };
        let mut out = vec![false; codes.len()];
        for row in left_out.map_or(0..0, |fold| self.rows(fold)) {
            out[self.tested.positions[row] as usize] = true;
        }
        let (mut of_rows, mut shares) = (Vec::new(), Vec::new());
        for (position, row) in self.tested.positions.iter().zip(values.chunks_exact(self.n_classes)) {
            if !out[*position as usize] {
                of_rows.push(codes[*position as usize]);
                shares.extend_from_slice(row);
            }
        }
        fit(way, &of_rows, &shares, self.n_classes)
    }

    /// What a fold predicted, bent.
    pub fn bent(&self, fold: usize, map: Option<&Map>) -> Predictions {
        let mut predictions = self.tested.predictions.slice(self.rows(fold));
        if let (Predictions::Probabilities { values, n_classes }, Some(map)) = (&mut predictions, map) {
            map.bend_all(values, *n_classes);
        }
        predictions
    }

    /// Quality, and the log loss of each fold, of the folds' predictions bent by these.
    fn judged(&self, maps: &[Option<Map>]) -> Option<(Quality, Vec<f64>)> {
        let mut all = Predictions::none(self.n_classes);
        let (mut losses, mut squares) = (Vec::new(), Vec::new());
        for (fold, map) in maps.iter().enumerate() {
            let predictions = self.bent(fold, map.as_ref());
            let truth = self.target.select(&self.tested.positions[self.rows(fold)]);
            losses.push(score(Metric::LogLoss, &truth, &predictions)?);
            squares.push(score(Metric::Brier, &truth, &predictions)?);
            all.append(predictions);
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let truth = self.target.select(&self.tested.positions);
        let errors = curves_of(&truth, &all).into_iter().filter_map(|bins| calibration_error(&bins));
        let error = errors.fold(0.0, f64::max);
        Some((Quality { log_loss: mean(&losses), brier: mean(&squares), error }, losses))
    }

    /// Each way on the rows of each fold, fitted on the others'; those that cannot be fitted are left out.
    pub fn tried(&self) -> Option<Calibrations> {
        let n_folds = self.tested.sizes.len();
        let (without, losses) = self.judged(&vec![None; n_folds])?;
        let one = |way: Way| {
            let maps: Vec<Option<Map>> = (0..n_folds).map(|fold| self.fitted(way, Some(fold))).collect();
            if maps.iter().any(Option::is_none) {
                return None;
            }
            let (quality, own) = self.judged(&maps)?;
            let n_better = own.iter().zip(&losses).filter(|(own, without)| own < without).count() as u32;
            Some(Tried { way, quality, n_better })
        };
        let tried = Way::ALL.into_iter().filter_map(one).collect();
        let n_rows = self.tested.positions.len() as u32;
        Some(Calibrations { without, tried, n_folds: n_folds as u32, n_rows })
    }
}

/// The mean squared error of a class's probabilities in parts, over bins of equal width. Source: Murphy, A New Vector
/// Partition of the Probability Score (1973). What rows of one bin differ by is left over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrierParts {
    /// How far what was said is from what was seen, squared; 0 is best.
    pub reliability: f64,
    /// How far the bins are from each other; more is better.
    pub resolution: f64,
    /// What guessing the overall share would come to.
    pub uncertainty: f64,
}

impl BrierParts {
    pub fn of(bins: &[super::CalibrationBin]) -> Option<Self> {
        let n: f64 = bins.iter().map(|bin| f64::from(bin.n)).sum();
        if n <= 0.0 {
            return None;
        }
        let mean = |of: &dyn Fn(&super::CalibrationBin) -> f64| {
            bins.iter().map(|bin| f64::from(bin.n) * of(bin)).sum::<f64>() / n
        };
        let share = mean(&|bin| bin.observed);
        let square = |value: f64| value * value;
        Some(Self {
            reliability: mean(&|bin| square(bin.predicted - bin.observed)),
            resolution: mean(&|bin| square(bin.observed - share)),
            uncertainty: share * (1.0 - share),
        })
    }
}
