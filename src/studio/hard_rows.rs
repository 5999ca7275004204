//! Single rows that are worth a look, as the page says them.

use super::project::Run;
use super::words::counted;
use super::{Action, Studio};
use crate::chart::format::{count, percent, short, significant};
use crate::table::view::Filter;
use crate::validate::hard_rows::{HardRow, HardRows, Told};

/// Rows of a kind that the page shows; the grid shows all that were told.
const SHOWN: usize = 10;
/// Share of rows in doubt above which it is the model that is weak, or the classes that overlap, rather than the answers.
const MOST_WRONG: f64 = 0.05;
/// Letters of a class in a cell.
const LONGEST: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Doubted,
    Missed,
    Unsure,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Doubted => "Answer in doubt",
            Self::Missed => "Missed most",
            Self::Unsure => "Least sure",
        }
    }

    pub fn rows(self, found: &HardRows) -> &[HardRow] {
        match self {
            Self::Doubted => &found.doubted,
            Self::Missed => &found.missed,
            Self::Unsure => &found.unsure,
        }
    }
}

/// The kinds of which there are rows.
pub fn kinds(found: &HardRows) -> Vec<Kind> {
    let all = [Kind::Doubted, Kind::Missed, Kind::Unsure];
    all.into_iter().filter(|kind| !kind.rows(found).is_empty()).collect()
}

impl Studio {
    /// Whether single rows of the run that is looked at can be told.
    pub fn hard_rows_can_be_told(&self) -> bool {
        self.current_run().is_some_and(|run| !run.is_baseline() && run.is_graded()) && self.unjudged().is_none()
    }
}

fn label(run: &Run, class: u32) -> String {
    run.report.labels.get(class as usize).map_or_else(|| class.to_string(), |label| short(label, LONGEST))
}

/// The finding in a sentence.
pub fn sentence(run: &Run, found: &HardRows) -> String {
    if found.missed.is_empty() {
        return format!("Of {} none was missed.", counted(found.n_rows.into(), "tested row"));
    }
    let worst = &found.missed[0];
    match worst.told {
        Told::Value { truth, predicted } => format!(
            "Row {} was missed most: {} is {}, {} was predicted.",
            count(u64::from(worst.row) + 1),
            run.design.dataset.target,
            significant(truth, 4),
            significant(predicted, 4),
        ),
        Told::Class { .. } if found.n_doubted == 0 => {
            "No row's answer is in doubt: where the models of the folds said another class, they were less sure than they usually are."
                .to_owned()
        }
        Told::Class { .. } => {
            let share = f64::from(found.n_doubted) / f64::from(found.n_rows.max(1));
            let one = found.n_doubted == 1;
            let head = format!(
                "{} of {} ({}) {} an answer that models which had not seen {} doubt",
                counted(found.n_doubted.into(), "row"),
                count(found.n_rows.into()),
                percent(share),
                if one { "has" } else { "have" },
                if one { "it" } else { "them" },
            );
            match share > MOST_WRONG {
                true => format!("{head}: too many to be entered wrongly. The model is weak here, or the classes overlap."),
                false => format!("{head}: it may have been entered wrongly."),
            }
        }
    }
}

/// The first rows of a kind: what the columns are, and a line for each row.
pub fn table(run: &Run, kind: Kind, found: &HardRows) -> (Vec<String>, Vec<Vec<String>>) {
    let classes = !run.report.labels.is_empty();
    let target = short(&run.design.dataset.target, LONGEST);
    let headers = if classes && kind == Kind::Unsure {
        ["Row", &target, "Likeliest", "Its probability", "Next", "Its probability"].map(str::to_owned).to_vec()
    } else if classes {
        ["Row", &target, "Its probability", "Predicted", "Its probability"].map(str::to_owned).to_vec()
    } else {
        ["Row", &target, "Predicted", "Off by"].map(str::to_owned).to_vec()
    };
    let line = |row: &HardRow| {
        let mut cells = vec![count(u64::from(row.row) + 1)];
        cells.extend(match row.told {
            Told::Class { truth, predicted, of_predicted, next, of_next, .. } if kind == Kind::Unsure => vec![
                label(run, truth),
                label(run, predicted),
                percent(f64::from(of_predicted)),
                label(run, next),
                percent(f64::from(of_next)),
            ],
            Told::Class { truth, predicted, of_truth, of_predicted, .. } => vec![
                label(run, truth),
                percent(f64::from(of_truth)),
                label(run, predicted),
                percent(f64::from(of_predicted)),
            ],
            Told::Value { truth, predicted } => {
                vec![significant(truth, 4), significant(predicted, 4), significant(row.told.miss(), 3)]
            }
        });
        cells
    };
    (headers, kind.rows(found).iter().take(SHOWN).map(line).collect())
}

/// "Show 34 rows in the table", and the filter that does it.
pub fn show(kind: Kind, found: &HardRows) -> (String, Action) {
    let mut rows: Vec<u32> = kind.rows(found).iter().map(|row| row.row).collect();
    rows.sort_unstable();
    let all = if kind == Kind::Doubted { found.n_doubted } else { rows.len() as u32 };
    let text = match rows.len() as u32 {
        n if n < all => format!("Show the first {} of {} rows in the table", count(n.into()), count(all.into())),
        n => format!("Show {} in the table", counted(n.into(), "row")),
    };
    (text, Action::SetFilters(vec![Filter::Rows { name: kind.name().to_owned(), rows }]))
}

/// How the rows were found, and what to do with them.
pub fn how(kind: Kind) -> &'static str {
    match kind {
        Kind::Doubted => {
            "Another class is as probable as it is on average for rows that have it (confident learning, Northcutt et al. 2021); \
             classes of fewer than ten rows are not judged. \
             Correct a wrong answer where the table comes from. Do not remove rows only because the model is wrong about them: \
             the score would rise and mean less."
        }
        Kind::Missed => {
            "Rows that the folds tested, those furthest from the truth first. They are where a column is missing, a value is \
             wrong, or the rule is another; removing them would make the score rise and mean less."
        }
        Kind::Unsure => {
            "Rows that the folds tested, those first where the two likeliest classes were closest together. A person should \
             look at such rows when the model is used."
        }
    }
}
