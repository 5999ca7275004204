//! Splits by group, forwards in time and in rounds: nothing stands on both sides, the borders are scikit-learn's, and what
//! cannot be drawn is said.

use hearth::dataset::{Dataset, DatasetSpec, Groups, Role, Target, Task, Times};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::linear::LinearSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::random::Random;
use hearth::split::{Span, Split, SplitKind, SplitRows, SplitSpec, Window};
use hearth::table::{Column, MISSING_CODE, MISSING_DATE, Table, Values};
use hearth::validate::{Naive, Report, Views, cross_validate};
use serde_json::{Value, json};

use crate::data::{categories, dataset, labels, numbers};
use crate::python::{ask, assert_close};

fn by_time(window: Window, gap: Span, holdout: f32, folds: u32) -> SplitSpec {
    SplitSpec { kind: SplitKind::Time { window, gap }, holdout, folds, ..SplitSpec::default() }
}

fn by_group(repeats: u32, holdout: f32, folds: u32) -> SplitSpec {
    SplitSpec { kind: SplitKind::Group { repeats }, holdout, folds, ..SplitSpec::default() }
}

fn times(values: Vec<f64>) -> Times {
    Times { column: "day".into(), values, is_date: false }
}

fn groups(codes: Vec<u32>) -> Groups {
    let n_groups = codes.iter().max().map_or(0, |code| code + 1);
    Groups { column: "patient".into(), codes, n_groups, n_missing: 0 }
}

fn values(n: usize) -> Target {
    Target::Values((0..n).map(|i| i as f64).collect())
}

#[test]
fn steps_in_time_have_the_borders_of_scikit_learn() {
    let mut cases = Vec::new();
    for (n, folds) in [(31, 3), (100, 5), (103, 7), (64, 2)] {
        for gap in [0, 1, 4] {
            for window in [None, Some(9), Some(20)] {
                cases.push((n, folds, gap, window));
            }
        }
    }
    let question: Vec<Value> = cases
        .iter()
        .map(|(n, folds, gap, window)| json!({"n": n, "folds": folds, "gap": gap, "window": window}))
        .collect();
    let answer = ask("splits.py", &json!({"times": question}));
    for ((n, folds, gap, window), theirs) in cases.into_iter().zip(answer["times"].as_array().expect("cases")) {
        // The rows stand in any order.
        let mut order: Vec<u32> = (0..n).collect();
        Random::new(u64::from(n + gap), 0).shuffle(&mut order);
        let mut place = vec![0.0; n as usize];
        order.iter().enumerate().for_each(|(at, row)| place[*row as usize] = at as f64 * 1.5 - 7.0);
        let (target, times) = (values(n as usize), times(place));
        let rows = SplitRows { target: &target, groups: None, times: Some(&times), newcomers: None };
        let window = window.map_or(Window::Expanding, |rows| Window::Sliding(Span::Rows(rows)));
        let split = by_time(window, Span::Rows(gap), 0.0, folds).draw(rows).expect("enough rows");
        let theirs = theirs.as_array().expect("steps");
        assert_eq!(split.folds.len(), theirs.len());
        for (fold, step) in theirs.iter().enumerate() {
            let of = |part: usize| {
                let mut rows: Vec<u32> =
                    crate::python::numbers(&step[part]).iter().map(|at| order[*at as usize]).collect();
                rows.sort_unstable();
                rows
            };
            assert_eq!(
                (split.training(fold), split.folds[fold].clone()),
                (of(0), of(1)),
                "{n} {folds} {gap} {window:?}"
            );
        }
    }
}

/// Every row that trains, before the first that is tested, with the gap between.
fn assert_forwards(split: &Split, times: &Times, gap: f64) {
    let time = |row: &u32| times.values[*row as usize];
    let earliest = |rows: &[u32]| rows.iter().map(time).fold(f64::INFINITY, f64::min);
    let latest = |rows: &[u32]| rows.iter().map(time).fold(f64::NEG_INFINITY, f64::max);
    for (fold, test) in split.folds.iter().enumerate() {
        assert!(latest(&split.training(fold)) < earliest(test) - gap, "step {fold}");
    }
    for pair in split.folds.windows(2) {
        assert!(latest(&pair[0]) < earliest(&pair[1]), "equal times stay together");
    }
    if !split.holdout.is_empty() {
        assert!(latest(split.fitted()) < earliest(&split.holdout) - gap);
        assert!(split.folds.iter().all(|test| latest(test) < earliest(&split.holdout)));
    }
}

