//! Which rows train and which test: dealt at random, whole groups together, or forwards in time. Positions, not table
//! rows: `0..n` counts the rows of a `Dataset`.

mod drawn;
mod group;
mod newest;
mod notes;
pub mod propose;
mod random;
mod time;
mod validation;
mod words;

use serde::{Deserialize, Serialize};

pub use drawn::{Drawn, DrawnTimes, Stretch};
pub use newest::Newest;
pub use validation::draw_validation;

use crate::dataset::{Dataset, Groups, Target, Times};
use crate::problem::Problem;
use crate::random::Random;

/// The stream of the seed's random numbers that draws splits.
const STREAM: u64 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitSpec {
    /// Documents of older forms have none.
    #[serde(default = "SplitKind::once")]
    pub kind: SplitKind,
    /// Share of rows locked away as the test set, `0 ≤ s ≤ 0.5`; 0 keeps none.
    pub holdout: f32,
    /// Folds of the cross-validation, 2 to 20; in time, steps forward.
    pub folds: u32,
    /// Keep the class shares alike in every part (classification; not in time).
    pub stratified: bool,
    /// Share of rows that no fit and no fold sees, `0 ≤ s ≤ 0.4`: ranges and sets are promised by them (split conformal
    /// prediction). 0 sets none aside.
    #[serde(default)]
    pub aside: f32,
    pub seed: u64,
    /// The newest rows of one file are the test set, in the place of the share `holdout`.
    #[serde(default)]
    pub newest: Option<Newest>,
}

/// What decides on which side of a split a row stands. The test set is drawn in the same way as the folds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum SplitKind {
    /// Chance alone.
    Random {
        /// How often the folds are dealt anew.
        repeats: u32,
    },
    /// The group column: a group stands on one side as a whole.
    Group { repeats: u32 },
    /// The time column: what is tested is later than what was trained on. The rows before the first step are never tested.
    Time {
        window: Window,
        /// Left out between training and test.
        gap: Span,
    },
}

/// How far back the training rows of a step reach.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Window {
    /// To the first row.
    Expanding,
    /// So far before the newest of them.
    Sliding(Span),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Span {
    Rows(u32),
    /// Days, or, where the time column is a number, in its unit.
    Duration(f64),
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self {
            kind: SplitKind::Random { repeats: 1 },
            holdout: 0.2,
            folds: 5,
            stratified: true,
            aside: 0.0,
            seed: 42,
            newest: None,
        }
    }
}

impl SplitKind {
    fn once() -> Self {
        Self::Random { repeats: 1 }
    }

    /// As the folds of `SplitKind::Time` are usually drawn.
    pub const FORWARD: Self = Self::Time { window: Window::Expanding, gap: Span::Rows(0) };
}

/// What a split is drawn from, aligned with the positions.
#[derive(Clone, Copy, Debug)]
pub struct SplitRows<'a> {
    pub target: &'a Target,
    pub groups: Option<&'a Groups>,
    pub times: Option<&'a Times>,
    /// Positions of the rows that came with the file of `SplitSpec::newest`, ascending.
    pub newcomers: Option<&'a [u32]>,
}

impl<'a> From<&'a Target> for SplitRows<'a> {
    fn from(target: &'a Target) -> Self {
        Self { target, groups: None, times: None, newcomers: None }
    }
}

impl<'a> From<&'a Dataset<'_>> for SplitRows<'a> {
    fn from(dataset: &'a Dataset<'_>) -> Self {
        Self {
            target: &dataset.target,
            groups: dataset.groups.as_ref(),
            times: dataset.times.as_ref(),
            newcomers: dataset.newcomers.as_deref(),
        }
    }
}

/// How the rows of a report were split, for its sentences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitFacts {
    pub kind: SplitKind,
    /// The column that decided; `None` for chance.
    pub column: Option<String>,
    /// Folds of one round; the rounds of repeats come one after the other.
    pub n_folds: u32,
    /// Classes were spread alike.
    pub stratified: bool,
    /// Groups outside the test set.
    pub n_groups: u32,
    /// Rows that the final fit learns from.
    pub n_fitted: u32,
    /// Durations are days.
    pub in_days: bool,
    /// Rows that were set aside.
    #[serde(default)]
    pub n_aside: u32,
}

impl Default for SplitFacts {
    fn default() -> Self {
        Self {
            kind: SplitKind::Random { repeats: 1 },
            column: None,
            n_folds: 0,
            stratified: false,
            n_groups: 0,
            n_fitted: 0,
            in_days: false,
            n_aside: 0,
        }
    }
}

