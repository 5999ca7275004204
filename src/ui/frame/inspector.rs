//! The panel that is always about the selected thing; a sheet over the canvas where there is no room beside it.

use leptos::prelude::*;

use super::FrameState;
use crate::studio::{Stage, View};
use crate::ui::widget::{Icon, IconButton};
use crate::ui::{data, design, playground, ship, train, trust, use_hearth};

#[component]
pub fn Inspector() -> impl IntoView {
    let hearth = use_hearth();
    let frame = expect_context::<FrameState>();
    let view = hearth.read(|s| s.view);
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
            {move || match view.get() {
                View::Home | View::Report => ().into_any(),
                View::Stage(Stage::Data) => view! { <data::DataInspector/> }.into_any(),
                View::Stage(Stage::Design) => view! { <design::DesignInspector/> }.into_any(),
                View::Stage(Stage::Train) => view! { <train::TrainInspector/> }.into_any(),
                View::Stage(Stage::Trust) => view! { <trust::TrustInspector/> }.into_any(),
                View::Stage(Stage::Ship) => view! { <ship::ShipInspector/> }.into_any(),
                View::Playground => view! { <playground::PlaygroundInspector/> }.into_any(),
            }}
        </aside>
    }
}
