//! Pictures of reasons: sound at every width, and with the finding in their sentence.

use hearth::chart::reasons::{Step, beeswarm, importance, signed, waterfall};
use hearth::chart::scene::{Cell, Mark};
use hearth::chart::shapes::{dependence, sentence, shape, surface};
use hearth::explain::{Accumulated, Drop, Importance, Many, Method, Places, Rows, Scale, Shape, Surface, Worth};
use hearth::metrics::Metric;

use super::figures::sound;

const WIDTHS: [f64; 3] = [300.0, 640.0, 1800.0];

fn worth(name: &str, mean: f64) -> Worth {
    let drop = Drop { mean: Some(mean), interval: Some((mean - 0.05, mean + 0.05)), parts: vec![Some(mean); 5] };
    Worth { names: vec![name.to_owned()], drops: vec![drop.clone(), drop] }
}

fn measured(n: usize) -> Importance {
    let columns = (0..n).map(|i| worth(&format!("column {i} with a long name"), 0.4 / (i + 1) as f64)).collect();
    let mut group = worth("column 1", 0.3);
    group.names.push("column 2".into());
    Importance {
        rows: Rows::OutOfFold { folds: 5 },
        n_rows: 100,
        repeats: 5,
        seed: 1,
        whole: vec![(Metric::LogLoss, Some(0.2)), (Metric::Accuracy, Some(0.9))],
        columns,
        groups: vec![group],
    }
}

#[test]
fn importance_is_a_dot_and_an_interval_for_each_column() {
    for width in WIDTHS {
        let drawn = importance("One tells most", &measured(30), Some("column 0 with a long name"), width);
        sound(&drawn);
        assert_eq!(drawn.stops.len(), 21, "twenty columns and a group");
        assert_eq!(drawn.table.rows.len(), 31, "the table has all");
        assert!(drawn.note.contains("10 more columns are in the table"), "{}", drawn.note);
        let dots = drawn.marks.iter().filter(|m| matches!(m, Mark::Dot { .. })).count();
        assert_eq!(dots, 21);
    }
    let mut nothing = measured(2);
    nothing.columns[0].drops.iter_mut().for_each(|drop| (drop.mean, drop.interval) = (None, None));
    sound(&importance("Nothing could be scored", &nothing, None, 640.0));
}

#[test]
fn a_waterfall_leads_from_the_average_to_the_prediction() {
    let step = |name: &str, value: f64| Step { name: name.to_owned(), value, error: 0.01 };
    let mut steps: Vec<Step> = (0..14).map(|i| step(&format!("c{i} = 1"), 0.01 * f64::from(i))).collect();
    steps.push(step("age = 12", -2.0));
    let ends = ["Average row".to_owned(), "This row".to_owned()];
    for width in WIDTHS {
        let drawn = waterfall("age = 12 speaks most against it", 1.0, &steps, " log-odds", ends.clone(), width);
        sound(&drawn);
        assert_eq!(drawn.stops.len(), 13, "the ends, ten columns and the others together");
        let numbers = drawn.table.rows.iter().filter_map(|row| match row[1] {
            Cell::Number(value) => Some(value),
            Cell::Text(_) | Cell::Empty => None,
        });
        let numbers: Vec<f64> = numbers.collect();
        assert_eq!(numbers.len(), 17);
        let (total, parts) = numbers.split_last().expect("there are rows");
        assert!((parts.iter().sum::<f64>() - total).abs() < 1e-9, "they sum up");
    }
    assert_eq!((signed(2.31), signed(-0.42)), ("+2.3".to_owned(), "−0.42".to_owned()));
}

