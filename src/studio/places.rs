//! Where a person can be, and how the page looks there: stages, views, colours.

use serde::{Deserialize, Serialize};

/// A place of the life cycle; the rail's entries in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stage {
    Data,
    Design,
    Train,
    Trust,
    Ship,
    Watch,
}

impl Stage {
    pub const ALL: [Self; 6] = [Self::Data, Self::Design, Self::Train, Self::Trust, Self::Ship, Self::Watch];

    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::Design => "Design",
            Self::Train => "Train",
            Self::Trust => "Trust",
            Self::Ship => "Ship",
            Self::Watch => "Watch",
        }
    }
}

/// What the canvas shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum View {
    /// The drop target, samples, the list of projects.
    Home,
    Stage(Stage),
    Playground,
    /// Everything about the selected run on one printable page.
    Report,
    /// What was done with the project, and what is known of its data.
    Record,
}

impl View {
    pub const ALL: [Self; 10] = [
        Self::Home,
        Self::Stage(Stage::Data),
        Self::Stage(Stage::Design),
        Self::Stage(Stage::Train),
        Self::Stage(Stage::Trust),
        Self::Stage(Stage::Ship),
        Self::Stage(Stage::Watch),
        Self::Playground,
        Self::Report,
        Self::Record,
    ];

    /// Its name in the page's address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Stage(Stage::Data) => "data",
            Self::Stage(Stage::Design) => "design",
            Self::Stage(Stage::Train) => "train",
            Self::Stage(Stage::Trust) => "trust",
            Self::Stage(Stage::Ship) => "ship",
            Self::Stage(Stage::Watch) => "watch",
            Self::Playground => "playground",
            Self::Report => "report",
            Self::Record => "record",
        }
    }
}

/// The glyph beside a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progressed {
    Empty,
    Begun,
    Done,
    /// Made from a design or data that have changed since.
    Stale,
    Blocked,
}

/// The page's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}
