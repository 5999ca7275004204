//! The planner of a search on functions whose best is known, and on learners whose scores are made up.

use hearth::model::ModelSpec;
use hearth::model::trees::BoostSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::random::Random;
use hearth::tune::{Kind, Next, Origin, Plan, Range, SearchRecord, SearchSpec, Space, Trial, settings_of};

fn base() -> PipelineSpec {
    PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Boost(BoostSpec::default()) }
}

/// A space of two settings, whose unit square is where the functions live.
fn square() -> Space {
    let range = |setting: &str| Range { setting: setting.into(), from: 0.01, to: 1.0, log: false };
    Space { kind: Kind::Boost, ranges: vec![range("row_share"), range("column_share")] }
}

fn spec(spaces: Vec<Space>, first_folds: u32) -> SearchSpec {
    SearchSpec { first_folds, spaces, ..SearchSpec::usual(1) }
}

/// Search with fits that take no time and come back at once, until so many trials have begun.
fn search(plan: &Plan, n_trials: usize, score: impl Fn(&Trial, u32) -> f64) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    loop {
        match plan.next(&trials, 0.0, &|_| true) {
            Next::Begin(_) if trials.len() == n_trials => return trials,
            Next::Begin(trial) => trials.push(trial),
            Next::Promote { trial, goal } => trials[trial].goal = goal,
            Next::Wait | Next::Over => return trials,
        }
        for trial in &mut trials {
            for fold in trial.scores.len() as u32..trial.goal {
                let found = score(trial, fold);
                trial.take(fold, Some(found), 0.0);
            }
        }
    }
}

type Function = fn(f64, f64) -> f64;

/// Functions on the unit square that test optimisers, each with its least value there.
const FUNCTIONS: [(&str, Function, f64); 4] = [
    ("sphere", |x, y| (x - 0.3) * (x - 0.3) + (y - 0.8) * (y - 0.8), 0.0),
    ("rosenbrock", |x, y| (1.0 - 2.0 * x).powi(2) + 10.0 * (2.0 * y - 4.0 * x * x).powi(2), 0.0),
    // Branin, moved to the unit square.
    (
        "branin",
        |x, y| {
            let (u, v) = (15.0 * x - 5.0, 15.0 * y);
            let pi = std::f64::consts::PI;
            (v - 5.1 / (4.0 * pi * pi) * u * u + 5.0 / pi * u - 6.0).powi(2)
                + 10.0 * (1.0 - 1.0 / (8.0 * pi)) * u.cos()
                + 10.0
        },
        0.397_887,
    ),
    ("ridge", |x, y| (x + y - 1.1).abs() + 0.1 * (x - 0.2).abs(), 0.0),
];

#[test]
fn parzen_trials_find_more_than_chance_on_every_function() {
    let n_trials = 28;
    for (name, function, least) in FUNCTIONS {
        let (mut planned, mut chance) = (0.0, 0.0);
        for seed in 0..20 {
            let spec = SearchSpec { seed, ..spec(vec![square()], 1) };
            let bases = [base()];
            let plan = Plan { spec: &spec, bases: &bases, n_folds: 1, higher_is_better: false, n_hands: 1 };
            let trials = search(&plan, n_trials, |trial, _| function(trial.values[0], trial.values[1]));
            assert_eq!(trials.len(), n_trials);
            let best = |found: &mut dyn Iterator<Item = f64>| found.fold(f64::INFINITY, f64::min) - least;
            let log = |regret: f64| (regret + 1e-4).ln();
            planned += log(best(&mut trials.iter().filter_map(|trial| trial.mean(1))));
            let mut random = Random::new(seed, 1);
            let mut drawn = (0..n_trials).map(|_| square().values_at(&[random.unit(), random.unit()]));
            chance += log(best(&mut drawn.by_ref().map(|values| function(values[0], values[1]))));
        }
        let factor = ((planned - chance) / 20.0).exp();
        println!("{name}: the regret is {factor:.2} of that of chance");
        assert!(factor < 0.8, "{name}: the regret is {factor:.2} of that of chance");
    }
}

#[test]
fn the_plan_begins_with_what_the_design_has_and_the_portfolio_in_turn() {
    let spec = SearchSpec::usual(5);
    let bases: Vec<PipelineSpec> = spec.spaces.iter().map(|space| usual(space.kind)).collect();
    let plan = Plan { spec: &spec, bases: &bases, n_folds: 5, higher_is_better: true, n_hands: 2 };
    let trials = search(&plan, 30, |_, _| 0.5);
    let first: Vec<u32> = trials[..10].iter().map(|trial| trial.space).collect();
    assert_eq!(first, [0, 1, 2, 3, 4, 0, 1, 2, 3, 4], "the kinds in turn");
    for (trial, base) in trials[..5].iter().zip(&bases) {
        let record = SearchRecord { spec: spec.clone(), bases: bases.clone(), trials: Vec::new(), seconds: 0.0 };
        assert_eq!(record.candidate(trial).as_ref(), Some(base), "the first of each kind is the design's");
    }
    let n_portfolio = trials.iter().filter(|trial| trial.origin == Origin::Portfolio).count();
    assert!(trials[..n_portfolio].iter().all(|trial| trial.origin == Origin::Portfolio));
    assert!(trials[n_portfolio..].iter().any(|trial| trial.origin == Origin::Random));
    for (i, trial) in trials.iter().enumerate() {
        assert!(!trials[..i].iter().any(|other| (other.space, &other.values) == (trial.space, &trial.values)), "{i}");
        for (range, value) in spec.spaces[trial.space as usize].ranges.iter().zip(&trial.values) {
            assert!(i < 5 || (range.from..=range.to).contains(value), "{}: {value}", range.setting);
        }
    }
}

