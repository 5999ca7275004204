//! What has to be done to new rows before a model reads them, and what columns they have to bring.

use serde::{Deserialize, Serialize};

use super::apply::{Others, apply};
use super::formula::parse;
use super::operation::{Operation, Scope};
use super::values::{empty, retyped};
use super::work::{Outcome, StepReport, Work, plain};
use super::{Recipe, Step};
use crate::table::csv::{Decimal, boolean_of};
use crate::table::profile::{Shape, profile};
use crate::table::{Column, ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Table, Values};

/// A text of fewer rows than this is not told as a usual one: a rare text may name a person.
const FEWEST_ROWS: u32 = 5;
/// Usual texts that are told at most.
const MOST_LEVELS: usize = 20;

/// The row-wise steps that a model's columns come from, and the columns that they begin with. Empty where the model reads
/// the columns as a file has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Done to each row that is predicted, in this order.
    pub steps: Vec<Step>,
    /// The columns that rows have to bring; none where there are no steps.
    pub columns: Vec<RawColumn>,
    /// Columns that the target comes from; of no account for rows that are predicted.
    pub target: Vec<String>,
    /// Steps that were done to the training rows and are not done to rows that are predicted.
    pub omitted: Vec<Step>,
}

/// A column before the steps, as the training rows had it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawColumn {
    pub name: String,
    pub column_type: ColumnType,
    /// As in `Column`.
    pub unit: Option<String>,
    pub missing_spellings: Vec<String>,
    /// Dates with a time of day.
    pub has_time: bool,
    /// Smallest and largest value, dates in milliseconds.
    pub range: Option<(f64, f64)>,
    /// The median of numbers and dates.
    pub usual: Option<f64>,
    /// Texts that were seen often, most frequent first.
    pub levels: Vec<String>,
    /// Other texts were seen too.
    pub other: bool,
    /// Of yes/no: no, then yes.
    pub spelling: Option<[String; 2]>,
}

impl Recipe {
    /// Whether both do the same: steps that are off and notes are of no account.
    pub fn does_the_same(&self, other: &Self) -> bool {
        let done = |recipe: &'_ Self| -> Vec<Operation> {
            recipe.steps.iter().filter(|step| step.on).map(|step| step.operation.clone()).collect()
        };
        done(self) == done(other)
    }
}

impl Replay {
    /// Of a model that reads the columns `inputs` and predicts `target` of the table behind the recipe. `table` is the
    /// one before it, `report` what its steps did there: a step that did not fit is not replayed. Where a step asks the
    /// caller for rows in a new form, the columns are those behind it. `others`: the tables that steps read. Costs a
    /// profile of the columns.
    pub fn of(
        (table, others): (&Table, &dyn Others),
        recipe: &Recipe,
        report: &[StepReport],
        inputs: &[&str],
        target: &str,
    ) -> Self {
        let done =
            |step: &&Step| report.iter().any(|told| told.step == step.id && told.outcome == Outcome::Done) && step.on;
        let duty = |step: &Step| step.operation.scope() == Scope::CallersDuty;
        let steps = &recipe.steps;
        let behind_duty = steps.iter().rposition(|step| done(&step) && duty(step)).map_or(0, |last| last + 1);
        // Rows of further files are of the same form, and say as much of a column's range as those of the first.
        let appends = |step: &&Step| matches!(step.operation, Operation::Append { .. }) || !done(step);
        let first = behind_duty.max(steps.iter().take_while(appends).count());
        let replayable: Vec<&Step> =
            steps[first..].iter().filter(done).filter(|step| step.operation.scope() == Scope::RowWise).collect();
        let mut needed: Vec<String> = inputs.iter().map(|name| (*name).to_owned()).collect();
        let kept = needed_steps(&replayable, &mut needed);
        let mut of_target = vec![target.to_owned()];
        needed_steps(&replayable, &mut of_target);
        let omitted: Vec<Step> =
            steps.iter().filter(done).filter(|step| kept.iter().all(|kept| kept.id != step.id)).cloned().collect();
        if kept.is_empty() {
            return Self { omitted, target: of_target, ..Self::default() };
        }
        let behind = (first > 0).then(|| apply(table, &steps[..first], others).table);
        let table = behind.as_ref().unwrap_or(table);
        let raw = |column: &&Column| needed.contains(&column.name);
        let columns = table.columns.iter().filter(raw).map(RawColumn::of).collect();
        Self { steps: kept, columns, target: of_target, omitted }
    }

    /// Whether rows are read as they come.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The columns before the steps that a column behind them comes from, by position in `columns`.
    pub fn sources(&self, name: &str) -> Vec<usize> {
        let mut needed = vec![name.to_owned()];
        needed_steps(&self.steps.iter().collect::<Vec<_>>(), &mut needed);
        (0..self.columns.len()).filter(|at| needed.contains(&self.columns[*at].name)).collect()
    }

    /// Tables whose columns the training rows got by joins, which is not done to rows that are predicted.
    pub fn joined_with(&self) -> impl Iterator<Item = &str> {
        self.omitted.iter().filter_map(|step| match &step.operation {
            Operation::Join { with, .. } => Some(with.as_str()),
            _ => None,
        })
    }

