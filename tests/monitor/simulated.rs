//! Two hundred reports where nothing has changed, and one fault at a time where something has.

use hearth::dataset::Task;
use hearth::monitor::change::change;
use hearth::monitor::{Kind, Reference, Test, Verdict};
use hearth::table::ColumnType;

use crate::world::{Asked, Fault, reference, report};

/// Rows of training, and of each report.
const TRAINED: usize = 1_000;
const ROWS: usize = 400;

#[test]
fn at_most_one_report_in_twenty_is_a_false_alarm() {
    let mut alarmed = Vec::new();
    for seed in 0..200u64 {
        let task = if seed % 4 == 3 { Task::Regression } else { Task::Binary };
        let asked = if seed % 2 == 0 { Asked::Outcomes } else { Asked::NoOutcomes };
        // Small references and few rows among them.
        let (n, m) = if seed % 5 == 0 { (200, 120) } else { (TRAINED, ROWS) };
        let told = report(&reference(task, n, seed), Fault::Nothing, asked, m, seed);
        if let Some(alarm) = told.alarms().next() {
            alarmed.push(format!("{seed}: {}", alarm.sentence));
        }
    }
    assert!(alarmed.len() <= 10, "{} of 200 reports: {alarmed:#?}", alarmed.len());
}

fn assert_named(task: Task, fault: Fault, asked: Asked, kind: Kind, column: &str) {
    for seed in 1_000..1_010u64 {
        let told = report(&reference(task, TRAINED, seed), fault, asked, 1_000, seed);
        let alarms: Vec<String> =
            told.alarms().map(|alarm| format!("{:?} {}: {}", alarm.kind, alarm.column, alarm.sentence)).collect();
        assert_eq!(told.cause(), Some(kind), "{task:?} {fault:?} {asked:?} {seed}: {alarms:#?}");
        let named = told.alarms().any(|alarm| alarm.kind == kind && alarm.column == column && !alarm.advice.is_empty());
        assert!(named, "{task:?} {fault:?} {asked:?} {seed}: no alarm names “{column}”: {alarms:#?}");
    }
}

#[test]
fn planted_faults_are_each_named_rightly() {
    for task in [Task::Binary, Task::Regression] {
        for asked in [Asked::Outcomes, Asked::NoOutcomes] {
            assert_named(task, Fault::Covariate, asked, Kind::FeatureDrift, "income");
            assert_named(task, Fault::Missing, asked, Kind::Quality, "age");
            assert_named(task, Fault::Unit, asked, Kind::Quality, "income");
            assert_named(task, Fault::Unknown, asked, Kind::Quality, "town");
            assert_named(task, Fault::Gone, asked, Kind::Quality, "town");
            assert_named(task, Fault::Skew, asked, Kind::Skew, "");
        }
        assert_named(task, Fault::Label, Asked::Outcomes, Kind::LabelDrift, "");
        assert_named(task, Fault::Concept, Asked::Outcomes, Kind::Concept, "");
    }
}

#[test]
fn without_outcomes_a_change_of_concept_is_said_to_be_invisible() {
    let told = report(&reference(Task::Binary, TRAINED, 5), Fault::Concept, Asked::NoOutcomes, ROWS, 5);
    assert_eq!(told.cause(), None);
    assert!(told.not_checked.iter().any(|said| said.contains("same inputs")), "{:?}", told.not_checked);
    assert!(!told.assumptions.is_empty());
    let told = report(&reference(Task::Regression, TRAINED, 5), Fault::Concept, Asked::NoOutcomes, ROWS, 5);
    assert!(told.headline.contains("could not be told"), "{}", told.headline);
}

