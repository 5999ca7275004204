//! A profile in steps: a first pass over a sample, a second over all rows.

use super::alike::{self, ColumnPair};
use super::association::{Association, Comparable, MOST_COLUMNS, compare};
use super::describe::Describing;
use super::relation::{Aim, Relation, relate};
use super::rows::{MissingPatterns, Reading, RepeatedRows};
use super::{ASSOCIATION_ROWS, FIRST_RELATION_ROWS, RELATION_ROWS, SAMPLE_ROWS, TableProfile};
use crate::dataset::names_the_row;
use crate::random::Random;
use crate::table::Table;

/// Rows that a step takes from a column at most, and cells that it takes from all columns together.
const SLICE: usize = 1 << 16;
const SLICE_CELLS: usize = 1 << 18;
/// The stream of random numbers that draws samples.
const STREAM: u64 = 0x7072_6F66;

/// What a step left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The profile is complete on the sample.
    pub first_pass_done: bool,
    pub done: bool,
    /// Parts of all passes that are done, and all of them.
    pub parts_done: u32,
    pub parts: u32,
}

/// The parts of a pass in their order; the numbers are columns, or places in the list of comparable ones.
#[derive(Clone, Copy)]
enum Stage {
    Describe(usize),
    Rows,
    Liken(usize, usize),
    Prepare(usize),
    Associate(usize, usize),
    Relate(usize),
    EndOfPass,
    Done,
}

/// The rows of a pass.
enum Scope {
    Sample(Vec<u32>),
    All(usize),
}

impl Scope {
    fn len(&self) -> usize {
        match self {
            Self::Sample(rows) => rows.len(),
            Self::All(n) => *n,
        }
    }

    /// The rows at some positions.
    fn rows(&self, from: usize, to: usize) -> impl Iterator<Item = usize> + '_ {
        (from..to).map(move |position| match self {
            Self::Sample(rows) => rows[position] as usize,
            Self::All(_) => position,
        })
    }
}

/// Profiles a table in steps. The table must be the same in every step.
pub struct Profiler {
    seed: u64,
    aim: Option<Aim>,
    scope: Scope,
    stage: Stage,
    /// Rows of the current part that are read.
    at: usize,
    describing: Option<Describing>,
    reading: Option<Reading>,
    /// Columns that can be compared, ready for it, and the rows that they hold.
    comparable: Vec<(u32, Comparable)>,
    compared_rows: Vec<u32>,
    profile: TableProfile,
    /// Lists of the current pass, which replace those of the pass before when they are whole.
    alike: Vec<ColumnPair>,
    associations: Vec<Association>,
    relations: Vec<Relation>,
    first_pass_done: bool,
    n_columns: u32,
    n_passes: u32,
    parts_done: u32,
}

impl Profiler {
    /// `aim`: the target that columns are related to. `seed` draws samples and folds.
    pub fn new(table: &Table, aim: Option<Aim>, seed: u64) -> Self {
        let n_rows = table.n_rows;
        let sampled = n_rows > SAMPLE_ROWS;
        let scope = if sampled { Scope::Sample(sample(n_rows, SAMPLE_ROWS, seed)) } else { Scope::All(n_rows) };
        let named = |position: &u32| names_the_row(&table.columns[*position as usize]);
        let profile = TableProfile {
            n_rows: n_rows as u32,
            columns: Vec::with_capacity(table.columns.len()),
            constant: Vec::new(),
            id_like: (0..table.columns.len() as u32).filter(named).collect(),
            missing: MissingPatterns::default(),
            repeats: RepeatedRows::default(),
            near_repeats: RepeatedRows::default(),
            alike: Vec::new(),
            associations: Vec::new(),
            n_not_compared: 0,
            relations: Vec::new(),
        };
        Self {
            seed,
            aim,
            scope,
            stage: if table.columns.is_empty() { Stage::Done } else { Stage::Describe(0) },
            at: 0,
            describing: None,
            reading: None,
            comparable: Vec::new(),
            compared_rows: Vec::new(),
            profile,
            alike: Vec::new(),
            associations: Vec::new(),
            relations: Vec::new(),
            first_pass_done: false,
            n_columns: table.columns.len() as u32,
            n_passes: if sampled { 2 } else { 1 },
            parts_done: 0,
        }
    }

