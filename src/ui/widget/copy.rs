//! Text to the clipboard.

use leptos::prelude::*;

use super::{Icon, icon};
use crate::studio::Action;
use crate::ui::use_hearth;

#[component]
pub fn CopyButton(#[prop(into)] text: Signal<String>, #[prop(default = "Copy")] label: &'static str) -> impl IntoView {
    let hearth = use_hearth();
    let said = RwSignal::new(label);
    let press = move |_| {
        hearth.send(Action::CopyText(text.get_untracked()));
        // A refusal by the browser comes back as a notice.
        said.set("Copied");
        set_timeout(move || said.set(label), std::time::Duration::from_millis(1600));
    };
    view! {
        <button type="button" class="button quiet" on:click=press>
            {icon(Icon::Copy)}
            <span role="status">{move || said.get()}</span>
        </button>
    }
}
