//! Rules as JSON that people can read.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Rule;
use crate::problem::Problem;

const FORMAT: &str = "hearth-rules";
const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<R> {
    format: String,
    version: u64,
    rules: R,
}

fn refused(event: String, cure: &str) -> Problem {
    Problem { place: "rules".into(), event, kept: "The rules at hand are as they were.".into(), cure: cure.into() }
}

/// Rules as a document.
pub fn to_json(rules: &[Rule]) -> String {
    let document = Document { format: FORMAT.into(), version: VERSION, rules };
    // Names and numbers only: nothing in it can fail to be written.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// Reads what `to_json` wrote; other formats, newer versions and two rules with one id are refused.
pub fn from_json(text: &str) -> Result<Vec<Rule>, Problem> {
    let value: Value = serde_json::from_str(text)
        .map_err(|reason| refused(format!("The text is no JSON: {reason}."), "Paste rules that were copied here."))?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(refused("The text holds no rules.".into(), "Paste rules that were copied here."));
    }
    match value.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            let event = format!("The rules have version {newer}; this Hearth knows {VERSION}.");
            return Err(refused(event, "Load the page again to get the newest Hearth."));
        }
        Some(_) | None => {
            return Err(refused("The version of the rules is unknown.".into(), "Paste rules that were copied here."));
        }
    }
    let document: Document<Vec<Rule>> = serde_json::from_str(text)
        .map_err(|reason| refused(format!("The rules cannot be read: {reason}."), "Write them as Hearth does."))?;
    let mut ids: Vec<u32> = document.rules.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(document.rules),
        Some(pair) => Err(refused(format!("Two rules have the id {}.", pair[0]), "Give each rule an id of its own.")),
    }
}
