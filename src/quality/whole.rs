//! What rows and columns repeat, and in which order rows stand.

use super::{Evidence, Finding, MOST_ROWS, Repair, between};
use crate::profile::{ColumnDetails, Likeness, RepeatedRows, Shape, TableProfile};
use crate::table::Table;

/// Repeats that may be chance, as a multiple of what independent columns would give.
const CHANCE: f64 = 5.0;
/// Different dates that an order needs.
const FEWEST_DATES: u64 = 20;

pub(super) fn look(table: &Table, profile: &TableProfile, found: &mut Vec<Finding>) {
    repeats(profile, found);
    for &column in &profile.constant {
        found.push(about(0.1, vec![column], Evidence::Constant, Some(Repair::Ignore { column })));
    }
    for pair in &profile.alike {
        let n_different = match pair.likeness {
            Likeness::Same => 0,
            Likeness::NearlySame { n_different } => n_different,
            // A code and its name: no fault.
            Likeness::OneToOne => continue,
        };
        let evidence = Evidence::SameColumns { n_different };
        found.push(about(0.3, vec![pair.first, pair.second], evidence, Some(Repair::Ignore { column: pair.second })));
    }
    for (position, details) in profile.columns.iter().enumerate().take(table.columns.len()) {
        let Shape::Dates(dates) = &details.shape else { continue };
        if dates.rises && details.distinct.count >= FEWEST_DATES {
            let column = position as u32;
            found.push(about(0.45, vec![column], Evidence::TimeOrder, Some(Repair::SplitByTime { column })));
        }
    }
}

fn about(severity: f64, columns: Vec<u32>, evidence: Evidence, repair: Option<Repair>) -> Finding {
    Finding { severity, columns, evidence, n_rows: 0, rows: Vec::new(), repair }
}

fn repeats(profile: &TableProfile, found: &mut Vec<Finding>) {
    let share = |of: &RepeatedRows| f64::from(of.n_repeats) / f64::from(profile.n_rows.max(1));
    let repeated = |of: &RepeatedRows| -> Vec<u32> {
        let mut rows: Vec<u32> = of.groups.iter().flat_map(|group| group.rows.iter().skip(1).copied()).collect();
        rows.sort_unstable();
        rows.truncate(MOST_ROWS);
        rows
    };
    let (exact, near) = (&profile.repeats, &profile.near_repeats);
    let all = |_: u32| true;
    let not_named = |position: u32| !profile.id_like.contains(&position);
    if exact.n_repeats > 0 && !by_chance(profile, exact, all) {
        found.push(Finding {
            severity: between(0.5, 0.9, 5.0 * share(exact)),
            columns: Vec::new(),
            evidence: Evidence::RepeatedRows { n_groups: exact.n_groups },
            n_rows: exact.n_repeats,
            rows: repeated(exact),
            repair: Some(Repair::DropRepeats),
        });
    }
    if near.n_repeats > exact.n_repeats && !by_chance(profile, near, not_named) {
        let told = repeated(exact);
        // Those that repeat every cell are told above.
        let rows: Vec<u32> = repeated(near).into_iter().filter(|row| told.binary_search(row).is_err()).collect();
        found.push(Finding {
            severity: between(0.4, 0.8, 5.0 * share(near)),
            columns: Vec::new(),
            evidence: Evidence::NearlyRepeatedRows { n_groups: near.n_groups },
            n_rows: near.n_repeats - exact.n_repeats,
            rows,
            repair: None,
        });
    }
}

/// Whether so many repeats are what rows do whose cells are drawn column by column: few rows are different where columns
/// have few values. Of `n` rows from `d` equally likely ones `n − d (1 − e^(−n/d))` repeat an earlier one; `d` is the
/// product over columns of e^entropy, or of the number of different values where the entropy is not known. Columns
/// that go together repeat more often, so a few times as many are still chance.
fn by_chance(profile: &TableProfile, of: &RepeatedRows, counts: impl Fn(u32) -> bool) -> bool {
    let of_column = |details: &ColumnDetails| match &details.shape {
        Shape::Levels { entropy, .. } => libm::exp(*entropy),
        Shape::Numbers(_) | Shape::Dates(_) | Shape::Texts { .. } => details.distinct.count.max(1) as f64,
        Shape::Empty => 1.0,
    };
    let columns = profile.columns.iter().enumerate().filter(|(position, _)| counts(*position as u32));
    let different: f64 = columns.map(|(_, details)| of_column(details)).product();
    let n = f64::from(of.n_rows);
    let expected = n + different * libm::expm1(-n / different);
    f64::from(of.n_repeats) <= CHANCE * expected
}
