//! What was done to the file before, for the one that took its place: a later file of the same kind wants the same steps,
//! rules and design.

use super::{Action, Studio};
use crate::design::Design;
use crate::recipe::Recipe;
use crate::rules::Rule;
use crate::table::csv::CsvSettings;

/// What can be taken over from the project that was at hand when this file was dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Former {
    pub name: String,
    /// Names of its columns, behind its steps.
    pub columns: Vec<String>,
    pub settings: CsvSettings,
    pub recipe: Recipe,
    pub rules: Vec<Rule>,
    pub design: Option<Design>,
}

impl Studio {
    /// The project at hand as one that another file may follow.
    pub(super) fn former_project(&self) -> Option<Box<Former>> {
        let data = self.project.data.as_ref()?;
        Some(Box::new(Former {
            name: self.project.name.clone(),
            columns: data.columns.iter().map(|column| column.name.clone()).collect(),
            settings: data.settings.clone(),
            recipe: data.recipe.clone(),
            rules: self.project.rules.clone(),
            design: self.project.design.clone(),
        }))
    }

    /// What a press would take over from the project before, as a sentence, and the press. `None` where the file has few
    /// of its columns, or nothing was done there.
    pub fn offer_to_take_over(&self) -> Option<(String, Action)> {
        let (former, table) = (self.former.as_ref()?, self.table.as_ref()?);
        let here = |name: &String| table.columns.iter().any(|column| column.name == *name);
        let n_common = former.columns.iter().filter(|name| here(name)).count();
        if 2 * n_common < former.columns.len() {
            return None;
        }
        let mut parts = Vec::new();
        let mut add = |n: usize, noun: &str| {
            if n > 0 {
                parts.push(super::words::counted(n as u64, noun));
            }
        };
        add(former.recipe.steps.len(), "step");
        add(former.rules.len(), "rule");
        if former.design.is_some() {
            parts.push("the design".to_owned());
        }
        (!parts.is_empty()).then(|| (format!("{} has {}.", former.name, super::words::list(&parts)), Action::TakeOver))
    }
}
