//! All files of a package as bytes, and the package as one ZIP.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::archive::{self, Entry};
use super::golden::{Golden, N_ROWS};
use super::onnx::write::{self as onnx, OnnxModel};
use super::parity::{self, TOLERANCE, TargetUnit};
use super::promise::{Decided, Promise};
use super::readme::Made;
use super::schema::Schema;
use super::{PackageAbout, PackageSummary, layouts, readme, recipe, reveals};
use crate::design::Design;
use crate::model::{Model, Predictions};
use crate::monitor::Reference;
use crate::order::OrderBy;
use crate::pipeline::Pipeline;
use crate::prepare::OnUnseen;
use crate::problem::Problem;
use crate::recipe::Replay;
use crate::table::receipt::Receipt;
use crate::validate::fairness::Fairness;
use crate::validate::{Cover, Report};

/// The first bytes of `pipeline.bin`.
pub(super) const MAGIC: &[u8; 8] = b"HEARTHPL";
/// The names of files that opening a package needs.
pub(super) const MODEL: &str = "model.onnx";
pub(super) const PIPELINE: &str = "pipeline.bin";
pub(super) const SCHEMA: &str = "schema.json";
pub(super) const RECIPE: &str = "recipe.json";
/// Only where there are rules.
pub(super) const TABLE_SCHEMA: &str = "table-schema.json";
/// Only where the training rows were sketched.
pub(super) const REFERENCE: &str = "reference.json";
/// The names of all other files; a package without one of them is not as it was made.
pub(super) const FILES: [&str; 9] =
    ["README.md", "design.json", "golden.csv", MODEL, PIPELINE, RECIPE, "report.json", SCHEMA, "verify.py"];

/// Where the rows that a model reads come from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// How the training file was read; `None`: not known.
    pub import: Option<Receipt>,
    /// What is done to the rows of a file before the model reads them.
    pub replay: Replay,
    /// What the training rows looked like.
    pub reference: Option<Reference>,
    /// The rules for the rows as a Frictionless Table Schema, where there are any and their table is at hand.
    #[serde(skip)]
    pub table_schema: Option<serde_json::Value>,
}

/// What `pipeline.bin` holds behind its magic and version, in postcard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    pub pipeline: Pipeline,
    pub report: Report,
    pub design: Design,
    pub threshold: Option<f64>,
    pub on_unseen: OnUnseen,
    pub cover: Cover,
    pub source: Source,
}

/// What `report.json` holds: the report, and beside its fields how groups of people compare, where that was looked at.
#[derive(Serialize)]
struct Numbers<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    fairness: Option<&'a Fairness>,
}

/// A file of a package with its purpose in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageFile {
    pub path: String,
    pub bytes: Vec<u8>,
    pub purpose: &'static str,
}

/// A package before it becomes a ZIP.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// By path.
    pub files: Vec<PackageFile>,
    pub file_name: String,
    pub readme: String,
    pub reveals: Vec<String>,
    created: String,
    golden: Golden,
    expected: Predictions,
    unit: TargetUnit,
}

