//! The loop: rows of later days are put below those of the training, a challenger learns from all but the newest of them,
//! and both models answer for these. The person decides.

use serde::{Deserialize, Serialize};

use super::project::Run;
use super::rivals::p_text;
use super::watch::GONE;
use super::words::counted;
use super::{Action, FilePurpose, Studio};
use crate::chart::format::{estimate, fixed, interval, significant};
use crate::design::Design;
use crate::job::{RunId, Ticket};
use crate::recipe::{Operation, Recipe, Step};
use crate::split::Newest;
use crate::validate::Fit;
use crate::validate::challenge::Compared;
use crate::validate::compare::Verdict;

/// How much of a file's rows is held out: as many as the challenger learns from.
pub const HELD_OUT: f32 = 0.5;

/// A round of the loop, from the training of a challenger on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    pub champion: RunId,
    /// As it was called then.
    pub champion_name: String,
    /// The rows that came, as steps call their file.
    pub file: String,
    /// Once it was trained.
    pub challenger: Option<RunId>,
    pub challenger_name: String,
    /// What both came to on the newest rows.
    pub compared: Option<Compared>,
    /// When that was, ISO 8601 UTC.
    pub judged: String,
    /// Whether the challenger was promoted, once that was decided.
    pub settled: Option<bool>,
}

/// What of a round is under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Retraining {
    /// The file is being read and put below.
    Adding {
        champion: RunId,
    },
    /// It is put below; the design follows it.
    Stacking {
        champion: RunId,
        file: String,
    },
    Training {
        ticket: Ticket,
    },
    Comparing {
        ticket: Ticket,
    },
}

/// Why there is no retraining now, and what would help.
#[derive(Clone, Debug, PartialEq)]
pub struct Hindrance {
    pub why: String,
    pub cure: Option<(&'static str, Action)>,
}

impl Studio {
    /// Why the rows that were watched cannot be learned from; `None` where they can.
    pub fn retrain_hindrance(&self) -> Option<Hindrance> {
        let no = |why: String| Some(Hindrance { why, cure: None });
        let of_run = self.watched.as_ref().filter(|watched| Some(watched.run) == self.selected_run);
        let (Some(watched), Some(run)) = (of_run, self.current_run()) else {
            return no("Compare the rows of a later day first.".to_owned());
        };
        let file = &watched.file;
        let target = &run.report.target;
        if run.from_package {
            return no("This model came as a package, without the rows that it was trained on. Open its project and watch the file there: a challenger learns from old and new rows together.".to_owned());
        }
        if run.report.blend.is_some() || run.spec().is_none() {
            return no(
                "An ensemble is not trained again as one. Retrain one of its models, then make the ensemble anew."
                    .to_owned(),
            );
        }
        if let Some(calibrated) = &run.calibrated {
            return no(format!(
                "The probabilities of this model were bent after its training. Retrain {}, and calibrate what comes of it.",
                calibrated.of
            ));
        }
        if run.report.fit != Fit::All || run.is_baseline() {
            return no("Only a model that was trained to its end is trained again.".to_owned());
        }
        if watched.report.n_outcomes == 0 {
            return no(format!(
                "There is nothing to learn from these rows yet: nobody has said what really happened. Bring them again with {target}."
            ));
        }
        if watched.columns.outcome.as_ref().is_some_and(|outcome| outcome != target) {
            let outcome = watched.columns.outcome.as_deref().unwrap_or_default();
            return no(format!(
                "What really happened stands in “{outcome}” there and in “{target}” in the training. Call the column “{target}” in the file, and bring it again."
            ));
        }
        if !self.trained_here(run) {
            return no("The data, how they are read, or their steps are others than when this model was trained. Train it again first, so that the challenger differs by the new rows alone.".to_owned());
        }
        if file.key == GONE {
            let why = format!("{} is no longer at hand.", file.name);
            return Some(Hindrance {
                why,
                cure: Some(("Choose it again", Action::PickFile(FilePurpose::Watch(run.id)))),
            });
        }
        None
    }

