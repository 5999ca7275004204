//! What a sketch keeps, what it hides, and how far its distances are from those of the rows.

use hearth::dataset::{Target, Task};
use hearth::model::Predictions;
use hearth::monitor::distance::{jensen_shannon, kolmogorov_smirnov, levelled, wasserstein};
use hearth::monitor::sketch::{CELLS, Levels, Numbers, SMALL, Sample, Sketch};
use hearth::monitor::{Current, CurrentColumn, Kind, Reference, Training, judge};
use hearth::random::Random;
use hearth::table::{Column, Values};
use proptest::prelude::*;

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// Values of several kinds: smooth, heavy-tailed, whole, mostly zero, constant.
fn values(kind: u64, n: usize, shift: f64, random: &mut Random) -> Vec<f64> {
    let one = |_| match kind % 5 {
        0 => random.normal() + shift,
        1 => libm::exp(2.0 * random.normal() + shift),
        2 => (random.normal() * 2.0 + shift).round(),
        3 if random.below(10) < 6 => 0.0,
        3 => random.unit() * 50.0 + shift,
        _ => 4.0 + shift.round(),
    };
    sorted((0..n).map(one).collect())
}

#[test]
fn distances_from_a_sketch_stay_within_the_stated_error() {
    let mut random = Random::new(21, 0);
    let mut largest = 0.0f64;
    for case in 0..300u64 {
        let n = 20 + random.below(3_000) as usize;
        let m = 20 + random.below(800) as usize;
        let shift = [0.0, 0.2, 1.5][random.below(3) as usize];
        let (a, b) = (values(case, n, 0.0, &mut random), values(case, m, shift, &mut random));
        let (sketch, exact, now) = (Numbers::sketch(&a, 0), Numbers::exact(&a), Numbers::exact(&b));
        let gap = kolmogorov_smirnov(&exact, &now) - kolmogorov_smirnov(&sketch, &now);
        let allowed = f64::from(SMALL.max((n as u32).div_ceil(CELLS))) / n as f64;
        // Never larger than that of the rows, so no alarm comes from the sketch.
        assert!((-1e-12..=allowed + 1e-12).contains(&gap), "case {case}: {gap} beyond {allowed}");
        largest = largest.max(gap / allowed);
        let width = |before: f64, knot: &(f64, u32, u32)| (knot.0 - before) * f64::from(knot.1) / n as f64;
        let mut before = sketch.low;
        let mut bound = 0.0;
        for knot in &sketch.knots {
            bound += width(before, knot);
            before = knot.0;
        }
        let apart = (wasserstein(&exact, &now) - wasserstein(&sketch, &now)).abs();
        assert!(apart <= bound + 1e-9, "case {case}: {apart} beyond {bound}");
        if [0, 2].contains(&(case % 5)) && n > 500 {
            assert!(apart <= 0.05 * exact.deviation, "case {case}: {apart} of {}", exact.deviation);
        }
    }
    assert!(largest > 0.1, "the bound was never nearly reached, so it says nothing");
}

#[test]
fn whole_numbers_and_frequent_values_lose_nothing() {
    let mut random = Random::new(22, 0);
    let a = sorted((0..1_000).map(|_| random.below(20) as f64).collect());
    let (sketch, exact) = (Numbers::sketch(&a, 0), Numbers::exact(&a));
    assert_eq!(sketch.knots, exact.knots);
}

#[test]
fn a_sketch_of_smooth_values_holds_no_value_of_a_row() {
    let mut random = Random::new(23, 0);
    let a = sorted((0..2_000).map(|_| random.normal() * 1_234.567).collect());
    let sketch = Numbers::sketch(&a, 0);
    for (value, n, at) in &sketch.knots {
        assert!(*n >= SMALL && *at == 0);
        assert!(a.binary_search_by(|other| other.total_cmp(value)).is_err(), "{value} is a row’s");
    }
    assert!(sketch.low < a[0] && sketch.high > a[a.len() - 1]);
}

