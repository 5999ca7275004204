//! Facts that were planted are found, steps of any size give the same profile, and nothing panics.

use hearth::dataset::Target;
use hearth::profile::{Aim, EXACT_DISTINCT, Likeness, Profiler, Shape, pattern};
use hearth::random::Random;
use hearth::table::csv::import_bytes;
use hearth::table::{Column, Table, Values};
use proptest::prelude::*;

use crate::{profiled, read};

fn number(name: &str, values: Vec<f64>) -> Column {
    Column { name: name.into(), values: Values::Number(values), missing_spellings: Vec::new(), unit: None }
}

fn table(columns: Vec<Column>) -> Table {
    let n_rows = columns.first().map_or(0, |column| column.values.len());
    Table { columns, n_rows }
}

#[test]
fn likeness_of_columns() {
    let mut text = "a,b,c,code,name,free,alone\n".to_owned();
    let mut random = Random::new(3, 0);
    for i in 0..400 {
        let a = random.below(1000);
        let c = if i % 50 == 0 { a + 1 } else { a };
        let code = random.below(5);
        let name = ["red", "green", "blue", "grey", "pink"][code as usize];
        text += &format!("{a},{a},{c},{code},{name},{},{}\n", random.below(5), random.below(1000));
    }
    let found = profiled(&read(&text), None).alike;
    let pairs: Vec<(u32, u32, Likeness)> = found.iter().map(|pair| (pair.first, pair.second, pair.likeness)).collect();
    assert_eq!(
        pairs,
        [
            (0, 1, Likeness::Same),
            (0, 2, Likeness::NearlySame { n_different: 8 }),
            (1, 2, Likeness::NearlySame { n_different: 8 }),
            (3, 4, Likeness::OneToOne),
        ]
    );
}

#[test]
fn rows_that_are_there_twice() {
    let mut text = "id,name,amount,city\n".to_owned();
    (0..200).for_each(|i| text += &format!("k{i},Name {i},{}.25,Lima\n", i * 7));
    let clean = profiled(&read(&text), None);
    assert_eq!((clean.repeats.n_repeats, clean.near_repeats.n_repeats), (0, 0));
    assert_eq!(clean.id_like, [0, 1]);
    // Twice as it stands, once with another key and spelling.
    text += "k5,Name 5,35.25,Lima\nk5,Name 5,35.25,Lima\nk900,Name 9,63.250000001, LIMA.\n";
    let found = profiled(&read(&text), None);
    assert_eq!((found.repeats.n_repeats, found.repeats.n_groups), (2, 1));
    assert_eq!((found.repeats.groups[0].n_rows, &found.repeats.groups[0].rows[..]), (3, &[5u32, 200, 201][..]));
    // Names of rows do not count: the rest of the row does.
    assert_eq!(found.near_repeats.n_repeats, 3);
    assert!(found.near_repeats.groups.iter().any(|group| group.rows == [9, 202]));
}

#[test]
fn constant_columns_and_names_of_rows() {
    let text: String = (0..60).map(|i| format!("{},7,,u{i},{}\n", i + 100, i * 37 % 60)).collect();
    let found = profiled(&read(&format!("row,same,gone,key,amount\n{text}")), None);
    assert_eq!(found.constant, [1, 2]);
    assert_eq!(found.id_like, [0, 3]);
}

#[test]
fn gaps_between_dates() {
    let mut text = "day,n\n".to_owned();
    for day in (1..=28).filter(|day| !(10..=14).contains(day) && *day != 20) {
        text += &format!("2024-02-{day:02},{day}\n");
    }
    let found = profiled(&read(&text), None);
    let Shape::Dates(dates) = &found.columns[0].shape else { panic!("{found:?}") };
    const DAY: i64 = 86_400_000;
    assert_eq!((dates.step, dates.n_gaps, dates.rises), (DAY, 2, true));
    assert_eq!((dates.gaps[0].1 - dates.gaps[0].0, dates.gaps[1].1 - dates.gaps[1].0), (6 * DAY, 2 * DAY));
}

/// A number with many ties that decides the class says all there is to say.
#[test]
fn ties_do_not_hide_a_relation() {
    let mut random = Random::new(2, 0);
    let values: Vec<f64> = (0..4000).map(|_| random.below(120) as f64 - 40.0).collect();
    let codes: Vec<u32> = values.iter().map(|value| u32::from(*value >= 15.0)).collect();
    let share = codes.iter().filter(|code| **code == 1).count() as f64 / 4000.0;
    let entropy = -(share * libm::log(share) + (1.0 - share) * libm::log(1.0 - share));
    let target = Target::Classes { codes, labels: vec!["no".into(), "yes".into()] };
    let noise: Vec<f64> = (0..4000).map(|_| random.unit()).collect();
    let table = table(vec![number("delay", values), number("noise", noise)]);
    let aim = Aim { column: u32::MAX, rows: (0..4000).collect(), target };
    let found = profiled(&table, Some(aim)).relations;
    let information = found[0].information.unwrap();
    assert!((information - entropy).abs() < 0.05, "{information} of {entropy}");
    assert!(found[0].score.unwrap() > 0.9, "{:?}", found[0]);
    assert!(found[1].information.unwrap() < 0.05 && found[1].score.unwrap().abs() < 0.1, "{:?}", found[1]);
}