    /// Whether the table is that of a run, but for rows of further files below.
    pub(super) fn trained_here(&self, run: &Run) -> bool {
        let Some(data) = &self.project.data else { return false };
        data.sha256 == run.data_sha256
            && data.settings == run.settings
            && others(&data.recipe).does_the_same(&others(&run.recipe))
            && files(&run.recipe).all(|file| files(&data.recipe).any(|here| here == file))
    }

    /// What the loop is doing now, for the page.
    pub fn retraining(&self) -> Option<&'static str> {
        self.retraining.as_ref().map(|stage| match stage {
            Retraining::Adding { .. } | Retraining::Stacking { .. } => {
                "The new rows are put below those of the training."
            }
            Retraining::Training { .. } => "A challenger is being trained on old and new rows.",
            Retraining::Comparing { .. } => "Champion and challenger answer for the newest rows.",
        })
    }

    /// Which rows the challenger will not learn from, and why these, in a sentence; for the rows that were watched.
    pub fn held_out_line(&self) -> Option<String> {
        let watched = self.watched.as_ref()?;
        let n = watched.report.n_outcomes;
        let by = match self.order_of_newcomers() {
            Some(column) => format!("the latest by {column}"),
            None => "the last as they stand in the file".to_owned(),
        };
        Some(format!(
            "The newer half of its {} with an outcome, {by}, is held out: neither model learns from it, so it judges both fairly. The other half is learned from, below the rows of the training.",
            counted(n.into(), "row")
        ))
    }

    /// The column that orders the new rows by time.
    pub(super) fn order_of_newcomers(&self) -> Option<String> {
        use crate::dataset::Role;
        let run = self.current_run()?;
        let roles = &run.design.dataset.roles;
        let time = roles.iter().find(|(_, role)| *role == Role::Time).map(|(name, _)| name.clone());
        // A date that is not learned from can order the rows and changes nothing else.
        let free = |name: &String| {
            let role = roles.iter().find(|(of, _)| of == name).map(|(_, role)| *role);
            let here = self.project.data.iter().flat_map(|data| &data.columns);
            role == Some(Role::Ignore)
                && here.clone().any(|c| c.name == *name && c.column_type == crate::table::ColumnType::Date)
        };
        time.or_else(|| self.watched.as_ref()?.columns.time.clone().filter(free))
    }
}

/// The files whose rows stand below.
pub(super) fn files(recipe: &Recipe) -> impl Iterator<Item = &str> {
    recipe.steps.iter().filter(|step| step.on).filter_map(|step| match &step.operation {
        Operation::Append { with, .. } => Some(with.as_str()),
        _ => None,
    })
}

/// The steps without those that put rows below.
fn others(recipe: &Recipe) -> Recipe {
    let stays = |step: &&Step| !matches!(step.operation, Operation::Append { .. });
    Recipe { steps: recipe.steps.iter().filter(stays).cloned().collect() }
}

/// The champion's design, with the newest rows of the file held out. What follows from the values (the kind of task, the
/// class that counts as positive) stays as it was. `order`: a column that orders the rows.
pub(super) fn challenger_design(champion: &Run, newest: Newest, order: Option<String>) -> Design {
    use crate::dataset::{Role, Task};
    let mut design = champion.design.clone();
    let roles = &mut design.dataset.roles;
    let mut give = |name: &str, role: Role| match roles.iter_mut().find(|(of, _)| of == name) {
        Some((_, had)) => *had = role,
        None => roles.push((name.to_owned(), role)),
    };
    give(&newest.column, Role::Ignore);
    if let Some(order) = order {
        give(&order, Role::Time);
    }
    design.dataset.task = Some(champion.report.task);
    if champion.report.task == Task::Binary {
        design.dataset.positive = champion.report.labels.get(1).cloned();
    }
    design.split.newest = Some(newest);
    design
}