/// Makes all files of the package of a run.
///
/// # Errors
/// When the pipeline cannot be exported.
pub fn build(
    pipeline: &Pipeline,
    report: &Report,
    design: &Design,
    about: &PackageAbout,
    source: &Source,
) -> Result<Package, Problem> {
    let promise = Promise::of(report, about.cover);
    let decided = Decided { threshold: about.threshold, promise: promise.as_ref() };
    let OnnxModel { bytes: model, input_names } = onnx::write_promising(pipeline, about, promise.as_ref())?;
    let golden = Golden::make(pipeline);
    let expected = pipeline.predict(&golden.inputs());
    let unit = TargetUnit::of(report, &pipeline.model);
    let (golden_csv, expected_names, promised_names) = golden.csv(pipeline, &expected, decided);
    let schema = Schema::new(pipeline, about, &input_names, &expected_names, unit, source);
    let schema = match &promise {
        Some(promise) => schema.promising(promise, promised_names),
        None => schema,
    };
    let mut reveals = reveals::reveals(pipeline, report, design, source);
    reveals.extend(about.groups.as_ref().and_then(|told| reveals::of_groups(&told.found)));
    let made = Made { schema: &schema, reveals: &reveals, promise: promise.as_ref(), model_bytes: model.len() };
    let readme = readme::write(pipeline, report, design, about, source, &made);
    let card = layouts::front_matter(pipeline, report, about, source.import.as_ref()) + &readme;
    let model_sha256 = hex(&Sha256::digest(&model));
    let golden_sha256 = hex(&Sha256::digest(&golden_csv));
    let laid_out = layouts::files(
        &layouts::Model { schema: &schema, about, bytes: &model, sha256: &model_sha256, golden_sha256: &golden_sha256 },
        &layouts::Record {
            pipeline,
            report,
            import: source.import.as_ref(),
            limits: about.doubts.iter().chain(&reveals).map(String::as_str).collect(),
        },
    )?;
    let stored = Stored {
        pipeline: pipeline.clone(),
        report: report.clone(),
        design: design.clone(),
        threshold: about.threshold,
        on_unseen: about.on_unseen,
        cover: about.cover,
        source: source.clone(),
    };
    let fairness = about.groups.as_ref().map(|told| &told.found);
    let file = |path: &str, bytes: Vec<u8>, purpose| PackageFile { path: path.to_owned(), bytes, purpose };
    let mut files = vec![
        file("README.md", card.into_bytes(), "what this is, how to run it, how good it is, what it reveals"),
        file(MODEL, model, "the model with its preparation inside: columns in, predictions out"),
        file(SCHEMA, json(&schema)?, "the columns that go in and the outputs, for programs"),
        file(
            RECIPE,
            recipe::write(source)?,
            "what the training file was, how it was read and what was done to its rows, so that other files are treated alike",
        ),
        file("golden.csv", golden_csv, "made-up rows with the answers that every runtime must give"),
        file("verify.py", VERIFY.as_bytes().to_vec(), "runs the model on the golden rows and compares"),
        file("report.json", json(&Numbers { report, fairness })?, "every number of the validation"),
        file("design.json", json(design)?, "the settings of the training"),
        file(PIPELINE, stored_bytes(&stored), "the same model in Hearth's own form, to open it here again"),
    ];
    if let Some(reference) = &source.reference {
        let purpose = "what the training rows looked like, in sketches without rows: what later rows are compared with";
        files.push(file(REFERENCE, reference.to_json()?, purpose));
    }
    if let Some(schema) = &source.table_schema {
        files.push(file(TABLE_SCHEMA, json(schema)?, "the rules for the rows, as a Frictionless Table Schema"));
    }
    files.extend(laid_out);
    files.order_by(|a, b| a.path.cmp(&b.path));
    let sums = layouts::hashes(files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice())));
    files.push(file(layouts::HASHES, sums.into_bytes(), "the SHA-256 of every other file: sha256sum -c SHA256SUMS"));
    files.order_by(|a, b| a.path.cmp(&b.path));
    let file_name = file_name(&about.project, pipeline, &about.created);
    Ok(Package { files, file_name, readme, reveals, created: about.created.clone(), golden, expected, unit })
}

const VERIFY: &str = include_str!("verify.py");

impl Package {
    /// The package as the bytes of one ZIP; the same run gives the same bytes.
    ///
    /// # Errors
    /// When the ZIP cannot be written.
    pub fn zip(&self) -> Result<Vec<u8>, Problem> {
        let entry = |f: &PackageFile| Entry { path: f.path.clone(), bytes: f.bytes.clone() };
        archive::write(&self.files.iter().map(entry).collect::<Vec<_>>(), &self.created)
    }

