//! What to try next, from what was tried: a portfolio first, then random and Parzen trials, with successive halving on the
//! folds. Source of the halving without waiting: Li et al., A System for Massively Parallel Hyperparameter Tuning (2020).
//!
//! Everything follows from the trials so far, the seed and the time that is spent; nothing is remembered in between.

use super::parzen;
use super::{Kind, Origin, Range, SearchSpec, Space, Trial, settings};
use crate::order::OrderBy;
use crate::pipeline::PipelineSpec;
use crate::random::Random;

/// Share of the trials that count as good ones.
const GOOD_SHARE: f64 = 0.25;
const MOST_GOOD: usize = 20;
/// Every so many trials one is drawn by chance alone, so that nothing is left out for ever.
const RANDOM_EVERY: usize = 5;
/// Trials of one kind at most, for each setting that is varied: few settings are soon known.
const TRIALS_A_SETTING: usize = 15;
/// Draws until one is new.
const MOST_DRAWS: usize = 20;
/// Randomness of the planner, apart from other uses of its seed.
const STREAM: u64 = 7_000;

/// A search, as the planner sees it.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    pub spec: &'a SearchSpec,
    /// What the trials of each space vary.
    pub bases: &'a [PipelineSpec],
    pub n_folds: u32,
    pub higher_is_better: bool,
    /// Fits that go on at a time.
    pub n_hands: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    Begin(Trial),
    /// The trial at this place goes on to so many folds.
    Promote {
        trial: usize,
        goal: u32,
    },
    /// There is nothing to do for those who are free, until something comes back.
    Wait,
    /// Time is spent, or everything was tried.
    Over,
}

