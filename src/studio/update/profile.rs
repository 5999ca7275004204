//! The table in numbers: asked for when the table or the target is another one, told in parts.

use super::super::findings::Profiled;
use super::*;
use crate::dataset::{DatasetSpec, Role};
use crate::job::ProfileTold;
use crate::split::propose::Proposal;

impl Studio {
    /// Ask the engine for the profile and the findings, unless it was asked for just these.
    pub(super) fn ask_for_profile(&mut self) -> Vec<Command> {
        if self.table.is_none() || self.profiled.given_up {
            return Vec::new();
        }
        // The test set is the same for any number of folds, and for any roles but those that split the rows.
        let of = |design: &Design| {
            let splits = |role: &Role| matches!(role, Role::Group | Role::Time);
            let roles = design.dataset.roles.iter().filter(|(_, role)| splits(role)).cloned().collect();
            (DatasetSpec { roles, ..design.dataset.clone() }, design.split.of_holdout())
        };
        let target = self.project.design.as_ref().map(of);
        if self.profile_asked.as_ref() == Some(&target) {
            return Vec::new();
        }
        // Proposals hang on the target only.
        let asks = |asked: &Option<(DatasetSpec, _)>| asked.as_ref().map(|(spec, _)| (spec.target.clone(), spec.task));
        if self.profile_asked.as_ref().map(asks) != Some(asks(&target)) {
            self.proposals.clear();
        }
        self.profile_asked = Some(target.clone());
        // What was told of the columns holds for any target; what was found does not.
        let mut known = self.profiled.profile.take();
        if let Some(profile) = &mut known {
            Arc::make_mut(profile).relations.clear();
        }
        self.profiled = Profiled { profile: known, ..Profiled::default() };
        let ticket = self.ticket();
        self.waits.profile = Some(ticket);
        vec![Self::engine(Request::Profile { ticket, target })]
    }

    /// Another table: nothing is known of it.
    pub(super) fn forget_profile(&mut self) {
        self.profiled = Profiled { given_up: self.profiled.given_up, ..Profiled::default() };
        self.profile_asked = None;
        self.waits.profile = None;
        self.proposals.clear();
    }

    pub(super) fn proposed(&mut self, ticket: Ticket, proposals: Vec<Proposal>) -> Vec<Command> {
        if self.waits.profile == Some(ticket) {
            self.proposals = proposals;
        }
        Vec::new()
    }

    pub(super) fn profiled(&mut self, ticket: Ticket, told: ProfileTold) -> Vec<Command> {
        if self.waits.profile != Some(ticket) {
            return Vec::new();
        }
        let ProfileTold { mut profile, parts_done, parts, findings } = told;
        if findings.is_some() {
            self.waits.profile = None;
        } else if let Some(known) = self.profiled.profile.as_ref().filter(|known| is_further(known, &profile)) {
            // The same table under another target: its columns are known better than this first look at them.
            profile = crate::profile::TableProfile { relations: profile.relations, ..(**known).clone() };
        }
        self.profiled = Profiled {
            profile: Some(Arc::new(profile)),
            parts_done,
            parts,
            found: findings.map(Arc::new),
            given_up: false,
        };
        self.make_waiting_package()
    }

    /// The engine was started again. Where a profile was all that it was doing, that is what it died of.
    pub(super) fn profile_lost(&mut self, had_job: bool) {
        let given_up = self.waits.profile.is_some() && !had_job;
        self.forget_profile();
        self.profiled.given_up |= given_up;
    }
}

fn is_further(known: &crate::profile::TableProfile, told: &crate::profile::TableProfile) -> bool {
    let seen = |profile: &crate::profile::TableProfile| {
        profile.columns.iter().map(|column| u64::from(column.n_rows)).sum::<u64>()
    };
    seen(known) > seen(told)
}
