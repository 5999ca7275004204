use std::rc::Rc;

use burn::tensor::Device;
use hearth::job::message::{decode, encode};
use hearth::job::neural::{Checkpoint, TRAINER_FORM};
use hearth::model::Head;
use hearth::model::Predictions;
use hearth::model::network::{Activation, CurvePoint, NetworkData, NetworkSpec, NetworkTarget, Schedule, Stopped};
use hearth::neural::playground::evaluate;
use hearth::neural::{Trainer, batches};

use crate::support::{block_on, classes, moons, run, spec, train, trainer, waves, xor};

#[test]
fn learns_xor_and_moons() {
    for data in [xor(400), moons(500, 0.05, 1)] {
        let (_, record, stopped) = train(&spec(), &data);
        let best = record.curve[record.best_epoch as usize - 1];
        assert_eq!(stopped, Stopped::AllEpochs);
        assert_eq!(record.epochs_run, 40);
        assert!(best.validation_score > 0.95 && best.train_score > 0.95, "{best:?}");
    }
}

#[test]
fn every_activation_and_schedule_learns() {
    let data = moons(300, 0.05, 2);
    for activation in [Activation::Relu, Activation::Selu, Activation::Silu, Activation::Tanh] {
        for schedule in [Schedule::Constant, Schedule::Cosine, Schedule::Coslog4] {
            let spec = NetworkSpec { activation, schedule, hidden: vec![16, 16], ..spec() };
            let (_, record, _) = train(&spec, &data);
            let score = record.curve[record.best_epoch as usize - 1].validation_score;
            assert!(score > 0.9, "{activation:?} {schedule:?}: {score}");
        }
    }
}

#[test]
fn regression_explains_the_target_and_gives_it_in_its_own_units() {
    let spec = NetworkSpec { learning_rate: 0.07, activation: Activation::Silu, ..spec() };
    let data = waves(800, 0.5);
    let (network, record, _) = train(&spec, &data);
    let best = record.curve[record.best_epoch as usize - 1];
    assert!(best.validation_score > 0.9, "{best:?}");
    let Head::Value { center, scale } = network.head else { panic!("a regression has a value head") };
    let NetworkTarget::Values(values) = &data.target else { unreachable!() };
    let mean = values[..data.n_train].iter().map(|&v| f64::from(v)).sum::<f64>() / data.n_train as f64;
    let variance = values[..data.n_train].iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>();
    assert!((f64::from(center) - mean).abs() < 1e-4);
    assert!((f64::from(scale) - (variance / data.n_train as f64).sqrt()).abs() < 1e-4);
}

#[test]
fn a_plain_network_computes_what_the_trainer_computed() {
    for activation in [Activation::Relu, Activation::Selu, Activation::Silu, Activation::Tanh] {
        let data = waves(300, 0.5);
        let spec = NetworkSpec { activation, epochs: 5, hidden: vec![16, 8, 8], ..spec() };
        let mut trainer = trainer(&spec, &data, None);
        block_on(trainer.run(30)).unwrap();
        let network = block_on(trainer.network()).unwrap();
        let own = block_on(trainer.outputs(&data.features.values, 300)).unwrap();
        let Predictions::Values(plain) = network.predict(&data.features) else { panic!("values") };
        let Head::Value { center, scale } = network.head else { panic!("a value head") };
        assert_eq!(own.len(), plain.len());
        assert!(own.iter().any(|v| v.abs() > 0.1));
        // In units of the standardised target.
        assert!(own.iter().zip(&plain).all(|(a, b)| (a - (b - center) / scale).abs() < 1e-5), "{activation:?}");
    }
}

