//! Which settings of each kind of model a search can vary, and how they are read and written.

use super::Kind;
use crate::model::ModelSpec;
use crate::model::network::NetworkSpec;
use crate::model::trees::{BoostSpec, ForestSpec};

/// A setting that a search can vary.
pub struct Setting {
    /// As the design's text has it; `width` and `layers` stand for a network's hidden layers.
    pub field: &'static str,
    /// Smallest and largest value that the model takes.
    pub limits: (f64, f64),
    pub whole: bool,
    /// The usual range, and whether its steps are factors.
    pub usual: (f64, f64),
    pub log: bool,
    pub get: fn(&ModelSpec) -> Option<f64>,
    pub set: fn(&mut ModelSpec, f64),
    /// Values that have done well on many tables, each with those of the other settings at the same place.
    pub portfolio: &'static [f64],
}

/// The setting of this name.
pub fn settings(kind: Kind, field: &str) -> Option<&'static Setting> {
    settings_of(kind).iter().find(|setting| setting.field == field)
}

pub fn settings_of(kind: Kind) -> &'static [Setting] {
    match kind {
        Kind::Linear => &LINEAR,
        Kind::Boost => &BOOST,
        Kind::Forest | Kind::ExtraTrees => &FOREST,
        Kind::Network => &NETWORK,
    }
}

const fn pair((low, high): (u32, u32)) -> (f64, f64) {
    (low as f64, high as f64)
}

/// The f64 that a person would write for this f32, so that 0.1 is 0.1.
fn exact(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

macro_rules! setting {
    ($variant:ident, $field:ident, real, $limits:expr, $usual:expr, $log:expr, $portfolio:expr) => {
        Setting {
            field: stringify!($field),
            limits: $limits,
            whole: false,
            usual: $usual,
            log: $log,
            get: |model| if let ModelSpec::$variant(spec) = model { Some(exact(spec.$field)) } else { None },
            set: |model, value| {
                if let ModelSpec::$variant(spec) = model {
                    spec.$field = value as f32;
                }
            },
            portfolio: $portfolio,
        }
    };
    ($variant:ident, $field:ident, whole, $limits:expr, $usual:expr, $log:expr, $portfolio:expr) => {
        Setting {
            field: stringify!($field),
            limits: pair($limits),
            whole: true,
            usual: $usual,
            log: $log,
            get: |model| if let ModelSpec::$variant(spec) = model { Some(f64::from(spec.$field)) } else { None },
            set: |model, value| {
                if let ModelSpec::$variant(spec) = model {
                    spec.$field = value as u32;
                }
            },
            portfolio: $portfolio,
        }
    };
}

static LINEAR: [Setting; 2] = [
    setting!(Linear, l2, real, (1e-6, 1e6), (1e-3, 1e4), true, &[0.01, 30.0, 1000.0, 0.001, 0.001]),
    // Next to nothing, and what leaves a few weights out, or many.
    setting!(Linear, l1, real, (0.0, 1e6), (0.01, 100.0), true, &[0.01, 0.01, 0.01, 1.0, 10.0]),
];

static BOOST: [Setting; 7] = [
    setting!(Boost, learning_rate, real, (1e-6, 1.0), (0.01, 0.3), true, &[0.05, 0.1, 0.03, 0.1, 0.02]),
    setting!(Boost, rounds, whole, BoostSpec::ROUNDS, (30.0, 1000.0), true, &[200.0, 100.0, 400.0, 150.0, 500.0]),
    setting!(Boost, max_leaves, whole, BoostSpec::MAX_LEAVES, (4.0, 128.0), true, &[15.0, 6.0, 31.0, 64.0, 8.0]),
    setting!(Boost, min_rows_leaf, whole, BoostSpec::MIN_ROWS_LEAF, (2.0, 100.0), true, &[20.0, 10.0, 5.0, 40.0, 20.0]),
    setting!(Boost, leaf_l2, real, (0.0, 1e6), (0.001, 30.0), true, &[1.0, 1.0, 3.0, 10.0, 0.1]),
    setting!(Boost, row_share, real, (0.01, 1.0), (0.5, 1.0), false, &[0.8, 0.9, 0.7, 0.8, 0.6]),
    setting!(Boost, column_share, real, (0.01, 1.0), (0.3, 1.0), false, &[0.8, 0.6, 0.5, 0.8, 0.7]),
];

static FOREST: [Setting; 4] = [
    setting!(Forest, trees, whole, ForestSpec::TREES, (50.0, 400.0), true, &[200.0, 300.0, 200.0]),
    setting!(Forest, max_leaves, whole, BoostSpec::MAX_LEAVES, (32.0, 4096.0), true, &[2048.0, 512.0, 4096.0]),
    setting!(Forest, min_rows_leaf, whole, BoostSpec::MIN_ROWS_LEAF, (1.0, 30.0), true, &[5.0, 2.0, 1.0]),
    setting!(Forest, column_share, real, (0.01, 1.0), (0.1, 1.0), false, &[0.5, 1.0, 0.25]),
];

/// Hidden layers of one width each.
fn set_layers(model: &mut ModelSpec, n: usize, width: u32) {
    if let ModelSpec::Network(spec) = model {
        spec.hidden = vec![width; n];
    }
}

fn hidden(model: &ModelSpec) -> Option<&[u32]> {
    if let ModelSpec::Network(spec) = model { Some(&spec.hidden) } else { None }
}

static NETWORK: [Setting; 5] = [
    Setting {
        field: "width",
        limits: (1.0, 2048.0),
        whole: true,
        usual: (16.0, 256.0),
        log: true,
        get: |model| Some(f64::from(hidden(model)?.iter().copied().max().unwrap_or(64))),
        set: |model, value| {
            let n = hidden(model).map_or(0, <[u32]>::len).max(1);
            set_layers(model, n, value as u32);
        },
        portfolio: &[128.0, 64.0],
    },
    Setting {
        field: "layers",
        limits: (1.0, NetworkSpec::MAX_LAYERS as f64),
        whole: true,
        usual: (1.0, 4.0),
        log: false,
        get: |model| Some(hidden(model)?.len().max(1) as f64),
        set: |model, value| {
            let width = hidden(model).and_then(|widths| widths.first().copied()).unwrap_or(64);
            set_layers(model, value as usize, width);
        },
        portfolio: &[2.0, 3.0],
    },
    setting!(Network, learning_rate, real, (1e-6, 1.0), (3e-4, 0.03), true, &[0.003, 0.01]),
    setting!(Network, dropout, real, (0.0, 0.9), (0.0, 0.5), false, &[0.1, 0.2]),
    setting!(Network, weight_decay, real, (0.0, 1.0), (1e-6, 0.1), true, &[0.01, 1e-4]),
];
