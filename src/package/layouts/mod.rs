//! The same folder as other programs expect it: an MLflow model, a Hugging Face repository, Triton's and KServe's layout, a
//! Frictionless data package, and scripts that predict files.

mod bom;
mod croissant;
mod frictionless;
mod hashes;
mod hub;
mod mlflow;
mod serving;

pub use bom::Record;
pub use hashes::{HASHES, altered, hashes};
pub use hub::front_matter;

use super::PackageAbout;
use super::build::{PackageFile, json};
use super::schema::Schema;
use crate::problem::Problem;

/// What all of these are made of.
pub struct Model<'a> {
    pub schema: &'a Schema,
    pub about: &'a PackageAbout,
    /// Of model.onnx.
    pub bytes: &'a [u8],
    /// Lower-case hex.
    pub sha256: &'a str,
    /// Of golden.csv.
    pub golden_sha256: &'a str,
}

/// What Triton calls `model.onnx`.
pub const TRITON_MODEL: &str = "1/model.onnx";

/// The paths of all files that `files` makes.
pub const PATHS: [&str; 14] = [
    "MLmodel",
    "conda.yaml",
    "python_env.yaml",
    "requirements.txt",
    "config.pbtxt",
    TRITON_MODEL,
    "kserve.yaml",
    "datapackage.json",
    "croissant.json",
    "bom.cdx.json",
    "predictor.py",
    "score.py",
    "score_duckdb.py",
    "score_spark.py",
];

/// All of them; `PATHS` are their names.
///
/// # Errors
/// When a document cannot be written.
pub fn files(model: &Model, record: &Record) -> Result<Vec<PackageFile>, Problem> {
    let file = |path: &str, bytes: Vec<u8>, purpose| PackageFile { path: path.to_owned(), bytes, purpose };
    let text = |path: &str, text: String, purpose| file(path, text.into_bytes(), purpose);
    let script = |path: &str, text: &str, purpose| file(path, text.as_bytes().to_vec(), purpose);
    Ok(vec![
        text(
            "MLmodel",
            mlflow::model(model),
            "makes this folder an MLflow model: mlflow.pyfunc.load_model, mlflow models serve",
        ),
        text("conda.yaml", mlflow::conda(), "what MLflow installs, with conda"),
        text("python_env.yaml", mlflow::python_env(), "what MLflow installs, with virtualenv"),
        text("requirements.txt", mlflow::requirements(), "what MLflow installs, with pip"),
        text("config.pbtxt", serving::triton(model), "makes this folder a model of the Triton inference server"),
        file(TRITON_MODEL, model.bytes.to_vec(), "model.onnx once more, where Triton looks for it"),
        text(
            "kserve.yaml",
            serving::kserve(model),
            "a KServe InferenceService for this folder; its storageUri is to be filled in",
        ),
        file(
            "datapackage.json",
            json(&frictionless::document(model))?,
            "what goes in, as a Frictionless data package of golden.csv",
        ),
        file(
            "croissant.json",
            json(&croissant::document(model, model.golden_sha256))?,
            "golden.csv for catalogues of data sets, in the form of Croissant",
        ),
        file(
            "bom.cdx.json",
            json(&bom::document(model, record))?,
            "what the model is made of, as a CycloneDX bill of materials",
        ),
        script("predictor.py", include_str!("predictor.py"), "what the three scripts below share"),
        script("score.py", include_str!("score.py"), "predicts the rows of a CSV file, with onnxruntime alone"),
        script("score_duckdb.py", include_str!("score_duckdb.py"), "predicts the rows of a DuckDB query, in chunks"),
        script(
            "score_spark.py",
            include_str!("score_spark.py"),
            "predicts the rows of a Spark table, on many machines",
        ),
    ])
}