    /// Takes `model.onnx` out of the ZIP's bytes, runs it on the golden rows with the interpreter, and returns the largest
    /// deviation from the studio's predictions.
    ///
    /// # Errors
    /// When the ZIP or the model cannot be read, or their answers differ beyond the tolerance.
    pub fn check<'a>(&self, zip: &[u8], pipeline: &Pipeline, decided: impl Into<Decided<'a>>) -> Result<f64, Problem> {
        let unpacked = archive::read(zip, super::open::LIMITS).map_err(|r| r.problem(&self.file_name, "package"))?;
        let model = unpacked.get(MODEL).ok_or_else(|| Problem {
            place: self.file_name.clone(),
            event: "The model is not in the ZIP that was just made.".into(),
            kept: "The run is unchanged; no package was made.".into(),
            cure: "Try again; if it happens again, free some memory by closing other tabs.".into(),
        })?;
        let deviation =
            parity::largest_deviation(model, &self.golden, pipeline, &self.expected, self.unit, decided.into())?;
        if deviation > TOLERANCE {
            return Err(Problem {
                place: format!("{}, {MODEL}", self.file_name),
                event: format!(
                    "The exported model deviates from the studio by {deviation:.1e}; {TOLERANCE:.0e} is allowed."
                ),
                kept: "The run is unchanged; no package was made.".into(),
                cure: "Train again with the robust scaling, which keeps extremes in bounds, and package that run."
                    .into(),
            });
        }
        Ok(deviation)
    }
}

/// Builds, packs and checks the package of a run: what the page shows, and the ZIP.
///
/// # Errors
/// When the pipeline cannot be exported, or the exported model does not agree with the studio.
pub fn make(
    pipeline: &Pipeline,
    report: &Report,
    design: &Design,
    about: &PackageAbout,
    source: &Source,
) -> Result<(PackageSummary, Vec<u8>), Problem> {
    let package = build(pipeline, report, design, about, source)?;
    let zip = package.zip()?;
    let promise = Promise::of(report, about.cover);
    let decided = Decided { threshold: about.threshold, promise: promise.as_ref() };
    let largest_deviation = package.check(&zip, pipeline, decided)?;
    let summary = PackageSummary {
        file_name: package.file_name,
        files: package.files.into_iter().map(|f| (f.path, f.bytes.len() as u64, f.purpose.to_owned())).collect(),
        readme: package.readme,
        largest_deviation,
        n_golden: N_ROWS as u32,
        reveals: package.reveals,
        sha256: hex(&Sha256::digest(&zip)),
    };
    Ok((summary, zip))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn stored_bytes(stored: &Stored) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(super::schema::VERSION.to_le_bytes());
    postcard::to_extend(stored, bytes).expect("a run has no map or unsized part that postcard refuses")
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Problem> {
    let mut text = serde_json::to_string_pretty(value).map_err(|e| Problem {
        place: "Package".into(),
        event: format!("A document of the package could not be written ({e})."),
        kept: "The run is unchanged; no package was made.".into(),
        cure: "Copy the diagnostics and report this; another run may still be packaged.".into(),
    })?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// Project, target, kind of model and date: `titanic-survived-linear-2026-11-23.zip`.
fn file_name(project: &str, pipeline: &Pipeline, created: &str) -> String {
    let kind = match pipeline.model.uncalibrated() {
        Model::Baseline(_) => "baseline",
        Model::Linear(_) => "linear",
        Model::Network(_) => "network",
        Model::Bayes(_) => "naive-bayes",
        Model::Neighbours(_) => "neighbours",
        Model::Blend(_) => "ensemble",
        // One in another is refused.
        Model::Calibrated(_) => "calibrated",
        Model::Trees(trees) => {
            if trees.average {
                "forest"
            } else {
                "boosted-trees"
            }
        }
    };
    let date: String = created.chars().take(10).collect();
    let parts = [slug(project), slug(&pipeline.target), kind.to_owned(), slug(&date)];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
    format!("{}.zip", parts.join("-"))
}

/// Letters and digits of any script in lower case, everything else as single hyphens; at most 40 characters.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let cut: String = slug.chars().take(40).collect();
    cut.trim_matches('-').to_owned()
}
