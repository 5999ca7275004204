//! Training a network: epochs, validation, early stopping and checkpoints.

use std::rc::Rc;

use burn::tensor::{Device, Tensor};

use super::batches::{self, LossTarget};
use super::tensors::{self, DeviceBatch, Numbers, Sums, Tensors};
use crate::job::neural::Checkpoint;
use crate::model::Head;
use crate::model::network::{CurvePoint, Network, NetworkData, NetworkSpec, NetworkTarget, Stopped, TrainingRecord};

/// Rows of validation scored in one go.
const VALIDATION_ROWS: usize = 4096;

/// Milliseconds on any clock that only goes forward.
pub type Clock = Rc<dyn Fn() -> f64>;

/// What a call of `Trainer::advance` came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Advanced {
    /// Some steps of an epoch.
    Steps,
    /// The end of an epoch, with more to come.
    Epoch(CurvePoint),
    Finished(Stopped),
}

/// A training that is run a few steps at a time.
///
/// Rows are split evenly over the batches of an epoch and the last batch is padded with rows of weight 0, so that every
/// step has the same shapes. Class weights count in the loss that is minimised and watched; a class without training rows
/// may weigh 0. Where there are no validation rows, or none that weighs anything, the training rows' values stand in their
/// place.
pub struct Trainer {
    spec: NetworkSpec,
    data: NetworkData,
    target: LossTarget,
    /// Rows in a batch, padding included.
    size: usize,
    steps_per_epoch: u32,
    device: Device,
    tensors: Tensors,
    sums: Sums,
    validation: Vec<DeviceBatch>,
    /// Of the epoch that `step` lies in.
    order: Vec<u32>,
    step: u32,
    curve: Vec<CurvePoint>,
    best: Best,
    stopped: Option<Stopped>,
    seconds: f64,
    clock: Clock,
}

struct Best {
    epoch: u32,
    loss: f32,
    kept: Kept,
}

/// The weights of the best epoch; they stay on the device until someone asks.
enum Kept {
    Nothing,
    OnDevice(Vec<Tensor<2>>),
    Read(Network),
}

impl Trainer {
    /// Errors are sentences: the specification or the data cannot be trained with, or the checkpoint belongs to others.
    pub fn new(
        spec: NetworkSpec,
        data: NetworkData,
        device: &Device,
        resume: Option<Checkpoint>,
        clock: Clock,
    ) -> Result<Self, String> {
        check(&spec, &data)?;
        let target = LossTarget::new(&data);
        let steps_per_epoch = data.n_train.div_ceil(spec.batch_size as usize);
        let size = data.n_train.div_ceil(steps_per_epoch);
        let (n_features, n_outputs) = (data.features.n_columns, target.n_outputs());
        let classes = matches!(target, LossTarget::Classes { .. });
        let fresh = tensors::initial(&spec, n_features, n_outputs);
        let mut resume = resume.map(|c| fits(&fresh, &c, size * n_outputs).map(|()| c)).transpose()?;
        let numbers = resume.as_mut().map_or(fresh, |c| std::mem::take(&mut c.tensors));
        let mut trainer = Self {
            tensors: Tensors::new(&spec, n_features, n_outputs, classes, numbers, device),
            sums: Sums::zeros(size, n_outputs, device),
            validation: validation_batches(&data, &target, device),
            order: Vec::new(),
            step: 0,
            curve: Vec::new(),
            best: Best { epoch: 0, loss: f32::INFINITY, kept: Kept::Nothing },
            stopped: None,
            seconds: 0.0,
            device: device.clone(),
            steps_per_epoch: steps_per_epoch as u32,
            spec,
            data,
            target,
            size,
            clock,
        };
        if let Some(checkpoint) = resume {
            trainer.sums = Sums::restore(checkpoint.sums, size, n_outputs, device);
            trainer.step = checkpoint.step;
            trainer.curve = checkpoint.curve;
            trainer.best.epoch = checkpoint.best_epoch;
            trainer.best.loss = checkpoint.best_loss;
            trainer.best.kept = checkpoint.best.map_or(Kept::Nothing, Kept::Read);
            trainer.seconds = checkpoint.seconds;
        }
        let epoch = trainer.step / trainer.steps_per_epoch;
        trainer.order = batches::order(trainer.spec.seed, epoch, trainer.data.n_train);
        if trainer.curve.len() as u32 >= trainer.spec.epochs {
            trainer.stopped = Some(Stopped::AllEpochs);
        }
        Ok(trainer)
    }

