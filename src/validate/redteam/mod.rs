//! The red team: what is tried to prove a model wrong before it leaves, and what came of it.
//!
//! A [`Subject`] plans refits on a few thousand rows ([`Subject::refits`]), prepares them and scores what comes back; the
//! caller fits them wherever it fits models. [`Subject::judge`] then puts refits and looks at the rows together into one
//! [`Trial`] for each kind of leak. Source of the kinds: Kapoor & Narayanan, Leakage and the Reproducibility Crisis in
//! Machine-Learning-Based Science (2023).

mod judge;
mod rows;

use serde::{Deserialize, Serialize};

use super::Tested;
use crate::dataset::{Dataset, Groups, Target, Task, Times};
use crate::metrics::{Metric, score};
use crate::model::baseline::Baseline;
use crate::model::fit::FitSpec;
use crate::model::trees::BoostSpec;
use crate::model::{Model, ModelSpec, Predictions};
use crate::order::OrderBy;
use crate::pipeline::{PipelineSpec, TrainingInput};
use crate::prepare::{Inputs, PrepareSpec};
use crate::problem::Problem;
use crate::random::Random;
use crate::split::Split;
use crate::table::{Column, Values};

/// Rows that a refit learns from and is tested on, at most.
const MOST_ROWS: usize = 2_000;
/// Times that the target is shuffled, and that a planted column is dealt anew.
const SHUFFLES: u32 = 5;
/// Folds of trials that compare two ways of splitting.
const FOLDS: u32 = 3;
/// Rows that a side of a comparison needs.
const FEWEST_ROWS: usize = 20;
/// The stream of the seed's random numbers for everything here.
const STREAM: u64 = 83;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Probe {
    /// Learned from a shuffled target, it must fall to chance.
    ShuffledTarget,
    /// A planted column of random numbers must be ignored.
    PlantedNoise,
    /// Rows that are tested must not stand among those that were learned.
    Copies,
    /// Rows of one thing must not stand on both sides.
    Groups,
    /// Later rows must not help to predict earlier ones.
    Time,
    /// What is only known after the outcome: missing cells that mirror it, dates behind it.
    AfterOutcome,
    /// The test set must look like the rows that were learned.
    Shift,
}

impl Probe {
    pub const ALL: [Self; 7] = [
        Self::ShuffledTarget,
        Self::PlantedNoise,
        Self::Copies,
        Self::Groups,
        Self::Time,
        Self::AfterOutcome,
        Self::Shift,
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Passed,
    Doubtful,
    Failed,
    /// Could not be tried, or there is too little to tell. Never counts as passed.
    Unknown,
}

/// One attempt with its finding in a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub probe: Probe,
    pub verdict: Verdict,
    pub finding: String,
}

/// A model under attack: its settings and the rows that it was validated on.
pub struct Subject<'a> {
    pub dataset: Dataset<'a>,
    pub split: Split,
    /// Its settings, where it is one model that this project has fitted; boosted trees stand in for others.
    pub spec: Option<PipelineSpec>,
    pub metric: Metric,
    pub seed: u64,
    /// What its folds predicted.
    pub tested: Option<Tested>,
    /// Columns that may tie rows together or order them and that the split does not heed, by the looks of them.
    pub groups: Option<Groups>,
    pub times: Option<Times>,
}

/// What is changed before a refit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Variant {
    AsIs,
    Shuffled(u32),
    Noise,
    /// The target is whether a row is in the test set.
    Holdout,
}

/// Which comparison a refit belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Use {
    Real,
    Shuffled,
    Noise,
    Adversarial,
    /// Folds that keep groups together, and folds that do not.
    Grouped,
    Ungrouped,
    /// The first half learned and the second tested, the other way round, and halves by chance.
    Forwards,
    Backwards,
    Mixed,
}

/// A fit that is to be made, of positions in the dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refit {
    pub variant: Variant,
    pub purpose: Use,
    pub train: Vec<u32>,
    pub test: Vec<u32>,
}

/// What came of a refit: how much better than the baseline it scored, and, with a planted column, how much of that is lost
/// each time the column is dealt anew. `None` where it could not be scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    pub lead: Option<f64>,
    pub lost: Vec<f64>,
    pub n_test: u32,
}

