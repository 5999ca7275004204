//! All keys on one sheet.

use leptos::prelude::*;

use crate::studio::Action;
use crate::studio::command_list::commands;
use crate::ui::use_hearth;
use crate::ui::widget::{Dialog, Icon, IconButton};

/// Keys of parts of the page, beside the commands.
const IN_PLACE: [(&str, &str); 6] = [
    ("Arrows", "Move in the grid, a menu, tabs"),
    ("Page Up, Page Down", "A screen of rows"),
    ("Ctrl+Home, Ctrl+End", "The first and the last cell"),
    ("Enter", "On a column's head: sort; on a cell: its column"),
    ("Escape", "Close what is open"),
    ("Tab", "The next control"),
];

#[component]
pub fn Shortcuts() -> impl IntoView {
    let hearth = use_hearth();
    let open = hearth.read(|s| s.shortcuts_open);
    let close = move |()| hearth.send(Action::OpenShortcuts(false));
    view! {
        <Dialog open on_close=close label="Keyboard shortcuts" class="shortcuts">
            <div class="spread">
                <h2 class="verdict">"Keyboard shortcuts"</h2>
                <IconButton glyph=Icon::Close label="Close" on_press=close/>
            </div>
            <dl class="shortcut-list">
                {move || hearth.now(commands).into_iter().filter_map(|entry| {
                    let shortcut = entry.shortcut?;
                    Some(row(shortcut.text(), entry.label))
                }).collect_view()}
                {IN_PLACE.into_iter().map(|(keys, what)| row(keys.to_owned(), what.to_owned())).collect_view()}
            </dl>
        </Dialog>
    }
}

fn row(keys: String, what: String) -> impl IntoView {
    view! { <div class="shortcut"><dt>{what}</dt><dd><kbd>{keys}</kbd></dd></div> }
}
