//! Opening a package again: everything is checked before anything is used.

use std::cmp::Ordering;

use super::archive::{self, Limits, Refusal, Unpacked};
use super::build::{FILES, MAGIC, MODEL, PIPELINE, RECIPE, REFERENCE, SCHEMA, Source, Stored};
use super::golden::Golden;
use super::parity::{self, TOLERANCE, TargetUnit};
use super::promise::{Decided, Promise};
use super::{check, layouts, recipe, schema};
use crate::design::Design;
use crate::monitor::Reference;
use crate::pipeline::Pipeline;
use crate::prepare::OnUnseen;
use crate::problem::Problem;
use crate::validate::{Cover, Report};

/// What a package may hold: far more than Hearth writes.
pub const LIMITS: Limits = Limits { entries: 256, total: 1 << 30 };

/// What comes out of a package.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    pub pipeline: Pipeline,
    pub report: Report,
    pub design: Design,
    pub threshold: Option<f64>,
    pub on_unseen: OnUnseen,
    pub cover: Cover,
    /// How the training file was read, where that is known, and what is done to rows before the model reads them.
    pub source: Source,
    /// Of `model.onnx` in the package against the pipeline, on golden rows.
    pub largest_deviation: f64,
}

/// To be asked before a file is read into memory.
///
/// # Errors
/// The file is larger than all that a package may hold.
pub fn size(n_bytes: u64, name: &str) -> Result<(), Problem> {
    if n_bytes > LIMITS.total {
        return Err(Refusal::TooLarge(n_bytes, LIMITS.total).problem(name, "package"));
    }
    Ok(())
}

/// Reads a package that Hearth wrote. `name` is the file's, for messages.
///
/// # Errors
/// No ZIP, cut short, altered, a ZIP bomb, a path that climbs, a file missing, from a newer version, or a model that does
/// not agree with the pipeline beside it.
pub fn open(bytes: &[u8], name: &str) -> Result<Opened, Problem> {
    let unpacked = archive::read(bytes, LIMITS).map_err(|refusal| refusal.problem(name, "package"))?;
    if unpacked.cut_short {
        return Err(problem(name, "The file is cut short.", "Copy or download the package again."));
    }
    version(&unpacked, name)?;
    // Also those that opening does not need: a package is what was downloaded, or it is not opened.
    for path in FILES.into_iter().chain(layouts::PATHS) {
        file(&unpacked, path, name)?;
    }
    if file(&unpacked, layouts::TRITON_MODEL, name)? != file(&unpacked, MODEL, name)? {
        let place = format!("{name}, {}", layouts::TRITON_MODEL);
        let event = format!("It is not the same model as {MODEL}.");
        return Err(problem(&place, &event, "Open the package as it was downloaded, unchanged."));
    }
    if let Some((path, reason)) = unpacked.damaged.first() {
        let place = format!("{name}, {}", path.escape_debug());
        return Err(problem(&place, &format!("The file is damaged: {reason}."), "Copy or download the package again."));
    }
    let stored = stored(file(&unpacked, PIPELINE, name)?, name)?;
    check::sizes(&stored.pipeline).map_err(|p| Problem { place: format!("{name}, {PIPELINE}"), ..p })?;
    let unchanged = "Open the package as it was downloaded, unchanged.";
    let place = format!("{name}, {RECIPE}");
    if file(&unpacked, RECIPE, name)? != recipe::write(&stored.source)? {
        let event = "What was done to the rows is not what pipeline.bin says.";
        return Err(problem(&place, event, unchanged));
    }
    if let Some(reference) = &stored.source.reference {
        let place = format!("{name}, {REFERENCE}");
        if file(&unpacked, REFERENCE, name)? != reference.to_json()? {
            let event = "What the training rows looked like is not what pipeline.bin says.";
            return Err(problem(&place, event, unchanged));
        }
        let names =
            |reference: &Reference| reference.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        let inputs: Vec<String> = stored.pipeline.preparation.inputs.iter().map(|input| input.name.clone()).collect();
        if names(reference) != inputs || reference.labels != stored.pipeline.labels {
            let event = "The training rows that it speaks of are not those of the model.";
            return Err(problem(&place, event, unchanged));
        }
    }
    if !stored.source.replay.makes(stored.pipeline.preparation.inputs.iter().map(|input| input.name.as_str())) {
        let event = "The steps do not make the columns that the model reads.";
        return Err(problem(&place, event, unchanged));
    }
    let golden = Golden::make(&stored.pipeline);
    let expected = stored.pipeline.predict(&golden.inputs());
    let unit = TargetUnit::of(&stored.report, &stored.pipeline.model);
    let model = file(&unpacked, MODEL, name)?;
    let promise = Promise::of(&stored.report, stored.cover);
    let decided = Decided { threshold: stored.threshold, promise: promise.as_ref() };
    let compared = parity::largest_deviation(model, &golden, &stored.pipeline, &expected, unit, decided);
    let deviation = compared.map_err(|p| problem(&format!("{name}, {MODEL}"), &p.event, unchanged))?;
    if deviation > TOLERANCE {
        let event = format!("{MODEL} and {PIPELINE} do not hold the same model: they deviate by {deviation:.1e}.");
        return Err(problem(name, &event, unchanged));
    }
    // What nothing above looks into, such as a script, is as it was made too.
    let entries = unpacked.entries.iter().map(|entry| (entry.path.as_str(), entry.bytes.as_slice()));
    if let Some(path) = layouts::altered(&String::from_utf8_lossy(file(&unpacked, layouts::HASHES, name)?), entries) {
        let place = format!("{name}, {}", path.escape_debug());
        return Err(problem(&place, "It is not as it was made: its SHA-256 is another.", unchanged));
    }
    let Stored { pipeline, report, design, threshold, on_unseen, cover, source } = stored;
    Ok(Opened { pipeline, report, design, threshold, on_unseen, cover, source, largest_deviation: deviation })
}

