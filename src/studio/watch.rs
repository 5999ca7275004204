//! What rows of later days say about a run, and how the page tells it.

use serde::{Deserialize, Serialize};

use super::FileHandle;
use crate::job::{RunId, WatchColumns};
use crate::monitor::{Finding, Kind, MonitorReport, Verdict};
use crate::table::ColumnType;

/// The key of a file that was at hand in an earlier session.
pub(super) const GONE: u32 = u32::MAX;

/// A file that was compared with the training of a run. It is looked at, not kept; what it said is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    pub run: RunId,
    pub file: FileHandle,
    pub report: MonitorReport,
    pub columns: WatchColumns,
    /// Columns that the model does not read.
    pub choices: Vec<(String, ColumnType)>,
    /// What was said of the file while it was read.
    pub warnings: Vec<String>,
}

impl Watched {
    /// As it can be stored: none where a number in it has no text that reads back.
    pub(super) fn to_store(&self) -> Option<Self> {
        let text = serde_json::to_string(self).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// As it is found again in another session, in which nobody holds the file.
    pub(super) fn found_again(&self) -> Self {
        let file = FileHandle { key: GONE, ..self.file.clone() };
        Self { file, ..self.clone() }
    }
}

/// The findings of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub kind: Kind,
    /// Alarms, and what cannot be judged yet of the whole.
    pub loud: Vec<Finding>,
    /// Notes, what passed, and columns with too few values.
    pub quiet: Vec<Finding>,
    pub word: &'static str,
}

/// Findings by kind, in causal order.
pub fn groups(report: &MonitorReport) -> Vec<Group> {
    let of_kind = |kind: Kind| {
        let found = report.findings.iter().filter(|finding| finding.kind == kind).cloned();
        let (loud, quiet): (Vec<_>, Vec<_>) = found.partition(|finding| finding.verdict == Verdict::Alarm);
        let any = |verdict: Verdict| quiet.iter().any(|finding| finding.verdict == verdict);
        let word = match (loud.is_empty(), any(Verdict::Passed) || any(Verdict::Note), any(Verdict::NotEnoughData)) {
            (false, ..) => "alarm",
            (true, true, _) => "as it was",
            (true, false, true) => "not enough data",
            (true, false, false) => "not looked at",
        };
        Group { kind, loud, quiet, word }
    };
    Kind::ALL.into_iter().map(of_kind).collect()
}
