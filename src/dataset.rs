//! What a table becomes once its columns have roles: features, a target, and the rows that have one.

mod keys;
pub mod words;

use serde::{Deserialize, Serialize};

pub use keys::{Groups, Times};

use crate::order::OrderBy;
use crate::problem::Problem;
use crate::table::csv::Levels;
use crate::table::view::sorted_levels;
use crate::table::{Column, MISSING_CODE, Table, Values};

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    Feature,
    /// Left out because the person said so.
    Ignore,
    /// Names the row; never learned from.
    Id,
    /// Not known yet when the prediction is needed; learning from it would be leakage.
    KnownTooLate,
    /// Rows with the same value belong together: a split by group never tests one beside training on another. Never
    /// learned from.
    Group,
    /// Orders the rows, a date or a number: a split by time tests later rows than it trains on. Not learned from.
    Time,
    /// Tells groups of people apart who must not be treated worse. Not learned from; kept to compare them.
    Sensitive,
}

/// What is predicted. The order of classes is the order in every probability vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Task {
    Binary,
    Multiclass,
    Regression,
}

/// The target of the rows that have one, aligned with `Dataset::rows`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// `codes[i] < labels.len()`. For a binary task `labels[1]` is the positive class.
    Classes {
        codes: Vec<u32>,
        labels: Vec<String>,
    },
    Values(Vec<f64>),
}

impl Target {
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { codes, .. } => codes.len(),
            Self::Values(values) => values.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The target of some positions, in the order given.
    pub fn select(&self, positions: &[u32]) -> Self {
        match self {
            Self::Classes { codes, labels } => {
                Self::Classes { codes: positions.iter().map(|&p| codes[p as usize]).collect(), labels: labels.clone() }
            }
            Self::Values(values) => Self::Values(positions.iter().map(|&p| values[p as usize]).collect()),
        }
    }
    /// Outputs of a model: the number of classes, or 1.
    pub fn n_outputs(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(_) => 1,
        }
    }
}

/// Which columns do what, before any row was looked at. A column that is not named is a feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetSpec {
    pub target: String,
    /// `None`: follows from the target column.
    pub task: Option<Task>,
    /// Of a binary target; `None`: the rarer class.
    pub positive: Option<String>,
    /// In table order; features may be left out.
    pub roles: Vec<(String, Role)>,
}

/// A table seen through its spec. Borrowed columns, and the rows whose target is known.
pub struct Dataset<'a> {
    pub features: Vec<&'a Column>,
    pub task: Task,
    pub target: Target,
    /// Table rows with a known target, ascending; `target` is aligned with it.
    pub rows: Vec<u32>,
    /// Columns that are no features, with the reason in a sentence.
    pub left_out: Vec<(String, String)>,
    /// By the column with the role of a group.
    pub groups: Option<Groups>,
    /// By the column with the role of time.
    pub times: Option<Times>,
    /// Positions of the rows whose newest are the test set, where the split names a file.
    pub newcomers: Option<Vec<u32>>,
}

/// Classes at most; more are a sign that the column names things.
pub const MAX_CLASSES: usize = 200;
/// A number column with at most this many distinct whole numbers is taken for classes.
const FEW_NUMBERS: usize = 10;
/// Share of distinct values from which a column of texts is taken for a name of the row, and rows that it needs.
pub const ID_SHARE: f64 = 0.95;
pub const ID_ROWS: usize = 20;
/// Words on average from which texts are no names, and rows that are asked.
const PROSE_WORDS: f64 = 5.0;
const PROSE_ROWS: usize = 2_000;

impl<'a> Dataset<'a> {
    /// Sees the table through the spec, or says all that stands in the way.
    pub fn new(table: &'a Table, spec: &DatasetSpec) -> Result<Self, Vec<Problem>> {
        let seen = Self::unlearned(table, spec);
        let Some(target) = table.column(&spec.target) else { return seen };
        let (features, left_out) = choose_features(table, spec, &known_rows(target));
        let none = features.is_empty().then(|| Problem { kept: reasons(&left_out), ..no_feature() });
        match (seen, none) {
            (Ok(seen), None) => Ok(Self { features, left_out, ..seen }),
            (Ok(_), Some(none)) => Err(vec![none]),
            (Err(problems), none) => Err(problems.into_iter().chain(none).collect()),
        }
    }

