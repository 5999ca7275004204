//! The whole specification of a training as one value: what the Design stage edits, what a run records, and what the
//! text view shows. Data, split, pipelines, nothing else.

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, DatasetSpec, Target, Task};
use crate::metrics::Metric;
use crate::model::linear::LinearSpec;
use crate::model::network::NetworkSpec;
use crate::model::{ClassWeights, ModelSpec};
use crate::pipeline::{PipelineSpec, check_target};
use crate::prepare::PrepareSpec;
use crate::problem::Problem;
use crate::split::SplitSpec;

/// Candidates of one design at most.
pub const MAX_CANDIDATES: usize = 50;
/// A list of plain values stays on one line of the text up to this many characters.
const LINE: usize = 100;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    pub dataset: DatasetSpec,
    pub split: SplitSpec,
    /// Orders the leaderboard; `None`: the task's primary metric.
    pub metric: Option<Metric>,
    /// Trained in this order; the baseline is always first.
    pub candidates: Vec<PipelineSpec>,
}

impl Design {
    /// Baseline, linear model and network with defaults for a table of this size; `n_features` may be the number of
    /// columns, where the prepared features are not counted yet.
    pub fn default_for(dataset: DatasetSpec, task: Task, n_rows: usize, n_features: usize) -> Self {
        let split = SplitSpec::default();
        let n_training = (n_rows as f64 * (1.0 - f64::from(split.holdout))) as usize;
        let network = NetworkSpec::default_for(n_training, n_features, task);
        let candidates = vec![
            PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Baseline },
            PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) },
            PipelineSpec { prepare: PrepareSpec::for_network(), model: ModelSpec::Network(network) },
        ];
        Self { dataset, split, metric: None, candidates }
    }

    /// The metric that orders the leaderboard.
    pub fn metric(&self, task: Task) -> Metric {
        self.metric.filter(|m| Metric::of(task).contains(m)).unwrap_or(Metric::primary(task))
    }

    /// What is wrong with the settings themselves; the place of a candidate's problem begins with its number and name.
    pub fn validate(&self, task: Task) -> Vec<Problem> {
        let mut problems = self.split.validate();
        if let Some(metric) = self.metric.filter(|m| !Metric::of(task).contains(m)) {
            let names: Vec<&str> = Metric::of(task).iter().map(|m| m.name()).collect();
            problems.push(refuse(
                "metric",
                format!("The metric {} does not go with this target.", metric.name()),
                format!("Choose one of {}.", names.join(", ")),
            ));
        }
        if self.candidates.len() > MAX_CANDIDATES {
            problems.push(refuse(
                "candidates",
                format!("{} candidates are more than {MAX_CANDIDATES}.", self.candidates.len()),
                "Remove some, and train them in a second run.".into(),
            ));
        }
        for (i, candidate) in self.candidates.iter().enumerate() {
            let name = candidate.model.name();
            problems.extend(candidate.validate(task).into_iter().map(|problem| Problem {
                place: format!("candidate {} ({name}), {}", i + 1, problem.place),
                ..problem
            }));
        }
        problems
    }

    /// What prevents training on this dataset: everything that `validate` finds, and what the data refuse.
    pub fn problems(&self, dataset: &Dataset) -> Vec<Problem> {
        let mut problems = self.validate(dataset.task);
        let target = format!("target {}", self.dataset.target);
        if dataset.target.is_empty() {
            problems.push(refuse(&target, "No row has a value of the target.".into(), "Choose another target.".into()));
            return problems;
        }
        if is_constant(&dataset.target) {
            problems.push(refuse(
                &target,
                "The target is the same in every row, so there is nothing to learn.".into(),
                "Choose another target, or add rows with other values.".into(),
            ));
        }
        problems.extend(check_target(&dataset.target).err());
        if dataset.features.is_empty() {
            problems.push(refuse(
                "features",
                "No column is left to learn from.".into(),
                "Give at least one column the role of a feature.".into(),
            ));
        }
        if let Target::Classes { labels, .. } = &dataset.target {
            for (i, candidate) in self.candidates.iter().enumerate() {
                problems.extend(check_class_weights(i, &candidate.model, labels.len()));
            }
        }
        if self.split.validate().is_empty() {
            problems.extend(self.split.draw(&dataset.target).err());
        }
        problems
    }

    /// The text of the design: JSON with its fields in reading order. `from_text` reads it back to the same value.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a design has text keys only and no failing parts");
        fold_lists(&text)
    }

    /// # Errors
    /// Text that is no design: where, what, and how to mend it.
    pub fn from_text(text: &str) -> Result<Self, Problem> {
        serde_json::from_str(text).map_err(|error| {
            let field = field_at(text, error.line(), error.column());
            let place = match field {
                Some(field) => format!("line {}, column {}, field “{field}”", error.line(), error.column()),
                None => format!("line {}, column {}", error.line(), error.column()),
            };
            Problem { place, event: event(&error), kept: "The design is as it was.".into(), cure: cure(&error) }
        })
    }
}

fn refuse(place: &str, event: String, cure: String) -> Problem {
    Problem { place: place.into(), event, kept: "Nothing was trained.".into(), cure }
}

fn is_constant(target: &Target) -> bool {
    match target {
        Target::Classes { codes, .. } => codes.iter().all(|c| *c == codes[0]),
        Target::Values(values) => values.iter().all(|v| *v == values[0]),
    }
}

