//! The project file: a ZIP with the project's document, its data file and its runs, and the SHA-256 of each.
//! Bytes in, values out; what the document means is known further up.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::archive::{self, Entry, Limits, Unpacked};
use super::build::hex;
use crate::order::OrderBy;
use crate::problem::Problem;
use crate::table::bundle;

/// The `format` of a project file.
pub const FORMAT: &str = "hearth-project";
/// The version of the file's form; a larger one is from a newer Hearth.
pub const VERSION: u32 = 2;
/// That of a file with one data file at most, which every Hearth reads.
const VERSION_OF_ONE: u32 = 1;

/// What a project file may hold.
pub const LIMITS: Limits = Limits { entries: 10_000, total: 3 << 30 };

const MANIFEST: &str = "manifest.json";
const PROJECT: &str = "project.json";

/// A project as bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProjectFile {
    /// The project's document in JSON.
    pub project: Vec<u8>,
    /// Name and bytes of the data file. Several files in one (`table::bundle`) lie in the archive each by itself.
    pub data: Option<(String, Vec<u8>)>,
    /// Stored bytes of each run by its id.
    pub runs: Vec<(u32, Vec<u8>)>,
}

/// A project file that was read, with what could not be read of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedProject {
    pub file: ProjectFile,
    pub damage: Damage,
}

/// What is wrong with a project file that opens all the same. What it means for the project is known further up, where all
/// of it is told as one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Damage {
    /// What is wrong with the list of contents ("is missing"). Of the other parts only the archive's own checksums are
    /// known to be right then.
    pub contents: Option<String>,
    /// Why the data file was left out.
    pub data: Option<String>,
    /// Why these files beside it were left out, by name.
    pub beside: Vec<(String, String)>,
    /// Why these runs were left out.
    pub runs: Vec<(u32, String)>,
    /// Listed entries of a kind that this version does not know.
    pub unknown: Vec<String>,
    /// The archive's own directory at the end of the file is gone: what was read was read from the start.
    pub end_missing: bool,
}

impl Damage {
    /// Whether the file is as it was written.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Why a part is not there that nothing else is said of.
    pub fn reason_for_absence(&self) -> &'static str {
        if self.end_missing {
            CUT_BEFORE
        } else if self.contents.is_some() {
            MISSING
        } else {
            "the file was saved without it"
        }
    }
}

const CUT_BEFORE: &str = "the file is cut short or damaged before it";
const MISSING: &str = "it is missing";

#[derive(Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    saved: String,
    /// The data file's own name; in the archive it has a plain one.
    data_name: Option<String>,
    /// Further data files: path and name, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    beside: Vec<(String, String)>,
    files: Vec<ManifestFile>,
}

#[derive(Serialize, Deserialize)]
struct ManifestFile {
    path: String,
    bytes: u64,
    sha256: String,
}

/// Writes a project file. `saved` is the time, ISO 8601. Small and precious entries come first, so that a file that is
/// cut short loses data before it loses the project.
///
/// # Errors
/// When the ZIP cannot be written.
pub fn write(file: &ProjectFile, saved: &str) -> Result<Vec<u8>, Problem> {
    let mut entries = vec![Entry { path: PROJECT.to_owned(), bytes: file.project.clone() }];
    let mut runs: Vec<&(u32, Vec<u8>)> = file.runs.iter().collect();
    runs.order_by_key(|(id, _)| *id);
    entries.extend(runs.into_iter().map(|(id, bytes)| Entry { path: run_path(*id), bytes: bytes.clone() }));
    let mut beside = Vec::new();
    if let Some((name, bytes)) = &file.data {
        let mut parts = bundle::split_or_one(name, bytes).into_iter();
        entries.extend(parts.next().map(|(_, bytes)| Entry { path: data_path(name), bytes }));
        for (name, bytes) in parts {
            let path = free_path(&data_path(&name), &entries);
            entries.push(Entry { path: path.clone(), bytes });
            beside.push((path, name));
        }
    }
    let described = |e: &Entry| ManifestFile {
        path: e.path.clone(),
        bytes: e.bytes.len() as u64,
        sha256: hex(&Sha256::digest(&e.bytes)),
    };
    let manifest = Manifest {
        format: FORMAT.into(),
        version: if beside.is_empty() { VERSION_OF_ONE } else { VERSION },
        saved: saved.to_owned(),
        data_name: file.data.as_ref().map(|(name, _)| name.clone()),
        beside,
        files: entries.iter().map(described).collect(),
    };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(|e| Problem {
        place: "Project file".into(),
        event: format!("The list of contents could not be written ({e})."),
        kept: "The project is unchanged.".into(),
        cure: "Try again; if it happens again, copy the diagnostics and report this.".into(),
    })?;
    entries.insert(0, Entry { path: MANIFEST.to_owned(), bytes: manifest });
    archive::write(&entries, saved)
}

