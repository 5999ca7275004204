//! Partial dependence, single rows, accumulated local effects and interplay beside scikit-learn and NumPy.

use hearth::explain::{Places, View, places};
use hearth::model::Model;
use hearth::prepare::{Cells, Impute, Inputs, PrepareSpec, Scaling};
use hearth::random::Random;
use hearth::table::{Column, MISSING_CODE, Values};
use serde_json::json;

use super::data::{categories, dataset, numbers as number_column};
use super::made_up::{as_list, layers_of, network};
use super::python::{ask, assert_close, number, numbers};

fn plain() -> PrepareSpec {
    PrepareSpec { impute: Impute::Mean, scaling: Scaling::None, missing_indicator: false, ..PrepareSpec::for_network() }
}

fn columns(n_rows: usize, n: usize, random: &mut Random) -> Vec<Column> {
    // Through f32, as the model sees it.
    let column = |i: usize, random: &mut Random| {
        number_column(&format!("x{i}"), (0..n_rows).map(|_| f64::from(random.normal() as f32)).collect())
    };
    (0..n).map(|i| column(i, random)).collect()
}

#[test]
fn shapes_agree_with_scikit_learn_and_numpy() {
    let mut random = Random::new(12, 0);
    let columns = columns(120, 4, &mut random);
    let target = hearth::dataset::Target::Values(vec![0.0; 120]);
    let dataset = dataset(&columns, target);
    let all: Vec<u32> = (0..120).collect();
    let preparation = plain().fit(&dataset, &all);
    let model = network(4, 6, &mut random);
    let inputs = Inputs::from_dataset(&dataset, &all);
    let features = preparation.transform(&inputs);
    let view = View { preparation: &preparation, model: &model, class: 0 };
    let shape = view.shape(1, &inputs.cells[1], &features, None);
    let surface = view.surface([1, 3], &inputs.cells, &features, None);
    let f32s = |places: &Places| match places {
        Places::Numbers(values) => values.iter().map(|v| f64::from(*v as f32)).collect::<Vec<f64>>(),
        Places::Dates(_) | Places::Levels(_) => panic!("numbers"),
    };
    let told = ask(
        "explain.py",
        &json!({ "cases": [{
        "what": "shape", "n_columns": 4, "rows": as_list(&features), "layers": layers_of(&model), "column": 1, "second": 3,
        "places": f32s(&shape.places), "pair_places": [f32s(&surface.places[0]), f32s(&surface.places[1])], "step": 3,
    }] }),
    );
    let told = &told[0];
    assert_close("partial dependence", &shape.average, &numbers(&told["average"]), 1e-5);
    let single = told["individual"].as_array().expect("a list");
    for (i, line) in shape.single.iter().enumerate() {
        assert_close("a single row", line, &numbers(&single[i * 3]), 1e-5);
    }
    assert_eq!(shape.single.len(), 40);
    assert_eq!(shape.support.iter().sum::<u32>(), 120);
    let accumulated = shape.accumulated.expect("numbers");
    assert_close("edges", &accumulated.edges, &numbers(&told["edges"]), 1e-9);
    assert_close("accumulated local effects", &accumulated.effects, &numbers(&told["accumulated"]), 1e-5);
    assert_close("surface", &surface.average, &numbers(&told["surface"]), 1e-5);
    assert_close("interplay", &[surface.interplay.expect("an effect")], &[number(&told["interplay"])], 1e-4);
    assert_eq!(surface.support.iter().sum::<u32>(), 120);
}

/// A model that adds its columns up: single rows run level, the shape is the column's own, and nothing is interplay.
#[test]
fn a_linear_model_has_straight_shapes_and_no_interplay() {
    let mut random = Random::new(4, 0);
    let mut columns = columns(90, 2, &mut random);
    let words: Vec<Option<&str>> = (0..90).map(|row| [Some("red"), Some("blue"), None, Some("red")][row % 4]).collect();
    columns.push(categories("paint", &words));
    let dataset = dataset(&columns, hearth::dataset::Target::Values(vec![0.0; 90]));
    let all: Vec<u32> = (0..90).collect();
    let preparation = PrepareSpec { min_category_rows: 1, ..plain() }.fit(&dataset, &all);
    assert_eq!(preparation.feature_names, ["x0", "x1", "paint = red", "paint = blue", "paint is missing"]);
    let model = Model::Linear(hearth::model::linear::Linear {
        weights: vec![2.0, -1.0, 0.5, 1.5, -3.0],
        intercept: vec![0.0],
        n_features: 5,
        head: hearth::model::Head::Value { center: 0.0, scale: 1.0 },
    });
    let inputs = Inputs::from_dataset(&dataset, &all);
    let features = preparation.transform(&inputs);
    let view = View { preparation: &preparation, model: &model, class: 0 };
    let shape = view.shape(0, &inputs.cells[0], &features, None);
    let Places::Numbers(at) = &shape.places else { panic!("numbers") };
    let slope = |values: &[f64]| (values[values.len() - 1] - values[0]) / (at[at.len() - 1] - at[0]);
    assert!((slope(&shape.average) - 2.0).abs() < 1e-4 && shape.single.iter().all(|s| (slope(s) - 2.0).abs() < 1e-4));
    let paint = view.shape(2, &inputs.cells[2], &features, None);
    assert_eq!(paint.places, Places::Levels(vec!["red".into(), "blue".into()]));
    assert!((paint.average[1] - paint.average[0] - 1.0).abs() < 1e-5, "{:?}", paint.average);
    assert_eq!((paint.support.as_slice(), paint.n_missing), (&[45, 23][..], 22));
    assert_eq!(paint.accumulated, None, "categories have no order");
    assert!(view.interplay([0, 2], &features).expect("an effect") < 1e-9);
}

#[test]
fn places_are_values_that_occur_while_they_are_few() {
    assert_eq!(places(&Cells::Numbers(vec![3.0, 1.0, f32::NAN, 3.0]), 10), Places::Numbers(vec![1.0, 3.0]));
    let many = Cells::Numbers((0..100).map(|v| v as f32).collect());
    let Places::Numbers(at) = places(&many, 12) else { panic!("numbers") };
    assert_eq!((at.len(), at[0], at[11]), (12, 0.0, 99.0));
    let Values::Category { codes, levels } = categories("c", &[Some("b"), Some("a"), None, Some("b")]).values else {
        panic!("a category")
    };
    assert!(codes.contains(&MISSING_CODE));
    let levels = levels.into_iter().map(Into::into).collect();
    assert_eq!(places(&Cells::Texts { codes, levels }, 10), Places::Levels(vec!["b".into(), "a".into()]));
    assert!(places(&Cells::Numbers(vec![f32::NAN]), 10).is_empty());
}
