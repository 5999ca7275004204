//! The words between the page and the neural trainer.

use serde::{Deserialize, Serialize};

use super::message::Ticket;
use crate::model::network::{CurvePoint, Network, NetworkData, NetworkSpec, TrainingRecord};

/// The form of training: part of every fit's key, so that no checkpoint of one form goes on in another. Raised whenever
/// the same settings, rows and seed come to other numbers, or a checkpoint holds other tensors; `tests/neural/training.rs`
/// pins the numbers of this form.
pub const TRAINER_FORM: u32 = 1;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// WebGPU where a usable adapter is, else the CPU.
    #[default]
    Automatic,
    Cpu,
}

/// Page → neural worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NeuralRequest {
    /// Choose the device; answered by `NeuralEvent::Device`. Must come first.
    Start {
        choice: DeviceChoice,
    },
    Train {
        ticket: Ticket,
        fit: u32,
        spec: NetworkSpec,
        /// Not in the message but beside it, as the engine wrote it (`Event::FitNetwork`): the page hands it on unread.
        /// The worker puts it here.
        #[serde(skip)]
        data: Option<NetworkData>,
        resume: Option<Checkpoint>,
    },
    /// Hold the fits of this ticket, those that are still to come too, until it is resumed or cancelled. Other tickets'
    /// fits are not held.
    Pause {
        ticket: Ticket,
    },
    Resume {
        ticket: Ticket,
    },
    /// End the fits and return the best so far of each that has begun, here or in the worker that its checkpoint is from.
    Cancel {
        ticket: Ticket,
    },
    /// A network that learns before the person's eyes: `steps_per_frame` until paused. With 0 the first frame is drawn
    /// and `PlayStep` or `PlaySpeed` is waited for. Replaces an earlier play. Inputs lie in [−1, 1]², the square that
    /// every surface covers, first row at y = 1.
    Play {
        ticket: Ticket,
        spec: NetworkSpec,
        data: NetworkData,
        resolution: u32,
        steps_per_frame: u32,
    },
    /// Run this many steps of the playground and draw one frame.
    PlayStep {
        ticket: Ticket,
        steps: u32,
    },
    /// From now on this many steps per frame; 0 waits for `PlayStep`.
    PlaySpeed {
        ticket: Ticket,
        steps_per_frame: u32,
    },
    /// For tests: destroy the GPU device; on the CPU, panic.
    LoseDevice,
    /// For tests: the loss of each of the first `steps` batches on the CPU and, where there is one, on the GPU.
    Compare {
        ticket: Ticket,
        spec: NetworkSpec,
        data: NetworkData,
        steps: u32,
    },
}

/// Neural worker → page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NeuralEvent {
    Ready,
    Device {
        report: DeviceReport,
    },
    Progress {
        ticket: Ticket,
        fit: u32,
        point: CurvePoint,
        epochs: u32,
        rows_per_second: f64,
        seconds_left: f64,
    },
    Checkpoint {
        ticket: Ticket,
        fit: u32,
        checkpoint: Checkpoint,
    },
    Fitted {
        ticket: Ticket,
        fit: u32,
        network: Network,
        record: TrainingRecord,
    },
    Failed {
        ticket: Ticket,
        fit: u32,
        message: String,
    },
    /// This worker is of no more use: its device is gone, it panicked or ran out of memory. The page ends it and starts
    /// another from the last checkpoint of each fit (or from its beginning); when the same fit brings down a second worker
    /// without a newer checkpoint, it is given `DeviceChoice::Cpu`, and when that fails too, the fit has failed.
    DeviceLost {
        message: String,
    },
    Frame {
        ticket: Ticket,
        frame: PlaygroundFrame,
    },
    /// `gpu` is empty where the worker runs on the CPU.
    Compared {
        ticket: Ticket,
        cpu: Vec<f32>,
        gpu: Vec<f32>,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeviceReport {
    pub gpu: bool,
    /// "WebGPU, NVIDIA H100" or "CPU, SIMD128".
    pub name: String,
    /// Why: "This browser has no WebGPU adapter." Empty for the GPU.
    pub reason: String,
}

/// All that training needs to go on as if nothing had happened, plain numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub epoch: u32,
    /// Optimiser steps taken.
    pub step: u32,
    /// Trained tensors in the trainer's order: values, first and second moments.
    pub tensors: Vec<[Vec<f32>; 3]>,
    /// The running epoch's sums of loss and hits.
    pub sums: [Vec<f32>; 2],
    pub best: Option<Network>,
    pub best_epoch: u32,
    pub best_loss: f32,
    pub curve: Vec<CurvePoint>,
    pub seconds: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaygroundFrame {
    pub point: CurvePoint,
    pub resolution: u32,
    /// Probability of each class over the grid: `[n_classes][resolution × resolution]`, y downwards.
    pub surface: Vec<Vec<f32>>,
    /// Activation of each hidden unit over a 24 × 24 grid: `[layer][unit][576]`.
    pub units: Vec<Vec<Vec<f32>>>,
    pub network: Network,
}