/// Whether a ZIP file with these entries is a project file, or what is left of one.
pub fn is_one(paths: &[String]) -> bool {
    let holds = |path: &str| paths.iter().any(|p| p == path);
    let parts = || paths.iter().any(|path| place_of(path).is_some());
    match paths {
        // Of a file that is cut short only the first entry is known.
        [only] => only == MANIFEST,
        _ => (holds(MANIFEST) && (holds(PROJECT) || parts())) || (holds(PROJECT) && parts()),
    }
}

fn run_path(id: u32) -> String {
    format!("runs/{id}.bin")
}

/// The data file's place in the archive: its name where that is plain, else a plain one.
fn data_path(name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= 200
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':'])
        && !name.chars().any(char::is_control);
    format!("data/{}", if plain { name } else { "data.csv" })
}

/// Reads a project file. `name` is the file's, for messages. Parts that are damaged or missing are left out and named in
/// the damage, as long as the project's document is whole.
///
/// # Errors
/// No ZIP, a ZIP bomb, a path that climbs, from a newer version, or without a whole project document.
pub fn read(bytes: &[u8], name: &str) -> Result<OpenedProject, Problem> {
    let mut unpacked = archive::read(bytes, LIMITS).map_err(|refusal| refusal.problem(name, "project file"))?;
    let mut damage = Damage { end_missing: unpacked.cut_short, ..Damage::default() };
    let (data_name, mut beside, files) = match contents(&unpacked, name)? {
        Contents::Listed(Manifest { data_name, beside, files, .. }) => {
            (data_name, beside, files.into_iter().map(|f| (f.path, Some((f.bytes, f.sha256)))).collect())
        }
        Contents::Unlisted(reason) => {
            damage.contents = Some(reason);
            (None, Vec::new(), present(&unpacked))
        }
    };
    let mut parts = Vec::new();
    let mut file = ProjectFile::default();
    let mut document = None;
    for (path, expected) in files {
        let found = whole(&mut unpacked, &path, expected);
        match (path.as_str(), place_of(&path), found) {
            (PROJECT, _, Ok(bytes)) => document = Some(bytes),
            (PROJECT, _, Err(reason)) => return Err(lost(name, &reason)),
            (_, Some(Part::Run(id)), Ok(bytes)) => file.runs.push((id, bytes)),
            (_, Some(Part::Run(id)), Err(reason)) => damage.runs.push((id, reason)),
            (_, Some(Part::Data(_)), found) if beside.iter().any(|(other, _)| *other == path) => match found {
                Ok(bytes) => parts.push((path, bytes)),
                Err(reason) => {
                    let of_it = beside.iter().position(|(other, _)| *other == path);
                    damage.beside.extend(of_it.map(|at| (beside.remove(at).1, reason)));
                }
            },
            // Without the list it is not known which files stand beside the first.
            (_, Some(Part::Data(_)), _) if damage.contents.is_some() && file.data.is_some() => {
                damage.unknown.push(path)
            }
            (_, Some(Part::Data(plain)), Ok(bytes)) => {
                file.data = Some((data_name.clone().unwrap_or(plain), bytes));
            }
            (_, Some(Part::Data(_)), Err(reason)) => damage.data = Some(reason),
            (_, None, _) => damage.unknown.push(path),
        }
    }
    let Some(document) = document else {
        return Err(lost(name, if damage.end_missing { CUT_BEFORE } else { MISSING }));
    };
    file.project = document;
    if let Some((name, bytes)) = file.data.take() {
        let mut files = vec![(name.clone(), bytes)];
        for (path, name) in beside {
            let at = parts.iter().position(|(other, _)| *other == path);
            files.extend(at.map(|at| (name, parts.swap_remove(at).1)));
        }
        let bytes = if files.len() > 1 { bundle::pack(&files) } else { files.swap_remove(0).1 };
        file.data = Some((name, bytes));
    }
    Ok(OpenedProject { file, damage })
}

/// The path, with a number where it is taken.
fn free_path(path: &str, entries: &[Entry]) -> String {
    let taken = |path: &str| entries.iter().any(|entry| entry.path.eq_ignore_ascii_case(path));
    if !taken(path) {
        return path.to_owned();
    }
    let name = path.strip_prefix("data/").unwrap_or(path);
    let numbered = (2..=entries.len() + 2).map(|n| format!("data/{n}-{name}"));
    numbered.into_iter().find(|path| !taken(path)).unwrap_or_else(|| path.to_owned())
}

