//! Fits one table's models fold by fold and scores them on the rest: the half of `benches/accuracy.py` that is ours.
//!
//! The table as a line of JSON on stdin: `columns` (`name`, `category`, `cells` with null for missing), `labels` for classes,
//! `target` (codes or values) and `folds` (the test fold of each row). Then jobs, each a line: a pair of a model's name and a
//! fold. Each is answered by a line of JSON on stdout before the next is read: `model`, `fold`, `score` (area under the ROC
//! curve, accuracy, or root mean squared error), `seconds` of the fit from the prepared rows on, and `nodes` of the trees.

use std::io::{BufRead, Write};
use std::time::Instant;

use hearth::dataset::{Dataset, Target, Task};
use hearth::metrics::{Metric, scores};
use hearth::model::fit::FitSpec;
use hearth::model::linear::LinearSpec;
use hearth::model::trees::{BoostSpec, ForestSpec};
use hearth::model::{Model, ModelSpec};
use hearth::pipeline::{PipelineSpec, TrainingInput};
use hearth::prepare::PrepareSpec;
use hearth::problem::Problem;
use hearth::table::{Column, MISSING_CODE, Values};
use serde_json::{Value, json};

fn main() -> Result<(), String> {
    let mut lines = std::io::stdin().lock().lines();
    let question: Value = match lines.next() {
        Some(Ok(line)) => serde_json::from_str(&line).map_err(|error| error.to_string())?,
        _ => return Err("no table".into()),
    };
    let columns: Vec<Column> = list(&question["columns"])?.iter().map(column).collect::<Result<_, _>>()?;
    let target = target(&question)?;
    let task = match &target {
        Target::Values(_) => Task::Regression,
        Target::Classes { labels, .. } if labels.len() == 2 => Task::Binary,
        Target::Classes { .. } => Task::Multiclass,
    };
    let rows: Vec<u32> = (0..target.len() as u32).collect();
    let folds: Vec<u64> = list(&question["folds"])?.iter().filter_map(Value::as_u64).collect();
    let data = Dataset {
        features: columns.iter().collect(),
        task,
        target,
        rows,
        left_out: Vec::new(),
        groups: None,
        times: None,
        newcomers: None,
    };
    drop(question);
    for line in lines {
        let job: Value =
            serde_json::from_str(&line.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
        let (Some(name), Some(fold)) = (job[0].as_str(), job[1].as_u64()) else {
            return Err(format!("{job} is no pair of a model and a fold"));
        };
        let (test, training): (Vec<u32>, Vec<u32>) = data.rows.iter().partition(|row| folds[**row as usize] == fold);
        let answer = run(&data, name, &training, &test).map_err(|problem| problem.event)?;
        println!("{}", merge(answer, &json!({"model": name, "fold": fold})));
        std::io::stdout().flush().map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn run(data: &Dataset, name: &str, training: &[u32], test: &[u32]) -> Result<Value, Problem> {
    let spec = spec(name, data.features.len(), data.task);
    let mut input = spec.prepare(data, training)?;
    let started = Instant::now();
    let model = fit(&spec.model, &mut input)?;
    let seconds = started.elapsed().as_secs_f64();
    let nodes = if let Model::Trees(trees) = &model { trees.n_nodes() } else { 0 };
    let predictions = input.assemble("target", model).predict_positions(data, test);
    let metric = match data.task {
        Task::Binary => Metric::RocAuc,
        Task::Multiclass => Metric::Accuracy,
        Task::Regression => Metric::Rmse,
    };
    let all = scores(data.task, &data.target.select(test), &predictions);
    let score = all.into_iter().find(|(of, _)| *of == metric).and_then(|(_, score)| score);
    Ok(json!({"score": score, "seconds": seconds, "nodes": nodes}))
}

fn spec(name: &str, n_features: usize, task: Task) -> PipelineSpec {
    let trees = |model| PipelineSpec { prepare: PrepareSpec::for_trees(), model };
    match name {
        "boost" => trees(ModelSpec::Boost(BoostSpec::default())),
        "forest" => trees(ModelSpec::Forest(ForestSpec::default_for(false, n_features, task))),
        "extra" => trees(ModelSpec::Forest(ForestSpec::default_for(true, n_features, task))),
        _ => PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) },
    }
}

fn fit(spec: &ModelSpec, input: &mut TrainingInput) -> Result<Model, Problem> {
    Ok(match FitSpec::of(spec) {
        Some(spec) => input.fit_task(spec).fit()?.model,
        None => Model::Baseline(hearth::model::baseline::Baseline::fit(&input.target)),
    })
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| "a list is missing".to_owned())
}

fn column(about: &Value) -> Result<Column, String> {
    let cells = list(&about["cells"])?;
    let values = if about["category"] == json!(true) {
        let mut levels: Vec<String> = cells.iter().filter_map(|cell| cell.as_str().map(str::to_owned)).collect();
        levels.sort();
        levels.dedup();
        let code = |cell: &Value| {
            let text = cell.as_str()?;
            levels.binary_search_by(|level| level.as_str().cmp(text)).ok()
        };
        let codes = cells.iter().map(|cell| code(cell).map_or(MISSING_CODE, |code| code as u32)).collect();
        Values::Category { codes, levels }
    } else {
        Values::Number(cells.iter().map(|cell| cell.as_f64().unwrap_or(f64::NAN)).collect())
    };
    let name = about["name"].as_str().unwrap_or_default().to_owned();
    Ok(Column { name, values, missing_spellings: Vec::new(), unit: None })
}

fn target(question: &Value) -> Result<Target, String> {
    let cells = list(&question["target"])?;
    Ok(match question["labels"].as_array() {
        Some(labels) => Target::Classes {
            codes: cells.iter().map(|code| code.as_u64().unwrap_or_default() as u32).collect(),
            labels: labels.iter().map(|label| label.as_str().unwrap_or_default().to_owned()).collect(),
        },
        None => Target::Values(cells.iter().map(|value| value.as_f64().unwrap_or(f64::NAN)).collect()),
    })
}

fn merge(mut answer: Value, more: &Value) -> Value {
    if let (Value::Object(answer), Value::Object(more)) = (&mut answer, more) {
        answer.extend(more.clone());
    }
    answer
}
