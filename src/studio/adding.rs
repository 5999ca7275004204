//! A further file on its way to the table: read, looked at, and put below or beside it when the person says so.

use std::collections::VecDeque;

use super::words::{counted, list};
use super::{FileHandle, Studio};
use crate::combine::{self, Beside, Meeting};
use crate::job::Ticket;
use crate::recipe::{JoinKind, KeyPair, Mark, Operation, Recipe, Step};
use crate::table::csv::CsvSettings;

/// Names that are listed.
const MOST_NAMED: usize = 6;

/// The file that is being added, and those that wait.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adding {
    /// It was read; what is to become of it is open.
    pub read: Option<Read>,
    pub(super) stage: Stage,
    pub(super) waiting: VecDeque<FileHandle>,
    /// Files that have the columns of the table are put below it without being asked about.
    pub(super) all_alike: bool,
}

/// What the file waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Stage {
    #[default]
    Nothing,
    /// Its first rows, or the person's settings.
    Looking(Ticket, FileHandle),
    Reading(Ticket, FileHandle),
    /// It is being put behind the first file; then these steps are done.
    Bundling {
        label: String,
        recipe: Recipe,
    },
}

/// A file that was read to stand beside the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub file: FileHandle,
    pub beside: Beside,
    pub settings: CsvSettings,
    /// What would be done; `None` where nothing was chosen.
    pub operation: Option<Operation>,
    /// What a join would come to; `None` while that is being looked at.
    pub meeting: Option<Meeting>,
    pub(super) asked: Ticket,
}

fn verb(n: u32, one: &'static str, several: &'static str) -> &'static str {
    if n == 1 { one } else { several }
}

impl Studio {
    /// How many files wait behind the one at hand.
    pub fn n_waiting_files(&self) -> usize {
        self.adding.waiting.len()
    }

    /// The step that puts the rows of the file below.
    pub fn append_step(&self) -> Option<Operation> {
        let read = self.adding.read.as_ref()?;
        Some(Operation::Append { with: read.beside.name.clone(), mark: None })
    }

    /// A column that would say from which file a row came: the one that an earlier file has, else a new one. `None` where rows
    /// of an earlier file are not told from those of the first.
    pub fn file_mark(&self) -> Option<Mark> {
        let untold = |step: &Step| step.on && matches!(step.operation, Operation::Append { mark: None, .. });
        self.any_mark().filter(|_| !self.recipe().is_some_and(|recipe| recipe.steps.iter().any(untold)))
    }

    /// The column that an earlier file has to say from which file a row came, else a new one.
    pub(super) fn any_mark(&self) -> Option<Mark> {
        let recipe = self.recipe()?;
        let earlier = recipe.steps.iter().find_map(|step| match &step.operation {
            Operation::Append { mark: Some(mark), .. } if step.on => Some(mark.clone()),
            _ => None,
        });
        let data = self.project.data.as_ref()?;
        let free = |name: &&str| {
            let taken = data.columns.iter().map(|column| column.name.as_str());
            let there =
                self.adding.read.iter().flat_map(|read| read.beside.columns.iter().map(|(name, _)| name.as_str()));
            taken.chain(there).all(|other| other != *name)
        };
        let column = ["file", "source_file", "from_file"].into_iter().find(free).map(str::to_owned);
        earlier.or_else(|| Some(Mark { column: column?, first: data.name.clone() }))
    }

    /// A join as the values propose it, or on the first columns where they propose none.
    pub fn join_step(&self) -> Option<Operation> {
        let read = self.adding.read.as_ref()?;
        let Beside { name, columns, joins, .. } = &read.beside;
        let (on, loose) = match joins.first() {
            Some((on, meeting)) => (on.clone(), meeting.n_matched == 0 && meeting.more_if_loose > 0),
            None => {
                let left = self.table.as_ref()?.columns.first()?.name.clone();
                (vec![KeyPair { left, right: columns.first()?.0.clone() }], false)
            }
        };
        let kind = JoinKind::Left;
        Some(Operation::Join { with: name.clone(), kind, on, suffix: read.beside.suffix.clone(), loose })
    }
}

impl Read {
    /// What differs between the columns, a sentence each; none where they are the same.
    pub fn differences(&self) -> Vec<String> {
        let fits = &self.beside.fits;
        let names = |names: &[String]| {
            let mut shown: Vec<String> = names.iter().take(MOST_NAMED).cloned().collect();
            if names.len() > MOST_NAMED {
                shown.push(counted((names.len() - MOST_NAMED) as u64, "other"));
            }
            list(&shown)
        };
        let mut said = Vec::new();
        if !fits.only_here.is_empty() {
            said.push(format!("Only in the table: {}. Missing in the new rows.", names(&fits.only_here)));
        }
        if !fits.only_there.is_empty() {
            said.push(format!("Only in {}: {}. Left out.", self.beside.name, names(&fits.only_there)));
        }
        for differs in fits.types.iter().take(MOST_NAMED) {
            said.push(format!(
                "{} is a {} in the table and a {} in {}. It is read as a {}; what cannot be is missing and told.",
                differs.name,
                differs.here.word(),
                differs.there.word(),
                self.beside.name,
                differs.here.word()
            ));
        }
        if fits.types.len() > MOST_NAMED {
            said.push(format!(
                "{} are of other types.",
                counted((fits.types.len() - MOST_NAMED) as u64, "more column")
            ));
        }
        said
    }

