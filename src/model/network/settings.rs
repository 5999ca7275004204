//! A network's settings as data: what a form shows, explains and checks.

use super::{Activation, NetworkSpec, Schedule};
use crate::dataset::Task;
use crate::model::ClassWeights;
use crate::problem::Problem;

/// What numbers a setting takes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub low: f64,
    pub high: f64,
    /// Only whole numbers.
    pub whole: bool,
}

/// A setting: its field, its words on the page, and what it does in a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    pub field: &'static str,
    pub name: &'static str,
    pub explanation: &'static str,
    /// Of its number, or of each of its numbers; `None` for a choice.
    pub limits: Option<Limits>,
}

const fn whole(low: f64, high: f64) -> Option<Limits> {
    Some(Limits { low, high, whole: true })
}

const fn share(low: f64, high: f64) -> Option<Limits> {
    Some(Limits { low, high, whole: false })
}

impl NetworkSpec {
    /// Hidden layers at most.
    pub const MAX_LAYERS: usize = 8;

    /// All settings in the order of the fields.
    pub const SETTINGS: [Setting; 12] = [
        Setting {
            field: "hidden",
            name: "hidden layers",
            explanation: "Units of each hidden layer. More units and layers follow finer patterns, need more rows and take longer.",
            limits: whole(1.0, 2048.0),
        },
        Setting {
            field: "activation",
            name: "activation",
            explanation: "The bend in each unit that lets layers add up to more than a straight line.",
            limits: None,
        },
        Setting {
            field: "dropout",
            name: "dropout",
            explanation: "Share of units switched off at random in each step, so that none is relied on alone. More means less overfitting.",
            limits: share(0.0, 0.9),
        },
        Setting {
            field: "weight_decay",
            name: "weight decay",
            explanation: "Pulls weights towards 0 in each step. More makes a smoother, simpler model.",
            limits: share(0.0, 1.0),
        },
        Setting {
            field: "learning_rate",
            name: "learning rate",
            explanation: "Size of each step. Too large and the loss jumps or grows; too small and it hardly moves.",
            limits: share(1e-6, 1.0),
        },
        Setting {
            field: "schedule",
            name: "schedule",
            explanation: "How the learning rate changes while training: steady, falling once, or in four waves.",
            limits: None,
        },
        Setting {
            field: "batch_size",
            name: "batch size",
            explanation: "Rows looked at in each step. Larger is steadier and faster per row, with fewer steps in an epoch.",
            limits: whole(1.0, 65_536.0),
        },
        Setting {
            field: "epochs",
            name: "epochs",
            explanation: "Passes over the training rows at most.",
            limits: whole(1.0, 10_000.0),
        },
        Setting {
            field: "patience",
            name: "early stopping",
            explanation: "Epochs without a better validation loss before training stops. The best epoch's weights are kept either way.",
            limits: whole(1.0, 10_000.0),
        },
        Setting {
            field: "validation_share",
            name: "validation share",
            explanation: "Share of the training rows held back to see when overfitting begins.",
            limits: share(0.01, 0.49),
        },
        Setting {
            field: "class_weights",
            name: "class weights",
            explanation: "How much each class counts in the loss. Balanced makes rare classes count as much as common ones.",
            limits: None,
        },
        Setting {
            field: "seed",
            name: "seed",
            explanation: "Number that all random choices follow from. The same seed gives the same network.",
            limits: None,
        },
    ];

    /// What a setting does, in a line; `None` for a name that is no setting.
    pub fn explain(field: &str) -> Option<&'static str> {
        Self::SETTINGS.iter().find(|s| s.field == field).map(|s| s.explanation)
    }

    /// Defaults for a table: `n_rows` are those outside the holdout, `n_features` the prepared ones. Small tables get
    /// small layers, small batches and more epochs, so that each has some hundreds of steps to learn in.
    /// After RealMLP's simple variant (arXiv 2407.04491) as far as plain AdamW goes.
    pub fn default_for(n_rows: usize, n_features: usize, task: Task) -> Self {
        let hidden = match n_rows {
            0..2_000 => vec![64, 64],
            2_000..20_000 => vec![128, 128],
            _ => vec![256, 256, 256],
        };
        let batch_size = match n_rows {
            0..2_000 => 32,
            2_000..10_000 => 128,
            10_000..100_000 => 256,
            _ => 1_024,
        };
        let epochs = match n_rows {
            0..2_000 => 100,
            2_000..10_000 => 60,
            10_000..100_000 => 40,
            _ => 20,
        };
        let regression = task == Task::Regression;
        // Classes, and wide one-hot tables, are easily learned by heart.
        let dropout = if !regression || n_features * 10 > n_rows { 0.1 } else { 0.0 };
        Self {
            hidden,
            activation: if regression { Activation::Silu } else { Activation::Selu },
            dropout,
            weight_decay: 0.01,
            // The trainer scales it for each kind of weight. Best of 0.003 to 0.08 on six real tables: titanic, german_credit,
            // penguins, telco_churn; concrete, bikeshare.
            learning_rate: if regression { 0.03 } else { 0.01 },
            schedule: Schedule::Cosine,
            batch_size,
            epochs,
            patience: Some((epochs / 4).max(10)),
            validation_share: 0.2,
            class_weights: ClassWeights::Equal,
            seed: 42,
        }
    }

    /// What is wrong with the settings, one problem per setting.
    pub fn validate(&self, task: Task) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.hidden.len() > Self::MAX_LAYERS {
            problems.push(Problem {
                place: "network, hidden".into(),
                event: format!("{} hidden layers are more than {}.", self.hidden.len(), Self::MAX_LAYERS),
                kept: "Nothing was trained.".into(),
                cure: "Take two or three layers.".into(),
            });
        }
        let widest = self.hidden.iter().map(|w| f64::from(*w)).find(|w| out_of("hidden", *w));
        let numbers = [
            ("hidden", widest),
            ("dropout", Some(shown(self.dropout))),
            ("weight_decay", Some(shown(self.weight_decay))),
            ("learning_rate", Some(shown(self.learning_rate))),
            ("batch_size", Some(f64::from(self.batch_size))),
            ("epochs", Some(f64::from(self.epochs))),
            ("patience", self.patience.map(f64::from)),
            ("validation_share", Some(shown(self.validation_share))),
        ];
        problems.extend(numbers.into_iter().filter_map(|(field, value)| refuse(field, value?)));
        if task != Task::Regression {
            problems.extend(self.class_weights.validate("network"));
        }
        problems
    }
}

/// The f64 that a person would write for this f32, so that 0.1 is 0.1.
fn shown(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

fn setting(field: &str) -> Option<&'static Setting> {
    NetworkSpec::SETTINGS.iter().find(|s| s.field == field)
}

fn out_of(field: &str, value: f64) -> bool {
    let limits = setting(field).and_then(|s| s.limits);
    limits.is_some_and(|l| !(l.low..=l.high).contains(&value))
}

fn refuse(field: &'static str, value: f64) -> Option<Problem> {
    let setting = setting(field)?;
    let limits = setting.limits?;
    out_of(field, value).then(|| Problem {
        place: format!("network, {field}"),
        event: format!("The {} {value} is outside {} to {}.", setting.name, limits.low, limits.high),
        kept: "Nothing was trained.".into(),
        cure: format!(
            "Give a {} from {} to {}.",
            if limits.whole { "whole number" } else { "number" },
            limits.low,
            limits.high
        ),
    })
}
