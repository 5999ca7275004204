//! A scene as a file of its own: SVG text with colours written out, its title and its note.

use std::fmt::Write as _;

use super::scene::{Anchor, Glyph, Ink, Mark, Scene};

/// Colours of one theme as `#rrggbb`; but for the paper of the light one, the same values stand in the page's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub fn colour(self, ink: Ink) -> &'static str {
        let (light, dark) = match ink {
            Ink::Ink => ("#1F1D1A", "#ECE7E0"),
            Ink::Soft => ("#6B655D", "#A69F95"),
            Ink::Hairline => ("#E6E1D9", "#2C2A26"),
            Ink::Model | Ink::Class(0) => ("#2F66A9", "#7FB0EA"),
            Ink::Baseline => ("#7B746B", "#989085"),
            Ink::Blocked => ("#B3261E", "#F2877E"),
            // A file goes into documents and slides, whose paper is white.
            Ink::Paper => ("#FFFFFF", "#171614"),
            Ink::Class(1) => ("#C2611C", "#F0A04B"),
            Ink::Class(2) => ("#3C7D6B", "#7CC7B2"),
            Ink::Class(3) => ("#8A4F9E", "#C99BDC"),
            Ink::Class(4) => ("#8A7A1F", "#D3C25A"),
            Ink::Class(5) => ("#B04467", "#EE92B0"),
            Ink::Class(6) => ("#4B6F8A", "#9FC3DC"),
            Ink::Class(_) => ("#6B5B4B", "#C4B09A"),
        };
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }
}

/// A coordinate with at most two decimals.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

/// `M…L…` through the points; not finite ones begin a new stretch.
pub fn path(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    let mut pen_down = false;
    for (x, y) in points {
        if !x.is_finite() || !y.is_finite() {
            pen_down = false;
            continue;
        }
        out.push(if pen_down { 'L' } else { 'M' });
        out.push_str(&number(*x));
        out.push(' ');
        out.push_str(&number(*y));
        pen_down = true;
    }
    out
}

/// A glyph of about the area of a circle of this radius.
pub fn glyph_path(glyph: Glyph, x: f64, y: f64, radius: f64) -> String {
    let corners: Vec<(f64, f64)> = match glyph {
        Glyph::Circle => {
            let r = number(radius);
            return format!(
                "M{} {}a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 {} 0Z",
                number(x - radius),
                number(y),
                number(2.0 * radius),
                number(-2.0 * radius)
            );
        }
        Glyph::Triangle => {
            let r = radius * 1.4;
            vec![(x, y - r), (x + r * 0.87, y + r * 0.5), (x - r * 0.87, y + r * 0.5)]
        }
        Glyph::Square => {
            let r = radius * 0.9;
            vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
        }
        Glyph::Diamond => {
            let r = radius * 1.3;
            vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
        }
    };
    format!("{}Z", path(&corners))
}

/// A person standing on `(x, y)`.
pub fn person_path(x: f64, y: f64, height: f64) -> String {
    let head = height * 0.2;
    let wide = height * 0.27;
    let (neck, n) = (y - height * 0.54, number);
    format!(
        "{}M{} {}v{}a{w} {w} 0 0 1 {} 0v{}Z",
        glyph_path(Glyph::Circle, x, y - height + head, head),
        n(x - wide),
        n(y),
        n(neck - y + wide),
        n(2.0 * wide),
        n(y - neck - wide),
        w = n(wide)
    )
}

/// The hairlines of a hatched rectangle, 6 px apart, rising to the right.
pub fn hatch_path(x: f64, y: f64, width: f64, height: f64) -> String {
    let mut out = String::new();
    let mut offset = 6.0;
    while offset < width + height {
        // From the left or bottom edge to the top or right edge.
        let (x1, y1) = if offset <= height { (x, y + offset) } else { (x + offset - height, y + height) };
        let (x2, y2) = if offset <= width { (x + offset, y) } else { (x + width, y + offset - width) };
        let _ = write!(out, "M{} {}L{} {}", number(x1), number(y1), number(x2), number(y2));
        offset += 6.0;
    }
    out
}

/// Text for SVG: markup characters escaped, and characters that XML does not allow replaced.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if (c as u32) < 0x20 || c == '\u{fffe}' || c == '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

const FONT: &str = "Inter, system-ui, -apple-system, 'Segoe UI', sans-serif";
const SERIF: &str = "'Source Serif 4', Charter, Georgia, serif";

/// The scene as SVG with its title above and its source below. `source` says where the numbers come from.
pub fn document(scene: &Scene, theme: Theme, source: &str) -> String {
    let lines = wrap(&scene.title, (scene.width / 8.2).max(16.0) as usize);
    let head = 16.0 + lines.len() as f64 * 23.0;
    let (width, height) = (scene.width + 32.0, head + scene.height + 44.0);
    let mut out = String::with_capacity(4096);
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"{FONT}\" font-size=\"12\"><title>{}</title><desc>{}</desc>\
         <rect width=\"100%\" height=\"100%\" fill=\"{}\"/>",
        escape(&scene.title),
        escape(&scene.note),
        theme.colour(Ink::Paper),
        w = number(width),
        h = number(height),
    );
    for (i, line) in lines.iter().enumerate() {
        let _ = write!(
            out,
            "<text x=\"16\" y=\"{}\" font-family=\"{SERIF}\" font-size=\"17\" fill=\"{}\">{}</text>",
            number(26.0 + i as f64 * 23.0),
            theme.colour(Ink::Ink),
            escape(line)
        );
    }
    let _ = write!(out, "<g transform=\"translate(16 {})\">", number(head + 8.0));
    for mark in &scene.marks {
        draw(&mut out, mark, theme);
    }
    let _ = write!(
        out,
        "</g><text x=\"16\" y=\"{}\" font-size=\"11\" fill=\"{}\">{}</text></svg>",
        number(height - 12.0),
        theme.colour(Ink::Soft),
        escape(source)
    );
    out
}