    /// Whether it can be done to rows that are predicted, as one of a file must be: it makes the columns `wanted`, and
    /// leaves rows what and where they are.
    pub fn makes<'a>(&self, mut wanted: impl Iterator<Item = &'a str>) -> bool {
        let row_wise = self.steps.iter().all(|step| step.on && step.operation.scope() == Scope::RowWise);
        if !row_wise || self.is_empty() {
            return row_wise;
        }
        let (made, _) = self.row(&[]);
        wanted.all(|name| made.column(name).is_some())
    }

    /// The rows of a file as the model reads them, and a sentence for each column that is not there and each step that
    /// did not fit. Only columns that the steps need are looked at.
    pub fn run(&self, table: &Table) -> (Table, Vec<String>) {
        let mut warnings = Vec::new();
        let column = |raw: &RawColumn| match table.column(&raw.name) {
            Some(column) => Column { values: raw.written(column.values.clone()), ..column.clone() },
            None => {
                warnings.push(format!("Column “{}” is not there; all its cells were read as missing.", raw.name));
                plain(&raw.name, missing(raw.column_type, table.n_rows))
            }
        };
        let columns = self.columns.iter().map(column).collect();
        let (table, told) = self.done(&Table { columns, n_rows: table.n_rows });
        warnings.extend(told);
        (table, warnings)
    }

    /// One row of texts by column name, as the model reads it. A missing name or an empty text is a missing value; a
    /// text that does not fit its column's type becomes one, and a sentence says so.
    pub fn row(&self, cells: &[(String, String)]) -> (Table, Vec<String>) {
        let mut warnings = Vec::new();
        let column = |raw: &RawColumn| {
            let given = cells.iter().find(|(name, _)| *name == raw.name).map_or("", |(_, text)| text.trim());
            let text = match (&raw.unit, raw.column_type) {
                (Some(unit), ColumnType::Number) => {
                    given.strip_suffix(unit.as_str()).or_else(|| given.strip_prefix(unit.as_str())).unwrap_or(given)
                }
                _ => given,
            };
            let text = text.trim();
            let known = !text.is_empty() && !raw.missing_spellings.iter().any(|spelling| spelling == text);
            let texts = Values::Text(vec![known.then(|| text.into())]);
            let values = match &raw.spelling {
                Some(spelling) => {
                    let word = |word: &String| word.eq_ignore_ascii_case(text);
                    let yes = spelling.iter().position(word).map(|at| at == 1).or_else(|| boolean_of(text));
                    let code = yes.filter(|_| known).map_or(MISSING_BOOLEAN, u8::from);
                    Values::Boolean { codes: vec![code], spelling: spelling.clone() }
                }
                None => retyped(&texts, raw.column_type, Decimal::Point, false),
            };
            if known && values.is_missing(0) {
                let word = raw.column_type.word();
                warnings.push(format!("{}: “{given}” is no {word}; read as missing.", raw.name));
            }
            plain(&raw.name, raw.written(values))
        };
        let columns = self.columns.iter().map(column).collect();
        let (table, told) = self.done(&Table { columns, n_rows: 1 });
        warnings.extend(told);
        (table, warnings)
    }

    fn done(&self, table: &Table) -> (Table, Vec<String>) {
        let mut work = Work::new(table.columns.iter(), table.n_rows, false);
        let mut told = Vec::new();
        for (number, step) in self.steps.iter().enumerate() {
            let problems = work.run_row_wise(number, step).problems;
            told.extend(problems.into_iter().map(|problem| format!("In {}: {}", problem.place, problem.event)));
        }
        (work.finish(), told)
    }
}

impl RawColumn {
    /// Dates are written with a time of day or without as in the training rows, whatever rows come with them.
    fn written(&self, values: Values) -> Values {
        match values {
            Values::Date { milliseconds, .. } => Values::Date { milliseconds, has_time: self.has_time },
            other => other,
        }
    }

    fn of(column: &Column) -> Self {
        let profile = profile(column);
        let spelling = match &column.values {
            Values::Boolean { spelling, .. } => Some(spelling.clone()),
            _ => None,
        };
        let (mut range, mut usual, mut levels, mut other) = (None, None, Vec::new(), false);
        match &profile.shape {
            Shape::Range { minimum, maximum, quantiles, .. } => {
                (range, usual) = (Some((*minimum, *maximum)), Some(quantiles[2]));
            }
            Shape::Levels { top } => {
                let often = top.iter().filter(|(_, n)| *n >= FEWEST_ROWS).take(MOST_LEVELS);
                levels = often.map(|(text, _)| text.clone()).collect();
                other = levels.len() < profile.n_distinct as usize;
            }
            Shape::Texts { .. } => other = true,
            Shape::Empty => {}
        }
        Self {
            name: profile.name,
            column_type: profile.column_type,
            unit: profile.unit,
            missing_spellings: profile.missing_spellings,
            has_time: profile.has_time,
            range,
            usual,
            levels,
            other,
            spelling,
        }
    }
}

