//! A button that opens a panel in the browser's top layer. The browser closes it on Escape, on a press outside, and
//! when another opens; the panel's content exists only while it is open.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::unique;

/// In the context of a panel's content: closes the panel.
#[derive(Clone, Copy)]
pub struct PopoverClose(Callback<()>);

/// Closes the panel that the caller stands in; does nothing outside one.
pub fn close_popover() -> Callback<()> {
    use_context::<PopoverClose>().map_or_else(|| Callback::new(|()| ()), |close| close.0)
}

/// `trigger` is the button's content, `children` the panel's.
#[component]
pub fn Popover(
    #[prop(into)] trigger: ViewFn,
    /// Class of the button.
    #[prop(into, optional)]
    class: String,
    /// Name of the button where its content is not text enough, and of the panel.
    #[prop(into, optional)]
    label: MaybeProp<String>,
    /// `menu`, `listbox` or `dialog`.
    #[prop(default = "dialog")]
    role: &'static str,
    /// Class of the panel.
    #[prop(optional)]
    panel_class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let id = unique("panel");
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let panel = NodeRef::<html::Div>::new();
    let close = Callback::new(move |()| {
        if let Some(panel) = panel.get_untracked() {
            // Hiding a panel that is hidden already is the only failure, and it is no loss.
            let _ = panel.hide_popover();
        }
        if let Some(button) = button.get_untracked() {
            let _ = button.focus();
        }
    });
    let before = move |_: web_sys::Event| {
        let (Some(button), Some(panel)) = (button.get_untracked(), panel.get_untracked()) else { return };
        if is_open(&panel) {
            return;
        }
        place(&button, &panel);
        open.set(true);
        focus_first(panel);
    };
    let after = move |_: web_sys::Event| {
        if panel.get_untracked().is_some_and(|panel| !is_open(&panel)) {
            open.set(false);
        }
    };
    // Tab leads on past the panel, which must not lie over what has the focus then.
    let left = move |event: web_sys::FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let (Some(to), Some(panel)) = (to, panel.get_untracked()) else { return };
        // A press on words in the panel moves the focus to what can take it around the panel: nobody has left.
        if !panel.contains(Some(&to)) && !to.contains(Some(&panel)) && is_open(&panel) {
            let _ = panel.hide_popover();
        }
    };
    view! {
        <button
            type="button"
            node_ref=button
            class=class
            popovertarget=id.clone()
            aria-haspopup=role
            aria-expanded=move || open.get().to_string()
            aria-label=move || label.get()
        >
            {trigger.run()}
        </button>
        <div
            popover="auto"
            id=id
            class=format!("popover {panel_class}")
            role=(role == "dialog").then_some("dialog")
            aria-label=move || label.get()
            node_ref=panel
            on:beforetoggle=before
            on:toggle=after
            on:focusout=left
        >
            {move || {
                let children = children.clone();
                open.get().then(move || {
                    provide_context(PopoverClose(close));
                    children()
                })
            }}
        </div>
    }
}

fn is_open(panel: &web_sys::HtmlDivElement) -> bool {
    panel.matches(":popover-open").unwrap_or(false)
}

/// Hangs the panel under the button, or above it where there is more room.
fn place(button: &web_sys::HtmlButtonElement, panel: &web_sys::HtmlDivElement) {
    let rectangle = button.get_bounding_client_rect();
    let height = window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or(800.0);
    let above = rectangle.bottom() > height * 0.6;
    let style = web_sys::HtmlElement::style(panel);
    let room = if above { rectangle.top() } else { height - rectangle.bottom() } - 16.0;
    for (name, value) in [
        ("--x", format!("{}px", rectangle.left().max(8.0))),
        ("--top", if above { "auto".to_owned() } else { format!("{}px", rectangle.bottom() + 4.0) }),
        ("--bottom", if above { format!("{}px", height - rectangle.top() + 4.0) } else { "auto".to_owned() }),
        ("--room", format!("{}px", room.max(120.0))),
    ] {
        // Setting a custom property fails only on a read-only style, which an element's own is not.
        let _ = style.set_property(name, &value);
    }
}

/// After the content is there: the chosen item, or the first thing that takes the focus.
fn focus_first(panel: web_sys::HtmlDivElement) {
    request_animation_frame(move || {
        for selector in [
            "[data-autofocus]",
            "[aria-checked=true], [aria-selected=true], [aria-pressed=true]",
            "input, select, textarea, button, [tabindex='0']",
        ] {
            let Ok(Some(found)) = panel.query_selector(selector) else { continue };
            if let Ok(element) = found.dyn_into::<web_sys::HtmlElement>() {
                let _ = element.focus();
                return;
            }
        }
    });
}
