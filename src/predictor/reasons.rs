//! Why a row gets its prediction: what each column adds, compared with a usual row.

use super::Predictor;
use super::json::{self, Json};
use crate::explain::{Contributions, Method, Scale, contributions};
use crate::model::{Model, Predictions};
use crate::prepare::Inputs;

/// Draws the orders of columns where a model can only be asked.
const SEED: u64 = 0;

/// What each column adds to the prediction of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    /// Of one row: the background is the usual row alone.
    pub parts: Contributions,
    /// Whose prediction the parts add up to: the output of the predicted class where there is one for each.
    pub output: usize,
    /// That class.
    pub class: Option<String>,
    /// How they were found, in a sentence.
    pub how: &'static str,
    /// The names of the columns that the parts are of, where these are not the columns of the form but those that steps
    /// make of them.
    pub made: Option<Vec<String>>,
}

impl Predictor {
    /// What each column adds between the prediction of the usual row and that of this one. Exact for linear models and
    /// trees, which are read, and for up to eight columns; else estimated by asking, with a standard error.
    pub fn reasons(&self, texts: &[Option<&str>]) -> Reasons {
        let usual: Vec<Option<&str>> = self.typical.iter().map(Option::as_deref).collect();
        let preparation = &self.pipeline.preparation;
        let (own, usual) = (self.read(texts).0, self.read(&usual).0);
        self.reasons_between(&own, &usual, &preparation.feature_inputs, preparation.inputs.len())
    }

    /// As `reasons`, of rows that are read. `columns` has for each feature the column whose part it is of, of `n_columns`.
    pub(super) fn reasons_between(&self, own: &Inputs, usual: &Inputs, columns: &[u32], n_columns: usize) -> Reasons {
        let features = |inputs: &Inputs| self.pipeline.preparation.transform_knowing(inputs, &self.known);
        let (row, usual) = (features(own), features(usual));
        let parts = contributions(&self.pipeline.model, columns, n_columns, &row, &usual, SEED);
        let class = match self.pipeline.model.predict(&row) {
            Predictions::Values(_) => None,
            Predictions::Probabilities { values, n_classes: 2 } => Some(values.len() - 1),
            predictions @ Predictions::Probabilities { .. } => predictions.class(0).map(|class| class as usize),
        };
        let how = match (&self.pipeline.model, parts.method) {
            (Model::Linear(_), Method::Exact) => "Exact: the columns of a linear model only add up.",
            (Model::Bayes(_), Method::Exact) => "Exact: naive Bayes adds up what each column says.",
            (Model::Trees(_), Method::Exact) => "Exact: read from the ways through the trees.",
            (_, Method::Exact) => "Exact: every combination of columns was asked.",
            (_, Method::Sampled { .. }) => "Estimated: the model was asked with columns in orders drawn by chance.",
        };
        let output = if parts.n_outputs > 1 { class.unwrap_or(0) } else { 0 };
        let class = class.and_then(|class| self.pipeline.labels.get(class).cloned());
        Reasons { parts, output, class, how, made: None }
    }
}

impl Reasons {
    /// `{"how", "scale", "class", "base", "total", "columns", "parts": [[column, part, standard error], …]}`, columns by
    /// position: among "columns" where that is there, else among those of the facts.
    pub fn json(&self) -> String {
        let Self { parts, output, .. } = self;
        let scale = match parts.scale {
            Scale::LogOdds => "log-odds",
            Scale::Logits => "logits",
            Scale::Value => "value",
            Scale::LogValue => "log-value",
            Scale::Probability => "probability",
        };
        let part = |column: usize| {
            let numbers = [column as f64, parts.value(0, column, *output), parts.error(0, column, *output)];
            json::array(numbers.into_iter().map(json::number))
        };
        Json::object(|out| {
            match &self.made {
                None => out.text("how", self.how),
                Some(names) => {
                    let told =
                        "The columns are those that the steps make: some come of several of those that are entered.";
                    out.text("how", &format!("{} {told}", self.how));
                    out.put("columns", &json::array(names.iter().map(|name| json::text(name))));
                }
            }
            out.text("scale", scale);
            if let Some(class) = &self.class {
                out.text("class", class);
            }
            out.put("base", &json::number(parts.base[*output]));
            out.put("total", &json::number(parts.total(0, *output)));
            out.put("parts", &json::array((0..parts.n_columns).map(part)));
        })
    }
}
