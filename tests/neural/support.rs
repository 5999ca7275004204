//! Data sets, specifications, and a way to wait for what is always ready on the CPU.

use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use burn::tensor::Device;
use hearth::job::neural::Checkpoint;
use hearth::model::ClassWeights;
use hearth::model::network::{
    Activation, Network, NetworkData, NetworkSpec, NetworkTarget, Schedule, Stopped, TrainingRecord,
};
use hearth::neural::{Advanced, Trainer};
use hearth::prepare::Matrix;
use hearth::random::Random;

/// The CPU answers at once; nothing here may wait for long.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

pub fn spec() -> NetworkSpec {
    NetworkSpec {
        hidden: vec![32, 32],
        activation: Activation::Selu,
        dropout: 0.0,
        weight_decay: 0.0,
        learning_rate: 0.04,
        schedule: Schedule::Coslog4,
        batch_size: 64,
        epochs: 40,
        patience: None,
        validation_share: 0.2,
        class_weights: ClassWeights::Equal,
        seed: 7,
    }
}

pub fn classes(features: Vec<f32>, n_columns: usize, codes: Vec<u32>, n_classes: usize, n_train: usize) -> NetworkData {
    let n_rows = codes.len();
    NetworkData {
        features: Matrix { values: features, n_rows, n_columns },
        target: NetworkTarget::Classes { codes, n_classes, weights: vec![] },
        n_train,
    }
}

/// Two interleaved half circles with noise, within about [−1, 1]².
pub fn moons(n: usize, noise: f64, seed: u64) -> NetworkData {
    let mut random = Random::new(seed, 0);
    let (mut features, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let class = random.below(2) as u32;
        let angle = std::f64::consts::PI * random.unit();
        let (mut x, mut y) = (angle.cos(), angle.sin());
        if class == 1 {
            (x, y) = (1.0 - x, 0.5 - y);
        }
        features.push(((x - 0.5) / 1.5 + noise * random.normal()) as f32);
        features.push(((y - 0.25) / 1.5 + noise * random.normal()) as f32);
        codes.push(class);
    }
    classes(features, 2, codes, 2, n * 4 / 5)
}

pub fn xor(n: usize) -> NetworkData {
    let mut random = Random::new(3, 0);
    let features: Vec<f32> = (0..2 * n).map(|_| (2.0 * random.unit() - 1.0) as f32).collect();
    let codes = features.chunks(2).map(|p| u32::from((p[0] > 0.0) != (p[1] > 0.0))).collect();
    classes(features, 2, codes, 2, n * 4 / 5)
}

/// y = 40 + 12·sin(3a) + 5·b² + noise, of four features.
pub fn waves(n: usize, noise: f64) -> NetworkData {
    let mut random = Random::new(5, 0);
    let features: Vec<f32> = (0..4 * n).map(|_| random.normal() as f32).collect();
    let values = features
        .chunks(4)
        .map(|x| {
            let clean = 40.0 + 12.0 * (1.5 * f64::from(x[0])).sin() + 5.0 * f64::from(x[1]).powi(2);
            (clean + noise * random.normal()) as f32
        })
        .collect();
    NetworkData {
        features: Matrix { values: features, n_rows: n, n_columns: 4 },
        target: NetworkTarget::Values(values),
        n_train: n * 4 / 5,
    }
}

pub fn trainer(spec: &NetworkSpec, data: &NetworkData, resume: Option<Checkpoint>) -> Trainer {
    Trainer::new(spec.clone(), data.clone(), &Device::flex(), resume, Rc::new(|| 0.0))
        .expect("data that can be trained")
}

/// Train to the end, `steps` at a time.
pub fn run(trainer: &mut Trainer, steps: u32) -> (Network, TrainingRecord, Stopped) {
    loop {
        if let Advanced::Finished(stopped) = block_on(trainer.advance(steps)).expect("the CPU answers") {
            let (network, record) = block_on(trainer.finish()).expect("the CPU answers");
            return (network, record, stopped);
        }
    }
}

pub fn train(spec: &NetworkSpec, data: &NetworkData) -> (Network, TrainingRecord, Stopped) {
    run(&mut trainer(spec, data, None), 1000)
}