impl Plan<'_> {
    /// Folds of each stage: twice as many as in the one before, and at last all.
    pub fn stages(&self) -> Vec<u32> {
        let mut stages = vec![self.spec.first_folds.clamp(1, self.n_folds)];
        while let Some(last) = stages.last().copied().filter(|last| *last < self.n_folds) {
            let next = last * 2;
            stages.push(if next * 2 > self.n_folds && next != self.n_folds { self.n_folds } else { next });
        }
        stages
    }

    /// What to do next, after so many seconds. `accepts`: kinds of models that somebody is free to fit.
    pub fn next(&self, trials: &[Trial], elapsed: f64, accepts: &dyn Fn(Kind) -> bool) -> Next {
        let left = self.spec.budget_seconds() - elapsed - self.reserved(trials);
        if left <= 0.0 {
            return Next::Over;
        }
        let fits = |kind: Kind, n_folds: u32| {
            let seconds = self.fold_seconds(trials, kind).map_or(0.0, |seconds| seconds * f64::from(n_folds));
            accepts(kind) && seconds / f64::from(self.hands(kind).min(n_folds.max(1))) <= left
        };
        if let Some(promoted) = self.promotion(trials, &fits) {
            return promoted;
        }
        if trials.len() >= SearchSpec::MOST_TRIALS {
            return if trials.iter().all(Trial::is_over) { Next::Over } else { Next::Wait };
        }
        let stages = self.stages();
        let open = |kind: Kind| fits(kind, stages[0]);
        match self.proposal(trials, &open) {
            Some((space, values, origin)) => Next::Begin(Trial {
                space: space as u32,
                values,
                origin,
                goal: stages[0],
                scores: Vec::new(),
                seconds: 0.0,
                failed: None,
            }),
            None if trials.iter().all(Trial::is_over) && self.spec.spaces.iter().all(|s| accepts(s.kind)) => Next::Over,
            None => Next::Wait,
        }
    }

    /// One network is trained at a time.
    fn hands(&self, kind: Kind) -> u32 {
        if kind == Kind::Network { 1 } else { self.n_hands.max(1) }
    }

    /// Seconds of one fit of this kind, as far as it was measured.
    fn fold_seconds(&self, trials: &[Trial], kind: Kind) -> Option<f64> {
        let of = trials.iter().filter(|trial| self.kind(trial) == Some(kind));
        let (n, seconds) = of.fold((0, 0.0), |(n, seconds), trial| (n + trial.scores.len(), seconds + trial.seconds));
        (n > 0).then(|| seconds / n as f64)
    }

    fn kind(&self, trial: &Trial) -> Option<Kind> {
        Some(self.spec.spaces.get(trial.space as usize)?.kind)
    }

    /// Seconds that training the best of each kind will take: on every fold, and on all rows.
    fn reserved(&self, trials: &[Trial]) -> f64 {
        let cost = |place: &usize| {
            let trial = &trials[*place];
            let each = trial.seconds / trial.scores.len().max(1) as f64;
            let hands = self.kind(trial).map_or(1, |kind| self.hands(kind)).min(self.n_folds + 1);
            each * f64::from(self.n_folds + 1) / f64::from(hands)
        };
        self.winners(trials).iter().map(cost).sum()
    }

    fn height(&self, mean: f64) -> f64 {
        if self.higher_is_better { mean } else { -mean }
    }

    /// Trials with a score over their first `n_folds`, best first; the earlier of equals. Those that failed come last.
    fn ranked(&self, trials: &[Trial], n_folds: u32, of: impl Fn(&Trial) -> bool) -> Vec<(usize, f64)> {
        let scored = |(place, trial): (usize, &Trial)| match trial.failed {
            Some(_) => Some((place, f64::NEG_INFINITY)),
            None => Some((place, self.height(trial.mean(n_folds as usize)?))),
        };
        let mut ranked: Vec<(usize, f64)> =
            trials.iter().enumerate().filter(|(_, trial)| of(trial)).filter_map(scored).collect();
        ranked.order_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked
    }

    /// A trial that is among the best of its stage goes on to the next; the furthest first.
    fn promotion(&self, trials: &[Trial], fits: &dyn Fn(Kind, u32) -> bool) -> Option<Next> {
        let stages = self.stages();
        for pair in stages.windows(2).rev() {
            let (stage, goal) = (pair[0], pair[1]);
            let ranked = self.ranked(trials, stage, |_| true);
            let n_promoted = (ranked.len() as f64 * f64::from(self.spec.promoted_share)) as usize;
            let ready = |(place, height): &&(usize, f64)| {
                let trial = &trials[*place];
                height.is_finite()
                    && trial.goal == stage
                    && self.kind(trial).is_some_and(|kind| fits(kind, goal - stage))
            };
            if let Some((trial, _)) = ranked[..n_promoted].iter().find(ready) {
                return Some(Next::Promote { trial: *trial, goal });
            }
        }
        None
    }

    /// The space, the values and the origin of a new trial.
    fn proposal(&self, trials: &[Trial], open: &dyn Fn(Kind) -> bool) -> Option<(usize, Vec<f64>, Origin)> {
        if let Some((space, values)) = self.next_of_portfolio(trials, open) {
            return Some((space, values, Origin::Portfolio));
        }
        let mut random = Random::new(self.spec.seed, STREAM + trials.len() as u64);
        let mut spaces: Vec<usize> = (0..self.spec.spaces.len())
            .filter(|space| {
                let of = &self.spec.spaces[*space];
                let n = trials.iter().filter(|trial| trial.space as usize == *space).count();
                open(of.kind) && n < TRIALS_A_SETTING * of.ranges.len()
            })
            .collect();
        while !spaces.is_empty() {
            let chosen = self.choose_space(trials, &spaces, &mut random);
            let space = spaces[chosen];
            for _ in 0..MOST_DRAWS {
                let (values, origin) = self.draw(trials, space, &mut random);
                if is_new(trials, space, &values) {
                    return Some((space, values, origin));
                }
            }
            spaces.remove(chosen);
        }
        None
    }

    /// The next of the portfolio: what the design has of each kind, then settings that have done well elsewhere, the kinds
    /// in turn.
    fn next_of_portfolio(&self, trials: &[Trial], open: &dyn Fn(Kind) -> bool) -> Option<(usize, Vec<f64>)> {
        let all: Vec<Vec<Vec<f64>>> =
            self.spec.spaces.iter().zip(self.bases).map(|(space, base)| portfolio(space, base)).collect();
        let most = all.iter().map(Vec::len).max().unwrap_or(0);
        for entry in 0..most {
            for (space, entries) in all.iter().enumerate() {
                let Some(values) = entries.get(entry).filter(|_| open(self.spec.spaces[space].kind)) else { continue };
                if is_new(trials, space, values) {
                    return Some((space, values.clone()));
                }
            }
        }
        None
    }

    /// Which of these spaces is tried: more often those that the good trials are of.
    fn choose_space(&self, trials: &[Trial], spaces: &[usize], random: &mut Random) -> usize {
        let ranked = self.ranked(trials, self.stages()[0], |_| true);
        let n_good = n_good(ranked.len());
        let weight = |space: &usize| {
            let of = |ranked: &[(usize, f64)]| {
                ranked.iter().filter(|(place, _)| trials[*place].space as usize == *space).count() as f64
            };
            let share = (of(&ranked[..n_good]) + 0.5) / (of(&ranked) + 2.0);
            share * share
        };
        let weights: Vec<f64> = spaces.iter().map(weight).collect();
        let mut at = random.unit() * weights.iter().sum::<f64>();
        for (i, weight) in weights.iter().enumerate() {
            at -= weight;
            if at < 0.0 {
                return i;
            }
        }
        weights.len() - 1
    }

    fn draw(&self, trials: &[Trial], space: usize, random: &mut Random) -> (Vec<f64>, Origin) {
        let of = &self.spec.spaces[space];
        let n_dimensions = of.ranges.len();
        let own = |trial: &Trial| trial.space as usize == space;
        let enough = |n: usize| n >= (2 * n_dimensions).max(6);
        // The most folds on which enough of them were scored.
        let stages = self.stages();
        let ranked = stages.iter().rev().map(|stage| self.ranked(trials, *stage, own)).find(|r| enough(r.len()));
        let by_chance = trials.len() % RANDOM_EVERY == RANDOM_EVERY - 1;
        let Some(ranked) = ranked.filter(|_| !by_chance) else {
            let at: Vec<f64> = (0..n_dimensions).map(|_| random.unit()).collect();
            return (of.values_at(&at), Origin::Random);
        };
        let points: Vec<Vec<f64>> = ranked.iter().map(|(place, _)| of.point_of(&trials[*place].values)).collect();
        let points: Vec<&[f64]> = points.iter().map(Vec::as_slice).collect();
        let (good, others) = points.split_at(n_good(points.len()));
        (of.values_at(&parzen::propose(good, others, n_dimensions, random)), Origin::Parzen)
    }

    /// Places of the best trial of each kind that is better than what the design has, best first; at most `winners`. Only
    /// trials on the most folds that any has come to are compared: luck on few folds is no merit.
    pub fn winners(&self, trials: &[Trial]) -> Vec<usize> {
        let stage =
            self.stages().into_iter().rev().find(|stage| {
                self.ranked(trials, *stage, |_| true).first().is_some_and(|(_, height)| height.is_finite())
            });
        let Some(stage) = stage else { return Vec::new() };
        let best_of = |space: usize| {
            let ranked = self.ranked(trials, stage, |trial| trial.space as usize == space);
            let best = ranked.first().copied().filter(|(_, height)| height.is_finite())?;
            let (of, base) = (&self.spec.spaces[space], self.bases.get(space)?);
            (of.apply(base, &trials[best.0].values) != *base).then_some(best)
        };
        let mut best: Vec<(usize, f64)> = (0..self.spec.spaces.len()).filter_map(best_of).collect();
        best.order_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.truncate(self.spec.winners as usize);
        best.into_iter().map(|(place, _)| place).collect()
    }

    /// The trial with the best mean, of those on the most folds.
    pub fn best(&self, trials: &[Trial]) -> Option<usize> {
        self.stages().iter().rev().find_map(|stage| {
            self.ranked(trials, *stage, |_| true)
                .first()
                .filter(|(_, height)| height.is_finite())
                .map(|(place, _)| *place)
        })
    }
}

