//! What a person should know about a drawn split.

use super::{Split, SplitKind};
use crate::dataset::Target;

impl Split {
    /// What a person should know about this split: how it was drawn, and classes that some part lacks.
    pub fn notes(&self, target: &Target) -> Vec<String> {
        let mut notes = self.notes.clone();
        let Target::Classes { codes, labels } = target else { return notes };
        let count = |rows: &[u32]| {
            let mut counts = vec![0usize; labels.len()];
            for &position in rows {
                counts[codes[position as usize] as usize] += 1;
            }
            counts
        };
        let counts = count(&self.fitted);
        match with(labels, &counts, &|n| n == 0)[..] {
            [] => {}
            [(label, _)] => {
                notes.push(format!("Class “{label}” has no row outside the test set, so it cannot be learned."));
            }
            ref many => notes.push(format!("{} have no row outside the test set and cannot be learned.", named(many))),
        }
        match self.facts.kind {
            SplitKind::Random { .. } => notes.extend(self.dealt(labels, &counts)),
            SplitKind::Group { .. } | SplitKind::Time { .. } => {
                let tests: Vec<Vec<usize>> = self.folds.iter().map(|rows| count(rows)).collect();
                let others = |test: &Vec<usize>| counts.iter().zip(test).map(|(all, here)| all - here).collect();
                let training: Vec<Vec<usize>> = match self.training.as_slice() {
                    [] => tests.iter().map(others).collect(),
                    lists => lists.iter().map(|rows| count(rows)).collect(),
                };
                notes.extend(lacking(labels, &counts, &tests, &training));
            }
        }
        notes
    }

    /// Where chance deals a class over folds, its rows tell how many folds go without.
    fn dealt(&self, labels: &[String], counts: &[usize]) -> Vec<String> {
        let n_folds = self.facts.n_folds as usize;
        let mut notes = Vec::new();
        // One sentence for classes with the same fate, however many they are.
        match with(labels, counts, &|n| n == 1)[..] {
            [] => {}
            [(label, _)] => notes.push(format!(
                "Class “{label}” has one row: in the fold that tests it, no training row has shown it to the model."
            )),
            ref many => notes.push(format!(
                "{} have one row each: in the fold that tests it, no training row has shown it to the model.",
                self::named(many)
            )),
        }
        match with(labels, counts, &|n| n > 1 && n < n_folds)[..] {
            [] => {}
            [(label, n)] => notes.push(format!(
                "Class “{label}” has {n} rows for {n_folds} folds, so some folds are tested without it."
            )),
            ref many => notes.push(format!(
                "{} have fewer rows than the {n_folds} folds, so some folds are tested without them.",
                self::named(many)
            )),
        }
        notes
    }
}

/// Classes that whole parts lack: some fold tests them without having shown them, or does not test them.
fn lacking(labels: &[String], counts: &[usize], tests: &[Vec<usize>], training: &[Vec<usize>]) -> Vec<String> {
    let folds = || tests.iter().zip(training);
    let unseen: Vec<usize> = (0..labels.len())
        .map(|class| folds().filter(|(test, training)| test[class] > 0 && training[class] == 0).count())
        .collect();
    let untested: Vec<usize> = (0..labels.len())
        .map(|class| if counts[class] == 0 { 0 } else { tests.iter().filter(|test| test[class] == 0).count() })
        .collect();
    let n_folds = tests.len();
    let mut notes = Vec::new();
    match with(labels, &unseen, &|n| n > 0)[..] {
        [] => {}
        [(label, n)] => notes.push(format!(
            "Class “{label}” is tested in {n} of {n_folds} folds whose training rows have not shown it to the model."
        )),
        ref many => notes
            .push(format!("{} are tested in folds whose training rows have not shown them to the model.", named(many))),
    }
    match with(labels, &untested, &|n| n > 0)[..] {
        [] => {}
        [(label, n)] => notes.push(format!("{n} of {n_folds} folds are tested without class “{label}”.")),
        ref many => notes.push(format!("{} are missing in the tests of some folds.", named(many))),
    }
    notes
}

fn with<'a>(labels: &'a [String], counts: &[usize], few: &dyn Fn(usize) -> bool) -> Vec<(&'a String, usize)> {
    labels.iter().zip(counts.iter().copied()).filter(|(_, n)| few(*n)).collect()
}

/// «7 classes, such as “a”, “b” and “c”,», or two of them by name.
fn named(classes: &[(&String, usize)]) -> String {
    match classes {
        [(a, _), (b, _)] => format!("The classes “{a}” and “{b}”"),
        [(a, _), (b, _), (c, _)] => format!("The classes “{a}”, “{b}” and “{c}”"),
        [(a, _), (b, _), (c, _), ..] => format!("{} classes, such as “{a}”, “{b}” and “{c}”,", classes.len()),
        [] | [_] => String::new(),
    }
}
