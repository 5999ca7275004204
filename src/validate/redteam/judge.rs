//! From refits and rows to one finding for each kind of leak.

use super::rows::{behind, copies, mirrors};
use super::{FEWEST_ROWS, Lead, Probe, Refit, Subject, Trial, Use, Verdict};
use crate::split::SplitKind;

/// Shares of the lead over guessing. A shuffled target may keep so much, a planted column may carry so much, and honest
/// folds may cost so much before it is a doubt, and before the lead was the leak's.
const KEPT: f64 = 0.2;
const CARRIED: f64 = 0.1;
const COST: f64 = 0.15;
const MOST_COST: f64 = 0.4;
/// Share of tested rows that are copies before it is a doubt.
const COPIED: f64 = 0.05;
/// Missing cells that follow the outcome so nearly (a Gini coefficient) are a doubt, and give it away.
const MIRRORS: f64 = 0.5;
const GIVES_AWAY: f64 = 0.85;
/// Area under the ROC curve with which the test set is told apart.
const SHIFTED: f64 = 0.65;
const VERY_SHIFTED: f64 = 0.85;

fn trial(probe: Probe, verdict: Verdict, finding: impl Into<String>) -> Trial {
    Trial { probe, verdict, finding: finding.into() }
}

/// Three significant digits at most, without an exponent.
fn number(value: f64) -> String {
    let digits = if value == 0.0 { 0 } else { (2.0 - libm::floor(libm::log10(value.abs()))).clamp(0.0, 6.0) as usize };
    format!("{value:.digits$}")
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Leads of the refits of one purpose.
struct Told {
    leads: Vec<f64>,
    /// Their mean.
    mean: f64,
    /// Standard error of the mean; 0 of one.
    error: f64,
}

fn told(found: &[(Refit, Lead)], purpose: Use) -> Option<Told> {
    let of = |(refit, lead): &(Refit, Lead)| if refit.purpose == purpose { lead.lead } else { None };
    let leads: Vec<f64> = found.iter().filter_map(of).collect();
    let n = leads.len() as f64;
    let mean = leads.iter().sum::<f64>() / n;
    let squares: f64 = leads.iter().map(|l| (l - mean) * (l - mean)).sum();
    let error = if leads.len() > 1 { (squares / (n - 1.0) / n).sqrt() } else { 0.0 };
    (!leads.is_empty()).then_some(Told { leads, mean, error })
}

impl Subject<'_> {
    /// One trial for each probe, in the order of `Probe::ALL`. `found`: what came of the refits.
    pub fn judge(&self, found: &[(Refit, Lead)]) -> Vec<Trial> {
        let real = told(found, Use::Real).map(|real| real.mean);
        let of = |probe: &Probe| match probe {
            Probe::ShuffledTarget => self.shuffled(found, real),
            Probe::PlantedNoise => planted(found),
            Probe::Copies => self.copied(real),
            Probe::Groups => self.grouped(found),
            Probe::Time => self.in_time(found),
            Probe::AfterOutcome => self.after_outcome(),
            Probe::Shift => self.shifted(found),
        };
        Probe::ALL.iter().map(of).collect()
    }

    fn shuffled(&self, found: &[(Refit, Lead)], real: Option<f64>) -> Trial {
        let trial = |verdict, finding: String| trial(Probe::ShuffledTarget, verdict, finding);
        let (Some(shuffled), Some(real)) = (told(found, Use::Shuffled), real) else {
            return trial(Verdict::Unknown, "There were too few rows to refit it.".to_owned());
        };
        let name = self.metric.name();
        if real <= 0.0 {
            return trial(Verdict::Unknown, "On the rows of this trial it does not beat guessing at all.".to_owned());
        }
        let text = format!(
            "Learned from a shuffled target, {} times, it beats guessing by {} {name}; from the true one by {}.",
            shuffled.leads.len(),
            number(shuffled.mean),
            number(real)
        );
        let stays = shuffled.mean > KEPT * real && shuffled.mean > 3.0 * shuffled.error;
        trial(if stays { Verdict::Failed } else { Verdict::Passed }, text)
    }

    fn copied(&self, real: Option<f64>) -> Trial {
        let found = copies(self);
        let trial = |verdict, finding: String| trial(Probe::Copies, verdict, finding);
        if found.n_tested == 0 {
            return trial(Verdict::Unknown, "No fold tests a row.".to_owned());
        }
        let share = f64::from(found.n_copies) / f64::from(found.n_tested);
        let (in_test, n_test) = found.in_holdout;
        let locked = match in_test {
            0 => String::new(),
            n => format!(" {n} of {n_test} rows of the test set do too."),
        };
        if found.n_copies == 0 && in_test == 0 {
            return trial(Verdict::Passed, "No row that is tested stands among those that were learned.".to_owned());
        }
        let name = self.metric.name();
        let scores = found.scores.map_or(String::new(), |(all, own)| {
            format!(" Without them {name} is {} instead of {}.", number(own), number(all))
        });
        let text = format!(
            "{} of {} tested rows ({}) stand with the same cells among those that were learned.{locked}{scores}",
            found.n_copies,
            found.n_tested,
            percent(share)
        );
        if found.chance && found.chance_in_holdout {
            return trial(Verdict::Passed, format!("{text} Columns of so few values give as many by chance."));
        }
        let sign = if self.metric.higher_is_better() { 1.0 } else { -1.0 };
        let lost = found.scores.map_or(0.0, |(all, own)| sign * (all - own));
        let much = real.is_some_and(|real| real > 0.0 && lost > COST * real);
        let test_share = f64::from(in_test) / f64::from(n_test.max(1));
        let verdict = match () {
            () if much && share >= 0.01 => Verdict::Failed,
            () if share > COPIED || test_share > COPIED => Verdict::Doubtful,
            () => Verdict::Passed,
        };
        trial(verdict, text)
    }

    fn grouped(&self, found: &[(Refit, Lead)]) -> Trial {
        let by_group = matches!(self.split.facts.kind, SplitKind::Group { .. });
        let column = self.groups.as_ref().map(|groups| groups.column.as_str());
        match column {
            None if by_group => {
                let column = self.split.facts.column.clone().unwrap_or_default();
                trial(Probe::Groups, Verdict::Passed, format!("Rows of one {column} stand on one side of every fold."))
            }
            None => trial(Probe::Groups, Verdict::Passed, "No column was found whose values tie rows together."),
            Some(column) => {
                let what = format!("Rows of one {column} stand on both sides of the folds");
                self.costs(Probe::Groups, &what, "kept together", found, (Use::Ungrouped, Use::Grouped))
            }
        }
    }

    fn in_time(&self, found: &[(Refit, Lead)]) -> Trial {
        let forwards = matches!(self.split.facts.kind, SplitKind::Time { .. });
        let column = self.times.as_ref().or(self.dataset.times.as_ref()).map(|times| times.column.clone());
        match column {
            None => {
                trial(Probe::Time, Verdict::Unknown, "No column orders the rows, so time could not be turned round.")
            }
            Some(column) if forwards => {
                let what = format!("Learned backwards in time by {column}");
                self.costs(Probe::Time, &what, "forwards, as it is used,", found, (Use::Backwards, Use::Forwards))
            }
            Some(column) => {
                let what = format!("{column} orders the rows, but later rows help to predict earlier ones");
                self.costs(Probe::Time, &what, "forwards in time", found, (Use::Mixed, Use::Forwards))
            }
        }
    }

    /// What honest folds cost of the lead that others claim.
    fn costs(
        &self,
        probe: Probe,
        what: &str,
        how: &str,
        found: &[(Refit, Lead)],
        (claim, honest): (Use, Use),
    ) -> Trial {
        let (Some(claimed), Some(honest)) = (told(found, claim), told(found, honest)) else {
            return trial(probe, Verdict::Unknown, format!("{what}. There were too few rows to try what that does."));
        };
        let cost = (claimed.mean - honest.mean) / claimed.mean;
        // Folds differ by chance too.
        let noise = 2.0 * (claimed.error * claimed.error + honest.error * honest.error).sqrt() / claimed.mean;
        let text = format!(
            "{what}: it beats guessing by {} {}; {how} by {}.",
            number(claimed.mean),
            self.metric.name(),
            number(honest.mean)
        );
        let verdict = match () {
            () if claimed.mean <= 0.0 => Verdict::Unknown,
            () if cost > MOST_COST && cost > noise => Verdict::Failed,
            () if cost > COST && cost > noise => Verdict::Doubtful,
            () => Verdict::Passed,
        };
        trial(probe, verdict, text)
    }

    fn after_outcome(&self) -> Trial {
        let positions = self.split.outside_holdout();
        let mut worst: Option<(f64, String)> = None;
        let mut take = |weight: f64, finding: String| {
            if worst.as_ref().is_none_or(|(known, _)| weight > *known) {
                worst = Some((weight, finding));
            }
        };
        for column in &self.dataset.features {
            let name = &column.name;
            if let Some(gini) = mirrors(&self.dataset, column, &positions) {
                take(gini, format!("Whether {name} is missing follows the outcome (Gini {})", number(gini)));
            }
            if let Some(share) = behind(&self.dataset, column, &positions).filter(|share| *share > 0.5) {
                let finding = format!("In {} of the rows {name} lies behind the time of the row", percent(share));
                // A date after the row's time is not known then, however much it tells.
                take(MIRRORS.max(share * GIVES_AWAY), finding);
            }
        }
        match worst {
            Some((weight, finding)) if weight >= GIVES_AWAY => {
                trial(Probe::AfterOutcome, Verdict::Failed, format!("{finding}: it was written down after it."))
            }
            Some((weight, finding)) if weight >= MIRRORS => {
                trial(Probe::AfterOutcome, Verdict::Doubtful, format!("{finding}: it may be known too late."))
            }
            Some((_, finding)) => {
                trial(Probe::AfterOutcome, Verdict::Passed, format!("{finding} most, which is little."))
            }
            None => {
                trial(Probe::AfterOutcome, Verdict::Passed, "No column's missing cells or dates follow the outcome.")
            }
        }
    }

    fn shifted(&self, found: &[(Refit, Lead)]) -> Trial {
        let trial = |verdict, finding: String| trial(Probe::Shift, verdict, finding);
        if self.split.holdout.len() < FEWEST_ROWS {
            let finding = "There is no test set, or hardly one: nothing stands apart from what was chosen by.";
            return trial(Verdict::Unknown, finding.to_owned());
        }
        let Some(apart) = told(found, Use::Adversarial) else {
            return trial(Verdict::Unknown, "It could not be tried on these rows.".to_owned());
        };
        // The baseline's area is one half.
        let area = 0.5 + apart.mean;
        let forwards = matches!(self.split.facts.kind, SplitKind::Time { .. });
        let text = format!("A model that tells the test set from the other rows gets ROC AUC {}", number(area));
        let clear = area - 2.0 * apart.error > 0.5;
        match () {
            () if area < SHIFTED || !clear => trial(Verdict::Passed, format!("{text}: they look alike.")),
            () if forwards => trial(Verdict::Doubtful, format!("{text}: later rows are other ones.")),
            () if area >= VERY_SHIFTED => trial(Verdict::Failed, format!("{text}: they are other rows.")),
            () => trial(Verdict::Doubtful, format!("{text}: they differ.")),
        }
    }
}

fn planted(found: &[(Refit, Lead)]) -> Trial {
    let trial = |verdict, finding: String| trial(Probe::PlantedNoise, verdict, finding);
    let planted = found.iter().find(|(refit, lead)| refit.purpose == Use::Noise && !lead.lost.is_empty());
    let Some((lead, lost)) = planted.and_then(|(_, found)| Some((found.lead.filter(|lead| *lead > 0.0)?, &found.lost)))
    else {
        return trial(
            Verdict::Unknown,
            "With a planted column it does not beat guessing, so nothing was to be lost.".to_owned(),
        );
    };
    let n = lost.len() as f64;
    let mean = lost.iter().sum::<f64>() / n;
    let squares: f64 = lost.iter().map(|l| (l - mean) * (l - mean)).sum();
    let error = (squares / (n - 1.0).max(1.0) / n).sqrt();
    let share = mean.max(0.0) / lead;
    let text = format!("A planted column of random numbers carries {} of the lead over guessing.", percent(share));
    let leans = share > CARRIED && mean > 3.0 * error;
    trial(if leans { Verdict::Doubtful } else { Verdict::Passed }, text)
}
