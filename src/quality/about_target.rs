//! What stands between the columns and the target: rare classes, and columns that know too much.

use super::{Evidence, Finding, Repair, between};
use crate::dataset::Target;
use crate::profile::{Aim, TableProfile};
use crate::table::Table;

/// Share of rows below which a class is rare.
const RARE_CLASS: f64 = 0.1;
/// Score of a column alone from which it is a suspect.
const SUSPECT: f64 = 0.9;
/// Rows with a target that are needed.
const FEWEST: usize = 50;

pub(super) fn look(table: &Table, profile: &TableProfile, aim: Option<&Aim>, found: &mut Vec<Finding>) {
    let Some(aim) = aim.filter(|aim| aim.rows.len() >= FEWEST && (aim.column as usize) < table.columns.len()) else {
        return;
    };
    if let Target::Classes { codes, labels } = &aim.target {
        imbalance(aim.column, codes, labels, found);
    }
    for relation in &profile.relations {
        let Some(score) = relation.score.filter(|score| *score >= SUSPECT) else { continue };
        found.push(Finding {
            severity: between(0.6, 1.0, (score - SUSPECT) / (1.0 - SUSPECT)),
            columns: vec![relation.column],
            evidence: Evidence::Leakage { score, of_classes: matches!(aim.target, Target::Classes { .. }) },
            n_rows: 0,
            rows: Vec::new(),
            repair: Some(Repair::KnownTooLate { column: relation.column }),
        });
    }
}

fn imbalance(column: u32, codes: &[u32], labels: &[String], found: &mut Vec<Finding>) {
    let mut counts = vec![0u32; labels.len()];
    codes.iter().for_each(|code| counts[*code as usize] += 1);
    let Some(rarest) = (0..labels.len()).min_by_key(|class| counts[*class]) else {
        return;
    };
    let share = f64::from(counts[rarest]) / codes.len() as f64;
    // Of many classes each has a small share: a tenth of an equal one is rare.
    if share >= RARE_CLASS.min(0.5 / labels.len() as f64) {
        return;
    }
    found.push(Finding {
        severity: between(0.6, 0.3, share / RARE_CLASS),
        columns: vec![column],
        evidence: Evidence::Imbalance { class: labels[rarest].clone(), n_rows: counts[rarest], share },
        n_rows: 0,
        rows: Vec::new(),
        repair: Some(Repair::WeighClasses),
    });
}
