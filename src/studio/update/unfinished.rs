//! Keeping what networks have learned while a training goes on, and taking it up again after it was cut off.

use super::super::unfinished::Unfinished;
use super::super::words;
use super::*;
use crate::model::network::{Network, Stopped, TrainingRecord};

/// How far apart, in milliseconds, what a network has learned is stored within a fit.
const STORE_AFTER: f64 = 10_000.0;
/// A fit that took less, in seconds, is not worth a write of its own.
const SHORT_FIT: f64 = 2.0;

impl Studio {
    /// A checkpoint has come.
    pub(super) fn note_checkpoint(&mut self) -> Vec<Command> {
        let Some(running) = &self.fit else {
            return Vec::new();
        };
        let Some(checkpoint) = running.checkpoint.clone() else {
            return Vec::new();
        };
        self.unfinished.keep_checkpoint(&running.key, checkpoint);
        let last = self.unfinished.stored.unwrap_or(running.started);
        if self.clock.now - last < STORE_AFTER { Vec::new() } else { self.store_unfinished() }
    }

    /// A fit is complete. One that the person stopped is not what the fit would have come to.
    pub(super) fn note_fitted(&mut self, key: String, network: &Network, record: &TrainingRecord) -> Vec<Command> {
        if record.stopped == Stopped::Cancelled {
            return Vec::new();
        }
        self.unfinished.keep_fitted(key, network.clone(), record.clone());
        if record.seconds < SHORT_FIT { Vec::new() } else { self.store_unfinished() }
    }

    fn store_unfinished(&mut self) -> Vec<Command> {
        if self.private_session || self.other_tab {
            return Vec::new();
        }
        self.unfinished.stored = Some(self.clock.now);
        // What is too large leaves what was stored before, which is still true.
        let Some(bytes) = self.unfinished.to_bytes() else {
            return Vec::new();
        };
        vec![Command::StoreUnfinished { project: self.project.id.clone(), bytes: Some(bytes) }]
    }

    /// The training has ended, or what it had learned is no longer wanted.
    pub(super) fn forget_unfinished(&mut self) -> Vec<Command> {
        let stored = std::mem::take(&mut self.unfinished).stored.is_some();
        if !stored || self.private_session || self.other_tab {
            return Vec::new();
        }
        vec![Command::StoreUnfinished { project: self.project.id.clone(), bytes: None }]
    }

    /// What an earlier session had learned. It is taken up when the same network is trained on the same rows.
    pub(super) fn unfinished_found(&mut self, project: &str, bytes: &[u8]) {
        if project != self.project.id || self.is_training() {
            return;
        }
        let now = self.clock.now;
        let found = Unfinished::from_bytes(bytes);
        let mut notice = self.notices.iter_mut().find(|n| n.problem.event.starts_with(projects::INTERRUPTED));
        if let Some(notice) = &mut notice {
            // It says something else from here on, which makes it another notice.
            notice.id = self.next_notice;
            self.next_notice += 1;
        }
        match found {
            Ok(found) => {
                if let Some(notice) = notice {
                    notice.problem.kept = what_is_kept(&found);
                    notice.problem.cure =
                        "Train what is missing; with the same design it goes on from there.".to_owned();
                }
                self.unfinished = found;
                self.unfinished.stored = Some(now);
            }
            Err(reason) => {
                // It is written over by the next training and removed at its end.
                self.unfinished.stored = Some(now);
                if let Some(notice) = notice {
                    notice.problem.event.push_str(&format!(" What they had learned cannot be read: {reason}."));
                }
            }
        }
    }
}

fn what_is_kept(found: &Unfinished) -> String {
    let (fits, epoch) = found.progress();
    let fits = (fits > 0).then(|| words::counted(fits as u64, "complete fit"));
    let epoch = epoch.map(|epoch| format!("the fit under way up to epoch {}", words::count(u64::from(epoch))));
    let learned: Vec<String> = fits.into_iter().chain(epoch).collect();
    let learned = learned.join(", and ");
    format!("The design, the candidates that were complete, and what the next one had learned are kept: {learned}.")
}
