//! `schema.json`: what goes in and what comes out, for programs.

use serde::{Deserialize, Serialize};

use super::PackageAbout;
use super::build::Source;
use super::golden::N_ROWS;
use super::onnx::write::{LABEL, PREDICTION, PROBABILITIES};
use super::parity::{FLOAT_LIMIT, TOLERANCE, TargetUnit};
use super::promise::{LOWER, Promise, SET, UPPER};
use crate::dataset::Task;
use crate::pipeline::Pipeline;
use crate::prepare::spelling::null_spellings;
use crate::prepare::{Input, InputKind, OnUnseen};
use crate::table::date_text;
use crate::validate::conformal::Bounds;

/// The `format` of a package.
pub const FORMAT: &str = "hearth-package";
/// The version of the package's form; a larger one is from a newer Hearth.
pub const VERSION: u32 = 12;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    pub format: String,
    pub version: u32,
    pub generator: String,
    pub created: String,
    pub project: String,
    pub task: String,
    pub target: String,
    pub labels: Vec<String>,
    pub threshold: Option<f64>,
    /// What Hearth's runtimes do with a row that holds what training never saw: a number or date beyond "range", a text that
    /// is none of "levels", a missing cell where "missing_share" is 0. "error": nothing is predicted; "flag": it is predicted
    /// and said; "abstain": that row gets no prediction.
    pub on_unseen: OnUnseen,
    /// Steps of recipe.json that make the columns below from those of a file, in words; they are not in the graph.
    pub steps_before: Vec<String>,
    pub inputs: Vec<SchemaInput>,
    pub outputs: Vec<SchemaOutput>,
    /// What rows that were set aside promise of the outputs; only where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<SchemaPromise>,
    pub golden: SchemaGolden,
}

/// Split conformal prediction: "level" is the chance that "lower" to "upper", or "set", holds the truth of a further row of
/// the same kind as those that were set aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaPromise {
    pub level: f64,
    /// Rows that were set aside.
    pub rows: u32,
    /// Each class has a limit of its own, and the promise holds for each.
    pub by_class: bool,
    /// Regression: "lower" and "upper" are the prediction minus and plus this.
    pub half_width: Option<f64>,
    /// The probability from which a class is in "set", in the order of labels.
    pub least_probability: Option<Vec<f64>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaInput {
    /// The column's name in the data.
    pub column: String,
    /// Its name in the graph.
    pub input: String,
    /// "number", "text" or "date".
    pub kind: String,
    pub r#type: String,
    pub shape: (String, u32),
    /// What stands for a missing cell.
    pub missing: String,
    /// What stood beside the numbers in the training data, such as "%": 12 means 12 %. The graph takes the bare number.
    pub unit: Option<String>,
    /// Smallest and largest value in training, as text; dates in ISO 8601.
    pub range: Option<(String, String)>,
    /// Categories with a feature of their own.
    pub levels: Option<Vec<String>>,
    /// Of a text that is read for its words: those with a feature, in small letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<String>>,
    /// The share of training rows that missed it; `None`: not known.
    pub missing_share: Option<f64>,
    /// Texts that are read as missing, beside "".
    pub missing_spellings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaOutput {
    pub name: String,
    pub r#type: String,
    pub shape: Vec<String>,
    pub meaning: String,
}

/// How `golden.csv` is to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaGolden {
    pub rows: u32,
    pub tolerance: f64,
    /// The column with the expected label.
    pub label: Option<String>,
    /// The columns with expected numbers, in output order.
    pub numbers: Vec<String>,
    /// The columns with expected "lower" and "upper", or, for each class, whether it is in "set": true or false.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promised: Vec<String>,
    /// Regression: mean and standard deviation of the target, in which deviations are measured.
    pub center: Option<f64>,
    pub scale: Option<f64>,
    pub float_limit: Option<f64>,
}

/// The word of a task in documents.
pub fn task_word(task: Task) -> &'static str {
    match task {
        Task::Binary => "binary",
        Task::Multiclass => "multiclass",
        Task::Regression => "regression",
    }
}

impl Schema {
    /// `expected` are the names of the expected columns of `golden.csv`, in the order of `golden::output_names` (label first).
    pub fn new(
        pipeline: &Pipeline,
        about: &PackageAbout,
        input_names: &[String],
        expected: &[String],
        unit: TargetUnit,
        source: &Source,
    ) -> Self {
        let inputs = &pipeline.preparation.inputs;
        let regression = pipeline.task == Task::Regression;
        Self {
            format: FORMAT.into(),
            version: VERSION,
            generator: format!("Hearth {}", env!("CARGO_PKG_VERSION")),
            created: about.created.clone(),
            project: about.project.clone(),
            task: task_word(pipeline.task).into(),
            target: pipeline.target.clone(),
            labels: pipeline.labels.clone(),
            threshold: about.threshold.filter(|_| pipeline.task == Task::Binary),
            on_unseen: about.on_unseen,
            steps_before: source.replay.steps.iter().map(|step| step.operation.title()).collect(),
            inputs: (0..inputs.len()).map(|i| schema_input(pipeline, i, &input_names[i], source)).collect(),
            outputs: outputs(pipeline),
            promise: None,
            golden: SchemaGolden {
                rows: N_ROWS as u32,
                tolerance: TOLERANCE,
                label: expected.first().filter(|_| !regression).cloned(),
                numbers: expected[usize::from(!regression)..].to_vec(),
                promised: Vec::new(),
                center: regression.then_some(unit.center),
                scale: regression.then_some(unit.scale),
                float_limit: regression.then_some(FLOAT_LIMIT),
            },
        }
    }
}