    /// As `new`, but nothing is to be learned: without features, and without a reason why a column is none.
    pub fn unlearned(table: &'a Table, spec: &DatasetSpec) -> Result<Self, Vec<Problem>> {
        let column = table.column(&spec.target).ok_or_else(|| {
            let event = if spec.target.is_empty() {
                "No target is chosen.".to_owned()
            } else {
                format!("The table has no column {}.", named(&spec.target))
            };
            vec![problem("", event, "Choose the column to predict.")]
        })?;
        let rows = known_rows(column);
        let mut problems = Vec::new();
        let task = spec.task.unwrap_or_else(|| task_of(column));
        let target = match target(column, &rows, task, spec.positive.as_deref()) {
            Ok(target) => Some(target),
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        let mut only = |role| {
            only_column(table, spec, role).unwrap_or_else(|problem| {
                problems.push(problem);
                None
            })
        };
        let (group, time) = (only(Role::Group), only(Role::Time));
        let groups = group.map(|column| Groups::of(column, &rows));
        let times = time.and_then(|column| Times::of(column, &rows).map_err(|problem| problems.push(problem)).ok());
        match target {
            Some(target) if problems.is_empty() => {
                let (features, left_out) = (Vec::new(), Vec::new());
                Ok(Self { features, task, target, rows, left_out, groups, times, newcomers: None })
            }
            _ => Err(problems),
        }
    }

    /// What should be looked at before the result is believed; nothing here prevents a training.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if let Target::Classes { codes, labels } = &self.target {
            let mut counts = vec![0u32; labels.len()];
            for &code in codes {
                counts[code as usize] += 1;
            }
            for (label, count) in labels.iter().zip(&counts) {
                if *count == 1 {
                    doubts.push(format!(
                        "The class {} has one row. It cannot be in training and test at once, so nothing can be said about it.",
                        named(label)
                    ));
                }
            }
        }
        if self.rows.len() < 50 {
            doubts
                .push(format!("{} rows with a known target are few; every score will be uncertain.", self.rows.len()));
        }
        doubts
    }
}

/// What a target column asks for: yes/no, texts and few whole numbers are classes, other numbers are values.
pub fn task_of(column: &Column) -> Task {
    let classes = |n: usize| if n > 2 { Task::Multiclass } else { Task::Binary };
    match &column.values {
        Values::Boolean { .. } => Task::Binary,
        Values::Category { codes, levels } => classes(n_used(codes, levels.len())),
        Values::Text(texts) => classes(distinct(texts.iter().flatten().map(|text| &**text))),
        Values::Date { .. } => Task::Regression,
        Values::Number(numbers) => {
            let mut few: Vec<f64> = Vec::new();
            let mut n_known = 0;
            for &value in numbers.iter().filter(|value| !value.is_nan()) {
                n_known += 1;
                if few.len() <= FEW_NUMBERS && !few.contains(&value) {
                    few.push(value);
                }
            }
            let whole = few.iter().all(|value| value.trunc() == *value);
            // Ten different numbers in fifteen rows are values; in a thousand rows they are grades.
            let repeated = n_known >= 5 * few.len();
            if few.len() <= 2 || (few.len() <= FEW_NUMBERS && whole && repeated) {
                classes(few.len())
            } else {
                Task::Regression
            }
        }
    }
}

/// The target of these rows, none of which misses it.
fn target(column: &Column, rows: &[u32], task: Task, positive: Option<&str>) -> Result<Target, Problem> {
    let place = format!("column {}", named(&column.name));
    if rows.is_empty() {
        let event = "Every value of the target is missing.";
        return Err(problem(
            &place,
            event,
            "Choose another target, or check the spellings of 'missing' in the import settings.",
        ));
    }
    match task {
        Task::Regression => values_of(column, rows, &place),
        Task::Binary | Task::Multiclass => classes_of(column, rows, task, positive, &place),
    }
}

fn values_of(column: &Column, rows: &[u32], place: &str) -> Result<Target, Problem> {
    let values: Vec<f64> = match &column.values {
        Values::Number(numbers) => rows.iter().map(|&row| numbers[row as usize]).collect(),
        Values::Date { .. } => {
            let event = "The target is a date, which no model here predicts.";
            let cure = "Choose another target, or put the number of days between two dates in a column of its own.";
            return Err(problem(place, event, cure));
        }
        Values::Category { .. } | Values::Boolean { .. } | Values::Text(_) => {
            let event = "The target is no number, so no value can be predicted.";
            let cure = "Predict its classes instead, or set the column's type to number.";
            return Err(problem(place, event, cure));
        }
    };
    if values.iter().all(|value| *value == values[0]) {
        let event = format!("The target is {} in every row.", crate::table::number_text(values[0]));
        return Err(problem(place, event, "Choose a target that varies."));
    }
    if values.iter().any(|value| value.abs() > f64::from(f32::MAX) / 4.0) {
        let event = "The target has values too large to train on.";
        return Err(problem(place, event, "Divide the column by a power of ten."));
    }
    Ok(Target::Values(values))
}