#[test]
fn patterns_of_texts() {
    assert_eq!(pattern("N14228"), "A9{5}");
    assert_eq!(pattern("ab-12 Xyz"), "aa-99_Aaa");
    assert_eq!(pattern("日本語 ½"), "x{3}_9");
    assert_eq!(pattern(""), "");
}

#[test]
fn too_many_values_are_estimated() {
    let mut random = Random::new(1, 0);
    let n = 300_000;
    let values: Vec<f64> = (0..n).map(|_| random.unit()).collect();
    let found = profiled(&table(vec![number("x", values)]), None);
    let distinct = found.columns[0].distinct;
    assert!(!distinct.is_exact() && distinct.count as usize > EXACT_DISTINCT);
    assert!((distinct.count as f64 / f64::from(n) - 1.0).abs() < 4.0 * distinct.error, "{distinct:?}");
    assert_eq!(found.columns[0].n_once, None);
}

#[test]
fn steps_of_any_size_give_the_same_profile() {
    let mut random = Random::new(5, 0);
    let mut text = "a,b,c,d\n".to_owned();
    for i in 0..25_000 {
        let word = ["x", "y", "zz", ""][random.below(4) as usize];
        text += &format!("{},{word},{},2024-01-{:02}\n", random.below(500), random.unit(), i % 28 + 1);
    }
    let table = read(&text);
    let whole = profiled(&table, None);
    for budget in [11, 997, 50_000] {
        let mut profiler = Profiler::new(&table, None, 1);
        let (mut first, mut steps, mut last) = (None, 0, 0);
        loop {
            let progress = profiler.advance(&table, budget);
            assert!(progress.parts_done >= last && progress.parts_done <= progress.parts, "{progress:?}");
            last = progress.parts_done;
            steps += 1;
            if progress.first_pass_done && first.is_none() {
                first = Some(profiler.profile().clone());
            }
            if progress.done {
                assert_eq!(progress.parts_done, progress.parts);
                break;
            }
        }
        assert!(steps > 5, "{steps} steps of {budget}");
        assert_eq!(*profiler.profile(), whole, "steps of {budget}");
        // The first pass is a whole profile of a sample.
        let first = first.unwrap();
        assert!(first.columns.iter().all(|column| column.n_rows == 20_000));
        assert_eq!((first.associations.len(), first.missing.n_rows), (6, 20_000));
        let (Shape::Numbers(a), Shape::Numbers(b)) = (&first.columns[0].shape, &whole.columns[0].shape) else {
            panic!()
        };
        assert!((a.mean - b.mean).abs() < 10.0 && a.mean != b.mean);
    }
}

#[test]
fn nothing_and_next_to_nothing() {
    let empty = profiled(&Table::default(), None);
    assert_eq!((empty.columns.len(), empty.n_rows), (0, 0));
    let none = profiled(&table(vec![number("x", Vec::new()), number("y", Vec::new())]), None);
    assert!(matches!(none.columns[0].shape, Shape::Empty));
    let one = profiled(&read("a,b\n1,x\n"), None);
    assert_eq!(one.columns[1].distinct.count, 1);
    let extreme = profiled(&table(vec![number("x", vec![f64::MAX, f64::MIN, 0.0, -0.0, 5e-324])]), None);
    let Shape::Numbers(numbers) = &extreme.columns[0].shape else { panic!() };
    assert_eq!((numbers.histogram.counts.iter().sum::<u32>(), extreme.columns[0].distinct.count), (5, 4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// No table makes it panic, and counts add up.
    #[test]
    fn any_table_is_profiled(text in "[a-c0-9,\"\n.-]{1,200}", seed in 0u64..9) {
        if let Ok(imported) = import_bytes("t.csv", text.as_bytes(), None) {
            let table = imported.read.table;
            let mut profiler = Profiler::new(&table, None, seed);
            while !profiler.advance(&table, 7).done {}
            for column in &profiler.profile().columns {
                prop_assert_eq!(column.n_rows as usize, table.n_rows);
                if let Shape::Numbers(numbers) = &column.shape {
                    prop_assert_eq!(numbers.histogram.counts.iter().sum::<u32>(), column.n_rows - column.n_missing);
                }
            }
        }
    }
}
