//! The profile of a table and the findings about it, in small steps that give way to everything else.

use std::sync::Arc;

use super::{Event, Ticket};
use crate::dataset::{Dataset, DatasetSpec, Role};
use crate::job::{Found, ProfileTold};
use crate::profile::{Aim, Profiler};
use crate::quality::Search;
use crate::recipe::operation_of;
use crate::split::SplitSpec;
use crate::split::propose::Proposer;
use crate::table::Table;

/// Rows of a step: some milliseconds.
const BUDGET_ROWS: usize = 50_000;
/// What is known so far is told at most this often, in milliseconds, and when at least this share of it is new: telling
/// all of a wide table is work as well.
const TELL_MILLISECONDS: f64 = 250.0;
const NEW_SHARE: f64 = 0.2;
/// Draws samples and folds.
const SEED: u64 = 42;

/// A profile under way.
pub struct Profiling {
    ticket: Ticket,
    table: Arc<Table>,
    /// Not looked up yet.
    target: Option<(DatasetSpec, SplitSpec)>,
    asked: Option<DatasetSpec>,
    aim: Option<Aim>,
    /// How the rows could be split: looked at once the first numbers are told.
    proposer: Option<Proposer>,
    proposed: bool,
    profiler: Option<Profiler>,
    search: Option<Search>,
    /// When something was told, and how many parts were done then.
    told: Option<(f64, u32)>,
    first_pass_told: bool,
}

impl Profiling {
    pub fn new(ticket: Ticket, table: Arc<Table>, target: Option<(DatasetSpec, SplitSpec)>) -> Self {
        Self {
            ticket,
            table,
            target,
            asked: None,
            aim: None,
            proposer: None,
            proposed: false,
            profiler: None,
            search: None,
            told: None,
            first_pass_told: false,
        }
    }

    /// Do a small piece; `true` when all is told. `now` in milliseconds.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        let shown = self.first_pass_told || self.search.is_some();
        if shown && !std::mem::replace(&mut self.proposed, true) {
            let target = self.asked.as_ref();
            self.proposer = target.and_then(|target| Proposer::new(&self.table, target));
            return false;
        }
        if let Some(proposer) = &mut self.proposer {
            if let Some(proposals) = proposer.step(&self.table) {
                self.proposer = None;
                events.push(Event::Proposed { ticket: self.ticket, proposals });
            }
            return false;
        }
        let Some(profiler) = &mut self.profiler else {
            self.asked = self.target.as_ref().map(|(target, _)| target.clone());
            self.aim = self.target.take().and_then(|(target, split)| aim(&self.table, target, &split));
            self.profiler = Some(Profiler::new(&self.table, self.aim.clone(), SEED));
            return false;
        };
        if let Some(search) = &mut self.search {
            let Some(findings) = search.step(&self.table, profiler.profile(), self.aim.as_ref()) else { return false };
            let say = |finding: crate::quality::Finding| Found {
                sentence: finding.sentence(&self.table),
                operation: finding.repair.as_ref().and_then(|repair| operation_of(repair, &self.table)),
                finding,
            };
            let (profile, parts) = (profiler.profile().clone(), profiler.progress().parts);
            let findings = Some(findings.into_iter().map(say).collect());
            let told = ProfileTold { profile, parts_done: parts, parts, findings };
            events.push(Event::Profiled { ticket: self.ticket, told });
            return true;
        }
        let progress = profiler.advance(&self.table, BUDGET_ROWS);
        if progress.done {
            self.search = Some(Search::default());
            return false;
        }
        let first = progress.first_pass_done && !self.first_pass_told;
        let (last, parts_then) = *self.told.get_or_insert((now, 0));
        let fresh = f64::from(progress.parts_done - parts_then) >= NEW_SHARE * f64::from(progress.parts);
        if first || (fresh && now - last >= TELL_MILLISECONDS) {
            self.first_pass_told |= first;
            self.told = Some((now, progress.parts_done));
            let (profile, parts_done, parts) = (profiler.profile().clone(), progress.parts_done, progress.parts);
            let told = ProfileTold { profile, parts_done, parts, findings: None };
            events.push(Event::Profiled { ticket: self.ticket, told });
        }
        false
    }
}

/// The target and the rows outside the test set that know it; `None` where the table has no such target, or too few rows.
fn aim(table: &Table, target: DatasetSpec, split: &SplitSpec) -> Option<Aim> {
    // A column that is not learned from is related to the target all the same.
    let splits = |role: &Role| matches!(role, Role::Group | Role::Time);
    let roles = target.roles.iter().filter(|(_, role)| splits(role)).cloned().collect();
    let spec = DatasetSpec { roles, ..target };
    let dataset = split.see(Dataset::new(table, &spec).ok()?, table);
    let column = table.position(&spec.target)? as u32;
    let seen = split.draw(&dataset).ok()?.outside_holdout();
    let rows = seen.iter().map(|&position| dataset.rows[position as usize]).collect();
    Some(Aim { column, rows, target: dataset.target.select(&seen) })
}
