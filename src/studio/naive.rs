//! What a split by chance would have claimed, beside what the honest one finds, in a sentence.

use super::Studio;
use super::checks::score;
use super::project::Run;
use crate::chart::format::{estimate, interval};
use crate::metrics::Metric;
use crate::validate::Report;

impl Studio {
    /// For a run whose split kept groups together or went forwards in time: of the run itself, or of the one that was
    /// trained on the same split and compared.
    pub fn naive_line(&self, run: &Run) -> Option<String> {
        if let Some(line) = naive_line(&run.report, "") {
            return Some(line);
        }
        let same = |other: &&Run| {
            (&other.design.dataset, &other.design.split) == (&run.design.dataset, &run.design.split)
                && other.data_sha256 == run.data_sha256
                && other.recipe.does_the_same(&run.recipe)
        };
        let compared = self.project.runs.iter().rev().filter(same).find(|other| other.report.naive.is_some())?;
        naive_line(&compared.report, &format!(" for {}", compared.name))
    }
}

/// "A random split would have claimed ROC AUC 0.81; forwards by “day” it is 0.63 (0.60–0.66)." `whose` names another
/// candidate than the one that is looked at.
pub fn naive_line(report: &Report, whose: &str) -> Option<String> {
    let metric = Metric::primary(report.task);
    let claimed = report.naive.as_ref()?.score(metric)?;
    let honest = score(report, metric)?;
    let (claim, found) = (claimed.mean?, honest.mean?);
    let range = honest.interval.map_or(String::new(), |range| format!(" ({})", interval(range)));
    let found_text = estimate(found, honest.interval);
    let claim_text = estimate(claim, claimed.interval);
    let worse = if metric.higher_is_better() { claim > found } else { claim < found };
    let within = honest.interval.is_some_and(|(low, high)| (low..=high).contains(&claim));
    let (name, how) = (metric.name(), report.split.honest());
    if claim_text == found_text {
        return Some(format!("A random split would have claimed the same{whose}: {name} {claim_text} as {how}."));
    }
    let unclear = if within { " The folds differ by more than that." } else { "" };
    let said = if worse { "claimed" } else { "said" };
    Some(format!(
        "A random split would have {said} {name} {claim_text}{whose}; {how} it is {found_text}{range}.{unclear}"
    ))
}
