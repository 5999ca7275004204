//! The panel that is always about the selected thing; a sheet over the canvas where there is no room beside it.

use leptos::prelude::*;

use super::FrameState;
use crate::studio::View;
use crate::ui::stages::{Loaded, nothing};
use crate::ui::widget::{Icon, IconButton};

#[component]
pub fn Inspector(view: Memo<View>) -> impl IntoView {
    let frame = expect_context::<FrameState>();
    view! {
        <aside
            class="inspector"
            class:open=move || frame.inspector_open.get()
            aria-label="Details"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    frame.inspector_open.set(false);
                }
            }
        >
            <div class="inspector-close">
                <IconButton glyph=Icon::Close label="Close the details" on_press=move |()| frame.inspector_open.set(false)/>
            </div>
            {move || match frame.stages.get() {
                Loaded::Here(stages) => (stages.inspector)(view.get()),
                Loaded::Loading | Loaded::Failed => nothing(),
            }}
        </aside>
    }
}
