//! Fitting naive Bayes: two passes over the rows, for means and for spreads, in steps of some rows each. All in f64.

use super::{Bayes, BayesSpec};
use crate::dataset::{Target, Task};
use crate::model::linear::fit::ABSENT_LOGIT;
use crate::prepare::Matrix;
use crate::problem::Problem;

/// Features of rows that one step looks at.
const STEP: usize = 4_000_000;

/// Variance below which none is told from 0, of numbers of which the furthest from their mean is 1 from it.
const LEAST: f64 = 1e-30;

/// A fit under way.
pub struct BayesFit {
    spec: BayesSpec,
    features: Matrix,
    codes: Vec<u32>,
    /// How much a row of each class counts for how often it is expected.
    class_weights: Vec<f64>,
    is_mark: Vec<bool>,
    /// Rows of each class that were looked at.
    counts: Vec<u32>,
    /// `[n_classes × n_features]`: sums, of marks how often they are set.
    sums: Vec<f64>,
    /// The same: squared distances from the class's mean.
    squares: Vec<f64>,
    /// Of each feature.
    low: Vec<f32>,
    high: Vec<f32>,
    /// Of the pass under way.
    next_row: usize,
    second: bool,
}

impl BayesSpec {
    /// Begin to fit. `is_mark` tells for each feature whether it is one of 0 and 1 (`Preparation::marks`): it is then only
    /// looked at for being larger than 0.
    ///
    /// # Errors
    /// Settings out of range, class weights that do not match the classes, a target without classes, no rows, or features
    /// that are not finite.
    pub fn start(&self, features: &Matrix, is_mark: &[bool], target: &Target) -> Result<BayesFit, Problem> {
        let refuse = |event: &str, cure: &str| Problem {
            place: "bayes".into(),
            event: event.into(),
            kept: "Nothing was trained.".into(),
            cure: cure.into(),
        };
        let Target::Classes { codes, labels } = target else {
            return Err(self.validate(Task::Regression).swap_remove(0));
        };
        if let Some(problem) = self.validate(Task::Multiclass).into_iter().next() {
            return Err(problem);
        }
        if features.n_rows == 0 || features.n_rows != codes.len() {
            return Err(refuse("There is no row to train on.", "Choose a target that is known in more rows."));
        }
        if is_mark.len() != features.n_columns || !features.values.iter().all(|v| v.is_finite()) {
            return Err(refuse("A prepared feature is not finite.", "Report this with the design's text."));
        }
        self.class_weights.check_given("bayes", labels.len())?;
        let n = labels.len() * features.n_columns;
        Ok(BayesFit {
            spec: self.clone(),
            features: features.clone(),
            codes: codes.clone(),
            class_weights: self.class_weights.per_class(codes, labels.len()),
            is_mark: is_mark.to_vec(),
            counts: vec![0; labels.len()],
            sums: vec![0.0; n],
            squares: vec![0.0; n],
            low: vec![f32::INFINITY; features.n_columns],
            high: vec![f32::NEG_INFINITY; features.n_columns],
            next_row: 0,
            second: false,
        })
    }

    /// Fit to the end.
    ///
    /// # Errors
    /// As `start`.
    pub fn fit(&self, features: &Matrix, is_mark: &[bool], target: &Target) -> Result<Bayes, Problem> {
        let mut fit = self.start(features, is_mark, target)?;
        while !fit.step() {}
        Ok(fit.finish())
    }
}

impl BayesFit {
    /// Look at some rows; `true` when nothing is left to do.
    pub fn step(&mut self) -> bool {
        let n = self.features.n_columns;
        let end = (self.next_row + (STEP / n.max(1)).max(1)).min(self.features.n_rows);
        for row in self.next_row..end {
            let class = self.codes[row] as usize;
            let own = class * n..(class + 1) * n;
            let values = self.features.row(row);
            if self.second {
                let count = f64::from(self.counts[class]);
                for ((square, sum), x) in self.squares[own.clone()].iter_mut().zip(&self.sums[own]).zip(values) {
                    let apart = f64::from(*x) - sum / count;
                    *square += apart * apart;
                }
            } else {
                self.counts[class] += 1;
                for (feature, (sum, x)) in self.sums[own].iter_mut().zip(values).enumerate() {
                    *sum += if self.is_mark[feature] { f64::from(u8::from(*x >= super::SET)) } else { f64::from(*x) };
                    self.low[feature] = self.low[feature].min(*x);
                    self.high[feature] = self.high[feature].max(*x);
                }
            }
        }
        self.next_row = end;
        if end == self.features.n_rows && !self.second {
            (self.second, self.next_row) = (true, 0);
        }
        self.second && self.next_row == self.features.n_rows
    }

