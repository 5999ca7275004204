//! The little of Markdown that our own cards are written in, as values: headings, paragraphs, lists, tables, code,
//! emphasis and links. There is no raw markup: whatever is not known stays text, so nothing in it can become an element.

/// A block of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Level 1 to 6.
    Heading(u8, Vec<Span>),
    Paragraph(Vec<Span>),
    List {
        ordered: bool,
        items: Vec<Vec<Span>>,
    },
    Table {
        header: Vec<Vec<Span>>,
        rows: Vec<Vec<Vec<Span>>>,
    },
    Code(String),
    Quote(Vec<Span>),
    Rule,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    Text(String),
    Strong(String),
    Emphasis(String),
    Code(String),
}

/// The blocks of a text, in order. A front matter between `---` lines at the start becomes code.
pub fn parse(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut at = 0;
    if lines.first().is_some_and(|l| l.trim_end() == "---")
        && let Some(end) = lines.iter().skip(1).position(|l| l.trim_end() == "---")
    {
        blocks.push(Block::Code(lines[1..=end].join("\n")));
        at = end + 2;
    }
    while at < lines.len() {
        let (block, used) = block(&lines[at..]);
        blocks.extend(block);
        at += used;
    }
    blocks
}

/// The block at the start of `lines` (not empty) and how many of them it takes.
fn block(lines: &[&str]) -> (Option<Block>, usize) {
    let line = lines[0].trim_end();
    if line.trim().is_empty() {
        return (None, 1);
    }
    if let Some(fence) = line.trim_start().strip_prefix("```").map(|_| "```") {
        let end = lines[1..].iter().position(|l| l.trim() == fence).unwrap_or(lines.len() - 1);
        return (Some(Block::Code(lines[1..=end].join("\n"))), end + 2);
    }
    let marks = line.chars().take_while(|c| *c == '#').count();
    if (1..=6).contains(&marks) && line[marks..].starts_with(' ') {
        return (Some(Block::Heading(marks as u8, spans(line[marks..].trim()))), 1);
    }
    if line.trim().len() >= 3 && line.trim().chars().all(|c| c == '-') {
        return (Some(Block::Rule), 1);
    }
    if line.trim_start().starts_with('|') && lines.get(1).is_some_and(|l| is_divider(l)) {
        return table(lines);
    }
    if item(line).is_some() {
        return list(lines);
    }
    let quoted = line.starts_with('>');
    let mut text = String::new();
    let mut used = 0;
    for next in lines {
        let next = next.trim();
        let stops = next.is_empty() || next.starts_with('#') || next.starts_with("```") || next.starts_with('|');
        if used > 0 && (stops || item(next).is_some() || next.starts_with('>') != quoted) {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(if quoted { next.trim_start_matches('>').trim() } else { next });
        used += 1;
    }
    let spans = spans(&text);
    (Some(if quoted { Block::Quote(spans) } else { Block::Paragraph(spans) }), used)
}

fn is_divider(line: &str) -> bool {
    let line = line.trim();
    line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// Cells of a table row; `\|` is a bar within one.
fn cells(line: &str) -> Vec<Vec<Span>> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|l| !l.ends_with('\\')).unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\\' if letters.peek() == Some(&'|') => {
                letters.next();
                cells.last_mut().expect("never empty").push('|');
            }
            '|' => cells.push(String::new()),
            c => cells.last_mut().expect("never empty").push(c),
        }
    }
    cells.iter().map(|c| spans(c.trim())).collect()
}

fn table(lines: &[&str]) -> (Option<Block>, usize) {
    let header = cells(lines[0]);
    let rows: Vec<_> = lines[2..].iter().take_while(|l| l.trim_start().starts_with('|')).map(|l| cells(l)).collect();
    let used = 2 + rows.len();
    (Some(Block::Table { header, rows }), used)
}

/// Whether a line begins an item of a list: (ordered, text).
fn item(line: &str) -> Option<(bool, &str)> {
    let line = line.trim_start();
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some((false, text));
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = (1..=3).contains(&digits).then(|| line[digits..].strip_prefix(". ")).flatten()?;
    Some((true, rest))
}

fn list(lines: &[&str]) -> (Option<Block>, usize) {
    let ordered = item(lines[0]).is_some_and(|(ordered, _)| ordered);
    let mut items: Vec<String> = Vec::new();
    let mut used = 0;
    for line in lines {
        match (item(line), items.last_mut()) {
            (Some((kind, text)), _) if kind == ordered => items.push(text.trim().to_owned()),
            // An indented line goes on with the item.
            (None, Some(last)) if line.starts_with("  ") && !line.trim().is_empty() => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => break,
        }
        used += 1;
    }
    (Some(Block::List { ordered, items: items.iter().map(|i| spans(i)).collect() }), used)
}

/// Emphasis, strong and code within a line; an unmatched mark is text. A link keeps its words and its address as text.
pub fn spans(text: &str) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = marked(rest, "`", Span::Code)
            .or_else(|| marked(rest, "**", Span::Strong))
            .or_else(|| (!plain.ends_with(char::is_alphanumeric)).then(|| marked(rest, "_", Span::Emphasis)).flatten())
            .or_else(|| marked(rest, "*", Span::Emphasis));
        if let Some((span, used)) = found {
            if !plain.is_empty() {
                out.push(Span::Text(std::mem::take(&mut plain)));
            }
            out.push(span);
            rest = &rest[used..];
            continue;
        }
        if first == '\\'
            && let Some(next) = rest[1..].chars().next().filter(char::is_ascii_punctuation)
        {
            plain.push(next);
            rest = &rest[2..];
            continue;
        }
        plain.push(first);
        rest = &rest[first.len_utf8()..];
    }
    if !plain.is_empty() {
        out.push(Span::Text(plain));
    }
    out
}

fn marked(text: &str, mark: &str, make: fn(String) -> Span) -> Option<(Span, usize)> {
    let inner = text.strip_prefix(mark)?;
    let end = inner.find(mark)?;
    let inside = &inner[..end];
    let sound = !inside.is_empty() && (mark == "`" || (!inside.starts_with(' ') && !inside.ends_with(' ')));
    sound.then(|| (make(inside.to_owned()), end + 2 * mark.len()))
}
