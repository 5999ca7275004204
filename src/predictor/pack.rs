//! A model in the program that predicts with it: the page, and the module with its types.

use serde::{Deserialize, Serialize};

use crate::package::archive::{self, Entry};
use crate::problem::Problem;

/// What stands in a program where its model is to be.
const MARK: &str = "%HEARTH-MODEL%";

/// Which program a model needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flavour {
    /// Rows come as the model reads them.
    Plain,
    /// Steps are done to rows first.
    Steps,
}

impl Flavour {
    /// Where its page and its module lie, in the folder `predictor` beside the page.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Steps => "steps/",
        }
    }

    /// Bytes that the program takes at most in its file (`scripts/budget.mjs`).
    pub fn most_bytes(self) -> u64 {
        match self {
            Self::Plain => 200_000,
            Self::Steps => 400_000,
        }
    }
}

/// A model as a predictor carries it: packed with gzip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedModel {
    pub flavour: Flavour,
    pub bytes: Vec<u8>,
}

/// What a model is handed out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PredictorKind {
    /// One HTML file.
    Page,
    /// A ZIP with a JavaScript module and its types.
    Module,
}

impl PredictorKind {
    /// Where the files of its program lie, in the folder `predictor` beside the page.
    pub fn paths(self, flavour: Flavour) -> Vec<String> {
        let path = |(at, name): (usize, &&str)| format!("{}{name}", if at == 0 { flavour.folder() } else { "" });
        self.files().iter().enumerate().map(path).collect()
    }

    /// The names of these files, the program first.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::Page => &["predictor.html"],
            Self::Module => &["predictor.mjs", "predictor.d.mts", "README.md", "package.json"],
        }
    }

    /// The end of the file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Page => ".html",
            Self::Module => "-module.zip",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Page => "text/html",
            Self::Module => "application/zip",
        }
    }

    /// "the page that predicts with the model".
    pub fn words(self) -> &'static str {
        match self {
            Self::Page => "the page that predicts with the model",
            Self::Module => "the JavaScript module",
        }
    }

    /// The file that is handed out. `files`: the bytes of `self.files()`, in their order. `model`: packed with gzip.
    ///
    /// # Errors
    /// A program without a place for the model, or a ZIP that cannot be written.
    pub fn pack(self, files: &[Vec<u8>], model: &[u8]) -> Result<Vec<u8>, Problem> {
        let (Some(first), true) = (files.first(), files.len() == self.files().len()) else {
            return Err(unfit("A part of the program is missing."));
        };
        let program = with_model(first, model)?;
        match self {
            Self::Page => Ok(program),
            Self::Module => {
                let others = files[1..].iter().cloned();
                let bytes = std::iter::once(program).chain(others);
                let mut entries: Vec<Entry> = self
                    .files()
                    .iter()
                    .zip(bytes)
                    .map(|(path, bytes)| Entry { path: (*path).to_owned(), bytes })
                    .collect();
                entries.sort_by(|a, b| a.path.cmp(&b.path));
                archive::write(&entries, "")
            }
        }
    }
}

/// The program with the model at its mark, in base64.
fn with_model(program: &[u8], model: &[u8]) -> Result<Vec<u8>, Problem> {
    let mark = MARK.as_bytes();
    let at = program.windows(mark.len()).position(|window| window == mark);
    let at = at.ok_or_else(|| unfit("The program has no place for the model."))?;
    let mut made = Vec::with_capacity(program.len() + text_size(model.len()));
    made.extend_from_slice(&program[..at]);
    base64(model, &mut made);
    made.extend_from_slice(&program[at + mark.len()..]);
    Ok(made)
}

fn unfit(event: &str) -> Problem {
    Problem {
        place: "predictor".into(),
        event: event.into(),
        kept: "The package is as it was.".into(),
        cure: "Reload the page, then try again.".into(),
    }
}

/// Bytes that so many bytes take in base64.
pub fn text_size(n_bytes: usize) -> usize {
    n_bytes.div_ceil(3) * 4
}

fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= three.len() { letter } else { b'=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            let mut out = Vec::new();
            base64(bytes.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), text);
            assert_eq!(out.len(), text_size(bytes.len()));
        }
    }

    #[test]
    fn a_program_without_a_place_for_the_model_is_refused() {
        assert!(PredictorKind::Page.pack(&[b"<html>".to_vec()], b"model").is_err());
        let made = PredictorKind::Page.pack(&[b"<b>%HEARTH-MODEL%</b>".to_vec()], b"foo").expect("a place");
        assert_eq!(String::from_utf8_lossy(&made), "<b>Zm9v</b>");
    }
}
