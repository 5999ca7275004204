//! One row in, what the model says of it out.

use super::Predictor;
use super::json::{self, Json};
use crate::model::Predictions;
use crate::package::labels::chosen_class;
use crate::prepare::inputs::{text_cells, to_f32, without_unit};
use crate::prepare::{Cells, InputKind, Inputs, OnUnseen};
use crate::problem::Problem;
use crate::table::MISSING_DATE;
use crate::table::csv::{Decimal, date_of, number_of};

/// What the model says of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Probabilities in label order, or the value; empty where the guard lets nothing through.
    pub numbers: Vec<f32>,
    /// The chosen class.
    pub label: Option<String>,
    /// Where something is promised of a value: lower and upper bound.
    pub range: Option<(f32, f32)>,
    /// Where something is promised of classes, for each whether it could be the true one; else empty.
    pub set: Vec<bool>,
    /// What training never saw, a sentence each.
    pub unseen: Vec<String>,
}

impl Predictor {
    /// Cells of one row: a text for each column, `None` or "" where missing; numbers as plain decimals, dates in ISO 8601.
    /// Other spaces count in texts, as they do for every other runtime. Also the sentences about texts that do not fit.
    pub(super) fn read<'a>(&self, texts: &[Option<&'a str>]) -> (Inputs<'a>, Vec<String>) {
        let mut unread = Vec::new();
        let cell = |(position, input): (usize, &crate::prepare::Input)| {
            let text = texts.get(position).copied().flatten().filter(|text| !text.is_empty());
            let known = text.filter(|text| !text.trim().is_empty());
            let mut unfit = |text: &str| {
                unread.push(format!("{}: “{text}” is no {}; read as missing.", input.name, input.kind.word()));
            };
            match input.kind {
                InputKind::Text => text_cells(std::iter::once(text)),
                InputKind::Number => {
                    let value = known.and_then(|text| {
                        let value = number_of(without_unit(text, input), Decimal::Point);
                        if value.is_none() && !text.trim().eq_ignore_ascii_case("nan") {
                            unfit(text);
                        }
                        value
                    });
                    Cells::Numbers(vec![value.map_or(f32::NAN, to_f32)])
                }
                InputKind::Date => {
                    let value = known.and_then(|text| {
                        let value = date_of(text, true);
                        if value.is_none() {
                            unfit(text);
                        }
                        value
                    });
                    Cells::Dates(vec![value.map_or(MISSING_DATE, |(milliseconds, _)| milliseconds)])
                }
            }
        };
        let cells = self.pipeline.preparation.inputs.iter().enumerate().map(cell).collect();
        (Inputs { cells, n_rows: 1 }, unread)
    }

    /// What training never saw of each row. `unread`: what is told already of cells that do not fit, by row.
    pub(super) fn guard(&self, inputs: &Inputs, unread: Vec<Vec<String>>) -> Vec<Vec<String>> {
        let told = self.pipeline.preparation.unseen(inputs, &self.known, &self.missing);
        unread.into_iter().zip(told).map(|(unread, told)| joined(unread, told)).collect()
    }

    pub(super) fn predict(&self, inputs: &Inputs) -> Predictions {
        self.pipeline.model.predict(&self.pipeline.preparation.transform_knowing(inputs, &self.known))
    }

    /// # Errors
    /// Under `OnUnseen::Error`, a row with what training never saw.
    pub fn answer(&self, texts: &[Option<&str>]) -> Result<Answer, Problem> {
        let (inputs, unread) = self.read(texts);
        self.answer_to(&inputs, unread)
    }

    /// As `answer`, of cells that are read; `unread` is what is told of them already.
    pub(super) fn answer_to(&self, inputs: &Inputs, unread: Vec<String>) -> Result<Answer, Problem> {
        let unseen = self.guard(inputs, vec![unread]).pop().unwrap_or_default();
        if !unseen.is_empty() && self.on_unseen != OnUnseen::Flag {
            if self.on_unseen == OnUnseen::Error {
                return Err(refused_row(&unseen));
            }
            return Ok(Answer { numbers: Vec::new(), label: None, range: None, set: Vec::new(), unseen });
        }
        let bounds = self.promise.as_ref().map(|promise| &promise.bounds);
        Ok(match self.predict(inputs) {
            Predictions::Values(numbers) => {
                let range = bounds.zip(numbers.first()).and_then(|(bounds, value)| bounds.range(*value));
                Answer { numbers, label: None, range, set: Vec::new(), unseen }
            }
            Predictions::Probabilities { values, .. } => {
                let class = chosen_class(self.pipeline.task, &values, self.threshold);
                let set = bounds.map_or_else(Vec::new, |bounds| bounds.set(&values));
                Answer { label: self.pipeline.labels.get(class).cloned(), numbers: values, range: None, set, unseen }
            }
        })
    }
}

impl Answer {
    /// `{"numbers": […], "label": …, "range": [low, high], "set": [true, …], "unseen": […]}`, each but the first and the last
    /// only where there is one.
    pub fn json(&self) -> String {
        Json::object(|out| {
            out.put("numbers", &json::array(self.numbers.iter().map(|n| json::number(f64::from(*n)))));
            if let Some(label) = &self.label {
                out.text("label", label);
            }
            if let Some((low, high)) = self.range {
                out.put("range", &json::array([low, high].into_iter().map(|bound| json::number(f64::from(bound)))));
            }
            if !self.set.is_empty() {
                out.put("set", &json::array(self.set.iter().map(bool::to_string)));
            }
            out.put("unseen", &json::array(self.unseen.iter().map(|sentence| json::text(sentence))));
        })
    }
}

/// What is told of a row: cells that do not fit, then the rest. A cell that does not fit is missing; that is not said
/// twice.
pub fn joined(unread: Vec<String>, told: Vec<String>) -> Vec<String> {
    let named = |sentence: &String| {
        let name = sentence.strip_suffix(" is missing; in training it never was.")?;
        unread.iter().find(|said| said.strip_prefix(name).is_some_and(|rest| rest.starts_with(": “")))
    };
    let told: Vec<String> = told.into_iter().filter(|sentence| named(sentence).is_none()).collect();
    unread.into_iter().chain(told).collect()
}

/// A row that is refused.
pub fn refused_row(unseen: &[String]) -> Problem {
    Problem {
        place: "row".into(),
        event: format!("The row holds what training never saw. {}", unseen.join(" ")),
        kept: "Nothing was predicted.".into(),
        cure: "Correct the row, or have the model made so that it flags such rows.".into(),
    }
}
