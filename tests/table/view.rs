//! The order of the grid.

use hearth::table::view::{Filter, order};

use crate::read;

const TEXT: &str = "n,c,b,d,t\n3,pear,yes,2024-03-01,x\n,apple,no,2024-01-01,y\n1,,yes,,x\n2,apple,,2024-02-01,z\n3,fig,no,2024-01-01,x\n";

#[test]
fn sorted_with_missing_last() {
    let table = read(TEXT).read.table;
    let sorted = |column, descending| order(&table, &[], Some((column, descending)));
    assert_eq!(sorted(0, false), [2, 3, 0, 4, 1]);
    assert_eq!(sorted(0, true), [0, 4, 3, 2, 1]);
    assert_eq!(sorted(1, false), [1, 3, 4, 0, 2]);
    assert_eq!(sorted(1, true), [0, 4, 1, 3, 2]);
    assert_eq!(sorted(2, false), [1, 4, 0, 2, 3]);
    assert_eq!(sorted(3, true), [0, 3, 1, 4, 2]);
    assert_eq!(sorted(99, true), [0, 1, 2, 3, 4]);
}

#[test]
fn levels_that_are_numbers_sort_as_numbers() {
    let table = read("code,n\n010,1\n9,2\n0100,3\n").read.table;
    assert_eq!(order(&table, &[], Some((0, false))), [1, 0, 2]);
}

#[test]
fn filters_hold_together() {
    let table = read(TEXT).read.table;
    let one_of =
        |column, texts: &[&str]| Filter::OneOf { column, texts: texts.iter().map(|t| t.to_string()).collect() };
    let between = |column, low, high| Filter::Between { column, low, high };
    assert_eq!(order(&table, &[between(0, 2.0, 3.0)], None), [0, 3, 4]);
    assert_eq!(order(&table, &[between(0, 2.0, 3.0), one_of(1, &["apple", "fig"])], None), [3, 4]);
    assert_eq!(order(&table, &[one_of(2, &["yes"])], Some((0, false))), [2, 0]);
    assert_eq!(order(&table, &[one_of(0, &["3"])], None), [0, 4]);
    assert_eq!(order(&table, &[Filter::Missing { column: 1 }], None), [2]);
    let january = (1_704_067_200_000.0, 1_706_659_200_000.0);
    assert_eq!(order(&table, &[between(3, january.0, january.1)], None), [1, 4]);
}
