//! A project file as it is opened: bytes in; a project, its files, and at most one message out.

use sha2::{Digest, Sha256};

use super::project::{PROJECT_VERSION, Project};
use super::words::{counted, list};
use crate::job::RunId;
use crate::package::build::hex;
use crate::package::project_file::{self, Damage};
use crate::problem::Problem;
use crate::table::bundle;

/// More names than this are not listed.
const MOST_NAMED: usize = 5;

/// A project file that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub project: Project,
    /// The data file's bytes.
    pub data: Option<Vec<u8>>,
    /// Stored bytes of the project's runs.
    pub runs: Vec<(RunId, Vec<u8>)>,
    pub missing: Missing,
    /// All that is wrong with the file; `None` when it is as it was saved.
    pub problem: Option<Problem>,
}

/// What the project names and its file did not have: there is no use in looking for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Missing {
    pub data: bool,
    pub runs: Vec<RunId>,
}

/// What could not be read, and why.
struct Gone {
    data: Option<String>,
    /// Name and reason.
    runs: Vec<(String, String)>,
}

/// Opens a project file. `name` is the file's, for messages.
///
/// # Errors
/// Why nothing of it can be opened.
pub fn open(bytes: &[u8], name: &str) -> Result<Opened, Problem> {
    let project_file::OpenedProject { file, damage } = project_file::read(bytes, name)?;
    let document = String::from_utf8_lossy(&file.project);
    let refuse = |event: String, cure: &str| Problem {
        place: name.to_owned(),
        event,
        kept: "Nothing was opened or changed.".into(),
        cure: cure.to_owned(),
    };
    let (project, older) = Project::read(&document).map_err(|reason| {
        let cure = "It may be from a newer version of Hearth; update, then open it again.";
        refuse(format!("In the project file, {reason}."), cure)
    })?;
    // Before anything is stored: this version would write it back without what it does not know.
    if project.version > PROJECT_VERSION {
        let event = format!(
            "The project was saved by a newer version of Hearth (form {}; this one reads up to {PROJECT_VERSION}).",
            project.version
        );
        return Err(refuse(event, "Update Hearth, then open it again."));
    }
    let (mut missing, mut gone) = (Missing::default(), Gone { data: None, runs: Vec::new() });
    let mut data = file.data.map(|(_, bytes)| bytes);
    if let Some(table) = &project.data {
        // What the list of contents cannot vouch for, the project can.
        let altered = |bytes: &Vec<u8>| {
            let parts = bundle::split(bytes);
            let first = parts.as_ref().and_then(|parts| parts.first()).map_or(bytes.as_slice(), |(_, first)| *first);
            damage.contents.is_some() && hex(&Sha256::digest(first)) != table.sha256
        };
        let reason = match data.as_ref().map(altered) {
            Some(false) => None,
            Some(true) => Some("its bytes were altered (the checksum differs)".to_owned()),
            None => Some(damage.data.clone().unwrap_or_else(|| damage.reason_for_absence().to_owned())),
        };
        missing.data = reason.is_some();
        data = data.filter(|_| !missing.data);
        gone.data = reason.map(|reason| format!("The data file {} could not be read: {reason}.", table.name));
    } else {
        data = None;
    }
    let mut runs = file.runs;
    runs.retain(|(id, _)| project.runs.iter().any(|run| run.id == *id));
    for run in project.runs.iter().filter(|run| !runs.iter().any(|(id, _)| *id == run.id)) {
        let known = damage.runs.iter().find(|(id, _)| *id == run.id).map(|(_, reason)| reason.as_str());
        gone.runs.push((run.name.clone(), known.unwrap_or_else(|| damage.reason_for_absence()).to_owned()));
        missing.runs.push(run.id);
    }
    let whole = damage.is_none() && gone.data.is_none() && gone.runs.is_empty() && older.is_none();
    let problem = (!whole).then(|| Problem {
        place: name.to_owned(),
        event: event(&damage, &gone, older.as_ref()),
        kept: kept(&project, &missing),
        cure: cure(&missing, older.as_ref()),
    });
    Ok(Opened { project, data, runs, missing, problem })
}

/// All that happened, the worst first.
fn event(damage: &Damage, gone: &Gone, older: Option<&Problem>) -> String {
    let mut said: Vec<String> = gone.data.iter().cloned().collect();
    said.extend(damage.beside.iter().map(|(name, reason)| {
        format!("The file {name} could not be read: {reason}. The steps that name it are left out.")
    }));
    match gone.runs.as_slice() {
        [] => {}
        [(name, reason)] => said.push(format!("The trained candidate {name} could not be read: {reason}.")),
        all => {
            let first = &all[0].1;
            let one_reason = all.iter().all(|(_, reason)| reason == first);
            let each = |(name, reason): &(String, String)| {
                if one_reason { name.clone() } else { format!("{name} ({reason})") }
            };
            let mut names: Vec<String> = all.iter().take(MOST_NAMED).map(each).collect();
            if all.len() > MOST_NAMED {
                names.push(format!("{} more", all.len() - MOST_NAMED));
            }
            let why = if one_reason { format!(", all for the same reason: {first}") } else { String::new() };
            said.push(format!("The trained candidates {} could not be read{why}.", list(&names)));
        }
    }
    said.extend(older.map(|problem| problem.event.clone()));
    said.extend(damage.contents.as_ref().map(|reason| format!("The list of contents {reason}.")));
    match damage.unknown.as_slice() {
        [] => {}
        [path] => said.push(format!("“{path}” was left out: this version does not know what it is.")),
        paths => said.push(format!(
            "{} were left out: this version does not know what they are.",
            counted(paths.len() as u64, "entry")
        )),
    }
    if damage.end_missing && gone.data.is_none() && gone.runs.is_empty() {
        said.push("The end of the file is missing or damaged.".to_owned());
    }
    said.join(" ")
}

fn kept(project: &Project, missing: &Missing) -> String {
    if !missing.data && missing.runs.is_empty() {
        return "All of the project is open.".to_owned();
    }
    let mut parts = Vec::new();
    if project.data.is_some() && !missing.data {
        parts.push("its data".to_owned());
    }
    if project.design.is_some() {
        parts.push("its design".to_owned());
    }
    let (all, here) = (project.runs.len(), project.runs.len() - missing.runs.len());
    match (all, here) {
        (0, _) => {}
        (_, 0) => parts.push("the scores of its trained candidates".to_owned()),
        _ if all == here => parts.push(counted(all as u64, "trained candidate")),
        _ => parts.push(format!("{here} of its {all} trained candidates, and the scores of all")),
    }
    match parts.as_slice() {
        [] => "The project is open without it.".to_owned(),
        parts => format!("The project is open with {}.", list(parts)),
    }
}

fn cure(missing: &Missing, older: Option<&Problem>) -> String {
    let again = match (missing.data, missing.runs.is_empty()) {
        (true, _) => "Else drop the data file: that starts a new project, in which the models can be trained again.",
        (false, false) => "Else train again; the scores tell what to expect.",
        (false, true) if older.is_some() => return "Train again.".to_owned(),
        (false, true) => return "Save the project as a file again and throw this copy away.".to_owned(),
    };
    format!("If you have another copy of the project file, open that one. {again}")
}
