//! Doing to this file what was done to the one before.

use super::*;
use crate::table::csv::CsvSettings;

impl Studio {
    /// One edit, which undo takes back whole: how cells are read, steps, rules and design.
    pub(super) fn take_over_from_former(&mut self) -> Vec<Command> {
        if self.offer_to_take_over().is_none() {
            return Vec::new();
        }
        let Some((former, data)) = self.former.take().zip(self.project.data.clone()) else {
            return Vec::new();
        };
        let label = format!("Take over from {}", former.name);
        // Delimiter, encoding and the like are this file's own.
        let settings = CsvSettings {
            types: former.settings.types.clone(),
            units: former.settings.units.clone(),
            missing: former.settings.missing.clone(),
            missing_in: former.settings.missing_in.clone(),
            ..data.settings.clone()
        };
        let reads = settings != data.settings || former.recipe != data.recipe;
        let mut ground = None;
        if reads {
            ground = self.ground_for_change("take over what was done");
            if ground.is_none() {
                self.former = Some(former);
                return Vec::new();
            }
        }
        self.remember(&label);
        self.project.rules = former.rules;
        let target_is_here = |design: &crate::design::Design| {
            reads || data.columns.iter().any(|column| column.name == design.dataset.target)
        };
        if let Some(design) = former.design.filter(target_is_here) {
            self.target_guess = None;
            self.project.design = Some(design);
        }
        if let Some(ground) = ground {
            // Where the target is not among the columns behind the steps, another is proposed.
            return self.change_table(settings, former.recipe, ground);
        }
        let mut commands = self.check_design();
        commands.extend(self.save());
        commands
    }
}
