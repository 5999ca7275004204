//! Conformal prediction: ranks, ranges and sets against MAPIE and SciPy, how often simulated rows are held, and what happens
//! with too few rows.

use hearth::dataset::Target;
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::validate::conformal::{
    Aside, Bounds, Cover, Level, SLACK, Way, covered, gathered, misses, quantile, residuals, spread,
};
use hearth::validate::resample::HeldOut;
use serde_json::Value;

use crate::data::labels;
use crate::python::{assert_close, number, numbers};

/// What tests/reference/conformal_mapie.py has written.
fn mapie() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/conformal_mapie.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file is there")).expect("JSON")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn f32s(value: &Value) -> Vec<f32> {
    numbers(value).into_iter().map(|v| v as f32).collect()
}

fn matrix(value: &Value) -> Vec<f32> {
    list(value).iter().flat_map(f32s).collect()
}

fn codes(value: &Value) -> Vec<u32> {
    numbers(value).into_iter().map(|v| v as u32).collect()
}

fn classes(codes: Vec<u32>, n: usize) -> Target {
    Target::Classes { codes, labels: labels(n) }
}

fn shares(values: Vec<f32>, n_classes: usize) -> Predictions {
    Predictions::Probabilities { values, n_classes }
}

#[test]
fn ranks_are_whole_numbers_and_too_few_rows_have_none() {
    // ⌈(n + 1) · level⌉, at the smallest n that has one and right below; 0.9 · 10 and 0.95 · 20 are whole.
    for (level, n, rank) in [
        (Level::Eighty, 4, 4),
        (Level::Ninety, 9, 9),
        (Level::NinetyFive, 19, 19),
        (Level::Ninety, 99, 90),
        (Level::Ninety, 100, 91),
        (Level::Eighty, 2_999, 2_400),
    ] {
        assert_eq!(level.rank(n), Some(rank), "{level:?} {n}");
    }
    for level in Level::ALL {
        let fewest = level.fewest_rows() as usize;
        assert!(level.rank(fewest).is_some() && level.rank(fewest - 1).is_none(), "{level:?} {fewest}");
        assert_eq!(level.reach(fewest - 1), None);
    }
    let scores: Vec<f64> = (1..=9).rev().map(f64::from).collect();
    assert_eq!(quantile(&scores, Level::Ninety), Some(9.0));
    assert_eq!(quantile(&scores[1..], Level::Ninety), None);
}

#[test]
fn how_far_one_draw_may_lead_astray_is_scipys_beta() {
    for row in list(&mapie()["reach"]) {
        let [n, level, low, high] = numbers(row)[..] else { panic!("{row}") };
        let level = Level::ALL.into_iter().find(|own| own.share() == level).expect("a level");
        let reach = level.reach(n as usize).expect("enough rows");
        assert_close("reach", &[reach.0, reach.1], &[low, high], 1e-9);
    }
}

#[test]
fn ranges_are_those_of_mapie() {
    let found = mapie();
    for case in list(&found["values"]) {
        let (truth, said, new) = (numbers(&case["truth"]), f32s(&case["said"]), f32s(&case["new"]));
        let (target, predictions) = (Target::Values(truth.clone()), Predictions::Values(said.clone()));
        let aside = Aside::from(&target, &predictions);
        for (at, level) in Level::ALL.into_iter().enumerate() {
            let half = quantile(&residuals(&truth, &said), level).expect("enough rows");
            for (value, range) in new.iter().zip(list(&case["ranges"])) {
                let theirs = [number(&range[0][at]), number(&range[1][at])];
                let value64 = f64::from(*value);
                assert_close("range", &[value64 - half, value64 + half], &theirs, 1e-9);
                let bounds = aside.chosen(Cover { level, by_class: false }).expect("a level");
                let (low, high) = bounds.range(*value).expect("enough rows");
                assert!(f64::from(low) <= theirs[0] && theirs[1] <= f64::from(high), "rounded outwards");
                assert_close("f32 range", &[low.into(), high.into()], &theirs, 1e-4);
            }
        }
    }
}

