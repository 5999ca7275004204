//! Words of texts as nodes: for each word whether the text matches a regular expression, since the operators that split
//! texts pad a batch to its longest text, and the one that lowers letters asks the machine for a locale.
//!
//! The expressions are in the part of the syntax that RE2, Python and JavaScript share: classes of characters written out,
//! groups, `?` and `*`.

use super::graph::{Graph, ML_DOMAIN, Value, int, ints, string, strings};
use super::proto::data_type::{DOUBLE, FLOAT};
use crate::dataset::words::SEPARATORS;
use crate::prepare::Words;
use crate::prepare::spelling::Spellings;

/// Values `[N,n]` with their n: the features of the words, then, if `missing`, whether the cell is missing. `known` has the
/// texts that are missing.
pub fn features(
    graph: &mut Graph,
    input: &Value,
    words: &Words,
    unit: bool,
    known: &Spellings,
    missing: bool,
) -> Vec<(Value, usize)> {
    let mut values = Vec::new();
    let attributes = vec![
        strings("keys_strings", known.iter().map(|(text, _)| text)),
        ints("values_int64s", known.iter().map(|_| 0).collect()),
        int("default_int64", 1),
    ];
    let present = graph.node_in(ML_DOMAIN, "LabelEncoder", &[input], attributes);
    if !words.words.is_empty() {
        values.push((weighted(graph, input, &present, words, unit), words.words.len()));
    }
    if missing {
        let zero = graph.integer(0);
        let is_missing = graph.node("Equal", &[&present, &zero], Vec::new());
        values.push((graph.cast(&is_missing, FLOAT), 1));
    }
    values
}

/// f32 `[N,n]`: weights of the words that a text has, over their length together with `unit`.
fn weighted(graph: &mut Graph, input: &Value, present: &Value, words: &Words, unit: bool) -> Value {
    let separator = separator();
    let found: Vec<Value> = (0..words.words.len())
        .map(|at| graph.node("RegexFullMatch", &[input], vec![string("pattern", &pattern(words, at, &separator))]))
        .collect();
    let found = match found.as_slice() {
        [one] => one.clone(),
        many => graph.node("Concat", &many.iter().collect::<Vec<_>>(), vec![int("axis", 1)]),
    };
    let marks = graph.cast(&found, FLOAT);
    let present = graph.cast(present, FLOAT);
    let marks = graph.node("Mul", &[&marks, &present], Vec::new());
    let weights = graph.floats(&[1, words.weights.len()], &words.weights);
    let values = graph.node("Mul", &[&marks, &weights], Vec::new());
    if !unit {
        return values;
    }
    // In f64 the squares add up to the same in every order.
    let squares = graph.node("Mul", &[&values, &values], Vec::new());
    let squares = graph.cast(&squares, DOUBLE);
    let last = graph.integers(&[1], &[1]);
    let sum = graph.node("ReduceSum", &[&squares, &last], Vec::new());
    let sum = graph.cast(&sum, FLOAT);
    let (least, most) = (graph.floats(&[], &[1.0]), graph.floats(&[], &[f32::MAX]));
    // Every weight is 1 at least, so that only a text without words is changed.
    let sum = graph.node("Clip", &[&sum, &least, &most], Vec::new());
    let length = graph.node("Sqrt", &[&sum], Vec::new());
    graph.node("Div", &[&values, &length], Vec::new())
}

/// Texts with the word in any of its spellings, its letters small or capital, between separators or ends.
fn pattern(words: &Words, at: usize, separator: &str) -> String {
    let mut out = format!("(?s)(?:.*{separator})?");
    let spellings: Vec<&str> = words.spellings(at).collect();
    let several = spellings.len() > 1;
    for (position, spelling) in spellings.into_iter().enumerate() {
        out.push_str(if position > 0 {
            "|"
        } else if several {
            "(?:"
        } else {
            ""
        });
        for small in spelling.chars() {
            match words.capital(small) {
                Some(capital) => out.extend(['[', small, capital, ']']),
                // No separator, so of no meaning in an expression.
                None => out.push(small),
            }
        }
    }
    out.push_str(if several { ")" } else { "" });
    out + &format!("(?:{separator}.*)?")
}

/// The class of characters that stand between words.
fn separator() -> String {
    let written = |c: char| if c.is_ascii() { format!("\\x{:02x}", u32::from(c)) } else { c.to_string() };
    let range = |(first, last): (char, char)| {
        if first == last { written(first) } else { format!("{}-{}", written(first), written(last)) }
    };
    format!("[{}]", SEPARATORS.map(range).concat())
}
