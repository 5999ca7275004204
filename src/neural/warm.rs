//! Warming up on the CPU: two small networks are fitted to made-up rows and thrown away while nothing is asked of the
//! trainer, so that the browser compiles the hot functions for the second time while the page is idle and not in the first
//! seconds of a training, when every core is at work.

use burn::tensor::Device;

use super::session::Next;
use super::trainer::{Advanced, Clock, Trainer};
use crate::model::ClassWeights;
use crate::model::network::{Activation, NetworkData, NetworkSpec, NetworkTarget, Schedule};
use crate::prepare::Matrix;
use crate::random::Random;

/// Milliseconds before it begins: what made the page start the trainer comes first.
const FIRST_REST: f64 = 500.0;
/// Milliseconds of work in one go: a request waits no longer.
const SLICE: f64 = 12.0;
/// Milliseconds between two slices, which are the compiler's.
const REST: f64 = 20.0;
/// Milliseconds of work for each of the two networks.
const EACH: f64 = 900.0;

const N_ROWS: usize = 640;
const N_TRAIN: usize = 512;
const N_COLUMNS: usize = 21;

/// What is still to be done.
pub struct WarmUp {
    device: Device,
    clock: Clock,
    /// When it was begun; `None` before the first look.
    since: Option<f64>,
    /// Networks that were fitted.
    done: u32,
    fit: Option<Fit>,
}

struct Fit {
    trainer: Trainer,
    milliseconds: f64,
}

impl WarmUp {
    pub fn new(device: Device, clock: Clock) -> Self {
        Self { device, clock, since: None, done: 0, fit: None }
    }

    /// Work a little; `Idle` when it is over. What goes wrong here ends it: a fit that is asked for will tell.
    pub async fn advance(&mut self) -> Next {
        let now = (self.clock)();
        let waited = now - *self.since.get_or_insert(now);
        if waited < FIRST_REST {
            return Next::After(FIRST_REST - waited);
        }
        if self.fit.is_none() {
            let Some((spec, data)) = made_up(self.done) else { return Next::Idle };
            self.done += 1;
            let trainer = Trainer::new(spec, data, &self.device, None, self.clock.clone());
            self.fit = trainer.ok().map(|trainer| Fit { trainer, milliseconds: 0.0 });
        }
        let ended = match &mut self.fit {
            Some(fit) => fit.slice(&self.clock).await,
            None => true,
        };
        if ended {
            self.fit = None;
            self.device.memory_cleanup();
        }
        Next::After(REST)
    }
}

impl Fit {
    /// Whether it is over.
    async fn slice(&mut self, clock: &Clock) -> bool {
        let began = clock();
        loop {
            match self.trainer.advance(1).await {
                Ok(Advanced::Steps | Advanced::Epoch(_)) => {}
                Ok(Advanced::Finished(_)) | Err(_) => return true,
            }
            let spent = clock() - began;
            if spent >= SLICE {
                self.milliseconds += spent;
                return self.milliseconds >= EACH;
            }
        }
    }
}

/// Classes with dropout first, then numbers: what the defaults are made of (`NetworkSpec::default_for`).
fn made_up(number: u32) -> Option<(NetworkSpec, NetworkData)> {
    let mut random = Random::new(1, u64::from(number));
    let values: Vec<f32> = (0..N_ROWS * N_COLUMNS).map(|_| random.normal() as f32).collect();
    let rows = values.chunks(N_COLUMNS);
    // A network for few rows, and one for many.
    let (target, activation, dropout, width, batch_size) = match number {
        0 => {
            let codes = rows.map(|row| u32::from(row[0] > 0.0) + u32::from(row[1] > 0.5)).collect();
            (NetworkTarget::Classes { codes, n_classes: 3, weights: Vec::new() }, Activation::Selu, 0.1, 64, 32)
        }
        1 => {
            let values = rows.map(|row| row[0] * row[1] + row[2]).collect();
            (NetworkTarget::Values(values), Activation::Silu, 0.0, 128, 128)
        }
        _ => return None,
    };
    let spec = NetworkSpec {
        hidden: vec![width, width],
        activation,
        dropout,
        weight_decay: 0.01,
        learning_rate: 0.01,
        schedule: Schedule::Cosine,
        batch_size,
        epochs: 10_000,
        patience: None,
        validation_share: 0.2,
        class_weights: ClassWeights::Equal,
        seed: 1,
    };
    let features = Matrix { values, n_rows: N_ROWS, n_columns: N_COLUMNS };
    Some((spec, NetworkData { features, target, n_train: N_TRAIN }))
}