#[test]
fn equal_times_stay_together_and_rows_without_one_are_left_out() {
    for seed in 0..30 {
        let mut random = Random::new(seed, 0);
        let n = 60 + random.below(400) as usize;
        let days: Vec<f64> =
            (0..n).map(|_| if random.below(20) == 0 { f64::NAN } else { random.below(12 + seed) as f64 }).collect();
        let (target, times) = (values(n), times(days));
        let rows = SplitRows { target: &target, groups: None, times: Some(&times), newcomers: None };
        for (gap, length) in [(Span::Rows(0), 0.0), (Span::Duration(1.0), 1.0), (Span::Rows(5), 0.0)] {
            for window in [Window::Expanding, Window::Sliding(Span::Duration(4.0)), Window::Sliding(Span::Rows(40))] {
                let spec = by_time(window, gap, 0.2, 4);
                let split = spec.draw(rows).expect("enough times");
                assert_forwards(&split, &times, length);
                assert_eq!(split, spec.draw(rows).expect("again"));
                let seen = split.outside_holdout();
                assert!(seen.iter().chain(&split.holdout).all(|row| !times.values[*row as usize].is_nan()));
                assert!(seen.iter().all(|row| split.holdout.binary_search(row).is_err()));
                if let Window::Sliding(Span::Rows(most)) = window {
                    assert!(split.fitted().len() <= most as usize && split.training(0).len() <= most as usize);
                }
                assert!(
                    split.notes(&target)[0].ends_with("without a value of “day” are neither trained on nor tested.")
                );
                assert_eq!(split.facts.n_fitted as usize, split.fitted().len());
            }
        }
        let share = by_time(Window::Expanding, Span::Rows(0), 0.2, 4).draw(rows).expect("enough").holdout.len() as f64
            / n as f64;
        assert!((0.05..0.35).contains(&share), "{share}");
    }
}

#[test]
fn groups_are_whole_and_as_even_as_those_of_scikit_learn() {
    let mut random = Random::new(4, 0);
    let (mut ours, mut questions) = (Vec::new(), Vec::new());
    for (n_groups, n_classes, folds) in
        [(60u32, 2u32, 5u32), (60, 4, 5), (25, 3, 4), (200, 2, 10), (40, 0, 5), (300, 0, 7)]
    {
        let (mut codes, mut classes) = (Vec::new(), Vec::new());
        for group in 0..n_groups {
            let size = 1 + random.below(1 + u64::from(group) % 17);
            let leaning = random.below(u64::from(n_classes.max(1)));
            for _ in 0..size {
                codes.push(group);
                let other = random.below(u64::from(n_classes.max(1)));
                classes.push(if random.below(3) > 0 { leaning } else { other } as u32);
            }
        }
        let n = codes.len();
        let target = match n_classes {
            0 => values(n),
            k => Target::Classes { codes: classes.clone(), labels: labels(k as usize) },
        };
        let groups = groups(codes.clone());
        let rows = SplitRows { target: &target, groups: Some(&groups), times: None, newcomers: None };
        let mut found = (0.0, 0.0);
        for seed in 0..5 {
            let spec = SplitSpec { seed, ..by_group(1, 0.0, folds) };
            let split = spec.draw(rows).expect("enough groups");
            assert_whole(&split, &groups.codes);
            let (size, share) = unevenness(&split, n, if n_classes > 0 { &classes } else { &[] });
            found = (found.0 + size / 5.0, found.1 + share / 5.0);
        }
        ours.push(found);
        let codes_or_none = if n_classes > 0 { json!(classes) } else { Value::Null };
        questions.push(json!({"groups": codes, "codes": codes_or_none, "folds": folds}));
    }
    let answer = ask("splits.py", &json!({"groups": questions}));
    for ((size, share), theirs) in ours.into_iter().zip(answer["groups"].as_array().expect("cases")) {
        let theirs = crate::python::numbers(theirs);
        println!("sizes {size:.4} (scikit-learn {:.4}), class shares {share:.4} ({:.4})", theirs[0], theirs[1]);
        assert!(size <= theirs[0] + 0.01 && share <= theirs[1] + 0.01, "{size} {share}, scikit-learn {theirs:?}");
    }
}