fn draw(out: &mut String, mark: &Mark, theme: Theme) {
    // Writing to a String cannot fail, so the results of `write!` are dropped.
    let colour = |ink: Ink| theme.colour(ink);
    let paper = colour(Ink::Paper);
    match mark {
        Mark::Line { points, ink, width, dashed } => {
            let dash = if *dashed { " stroke-dasharray=\"5 4\"" } else { "" };
            let _ = write!(
                out,
                "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}/>",
                path(points),
                colour(*ink),
                number(*width)
            );
        }
        Mark::Area { points, ink, opacity } => {
            let _ = write!(
                out,
                "<path d=\"{}Z\" fill=\"{}\" fill-opacity=\"{}\"/>",
                path(points),
                colour(*ink),
                number(*opacity)
            );
        }
        Mark::Rect { x, y, width, height, ink, opacity } => {
            rect(out, (*x, *y, *width, *height), colour(*ink), *opacity)
        }
        Mark::Hatch { x, y, width, height, ink } => {
            let _ = write!(
                out,
                "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"0.75\" stroke-opacity=\"0.6\"/>",
                hatch_path(*x, *y, *width, *height),
                colour(*ink)
            );
        }
        Mark::Dot { x, y, radius, ink, glyph, filled } => {
            let (fill, stroke) = if *filled { (colour(*ink), paper) } else { (paper, colour(*ink)) };
            let _ = write!(
                out,
                "<path d=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{}\"/>",
                glyph_path(*glyph, *x, *y, *radius),
                if *filled { "1" } else { "2" }
            );
        }
        Mark::Person { x, y, height, ink, filled } => {
            let fill = if *filled { colour(*ink) } else { "none" };
            let _ = write!(
                out,
                "<path d=\"{}\" fill=\"{fill}\" stroke=\"{}\" stroke-width=\"1.25\"/>",
                person_path(*x, *y, *height),
                colour(*ink)
            );
        }
        Mark::Text { x, y, text, ink, anchor, size, bold, halo } => {
            let anchor = anchor_word(*anchor);
            let weight = if *bold { " font-weight=\"600\"" } else { "" };
            let halo = if *halo {
                format!(" stroke=\"{paper}\" stroke-width=\"3\" paint-order=\"stroke\"")
            } else {
                String::new()
            };
            let _ = write!(
                out,
                "<text x=\"{}\" y=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\" font-size=\"{}\"{weight}{halo}>{}</text>",
                number(*x),
                number(*y),
                colour(*ink),
                number(*size),
                escape(text)
            );
        }
        Mark::Cloud { points, ink, radius, opacity } => {
            let _ = write!(out, "<g fill=\"{}\" fill-opacity=\"{}\">", colour(*ink), number(*opacity));
            for (x, y) in points {
                let _ = write!(
                    out,
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
                    number((*x).into()),
                    number((*y).into()),
                    number(*radius)
                );
            }
            out.push_str("</g>");
        }
        Mark::Raster { x, y, width, height, columns, cells } => {
            raster(out, (*x, *y, *width, *height), *columns, cells, theme)
        }
    }
}

/// The attribute's value.
pub fn anchor_word(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    }
}

fn rect(out: &mut String, (x, y, width, height): (f64, f64, f64, f64), colour: &str, opacity: f64) {
    let _ = write!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\" fill-opacity=\"{}\"/>",
        number(x),
        number(y),
        number(width.max(0.0)),
        number(height.max(0.0)),
        number(opacity)
    );
}

/// Equal neighbours of a row share one rectangle.
fn raster(
    out: &mut String,
    (x, y, width, height): (f64, f64, f64, f64),
    columns: usize,
    cells: &[(u8, u8)],
    theme: Theme,
) {
    if columns == 0 || cells.is_empty() {
        return;
    }
    let rows = cells.len() / columns;
    let (w, h) = (width / columns as f64, height / rows.max(1) as f64);
    out.push_str("<g shape-rendering=\"crispEdges\">");
    for (j, row) in cells.chunks_exact(columns).enumerate() {
        let mut start = 0;
        while start < columns {
            let (class, strength) = (row[start].0, row[start].1 / 8);
            let end = (start..columns).find(|k| (row[*k].0, row[*k].1 / 8) != (class, strength)).unwrap_or(columns);
            let at = (x + start as f64 * w, y + j as f64 * h, (end - start) as f64 * w, h);
            rect(out, at, theme.colour(Ink::Class(class)), f64::from(strength) * 8.0 / 255.0);
            start = end;
        }
    }
    out.push_str("</g>");
}

/// Break at spaces so that no line passes `length` characters, if a word allows it.
fn wrap(text: &str, length: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < length => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}
