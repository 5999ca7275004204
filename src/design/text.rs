//! A design as text, and what is wrong with a text that is none, in plain words.

use super::Design;
use super::keys::{Key, Keys, line_of};
use super::limits::{limits, limits_words};
use crate::dataset::Task;
use crate::problem::Problem;

/// A list of plain values stays on one line of the text up to this many characters.
const LINE: usize = 100;

impl Design {
    /// The text of the design: JSON with its fields in reading order. `from_text` reads it back to the same value.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a design has text keys only and no failing parts");
        fold_lists(&text)
    }

    /// A design from a text, with every number where the page's fields would take it. Whether it goes with a table is not
    /// looked at.
    ///
    /// # Errors
    /// Text that is no design, or one with values out of their ranges: where, what, and how to mend it.
    pub fn from_text(text: &str) -> Result<Self, Vec<Problem>> {
        let design: Self = serde_json::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
        let problems = out_of_range(text, &design);
        if problems.is_empty() { Ok(design) } else { Err(problems) }
    }
}

fn refused(place: String, event: String, cure: String) -> Problem {
    Problem { place, event, kept: "The design is as it was.".into(), cure }
}

fn unreadable(text: &str, error: &serde_json::Error) -> Problem {
    let field = field_at(text, error.line(), error.column());
    let mut place = format!("line {}, column {}", error.line(), error.column());
    if let Some(field) = &field {
        place += &format!(", field “{field}”");
    }
    let (event, cure) = words(error, field.as_deref());
    refused(place, event, cure)
}

/// Numbers outside the limits of their fields, as they are written, then what else the settings' own checks find.
fn out_of_range(text: &str, design: &Design) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Keys::new(text).filter_map(|key| number_out_of_range(&key, design)).collect();
    if !problems.is_empty() {
        return problems;
    }
    if design.candidates.is_empty() {
        problems.push(refused(
            place_of(line_of(text, "candidates"), "field “candidates”"),
            "The list of candidates is empty.".into(),
            "Add a model, such as {\"model\": \"Baseline\", …}, or copy the design again.".into(),
        ));
    }
    // Which metrics and objectives go with a target that says nothing of its task is known where the data are.
    let task = design.dataset.task;
    let of_task = |place: &str| place == "metric" || place.ends_with(", objective");
    let own = design.validate(task.unwrap_or(Task::Multiclass));
    problems.extend(own.into_iter().filter(|problem| task.is_some() || !of_task(&problem.place)).map(|problem| {
        let place = place_of(line_of(text, &problem.place), &problem.place);
        Problem { place, kept: "The design is as it was.".into(), ..problem }
    }));
    problems
}

fn place_of(line: Option<usize>, place: &str) -> String {
    line.map_or_else(|| place.to_owned(), |line| format!("line {line}, {place}"))
}

fn number_out_of_range(key: &Key, design: &Design) -> Option<Problem> {
    let (number, limits) = (key.number?, limits(key.name)?);
    let inside = number.parse::<f64>().is_ok_and(|value| (limits.low..=limits.high).contains(&value));
    if inside {
        return None;
    }
    let field = shown(key.name);
    let position = key.element.filter(|_| key.part == "candidates");
    let candidate = position.and_then(|n| Some((n, design.candidates.get(n - 1)?.model.name())));
    let place = match candidate {
        Some((n, name)) => format!("line {}, candidate {n} ({name}), field “{field}”", key.line),
        None => format!("line {}, field “{field}”", key.line),
    };
    let range = limits_words(&limits);
    Some(refused(place, format!("“{field}” is {number}, but takes {range}."), format!("Give “{field}” {range}.")))
}

/// The weights of classes stand in a choice of their own.
fn shown(field: &str) -> &str {
    if field == "Given" { "class_weights" } else { field }
}

