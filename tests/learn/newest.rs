//! The newest rows of one file as the test set.

use hearth::dataset::{Dataset, Groups, Target, Times};
use hearth::random::Random;
use hearth::split::{Newest, Span, Split, SplitKind, SplitRows, SplitSpec, Window};
use hearth::table::{Column, Table, Values};

use crate::data::labels;

fn spec(kind: SplitKind, share: f32) -> SplitSpec {
    let newest = Newest { column: "file".into(), file: "june.csv".into(), share };
    SplitSpec { kind, holdout: 0.2, folds: 4, newest: Some(newest), ..SplitSpec::default() }
}

fn target(n: usize) -> Target {
    let mut random = Random::new(3, 0);
    Target::Classes { codes: (0..n).map(|_| random.below(2) as u32).collect(), labels: labels(2) }
}

/// What every such split promises: no row of the window is learned from, and what is tested was not trained on.
fn checked(split: &Split, n_rows: u32, newcomers: &[u32]) {
    assert!(split.holdout.iter().all(|row| newcomers.binary_search(row).is_ok()), "{:?}", split.holdout);
    assert!(split.holdout.windows(2).all(|pair| pair[0] < pair[1]));
    let learned = split.outside_holdout();
    assert!(learned.iter().all(|row| *row < n_rows && split.holdout.binary_search(row).is_err()));
    for (fold, test) in split.folds.iter().enumerate() {
        let training = split.training(fold);
        assert!(!training.is_empty() && !test.is_empty());
        assert!(test.iter().all(|row| training.binary_search(row).is_err()));
    }
}

#[test]
fn the_last_rows_of_the_file_are_tested_and_all_others_learned_from() {
    let target = target(300);
    let newcomers: Vec<u32> = (200..300).collect();
    let rows = SplitRows { target: &target, groups: None, times: None, newcomers: Some(&newcomers) };
    let split = spec(SplitKind::Random { repeats: 1 }, 0.5).draw(rows).expect("enough rows");
    checked(&split, 300, &newcomers);
    assert_eq!(split.holdout, (250..300).collect::<Vec<u32>>());
    assert_eq!(split.fitted(), (0..250).collect::<Vec<u32>>(), "the share of all rows is not locked away beside it");
    let notes = split.notes(&target);
    assert!(
        notes.contains(&"The test set is 50 of the 100 rows of “june.csv”: the last as they stand in it.".to_owned()),
        "{notes:?}"
    );
    let all = spec(SplitKind::Random { repeats: 2 }, 1.0).draw(rows).expect("enough rows");
    assert_eq!((all.holdout.len(), all.folds.len()), (100, 8));

    let none = spec(SplitKind::Random { repeats: 1 }, 0.5);
    let problem = none.draw(&target).expect_err("no column");
    assert!(problem.event.contains("No column “file” says from which file"), "{problem:?}");
    let problem = none.draw(SplitRows { newcomers: Some(&[]), ..rows }).expect_err("no row");
    assert!(problem.event.contains("No row of “june.csv” has a known target"), "{problem:?}");
    assert!(spec(SplitKind::Random { repeats: 1 }, 0.0).validate()[0].event.contains("outside 0.01 to 1"));
}

#[test]
fn groups_stand_on_one_side_and_those_of_before_do_not_judge() {
    let target = target(300);
    let newcomers: Vec<u32> = (200..300).collect();
    // Rows 200 to 219 belong to groups of before; the others of the file to ten of their own, of which each has old and new
    // rows of the file.
    let codes: Vec<u32> = (0..300).map(|row| if row < 220 { row % 20 } else { 20 + row % 10 }).collect();
    let groups = Groups { column: "shop".into(), codes: codes.clone(), n_groups: 30, n_missing: 0 };
    for kind in [SplitKind::Group { repeats: 1 }, SplitKind::Random { repeats: 1 }] {
        let rows = SplitRows { target: &target, groups: Some(&groups), times: None, newcomers: Some(&newcomers) };
        let split = spec(kind, 0.1).draw(rows).expect("enough groups");
        checked(&split, 300, &newcomers);
        assert_eq!(split.holdout, (292..300).collect::<Vec<u32>>(), "a tenth of the 80 rows of new groups");
        let learned = split.outside_holdout();
        let tested = |row: &u32| split.holdout.iter().any(|test| codes[*test as usize] == codes[*row as usize]);
        assert!(!learned.iter().any(tested), "a group stands on both sides");
        let notes = split.notes(&target);
        assert!(
            notes.iter().any(|note| note.starts_with("20 rows of that file whose “shop” was known before")),
            "{notes:?}"
        );
    }
    let known = Groups { codes: (0..300).map(|row| row % 20).collect(), n_groups: 20, ..groups };
    let rows = SplitRows { target: &target, groups: Some(&known), times: None, newcomers: Some(&newcomers) };
    let problem = spec(SplitKind::Group { repeats: 1 }, 0.5).draw(rows).expect_err("all known");
    assert!(problem.event.contains("Every “shop” of the rows of “june.csv” was known before"), "{problem:?}");
}

