//! `SHA256SUMS`: the hash of every other file, in the form of `sha256sum`.

use sha2::{Digest, Sha256};

use crate::package::build::hex;

/// The file's own name.
pub const HASHES: &str = "SHA256SUMS";

/// A line for each file, in the order that they come in.
pub fn hashes<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    files
        .filter(|(path, _)| *path != HASHES)
        .map(|(path, bytes)| format!("{}  {path}\n", hex(&Sha256::digest(bytes))))
        .collect()
}

/// The first file that is not as `sums` says; `None` where all are. Files that it does not know may lie beside.
pub fn altered<'a>(sums: &str, files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Option<String> {
    let found = hashes(files);
    let other = sums.lines().find(|line| !found.lines().any(|there| there == *line))?;
    Some(other.split_once("  ").map_or(other, |(_, path)| path).to_owned())
}
