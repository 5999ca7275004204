//! What workers say is handed on in bunches when it comes quickly: the views are drawn once for a bunch and not once a
//! message. While several models train, each says many times a second how far it is, and the page has a core to share.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use gloo::utils::document;

use super::{Send, clock};
use crate::studio::Action;

/// Milliseconds between two bunches: two frames of most screens.
const APART: f64 = 33.0;

struct Pace {
    send: Send,
    waiting: RefCell<VecDeque<Action>>,
    /// The next bunch is on its way.
    due: Cell<bool>,
    /// When the last bunch was handed on.
    last: Cell<f64>,
}

/// Hands actions on in their order: at once after a quiet moment, else at most `APART` later.
pub fn paced(send: Send) -> Send {
    let pace =
        Rc::new(Pace { send, waiting: RefCell::default(), due: Cell::new(false), last: Cell::new(f64::NEG_INFINITY) });
    Rc::new(move |action| pace.take(action))
}

impl Pace {
    fn take(self: &Rc<Self>, action: Action) {
        self.waiting.borrow_mut().push_back(action);
        let rest = self.last.get() + APART - clock::now();
        // The timers of a hidden page may stand still for a minute, and nobody looks at it.
        if rest <= 0.0 || document().hidden() {
            return self.hand_on();
        }
        if !self.due.replace(true) {
            let pace = self.clone();
            let bunch = move || {
                pace.due.set(false);
                pace.hand_on();
            };
            Timeout::new(rest.ceil() as u32, bunch).forget();
        }
    }

    fn hand_on(&self) {
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some(action) = next else { break };
            (self.send)(action);
        }
        self.last.set(clock::now());
    }
}