/// What serde_json says, in plain words and without its position, which is the problem's place; and the cure.
fn words(error: &serde_json::Error, field: Option<&str>) -> (String, String) {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(event, _)| event);
    if let Some((kind, rest)) = text.split_once(": ")
        && matches!(kind, "invalid type" | "invalid value")
        && let Some((found, wanted)) = rest.rsplit_once(", expected ")
    {
        let range = field.filter(|_| is_number(wanted)).and_then(limits).map(|limits| limits_words(&limits));
        let wanted = range.unwrap_or_else(|| wanted_words(wanted));
        let found = format!("{} stands where {wanted} belongs.", found_words(found));
        let cure = field.map_or_else(|| format!("Write {wanted} there."), |f| format!("Give “{}” {wanted}.", shown(f)));
        return (found, cure);
    }
    if let Some((n, wanted)) = text.strip_prefix("invalid length ").and_then(|rest| rest.split_once(", expected ")) {
        let wanted = wanted.rsplit(' ').find_map(|word| word.parse::<u32>().ok());
        let wanted = wanted.map_or_else(|| "more".to_owned(), |n| n.to_string());
        let event = format!("The list holds {n} where {wanted} belong together.");
        return (event, "Write them as pairs in square brackets: [\"name\", \"Ignore\"].".into());
    }
    for (start, noun) in [("unknown field `", "field"), ("unknown variant `", "choice")] {
        if let Some((name, rest)) = text.strip_prefix(start).and_then(|rest| rest.split_once('`')) {
            let known = rest.trim_start_matches(", expected ").trim_start_matches("one of ").replace('`', "");
            let said = if known.is_empty() { String::new() } else { format!(" Known here: {known}.") };
            let cure = if noun == "field" {
                format!("Take out “{name}”, or write one of the known names.")
            } else {
                field.map_or_else(|| format!("Write one of: {known}."), |f| format!("Give “{f}” one of: {known}."))
            };
            return (format!("There is no {noun} “{name}”.{said}"), cure);
        }
    }
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let value = limits(name).map_or_else(|| "its value".to_owned(), |limits| limits_words(&limits));
        return (format!("The field “{name}” is missing."), format!("Add “{name}” with {value} before this place."));
    }
    if let Some(name) = text.strip_prefix("duplicate field `").and_then(|rest| rest.strip_suffix('`')) {
        return (format!("The field “{name}” stands there twice."), format!("Take out one “{name}”."));
    }
    let (event, cure) = syntax_words(text, field);
    (event.to_owned(), cure)
}

/// What stands in the way of reading a text as JSON at all.
fn syntax_words(text: &str, field: Option<&str>) -> (&'static str, String) {
    const END: &str = "The text ends too early; copy all of it, to the last brace.";
    let comma = "Put a comma between two fields or values, and none behind the last.";
    let quotes = "Put names and texts in straight double quotes, and write \\\\ and \\\" for these signs inside them.";
    let (event, cure) = match text {
        "EOF while parsing a list" => ("The text ends inside a list.", END),
        "EOF while parsing an object" => ("The text ends inside a group in braces.", END),
        "EOF while parsing a string" => ("The text ends inside a text in quotes.", END),
        "EOF while parsing a value" => ("The text ends where a value belongs.", END),
        "expected `:`" => ("There is no colon between a field and its value.", "Put a colon behind the field's name."),
        "expected `,` or `]`" => ("A list goes on without a comma, or does not end.", comma),
        "expected `,` or `}`" => ("A group in braces goes on without a comma, or does not end.", comma),
        "trailing comma" => ("A comma stands behind the last field or value.", comma),
        "trailing characters" => {
            ("Something stands behind the end of the design.", "Take out all that follows the last brace.")
        }
        "key must be a string" => ("The name of a field stands there without quotes.", quotes),
        "invalid number" => ("That is no number.", "Write numbers as 5, 0.1 or 1e-3, with a point."),
        "number out of range" => {
            let limits = field.and_then(limits).map(|limits| limits_words(&limits));
            let cure = match (field, limits) {
                (Some(field), Some(range)) => format!("Give “{}” {range}.", shown(field)),
                _ => "Write a smaller number.".to_owned(),
            };
            return ("The number is larger than any that can be computed with.", cure);
        }
        "recursion limit exceeded" => {
            ("Brackets stand inside brackets too many times.", "Copy the design again and change it step by step.")
        }
        "expected value" | "expected ident" => (
            "What stands there is no number, text in quotes, list, group, true, false or null.",
            "Look for a missing quote, or for a value that was left out.",
        ),
        "invalid escape"
        | "invalid unicode code point"
        | "lone leading surrogate in hex escape"
        | "unexpected end of hex escape"
        | "control character (\\u0000-\\u001F) found while parsing a string" => {
            ("A text in quotes holds a sign that cannot stand there.", quotes)
        }
        _ => (
            "The text cannot be read from there on.",
            "Look for a missing comma, quote or bracket, or copy the design again.",
        ),
    };
    (event, cure.to_owned())
}

