//! In the place of the trainer of networks where it was not built with the program.

use std::sync::mpsc::Receiver;

use crate::job::neural::{NeuralEvent, NeuralRequest};

/// Why no network can be trained; `None` where one can.
pub const MISSING: Option<&str> = Some("this hearth was built without it");

/// Answers that there is no trainer, for as long as anybody asks.
pub fn serve(requests: &Receiver<NeuralRequest>, _fixed_clock: bool, tell: impl Fn(NeuralEvent) + 'static) {
    while let Ok(request) = requests.recv() {
        if let NeuralRequest::Train { ticket, fit, .. } = request {
            tell(NeuralEvent::Failed { ticket, fit, message: "There is no trainer of networks here.".into() });
        }
    }
}