/// Largest distance of a fold's share of the rows from 1/k, and of its class shares from those of all rows.
fn unevenness(split: &Split, n: usize, classes: &[u32]) -> (f64, f64) {
    let even = 1.0 / split.folds.len() as f64;
    let size = split.folds.iter().map(|test| (test.len() as f64 / n as f64 - even).abs()).fold(0.0, f64::max);
    let n_classes = classes.iter().max().map_or(0, |class| class + 1);
    let mut share = 0.0f64;
    for class in 0..n_classes {
        let all = classes.iter().filter(|c| **c == class).count() as f64 / n as f64;
        for test in &split.folds {
            let here = test.iter().filter(|row| classes[**row as usize] == class).count() as f64 / test.len() as f64;
            share = share.max((here - all).abs());
        }
    }
    (size, share)
}

/// No group stands on both sides of any fold, nor of the test set, and every row stands somewhere.
fn assert_whole(split: &Split, codes: &[u32]) {
    let of = |rows: &[u32]| rows.iter().map(|row| codes[*row as usize]).collect::<std::collections::BTreeSet<u32>>();
    let locked = of(&split.holdout);
    for (fold, test) in split.folds.iter().enumerate() {
        let training = split.training(fold);
        assert!(!test.is_empty() && !training.is_empty());
        assert!(of(test).is_disjoint(&of(&training)), "fold {fold}");
        assert!(of(test).is_disjoint(&locked) && of(&training).is_disjoint(&locked));
    }
    let mut all = [split.holdout.clone(), split.outside_holdout()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..codes.len() as u32).collect::<Vec<u32>>());
}

#[test]
fn a_test_set_by_group_has_its_share_and_its_classes() {
    for seed in 0..40 {
        let mut random = Random::new(seed, 3);
        let n_groups = 30 + random.below(60) as u32;
        let codes: Vec<u32> = (0..600).map(|_| random.below(u64::from(n_groups)) as u32).collect();
        let classes: Vec<u32> =
            codes.iter().map(|code| u32::from(random.below(10) < 2 + u64::from(code % 5))).collect();
        let target = Target::Classes { codes: classes.clone(), labels: labels(2) };
        let keyed = Groups { n_groups, ..groups(codes.clone()) };
        let rows = SplitRows { target: &target, groups: Some(&keyed), times: None, newcomers: None };
        let spec = SplitSpec { seed, ..by_group(1, 0.25, 5) };
        let split = spec.draw(rows).expect("enough groups");
        assert_whole(&split, &codes);
        let rate =
            |rows: &[u32]| rows.iter().filter(|row| classes[**row as usize] == 1).count() as f64 / rows.len() as f64;
        let all: Vec<u32> = (0..600).collect();
        assert!((split.holdout.len() as f64 / 600.0 - 0.25).abs() < 0.03, "{}", split.holdout.len());
        assert!((rate(&split.holdout) - rate(&all)).abs() < 0.05);
        assert_ne!(split, SplitSpec { seed: seed + 1, ..spec }.draw(rows).expect("another"));
    }
}

#[test]
fn rounds_deal_every_row_anew_and_a_figure_shows_a_row_once() {
    let mut random = Random::new(8, 0);
    let columns = vec![numbers("x", (0..150).map(|_| random.normal()).collect())];
    let codes = (0..150).map(|row| {
        let Values::Number(x) = &columns[0].values else { unreachable!("numbers") };
        u32::from(x[row] + random.normal() > 0.0)
    });
    let target = Target::Classes { codes: codes.collect(), labels: labels(2) };
    let once = SplitSpec::default().draw(&target).expect("enough rows");
    let spec = SplitSpec { kind: SplitKind::Random { repeats: 4 }, ..SplitSpec::default() };
    assert_eq!((spec.n_folds(), spec.training_share(3), spec.training_share(20)), (20, 0.8, 1.0));
    let split = spec.draw(&target).expect("enough rows");
    assert_eq!((split.folds.len(), &split.folds[..5], &split.holdout), (20, &once.folds[..], &once.holdout));
    for round in split.folds.chunks(5) {
        let mut rows = round.concat();
        rows.sort_unstable();
        assert_eq!(rows, split.fitted());
    }
    assert_ne!(split.folds[0], split.folds[5]);
    assert_eq!(split.notes(&target), once.notes(&target));
    let data = dataset(&columns, target);
    let (report, _) = validated(&data, &split);
    assert_eq!(
        (report.n_rows, report.scores[0].folds.len(), report.split.words(20)),
        (120, 20, "4 times 5 folds".into())
    );
    let Views::Classes(views) = &report.views else { panic!("classes") };
    assert_eq!(views.confusion.iter().sum::<u32>(), 120);
    // The interval of repeated cross-validation is the corrected one over all folds of all rounds.
    let sizes: Vec<(usize, usize)> = (0..20).map(|f| (split.training(f).len(), split.folds[f].len())).collect();
    let score = report.scores.iter().find(|s| s.metric == Metric::RocAuc).expect("scored");
    let answer = ask("learn_scores.py", &json!({"cases": [], "intervals": [[score.folds, sizes, [0.0, 1.0]]]}));
    let (low, high) = score.interval.expect("twenty folds");
    let ours = [score.mean.expect("scored"), score.deviation.expect("scored"), low, high];
    assert_close("repeated", &ours, &crate::python::numbers(&answer["intervals"]), 1e-9);
}