    /// Optimiser steps taken.
    pub fn step(&self) -> u32 {
        self.step
    }

    pub fn epochs_done(&self) -> u32 {
        self.curve.len() as u32
    }

    pub fn epochs(&self) -> u32 {
        self.spec.epochs
    }

    pub fn steps_per_epoch(&self) -> u32 {
        self.steps_per_epoch
    }

    /// Training rows seen so far, over all epochs.
    pub fn rows_seen(&self) -> f64 {
        let (epoch, step) = (self.step / self.steps_per_epoch, self.step % self.steps_per_epoch);
        f64::from(epoch) * self.data.n_train as f64 + f64::from(step) * self.size as f64
    }

    pub fn stopped(&self) -> Option<Stopped> {
        self.stopped
    }

    pub fn data(&self) -> &NetworkData {
        &self.data
    }

    /// Take at most `max_steps` steps, but never past the end of an epoch; there the validation rows are scored. Waits for
    /// the device, so that work cannot pile up. An error means that the device did not answer.
    pub async fn advance(&mut self, max_steps: u32) -> Result<Advanced, String> {
        if let Some(stopped) = self.stopped {
            return Ok(Advanced::Finished(stopped));
        }
        let started = (self.clock)();
        let left = self.steps_per_epoch - self.step % self.steps_per_epoch;
        for _ in 0..max_steps.min(left) {
            self.take_step();
        }
        let advanced = match max_steps < left {
            true => self.look().await,
            false => self.end_epoch().await,
        };
        self.seconds += ((self.clock)() - started) / 1000.0;
        advanced
    }

    /// Take `n` steps without scoring anything: the playground's way.
    pub async fn run(&mut self, n: u32) -> Result<(), String> {
        for _ in 0..n {
            self.take_step();
        }
        tensors::read([self.tensors.last_bias()].into_iter()).await.map(|_| ())
    }

    /// The mean loss of each of the next `n` steps' batches, before the step; the curve's sums are spent on it.
    pub async fn step_losses(&mut self, n: u32) -> Result<Vec<f32>, String> {
        let mut losses = Vec::new();
        for _ in 0..n {
            let weight = self.target.total_weight(self.batch_rows());
            self.sums = Sums::zeros(self.size, self.target.n_outputs(), &self.device);
            self.take_step();
            let sums = tensors::read([self.sums.loss.clone()].into_iter()).await?;
            losses.push((total(&sums[0]) / weight) as f32);
        }
        Ok(losses)
    }

    /// Raw outputs of the network on its device, `[n_rows × n_outputs]`.
    pub async fn outputs(&self, features: &[f32], n_rows: usize) -> Result<Vec<f32>, String> {
        let outputs = self.tensors.outputs_of(features, n_rows);
        Ok(tensors::read([outputs].into_iter()).await?.remove(0))
    }

    /// The gradient of the mean loss over the next batch at the present weights, in the order of a checkpoint's tensors.
    pub async fn gradient(&self) -> Result<Vec<Vec<f32>>, String> {
        let batch = DeviceBatch::new(self.next_batch(), &self.device);
        let gradients = self.tensors.gradients(&batch, self.masks(), &mut self.sums.clone(), false);
        tensors::read(gradients.into_iter()).await
    }

    /// The present weights as a plain network.
    pub async fn network(&self) -> Result<Network, String> {
        let values = tensors::read(self.tensors.values()).await?;
        Ok(self.plain(&values))
    }

