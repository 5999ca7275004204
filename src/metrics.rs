//! Scores as plain functions of truth and prediction, in f64.

use serde::{Deserialize, Serialize};

use crate::dataset::{Target, Task};
use crate::model::Predictions;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Metric {
    Accuracy,
    BalancedAccuracy,
    LogLoss,
    /// Binary: area under the ROC curve. Multiclass: mean over one-against-rest, unweighted.
    RocAuc,
    /// Average precision. Multiclass: mean over one-against-rest, unweighted.
    PrAuc,
    /// Of the positive class; multiclass: unweighted mean over classes.
    F1,
    /// Binary: mean (p − y)², scikit-learn's brier_score_loss. Multiclass: mean over rows of Σ (p − y)² over classes.
    Brier,
    Rmse,
    Mae,
    R2,
    MedianAbsoluteError,
}

impl Metric {
    pub fn of(task: Task) -> &'static [Self] {
        match task {
            Task::Binary | Task::Multiclass => &[
                Self::Accuracy,
                Self::BalancedAccuracy,
                Self::LogLoss,
                Self::RocAuc,
                Self::PrAuc,
                Self::F1,
                Self::Brier,
            ],
            Task::Regression => &[Self::Rmse, Self::Mae, Self::R2, Self::MedianAbsoluteError],
        }
    }

    /// The metric that orders the leaderboard unless the person chooses another.
    pub fn primary(task: Task) -> Self {
        match task {
            Task::Binary => Self::RocAuc,
            Task::Multiclass => Self::LogLoss,
            Task::Regression => Self::Rmse,
        }
    }

    pub fn higher_is_better(self) -> bool {
        match self {
            Self::Accuracy | Self::BalancedAccuracy | Self::RocAuc | Self::PrAuc | Self::F1 | Self::R2 => true,
            Self::LogLoss | Self::Brier | Self::Rmse | Self::Mae | Self::MedianAbsoluteError => false,
        }
    }

    /// By how much `value` is better than `than`; negative when worse.
    pub fn gain(self, value: f64, than: f64) -> f64 {
        if self.higher_is_better() { value - than } else { than - value }
    }

    /// An interval without what the metric cannot be: shares end at 0 and 1, errors at 0, R² at 1.
    pub fn possible(self, (low, high): (f64, f64)) -> (f64, f64) {
        let (least, most) = match self {
            Self::R2 => (f64::NEG_INFINITY, 1.0),
            _ if self.is_share() => (0.0, 1.0),
            _ => (0.0, f64::INFINITY),
        };
        (low.clamp(least, most), high.clamp(least, most))
    }

    /// Lies between 0 and 1 whatever the data.
    pub fn is_share(self) -> bool {
        match self {
            Self::Accuracy | Self::BalancedAccuracy | Self::RocAuc | Self::PrAuc | Self::F1 => true,
            Self::LogLoss | Self::Brier | Self::Rmse | Self::Mae | Self::R2 | Self::MedianAbsoluteError => false,
        }
    }

    /// The field's term.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced accuracy",
            Self::LogLoss => "log loss",
            Self::RocAuc => "ROC AUC",
            Self::PrAuc => "PR AUC",
            Self::F1 => "F1",
            Self::Brier => "Brier score",
            Self::Rmse => "RMSE",
            Self::Mae => "MAE",
            Self::R2 => "R²",
            Self::MedianAbsoluteError => "median absolute error",
        }
    }

    /// Whether it judges calls rather than probabilities or numbers: for a yes/no task it holds at one threshold, one
    /// half.
    pub fn judges_calls(self) -> bool {
        matches!(self, Self::Accuracy | Self::BalancedAccuracy | Self::F1)
    }

    /// What it says, for somebody who does not know the term.
    pub fn plain(self) -> &'static str {
        match self {
            Self::Accuracy => "share of rows predicted right",
            Self::BalancedAccuracy => "share predicted right, each class counting the same",
            Self::LogLoss => "surprise at the true class; lower is better",
            Self::RocAuc => "chance that a positive row is ranked above a negative one",
            Self::PrAuc => "precision, averaged while finding ever more positives",
            Self::F1 => "balance of precision and share found",
            Self::Brier => "squared error of the probabilities; lower is better",
            Self::Rmse => "typical error, large errors counting more",
            Self::Mae => "average error",
            Self::R2 => "share of the variation explained",
            Self::MedianAbsoluteError => "error that half of the rows stay under",
        }
    }
}

/// One metric of predictions against the truth; `None` where it is undefined: no rows, one class only where the metric
/// compares classes, a constant truth for R², predictions of another kind than the target, or a score beyond f64.
pub fn score(metric: Metric, target: &Target, predictions: &Predictions) -> Option<f64> {
    defined(metric, target, predictions).filter(|score| score.is_finite())
}

