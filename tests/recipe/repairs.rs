//! The repairs of findings as steps.

use hearth::quality::Repair;
use hearth::recipe::{NoOthers, Operation, Outcome, Recipe, add_repair, apply, operation_of};
use hearth::table::ColumnType;

use crate::{boolean, category, cells, date, number, table, texts};

const YEAR: i64 = 31_556_952_000;

#[test]
fn each_repair_that_changes_a_table_is_a_step() {
    let sample = table(vec![
        number("n", &[Some(1.0), Some(-999.0), Some(50.0), None, Some(1.0)]),
        category("zip", &[Some("00501"), Some("501"), Some("?"), Some("12345"), Some("00501")]),
        date("d", &[Some(0), Some(-300 * YEAR), Some(400 * YEAR), None, Some(0)]),
        category("mixed", &[Some("1.5"), Some("two"), None, Some("3"), Some("1.5")]),
        boolean("b", &[Some(true), None, None, None, Some(true)]),
    ]);
    let mut recipe = Recipe::default();
    let repairs = [
        Repair::DropRepeats,
        Repair::TreatAsMissing { column: 0, texts: texts(&["-999"]) },
        Repair::Clip { column: 0, low: 2.0, high: 10.0 },
        Repair::TreatAsMissing { column: 1, texts: texts(&["?"]) },
        Repair::PadZeros { column: 1, width: 5 },
        Repair::Merge { column: 1, from: texts(&["12345"]), into: "00501".into() },
        Repair::KeepDatesWithin { column: 2, from: -5_364_662_400_000, to: 7_258_118_400_000 },
        Repair::Retype { column: 3, to: ColumnType::Number, day_first: false },
    ];
    for repair in &repairs {
        assert!(add_repair(&mut recipe, repair, &sample).is_some(), "{repair:?}");
    }
    let applied = apply(&sample, &recipe.steps, &NoOthers);
    assert!(applied.report.iter().all(|report| report.outcome == Outcome::Done), "{:#?}", applied.report);
    let some = |words: [&str; 4]| words.map(|word| (!word.is_empty()).then(|| word.to_owned())).to_vec();
    assert_eq!(cells(&applied.table, "n"), some(["2", "", "10", ""]));
    assert_eq!(cells(&applied.table, "zip"), some(["00501", "00501", "", "00501"]));
    assert_eq!(
        cells(&applied.table, "d"),
        some(["1970-01-01", "", "", ""]).iter().map(|c| c.clone().map(|text| text + "T00:00:00")).collect::<Vec<_>>()
    );
    assert_eq!(cells(&applied.table, "mixed"), some(["1.5", "", "", "3"]));
    assert_eq!(applied.report[7].n_became_missing, 1);
}

#[test]
fn the_bound_of_dates_is_the_first_moment_outside() {
    let repair = Repair::KeepDatesWithin { column: 0, from: 0, to: 86_400_000 };
    let sample = table(vec![date("d", &[Some(-1), Some(0), Some(86_399_999), Some(86_400_000)])]);
    let mut recipe = Recipe::default();
    add_repair(&mut recipe, &repair, &sample);
    let applied = apply(&sample, &recipe.steps, &NoOthers);
    let missing: Vec<bool> = (0..4).map(|row| applied.table.columns[0].values.is_missing(row)).collect();
    assert_eq!(missing, [true, false, false, true]);
}

#[test]
fn repairs_of_the_design_are_no_steps() {
    let sample = table(vec![number("n", &[Some(1.0)])]);
    for repair in [
        Repair::Ignore { column: 0 },
        Repair::KnownTooLate { column: 0 },
        Repair::WeighClasses,
        Repair::SplitByTime { column: 0 },
        Repair::PadZeros { column: 9, width: 3 },
    ] {
        assert_eq!(operation_of(&repair, &sample), None::<Operation>);
    }
}
