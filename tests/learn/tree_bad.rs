//! Trees on bad input: a clear problem, or a sensible result.

use hearth::dataset::{Target, Task};
use hearth::model::trees::{BoostSpec, ForestSpec, Objective, Trend};
use hearth::model::{ClassWeights, Predictions};
use hearth::prepare::Matrix;
use hearth::problem::Problem;

use crate::data::labels;
use crate::tree_data::{Case, case};

fn refused(table: &Case, spec: &BoostSpec, weights: Option<&[f32]>) -> Problem {
    spec.start(&table.features, &table.categories, &table.names, &table.target, weights).err().expect("a problem")
}

fn predictions(table: &Case) -> Vec<(&'static str, Vec<f32>)> {
    let forest = ForestSpec { trees: 10, ..ForestSpec::default() };
    let models = [
        ("boost", table.boost(&BoostSpec { rounds: 10, ..BoostSpec::default() }).model),
        ("forest", table.forest(&forest).model),
        ("extra", table.forest(&ForestSpec { extra: true, ..forest }).model),
    ];
    let values = models.map(|(what, model)| {
        let values = match model.predict(&table.features) {
            Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
        };
        assert!(values.iter().all(|v| v.is_finite()), "{what}: {values:?}");
        (what, values)
    });
    values.to_vec()
}

#[test]
fn features_that_say_nothing_lead_to_the_base_alone() {
    let mut table = case(90, 3, false, 1);
    table.features.values.fill(f32::NAN);
    for (what, values) in predictions(&table) {
        for row in values.chunks(3) {
            row.iter().for_each(|share| assert!((share - 1.0 / 3.0).abs() < 0.15, "{what}: {row:?}"));
        }
    }
    table.features.values.fill(3.0);
    predictions(&table);
    let none = Case {
        features: Matrix { values: Vec::new(), n_rows: 90, n_columns: 0 },
        categories: Vec::new(),
        names: Vec::new(),
        target: table.target.clone(),
    };
    predictions(&none);
}

#[test]
fn a_value_that_training_never_saw_goes_somewhere() {
    let table = case(300, 2, false, 2);
    let spec = BoostSpec { rounds: 10, ..BoostSpec::default() };
    let odd = [f32::NAN, f32::MAX, f32::MIN, 0.0, -1.0, 400.0];
    let values: Vec<f32> = odd.iter().flat_map(|v| [*v; 6]).collect();
    let odd = Matrix { values, n_rows: 6, n_columns: 6 };
    for model in [table.boost(&spec).model, table.forest(&ForestSpec::default()).model] {
        let Predictions::Probabilities { values, .. } = model.predict(&odd) else { unreachable!("classes") };
        assert!(values.iter().all(|v| v.is_finite()), "{values:?}");
    }
}

#[test]
fn classes_with_few_rows_or_none() {
    let mut table = case(200, 3, false, 3);
    let Target::Classes { codes, labels: names } = &mut table.target else { unreachable!("classes") };
    codes.fill(0);
    codes[7] = 1;
    *names = labels(3);
    for (what, values) in predictions(&table) {
        for (position, row) in values.chunks(3).enumerate() {
            assert!((row[0] > 0.5 || position == 7) && row[2] < 1e-3, "{what}: {row:?}");
        }
    }
    // One class alone, of two and of three.
    for n_classes in [2, 3] {
        table.target = Target::Classes { codes: vec![1; 200], labels: labels(n_classes) };
        for (what, values) in predictions(&table) {
            assert!(values.chunks(n_classes).all(|row| row[1] > 0.99), "{what}: {values:?}");
        }
    }
    // More features than rows.
    let wide = Case {
        features: Matrix { values: (0..600).map(|v| (v * 7 % 13) as f32).collect(), n_rows: 6, n_columns: 100 },
        categories: vec![None; 100],
        names: (0..100).map(|i| format!("f{i}")).collect(),
        target: Target::Classes { codes: vec![0, 1, 0, 1, 0, 1], labels: labels(2) },
    };
    predictions(&wide);
}

#[test]
fn a_huge_outlier_of_the_target() {
    let mut table = case(300, 0, false, 4);
    let Target::Values(values) = &mut table.target else { unreachable!("values") };
    let usual = values[0];
    values[17] = 1e30;
    predictions(&table);
    // The robust losses still predict the others.
    let outcome = table.boost(&BoostSpec { objective: Objective::Absolute, ..BoostSpec::default() });
    let Predictions::Values(values) = outcome.model.predict(&table.features) else { unreachable!("values") };
    assert!((f64::from(values[0]) - usual).abs() < 20.0, "{} {usual}", values[0]);
}

