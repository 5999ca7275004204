//! Questions and answers as bytes, for a program without bindings.

use super::Predictor;
use super::answer::Answer;
use super::file::ScoredText;
use super::json::{self, Json};
use super::reasons::Reasons;
use crate::problem::Problem;

/// A length that says that a cell is missing.
const MISSING: u32 = u32::MAX;

/// A model as a program holds it. Rows are texts for each column of its facts, `None` or "" where missing.
pub trait Program: Sized {
    /// # Errors
    /// Bytes that are no such model, are damaged, or are of another version.
    fn open(bytes: &[u8]) -> Result<Self, Problem>;

    /// What it says of itself, as JSON.
    fn facts(&self) -> &str;

    /// # Errors
    /// As `Predictor::answer`.
    fn answer(&self, texts: &[Option<&str>]) -> Result<Answer, Problem>;

    /// What each column adds between the prediction of the usual row and that of this one.
    ///
    /// # Errors
    /// Steps that leave none of the columns that the model reads.
    fn reasons(&self, texts: &[Option<&str>]) -> Result<Reasons, Problem>;

    /// # Errors
    /// As `Predictor::file`.
    fn file(&self, name: &str, text: &str) -> Result<ScoredText, Problem>;
}

impl Program for Predictor {
    fn open(bytes: &[u8]) -> Result<Self, Problem> {
        Self::from_bytes(bytes)
    }

    fn facts(&self) -> &str {
        &self.facts
    }

    fn answer(&self, texts: &[Option<&str>]) -> Result<Answer, Problem> {
        self.answer(texts)
    }

    fn reasons(&self, texts: &[Option<&str>]) -> Result<Reasons, Problem> {
        Ok(self.reasons(texts))
    }

    fn file(&self, name: &str, text: &str) -> Result<ScoredText, Problem> {
        self.file(name, text)
    }
}

/// Answers a question (`bin/predictor/desk.rs` says which there are).
pub fn ask<P: Program>(model: &mut Option<P>, what: u32, question: &[u8]) -> Vec<u8> {
    let told = |result: Result<Vec<u8>, Problem>| result.unwrap_or_else(|problem| problem_json(&problem).into_bytes());
    if what == 0 {
        return told(P::open(question).map(|read| model.insert(read).facts().as_bytes().to_vec()));
    }
    let Some(model) = model else { return told(Err(out_of_turn("The model has not been loaded."))) };
    let Some(parts) = parts(question) else { return told(Err(out_of_turn("A question was cut short."))) };
    match what {
        1 => told(model.answer(&parts).map(|answer| answer.json().into_bytes())),
        2 => told(model.reasons(&parts).map(|reasons| reasons.json().into_bytes())),
        3 => {
            let (name, text) = (parts.first().copied().flatten(), parts.get(1).copied().flatten());
            let (head, csv) = match model.file(name.unwrap_or_default(), text.unwrap_or_default()) {
                Ok(scored) => (scored.json(), scored.csv),
                Err(problem) => (problem_json(&problem), Vec::new()),
            };
            let mut bytes = (head.len() as u32).to_le_bytes().to_vec();
            bytes.extend_from_slice(head.as_bytes());
            bytes.extend_from_slice(&csv);
            bytes
        }
        _ => told(Err(out_of_turn("There is no such question."))),
    }
}

/// Texts behind their lengths; `None` where the bytes end too soon or are no UTF-8.
fn parts(mut bytes: &[u8]) -> Option<Vec<Option<&str>>> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk()?;
        let length = u32::from_le_bytes(*length);
        if length == MISSING {
            parts.push(None);
            bytes = rest;
            continue;
        }
        let (text, rest) = rest.split_at_checked(length as usize)?;
        parts.push(Some(std::str::from_utf8(text).ok()?));
        bytes = rest;
    }
    Some(parts)
}

fn out_of_turn(event: &str) -> Problem {
    Problem {
        place: "predictor".into(),
        event: event.into(),
        kept: "Nothing was predicted.".into(),
        cure: "Load the model once, then ask.".into(),
    }
}

fn problem_json(problem: &Problem) -> String {
    let Problem { place, event, kept, cure } = problem;
    let parts = [("place", place), ("event", event), ("kept", kept), ("cure", cure)];
    let inner = Json::object(|out| parts.into_iter().for_each(|(key, value)| out.text(key, value)));
    json::object_of("problem", &inner)
}