impl Schema {
    /// With what is promised of the outputs; `columns` are its expected columns in `golden.csv`.
    pub fn promising(mut self, promise: &Promise, columns: Vec<String>) -> Self {
        let percent = promise.cover.level.percent();
        let shape = |size: &str| vec!["N".to_owned(), size.to_owned()];
        let output = |name: &str, r#type: &str, shape, meaning: String| SchemaOutput {
            name: name.into(),
            r#type: r#type.into(),
            shape,
            meaning,
        };
        let (mut half_width, mut least_probability) = (None, None);
        match &promise.bounds {
            Bounds::Half(half) => {
                half_width = half.map(f64::from);
                for name in [LOWER, UPPER] {
                    let meaning = format!("{name} bound of the range that holds the truth in {percent} % of rows");
                    self.outputs.push(output(name, "float32", shape("1"), meaning));
                }
            }
            Bounds::Least(least) => {
                least_probability = Some(least.iter().copied().map(f64::from).collect());
                let size = self.labels.len().to_string();
                let meaning =
                    format!("whether each class could be the true one: the set holds it in {percent} % of rows");
                self.outputs.push(output(SET, "bool", shape(&size), meaning));
            }
            // Never promised.
            Bounds::Gathered(_) => {}
        }
        self.golden.promised = columns;
        self.promise = Some(SchemaPromise {
            level: promise.cover.level.share(),
            rows: promise.n_rows,
            by_class: promise.cover.by_class,
            half_width,
            least_probability,
        });
        self
    }
}

fn schema_input(pipeline: &Pipeline, position: usize, graph_name: &str, source: &Source) -> SchemaInput {
    let input: &Input = &pipeline.preparation.inputs[position];
    let (r#type, missing) = match input.kind {
        InputKind::Number => ("float32", "NaN"),
        InputKind::Text => ("string", "empty text"),
        InputKind::Date => ("int64", "-9223372036854775808; other values are milliseconds since 1970-01-01T00:00:00Z"),
    };
    let levels = super::levels(pipeline, position).map(<[String]>::to_vec);
    let mut missing_spellings = Vec::new();
    if input.kind == InputKind::Text {
        let own = input.missing_spellings.iter().map(String::as_str);
        for text in own.chain(null_spellings().iter().copied()) {
            let is_level = levels.as_ref().is_some_and(|levels| levels.iter().any(|l| l == text));
            if !text.is_empty() && !is_level && !missing_spellings.iter().any(|m| m == text) {
                missing_spellings.push(text.to_owned());
            }
        }
    }
    SchemaInput {
        column: input.name.clone(),
        input: graph_name.to_owned(),
        kind: kind_word(input.kind).into(),
        r#type: r#type.into(),
        shape: ("N".into(), 1),
        missing: missing.into(),
        unit: input.unit.clone(),
        range: range_texts(input),
        levels,
        words: super::words(pipeline, position).map(|words| words.words.clone()),
        missing_share: source.reference.as_ref().and_then(|reference| reference.missing_share(position)),
        missing_spellings,
    }
}

/// The word of a kind in documents.
pub fn kind_word(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Number => "number",
        InputKind::Text => "text",
        InputKind::Date => "date",
    }
}

/// Smallest and largest training value as texts.
pub fn range_texts(input: &Input) -> Option<(String, String)> {
    let text = |value: f64| match input.kind {
        InputKind::Date => date_text(value as i64, input.has_time),
        // Plain digits where they are short.
        InputKind::Number | InputKind::Text if value.abs() < 1e15 && (value == 0.0 || value.abs() > 1e-5) => {
            // An f32 limit has more digits as f64 than it is known to.
            let narrow = value as f32;
            let shorter = value != value.trunc() && f64::from(narrow) == value;
            if shorter { format!("{narrow}") } else { format!("{value}") }
        }
        InputKind::Number | InputKind::Text => format!("{value:?}"),
    };
    input.range.map(|(low, high)| (text(low), text(high)))
}

fn outputs(pipeline: &Pipeline) -> Vec<SchemaOutput> {
    let output = |name: &str, r#type: &str, shape: &[&str], meaning: String| SchemaOutput {
        name: name.into(),
        r#type: r#type.into(),
        shape: shape.iter().map(|s| (*s).to_owned()).collect(),
        meaning,
    };
    match pipeline.task {
        Task::Regression => {
            vec![output(PREDICTION, "float32", &["N", "1"], format!("predicted {}", pipeline.target))]
        }
        Task::Binary | Task::Multiclass => {
            let k = pipeline.labels.len().to_string();
            vec![
                output(LABEL, "string", &["N"], "predicted class".into()),
                output(
                    PROBABILITIES,
                    "float32",
                    &["N", &k],
                    "probability of each class, in the order of labels".into(),
                ),
            ]
        }
    }
}
