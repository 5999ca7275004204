//! A modal dialog, for erasing and for the palette. The browser keeps the focus inside and closes it on Escape.

use leptos::{html, prelude::*};

use super::unique;

#[component]
pub fn Dialog(
    #[prop(into)] open: Signal<bool>,
    /// Escape, or a press on what lies behind.
    #[prop(into)]
    on_close: Callback<()>,
    #[prop(into)] label: String,
    #[prop(optional)] class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let id = unique("dialog");
    Effect::new(move |_| {
        let open = open.get();
        let Some(dialog) = node.get() else { return };
        // `show_modal` fails only when the dialog is open already or not in the page.
        match (open, dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=node
            id=id
            class=format!("dialog {class}")
            aria-label=label
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                on_close.run(());
            }
            on:click=move |event| {
                // The backdrop belongs to the dialog element itself; everything else is a child.
                let on_backdrop = event.target().is_some_and(|target| {
                    node.get_untracked().is_some_and(|dialog| target == ****dialog)
                });
                if on_backdrop {
                    on_close.run(());
                }
            }
        >
            <Show when=move || open.get()>{children()}</Show>
        </dialog>
    }
}
