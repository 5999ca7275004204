//! What a file is that a command was given, and which run of it is meant.

use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::source::{self, Given};
use super::{Done, settle};
use crate::job::RunId;
use crate::package::{self, project_file};
use crate::problem::Problem;
use crate::studio::project::Run;
use crate::studio::{Action, Tone};
use crate::table::packed;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Project,
    Package,
    /// Rows, or something that is none of the three: reading it tells.
    Table,
}

/// Looks at a file's beginning and, of a ZIP file, at its list.
///
/// # Errors
/// It cannot be read.
pub fn holds(path: &Path) -> Result<Holds, Problem> {
    let name = path.display().to_string();
    let mut source = Given::OnDisk(path.to_owned()).open(&name)?;
    Ok(match packed::list(&name, &mut *source)? {
        Some(listing) if project_file::is_one(&listing.paths) => Holds::Project,
        Some(listing) if package::is_one(&listing.paths) => Holds::Package,
        Some(_) | None => Holds::Table,
    })
}

/// Puts a project or a package on the desk. Without the project's `data` only its models are there, which is quicker.
pub fn open(desk: &mut Desk, path: &Path, data: bool, said: &mut Vec<(Tone, Problem)>) -> Done<Holds> {
    let what = holds(path)?;
    match what {
        Holds::Project => {
            desk.open_project(path, data)?;
            // A project that opens with damage says so and goes on: what is asked of it may still be there.
            said.extend(desk.notices().into_iter().map(|notice| (notice.tone, notice.problem)));
        }
        Holds::Package => {
            let handle = desk.take(path)?;
            desk.act(Action::OpenPackage(handle));
            settle(desk, said)?;
        }
        Holds::Table => {
            return Err(Problem {
                place: path.display().to_string(),
                event: "This is neither a project file nor a package.".into(),
                kept: "Nothing was done.".into(),
                cure: "Give a file that the page saved, that `hearth train` wrote, or a package. A table is what `hearth train` \
                       begins with."
                    .into(),
            }
            .into());
        }
    }
    Ok(what)
}

/// The run that is meant: by its number or name, or the best.
pub fn run<'a>(desk: &'a Desk, path: &Path, asked: Option<&str>) -> Result<&'a Run, Problem> {
    let runs = &desk.studio.project.runs;
    let none = |event: String, cure: String| Problem {
        place: path.display().to_string(),
        event,
        kept: "Nothing was done.".into(),
        cure,
    };
    if runs.is_empty() {
        let cure = "Train it first: `hearth train` takes a project file too.".to_owned();
        return Err(none("The project has no trained candidate.".into(), cure));
    }
    let Some(asked) = asked else {
        let approved = desk.studio.project.registry.approved().and_then(|version| desk.studio.run(version.run));
        return approved
            .or(desk.studio.current_run())
            .or(runs.last())
            .ok_or_else(|| none("No run is there.".into(), String::new()));
    };
    let number: Option<RunId> = asked.parse().ok();
    let found = runs.iter().find(|run| run.name == asked).or_else(|| runs.iter().find(|run| Some(run.id) == number));
    found.ok_or_else(|| {
        let known: Vec<String> = runs.iter().map(|run| format!("{} ({})", run.id, run.name)).collect();
        none(format!("There is no candidate “{}”.", asked.escape_debug()), format!("Known are {}.", known.join(", ")))
    })
}

/// Where a file goes that has a name of its own: where it was asked to, into a folder that was named, or beside the person;
/// there it takes no other file's place.
///
/// # Errors
/// A file of that name is there, and nobody has asked for it to be replaced.
pub fn place(asked: Option<&PathBuf>, name: &str) -> Result<PathBuf, Problem> {
    match asked {
        Some(folder) if folder.is_dir() => Ok(folder.join(name)),
        Some(path) => Ok(path.clone()),
        None => {
            let path = PathBuf::from(name);
            if path.exists() {
                return Err(Problem {
                    place: name.to_owned(),
                    event: "A file of this name is here already.".into(),
                    kept: "It is as it was.".into(),
                    cure: format!("Say where the new one goes, with --out; `--out {name}` takes its place."),
                });
            }
            Ok(path)
        }
    }
}

/// Writes bytes where they were asked for, or to standard output.
pub fn write_or_show(asked: Option<&PathBuf>, bytes: &[u8]) -> Result<String, Problem> {
    match asked {
        Some(path) => source::write(path, bytes).map(|()| String::new()),
        None => Ok(String::from_utf8_lossy(bytes).into_owned()),
    }
}
