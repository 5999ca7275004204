//! Small line drawings on a 16 × 16 grid, drawn with the current colour. They are decoration: the control that holds
//! one has a name of its own.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Undo,
    Redo,
    Search,
    Pause,
    Play,
    Stop,
    Close,
    Check,
    ChevronDown,
    ChevronRight,
    ArrowUp,
    ArrowDown,
    Lock,
    Shield,
    Sun,
    Moon,
    Contrast,
    Copy,
    Download,
    File,
    Folder,
    Plus,
    Minus,
    More,
    Filter,
    Warning,
    Information,
    Star,
    Trash,
    Drag,
    Step,
    Reset,
    Network,
    Panel,
    Keyboard,
    Settings,
}

impl Icon {
    /// The path's data; strokes only.
    fn path(self) -> &'static str {
        match self {
            Self::Undo => "M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7",
            Self::Redo => "M10 3l3.5 3.5L10 10M13 6.5H6.5a3.5 3.5 0 0 0 0 7H9",
            Self::Search => "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5 14 14",
            Self::Pause => "M5.5 3v10M10.5 3v10",
            Self::Play => "M4.5 3v10l8-5-8-5Z",
            Self::Stop => "M4 4h8v8H4z",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Check => "M3 8.5 6.5 12 13 4.5",
            Self::ChevronDown => "M4 6l4 4 4-4",
            Self::ChevronRight => "M6 4l4 4-4 4",
            Self::ArrowUp => "M8 13V3M4 7l4-4 4 4",
            Self::ArrowDown => "M8 3v10M4 9l4 4 4-4",
            Self::Lock => "M4.5 7.5h7v6h-7zM6 7.5V5a2 2 0 0 1 4 0v2.5",
            Self::Shield => "M8 2l5 2v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4l5-2Z",
            Self::Sun => {
                "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1"
            }
            Self::Moon => "M13.5 9.5A6 6 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7Z",
            Self::Contrast => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M8 5h4.8M8 8h6M8 11h4.8",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Download => "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
            Self::File => "M4 2h5l3.5 3.5V14H4zM9 2v3.5h3.5",
            Self::Folder => "M2 4h4l1.5 1.5H14v8H2z",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Minus => "M3 8h10",
            Self::More => "M3.5 8h.01M8 8h.01M12.5 8h.01",
            Self::Filter => "M2.5 4h11M4.5 8h7M6.5 12h3",
            Self::Warning => "M8 2.5 14.5 13.5h-13L8 2.5ZM8 6.5v3.5M8 12h.01",
            Self::Information => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5h.01",
            Self::Star => "M8 2.6 9.7 6.1 13.5 6.6 10.7 9.3 11.4 13.1 8 11.3 4.6 13.1 5.3 9.3 2.5 6.6 6.3 6.1Z",
            Self::Trash => "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5 5 13.5h6l.5-9",
            Self::Drag => "M6 3.5h.01M10 3.5h.01M6 8h.01M10 8h.01M6 12.5h.01M10 12.5h.01",
            Self::Step => "M4 3v10l6.5-5L4 3ZM12.5 3v10",
            Self::Reset => "M3 8a5 5 0 1 0 1.5-3.5L3 6M3 2.5V6h3.5",
            Self::Network => {
                "M3 4.5h.01M3 11.5h.01M8 3h.01M8 8h.01M8 13h.01M13 8h.01M3.5 4.5 7.5 3.2M3.5 4.5l4 3.3M3.5 11.5l4-3.3M3.5 11.5l4 1.3M8.5 3.2 12.5 7.7M8.5 8h4M8.5 12.8l4-4.5"
            }
            Self::Panel => "M2.5 3h11v10h-11zM10 3v10",
            Self::Keyboard => "M1.5 4.5h13v7h-13zM4 7h.01M6.5 7h.01M9 7h.01M11.5 7h.01M5 9.3h6",
            Self::Settings => {
                "M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6M10.2 6.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM5.8 12.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z"
            }
        }
    }
}

/// The drawing, hidden from assistive technology.
pub fn icon(which: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=which.path()></path>
        </svg>
    }
}
