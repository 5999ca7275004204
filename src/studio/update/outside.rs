//! The golden rows of a package in a runtime that shares nothing with Hearth, before the package is handed out.

use super::*;
use crate::validate::Cover;

/// What another runtime says of the package at hand.
#[derive(Clone, Debug, PartialEq)]
pub enum Outside {
    Runs,
    /// It answers the same: the largest deviation.
    Agrees(f64),
    /// It could not be run here, and why.
    NotRun(String),
}

/// What is compared with its answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::studio) struct Comparison {
    ticket: Ticket,
    run: RunId,
    threshold: Option<f64>,
    cover: Cover,
    /// The package is handed out once it is over.
    downloads: bool,
}

impl Studio {
    /// What another runtime says of the package at hand.
    pub fn outside(&self) -> Option<&Outside> {
        self.outside.as_ref()
    }

    /// Whether the package is handed out as soon as the other runtime has answered.
    pub fn download_waiting(&self) -> bool {
        self.waits.outside.is_some_and(|waits| waits.downloads)
    }

    pub(super) fn ask_outside(&mut self, run: RunId, question: Asked) -> Vec<Command> {
        let Some(about) = &self.package_about else { return Vec::new() };
        let (threshold, cover) = (about.threshold, about.cover);
        let ticket = self.ticket();
        self.outside = Some(Outside::Runs);
        self.waits.outside = Some(Comparison { ticket, run, threshold, cover, downloads: false });
        vec![Command::RunOutside { ticket, question }]
    }

    /// Whether the package waits for the other runtime; it is then handed out by itself.
    pub(super) fn download_waits(&mut self) -> bool {
        match &mut self.waits.outside {
            Some(waits) => {
                waits.downloads = true;
                true
            }
            None => false,
        }
    }

    pub(super) fn ran_outside(&mut self, ticket: Ticket, result: Result<String, String>) -> Vec<Command> {
        let Some(waits) = self.waits.outside.filter(|waits| waits.ticket == ticket) else {
            return Vec::new();
        };
        match result {
            Ok(answers) => {
                let Comparison { run, threshold, cover, .. } = waits;
                vec![Self::engine(Request::Compare { ticket, run, threshold, cover, answers })]
            }
            Err(why) => self.not_run_outside(why),
        }
    }

    /// The package is what it is without the other runtime.
    pub(super) fn not_run_outside(&mut self, why: String) -> Vec<Command> {
        let Some(waits) = self.waits.outside.take() else { return Vec::new() };
        self.outside = Some(Outside::NotRun(why));
        if waits.downloads { self.download_package() } else { Vec::new() }
    }

    pub(super) fn compared(&mut self, ticket: Ticket, result: Result<f64, Problem>) -> Vec<Command> {
        let Some(waits) = self.waits.outside.take_if(|waits| waits.ticket == ticket) else {
            return Vec::new();
        };
        match result {
            Ok(deviation) => {
                self.outside = Some(Outside::Agrees(deviation));
                if waits.downloads { self.download_package() } else { Vec::new() }
            }
            Err(problem) => {
                self.forget_package();
                let kept = "The run is unchanged; the package was not handed out.".to_owned();
                self.notice(Tone::Failure, Problem { kept, ..problem }, None);
                Vec::new()
            }
        }
    }

    pub(super) fn forget_package(&mut self) {
        self.package = None;
        self.package_bytes = None;
        self.predictor = None;
        self.package_about = None;
        self.outside = None;
        self.waits.outside = None;
    }
}