/// The drawn split. Each list ascends. At random and by group every position is in `holdout`, in `aside`, or in one fold of
/// every round; in time the first rows and those of the gaps are in neither.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub holdout: Vec<u32>,
    /// Rows that no fit and no fold sees, for what is promised of the model.
    pub aside: Vec<u32>,
    /// The test rows of each fold.
    pub folds: Vec<Vec<u32>>,
    pub facts: SplitFacts,
    /// Rows that the final fit learns from.
    fitted: Vec<u32>,
    /// The training rows of each fold, where these are not `fitted` without the fold.
    training: Vec<Vec<u32>>,
    /// What a person should know of how it was drawn.
    notes: Vec<String>,
}

impl SplitSpec {
    pub const MAX_HOLDOUT: f32 = 0.5;
    /// Of the rows that are set aside. With as large a test set, none would be left.
    pub const MAX_ASIDE: f32 = 0.4;
    /// Rows aside at least: fewer promise nothing at 95 %.
    pub const FEWEST_ASIDE: usize = 19;
    pub const FOLDS: (u32, u32) = (2, 20);
    pub const REPEATS: (u32, u32) = (1, 20);
    /// Folds of all rounds together at most.
    pub const MAX_FOLDS: u32 = 100;
    /// Of a gap or a window.
    pub const ROWS: (u32, u32) = (0, 10_000_000);
    pub const DURATION: (f64, f64) = (0.0, 1e9);

