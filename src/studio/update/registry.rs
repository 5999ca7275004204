//! Versions, and what is decided of them.

use super::super::registry::{Origin, Ruling, SHORTEST_REASON, Standing, Version};
use super::*;

impl Studio {
    /// Give a run a number, where it has none; the number.
    pub(super) fn enrol(&mut self, run: RunId, parent: Option<u32>, origin: Origin) -> Option<u32> {
        if let Some(version) = self.project.registry.of_run(run) {
            return Some(version.number);
        }
        let name = self.run(run).filter(|found| !found.is_baseline())?.name.clone();
        let number = self.project.registry.versions.last().map_or(1, |version| version.number + 1);
        let when = self.clock.date.clone();
        self.log(format!("Registered {name} as version {number}."));
        self.project.registry.versions.push(Version { number, run, name, parent, origin, when });
        Some(number)
    }

    pub(super) fn register(&mut self, run: RunId) -> Vec<Command> {
        self.select_run(Some(run));
        if let Some(why) = self.unregistrable() {
            self.tell(Tone::Information, why, None);
            return Vec::new();
        }
        let parent = self.project.registry.approved().map(|version| version.number);
        if self.enrol(run, parent, Origin::Hand).is_none() {
            return Vec::new();
        }
        self.save()
    }

    /// A reason that is long enough; else it is asked for.
    pub(super) fn reason(&mut self, why: &str) -> Option<String> {
        let why = why.trim();
        if why.chars().count() < SHORTEST_REASON {
            self.tell(Tone::Information, "A decision is recorded with a written reason, a sentence at least.", None);
            return None;
        }
        Some(why.to_owned())
    }

    /// Whether a version may be used: its model is here, and no gate stops it. What stands in the way is said.
    pub(super) fn may_approve(&mut self, number: u32) -> bool {
        let Some(run) = self.run_of_version(number) else {
            self.tell(Tone::Doubt, format!("Version {number} cannot be approved: its model is no longer here."), None);
            return false;
        };
        let closed: Vec<&str> =
            self.gates(run).iter().filter(|state| state.stops()).map(|state| state.gate.name()).collect();
        if closed.is_empty() || run.from_package {
            return true;
        }
        let (id, text) = (
            run.id,
            format!(
                "Version {number} is not approved: this gate is closed: “{}”. Mend what it says, or override it on Ship with a reason.",
                closed.join("”, “")
            ),
        );
        self.tell(Tone::Doubt, text, Some(("Look at its gates", Action::ShowVersion(id))));
        false
    }

    /// A decision about a version. Approving one retires the one before.
    pub(super) fn rule(&mut self, number: u32, to: Standing, who: &str, why: &str) -> Vec<Command> {
        let registry = &self.project.registry;
        if registry.version(number).is_none() || registry.standing(number) == to || to == Standing::Candidate {
            return Vec::new();
        }
        let Some(why) = self.reason(why) else { return Vec::new() };
        if to == Standing::Approved && !self.may_approve(number) {
            return Vec::new();
        }
        self.record(number, to, who.trim(), why);
        self.save()
    }

    pub(super) fn record(&mut self, number: u32, to: Standing, who: &str, why: String) {
        let former = self.project.registry.approved().map(|version| version.number).filter(|former| *former != number);
        if let Some(former) = former.filter(|_| to == Standing::Approved) {
            self.record(former, Standing::Retired, who, format!("Version {number} took its place."));
        }
        let by = if who.is_empty() { String::new() } else { format!(" by {who}") };
        self.log(format!("Version {number} was {}{by}: {why}", to.word()));
        let when = self.clock.date.clone();
        self.project.registry.rulings.push(Ruling { version: number, to, who: who.to_owned(), why, when });
    }
}