fn validated(data: &Dataset, split: &Split) -> (Report, Vec<String>) {
    let spec = PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) };
    let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
    let (_, report) = cross_validate(data, "y", split, &spec, &mut none).expect("sound");
    let notes = report.notes.clone();
    (report, notes)
}

#[test]
fn a_random_split_claims_more_of_patients_than_of_new_ones() {
    // A patient's own level is in the marker and in the answer: within a patient the marker tells, for a new one it does not.
    let mut random = Random::new(21, 0);
    let (mut codes, mut marks, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    for patient in 0..60u32 {
        let (answer, place) = (random.below(2) as u32, [random.normal(), random.normal(), random.normal()]);
        for _ in 0..8 {
            codes.push(patient);
            answers.push(answer);
            marks.push(place.map(|x| (x * 1.2 + 0.05 * random.normal()).round()));
        }
    }
    let texts: Vec<String> = marks.iter().map(|m| format!("{}/{}/{}", m[0], m[1], m[2])).collect();
    let columns = vec![categories("mark", &texts.iter().map(|t| Some(t.as_str())).collect::<Vec<_>>())];
    let target = Target::Classes { codes: answers, labels: labels(2) };
    let mut data = dataset(&columns, target);
    data.groups = Some(groups(codes.clone()));
    let spec = by_group(1, 0.2, 5);
    let split = spec.draw(&data).expect("enough groups");
    let naive = spec.naive(&data.target, &split).expect("chance can deal them");
    assert_eq!(naive.outside_holdout(), split.outside_holdout(), "the same rows, and none of the test set");
    assert_eq!(naive, spec.naive(&data.target, &split).expect("again"));
    assert_eq!(SplitSpec::default().naive(&data.target, &split), None);
    let (honest, _) = validated(&data, &split);
    let claimed = Naive::of(&validated(&data, &naive).0);
    let auc = |scores: &[hearth::validate::Score]| {
        scores.iter().find(|s| s.metric == Metric::RocAuc).and_then(|s| s.mean).expect("scored")
    };
    assert!(auc(&claimed.scores) > auc(&honest.scores) + 0.2, "{} {}", auc(&claimed.scores), auc(&honest.scores));
    assert_eq!(honest.split.words(5), "5 folds that keep each “patient” together");
}

#[test]
fn the_last_of_a_trend_is_harder_than_chance_says_and_the_first_rows_are_never_tested() {
    let n = 400;
    let mut random = Random::new(5, 0);
    let x: Vec<f64> = (0..n).map(|i| (i as f64 / 8.0).sin() + 0.3 * random.normal()).collect();
    // What x means turns around over time.
    let y = (0..n).map(|i| x[i] * (1.0 - 2.0 * i as f64 / n as f64) + 0.1 * random.normal()).collect();
    let columns = vec![numbers("x", x)];
    let mut data = dataset(&columns, Target::Values(y));
    data.times = Some(times((0..n).map(|i| i as f64).collect()));
    let spec = SplitSpec { kind: SplitKind::FORWARD, ..SplitSpec::default() };
    let split = spec.draw(&data).expect("enough times");
    assert_eq!((split.holdout[0], split.fitted().len(), split.tested().len()), (320, 320, 265));
    let (report, notes) = validated(&data, &split);
    assert_eq!((report.n_rows, report.split.n_fitted, notes.len()), (265, 320, 0));
    let naive = spec.naive(&data.target, &split).expect("chance can deal them");
    let (claimed, _) = validated(&data, &naive);
    let rmse =
        |report: &Report| report.scores.iter().find(|s| s.metric == Metric::Rmse).and_then(|s| s.mean).expect("scored");
    assert!(rmse(&claimed) < rmse(&report), "{} {}", rmse(&claimed), rmse(&report));
    let drawn = split.drawn(&data);
    let drawn_times = drawn.times.expect("in time");
    let places: Vec<(u32, u32, u32)> =
        drawn_times.steps.iter().map(|(train, test)| (train.to, test.from, test.to)).collect();
    assert_eq!(places[0], (55, 55, 108));
    assert_eq!(
        (places[4].2, drawn_times.holdout.as_ref().map(|h| (h.from, h.first.clone()))),
        (320, Some((320, "320".into())))
    );
}

#[test]
fn a_group_column_beside_time_keeps_what_is_tested_out_of_training() {
    let n = 300u32;
    let codes: Vec<u32> = (0..n).map(|row| if row % 10 == 0 { 0 } else { row / 5 + 1 }).collect();
    let (target, keyed, times) = (values(n as usize), groups(codes.clone()), times((0..n).map(f64::from).collect()));
    let rows = SplitRows { target: &target, groups: Some(&keyed), times: Some(&times), newcomers: None };
    let spec = SplitSpec { kind: SplitKind::FORWARD, ..SplitSpec::default() };
    let split = spec.draw(rows).expect("enough rows");
    for (fold, test) in split.folds.iter().enumerate() {
        assert!(test.iter().any(|row| codes[*row as usize] == 0));
        assert!(split.training(fold).iter().all(|row| codes[*row as usize] != 0));
    }
    assert!(
        split.notes(&target).iter().any(|note| note.contains("rows of the same “patient” are tested later")),
        "{:?}",
        split.notes(&target)
    );
    let everywhere = groups((0..n).map(|row| row % 3).collect());
    let rows = SplitRows { groups: Some(&everywhere), ..rows };
    let problem = spec.draw(rows).expect_err("nobody is left");
    assert!(problem.event.contains("whose “patient” is not tested"), "{problem:?}");
    assert!(problem.cure.contains("take the role Group away"), "{problem:?}");
}

#[test]
fn what_cannot_be_drawn_is_said_with_a_cure() {
    let target = values(100);
    let few_groups = groups((0..100).map(|row| row % 4).collect());
    let few_times = times((0..100).map(|row| f64::from(row % 5)).collect());
    let days = times((0..100).map(f64::from).collect());
    let rows = SplitRows { target: &target, groups: Some(&few_groups), times: Some(&few_times), newcomers: None };
    let events = |spec: &SplitSpec, rows: SplitRows| {
        let problem = spec.draw(rows).expect_err("refused");
        assert!(!problem.cure.is_empty() && problem.place.starts_with("split"), "{problem:?}");
        problem.event
    };
    assert_eq!(
        events(&by_group(1, 0.2, 5), rows),
        "5 folds and a test set need at least 6 groups, but “patient” makes only 4."
    );
    assert_eq!(
        events(&by_group(1, 0.0, 5), rows),
        "5 folds need at least 5 groups outside the test set, but “patient” makes only 4."
    );
    let forward = by_time(Window::Expanding, Span::Rows(0), 0.2, 5);
    assert_eq!(
        events(&forward, rows),
        "5 steps forward and a test set need at least 7 different times, but “day” has 5."
    );
    let plain = SplitRows { target: &target, groups: None, times: None, newcomers: None };
    assert_eq!(events(&by_group(1, 0.2, 5), plain), "No column says which rows belong together.");
    assert_eq!(events(&forward, plain), "No column orders the rows by time.");
    let with_days = SplitRows { target: &target, groups: None, times: Some(&days), newcomers: None };
    let long = by_time(Window::Expanding, Span::Rows(90), 0.2, 5);
    assert!(events(&long, with_days).starts_with("The gap before the test set leaves too few times"));
    let over_first = by_time(Window::Expanding, Span::Duration(20.0), 0.2, 5);
    assert!(events(&over_first, with_days).starts_with("Before step 1 and its gap no row by “day”"));
    let wrong = [
        by_group(0, 0.2, 5),
        by_group(21, 0.2, 2),
        by_group(11, 0.2, 10),
        by_time(Window::Sliding(Span::Rows(0)), Span::Rows(0), 0.2, 5),
        by_time(Window::Sliding(Span::Duration(0.0)), Span::Rows(0), 0.2, 5),
        by_time(Window::Expanding, Span::Duration(f64::NAN), 0.2, 5),
        by_time(Window::Expanding, Span::Duration(-1.0), 0.2, 5),
    ];
    let fields: Vec<String> = wrong.iter().map(|spec| spec.validate()[0].place.clone()).collect();
    assert_eq!(
        fields,
        [
            "split, repeats",
            "split, repeats",
            "split, repeats",
            "split, window",
            "split, window",
            "split, gap",
            "split, gap"
        ]
    );
}

#[test]
fn roles_make_groups_and_times_and_are_no_features() {
    let n = 60;
    let text = |i: usize| Some(["a", "b", "c"][i % 3]);
    let mut group = categories("who", &(0..n).map(text).collect::<Vec<_>>());
    if let Values::Category { codes, .. } = &mut group.values {
        (codes[0], codes[1]) = (MISSING_CODE, MISSING_CODE);
    }
    let day = |i: usize| if i == 2 { MISSING_DATE } else { 86_400_000 * i as i64 };
    let date = Values::Date { milliseconds: (0..n).map(day).collect(), has_time: false };
    let when = Column { name: "when".into(), values: date, missing_spellings: Vec::new(), unit: None };
    let flag = Column { name: "flag".into(), ..categories("flag", &(0..n).map(|i| text(i / 3)).collect::<Vec<_>>()) };
    let y = numbers("y", (0..n).map(|i| i as f64 * 1.5).collect());
    let table = Table {
        columns: vec![group, when, flag, numbers("x", (0..n).map(|i| (i * i) as f64).collect()), y],
        n_rows: n,
    };
    let role = |name: &str, role| (name.to_owned(), role);
    let spec = DatasetSpec {
        target: "y".into(),
        roles: vec![role("who", Role::Group), role("when", Role::Time), role("flag", Role::Sensitive)],
        ..DatasetSpec::default()
    };
    let data = Dataset::new(&table, &spec).expect("sound");
    assert_eq!(data.task, Task::Regression);
    assert_eq!(data.features.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["x"]);
    let reasons: Vec<&str> = data.left_out.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "It says which rows belong together.",
            "It orders the rows by time.",
            "It is sensitive: kept to compare groups of people, not learned from."
        ]
    );
    let groups = data.groups.as_ref().expect("groups");
    assert_eq!((groups.n_groups, groups.n_missing, groups.codes[0] != groups.codes[1]), (5, 2, true));
    assert_eq!(groups.codes[4], groups.codes[7]);
    let times = data.times.as_ref().expect("times");
    assert_eq!((times.values[5], times.values[2].is_nan(), times.text(5.0)), (5.0, true, "1970-01-06".to_owned()));
    let doubts = SplitSpec::default().doubts(&data);
    assert!(
        doubts[0].contains("“who” stand on both sides") && doubts[1].starts_with("“when” orders the rows"),
        "{doubts:?}"
    );
    let refused = |roles: Vec<(String, Role)>| {
        Dataset::new(&table, &DatasetSpec { roles, ..spec.clone() }).err().expect("refused")[0].event.clone()
    };
    assert_eq!(
        refused(vec![role("who", Role::Group), role("flag", Role::Group)]),
        "Both \"who\" and \"flag\" are to say which rows belong together."
    );
    assert_eq!(
        refused(vec![role("who", Role::Time)]),
        "It is to order the rows by time, but it holds neither dates nor numbers."
    );
}

