//! The regular expressions of the graphs: `(?s)` in front, then characters, `.`, classes of characters and ranges, `\xhh`,
//! groups `(?:…)`, `|`, `?` and `*`. A text is read once, in time that grows with it and the expression, whatever both are.
//! Source: Glushkov, The abstract theory of automata (1961): a state for each place of the expression that takes a character.

use std::iter::Peekable;
use std::str::Chars;

type Result<T> = std::result::Result<T, String>;

/// Most characters of an expression.
const LONGEST: usize = 20_000;
/// Groups within each other.
const DEEPEST: usize = 8;

/// An expression that is ready to be asked.
pub struct Pattern {
    /// Of each place the characters that it takes, as ranges that ascend.
    takes: Vec<Vec<(char, char)>>,
    /// Of each place those that may come next.
    next: Vec<Vec<usize>>,
    whole: Part,
}

/// A part of an expression: the places that it can begin and end with, and whether it takes the empty text.
#[derive(Clone, Default)]
struct Part {
    first: Vec<usize>,
    last: Vec<usize>,
    empty: bool,
}

impl Pattern {
    /// # Errors
    /// What is beyond the syntax, too long or too deep.
    pub fn new(expression: &str) -> Result<Self> {
        if expression.chars().nth(LONGEST).is_some() {
            return Err(format!("an expression is longer than {LONGEST} characters"));
        }
        let rest = expression.strip_prefix("(?s)").ok_or("an expression does not begin with (?s)")?;
        let mut reader = Reader {
            rest: rest.chars().peekable(),
            pattern: Self { takes: Vec::new(), next: Vec::new(), whole: Part::default() },
            depth: 0,
        };
        let whole = reader.either()?;
        match reader.rest.next() {
            Some(c) => Err(format!("an expression has “{c}” where it should end")),
            None => Ok(Self { whole, ..reader.pattern }),
        }
    }

    /// Whether the expression takes the whole text.
    pub fn matches(&self, text: &str) -> bool {
        if text.is_empty() {
            return self.whole.empty;
        }
        let mut now: Vec<usize> = Vec::new();
        let mut then: Vec<usize> = Vec::new();
        let mut is_there = vec![false; self.takes.len()];
        for (position, c) in text.chars().enumerate() {
            let mut reach = |places: &[usize]| {
                for &place in places {
                    if !is_there[place] && self.takes(place, c) {
                        is_there[place] = true;
                        then.push(place);
                    }
                }
            };
            if position == 0 {
                reach(&self.whole.first);
            } else {
                now.iter().for_each(|place| reach(&self.next[*place]));
            }
            then.iter().for_each(|place| is_there[*place] = false);
            std::mem::swap(&mut now, &mut then);
            then.clear();
        }
        now.iter().any(|place| self.whole.last.contains(place))
    }

    fn takes(&self, place: usize, c: char) -> bool {
        let ranges = &self.takes[place];
        let at = ranges.partition_point(|(_, last)| *last < c);
        ranges.get(at).is_some_and(|(first, _)| *first <= c)
    }

    fn place(&mut self, mut ranges: Vec<(char, char)>) -> Part {
        ranges.sort_unstable();
        ranges.dedup_by(|next, kept| {
            let overlap = next.0 <= kept.1;
            if overlap {
                kept.1 = kept.1.max(next.1);
            }
            overlap
        });
        let place = self.takes.len();
        self.takes.push(ranges);
        self.next.push(Vec::new());
        Part { first: vec![place], last: vec![place], empty: false }
    }

    fn link(&mut self, from: &[usize], to: &[usize]) {
        for place in from {
            let next = &mut self.next[*place];
            next.extend(to.iter().filter(|place| !next.contains(place)).copied().collect::<Vec<_>>());
        }
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    pattern: Pattern,
    depth: usize,
}

impl Reader<'_> {
    fn either(&mut self) -> Result<Part> {
        let mut all = self.sequence()?;
        while self.rest.next_if_eq(&'|').is_some() {
            let other = self.sequence()?;
            all.first.extend(other.first);
            all.last.extend(other.last);
            all.empty |= other.empty;
        }
        Ok(all)
    }

    fn sequence(&mut self) -> Result<Part> {
        let mut whole = Part { empty: true, ..Part::default() };
        while self.rest.peek().is_some_and(|c| !matches!(c, '|' | ')')) {
            let part = self.repeated()?;
            self.pattern.link(&whole.last, &part.first);
            if whole.empty {
                whole.first.extend(&part.first);
            }
            if !part.empty {
                whole.last.clear();
            }
            whole.last.extend(&part.last);
            whole.empty &= part.empty;
        }
        Ok(whole)
    }

