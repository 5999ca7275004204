//! Single rows that are worth a look: against NumPy, and planted wrong answers found.

use hearth::dataset::Target;
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::validate::hard_rows::{HardRow, HardRows, Told, hard_rows};
use serde_json::{Value, json};

use crate::data::labels;
use crate::python::ask;

/// Rows whose own class is `lead` ahead of the others in log-odds, on average; every tenth got another label.
struct World {
    n_classes: usize,
    truth: Vec<u32>,
    told: Vec<u32>,
    probabilities: Vec<f32>,
}

fn world(n: usize, n_classes: usize, lead: f64, seed: u64) -> World {
    let mut random = Random::new(seed, 0);
    let (mut truth, mut told, mut probabilities) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..n {
        let class = random.below(n_classes as u64) as u32;
        let scores: Vec<f64> =
            (0..n_classes as u32).map(|c| (random.normal() + if c == class { lead } else { 0.0 }).exp()).collect();
        let sum: f64 = scores.iter().sum();
        probabilities.extend(scores.iter().map(|score| (score / sum) as f32));
        truth.push(class);
        told.push(if row % 10 == 0 { (class + 1) % n_classes as u32 } else { class });
    }
    World { n_classes, truth, told, probabilities }
}

impl World {
    fn found(&self, rows: &[u32]) -> HardRows {
        let target = Target::Classes { codes: self.told.clone(), labels: labels(self.n_classes) };
        let predictions = Predictions::Probabilities { values: self.probabilities.clone(), n_classes: self.n_classes };
        hard_rows(&target, &predictions, rows)
    }
}

fn positions(rows: &[HardRow]) -> Vec<u64> {
    rows.iter().map(|row| u64::from(row.row)).collect()
}

fn first_hundred(all: &Value) -> Vec<u64> {
    all.as_array().expect("rows").iter().take(100).map(|row| row.as_u64().expect("a row")).collect()
}

#[test]
fn rows_and_their_order_are_what_numpy_finds() {
    let worlds = [world(500, 2, 1.5, 1), world(700, 3, 1.0, 2), world(900, 5, 2.5, 3), world(60, 4, 0.2, 4)];
    let asked = worlds.iter().map(|world| json!({ "truth": world.told, "predicted": world.probabilities })).collect();
    let answers = ask("hard_rows.py", &Value::Array(asked));
    for (world, theirs) in worlds.iter().zip(answers.as_array().expect("a list")) {
        let rows: Vec<u32> = (0..world.told.len() as u32).collect();
        let ours = world.found(&rows);
        assert_eq!(ours.n_rows as usize, world.told.len());
        assert_eq!(ours.n_doubted as usize, theirs["doubted"].as_array().expect("rows").len());
        assert!(ours.n_doubted > 0);
        assert_eq!(positions(&ours.doubted), first_hundred(&theirs["doubted"]));
        assert_eq!(positions(&ours.missed), first_hundred(&theirs["missed"]));
        assert_eq!(positions(&ours.unsure), first_hundred(&theirs["unsure"]));
    }
}

#[test]
fn wrong_answers_are_found_where_classes_are_apart() {
    let world = world(2_000, 3, 6.0, 5);
    let rows: Vec<u32> = (0..2_000).map(|row| row + 7).collect();
    let found = world.found(&rows);
    let is_wrong = |row: &&HardRow| {
        let at = row.row as usize - 7;
        world.truth[at] != world.told[at]
    };
    assert!((180..=230).contains(&found.n_doubted), "200 were planted, {} found", found.n_doubted);
    assert!(found.doubted.iter().filter(is_wrong).count() >= 99, "the first hundred are planted ones");
    for row in &found.doubted {
        let Told::Class { truth, predicted, of_truth, of_predicted, .. } = row.told else { panic!("{row:?}") };
        assert!(truth != predicted && of_predicted > of_truth);
    }
    // With every answer true, next to none is doubted.
    let clean = World { told: world.truth.clone(), ..world };
    assert!(clean.found(&rows).n_doubted < 20, "{}", clean.found(&rows).n_doubted);
}

#[test]
fn of_numbers_the_greatest_distances_are_told() {
    let target = Target::Values(vec![1.0, 5.0, -3.0, 2.0]);
    let found = hard_rows(&target, &Predictions::Values(vec![1.0, 2.0, 4.0, 1.5]), &[4, 9, 2, 8]);
    assert_eq!(positions(&found.missed), [2, 9, 8]);
    assert!((found.missed[0].told.miss() - 7.0).abs() < 1e-12);
    assert!(found.unsure.is_empty() && found.doubted.is_empty() && found.n_doubted == 0);
}
