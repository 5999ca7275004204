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
            let place = match &field {
                Some(field) => format!("line {}, column {}, field “{field}”", error.line(), error.column()),
                None => format!("line {}, column {}", error.line(), error.column()),
            };
            let event = event(&error, field.as_deref());
            Problem { place, event, kept: "The design is as it was.".into(), cure: cure(&error) }
        })
    }
}

/// The line of a design's text, from 1, that a problem speaks of: its place ends with the field, and begins with the
/// candidate where it is one's, else with the part of the design. `None` where no field of the text is meant.
pub fn line_of(text: &str, place: &str) -> Option<usize> {
    let parts: Vec<&str> = place.split(", ").collect();
    let (first, field) = (*parts.first()?, *parts.last()?);
    let number = first.strip_prefix("candidate ").and_then(|rest| rest.split(' ').next()?.parse::<usize>().ok());
    let mut keys = Keys::new(text);
    keys.find(|key| {
        let part = if number.is_some() { "candidates" } else { first };
        key.name == field && key.part == part && key.element == number
    })
    .map(|key| key.line)
}

/// A field of a design's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key<'a> {
    name: &'a str,
    /// The field of the whole that it belongs to, or that it is.
    part: &'a str,
    /// Which element of the part's list it belongs to, from 1.
    element: Option<usize>,
    /// From 1.
    line: usize,
}

/// The fields of a text of JSON from its beginning.
struct Keys<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// Brackets and braces that are open.
    depth: usize,
    part: &'a str,
    element: Option<usize>,
    /// The last string, which is a field where a colon follows.
    last: Option<&'a str>,
}

impl<'a> Keys<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, depth: 0, part: "", element: None, last: None }
    }

    /// Past the string that begins at `at`, without its quotes.
    fn string(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let mut escaped = false;
        let end = rest.char_indices().find(|(_, c)| match c {
            _ if escaped => {
                escaped = false;
                false
            }
            '\\' => {
                escaped = true;
                false
            }
            c => *c == '"',
        });
        let end = end.map_or(rest.len(), |(i, _)| i);
        self.at = (self.at + end + 1).min(self.text.len());
        &rest[..end]
    }
}

impl<'a> Iterator for Keys<'a> {
    type Item = Key<'a>;

    fn next(&mut self) -> Option<Key<'a>> {
        while let Some(c) = self.text[self.at..].chars().next() {
            self.at += c.len_utf8();
            match c {
                '"' => self.last = Some(self.string()),
                '\n' => self.line += 1,
                '{' | '[' => {
                    if self.depth == 2 {
                        self.element = Some(self.element.unwrap_or(0) + 1);
                    }
                    self.depth += 1;
                }
                '}' | ']' => self.depth = self.depth.saturating_sub(1),
                ':' => {
                    let name = self.last.take()?;
                    if self.depth == 1 {
                        (self.part, self.element) = (name, None);
                    }
                    return Some(Key { name, part: self.part, element: self.element, line: self.line });
                }
                _ => {}
            }
        }
        None
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
            match given.len() {
                1 => format!("One class weight is given for {n_classes} classes."),
                n => format!("{n} class weights are given for {n_classes} classes."),
            },
            format!("Give {n_classes} positive numbers, one per class in the order shown."),
        )
    })
}

/// What serde_json says, in plain words and without its position, which is the problem's place.
fn event(error: &serde_json::Error, field: Option<&str>) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(event, _)| event);
    if let Some((kind, rest)) = text.split_once(": ")
        && matches!(kind, "invalid type" | "invalid value" | "invalid length")
        && let Some((found, wanted)) = rest.rsplit_once(", expected ")
    {
        let range = field.filter(|_| is_number(wanted)).and_then(range_words);
        let wanted = range.unwrap_or_else(|| wanted_words(wanted));
        return format!("{} stands where {wanted} belongs.", found_words(found));
    }
    for (start, noun) in [("unknown field `", "field"), ("unknown variant `", "choice")] {
        if let Some((name, rest)) = text.strip_prefix(start).and_then(|rest| rest.split_once('`')) {
            let known = rest.trim_start_matches(", expected ").trim_start_matches("one of ").replace('`', "");
            let known = if known.is_empty() { String::new() } else { format!(" Known here: {known}.") };
            return format!("There is no {noun} “{name}”.{known}");
        }
    }
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("The field “{name}” is missing.");
    }
    if let Some(name) = text.strip_prefix("duplicate field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("The field “{name}” stands there twice.");
    }
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// What was found: "string \"five\"" is “five”, "floating point `1.5`" is 1.5.
fn found_words(found: &str) -> String {
    if let Some(text) = found.strip_prefix("string ") {
        return format!("The text {text}");
    }
    for start in ["integer `", "floating point `", "boolean `"] {
        if let Some(value) = found.strip_prefix(start) {
            return value.trim_end_matches('`').to_owned();
        }
    }
    match found {
        "null" => "Nothing (null)".to_owned(),
        "map" => "A group in braces".to_owned(),
        "sequence" => "A list".to_owned(),
        other => other.to_owned(),
    }
}

