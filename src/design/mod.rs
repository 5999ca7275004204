//! The whole specification of a training as one value: what the Design stage edits, what a run records, and what the
//! text view shows. Data, split, pipelines, nothing else.

mod keys;
mod limits;
mod text;

use serde::{Deserialize, Serialize};

pub use keys::line_of;
pub use limits::{limits, limits_words};

use crate::dataset::{Dataset, DatasetSpec, Target, Task};
use crate::metrics::Metric;
use crate::model::linear::LinearSpec;
use crate::model::network::NetworkSpec;
use crate::model::trees::{BoostSpec, ForestSpec};
use crate::model::{ClassWeights, ModelSpec};
use crate::pipeline::{PipelineSpec, check_target};
use crate::prepare::PrepareSpec;
use crate::problem::Problem;
use crate::split::SplitSpec;
use crate::tune::{Kind, SearchSpec};

/// Candidates of one design at most.
pub const MAX_CANDIDATES: usize = 50;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    pub dataset: DatasetSpec,
    pub split: SplitSpec,
    /// Orders the leaderboard; `None`: the task's primary metric.
    pub metric: Option<Metric>,
    /// Trained in this order; the baseline is always first.
    pub candidates: Vec<PipelineSpec>,
    /// Looks for better settings once these are trained. `None`: does not.
    #[serde(default)]
    pub search: Option<SearchSpec>,
}