fn defined(metric: Metric, target: &Target, predictions: &Predictions) -> Option<f64> {
    if target.is_empty() || target.len() != predictions.n_rows() {
        return None;
    }
    match (target, predictions) {
        (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
            let classes = Classes { codes, values, n_classes: *n_classes };
            match metric {
                Metric::Accuracy => Some(classes.accuracy()),
                Metric::BalancedAccuracy => Some(classes.balanced_accuracy()),
                Metric::LogLoss => Some(classes.log_loss()),
                Metric::RocAuc => classes.against_rest(roc_auc),
                Metric::PrAuc => classes.against_rest(average_precision),
                Metric::F1 => classes.f1(),
                Metric::Brier => Some(classes.brier()),
                Metric::Rmse | Metric::Mae | Metric::R2 | Metric::MedianAbsoluteError => None,
            }
        }
        (Target::Values(truth), Predictions::Values(values)) => match metric {
            Metric::Rmse => Some(mean(squares(truth, values), truth.len()).sqrt()),
            Metric::Mae => Some(mean(errors(truth, values).map(f64::abs), truth.len())),
            Metric::R2 => r2(truth, values),
            Metric::MedianAbsoluteError => Some(median(errors(truth, values).map(f64::abs).collect())),
            Metric::Accuracy
            | Metric::BalancedAccuracy
            | Metric::LogLoss
            | Metric::RocAuc
            | Metric::PrAuc
            | Metric::F1
            | Metric::Brier => None,
        },
        (Target::Classes { .. }, Predictions::Values(_)) | (Target::Values(_), Predictions::Probabilities { .. }) => {
            None
        }
    }
}

/// All metrics of a task, in the order of `Metric::of`.
pub fn scores(task: Task, target: &Target, predictions: &Predictions) -> Vec<(Metric, Option<f64>)> {
    Metric::of(task).iter().map(|&metric| (metric, score(metric, target, predictions))).collect()
}

/// Rows of truth × columns of prediction, by highest probability (the first of equals), row-major.
pub fn confusion(codes: &[u32], probabilities: &[f32], n_classes: usize) -> Vec<u32> {
    let mut counts = vec![0; n_classes * n_classes];
    for (code, row) in codes.iter().zip(probabilities.chunks_exact(n_classes)) {
        counts[*code as usize * n_classes + highest(row)] += 1;
    }
    counts
}

/// Rows by falling score: for each distinct score the score, and how many positive and negative rows have it or a
/// higher one.
pub fn ranking(positive: &[bool], scores: &[f32]) -> Vec<(f32, u32, u32)> {
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    order.sort_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]));
    let mut steps: Vec<(f32, u32, u32)> = Vec::new();
    let (mut n_true, mut n_false) = (0, 0);
    for i in order {
        let score = scores[i as usize];
        if positive[i as usize] {
            n_true += 1;
        } else {
            n_false += 1;
        }
        match steps.last_mut() {
            Some(step) if step.0 == score => *step = (score, n_true, n_false),
            Some(_) | None => steps.push((score, n_true, n_false)),
        }
    }
    steps
}

/// Area under the ROC curve, ties counting half; `None` without both classes.
pub fn roc_auc(positive: &[bool], scores: &[f32]) -> Option<f64> {
    let steps = ranking(positive, scores);
    let &(_, n_positive, n_negative) = steps.last()?;
    if n_positive == 0 || n_negative == 0 {
        return None;
    }
    // Twice the number of pairs in the right order, exactly.
    let mut pairs: u64 = 0;
    let (mut true_before, mut false_before) = (0u64, 0u64);
    for (_, n_true, n_false) in steps {
        pairs += (u64::from(n_false) - false_before) * (true_before + u64::from(n_true));
        (true_before, false_before) = (u64::from(n_true), u64::from(n_false));
    }
    Some(pairs as f64 / (2.0 * f64::from(n_positive) * f64::from(n_negative)))
}

/// Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ over falling thresholds; `None` without both classes.
pub fn average_precision(positive: &[bool], scores: &[f32]) -> Option<f64> {
    let steps = ranking(positive, scores);
    let &(_, n_positive, n_negative) = steps.last()?;
    if n_positive == 0 || n_negative == 0 {
        return None;
    }
    let mut sum = 0.0;
    let mut before = 0;
    for (_, n_true, n_false) in steps {
        sum += f64::from(n_true - before) * (f64::from(n_true) / (f64::from(n_true) + f64::from(n_false)));
        before = n_true;
    }
    Some(sum / f64::from(n_positive))
}

/// Truth and probabilities `[n_rows × n_classes]` of a classification.
struct Classes<'a> {
    codes: &'a [u32],
    values: &'a [f32],
    n_classes: usize,
}