    /// Why what is chosen cannot be done.
    pub fn hindrance(&self) -> Option<String> {
        match &self.operation {
            None => Some("Choose what is to be done with the file".to_owned()),
            Some(Operation::Append { .. }) if self.beside.fits.shared.is_empty() => {
                Some("The two have no column in common".to_owned())
            }
            Some(Operation::Join { kind, .. }) => match &self.meeting {
                None => Some("It is being looked at".to_owned()),
                Some(meeting) => match &meeting.problem {
                    Some(problem) => Some(problem.event.clone()),
                    None if *kind == JoinKind::Inner && meeting.n_matched == 0 => {
                        Some("No row matches, so none would be left".to_owned())
                    }
                    None => None,
                },
            },
            Some(_) => None,
        }
    }

    /// What a join would come to, a sentence each, and whether it is one to look at.
    pub fn told(&self) -> Vec<(String, bool)> {
        let (Some(Operation::Join { kind, loose, .. }), Some(meeting)) = (&self.operation, &self.meeting) else {
            return Vec::new();
        };
        let name = &self.beside.name;
        let mut said = Vec::new();
        if let Some(problem) = &meeting.problem {
            said.push((format!("{} {}", problem.event, problem.cure), true));
        }
        if meeting.more_if_loose > 0 && !loose {
            let more = counted(meeting.more_if_loose.into(), "more row");
            said.push((
                format!(
                    "{more} would match if keys were compared as texts, without blanks at the ends and capital letters."
                ),
                true,
            ));
        }
        if meeting.problem.is_some() && meeting.rows_left == 0 {
            return said;
        }
        let rows = counted(meeting.n_left.into(), "row");
        let alone = meeting.left_alone + meeting.left_without_key;
        let n = super::words::count(meeting.n_matched.into());
        said.push((format!("{n} of {rows} of the table {}.", verb(meeting.n_matched, "matches", "match")), alone > 0));
        let such_as = |examples: &[String]| {
            if examples.is_empty() { String::new() } else { format!(", such as {}", list(examples)) }
        };
        if meeting.left_alone > 0 {
            let fate = match (*kind == JoinKind::Inner, meeting.left_alone) {
                (true, 1) => "It goes.",
                (true, _) => "They go.",
                (false, 1) => "It stays; the new columns are missing there.",
                (false, _) => "They stay; the new columns are missing there.",
            };
            let (n, have) = (counted(meeting.left_alone.into(), "row"), verb(meeting.left_alone, "has", "have"));
            said.push((format!("{n} {have} a key that {name} lacks{}. {fate}", such_as(&meeting.left_examples)), true));
        }
        for (n, of) in [(meeting.left_without_key, "the table"), (meeting.right_without_key, name.as_str())] {
            if n > 0 {
                let have = verb(n, "has", "have");
                said.push((
                    format!("{} of {of} {have} no key; a missing key matches nothing.", counted(n.into(), "row")),
                    true,
                ));
            }
        }
        if meeting.right_alone > 0 {
            let n = counted(meeting.right_alone.into(), "row");
            let (matches, are) =
                (verb(meeting.right_alone, "matches", "match"), verb(meeting.right_alone, "is", "are"));
            said.push((
                format!("{n} of {name} {matches} nothing{} and {are} left out.", such_as(&meeting.right_examples)),
                false,
            ));
        }
        if meeting.n_multiplied > 0 {
            let some: Vec<String> = meeting
                .repeated
                .iter()
                .map(|r| format!("{} ({} times)", r.key, super::words::count(r.there.into())))
                .collect();
            said.push((
                format!(
                    "{} {} several times in {name}: {}. So {} of the table {} there several times, {} in all.",
                    counted(meeting.n_repeated.into(), "key"),
                    verb(meeting.n_repeated, "occurs", "occur"),
                    list(&some),
                    counted(meeting.n_multiplied.into(), "row"),
                    verb(meeting.n_multiplied, "stands", "stand"),
                    counted(meeting.rows(*kind), "row"),
                ),
                true,
            ));
        }
        said
    }

    /// Columns of the file that a join renames, as a sentence.
    pub fn renamed(&self, here: &[String]) -> Option<String> {
        let Some(Operation::Join { on, suffix, .. }) = &self.operation else { return None };
        let renamed = combine::renamed(here, &self.beside.columns, on, suffix);
        let shown: Vec<String> = renamed.iter().take(MOST_NAMED).map(|(from, to)| format!("{from} as {to}")).collect();
        let more = renamed.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {}", counted(more as u64, "more column")) } else { String::new() };
        (!shown.is_empty()).then(|| format!("Names that the table has already: {}{more}.", shown.join(", ")))
    }
}
