//! Preparation and model as one: nothing reaches a model except through a `Pipeline`, and it owns its preparation.

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, Target, Task};
use crate::model::blend::{Blend, Member};
use crate::model::calibrated::{Calibrated, Map};
use crate::model::fit::{FitSpec, FitTask};
use crate::model::network::{NetworkData, NetworkSpec, NetworkTarget};
use crate::model::{Model, ModelSpec, Predictions};
use crate::prepare::{Block, Encoding, Inputs, Matrix, Preparation, PrepareSpec};
use crate::problem::Problem;
use crate::split::draw_validation;
use crate::table::Table;

/// Rows that are prepared and predicted at a time.
const BLOCK_ROWS: usize = 8_192;
/// Numbers that a prepared table may hold: half a gigabyte of f32.
pub const MAX_PREPARED: u64 = 1 << 27;
/// Largest absolute value of a target: models compute in f32, whose range ends at 3.4e38.
pub const MAX_TARGET: f64 = 1e30;
/// What stored pipelines begin with, and the version of their form.
const MAGIC: &[u8; 8] = b"hearth-p";
pub const PIPELINE_VERSION: u16 = 5;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineSpec {
    pub prepare: PrepareSpec,
    pub model: ModelSpec,
}

/// A fitted pipeline: all that prediction and export need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pipeline {
    pub task: Task,
    /// The target column's name.
    pub target: String,
    /// Class labels in probability order; empty for regression.
    pub labels: Vec<String>,
    pub preparation: Preparation,
    pub model: Model,
}

/// What a fitted pipeline takes to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineSize {
    /// As `Model::n_numbers`: how complex the model is.
    pub n_numbers: u64,
    /// Of its stored form, preparation included.
    pub n_bytes: u64,
}

/// Training rows made ready: the fitted preparation, and its features and target for exactly those rows.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingInput {
    pub task: Task,
    pub preparation: Preparation,
    pub features: Matrix,
    pub target: Target,
}

impl PipelineSpec {
    /// What is wrong with the settings themselves.
    pub fn validate(&self, task: Task) -> Vec<Problem> {
        let mut problems = self.prepare.validate();
        problems.extend(self.model.validate(task));
        let reads_codes = match self.model {
            ModelSpec::Boost(_) | ModelSpec::Forest(_) => true,
            // The baseline reads nothing.
            ModelSpec::Baseline => true,
            ModelSpec::Linear(_) | ModelSpec::Network(_) | ModelSpec::Bayes(_) | ModelSpec::Neighbours(_) => false,
        };
        if self.prepare.encoding == Encoding::Codes && !reads_codes {
            problems.push(Problem {
                place: "prepare, encoding".into(),
                event: "Codes of categories and missing numbers can be read by trees alone.".into(),
                kept: "Nothing was trained.".into(),
                cure: "Give “encoding” OneHot.".into(),
            });
        }
        problems
    }

    /// Fit the preparation on some positions of a dataset and prepare them. Nothing else of the dataset is looked at.
    ///
    /// # Errors
    /// No rows, a target beyond `MAX_TARGET`, or a prepared table beyond `MAX_PREPARED`.
    pub fn prepare(&self, dataset: &Dataset, positions: &[u32]) -> Result<TrainingInput, Problem> {
        if positions.is_empty() {
            return Err(Problem {
                place: String::new(),
                event: "There is no row to train on.".into(),
                kept: "The table is as it was.".into(),
                cure: "Choose a target that is known in more rows, or make the test set smaller.".into(),
            });
        }
        let target = dataset.target.select(positions);
        check_target(&target)?;
        let preparation = self.prepare.fit(dataset, positions);
        let n_numbers = preparation.n_features() as u64 * positions.len() as u64;
        if n_numbers > MAX_PREPARED {
            return Err(too_large(positions.len(), preparation.n_features()));
        }
        let features = preparation.transform(&Inputs::from_dataset(dataset, positions));
        Ok(TrainingInput { task: dataset.task, preparation, features, target })
    }
}

