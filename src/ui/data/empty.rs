//! Before there is a table: the finished grid, faintly, with one sentence and one action.

use leptos::prelude::*;

use crate::studio::{Action, FilePurpose};
use crate::ui::use_hearth;

/// Heights of the bars of the ghost columns.
const GHOSTS: [[u8; 10]; 6] = [
    [2, 4, 8, 13, 18, 22, 17, 12, 7, 3],
    [24, 17, 12, 9, 6, 5, 4, 3, 2, 1],
    [22, 15, 9, 0, 0, 0, 0, 0, 0, 0],
    [3, 9, 16, 10, 5, 8, 15, 21, 12, 5],
    [1, 1, 2, 3, 6, 10, 16, 21, 24, 19],
    [20, 18, 0, 0, 0, 0, 0, 0, 0, 0],
];

#[component]
pub fn Empty() -> impl IntoView {
    let hearth = use_hearth();
    view! {
        <div class="data-empty">
            <div class="ghost-grid" aria-hidden="true">
                {GHOSTS.into_iter().map(|bars| view! {
                    <div class="ghost-column">
                        <span class="ghost-line wide"></span>
                        <svg viewBox="0 0 100 26" preserveAspectRatio="none">
                            {bars.into_iter().enumerate().map(|(i, h)| view! {
                                <rect x=(i * 10).to_string() y=(26 - h).to_string() width="9" height=h.to_string()></rect>
                            }).collect_view()}
                        </svg>
                        {(0..9).map(|_| view! { <span class="ghost-line"></span> }).collect_view()}
                    </div>
                }).collect_view()}
            </div>
            <div class="data-empty-words">
                <p class="verdict">"Drop a table anywhere: its rows appear here, with a picture of every column."</p>
                <button type="button" class="button primary" on:click=move |_| hearth.send(Action::PickFile(FilePurpose::Data))>
                    "Choose a file"
                </button>
            </div>
        </div>
    }
}
