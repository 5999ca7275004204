//! What is likely to be wrong with the table, as the page says it: what is still so, and what can be done about it.

use super::checks::{Check, Outcome};
use super::design_edits::{role_of, role_word, with_role};
use super::project::Run;
use super::words::counted;
use super::*;
use crate::chart::format;
use crate::dataset::{Role, Task};
use crate::job::Found;
use crate::model::ClassWeights;
use crate::profile::{Relation, TableProfile};
use crate::quality::{Evidence, Repair, strength};
use crate::recipe::Operation;
use crate::table::ColumnType;
use crate::table::csv::Decimal;

/// What the engine has told of the table at hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profiled {
    pub profile: Option<Arc<TableProfile>>,
    pub parts_done: u32,
    pub parts: u32,
    /// Worst first; `None` until all rows were looked at with the target as it stands.
    pub found: Option<Arc<Vec<Found>>>,
    /// The engine died of it: it is not tried again.
    pub given_up: bool,
}

/// A finding that still counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub sentence: String,
    /// How much it can hurt, as a word.
    pub weight: &'static str,
    pub columns: Vec<u32>,
    pub n_rows: u32,
    /// "Show 31 rows", and the filter that does it.
    pub show: Option<(String, Action)>,
    /// What the studio can do about it, each undone by undo.
    pub repairs: Vec<(String, Action)>,
    /// What a person can do where the studio cannot.
    pub advice: Option<String>,
}

/// A column that alone predicts the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspect {
    pub column: u32,
    pub name: String,
    /// "ROC AUC 0.991".
    pub strength: String,
    pub show: Action,
    pub ignore: Option<Action>,
}

impl Studio {
    /// Findings that still count, worst first; `None` while they are being looked for. One about a column that is not
    /// learned from is settled.
    pub fn findings(&self) -> Option<Vec<Shown>> {
        let found = self.profiled.found.as_ref()?;
        Some(found.iter().filter(|found| !self.is_settled(found)).map(|found| self.shown(found)).collect())
    }

    /// How many were settled by a column's role or by class weights.
    pub fn n_settled(&self) -> usize {
        let found = self.profiled.found.as_ref();
        found.map_or(0, |found| found.iter().filter(|found| self.is_settled(found)).count())
    }

    fn is_settled(&self, found: &Found) -> bool {
        let Some(design) = &self.project.design else { return false };
        let unused = |column: &u32| {
            let name = self.column_name(*column);
            name != design.dataset.target && role_of(design, name) != Role::Feature
        };
        match &found.finding.evidence {
            Evidence::Imbalance { .. } => weighted(design).is_none(),
            // Not learning from it leaves it in the table and in the project file.
            Evidence::Personal { .. } => false,
            _ => found.finding.columns.iter().any(unused),
        }
    }

    fn column_name(&self, position: u32) -> &str {
        self.table.as_ref().and_then(|table| table.columns.get(position as usize)).map_or("", |c| c.name.as_str())
    }

    fn shown(&self, found: &Found) -> Shown {
        let finding = &found.finding;
        let weight = match finding.severity {
            severity if severity >= 0.6 => "can mislead",
            severity if severity >= 0.3 => "worth a look",
            _ => "small",
        };
        let (repairs, advice) = self.mend(found);
        Shown {
            sentence: found.sentence.clone(),
            weight,
            columns: finding.columns.clone(),
            n_rows: finding.n_rows,
            show: self.show_rows(found),
            repairs,
            advice,
        }
    }

    fn show_rows(&self, found: &Found) -> Option<(String, Action)> {
        let finding = &found.finding;
        let mut rows = finding.rows.clone();
        rows.sort_unstable();
        let n = rows.len() as u32;
        let label = match (n, finding.n_rows) {
            (0, _) => return None,
            (n, all) if n < all => format!("Show {} of {} rows", format::count(n.into()), format::count(all.into())),
            (n, _) => format!("Show {}", counted(n.into(), "row")),
        };
        let name = finding.columns.first().map_or("rows of a finding".to_owned(), |column| {
            format!("{}: rows of a finding", self.column_name(*column))
        });
        Some((label, Action::SetFilters(vec![Filter::Rows { name, rows }])))
    }

