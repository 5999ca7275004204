//! Two candidates' curves over each other.

use hearth::chart::overlaid::Overlay;
use hearth::chart::scene::Scene;
use hearth::dataset::Task;
use hearth::model::network::TrainingRecord;
use hearth::validate::{ClassCurves, ClassViews, Report, ThresholdPoint, ValueViews, Views};

use super::checks::binary;
use super::figures::{points, sound};

const SIZE: (f64, f64) = (640.0, 360.0);

/// Ten positives and twenty negatives; after each step of the threshold these are found and these are false alarms.
fn ranked(steps: &[(u32, u32)]) -> Report {
    let point = |(i, (found, alarms)): (usize, &(u32, u32))| ThresholdPoint {
        threshold: 1.0 - i as f64 / 10.0,
        true_positive: *found,
        false_positive: *alarms,
    };
    let thresholds = steps.iter().enumerate().map(point).collect();
    let curve = ClassCurves { class: 1, n_positive: 10, n_negative: 20, thresholds, calibration: Vec::new() };
    let views = ClassViews { confusion: vec![20, 0, 10, 0], n_classes: 2, curves: vec![curve] };
    Report { views: Views::Classes(views), ..binary(&[0.8, 0.9]) }
}

fn valued(errors: &[f32]) -> Report {
    let views = ValueViews {
        actual: vec![100.0; errors.len()],
        predicted: errors.iter().enumerate().map(|(i, e)| if i % 2 == 0 { 100.0 + e } else { 100.0 - e }).collect(),
        rows: (0..errors.len() as u32).collect(),
        residual_edges: vec![-1.0, 1.0],
        residual_counts: vec![errors.len() as u32],
    };
    Report { task: Task::Regression, labels: Vec::new(), views: Views::Values(views), ..binary(&[0.8, 0.9]) }
}

fn plain(scene: &Scene) -> String {
    scene.title.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn rankings_are_compared_where_people_look() {
    let one = ranked(&[(0, 0), (4, 1), (6, 2), (9, 8), (10, 20)]);
    let other = ranked(&[(0, 0), (3, 2), (5, 4), (8, 10), (10, 20)]);
    assert_eq!(Overlay::of(&one, &other), [Overlay::Roc, Overlay::PrecisionRecall]);
    let both = [("Trees", &one), ("Linear", &other)];
    let roc = Overlay::Roc.scene(both, 0, SIZE);
    // 10 % of 20 negatives are two false alarms: (6, 2) and (3, 2).
    assert_eq!(plain(&roc), "At 10 % false alarms, 60 % of the positives are found by Trees, 30 % by Linear");
    let right = Overlay::PrecisionRecall.scene(both, 0, SIZE);
    // Five of ten are first found by (6, 2), 6 of 8 calls right, and by (5, 4), 5 of 9.
    assert_eq!(
        plain(&right),
        "When 50 % of the positives are found, 75 % of the calls by Trees are right, 56 % by Linear"
    );
    for scene in [&roc, &right] {
        sound(scene);
        assert_eq!(scene.table.columns[0], "candidate");
        assert_eq!(scene.table.rows.len(), 10);
        assert!(scene.stops.iter().any(|stop| stop.title.starts_with("Linear")), "both can be read off");
    }
}

#[test]
fn errors_are_compared_at_the_better_median() {
    let (one, other) = (valued(&[1.0, 2.0, 3.0, 4.0, 50.0]), valued(&[2.0, 4.0, 6.0, 8.0, 10.0]));
    assert_eq!(Overlay::of(&one, &other), [Overlay::Errors]);
    let scene = Overlay::Errors.scene([("Trees", &one), ("Linear", &other)], 0, SIZE);
    assert_eq!(plain(&scene), "Within 3 of the truth lie 60 % of the rows by Trees, 20 % by Linear");
    sound(&scene);
    let exact = valued(&[0.0, 0.0]);
    sound(&Overlay::Errors.scene([("a", &exact), ("b", &exact)], 0, (300.0, 220.0)));
}

#[test]
fn losses_are_compared_between_networks_alone_and_nothing_between_tasks() {
    let trained = |n| {
        let training = TrainingRecord { curve: points(n), ..TrainingRecord::default() };
        Report { training: Some(training), ..ranked(&[(0, 0), (10, 20)]) }
    };
    let (one, other) = (trained(40), trained(12));
    assert_eq!(Overlay::of(&one, &other), [Overlay::Roc, Overlay::PrecisionRecall, Overlay::Loss]);
    let scene = Overlay::Loss.scene([("Wide", &one), ("Narrow", &other)], 0, SIZE);
    sound(&scene);
    assert!(plain(&scene).contains("by Wide, ") && plain(&scene).ends_with("by Narrow"), "{}", plain(&scene));
    assert!(!Overlay::of(&one, &ranked(&[(0, 0), (10, 20)])).contains(&Overlay::Loss));
    assert!(Overlay::of(&valued(&[1.0]), &ranked(&[(0, 0)])).is_empty());
}
