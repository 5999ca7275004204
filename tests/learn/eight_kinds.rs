//! The eight kinds of leakage of Kapoor & Narayanan (Leakage and the Reproducibility Crisis in Machine-Learning-Based
//! Science, 2023, table 1), each planted once: what can happen here is caught and named, the rest cannot happen.

use hearth::dataset::{Groups, Target, Times};
use hearth::model::ModelSpec;
use hearth::model::trees::BoostSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::profile::{Aim, relate};
use hearth::random::Random;
use hearth::split::{SplitKind, SplitSpec};
use hearth::table::{Column, Values};
use hearth::validate::redteam::{Probe, Trial, Verdict};

use crate::data::{dataset, labels, numbers};
use crate::folds::{fitted, poisoned, poisoned_target};
use crate::red_team::{Setting, attack, clean, plain, spec, verdict};

fn finding(trials: &[Trial], probe: Probe) -> &str {
    &trials.iter().find(|trial| trial.probe == probe).expect("every probe is tried").finding
}

fn trees() -> PipelineSpec {
    PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Boost(BoostSpec::default()) }
}

/// L1.1, no test set: never passed, and said.
#[test]
fn no_test_set() {
    let (columns, codes) = clean(900, 11);
    let split = SplitSpec { holdout: 0.0, ..SplitSpec::default() };
    let trials = attack(Setting { split, ..plain(&columns, &codes) });
    assert_eq!(verdict(&trials, Probe::Shift), Verdict::Unknown);
    assert!(finding(&trials, Probe::Shift).starts_with("There is no test set"));
}

/// L1.2, preparation that has seen the tested rows: whatever stands in them, what is fitted on the others is the same to
/// the bit, so that none of it can have come from there.
#[test]
fn preparation_on_tested_rows() {
    let (columns, codes) = clean(300, 12);
    let target = Target::Classes { codes, labels: labels(2) };
    let data = dataset(&columns, target.clone());
    let split = SplitSpec::default().draw(&data).expect("enough rows");
    for fold in 0..split.folds.len() {
        let hidden: Vec<u32> = split.folds[fold].iter().chain(&split.holdout).copied().collect();
        let bad_columns = poisoned(&columns, &hidden);
        let bad = dataset(&bad_columns, poisoned_target(&target, &hidden));
        let training = split.training(fold);
        for spec in [spec(), trees()] {
            let (sound, other) = (fitted(&data, &spec, &training), fitted(&bad, &spec, &training));
            assert_eq!(sound.to_bytes(), other.to_bytes(), "{}, fold {fold}", spec.model.name());
        }
    }
}

/// L1.3, columns chosen by what the test set says: the strength that the page ranks columns by has not seen it.
#[test]
fn columns_chosen_on_the_test_set() {
    let (columns, codes) = clean(300, 13);
    let target = Target::Classes { codes, labels: labels(2) };
    let split = SplitSpec::default().draw(&target).expect("enough rows");
    let (bad, bad_target) = (poisoned(&columns, &split.holdout), poisoned_target(&target, &split.holdout));
    let aim = |target: Target| Aim { column: 9, rows: (0..300).collect(), target };
    let seen = split.outside_holdout();
    for (position, (sound, bad)) in columns.iter().zip(&bad).enumerate() {
        let sound = relate(sound, position as u32, &aim(target.clone()), &seen, 1);
        assert!(sound.score.is_some());
        assert_eq!(sound, relate(bad, position as u32, &aim(bad_target.clone()), &seen, 1));
    }
}

/// L1.4, duplicates: half of the rows stand in the table twice, and trees learn them by heart.
#[test]
fn duplicates() {
    let (mut columns, mut codes) = clean(300, 7);
    for column in &mut columns {
        let Values::Number(values) = &mut column.values else { unreachable!("numbers") };
        let again: Vec<f64> = values[..150].to_vec();
        values.extend(again);
    }
    codes.extend(codes[..150].to_vec());
    let trials = attack(plain(&columns, &codes));
    assert_eq!(verdict(&trials, Probe::Copies), Verdict::Doubtful, "without predictions the cost is not known");
    assert!(finding(&trials, Probe::Copies).contains("test set do too"), "{trials:?}");
}

