//! Columns that go together: dealing one of them anew says little, since the others still tell what it said.

use crate::order::OrderBy;
use crate::profile::{Comparable, compare};
use crate::table::Column;

/// From this strength on two columns go together.
pub const TOGETHER: f64 = 0.8;
/// Columns that are compared with each other at most.
const MOST_COLUMNS: usize = 60;

/// Groups of two or more columns, by position, in which every pair goes together at least by `TOGETHER`: the strongest
/// pairs join first (complete linkage). `rows` are the table's; some 2,000 are enough.
pub fn together(columns: &[&Column], rows: &[u32]) -> Vec<Vec<u32>> {
    let comparable: Vec<Option<Comparable>> =
        columns.iter().take(MOST_COLUMNS).map(|column| Comparable::new(column, rows)).collect();
    let n = comparable.len();
    let mut strength = vec![0.0; n * n];
    let mut pairs = Vec::new();
    for (first, a) in comparable.iter().enumerate() {
        for (second, b) in comparable.iter().enumerate().skip(first + 1) {
            let (Some(a), Some(b)) = (a, b) else { continue };
            let found = compare(a, b).1.strength().unwrap_or(0.0);
            strength[first * n + second] = found;
            strength[second * n + first] = found;
            if found >= TOGETHER {
                pairs.push((found, first, second));
            }
        }
    }
    pairs.order_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut group: Vec<usize> = (0..n).collect();
    for (_, first, second) in pairs {
        let (a, b) = (group[first], group[second]);
        let members = |of: usize| (0..n).filter(|column| group[*column] == of).collect::<Vec<usize>>();
        let others = members(b);
        let all = members(a).into_iter().all(|x| others.iter().all(|y| strength[x * n + y] >= TOGETHER));
        if a != b && all {
            group.iter_mut().filter(|g| **g == b).for_each(|g| *g = a);
        }
    }
    let of = |g: usize| (0..n).filter(|column| group[*column] == g).map(|column| column as u32).collect::<Vec<u32>>();
    (0..n).map(of).filter(|members| members.len() > 1).collect()
}