fn problem(place: &str, event: &str, cure: &str) -> Problem {
    Problem {
        place: place.to_owned(),
        event: event.to_owned(),
        kept: "Nothing was opened or changed.".into(),
        cure: cure.to_owned(),
    }
}

fn file<'a>(unpacked: &'a Unpacked, path: &str, name: &str) -> Result<&'a [u8], Problem> {
    if let Some(bytes) = unpacked.get(path) {
        return Ok(bytes);
    }
    let place = format!("{name}, {path}");
    match unpacked.damage(path) {
        Some(reason) => {
            let event = format!("The file is damaged: {reason}.");
            Err(problem(&place, &event, "Copy or download the package again."))
        }
        None => {
            let event = "The file is missing from the package.";
            Err(problem(&place, event, "Choose a package that Hearth wrote, as it was downloaded."))
        }
    }
}

fn version(unpacked: &Unpacked, name: &str) -> Result<(), Problem> {
    #[derive(serde::Deserialize)]
    struct Head {
        format: String,
        version: u32,
    }
    let bytes = file(unpacked, SCHEMA, name)?;
    let place = format!("{name}, {SCHEMA}");
    let head: Head = serde_json::from_slice(bytes).map_err(|e| {
        let event = format!("The file cannot be read as a package's schema ({e}).");
        problem(&place, &event, "Choose a package that Hearth wrote, as it was downloaded.")
    })?;
    if head.format != schema::FORMAT {
        let event = format!("The format is “{}” instead of “{}”.", head.format.escape_debug(), schema::FORMAT);
        return Err(problem(&place, &event, "Choose a package that Hearth wrote."));
    }
    known_version(&place, head.version)
}

fn known_version(place: &str, version: u32) -> Result<(), Problem> {
    let made_by = |which: &str| {
        format!("The package was made by {which} Hearth (form {version}; this one reads form {}).", schema::VERSION)
    };
    match version.cmp(&schema::VERSION) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => {
            let cure = "Reload this page and accept its update where one is offered, then open the package again.";
            Err(problem(place, &made_by("a newer"), cure))
        }
        Ordering::Less => Err(problem(place, &made_by("an older"), "Train again, and make the package anew.")),
    }
}

fn stored(bytes: &[u8], name: &str) -> Result<Stored, Problem> {
    let place = format!("{name}, {PIPELINE}");
    let unreadable = |why: &str| {
        let event = format!("The stored model cannot be read ({why}).");
        problem(&place, &event, "Copy or download the package again.")
    };
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| unreadable("it is of another kind"))?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or_else(|| unreadable("it is cut short"))?;
    let version = u32::from_le_bytes(*version);
    known_version(&place, version)?;
    postcard::from_bytes(rest).map_err(|e| unreadable(&e.to_string()))
}
