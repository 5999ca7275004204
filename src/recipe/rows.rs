//! Steps that choose or order rows.

use super::keys::Groups;
use super::operation::{Keep, SampleSize, SortKey};
use super::work::{Done, Work, misfit};
use crate::order::OrderBy;
use crate::random::Random;
use crate::table::Values;
use crate::table::view::sort_keys;

/// The stream of a sample's draws.
const SAMPLE: u64 = 0x5a;

impl Work<'_> {
    pub fn delete_rows(&mut self, rows: &[u32], of_rows: u32) -> Done {
        if !self.dry && of_rows as usize != self.n_rows {
            let event = format!("The rows were chosen in a table of {of_rows} rows, and this one has {}.", self.n_rows);
            return Err(misfit("", event, "Choose them again, or remove rows by a condition.").into());
        }
        let mut gone = vec![false; self.n_rows];
        for &row in rows {
            if let Some(gone) = gone.get_mut(row as usize) {
                *gone = true;
            }
        }
        self.take((0..self.n_rows as u32).filter(|&row| !gone[row as usize]).collect());
        Ok(())
    }

    /// About 0.1 µs a row and key.
    pub fn sort(&mut self, by: &[SortKey]) -> Done {
        if by.is_empty() {
            return Err(misfit("", "The step names no column.", "Name one to sort by.").into());
        }
        let mut keys = Vec::with_capacity(by.len());
        for key in by {
            keys.push((self.position(&key.column)?, key.descending));
        }
        let mut rows: Vec<u32> = (0..self.n_rows as u32).collect();
        // The sort is stable, so the last key goes first.
        for (position, descending) in keys.into_iter().rev() {
            let keys = sort_keys(self.values(position), descending);
            rows.order_by_key(|&row| keys[row as usize]);
        }
        self.take(rows);
        Ok(())
    }

    pub fn deduplicate(&mut self, columns: &[String], keep: Keep) -> Done {
        let positions = if columns.is_empty() { (0..self.columns.len()).collect() } else { self.positions(columns)? };
        let values: Vec<&Values> = positions.iter().map(|&position| self.values(position)).collect();
        let groups = Groups::new(&values, self.n_rows);
        let mut kept = groups.firsts();
        if keep == Keep::Last {
            for (row, &id) in groups.ids.iter().enumerate() {
                kept[id as usize] = row as u32;
            }
            kept.sort_unstable();
        }
        self.take(kept);
        Ok(())
    }

    pub fn sample(&mut self, size: SampleSize, seed: u64) -> Done {
        let n = match size {
            SampleSize::Rows(n) => n as usize,
            SampleSize::Share(share) if (0.0..=1.0).contains(&share) => (share * self.n_rows as f64).round() as usize,
            SampleSize::Share(share) => {
                return Err(misfit("", format!("A share of {share} cannot be drawn."), "Give one from 0 to 1.").into());
            }
        };
        let n = n.min(self.n_rows);
        let mut random = Random::new(seed, SAMPLE);
        let mut rows: Vec<u32> = (0..self.n_rows as u32).collect();
        for i in 0..n {
            let other = i + random.below((self.n_rows - i) as u64) as usize;
            rows.swap(i, other);
        }
        rows.truncate(n);
        rows.sort_unstable();
        self.take(rows);
        Ok(())
    }
}
