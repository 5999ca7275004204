//! Texts that are no formulas and documents that are no recipes: refused in words, never by a panic.

use hearth::recipe::formula::{Formula, complete, parse, print};
use hearth::recipe::{Recipe, Schema};
use proptest::prelude::*;

fn torture() -> Vec<String> {
    let many = |text: &str, n: usize| text.repeat(n);
    let mut all: Vec<String> = [
        "",
        " ",
        "(",
        ")",
        "\"",
        "'",
        "[",
        "]",
        "\\",
        "\"\\",
        "[\\",
        "1e999",
        "1e-999",
        "1.",
        ".",
        "..",
        "1..2",
        "1e",
        "1e+",
        "e1",
        "0x10",
        "-",
        "--1",
        "+",
        "not",
        "not not true",
        "- not true",
        "and and",
        "a.b",
        "a,b",
        ",",
        "()",
        "f()",
        "if()",
        "if(,)",
        "(1",
        "1)",
        "a = b = c",
        "\u{0}",
        "\u{feff}a",
        "é",
        "👩‍👩‍👧",
        "\u{202e}abc",
        "a\u{0301}",
        "٣",
        "∞",
        "−1",
        "1×2",
        "\"\u{d7ff}\"",
        "[\n]",
        "%",
        "//",
        "/*",
        "&&",
        "||",
        "==",
        "!",
        "<>",
        "matches(a, \"((((((((((a*)*)*)*)*)*)*)*)*)*b\")",
        "matches(a, \"(\")",
        "matches(a, \"a{1000}{1000}{1000}\")",
        "parse_date(a, \"%\")",
        "parse_date(a, \"%99999999999Y\")",
        "round(1, 1e300)",
        "substring(\"a\", 1e300, 1e300)",
        "add_days(date(1, 1, 1), -1e300)",
        "9999999999 ^ 99999999",
    ]
    .map(str::to_owned)
    .to_vec();
    for n in [100, 1_000, 100_000] {
        all.extend([
            many("(", n),
            many("(", n) + "1" + &many(")", n),
            many("-", n) + "1",
            many("not ", n) + "true",
            many("1+", n) + "1",
            many("1^", n) + "1",
            many("abs(", n) + "1" + &many(")", n),
            many("[", n),
            many("\"\"&", n) + "\"\"",
            many("a,", n),
            many(" ", n),
            many("1", n),
        ]);
    }
    all.push(many("a + ", 2_500_000));
    all.push(many("\"", 10_000_001));
    all
}

#[test]
fn no_text_is_too_much_for_the_parser() {
    let table = crate::table(vec![crate::text("a", &[Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"), None])]);
    let schema = Schema::of(&table);
    for text in torture() {
        let short: String = text.chars().take(30).collect();
        for cursor in [0, 1, 2, text.len() / 2, text.len(), usize::MAX] {
            if text.len() < 1_000 {
                complete(&text, cursor, &schema);
            }
        }
        match parse(&text) {
            Ok(expr) => assert_eq!(parse(&print(&expr)).as_ref(), Ok(&expr), "{short}"),
            Err(error) => {
                assert!(error.start <= error.end && error.end <= text.len(), "{short}");
                assert!(!error.event.is_empty() && !error.cure.is_empty(), "{short}");
                error.problem(&text);
            }
        }
        if let Ok(formula) = Formula::new(&text, &schema) {
            let values = formula.values(&[&table.columns[0].values], 2);
            assert_eq!(values.len(), 2, "{short}");
        }
    }
    assert!(parse(&("(".repeat(40) + "1" + &")".repeat(40))).is_ok(), "what people write is not too deep");
    assert!(parse(&("1 + ".repeat(100) + "1")).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", cursor in 0usize..60) {
        let schema = Schema::default();
        complete(&text, cursor, &schema);
        if let Ok(expr) = parse(&text) {
            prop_assert_eq!(parse(&print(&expr)).unwrap(), expr);
        }
    }

    #[test]
    fn any_text_of_its_signs_is_read_or_refused(words in proptest::collection::vec(
        prop_oneof![Just("("), Just(")"), Just("a"), Just("1"), Just("+"), Just("-"), Just("^"), Just("not "), Just(" and "), Just("="),
            Just("\"x\""), Just("'"), Just("["), Just("]"), Just(","), Just("if("), Just("\\"), Just("%"), Just(".")], 0..30)) {
        let text = words.concat();
        if let Ok(expr) = parse(&text) {
            prop_assert_eq!(parse(&print(&expr)).unwrap(), expr);
        }
    }

    #[test]
    fn any_text_is_a_recipe_or_refused(text in "\\PC{0,60}") {
        prop_assert!(Recipe::from_json(&text).is_err());
    }
}
