//! What a chart is made of. Lengths are CSS pixels, y downwards.

/// A colour by its meaning; the page's stylesheet and the exported file give it a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Text and strong lines.
    Ink,
    /// Labels of axes, second things.
    Soft,
    /// Grid lines.
    Hairline,
    /// What a model does.
    Model,
    /// What guessing does; drawn dashed.
    Baseline,
    /// Only for what failed.
    Blocked,
    Paper,
    /// One of several classes, 0 to 7; also told by shape or label, never by colour alone.
    Class(u8),
}

impl Ink {
    pub const N_CLASSES: usize = 8;

    pub fn class(index: usize) -> Self {
        Self::Class((index % Self::N_CLASSES) as u8)
    }

    /// The word in class attributes: `ink-model`, `ink-class-2`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ink => "ink",
            Self::Soft => "soft",
            Self::Hairline => "hairline",
            Self::Model => "model",
            Self::Baseline => "baseline",
            Self::Blocked => "blocked",
            Self::Paper => "paper",
            Self::Class(0) => "class-0",
            Self::Class(1) => "class-1",
            Self::Class(2) => "class-2",
            Self::Class(3) => "class-3",
            Self::Class(4) => "class-4",
            Self::Class(5) => "class-5",
            Self::Class(6) => "class-6",
            Self::Class(_) => "class-7",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Circle,
    Triangle,
    Square,
    Diamond,
}

impl Glyph {
    /// A shape beside the colour, so that classes can be told without it.
    pub fn of_class(index: usize) -> Self {
        [Self::Circle, Self::Triangle, Self::Square, Self::Diamond][index % 4]
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Line {
        points: Vec<(f64, f64)>,
        ink: Ink,
        width: f64,
        dashed: bool,
    },
    /// A closed polygon without a stroke.
    Area {
        points: Vec<(f64, f64)>,
        ink: Ink,
        opacity: f64,
    },
    Rect {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        ink: Ink,
        opacity: f64,
    },
    /// Diagonal hairlines over a rectangle: what does not count, or no longer.
    Hatch {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        ink: Ink,
    },
    /// `filled` false: a ring on paper.
    Dot {
        x: f64,
        y: f64,
        radius: f64,
        ink: Ink,
        glyph: Glyph,
        filled: bool,
    },
    /// Half a circle over a rounded body, `height` tall, standing on `(x, y)`.
    Person {
        x: f64,
        y: f64,
        height: f64,
        ink: Ink,
        filled: bool,
    },
    Text {
        x: f64,
        y: f64,
        text: String,
        ink: Ink,
        anchor: Anchor,
        size: f64,
        bold: bool,
        halo: bool,
    },
    /// Many points, drawn on a canvas under the other marks: x, y, class.
    Cloud {
        points: Vec<(f32, f32)>,
        ink: Ink,
        radius: f64,
        opacity: f64,
    },
    /// A heat map on the same canvas, row by row from the top: the class whose colour a cell has, and how strongly
    /// (0 to 255) over paper.
    Raster {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        columns: usize,
        cells: Vec<(u8, u8)>,
    },
}

/// A place that pointer and arrow keys can rest on, with what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    pub x: f64,
    pub y: f64,
    pub title: String,
    /// Name and value.
    pub lines: Vec<(String, String)>,
}

/// How the pointer finds its stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Find {
    /// The nearest along x, wherever the pointer is: lines.
    Across,
    /// The nearest along y: rows.
    Down,
    /// The nearest within 40 px: points and cells.
    Near,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Number(f64),
    Text(String),
    Empty,
}

/// The numbers behind the marks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// As the page shows it.
    pub fn shown(&self) -> String {
        match self {
            Self::Number(value) => super::format::significant(*value, 4),
            Self::Text(text) => text.clone(),
            Self::Empty => String::new(),
        }
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }
}