impl Design {
    /// Baseline, linear model, boosted trees, forest and network with defaults for a table of this size; `n_features` may
    /// be the number of columns, where the prepared features are not counted yet.
    pub fn default_for(dataset: DatasetSpec, task: Task, n_rows: usize, n_features: usize) -> Self {
        let split = SplitSpec::default();
        let n_training = (n_rows as f64 * (1.0 - f64::from(split.holdout))) as usize;
        let network = NetworkSpec::default_for(n_training, n_features, task);
        let forest = ForestSpec::default_for(false, n_features, task);
        let candidates = vec![
            PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Baseline },
            PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) },
            PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Boost(BoostSpec::default()) },
            PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Forest(forest) },
            PipelineSpec { prepare: PrepareSpec::for_network(), model: ModelSpec::Network(network) },
        ];
        Self { dataset, split, metric: None, candidates, search: None }
    }

    /// The metric that orders the leaderboard.
    pub fn metric(&self, task: Task) -> Metric {
        self.metric.filter(|m| Metric::of(task).contains(m)).unwrap_or(Metric::primary(task))
    }

    /// What a search varies of a kind of model: the first candidate of that kind, or the defaults where there is none.
    pub fn base_for(&self, kind: Kind, task: Task, n_training: usize, n_features: usize) -> PipelineSpec {
        if let Some(own) = self.candidates.iter().find(|candidate| Kind::of(&candidate.model) == Some(kind)) {
            return own.clone();
        }
        let (prepare, model) = match kind {
            Kind::Linear => (PrepareSpec::for_linear(), ModelSpec::Linear(LinearSpec::default())),
            Kind::Boost => (PrepareSpec::for_trees(), ModelSpec::Boost(BoostSpec::default())),
            Kind::Forest | Kind::ExtraTrees => {
                let forest = ForestSpec::default_for(kind == Kind::ExtraTrees, n_features, task);
                (PrepareSpec::for_trees(), ModelSpec::Forest(forest))
            }
            Kind::Network => {
                let network = NetworkSpec::default_for(n_training, n_features, task);
                (PrepareSpec::for_network(), ModelSpec::Network(network))
            }
        };
        PipelineSpec { prepare, model }
    }

    /// Of these candidates, the one that is also cross-validated on the folds that chance would deal, where groups or time
    /// decide: the cheapest that learns and is cheap. Networks cost too much for a comparison.
    pub fn naive_candidate(&self, trained: &[u32]) -> Option<u32> {
        let cost = |position: &u32| match &self.candidates.get(*position as usize)?.model {
            ModelSpec::Linear(_) => Some(0),
            ModelSpec::Bayes(_) => Some(1),
            ModelSpec::Boost(_) => Some(2),
            ModelSpec::Forest(_) => Some(3),
            ModelSpec::Baseline | ModelSpec::Network(_) | ModelSpec::Neighbours(_) => None,
        };
        trained.iter().filter_map(|position| Some((cost(position)?, *position))).min().map(|(_, position)| position)
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
        problems.extend(self.search.iter().flat_map(SearchSpec::validate));
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
            problems.extend(self.split.draw(dataset).err());
        }
        problems
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
    let ClassWeights::Given(given) = model.class_weights()? else { return None };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Role;
    use crate::model::bayes::BayesSpec;
    use crate::model::neighbours::NeighboursSpec;
    use crate::model::trees::Objective;
    use crate::split::{Span, SplitKind, Window};

    fn design() -> Design {
        let roles = vec![("a [\"b\"]".to_owned(), Role::Ignore), ("é\n{".to_owned(), Role::KnownTooLate)];
        let dataset = DatasetSpec { target: "y".into(), task: None, positive: Some("yes".into()), roles };
        Design::default_for(dataset, Task::Binary, 344, 7)
    }

    fn refusal(text: &str) -> Problem {
        let mut problems = Design::from_text(text).expect_err("no design that can be taken");
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }

    /// A text with every kind of number that a design holds.
    fn with_weights() -> String {
        let mut design = design();
        if let ModelSpec::Linear(spec) = &mut design.candidates[1].model {
            spec.class_weights = ClassWeights::Given(vec![1.0, 2.5]);
            spec.huber = Some(LinearSpec::USUAL_HUBER);
        }
        if let ModelSpec::Boost(spec) = &mut design.candidates[2].model {
            spec.max_depth = Some(6);
            spec.patience = Some(20);
            spec.objective = Objective::Huber { delta: 2.0 };
        }
        let mut quantile = design.candidates[2].clone();
        if let ModelSpec::Boost(spec) = &mut quantile.model {
            spec.objective = Objective::Quantile { level: 0.9 };
        }
        design.candidates.push(quantile);
        let bayes = ModelSpec::Bayes(BayesSpec { var_smoothing: 0.25, ..BayesSpec::default() });
        design.candidates.push(PipelineSpec { prepare: PrepareSpec::for_linear(), model: bayes });
        let neighbours = ModelSpec::Neighbours(NeighboursSpec::default());
        design.candidates.push(PipelineSpec { prepare: PrepareSpec::for_linear(), model: neighbours });
        design.to_text()
    }

    /// The text with another number behind a field, the first of its list where it has one, and the line that it is on.
    fn with_number(text: &str, field: &str, nth: usize, number: &str) -> (String, usize) {
        let (at, _) = text.match_indices(&format!("\"{field}\": ")).nth(nth).expect("the field");
        let digit = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.');
        let start = at + field.len() + 4 + text[at + field.len() + 4..].find(digit).expect("a number");
        let end = start + text[start..].find(|c| !digit(c)).expect("more text");
        let line = text[..start].lines().count();
        (format!("{}{number}{}", &text[..start], &text[end..]), line)
    }

    #[test]
    fn every_number_is_held_to_the_limits_of_its_field() {
        let text = with_weights();
        // Name, which of its places in the text, what it takes, just below, and just above.
        let fields = [
            ("holdout", 0, ("0", "0.5"), ("-0.001", "0.5001")),
            ("aside", 0, ("0", "0.4"), ("-0.001", "0.4001")),
            ("repeats", 0, ("1", "20"), ("0", "21")),
            ("folds", 0, ("2", "20"), ("1", "21")),
            ("seed", 0, ("0", "9007199254740991"), ("-1", "9007199254740992")),
            ("min_category_rows", 1, ("1", "1000000"), ("0", "1000001")),
            ("max_categories", 1, ("1", "10000"), ("0", "10001")),
            ("max_words", 1, ("1", "2000"), ("0", "2001")),
            ("var_smoothing", 0, ("0.000000001", "1"), ("0.0000000009", "1.1")),
            ("k", 0, ("1", "200"), ("0", "201")),
            ("max_rows", 0, ("10", "5000"), ("9", "5001")),
            ("smoothing", 0, ("0.001", "1000"), ("0.0009", "1000.1")),
            ("l2", 0, ("0.000001", "1000000"), ("0.0000009", "1000000.1")),
            ("l1", 0, ("0", "1000000"), ("-0.1", "1000000.1")),
            ("huber", 0, ("1.01", "10"), ("1", "10.1")),
            ("max_iterations", 0, ("1", "10000"), ("0", "10001")),
            ("Given", 0, ("0.000001", "1000000"), ("0", "1000001")),
            ("delta", 0, ("0.000001", "1000000000"), ("0", "1000000001")),
            ("level", 0, ("0.01", "0.99"), ("0.009", "0.991")),
            ("rounds", 0, ("1", "10000"), ("0", "10001")),
            ("max_leaves", 0, ("2", "65536"), ("1", "65537")),
            ("max_depth", 0, ("1", "64"), ("0", "65")),
            ("min_rows_leaf", 1, ("1", "1000000"), ("0", "1000001")),
            ("min_child_weight", 0, ("0", "1000000"), ("-0.1", "1000000.1")),
            ("leaf_l2", 0, ("0", "1000000"), ("-0.1", "1000000.1")),
            ("row_share", 0, ("0.01", "1"), ("0.009", "1.01")),
            ("column_share", 1, ("0.01", "1"), ("0.009", "1.01")),
            ("max_bins", 0, ("2", "256"), ("1", "257")),
            ("trees", 0, ("1", "5000"), ("0", "5001")),
            ("hidden", 0, ("1", "2048"), ("0", "2049")),
            ("dropout", 0, ("0", "0.9"), ("-0.1", "0.90001")),
            ("weight_decay", 0, ("0", "1"), ("-0.0001", "1.0001")),
            ("learning_rate", 0, ("0.000001", "1"), ("-0.01", "1.0001")),
            ("batch_size", 0, ("1", "65536"), ("0", "65537")),
            ("epochs", 0, ("1", "10000"), ("0", "1000000")),
            ("patience", 0, ("1", "10000"), ("0", "10001")),
            ("validation_share", 0, ("0.01", "0.49"), ("0.0099", "0.4901")),
            ("seed", 1, ("0", "9007199254740991"), ("-1", "9007199254740992")),
            ("rounds", 0, ("1", "10000"), ("0", "10001")),
            ("max_leaves", 0, ("2", "65536"), ("1", "65537")),
            ("max_leaves", 1, ("2", "65536"), ("1", "65537")),
            ("max_depth", 0, ("1", "64"), ("0", "65")),
            ("min_rows_leaf", 0, ("1", "1000000"), ("0", "1000001")),
            ("min_child_weight", 0, ("0", "1000000"), ("-0.001", "1000001")),
            ("leaf_l2", 0, ("0", "1000000"), ("-0.001", "1000001")),
            ("row_share", 0, ("0.01", "1"), ("0.009", "1.001")),
            ("column_share", 0, ("0.01", "1"), ("0.009", "1.001")),
            ("max_bins", 0, ("2", "256"), ("1", "257")),
            ("trees", 0, ("1", "5000"), ("0", "5001")),
            ("delta", 0, ("0.000001", "1000000000"), ("0", "1000000001")),
            ("level", 0, ("0.01", "0.99"), ("0.009", "0.991")),
        ];
        for (field, nth, (low, high), outside) in fields {
            let range = limits_words(&limits(field).expect("limits"));
            assert!(range.ends_with(&format!("from {low} to {high}")), "{field}: {range}");
            for inside in [low, high] {
                let (text, _) = with_number(&text, field, nth, inside);
                assert!(Design::from_text(&text).is_ok(), "{field} {inside}: {:?}", Design::from_text(&text));
            }
            for number in [outside.0, outside.1] {
                let (text, line) = with_number(&text, field, nth, number);
                let problem = refusal(&text);
                let field = if field == "Given" { "class_weights" } else { field };
                assert!(problem.place.starts_with(&format!("line {line}, ")), "{field} {number}: {problem:?}");
                assert!(problem.place.ends_with(&format!("field “{field}”")), "{field} {number}: {problem:?}");
                assert!(problem.event.contains(number), "{field} {number}: {problem:?}");
                assert_eq!(problem.cure, format!("Give “{field}” {range}."), "{number}");
                assert_eq!(problem.kept, "The design is as it was.");
            }
        }
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let mut numeric = std::collections::BTreeSet::new();
        numeric_fields(&value, "", &mut numeric);
        let tested: std::collections::BTreeSet<String> = fields.iter().map(|(field, ..)| (*field).to_owned()).collect();
        assert_eq!(numeric, tested, "every number of a design has limits and is tested");
    }

    #[test]
    fn a_split_in_time_is_written_read_and_held_to_its_limits() {
        let mut design = design();
        let window = Window::Sliding(Span::Duration(90.5));
        design.split.kind = SplitKind::Time { window, gap: Span::Rows(7) };
        let text = design.to_text();
        assert_eq!(Design::from_text(&text), Ok(design.clone()));
        for (field, inside, outside) in [
            ("Rows", ["0", "10000000"], ["-1", "10000001"]),
            ("Duration", ["0.5", "1000000000"], ["-0.5", "1000000000.5"]),
        ] {
            for number in inside {
                let (text, _) = with_number(&text, field, 0, number);
                assert!(Design::from_text(&text).is_ok(), "{field} {number}: {:?}", Design::from_text(&text));
            }
            for number in outside {
                let (text, line) = with_number(&text, field, 0, number);
                let problem = refusal(&text);
                assert!(problem.place.starts_with(&format!("line {line}, ")), "{number}: {problem:?}");
                assert!(problem.place.ends_with(&format!("field “{field}”")), "{number}: {problem:?}");
            }
        }
        let (none, line) = with_number(&text, "Duration", 0, "0");
        let problem = refusal(&none);
        assert_eq!(problem.event, "The window holds nothing to train on.");
        assert_eq!(problem.place, format!("line {}, split, window", line - 2));
        let unknown = text.replace("\"Time\": {", "\"Later\": {");
        assert_eq!(refusal(&unknown).event, "There is no choice “Later”. Known here: Random, Group, Time.");
        let expanding = text.replace("\"Sliding\"", "\"Growing\"");
        assert_eq!(refusal(&expanding).event, "There is no choice “Growing”. Known here: Expanding or Sliding.");
        design.split.kind = SplitKind::Group { repeats: 11 };
        design.split.folds = 10;
        let problem = refusal(&design.to_text());
        assert_eq!(problem.event, "11 times 10 folds are more than 100.");
        assert!(problem.place.ends_with("split, repeats"), "{problem:?}");
    }

    #[test]
    fn the_cheapest_candidate_that_learns_is_compared_with_chance() {
        let design = design();
        let all: Vec<u32> = (0..design.candidates.len() as u32).collect();
        assert_eq!(design.naive_candidate(&all), Some(1));
        let is_tree =
            |at: &&u32| matches!(design.candidates[**at as usize].model, ModelSpec::Boost(_) | ModelSpec::Forest(_));
        assert_eq!(design.naive_candidate(&all[2..]), all.iter().find(is_tree).copied());
        let rest: Vec<u32> = all.iter().copied().filter(|at| *at != 1 && !is_tree(&at)).collect();
        assert_eq!((rest.len(), design.naive_candidate(&rest)), (2, None), "a network costs too much for that");
    }

    fn numeric_fields(value: &serde_json::Value, field: &str, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Number(_) => {
                found.insert(field.to_owned());
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| numeric_fields(value, field, found)),
            serde_json::Value::Object(map) => map.iter().for_each(|(key, value)| numeric_fields(value, key, found)),
            serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::String(_) => {}
        }
    }

    #[test]
    fn a_text_is_refused_for_all_its_numbers_at_once_and_for_what_is_no_number() {
        let text = with_weights();
        let (two, _) = with_number(&text, "epochs", 0, "1000000");
        let (two, _) = with_number(&two, "folds", 0, "1");
        let places: Vec<String> =
            Design::from_text(&two).expect_err("two numbers").into_iter().map(|problem| problem.place).collect();
        assert_eq!(places.len(), 2, "{places:?}");
        assert!(places[1].ends_with("candidate 5 (Neural network), field “epochs”"), "{places:?}");
        let layers = text.replace("\"hidden\": [64, 64]", "\"hidden\": [1, 1, 1, 1, 1, 1, 1, 1, 1]");
        let problem = refusal(&layers);
        assert_eq!(problem.event, "9 hidden layers are more than 8.");
        assert!(problem.place.starts_with("line "), "{problem:?}");
        let mut none = design();
        none.candidates.clear();
        assert_eq!(refusal(&none.to_text()).event, "The list of candidates is empty.");
        let (huge, _) = with_number(&text, "l2", 0, "1e400");
        let problem = refusal(&huge);
        assert_eq!(problem.cure, "Give “l2” a number from 0.000001 to 1000000.");
    }

    #[test]
    fn no_word_of_the_parser_reaches_a_person() {
        let text = with_weights();
        let told = |from: &str, to: &str| {
            assert!(text.contains(from), "{text}");
            let problem = refusal(&text.replacen(from, to, 1));
            (problem.event, problem.cure)
        };
        let cases = [
            ("\"folds\": 5", "\"folds\" 5"),
            ("\"folds\": 5,", "\"folds\": 5"),
            ("\"folds\": 5", "folds: 5"),
            ("\"folds\": 5", "\"folds\": five"),
            ("\"folds\": 5", "\"folds\": 05"),
            ("\"folds\": 5", "\"folds\": "),
            ("\"folds\": 5", "\"folds\": 5, \"folds\": 5"),
            ("\"stratified\": true", "\"stratified\": tru"),
            ("\"stratified\": true", "\"stratified\": 1"),
            ("[64, 64]", "[64, 64,]"),
            ("[64, 64]", "[64 64]"),
            ("[64, 64]", "64"),
            ("\"activation\": \"", "\"activation\": \"\\q"),
            ("\"activation\": \"", "\"activation\": \"\n"),
            ("\"activation\": ", "\"activation\": [], \"x\": "),
            ("\"Baseline\"", "5"),
            ("\"Baseline\"", "{\"Baseline\": 5}"),
            ("\"Baseline\"", "\"Linear\""),
            ("\"Baseline\"", "{}"),
            ("\"split\": {", "\"split\": [], \"splat\": {"),
            ("\"metric\": null", "\"metric\": \"Best\""),
        ];
        for (from, to) in cases {
            let (event, cure) = told(from, to);
            for word in ["EOF", "expected", "invalid", "u32", "f32", "struct", "enum", "tuple", "variant", "ident", "`"]
            {
                assert!(!event.contains(word) && !cure.contains(word), "{to}: {event} {cure}");
            }
            assert!(event.ends_with('.') && cure.ends_with(['.', ']']), "{to}: {event} {cure}");
        }
        let pair = told("[\"a [\\\"b\\\"]\", \"Ignore\"]", "[\"a\"]");
        assert_eq!(pair.0, "The list holds 1 where 2 belong together.");
        for behind in [format!("{text} more"), format!("{text}}}")] {
            assert_eq!(refusal(&behind).event, "Something stands behind the end of the design.");
        }
        assert_eq!(told("\"stratified\": true", "\"stratified\": 1").1, "Give “stratified” true or false.");
        assert_eq!(
            told("    \"folds\": 5,\n", "").1,
            "Add “folds” with a whole number from 2 to 20 before this place."
        );
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
        let problem = refusal(&wrong);
        assert!(problem.place.starts_with(&format!("line {}, ", line(&wrong))), "{problem:?}");
        assert!(problem.place.ends_with("field “folds”"), "{problem:?}");
        assert_eq!(problem.event, "The text \"five\" stands where a whole number from 2 to 20 belongs.");
        let negative = text.replace("\"folds\": 5", "\"folds\": -3");
        let problem = refusal(&negative);
        assert_eq!(problem.event, "-3 stands where a whole number from 2 to 20 belongs.");
        let event = |from: &str, to: &str| {
            assert!(text.contains(from), "{text}");
            refusal(&text.replace(from, to)).event
        };
        let dropout = event("\"dropout\": 0.1", "\"dropout\": \"some\"");
        assert_eq!(dropout, "The text \"some\" stands where a number from 0 to 0.9 belongs.");
        let units = event("\"hidden\": [64, 64]", "\"hidden\": [64, 1.5]");
        assert_eq!(units, "1.5 stands where a whole number from 1 to 2048 belongs.");
        let penalty = event("\"l2\": 1.0", "\"l2\": null");
        assert_eq!(penalty, "Nothing (null) stands where a number from 0.000001 to 1000000 belongs.");
        let absent = text.replace("    \"folds\": 5,\n", "");
        let problem = refusal(&absent);
        assert_eq!(problem.event, "The field “folds” is missing.");
        let unknown = text.replace("\"folds\": 5", "\"fold\": 5");
        let problem = refusal(&unknown);
        assert!(problem.event.starts_with("There is no field “fold”. Known here: kind, holdout, folds"), "{problem:?}");
        assert!(problem.place.ends_with("field “fold”"), "{problem:?}");
        let cut = &text[..text.len() / 2];
        assert!(refusal(cut).cure.contains("ends too early"));
        assert!(Design::from_text("").is_err());
    }

    #[test]
    fn settings_out_of_range_are_named_with_their_candidate() {
        let mut design = design();
        assert_eq!(design.validate(Task::Binary), []);
        design.metric = Some(Metric::Rmse);
        design.split.folds = 1;
        if let ModelSpec::Network(spec) = &mut design.candidates[4].model {
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
                "candidate 5 (Neural network), network, hidden",
                "candidate 5 (Neural network), network, dropout",
                "candidate 5 (Neural network), network, learning_rate",
            ]
        );
        let text = design.to_text();
        let lines: Vec<&str> = text.lines().collect();
        let found = |place: &str| line_of(&text, place).map(|line| lines[line - 1].trim());
        assert_eq!(found(&problems[0].place), Some("\"folds\": 1,"));
        assert_eq!(found(&problems[3].place), Some("\"dropout\": 1.5,"));
        assert_eq!(found("target y"), None);
        // A column, a fold's seed and a network's seed have the name of a field elsewhere.
        assert_eq!(found("split, seed"), Some("\"seed\": 42,"));
        assert_ne!(line_of(&text, "split, seed"), line_of(&text, "candidate 5 (Neural network), network, seed"));
        assert_eq!(problems[3].event, "The dropout 1.5 is outside 0 to 0.9.");
    }

    #[test]
    fn a_problem_is_found_in_the_text_of_any_candidates() {
        let mut design = design();
        let (baseline, linear, network) =
            (design.candidates[0].clone(), design.candidates[1].clone(), design.candidates[4].clone());
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