    /// The profile as far as it is known; a column that has not been looked at is not there yet.
    pub fn profile(&self) -> &TableProfile {
        &self.profile
    }

    pub fn into_profile(self) -> TableProfile {
        self.profile
    }

    /// Works through about so many rows of one column, at most to the end of a pass. What cannot be cut costs one step however small the budget is: the
    /// end of a column (some 50 ns a row), the search for repeated rows, and one comparison.
    pub fn advance(&mut self, table: &Table, budget_rows: usize) -> Progress {
        let mut left = budget_rows.max(1);
        while left > 0 && !matches!(self.stage, Stage::Done) {
            let cost = match self.stage {
                Stage::Describe(column) => self.describe(table, column, left),
                Stage::Rows => self.read_rows(table, left),
                Stage::Liken(first, second) => self.liken(table, first, second),
                Stage::Prepare(column) => self.prepare(table, column),
                Stage::Associate(first, second) => self.associate(table, first, second),
                Stage::Relate(column) => self.relate(table, column),
                Stage::EndOfPass | Stage::Done => self.end_pass(table),
            };
            left = left.saturating_sub(cost.max(1));
        }
        self.progress()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress {
            first_pass_done: self.first_pass_done,
            done: matches!(self.stage, Stage::Done),
            parts_done: self.parts_done,
            // Columns described, prepared, likened, associated and related, and the rows.
            parts: self.n_passes * (5 * self.n_columns + 1),
        }
    }

    fn go_to(&mut self, stage: Stage, parts_done: usize) {
        self.stage = stage;
        self.at = 0;
        self.parts_done += parts_done as u32;
    }

    fn describe(&mut self, table: &Table, position: usize, budget: usize) -> usize {
        let column = &table.columns[position];
        let describing = self.describing.get_or_insert_with(|| Describing::new(column));
        let to = (self.at + budget.min(SLICE)).min(self.scope.len());
        describing.push(column, self.scope.rows(self.at, to));
        let cost = to - self.at;
        self.at = to;
        if to < self.scope.len() {
            return cost;
        }
        if let Some(describing) = self.describing.take() {
            let details = describing.finish(column);
            match self.profile.columns.get_mut(position) {
                Some(known) => *known = details,
                None => self.profile.columns.push(details),
            }
        }
        let constant = |(_, details): &(u32, &super::ColumnDetails)| details.distinct.count <= 1;
        self.profile.constant =
            (0u32..).zip(&self.profile.columns).filter(constant).map(|(position, _)| position).collect();
        let next = position + 1;
        self.go_to(if next < table.columns.len() { Stage::Describe(next) } else { Stage::Rows }, 1);
        cost + self.scope.len()
    }

    fn read_rows(&mut self, table: &Table, budget: usize) -> usize {
        let n_columns = table.columns.len();
        let id_like = &self.profile.id_like;
        let named = || (0..n_columns as u32).map(|position| id_like.contains(&position)).collect();
        let reading = self.reading.get_or_insert_with(|| Reading::new(table, named()));
        let rows = (budget.min(SLICE_CELLS) / n_columns).max(1);
        let to = (self.at + rows).min(self.scope.len());
        reading.push(table, self.scope.rows(self.at, to));
        let cost = (to - self.at) * n_columns;
        self.at = to;
        if to < self.scope.len() {
            return cost;
        }
        if let Some(reading) = self.reading.take() {
            let found = reading.finish(table);
            self.profile.missing = found.missing;
            self.profile.repeats = found.repeats;
            self.profile.near_repeats = found.near_repeats;
        }
        match self.scope {
            // In a sample, columns may look alike that are not.
            Scope::Sample(_) => self.go_to(Stage::Prepare(0), 1 + n_columns),
            Scope::All(_) => self.go_to(Stage::Liken(0, 1), 1),
        }
        cost + self.scope.len()
    }

