//! Steps between the file and the table: edits that undo takes back, and what one would do before it is done.

use super::super::words;
use super::*;
use crate::job::StepPreview;
use crate::recipe::{Operation, Recipe};

/// What a change of the table starts from.
pub(super) struct Ground {
    /// Everything as it was before the first change that is not made yet.
    before: Box<(Edit, History)>,
    /// Whether the engine has the file as it is read now.
    has_table: bool,
    restepped: bool,
    /// What has to be sent first.
    commands: Vec<Command>,
}

impl Studio {
    /// The steps of the project, or those that are being done.
    pub fn recipe(&self) -> Option<&Recipe> {
        match &self.waits.import {
            Some((_, ImportPurpose::Change(change))) => Some(&change.recipe),
            _ => self.project.data.as_ref().map(|data| &data.recipe),
        }
    }

    /// How the project's file is read, or is being read.
    pub(super) fn settings(&self) -> Option<&CsvSettings> {
        match &self.waits.import {
            Some((_, ImportPurpose::Change(change))) => Some(&change.settings),
            _ => self.project.data.as_ref().map(|data| &data.settings),
        }
    }

    /// Do other steps to the file as it was read.
    pub(super) fn change_recipe(&mut self, label: &str, recipe: Recipe) -> Vec<Command> {
        let Some(settings) = self.settings().cloned() else {
            return Vec::new();
        };
        if self.recipe() == Some(&recipe) {
            return Vec::new();
        }
        let renamed = self.recipe().and_then(|before| renamed(before, &recipe));
        let Some(ground) = self.ground_for_change("change the steps") else {
            return Vec::new();
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
        self.change_table(settings, recipe, ground)
    }

    /// What a change of the table starts from; `None` where other work is under way, which is said. Edits that follow each
    /// other quickly all count: a change that is still being made is the ground of the next.
    pub(super) fn ground_for_change(&mut self, purpose: &str) -> Option<Ground> {
        if let Some((ticket, ImportPurpose::Change(change))) = &self.waits.import {
            let Change { before, reads, restepped, .. } = change.clone();
            let commands = if reads { vec![Self::engine(Request::Cancel { ticket: *ticket })] } else { Vec::new() };
            return Some(Ground { before, has_table: !reads, restepped, commands });
        }
        // Where a file is being read for another reason, the engine may have no table.
        let has_table = self.job.is_none();
        let commands = self.make_way(purpose).ok()?;
        let before = Box::new((self.present(""), self.history.clone()));
        Some(Ground { before, has_table, restepped: false, commands })
    }

    /// Make the table with these settings and steps, for an edit, an undo or a redo. Where only the steps are others, the
    /// engine does them to the file as it has read it.
    pub(super) fn change_table(&mut self, settings: CsvSettings, recipe: Recipe, ground: Ground) -> Vec<Command> {
        let Some(data) = &self.project.data else {
            return ground.commands;
        };
        let reads = !ground.has_table || data.settings != settings;
        let (name, beside) = (data.name.clone(), data.beside.clone());
        let mut commands = ground.commands;
        if reads {
            self.import = None;
        }
        let ticket = self.start_job(JobKind::Import);
        let (asked, steps) = (settings.clone(), recipe.clone());
        let restepped = ground.restepped || !reads;
        let change = Change { before: ground.before, settings, recipe, reads, restepped };
        self.waits.import = Some((ticket, ImportPurpose::Change(change)));
        commands.push(if reads {
            self.engine_with_data(Request::Import { ticket, name, settings: Some(asked), recipe: steps, beside })
        } else {
            Self::engine(Request::Steps { ticket, recipe: steps })
        });
        commands
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