fn usual(kind: Kind) -> PipelineSpec {
    use hearth::dataset::{DatasetSpec, Task};
    let design = hearth::design::Design::default_for(DatasetSpec::default(), Task::Binary, 1_000, 10);
    design.base_for(kind, Task::Binary, 800, 10)
}

/// Learners with a quality of their own, and folds that are harder or easier for all, with some noise.
fn learner(trial: &Trial, fold: u32) -> f64 {
    let quality = 1.0 - (trial.values[0] - 0.35).powi(2) - (trial.values[1] - 0.6).powi(2);
    let seed = trial.values.iter().fold(u64::from(fold), |seed, value| seed * 31 + value.to_bits() % 1_000_003);
    quality + [0.02, -0.03, 0.0, 0.01, 0.02][fold as usize] + 0.01 * Random::new(seed, 3).normal()
}

#[test]
fn halving_lets_the_best_go_on_and_spends_folds_on_them() {
    let spec = spec(vec![square()], 1);
    let bases = [base()];
    let plan = Plan { spec: &spec, bases: &bases, n_folds: 5, higher_is_better: true, n_hands: 1 };
    assert_eq!(plan.stages(), [1, 2, 5]);
    let stages = |n_folds, first_folds| {
        let spec = SearchSpec { first_folds, ..spec.clone() };
        Plan { spec: &spec, n_folds, ..plan }.stages()
    };
    assert_eq!(
        [stages(2, 1), stages(3, 1), stages(10, 1), stages(10, 3), stages(4, 8)],
        [vec![1, 2], vec![1, 3], vec![1, 2, 4, 10], vec![3, 10], vec![4]]
    );
    let mut trials: Vec<Trial> = Vec::new();
    let mut n_promoted = 0;
    while trials.len() < 30 {
        match plan.next(&trials, 0.0, &|_| true) {
            Next::Begin(trial) => trials.push(trial),
            Next::Promote { trial, goal } => {
                let stage = trials[trial].goal as usize;
                let own = trials[trial].mean(stage).expect("it was scored there");
                let all: Vec<f64> = trials.iter().filter_map(|trial| trial.mean(stage)).collect();
                let better = all.iter().filter(|mean| **mean > own).count();
                assert!((better + 1) as f64 <= all.len() as f64 * 0.34, "{better} of {} are better", all.len());
                assert!(goal as usize > stage);
                trials[trial].goal = goal;
                n_promoted += 1;
            }
            other => panic!("time is left: {other:?}"),
        }
        for trial in &mut trials {
            for fold in trial.scores.len() as u32..trial.goal {
                let score = learner(trial, fold);
                trial.take(fold, Some(score), 1.0);
            }
        }
    }
    assert!(n_promoted >= 8, "{n_promoted}");
    let n_fits: usize = trials.iter().map(|trial| trial.scores.len()).sum();
    assert!(n_fits < 30 * 5 / 2, "{n_fits} fits, {} would be all", 30 * 5);
    let best = &trials[plan.best(&trials).expect("a best")];
    assert_eq!(best.scores.len(), 5, "the best was scored on all folds");
    let quality = |trial: &Trial| 1.0 - (trial.values[0] - 0.35).powi(2) - (trial.values[1] - 0.6).powi(2);
    let most = trials.iter().map(quality).fold(0.0, f64::max);
    assert!(quality(best) > most - 0.02, "{} of {most}", quality(best));
    assert_eq!(plan.winners(&trials), [plan.best(&trials).expect("a best")]);
}

