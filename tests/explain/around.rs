//! Rows like a given one, and what would have to be different.

use hearth::dataset::{Dataset, Target};
use hearth::explain::{Change, Condition, Counterfactual, Goal, To, View, counterfactuals, nearest, surrogate};
use hearth::model::linear::Linear;
use hearth::model::{Head, Model, Predictions};
use hearth::prepare::{Inputs, Preparation, PrepareSpec, Scaling};
use hearth::random::Random;
use hearth::table::Column;

use super::data::{categories, dataset, numbers};

fn table(n: usize) -> Vec<Column> {
    let mut random = Random::new(1, 0);
    let paint: Vec<Option<&str>> = (0..n).map(|row| Some(["red", "blue"][row % 2])).collect();
    vec![
        numbers("age", (0..n).map(|row| (20 + row % 50) as f64).collect()),
        numbers("income", (0..n).map(|_| libm_round(1_000.0 * random.unit())).collect()),
        categories("paint", &paint),
    ]
}

fn libm_round(value: f64) -> f64 {
    value.round()
}

fn prepared(dataset: &Dataset, n: usize) -> Preparation {
    let all: Vec<u32> = (0..n as u32).collect();
    PrepareSpec { scaling: Scaling::None, missing_indicator: false, ..PrepareSpec::for_linear() }.fit(dataset, &all)
}

#[test]
fn neighbours_are_those_of_gower() {
    let columns = table(100);
    let dataset = dataset(&columns, Target::Values(vec![0.0; 100]));
    let all: Vec<u32> = (0..100).collect();
    let rows = Inputs::from_dataset(&dataset, &all);
    let one = Inputs::from_dataset(&dataset, &[7]);
    let found = nearest(&one, &rows, 3);
    assert_eq!((found[0].position, found[0].distance), (7, 0.0));
    // By hand: mean of |Δage| / 49, |Δincome| / range and paint.
    let Some(hearth::prepare::Cells::Numbers(incomes)) = rows.cells.get(1) else { panic!("numbers") };
    let range = incomes.iter().copied().fold(f32::MIN, f32::max) - incomes.iter().copied().fold(f32::MAX, f32::min);
    let far = |row: usize| {
        let age = (f64::from(row as u32 % 50) - 7.0).abs() / 49.0;
        let income = f64::from((incomes[row] - incomes[7]).abs()) / f64::from(range);
        (age + income + f64::from(u8::from(row % 2 != 1))) / 3.0
    };
    let mut by_hand: Vec<(f64, u32)> = (0..100).map(|row| (far(row), row as u32)).collect();
    by_hand.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (near, (distance, row)) in found.iter().zip(by_hand) {
        assert_eq!(near.position, row);
        assert!((near.distance - distance).abs() < 1e-9);
    }
}

/// P(yes) = σ(0.05·age + 0.0024·income + 1 for blue − 3.52).
fn model() -> Model {
    let weights = vec![0.05, 0.0024, 1.0, 0.0];
    Model::Linear(Linear { weights, intercept: vec![-3.52], n_features: 4, head: Head::Softmax })
}

fn found(own: [&str; 3], fixed: &[u32], goal: Goal) -> (Vec<Counterfactual>, Preparation) {
    let columns = table(200);
    let dataset = dataset(&columns, Target::Values(vec![0.0; 200]));
    let preparation = prepared(&dataset, 200);
    assert_eq!(preparation.feature_names, ["age", "income", "paint = blue", "paint = red"]);
    let all: Vec<u32> = (0..200).collect();
    let rows = Inputs::from_dataset(&dataset, &all);
    let (own, _) = Inputs::from_texts(&preparation.inputs, &[own.iter().map(|text| Some(*text)).collect()]);
    let model = model();
    let view = View { preparation: &preparation, model: &model, class: 1 };
    (counterfactuals(view, &own, &rows, fixed, goal), preparation.clone())
}

fn applied(own: [&str; 3], preparation: &Preparation, changes: &[Change]) -> f32 {
    let mut texts: Vec<String> = own.iter().map(|t| (*t).to_owned()).collect();
    for change in changes {
        texts[change.column as usize] = match &change.to {
            To::Number(value) | To::Date(value) => value.to_string(),
            To::Level(level) => level.clone(),
        };
    }
    let (inputs, _) = Inputs::from_texts(&preparation.inputs, &[texts.iter().map(|t| Some(t.as_str())).collect()]);
    match model().predict(&preparation.transform(&inputs)) {
        Predictions::Probabilities { values, .. } => values[1],
        Predictions::Values(_) => panic!("probabilities"),
    }
}