#[test]
fn rare_texts_are_not_named_and_cannot_be_told_from_the_rest() {
    let counts = |pairs: &[(&str, u32)]| pairs.iter().map(|(text, n)| ((*text).to_owned(), *n)).collect::<Vec<_>>();
    let sketch = Levels::sketch(&counts(&[("a", 40), ("b", 30), ("c", 3), ("d", 4)]), 2);
    assert_eq!(sketch.levels, counts(&[("a", 40), ("b", 30)]));
    assert_eq!((sketch.n, sketch.n_missing, sketch.other), (77, 2, 7));
    // One rare text alone is put together with the least of the named ones.
    let sketch = Levels::sketch(&counts(&[("a", 40), ("b", 30), ("c", 1)]), 0);
    assert_eq!((sketch.levels.len(), sketch.other), (1, 31));
    let bins = levelled(&sketch, &counts(&[("a", 10), ("z", 5)]));
    assert_eq!(bins, [(40, 10), (31, 5)]);
    assert!(jensen_shannon(&bins) > 0.0);
}

proptest! {
    #[test]
    fn a_sketch_counts_every_row_in_cells_that_are_never_small(
        values in prop::collection::vec(prop_oneof![-5.0f64..5.0, Just(0.0), Just(1e300), Just(-1e-300)], 0..400)
    ) {
        let Sketch::Numbers(sketch) = Sample::numbers(values.clone()).sketch() else { panic!("numbers") };
        prop_assert_eq!(sketch.n as usize, values.len());
        if values.len() < SMALL as usize {
            prop_assert!(sketch.knots.is_empty());
            return Ok(());
        }
        prop_assert_eq!(sketch.knots.iter().map(|knot| knot.1).sum::<u32>(), sketch.n);
        let mut before = f64::NEG_INFINITY;
        let mut counted = 0;
        for (value, n, at) in &sketch.knots {
            prop_assert!(*value > before && *n >= SMALL && at <= n);
            prop_assert!(*at == 0 || n - at == 0 || n - at >= SMALL);
            counted += n;
            prop_assert_eq!(values.iter().filter(|other| *other <= value).count() as u32, counted);
            before = *value;
        }
        prop_assert!(values.iter().all(|value| (sketch.low..=sketch.high).contains(value)));
    }
}

#[test]
fn of_texts_only_missing_ones_are_told_and_no_text_is_kept() {
    let notes = |n: usize, word: &str, every: usize| {
        let text = |i: usize| {
            (!i.is_multiple_of(every)).then(|| format!("{word} {}", if i.is_multiple_of(3) { 0 } else { i }).into())
        };
        let values = Values::Text((0..n).map(text).collect());
        Column { name: "note".into(), values, missing_spellings: Vec::new(), unit: None }
    };
    let rows: Vec<u32> = (0..600).collect();
    let values: Vec<f64> = rows.iter().map(|row| f64::from(row % 40)).collect();
    let predictions = Predictions::Values(values.iter().map(|v| *v as f32 + 1.0).collect());
    let training = notes(600, "as before", 50);
    let reference = Reference::make(&Training {
        task: Task::Regression,
        target_name: "cost",
        columns: &[&training],
        rows: &rows,
        target: &Target::Values(values),
        predictions: &predictions,
        n_training: None,
        importance: vec![1.0],
        seed: 1,
    });
    let Sketch::Levels(kept) = &reference.columns[0].sketch else { panic!("{:?}", reference.columns) };
    assert_eq!((kept.levels.len(), kept.n, kept.n_missing), (0, 588, 12));
    assert!(!String::from_utf8(reference.to_json().expect("JSON")).expect("UTF-8").contains("as before"));
    let report = |current: Column| {
        let current = CurrentColumn { sample: Some(Sample::of(&current, &rows)), n_unfit: 0 };
        judge(
            &reference,
            &Current {
                n_rows: 600,
                columns: vec![current],
                predictions: &predictions,
                outcomes: None,
                served: None,
                times: None,
                importance: vec![1.0],
                threshold: None,
            },
        )
    };
    let other = report(notes(600, "never said", 50));
    assert_eq!(other.alarms().count(), 0, "{:?}", other.findings);
    let silent = report(notes(600, "as before", 2));
    let alarms: Vec<_> = silent.alarms().map(|alarm| (alarm.kind, alarm.column.as_str(), alarm.test)).collect();
    assert_eq!(alarms, [(Kind::Quality, "note", hearth::monitor::Test::MissingRate)], "{:?}", silent.findings);
}