#[test]
fn weights_that_are_none() {
    let table = case(50, 2, false, 5);
    let spec = BoostSpec::default();
    let negative = refused(&table, &spec, Some(&[-1.0; 50]));
    assert_eq!(negative.event, "Row 1 has the weight -1.");
    assert_eq!(refused(&table, &spec, Some(&[f32::NAN; 50])).event, "Row 1 has the weight NaN.");
    assert_eq!(refused(&table, &spec, Some(&[0.0; 50])).event, "Every row has the weight 0.");
    assert_eq!(refused(&table, &spec, Some(&[1.0; 3])).event, "3 weights are given for 50 rows.");
    let given = BoostSpec { class_weights: ClassWeights::Given(vec![1.0]), ..spec };
    assert_eq!(refused(&table, &given, None).place, "boosted trees, class_weights");
    let empty = Case { features: Matrix::default(), target: Target::Values(Vec::new()), ..table };
    assert_eq!(refused(&empty, &BoostSpec::default(), None).event, "There is no row to train on.");
}

#[test]
fn a_monotone_constraint_that_has_no_meaning() {
    let table = case(100, 2, false, 6);
    let on = |name: &str| BoostSpec { monotone: vec![(name.to_owned(), Trend::Increasing)], ..BoostSpec::default() };
    let category = refused(&table, &on("few"), None);
    assert_eq!(category.place, "boosted trees, monotone");
    assert_eq!(category.event, "few is a category, whose texts have no order to follow.");
    assert_eq!(refused(&table, &on("z"), None).event, "There is no feature z.");
    let classes = refused(&case(100, 3, false, 6), &on("a"), None);
    assert_eq!(classes.event, "With 3 classes there is no one direction for predictions to move in.");
    let twice = BoostSpec { monotone: [on("a").monotone, on("a").monotone].concat(), ..BoostSpec::default() };
    assert_eq!(twice.validate(Task::Binary)[0].event, "The column a is named twice.");
}

#[test]
fn counts_that_are_none() {
    let mut table = case(100, 0, false, 7);
    let poisson = BoostSpec { objective: Objective::Poisson, ..BoostSpec::default() };
    table.target = Target::Values(vec![-1.0; 100]);
    assert!(refused(&table, &poisson, None).event.ends_with("the target holds -1."));
    table.target = Target::Values(vec![0.0; 100]);
    assert!(refused(&table, &poisson, None).event.ends_with("0 in every row."));
    assert_eq!(poisson.validate(Task::Binary)[0].place, "boosted trees, objective");
}

#[test]
fn a_fit_that_diverges_is_told_and_its_best_rounds_are_kept() {
    // Newton's step from a small share of a class towards a leaf with more of it goes far beyond.
    let table = Case {
        features: Matrix {
            values: (0..300).map(|row| f32::from(u8::from(row < 40))).collect(),
            n_rows: 300,
            n_columns: 1,
        },
        categories: vec![None],
        names: vec!["a".into()],
        target: Target::Classes { codes: (0..300).map(|row| u32::from(row < 4)).collect(), labels: labels(2) },
    };
    let wild = BoostSpec { learning_rate: 1.0, min_child_weight: 0.0, ..BoostSpec::default() };
    let outcome = table.boost(&wild);
    let note = outcome.note.expect("a note");
    assert!(
        note.starts_with("The learning rate 1 is too large: the training loss ended above where it began."),
        "{note}"
    );
    assert_eq!((outcome.record.kept, outcome.model.trees.len()), (0, 0));
    let Predictions::Probabilities { values, .. } = outcome.model.predict(&table.features) else { unreachable!() };
    assert!(values.iter().all(|v| v.is_finite()));
    let calm = table.boost(&BoostSpec::default());
    assert_eq!((calm.note, calm.record.kept > 0), (None, true));
}

#[test]
fn settings_out_of_range_are_named() {
    let boost = BoostSpec { rounds: 0, learning_rate: f32::NAN, max_bins: 257, ..BoostSpec::default() };
    let places: Vec<String> = boost.validate(Task::Binary).into_iter().map(|problem| problem.place).collect();
    assert_eq!(places, ["boosted trees, rounds", "boosted trees, learning_rate", "boosted trees, max_bins"]);
    let forest = ForestSpec { trees: 0, column_share: 0.0, ..ForestSpec::default() };
    let places: Vec<String> = forest.validate(Task::Binary).into_iter().map(|problem| problem.place).collect();
    assert_eq!(places, ["forest, trees", "forest, column_share"]);
    for field in serde_json::to_value(BoostSpec::default()).expect("JSON").as_object().expect("fields").keys() {
        assert!(BoostSpec::explain(field).is_some(), "{field}");
    }
    for field in serde_json::to_value(ForestSpec::default()).expect("JSON").as_object().expect("fields").keys() {
        assert!(ForestSpec::explain(field).is_some(), "{field}");
    }
}
