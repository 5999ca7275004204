//! The playground: a model that learns before the person's eyes, of any kind.

use super::*;
use crate::job::PlaygroundData;
use crate::model::ClassWeights;
use crate::model::ModelSpec;
use crate::model::linear::LinearSpec;
use crate::model::network::{Activation, Schedule};
use crate::model::trees::{BoostSpec, ForestSpec};
use crate::pipeline::PipelineSpec;
use crate::playground;
use crate::prepare::{Encoding, Impute, PrepareSpec, Scaling};

/// Cells along each side of the decision surface.
pub const RESOLUTION: u32 = 60;
/// More points than this hide each other.
const MOST_POINTS: u32 = 1_000;
const MOST_STEPS_PER_FRAME: u32 = 200;
/// Trees that are grown at most.
pub const MOST_TREES: u32 = 200;
/// Share of each correction that boosted trees take here: large, so that few trees show what they do.
const TREE_RATE: f32 = 0.3;

pub(in super::super) fn new_playground() -> Playground {
    let spec = NetworkSpec {
        hidden: vec![8, 8],
        activation: Activation::Tanh,
        dropout: 0.0,
        weight_decay: 0.0,
        learning_rate: 0.02,
        schedule: Schedule::Constant,
        batch_size: 32,
        // It learns until it is stopped.
        epochs: 1_000_000,
        patience: None,
        validation_share: 0.3,
        class_weights: ClassWeights::Equal,
        seed: 1,
    };
    let mut playground = Playground {
        source: PlaygroundSource::Spirals,
        noise: 0.02,
        seed: 1,
        model: PlaygroundModel::Network,
        spec,
        steps_per_frame: 5,
        playing: false,
        points: PlaygroundData { x: Vec::new(), y: Vec::new(), class: Vec::new(), n_classes: 0 },
        axes: synthetic_axes(),
        labels: Vec::new(),
        frame: None,
        trees: 1,
        leaves: 8,
        surface: None,
        ticket: 0,
    };
    draw_points(&mut playground);
    playground
}

fn synthetic_axes() -> [(String, f64, f64); 2] {
    [("x".to_owned(), -1.0, 1.0), ("y".to_owned(), -1.0, 1.0)]
}

/// The points of a synthetic source; those of columns come from the engine.
fn draw_points(playground: &mut Playground) {
    let make = match &playground.source {
        PlaygroundSource::Spirals => playground::spirals,
        PlaygroundSource::Moons => playground::moons,
        PlaygroundSource::Circles => playground::circles,
        PlaygroundSource::Columns(..) => return,
    };
    playground.points = make(playground::N_POINTS, playground.noise, playground.seed);
    playground.axes = synthetic_axes();
    playground.labels = vec!["blue".to_owned(), "orange".to_owned()];
}

impl Studio {
    pub(super) fn play(&mut self, action: PlaygroundAction) -> Vec<Command> {
        match action {
            PlaygroundAction::Source(source) => {
                self.playground.source = source;
                self.new_points()
            }
            PlaygroundAction::Noise(noise) => {
                if noise.is_finite() {
                    self.playground.noise = noise.clamp(0.0, 1.0);
                }
                self.new_points()
            }
            PlaygroundAction::Seed(seed) => {
                self.playground.seed = seed;
                self.playground.spec.seed = seed;
                self.new_points()
            }
            PlaygroundAction::Model(model) => {
                let mut commands = self.stop_playing();
                self.playground.model = model;
                commands.extend(self.restart_playground());
                commands
            }
            PlaygroundAction::Spec(spec) => {
                self.playground.spec = spec;
                self.restart_playground()
            }
            PlaygroundAction::Speed(steps) => {
                self.playground.steps_per_frame = steps.clamp(1, MOST_STEPS_PER_FRAME);
                let is_network = self.playground.model == PlaygroundModel::Network;
                if self.playground.playing && is_network { vec![self.speed_command()] } else { Vec::new() }
            }
            PlaygroundAction::Leaves(leaves) => {
                self.playground.leaves = leaves.clamp(2, 256);
                self.restart_playground()
            }
            PlaygroundAction::PlayPause => self.play_or_pause(),
            PlaygroundAction::Step if self.playground.model.grows() => {
                self.playground.playing = false;
                self.grow()
            }
            PlaygroundAction::Step => {
                let mut commands = self.stop_playing();
                if self.may_play() {
                    let (ticket, steps) = (self.playground.ticket, self.playground.steps_per_frame);
                    commands.push(Command::Neural(NeuralRequest::PlayStep { ticket, steps }));
                }
                commands
            }
            PlaygroundAction::Reset => self.restart_playground(),
        }
    }

