//! The page: a file per stage, charts and widgets. Views read values and send actions.

use leptos::prelude::*;

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