    /// What is wrong with the settings themselves.
    pub fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut refuse = |field: &str, event: String, cure: String| {
            let place = format!("split, {field}");
            problems.push(Problem { place, event, kept: "Nothing was trained.".into(), cure });
        };
        if !(0.0..=Self::MAX_HOLDOUT).contains(&self.holdout) {
            refuse(
                "holdout",
                format!("The test set's share is {}, outside 0 to {}.", self.holdout, Self::MAX_HOLDOUT),
                "Give a share from 0 (no test set) to 0.5, such as 0.2.".into(),
            );
        }
        if !(0.0..=Self::MAX_ASIDE).contains(&self.aside) {
            refuse(
                "aside",
                format!("The share of rows set aside is {}, outside 0 to {}.", self.aside, Self::MAX_ASIDE),
                "Give a share from 0 (none) to 0.4, such as 0.2.".into(),
            );
        }
        if let Some(newest) = self.newest.as_ref().filter(|n| !(Newest::SHARE.0..=Newest::SHARE.1).contains(&n.share)) {
            refuse(
                "newest",
                format!("The share of the file's rows to test on is {}, outside 0.01 to 1.", newest.share),
                "Give a share from 0.01 to 1, such as 0.5.".into(),
            );
        }
        let (fewest, most) = Self::FOLDS;
        if !(fewest..=most).contains(&self.folds) {
            refuse(
                "folds",
                format!("The number of folds, {}, is outside {fewest} to {most}.", self.folds),
                format!("Give a whole number from {fewest} to {most}, such as 5."),
            );
        }
        let (fewest, most) = Self::REPEATS;
        match self.kind {
            SplitKind::Random { repeats } | SplitKind::Group { repeats } => {
                if !(fewest..=most).contains(&repeats) {
                    refuse(
                        "repeats",
                        format!("The number of repeats, {repeats}, is outside {fewest} to {most}."),
                        format!("Give a whole number from {fewest} to {most}; 1 deals the folds once."),
                    );
                } else if repeats.saturating_mul(self.folds) > Self::MAX_FOLDS {
                    refuse(
                        "repeats",
                        format!("{repeats} times {} folds are more than {}.", self.folds, Self::MAX_FOLDS),
                        "Take fewer repeats, or fewer folds.".into(),
                    );
                }
            }
            SplitKind::Time { window, gap } => {
                if !gap.is_within(0) {
                    let cure = "Give a gap of 0 rows or more, such as {\"Rows\": 0}.".to_owned();
                    refuse("gap", "The gap is out of range.".into(), cure);
                }
                if let Window::Sliding(span) = window
                    && !span.is_within(1)
                {
                    let cure = "Give it at least one row or some length of time, or let it expand.".to_owned();
                    refuse("window", "The window holds nothing to train on.".into(), cure);
                }
            }
        }
        problems
    }

    /// Whether rows are locked away as a test set.
    pub fn has_test_set(&self) -> bool {
        self.holdout > 0.0 || self.newest.is_some()
    }

    /// Folds of all rounds together: how many fits the cross-validation takes.
    pub fn n_folds(&self) -> u32 {
        match self.kind {
            SplitKind::Random { repeats } | SplitKind::Group { repeats } => self.folds.saturating_mul(repeats.max(1)),
            SplitKind::Time { .. } => self.folds,
        }
    }

    /// About how much of all rows outside the test set a fold's fit learns from; `fold` of `n_folds` is the fit on all.
    pub fn training_share(&self, fold: u32) -> f64 {
        let folds = f64::from(self.folds.max(2));
        match self.kind {
            _ if fold >= self.n_folds() => 1.0,
            SplitKind::Random { .. } | SplitKind::Group { .. } => (folds - 1.0) / folds,
            SplitKind::Time { window: Window::Expanding, .. } => f64::from(fold + 1) / (folds + 1.0),
            // About as long in every step; how long is known when it is drawn.
            SplitKind::Time { window: Window::Sliding(_), .. } => 1.0 / (folds + 1.0),
        }
    }

    /// The spec that draws the same test set with as few folds as can be.
    pub fn of_holdout(&self) -> Self {
        let kind = match self.kind {
            SplitKind::Random { .. } => SplitKind::Random { repeats: 1 },
            SplitKind::Group { .. } => SplitKind::Group { repeats: 1 },
            SplitKind::Time { gap, .. } => SplitKind::Time { window: Window::Expanding, gap },
        };
        Self { kind, folds: 2, ..self.clone() }
    }

    /// Draw the split. At random, parts differ by at most one row in size, and, when stratified, folds by at most one row of
    /// each class. By group, parts are as alike as whole groups let them be. In time, the test set is the latest share, and
    /// each step tests the rows behind those that it trains on; equal times stay together. Regression is never stratified.
    /// A class's only row stays out of a random test set, so that training sees it.
    ///
    /// # Errors
    /// Settings out of range, no column of the kind, or fewer rows, groups or times than the split needs.
    pub fn draw<'a>(&self, rows: impl Into<SplitRows<'a>>) -> Result<Split, Problem> {
        if let Some(problem) = self.validate().into_iter().next() {
            return Err(problem);
        }
        let rows = rows.into();
        if let Some(newest) = &self.newest {
            return newest::draw(self, newest, rows);
        }
        let random = Random::new(self.seed, STREAM);
        let mut split = match (self.kind, rows.groups, rows.times) {
            (SplitKind::Random { repeats }, ..) => {
                let all: Vec<u32> = (0..rows.target.len() as u32).collect();
                random::draw(self, repeats, rows.target, &all, random)
            }
            (SplitKind::Group { repeats }, Some(groups), _) => group::draw(self, repeats, rows.target, groups, random),
            (SplitKind::Time { window, gap }, _, Some(times)) => time::draw(self, (window, gap), rows, times),
            (SplitKind::Group { .. }, None, _) => Err(refuse(
                "No column says which rows belong together.".into(),
                "Give one column the role Group, or deal the rows at random.",
            )),
            (SplitKind::Time { .. }, _, None) => Err(refuse(
                "No column orders the rows by time.".into(),
                "Give one column of dates or numbers the role Time, or deal the rows at random.",
            )),
        }?;
        split.facts.n_aside = split.aside.len() as u32;
        if self.aside > 0.0 && split.aside.len() < Self::FEWEST_ASIDE {
            return Err(too_few_aside(split.aside.len()));
        }
        Ok(split)
    }

    /// The share to begin with where rows are set aside: some hundred rows for small tables, and no more than it takes for
    /// large ones, where a thousand hold the promise within two points.
    pub fn usual_aside(n_rows: u32) -> f32 {
        match n_rows {
            0..5_000 => 0.2,
            5_000..20_000 => 0.1,
            20_000.. => 0.05,
        }
    }

    /// The split that chance alone would make of the rows outside this split's test set, which no fold of it holds; `None`
    /// where chance made this one, or there are too few rows.
    pub fn naive(&self, target: &Target, split: &Split) -> Option<Split> {
        if let SplitKind::Random { .. } = self.kind {
            return None;
        }
        let spec = Self { kind: SplitKind::Random { repeats: 1 }, holdout: 0.0, aside: 0.0, ..self.clone() };
        random::draw(&spec, 1, target, &split.outside_holdout(), Random::new(self.seed, STREAM)).ok()
    }

    /// What does not prevent a training, but is probably not meant: a role that this kind of split does not heed.
    pub fn doubts<'a>(&self, rows: impl Into<SplitRows<'a>>) -> Vec<String> {
        let rows = rows.into();
        let mut doubts = Vec::new();
        if let (SplitKind::Random { .. }, Some(groups)) = (self.kind, rows.groups) {
            doubts.push(format!(
                "Rows of one {} stand on both sides of the split, since chance deals them: scores will flatter.",
                named(&groups.column)
            ));
        }
        if let (SplitKind::Random { .. } | SplitKind::Group { .. }, Some(times)) = (self.kind, rows.times) {
            doubts.push(format!(
                "{} orders the rows, but the split does not heed it: later rows help to predict earlier ones.",
                named(&times.column)
            ));
        }
        doubts
    }
}

