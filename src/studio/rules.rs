//! What came of the rules, as facts for the page, and the forms in which rules are written.

use serde_json::json;

use super::checks::{Check, Outcome as CheckOutcome};
use super::project::Run;
use super::steps::{Field, Form, Kind};
use super::words::counted;
use super::{Action, Studio};
use crate::job::Filter;
use crate::rules::{Demand, Outcome, Rule};

const fn field(key: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { key, label, kind }
}

const COLUMN: Field = field("column", "Column", Kind::Column);

/// Rules that can be written by hand, in the order in which they are offered.
pub const FORMS: [Form; 7] = [
    Form { name: "not_missing", label: "Never missing", fields: &[COLUMN] },
    Form { name: "unique", label: "Never twice", fields: &[field("columns", "Columns, together", Kind::Columns)] },
    Form {
        name: "range",
        label: "Numbers or dates in a range",
        fields: &[
            COLUMN,
            field("low", "From (empty: no limit)", Kind::Optional),
            field("high", "To (empty: no limit)", Kind::Optional),
        ],
    },
    Form {
        name: "one_of",
        label: "One of these values",
        fields: &[COLUMN, field("values", "Values, one a line", Kind::Texts)],
    },
    Form {
        name: "pattern",
        label: "Texts of a pattern",
        fields: &[COLUMN, field("pattern", "Regular expression for the whole text", Kind::Text)],
    },
    Form {
        name: "length",
        label: "Texts of a length",
        fields: &[
            COLUMN,
            field("least", "Fewest characters (empty: no limit)", Kind::OptionalNumber),
            field("most", "Most characters (empty: no limit)", Kind::OptionalNumber),
        ],
    },
    Form {
        name: "holds",
        label: "A condition that holds",
        fields: &[field("condition", "Condition, such as start <= end", Kind::Formula)],
    },
];

/// The demand that the fields of a form say.
///
/// # Errors
/// What is still to be written, as a sentence.
pub fn demand(form: &Form, texts: &[String]) -> Result<Demand, String> {
    let body = form.body(texts)?;
    // As text, since whole rules are read from text anyway.
    serde_json::from_str(&json!({ form.name: body }).to_string()).map_err(|_| "One of the fields does not fit.".into())
}

/// The form of a demand and what stands in it.
pub fn form_of(demand: &Demand) -> Option<(usize, Vec<String>)> {
    let document = serde_json::from_str(&serde_json::to_string(demand).ok()?).ok()?;
    FORMS.iter().enumerate().find_map(|(i, form)| Some((i, form.texts_of(&document)?)))
}

/// A rule with what came of it, to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub rule: Rule,
    pub title: String,
    /// `None` while it is being judged, and where it is off.
    pub outcome: Option<CheckOutcome>,
    pub sentence: String,
    /// Shows the rows that fail.
    pub show: Option<(String, Action)>,
}

impl Studio {
    /// The rules in their order.
    pub fn rules_shown(&self) -> Vec<Shown> {
        let report = |rule: &Rule| self.rules_told.as_ref()?.iter().find(|report| report.id == rule.id);
        let shown = |rule: &Rule| {
            let title = rule.demand.title();
            let told = report(rule).filter(|_| rule.on);
            Shown {
                outcome: told.map(|report| match &report.outcome {
                    Outcome::Passed { n_rows: 0 } => CheckOutcome::Unknown,
                    Outcome::Passed { .. } => CheckOutcome::Passed,
                    Outcome::Failed { .. } => CheckOutcome::Failed,
                    Outcome::Impossible(_) => CheckOutcome::Doubtful,
                }),
                sentence: match (told, rule.on) {
                    (Some(report), _) => report.outcome.sentence(),
                    (None, true) => "Being judged.".to_owned(),
                    (None, false) => "Off: not judged.".to_owned(),
                },
                show: told.and_then(|report| match &report.outcome {
                    Outcome::Failed { n_rows, rows, .. } => {
                        let n = rows.len() as u64;
                        let label = if n < u64::from(*n_rows) {
                            format!("Show the first {}", counted(n, "row"))
                        } else {
                            format!("Show {}", counted(n, "row"))
                        };
                        let name = format!("not: {title}");
                        Some((label, Action::SetFilters(vec![Filter::Rows { name, rows: rows.clone() }])))
                    }
                    Outcome::Passed { .. } | Outcome::Impossible(_) => None,
                }),
                rule: rule.clone(),
                title,
            }
        };
        self.project.rules.iter().map(shown).collect()
    }

    /// Rules that the table breaks, and rules that cannot be judged by it.
    pub fn n_broken_rules(&self) -> (u64, u64) {
        let count = |is: fn(&Outcome) -> bool| {
            self.rules_told.iter().flat_map(|told| told.iter()).filter(|report| is(&report.outcome)).count() as u64
        };
        (count(|o| matches!(o, Outcome::Failed { .. })), count(|o| matches!(o, Outcome::Impossible(_))))
    }

    /// Whether the rows that a run learned from keep the rules. `None` where there are no rules, and for a run whose rows
    /// are not at hand.
    pub fn rules_check(&self, run: &Run) -> Option<Check> {
        let on = self.project.rules.iter().filter(|rule| rule.on).count() as u64;
        if on == 0 || run.from_package {
            return None;
        }
        let check = |outcome, finding: String| Check {
            name: "The rows keep your rules",
            outcome,
            finding,
            meaning: "What you demand of every row, on the Data page. A model that learned from rows which break a rule \
                      has learned what should not be.",
        };
        if self.stale_data_reason(run).is_some() {
            let text = "The rows are others since; they were not judged.";
            return Some(check(CheckOutcome::Unknown, text.to_owned()));
        }
        if self.rules_told.is_none() {
            return Some(check(CheckOutcome::Unknown, "The rules are being judged.".to_owned()));
        }
        let titles = |wanted: CheckOutcome| {
            let of = self.rules_shown().into_iter().filter(|shown| shown.outcome == Some(wanted));
            of.map(|shown| format!("“{}”", crate::chart::format::short(&shown.title, 48))).collect::<Vec<_>>()
        };
        let (failed, unknown) = (titles(CheckOutcome::Failed), titles(CheckOutcome::Doubtful));
        Some(match (failed.as_slice(), unknown.as_slice()) {
            ([], []) => check(CheckOutcome::Passed, format!("{} kept by every row.", counted(on, "rule"))),
            ([], some) => {
                let n = counted(some.len() as u64, "rule");
                check(CheckOutcome::Unknown, format!("{n} could not be judged: {}.", first(some)))
            }
            (broken, _) => {
                let text = format!("{} of {} broken: {}.", broken.len(), counted(on, "rule"), first(broken));
                check(CheckOutcome::Doubtful, text)
            }
        })
    }
}

/// Titles that a sentence names; the others are counted.
fn first(titles: &[String]) -> String {
    const NAMED: usize = 3;
    let mut shown: Vec<String> = titles.iter().take(NAMED).cloned().collect();
    if titles.len() > NAMED {
        shown.push(format!("{} more", titles.len() - NAMED));
    }
    super::words::list(&shown)
}