    /// All that is needed to go on from here.
    pub async fn checkpoint(&mut self) -> Result<Checkpoint, String> {
        let state = self.tensors.state().chain([self.sums.loss.clone(), self.sums.hits.clone()]);
        let mut numbers = tensors::read(state).await?;
        let (hits, loss) = (numbers.pop().unwrap_or_default(), numbers.pop().unwrap_or_default());
        let mut numbers = numbers.into_iter();
        let mut tensors = Vec::new();
        while let (Some(value), Some(first), Some(second)) = (numbers.next(), numbers.next(), numbers.next()) {
            tensors.push([value, first, second]);
        }
        Ok(Checkpoint {
            epoch: self.epochs_done(),
            step: self.step,
            tensors,
            sums: [loss, hits],
            best: self.best_network().await?,
            best_epoch: self.best.epoch,
            best_loss: self.best.loss,
            curve: self.curve.clone(),
            seconds: self.seconds,
        })
    }

    /// Stop here; `finish` then returns the best so far.
    pub fn cancel(&mut self) {
        self.stopped.get_or_insert(Stopped::Cancelled);
    }

    /// The best epoch's network. Cancelled in the first epoch: the weights as they are; diverged in it: the initial ones.
    pub async fn finish(&mut self) -> Result<(Network, TrainingRecord), String> {
        let stopped = self.stopped.unwrap_or(Stopped::Cancelled);
        let network = match self.best_network().await? {
            Some(network) => network,
            None => match self.network().await? {
                network if stopped == Stopped::Cancelled && is_finite(&network) => network,
                _ => {
                    let initial = tensors::initial(&self.spec, self.data.features.n_columns, self.target.n_outputs());
                    self.plain(&initial.into_iter().map(|[values, ..]| values).collect::<Vec<_>>())
                }
            },
        };
        let record = TrainingRecord {
            curve: self.curve.clone(),
            best_epoch: self.best.epoch,
            epochs_run: self.epochs_done(),
            stopped,
            device: String::new(),
            seconds: self.seconds,
        };
        Ok((network, record))
    }

    fn plain(&self, values: &[Vec<f32>]) -> Network {
        let head = match &self.target {
            LossTarget::Classes { .. } => Head::Softmax,
            LossTarget::Values { center, scale, .. } => Head::Value { center: *center, scale: *scale },
        };
        let (n_features, n_outputs) = (self.data.features.n_columns, self.target.n_outputs());
        tensors::network(&self.spec, n_features, n_outputs, head, values.iter().map(Vec::as_slice))
    }

    async fn best_network(&mut self) -> Result<Option<Network>, String> {
        if let Kept::OnDevice(values) = &self.best.kept {
            let values = tensors::read(values.clone().into_iter()).await?;
            self.best.kept = Kept::Read(self.plain(&values));
        }
        Ok(match &self.best.kept {
            Kept::Read(network) => Some(network.clone()),
            _ => None,
        })
    }

    /// Training rows of the next step's batch.
    fn batch_rows(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        let begin = (self.step % self.steps_per_epoch) as usize * self.size;
        self.order[begin..(begin + self.size).min(self.order.len())].iter().map(|&row| row as usize)
    }

    fn next_batch(&self) -> batches::Batch {
        batches::batch(&self.data, &self.target, self.batch_rows(), self.size)
    }

    fn masks(&self) -> Vec<Vec<f32>> {
        match self.spec.dropout > 0.0 {
            true => batches::dropout_masks(self.spec.seed, self.step, self.spec.dropout, self.size, &self.spec.hidden),
            false => Vec::new(),
        }
    }