    fn play_or_pause(&mut self) -> Vec<Command> {
        if self.playground.playing {
            return self.stop_playing();
        }
        if !self.may_play() {
            return Vec::new();
        }
        self.playground.playing = true;
        if self.playground.model.grows() {
            let full = self.playground.trees >= MOST_TREES;
            return if full || self.playground.surface.is_none() { self.restart_playground() } else { self.grow() };
        }
        if self.playground.frame.is_none() { self.restart_playground() } else { vec![self.speed_command()] }
    }

    /// More trees on the same points; nothing when there are enough.
    fn grow(&mut self) -> Vec<Command> {
        let next = (self.playground.trees + self.playground.steps_per_frame).min(MOST_TREES);
        if next == self.playground.trees {
            self.playground.playing = false;
            return Vec::new();
        }
        self.playground.trees = next;
        vec![self.surface_of_trees()]
    }

    /// A surface is there; while it plays, the next is asked for.
    pub(super) fn playground_surface(&mut self, ticket: Ticket, surface: (Vec<f32>, u32)) -> Vec<Command> {
        if ticket != self.playground.ticket {
            return Vec::new();
        }
        self.playground.surface = Some(surface);
        let goes_on = self.playground.playing && self.playground.model.grows() && self.view == View::Playground;
        if goes_on { self.grow() } else { Vec::new() }
    }

    /// A training has the trainer of networks for itself; the baseline and the linear model have nothing to play.
    fn may_play(&mut self) -> bool {
        if self.playground.model.grows() {
            return true;
        }
        if self.playground.model != PlaygroundModel::Network {
            return false;
        }
        if self.job.as_ref().is_some_and(|job| job.kind == JobKind::Train) {
            self.tell(Tone::Information, "The trainer is busy with your candidates; play when it is done.", None);
            return false;
        }
        true
    }

    fn speed_command(&self) -> Command {
        let steps_per_frame = if self.playground.playing { self.playground.steps_per_frame } else { 0 };
        Command::Neural(NeuralRequest::PlaySpeed { ticket: self.playground.ticket, steps_per_frame })
    }

    pub(super) fn stop_playing(&mut self) -> Vec<Command> {
        if !self.playground.playing {
            return Vec::new();
        }
        self.playground.playing = false;
        if self.playground.model == PlaygroundModel::Network { vec![self.speed_command()] } else { Vec::new() }
    }

    pub(super) fn enter_playground(&mut self) -> Vec<Command> {
        let drawn = match self.playground.model {
            PlaygroundModel::Network => self.playground.frame.is_some(),
            PlaygroundModel::Baseline | PlaygroundModel::Linear | PlaygroundModel::Boost | PlaygroundModel::Forest => {
                self.playground.surface.is_some()
            }
        };
        if drawn { Vec::new() } else { self.new_points() }
    }

    fn new_points(&mut self) -> Vec<Command> {
        let PlaygroundSource::Columns(x, y) = &self.playground.source else {
            draw_points(&mut self.playground);
            return self.restart_playground();
        };
        let columns = [x.clone(), y.clone()];
        let Some(target) = self.project.design.as_ref().map(|d| d.dataset.target.clone()) else {
            self.tell(Tone::Information, "Choose a target first: its classes colour the points.", None);
            return Vec::new();
        };
        let (ticket, seed) = (self.ticket(), self.playground.seed);
        self.playground.ticket = ticket;
        vec![Self::engine(Request::Points { ticket, columns, target, limit: MOST_POINTS, seed })]
    }