fn n_good(n: usize) -> usize {
    (libm::ceil(n as f64 * GOOD_SHARE) as usize).clamp(n.min(1), MOST_GOOD)
}

fn is_new(trials: &[Trial], space: usize, values: &[f64]) -> bool {
    !trials.iter().any(|trial| trial.space as usize == space && trial.values == values)
}

/// What the design has, then what has done well on many tables, inside the space's ranges.
fn portfolio(space: &Space, base: &PipelineSpec) -> Vec<Vec<f64>> {
    let value = |range: &Range, entry: Option<usize>| {
        let setting = settings(space.kind, &range.setting);
        let own = || setting.and_then(|setting| (setting.get)(&base.model)).unwrap_or(range.from);
        match entry {
            // The design's own need not lie inside.
            None => own(),
            Some(entry) => {
                let known = setting.and_then(|setting| setting.portfolio.get(entry)).copied();
                known.unwrap_or_else(own).clamp(range.from, range.to)
            }
        }
    };
    let of = |range: &Range| settings(space.kind, &range.setting).map_or(0, |setting| setting.portfolio.len());
    let n = space.ranges.iter().map(of).max().unwrap_or(0);
    let entries = std::iter::once(None).chain((0..n).map(Some));
    let mut all: Vec<Vec<f64>> = Vec::new();
    for entry in entries {
        let values: Vec<f64> = space.ranges.iter().map(|range| value(range, entry)).collect();
        if !all.contains(&values) {
            all.push(values);
        }
    }
    all
}

impl Space {
    /// The values at a point of the unit cube, as a person would write them.
    pub fn values_at(&self, at: &[f64]) -> Vec<f64> {
        let value = |(range, at): (&Range, &f64)| {
            let raw = if range.log {
                libm::exp(libm::log(range.from) + at * (libm::log(range.to) - libm::log(range.from)))
            } else {
                range.from + at * (range.to - range.from)
            };
            let whole = settings(self.kind, &range.setting).is_some_and(|setting| setting.whole);
            (if whole { libm::round(raw) } else { three_digits(raw) }).clamp(range.from, range.to)
        };
        self.ranges.iter().zip(at).map(value).collect()
    }

    /// Where values lie in the unit cube; those outside their range on its sides.
    fn point_of(&self, values: &[f64]) -> Vec<f64> {
        let place = |(range, value): (&Range, &f64)| {
            let value = value.clamp(range.from, range.to);
            if !(range.from < range.to) {
                return 0.5;
            }
            if range.log {
                (libm::log(value) - libm::log(range.from)) / (libm::log(range.to) - libm::log(range.from))
            } else {
                (value - range.from) / (range.to - range.from)
            }
        };
        self.ranges.iter().zip(values).map(place).collect()
    }
}

/// The nearest number with three significant digits.
fn three_digits(value: f64) -> f64 {
    if !(value.abs() > 0.0) {
        return 0.0;
    }
    let exponent = libm::floor(libm::log10(value.abs())) as i32 - 2;
    let unit = (0..exponent.abs()).fold(1.0, |unit, _| unit * 10.0);
    if exponent > 0 { libm::round(value / unit) * unit } else { libm::round(value * unit) / unit }
}
