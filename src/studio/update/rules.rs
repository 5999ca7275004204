//! Rules for the rows: edits that undo takes back, judged again for each table.

use super::super::words;
use super::*;
use crate::rules::{Demand, Rule, next_id};

impl Studio {
    pub(super) fn change_rules(&mut self, label: &str, rules: Vec<Rule>) -> Vec<Command> {
        if self.project.rules == rules || self.project.data.is_none() {
            return Vec::new();
        }
        self.remember(label);
        self.project.rules = rules;
        let mut commands = self.judge_rules();
        commands.extend(self.save());
        commands
    }

    /// Ask what comes of the rules, unless it was asked for just these.
    pub(super) fn judge_rules(&mut self) -> Vec<Command> {
        if self.table.is_none() || self.rules_asked == self.project.rules {
            return Vec::new();
        }
        self.rules_asked = self.project.rules.clone();
        self.rules_told = None;
        self.waits.rules = None;
        if self.project.rules.is_empty() {
            return Vec::new();
        }
        let ticket = self.ticket();
        self.waits.rules = Some(ticket);
        vec![Self::engine(Request::JudgeRules { ticket, rules: self.project.rules.clone() })]
    }

    /// Another table: it was judged by none.
    pub(super) fn forget_rule_reports(&mut self) {
        self.rules_asked = Vec::new();
        self.rules_told = None;
        self.waits.rules = None;
        self.waits.proposed_rules = None;
    }

    pub(super) fn rules_judged(&mut self, ticket: Ticket, reports: Vec<crate::rules::RuleReport>) -> Vec<Command> {
        if self.waits.rules != Some(ticket) {
            return Vec::new();
        }
        self.waits.rules = None;
        self.rules_told = Some(Arc::new(reports));
        self.make_waiting_package()
    }

    pub(super) fn propose_rules(&mut self) -> Vec<Command> {
        if self.table.is_none() || self.waits.proposed_rules.is_some() {
            return Vec::new();
        }
        let ticket = self.ticket();
        self.waits.proposed_rules = Some(ticket);
        vec![Self::engine(Request::ProposeRules { ticket })]
    }

    /// What is not there yet is added.
    pub(super) fn rules_proposed(&mut self, ticket: Ticket, demands: Vec<Demand>) -> Vec<Command> {
        if self.waits.proposed_rules != Some(ticket) {
            return Vec::new();
        }
        self.waits.proposed_rules = None;
        let mut rules = self.project.rules.clone();
        for demand in demands {
            if rules.iter().all(|rule| rule.demand != demand) {
                rules.push(Rule { id: next_id(&rules), on: true, demand });
            }
        }
        match (rules.len() - self.project.rules.len()) as u64 {
            0 => {
                let event = "These rows suggest no further rule: a rule is proposed where 20 rows or more keep it.";
                self.tell(Tone::Information, event, None);
                Vec::new()
            }
            n => self.change_rules(&format!("Add {}", words::counted(n, "proposed rule")), rules),
        }
    }
}