    /// The model; one whose fit was left early has seen some of the rows.
    pub fn finish(self) -> Bayes {
        let (n_features, n_classes) = (self.features.n_columns, self.counts.len());
        let numbers: Vec<u32> = (0..n_features as u32).filter(|f| !self.is_mark[*f as usize]).collect();
        let present: Vec<usize> = (0..n_classes).filter(|class| self.counts[*class] > 0).collect();
        let n_rows: f64 = self.counts.iter().copied().map(f64::from).sum();
        let means = |feature: usize| -> Vec<f64> {
            let mean = |class: &usize| self.sums[class * n_features + feature] / f64::from(self.counts[*class]);
            present.iter().map(mean).collect()
        };
        // Variance within the classes and between them.
        let mut widest = 0f64;
        let (mut center, mut scale) = (Vec::new(), Vec::new());
        for feature in numbers.iter().map(|feature| *feature as usize) {
            let sum: f64 = present.iter().map(|class| self.sums[class * n_features + feature]).sum();
            let middle = sum / n_rows.max(1.0);
            let between = present.iter().zip(means(feature));
            let squares: f64 = between
                .map(|(class, mean)| {
                    let count = f64::from(self.counts[*class]);
                    self.squares[class * n_features + feature] + count * (mean - middle) * (mean - middle)
                })
                .sum();
            widest = widest.max(squares / n_rows.max(1.0));
            let furthest = (f64::from(self.high[feature]) - middle).max(middle - f64::from(self.low[feature]));
            let tells = self.high[feature] > self.low[feature];
            center.push(middle);
            scale.push(if tells { 1.0 / furthest } else { 0.0 });
        }
        let least = f64::from(self.spec.var_smoothing) * widest;
        let smoothing = f64::from(self.spec.smoothing);
        let (n_numbers, n_terms) = (numbers.len(), n_features + numbers.len());
        let mut weights = vec![0.0; n_classes * n_terms];
        let mut bias = vec![0.0; n_classes];
        for class in &present {
            let count = f64::from(self.counts[*class]);
            let own = &mut weights[class * n_terms..(class + 1) * n_terms];
            let mut sum = libm::log(self.class_weights[*class] * count);
            for (at, feature) in numbers.iter().enumerate().filter(|(at, _)| scale[*at] > 0.0) {
                let cell = class * n_features + *feature as usize;
                // Of z; the floor is for a fit that was left before its second pass.
                let variance = ((self.squares[cell] / count + least) * scale[at] * scale[at]).max(LEAST);
                let mean = (self.sums[cell] / count - center[at]) * scale[at];
                own[at] = -0.5 / variance;
                own[n_numbers + at] = mean / variance;
                sum -= 0.5 * (mean * mean / variance + libm::log(variance));
            }
            let marks = (0..n_features).filter(|feature| self.is_mark[*feature]);
            for (at, feature) in marks.enumerate() {
                let set = self.sums[class * n_features + feature] + smoothing;
                let unset = count + smoothing - self.sums[class * n_features + feature];
                let all = count + 2.0 * smoothing;
                own[2 * n_numbers + at] = libm::log(set / unset);
                sum += libm::log(unset / all);
            }
            bias[*class] = sum;
        }
        // A class without rows is taken to spread as the most frequent one, and to be next to never met.
        if let Some(&like) = present.iter().max_by_key(|class| (self.counts[**class], std::cmp::Reverse(**class))) {
            let model: Vec<f64> = weights[like * n_terms..(like + 1) * n_terms].to_vec();
            for class in (0..n_classes).filter(|class| self.counts[*class] == 0) {
                weights[class * n_terms..(class + 1) * n_terms].copy_from_slice(&model);
                bias[class] = bias[like] - ABSENT_LOGIT;
            }
        }
        Bayes { n_features: n_features as u32, numbers, center, scale, weights, bias }
    }
}