    /// What can be done about a finding: by a press, or by the person.
    fn mend(&self, found: &Found) -> (Vec<(String, Action)>, Option<String>) {
        let advice = |text: &str| (Vec::new(), Some(text.to_owned()));
        let Some(repair) = &found.finding.repair else {
            return match &found.finding.evidence {
                Evidence::MixedUnits { .. } => advice("Bring them to one unit where the file comes from."),
                Evidence::ImpossibleDates { .. } => advice("Mend them where the file comes from, if they are known."),
                Evidence::NearlyRepeatedRows { .. } => advice("Look whether they are one case, entered twice."),
                Evidence::RareLevels { .. } => {
                    advice("Nothing needs to be done: within each fold, rare ones are learned together as “other”.")
                }
                _ => (Vec::new(), None),
            };
        };
        match repair {
            Repair::TreatAsMissing { column, texts } => {
                let what = match texts.as_slice() {
                    [one] => format!("“{}”", format::short(one, 24)),
                    many => counted(many.len() as u64, "spelling"),
                };
                let act = self.missing_action(self.column_name(*column), texts);
                (act.map(|act| (format!("Treat {what} as missing"), act)).into_iter().collect(), None)
            }
            Repair::Retype { column, to, .. } => {
                let act = self.retype_action(self.column_name(*column), *to);
                let label = format!("Read as {}, the rest as missing", to.word());
                (act.map(|act| (label, act)).into_iter().collect(), None)
            }
            Repair::Ignore { column } if self.is_personal_and_unused(found, *column) => {
                advice("Nothing is learned from it. It stays in the table and in the project file.")
            }
            Repair::Ignore { column } => (self.role_edit(*column, Role::Ignore).into_iter().collect(), None),
            Repair::KnownTooLate { column } => {
                let roles = [Role::KnownTooLate, Role::Ignore];
                (roles.into_iter().filter_map(|role| self.role_edit(*column, role)).collect(), None)
            }
            Repair::WeighClasses => {
                let next = self.project.design.as_ref().and_then(weighted);
                let label = "Let classes count alike".to_owned();
                let act = |design| (label.clone(), Action::EditDesign { label: label.clone(), design });
                (next.map(act).into_iter().collect(), None)
            }
            Repair::Clip { .. } => {
                self.step(found, "Limit them", "Look at the rows first: what is far off may be right.")
            }
            Repair::Merge { into, .. } => {
                let label = format!("Write “{}” for all", format::short(into, 32));
                self.step(found, &label, "Only if they are one.")
            }
            Repair::PadZeros { width, .. } => {
                let advice = format!("If all have {width} digits where they come from.");
                self.step(found, &format!("Pad with zeros to {width}"), &advice)
            }
            Repair::KeepDatesWithin { .. } => {
                self.step(found, "Treat them as missing", "Mend slips where the file comes from, if they are known.")
            }
            Repair::DropRepeats => self.step(
                found,
                "Remove the repeats",
                "If they are one case, entered twice: a repeat in training and test flatters.",
            ),
            Repair::SplitByTime { column } => {
                let advice = "If rows to come are later ones, scores from mixed folds may be too good.";
                (self.role_edit(*column, Role::Time).into_iter().collect(), Some(advice.to_owned()))
            }
        }
    }

    /// A step on the table that mends a finding, and what to think of before.
    fn step(&self, found: &Found, label: &str, advice: &str) -> (Vec<(String, Action)>, Option<String>) {
        let act = found.operation.clone().and_then(|operation| self.add_step(operation));
        (act.map(|act| (label.to_owned(), act)).into_iter().collect(), Some(advice.to_owned()))
    }

    /// The action that adds a step behind those of the table.
    pub fn add_step(&self, operation: Operation) -> Option<Action> {
        let mut recipe = self.recipe()?.clone();
        let label = operation.title();
        recipe.push(operation);
        Some(Action::ChangeRecipe { label, recipe })
    }