#[test]
fn sets_are_those_of_mapie_for_all_by_class_and_adaptive() {
    let found = mapie();
    for case in list(&found["classes"]) {
        let k = number(&case["k"]) as usize;
        let (y, p, new) = (codes(&case["y"]), matrix(&case["p"]), matrix(&case["new"]));
        let aside = Aside::from(&classes(y.clone(), k), &shares(p.clone(), k));
        for (at, level) in Level::ALL.into_iter().enumerate() {
            let limit = quantile(&misses(&y, &p, k), level).expect("enough rows");
            assert_close("quantile", &[limit], &[number(&case["quantiles"][at])], 1e-9);
            let bounds = aside.chosen(Cover { level, by_class: false }).expect("a level");
            for (row, theirs) in new.chunks(k).zip(list(&case["sets"][at])) {
                for ((own, theirs), p) in bounds.set(row).into_iter().zip(list(theirs)).zip(row) {
                    let theirs = theirs.as_bool().expect("a boolean");
                    let close = (1.0 - f64::from(*p) - limit).abs() <= 2.0 * SLACK;
                    assert!(own == theirs || (own && close), "{p} at {limit}");
                }
            }
            let by_class = aside.chosen(Cover { level, by_class: true }).expect("a level");
            let Bounds::Least(least) = by_class else { panic!("{by_class:?}") };
            let theirs: Vec<f64> = list(&case["by_class"]).iter().map(|q| 1.0 - number(&q[at])).collect();
            let own: Vec<f64> = least.iter().map(|least| f64::from(*least) + SLACK).collect();
            // Limits are f32.
            assert_close("by class", &own, &theirs, 1e-7);
        }
        if case["aps"].is_null() {
            continue;
        }
        let scores = gathered(&y, &p, k);
        assert_close("adaptive scores", &scores, &numbers(&case["aps"]["scores"]), 1e-9);
        for (at, level) in Level::ALL.into_iter().enumerate() {
            let limit = quantile(&scores, level).expect("enough rows");
            assert_close("adaptive quantile", &[limit], &[number(&case["aps"]["quantiles"][at])], 1e-9);
            let bounds = Bounds::Gathered(Some(limit));
            for row in new.chunks(k) {
                let sums: Vec<f64> = (0..k as u32).map(|class| gathered(&[class], row, k)[0]).collect();
                let wanted: Vec<bool> = sums.iter().map(|sum| *sum <= limit).collect();
                assert_eq!(bounds.set(row), wanted);
            }
        }
    }
}

/// A number between the two, so that rows of one class are harder than those of another.
fn three_classes(random: &mut Random, n: usize) -> (Vec<u32>, Vec<f32>) {
    let (mut y, mut p) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let class = [0, 0, 0, 1, 1, 2][random.below(6) as usize];
        let mut logits: Vec<f64> = (0..3).map(|_| random.normal()).collect();
        logits[class as usize] += [2.5, 1.0, 0.2][class as usize];
        let powers: Vec<f64> = logits.iter().map(|z| z.exp()).collect();
        let sum: f64 = powers.iter().sum();
        p.extend(powers.iter().map(|power| (power / sum) as f32));
        y.push(class);
    }
    (y, p)
}

