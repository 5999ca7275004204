//! A challenger and the champion on the challenger's test set.

use super::{Engine, Event, Problem, RunId, problem, train};
use crate::job::Ticket;
use crate::model::baseline::Baseline;
use crate::validate::challenge::{Answers, Compared, challenge};

const KEPT: &str = "Both models are as they were, and the test set stays closed.";

impl Engine {
    /// Asks the champion about the rows of the challenger's test set, and opens that.
    pub(super) fn challenge(
        &mut self,
        ticket: Ticket,
        (champion, challenger): (RunId, RunId),
        look: u32,
    ) -> Result<Event, Problem> {
        let compared = self.compared(champion, challenger)?;
        match self.open_holdout(ticket, challenger, look)? {
            Event::HoldoutOpened { report, bytes, .. } => {
                Ok(Event::Challenged { ticket, challenger, compared, report, bytes })
            }
            other => Ok(other),
        }
    }

    /// Of the rows the champion must not have learned: they came with a file that its steps do not name.
    fn compared(&self, champion: RunId, challenger: RunId) -> Result<Compared, Problem> {
        let (new, old) = (self.stored(challenger)?, self.stored(champion)?);
        let data = self.table_for(0)?;
        self.check_rows(new, &data, KEPT, "Bring the rows again on Watch, and retrain.")?;
        let Some(newest) = &new.design.split.newest else {
            return Err(problem("The challenger was not trained without the newest rows.", KEPT, "Retrain on Watch."));
        };
        let saw = old.recipe.steps.iter().any(|step| step.on && step.operation.with() == Some(newest.file.as_str()));
        if saw || old.data_sha256 != new.data_sha256 {
            let event = if saw {
                format!("The champion has learned from rows of {}, too, so these cannot judge it.", newest.file)
            } else {
                "The champion was trained on another file, so it may have learned from these rows.".to_owned()
            };
            return Err(problem(&event, KEPT, "Bring rows that are newer than both."));
        }
        let dataset = train::dataset(&data.table, &new.design)?;
        let split = new.design.split.draw(&dataset)?;
        let rows: Vec<u32> = split.holdout.iter().map(|position| dataset.rows[*position as usize]).collect();
        let theirs = old.pipeline.predict_rows(&data.table, &rows)?;
        let own = new.pipeline.predict_positions(&dataset, &split.holdout);
        let guesses = Baseline::fit(&dataset.target.select(split.fitted())).predict(split.holdout.len());
        let answers = (
            Answers { labels: &old.pipeline.labels, predictions: &theirs },
            Answers { labels: &new.pipeline.labels, predictions: &own },
        );
        let by = (new.design.metric(dataset.task), new.design.split.seed);
        Ok(challenge(&dataset, &split.holdout, answers, &guesses, by))
    }
}
