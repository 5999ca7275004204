//! The red team: clean tables are left alone, and what every probe is tried with. Planted leaks: `eight_kinds.rs`.

use hearth::dataset::{Groups, Target, Task, Times};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::fit::FitSpec;
use hearth::model::linear::LinearSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::random::Random;
use hearth::split::SplitSpec;
use hearth::table::Column;
use hearth::validate::redteam::{Probe, Subject, Trial, Use, Verdict};

use crate::data::{dataset, labels, numbers};

/// Columns of numbers of which the first three tell the class.
pub fn clean(n: usize, seed: u64) -> (Vec<Column>, Vec<u32>) {
    let mut random = Random::new(seed, 0);
    let raw: Vec<Vec<f64>> = (0..5).map(|_| (0..n).map(|_| random.normal()).collect()).collect();
    let codes =
        (0..n).map(|row| u32::from(raw[0][row] + raw[1][row] - raw[2][row] + 1.5 * random.normal() > 0.0)).collect();
    let columns = raw.into_iter().enumerate().map(|(i, values)| numbers(&format!("c{i}"), values)).collect();
    (columns, codes)
}

pub fn spec() -> PipelineSpec {
    PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) }
}

pub struct Setting<'a> {
    pub columns: &'a [Column],
    pub codes: &'a [u32],
    pub split: SplitSpec,
    pub groups: Option<Groups>,
    pub times: Option<Times>,
    pub spec: PipelineSpec,
}

pub fn attack(setting: Setting) -> Vec<Trial> {
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

pub fn plain<'a>(columns: &'a [Column], codes: &'a [u32]) -> Setting<'a> {
    Setting { columns, codes, split: SplitSpec::default(), groups: None, times: None, spec: spec() }
}

pub fn verdict(trials: &[Trial], probe: Probe) -> Verdict {
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

#[test]
fn a_sound_model_ignores_noise_and_learns_nothing_from_a_shuffled_target() {
    let (columns, codes) = clean(900, 11);
    let trials = attack(plain(&columns, &codes));
    assert_eq!(verdict(&trials, Probe::ShuffledTarget), Verdict::Passed);
    assert_eq!(verdict(&trials, Probe::PlantedNoise), Verdict::Passed);
    assert_eq!(verdict(&trials, Probe::Shift), Verdict::Passed);
    assert_eq!(verdict(&trials, Probe::Time), Verdict::Unknown, "no time is no pass");
}