#[test]
fn rows_set_aside_are_in_no_fold_and_no_fit() {
    let mut random = Random::new(4, 0);
    let codes: Vec<u32> = (0..400).map(|_| u32::from(random.below(4) == 0)).collect();
    let target = Target::Classes { codes: codes.clone(), labels: labels(2) };
    let without = SplitSpec::default().draw(&target).expect("enough rows");
    let spec = SplitSpec { aside: 0.2, ..SplitSpec::default() };
    let split = spec.draw(&target).expect("enough rows");
    assert_eq!((split.holdout.len(), split.aside.len(), split.fitted().len()), (80, 80, 240));
    assert_eq!((split.facts.n_aside, &split.holdout), (80, &without.holdout));
    let mut all: Vec<u32> = [&split.holdout[..], &split.aside, split.fitted()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..400).collect::<Vec<u32>>());
    assert_eq!((split.outside_holdout(), split.tested()), (split.fitted().to_vec(), split.fitted().to_vec()));
    assert!(
        spec.naive(&target, &split).is_none()
            && spec.of_holdout().draw(&target).expect("two folds").aside == split.aside
    );

    // By chance alone: how many of the rare class are among them differs from draw to draw as it does by chance.
    let rare: Vec<f64> = (0..200)
        .map(|seed| {
            let split = SplitSpec { seed, ..spec.clone() }.draw(&target).expect("enough rows");
            split.aside.iter().filter(|row| codes[**row as usize] == 1).count() as f64
        })
        .collect();
    let mean = rare.iter().sum::<f64>() / 200.0;
    let variance = rare.iter().map(|n| (n - mean) * (n - mean)).sum::<f64>() / 199.0;
    let share = codes.iter().sum::<u32>() as f64 / 400.0;
    // Hypergeometric: 80 of the 320 rows outside the test set.
    let (expected, by_chance) = (80.0 * share, 80.0 * share * (1.0 - share) * 240.0 / 319.0);
    assert!((mean - expected).abs() < 1.0, "{mean} for {expected}");
    assert!((0.7..1.4).contains(&(variance / by_chance)), "{variance} for {by_chance}");

    // Of a class of one row nothing is left where that row is aside, so it stays.
    let mut few = codes;
    few.iter_mut().for_each(|code| *code = 0);
    few[7] = 1;
    let few = Target::Classes { codes: few, labels: labels(2) };
    for seed in 0..30 {
        assert!(!SplitSpec { seed, aside: 0.4, ..spec.clone() }.draw(&few).expect("enough rows").aside.contains(&7));
    }
    let problem = SplitSpec { aside: 0.04, ..spec.clone() }.draw(&target).expect_err("16 rows");
    assert_eq!(problem.event, "16 rows would be set aside for ranges and sets; at 95 % fewer than 19 promise nothing.");
    assert!(SplitSpec { aside: 0.5, ..spec }.validate()[0].event.contains("outside 0 to 0.4"));
}