impl Subject<'_> {
    /// All fits to be made, the model's own first.
    pub fn refits(&self) -> Vec<Refit> {
        let mut random = Random::new(self.seed, STREAM);
        let mut refits = Vec::new();
        let mut add = |variant, purpose, train: Vec<u32>, test: Vec<u32>| {
            if train.len() >= FEWEST_ROWS && test.len() >= FEWEST_ROWS {
                refits.push(Refit { variant, purpose, train, test });
            }
        };
        if let Some(test) = self.split.folds.first() {
            let train = sampled(self.split.training(0), MOST_ROWS, &mut random);
            let test = sampled(test.clone(), MOST_ROWS, &mut random);
            add(Variant::AsIs, Use::Real, train.clone(), test.clone());
            for shuffle in 0..SHUFFLES {
                add(Variant::Shuffled(shuffle), Use::Shuffled, train.clone(), test.clone());
            }
            add(Variant::Noise, Use::Noise, train, test);
        }
        let outside = sampled(self.split.outside_holdout(), MOST_ROWS, &mut random);
        let holdout = sampled(self.split.holdout.clone(), MOST_ROWS, &mut random);
        if holdout.len() >= FEWEST_ROWS {
            for (train, test) in folds(&[outside.clone(), holdout], &mut random) {
                add(Variant::Holdout, Use::Adversarial, train, test);
            }
        }
        if let Some(groups) = &self.groups {
            let of = |position: u32| groups.codes[position as usize];
            for (train, test) in grouped(&outside, of, &mut random) {
                add(Variant::AsIs, Use::Grouped, train, test);
            }
            for (train, test) in folds(std::slice::from_ref(&outside), &mut random) {
                add(Variant::AsIs, Use::Ungrouped, train, test);
            }
        }
        if let Some(times) = self.times.as_ref().or(self.dataset.times.as_ref()) {
            let when = |position: &u32| times.values[*position as usize];
            let mut ordered: Vec<u32> = outside.iter().copied().filter(|p| !when(p).is_nan()).collect();
            ordered.order_by(|a, b| when(a).total_cmp(&when(b)));
            let (first, second) = ordered.split_at(ordered.len() / 2);
            add(Variant::AsIs, Use::Forwards, first.to_vec(), second.to_vec());
            add(Variant::AsIs, Use::Backwards, second.to_vec(), first.to_vec());
            let mut mixed = ordered.clone();
            random.shuffle(&mut mixed);
            let (first, second) = mixed.split_at(mixed.len() / 2);
            add(Variant::AsIs, Use::Mixed, first.to_vec(), second.to_vec());
        }
        for refit in &mut refits {
            refit.train.sort_unstable();
            refit.test.sort_unstable();
        }
        refits
    }

    /// The settings of a refit: the model's own, or boosted trees where a network would take too long, and to tell the
    /// test set apart.
    pub fn spec_of(&self, refit: &Refit) -> PipelineSpec {
        if let Some(own) = self.own().filter(|_| refit.variant != Variant::Holdout) {
            return own.clone();
        }
        let model = ModelSpec::Boost(BoostSpec { rounds: 50, seed: self.seed, ..BoostSpec::default() });
        PipelineSpec { prepare: PrepareSpec::for_trees(), model }
    }

    /// Whether boosted trees stand in for the model.
    pub fn stands_in(&self) -> bool {
        self.own().is_none()
    }

    fn own(&self) -> Option<&PipelineSpec> {
        self.spec.as_ref().filter(|spec| FitSpec::of(&spec.model).is_some())
    }

    /// The planted column; long enough for the table.
    pub fn noise(&self) -> Column {
        let n_rows = self.dataset.rows.last().map_or(0, |row| *row as usize + 1);
        let mut random = Random::new(self.seed, STREAM + 1);
        let values = Values::Number((0..n_rows).map(|_| random.normal()).collect());
        Column { name: "planted noise".to_owned(), values, missing_spellings: Vec::new(), unit: None }
    }

    /// The dataset as a refit sees it.
    fn seen<'b>(&'b self, refit: &Refit, noise: &'b Column) -> Dataset<'b> {
        let mut features = self.dataset.features.to_vec();
        let mut task = self.dataset.task;
        let target = match refit.variant {
            Variant::AsIs => self.dataset.target.clone(),
            Variant::Noise => {
                features.push(noise);
                self.dataset.target.clone()
            }
            Variant::Shuffled(shuffle) => {
                let mut order: Vec<u32> = (0..self.dataset.rows.len() as u32).collect();
                // Rows of the refit are dealt among themselves, so that its classes stay as many.
                let mut own: Vec<u32> = refit.train.iter().chain(&refit.test).copied().collect();
                own.sort_unstable();
                let mut dealt = own.clone();
                Random::new(self.seed, STREAM + 2 + u64::from(shuffle)).shuffle(&mut dealt);
                own.iter().zip(dealt).for_each(|(to, from)| order[*to as usize] = from);
                self.dataset.target.select(&order)
            }
            Variant::Holdout => {
                task = Task::Binary;
                let mut codes = vec![0; self.dataset.rows.len()];
                self.split.holdout.iter().for_each(|position| codes[*position as usize] = 1);
                Target::Classes { codes, labels: vec!["learned".to_owned(), "test set".to_owned()] }
            }
        };
        Dataset {
            features,
            task,
            target,
            rows: self.dataset.rows.clone(),
            left_out: Vec::new(),
            groups: None,
            times: None,
            newcomers: None,
        }
    }

    /// Make the rows of a refit ready.
    ///
    /// # Errors
    /// As `PipelineSpec::prepare`.
    pub fn prepare(&self, refit: &Refit, noise: &Column) -> Result<TrainingInput, Problem> {
        self.spec_of(refit).prepare(&self.seen(refit, noise), &refit.train)
    }

    /// Score what came back of a refit. `input` is what `prepare` gave, with or without its features.
    pub fn score(&self, refit: &Refit, noise: &Column, input: TrainingInput, model: Model) -> Lead {
        let dataset = self.seen(refit, noise);
        let pipeline = input.assemble("", model);
        let truth = dataset.target.select(&refit.test);
        let metric = if refit.variant == Variant::Holdout { Metric::RocAuc } else { self.metric };
        let gain = |predictions: &Predictions| {
            let value = score(metric, &truth, predictions)?;
            let baseline = Baseline::fit(&dataset.target.select(&refit.train)).predict(refit.test.len());
            let wall = score(metric, &truth, &baseline)?;
            Some(metric.gain(value, wall))
        };
        let lead = gain(&pipeline.predict_positions(&dataset, &refit.test));
        let mut lost = Vec::new();
        if refit.variant == Variant::Noise {
            for shuffle in 0..SHUFFLES {
                let dealt = self.dealt(noise, &refit.test, shuffle);
                let mut features = dataset.features.clone();
                features.pop();
                features.push(&dealt);
                let again = Dataset {
                    features,
                    task: dataset.task,
                    target: dataset.target.clone(),
                    rows: dataset.rows.clone(),
                    left_out: Vec::new(),
                    groups: None,
                    times: None,
                    newcomers: None,
                };
                let predictions = pipeline.predict(&Inputs::from_dataset(&again, &refit.test));
                lost.extend(lead.zip(gain(&predictions)).map(|(before, after)| before - after));
            }
        }
        Lead { lead, lost, n_test: refit.test.len() as u32 }
    }

    /// The planted column with its cells dealt anew among these positions.
    fn dealt(&self, noise: &Column, positions: &[u32], shuffle: u32) -> Column {
        let mut column = noise.clone();
        let Values::Number(values) = &mut column.values else { return column };
        let rows: Vec<usize> = positions.iter().map(|p| self.dataset.rows[*p as usize] as usize).collect();
        let mut cells: Vec<f64> = rows.iter().map(|row| values[*row]).collect();
        Random::new(self.seed, STREAM + 100 + u64::from(shuffle)).shuffle(&mut cells);
        rows.iter().zip(cells).for_each(|(row, cell)| values[*row] = cell);
        column
    }
}

