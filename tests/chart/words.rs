//! The card's Markdown as values.

use hearth::studio::markdown::{Block, Span, parse};

fn text(t: &str) -> Vec<Span> {
    vec![Span::Text(t.to_owned())]
}

#[test]
fn a_card_becomes_headings_lists_tables_code_and_emphasis() {
    let card = "# Title\n\nOne *two* **three** `four`\nfive.\n\n- a\n- b\n  goes on\n\n1. x\n2. y\n\n| k | v |\n|---|--:|\n| a \\| b | 2 |\n\n```sh\npip install x\n```\n> said\n";
    let blocks = parse(card);
    assert_eq!(blocks[0], Block::Heading(1, text("Title")));
    assert_eq!(
        blocks[1],
        Block::Paragraph(vec![
            Span::Text("One ".into()),
            Span::Emphasis("two".into()),
            Span::Text(" ".into()),
            Span::Strong("three".into()),
            Span::Text(" ".into()),
            Span::Code("four".into()),
            Span::Text(" five.".into()),
        ])
    );
    assert_eq!(blocks[2], Block::List { ordered: false, items: vec![text("a"), text("b goes on")] });
    assert_eq!(blocks[3], Block::List { ordered: true, items: vec![text("x"), text("y")] });
    assert_eq!(
        blocks[4],
        Block::Table { header: vec![text("k"), text("v")], rows: vec![vec![text("a | b"), text("2")]] }
    );
    assert_eq!(blocks[5], Block::Code("pip install x".into()));
    assert_eq!(blocks[6], Block::Quote(text("said")));
    assert_eq!(blocks.len(), 7);
}

#[test]
fn markup_and_unmatched_marks_stay_text() {
    assert_eq!(parse("<img src=x onerror=alert(1)>")[0], Block::Paragraph(text("<img src=x onerror=alert(1)>")));
    assert_eq!(parse("2 * 3 ** 4 and snake_case_name")[0], Block::Paragraph(text("2 * 3 ** 4 and snake_case_name")));
    assert_eq!(parse("a\\*b")[0], Block::Paragraph(text("a*b")));
    assert_eq!(parse("---\nlicense: mit\n---\ntext")[0], Block::Code("license: mit".into()));
    assert_eq!(parse("```\nnever closed")[0], Block::Code("never closed".into()));
    assert!(parse("").is_empty());
    assert_eq!(parse("ü`ü`ü").len(), 1);
}