/// L3.2, training and test rows that are not independent: rows of one person are alike and share the answer.
#[test]
fn rows_of_one_person_on_both_sides() {
    let mut random = Random::new(8, 0);
    let (people, visits) = (60u32, 8u32);
    let own: Vec<Vec<f64>> = (0..people).map(|_| (0..5).map(|_| random.normal()).collect()).collect();
    let ill: Vec<u32> = (0..people).map(|_| random.below(2) as u32).collect();
    let who: Vec<u32> = (0..people * visits).map(|row| row / visits).collect();
    let columns: Vec<Column> = (0..5)
        .map(|i| {
            let values = who.iter().map(|p| own[*p as usize][i] + 0.02 * random.normal()).collect();
            numbers(&format!("c{i}"), values)
        })
        .collect();
    let codes: Vec<u32> = who.iter().map(|p| ill[*p as usize]).collect();
    let groups = Groups { column: "who".into(), codes: who, n_groups: people, n_missing: 0 };
    let trials = attack(Setting { groups: Some(groups), spec: trees(), ..plain(&columns, &codes) });
    assert_eq!(verdict(&trials, Probe::Groups), Verdict::Failed);
}

/// L3.1, temporal leakage: what the columns mean turns round with time.
#[test]
fn the_future_helps() {
    let mut random = Random::new(9, 0);
    let n = 600;
    let columns: Vec<Column> =
        (0..3).map(|i| numbers(&format!("c{i}"), (0..n).map(|_| random.normal()).collect())).collect();
    let day: Vec<f64> = (0..n).map(f64::from).collect();
    let Values::Number(first) = &columns[0].values else { unreachable!("numbers") };
    let codes: Vec<u32> =
        (0..n as usize).map(|row| u32::from((first[row] > 0.0) == (row < 300 || random.below(8) == 0))).collect();
    let mut all = columns.clone();
    all.push(numbers("day", day.clone()));
    let times = Times { column: "day".into(), values: day, is_date: false };
    let trials = attack(Setting { times: Some(times), spec: trees(), ..plain(&all, &codes) });
    assert_eq!(verdict(&trials, Probe::Time), Verdict::Failed);
    assert!(finding(&trials, Probe::Time).contains("later rows help to predict earlier ones"), "{trials:?}");
}

/// L2, illegitimate features: a column that is filled in when the answer is yes.
#[test]
fn a_column_written_down_after_the_outcome() {
    let (mut columns, codes) = clean(400, 10);
    let mut random = Random::new(10, 1);
    let filled = codes.iter().map(|code| if *code == 1 { random.normal() } else { f64::NAN }).collect();
    columns.push(numbers("sum_paid", filled));
    let trials = attack(plain(&columns, &codes));
    assert_eq!(verdict(&trials, Probe::AfterOutcome), Verdict::Failed);
    assert!(finding(&trials, Probe::AfterOutcome).contains("sum_paid"), "{trials:?}");
}

/// L3.3, a test set of other rows than those that will be met: here of the latest, whose columns have moved.
#[test]
fn a_test_set_of_other_rows() {
    let (mut columns, codes) = clean(600, 14);
    let day: Vec<f64> = (0..600).map(f64::from).collect();
    let Values::Number(moved) = &mut columns[4].values else { unreachable!("numbers") };
    moved.iter_mut().zip(&day).for_each(|(value, day)| *value += day / 100.0);
    let times = Times { column: "day".into(), values: day, is_date: false };
    let split = SplitSpec { kind: SplitKind::FORWARD, ..SplitSpec::default() };
    let trials = attack(Setting { times: Some(times), split, ..plain(&columns, &codes) });
    assert_eq!(verdict(&trials, Probe::Shift), Verdict::Doubtful);
    assert!(finding(&trials, Probe::Shift).contains("later rows are other ones"), "{trials:?}");
}
