//! What is said of a table that suggests no target: the reasons that hold, and no others.

use hearth::job::{Event, TableSummary};
use hearth::studio::{Action, Studio};
use hearth::table::csv::import_bytes;
use hearth::table::profile::profile;

use super::made_up::*;

/// What the person reads: the event and the cure.
fn said(text: &str) -> (String, String) {
    let table = import_bytes("t.csv", text.as_bytes(), None).expect("a table").read.table;
    let summary = TableSummary {
        n_rows: table.n_rows as u32,
        columns: table.columns.iter().map(profile).collect(),
        ..summary("t.csv")
    };
    let mut studio: Studio = studio();
    let commands = studio.update(Action::FileDropped(file("t.csv")));
    studio.update(Action::Engine(Event::Imported { ticket: import_ticket(&commands), summary, suggestion: None }));
    let notice = studio.notices.iter().find(|n| n.problem.event.contains("No column was chosen")).expect("a notice");
    (notice.problem.event.clone(), notice.problem.cure.clone())
}

fn rows(header: &str, n: usize, row: impl Fn(usize) -> String) -> String {
    (0..n).fold(format!("{header}\n"), |text, i| text + &row(i) + "\n")
}

#[test]
fn only_the_reason_that_holds_is_named() {
    let start = "No column was chosen to be predicted: ";
    let cases = [
        ("a,b\n1,2\n".to_owned(), "one row has nothing to differ from."),
        ("a,b\n,\n,\n".to_owned(), "all 2 columns are empty."),
        (rows("a,b", 30, |_| "x,1".into()), "all 2 columns never vary."),
        (rows("a", 30, |i| (i % 3).to_string()), "there is no other column to learn “a” from."),
        (rows("a,b", 30, |i| format!("{},1", i % 3)), "there is nothing to learn “a” from, for 1 column never varies."),
        (rows("n,c", 40, |i| format!("{i},{}", 1000 + 10 * i)), "all 2 columns only name their rows."),
        (
            rows("n,c,e", 40, |i| format!("{i},x,")),
            "1 column is empty, 1 column never varies and 1 column only names its row.",
        ),
    ];
    for (text, reason) in cases {
        let (event, cure) = said(&text);
        assert_eq!(event, format!("{start}{reason}"), "{text}");
        assert!(cure.ends_with('.'), "{cure}");
    }
}
