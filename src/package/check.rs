//! Whether the parts of a pipeline fit together. Fitting makes sure of it; a pipeline that was read from a file is
//! checked before anything indexes into it.

use crate::dataset::Task;
use crate::model::baseline::Baseline;
use crate::model::network::Network;
use crate::model::trees::{Split, Trees};
use crate::model::{Head, Model};
use crate::pipeline::Pipeline;
use crate::prepare::{Block, Preparation};
use crate::problem::Problem;

/// Checks that every index, width and length of a pipeline fits.
///
/// # Errors
/// Names the first part that does not.
pub fn sizes(pipeline: &Pipeline) -> Result<(), Problem> {
    let fits = preparation(&pipeline.preparation).and_then(|width| model(pipeline, width));
    fits.map_err(|event| Problem {
        place: "Pipeline".into(),
        event: format!("The model's parts do not fit together: {event}."),
        kept: "Nothing was changed.".into(),
        cure: "Train the model again, or open an undamaged copy of the package.".into(),
    })
}

/// The number of features.
fn preparation(preparation: &Preparation) -> Result<usize, String> {
    let inputs = &preparation.inputs;
    for block in &preparation.blocks {
        let input = block.input();
        match inputs.get(input) {
            Some(found) if found.kind == block.kind() && !block.is_whole() => {
                return Err(format!("the words of column {} do not go with their weights", found.name));
            }
            Some(found) if found.kind == block.kind() => {}
            Some(found) => return Err(format!("column {} is read as another kind than it is", found.name)),
            None => return Err(format!("a feature reads column {input}, which is not there")),
        }
    }
    let width = preparation.blocks.iter().map(Block::n_features).sum();
    if preparation.feature_names.len() != width || preparation.feature_inputs.len() != width {
        return Err(format!("{width} features have {} names", preparation.feature_names.len()));
    }
    if preparation.feature_inputs.iter().any(|input| *input as usize >= inputs.len()) {
        return Err("a feature comes from a column that is not there".into());
    }
    Ok(width)
}

fn model(pipeline: &Pipeline, width: usize) -> Result<(), String> {
    let n_outputs = if pipeline.task == Task::Regression { 0 } else { pipeline.labels.len() };
    if let Model::Calibrated(_) = &pipeline.model {
        pipeline.model.check(width, n_outputs).map_err(|event| event.trim_end_matches('.').to_lowercase())?;
    }
    let Model::Blend(blend) = pipeline.model.uncalibrated() else {
        return single(pipeline, pipeline.model.uncalibrated(), &pipeline.preparation, width);
    };
    pipeline.model.check(width, n_outputs).map_err(|event| event.trim_end_matches('.').to_lowercase())?;
    for (member, part) in blend.members.iter().zip(pipeline.preparation.parts(&blend.sizes())?) {
        single(pipeline, member.model.uncalibrated(), &part, member.n_features as usize)?;
    }
    Ok(())
}

/// A model that is no blend, and the preparation that it reads.
fn single(pipeline: &Pipeline, model: &Model, preparation: &Preparation, width: usize) -> Result<(), String> {
    let n_labels = pipeline.labels.len();
    let (n_outputs, classes) = match pipeline.task {
        Task::Binary if n_labels != 2 => return Err(format!("a binary task has {n_labels} classes")),
        Task::Multiclass if n_labels < 2 => return Err(format!("a multiclass task has {n_labels} classes")),
        Task::Regression if n_labels > 0 => return Err(format!("a regression has {n_labels} classes")),
        Task::Binary | Task::Multiclass => (n_labels, true),
        Task::Regression => (1, false),
    };
    let head = |head: &Head| match head {
        Head::Softmax | Head::Shares if classes => Ok(()),
        Head::Value { .. } | Head::Exp if !classes => Ok(()),
        Head::Softmax | Head::Shares | Head::Value { .. } | Head::Exp => {
            Err("the model answers another task than the pipeline".to_owned())
        }
    };
    match model {
        Model::Blend(_) => Err("a blend holds another blend".into()),
        Model::Calibrated(_) => Err("a calibration holds another one".into()),
        Model::Baseline(Baseline::Frequencies(shares)) if classes => lengths("class shares", shares.len(), n_outputs),
        Model::Baseline(Baseline::Mean(_)) if !classes => Ok(()),
        Model::Baseline(_) => Err("the baseline answers another task than the pipeline".into()),
        Model::Linear(model) => {
            head(&model.head)?;
            lengths("features of the linear model", model.n_features as usize, width)?;
            // A binary model may have one logit; the first class's is 0.
            let one_logit = pipeline.task == Task::Binary && model.intercept.len() == 1;
            let n_outputs = if one_logit { 1 } else { n_outputs };
            lengths("intercepts", model.intercept.len(), n_outputs)?;
            lengths("weights", model.weights.len(), n_outputs * width)
        }
        Model::Network(network) => {
            head(&network.head)?;
            layers(network, width, n_outputs)
        }
        Model::Bayes(_) | Model::Neighbours(_) => {
            let n_classes = if classes { n_outputs } else { 0 };
            model.check(width, n_classes).map_err(|event| event.trim_end_matches('.').to_lowercase())
        }
        Model::Trees(trees) => {
            head(&trees.head)?;
            let n_classes = if classes { n_outputs } else { 0 };
            model.check(width, n_classes).map_err(|event| event.trim_end_matches('.').to_lowercase())?;
            sets(trees, preparation)
        }
    }
}

/// Sets split the codes of categories, and nothing else: only these are looked up in the exported graph.
fn sets(model: &Trees, preparation: &Preparation) -> Result<(), String> {
    let sizes = preparation.category_sizes();
    for node in model.trees.iter().flat_map(|tree| &tree.nodes) {
        let is_category = sizes.get(node.feature as usize).is_some_and(Option::is_some);
        if matches!(node.split, Split::In(_)) && !is_category {
            return Err(format!("a set of categories splits feature {}, which is a number", node.feature));
        }
    }
    Ok(())
}

fn layers(network: &Network, width: usize, n_outputs: usize) -> Result<(), String> {
    lengths("input scales", network.input_scale.len(), width)?;
    if network.layers.is_empty() {
        return Err("the network has no layers".into());
    }
    let mut n = width;
    for layer in &network.layers {
        lengths("inputs of a layer", layer.n_inputs as usize, n)?;
        lengths("biases of a layer", layer.bias.len(), layer.n_outputs as usize)?;
        let n_weights = n.checked_mul(layer.n_outputs as usize).ok_or("a layer is too large")?;
        lengths("weights of a layer", layer.weights.len(), n_weights)?;
        n = layer.n_outputs as usize;
        if n == 0 {
            return Err("a layer has no units".into());
        }
    }
    lengths("outputs of the network", n, n_outputs)
}

fn lengths(what: &str, has: usize, wants: usize) -> Result<(), String> {
    if has == wants { Ok(()) } else { Err(format!("{has} {what} instead of {wants}")) }
}
