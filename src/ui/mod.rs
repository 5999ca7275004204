//! The page: a file per stage, charts and widgets. Views read values and send actions.

pub mod chart;
pub mod data;
pub mod design;
pub mod frame;
pub mod home;
pub mod playground;
pub mod record;
pub mod report;
pub mod ship;
pub mod stages;
pub mod train;
pub mod trust;
pub mod watch;
pub mod widget;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::studio::{Action, Studio};

/// The one handle that every view takes from its context.
#[derive(Clone, Copy)]
pub struct Hearth {
    studio: RwSignal<Studio>,
    send: Callback<Action>,
}

impl Hearth {
    pub fn new(studio: RwSignal<Studio>, send: Callback<Action>) -> Self {
        Self { studio, send }
    }

    /// A part of the state; views that use it are drawn again only when the part changes.
    pub fn read<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Studio) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        // Boxed, so that the memo's code is there once for each type and not for each reader.
        self.memo(Box::new(part))
    }

    fn memo<T: PartialEq + Send + Sync + 'static>(self, part: Box<dyn Fn(&Studio) -> T + Send + Sync>) -> Memo<T> {
        let studio = self.studio;
        Memo::new(move |_| studio.with(|s| part(s)))
    }

    /// Read once without following.
    pub fn now<T>(self, part: impl FnOnce(&Studio) -> T) -> T {
        self.studio.with_untracked(part)
    }

    pub fn send(self, action: Action) {
        self.send.run(action);
    }
}

pub fn use_hearth() -> Hearth {
    expect_context::<Hearth>()
}

/// Puts the page in the place of what `index.html` showed while it loaded. `stages` tells how far the other views are.
pub fn mount(hearth: Hearth, stages: RwSignal<stages::Loaded>, fetch_again: Callback<()>) {
    leptos::mount::mount_to_body(move || {
        provide_context(hearth);
        view! { <frame::Frame stages fetch_again/> }
    });
    if let Some(boot) = document().get_element_by_id("boot") {
        let focused = document().active_element().is_some_and(|element| boot.contains(Some(&element)));
        boot.remove();
        // What stands in the place of the first view's only control.
        if focused
            && let Ok(Some(choose)) = document().query_selector("#canvas .button.primary")
            && let Some(choose) = choose.dyn_ref::<web_sys::HtmlElement>()
        {
            choose.focus().unwrap_or_default();
        }
    }
}
