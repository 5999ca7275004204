//! A split in words.

use super::{Span, SplitFacts, SplitKind, Window, named};

impl SplitFacts {
    /// "5 folds", "3 times 5 folds", "5 folds that keep each “patient” together", "5 steps forward by “day”". `n_scored`
    /// folds of them were scored.
    pub fn words(&self, n_scored: usize) -> String {
        let column = self.column.as_deref().map(named).unwrap_or_default();
        let folds = if n_scored == 1 { "1 fold".to_owned() } else { format!("{n_scored} folds") };
        let rounds = |repeats: u32| if repeats > 1 { format!("{repeats} times {} folds", self.n_folds) } else { folds };
        match self.kind {
            SplitKind::Random { repeats } => rounds(repeats),
            SplitKind::Group { repeats } => format!("{} that keep each {column} together", rounds(repeats)),
            SplitKind::Time { .. } if n_scored == 1 => format!("1 step forward by {column}"),
            SplitKind::Time { .. } => format!("{n_scored} steps forward by {column}"),
        }
    }

    /// How honest rows were kept apart, behind a score: "with each “patient” kept together", "forwards in time".
    pub fn honest(&self) -> String {
        let column = self.column.as_deref().map(named).unwrap_or_default();
        match self.kind {
            SplitKind::Random { .. } => "dealt at random".to_owned(),
            SplitKind::Group { .. } => format!("with each {column} kept together"),
            SplitKind::Time { .. } => format!("forwards by {column}"),
        }
    }

    /// The window and the gap of a split in time, as half sentences; empty for other kinds.
    pub fn window_and_gap(&self) -> Vec<String> {
        let SplitKind::Time { window, gap } = self.kind else { return Vec::new() };
        let mut parts = vec![match window {
            Window::Expanding => "each step learns from all rows before its test".to_owned(),
            Window::Sliding(span) => format!("each step learns from the last {} before its test", self.span(span)),
        }];
        if !gap.is_none() {
            parts.push(format!("a gap of {} is left out between them", self.span(gap)));
        }
        parts
    }

    /// "7 days", "100 rows".
    pub fn span(&self, span: Span) -> String {
        let (n, unit) = match span {
            Span::Rows(rows) => (rows.to_string(), "row"),
            Span::Duration(length) => (length.to_string(), if self.in_days { "day" } else { "unit" }),
        };
        let unit = if n == "1" { unit.to_owned() } else { format!("{unit}s") };
        match (span, self.in_days, &self.column) {
            (Span::Duration(_), false, Some(column)) => format!("{n} {unit} of {}", named(column)),
            _ => format!("{n} {unit}"),
        }
    }
}

impl Span {
    pub fn is_none(self) -> bool {
        match self {
            Self::Rows(rows) => rows == 0,
            Self::Duration(length) => length <= 0.0,
        }
    }
}
