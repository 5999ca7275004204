//! What the networks of a training have learned before it is complete, kept so that a training that was cut off goes on
//! where it was.
//!
//! A fit is known by its key, which stands for its settings and data: what is kept can only ever be taken for the same fit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::job::neural::Checkpoint;
use crate::job::{decode, encode};
use crate::model::network::{Network, TrainingRecord};

/// More bytes than this are not kept.
pub const MOST_BYTES: usize = 16 << 20;
/// What the bytes begin with; the number is that of the form.
const MARK: &[u8] = b"hearth unfinished 1\n";
const HASH_BYTES: usize = 32;

/// The fits of a candidate that are complete, and the last state of the one under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unfinished {
    fitted: Vec<Fitted>,
    under_way: Option<(String, Arc<Checkpoint>)>,
    /// When it was stored last, in milliseconds on the page's clock.
    pub(super) stored: Option<f64>,
}

/// A complete fit of a candidate that is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Fitted {
    key: String,
    network: Network,
    record: TrainingRecord,
}

impl Unfinished {
    /// The network of a fit that is complete.
    pub fn fitted(&self, key: &str) -> Option<(Network, TrainingRecord)> {
        self.fitted.iter().find(|fitted| fitted.key == key).map(|f| (f.network.clone(), f.record.clone()))
    }

    /// Where a fit that was cut off had come to.
    pub fn checkpoint(&self, key: &str) -> Option<Arc<Checkpoint>> {
        self.under_way.as_ref().filter(|(known, _)| known == key).map(|(_, checkpoint)| checkpoint.clone())
    }

    /// How far it had come: the number of complete fits, and the last epoch of the one under way.
    pub fn progress(&self) -> (usize, Option<u32>) {
        (self.fitted.len(), self.under_way.as_ref().map(|(_, checkpoint)| checkpoint.epoch))
    }

    pub fn is_empty(&self) -> bool {
        self.fitted.is_empty() && self.under_way.is_none()
    }

    pub(super) fn keep_checkpoint(&mut self, key: &str, checkpoint: Arc<Checkpoint>) {
        self.under_way = Some((key.to_owned(), checkpoint));
    }

    /// A fit is complete; nothing is under way any more.
    pub fn keep_fitted(&mut self, key: String, network: Network, record: TrainingRecord) {
        self.under_way = None;
        self.fitted.retain(|fitted| fitted.key != key);
        self.fitted.push(Fitted { key, network, record });
    }

    /// Forget what was learned, but not that some of it lies in storage.
    pub(super) fn clear(&mut self) {
        self.fitted.clear();
        self.under_way = None;
    }

    /// As it is stored; `None` where it would be too large.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let numbers = |checkpoint: &Checkpoint| checkpoint.tensors.iter().flatten().map(Vec::len).sum::<usize>();
        let floats = self.under_way.as_ref().map_or(0, |(_, checkpoint)| numbers(checkpoint));
        if floats * size_of::<f32>() > MOST_BYTES {
            return None;
        }
        let under_way = self.under_way.as_ref().map(|(key, checkpoint)| (key, checkpoint.as_ref()));
        let content = encode(&(&self.fitted, under_way));
        let bytes = [MARK, &Sha256::digest(&content), &content].concat();
        (bytes.len() <= MOST_BYTES).then_some(bytes)
    }

    /// # Errors
    ///
    /// Bytes of another form, cut short, or altered; in words that end a sentence.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let rest = bytes.strip_prefix(MARK).ok_or("it was kept by another version of Hearth")?;
        let (hash, content) = rest.split_at_checked(HASH_BYTES).ok_or("it is cut short")?;
        if Sha256::digest(content).as_slice() != hash {
            return Err("its bytes were altered".to_owned());
        }
        type Content = (Vec<Fitted>, Option<(String, Checkpoint)>);
        let (fitted, under_way): Content = decode(content).map_err(|_| "it was kept by another version of Hearth")?;
        let under_way = under_way.map(|(key, checkpoint)| (key, Arc::new(checkpoint)));
        Ok(Self { fitted, under_way, stored: None })
    }
}