#[test]
fn many_rows_are_points_in_as_many_clouds_as_a_column_has_thirds() {
    let n = 200;
    let many = Many {
        names: vec!["age".into(), "port".into()],
        class: Some("yes".into()),
        values: (0..n).flat_map(|i| [i as f32 / 100.0 - 1.0, 0.01]).collect(),
        cells: (0..n).flat_map(|i| [f64::from(i), f64::from(i % 2)]).collect(),
        levels: vec![Vec::new(), vec!["C".into(), "S".into()]],
        dates: Vec::new(),
        base: 0.0,
        scale: Scale::LogOdds,
        method: Method::Exact,
        n_rows: n as u32,
    };
    for width in WIDTHS {
        let drawn = beeswarm("age moves most", &many, " log-odds", width);
        sound(&drawn);
        let clouds = drawn.marks.iter().filter(|m| matches!(m, Mark::Cloud { .. })).count();
        assert_eq!(clouds, 4, "three of age, one of port, which has no order");
        assert_eq!(drawn.table.rows[0][0], Cell::Text("age".into()));
        for column in 0..2 {
            let size = (width, (width * 0.62f64).clamp(220.0, 360.0));
            let drawn = dependence(&many, column, " log-odds", size);
            sound(&drawn);
            assert_eq!(drawn.table.rows.len(), n as usize);
            let days = Many { dates: vec![0], ..many.clone() };
            sound(&dependence(&days, column, " log-odds", size));
        }
    }
}

fn shape_of(places: Places, average: Vec<f64>, support: Vec<u32>) -> Shape {
    Shape {
        column: "age".into(),
        class: Some("yes".into()),
        single: vec![average.clone(); 3],
        accumulated: matches!(places, Places::Numbers(_))
            .then(|| Accumulated { edges: vec![1.0, 2.0, 4.0], effects: vec![0.1, 0.0, -0.1] }),
        places,
        average,
        support,
        n_missing: 2,
        n_rows: 50,
    }
}

#[test]
fn shapes_say_where_the_prediction_goes_and_what_is_known() {
    let numbers = Places::Numbers(vec![1.0, 2.0, 3.0, 4.0]);
    let falls = shape_of(numbers.clone(), vec![0.9, 0.7, 0.3, 0.99], vec![10, 20, 18, 0]);
    // The last place has no row: nothing is said of it.
    assert_eq!(
        sentence(&falls, "survived"),
        "From age 1 to 3, the probability of yes falls from 90\u{202f}% to 30\u{202f}% on average"
    );
    let hill = shape_of(numbers, vec![0.1, 0.9, 0.8, 0.12], vec![5, 5, 5, 5]);
    assert!(sentence(&hill, "survived").starts_with("The probability of yes is highest near age 2"));
    let levels = shape_of(Places::Levels(vec!["red".into(), "blue".into()]), vec![0.2, 0.6], vec![30, 18]);
    assert_eq!(
        sentence(&levels, "survived"),
        "With age blue, the probability of yes is highest, 60\u{202f}% on average; with red, lowest, 20\u{202f}%"
    );
    let days = shape_of(Places::Dates(vec![0.0, 86_400_000.0 * 400.0]), vec![0.2, 0.4], vec![20, 28]);
    let nothing = Shape { accumulated: None, ..shape_of(Places::Numbers(Vec::new()), Vec::new(), Vec::new()) };
    for width in WIDTHS {
        for drawn in [&falls, &hill, &levels, &days, &nothing] {
            sound(&shape(drawn, "survived", (width, (width * 0.62f64).clamp(220.0, 360.0))));
        }
    }
    let dashed = shape(&falls, "survived", (640.0, 300.0));
    assert!(
        dashed.marks.iter().any(|m| matches!(m, Mark::Line { dashed: true, .. })),
        "accumulated effects are dashed"
    );
}

#[test]
fn a_surface_hatches_what_no_row_has_and_tells_the_interplay() {
    let both = Surface {
        columns: ["age".into(), "port".into()],
        class: None,
        places: [Places::Numbers(vec![1.0, 2.0]), Places::Levels(vec!["C".into(), "S".into()])],
        average: vec![1.0, 2.0, 3.0, 9.0],
        support: vec![4, 0, 2, 1],
        interplay: Some(0.31),
        n_rows: 7,
    };
    for width in WIDTHS {
        let drawn = surface(&both, "cost", width);
        sound(&drawn);
        assert_eq!(drawn.title, "31\u{202f}% of the joint effect of age and port is interplay");
        assert_eq!(drawn.marks.iter().filter(|m| matches!(m, Mark::Hatch { .. })).count(), 1);
    }
    let apart = Surface { interplay: Some(0.001), ..both };
    assert!(surface(&apart, "cost", 640.0).title.contains("add up"));
}
