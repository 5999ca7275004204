//! The place in the address, as query parameters: `?project=ID&view=train`. Back, forward and reload return to it.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::utils::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, UrlSearchParams};

use super::{Send, js};
use crate::studio::{Action, View};

#[derive(Clone)]
pub struct Address {
    send: Send,
    project: Rc<RefCell<Option<String>>>,
}

impl Address {
    pub fn start(send: Send) -> Self {
        let address = Self { send, project: Rc::default() };
        let moved = address.clone();
        EventListener::new(&window(), "popstate", move |_| moved.return_to_place(false)).forget();
        address
    }

    /// Send the actions that lead to the place in the address; `first`: the page has just come, and no project is there.
    pub fn return_to_place(&self, first: bool) {
        let (project, view) = read();
        if let Some(project) = project
            && (first || self.project.borrow().as_ref() != Some(&project))
        {
            (self.send)(Action::OpenProject(project));
        }
        if let Some(view) = view {
            (self.send)(Action::Show(view));
        }
    }

    /// The project at hand, or on its way; the same place in the history gets its id.
    pub fn set_project(&self, project: Option<String>) {
        *self.project.borrow_mut() = project;
        let (_, view) = read();
        self.write(view.unwrap_or(View::Home), false);
    }

    pub fn set_view(&self, view: View) {
        let (project, shown) = read();
        if shown.unwrap_or(View::Home) != view || project != *self.project.borrow() {
            self.write(view, shown.unwrap_or(View::Home) != view);
        }
    }

    fn write(&self, view: View, new_entry: bool) {
        let mut parts = Vec::new();
        if let Some(project) = &*self.project.borrow() {
            parts.push(format!("project={project}"));
        }
        if view != View::Home {
            parts.push(format!("view={}", view.word()));
        }
        let path = window().location().pathname().unwrap_or_default();
        let query = if parts.is_empty() { path } else { format!("?{}", parts.join("&")) };
        let history = window().history();
        let written = history.and_then(|h| match new_entry {
            true => h.push_state_with_url(&JsValue::NULL, "", Some(&query)),
            false => h.replace_state_with_url(&JsValue::NULL, "", Some(&query)),
        });
        if let Err(error) = written {
            // Browsers limit how often the address may change; the place is then simply not recorded.
            web_sys::console::warn_1(&error);
        }
    }
}

/// The project that the address names.
pub fn project() -> Option<String> {
    read().0
}

/// Project and view of the address.
fn read() -> (Option<String>, Option<View>) {
    let query = window().location().search().unwrap_or_default();
    let Ok(parameters) = UrlSearchParams::new_with_str(&query) else { return (None, None) };
    let project =
        parameters.get("project").filter(|p| !p.is_empty() && p.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let view = parameters.get("view").and_then(|w| View::ALL.into_iter().find(|view| view.word() == w));
    (project, view.or(Some(View::Home)))
}

const FRAME_MILLISECONDS: i32 = 8;
const MOST_FRAMES: u32 = 60;

/// Put the focus on the heading of what is now shown, so that keyboard and screen reader go on from there.
pub fn focus_canvas() {
    spawn_local(async {
        // The view is drawn some frames after this task, and says so.
        let wanted = read().1.map(View::word);
        for _ in 0..MOST_FRAMES {
            js::rest(FRAME_MILLISECONDS).await;
            let canvas = document().get_element_by_id("canvas");
            if canvas.is_none_or(|canvas| canvas.get_attribute("data-view").as_deref() == wanted) {
                break;
            }
        }
        let heading = ["main h1", "main h2", "main"].iter().find_map(|s| document().query_selector(s).ok().flatten());
        let Some(heading) = heading.and_then(|h| h.dyn_into::<HtmlElement>().ok()) else { return };
        if !heading.has_attribute("tabindex") {
            heading.set_tab_index(-1);
        }
        if let Err(error) = heading.focus() {
            web_sys::console::warn_1(&error);
        }
    });
}
