//! What a trained candidate is asked: one row, the locked test set.

use super::run::StoredRun;
use super::{Data, Engine, Event, Problem, RunId, Ticket, problem, train};
use crate::job::{Held, RowPrediction};
use crate::model::Predictions;
use crate::predictor::{joined, refused_row};
use crate::prepare::{Inputs, OnUnseen};
use crate::recipe::Recipe;
use crate::validate::conformal::Bounds;
use crate::validate::{self, Cover, Report};

impl Engine {
    /// One row of texts by column name. Numbers are plain decimals, dates ISO 8601; a missing name or an empty text is a
    /// missing value.
    pub(super) fn predict_row(
        &self,
        ticket: Ticket,
        run: RunId,
        cells: &[(String, String)],
        on_unseen: OnUnseen,
    ) -> Result<Event, Problem> {
        let stored = self.stored(run)?;
        let (pipeline, inputs) = (&stored.pipeline, &stored.pipeline.preparation.inputs);
        let behind = stored.behind_steps(cells);
        let (read, unread) = match &behind {
            Some((table, told)) => {
                let (read, warnings) = Inputs::from_table(inputs, table, &[0])?;
                (read, told.iter().cloned().chain(warnings).collect())
            }
            None => stored.row_of(cells),
        };
        let known = pipeline.preparation.known_texts();
        let told = pipeline.preparation.unseen(&read, &known, &stored.missing_shares()).pop().unwrap_or_default();
        let doubts = joined(unread, told);
        if !doubts.is_empty() {
            match on_unseen {
                OnUnseen::Flag => {}
                OnUnseen::Abstain => return Ok(Event::Predicted { ticket, prediction: RowPrediction::none(doubts) }),
                OnUnseen::Error => return Err(refused_row(&doubts)),
            }
        }
        let predictions = pipeline.predict(&read);
        let (held, promised) = held(&stored.report, &predictions);
        let prediction = match predictions {
            Predictions::Probabilities { values, .. } => {
                let best = (0..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best });
                RowPrediction {
                    label: pipeline.labels.get(best).cloned().unwrap_or_default(),
                    value: None,
                    probabilities: pipeline.labels.iter().cloned().zip(values.iter().map(|p| f64::from(*p))).collect(),
                    held,
                    promised,
                    doubts,
                }
            }
            Predictions::Values(values) => {
                let value = values.first().copied().unwrap_or(f32::NAN);
                RowPrediction {
                    label: value.to_string(),
                    value: Some(f64::from(value)),
                    probabilities: Vec::new(),
                    held,
                    promised,
                    doubts,
                }
            }
        };
        Ok(Event::Predicted { ticket, prediction })
    }

    /// Whether the table is the one that a run was trained on, so that its split can be drawn again.
    pub(super) fn check_rows(&self, stored: &StoredRun, data: &Data, kept: &str, cure: &str) -> Result<(), Problem> {
        Self::check_origin(((&stored.data_sha256, &stored.recipe), stored.n_table_rows), data, kept, cure)
    }

    /// Whether the table has so many rows, and comes from a file of this SHA-256 by these steps.
    pub(super) fn check_origin(
        ((sha256, recipe), n_rows): ((&str, &Recipe), u32),
        data: &Data,
        kept: &str,
        cure: &str,
    ) -> Result<(), Problem> {
        let same_steps = recipe.does_the_same(&data.summary.recipe);
        if sha256 == data.summary.sha256 && same_steps && n_rows as usize == data.table.n_rows {
            return Ok(());
        }
        let event = "The table is not the one that this candidate was trained on, so its test set cannot be told.";
        Err(problem(event, kept, cure))
    }

    /// Score a candidate on the rows that its training never saw.
    pub(super) fn open_holdout(&mut self, ticket: Ticket, run: RunId, look: u32) -> Result<Event, Problem> {
        let stored = self.stored(run)?;
        let data = self.table_for(ticket)?;
        let cure = "Open the data that it was trained on, or train again.";
        self.check_rows(stored, &data, "The test set stays closed.", cure)?;
        let dataset = train::dataset(&data.table, &stored.design)?;
        let split = stored.design.split.draw(&dataset)?;
        if split.holdout.is_empty() {
            return Err(problem(
                "No rows were locked away as a test set.",
                "Nothing has changed.",
                "Choose a share for the test set in the design, and train again.",
            ));
        }
        let training = split.fitted();
        let seed = stored.design.split.seed;
        let report =
            validate::open_holdout(&dataset, (&stored.pipeline, &stored.report), training, &split.holdout, look, seed);
        drop(dataset);
        let mut stored = stored.clone();
        stored.report.holdout = Some(report.clone());
        let bytes = stored.to_bytes();
        self.runs.insert(run, stored);
        Ok(Event::HoldoutOpened { ticket, run, report, bytes })
    }
}

/// What holds a prediction, for every choice, and whether rows that were set aside promise it.
fn held(report: &Report, predictions: &Predictions) -> (Vec<(Cover, Held)>, bool) {
    let of = |(cover, bounds): (Cover, &Bounds)| {
        let held = match predictions {
            Predictions::Values(values) => {
                let range = values.first().and_then(|value| bounds.range(*value));
                range.map_or(Held::Unknown, |(low, high)| Held::Range(f64::from(low), f64::from(high)))
            }
            Predictions::Probabilities { values, .. } => Held::Set(bounds.set(values)),
        };
        (cover, held)
    };
    (report.bounds().into_iter().map(of).collect(), report.aside.is_some())
}
