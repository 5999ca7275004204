//! What a report says.

use serde::{Deserialize, Serialize};

use super::performance::Measured;
use super::tests::{FALSE_DISCOVERY, Test};
use super::timeline::Timeline;
use crate::metrics::Metric;

/// What a finding is about, in causal order: what stands first may be why the rest is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// The rows are not what the model was made for: columns, types, texts, ranges.
    Quality,
    /// The serving system computes something else than the model.
    Skew,
    PredictionDrift,
    FeatureDrift,
    /// Outcomes have other shares than in training.
    LabelDrift,
    /// What follows from the inputs has changed.
    Concept,
    Performance,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Quality,
        Self::Skew,
        Self::PredictionDrift,
        Self::FeatureDrift,
        Self::LabelDrift,
        Self::Concept,
        Self::Performance,
    ];

    /// The heading on the page, and the field's term behind it.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Quality => ("The rows themselves", "data quality"),
            Self::Skew => ("The way to the model", "pipeline skew"),
            Self::PredictionDrift => ("What the model answers", "prediction drift"),
            Self::FeatureDrift => ("What the model is asked", "feature drift"),
            Self::LabelDrift => ("What really happens", "label shift"),
            Self::Concept => ("What follows from what", "concept drift"),
            Self::Performance => ("How good the model is", "performance"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It matters and is no chance.
    Alarm,
    /// It is no chance, but too small to matter, expected, or a part of another finding.
    Note,
    NotEnoughData,
    Passed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: Kind,
    pub test: Test,
    /// The column's name; empty for predictions and outcomes.
    pub column: String,
    pub verdict: Verdict,
    pub sentence: String,
    /// What to do; empty where there is nothing to do.
    pub advice: String,
    /// In the test's own unit, from `threshold` on it matters.
    pub size: f64,
    pub threshold: f64,
    /// How much the model depends on the column: its share of all importance; 1 where that is not known.
    pub weight: f64,
    /// Of chance alone; `None` for what is certain.
    pub p: Option<f64>,
    /// `p` adjusted for all tests of the report (Benjamini–Hochberg).
    pub adjusted: Option<f64>,
    /// (what, number) in words.
    pub evidence: Vec<(String, String)>,
}

/// A metric in validation and today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricNow {
    pub metric: Metric,
    pub reference: Measured,
    pub now: Measured,
    /// CBPE: no outcome was looked at.
    pub estimated: bool,
    pub n: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonitorReport {
    pub headline: String,
    pub n_rows: u32,
    /// Rows whose outcome is known.
    pub n_outcomes: u32,
    /// In causal order; of a kind, alarms first and then by size and weight.
    pub findings: Vec<Finding>,
    pub metrics: Vec<MetricNow>,
    pub timeline: Option<Timeline>,
    /// What could not be looked at, and why.
    pub not_checked: Vec<String>,
    /// What the estimate without outcomes presumes.
    pub assumptions: Vec<String>,
}

impl MonitorReport {
    pub fn alarms(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict == Verdict::Alarm)
    }
}

/// A finding before all p-values of the report are known.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub kind: Kind,
    pub test: Test,
    pub column: String,
    /// Why it cannot be judged.
    pub lacks: Option<String>,
    pub size: f64,
    pub threshold: f64,
    pub weight: f64,
    pub p: Option<f64>,
    /// Sentences: changed, held.
    pub changed: String,
    pub held: String,
    pub advice: String,
    /// Why a change of this is no alarm, if it is none.
    pub excused: Option<String>,
    pub evidence: Vec<(String, String)>,
}

impl Draft {
    pub fn new(kind: Kind, test: Test, column: &str) -> Self {
        Self {
            kind,
            test,
            column: column.to_owned(),
            lacks: None,
            size: 0.0,
            threshold: test.about().threshold.unwrap_or(0.0),
            weight: 1.0,
            p: None,
            changed: String::new(),
            held: String::new(),
            advice: String::new(),
            excused: None,
            evidence: Vec::new(),
        }
    }

    pub fn finish(self, adjusted: Option<f64>) -> Finding {
        let matters = self.size >= self.threshold && self.size > 0.0;
        let real = adjusted.is_none_or(|q| q <= FALSE_DISCOVERY);
        let (verdict, sentence, advice) = match (self.lacks, self.excused) {
            (Some(lacks), _) => (Verdict::NotEnoughData, lacks, String::new()),
            (None, Some(why)) if matters && real => (Verdict::Note, format!("{} {why}", self.changed), String::new()),
            (None, _) if matters && real => (Verdict::Alarm, self.changed, self.advice),
            (None, _) if real && adjusted.is_some() && self.size > 0.0 => {
                (Verdict::Note, format!("{} It is no chance, but too small to matter.", self.changed), String::new())
            }
            (None, _) => (Verdict::Passed, self.held, String::new()),
        };
        Finding {
            kind: self.kind,
            test: self.test,
            column: self.column,
            verdict,
            sentence,
            advice,
            size: self.size,
            threshold: self.threshold,
            weight: self.weight,
            p: self.p,
            adjusted,
            evidence: self.evidence,
        }
    }
}
