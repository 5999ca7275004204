//! Every chart as a scene and as a file.

use hearth::chart::classes::{self, at_threshold};
use hearth::chart::curves::{Along, Curve, learning};
use hearth::chart::network::{Diagram, diagram};
use hearth::chart::people::{Outcomes, hundred, of_hundred};
use hearth::chart::scene::{Anchor, Find, Mark, Scene, text_width};
use hearth::chart::scores::{ScoreRow, axis, domain, scale_of};
use hearth::chart::svg::{Theme, document, path};
use hearth::chart::{surface, values};
use hearth::dataset::Task;
use hearth::job::PlaygroundData;
use hearth::metrics::Metric;
use hearth::model::network::{Activation, CurvePoint};
use hearth::validate::{CalibrationBin, ClassCurves, ClassViews, ThresholdPoint, ValueViews, calibration_error};

/// Points of a model that ranks well: `n` positives, as many negatives.
pub fn curves(n: u32) -> ClassCurves {
    let thresholds = (0..=20u32)
        .map(|i| ThresholdPoint {
            threshold: if i == 0 { f64::INFINITY } else { 1.0 - f64::from(i) / 20.0 },
            true_positive: (f64::from(n) * (1.0 - (1.0 - f64::from(i) / 20.0).powi(3))) as u32,
            false_positive: (f64::from(n) * (f64::from(i) / 20.0).powi(3)) as u32,
        })
        .collect();
    let calibration = (0..10u32)
        .map(|i| {
            let predicted = 0.05 + 0.1 * f64::from(i);
            CalibrationBin { predicted, observed: predicted, interval: (predicted - 0.04, predicted + 0.04), n: n / 5 }
        })
        .collect();
    ClassCurves { class: 1, n_positive: n, n_negative: n, thresholds, calibration }
}

pub fn points(n: u32) -> Vec<CurvePoint> {
    (0..n)
        .map(|epoch| {
            let t = epoch as f32 / n as f32;
            CurvePoint {
                epoch,
                step: epoch * 10,
                train_loss: 0.7 - 0.5 * t,
                validation_loss: 0.7 - 0.6 * t + 0.5 * t * t,
                train_score: 0.5 + 0.4 * t,
                validation_score: 0.5 + 0.3 * t,
            }
        })
        .collect()
}

/// Every finite mark lies within the scene, every stop too, and the file is well-formed as far as a scan can tell.
pub fn sound(scene: &Scene) {
    let near = |x: f64, y: f64| x > -40.0 && y > -40.0 && x < scene.width + 40.0 && y < scene.height + 40.0;
    for mark in &scene.marks {
        let inside = match mark {
            Mark::Line { points, .. } | Mark::Area { points, .. } => points.iter().all(|(x, y)| near(*x, *y)),
            Mark::Rect { x, y, width, height, .. }
            | Mark::Hatch { x, y, width, height, .. }
            | Mark::Raster { x, y, width, height, .. } => near(*x, *y) && near(x + width, y + height),
            Mark::Dot { x, y, .. } | Mark::Person { x, y, .. } | Mark::Text { x, y, .. } => near(*x, *y),
            Mark::Cloud { points, .. } => points.iter().all(|(x, y)| near(f64::from(*x), f64::from(*y))),
        };
        assert!(inside, "{}: a mark lies outside {} × {}: {mark:?}", scene.name, scene.width, scene.height);
    }
    for stop in &scene.stops {
        assert!(near(stop.x, stop.y), "{}: {stop:?}", scene.name);
    }
    // The numbers of these are made where someone looks at them.
    let apart = ["roc", "precision-recall", "confusion"].contains(&scene.name.as_str());
    assert!(!scene.title.is_empty() && !scene.note.is_empty(), "{}", scene.name);
    assert_eq!(scene.table.columns.is_empty(), apart, "{}", scene.name);
    for row in &scene.table.rows {
        assert_eq!(row.len(), scene.table.columns.len(), "{}", scene.name);
    }
    let file = document(scene, Theme::Light, "5 folds over 100 rows");
    assert!(file.starts_with("<svg ") && file.ends_with("</svg>"));
    assert!(!file.contains("NaN") && !file.contains("inf"), "{}: a number that is none", scene.name);
    assert_eq!(file.matches("<g").count(), file.matches("</g>").count());
}

