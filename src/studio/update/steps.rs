//! Steps between the file and the table: edits that undo takes back, and what one would do before it is done.

use super::super::words;
use super::*;
use crate::job::StepPreview;
use crate::recipe::{Operation, Recipe};

impl Studio {
    /// The steps of the project, or those that are being done.
    pub fn recipe(&self) -> Option<&Recipe> {
        match &self.waits.import {
            Some((_, ImportPurpose::Settings { steps: Some(recipe), .. })) => Some(recipe),
            _ => self.project.data.as_ref().map(|data| &data.recipe),
        }
    }

    /// What everything was like before the steps that are being done.
    pub(super) fn before_steps(&self) -> Option<Box<(Edit, History)>> {
        match &self.waits.import {
            Some((_, ImportPurpose::Settings { before, steps: Some(_) })) => Some(before.clone()),
            _ => None,
        }
    }

    /// Do other steps to the file as it was read.
    pub(super) fn change_recipe(&mut self, label: &str, recipe: Recipe) -> Vec<Command> {
        let Some(settings) = self.project.data.as_ref().map(|data| data.settings.clone()) else {
            return Vec::new();
        };
        if self.recipe() == Some(&recipe) {
            return Vec::new();
        }
        let renamed = self.recipe().and_then(|before| renamed(before, &recipe));
        // Edits that follow each other quickly all count; where a file is being read, the engine may have no table.
        let pending = self.before_steps();
        let has_table = self.job.is_none() || pending.is_some();
        let mut commands = Vec::new();
        let before = match pending {
            Some(before) => before,
            None => match self.make_way("change the steps") {
                Ok(way) => {
                    commands.extend(way);
                    Box::new((self.present(""), self.history.clone()))
                }
                Err(()) => return commands,
            },
        };
        self.remember(label);
        // The type of the target may change, and with it the task.
        self.other_question = true;
        if let (Some((from, to)), Some(design)) = (renamed, &mut self.project.design) {
            let names = design.dataset.roles.iter_mut().map(|(name, _)| name);
            for name in names.chain([&mut design.dataset.target]).filter(|name| **name == from) {
                name.clone_from(&to);
            }
        }
        self.end_step_preview();
        if has_table {
            commands.extend(self.do_steps(recipe, before));
        } else {
            commands.extend(self.read_again(settings, recipe, before));
        }
        commands
    }

    /// The engine has the file as it is read now; only the steps are others.
    pub(super) fn do_steps(&mut self, recipe: Recipe, before: Box<(Edit, History)>) -> Vec<Command> {
        let ticket = self.start_job(JobKind::Import);
        self.waits.import = Some((ticket, ImportPurpose::Settings { before, steps: Some(recipe.clone()) }));
        vec![Self::engine(Request::Steps { ticket, recipe })]
    }

    /// Ask what a step would do; while an answer is on its way, the latest question waits.
    pub(super) fn preview_step(&mut self, recipe: Recipe, position: u32, cursor: Option<u32>) -> Vec<Command> {
        if self.table.is_none() {
            return Vec::new();
        }
        if self.waits.step.is_some() {
            self.waits.next_step = Some((recipe, position, cursor));
            return Vec::new();
        }
        let ticket = self.ticket();
        self.waits.step = Some(ticket);
        self.waits.next_step = None;
        vec![Self::engine(Request::PreviewStep { ticket, recipe, position, cursor })]
    }

    pub(super) fn step_previewed(&mut self, ticket: Ticket, preview: StepPreview) -> Vec<Command> {
        if self.waits.step != Some(ticket) {
            return Vec::new();
        }
        self.waits.step = None;
        self.step_preview = Some(Arc::new(preview));
        match self.waits.next_step.take() {
            Some((recipe, position, cursor)) => self.preview_step(recipe, position, cursor),
            None => Vec::new(),
        }
    }

    pub(super) fn end_step_preview(&mut self) {
        self.step_preview = None;
        self.waits.step = None;
        self.waits.next_step = None;
    }

    /// What the log says of a table that was read again, or only had other steps done to it.
    pub(super) fn log_reading(&mut self, before: Option<&Recipe>, name: &str, recipe: &Recipe) {
        if before.is_none_or(|before| before == recipe) {
            self.log(format!("Read {name} again with other settings."));
            return;
        }
        let titles: Vec<String> =
            recipe.steps.iter().filter(|step| step.on).map(|step| step.operation.title()).collect();
        self.log(match titles.len() as u64 {
            0 => format!("Did no step to {name} any more."),
            n => format!("Did {} to {name}: {}.", words::counted(n, "step"), titles.join("; ")),
        });
    }
}

/// The names of a column that the last of the steps, a new one, renames.
fn renamed(before: &Recipe, after: &Recipe) -> Option<(String, String)> {
    let (last, rest) = after.steps.split_last()?;
    match &last.operation {
        Operation::Rename { from, to } if rest == before.steps.as_slice() && last.on => {
            Some((from.clone(), to.clone()))
        }
        _ => None,
    }
}