/// The same weights, curve and best as without a pause, wherever the pause falls.
#[test]
fn goes_on_from_a_checkpoint_as_if_nothing_had_happened() {
    let spec = NetworkSpec { dropout: 0.2, weight_decay: 0.01, epochs: 8, activation: Activation::Silu, ..spec() };
    for data in [moons(250, 0.1, 3), waves(200, 1.0)] {
        let (network, record, _) = train(&spec, &data);
        for pause in [1, 2, 3, 11, 17] {
            let mut first = trainer(&spec, &data, None);
            while first.step() < pause {
                block_on(first.advance(1)).unwrap();
            }
            let bytes = encode(&block_on(first.checkpoint()).unwrap());
            let checkpoint: Checkpoint = decode(&bytes).unwrap();
            assert_eq!(checkpoint.step, pause);
            let (again, more, _) = run(&mut trainer(&spec, &data, Some(checkpoint)), 3);
            assert_eq!(again, network, "pause at step {pause}");
            assert_eq!(more.curve, record.curve);
            assert_eq!(more.best_epoch, record.best_epoch);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_network_and_another_seed_another() {
    let data = moons(200, 0.1, 4);
    let spec = NetworkSpec { dropout: 0.1, epochs: 4, ..spec() };
    let (first, second) = (train(&spec, &data), train(&spec, &data));
    assert_eq!(first.0, second.0);
    assert_eq!(first.1, second.1);
    assert_ne!(train(&NetworkSpec { seed: 8, ..spec }, &data).0, first.0);
}

#[test]
fn stops_early_and_returns_the_best_epoch() {
    let mut data = moons(120, 0.4, 5);
    data.n_train = 60;
    let spec =
        NetworkSpec { patience: Some(6), epochs: 200, schedule: Schedule::Constant, hidden: vec![64, 64], ..spec() };
    let (network, record, stopped) = train(&spec, &data);
    assert_eq!(stopped, Stopped::Early);
    assert_eq!(record.epochs_run, record.best_epoch + 6);
    let best = record.curve.iter().min_by(|a, b| a.validation_loss.total_cmp(&b.validation_loss)).unwrap();
    assert_eq!(best.epoch, record.best_epoch);
    let point = evaluate(&network, &data, best.epoch, best.step);
    assert!((point.validation_loss - best.validation_loss).abs() < 1e-5, "{point:?} {best:?}");
    assert!((point.validation_score - best.validation_score).abs() < 1e-6);
}

#[test]
fn a_training_that_diverges_stops_and_keeps_the_best() {
    for data in [waves(100, 1.0), moons(100, 0.1, 6)] {
        for learning_rate in [1e10, 1e25, 1e37] {
            let spec = NetworkSpec { learning_rate, schedule: Schedule::Constant, epochs: 300, ..spec() };
            let (network, record, stopped) = train(&spec, &data);
            let numbers = network.layers.iter().flat_map(|layer| layer.weights.iter().chain(&layer.bias));
            assert!(numbers.chain(&network.input_scale).all(|v| v.is_finite()));
            assert!(record.curve.iter().all(|p| p.train_loss.is_finite() && p.validation_loss.is_finite()));
            if learning_rate > 1e30 {
                assert_eq!(stopped, Stopped::Diverged);
            }
        }
    }
}

#[test]
fn tiny_data_train() {
    for (n, n_train, batch_size) in [(3, 3, 2), (3, 3, 256), (3, 2, 1), (1, 1, 4), (5, 3, 2)] {
        let features = (0..n).flat_map(|i| [i as f32 - 1.0, 0.5]).collect();
        let codes: Vec<u32> = (0..n as u32).map(|i| i % 2).collect();
        let data = classes(features, 2, codes, 2, n_train);
        let spec = NetworkSpec { batch_size, epochs: 60, ..spec() };
        let (_, record, stopped) = train(&spec, &data);
        assert_eq!((stopped, record.epochs_run), (Stopped::AllEpochs, 60));
        let last = record.curve.last().unwrap();
        assert!(last.train_loss < 0.2, "{last:?}");
        assert!(last.train_score == 1.0);
    }
}

#[test]
fn a_constant_target_is_no_trouble() {
    let mut data = waves(60, 0.0);
    data.target = NetworkTarget::Values(vec![3.5; 60]);
    let (network, record, stopped) = train(&NetworkSpec { epochs: 5, ..spec() }, &data);
    assert_eq!(stopped, Stopped::AllEpochs);
    assert_eq!(record.curve[0].train_loss, 0.0);
    assert_eq!(network.head, Head::Value { center: 3.5, scale: 1.0 });
}

#[test]
fn without_hidden_layers_it_is_logistic_regression() {
    let data = moons(300, 0.05, 8);
    let (network, record, _) = train(&NetworkSpec { hidden: vec![], ..spec() }, &data);
    assert_eq!(network.layers.len(), 1);
    assert!(record.curve.last().unwrap().train_score > 0.8);
}

/// A class that counts twice is a class whose rows are there twice.
#[test]
fn class_weights_count_like_repeated_rows() {
    let mut weighted = moons(100, 0.3, 9);
    weighted.n_train = 100;
    let NetworkTarget::Classes { codes, weights, .. } = &mut weighted.target else { unreachable!() };
    *weights = vec![1.0, 2.0];
    let codes = codes.clone();
    let twice: Vec<usize> = (0..100).chain((0..100).filter(|&i| codes[i] == 1)).collect();
    let features = twice.iter().flat_map(|&i| weighted.features.row(i).to_vec()).collect();
    let repeated = classes(features, 2, twice.iter().map(|&i| codes[i]).collect(), 2, twice.len());
    // One batch an epoch, so that the order of rows does not matter.
    let spec = NetworkSpec { batch_size: 1000, epochs: 20, hidden: vec![8], ..spec() };
    let (_, weighted, _) = train(&spec, &weighted);
    let (_, repeated, _) = train(&spec, &repeated);
    for (a, b) in weighted.curve.iter().zip(&repeated.curve) {
        assert!((a.train_loss - b.train_loss).abs() < 1e-3, "{a:?} {b:?}");
    }
    assert!(weighted.curve[19].train_loss < weighted.curve[0].train_loss);
}

/// A fold that tests the only row of a class trains without that class, which `Balanced` then weighs with 0.
#[test]
fn a_class_without_training_rows_may_weigh_nothing() {
    let mut data = moons(150, 0.1, 4);
    let NetworkTarget::Classes { n_classes, weights, .. } = &mut data.target else { unreachable!() };
    *n_classes = 3;
    *weights = vec![0.9, 1.1, 0.0];
    let finite = |data: &NetworkData| {
        let (network, record, stopped) = train(&NetworkSpec { epochs: 10, ..spec() }, data);
        assert_eq!(stopped, Stopped::AllEpochs);
        let numbers = |p: &CurvePoint| [p.train_loss, p.validation_loss, p.train_score, p.validation_score];
        assert!(record.curve.iter().flat_map(numbers).all(f32::is_finite), "{:?}", record.curve);
        assert_eq!(network.layers.last().map(|layer| layer.n_outputs), Some(3));
        record
    };
    let best = finite(&data).curve[9];
    assert!(best.train_score > 0.7 && best.validation_score > 0.7, "{best:?}");
    // Rows that only watch may be of it: one of them, or all.
    let n_train = data.n_train;
    let NetworkTarget::Classes { codes, .. } = &mut data.target else { unreachable!() };
    codes[n_train] = 2;
    finite(&data);
    let NetworkTarget::Classes { codes, .. } = &mut data.target else { unreachable!() };
    codes[n_train..].fill(2);
    let record = finite(&data);
    assert!(record.curve.iter().all(|p| p.validation_loss == p.train_loss), "nothing watches");
    // A training row that counts nothing is a mistake of whoever asks.
    let NetworkTarget::Classes { codes, .. } = &mut data.target else { unreachable!() };
    codes[0] = 2;
    let refused = Trainer::new(spec(), data, &Device::flex(), None, Rc::new(|| 0.0)).err();
    insta::assert_snapshot!(refused.expect("a sentence"), @"The target does not fit the rows, or the weight of a class with training rows is not a positive number.");
}

/// What `TRAINER_FORM` stands for. Where these numbers move by more than another processor's rounding, old checkpoints
/// must not go on: raise the form, then pin the new numbers.
#[test]
fn the_form_of_training_comes_to_these_numbers() {
    let spec = NetworkSpec { dropout: 0.1, weight_decay: 0.01, epochs: 3, batch_size: 32, ..spec() };
    let mut told = format!("form {TRAINER_FORM}");
    for data in [moons(120, 0.1, 1), waves(120, 0.5)] {
        let mut trainer = trainer(&spec, &data, None);
        let (network, record, _) = run(&mut trainer, 1000);
        let last = record.curve[2];
        let weights = network.layers.iter().flat_map(|layer| layer.weights.iter().chain(&layer.bias));
        let size: f64 = weights.map(|w| f64::from(w.abs())).sum();
        let tensors = block_on(trainer.checkpoint()).expect("the CPU answers").tensors.len();
        told += &format!(
            "\nloss {:.3}, validation {:.3}, weights {size:.2}, tensors {tensors}",
            last.train_loss, last.validation_loss
        );
    }
    insta::assert_snapshot!(told, @r"
    form 1
    loss 0.546, validation 0.356, weights 243.39, tensors 7
    loss 0.771, validation 0.801, weights 253.33, tensors 7
    ");
}

#[test]
fn weight_decay_and_dropout_shrink_and_slow() {
    let data = moons(200, 0.1, 10);
    let plain = NetworkSpec { epochs: 10, schedule: Schedule::Constant, ..spec() };
    let size = |spec: &NetworkSpec| {
        let (network, ..) = train(spec, &data);
        network.layers.iter().flat_map(|l| &l.weights).map(|w| f64::from(w * w)).sum::<f64>()
    };
    assert!(size(&NetworkSpec { weight_decay: 1.0, ..plain.clone() }) < 0.7 * size(&plain));
    let loss = |spec: &NetworkSpec| train(spec, &data).1.curve[9].train_loss;
    assert!(loss(&NetworkSpec { dropout: 0.5, ..plain.clone() }) > loss(&plain));
}

#[test]
fn cancelling_keeps_what_there_is() {
    let data = moons(300, 0.1, 11);
    let mut early = trainer(&spec(), &data, None);
    block_on(early.advance(2)).unwrap();
    early.cancel();
    let (network, record, stopped) = run(&mut early, 1);
    assert_eq!((stopped, record.epochs_run, record.best_epoch), (Stopped::Cancelled, 0, 0));
    assert!(network.layers.last().unwrap().weights.iter().any(|&w| w != 0.0));
    let mut later = trainer(&spec(), &data, None);
    for _ in 0..3 {
        block_on(later.advance(1000)).unwrap();
    }
    later.cancel();
    let (_, record, stopped) = run(&mut later, 1);
    assert_eq!((stopped, record.epochs_run), (Stopped::Cancelled, 3));
    assert!(record.best_epoch > 0);
}

#[test]
fn what_cannot_be_trained_is_said() {
    let data = moons(20, 0.1, 12);
    let error = |spec: NetworkSpec, data: hearth::model::network::NetworkData| {
        hearth::neural::Trainer::new(spec, data, &burn::tensor::Device::flex(), None, std::rc::Rc::new(|| 0.0))
            .err()
            .expect("refused")
    };
    let mut empty = data.clone();
    empty.n_train = 0;
    assert_eq!(error(spec(), empty), "A network needs at least one training row.");
    let mut infinite = data.clone();
    infinite.features.values[3] = f32::NAN;
    assert_eq!(error(spec(), infinite), "A feature holds a value that is not a finite number.");
    let refused = NetworkSpec { hidden: vec![4, 0], ..spec() };
    assert_eq!(error(refused, data.clone()), "A hidden layer needs at least one unit.");
    let refused = NetworkSpec { dropout: 1.0, ..spec() };
    assert_eq!(error(refused, data.clone()), "Dropout must be at least 0 and less than 1.");
    let other = block_on(trainer(&NetworkSpec { hidden: vec![5], ..spec() }, &data, None).checkpoint()).unwrap();
    let refused = hearth::neural::Trainer::new(
        spec(),
        data,
        &burn::tensor::Device::flex(),
        Some(other),
        std::rc::Rc::new(|| 0.0),
    );
    assert_eq!(refused.err().unwrap(), "The checkpoint belongs to another network or other data.");
}

#[test]
fn dropout_masks_keep_the_mean_and_batches_cover_every_row_once() {
    let masks = batches::dropout_masks(1, 5, 0.25, 100, &[64, 32]);
    assert_eq!(masks.iter().map(Vec::len).collect::<Vec<_>>(), [6400, 3200]);
    let mean = masks[0].iter().sum::<f32>() / 6400.0;
    assert!((mean - 1.0).abs() < 0.03, "{mean}");
    assert!(masks[0].iter().all(|&m| m == 0.0 || m == 1.0 / 0.75));
    assert_eq!(batches::dropout_masks(1, 5, 0.25, 100, &[64, 32]), masks);
    assert_ne!(batches::dropout_masks(1, 6, 0.25, 100, &[64, 32]), masks);
    let mut order = batches::order(1, 0, 77);
    assert_ne!(order, batches::order(1, 1, 77));
    order.sort_unstable();
    assert_eq!(order, (0..77).collect::<Vec<_>>());
}

/// The cost of a step, printed: `cargo test --release --features neural --test neural cost -- --ignored --nocapture`; in the
/// browser `node tests/web/neural/run.mjs FOLDER cost`.
///
/// 16-64-64-2, batch 256, on one core of a busy machine: 1.6 ms native, 1.7 ms of processor time as wasm with SIMD; a
/// network of 2-8-8-2 with batch 32, which is all overhead, 0.8 ms as wasm. On WebGPU 37 launches in 2.5 submissions.
#[test]
#[ignore = "a measurement"]
fn cost_of_a_step() {
    for (n_features, width, batch_size) in [(16, 64, 256), (16, 256, 1024)] {
        let n = 8 * batch_size;
        let mut random = hearth::random::Random::new(1, 1);
        let features = (0..n * n_features).map(|_| random.normal() as f32).collect();
        let codes = (0..n).map(|_| random.below(2) as u32).collect();
        let data = classes(features, n_features, codes, 2, n);
        let spec = NetworkSpec { hidden: vec![width, width], batch_size: batch_size as u32, ..spec() };
        let mut trainer = trainer(&spec, &data, None);
        block_on(trainer.run(20)).unwrap();
        let start = std::time::Instant::now();
        block_on(trainer.run(100)).unwrap();
        println!("{n_features}-{width}-{width}-2, batch {batch_size}: {:?} a step", start.elapsed() / 100);
    }
}