fn classes_of(
    column: &Column,
    rows: &[u32],
    task: Task,
    positive: Option<&str>,
    place: &str,
) -> Result<Target, Problem> {
    let (found, mut codes) = match &column.values {
        Values::Category { codes, levels } => used_levels(rows.iter().map(|&row| codes[row as usize]), levels),
        Values::Boolean { codes, spelling } => {
            used_levels(rows.iter().map(|&row| u32::from(codes[row as usize])), spelling)
        }
        Values::Number(_) | Values::Date { .. } | Values::Text(_) => distinct_texts(&column.values, rows),
    };
    if found.len() > MAX_CLASSES {
        let event = format!("The target has more than {MAX_CLASSES} classes.");
        let cure = "Choose another target, or join rare classes. If it is a quantity, predict a value instead.";
        return Err(problem(place, event, cure));
    }
    if found.len() == 1 {
        let event = format!("The target is {} in every row.", named(&found[0]));
        return Err(problem(place, event, "Choose a target that varies."));
    }
    if task == Task::Binary && found.len() > 2 {
        let event = format!("The target has {} classes, not two.", found.len());
        return Err(problem(place, event, "Predict one of several classes instead."));
    }
    let mut order = sorted_levels(&found);
    if task == Task::Binary {
        order = positive_last(order, &found, &codes, positive);
    }
    let mut position = vec![0u32; found.len()];
    for (new, &old) in order.iter().enumerate() {
        position[old as usize] = new as u32;
    }
    for code in &mut codes {
        *code = position[*code as usize];
    }
    let labels = order.iter().map(|&code| found[code as usize].clone()).collect();
    Ok(Target::Classes { codes, labels })
}

/// The levels that these codes use, in order of first appearance, and the codes into them.
fn used_levels(codes: impl Iterator<Item = u32>, levels: &[String]) -> (Vec<String>, Vec<u32>) {
    let mut position = vec![u32::MAX; levels.len()];
    let mut used = Vec::new();
    let codes = codes.map(|code| {
        let position = &mut position[code as usize];
        if *position == u32::MAX {
            *position = used.len() as u32;
            used.push(levels[code as usize].clone());
        }
        *position
    });
    let codes = codes.collect();
    (used, codes)
}

/// As `used_levels` from the cells' texts; gives up after one class too many.
fn distinct_texts(values: &Values, rows: &[u32]) -> (Vec<String>, Vec<u32>) {
    let mut texts = Levels::default();
    let mut codes = Vec::with_capacity(rows.len());
    for &row in rows {
        // Rows that miss the target were left out.
        codes.push(texts.code(values.text(row as usize).unwrap_or_default().as_bytes()));
        if texts.len() > MAX_CLASSES {
            break;
        }
    }
    (texts.into_strings(), codes)
}

/// The chosen class, else the rarer one, else the later one.
fn positive_last(order: Vec<u32>, labels: &[String], codes: &[u32], positive: Option<&str>) -> Vec<u32> {
    let count = |code: u32| codes.iter().filter(|&&other| other == code).count();
    let chosen = positive.and_then(|text| order.iter().copied().find(|&code| labels[code as usize] == text));
    let exchange = match chosen {
        Some(code) => code == order[0],
        None => count(order[0]) < count(order[1]),
    };
    if exchange { vec![order[1], order[0]] } else { order }
}

/// Rows that do not miss a value of a column.
fn known_rows(column: &Column) -> Vec<u32> {
    (0..column.values.len() as u32).filter(|&row| !column.values.is_missing(row as usize)).collect()
}

/// The table's column with a role that only one can have.
fn only_column<'a>(table: &'a Table, spec: &DatasetSpec, role: Role) -> Result<Option<&'a Column>, Problem> {
    let mut with = spec.roles.iter().filter(|(name, has)| *has == role && *name != spec.target);
    let found = with.next().and_then(|(name, _)| table.column(name));
    let (what, cure) = match role {
        Role::Time => ("order the rows by time", "Leave one of them the role Time."),
        _ => (
            "say which rows belong together",
            "Leave one of them the role Group; a column of both together can be derived.",
        ),
    };
    match (found, with.find_map(|(name, _)| table.column(name))) {
        (Some(first), Some(second)) => {
            let event = format!("Both {} and {} are to {what}.", named(&first.name), named(&second.name));
            Err(problem("roles", event, cure))
        }
        (found, second) => Ok(found.or(second)),
    }
}