    fn take_step(&mut self) {
        let batch = DeviceBatch::new(self.next_batch(), &self.device);
        // All outputs are equal before the first step; its hits are counted in `first_hits`.
        let count_hits = self.step > 0;
        let gradients = self.tensors.gradients(&batch, self.masks(), &mut self.sums, count_hits);
        let all_steps = f64::from(self.spec.epochs) * f64::from(self.steps_per_epoch);
        let factor = self.spec.schedule.factor(f64::from(self.step) / all_steps);
        let learning_rate = f64::from(self.spec.learning_rate) * factor;
        self.step += 1;
        self.tensors.update(gradients, self.step, learning_rate, self.spec.weight_decay);
        if self.step.is_multiple_of(self.steps_per_epoch) {
            let epoch = self.step / self.steps_per_epoch;
            self.order = batches::order(self.spec.seed, epoch, self.data.n_train);
        }
    }

    async fn look(&mut self) -> Result<Advanced, String> {
        let bias = tensors::read([self.tensors.last_bias()].into_iter()).await?;
        if bias[0].iter().all(|b| b.is_finite()) {
            return Ok(Advanced::Steps);
        }
        self.stopped = Some(Stopped::Diverged);
        Ok(Advanced::Finished(Stopped::Diverged))
    }

    async fn end_epoch(&mut self) -> Result<Advanced, String> {
        let n_outputs = self.target.n_outputs();
        let fresh = Sums::zeros(self.size, n_outputs, &self.device);
        let trained = std::mem::replace(&mut self.sums, fresh);
        let mut watched = None;
        for batch in &self.validation {
            let rows = batch.n_rows();
            self.tensors.score(batch, watched.get_or_insert_with(|| Sums::zeros(rows, n_outputs, &self.device)));
        }
        let columns =
            [Some(trained), watched].into_iter().flatten().flat_map(|s| [s.loss.sum_dim(0), s.hits.sum_dim(0)]);
        let columns = tensors::read(columns).await?;
        let epoch = self.epochs_done() + 1;
        let n_train = self.data.n_train;
        let first_hits = if epoch == 1 { self.first_hits() } else { 0.0 };
        let (train_loss, train_score) = self.summary(0..n_train, &columns[0], &columns[1], first_hits);
        let watches = self.target.total_weight(n_train..self.data.features.n_rows) > 0.0;
        let (validation_loss, validation_score) = match columns.get(2..4) {
            Some([loss, hits]) if watches => self.summary(n_train..self.data.features.n_rows, loss, hits, 0.0),
            _ => (train_loss, train_score),
        };
        let point = CurvePoint { epoch, step: self.step, train_loss, validation_loss, train_score, validation_score };
        if !train_loss.is_finite() || !validation_loss.is_finite() {
            self.stopped = Some(Stopped::Diverged);
            return Ok(Advanced::Finished(Stopped::Diverged));
        }
        self.curve.push(point);
        if validation_loss < self.best.loss {
            self.best = Best { epoch, loss: validation_loss, kept: Kept::OnDevice(self.tensors.values().collect()) };
        }
        let patience = self.spec.patience.unwrap_or(u32::MAX);
        self.stopped = match epoch - self.best.epoch >= patience {
            _ if epoch >= self.spec.epochs => Some(Stopped::AllEpochs),
            true => Some(Stopped::Early),
            false => None,
        };
        Ok(self.stopped.map_or(Advanced::Epoch(point), Advanced::Finished))
    }

    /// Before the first step all outputs are equal, and the first class wins the tie: its rows in the first batch.
    fn first_hits(&self) -> f64 {
        let LossTarget::Classes { codes, .. } = &self.target else { return 0.0 };
        let order = batches::order(self.spec.seed, 0, self.data.n_train);
        order[..self.size.min(order.len())].iter().filter(|&&row| codes[row as usize] == 0).count() as f64
    }