#[test]
fn by_time_the_latest_are_tested_equal_times_stay_together_and_only_the_past_is_learned_from() {
    let target = target(300);
    let newcomers: Vec<u32> = (200..300).collect();
    // Three rows a day, the file's days shuffled, and some old rows later than its first.
    let mut days: Vec<f64> = (0..300).map(|row| f64::from(row / 3)).collect();
    Random::new(5, 0).shuffle(&mut days[200..]);
    days[0] = 99.0;
    days[1] = f64::NAN;
    let times = Times { column: "day".into(), values: days.clone(), is_date: true };
    let rows = SplitRows { target: &target, groups: None, times: Some(&times), newcomers: Some(&newcomers) };
    for (gap, last) in [(Span::Rows(0), f64::INFINITY), (Span::Duration(5.0), 5.0)] {
        let kind = SplitKind::Time { window: Window::Expanding, gap };
        let split = spec(kind, 0.5).draw(rows).expect("enough times");
        checked(&split, 300, &newcomers);
        let of = |row: &u32| days[*row as usize];
        let first = split.holdout.iter().map(of).fold(f64::INFINITY, f64::min);
        assert!((48..=52).contains(&split.holdout.len()), "{}", split.holdout.len());
        let later = newcomers.iter().filter(|row| of(row) >= first).count();
        assert_eq!(split.holdout.len(), later, "a day stands on one side");
        let latest = split.outside_holdout().iter().map(of).fold(0.0, f64::max);
        let far = if last.is_finite() { last } else { 0.0 };
        assert!(latest < first - far, "{latest} is learned from, {first} tested");
    }
    let kind = SplitKind::Time { window: Window::Expanding, gap: Span::Rows(10) };
    let with = spec(SplitKind::FORWARD, 0.5).draw(rows).expect("enough times");
    let without = spec(kind, 0.5).draw(rows).expect("enough times");
    assert_eq!(with.holdout, without.holdout);
    assert_eq!(with.fitted().len(), without.fitted().len() + 10);
    // Where chance deals the others, the order of time decides all the same which rows are the newest.
    let dealt = spec(SplitKind::Random { repeats: 1 }, 0.5).draw(rows).expect("enough rows");
    assert_eq!(dealt.holdout, with.holdout);
}

#[test]
fn which_rows_came_with_the_file_is_told_by_a_column_and_counted_among_those_with_a_target() {
    let text = |values: &[&str]| Values::Text(values.iter().map(|v| (!v.is_empty()).then(|| (*v).into())).collect());
    let column = |name: &str, values| Column { name: name.into(), values, missing_spellings: Vec::new(), unit: None };
    let table = Table {
        columns: vec![
            column("x", Values::Number((0..6).map(f64::from).collect())),
            column("file", text(&["may.csv", "june.csv", "", "june.csv", "june.csv", "may.csv"])),
        ],
        n_rows: 6,
    };
    let data = Dataset {
        features: vec![&table.columns[0]],
        task: hearth::dataset::Task::Binary,
        target: Target::Classes { codes: vec![0, 1, 0, 1], labels: labels(2) },
        rows: vec![0, 1, 2, 4],
        left_out: Vec::new(),
        groups: None,
        times: None,
        newcomers: None,
    };
    let seen = spec(SplitKind::Random { repeats: 1 }, 0.5).see(data, &table);
    assert_eq!(seen.newcomers, Some(vec![1, 3]));
}