/// Columns to learn from, and those left out with the reason.
fn choose_features<'a>(table: &'a Table, spec: &DatasetSpec, rows: &[u32]) -> (Vec<&'a Column>, Vec<(String, String)>) {
    let mut roles: Vec<(&str, Role)> = spec.roles.iter().map(|(name, role)| (name.as_str(), *role)).collect();
    roles.order_by_key(|(name, _)| *name);
    let (mut features, mut left_out) = (Vec::new(), Vec::new());
    for column in table.columns.iter().filter(|column| column.name != spec.target) {
        let role = roles.binary_search_by_key(&column.name.as_str(), |(name, _)| name).ok().map(|at| roles[at].1);
        match reason_against(column, role, rows) {
            Some(reason) => left_out.push((column.name.clone(), reason)),
            None => features.push(column),
        }
    }
    (features, left_out)
}

/// Why a column is no feature.
fn reason_against(column: &Column, role: Option<Role>, rows: &[u32]) -> Option<String> {
    let chosen = role == Some(Role::Feature);
    match role {
        Some(Role::Ignore) => return Some("Its role leaves it out.".to_owned()),
        Some(Role::Id) => return Some("It names the row.".to_owned()),
        Some(Role::KnownTooLate) => return Some("It is not known yet when the prediction is needed.".to_owned()),
        Some(Role::Group) => return Some("It says which rows belong together.".to_owned()),
        Some(Role::Time) => return Some("It orders the rows by time.".to_owned()),
        Some(Role::Sensitive) => {
            return Some("It is sensitive: kept to compare groups of people, not learned from.".to_owned());
        }
        Some(Role::Feature) | None => {}
    }
    let values = &column.values;
    let mut known = rows.iter().map(|&row| row as usize).filter(|&row| !values.is_missing(row));
    let Some(first) = known.next() else {
        return Some("It has no value in any row with a known target.".to_owned());
    };
    if !rows.iter().any(|&row| values.is_missing(row as usize)) && known.all(|row| equal(values, first, row)) {
        return Some("It has the same value in every row.".to_owned());
    }
    if let Values::Text(texts) = values {
        return reason_against_texts(texts, rows, chosen);
    }
    if !chosen
        && let Values::Category { codes, levels } = values
        && let Some(share) = id_share(codes, levels.len(), rows)
    {
        return Some(format!(
            "Nearly every row has its own value ({:.0} % are different): it names the row. Put it under Use to learn from it all the same.",
            (share * 100.0).floor()
        ));
    }
    None
}

/// Why nothing is learned from the words of a column of texts.
fn reason_against_texts(texts: &[Option<Box<str>>], rows: &[u32], chosen: bool) -> Option<String> {
    let known = || rows.iter().filter_map(|row| texts[*row as usize].as_deref());
    let mut tally = words::Tally::default();
    if !known().any(|text| tally.add(text, 1) >= words::FEWEST_ROWS) {
        let fewest = words::FEWEST_ROWS;
        return Some(format!("None of its words stands in {fewest} rows or more: there is nothing to learn from."));
    }
    let (n, n_words) = known()
        .take(PROSE_ROWS)
        .fold((0usize, 0usize), |(n, n_words), text| (n + 1, n_words + text.split_ascii_whitespace().count()));
    let mean = n_words as f64 / n.max(1) as f64;
    (!chosen && mean < PROSE_WORDS).then(|| {
        format!("Its texts have {mean:.1} words on average, as names have. Put it under Use to learn from the words.")
    })
}

fn equal(values: &Values, a: usize, b: usize) -> bool {
    match values {
        Values::Number(v) => v[a] == v[b],
        Values::Category { codes, .. } => codes[a] == codes[b],
        Values::Boolean { codes, .. } => codes[a] == codes[b],
        Values::Date { milliseconds, .. } => milliseconds[a] == milliseconds[b],
        Values::Text(v) => v[a] == v[b],
    }
}

/// The share of distinct values among known ones, if it is so high that the column names the row.
fn id_share(codes: &[u32], n_levels: usize, rows: &[u32]) -> Option<f64> {
    let mut seen = vec![false; n_levels];
    let (mut n_known, mut n_distinct) = (0usize, 0usize);
    for &row in rows {
        let code = codes[row as usize];
        if code != MISSING_CODE {
            n_known += 1;
            n_distinct += usize::from(!std::mem::replace(&mut seen[code as usize], true));
        }
    }
    let share = n_distinct as f64 / n_known.max(1) as f64;
    (n_known >= ID_ROWS && share >= ID_SHARE).then_some(share)
}