impl TrainingInput {
    /// Draw the rows that watch over a network's training, seeded and, for classes, stratified, and put them last. Every
    /// class keeps a training row. A single row trains and validates.
    pub fn network_data(&self, spec: &NetworkSpec) -> NetworkData {
        let (train, validation) = draw_validation(&self.target, spec.validation_share, spec.seed);
        let order: Vec<u32> = train.iter().chain(&validation).copied().collect();
        let target = match self.target.select(&order) {
            Target::Classes { codes, labels } => {
                let weights = spec.class_weights.per_class(&codes[..train.len()], labels.len());
                NetworkTarget::Classes {
                    codes,
                    n_classes: labels.len(),
                    weights: weights.into_iter().map(|w| w as f32).collect(),
                }
            }
            Target::Values(values) => {
                NetworkTarget::Values(values.into_iter().map(crate::prepare::inputs::to_f32).collect())
            }
        };
        NetworkData { features: self.features.select(&order), target, n_train: train.len() }
    }

    /// The fit of a model on these rows. The features go with it; what stays assembles the pipeline.
    pub fn fit_task(&mut self, spec: FitSpec) -> FitTask {
        FitTask {
            spec,
            features: std::mem::take(&mut self.features),
            feature_names: self.preparation.feature_names.clone(),
            categories: self.preparation.category_sizes(),
            marks: self.preparation.marks(),
            target: self.target.clone(),
        }
    }

    /// Join the preparation with the model that was fitted on these features.
    pub fn assemble(self, target: &str, model: Model) -> Pipeline {
        let labels = match self.target {
            Target::Classes { labels, .. } => labels,
            Target::Values(_) => Vec::new(),
        };
        Pipeline { task: self.task, target: target.to_owned(), labels, preparation: self.preparation, model }
    }
}

impl Pipeline {
    /// Predictions for cells of `self.preparation.inputs`.
    pub fn predict(&self, inputs: &Inputs) -> Predictions {
        self.model.predict(&self.preparation.transform(inputs))
    }

    /// Predictions for positions of the dataset that the pipeline was fitted on (columns in the same order).
    pub fn predict_positions(&self, dataset: &Dataset, positions: &[u32]) -> Predictions {
        let mut all = Predictions::none(self.labels.len());
        for block in positions.chunks(BLOCK_ROWS) {
            all.append(self.predict(&Inputs::from_dataset(dataset, block)));
        }
        all
    }

    /// Predictions for every row of another table, with sentences about cells that were read as missing.
    ///
    /// # Errors
    /// The table has none of the inputs.
    pub fn predict_table(&self, table: &Table) -> Result<(Predictions, Vec<String>), Problem> {
        let rows: Vec<u32> = (0..table.n_rows as u32).collect();
        let (_, warnings) = Inputs::from_table(&self.preparation.inputs, table, &rows)?;
        Ok((self.predict_rows(table, &rows)?, warnings))
    }

    /// Predictions for some rows of another table, in their order.
    ///
    /// # Errors
    /// The table has none of the inputs.
    pub fn predict_rows(&self, table: &Table, rows: &[u32]) -> Result<Predictions, Problem> {
        let mut all = Predictions::none(self.labels.len());
        for block in rows.chunks(BLOCK_ROWS) {
            let (inputs, _) = Inputs::from_table(&self.preparation.inputs, table, block)?;
            all.append(self.predict(&inputs));
        }
        Ok(all)
    }