#[test]
fn the_budget_holds_back_what_the_best_will_cost_and_slow_kinds_are_not_begun_late() {
    let two = vec![square(), Space { kind: Kind::Network, ranges: Space::usual(Kind::Network).ranges }];
    let spec = spec(two, 1);
    let bases = [base(), usual(Kind::Network)];
    let plan = Plan { spec: &spec, bases: &bases, n_folds: 5, higher_is_better: true, n_hands: 2 };
    let trial = |space, values: Vec<f64>, score, seconds| Trial {
        space,
        values,
        origin: Origin::Portfolio,
        goal: 1,
        scores: vec![(0, Some(score))],
        seconds,
        failed: None,
    };
    let network = Space::usual(Kind::Network).values_at(&[0.2; 5]);
    // The best of the trees costs six fits of 2 s on two hands; the network, worse than the design's, nothing.
    let trials =
        [trial(0, vec![0.5, 0.5], 0.9, 2.0), trial(1, plan_values(&plan, 1), 0.8, 30.0), trial(1, network, 0.7, 30.0)];
    assert_eq!(plan.winners(&trials), [0]);
    assert!(matches!(plan.next(&trials, 51.0, &|_| true), Next::Promote { trial: 0, goal: 2 }));
    assert_eq!(plan.next(&trials, 54.1, &|_| true), Next::Over);
    // 24 s are left, and a network takes 30 s.
    assert_eq!(plan.next(&trials, 30.0, &|kind| kind == Kind::Network), Next::Wait);
    assert!(matches!(plan.next(&trials, 10.0, &|kind| kind == Kind::Network), Next::Begin(trial) if trial.space == 1));
    assert_eq!(plan.next(&trials, 10.0, &|_| false), Next::Wait, "nobody is free");
    assert_eq!(plan.next(&trials, 60.0, &|_| false), Next::Over);
}

/// What the design has, as the values of a trial.
fn plan_values(plan: &Plan, space: usize) -> Vec<f64> {
    match plan.next(&[], 0.0, &|kind| kind == plan.spec.spaces[space].kind) {
        Next::Begin(trial) => trial.values,
        other => panic!("the first trial: {other:?}"),
    }
}

#[test]
fn equal_trials_lead_to_equal_proposals_and_failures_to_other_settings() {
    let spec = spec(vec![square()], 1);
    let bases = [base()];
    let plan = Plan { spec: &spec, bases: &bases, n_folds: 5, higher_is_better: true, n_hands: 1 };
    let (a, b) = (search(&plan, 25, learner), search(&plan, 25, learner));
    assert_eq!(a, b);
    let record = SearchRecord { spec: spec.clone(), bases: bases.to_vec(), trials: a.clone(), seconds: 1.5 };
    let text = serde_json::to_string(&record).expect("it can be written");
    assert_eq!(serde_json::from_str::<SearchRecord>(&text).expect("it can be read"), record, "to the bit");
    // Where one half fails, the other is tried more often.
    let mut trials: Vec<Trial> = Vec::new();
    while trials.len() < 30 {
        match plan.next(&trials, 0.0, &|_| true) {
            Next::Begin(trial) => trials.push(trial),
            Next::Promote { trial, goal } => trials[trial].goal = goal,
            other => panic!("time is left: {other:?}"),
        }
        for trial in &mut trials {
            if trial.values[0] > 0.5 {
                trial.failed = Some("It diverged.".into());
            }
            for fold in trial.scores.len() as u32..if trial.failed.is_some() { 0 } else { trial.goal } {
                trial.take(fold, Some(0.5), 1.0);
            }
        }
    }
    let failed = trials[12..].iter().filter(|trial| trial.failed.is_some()).count();
    assert!(failed < 7, "{failed} of 18");
    assert!(plan.best(&trials).is_some_and(|best| trials[best].failed.is_none()));
}

#[test]
fn every_setting_can_be_read_and_written_and_keeps_to_its_limits() {
    for kind in Kind::ALL {
        let base = usual(kind);
        assert_eq!(Kind::of(&base.model), Some(kind));
        assert_eq!(base.model.name(), kind.name());
        for setting in settings_of(kind) {
            let (low, high) = setting.limits;
            assert!(
                low <= setting.usual.0 && setting.usual.0 < setting.usual.1 && setting.usual.1 <= high,
                "{}",
                setting.field
            );
            for value in [low, high, setting.usual.0, setting.usual.1].iter().chain(setting.portfolio) {
                let mut model = base.model.clone();
                (setting.set)(&mut model, *value);
                assert_eq!((setting.get)(&model), Some(*value), "{} of {}", setting.field, kind.name());
                let task = hearth::dataset::Task::Binary;
                assert!(model.validate(task).is_empty(), "{} {value}: {:?}", setting.field, model.validate(task));
            }
        }
    }
    let mut wrong = SearchSpec::usual(5);
    wrong.minutes = 0;
    wrong.spaces[1].ranges[0].setting = "colour".into();
    wrong.spaces[0].ranges[0].from = 0.0;
    wrong.spaces[2].ranges[1].to = 1.0;
    wrong.spaces[4] = Space::usual(Kind::Boost);
    let said: Vec<String> = wrong.validate().iter().map(|p| format!("{}: {} {}", p.place, p.event, p.cure)).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    search, minutes: The minutes 0 is outside 1 to 240. Give a whole number from 1 to 240.
    search, spaces: Boosted trees stands among the spaces twice. Name each kind of model once.
    search, Linear, l2: 0 to 10000 is no range inside 0.000001 to 1000000. Give two numbers from 0.000001 to 1000000, the smaller first.
    search, Boosted trees, colour: “colour” is no setting of this model that a search can vary. Name one of learning_rate, rounds, max_leaves, min_rows_leaf, leaf_l2, row_share, column_share.
    search, Random forest, max_leaves: 32 to 1 is no range inside 2 to 65536. Give two numbers from 2 to 65536, the smaller first.
    ");
}
