//! Sorting through one compiled sort.
//!
//! `slice::sort_by` is compiled anew for each type and each comparison, at seven kB a time; sixty of them were an eighth of
//! the engine. Here the positions are sorted, through a pointer to the comparison, and the values are then put where they
//! belong. A comparison costs an indirect call more, so loops over whole columns call the sorts of the standard library.

use std::cmp::Ordering;

pub trait OrderBy<T> {
    /// Sorts by `compare`, in O(n log n); what compares equal stays in its order. Panics above 2³² values.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by `key`, as `order_by` does.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> OrderBy<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let mut from = positions(self.len(), &mut |a, b| compare(&self[a], &self[b]));
        // Along each cycle of the permutation a value is swapped to its place once.
        for start in 0..self.len() {
            let mut at = start;
            loop {
                let next = std::mem::replace(&mut from[at], at as u32) as usize;
                if next == start {
                    break;
                }
                self.swap(at, next);
                at = next;
            }
        }
    }

    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }
}

/// The positions `0..n` in the order of what stands there.
fn positions(n: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<u32> {
    let n = u32::try_from(n).expect("fewer than 2³² values");
    let mut order: Vec<u32> = (0..n).collect();
    order.sort_by(|a, b| compare(*a as usize, *b as usize));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn as_the_standard_library_sorts() {
        let mut random = Random::new(3, 0);
        for n in [0, 1, 2, 3, 20, 21, 100, 5_000] {
            for n_different in [1, 2, 7, 10_000] {
                let list: Vec<(u64, String)> = (0..n).map(|at| (random.below(n_different), at.to_string())).collect();
                let mut expected = list.clone();
                expected.sort_by(|a, b| b.0.cmp(&a.0));
                let mut found = list.clone();
                found.order_by(|a, b| b.0.cmp(&a.0));
                assert_eq!(found, expected, "{n} of {n_different}");
                let mut found = list;
                found.order_by_key(|(key, _)| std::cmp::Reverse(*key));
                assert_eq!(found, expected, "{n} of {n_different}");
            }
        }
    }
}
