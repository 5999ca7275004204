//! Gradients against finite differences of the loss in f64, and the step that AdamW makes of them.

use hearth::job::neural::Checkpoint;
use hearth::model::network::{Activation, NetworkData, NetworkSpec, NetworkTarget, Schedule};
use hearth::neural::batches::LossTarget;
use hearth::random::Random;

use crate::support::{block_on, moons, spec, trainer, waves};

fn activate(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Relu => z.max(0.0),
        Activation::Selu => 1.0507009873554805 * if z > 0.0 { z } else { 1.6732632423543772 * z.exp_m1() },
        Activation::Silu => z / (1.0 + (-z).exp()),
        Activation::Tanh => z.tanh(),
    }
}

/// Mean loss over the training rows, with tensors in the trainer's order and layout.
fn loss(spec: &NetworkSpec, data: &NetworkData, tensors: &[Vec<f64>]) -> f64 {
    let (mut sum, mut weight) = (0.0, 0.0);
    let target = LossTarget::new(data);
    let n_layers = (tensors.len() - 1) / 2;
    for row in 0..data.n_train {
        let mut h: Vec<f64> = data.features.row(row).iter().zip(&tensors[0]).map(|(&x, s)| f64::from(x) * s).collect();
        for layer in 0..n_layers {
            let (weights, bias) = (&tensors[1 + 2 * layer], &tensors[2 + 2 * layer]);
            let n = bias.len();
            let z = (0..n).map(|o| bias[o] + h.iter().enumerate().map(|(i, x)| x * weights[i * n + o]).sum::<f64>());
            h = match layer + 1 < n_layers {
                true => z.map(|z| activate(spec.activation, z)).collect(),
                false => z.collect(),
            };
        }
        match (&data.target, &target) {
            (NetworkTarget::Classes { codes, .. }, _) => {
                let w = target.weight(codes[row] as usize);
                let total = h.iter().map(|z| z.exp()).sum::<f64>().ln();
                sum += w * (total - h[codes[row] as usize]);
                weight += w;
            }
            (_, LossTarget::Values { standardised, .. }) => {
                sum += (h[0] - f64::from(standardised[row])).powi(2);
                weight += 1.0;
            }
            _ => unreachable!(),
        }
    }
    sum / weight
}

/// A training one step in, with all tensors random and none near a kink.
fn begun(spec: &NetworkSpec, data: &NetworkData) -> Checkpoint {
    let mut first = trainer(spec, data, None);
    block_on(first.advance(1)).unwrap();
    let mut checkpoint = block_on(first.checkpoint()).unwrap();
    let mut random = Random::new(1, 1);
    for numbers in &mut checkpoint.tensors {
        numbers[0].iter_mut().for_each(|v| *v = (0.6 * random.normal()) as f32);
    }
    checkpoint
}

#[test]
fn gradients_are_the_slopes_of_the_loss() {
    let mut weighted = moons(20, 0.2, 1);
    if let NetworkTarget::Classes { weights, .. } = &mut weighted.target {
        *weights = vec![0.7, 3.0];
    }
    for data in [weighted, waves(25, 1.0)] {
        for activation in [Activation::Relu, Activation::Selu, Activation::Silu, Activation::Tanh] {
            let spec = NetworkSpec { activation, hidden: vec![5, 4], batch_size: 100, ..spec() };
            let checkpoint = begun(&spec, &data);
            let tensors: Vec<Vec<f64>> =
                checkpoint.tensors.iter().map(|n| n[0].iter().map(|&v| f64::from(v)).collect()).collect();
            let gradient = block_on(trainer(&spec, &data, Some(checkpoint)).gradient()).unwrap();
            for (tensor, values) in tensors.iter().enumerate() {
                for i in 0..values.len() {
                    let at = |change: f64| {
                        let mut moved = tensors.clone();
                        moved[tensor][i] += change;
                        loss(&spec, &data, &moved)
                    };
                    let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
                    let own = f64::from(gradient[tensor][i]);
                    assert!(
                        (own - slope).abs() < 2e-4 * (1.0 + slope.abs()),
                        "{activation:?} {tensor} {i}: {own} {slope}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_step_is_adamw_with_a_rate_for_each_kind_of_tensor() {
    let data = moons(20, 0.2, 2);
    let spec =
        NetworkSpec { hidden: vec![5, 4], batch_size: 100, schedule: Schedule::Constant, weight_decay: 0.3, ..spec() };
    let before = begun(&spec, &data);
    let mut trainer = trainer(&spec, &data, Some(before.clone()));
    let gradient = block_on(trainer.gradient()).unwrap();
    block_on(trainer.advance(1)).unwrap();
    let after = block_on(trainer.checkpoint()).unwrap();
    let rates = [6.0, 1.0 / 2f64.sqrt(), 0.1, 1.0 / 5f64.sqrt(), 0.1, 1.0 / 4f64.sqrt(), 0.1];
    let learning_rate = 0.04;
    for (tensor, rate) in rates.into_iter().enumerate() {
        let decay = if tensor % 2 == 1 { 0.3 } else { 0.0 };
        let number = |c: &Checkpoint, kind: usize, i: usize| f64::from(c.tensors[tensor][kind][i]);
        for (i, &g) in gradient[tensor].iter().enumerate() {
            let g = f64::from(g);
            let first = 0.9 * number(&before, 1, i) + 0.1 * g;
            let second = 0.95 * number(&before, 2, i) + 0.05 * g * g;
            // The second step: corrections 1 − β².
            let size = first / (1.0 - 0.9f64.powi(2)) / ((second / (1.0 - 0.95f64.powi(2))).sqrt() + 1e-8);
            let value = number(&before, 0, i) * (1.0 - learning_rate * decay) - learning_rate * rate * size;
            for (kind, expected) in [value, first, second].into_iter().enumerate() {
                let own = number(&after, kind, i);
                assert!((own - expected).abs() < 1e-5 * (1.0 + expected.abs()), "{tensor} {kind}: {own} {expected}");
            }
        }
    }
}
