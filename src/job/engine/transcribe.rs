//! Files that are no text: the engine reads their bytes, the reader writes the part that is meant as text, and then what was
//! asked for is done with that text.

use sha2::{Digest, Sha256};

use super::read::unreadable;
use super::{Engine, Herald, Job, Problem, Progress, Request, RunId, Ticket, problem};
use crate::job::Event;
use crate::job::message::encode;
use crate::job::pool::{Answer, Done, Order, TaskId};
use crate::job::reader::ReadTask;
use crate::table::csv::CsvSettings;
use crate::table::packed::{Packing, SLICE};
use crate::table::receipt::Receipt;
use crate::table::source::ByteSource;
use crate::table::transcript::{Original, Transcribed, Transcript, Wanted, is_meant, split_part};

/// A request that waits for its file to become text.
pub struct Transcribe {
    pub ticket: Ticket,
    pub request: Request,
    pub order: Option<Order>,
    wanted: Wanted,
    source: Box<dyn ByteSource>,
    herald: Herald,
    bytes: Vec<u8>,
    hash: Sha256,
    /// Length and hash of the file, once all of it was read.
    file: Option<(u64, String)>,
    answer: Option<Answer>,
}

/// How far it is.
pub enum Stand {
    Working,
    /// The text, in the place of the file.
    Ready(Box<dyn ByteSource>),
    Failed(Problem),
}

impl Transcribe {
    pub fn new(ticket: Ticket, request: Request, wanted: Wanted, source: Box<dyn ByteSource>) -> Self {
        let herald = Herald::new(ticket);
        let (order, file, answer) = (None, None, None);
        Self { ticket, request, order, wanted, source, herald, bytes: Vec::new(), hash: Sha256::new(), file, answer }
    }

    /// The reader has the file and has not answered.
    pub fn waits(&self) -> bool {
        self.file.is_some() && self.answer.is_none()
    }

    pub fn answered(&mut self, answer: Answer) {
        self.answer = Some(answer);
    }

    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> Stand {
        if let Some(answer) = self.answer.take() {
            return self.end(answer);
        }
        if self.file.is_some() {
            return Stand::Working;
        }
        let slice = match self.source.read(self.bytes.len() as u64, SLICE) {
            Ok(slice) => slice,
            Err(reason) => return Stand::Failed(unreadable(&self.wanted.name, &reason)),
        };
        self.hash.update(&slice);
        self.bytes.extend_from_slice(&slice);
        let (done, total) = (self.bytes.len() as u64, self.source.len());
        if !slice.is_empty() && done < total {
            self.tell(now, events, "Reading", done, total);
            return Stand::Working;
        }
        self.herald.last = None;
        self.tell(now, events, "Opening the file", done, total);
        let sha256: String =
            std::mem::take(&mut self.hash).finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let id = TaskId { ticket: self.ticket, task: 0 };
        let file = std::mem::take(&mut self.bytes);
        let bytes = encode(&ReadTask { id, wanted: self.wanted.clone(), sha256: sha256.clone(), file });
        self.order = Some(Order::Read { id, bytes });
        self.file = Some((done, sha256));
        Stand::Working
    }

    fn tell(&mut self, now: f64, events: &mut Vec<Event>, doing: &str, done: u64, total: u64) {
        // What only looks at a file has no progress on the page.
        if !matches!(self.request, Request::Preview { .. }) {
            let (doing, unit) = (doing.to_owned(), "bytes".to_owned());
            self.herald.tell(now, events, || Progress { doing, done, total, unit });
        }
    }

    fn end(&mut self, answer: Answer) -> Stand {
        match answer {
            Answer::Done(Done::Transcript { original, text }) => {
                let (n_bytes, sha256) = self.file.take().unwrap_or_default();
                let original = Original { n_bytes, sha256, ..original };
                Stand::Ready(Box::new(Transcribed(Transcript { original, text })))
            }
            Answer::Failed(error) => Stand::Failed(error),
            Answer::Lost(reason) => Stand::Failed(Problem {
                place: self.wanted.name.clone(),
                ..problem(
                    format!("The reader of spreadsheets and Parquet files ended before it was done ({reason})."),
                    "Nothing was changed.",
                    "The file may be damaged: save it anew with the program that made it. Or memory has run out: close other tabs.",
                )
            }),
            Answer::Done(Done::Fit { .. } | Done::Package { .. } | Done::Surface { .. }) => Stand::Working,
        }
    }
}