fn sampled(mut positions: Vec<u32>, most: usize, random: &mut Random) -> Vec<u32> {
    if positions.len() > most {
        random.shuffle(&mut positions);
        positions.truncate(most);
    }
    positions
}

/// Training and test rows of folds that each part is dealt to evenly.
fn folds(parts: &[Vec<u32>], random: &mut Random) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut of: Vec<(u32, u32)> = Vec::new();
    for part in parts {
        let mut dealt = part.clone();
        random.shuffle(&mut dealt);
        of.extend(dealt.into_iter().zip((0..FOLDS).cycle()));
    }
    by_fold(&of)
}

/// The same with whole groups.
fn grouped(positions: &[u32], group: impl Fn(u32) -> u32, random: &mut Random) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut names: Vec<u32> = positions.iter().map(|p| group(*p)).collect();
    names.sort_unstable();
    names.dedup();
    let mut dealt: Vec<u32> = (0..names.len() as u32).collect();
    random.shuffle(&mut dealt);
    let fold = |position: u32| names.binary_search(&group(position)).map_or(0, |at| dealt[at] % FOLDS);
    by_fold(&positions.iter().map(|p| (*p, fold(*p))).collect::<Vec<(u32, u32)>>())
}

fn by_fold(of: &[(u32, u32)]) -> Vec<(Vec<u32>, Vec<u32>)> {
    let pick = |fold: u32, inside: bool| of.iter().filter(|(_, f)| (*f == fold) == inside).map(|(p, _)| *p).collect();
    (0..FOLDS).map(|fold| (pick(fold, false), pick(fold, true))).collect()
}