impl Span {
    /// Whether it is a length within the limits, and of at least so many rows.
    fn is_within(self, fewest: u32) -> bool {
        match self {
            Self::Rows(rows) => (fewest..=SplitSpec::ROWS.1).contains(&rows),
            Self::Duration(length) => {
                (SplitSpec::DURATION.0..=SplitSpec::DURATION.1).contains(&length) && (fewest == 0 || length > 0.0)
            }
        }
    }
}

impl Split {
    /// A split whose folds are tested once each by a model of all the others.
    pub fn of_folds(holdout: Vec<u32>, folds: Vec<Vec<u32>>) -> Self {
        let mut fitted = folds.concat();
        fitted.sort_unstable();
        let facts = SplitFacts { n_folds: folds.len() as u32, n_fitted: fitted.len() as u32, ..SplitFacts::default() };
        Self { holdout, folds, facts, fitted, ..Self::default() }
    }

    /// The training rows of a fold, ascending.
    pub fn training(&self, fold: usize) -> Vec<u32> {
        if let Some(rows) = self.training.get(fold) {
            return rows.clone();
        }
        // Both ascend.
        let mut test = self.folds[fold].iter().copied().peekable();
        let trains = |row: &u32| {
            while test.next_if(|tested| tested < row).is_some() {}
            test.peek() != Some(row)
        };
        self.fitted.iter().copied().filter(trains).collect()
    }

    /// The rows that the final fit learns from, ascending: all outside the test set and the gap before it, or of these the
    /// last window.
    pub fn fitted(&self) -> &[u32] {
        &self.fitted
    }

    /// Every row outside the test set that some fit or some fold sees, ascending. Rows that were set aside are none.
    pub fn outside_holdout(&self) -> Vec<u32> {
        let mut rows: Vec<u32> =
            self.folds.iter().chain(&self.training).flatten().chain(&self.fitted).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Rows that some fold tests, ascending, each once.
    pub fn tested(&self) -> Vec<u32> {
        let mut rows = self.folds.concat();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

fn too_few_aside(n: usize) -> Problem {
    let rows = if n == 1 { "One row would be".to_owned() } else { format!("{n} rows would be") };
    Problem {
        place: "split, aside".into(),
        event: format!(
            "{rows} set aside for ranges and sets; at 95 % fewer than {} promise nothing.",
            SplitSpec::FEWEST_ASIDE
        ),
        kept: "The table is as it was.".into(),
        cure: "Set a larger share aside, add rows, or set none aside: the folds still measure how wide ranges are."
            .into(),
    }
}

/// Parts of positions and facts that the kinds of splits share.
fn assemble(holdout: Vec<u32>, aside: Vec<u32>, mut folds: Vec<Vec<u32>>, facts: SplitFacts) -> Split {
    for fold in &mut folds {
        fold.sort_unstable();
    }
    let round = facts.n_folds.max(1) as usize;
    let mut split = Split::of_folds(holdout, folds);
    split.holdout.sort_unstable();
    split.aside = aside;
    split.aside.sort_unstable();
    // The folds of one round hold every row once.
    split.fitted = split.folds[..round.min(split.folds.len())].concat();
    split.fitted.sort_unstable();
    split.facts = SplitFacts { n_fitted: split.fitted.len() as u32, ..facts };
    split
}

/// A column's name as sentences have it.
fn named(column: &str) -> String {
    format!("“{column}”")
}

fn refuse(event: String, cure: &str) -> Problem {
    Problem { place: "split".into(), event, kept: "The table is as it was.".into(), cure: cure.into() }
}
