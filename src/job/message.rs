//! How messages travel: one postcard-encoded value in one transferred buffer.
//!
//! Apart from the messages themselves, so that the neural worker is rebuilt only when its own words change.

use serde::{Deserialize, Serialize};

/// The number of a piece of work, given by the page and never reused.
pub type Ticket = u32;

/// Encode a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_stdvec(message).expect("messages have no map or unsized part that postcard refuses")
}

/// Decode a message; an error means that page and worker are of different builds.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|e| format!("A message between page and worker could not be read ({e})."))
}
