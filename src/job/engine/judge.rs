//! A candidate judged by the predictions that its folds made, or that were made elsewhere: beside others, row by row.

use super::judged::Trial;
use super::{Data, Engine, Problem, RunId, problem};
use crate::dataset::{Dataset, Role, Target, Task};
use crate::explain::Rival;
use crate::model::Predictions;
use crate::validate::compare::{DeLong, McNemar, delong, mcnemar, pooled, second_class};
use crate::validate::decide::{Decision, Judged, Rule, Worths, decide};
use crate::validate::fairness::{Compared, Fairness, GapKind, Measure, fairness};
use crate::validate::hard_rows::{HardRows, hard_rows};
use crate::validate::resample::{HeldOut, paired};
use crate::validate::slices::{Slices, slices};
use crate::validate::{Given, Tested, first_of_each};

impl Engine {
    /// Each of some runs beside this one, on the rows that both have tested.
    pub(super) fn rivals(&self, run: RunId, runs: &[RunId]) -> Result<Vec<Rival>, Problem> {
        let data = self.table_for(0)?;
        let trial = self.trial(run, &data)?;
        Ok(runs.iter().map(|other| self.rival(&trial, *other, &data)).collect())
    }

    /// Where to draw the line of a yes/no run, by the rows that its folds tested.
    pub(super) fn decision(&self, run: RunId, rule: Rule, worths: Worths) -> Result<Option<Decision>, Problem> {
        let data = self.table_for(0)?;
        let trial = self.trial(run, &data)?;
        Ok(decide(&judged(&trial)?, rule, worths, trial.design.split.seed))
    }

    /// The kinds of rows on which a run is worst, by every column of the table but the target, also by those that it does not
    /// learn from.
    pub(super) fn slices(&self, run: RunId) -> Result<Slices, Problem> {
        let data = self.table_for(0)?;
        let trial = self.trial(run, &data)?;
        let (held, rows) = each_once(&trial)?;
        let is_judging = |name: &str| trial.spec.is_some_and(|spec| spec.is_judging(name));
        let tells = |name: &str| name != trial.design.dataset.target && !is_judging(name);
        let columns: Vec<_> = data.table.columns.iter().filter(|column| tells(&column.name)).collect();
        slices(&held.target, &held.predictions, &held.units, (&columns, &rows)).ok_or_else(few_tested)
    }

    /// Single rows that are worth a look.
    pub(super) fn hard_rows(&self, run: RunId) -> Result<HardRows, Problem> {
        let data = self.table_for(0)?;
        let (held, rows) = each_once(&self.trial(run, &data)?)?;
        Ok(hard_rows(&held.target, &held.predictions, &rows))
    }

    /// Groups of people beside each other, by the columns that the run's design calls sensitive.
    pub(super) fn fairness(&self, run: RunId, threshold: f64) -> Result<Fairness, Problem> {
        let data = self.table_for(0)?;
        let trial = self.trial(run, &data)?;
        let (held, rows) = each_once(&trial)?;
        let roles = trial.design.dataset.roles.iter().filter(|(_, role)| *role == Role::Sensitive);
        let sensitive: Vec<_> = roles.filter_map(|(name, _)| data.table.column(name)).collect();
        let compared = Compared { sensitive: &sensitive, learned: &trial.dataset.features, rows: &rows };
        let seed = trial.design.split.seed;
        let found = fairness(&held.target, &held.predictions, &held.units, compared, threshold, seed);
        let mut found = found.ok_or_else(few_tested)?;
        if let Some(Given::Scores { .. }) = trial.given {
            // They are no probabilities, so what they say on average means nothing.
            for outcome in found.attributes.iter_mut().flat_map(|attribute| &mut attribute.outcomes) {
                outcome.measures.retain(|of| !matches!(of.measure, Measure::Predicted | Measure::Error));
                outcome.gaps.retain(|gap| gap.kind != GapKind::Error);
            }
        }
        Ok(found)
    }

