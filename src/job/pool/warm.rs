//! Warming up: small models of each kind are fitted to made-up rows and thrown away, in short slices, while nothing is asked
//! of the pool. The browser compiles a function once more, for speed, when it has run for a while; behind this it has done so
//! before a person trains, and not in the first seconds of the training, when every core is at work and the page wants one.
//! The workers of a pool share what is compiled, so one of them does it.

use crate::dataset::Target;
use crate::model::fit::{FitSpec, FitTask, ModelFit};
use crate::model::linear::LinearSpec;
use crate::model::trees::{BoostSpec, ForestSpec};
use crate::prepare::Matrix;
use crate::random::Random;

/// Milliseconds of work in one go: a request waits no longer.
const SLICE: f64 = 12.0;
/// Milliseconds between two slices, which are the compiler's.
pub const REST: f64 = 25.0;
/// Milliseconds of work for each fit.
const EACH: f64 = 180.0;

const N_ROWS: usize = 400;
const N_COLUMNS: usize = 8;

/// What is still to be done.
#[derive(Default)]
pub struct WarmUp {
    /// Fits that were begun.
    begun: usize,
    fit: Option<ModelFit>,
    /// Milliseconds for the fit under way.
    spent: f64,
}

impl WarmUp {
    /// Works for one slice of `clock`'s milliseconds; whether there is more to do.
    pub fn slice(&mut self, clock: &dyn Fn() -> f64) -> bool {
        let began = clock();
        if self.fit.is_none() {
            // What goes wrong here ends it: a fit that is asked for will tell.
            let Some(fit) = task(self.begun).and_then(|task| task.start().ok()) else { return false };
            (self.fit, self.spent) = (Some(fit), 0.0);
            self.begun += 1;
        }
        loop {
            let done = self.fit.as_mut().is_none_or(ModelFit::step);
            let now = clock() - began;
            if done || self.spent + now >= EACH {
                self.fit = None;
                return true;
            }
            if now >= SLICE {
                self.spent += now;
                return true;
            }
        }
    }
}

/// What is fitted, in order: yes or no, three classes and numbers, with the settings that a design begins with.
fn task(number: usize) -> Option<FitTask> {
    let specs = [
        FitSpec::Linear(LinearSpec::default()),
        FitSpec::Boost(BoostSpec::default()),
        FitSpec::Forest(ForestSpec::default()),
    ];
    let spec = specs.get(number / 3)?.clone();
    let mut random = Random::new(1, number as u64);
    let values: Vec<f32> = (0..N_ROWS * N_COLUMNS).map(|_| random.normal() as f32).collect();
    let rows = values.chunks(N_COLUMNS);
    let classes = |n: usize, code: fn(&[f32]) -> u32| Target::Classes {
        codes: values.chunks(N_COLUMNS).map(code).collect(),
        labels: ["a", "b", "c"][..n].iter().map(|&label| label.to_owned()).collect(),
    };
    let target = match number % 3 {
        0 => classes(2, |row| u32::from(row[0] > 0.0)),
        1 => classes(3, |row| u32::from(row[0] > 0.0) + u32::from(row[1] > 0.5)),
        _ => Target::Values(rows.map(|row| f64::from(row[0] * row[1] + row[2])).collect()),
    };
    Some(FitTask {
        spec,
        feature_names: (0..N_COLUMNS).map(|column| format!("x{column}")).collect(),
        categories: vec![None; N_COLUMNS],
        marks: vec![false; N_COLUMNS],
        features: Matrix { values, n_rows: N_ROWS, n_columns: N_COLUMNS },
        target,
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn every_fit_runs_to_its_end_without_a_failure() {
        let fitted: Vec<_> = (0..).map_while(task).map(|task| task.fit()).collect();
        assert_eq!(fitted.len(), 9);
        assert!(fitted.iter().all(Result::is_ok));
    }

    #[test]
    fn it_ends_on_a_slow_machine_too() {
        let time = Cell::new(0.0);
        let clock = || {
            time.set(time.get() + 7.0);
            time.get()
        };
        let mut warm = WarmUp::default();
        let slices = (0..1_000).take_while(|_| warm.slice(&clock)).count();
        assert!(slices < 1_000 && warm.begun == 9, "{slices} slices, {} fits", warm.begun);
    }
}
