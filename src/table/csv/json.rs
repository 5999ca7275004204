//! JSON text → the fields of one object, flattened: `{"a": {"b": 1}}` has the field `a.b`.
//!
//! A reader of its own, because numbers must stay as they are written (an id of twenty digits is no f64), faults need
//! their byte, and an object may end in the middle of a slice.

/// Objects within objects, and arrays within arrays, beyond which a value is refused.
pub const MOST_DEPTH: usize = 64;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// The text ends within it.
    Cut,
    /// At this position; what was expected, as the rest of a sentence.
    At(usize, &'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Null,
    Number,
    Boolean,
    String,
    /// As JSON text.
    Array,
}

/// A field of an object. The ranges lie in `Fields::names` and `Fields::values`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    name: (usize, usize),
    value: (usize, usize),
    pub kind: FieldKind,
    /// Where the value stands in the text.
    pub at: usize,
}

/// The fields of an object; reused from one to the next.
#[derive(Default)]
pub struct Fields {
    pub list: Vec<Field>,
    names: Vec<u8>,
    values: Vec<u8>,
    /// The names of the objects around, each with a dot behind it.
    path: Vec<u8>,
}

impl Fields {
    pub fn name(&self, field: &Field) -> &[u8] {
        &self.names[field.name.0..field.name.1]
    }

    pub fn value(&self, field: &Field) -> &[u8] {
        &self.values[field.value.0..field.value.1]
    }

    fn clear(&mut self) {
        self.list.clear();
        self.names.clear();
        self.values.clear();
        self.path.clear();
    }

    /// The fields of the object at `at`; where the text goes on behind it. `most`: fields that it may have.
    pub fn read(&mut self, text: &[u8], at: usize, most: usize) -> Result<usize, Bad> {
        self.clear();
        let mut scanner = Scanner { text, at };
        scanner.expect(b'{', "an object between { and }")?;
        self.object(&mut scanner, 1, most)?;
        Ok(scanner.at)
    }

    /// Behind its opening brace.
    fn object(&mut self, scanner: &mut Scanner, depth: usize, most: usize) -> Result<(), Bad> {
        let outer = self.path.len();
        scanner.blanks();
        if scanner.peek()? == b'}' {
            scanner.at += 1;
            return Ok(());
        }
        loop {
            scanner.blanks();
            scanner.expect(b'"', "a name in double quotes")?;
            scanner.string(&mut self.path)?;
            scanner.blanks();
            scanner.expect(b':', "a colon behind the name")?;
            scanner.blanks();
            if scanner.peek()? == b'{' {
                if depth >= MOST_DEPTH {
                    return Err(Bad::At(scanner.at, "no deeper level than the 64th"));
                }
                scanner.at += 1;
                self.path.push(b'.');
                self.object(scanner, depth + 1, most)?;
            } else {
                if self.list.len() >= most {
                    return Err(Bad::At(scanner.at, "no more names than columns may be read"));
                }
                self.field(scanner, depth)?;
            }
            self.path.truncate(outer);
            scanner.blanks();
            match scanner.peek()? {
                b',' => scanner.at += 1,
                b'}' => {
                    scanner.at += 1;
                    return Ok(());
                }
                _ => return Err(Bad::At(scanner.at, "a comma or } behind a value")),
            }
        }
    }

    fn field(&mut self, scanner: &mut Scanner, depth: usize) -> Result<(), Bad> {
        let (name_start, start, at) = (self.names.len(), self.values.len(), scanner.at);
        let kind = match scanner.peek()? {
            b'"' => {
                scanner.at += 1;
                scanner.string(&mut self.values)?;
                FieldKind::String
            }
            b'[' => {
                scanner.skip(depth)?;
                self.values.extend_from_slice(&scanner.text[at..scanner.at]);
                FieldKind::Array
            }
            _ => {
                let kind = scanner.word()?;
                self.values.extend_from_slice(&scanner.text[at..scanner.at]);
                kind
            }
        };
        self.names.extend_from_slice(&self.path);
        let (name, value) = ((name_start, self.names.len()), (start, self.values.len()));
        self.list.push(Field { name, value, kind, at });
        Ok(())
    }
}

/// Where the text goes on behind the value at `at`, whatever it is.
pub fn skip(text: &[u8], at: usize) -> Result<usize, Bad> {
    let mut scanner = Scanner { text, at };
    scanner.skip(0)?;
    Ok(scanner.at)
}

pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Result<u8, Bad> {
        self.text.get(self.at).copied().ok_or(Bad::Cut)
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|&byte| is_blank(byte)) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Bad> {
        if self.peek()? != byte {
            return Err(Bad::At(self.at, what));
        }
        self.at += 1;
        Ok(())
    }

    /// Behind its opening quote: the characters that it means.
    fn string(&mut self, into: &mut Vec<u8>) -> Result<(), Bad> {
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).ok_or(Bad::Cut)?;
            into.extend_from_slice(&rest[..plain]);
            self.at += plain + 1;
            if rest[plain] == b'"' {
                return Ok(());
            }
            let escape = self.peek()?;
            self.at += 1;
            match escape {
                b'"' | b'\\' | b'/' => into.push(escape),
                b'b' => into.push(8),
                b'f' => into.push(12),
                b'n' => into.push(b'\n'),
                b'r' => into.push(b'\r'),
                b't' => into.push(b'\t'),
                b'u' => {
                    let character = self.escaped()?;
                    into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => return Err(Bad::At(self.at - 1, "one of \" \\ / b f n r t u behind a backslash")),
            }
        }
    }

    /// Behind `\u`. Half of a pair alone is U+FFFD.
    fn escaped(&mut self) -> Result<char, Bad> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        match self.text.get(self.at..self.at + 2) {
            Some(b"\\u") => {}
            Some(_) => return Ok(char::REPLACEMENT_CHARACTER),
            None => return Err(Bad::Cut),
        }
        let before = self.at;
        self.at += 2;
        let second = self.hex()?;
        if !(0xDC00..0xE000).contains(&second) {
            self.at = before;
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let point = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        Ok(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, Bad> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = char::from(self.peek()?).to_digit(16);
            value = value * 16 + digit.ok_or(Bad::At(self.at, "four hexadecimal digits behind \\u"))?;
            self.at += 1;
        }
        Ok(value)
    }

    /// A number, or `true`, `false`, `null`; also `NaN` and `Infinity`, which Python writes.
    fn word(&mut self) -> Result<FieldKind, Bad> {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'+' | b'.'));
        let length = length.ok_or(Bad::Cut)?;
        let kind = match &rest[..length] {
            b"null" | b"NaN" => FieldKind::Null,
            b"true" | b"false" => FieldKind::Boolean,
            b"Infinity" | b"-Infinity" => FieldKind::Number,
            number if is_number(number) => FieldKind::Number,
            _ => return Err(Bad::At(self.at, "a value")),
        };
        self.at += length;
        Ok(kind)
    }

    /// Passes over a value.
    fn skip(&mut self, depth: usize) -> Result<(), Bad> {
        let mut scratch = Vec::new();
        let mut open = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    scratch.clear();
                    self.string(&mut scratch)?;
                }
                byte @ (b'[' | b'{') => {
                    if depth + open.len() >= MOST_DEPTH {
                        return Err(Bad::At(self.at, "no deeper level than the 64th"));
                    }
                    self.at += 1;
                    open.push(byte + 2);
                    self.blanks();
                    if self.peek()? != byte + 2 {
                        self.name(byte)?;
                        continue;
                    }
                }
                _ => drop(self.word()?),
            }
            // A value has ended, or an empty object or array stands open.
            loop {
                let Some(&close) = open.last() else { return Ok(()) };
                self.blanks();
                match self.peek()? {
                    byte if byte == close => {
                        self.at += 1;
                        open.pop();
                    }
                    b',' => {
                        self.at += 1;
                        self.blanks();
                        self.name(close - 2)?;
                        break;
                    }
                    _ => return Err(Bad::At(self.at, "a comma or an end behind a value")),
                }
            }
        }
    }

    /// The name before a value of an object; nothing in an array.
    fn name(&mut self, within: u8) -> Result<(), Bad> {
        if within != b'{' {
            return Ok(());
        }
        self.expect(b'"', "a name in double quotes")?;
        self.string(&mut Vec::new())?;
        self.blanks();
        self.expect(b':', "a colon behind the name")
    }
}

/// As JSON writes numbers: no plus, no leading zeros, digits on both sides of the point.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let n = digits(fraction);
        if n == 0 {
            return false;
        }
        rest = &fraction[n..];
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let unsigned = exponent.strip_prefix(b"-").or_else(|| exponent.strip_prefix(b"+")).unwrap_or(exponent);
        return !unsigned.is_empty() && digits(unsigned) == unsigned.len();
    }
    rest.is_empty()
}