    fn rival(&self, own: &Trial, run: RunId, data: &Data) -> Rival {
        let dataset = &own.dataset;
        let rival = Rival { run, mcnemar: None, delong: None, by_rows: None, without: None };
        let without = |why: &str| Rival { without: Some(why.to_owned()), ..rival.clone() };
        let Ok(other) = self.trial(run, data) else { return without("Its model is not here.") };
        let (Some(a), Some(b)) = (&own.tested, &other.tested) else {
            return without("What the folds predicted was not kept.");
        };
        let same_rows = own.origin.0 == other.origin.0
            && own.design.dataset == other.design.dataset
            && own.origin.1.does_the_same(other.origin.1);
        if !same_rows || (&a.sizes, &a.positions) != (&b.sizes, &b.positions) {
            return without("It was validated on other folds.");
        }
        let (metric, clustered, seed) =
            (own.design.metric(dataset.task), dataset.groups.is_some(), own.design.split.seed);
        let both = || (a.held_out(dataset), b.held_out(dataset));
        let by_rows_of = |one: bool| one.then(|| paired(dataset.task, metric, both(), clustered, seed)).flatten();
        let rival = Rival { by_rows: by_rows_of(a.sizes.len() == 1), ..rival };
        let without = |why: &str| Rival { without: Some(why.to_owned()), ..rival.clone() };
        if dataset.task == Task::Regression {
            return without("Tests row by row are for classes.");
        }
        if dataset.groups.is_some() {
            return without("Rows come in groups: a test that counts them one by one would be too sure.");
        }
        Rival { mcnemar: by_rows(a, b, &dataset.target), delong: by_area(a, b, dataset), ..rival }
    }
}

fn few_tested() -> Problem {
    let cure = "Train it again, on more rows.";
    problem("Too few rows were tested to look at them one by one or by kind.", "Nothing has changed.", cure)
}

/// The rows that the folds tested, each once, with their rows of the table.
fn each_once(trial: &Trial) -> Result<(HeldOut, Vec<u32>), Problem> {
    let tested = trial.tested.as_ref().ok_or_else(few_tested)?;
    let (positions, predictions) = first_of_each(tested.positions.clone(), tested.predictions.clone());
    let rows = positions.iter().map(|position| trial.dataset.rows[*position as usize]).collect();
    Ok((HeldOut::of(&trial.dataset, &positions, predictions), rows))
}

/// The rows of a yes/no run that its folds tested, each once.
fn judged(trial: &Trial) -> Result<Vec<Judged>, Problem> {
    let dataset = &trial.dataset;
    let (Some(tested), Target::Classes { codes, .. }) = (&trial.tested, &dataset.target) else {
        let cure = "Train it again.";
        return Err(problem("What the folds predicted for their rows was not kept.", "Nothing has changed.", cure));
    };
    let mut seen = vec![false; dataset.rows.len()];
    let scores = second_class(&tested.predictions);
    let folds = tested.sizes.iter().zip(0u32..).flat_map(|(size, fold)| std::iter::repeat_n(fold, *size as usize));
    let rows = tested.positions.iter().zip(scores).zip(folds);
    let judge = |((position, score), fold): ((&u32, f32), u32)| {
        let row = *position as usize;
        let unit = dataset.groups.as_ref().map_or(*position, |groups| groups.codes[row]);
        let new = !std::mem::replace(&mut seen[row], true);
        new.then_some(Judged { score, positive: codes[row] == 1, unit, fold })
    };
    Ok(rows.filter_map(judge).collect())
}

/// Each row once, by its first prediction.
fn by_rows(a: &Tested, b: &Tested, target: &Target) -> Option<McNemar> {
    let Target::Classes { codes, .. } = target else { return None };
    let mut seen = vec![false; codes.len()];
    let (mut only_first, mut only_second) = (0, 0);
    for (row, position) in a.positions.iter().map(|position| *position as usize).enumerate() {
        if std::mem::replace(&mut seen[position], true) {
            continue;
        }
        let right = |predictions: &Predictions| predictions.class(row) == Some(codes[position]);
        match (right(&a.predictions), right(&b.predictions)) {
            (true, false) => only_first += 1,
            (false, true) => only_second += 1,
            (true, true) | (false, false) => {}
        }
    }
    Some(mcnemar(only_first, only_second))
}

/// Of two classes, in each fold of the first round, whose rows are different ones.
fn by_area(a: &Tested, b: &Tested, dataset: &Dataset) -> Option<DeLong> {
    if dataset.task != Task::Binary {
        return None;
    }
    let mut seen = vec![false; dataset.rows.len()];
    let mut start = 0;
    let mut parts = Vec::new();
    for size in &a.sizes {
        let rows = start..start + *size as usize;
        start = rows.end;
        let positions = &a.positions[rows.clone()];
        if positions.iter().any(|position| std::mem::replace(&mut seen[*position as usize], true)) {
            continue;
        }
        let Target::Classes { codes, .. } = dataset.target.select(positions) else { return None };
        let positive: Vec<bool> = codes.iter().map(|code| *code == 1).collect();
        parts.extend(delong(
            &positive,
            &second_class(&a.predictions.slice(rows.clone())),
            &second_class(&b.predictions.slice(rows)),
        ));
    }
    pooled(&parts)
}
