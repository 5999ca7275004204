//! A recipe as JSON that people can read.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Operation, Recipe, Step};
use crate::problem::Problem;

const FORMAT: &str = "hearth-steps";
const VERSION: u64 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u64,
    steps: &'a [Step],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[allow(dead_code)]
    // Checked before, so that a newer file is refused for its version and not for what is new in it.
    format: String,
    #[allow(dead_code)]
    version: u64,
    steps: Vec<Step>,
}

fn refused(event: String, cure: &str) -> Problem {
    Problem { place: "recipe".into(), event, kept: "The recipe at hand is as it was.".into(), cure: cure.into() }
}

impl Recipe {
    /// The recipe as a document. `Err` where a number in it is not finite.
    pub fn to_json(&self) -> Result<String, Problem> {
        if let Some(step) = self.steps.iter().find(|step| !step.operation.is_finite()) {
            let event = format!("Step {} has a number that is not finite.", step.id);
            return Err(refused(event, "Give it another number."));
        }
        let document = Document { format: FORMAT, version: VERSION, steps: &self.steps };
        serde_json::to_string_pretty(&document).map_err(|reason| refused(reason.to_string(), "Report this."))
    }

    /// Reads what `to_json` wrote. Other formats, other versions and unknown operations are refused: a recipe is
    /// replayed whole or not at all.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        let value: Value = serde_json::from_str(text).map_err(|reason| {
            refused(format!("The text is no JSON: {reason}."), "Choose a recipe that Hearth wrote.")
        })?;
        if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(refused("The file is no recipe of steps.".into(), "Choose a recipe that Hearth wrote."));
        }
        match value.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(newer) if newer > VERSION => {
                let event = format!("The recipe has version {newer}; this Hearth knows {VERSION}.");
                return Err(refused(event, "Load the page again to get the newest Hearth."));
            }
            Some(_) | None => {
                return Err(refused("The recipe's version is unknown.".into(), "Choose a recipe that Hearth wrote."));
            }
        }
        let steps = value.get("steps").and_then(Value::as_array);
        for (i, step) in steps.into_iter().flatten().enumerate() {
            let name = step.get("operation").and_then(Value::as_object).and_then(|of| of.keys().next());
            if let Some(name) = name.filter(|name| !Operation::NAMES.contains(&name.as_str())) {
                let event = format!("Step {} is “{name}”, which this Hearth does not know.", i + 1);
                return Err(refused(event, "Load the page again to get the newest Hearth, or take the step out."));
            }
        }
        // From the text again: a reader of values too would be much program for little.
        let body: Body = serde_json::from_str(text).map_err(|reason| {
            refused(format!("The recipe cannot be read: {reason}."), "Write the step as Hearth does.")
        })?;
        Self { steps: body.steps }.checked()
    }

    /// Refuses two steps with one id.
    fn checked(self) -> Result<Self, Problem> {
        let mut ids: Vec<u32> = self.steps.iter().map(|step| step.id).collect();
        ids.sort_unstable();
        match ids.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(self),
            Some(pair) => {
                Err(refused(format!("Two steps have the id {}.", pair[0]), "Give each step an id of its own."))
            }
        }
    }
}