enum Part {
    Run(u32),
    Data(String),
}

fn place_of(path: &str) -> Option<Part> {
    if let Some(name) = path.strip_prefix("data/") {
        return Some(Part::Data(name.to_owned()));
    }
    let id = path.strip_prefix("runs/")?.strip_suffix(".bin")?;
    id.parse().ok().map(Part::Run)
}

enum Contents {
    Listed(Manifest),
    /// The list is damaged or gone while the project's document is there, and what is wrong with it.
    Unlisted(String),
}

/// The list of contents.
///
/// # Errors
/// No project file, one of a newer version, or nothing of it can be read.
fn contents(unpacked: &Unpacked, name: &str) -> Result<Contents, Problem> {
    let place = format!("{name}, {MANIFEST}");
    let refuse = |place: &str, event: String, cure: &str| Problem {
        place: place.to_owned(),
        event,
        kept: "Nothing was opened or changed.".into(),
        cure: cure.to_owned(),
    };
    let unlisted = |reason: String| {
        if unpacked.get(PROJECT).is_none() {
            let event = format!("The list of contents {reason}.");
            return Err(refuse(&place, event, "Copy the project file again from where it was saved."));
        }
        Ok(Contents::Unlisted(reason))
    };
    let Some(bytes) = unpacked.get(MANIFEST) else {
        return match (unpacked.damage(MANIFEST), unpacked.cut_short, unpacked.get(PROJECT)) {
            (Some(reason), ..) => unlisted(format!("is damaged ({reason})")),
            (None, true, _) => Err(refuse(
                name,
                "The file is cut short before anything could be read.".into(),
                "Copy the project file again from where it was saved.",
            )),
            (None, false, Some(_)) => unlisted("is missing".to_owned()),
            (None, false, None) => Err(refuse(
                name,
                "This is a ZIP file, but no project file: it has no list of contents.".into(),
                "Choose the file that Hearth saved as a project; a package is opened with “Open a package”.",
            )),
        };
    };
    let manifest: serde_json::Value = match serde_json::from_slice(bytes) {
        Ok(manifest) => manifest,
        Err(e) => return unlisted(format!("cannot be read ({e})")),
    };
    if manifest["format"] != FORMAT {
        let event = "The list of contents is of another program.".to_owned();
        return Err(refuse(&place, event, "Choose the file that Hearth saved as a project."));
    }
    // The version first: a newer form may have other fields.
    let version = manifest["version"].as_u64().unwrap_or(0);
    if version > u64::from(VERSION) {
        let event =
            format!("The project was saved by a newer Hearth (form {version}; this one reads up to {VERSION}).");
        return Err(refuse(
            &place,
            event,
            "Reload this page and accept its update where one is offered, then open the project file again.",
        ));
    }
    match serde_json::from_value(manifest) {
        Ok(manifest) => Ok(Contents::Listed(manifest)),
        Err(e) => unlisted(format!("cannot be read ({e})")),
    }
}

/// What lies in the archive, for want of a list; nothing is known of its bytes but the archive's own checksums.
fn present(unpacked: &Unpacked) -> Vec<(String, Option<(u64, String)>)> {
    let entries = unpacked.entries.iter().map(|entry| &entry.path);
    let damaged = unpacked.damaged.iter().map(|(path, _)| path);
    entries.chain(damaged).filter(|path| *path != MANIFEST).map(|path| (path.clone(), None)).collect()
}

/// An entry's bytes, if they are all there and, where length and SHA-256 are `expected`, as they were saved.
fn whole(unpacked: &mut Unpacked, path: &str, expected: Option<(u64, String)>) -> Result<Vec<u8>, String> {
    let Some(bytes) = unpacked.take(path) else {
        return Err(match (unpacked.damage(path), unpacked.cut_short) {
            (Some(reason), _) => reason.to_owned(),
            (None, true) => CUT_BEFORE.to_owned(),
            (None, false) => MISSING.to_owned(),
        });
    };
    let as_saved =
        |(length, sha256): (u64, String)| bytes.len() as u64 == length && hex(&Sha256::digest(&bytes)) == sha256;
    if !expected.is_none_or(as_saved) {
        return Err("its bytes were altered (the checksum differs)".to_owned());
    }
    Ok(bytes)
}

fn lost(name: &str, reason: &str) -> Problem {
    Problem {
        place: format!("{name}, {PROJECT}"),
        event: format!("The project's document cannot be read: {reason}."),
        kept: "Nothing was opened or changed.".into(),
        cure: "Copy the project file again from where it was saved.".into(),
    }
}
