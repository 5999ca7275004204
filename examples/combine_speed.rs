//! Seconds to look at a second file, and to put it beside or below a table of a million rows:
//! `cargo run --release --example combine_speed`. `tests/reference/combine_speed.py` times the same in pandas.
//!
//! Left: 1,000,000 rows of a key (numbers up to 500,000 and beyond what the other has, or texts of them), a date, a category, two
//! numbers. Right: 500,000 keys once each, a category, two numbers.
//!
//! Seconds of the best of three on one core of a quiet machine, 2026-11-30, ours with the optimizer of tests (opt-level 2, no
//! link-time optimizing); pandas 3.1 copies no column that stays as it is:
//!
//! | | numbers as keys | pandas | texts as keys | pandas |
//! |---|---|---|---|---|
//! | propose keys | 0.25 | | 0.35 | |
//! | say what would meet, exactly and loosely | 0.89 | | 0.85 | |
//! | join, every row kept | 0.24 | 0.08 | 0.36 | 0.49 |
//! | join, only what matches | 0.24 | 0.10 | 0.34 | 0.38 |
//! | join, compared loosely | 0.62 | | 0.46 | |
//! | append a million rows | 0.09 | 0.01 | 0.16 | 0.01 |

use std::collections::BTreeMap;
use std::time::Instant;

use hearth::combine::{Fits, Meeting, propose};
use hearth::random::Random;
use hearth::recipe::{JoinKind, KeyPair, Operation, Outcome, Recipe, apply};
use hearth::table::{Column, Table, Values};

const LEFT: usize = 1_000_000;
const RIGHT: usize = 500_000;

fn column(name: &str, values: Values) -> Column {
    Column { name: name.into(), values, missing_spellings: Vec::new(), unit: None }
}

fn numbers(random: &mut Random, n: usize) -> Values {
    Values::Number((0..n).map(|_| random.unit()).collect())
}

fn category(random: &mut Random, n: usize) -> Values {
    let levels = (0..40).map(|level| format!("level {level}")).collect();
    Values::Category { codes: (0..n).map(|_| random.below(40) as u32).collect(), levels }
}

fn key(numbers: &[u32], as_text: bool) -> Values {
    if as_text {
        Values::Text(numbers.iter().map(|n| Some(format!("key-{n}").into())).collect())
    } else {
        Values::Number(numbers.iter().map(|n| f64::from(*n)).collect())
    }
}

fn tables(as_text: bool) -> (Table, Table) {
    let mut random = Random::new(1, 0);
    let mut of_right: Vec<u32> = (0..RIGHT as u32).collect();
    random.shuffle(&mut of_right);
    let of_left: Vec<u32> = (0..LEFT).map(|_| random.below(RIGHT as u64 * 11 / 10) as u32).collect();
    let days = (0..LEFT).map(|_| random.below(3_000) as i64 * 86_400_000).collect();
    let left = vec![
        column("id", key(&of_left, as_text)),
        column("day", Values::Date { milliseconds: days, has_time: false }),
        column("kind", category(&mut random, LEFT)),
        column("x", numbers(&mut random, LEFT)),
        column("y", numbers(&mut random, LEFT)),
    ];
    let right = vec![
        column("number", key(&of_right, as_text)),
        column("name", category(&mut random, RIGHT)),
        column("v", numbers(&mut random, RIGHT)),
        column("w", numbers(&mut random, RIGHT)),
    ];
    (Table { columns: left, n_rows: LEFT }, Table { columns: right, n_rows: RIGHT })
}

fn best<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    let mut seconds = f64::INFINITY;
    let mut made = None;
    for _ in 0..3 {
        let began = Instant::now();
        let done = work();
        seconds = seconds.min(began.elapsed().as_secs_f64());
        made = Some(done);
    }
    println!("{what:28} {seconds:.3} s");
    made.expect("it was done three times")
}

fn step(table: &Table, operation: Operation, others: &BTreeMap<String, Table>) {
    let mut recipe = Recipe::default();
    recipe.push(operation);
    let applied = apply(table, &recipe.steps, others);
    assert_eq!(applied.report[0].outcome, Outcome::Done, "{:?}", applied.report[0].problems);
}

fn main() {
    for as_text in [false, true] {
        println!("{}", if as_text { "keys are texts" } else { "keys are numbers" });
        let (left, right) = tables(as_text);
        let keys = best("propose keys", || propose(&left, &right));
        assert_eq!(keys.first().map(Vec::as_slice), Some(&[KeyPair { left: "id".into(), right: "number".into() }][..]));
        let met = best("say what would meet", || Meeting::of(&left, &right, "b", &keys[0], false));
        println!("{:28} {} of {}", "", met.n_matched, met.n_left);
        let others = BTreeMap::from([("b".to_owned(), right), ("more".to_owned(), left.clone())]);
        let join =
            |kind, loose| Operation::Join { with: "b".into(), kind, on: keys[0].clone(), suffix: "_b".into(), loose };
        best("join, every row kept", || step(&left, join(JoinKind::Left, false), &others));
        best("join, only what matches", || step(&left, join(JoinKind::Inner, false), &others));
        best("join, compared loosely", || step(&left, join(JoinKind::Left, true), &others));
        best("compare columns", || Fits::of(&left, &others["more"]));
        best("append a million rows", || step(&left, Operation::Append { with: "more".into(), mark: None }, &others));
    }
}
