//! Predictions that were made elsewhere and came with the table: judged, and kept as what names their columns. What they
//! are is read from the table again when it is asked for.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Data, Engine, Event, Herald, Problem, Progress, RunId, Ticket, problem, train};
use crate::dataset::Dataset;
use crate::design::Design;
use crate::recipe::Recipe;
use crate::validate::judged::{JudgeSpec, Seen, see};
use crate::validate::{Given, Tested};

/// What the bytes begin with, and the version of their form.
const MAGIC: &[u8; 8] = b"hearth-j";
const JUDGED_VERSION: u16 = 1;

/// A score of a table as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct JudgedRun {
    pub spec: JudgeSpec,
    /// Which of the scores.
    pub score: u32,
    pub design: Design,
    pub data_sha256: String,
    pub n_table_rows: u32,
    pub recipe: Recipe,
}

impl JudgedRun {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(JUDGED_VERSION.to_le_bytes());
        postcard::to_extend(self, bytes).expect("it has no map or unsized part that postcard refuses")
    }

    /// `None` where the bytes are of a run with a model.
    ///
    /// # Errors
    /// Bytes of another version, or damaged ones.
    pub fn from_bytes(bytes: &[u8]) -> Option<Result<Self, Problem>> {
        let rest = bytes.strip_prefix(MAGIC.as_slice())?;
        let read = match rest.split_first_chunk::<2>() {
            Some((version, rest)) if u16::from_le_bytes(*version) == JUDGED_VERSION => postcard::from_bytes(rest).ok(),
            _ => None,
        };
        let event = "What names the columns of these predictions is damaged, or of another version of Hearth.";
        let unreadable = || problem(event, "Its scores are kept.", "Judge them again on Design.");
        Some(read.ok_or_else(unreadable))
    }
}

/// Scores that are being judged, one in a step.
pub(super) struct Judging {
    pub ticket: Ticket,
    /// Those that were judged in the last step.
    pub finished: Vec<(RunId, JudgedRun)>,
    data: Data,
    spec: JudgeSpec,
    first_run: RunId,
    next: u32,
    herald: Herald,
}

impl Judging {
    pub fn new(ticket: Ticket, data: Data, spec: JudgeSpec, first_run: RunId) -> Self {
        Self { ticket, finished: Vec::new(), data, spec, first_run, next: 0, herald: Herald::new(ticket) }
    }

    /// Judge one score; `true` when it was the last.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        let table = std::sync::Arc::clone(&self.data.table);
        let seen = match see(&table, &self.spec) {
            Ok(seen) => seen,
            Err(error) => {
                events.push(Event::Failed { ticket: self.ticket, error });
                return true;
            }
        };
        let (done, total) = (u64::from(self.next), seen.scores.len() as u64);
        let doing = || Progress { doing: "Judging".to_owned(), done, total, unit: "scores".to_owned() };
        self.herald.tell(now, events, doing);
        self.judge(&seen, events);
        self.next += 1;
        self.next as usize == seen.scores.len()
    }

    fn judge(&mut self, seen: &Seen, events: &mut Vec<Event>) {
        let at = self.next as usize;
        let report = seen.report(at);
        let metric = Some(report.leading());
        let design =
            Design { dataset: seen.spec.clone(), split: seen.split(), metric, candidates: Vec::new(), search: None };
        let judged = JudgedRun {
            spec: self.spec.clone(),
            score: self.next,
            design: design.clone(),
            data_sha256: self.data.summary.sha256.clone(),
            n_table_rows: self.data.table.n_rows as u32,
            recipe: self.data.summary.recipe.clone(),
        };
        let run = self.first_run + self.next;
        events.push(Event::Judged {
            ticket: self.ticket,
            run,
            name: seen.scores[at].name.clone(),
            how: seen.how_tested(),
            design,
            report,
            last: at + 1 == seen.scores.len(),
            bytes: judged.to_bytes(),
        });
        self.finished.push((run, judged));
    }
}

/// What the folds of a run predicted, with the rows that it is about: of a run that was trained here, and of predictions
/// that were made elsewhere.
pub(super) struct Trial<'a> {
    pub dataset: Dataset<'a>,
    pub design: &'a Design,
    /// `None` where it was not kept, or does not fit the rows.
    pub tested: Option<Cow<'a, Tested>>,
    /// Of predictions that were made elsewhere, and what they are.
    pub spec: Option<&'a JudgeSpec>,
    pub given: Option<Given>,
    pub origin: (&'a str, &'a Recipe),
}

impl Engine {
    /// The trial of a run on the table at hand.
    pub(super) fn trial<'a>(&'a self, run: RunId, data: &'a Data) -> Result<Trial<'a>, Problem> {
        let Some(judged) = self.judged.get(&run) else {
            let (stored, _) = self.rows_of(run)?;
            let dataset = train::dataset(&data.table, &stored.design)?;
            let tested = stored.tested.as_ref().filter(|tested| tested.fits(dataset.rows.len())).map(Cow::Borrowed);
            let origin = (stored.data_sha256.as_str(), &stored.recipe);
            return Ok(Trial { dataset, design: &stored.design, tested, spec: None, given: None, origin });
        };
        let origin = (judged.data_sha256.as_str(), &judged.recipe);
        Self::check_origin(
            (origin, judged.n_table_rows),
            data,
            "Nothing has changed.",
            "Judge the predictions again.",
        )?;
        // The class that was meant then, whatever the values would propose.
        let spec = JudgeSpec { positive: judged.design.dataset.positive.clone(), ..judged.spec.clone() };
        let seen = see(&data.table, &spec)?;
        let (at, spec) = (judged.score as usize, Some(&judged.spec));
        let (tested, given) = (Some(Cow::Owned(seen.tested(at))), Some(seen.scores[at].given));
        Ok(Trial { dataset: seen.dataset, design: &judged.design, tested, spec, given, origin })
    }
}