#[test]
fn every_chart_is_sound_from_a_phone_to_a_wall() {
    let one = curves(500);
    let labels = ["<img src=x onerror=alert(1)>".to_owned(), "=yes, \"no\"".to_owned(), "c".to_owned()];
    for width in [300.0, 640.0, 1800.0] {
        let size = (width, (width * 0.62f64).clamp(220.0, 360.0));
        for log in [false, true] {
            sound(&learning(&points(40), Curve::Loss, Task::Binary, log, (Along::Epochs, Some(100)), size));
            sound(&learning(&points(1), Curve::Score, Task::Regression, log, (Along::Steps, None), size));
            sound(&learning(&[], Curve::Loss, Task::Binary, log, (Along::Steps, None), size));
        }
        sound(&classes::roc(&[("yes", &one)], Some(0.87), Some(0.5), size));
        sound(&classes::roc(&[("a", &one), ("b", &one), ("c", &one)], None, None, size));
        sound(&classes::precision_recall(&[("yes", &one)], Some(0.8), Some(0.2), size));
        sound(&classes::calibration("yes", &one.calibration, size));
        sound(&classes::confusion(&labels, &[50, 3, 0, 4, 60, 1, 0, 0, 0], None, size));
        let views = ValueViews {
            actual: (0..300).map(|i| i as f32).collect(),
            predicted: (0..300).map(|i| i as f32 * 0.9 + 5.0).collect(),
            rows: (0..300).collect(),
            residual_edges: vec![-10.0, 0.0, 10.0, 20.0],
            residual_counts: vec![100, 150, 50],
        };
        sound(&values::scatter(&views, "price", Some(3.2), size));
        sound(&values::residuals(&views, "price", size));
        sound(&hundred("yes", &Outcomes { found: 30, missed: 10, false_alarms: 9, left_alone: 151 }, size));
        let rows = [row("Baseline", 0.5), row("Linear", 0.82), row("Neural network", 0.84)];
        sound(&axis("Two candidates clear the wall", &rows, Some(0.5), Metric::RocAuc, width));
        let data = PlaygroundData { x: vec![-0.5, 0.5], y: vec![0.5, -0.5], class: vec![0, 1], n_classes: 2 };
        let cells = surface::class_cells(&[vec![0.2; 16], vec![0.8; 16]]);
        sound(&surface::surface("Learned", cells, 4, &data, ("x", "y"), &labels, width));
        sound(&diagram(
            &Diagram {
                inputs: ["x", "y"],
                hidden: &[8, 64],
                activation: Activation::Tanh,
                network: None,
                units: &[],
                surface: &[],
                resolution: 0,
                classes: 2,
            },
            size,
        ));
    }
}

fn row(name: &str, mean: f64) -> ScoreRow {
    ScoreRow {
        name: name.to_owned(),
        mean: Some(mean),
        interval: Some((mean - 0.03, mean + 0.03)),
        deviation: Some(0.02),
        folds: vec![Some(mean - 0.02), Some(mean + 0.02), None],
        ..ScoreRow::default()
    }
}

#[test]
fn text_from_data_cannot_become_markup_in_a_file() {
    let labels = ["<img src=x onerror=alert(1)>".to_owned(), "\u{1}\"&".to_owned()];
    let file = document(&classes::confusion(&labels, &[5, 1, 2, 7], None, (640.0, 360.0)), Theme::Dark, "<script>");
    assert!(!file.contains("<img") && !file.contains("<script") && !file.contains('\u{1}'));
    assert!(file.contains("&lt;img") && file.contains("&lt;script&gt;"));
}

#[test]
fn a_hundred_people_are_always_a_hundred() {
    for (found, missed, false_alarms, left_alone) in [(1, 1, 1, 0), (0, 0, 0, 0), (333, 333, 334, 1), (7, 0, 0, 993)] {
        let parts = of_hundred(&Outcomes { found, missed, false_alarms, left_alone });
        assert_eq!(parts.iter().sum::<u32>(), 100);
    }
    assert_eq!(of_hundred(&Outcomes { found: 1, missed: 1, false_alarms: 1, left_alone: 0 }), [34, 33, 33, 0]);
    let outcomes = Outcomes::at(&curves(200), 0.5).expect("the curve has points");
    assert_eq!(outcomes.total(), 400);
    assert_eq!(outcomes.found + outcomes.missed, 200);
}

#[test]
fn a_threshold_calls_every_row_at_or_above_it() {
    let curve = curves(100);
    assert_eq!(at_threshold(&curve.thresholds, 2.0).map(|p| p.true_positive), Some(0));
    assert_eq!(at_threshold(&curve.thresholds, 0.0).map(|p| p.true_positive), Some(100));
    let half = at_threshold(&curve.thresholds, 0.5).expect("a point");
    assert!((half.threshold - 0.5).abs() < 1e-9);
}

