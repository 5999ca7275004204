//! Why a row gets its prediction: what each column adds, compared with a usual row.

use super::Predictor;
use super::json::{self, Json};
use crate::explain::{Contributions, Method, Scale, contributions};
use crate::model::{Model, Predictions};

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
}

impl Predictor {
    /// What each column adds between the prediction of the usual row and that of this one. Exact for linear models and
    /// trees, which are read, and for up to eight columns; else estimated by asking, with a standard error.
    pub fn reasons(&self, texts: &[Option<&str>]) -> Reasons {
        let usual: Vec<Option<&str>> = self.typical.iter().map(Option::as_deref).collect();
        let preparation = &self.pipeline.preparation;
        let features = |texts: &[Option<&str>]| preparation.transform_knowing(&self.read(texts).0, &self.known);
        let (row, usual) = (features(texts), features(&usual));
        let (columns, n_columns) = (&preparation.feature_inputs, preparation.inputs.len());
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
        Reasons { parts, output, class, how }
    }
}

impl Reasons {
    /// `{"how", "scale", "class", "base", "total", "parts": [[column, part, standard error], …]}`, columns by position.
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
            out.text("how", self.how);
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