#[test]
fn a_change_of_errors_is_dated() {
    let made = reference(Task::Binary, TRAINED, 9);
    let told = report(&made, Fault::Concept, Asked::Outcomes, ROWS, 9);
    let constant = told.findings.iter().find(|f| f.test == Test::ErrorsOverTime).expect("rows have a time");
    assert_ne!(constant.verdict, Verdict::Alarm, "it was so from the first row: {}", constant.sentence);
    let mut values: Vec<f64> = (0..400).map(|i| 0.2 + 0.1 * f64::from(i % 7) / 6.0).collect();
    values[250..].iter_mut().for_each(|value| *value += 0.15);
    let found = change(&values).expect("values that vary");
    assert!(found.at.abs_diff(250) <= 5 && found.p < 1e-6 && found.after > found.before + 0.1, "{found:?}");
    assert_eq!(change(&[0.5; 100]), None);
    assert_eq!(change(&[]), None);
}

#[test]
fn few_rows_are_not_enough_and_never_fine() {
    let told = report(&reference(Task::Binary, TRAINED, 6), Fault::Covariate, Asked::Outcomes, 12, 6);
    assert_eq!(told.alarms().count(), 0);
    let lacking: Vec<_> = told.findings.iter().filter(|f| f.verdict == Verdict::NotEnoughData).collect();
    for kind in
        [Kind::Quality, Kind::PredictionDrift, Kind::FeatureDrift, Kind::LabelDrift, Kind::Concept, Kind::Performance]
    {
        assert!(lacking.iter().any(|f| f.kind == kind && f.sentence.contains("not enough data")), "{kind:?}");
    }
    assert!(told.not_checked.iter().any(|said| said.contains("over time")));
    // One row, and none.
    for n in [0, 1] {
        let told = report(&reference(Task::Binary, 30, 6), Fault::Nothing, Asked::NoOutcomes, n, 6);
        assert_eq!(told.cause(), None, "{n}");
    }
}

#[test]
fn findings_stand_in_causal_order_and_the_timeline_ascends() {
    let told = report(&reference(Task::Binary, TRAINED, 7), Fault::Covariate, Asked::Outcomes, 1_300, 7);
    assert!(told.findings.windows(2).all(|pair| pair[0].kind <= pair[1].kind));
    let timeline = told.timeline.expect("1,300 rows with a time");
    assert_eq!(timeline.points.len(), 12);
    assert!(timeline.points.windows(2).all(|pair| pair[0].to <= pair[1].from));
    assert!(timeline.points.iter().all(|point| point.interval.0 <= point.value && point.value <= point.interval.1));
    // The column that the model does not look at never alarms.
    let visits = told.findings.iter().filter(|f| f.column == "visits" && f.kind == Kind::FeatureDrift);
    assert!(visits.clone().count() == 1 && visits.clone().all(|f| f.verdict != Verdict::Alarm && f.weight == 0.0));
}

#[test]
fn a_reference_is_the_same_bytes_every_time_and_comes_back() {
    let made = reference(Task::Binary, 500, 8);
    let bytes = made.to_json().expect("it can be written");
    assert_eq!(bytes, reference(Task::Binary, 500, 8).to_json().expect("it can be written"));
    assert_eq!(Reference::from_json(&bytes).expect("it can be read"), made);
    let text = String::from_utf8(bytes.clone()).expect("JSON is UTF-8");
    let newer = text.replace("\"version\":1", "\"version\":2");
    assert!(Reference::from_json(newer.as_bytes()).expect_err("it is of another form").event.contains('2'));
    assert!(Reference::from_json(&bytes[..bytes.len() / 2]).is_err());
    assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
}

#[test]
fn every_test_says_what_it_is_for_and_what_it_needs() {
    let mut names: Vec<&str> = Test::ALL.iter().map(|test| test.about().name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Test::ALL.len(), "a name stands for one test");
    for test in Test::ALL {
        let about = test.about();
        assert!(!about.plain.is_empty() && about.needs.1 > 0, "{test:?}");
    }
    // For each type of column there is a test that rules chance out, and one that says whether a change matters.
    for column_type in ColumnType::ALL {
        let of_type = || Test::ALL.iter().map(|test| test.about()).filter(|about| about.columns.contains(&column_type));
        assert!(of_type().any(|about| about.has_p && about.threshold.is_none_or(|t| t > 0.0)), "{column_type:?}");
        assert!(of_type().any(|about| about.threshold.is_some()), "{column_type:?}");
    }
}
