//! The playground as the page shows it, and what can be done there.

use serde::{Deserialize, Serialize};

use crate::job::Ticket;
use crate::job::neural::PlaygroundFrame;

#[derive(Clone, Debug, PartialEq)]
pub struct Playground {
    pub source: PlaygroundSource,
    pub noise: f32,
    pub seed: u64,
    pub model: PlaygroundModel,
    pub spec: crate::model::network::NetworkSpec,
    pub steps_per_frame: u32,
    pub playing: bool,
    pub points: crate::job::PlaygroundData,
    /// Name of each axis and its values at −1 and 1 of the square.
    pub axes: [(String, f64, f64); 2],
    pub labels: Vec<String>,
    pub frame: Option<PlaygroundFrame>,
    /// Trees of the surface, where trees are grown, and leaves that each has at most.
    pub trees: u32,
    pub leaves: u32,
    /// Surface of a kind that is not a network.
    pub surface: Option<(Vec<f32>, u32)>,
    pub ticket: Ticket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlaygroundModel {
    Baseline,
    Linear,
    Boost,
    Forest,
    Network,
}

impl PlaygroundModel {
    /// Whether trees are grown one after another.
    pub fn grows(self) -> bool {
        matches!(self, Self::Boost | Self::Forest)
    }

    /// Whether it learns before the person's eyes.
    pub fn learns(self) -> bool {
        self.grows() || self == Self::Network
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum PlaygroundSource {
    Spirals,
    Moons,
    Circles,
    /// Two number columns of the table and its class target.
    Columns(String, String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum PlaygroundAction {
    Source(PlaygroundSource),
    Noise(f32),
    Seed(u64),
    Model(PlaygroundModel),
    Spec(crate::model::network::NetworkSpec),
    Speed(u32),
    /// Leaves of a tree at most.
    Leaves(u32),
    PlayPause,
    Step,
    Reset,
}