#[test]
fn whole_groups_and_the_latest_rows_are_set_aside() {
    let mut random = Random::new(6, 0);
    let codes: Vec<u32> = (0..600).map(|_| random.below(60) as u32).collect();
    let (target, keyed) = (values(600), groups(codes.clone()));
    let rows = SplitRows { target: &target, groups: Some(&keyed), times: None, newcomers: None };
    let spec = SplitSpec { aside: 0.2, ..by_group(1, 0.25, 5) };
    let split = spec.draw(rows).expect("enough groups");
    let of = |rows: &[u32]| rows.iter().map(|row| codes[*row as usize]).collect::<std::collections::BTreeSet<u32>>();
    assert!(of(&split.aside).is_disjoint(&of(split.fitted())) && of(&split.aside).is_disjoint(&of(&split.holdout)));
    assert!((split.aside.len() as f64 / 600.0 - 0.2).abs() < 0.03, "{}", split.aside.len());
    let before = SplitSpec { aside: 0.0, ..spec }.draw(rows).expect("enough groups");
    assert_eq!(split.holdout, before.holdout);

    let times = times((0..600).map(f64::from).collect());
    let rows = SplitRows { target: &target, groups: None, times: Some(&times), newcomers: None };
    let spec = SplitSpec { aside: 0.1, ..by_time(Window::Expanding, Span::Rows(5), 0.2, 4) };
    let split = spec.draw(rows).expect("enough times");
    let ends = |rows: &[u32]| (rows[0], rows[rows.len() - 1]);
    // 480 to 599 are locked; of those before the gap the latest 60 are aside, and the model ends before another gap.
    assert_eq!((ends(&split.holdout), ends(&split.aside)), ((480, 599), (415, 474)));
    assert_eq!((ends(split.fitted()), split.facts.n_fitted, split.facts.n_aside), ((0, 409), 410, 60));
    assert_eq!(split.tested().last(), Some(&409));
    let drawn = split.drawn(rows).times.expect("in time");
    assert_eq!(drawn.aside.map(|stretch| (stretch.from, stretch.to)), Some((415, 475)));
}
