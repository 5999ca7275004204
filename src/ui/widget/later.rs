//! Views that come some frames after the one around them, so that no frame waits until all of a place is made.

use std::time::Duration;

use leptos::prelude::*;

/// A page that is not drawn, as in a tab that nobody sees, has no frames; after so long it goes on without.
const WITHOUT_FRAMES: Duration = Duration::from_millis(250);

#[component]
pub fn Later(
    /// How many frames are drawn before it is made.
    #[prop(default = 1)]
    frames: u32,
    children: ChildrenFn,
) -> impl IntoView {
    let come = RwSignal::new(false);
    after(frames, come);
    view! { <Show when=move || come.get()>{children()}</Show> }
}

fn after(frames: u32, come: RwSignal<bool>) {
    if frames == 0 {
        // It may have gone with the view around it, and have come already.
        if come.try_get_untracked() == Some(false) {
            come.set(true);
        }
        return;
    }
    let next = StoredValue::new(false);
    let go_on = move || {
        if next.try_update_value(|gone| !std::mem::replace(gone, true)) == Some(true) {
            after(frames - 1, come);
        }
    };
    // What is asked for before a frame is drawn comes before that; the timer comes behind.
    request_animation_frame(move || set_timeout(go_on, Duration::ZERO));
    set_timeout(go_on, WITHOUT_FRAMES);
}