#[test]
fn the_matrix_says_what_the_box_beside_the_threshold_says() {
    let views = ClassViews { confusion: vec![60, 40, 30, 70], n_classes: 2, curves: vec![curves(100)] };
    let labels = ["no".to_owned(), "yes".to_owned()];
    let drawn = |at: f64| {
        let outcomes = Outcomes::of(&views, at).expect("two classes");
        (outcomes, classes::confusion(&labels, &outcomes.matrix(), Some(at), (640.0, 360.0)))
    };
    // At one half the calls themselves, whatever a thinned curve has there.
    let (half, scene) = drawn(0.5);
    assert_eq!(half, Outcomes { found: 70, missed: 30, false_alarms: 40, left_alone: 60 });
    assert!(scene.title.contains("130 of 200 rows are called right at a threshold of 50\u{202f}%"), "{}", scene.title);
    let (low, scene) = drawn(0.2);
    assert!(low.found > half.found && low.false_alarms > half.false_alarms);
    assert!(scene.title.contains(&format!("{} of 200", low.found + low.left_alone)), "{}", scene.title);
    assert!(scene.title.contains("at a threshold of 20\u{202f}%"), "{}", scene.title);
    let three = ClassViews { confusion: vec![1; 9], n_classes: 3, curves: Vec::new() };
    assert_eq!(Outcomes::of(&three, 0.5), None);
}

/// The text marks that overlap with the first one that says `what`.
fn over(scene: &Scene, what: &str) -> Vec<String> {
    let boxes: Vec<(String, f64, f64, f64)> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { x, y, text, anchor, .. } => {
                let wide = text_width(text);
                let left = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - wide / 2.0,
                    Anchor::End => x - wide,
                };
                Some((text.clone(), left, left + wide, *y))
            }
            _ => None,
        })
        .collect();
    let at = boxes.iter().position(|b| b.0.contains(what)).expect("the label is there");
    let label = &boxes[at];
    let meets = |b: &(String, f64, f64, f64)| b.1 < label.2 && label.1 < b.2 && (b.3 - label.3).abs() < 12.0;
    boxes.iter().enumerate().filter(|(i, b)| *i != at && meets(b)).map(|(_, b)| b.0.clone()).collect()
}

#[test]
fn the_best_epoch_is_named_where_there_is_room() {
    for width in [260.0, 420.0, 900.0] {
        for best in 0..60u32 {
            let points: Vec<CurvePoint> = (0..60u32)
                .map(|epoch| CurvePoint { validation_loss: 0.2 + epoch.abs_diff(best) as f32, epoch, ..points(1)[0] })
                .collect();
            for curve in [Curve::Loss, Curve::Score] {
                let scene = learning(&points, curve, Task::Binary, false, (Along::Epochs, Some(60)), (width, 240.0));
                assert_eq!(over(&scene, "best: epoch"), [""; 0], "{width} wide, best {best}");
            }
        }
    }
}

#[test]
fn lower_is_better_runs_backwards() {
    let rows = [row("Linear", 0.3)];
    let scale = scale_of(domain(&rows, Some(0.69), Metric::LogLoss), Metric::LogLoss, (0.0, 100.0));
    assert!(scale.map(0.3) > scale.map(0.69), "the better score lies to the right");
}

#[test]
fn the_pointer_finds_the_nearest_stop() {
    let scene = learning(&points(11), Curve::Loss, Task::Binary, false, (Along::Epochs, None), (640.0, 300.0));
    assert_eq!(scene.find, Find::Across);
    assert_eq!(scene.stop_at(scene.stops[7].x + 1.0, 0.0), Some(7));
    let confusion = classes::confusion(&["a".into(), "b".into()], &[5, 1, 2, 7], None, (640.0, 360.0));
    assert_eq!(confusion.stop_at(-500.0, -500.0), None, "far from every cell");
}

#[test]
fn paths_break_at_what_is_no_number() {
    assert_eq!(path(&[(0.0, 1.0), (2.5, 3.126), (f64::NAN, 1.0), (4.0, 5.0)]), "M0 1L2.5 3.13M4 5");
}

#[test]
fn calibration_error_is_the_mean_distance_by_rows() {
    let bin = |predicted, observed, n| CalibrationBin { predicted, observed, interval: (0.0, 1.0), n };
    let error = calibration_error(&[bin(0.1, 0.2, 30), bin(0.9, 0.9, 70)]).expect("rows");
    assert!((error - 0.03).abs() < 1e-12);
    assert_eq!(calibration_error(&[]), None);
}

#[test]
fn rasters_name_the_likeliest_class_and_how_sure_it_is() {
    let cells = surface::class_cells(&[vec![1.0, 0.5, 0.1], vec![0.0, 0.5, 0.9]]);
    assert_eq!(cells.iter().map(|c| c.0).collect::<Vec<_>>(), [0, 0, 1]);
    assert!(cells[0].1 > cells[2].1 && cells[2].1 > cells[1].1);
}