    fn repeated(&mut self) -> Result<Part> {
        let mut part = self.atom()?;
        if self.rest.next_if_eq(&'?').is_some() {
            part.empty = true;
        } else if self.rest.next_if_eq(&'*').is_some() {
            part.empty = true;
            self.pattern.link(&part.last, &part.first);
        }
        Ok(part)
    }

    fn atom(&mut self) -> Result<Part> {
        match self.rest.next() {
            Some('(') => {
                if self.rest.next() != Some('?') || self.rest.next() != Some(':') {
                    return Err("an expression has a group that is not (?:…)".into());
                }
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(format!("an expression has more than {DEEPEST} groups within each other"));
                }
                let inner = self.either()?;
                self.depth -= 1;
                if self.rest.next() == Some(')') { Ok(inner) } else { Err("a group of an expression is open".into()) }
            }
            Some('.') => Ok(self.pattern.place(vec![('\0', char::MAX)])),
            Some('[') => self.class(),
            Some(c) => {
                let c = self.escaped(c)?;
                Ok(self.pattern.place(vec![(c, c)]))
            }
            None => Err("an expression ends too early".into()),
        }
    }

    fn class(&mut self) -> Result<Part> {
        let mut ranges = Vec::new();
        loop {
            let first = match self.rest.next() {
                Some(']') if !ranges.is_empty() => return Ok(self.pattern.place(ranges)),
                Some(c) => self.escaped(c)?,
                None => return Err("a class of an expression is open".into()),
            };
            let mut last = first;
            if self.rest.next_if_eq(&'-').is_some() {
                let c = self.rest.next().ok_or("a class of an expression is open")?;
                last = self.escaped(c)?;
            }
            if last < first {
                return Err("a range of an expression runs backwards".into());
            }
            ranges.push((first, last));
        }
    }

    /// A character that stands for itself, or the one that `\xhh` stands for.
    fn escaped(&mut self, c: char) -> Result<char> {
        match c {
            '\\' => {
                let code = match [self.rest.next(), self.rest.next(), self.rest.next()] {
                    [Some('x'), Some(high), Some(low)] => high.to_digit(16).zip(low.to_digit(16)),
                    _ => None,
                };
                let code = code.and_then(|(high, low)| char::from_u32(16 * high + low));
                code.ok_or_else(|| "an expression has a backslash without xhh".to_owned())
            }
            '^' | '$' | '+' | '{' | '}' | '(' | ')' | '[' | ']' | '*' | '?' | '|' | '-' => {
                Err(format!("an expression has “{c}”, which is not supported there"))
            }
            c => Ok(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(expression: &str, text: &str) -> bool {
        Pattern::new(expression).expect("an expression").matches(text)
    }

    #[test]
    fn the_whole_text_has_to_fit() {
        let word = "(?s)(?:.*[\\x00-/ ])?(?:[éÉ]a|e\u{301}a)b*(?:[ ,].*)?";
        for text in ["éa", "Éabb", "x\nÉa,", "e\u{301}ab", " éa ", "ééa éa", "éa.éa"] {
            assert!(takes(word, text), "{text:?}");
        }
        for text in ["", "éaa", "ea", "xéa", "\u{301}a", "ÉA"] {
            assert!(!takes(word, text), "{text:?}");
        }
        assert!(takes("(?s)", "") && takes("(?s)(?:ab?)*", "aaba") && !takes("(?s)(?:ab?)*", "abba"));
        assert!(takes("(?s)[a-cb-x]", "x") && takes("(?s).*", "\0🦀\n"));
    }

    #[test]
    fn long_texts_take_no_more_time_than_they_are_long() {
        let text = "a ".repeat(200_000);
        assert!(!takes("(?s)(?:.*[ ])?(?:a|[ab])(?:a|[ab])(?:[ ].*)?", &text));
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for expression in [
            "a",
            "(?s)(a)",
            "(?s)a+",
            "(?s)^a",
            "(?s)[^a]",
            "(?s)[b-a]",
            "(?s)[a",
            "(?s)(?:a",
            "(?s)a)",
            "(?s)\\d",
            "(?s)*",
        ] {
            assert!(Pattern::new(expression).is_err(), "{expression}");
        }
        assert!(Pattern::new(&format!("(?s){}a{}", "(?:".repeat(9), ")".repeat(9))).is_err());
        assert!(Pattern::new(&format!("(?s){}", "a".repeat(LONGEST))).is_err());
    }
}
