//! Where the fields of a design's text stand.

/// The line of a design's text, from 1, that a problem speaks of: its place ends with the field, and begins with the
/// candidate where it is one's, else with the part of the design. `None` where no field of the text is meant.
pub fn line_of(text: &str, place: &str) -> Option<usize> {
    let parts: Vec<&str> = place.split(", ").collect();
    let (first, field) = (*parts.first()?, *parts.last()?);
    let number = first.strip_prefix("candidate ").and_then(|rest| rest.split(' ').next()?.parse::<usize>().ok());
    let mut keys = Keys::new(text).filter(|key| key.number.is_none());
    keys.find(|key| {
        let part = if number.is_some() { "candidates" } else { first };
        key.name == field && key.part == part && key.element == number
    })
    .map(|key| key.line)
}

/// A field of a design's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key<'a> {
    pub name: &'a str,
    /// The field of the whole that it belongs to, or that it is.
    pub part: &'a str,
    /// Which element of the part's list it belongs to, from 1.
    pub element: Option<usize>,
    /// From 1.
    pub line: usize,
    /// A number that stands behind it, or in its list; `None` for the field itself.
    pub number: Option<&'a str>,
}

/// The fields of a text of JSON from its beginning, and the numbers behind each.
pub(super) struct Keys<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// Brackets and braces that are open.
    depth: usize,
    part: &'a str,
    element: Option<usize>,
    /// The part is a list.
    in_list: bool,
    /// The last string, which is a field where a colon follows.
    last: Option<&'a str>,
    /// The field that values belong to.
    field: &'a str,
}

impl<'a> Keys<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, depth: 0, part: "", element: None, in_list: false, last: None, field: "" }
    }

    fn key(&self, number: Option<&'a str>) -> Key<'a> {
        Key { name: self.field, part: self.part, element: self.element, line: self.line, number }
    }

    /// Past the string that begins at `at`, without its quotes.
    fn string(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let mut escaped = false;
        let end = rest.char_indices().find(|(_, c)| match c {
            _ if escaped => {
                escaped = false;
                false
            }
            '\\' => {
                escaped = true;
                false
            }
            c => *c == '"',
        });
        let end = end.map_or(rest.len(), |(i, _)| i);
        self.at = (self.at + end + 1).min(self.text.len());
        &rest[..end]
    }
}

impl<'a> Iterator for Keys<'a> {
    type Item = Key<'a>;

    fn next(&mut self) -> Option<Key<'a>> {
        while let Some(c) = self.text[self.at..].chars().next() {
            self.at += c.len_utf8();
            match c {
                '"' => self.last = Some(self.string()),
                '\n' => self.line += 1,
                '{' | '[' => {
                    if self.depth == 1 {
                        self.in_list = c == '[';
                    }
                    if self.depth == 2 && self.in_list {
                        self.element = Some(self.element.unwrap_or(0) + 1);
                    }
                    self.depth += 1;
                }
                '}' | ']' => self.depth = self.depth.saturating_sub(1),
                ':' => {
                    let name = self.last.take()?;
                    self.field = name;
                    if self.depth == 1 {
                        (self.part, self.element) = (name, None);
                    }
                    return Some(self.key(None));
                }
                '-' | '0'..='9' => {
                    let rest = &self.text[self.at - 1..];
                    let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
                    let number = &rest[..end.unwrap_or(rest.len())];
                    self.at += number.len() - 1;
                    return Some(self.key(Some(number)));
                }
                _ => {}
            }
        }
        None
    }
}
