//! Views that come some frames after the one around them, so that no frame waits until all of a place is made.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;

/// A page that is not drawn, as in a tab that nobody sees, has no frames; after so long it goes on without.
const WITHOUT_FRAMES: Duration = Duration::from_millis(250);

/// A value that follows another after so many frames, so that views of both are not made in one frame. What has changed
/// again meanwhile is not shown in between.
pub fn trailing<T: Copy + PartialEq + Send + Sync + 'static>(of: Memo<T>, frames: u32) -> Memo<T> {
    let shown = RwSignal::new(of.get_untracked());
    Effect::new(move |before: Option<()>| {
        let _ = of.get();
        if before.is_some() {
            after(
                frames,
                Box::new(move || {
                    // The view around it may have gone.
                    if let Some(now) = of.try_get_untracked() {
                        shown.try_set(now);
                    }
                }),
            );
        }
    });
    Memo::new(move |_| shown.get())
}

#[component]
pub fn Later(
    /// How many frames are drawn before it is made.
    #[prop(default = 1)]
    frames: u32,
    children: ChildrenFn,
) -> impl IntoView {
    let come = RwSignal::new(false);
    after(
        frames,
        Box::new(move || {
            // It may have gone with the view around it.
            if come.try_get_untracked() == Some(false) {
                come.set(true);
            }
        }),
    );
    view! { <Show when=move || come.get()>{children()}</Show> }
}

/// Does it behind so many frames.
fn after(frames: u32, work: Box<dyn FnOnce()>) {
    if frames == 0 {
        return work();
    }
    let next = Rc::new(Cell::new(Some(work)));
    let go_on = move || {
        if let Some(work) = next.take() {
            after(frames - 1, work);
        }
    };
    // What is asked for before a frame is drawn comes before that; the timer comes behind.
    let behind = go_on.clone();
    request_animation_frame(move || set_timeout(behind, Duration::ZERO));
    set_timeout(go_on, WITHOUT_FRAMES);
}
