//! What is said of a formula that is none, and what is offered at the cursor.

use std::fmt::Write as _;

use hearth::recipe::formula::{Formula, complete, format, parse};
use hearth::recipe::{Field, Schema};
use hearth::table::ColumnType;

fn schema() -> Schema {
    let field = |(name, column_type): (&str, ColumnType)| Field { name: name.into(), column_type };
    let fields = [
        ("age", ColumnType::Number),
        ("income", ColumnType::Number),
        ("city", ColumnType::Category),
        ("comment", ColumnType::Text),
        ("member", ColumnType::Boolean),
        ("born", ColumnType::Date),
        ("hours per week", ColumnType::Number),
    ];
    Schema { fields: fields.map(field).to_vec(), open: false }
}

#[test]
fn errors_point_at_the_place_and_name_a_cure() {
    let formulas = [
        "",
        "   ",
        "aeg * 2",
        "Age",
        "hours per week",
        "age +",
        "(age",
        "age)",
        "age,",
        "age income",
        "roud(age)",
        "age < 3 < 5",
        "age + city",
        "age = city",
        "city = age",
        "member < true",
        "if(age, 1, 2)",
        "if(member, 1, \"a\")",
        "min(city)",
        "round()",
        "round(age, 1, 2)",
        "lower(age)",
        "year(age)",
        "number(born)",
        "matches(city, comment)",
        "matches(city, \"(\")",
        "parse_date(city, \"%Q\")",
        "parse_date(city, \"%H\")",
        "\"open",
        "[open",
        "age # 2",
        "1e999",
        "1 2",
        "not",
        "and",
        "age = not member",
        "missing",
        "*",
        "age ; 1",
        "ä ö",
        "-city",
        "sqrt(born)",
        "1,5",
        "city + \"x\"",
    ];
    let mut said = String::new();
    for text in formulas {
        let error = Formula::new(text, &schema()).expect_err(text);
        assert!(error.start <= error.end && error.end <= text.len(), "{text}");
        assert!(text.is_char_boundary(error.start) && text.is_char_boundary(error.end), "{text}");
        let indent = text[..error.start].chars().count();
        let length = text[error.start..error.end].chars().count().max(1);
        let _ =
            writeln!(said, "{text}\n{}{}\n{} {}\n", " ".repeat(indent), "^".repeat(length), error.event, error.cure);
    }
    let condition = Formula::condition("age + 1", &schema()).expect_err("a number is no condition");
    let _ = writeln!(said, "{:?}", condition.problem("age + 1"));
    insta::assert_snapshot!(said);
}

#[test]
fn what_can_stand_at_the_cursor_is_offered_best_first() {
    let mut said = String::new();
    for marked in ["a|", "|", "round(in|", "cty|", "[ho|urs]", "\"a|", "1 + mem|ber", "ro|(age)", "le|", "ä|", "3|"] {
        let cursor = marked.find('|').expect("a cursor");
        let text = marked.replace('|', "");
        let found = complete(&text, cursor, &schema());
        let first: Vec<String> = found
            .iter()
            .take(6)
            .map(|c| format!("{}..{} {} ({})", c.replaces.0, c.replaces.1, c.insert, c.detail))
            .collect();
        let _ = writeln!(said, "{marked}\n  {}\n", first.join("\n  "));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn the_canonical_text_has_no_bracket_too_many() {
    let pairs = [
        ("((age))+1*2", "age + 1 * 2"),
        ("(age+1)*2", "(age + 1) * 2"),
        ("a-(b-c)-d", "a - (b - c) - d"),
        ("2^(3^2)", "2 ^ 3 ^ 2"),
        ("(2^3)^2", "(2 ^ 3) ^ 2"),
        ("-(a^2)", "-a ^ 2"),
        ("(-a)**2", "(-a) ^ 2"),
        ("NOT (a == b) AND c<>d", "not a = b and c != d"),
        ("(not a) = b", "(not a) = b"),
        ("IF( x ,'it''", "\u{0}"),
        ("Round([hours per week],1)", "round([hours per week], 1)"),
        ("'say \"x\"' & \"\\d\\n\"", "\"say \\\"x\\\"\" & \"\\\\d\\n\""),
        ("[and] + [a\\]b]", "[and] + [a\\]b]"),
        ("1e30 + .5 + 1.50", "1e30 + 0.5 + 1.5"),
    ];
    for (text, canonical) in pairs {
        match format(text) {
            Ok(found) => {
                assert_eq!(found, canonical);
                assert_eq!(parse(&found).unwrap(), parse(text).unwrap());
            }
            Err(error) => assert_eq!(canonical, "\u{0}", "{text}: {error:?}"),
        }
    }
}
