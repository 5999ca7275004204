//! That everything is being erased, remembered where it is written at once: a page that is left in the middle of it goes on
//! when it is opened again.

use gloo::utils::window;

const KEY: &str = "hearth-erasing";

fn area() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Whether it was begun and has not come to its end.
pub fn is_owed() -> bool {
    area().and_then(|area| area.get_item(KEY).ok().flatten()).is_some()
}

/// Before anything is removed. The end removes this, too. A browser that keeps nothing for the page has nothing to go on with.
pub fn begin() {
    if let Some(area) = area()
        && let Err(error) = area.set_item(KEY, "yes")
    {
        web_sys::console::warn_1(&error);
    }
}