/// What was found: "string \"five\"" is “five”, "floating point `1.5`" is 1.5.
fn found_words(found: &str) -> String {
    if let Some(text) = found.strip_prefix("string ") {
        return format!("The text {text}");
    }
    for start in ["integer `", "floating point `", "boolean `"] {
        if let Some(value) = found.strip_prefix(start) {
            return value.trim_end_matches('`').to_owned();
        }
    }
    match found {
        "null" => "Nothing (null)".to_owned(),
        "unit value" | "unit variant" => "A name without settings".to_owned(),
        "newtype variant" | "struct variant" | "tuple variant" => "A name with settings".to_owned(),
        "map" => "A group in braces".to_owned(),
        "sequence" => "A list".to_owned(),
        other => format!("What stands there ({other})"),
    }
}

/// What was wanted, for people who do not program.
fn wanted_words(wanted: &str) -> String {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        "string or map" => "a name in quotes, or a group in braces,".to_owned(),
        "unit" | "unit variant" => "a name alone".to_owned(),
        "newtype variant" | "struct variant" | "tuple variant" => "a name with its settings in braces".to_owned(),
        "map" => "a group in braces".to_owned(),
        "a sequence" => "a list in square brackets".to_owned(),
        other => match other.strip_prefix("struct ") {
            Some(_) => "a group of fields in braces".to_owned(),
            None if other.starts_with("a tuple") => "a list in square brackets".to_owned(),
            None => "another kind of value".to_owned(),
        },
    }
}

fn is_number(wanted: &str) -> bool {
    matches!(wanted, "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "f32" | "f64")
}

/// The last key that stands before a position (line and column count from 1).
fn field_at(text: &str, line: usize, column: usize) -> Option<String> {
    let end = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>() + column;
    let mut end = end.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut field = None;
    let mut string: Option<usize> = None;
    let mut last: Option<&str> = None;
    let mut escaped = false;
    for (i, c) in text[..end].char_indices() {
        match (string, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(start), '"') => {
                last = Some(&text[start..i]);
                string = None;
            }
            (Some(_), _) => {}
            (None, '"') => string = Some(i + 1),
            (None, ':') => field = last.take(),
            (None, _) => {}
        }
    }
    // An unknown field is reported at the end of its own name.
    last.filter(|_| text[end..].trim_start().starts_with(':')).or(field).map(str::to_owned)
}

/// Put lists of plain values, which the pretty form spreads over lines, on one line where they fit.
fn fold_lists(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = find_outside_strings(rest, '[') {
        let (before, list) = rest.split_at(start);
        folded.push_str(before);
        let end = find_outside_strings(&list[1..], ']').map(|e| e + 2);
        let inner =
            find_outside_strings(&list[1..], '[').into_iter().chain(find_outside_strings(&list[1..], '{')).min();
        let end = end.filter(|e| inner.is_none_or(|i| i + 2 > *e));
        let line = end.map(|e| list[..e].lines().map(str::trim).collect::<Vec<_>>().join(" "));
        let line =
            line.map(|l| l.replacen("[ ", "[", 1)).map(|l| l.strip_suffix(" ]").map(|l| format!("{l}]")).unwrap_or(l));
        match (line, end) {
            (Some(line), Some(end)) if line.len() <= LINE => {
                folded.push_str(&line);
                rest = &list[end..];
            }
            (Some(_) | None, _) => {
                folded.push('[');
                rest = &list[1..];
            }
        }
    }
    folded.push_str(rest);
    folded
}

/// The first `wanted` that is not inside a JSON string; `text` begins outside one.
fn find_outside_strings(text: &str, wanted: char) -> Option<usize> {
    let (mut inside, mut escaped) = (false, false);
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            c if c == wanted && !inside => return Some(i),
            _ => {}
        }
    }
    None
}