/// What the comparison comes to, as a newspaper would set it.
pub fn headline(challenge: &Challenge, compared: &Compared) -> String {
    let Challenge { champion_name, challenger_name, file, .. } = challenge;
    let rows = format!("the newest {} of {file}", counted(compared.n_rows.into(), "row"));
    match compared.verdict {
        Verdict::Better => format!("The challenger {challenger_name} is better than {champion_name} on {rows}"),
        Verdict::Worse => format!("The champion {champion_name} is better than {challenger_name} on {rows}"),
        Verdict::Same => format!("{challenger_name} and {champion_name} are as good as each other on {rows}"),
        Verdict::Unclear => format!("Not enough rows to tell {challenger_name} from {champion_name}: {rows}"),
    }
}

/// The numbers behind the headline, in a sentence.
pub fn evidence(challenge: &Challenge, compared: &Compared) -> String {
    let Challenge { champion_name, challenger_name, .. } = challenge;
    let Some(beside) = compared.deciding() else { return String::new() };
    let (Some(champion), Some(challenger), Some(lead)) = (beside.champion, beside.challenger, beside.lead()) else {
        return format!("{} cannot be computed on these rows.", compared.metric.name());
    };
    let name = compared.metric.name();
    let lower = if compared.metric.higher_is_better() { "" } else { " (lower is better)" };
    let said = format!(
        "{name}{lower}: {} of {challenger_name}, {} of {champion_name}",
        score(challenger, beside.interval),
        score(champion, beside.interval)
    );
    match (&compared.too_few, beside.interval) {
        (Some(why), _) => format!("{why} {said}."),
        (None, Some(bounds)) => {
            let ahead = if lead < 0.0 { "behind by" } else { "ahead by" };
            let size = estimate(lead.abs(), Some(bounds));
            format!(
                "{said}. The challenger is {ahead} {size}; other rows of the same kind would make it {}.",
                interval(bounds)
            )
        }
        (None, None) => format!("{said}; the rows are too few or too alike to say how far that is chance."),
    }
}

/// A score with the digits that its difference has.
pub fn score(value: f64, of: Option<(f64, f64)>) -> String {
    fixed(value, of.map_or(3, |(low, high)| crate::chart::format::decimals_of_interval(low, high).min(6)))
}

/// What tests row by row say, a sentence each.
pub fn tests(compared: &Compared) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(told) = compared.mcnemar {
        said.push(format!(
            "Right alone: the challenger on {}, the champion on {} (McNemar, p {}).",
            counted(told.only_first.into(), "row"),
            counted(told.only_second.into(), "row"),
            p_text(told.p_value)
        ));
    }
    if let Some(told) = compared.delong {
        said.push(format!(
            "Difference of the areas under the ROC curve: {} (DeLong, p {}).",
            significant(told.lead, 2),
            p_text(told.p_value)
        ));
    }
    let units = match &compared.groups {
        Some(column) => format!("{} of {column}, each as a whole", counted(compared.n_units.into(), "group")),
        None => counted(compared.n_units.into(), "row"),
    };
    said.push(format!("Intervals by drawing {units} again, both models on the same draws (paired bootstrap)."));
    said
}

/// What the comparison speaks for.
pub fn advice(compared: &Compared) -> String {
    let few = "Keep the champion for now and compare again when more outcomes are known; a change that nothing speaks for is only work.";
    match compared.verdict {
        Verdict::Better => "The rows speak for promoting the challenger.".to_owned(),
        Verdict::Worse => {
            "The rows speak for keeping the champion: look on Watch for what is different in the new rows.".to_owned()
        }
        Verdict::Same => format!(
            "Differences within {} make none in practice. The challenger knows newer rows; the champion is known. Both answers are right.",
            significant(compared.rope, 2)
        ),
        Verdict::Unclear => few.to_owned(),
    }
}
