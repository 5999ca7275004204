//! The page's clock: four ticks a second while a job runs, else only before an action.

use std::cell::RefCell;

use gloo::timers::callback::Interval;

use super::Send;
use crate::studio::Action;

pub struct Clock {
    send: Send,
    ticking: RefCell<Option<Interval>>,
}

impl Clock {
    pub fn new(send: Send) -> Self {
        Self { send, ticking: RefCell::default() }
    }

    pub fn run(&self, on: bool) {
        let send = self.send.clone();
        *self.ticking.borrow_mut() = on.then(|| Interval::new(250, move || send(tick())));
    }
}

/// The time now.
pub fn tick() -> Action {
    Action::Tick { now: now(), date: js_sys::Date::new_0().to_iso_string().into() }
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    gloo::utils::window().performance().map_or_else(js_sys::Date::now, |p| p.now())
}