/// `n` missing cells.
fn missing(column_type: ColumnType, n: usize) -> Values {
    match empty(column_type) {
        Values::Number(_) => Values::Number(vec![f64::NAN; n]),
        Values::Category { .. } => Values::Category { codes: vec![MISSING_CODE; n], levels: Vec::new() },
        Values::Boolean { spelling, .. } => Values::Boolean { codes: vec![MISSING_BOOLEAN; n], spelling },
        Values::Date { has_time, .. } => Values::Date { milliseconds: vec![MISSING_DATE; n], has_time },
        Values::Text(_) => Values::Text(vec![None; n]),
    }
}

/// Those of the steps that the columns `needed` behind them come from; `needed` becomes the columns before them.
fn needed_steps(steps: &[&Step], needed: &mut Vec<String>) -> Vec<Step> {
    let mut kept: Vec<Step> = Vec::new();
    for step in steps.iter().rev() {
        let drops = matches!(step.operation, Operation::Drop { .. });
        let part = if drops { Some(step.operation.clone()) } else { needed_part(&step.operation, needed) };
        kept.extend(part.map(|operation| Step { operation, ..(*step).clone() }));
    }
    kept.reverse();
    // A column goes where it is there: its name may be given to another one later.
    let mut there = needed.clone();
    kept.retain_mut(|step| match &mut step.operation {
        Operation::Drop { columns } => {
            columns.retain(|name| there.contains(name));
            there.retain(|name| !columns.contains(name));
            !columns.is_empty()
        }
        operation => {
            let (goes, comes) = exchanged(operation);
            there.retain(|name| !goes.contains(name));
            there.extend(comes);
            true
        }
    });
    // Without another step behind it, the end of a column changes nothing that is read.
    while kept.last().is_some_and(|step| matches!(step.operation, Operation::Drop { .. })) {
        kept.pop();
    }
    kept
}

/// The part of a row-wise step that columns in `needed` come from, which become the columns before it.
fn needed_part(operation: &Operation, needed: &mut Vec<String>) -> Option<Operation> {
    let mut made_from = |made: &[String], from: &[String]| {
        if !needed.iter().any(|name| made.contains(name)) {
            return false;
        }
        needed.retain(|name| !made.contains(name));
        let fresh: Vec<String> = from.iter().filter(|name| !needed.contains(name)).cloned().collect();
        needed.extend(fresh);
        true
    };
    let one = std::slice::from_ref::<String>;
    let keep = match operation {
        Operation::Rename { from, to } => made_from(one(to), one(from)),
        Operation::Split { column, into, .. } => made_from(into, one(column)),
        Operation::Combine { columns, into, .. } => made_from(one(into), columns),
        Operation::Bin { column, into, .. } => made_from(one(into), one(column)),
        Operation::Derive { column, formula } => {
            let tree = parse(formula).ok()?;
            let mut names = Vec::new();
            tree.columns(&mut names);
            let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            made_from(one(column), &names)
        }
        Operation::Trim { columns, runs } => {
            let columns: Vec<String> = columns.iter().filter(|name| needed.contains(name)).cloned().collect();
            return (!columns.is_empty()).then_some(Operation::Trim { columns, runs: *runs });
        }
        Operation::Case { columns, to } => {
            let columns: Vec<String> = columns.iter().filter(|name| needed.contains(name)).cloned().collect();
            return (!columns.is_empty()).then_some(Operation::Case { columns, to: *to });
        }
        Operation::Retype { column, .. }
        | Operation::Replace { column, .. }
        | Operation::TreatAsMissing { column, .. }
        | Operation::Merge { column, .. }
        | Operation::PadZeros { column, .. }
        | Operation::ParseDates { column, .. }
        | Operation::Fill { column, .. }
        | Operation::Clip { column, .. } => needed.contains(column),
        Operation::Drop { .. }
        | Operation::Filter { .. }
        | Operation::DeleteRows { .. }
        | Operation::Sort { .. }
        | Operation::Deduplicate { .. }
        | Operation::Sample { .. }
        | Operation::Group { .. }
        | Operation::Pivot { .. }
        | Operation::Unpivot { .. }
        | Operation::Join { .. }
        | Operation::Append { .. } => false,
    };
    keep.then(|| operation.clone())
}

/// Names of columns that are gone behind a row-wise step, and of those that are new.
fn exchanged(operation: &Operation) -> (Vec<String>, Vec<String>) {
    match operation {
        Operation::Rename { from, to } => (vec![from.clone()], vec![to.clone()]),
        Operation::Split { column, into, keep, .. } => {
            (if *keep { Vec::new() } else { vec![column.clone()] }, into.clone())
        }
        Operation::Combine { columns, into, keep, .. } => {
            (if *keep { Vec::new() } else { columns.clone() }, vec![into.clone()])
        }
        Operation::Bin { into: column, .. } | Operation::Derive { column, .. } => (Vec::new(), vec![column.clone()]),
        _ => (Vec::new(), Vec::new()),
    }
}