    /// Mean loss and score of rows from the columns' sums.
    fn summary(&self, rows: std::ops::Range<usize>, loss: &[f32], hits: &[f32], more_hits: f64) -> (f32, f32) {
        let n = rows.len() as f64;
        let mean = total(loss) / self.target.total_weight(rows.clone());
        let score = match &self.target {
            LossTarget::Classes { .. } => {
                // Hits of a class that weighs nothing are not counted: no training row taught it.
                let weighed = hits.iter().enumerate().filter(|(class, _)| self.target.weight(*class) > 0.0);
                let counts = weighed.map(|(class, &h)| f64::from(h) / self.target.weight(class));
                (counts.sum::<f64>() + more_hits) / n
            }
            LossTarget::Values { standardised, .. } => {
                let values = &standardised[rows];
                let center = total(values) / n;
                let variance = values.iter().map(|&v| (f64::from(v) - center).powi(2)).sum::<f64>() / n;
                // A constant target leaves nothing to explain.
                if variance > 0.0 { 1.0 - mean / variance } else { 0.0 }
            }
        };
        (mean as f32, score as f32)
    }
}

fn validation_batches(data: &NetworkData, target: &LossTarget, device: &Device) -> Vec<DeviceBatch> {
    let n = data.features.n_rows - data.n_train;
    if n == 0 {
        return Vec::new();
    }
    let size = n.div_ceil(n.div_ceil(VALIDATION_ROWS));
    let chunk = |begin: usize| {
        let rows = data.n_train + begin..data.n_train + (begin + size).min(n);
        DeviceBatch::new(batches::batch(data, target, rows, size), device)
    };
    (0..n).step_by(size).map(chunk).collect()
}

fn total(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v)).sum()
}

fn is_finite(network: &Network) -> bool {
    let layers = network.layers.iter().flat_map(|layer| layer.weights.iter().chain(&layer.bias));
    network.input_scale.iter().chain(layers).all(|v| v.is_finite())
}

/// Whether a checkpoint has the shapes of this training.
fn fits(fresh: &[Numbers], checkpoint: &Checkpoint, n_sums: usize) -> Result<(), String> {
    let lengths = |numbers: &[Numbers]| numbers.iter().map(|n| n.each_ref().map(Vec::len)).collect::<Vec<_>>();
    let sums = checkpoint.sums.iter().all(|s| s.len() == n_sums);
    match sums && lengths(fresh) == lengths(&checkpoint.tensors) {
        true => Ok(()),
        false => Err("The checkpoint belongs to another network or other data.".into()),
    }
}

fn check(spec: &NetworkSpec, data: &NetworkData) -> Result<(), String> {
    let sentence = |text: &str| Err(text.to_string());
    let features = &data.features;
    if data.n_train == 0 || data.n_train > features.n_rows {
        return sentence("A network needs at least one training row.");
    }
    if features.n_columns == 0 || features.values.len() != features.n_rows * features.n_columns {
        return sentence("A network needs at least one feature.");
    }
    if !features.values.iter().all(|v| v.is_finite()) {
        return sentence("A feature holds a value that is not a finite number.");
    }
    let target_fits = match &data.target {
        NetworkTarget::Values(values) => values.len() == features.n_rows && values.iter().all(|v| v.is_finite()),
        NetworkTarget::Classes { codes, n_classes, weights } => {
            codes.len() == features.n_rows
                && *n_classes >= 2
                && codes.iter().all(|&code| (code as usize) < *n_classes)
                && (weights.is_empty()
                    || weights.len() == *n_classes
                        && weights.iter().all(|w| *w >= 0.0 && w.is_finite())
                        && codes[..data.n_train].iter().all(|&code| weights[code as usize] > 0.0))
        }
    };
    if !target_fits {
        return sentence(
            "The target does not fit the rows, or the weight of a class with training rows is not a positive number.",
        );
    }
    if spec.hidden.contains(&0) {
        return sentence("A hidden layer needs at least one unit.");
    }
    if spec.batch_size == 0 || spec.epochs == 0 {
        return sentence("Batch size and epochs must be at least 1.");
    }
    if !(0.0..1.0).contains(&spec.dropout) {
        return sentence("Dropout must be at least 0 and less than 1.");
    }
    let rates = [spec.learning_rate, spec.weight_decay];
    if !rates.iter().all(|r| r.is_finite() && *r >= 0.0) {
        return sentence("Learning rate and weight decay must be finite and not negative.");
    }
    Ok(())
}
