//! How often each value occurs, exactly up to a limit; beyond it how many there are, estimated.

use serde::{Deserialize, Serialize};

/// Distinct values that are counted exactly.
pub const EXACT_DISTINCT: usize = 1 << 16;
/// Registers of the estimate: 2¹⁴. Its standard error is 1.04 / √16384 = 0.8 %.
const PRECISION: u32 = 14;
const STANDARD_ERROR: f64 = 0.008_125;

/// How many different values there are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DistinctCount {
    pub count: u64,
    /// Relative standard error; 0 where the count is exact.
    pub error: f64,
}

impl DistinctCount {
    pub fn exact(count: u64) -> Self {
        Self { count, error: 0.0 }
    }

    pub fn is_exact(self) -> bool {
        self.error == 0.0
    }
}

/// A value by its hash: where it stood first, and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    pub hash: u64,
    pub first_row: u32,
    pub count: u32,
}

/// Counts values by hash. Two values with one hash of 64 bits count as one: below 10⁻⁹ likely among 65,536.
pub struct Tally {
    entries: Vec<Entry>,
    /// Positions in `entries` plus one; a power of two of them, at most half of them used.
    slots: Vec<u32>,
    registers: Vec<u8>,
    full: bool,
}

impl Default for Tally {
    fn default() -> Self {
        Self { entries: Vec::new(), slots: vec![0; 256], registers: vec![0; 1 << PRECISION], full: false }
    }
}

impl Tally {
    /// `hash` has well mixed bits.
    pub fn push(&mut self, hash: u64, row: u32) {
        let register = (hash >> (64 - PRECISION)) as usize;
        // The position of the first set bit of the rest, from 1; the guard keeps it within the rest.
        let rank = ((hash << PRECISION) | (1 << (PRECISION - 1))).leading_zeros() as u8 + 1;
        let known = &mut self.registers[register];
        *known = (*known).max(rank);
        if self.full {
            return;
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot] != 0 {
            let entry = &mut self.entries[self.slots[slot] as usize - 1];
            if entry.hash == hash {
                entry.count += 1;
                return;
            }
            slot = (slot + 1) & mask;
        }
        if self.entries.len() == EXACT_DISTINCT {
            self.full = true;
            self.entries = Vec::new();
            self.slots = Vec::new();
            return;
        }
        self.entries.push(Entry { hash, first_row: row, count: 1 });
        self.slots[slot] = self.entries.len() as u32;
        if self.entries.len() * 2 > self.slots.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        self.slots = vec![0; mask + 1];
        for (position, entry) in self.entries.iter().enumerate() {
            let mut slot = entry.hash as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = position as u32 + 1;
        }
    }

    /// Each value in order of first appearance; `None` when there were too many.
    pub fn entries(&self) -> Option<&[Entry]> {
        (!self.full).then_some(&self.entries)
    }

    pub fn distinct(&self) -> DistinctCount {
        if !self.full {
            return DistinctCount::exact(self.entries.len() as u64);
        }
        DistinctCount { count: libm::round(estimate(&self.registers)) as u64, error: STANDARD_ERROR }
    }
}

/// The improved raw estimator of HyperLogLog. Source: Ertl, New cardinality estimation algorithms for HyperLogLog
/// sketches (2017), algorithm 6.
fn estimate(registers: &[u8]) -> f64 {
    let q = (64 - PRECISION) as usize;
    let mut counts = vec![0u32; q + 2];
    for &register in registers {
        counts[usize::from(register).min(q + 1)] += 1;
    }
    let m = registers.len() as f64;
    let mut z = m * tau(1.0 - f64::from(counts[q + 1]) / m);
    for k in (1..=q).rev() {
        z = 0.5 * (z + f64::from(counts[k]));
    }
    z += m * sigma(f64::from(counts[0]) / m);
    m * m / (2.0 * std::f64::consts::LN_2 * z)
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hash::of_word;
    use super::*;

    fn of_code(code: u32) -> u64 {
        of_word(u64::from(code))
    }

    #[test]
    fn estimates_stay_within_four_standard_errors() {
        for n in [70_000u32, 100_000, 1_000_000, 3_000_000] {
            let mut tally = Tally::default();
            for i in 0..n {
                tally.push(of_code(i), i);
                tally.push(of_code(i / 2), i);
            }
            let found = tally.distinct();
            assert!(!found.is_exact());
            let off = (found.count as f64 / f64::from(n) - 1.0).abs();
            println!("{n}: {} ({:.2} % off)", found.count, 100.0 * off);
            assert!(off < 4.0 * found.error, "{n}: {}", found.count);
        }
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let mut tally = Tally::default();
        for i in 0..200_000u32 {
            tally.push(of_code(i % 65_536), i);
        }
        assert_eq!(tally.distinct(), DistinctCount::exact(65_536));
        assert_eq!(tally.entries().map(|e| e[3]), Some(Entry { hash: of_code(3), first_row: 3, count: 4 }));
    }
}