fn check_class_weights(position: usize, model: &ModelSpec, n_classes: usize) -> Option<Problem> {
    let weights = match model {
        ModelSpec::Baseline => return None,
        ModelSpec::Linear(spec) => &spec.class_weights,
        ModelSpec::Network(spec) => &spec.class_weights,
    };
    let ClassWeights::Given(given) = weights else { return None };
    (given.len() != n_classes).then(|| {
        refuse(
            &format!("candidate {} ({}), class_weights", position + 1, model.name()),
            format!("{} class weights are given for {n_classes} classes.", given.len()),
            format!("Give {n_classes} positive numbers, one per class in the order shown."),
        )
    })
}

/// serde_json's sentence without its position, which is the problem's place.
fn event(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(event, _)| event);
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn cure(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => "The text ends too early; copy all of it, to the last brace.",
        Category::Syntax | Category::Io => "Look for a missing comma, quote or bracket there.",
        Category::Data => "Correct that value, or copy the design again and change it step by step.",
    }
    .to_owned()
}

/// The last key that stands before a position (line and column count from 1).
fn field_at(text: &str, line: usize, column: usize) -> Option<String> {
    let end = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>() + column;
    let mut end = end.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut field = None;
    let mut string: Option<usize> = None;
    let mut last: Option<&str> = None;
    let mut escaped = false;
    for (i, c) in text[..end].char_indices() {
        match (string, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(start), '"') => {
                last = Some(&text[start..i]);
                string = None;
            }
            (Some(_), _) => {}
            (None, '"') => string = Some(i + 1),
            (None, ':') => field = last.take(),
            (None, _) => {}
        }
    }
    // An unknown field is reported at the end of its own name.
    last.filter(|_| text[end..].trim_start().starts_with(':')).or(field).map(str::to_owned)
}

/// Put lists of plain values, which the pretty form spreads over lines, on one line where they fit.
fn fold_lists(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = find_outside_strings(rest, '[') {
        let (before, list) = rest.split_at(start);
        folded.push_str(before);
        let end = find_outside_strings(&list[1..], ']').map(|e| e + 2);
        let inner =
            find_outside_strings(&list[1..], '[').into_iter().chain(find_outside_strings(&list[1..], '{')).min();
        let end = end.filter(|e| inner.is_none_or(|i| i + 2 > *e));
        let line = end.map(|e| list[..e].lines().map(str::trim).collect::<Vec<_>>().join(" "));
        let line =
            line.map(|l| l.replacen("[ ", "[", 1)).map(|l| l.strip_suffix(" ]").map(|l| format!("{l}]")).unwrap_or(l));
        match (line, end) {
            (Some(line), Some(end)) if line.len() <= LINE => {
                folded.push_str(&line);
                rest = &list[end..];
            }
            (Some(_) | None, _) => {
                folded.push('[');
                rest = &list[1..];
            }
        }
    }
    folded.push_str(rest);
    folded
}

/// The first `wanted` that is not inside a JSON string; `text` begins outside one.
fn find_outside_strings(text: &str, wanted: char) -> Option<usize> {
    let (mut inside, mut escaped) = (false, false);
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            c if c == wanted && !inside => return Some(i),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Role;

    fn design() -> Design {
        let roles = vec![("a [\"b\"]".to_owned(), Role::Ignore), ("é\n{".to_owned(), Role::KnownTooLate)];
        let dataset = DatasetSpec { target: "y".into(), task: None, positive: Some("yes".into()), roles };
        Design::default_for(dataset, Task::Binary, 344, 7)
    }

    #[test]
    fn text_reads_back_to_the_same_design() {
        let text = design().to_text();
        assert_eq!(Design::from_text(&text), Ok(design()));
        assert!(text.contains("\"hidden\": [64, 64],"), "{text}");
        assert!(text.contains("[\"a [\\\"b\\\"]\", \"Ignore\"]"), "{text}");
    }

    #[test]
    fn errors_name_line_and_field() {
        let text = design().to_text();
        let line = |text: &str| text.lines().position(|l| l.contains("folds")).map(|l| l + 1).unwrap_or_default();
        let wrong = text.replace("\"folds\": 5", "\"folds\": \"five\"");
        let problem = Design::from_text(&wrong).expect_err("a text is no number");
        assert!(problem.place.starts_with(&format!("line {}, ", line(&wrong))), "{problem:?}");
        assert!(problem.place.ends_with("field “folds”"), "{problem:?}");
        assert_eq!(problem.event, "Invalid type: string \"five\", expected u32.");
        let unknown = text.replace("\"folds\": 5", "\"fold\": 5");
        let problem = Design::from_text(&unknown).expect_err("an unknown field");
        assert!(problem.event.starts_with("Unknown field `fold`, expected one of `holdout`, `folds`"), "{problem:?}");
        assert!(problem.place.ends_with("field “fold”"), "{problem:?}");
        let cut = &text[..text.len() / 2];
        assert!(Design::from_text(cut).expect_err("cut short").cure.contains("ends too early"));
        assert!(Design::from_text("").is_err());
    }

    #[test]
    fn settings_out_of_range_are_named_with_their_candidate() {
        let mut design = design();
        assert_eq!(design.validate(Task::Binary), []);
        design.metric = Some(Metric::Rmse);
        design.split.folds = 1;
        if let ModelSpec::Network(spec) = &mut design.candidates[2].model {
            spec.dropout = 1.5;
            spec.hidden = vec![64, 0];
            spec.learning_rate = f32::NAN;
        }
        let problems = design.validate(Task::Binary);
        let places: Vec<&str> = problems.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(
            places,
            [
                "split, folds",
                "metric",
                "candidate 3 (Neural network), network, hidden",
                "candidate 3 (Neural network), network, dropout",
                "candidate 3 (Neural network), network, learning_rate",
            ]
        );
        assert_eq!(problems[3].event, "The dropout 1.5 is outside 0 to 0.9.");
    }
}