/// 2,500 draws of so many rows, with 20 new ones each: 50,000 judgements, of which chance moves a share by 0.4 points.
#[test]
fn new_rows_are_held_as_often_as_promised() {
    const DRAWS: usize = 2_500;
    let mut random = Random::new(5, 0);
    for n in [19, 50, 120] {
        let (mut held_values, mut held_sets, mut held_class) = ([0.0; 3], [0.0; 3], [[(0.0, 0.0); 3]; 3]);
        for _ in 0..DRAWS {
            // Errors of a wrong model with heavy tails, whose size follows the prediction.
            let draw = |random: &mut Random, n: usize| {
                let said: Vec<f32> = (0..n).map(|_| random.normal() as f32).collect();
                let far = |said: &f32, random: &mut Random| {
                    f64::from(*said) + 0.3 + (1.0 + f64::from(said.abs())) * random.normal().powi(3)
                };
                let truth = said.iter().map(|said| far(said, random)).collect();
                (Target::Values(truth), Predictions::Values(said))
            };
            let (target, predictions) = draw(&mut random, n);
            let aside = Aside::from(&target, &predictions);
            let (new_target, new_predictions) = draw(&mut random, 20);
            let (y, p) = three_classes(&mut random, n);
            let of_classes = Aside::from(&classes(y, 3), &shares(p, 3));
            let (y, p) = three_classes(&mut random, 20);
            let (new_y, new_p) = (classes(y, 3), shares(p, 3));
            for (at, level) in Level::ALL.into_iter().enumerate() {
                let plain = Cover { level, by_class: false };
                let share = |target: &Target, predictions: &Predictions, bounds: &Bounds| {
                    covered(target, predictions, bounds).all().share().expect("rows")
                };
                held_values[at] += share(&new_target, &new_predictions, aside.chosen(plain).expect("a level"));
                held_sets[at] += share(&new_y, &new_p, of_classes.chosen(plain).expect("a level"));
                let by_class = of_classes.chosen(Cover { by_class: true, ..plain }).expect("a level");
                for (sum, coverage) in held_class[at].iter_mut().zip(covered(&new_y, &new_p, by_class).classes) {
                    sum.0 += f64::from(coverage.hits);
                    sum.1 += f64::from(coverage.n);
                }
            }
        }
        for (at, level) in Level::ALL.into_iter().enumerate() {
            // At least the level less a point, and at most 1/(n + 1) more with a point for chance, where scores have no ties.
            let most = level.share() + 1.0 / (n as f64 + 1.0) + 0.01;
            for held in [held_values[at], held_sets[at]] {
                let share = held / DRAWS as f64;
                assert!(level.share() - 0.01 <= share && share <= most, "{n} rows, {level:?}: {share}");
            }
            for (class, (hits, rows)) in held_class[at].into_iter().enumerate() {
                assert!(hits / rows >= level.share() - 0.01, "{n} rows, {level:?}, class {class}: {}", hits / rows);
            }
        }
    }
}

fn part(target: Target, predictions: Predictions) -> HeldOut {
    let units = (0..target.len() as u32).collect();
    HeldOut { target, predictions, units }
}

#[test]
fn each_fold_is_judged_by_the_others() {
    // The first fold errs by 100 everywhere, the others by 1 to 20.
    let fold = |far: &dyn Fn(usize) -> f64| {
        part(Target::Values((0..20).map(far).collect()), Predictions::Values(vec![0.0; 20]))
    };
    let folds = [fold(&|_| 100.0), fold(&|row| 1.0 + row as f64), fold(&|row| 1.0 + row as f64)];
    let found = spread(&folds).expect("three folds");
    let at = found.of(Level::Ninety, Way::Plain).expect("a level");
    let hits: Vec<u32> = at.measured.parts.iter().map(|part| part.hits).collect();
    // ⌈41 · 0.9⌉ = 37: 19 of twice 1 to 20 holds none of 100; 37 of 1 to 20 and twenty times 100 is 100, and holds all.
    assert_eq!(hits, [0, 20, 20]);
    // ⌈61 · 0.9⌉ = 55 of all 60.
    let Bounds::Half(Some(half)) = at.bounds else { panic!("{:?}", at.bounds) };
    assert!((100.0..100.001).contains(&half), "{half}");
    assert_eq!((found.n_rows, at.measured.all().n), (60, 60));
    assert_eq!(spread(&folds[..1]), None);
}

