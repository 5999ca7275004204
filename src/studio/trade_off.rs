//! Scores against sizes: which candidates are the best of their size, and the smallest that does as well as the leader.

use super::Studio;
use super::leaderboard::{Leaderboard, Row};
use crate::chart::format::{bytes, significant};
use crate::chart::trade_off::{Point, TradeOff};
use crate::validate::compare::Verdict;

impl Studio {
    /// `None` for fewer than two candidates beside the baseline that count and whose sizes are known.
    pub fn trade_off(&self, board: &Leaderboard) -> Option<TradeOff> {
        let counts = |row: &&Row| {
            !row.score.live
                && !row.score.baseline
                && row.stale.is_none()
                && row.stopped.is_none()
                && !(row.from_package || row.given)
        };
        let known = |row: &Row| Some((self.run(row.run?)?.report.size?.n_bytes, row.score.mean?));
        // As on the board: the best first.
        let rows: Vec<(&Row, u64, f64)> = board
            .rows
            .iter()
            .filter(counts)
            .filter_map(|row| known(row).map(|(n_bytes, mean)| (row, n_bytes, mean)))
            .collect();
        let [(leader, most, best), _, ..] = rows[..] else { return None };
        let gain = |value: f64, other: f64| board.metric.gain(value, other);
        let beaten = |&(_, n_bytes, mean): &(&Row, u64, f64)| {
            rows.iter().any(|&(_, n, m)| n <= n_bytes && gain(m, mean) >= 0.0 && (n < n_bytes || gain(m, mean) > 0.0))
        };
        let mut points: Vec<Point> = rows
            .iter()
            .map(|row| Point {
                name: row.0.score.name.clone(),
                n_bytes: row.1,
                mean: row.2,
                interval: row.0.score.interval,
                is_best_of_size: !beaten(row),
                selected: row.0.score.selected,
            })
            .collect();
        points.sort_by_key(|point| point.n_bytes);
        let against = leader.run.and_then(|id| self.run(id)).map(|run| self.against(run, board.metric));
        let level = |row: &Row| {
            let found = against.as_ref().and_then(|all| all.iter().find(|a| Some(a.run) == row.run));
            found.is_some_and(|found| found.verdict != Verdict::Better)
        };
        let smallest = rows.iter().skip(1).filter(|(row, n, _)| *n < most && level(row)).min_by_key(|(_, n, _)| *n);
        let leads = &leader.score.name;
        let sentence = match smallest {
            Some((row, n_bytes, mean)) => {
                let behind = gain(best, *mean).max(0.0);
                let by = if behind > 0.0 { format!(" ({} behind)", significant(behind, 2)) } else { String::new() };
                format!(
                    "{} is {} times smaller than {leads} ({} instead of {}) and cannot be told apart from it by {}{by}.",
                    row.score.name,
                    significant(most as f64 / *n_bytes as f64, 2),
                    bytes(*n_bytes),
                    bytes(most),
                    board.metric.name(),
                )
            }
            None => format!("Nothing smaller does as well as {leads}, which takes {}.", bytes(most)),
        };
        Some(TradeOff { metric: board.metric, wall: board.wall, points, sentence })
    }
}