    /// Average what pipelines predict with these weights, which together are 1; those of weight 0 are left out.
    ///
    /// # Errors
    /// Pipelines that read other columns or answer another question.
    pub fn blend(pipelines: &[&Self], weights: &[f64]) -> Result<Self, Problem> {
        let refused = |event: &str| Problem {
            place: "ensemble".into(),
            event: event.into(),
            kept: "The models are as they were.".into(),
            cure: "Train the models again with one design, then make the ensemble.".into(),
        };
        let mut members = Vec::new();
        let mut joined: Option<Self> = None;
        for (pipeline, weight) in pipelines.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
            let own = &pipeline.preparation;
            members.push(Member {
                model: pipeline.model.clone(),
                n_blocks: own.blocks.len() as u32,
                n_features: own.n_features() as u32,
                weight: *weight as f32,
            });
            let Some(all) = &mut joined else {
                joined = Some((*pipeline).clone());
                continue;
            };
            let columns = |preparation: &Preparation| -> Vec<_> {
                preparation.inputs.iter().map(|input| (input.name.clone(), input.kind)).collect()
            };
            let same = (all.task, &all.labels) == (pipeline.task, &pipeline.labels);
            if !same || columns(&all.preparation) != columns(own) {
                return Err(refused("The models read other columns, or predict something else."));
            }
            all.preparation.blocks.extend(own.blocks.iter().cloned());
            all.preparation.feature_names.extend(own.feature_names.iter().cloned());
            all.preparation.feature_inputs.extend(&own.feature_inputs);
        }
        let joined = joined.ok_or_else(|| refused("There is no model to average."))?;
        let blended = Self { model: Model::Blend(Blend { members }), ..joined };
        blended.check().map_err(|event| refused(&event))?;
        Ok(blended)
    }

    /// The same with its class probabilities bent.
    ///
    /// # Errors
    /// A model without classes, one that is calibrated already, or a map of other classes.
    pub fn calibrated(&self, map: Map) -> Result<Self, Problem> {
        let (model, n_classes) = (Box::new(self.model.clone()), self.labels.len() as u32);
        let bent = Self { model: Model::Calibrated(Calibrated { model, n_classes, map }), ..self.clone() };
        bent.check().map_err(|event| Problem {
            place: "calibration".into(),
            event,
            kept: "The model is as it was.".into(),
            cure: "Calibrate a model of classes that is not calibrated yet.".into(),
        })?;
        Ok(bent)
    }

    /// What it takes to keep.
    pub fn size(&self) -> PipelineSize {
        PipelineSize { n_numbers: self.model.n_numbers(), n_bytes: self.to_bytes().len() as u64 }
    }

    /// The stored form; `from_bytes` reads it back.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(PIPELINE_VERSION.to_le_bytes());
        postcard::to_extend(self, bytes).expect("a pipeline has no map or unsized part that postcard refuses")
    }

    /// # Errors
    /// Bytes that are no pipeline, are damaged, or are of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        let unreadable = |event: String, cure: &str| Problem {
            place: "stored model".into(),
            event,
            kept: "The bytes were left as they are.".into(),
            cure: cure.into(),
        };
        let Some(rest) = bytes.strip_prefix(MAGIC.as_slice()).filter(|rest| rest.len() > 2) else {
            let event = "These bytes are no model that Hearth stored.".to_owned();
            return Err(unreadable(event, "Open the project or package that the model came from."));
        };
        let version = u16::from_le_bytes([rest[0], rest[1]]);
        if version != PIPELINE_VERSION {
            let event =
                format!("The model has version {version} of the form; this Hearth reads version {PIPELINE_VERSION}.");
            return Err(unreadable(event, "Open it with the Hearth that stored it, or train again."));
        }
        let pipeline: Self = postcard::from_bytes(&rest[2..])
            .map_err(|e| unreadable(format!("The model is damaged ({e})."), "Train again, or restore a copy."))?;
        pipeline.check().map_err(|event| unreadable(event, "Train again, or restore a copy."))?;
        Ok(pipeline)
    }

    /// Whether the parts fit each other, so that predicting cannot fail.
    pub fn check(&self) -> Result<(), String> {
        let preparation = &self.preparation;
        let n_features: usize = preparation.blocks.iter().map(Block::n_features).sum();
        let blocks_fit = preparation
            .blocks
            .iter()
            .all(|b| b.is_whole() && preparation.inputs.get(b.input()).is_some_and(|input| input.kind == b.kind()));
        if !blocks_fit
            || n_features != preparation.feature_names.len()
            || n_features != preparation.feature_inputs.len()
        {
            return Err("The model's preparation does not fit together.".into());
        }
        if let Model::Blend(blend) = self.model.uncalibrated() {
            preparation.parts(&blend.sizes())?;
        }
        let n_outputs = if self.task == Task::Regression { 0 } else { self.labels.len() };
        self.model.check(n_features, n_outputs)
    }
}

/// Refuse values of a target that f32 would turn into infinities.
///
/// # Errors
/// A value beyond `MAX_TARGET`.
pub fn check_target(target: &Target) -> Result<(), Problem> {
    let Target::Values(values) = target else { return Ok(()) };
    let Some(value) = values.iter().find(|v| v.is_nan() || v.abs() > MAX_TARGET) else { return Ok(()) };
    Err(Problem {
        place: "target".into(),
        event: format!("The target holds {value:e}; numbers beyond {MAX_TARGET:e} are too large to learn."),
        kept: "The table is as it was.".into(),
        cure: "Divide the column by a constant, or choose another target.".into(),
    })
}

fn too_large(n_rows: usize, n_features: usize) -> Problem {
    Problem {
        place: String::new(),
        event: format!(
            "{n_rows} rows with {n_features} prepared features make {} million numbers; {} million is the limit.",
            n_rows as u64 * n_features as u64 / 1_000_000,
            MAX_PREPARED / 1_000_000
        ),
        kept: "The table is as it was.".into(),
        cure: "Ignore columns, or give fewer categories a feature of their own.".into(),
    }
}
