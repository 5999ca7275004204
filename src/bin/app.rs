//! The page's program: one loop from action to studio to commands to browser.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use hearth::browser::Browser;
use hearth::studio::{Action, Studio};
use hearth::ui::{self, Hearth};
use leptos::prelude::*;

thread_local! {
    /// Actions that wait for their turn; one that is sent while another is carried out comes after it.
    static ACTIONS: RefCell<VecDeque<Action>> = const { RefCell::new(VecDeque::new()) };
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    static PAGE: RefCell<Option<Page>> = const { RefCell::new(None) };
}

struct Page {
    browser: Browser,
    studio: RwSignal<Studio>,
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        hearth::browser::diagnostics::page_stopped();
    }));
    let studio = RwSignal::new(Studio::new((js_sys::Math::random() * 2f64.powi(53)) as u64));
    let browser = Browser::start(send);
    PAGE.with_borrow_mut(|page| *page = Some(Page { browser, studio }));
    ui::mount(Hearth::new(studio, Callback::new(send)));
}

/// Carry an action out, and those that come of it, in order.
fn send(action: Action) {
    ACTIONS.with_borrow_mut(|actions| actions.push_back(action));
    if RUNNING.replace(true) {
        return;
    }
    while let Some(action) = ACTIONS.with_borrow_mut(VecDeque::pop_front) {
        PAGE.with_borrow(|page| {
            if let Some(page) = page {
                page.carry_out(action);
            }
        });
    }
    RUNNING.set(false);
}

impl Page {
    fn carry_out(&self, action: Action) {
        let tick = self.browser.tick();
        let mut commands = Vec::new();
        self.studio.update(|studio| {
            commands.extend(studio.update(tick));
            commands.extend(studio.update(action));
        });
        self.studio.with_untracked(|studio| self.browser.attend(studio));
        commands.into_iter().for_each(|command| self.browser.run(command));
    }
}
