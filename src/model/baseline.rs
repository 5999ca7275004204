//! The wall that every model must clear: class frequencies, or the mean.

use serde::{Deserialize, Serialize};

use super::Predictions;
use crate::dataset::Target;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Baseline {
    /// The share of each class in the training rows, where a class without a row counts as seen once; they sum to 1.
    Frequencies(Vec<f32>),
    /// The mean of the training targets.
    Mean(f32),
}

impl Baseline {
    /// Fit on the target of the training rows.
    ///
    /// A class that is absent from them counts as one row. With a share of 0 the one row of it that another fold holds would
    /// cost guessing −ln ε ≈ 36 in log loss, and every model would seem better by far for having said "nearly never".
    /// Where every class is present, these are the frequencies of scikit-learn's `DummyClassifier(strategy="prior")`: to add
    /// a row to every class, as Laplace does, would weaken the wall wherever classes are many or rare.
    pub fn fit(target: &Target) -> Self {
        match target {
            Target::Classes { codes, labels } => {
                let mut counts = vec![0u32; labels.len()];
                for &code in codes {
                    counts[code as usize] += 1;
                }
                counts.iter_mut().for_each(|n| *n = (*n).max(1));
                let total: f64 = counts.iter().copied().map(f64::from).sum();
                Self::Frequencies(counts.into_iter().map(|n| (f64::from(n) / total) as f32).collect())
            }
            Target::Values(values) => Self::Mean((values.iter().sum::<f64>() / values.len().max(1) as f64) as f32),
        }
    }

    pub(super) fn check(&self, n_classes: usize) -> Result<(), String> {
        let fits = match self {
            Self::Frequencies(shares) => n_classes > 0 && shares.len() == n_classes,
            Self::Mean(_) => n_classes == 0,
        };
        if fits { Ok(()) } else { Err("The baseline does not fit its classes.".into()) }
    }

    pub fn predict(&self, n_rows: usize) -> Predictions {
        match self {
            Self::Frequencies(shares) => {
                Predictions::Probabilities { values: shares.repeat(n_rows), n_classes: shares.len() }
            }
            Self::Mean(mean) => Predictions::Values(vec![*mean; n_rows]),
        }
    }
}