impl Classes<'_> {
    fn rows(&self) -> impl Iterator<Item = (usize, &[f32])> {
        self.codes.iter().map(|c| *c as usize).zip(self.values.chunks_exact(self.n_classes))
    }

    fn accuracy(&self) -> f64 {
        let n_right = self.rows().filter(|(code, row)| *code == highest(row)).count();
        n_right as f64 / self.codes.len() as f64
    }

    /// Mean recall over the classes that occur.
    fn balanced_accuracy(&self) -> f64 {
        let counts = confusion(self.codes, self.values, self.n_classes);
        let recalls: Vec<f64> = counts
            .chunks_exact(self.n_classes)
            .enumerate()
            .filter_map(|(class, row)| {
                let n: u32 = row.iter().sum();
                (n > 0).then(|| f64::from(row[class]) / f64::from(n))
            })
            .collect();
        recalls.iter().sum::<f64>() / recalls.len() as f64
    }

    /// Probabilities are clipped to f64's epsilon, as scikit-learn does.
    fn log_loss(&self) -> f64 {
        let loss =
            |(code, row): (usize, &[f32])| -libm::log(f64::from(row[code]).clamp(f64::EPSILON, 1.0 - f64::EPSILON));
        mean(self.rows().map(loss), self.codes.len())
    }

    /// Binary: of the positive class. Multiclass: mean over the classes that occur, each against the rest. scikit-learn's
    /// value is NaN where a class does not occur.
    fn against_rest(&self, of: fn(&[bool], &[f32]) -> Option<f64>) -> Option<f64> {
        let one = |class: usize| {
            let positive: Vec<bool> = self.codes.iter().map(|c| *c as usize == class).collect();
            let scores: Vec<f32> = self.rows().map(|(_, row)| row[class]).collect();
            of(&positive, &scores)
        };
        if self.n_classes == 2 {
            return one(1);
        }
        let scores: Vec<f64> = (0..self.n_classes).filter_map(one).collect();
        (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
    }

    /// Binary: of the positive class; `None` where it neither occurs nor is predicted. Multiclass: mean over the classes
    /// that occur or are predicted.
    fn f1(&self) -> Option<f64> {
        let n = self.n_classes;
        let counts = confusion(self.codes, self.values, n);
        let one = |class: usize| {
            let n_true = counts[class * n + class];
            let n_actual: u32 = counts[class * n..(class + 1) * n].iter().sum();
            let n_called: u32 = (0..n).map(|truth| counts[truth * n + class]).sum();
            (n_actual + n_called > 0).then(|| 2.0 * f64::from(n_true) / f64::from(n_actual + n_called))
        };
        if n == 2 {
            return one(1);
        }
        let scores: Vec<f64> = (0..n).filter_map(one).collect();
        Some(scores.iter().sum::<f64>() / scores.len() as f64)
    }

    fn brier(&self) -> f64 {
        let n_rows = self.codes.len();
        let truth = |at: bool| f64::from(u8::from(at));
        if self.n_classes == 2 {
            let square = |(code, row): (usize, &[f32])| {
                let error = f64::from(row[1]) - truth(code == 1);
                error * error
            };
            return mean(self.rows().map(square), n_rows);
        }
        let square = |(code, row): (usize, &[f32])| {
            let error = |(class, p): (usize, &f32)| f64::from(*p) - truth(code == class);
            row.iter().enumerate().map(error).map(|e| e * e).sum::<f64>()
        };
        mean(self.rows().map(square), n_rows)
    }
}

fn highest(row: &[f32]) -> usize {
    let mut best = 0;
    for (class, p) in row.iter().enumerate() {
        if *p > row[best] {
            best = class;
        }
    }
    best
}

fn errors<'a>(truth: &'a [f64], values: &'a [f32]) -> impl Iterator<Item = f64> + 'a {
    truth.iter().zip(values).map(|(t, v)| t - f64::from(*v))
}

fn squares<'a>(truth: &'a [f64], values: &'a [f32]) -> impl Iterator<Item = f64> + 'a {
    errors(truth, values).map(|e| e * e)
}

fn mean(values: impl Iterator<Item = f64>, n: usize) -> f64 {
    values.sum::<f64>() / n as f64
}

/// 1 − Σ (y − ŷ)² / Σ (y − ȳ)²; `None` for a constant truth.
fn r2(truth: &[f64], values: &[f32]) -> Option<f64> {
    let center = mean(truth.iter().copied(), truth.len());
    let total: f64 = truth.iter().map(|t| (t - center) * (t - center)).sum();
    (total > 0.0).then(|| 1.0 - squares(truth, values).sum::<f64>() / total)
}

/// Of a list that is not empty; the mean of the middle two where their number is even.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}