#[test]
fn the_smallest_change_of_one_column_comes_first() {
    let goal = Goal::Class { class: 1, threshold: 0.5 };
    // 2 + 1.08 − 3.52 = −0.44: nine years, 184 of income, or blue suffice.
    let own = ["40", "450", "red"];
    let (found, preparation) = found(own, &[], goal);
    assert!(found.len() >= 3 && found[..3].iter().all(|f| f.changes.len() == 1), "{found:?}");
    let age = found.iter().find(|f| f.changes[0].column == 0).expect("more years suffice");
    assert_eq!(age.changes[0].to, To::Number(49.0), "no year more than needed");
    assert!(found.iter().any(|f| f.changes[0] == Change { column: 2, to: To::Level("blue".into()) }));
    assert!(found.windows(2).all(|w| (w[0].changes.len(), w[0].distance) <= (w[1].changes.len(), w[1].distance)));
    for way in &found {
        let reached = applied(own, &preparation, &way.changes);
        assert!(reached >= 0.5 && (f64::from(reached) - way.outcome).abs() < 1e-6, "{way:?}");
    }
}

#[test]
fn fixed_columns_stay_and_more_columns_change_where_one_does_not_suffice() {
    let own = ["40", "450", "red"];
    let goal = Goal::Class { class: 1, threshold: 0.5 };
    let (with_fixed, _) = found(own, &[0, 2], goal);
    assert!(!with_fixed.is_empty() && with_fixed.iter().all(|f| f.changes.iter().all(|c| c.column == 1)));
    // 1 + 0 − 3.52: 49 years add 2.45, 998 of income 2.4, blue 1. No single one reaches it.
    let own = ["20", "1", "red"];
    let (several, preparation) = found(own, &[], Goal::Class { class: 1, threshold: 0.5 });
    assert!(!several.is_empty() && several[0].changes.len() == 2, "{several:?}");
    assert!(several.iter().all(|way| applied(own, &preparation, &way.changes) >= 0.5));
    // 3.33 at most, which is 97 %.
    let (none, _) = found(own, &[], Goal::Class { class: 1, threshold: 0.999 });
    assert_eq!(none, vec![]);
    // Exactly at the threshold it is the second class, so the first is not reached there.
    let (back, preparation) = found(["49", "450", "red"], &[1, 2], Goal::Class { class: 0, threshold: 0.5 });
    assert!(applied(["49", "450", "red"], &preparation, &back[0].changes) < 0.5);
}

#[test]
fn a_small_tree_follows_a_model_of_few_questions_and_says_how_nearly() {
    let columns = table(300);
    let dataset = dataset(&columns, Target::Values(vec![0.0; 300]));
    let all: Vec<u32> = (0..300).collect();
    let rows = Inputs::from_dataset(&dataset, &all);
    let names: Vec<String> = ["age", "income", "paint"].map(str::to_owned).into();
    let Some(hearth::prepare::Cells::Numbers(ages)) = rows.cells.first() else { panic!("numbers") };
    let two_questions: Vec<f64> =
        (0..300).map(|row| if ages[row] <= 44.0 { 1.0 } else { 5.0 + 2.0 * f64::from(row as u32 % 2) }).collect();
    let found = surrogate(names.clone(), None, &rows.cells, &two_questions);
    assert!((found.fidelity.expect("predictions differ") - 1.0).abs() < 1e-9, "{found:?}");
    assert_eq!(found.branches[0].question, Some((0, Condition::AtMost(44.5))));
    assert_eq!(found.branches.len(), 5, "two questions and three leaves: {found:?}");
    let second = &found.branches[found.branches[0].no as usize];
    assert_eq!(second.question, Some((2, Condition::OneOf(vec!["red".into()]))), "the lower mean is the first answer");
    // What no column tells cannot be followed.
    let mut random = Random::new(9, 0);
    let noise: Vec<f64> = (0..300).map(|_| random.normal()).collect();
    assert!(surrogate(names.clone(), None, &rows.cells, &noise).fidelity.expect("noise differs") < 0.2);
    let level = surrogate(names, None, &rows.cells, &[3.0; 300]);
    assert_eq!((level.fidelity, level.branches.len()), (None, 1));
}
