//! Where to draw the line, as the page says it.

use serde::{Deserialize, Serialize};

use super::Studio;
use super::judged::at_score;
use super::project::Run;
use crate::chart::format::{fixed, percent, significant};
use crate::dataset::Task;
use crate::validate::decide::{Decision, Estimate, Rule, Worths};
use crate::validate::{Fit, Given};

/// What the person wishes of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    pub rule: Rule,
    pub worths: Worths,
}

impl Default for Wish {
    fn default() -> Self {
        Self { rule: Rule::Worth, worths: Worths::default() }
    }
}

impl Rule {
    /// As the choice of rules names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Worth => "Most worth",
            Self::Capacity(_) => "Capacity",
            Self::Precision(_) => "At least so precise",
            Self::Recall(_) => "Find at least",
        }
    }

    /// Its share; `None` where it has none.
    pub fn share(self) -> Option<f64> {
        match self {
            Self::Worth => None,
            Self::Capacity(share) | Self::Precision(share) | Self::Recall(share) => Some(share),
        }
    }

    /// The same rule with another share.
    #[must_use]
    pub fn with_share(self, share: f64) -> Self {
        match self {
            Self::Worth => Self::Worth,
            Self::Capacity(_) => Self::Capacity(share),
            Self::Precision(_) => Self::Precision(share),
            Self::Recall(_) => Self::Recall(share),
        }
    }

    /// Why it was chosen, after "because": "it brings the most worth".
    fn reason(self) -> String {
        match self {
            Self::Worth => "it brings the most worth".to_owned(),
            Self::Capacity(share) => format!("at most {} of the rows can be dealt with", percent(share)),
            Self::Precision(share) => format!("at least {} of the flagged ones shall be right", percent(share)),
            Self::Recall(share) => format!("at least {} of the positives shall be found", percent(share)),
        }
    }
}

impl Studio {
    /// Whether a threshold can be chosen for the run that is looked at.
    pub fn decides(&self) -> bool {
        let fits = |run: &Run| {
            let labels = run.report.fit.given() == Some(Given::Labels);
            run.report.task == Task::Binary && !run.is_baseline() && !labels
        };
        self.current_run().is_some_and(fits) && self.unjudged().is_none()
    }

    /// What was told for the wish as it stands; `None` while it is being asked.
    pub fn decision(&self) -> Option<&Option<Decision>> {
        let (wish, decision) = self.explained.decision.as_deref()?;
        (*wish == (self.wish.rule, self.wish.worths)).then_some(decision)
    }

    /// The decision that the threshold of a run was taken from; `None` where the person has moved it since.
    pub fn decided(&self, run: &Run) -> Option<&Decision> {
        let (_, decision) = self.project.decisions.iter().find(|(id, _)| *id == run.id)?;
        (decision.threshold == self.threshold_of(run.id)).then_some(decision)
    }
}

/// "12.3 (9.8–14.6)" of a worth for a hundred rows.
fn worth_text(estimate: Estimate) -> String {
    let hundred = |(low, high): (f64, f64)| (low * 100.0, high * 100.0);
    let interval = estimate.interval.map(hundred);
    let value = crate::chart::format::estimate(estimate.value * 100.0, interval);
    interval.map_or(value.clone(), |range| format!("{value} ({})", crate::chart::format::interval(range)))
}

/// "71 % (64–77)".
pub(super) fn share_text(estimate: Option<Estimate>) -> String {
    let Some(Estimate { value, interval }) = estimate else { return "–".to_owned() };
    let whole = |v: f64| fixed(v * 100.0, 0);
    let range = interval.map_or(String::new(), |(low, high)| format!(" ({}–{})", whole(low), whole(high)));
    percent(value) + &range
}

/// What a decision comes to: one sentence for the line, one for its worth. `fit`: of the run.
pub fn sentences(decision: Option<&Decision>, rule: Rule, fit: Fit) -> [String; 2] {
    let Some(decision) = decision else {
        let why = match rule {
            Rule::Precision(share) => format!("No threshold makes {} of the flagged ones right.", percent(share)),
            Rule::Worth | Rule::Capacity(_) | Rule::Recall(_) => {
                "Only one class was seen, so no line can be drawn.".to_owned()
            }
        };
        return [why, String::new()];
    };
    let share = f64::from(decision.counts.flagged()) / f64::from(decision.counts.total().max(1));
    let line = match decision.counts.flagged() {
        0 => format!("Flag none, since {}.", decision.rule.reason()),
        _ => format!(
            "Flag from {}, since {}: {} of the rows, of which {} rightly; that finds {} of the positives.",
            match at_score(fit, decision.threshold) {
                Some(score) => format!("a score of {score}"),
                None => format!("a probability of {}", threshold_text(decision.threshold)),
            },
            decision.rule.reason(),
            percent(share),
            share_text(decision.precision),
            share_text(decision.recall),
        ),
    };
    let hundred = |worth: f64| significant(worth * 100.0, 3);
    let elsewhere = decision.elsewhere.map_or(String::new(), |worth| {
        format!(" Chosen on other folds than it is measured on, it comes to {}.", hundred(worth))
    });
    let worth = format!(
        "A hundred rows are then worth {}; flagging none is worth {}, flagging all {}.{elsewhere}",
        worth_text(decision.worth),
        hundred(decision.none),
        hundred(decision.all),
    );
    [line, worth]
}

/// As per cent, with as many decimals as the threshold has.
pub fn threshold_text(threshold: f64) -> String {
    let text = significant(threshold * 100.0, 4);
    format!("{text}\u{202f}%")
}

/// The decision behind a threshold as lines for a package's page; empty where there is none.
pub fn lines(decision: Option<&Decision>) -> Vec<String> {
    let Some(decision) = decision else { return Vec::new() };
    let Worths { found, missed, false_alarm, left_alone } = decision.worths;
    let worths = format!(
        "One row that is rightly flagged was taken to be worth {found}, one missed {missed}, one flagged for nothing \
         {false_alarm}, one rightly left alone {left_alone}; intervals are 95 % percentile bootstraps of the rows that the \
         folds tested."
    );
    let [line, worth] = sentences(Some(decision), decision.rule, Fit::All);
    vec![line, worth, worths]
}