    pub(super) fn playground_points(
        &mut self,
        ticket: Ticket,
        points: PlaygroundData,
        ranges: [(f64, f64); 2],
        labels: Vec<String>,
    ) -> Vec<Command> {
        if ticket != self.playground.ticket {
            return Vec::new();
        }
        if let PlaygroundSource::Columns(x, y) = &self.playground.source {
            self.playground.axes = [(x.clone(), ranges[0].0, ranges[0].1), (y.clone(), ranges[1].0, ranges[1].1)];
        }
        self.playground.points = points;
        self.playground.labels = labels;
        self.restart_playground()
    }

    /// Begin again with the points and settings at hand; goes on playing if it was.
    fn restart_playground(&mut self) -> Vec<Command> {
        let ticket = self.ticket();
        self.playground.ticket = ticket;
        self.playground.frame = None;
        self.playground.surface = None;
        self.playground.trees = 1;
        if self.playground.points.x.is_empty() {
            return Vec::new();
        }
        match self.playground.model {
            PlaygroundModel::Network => self.play_network(),
            PlaygroundModel::Baseline => vec![self.surface_command(ModelSpec::Baseline)],
            PlaygroundModel::Boost | PlaygroundModel::Forest => vec![self.surface_of_trees()],
            PlaygroundModel::Linear => vec![
                self.surface_command(ModelSpec::Linear(LinearSpec { max_iterations: 200, ..LinearSpec::default() })),
            ],
        }
    }

    fn play_network(&mut self) -> Vec<Command> {
        if self.device.is_none() {
            // Sent once the trainer has a device.
            return self.start_neural();
        }
        if self.job.as_ref().is_some_and(|job| job.kind == JobKind::Train) {
            self.playground.playing = false;
            return Vec::new();
        }
        let playground = &self.playground;
        vec![Command::Neural(NeuralRequest::Play {
            ticket: playground.ticket,
            spec: playground.spec.clone(),
            data: playground::network_data(&playground.points, playground.seed),
            resolution: RESOLUTION,
            steps_per_frame: if playground.playing { playground.steps_per_frame } else { 0 },
        })]
    }

    /// The trainer has its device: a playground that waited for it begins.
    pub(super) fn device_is_here(&mut self) -> Vec<Command> {
        let waits = self.view == View::Playground
            && self.playground.model == PlaygroundModel::Network
            && self.playground.frame.is_none()
            && !self.playground.points.x.is_empty();
        if waits && self.fit.is_none() { self.play_network() } else { Vec::new() }
    }

    /// The surface of so many trees. Trees do not depend on how many follow them, so that a larger model goes on where the
    /// smaller one ended.
    fn surface_of_trees(&self) -> Command {
        let Playground { trees, leaves, seed, .. } = self.playground;
        self.surface_command(match self.playground.model {
            PlaygroundModel::Forest => ModelSpec::Forest(ForestSpec {
                trees,
                max_leaves: leaves.saturating_mul(8),
                min_rows_leaf: 1,
                column_share: 0.5,
                seed,
                ..ForestSpec::default()
            }),
            PlaygroundModel::Baseline | PlaygroundModel::Linear | PlaygroundModel::Boost | PlaygroundModel::Network => {
                ModelSpec::Boost(BoostSpec {
                    rounds: trees,
                    max_leaves: leaves,
                    min_rows_leaf: 3,
                    learning_rate: TREE_RATE,
                    seed,
                    ..BoostSpec::default()
                })
            }
        })
    }

    fn surface_command(&self, model: ModelSpec) -> Command {
        let prepare = PrepareSpec {
            encoding: Encoding::OneHot,
            impute: Impute::Median,
            missing_indicator: false,
            scaling: Scaling::Standard,
            min_category_rows: 1,
            max_categories: 50,
            max_words: 1,
        };
        Self::engine(Request::Surface {
            ticket: self.playground.ticket,
            points: self.playground.points.clone(),
            spec: PipelineSpec { prepare, model },
            resolution: RESOLUTION,
        })
    }
}
