//! Controls that every view shares. They hold no state of the studio; values come in as signals and changes go out as
//! callbacks. Names, roles and states that assistive technology needs are built in.

mod button;
mod copy;
mod dialog;
mod disclosure;
mod field;
mod icon;
mod later;
mod menu;
mod popover;
mod problem;
mod segmented;
mod select;
mod slider;
mod table;
mod tabs;
mod toggle;

pub use button::{Button, IconButton, Kind};
pub use copy::CopyButton;
pub use dialog::Dialog;
pub use disclosure::Disclosure;
pub use field::{LongField, NumberField, TextField};
pub use icon::{Icon, icon};
pub use later::{Later, trailing};
pub use menu::{Menu, MenuItem};
pub use popover::{Popover, PopoverClose, close_popover};
pub use problem::ProblemText;
pub use segmented::Segmented;
pub use select::Select;
pub use slider::Slider;
pub use table::NumberTable;
pub use tabs::{TabPanel, Tabs};
pub use toggle::Toggle;

use std::sync::atomic::{AtomicU32, Ordering};

/// An id that no other element of the page has.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
