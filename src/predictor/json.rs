//! JSON, written only: a library that also reads it would be a fifth of the program.

/// Text of an object or array in the making.
#[derive(Default)]
pub struct Json(String);

impl Json {
    pub fn object(fill: impl FnOnce(&mut Self)) -> String {
        let mut json = Self("{".into());
        fill(&mut json);
        json.0.push('}');
        json.0
    }

    /// `value` is JSON already.
    pub fn put(&mut self, key: &str, value: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.0.push_str(&text(key));
        self.0.push(':');
        self.0.push_str(value);
    }

    pub fn text(&mut self, key: &str, value: &str) {
        self.put(key, &text(value));
    }
}

pub fn array(items: impl Iterator<Item = String>) -> String {
    let mut out = "[".to_owned();
    for (position, item) in items.enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str(&item);
    }
    out.push(']');
    out
}

/// An object of one key; `value` is JSON already.
pub fn object_of(key: &str, value: &str) -> String {
    Json::object(|out| out.put(key, value))
}

/// A number; null where it is none that JSON can hold.
pub fn number(value: f64) -> String {
    if value.is_finite() { format!("{value:e}") } else { "null".into() }
}

/// A text in quotes.
pub fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
