//! The page's program: one loop from action to studio to commands to browser.
//!
//! It comes in two files. The first draws the frame and the first view; the second (`rest`) holds everything else: the
//! other views, the studio's decisions, what the browser is asked. It is fetched at once; actions wait until it is here.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use hearth::browser::Browser;
use hearth::studio::{Action, Studio};
use hearth::ui::stages::{Loaded, Stages};
use hearth::ui::{self, Hearth};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// Carries one action out.
type CarryOut = Rc<dyn Fn(Action)>;

thread_local! {
    /// Actions that wait for their turn; one that is sent while another is carried out comes after it.
    static ACTIONS: RefCell<VecDeque<Action>> = const { RefCell::new(VecDeque::new()) };
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    static CARRY_OUT: RefCell<Option<CarryOut>> = const { RefCell::new(None) };
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        hearth::browser::diagnostics::page_stopped();
    }));
    let mut studio = Studio::new((js_sys::Math::random() * 2f64.powi(53)) as u64);
    studio.opening = hearth::browser::address::project();
    let studio = RwSignal::new(studio);
    let stages = RwSignal::new(Loaded::Loading);
    ui::mount(Hearth::new(studio, Callback::new(send)), stages, Callback::new(move |()| fetch_rest(studio, stages)));
    fetch_rest(studio, stages);
}

/// Carry an action out, and those that come of it, in order.
fn send(action: Action) {
    ACTIONS.with_borrow_mut(|actions| actions.push_back(action));
    carry_out_all();
}

fn carry_out_all() {
    let Some(carry_out) = CARRY_OUT.with_borrow(Clone::clone) else { return };
    if RUNNING.replace(true) {
        return;
    }
    while let Some(action) = ACTIONS.with_borrow_mut(VecDeque::pop_front) {
        carry_out(action);
    }
    RUNNING.set(false);
}

/// What the second file of the program brings.
struct Rest {
    stages: Stages,
    start: fn(RwSignal<Studio>) -> CarryOut,
}

/// The page's program is split here: what only this function reaches lies in the second file.
#[wasm_split(rest, wasm_split_path = ::leptos::wasm_split, fallible)]
fn rest() -> Result<Rest, SplitLoaderError> {
    Ok(Rest { stages: ui::stages::stages(), start })
}

fn fetch_rest(studio: RwSignal<Studio>, stages: RwSignal<Loaded>) {
    stages.set(Loaded::Loading);
    spawn_local(async move {
        match rest().await {
            Ok(rest) => {
                let carry_out = (rest.start)(studio);
                CARRY_OUT.set(Some(carry_out));
                stages.set(Loaded::Here(rest.stages));
                carry_out_all();
            }
            Err(_) => stages.set(Loaded::Failed),
        }
    });
}

fn start(studio: RwSignal<Studio>) -> CarryOut {
    let browser = Browser::start(send);
    Rc::new(move |action| carry_out(&browser, studio, action))
}

fn carry_out(browser: &Browser, studio: RwSignal<Studio>, action: Action) {
    let tick = browser.tick();
    let mut commands = Vec::new();
    studio.update(|studio| {
        commands.extend(studio.update(tick));
        commands.extend(studio.update(action));
    });
    studio.with_untracked(|studio| browser.attend(studio));
    commands.into_iter().for_each(|command| browser.run(command));
}