    /// Read a column as another type. Behind steps its name may be new: then it is a step itself.
    pub fn retype_action(&self, column: &str, to: ColumnType) -> Option<Action> {
        let table = self.table.as_ref()?;
        if table.recipe.steps.iter().any(|step| step.on) {
            let (column, decimal) = (column.to_owned(), Decimal::Point);
            return self.add_step(Operation::Retype { column, to, decimal, day_first: false });
        }
        Some(Action::Reimport(table.settings.clone().with_type(column, to)))
    }

    /// Read these texts of a column as missing.
    pub fn missing_action(&self, column: &str, texts: &[String]) -> Option<Action> {
        let table = self.table.as_ref()?;
        if table.recipe.steps.iter().any(|step| step.on) {
            return self.add_step(Operation::TreatAsMissing { column: column.to_owned(), texts: texts.to_vec() });
        }
        Some(Action::Reimport(table.settings.clone().with_missing_in(column, texts)))
    }

    fn is_personal_and_unused(&self, found: &Found, column: u32) -> bool {
        let design = self.project.design.as_ref();
        matches!(found.finding.evidence, Evidence::Personal { .. })
            && design.is_some_and(|design| role_of(design, self.column_name(column)) != Role::Feature)
    }

    fn role_edit(&self, column: u32, role: Role) -> Option<(String, Action)> {
        let (design, table) = (self.project.design.as_ref()?, self.table.as_ref()?);
        let name = self.column_name(column).to_owned();
        if name == design.dataset.target {
            return None;
        }
        let order: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let design = with_role(design, &order, std::slice::from_ref(&name), role);
        let (label, said) = match role {
            Role::Ignore => (format!("Ignore {}", format::short(&name, 24)), "ignore".to_owned()),
            Role::KnownTooLate => ("It is known too late".to_owned(), "known too late".to_owned()),
            Role::Time => ("Test on later rows".to_owned(), "orders the rows".to_owned()),
            Role::Feature | Role::Id | Role::Group | Role::Sensitive => {
                (role_word(role).to_owned(), role_word(role).to_lowercase())
            }
        };
        Some((label, Action::EditDesign { label: format!("{name}: {said}"), design }))
    }

    /// Columns in use that alone predict the target nearly without error, as far as is known now.
    pub fn suspects(&self) -> Vec<Suspect> {
        let found = self.profiled.found.iter().flat_map(|found| found.iter());
        found
            .filter(|found| !self.is_settled(found))
            .filter_map(|found| {
                let Evidence::Leakage { score, of_classes } = &found.finding.evidence else { return None };
                let column = *found.finding.columns.first()?;
                Some(Suspect {
                    column,
                    name: self.column_name(column).to_owned(),
                    strength: strength(*score, *of_classes),
                    show: Action::SelectColumn(Some(column)),
                    ignore: self.role_edit(column, Role::Ignore).map(|(_, action)| action),
                })
            })
            .collect()
    }