/// A request, and the file beside it.
type WithFile = (Request, Option<Box<dyn ByteSource>>);

impl Engine {
    /// A request as it stands, unless its file is one for the reader: then it waits for the text of it, and what is to be said
    /// until then comes back.
    pub(super) fn text_or_held(
        &mut self,
        request: Request,
        source: Option<Box<dyn ByteSource>>,
    ) -> Result<WithFile, Vec<Event>> {
        let Some(mut source) = source else { return Ok((request, None)) };
        let Some((ticket, wanted)) = self.wanted(&request) else { return Ok((request, Some(source))) };
        match is_meant(&wanted.name, &mut *source) {
            Ok(false) => Ok((request, Some(source))),
            Ok(true) => {
                if matches!(request, Request::Import { .. }) {
                    self.jobs.retain(|job| !job.imports());
                }
                self.jobs.push_back(Job::Transcribe(Box::new(Transcribe::new(ticket, request, wanted, source))));
                Err(Vec::new())
            }
            Err(_) if self.gathering => Err(self.next_held()),
            Err(error) => Err(vec![Event::Failed { ticket, error }]),
        }
    }

    /// The part of its file that a request reads; `None` where it reads no table.
    fn wanted(&self, request: &Request) -> Option<(Ticket, Wanted)> {
        let given = |settings: &Option<CsvSettings>| settings.as_ref().map_or_else(String::new, |s| s.entry.clone());
        let (ticket, name, part, or_first) = match request {
            Request::Preview { ticket, name, entry, settings } => {
                (ticket, name, if entry.is_empty() { given(settings) } else { entry.clone() }, false)
            }
            Request::Import { ticket, name, settings, .. } | Request::Beside { ticket, file: name, settings, .. } => {
                (ticket, name, given(settings), false)
            }
            Request::ScoreFile { ticket, run, name, .. } | Request::Monitor { ticket, run, name, .. } => {
                (ticket, name, self.sheet_of(*run), true)
            }
            _ => return None,
        };
        Some((*ticket, Wanted { name: name.clone(), part, or_first }))
    }

    /// The sheet that a run was trained on: other files of the kind have theirs under the same name.
    fn sheet_of(&self, run: RunId) -> String {
        let import = self.runs.get(&run).and_then(|run| run.import.as_ref());
        match import {
            Some(Receipt { settings, file: Some(file), .. }) if matches!(file.packing, Packing::Sheet { .. }) => {
                split_part(&settings.entry).0.to_owned()
            }
            _ => String::new(),
        }
    }

    /// The reader has answered the job at this position: what was asked for goes on with the text.
    pub(super) fn transcribed(&mut self, position: usize, stand: Stand) -> Vec<Event> {
        let Some(Job::Transcribe(job)) = self.jobs.remove(position) else { return Vec::new() };
        let Transcribe { ticket, request, wanted, .. } = *job;
        match (stand, request) {
            (Stand::Working, _) => Vec::new(),
            (Stand::Ready(text), request) => self.answer(request, Some(text)),
            // It is read again for a table that has had it; steps that miss it say so.
            (Stand::Failed(_), Request::Beside { .. }) if self.gathering => self.next_held(),
            // Another sheet or another range may be read.
            (Stand::Failed(error), Request::Preview { settings, .. }) if !wanted.part.is_empty() => {
                let settings = CsvSettings { entry: wanted.part, ..settings.unwrap_or_default() };
                vec![Event::Unreadable { ticket, settings, error }]
            }
            (Stand::Failed(error), _) => vec![Event::Failed { ticket, error }],
        }
    }
}
