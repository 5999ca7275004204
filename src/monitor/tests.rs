//! The tests of a report as data: what each looks at, how many rows it needs, and from which size on a change matters.

use serde::{Deserialize, Serialize};

use crate::metrics::Metric;
use crate::table::ColumnType;

/// Of false alarms among all alarms of a report, and so of reports with a false alarm where nothing changed.
pub const FALSE_DISCOVERY: f64 = 0.05;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Test {
    MissingRate,
    UnknownLevels,
    OutOfRange,
    Reconciliation,
    KolmogorovSmirnov,
    ChiSquared,
    StabilityIndex,
    Wasserstein,
    JensenShannon,
    Realised,
    BeyondInputs,
    Estimated,
    ErrorsOverTime,
}

/// What there is to know of a test before it is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AboutTest {
    /// The field's term.
    pub name: &'static str,
    /// What it says, for somebody who does not know the term.
    pub plain: &'static str,
    /// Types of columns that it is for; none: predictions and outcomes.
    pub columns: &'static [ColumnType],
    /// Rows with a value that it needs of the reference, and of the current data.
    pub needs: (u32, u32),
    /// From which size on a change matters; `None`: the size is evidence only.
    pub threshold: Option<f64>,
    /// Whether chance is ruled out by its p-value.
    pub has_p: bool,
}

const ALL: &[ColumnType] = &ColumnType::ALL;
/// Those whose cells are values that several rows can have.
const VALUES: &[ColumnType] = &[ColumnType::Number, ColumnType::Category, ColumnType::Boolean, ColumnType::Date];
const NUMBERS: &[ColumnType] = &[ColumnType::Number, ColumnType::Date];
const LEVELS: &[ColumnType] = &[ColumnType::Category, ColumnType::Boolean];

impl Test {
    pub const ALL: [Self; 13] = [
        Self::MissingRate,
        Self::UnknownLevels,
        Self::OutOfRange,
        Self::Reconciliation,
        Self::KolmogorovSmirnov,
        Self::ChiSquared,
        Self::StabilityIndex,
        Self::Wasserstein,
        Self::JensenShannon,
        Self::Realised,
        Self::BeyondInputs,
        Self::Estimated,
        Self::ErrorsOverTime,
    ];

    pub fn about(self) -> AboutTest {
        let test =
            |name, plain, columns, needs, threshold, has_p| AboutTest { name, plain, columns, needs, threshold, has_p };
        match self {
            Self::MissingRate => test(
                "missing rate, Fisher’s exact test",
                "more cells are empty than in training",
                ALL,
                (20, 20),
                Some(0.05),
                true,
            ),
            Self::UnknownLevels => test(
                "unknown categories, Fisher’s exact test",
                "more rows have a text that was rare or never seen in training",
                LEVELS,
                (20, 20),
                Some(0.01),
                true,
            ),
            Self::OutOfRange => test(
                "out of range, Fisher’s exact test",
                "more rows lie outside everything seen in training",
                NUMBERS,
                (20, 20),
                Some(0.05),
                true,
            ),
            Self::Reconciliation => test(
                "reconciliation",
                "the predictions that were served are not those that the model gives",
                &[],
                (0, 1),
                Some(0.01),
                false,
            ),
            Self::KolmogorovSmirnov => test(
                "Kolmogorov–Smirnov",
                "largest distance between the shares of rows up to a value",
                NUMBERS,
                (50, 30),
                Some(0.1),
                true,
            ),
            Self::ChiSquared => {
                test("chi-squared", "whether the shares of the categories differ", LEVELS, (50, 30), None, true)
            }
            Self::StabilityIndex => test(
                "PSI",
                "how far the shares of ten bins, or of the categories, have moved, beside what chance alone moves them",
                VALUES,
                (50, 30),
                None,
                false,
            ),
            Self::Wasserstein => test(
                "Wasserstein distance in standard deviations",
                "how far the rows would have to be moved on average",
                NUMBERS,
                (50, 30),
                Some(0.1),
                false,
            ),
            Self::JensenShannon => test(
                "Jensen–Shannon distance",
                "how well a row could be told to be new by its category",
                VALUES,
                (50, 30),
                Some(0.1),
                false,
            ),
            Self::Realised => test(
                "metrics with outcomes",
                "the model errs more than in validation, on rows whose outcome is known",
                &[],
                (100, 100),
                None,
                true,
            ),
            Self::BeyondInputs => test(
                "metrics with outcomes against CBPE",
                "the model errs more than the change of its inputs accounts for",
                &[],
                (100, 100),
                None,
                true,
            ),
            Self::ErrorsOverTime => test(
                "CUSUM of the errors",
                "whether errors changed at some time, and when",
                &[],
                (0, 100),
                Some(0.1),
                true,
            ),
            Self::Estimated => {
                test("CBPE", "the error that the model’s own probabilities lead to expect", &[], (100, 100), None, true)
            }
        }
    }
}

/// From which loss on a change of a metric matters: a share by its own size, an error or a loss relative to the reference.
pub fn metric_threshold(metric: Metric) -> f64 {
    if metric.is_share() { 0.03 } else { 0.1 }
}