#[test]
fn of_two_hundred_classes_the_matrix_shows_those_that_matter_and_counts_the_rest() {
    let n = 200;
    let labels: Vec<String> = (0..n).map(|i| format!("class {i}")).collect();
    let mut counts = vec![0; n * n];
    for i in 0..n {
        counts[i * n + i] = 3;
        counts[i * n + (i + 1) % n] = 1;
    }
    counts[150 * n + 150] = 90;
    // Rare, but much is called so by mistake.
    counts[7 * n + 199] = 80;
    let total: u32 = counts.iter().sum();
    let scene = classes::confusion(&labels, &counts, None, (640.0, 360.0));
    sound(&scene);
    assert!(scene.marks.len() < 2_000, "{}", scene.marks.len());
    assert_eq!(scene.stops.len(), classes::MOST_CELLS * classes::MOST_CELLS);
    assert_eq!(scene.table.rows.len(), 0, "nothing is made that nobody looks at");
    assert_eq!(classes::confusion_table(&labels, &counts).rows.len(), n * n, "the table has every cell");
    let rows =
        |stop: &hearth::chart::Stop| stop.lines[0].1.replace([',', '\u{202f}'], "").parse::<u32>().expect("a count");
    assert_eq!(scene.stops.iter().map(rows).sum::<u32>(), total, "no row is lost");
    let titles: Vec<&str> = scene.stops.iter().map(|s| s.title.as_str()).collect();
    assert!(titles.contains(&"class 150, called right") && titles.contains(&"class 7, called class 199"));
    let corner = scene.stops.last().expect("cells");
    assert_eq!(corner.title, "177 other classes, called one of them");
    assert_eq!(corner.lines[2], ("of these called right".to_owned(), (177 * 3).to_string()));
    assert!(scene.note.contains("the 23 of 200 classes"), "{}", scene.note);
    assert!(scene.title.contains(&format!("of {total} rows")), "{}", scene.title);
}

#[test]
fn of_many_curves_those_of_the_classes_with_the_most_rows_are_drawn() {
    let all: Vec<ClassCurves> = (0..40).map(|i| curves(10 + i)).collect();
    let names: Vec<String> = (0..40).map(|i| format!("class {i}")).collect();
    let named: Vec<_> = names.iter().map(String::as_str).zip(&all).collect();
    for scene in [
        classes::roc(&named, None, None, (640.0, 360.0)),
        classes::precision_recall(&named, None, None, (640.0, 360.0)),
    ] {
        sound(&scene);
        assert!(scene.note.ends_with("Drawn are the 8 of 40 classes with the most rows; the CSV has all."));
        assert!(scene.stops.iter().any(|s| s.title.starts_with("class 39:")));
        assert!(scene.stops.iter().all(|s| !s.title.starts_with("class 0:")));
        assert_eq!(scene.table.rows.len(), 0, "nothing is made that nobody looks at");
    }
    let table = classes::curve_table(&named);
    assert_eq!(table.rows.len(), all.iter().map(|c| c.thresholds.len()).sum::<usize>(), "the table has every class");
    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
}

#[test]
fn a_timeline_says_how_many_stretches_left_the_band() {
    use hearth::chart::timeline::timeline;
    use hearth::monitor::{Point, Timeline};
    let day = 86_400_000;
    let point = |i: i64, value: f64| Point {
        from: (20_000 + 10 * i) * day,
        to: (20_009 + 10 * i) * day,
        n: 150,
        value,
        interval: (value - 0.03, value + 0.03),
    };
    let told = Timeline {
        what: "ROC AUC".into(),
        metric: Some(Metric::RocAuc),
        estimated: false,
        reference: (0.8, 0.78, 0.82),
        points: vec![point(0, 0.81), point(1, 0.79), point(2, 0.70), point(3, 0.68)],
    };
    let scene = timeline(&told, (640.0, 320.0));
    assert_eq!(scene.title, "The ROC AUC was outside what validation leads to expect in 2 of 4 stretches");
    assert_eq!(scene.stops.len(), 4);
    assert_eq!(scene.stops[0].title, "2024-10-04 to 2024-10-13");
    assert_eq!(scene.table.rows.len(), 4);
    let dots: Vec<(f64, f64)> = scene
        .marks
        .iter()
        .filter_map(|mark| if let Mark::Dot { x, y, .. } = mark { Some((*x, *y)) } else { None })
        .collect();
    assert!(dots.windows(2).all(|pair| pair[0].0 < pair[1].0) && dots[3].1 > dots[0].1, "{dots:?}");
    let inside = |mark: &Mark| match mark {
        Mark::Text { x, .. } => (0.0..=640.0).contains(x),
        _ => true,
    };
    assert!(scene.marks.iter().all(inside));
    let estimated = Timeline { estimated: true, points: told.points[..2].to_vec(), ..told };
    let scene = timeline(&estimated, (320.0, 220.0));
    assert_eq!(scene.title, "The ROC AUC stayed within what validation leads to expect");
    assert!(scene.note.contains("without outcomes"));
}
