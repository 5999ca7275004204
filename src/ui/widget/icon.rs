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
            Self::Shield => "M8 2l5 2v4c0 3-2.2 5-5 6-2.800-1-5-3-5-6V4l5-2Z",
            Self::Sun => "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
            Self::Moon => "M13.500 9.500A6 6 0 0 1 6.500 2.500a5.800 5.800 0 1 0 7 7Z",
            Self::Contrast => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M8 5h4.800M8 8h6M8 11h4.800",
            Self::Copy => "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
            Self::Download => "M8 2v8M4.500 7 8 10.500 11.500 7M2.500 13.500h11",
            Self::File => "M4 2h5l3.500 3.500V14H4zM9 2v3.500h3.500",
            Self::Folder => "M2 4h4l1.500 1.500H14v8H2z",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Minus => "M3 8h10",
            Self::More => "M3.500 8h.01M8 8h.01M12.500 8h.01",
            Self::Filter => "M2.500 4h11M4.500 8h7M6.500 12h3",
            Self::Warning => "M8 2.500 14.500 13.500h-13L8 2.500ZM8 6.500v3.500M8 12h.01",
            Self::Information => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.500V11M8 5h.01",
            Self::Trash => "M3 4.500h10M6 4.500V3h4v1.500M4.500 4.500 5 13.500h6l.5-9",
            Self::Drag => "M6 3.500h.01M10 3.500h.01M6 8h.01M10 8h.01M6 12.500h.01M10 12.500h.01",
            Self::Step => "M4 3v10l6.500-5L4 3ZM12.500 3v10",
            Self::Reset => "M3 8a5 5 0 1 0 1.500-3.500L3 6M3 2.500V6h3.500",
            Self::Network => "M3 4.500h.01M3 11.500h.01M8 3h.01M8 8h.01M8 13h.01M13 8h.01M3.500 4.500 7.500 3.200M3.500 4.500l4 3.300M3.500 11.500l4-3.300M3.500 11.500l4 1.300M8.500 3.200 12.500 7.700M8.500 8h4M8.500 12.800l4-4.500",
            Self::Panel => "M2.500 3h11v10h-11zM10 3v10",
            Self::Keyboard => "M1.500 4.500h13v7h-13zM4 7h.01M6.500 7h.01M9 7h.01M11.500 7h.01M5 9.300h6",
            Self::Settings => "M2.500 5h6M12 5h1.500M2.500 11H4M7.500 11h6M10.200 6.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3ZM5.800 12.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3Z",
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