/// What was wanted, for people who do not program.
fn wanted_words(wanted: &str) -> String {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        "a sequence" => "a list in square brackets".to_owned(),
        other => match other.strip_prefix("struct ") {
            Some(_) => "a group of fields in braces".to_owned(),
            None => other.to_owned(),
        },
    }
}

fn is_number(wanted: &str) -> bool {
    matches!(wanted, "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64")
}

/// The numbers that a field of a design may hold: "a whole number from 2 to 20". `None` where no limits are known.
fn range_words(field: &str) -> Option<String> {
    let words = |whole: bool, low: f64, high: f64| {
        format!("a {}number from {low} to {high}", if whole { "whole " } else { "" })
    };
    let (of_whole, of_share) = (
        |(low, high): (u32, u32)| words(true, low.into(), high.into()),
        |(low, high): (f32, f32)| format!("a number from {low} to {high}"),
    );
    match field {
        "folds" => Some(of_whole(SplitSpec::FOLDS)),
        "holdout" => Some(of_share((0.0, SplitSpec::MAX_HOLDOUT))),
        "max_categories" => Some(of_whole(PrepareSpec::MAX_CATEGORIES)),
        "l2" => Some(of_share(LinearSpec::L2)),
        "max_iterations" => Some(of_whole(LinearSpec::MAX_ITERATIONS)),
        _ => {
            let limits = NetworkSpec::SETTINGS.iter().find(|setting| setting.field == field)?.limits?;
            Some(words(limits.whole, limits.low, limits.high))
        }
    }
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
        assert_eq!(problem.event, "The text \"five\" stands where a whole number from 2 to 20 belongs.");
        let negative = text.replace("\"folds\": 5", "\"folds\": -3");
        let problem = Design::from_text(&negative).expect_err("below zero");
        assert_eq!(problem.event, "-3 stands where a whole number from 2 to 20 belongs.");
        let event = |from: &str, to: &str| {
            assert!(text.contains(from), "{text}");
            Design::from_text(&text.replace(from, to)).expect_err("a wrong type").event
        };
        let dropout = event("\"dropout\": 0.1", "\"dropout\": \"some\"");
        assert_eq!(dropout, "The text \"some\" stands where a number from 0 to 0.9 belongs.");
        let units = event("\"hidden\": [64, 64]", "\"hidden\": [64, 1.5]");
        assert_eq!(units, "1.5 stands where a whole number from 1 to 2048 belongs.");
        let penalty = event("\"l2\": 1.0", "\"l2\": null");
        assert_eq!(penalty, "Nothing (null) stands where a number from 0.000001 to 1000000 belongs.");
        let absent = text.replace("    \"folds\": 5,\n", "");
        let problem = Design::from_text(&absent).expect_err("no folds");
        assert_eq!(problem.event, "The field “folds” is missing.");
        let unknown = text.replace("\"folds\": 5", "\"fold\": 5");
        let problem = Design::from_text(&unknown).expect_err("an unknown field");
        assert!(problem.event.starts_with("There is no field “fold”. Known here: holdout, folds"), "{problem:?}");
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
        let text = design.to_text();
        let lines: Vec<&str> = text.lines().collect();
        let found = |place: &str| line_of(&text, place).map(|line| lines[line - 1].trim());
        assert_eq!(found(&problems[0].place), Some("\"folds\": 1,"));
        assert_eq!(found(&problems[3].place), Some("\"dropout\": 1.5,"));
        assert_eq!(found("target y"), None);
        // A column, a fold's seed and a network's seed have the name of a field elsewhere.
        assert_eq!(found("split, seed"), Some("\"seed\": 42"));
        assert_ne!(line_of(&text, "split, seed"), line_of(&text, "candidate 3 (Neural network), network, seed"));
        assert_eq!(problems[3].event, "The dropout 1.5 is outside 0 to 0.9.");
    }

    #[test]
    fn a_problem_is_found_in_the_text_of_any_candidates() {
        let mut design = design();
        let (baseline, linear, network) =
            (design.candidates[0].clone(), design.candidates[1].clone(), design.candidates[2].clone());
        design.candidates = vec![network.clone(), baseline, network, linear];
        if let ModelSpec::Network(spec) = &mut design.candidates[2].model {
            spec.dropout = 1.5;
        }
        if let ModelSpec::Linear(spec) = &mut design.candidates[3].model {
            spec.max_iterations = 0;
        }
        let text = design.to_text();
        let lines: Vec<&str> = text.lines().collect();
        let problems = design.validate(Task::Binary);
        let found: Vec<&str> =
            problems.iter().map(|problem| lines[line_of(&text, &problem.place).expect("a line") - 1].trim()).collect();
        assert_eq!(found, ["\"dropout\": 1.5,", "\"max_iterations\": 0,"]);
        // As a person may write it: the model first.
        let text = "{\"candidates\": [\n{\"model\": {\"Linear\": {\n\"l2\": 1}}, \"prepare\": {}},\n\
                    {\"model\": {\"Linear\": {\n\"l2\": -1}}, \"prepare\": {}}]}";
        assert_eq!(line_of(text, "candidate 2 (Linear), linear, l2"), Some(5));
        assert_eq!(line_of(text, "candidate 3 (Linear), linear, l2"), None);
    }
}
