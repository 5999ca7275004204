//! What the person asks of table and models while the engine is still being given them again (after a reload of the page, or
//! a restart of the engine) is done as soon as they are there.

use super::*;

const WAITING: &str = "Table and models are being loaded again";

/// Whether the engine needs table or trained models for it.
fn needs_models(action: &Action) -> bool {
    matches!(
        action,
        Action::MakePackage(_)
            | Action::OpenHoldout(_)
            | Action::PredictRow(..)
            | Action::ScoreFile(..)
            | Action::WatchFile(..)
            | Action::Retrain
            | Action::Blend
            | Action::Attack
    )
}

impl Studio {
    /// Whether the engine has what this project has.
    pub(super) fn engine_is_whole(&self) -> bool {
        !self.restoring && !matches!(self.waits.import, Some((_, ImportPurpose::Reload)))
    }

    /// Keeps an action for later that cannot be done yet; `false` where it can. Asked again, it is done once.
    pub(super) fn keep_for_later(&mut self, action: &Action) -> bool {
        if self.engine_is_whole() || !needs_models(action) {
            return false;
        }
        let same = |(_, kept): &(String, Action)| std::mem::discriminant(kept) == std::mem::discriminant(action);
        self.later.retain(|kept| !same(kept));
        self.later.push((self.project.id.clone(), action.clone()));
        // A row is asked for by every letter that is typed.
        if !matches!(action, Action::PredictRow(..))
            && !self.notices.iter().any(|n| n.problem.event.starts_with(WAITING))
        {
            self.tell(Tone::Information, format!("{WAITING}; it begins when they are here."), None);
        }
        true
    }

    pub(super) fn do_what_waited(&mut self) -> Vec<Command> {
        if self.later.is_empty() || !self.engine_is_whole() {
            return Vec::new();
        }
        self.notices.retain(|n| !n.problem.event.starts_with(WAITING));
        let waited = std::mem::take(&mut self.later);
        // Of another project nothing is wanted any more.
        let here = waited.into_iter().filter(|(project, _)| *project == self.project.id);
        here.collect::<Vec<_>>().into_iter().flat_map(|(_, action)| self.answer(action)).collect()
    }
}