/// Roles guessed from values alone: columns that name the row. Never from a column's name.
pub fn guess_roles(table: &Table) -> Vec<(String, Role)> {
    table.columns.iter().filter(|column| names_the_row(column)).map(|column| (column.name.clone(), Role::Id)).collect()
}

/// Whether the values of a column only name the row: texts nearly all of which differ, or a running number.
pub fn names_the_row(column: &Column) -> bool {
    match &column.values {
        Values::Category { codes, levels } => {
            let rows: Vec<u32> = (0..codes.len() as u32).collect();
            id_share(codes, levels.len(), &rows).is_some()
        }
        Values::Number(numbers) => counts_up(numbers),
        Values::Boolean { .. } | Values::Date { .. } | Values::Text(_) => false,
    }
}

/// Whole numbers that rise from row to row, none missing, most of them by one and the same step: a running number or an
/// index with gaps. A quantity by which the rows happen to be sorted rises too, but by steps of its own.
fn counts_up(numbers: &[f64]) -> bool {
    let is_whole = |number: &f64| number.trunc() == *number;
    if numbers.len() < ID_ROWS || !numbers.iter().all(is_whole) || !numbers.windows(2).all(|pair| pair[1] > pair[0]) {
        return false;
    }
    let mut steps: Vec<f64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable_by(f64::total_cmp);
    let commonest = steps.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(0);
    2 * commonest > steps.len()
}

/// A guess at the target, with the reason for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetGuess {
    pub column: String,
    /// A sentence.
    pub reason: String,
}

/// Names that people give to targets; a hint for a guess that is shown as one, never a finding.
const TARGET_NAMES: [&str; 12] = [
    "target",
    "label",
    "class",
    "outcome",
    "y",
    "response",
    "churn",
    "survived",
    "species",
    "default",
    "result",
    "diagnosis",
];

/// The column that the person probably wants to predict: one that is called like a target, else the last that could be.
pub fn suggest_target(table: &Table) -> Option<TargetGuess> {
    let named_like = TARGET_NAMES.iter().find_map(|name| {
        let like = |column: &&Column| column.name.trim().eq_ignore_ascii_case(name);
        table.columns.iter().filter(like).find(|column| could_be_target(column))
    });
    if let Some(column) = named_like {
        let reason = "Its name is one that targets often have.".to_owned();
        return Some(TargetGuess { column: column.name.clone(), reason });
    }
    let last = table.columns.iter().rev().find(|column| could_be_target(column))?;
    let reason = if table.columns.last().is_some_and(|column| column.name == last.name) {
        "It is the last column."
    } else {
        "It is the last column that can be predicted."
    };
    Some(TargetGuess { column: last.name.clone(), reason: reason.into() })
}

/// Varies, is no free text and no date, does not name the row, has few enough classes.
fn could_be_target(column: &Column) -> bool {
    let rows: Vec<u32> =
        (0..column.values.len() as u32).filter(|&row| !column.values.is_missing(row as usize)).collect();
    match &column.values {
        Values::Text(_) | Values::Date { .. } => false,
        Values::Number(numbers) if counts_up(numbers) => false,
        Values::Category { codes, levels } if id_share(codes, levels.len(), &rows).is_some() => false,
        _ => target(column, &rows, task_of(column), None).is_ok(),
    }
}

fn n_used(codes: &[u32], n_levels: usize) -> usize {
    let mut seen = vec![false; n_levels];
    for &code in codes.iter().filter(|&&code| code != MISSING_CODE) {
        seen[code as usize] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts.len()
}

fn problem(place: &str, event: impl Into<String>, cure: &str) -> Problem {
    Problem { place: place.to_owned(), event: event.into(), kept: String::new(), cure: cure.to_owned() }
}

fn no_feature() -> Problem {
    problem(
        "",
        "No column is left to learn from.",
        "Put at least one column whose values differ from row to row under Use on Design, or add such columns to the file.",
    )
}

/// "name: It is free text …" of the first few.
fn reasons(left_out: &[(String, String)]) -> String {
    let shown: Vec<String> =
        left_out.iter().take(3).map(|(name, reason)| format!("{}: {reason}", named(name))).collect();
    shown.join(" ")
}

fn named(name: &str) -> String {
    format!("\"{name}\"")
}
