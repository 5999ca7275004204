//! The red team: planted leaks are caught and named, and clean tables are left alone.

use hearth::dataset::{Groups, Target, Task, Times};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::fit::FitSpec;
use hearth::model::linear::LinearSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::random::Random;
use hearth::split::{SplitKind, SplitSpec};
use hearth::table::{Column, Values};
use hearth::validate::redteam::{Probe, Subject, Trial, Use, Verdict};

use crate::data::{dataset, labels, numbers};

/// Columns of numbers of which the first three tell the class.
fn clean(n: usize, seed: u64) -> (Vec<Column>, Vec<u32>) {
    let mut random = Random::new(seed, 0);
    let raw: Vec<Vec<f64>> = (0..5).map(|_| (0..n).map(|_| random.normal()).collect()).collect();
    let codes =
        (0..n).map(|row| u32::from(raw[0][row] + raw[1][row] - raw[2][row] + 1.5 * random.normal() > 0.0)).collect();
    let columns = raw.into_iter().enumerate().map(|(i, values)| numbers(&format!("c{i}"), values)).collect();
    (columns, codes)
}

fn spec() -> PipelineSpec {
    PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) }
}

struct Setting<'a> {
    columns: &'a [Column],
    codes: &'a [u32],
    split: SplitSpec,
    groups: Option<Groups>,
    times: Option<Times>,
    spec: PipelineSpec,
}

fn attack(setting: Setting) -> Vec<Trial> {
    let target = Target::Classes { codes: setting.codes.to_vec(), labels: labels(2) };
    let mut data = dataset(setting.columns, target);
    data.times = setting.times.clone();
    let split = setting.split.draw(&data).expect("enough rows");
    let subject = Subject {
        dataset: data,
        split,
        spec: Some(setting.spec),
        metric: Metric::primary(Task::Binary),
        seed: 5,
        tested: None,
        groups: setting.groups,
        times: setting.times,
    };
    let noise = subject.noise();
    let found: Vec<_> = subject
        .refits()
        .into_iter()
        .map(|refit| {
            let mut input = subject.prepare(&refit, &noise).expect("enough rows");
            let spec = FitSpec::of(&subject.spec_of(&refit).model).expect("no network");
            let model = input.fit_task(spec).fit().expect("sound").model;
            let lead = subject.score(&refit, &noise, input, model);
            (refit, lead)
        })
        .collect();
    assert_eq!(found[0].0.purpose, Use::Real);
    subject.judge(&found)
}

fn plain<'a>(columns: &'a [Column], codes: &'a [u32]) -> Setting<'a> {
    Setting { columns, codes, split: SplitSpec::default(), groups: None, times: None, spec: spec() }
}

fn verdict(trials: &[Trial], probe: Probe) -> Verdict {
    let found = trials.iter().find(|trial| trial.probe == probe).expect("every probe is tried");
    println!("{probe:?}: {:?} {}", found.verdict, found.finding);
    found.verdict
}

fn alarms(trials: &[Trial]) -> Vec<&Trial> {
    trials.iter().filter(|trial| matches!(trial.verdict, Verdict::Doubtful | Verdict::Failed)).collect()
}

#[test]
fn twenty_clean_tables_raise_at_most_two_alarms() {
    let mut raised = Vec::new();
    for seed in 0..20 {
        let (columns, codes) = clean(if seed % 2 == 0 { 250 } else { 900 }, 100 + seed);
        let trials = attack(plain(&columns, &codes));
        assert_eq!(trials.len(), Probe::ALL.len());
        raised.extend(alarms(&trials).into_iter().map(|trial| format!("{seed}: {trial:?}")));
    }
    println!("{} alarms on 20 clean tables: {raised:#?}", raised.len());
    assert!(raised.len() <= 2, "{raised:#?}");
}

/// Duplicates (Kapoor & Narayanan L1.4): half of the rows stand in the table twice, and trees learn them by heart.
#[test]
fn copies_across_folds_are_caught() {
    let (mut columns, mut codes) = clean(300, 7);
    for column in &mut columns {
        let Values::Number(values) = &mut column.values else { unreachable!("numbers") };
        let again: Vec<f64> = values[..150].to_vec();
        values.extend(again);
    }
    codes.extend(codes[..150].to_vec());
    let trials = attack(plain(&columns, &codes));
    assert_eq!(verdict(&trials, Probe::Copies), Verdict::Doubtful, "without predictions the cost is not known");
    let found = trials.iter().find(|t| t.probe == Probe::Copies).expect("tried");
    assert!(found.finding.contains("test set do too"), "{}", found.finding);
}

/// Non-independence (L3.2): rows of one person are alike and share the answer.
#[test]
fn groups_on_both_sides_are_caught() {
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
    let trees = PipelineSpec {
        prepare: PrepareSpec::for_trees(),
        model: ModelSpec::Boost(hearth::model::trees::BoostSpec::default()),
    };
    let trials = attack(Setting { groups: Some(groups), spec: trees, ..plain(&columns, &codes) });
    assert_eq!(verdict(&trials, Probe::Groups), Verdict::Failed);
}

/// Temporal leakage (L3.1): what the columns mean turns round with time.
#[test]
fn the_future_that_helps_is_caught() {
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
    let trees = PipelineSpec {
        prepare: PrepareSpec::for_trees(),
        model: ModelSpec::Boost(hearth::model::trees::BoostSpec::default()),
    };
    let trials = attack(Setting { times: Some(times.clone()), spec: trees, ..plain(&all, &codes) });
    assert_eq!(verdict(&trials, Probe::Time), Verdict::Failed);
    // A test set of the latest rows is told apart (L3.3).
    let split = SplitSpec { kind: SplitKind::FORWARD, ..SplitSpec::default() };
    let trials = attack(Setting { times: Some(times), split, ..plain(&all, &codes) });
    assert_eq!(verdict(&trials, Probe::Shift), Verdict::Doubtful);
}

/// Illegitimate features (L2): a column that is filled in when the answer is yes.
#[test]
fn missing_cells_that_mirror_the_outcome_are_caught() {
    let (mut columns, codes) = clean(400, 10);
    let mut random = Random::new(10, 1);
    let filled = codes.iter().map(|code| if *code == 1 { random.normal() } else { f64::NAN }).collect();
    columns.push(numbers("sum_paid", filled));
    let trials = attack(plain(&columns, &codes));
    assert_eq!(verdict(&trials, Probe::AfterOutcome), Verdict::Failed);
    let found = trials.iter().find(|t| t.probe == Probe::AfterOutcome).expect("tried");
    assert!(found.finding.contains("sum_paid"), "{}", found.finding);
}

#[test]
fn a_sound_model_ignores_noise_and_learns_nothing_from_a_shuffled_target() {
    let (columns, codes) = clean(900, 11);
    let trials = attack(plain(&columns, &codes));
    assert_eq!(verdict(&trials, Probe::ShuffledTarget), Verdict::Passed);
    assert_eq!(verdict(&trials, Probe::PlantedNoise), Verdict::Passed);
    assert_eq!(verdict(&trials, Probe::Shift), Verdict::Passed);
    assert_eq!(verdict(&trials, Probe::Time), Verdict::Unknown, "no time is no pass");
    // Without a test set nothing stands apart (L1.1).
    let split = SplitSpec { holdout: 0.0, ..SplitSpec::default() };
    let trials = attack(Setting { split, ..plain(&columns, &codes) });
    assert_eq!(verdict(&trials, Probe::Shift), Verdict::Unknown);
}
