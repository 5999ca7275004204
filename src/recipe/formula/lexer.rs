//! Text → tokens with their places.

use super::FormulaError;

/// Longest formula, in bytes.
pub const MOST_BYTES: usize = 20_000;

#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    Number(f64),
    Text(String),
    /// A word as it stands: a column, a function or a keyword.
    Name(String),
    /// `[a name]`, without the brackets.
    Bracketed(String),
    Symbol(&'static str),
    End,
}

/// `start..end` are bytes of the formula's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// Longer ones first.
const SYMBOLS: [(&str, &str); 21] = [
    ("==", "="),
    ("!=", "!="),
    ("<>", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("//", "//"),
    ("**", "^"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("+", "+"),
    ("-", "-"),
    ("\u{2212}", "-"),
    ("*", "*"),
    ("×", "*"),
    ("/", "/"),
    ("%", "%"),
    ("^", "^"),
    ("&", "&"),
    ("(", "("),
    (")", ")"),
];

/// All tokens, the last one `End`.
pub fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    if text.len() > MOST_BYTES {
        let event = format!("The formula is longer than {MOST_BYTES} bytes.");
        return Err(FormulaError::new((0, text.len()), event, "Make columns of its parts, in several steps."));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            tokens.push(Token { kind: TokenKind::End, start: at, end: at });
            return Ok(tokens);
        };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = token(rest, first).map_err(|(length, event, cure)| {
            let end = (at + length).min(text.len());
            FormulaError::new((at, end), event, cure)
        })?;
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    }
}

type Refused = (usize, String, &'static str);

/// The token at the start of `rest` and its bytes.
fn token(rest: &str, first: char) -> Result<(TokenKind, usize), Refused> {
    match first {
        '"' | '\'' => quoted(rest, first).map(|(text, length)| (TokenKind::Text(text), length)),
        '[' => bracketed(rest),
        ',' => Ok((TokenKind::Symbol(","), 1)),
        '0'..='9' => number(rest),
        '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(rest),
        _ if is_name_start(first) => {
            let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            Ok((TokenKind::Name(rest[..length].to_owned()), length))
        }
        _ => match SYMBOLS.iter().find(|(written, _)| rest.starts_with(written)) {
            Some((written, symbol)) => Ok((TokenKind::Symbol(symbol), written.len())),
            None => Err((
                first.len_utf8(),
                format!("“{first}” means nothing in a formula."),
                "Put texts into double quotes, and names of columns with such signs into square brackets.",
            )),
        },
    }
}

pub fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

pub fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a column of this name can stand without brackets.
pub fn is_bare(name: &str) -> bool {
    name.starts_with(is_name_start) && name.chars().all(is_name) && !is_keyword(name)
}

pub fn is_keyword(name: &str) -> bool {
    ["and", "or", "not", "true", "false", "missing"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

fn number(rest: &str) -> Result<(TokenKind, usize), Refused> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits((length + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    match rest[..length].parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((TokenKind::Number(value), length)),
        _ => Err((length, "This number is too large.".to_owned(), "The largest is about 1.8e308.")),
    }
}

/// A text up to the closing mark; `\\`, `\n`, `\t`, `\r` and the marks can be written after a backslash. Any other
/// backslash stands for itself, so that patterns such as "\d+" need no second one.
fn quoted(rest: &str, mark: char) -> Result<(String, usize), Refused> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == mark {
            return Ok((text, at + 1));
        }
        if c != '\\' {
            text.push(c);
            continue;
        }
        match characters.next() {
            Some((_, 'n')) => text.push('\n'),
            Some((_, 't')) => text.push('\t'),
            Some((_, 'r')) => text.push('\r'),
            Some((_, c @ ('\\' | '"' | '\''))) => text.push(c),
            Some((_, c)) => text.extend(['\\', c]),
            None => break,
        }
    }
    Err((rest.len(), format!("The text that begins here has no closing {mark}."), "Close it with the same mark."))
}

/// A name up to the closing bracket; `\]` and `\\` stand for themselves.
fn bracketed(rest: &str) -> Result<(TokenKind, usize), Refused> {
    let mut name = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            ']' => return Ok((TokenKind::Bracketed(name), at + 1)),
            '\\' => match characters.next() {
                Some((_, c @ (']' | '\\'))) => name.push(c),
                Some((_, c)) => name.extend(['\\', c]),
                None => break,
            },
            c => name.push(c),
        }
    }
    Err((rest.len(), "The name that begins here has no closing ].".to_owned(), "Close it with ]."))
}