#[test]
fn measured_sizes_and_classes_count_every_row() {
    let mut random = Random::new(9, 0);
    let folds: Vec<HeldOut> = (0..4)
        .map(|_| {
            let (y, p) = three_classes(&mut random, 250);
            part(classes(y, 3), shares(p, 3))
        })
        .collect();
    let found = spread(&folds).expect("four folds");
    for at in &found.found {
        let measured = &at.measured;
        assert_eq!(measured.sizes.iter().sum::<u32>(), 1_000);
        assert_eq!(measured.classes.iter().map(|class| class.n).sum::<u32>(), 1_000);
        assert_eq!(measured.classes.iter().map(|class| class.hits).sum::<u32>(), measured.all().hits);
        let share = measured.all().share().expect("rows");
        assert!(share > at.level.share() - 0.03, "{:?} {:?}: {share}", at.level, at.way);
    }
    // A limit of its own holds the hardest class as often, for larger sets.
    let worst = |way| found.of(Level::Ninety, way).and_then(|at| at.measured.worst()).expect("classes").1.share();
    assert!(worst(Way::ByClass) > worst(Way::Plain).map(|share| share + 0.05), "{:?}", worst(Way::ByClass));
    let size = |way| found.of(Level::Ninety, way).and_then(|at| at.measured.mean_size()).expect("classes");
    assert!(size(Way::Plain) < size(Way::ByClass) && size(Way::Plain) < size(Way::Adaptive));
}

#[test]
fn with_too_few_rows_everything_is_possible() {
    let aside = Aside::from(&Target::Values(vec![0.0; 18]), &Predictions::Values(vec![1.0; 18]));
    let of = |level| aside.chosen(Cover { level, by_class: true }).expect("values have no classes").clone();
    assert_eq!(of(Level::NinetyFive), Bounds::Half(None));
    assert_eq!(of(Level::NinetyFive).range(3.0), None);
    assert!(of(Level::Ninety).range(3.0).is_some());
    // Ten rows of one class, nineteen of the other: at 95 % the first has no limit, so it is in every set.
    let y: Vec<u32> = std::iter::repeat_n(0, 10).chain(std::iter::repeat_n(1, 19)).collect();
    let p = [0.6, 0.4].repeat(29);
    let aside = Aside::from(&classes(y, 2), &shares(p, 2));
    assert_eq!(aside.n_of_class, [10, 19]);
    let cover = Cover { level: Level::NinetyFive, by_class: true };
    assert_eq!(aside.fewest(cover), 10);
    assert_eq!(aside.chosen(cover).expect("a level").set(&[0.0, 1.0]), [true, true]);
    assert_eq!(aside.chosen(cover).expect("a level").set(&[0.9, 0.1]), [true, false]);
}

#[test]
fn another_runtimes_rounding_takes_nothing_out() {
    // Every row has the same prediction, so every row lies on the limit.
    let aside = Aside::from(&classes(vec![1; 40], 2), &shares([0.3, 0.7].repeat(40), 2));
    let bounds = aside.chosen(Cover::default()).expect("a level");
    assert_eq!(bounds.set(&[0.3, 0.7 - 8e-6]), [false, true]);
    assert_eq!(bounds.set(&[0.31, 0.69]), [false, false]);
    let aside = Aside::from(&Target::Values(vec![7.3; 40]), &Predictions::Values(vec![1.1; 40]));
    let bounds = aside.chosen(Cover::default()).expect("a level");
    for value in [1.1f32, 1.1f32.next_down(), 1.1f32.next_up()] {
        let (low, high) = bounds.range(value).expect("enough rows");
        assert!(f64::from(low) <= 7.3 && 7.3 <= f64::from(high), "{low} to {high}");
    }
    // Bounds stay finite where predictions do.
    let far = Aside::from(&Target::Values(vec![-1e30; 40]), &Predictions::Values(vec![f32::MAX; 40]));
    let (low, high) = far.chosen(Cover::default()).expect("a level").range(f32::MAX).expect("enough rows");
    assert!(low.is_finite() && high.is_finite());
}