    /// Whether a column alone gives a run's target away, with the columns that do. `None` for a run from a package: its
    /// rows are not here.
    pub fn leak_check(&self, run: &Run) -> Option<(Check, Vec<Suspect>)> {
        let check = |outcome, finding: String| Check {
            name: "No column gives the answer away",
            outcome,
            finding,
            meaning: "A column that alone predicts the target nearly without error was often written down after the \
                      answer was known. It will not be there when you predict; then the score is worth nothing. Ask \
                      when each value is known.",
        };
        if !run.is_own() {
            return None;
        }
        let same = self.project.design.as_ref().is_some_and(|d| d.dataset.target == run.design.dataset.target);
        if !same || self.stale_data_reason(run).is_some() {
            let text = "The data or the target are others since; this looks at what stands there now.";
            return Some((check(Outcome::Unknown, text.to_owned()), Vec::new()));
        }
        let (Some(found), Some(profile)) = (&self.profiled.found, &self.profiled.profile) else {
            let text =
                if self.profiled.given_up { "It was not looked at." } else { "The columns are being looked at." };
            return Some((check(Outcome::Unknown, text.to_owned()), Vec::new()));
        };
        let used = |column: u32| role_of(&run.design, self.column_name(column)) == Role::Feature;
        // As the run was trained, whatever the roles are now.
        let leaks: Vec<(u32, String)> = found
            .iter()
            .filter_map(|found| match (&found.finding.evidence, found.finding.columns.first()) {
                (Evidence::Leakage { score, of_classes }, Some(&column)) if used(column) => {
                    Some((column, strength(*score, *of_classes)))
                }
                _ => None,
            })
            .collect();
        if let [(first, strength), rest @ ..] = leaks.as_slice() {
            let name = format::short(self.column_name(*first), 32);
            let more = match rest.len() {
                0 => String::new(),
                n => format!(" So may {}.", counted(n as u64, "other column")),
            };
            let text = format!("{name} alone predicts the target with {strength}: it may be known too late.{more}");
            let suspects = self.suspects().into_iter().filter(|s| leaks.iter().any(|(c, _)| *c == s.column));
            return Some((check(Outcome::Doubtful, text), suspects.collect()));
        }
        let strongest = profile
            .relations
            .iter()
            .filter(|relation| used(relation.column))
            .filter_map(|relation| Some((relation.score?, relation.column)))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let (outcome, text) = match strongest {
            Some((score, column)) => (
                Outcome::Passed,
                format!(
                    "No column alone predicts the target nearly without error; {} comes closest ({}).",
                    format::short(self.column_name(column), 32),
                    strength(score.max(0.0), run.report.task != Task::Regression)
                ),
            ),
            None => (Outcome::Unknown, "No column alone could be compared with the target.".to_owned()),
        };
        Some((check(outcome, text), Vec::new()))
    }

    /// Whether rows stand in the table more than once, and so in training and test at once. `None` for a run from a package:
    /// its rows are not here.
    pub fn repeats_check(&self, run: &Run) -> Option<Check> {
        let check = |outcome, finding: String| Check {
            name: "No row is tested that was learned",
            outcome,
            finding,
            meaning: "A row that stands in the table twice can be learned in one fold and tested in another. The model then \
                      remembers it, and the score is better than it will be on new rows. Remove the repeats on Data, if they \
                      are one case entered twice, and train again.",
        };
        if !run.is_own() {
            return None;
        }
        if self.stale_data_reason(run).is_some() {
            let text = "The data are others since; this looks at what stands there now.";
            return Some(check(Outcome::Unknown, text.to_owned()));
        }
        let Some(found) = &self.profiled.found else {
            let text = if self.profiled.given_up { "It was not looked at." } else { "The rows are being looked at." };
            return Some(check(Outcome::Unknown, text.to_owned()));
        };
        let told: Vec<String> = found
            .iter()
            .filter(|f| {
                matches!(f.finding.evidence, Evidence::RepeatedRows { .. } | Evidence::NearlyRepeatedRows { .. })
            })
            .map(|f| f.sentence.clone())
            .collect();
        Some(if told.is_empty() {
            check(Outcome::Passed, "Rows repeat no more often than chance would have it.".to_owned())
        } else {
            check(Outcome::Doubtful, format!("{} The score may be too good.", told.join(" ")))
        })
    }

    /// What a column alone says about the target at hand.
    pub fn relation_of(&self, column: u32) -> Option<&Relation> {
        self.profiled.profile.as_ref()?.relations.iter().find(|relation| relation.column == column)
    }
}

/// The design with weighted classes; `None` where they are, or where no candidate has weights.
fn weighted(design: &Design) -> Option<Design> {
    let mut next = design.clone();
    for candidate in &mut next.candidates {
        let Some(weights) = candidate.model.class_weights_mut() else { continue };
        if *weights == ClassWeights::Equal {
            *weights = ClassWeights::Balanced;
        }
    }
    (next != *design).then_some(next)
}