    fn liken(&mut self, table: &Table, first: usize, second: usize) -> usize {
        let n_columns = table.columns.len().min(self.profile.columns.len());
        if first >= n_columns {
            self.profile.alike = std::mem::take(&mut self.alike);
            self.go_to(Stage::Prepare(0), 0);
            return 1;
        }
        if second >= n_columns {
            self.go_to(Stage::Liken(first + 1, first + 2), 1);
            return 1;
        }
        self.stage = Stage::Liken(first, second + 1);
        let of = |position: usize| (&table.columns[position], &self.profile.columns[position]);
        let Some(likeness) = alike::likeness(of(first), of(second), table.n_rows) else {
            return 100;
        };
        self.alike.push(ColumnPair { first: first as u32, second: second as u32, likeness });
        table.n_rows
    }

    fn prepare(&mut self, table: &Table, position: usize) -> usize {
        if position == 0 {
            self.comparable.clear();
            self.profile.n_not_compared = 0;
            self.compared_rows = match &self.scope {
                Scope::Sample(rows) => rows.clone(),
                Scope::All(n) => sample(*n, ASSOCIATION_ROWS, self.seed),
            };
        }
        let next = position + 1;
        let stage = if next < table.columns.len() { Stage::Prepare(next) } else { Stage::Associate(0, 1) };
        if self.comparable.len() < MOST_COLUMNS {
            let comparable = Comparable::new(&table.columns[position], &self.compared_rows);
            self.comparable.extend(comparable.map(|comparable| (position as u32, comparable)));
        } else if alike::is_comparable(&table.columns[position]) {
            self.profile.n_not_compared += 1;
        }
        self.go_to(stage, 1);
        self.compared_rows.len()
    }

    fn associate(&mut self, table: &Table, first: usize, second: usize) -> usize {
        let n = self.comparable.len();
        if first >= n {
            self.profile.associations = std::mem::take(&mut self.associations);
            self.comparable.clear();
            self.go_to(Stage::Relate(0), table.columns.len() - n);
            return 1;
        }
        if second >= n {
            self.go_to(Stage::Associate(first + 1, first + 2), 1);
            return 1;
        }
        let ((a, of_a), (b, of_b)) = (&self.comparable[first], &self.comparable[second]);
        let (n_rows, measure) = compare(of_a, of_b);
        self.associations.push(Association { first: *a, second: *b, n_rows, measure });
        self.stage = Stage::Associate(first, second + 1);
        self.compared_rows.len()
    }

    fn relate(&mut self, table: &Table, position: usize) -> usize {
        let Some(aim) = self.aim.as_ref().filter(|_| position < table.columns.len()) else {
            self.profile.relations = std::mem::take(&mut self.relations);
            self.go_to(Stage::EndOfPass, table.columns.len().saturating_sub(position));
            return 1;
        };
        let most = if matches!(self.scope, Scope::All(_)) { RELATION_ROWS } else { FIRST_RELATION_ROWS };
        let positions = sample(aim.rows.len(), most, self.seed);
        if position != aim.column as usize {
            let column = &table.columns[position];
            self.relations.push(relate(column, position as u32, aim, &positions, self.seed));
        }
        self.go_to(Stage::Relate(position + 1), 1);
        // Sorting and searching.
        positions.len() * 10
    }

    fn end_pass(&mut self, table: &Table) -> usize {
        self.first_pass_done = true;
        match self.scope {
            Scope::Sample(_) => {
                self.scope = Scope::All(table.n_rows);
                self.go_to(Stage::Describe(0), 0);
            }
            Scope::All(_) => self.stage = Stage::Done,
        }
        // A step ends with a pass, so that what it found is seen.
        usize::MAX
    }
}

/// All of `n` positions, or one drawn from each of `most` equal runs of them; in rising order.
fn sample(n: usize, most: usize, seed: u64) -> Vec<u32> {
    if n <= most {
        return (0..n as u32).collect();
    }
    let mut random = Random::new(seed, STREAM);
    let start = |run: usize| (run as u64 * n as u64 / most as u64) as u32;
    (0..most).map(|run| start(run) + random.below(u64::from(start(run + 1) - start(run))) as u32).collect()
}