impl ChartTable {
    pub fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|c| (*c).to_owned()).collect(), rows: Vec::new() }
    }

    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// RFC 4180 with CRLF, numbers as the shortest text that reads back the same. Text that a spreadsheet would run as
    /// a formula gets a leading apostrophe; numbers never do.
    pub fn to_csv(&self) -> String {
        let mut out = String::new();
        let header = self.columns.iter().map(|c| csv_text(c)).collect::<Vec<_>>().join(",");
        out.push_str(&header);
        out.push_str("\r\n");
        for row in &self.rows {
            for (i, cell) in row.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                match cell {
                    Cell::Number(value) if value.is_finite() => out.push_str(&value.to_string()),
                    Cell::Number(_) | Cell::Empty => {}
                    Cell::Text(text) => out.push_str(&csv_text(text)),
                }
            }
            out.push_str("\r\n");
        }
        out
    }
}

fn csv_text(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
    let text = if risky { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A chart, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Stem of exported files.
    pub name: String,
    /// The chart's finding, as a sentence.
    pub title: String,
    /// What it means, in plain words.
    pub note: String,
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
    pub stops: Vec<Stop>,
    pub find: Find,
    pub table: ChartTable,
}

impl Scene {
    pub fn new(name: &str, title: impl Into<String>, width: f64, height: f64) -> Self {
        Self {
            name: name.to_owned(),
            title: title.into(),
            note: String::new(),
            width,
            height,
            marks: Vec::new(),
            stops: Vec::new(),
            find: Find::Near,
            table: ChartTable::default(),
        }
    }

    /// The stop that a pointer at this place means.
    pub fn stop_at(&self, x: f64, y: f64) -> Option<usize> {
        let distance = |stop: &Stop| match self.find {
            Find::Across => (stop.x - x).abs(),
            Find::Down => (stop.y - y).abs(),
            Find::Near => ((stop.x - x) * (stop.x - x) + (stop.y - y) * (stop.y - y)).sqrt(),
        };
        let (best, at) =
            self.stops.iter().enumerate().map(|(i, stop)| (i, distance(stop))).min_by(|a, b| a.1.total_cmp(&b.1))?;
        (self.find != Find::Near || at <= 40.0).then_some(best)
    }

    pub fn text(&mut self, x: f64, y: f64, text: impl Into<String>, ink: Ink, anchor: Anchor) {
        self.marks.push(Mark::Text { x, y, text: text.into(), ink, anchor, size: 12.0, bold: false, halo: false });
    }

    /// A label that lies on other marks: paper shines around its letters.
    pub fn label(&mut self, x: f64, y: f64, text: impl Into<String>, ink: Ink, anchor: Anchor) {
        self.marks.push(Mark::Text { x, y, text: text.into(), ink, anchor, size: 12.0, bold: true, halo: true });
    }

    pub fn line(&mut self, points: Vec<(f64, f64)>, ink: Ink, width: f64, dashed: bool) {
        self.marks.push(Mark::Line { points, ink, width, dashed });
    }
}

/// About the width of a text at 12 px; enough to keep labels apart.
pub fn text_width(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'l' | 'j' | 't' | 'f' | 'r' | '.' | ',' | ':' | '|' | ' ' | 'I' => 3.6,
            'm' | 'w' | 'M' | 'W' | '%' => 9.8,
            c if c.is_ascii_uppercase() => 8.0,
            c if (c as u32) > 0x2e80 => 12.0,
            _ => 6.7,
        })
        .sum()
}

/// Move labels apart along one axis: `wanted` positions, at least `gap` between neighbours, within `low..high` where
/// there is room. Order is kept.
pub fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut placed: Vec<f64> = order.iter().map(|i| wanted[*i].clamp(low, high)).collect();
    for i in 1..placed.len() {
        placed[i] = placed[i].max(placed[i - 1] + gap);
    }
    if let Some(last) = placed.last_mut() {
        *last = last.min(high);
    }
    for i in (1..placed.len()).rev() {
        placed[i - 1] = placed[i - 1].min(placed[i] - gap);
    }
    let mut result = vec![0.0; wanted.len()];
    for (position, index) in placed.into_iter().zip(order) {
        result[index] = position;
    }
    result
}
