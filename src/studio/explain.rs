//! Why a model predicts as it does, as the page says it: what was asked, what came of it, and the sentences over the charts.

use std::sync::Arc;

use super::project::Run;
use super::words::{self, counted};
use super::*;
use crate::chart::format;
use crate::explain::{
    Change, Condition, Counterfactual, Drop, Goal, Importance, Many, Method, Others, Question, RowParts, Rows, Scale,
    Shape, Surface, Surrogate, To, Worth,
};
use crate::metrics::Metric;
use crate::table::{ColumnType, date_text};
use crate::validate::decide::{Decision, Rule, Worths};

/// Shapes that are held at a time, the last ones asked for.
const MOST_SHAPES: usize = 12;

/// Ways to look at a candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrustTab {
    #[default]
    Findings,
    Groups,
    Why,
    OneRow,
}

/// What was wished, and where that leads; nowhere where no line does it.
pub type Decided = ((Rule, Worths), Option<Decision>);

/// What was asked about the selected run, and the answers; forgotten when another is selected. Its importance is kept with
/// the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explained {
    /// Questions without an answer, in the order in which they were asked.
    pub asked: Vec<Asked>,
    /// The column that is looked at.
    pub column: Option<String>,
    /// The class whose probability is looked at; `None`: as proposed.
    pub class: Option<u32>,
    pub shapes: Vec<Arc<Shape>>,
    pub surface: Option<Arc<Surface>>,
    pub many: Option<Arc<Many>>,
    pub surrogate: Option<Arc<Surrogate>>,
    pub row: Option<Arc<RowParts>>,
    pub others: Option<Arc<Others>>,
    /// The run beside others, row by row.
    pub rivals: Option<Arc<Vec<crate::explain::Rival>>>,
    /// Whether bent probabilities would be truer.
    pub calibrations: Option<Arc<crate::validate::calibrate::Calibrations>>,
    /// Single rows that are worth a look.
    pub hard_rows: Option<Arc<crate::validate::hard_rows::HardRows>>,
    /// Where a wish leads; `None` where no threshold keeps its rule.
    pub decision: Option<Arc<Decided>>,
    /// Why the last question has no answer.
    pub problem: Option<Problem>,
    /// The person has stopped measuring what columns are worth; it is not begun again by itself.
    pub stopped: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub ticket: Ticket,
    pub question: Question,
    /// When, in milliseconds of the page's clock.
    pub since: f64,
    pub progress: Option<Progress>,
}

impl Explained {
    /// Whether such a question has no answer yet.
    pub fn waits(&self, like: impl Fn(&Question) -> bool) -> Option<&Asked> {
        self.asked.iter().find(|asked| like(&asked.question))
    }

    pub(super) fn keep_shape(&mut self, shape: Shape) {
        self.shapes.retain(|known| known.column != shape.column || known.class != shape.class);
        self.shapes.insert(0, Arc::new(shape));
        self.shapes.truncate(MOST_SHAPES);
    }
}

impl Studio {
    /// Why the selected run cannot be explained here, in a sentence; `None` where it can.
    pub fn unexplained(&self) -> Option<String> {
        match self.current_run()?.is_given() {
            true => Some(super::judged::NO_MODEL.to_owned()),
            false => self.unjudged(),
        }
    }

    /// Why what the selected run predicted cannot be looked at here, in a sentence; `None` where it can.
    pub fn unjudged(&self) -> Option<String> {
        let run = self.current_run()?;
        if run.is_baseline() {
            return Some("The baseline looks at no column, so there is nothing to explain.".to_owned());
        }
        if run.from_package {
            return Some(
                "A package travels without its rows, and explaining needs some. Explain the model where it was trained."
                    .to_owned(),
            );
        }
        if self.table.is_none() {
            return Some("The rows are not here yet.".to_owned());
        }
        let stale = super::stale::stale_data(run, &self.project)?;
        Some(format!("{stale} The model can be explained on the rows that it was trained on only."))
    }

    /// The class that is looked at: the person's choice, else the second of two or the first of several.
    pub fn explained_class(&self) -> u32 {
        let n = self.current_run().map_or(0, |run| run.report.labels.len()) as u32;
        let proposed = u32::from(n == 2);
        self.explained.class.filter(|class| *class < n).unwrap_or(proposed)
    }

    /// The column that is looked at: the person's choice, else the one that is worth most.
    pub fn explained_column(&self) -> Option<String> {
        self.explained.column.clone().or_else(|| self.explained_columns().into_iter().next())
    }

    /// The shape of the column and class that are looked at.
    pub fn explained_shape(&self) -> Option<Arc<Shape>> {
        let column = self.explained_column()?;
        let run = self.current_run()?;
        let class = run.report.labels.get(self.explained_class() as usize);
        self.explained.shapes.iter().find(|s| s.column == column && s.class.as_ref() == class).cloned()
    }

    /// Columns by their worth, to be looked at one beside the other. Predictions do not follow texts as they do values.
    pub fn explained_columns(&self) -> Vec<String> {
        let Some(importance) = self.current_run().and_then(|run| run.importance.as_ref()) else { return Vec::new() };
        let is_text = |name: &&String| {
            let columns = self.table.iter().flat_map(|table| &table.columns);
            columns.filter(|column| column.name == **name).any(|column| column.column_type == ColumnType::Text)
        };
        importance.columns.iter().filter_map(|w| w.names.first()).filter(|name| !is_text(name)).cloned().collect()
    }

    /// What is wished for of a row: another answer than the prediction at hand gives.
    pub fn proposed_goals(&self) -> Vec<(Goal, String)> {
        let (Some(run), Some(prediction)) = (self.current_run(), &self.prediction) else { return Vec::new() };
        match prediction.value {
            Some(value) => {
                let mae = run.report.scores.iter().find(|s| s.metric == Metric::Mae).and_then(|s| s.mean);
                // By more than the model is off on average: a smaller change would be within its error.
                let step = mae.unwrap_or(value.abs() * 0.1).max(f64::MIN_POSITIVE);
                let say = |v: f64| format::significant(v, 3);
                let (more, less) = (value + step, value - step);
                vec![
                    (Goal::AtLeast(more), format!("at least {}", say(more))),
                    (Goal::AtMost(less), format!("at most {}", say(less))),
                ]
            }
            None => {
                let threshold = self.threshold_of(run.id);
                let labels = prediction.probabilities.iter().map(|(label, _)| label);
                (0u32..)
                    .zip(labels)
                    .filter(|(_, label)| **label != prediction.label)
                    .map(|(class, label)| (Goal::Class { class, threshold }, label.clone()))
                    .collect()
            }
        }
    }
}

/// «bill_length tells most: without it accuracy falls from 0.98 to 0.81.»
pub fn importance_headline(importance: &Importance) -> String {
    let Some((metric, Some(whole))) = importance.whole.first().copied() else {
        return "No fold could be scored, so nothing can be said about the columns.".to_owned();
    };
    let best = |worths: &[Worth]| -> Option<(String, f64, Drop)> {
        let worth = worths.first()?;
        let drop = worth.drops.first()?;
        Some((words::list(&worth.names), drop.mean?, drop.clone()))
    };
    let Some((name, mean, drop)) = best(&importance.columns) else {
        return "No column could be judged.".to_owned();
    };
    if !is_clear(&drop) {
        return match best(&importance.groups).filter(|(_, _, drop)| is_clear(drop)) {
            Some((names, mean, drop)) => format!(
                "{names} go together and tell most: without all of them {}. Alone none of them is missed.",
                change(metric, whole, mean, &drop)
            ),
            None => {
                "No column is clearly missed: dealing the cells of any of them anew costs no more than chance does."
                    .to_owned()
            }
        };
    }
    let n_clear = importance.columns.iter().filter(|w| w.drops.first().is_some_and(is_clear)).count();
    let rest = match n_clear {
        1 => " No other column is clearly missed.".to_owned(),
        n => format!(" {} of {} columns are clearly missed.", n, importance.columns.len()),
    };
    format!("{name} tells most: without it {}.{rest}", change(metric, whole, mean, &drop))
}

/// Whether the score falls by more than chance would have it.
fn is_clear(drop: &Drop) -> bool {
    match drop.interval {
        Some((low, _)) => low > 0.0,
        None => false,
    }
}

fn change(metric: Metric, whole: f64, drop: f64, told: &Drop) -> String {
    let (verb, to) = if metric.higher_is_better() { ("falls", whole - drop) } else { ("rises", whole + drop) };
    let (from, to) = (format::beside(whole, told.interval), format::beside(to, told.interval));
    format!("{} {verb} from {from} to {to}", metric.name())
}

/// Which rows an importance was measured on, as a sentence.
pub fn importance_source(importance: &Importance) -> String {
    let rows = counted(u64::from(importance.n_rows), "row");
    let times = counted(u64::from(importance.repeats), "time");
    match importance.rows {
        Rows::OutOfFold { folds } => format!(
            "The cells of a column are dealt anew among the rows {times} in each of {folds} folds, on {rows} that the fold's model had not seen."
        ),
        Rows::TestSet => {
            format!("The cells of a column are dealt anew among the rows {times}, on {rows} of the opened test set.")
        }
        Rows::Training => format!(
            "The cells of a column are dealt anew among the rows {times}, on {rows} that the model was fitted on: what it has learned by heart counts too."
        ),
    }
}

/// What one unit of a contribution is, after a number.
pub fn unit(scale: Scale) -> &'static str {
    match scale {
        Scale::LogOdds => " log-odds",
        Scale::Logits => " on the class's logit",
        Scale::Value => "",
        Scale::LogValue => " on the logarithm",
        Scale::Probability => " of probability",
    }
}

/// How the contributions of a row were found, as a sentence.
pub fn method_line(parts: &RowParts) -> String {
    let rows = counted(u64::from(parts.n_background), "row");
    let how = match parts.method {
        Method::Exact => "exactly".to_owned(),
        Method::Sampled { orders } => format!("from {orders} orders of the columns, each walked both ways"),
    };
    format!("Shapley values against {rows} outside the test set, found {how}. Start and parts sum to the prediction.")
}

/// «If bill_length_mm were 44.1 instead of 39.1: Chinstrap, 61 %.»
pub fn counterfactual_line(found: &Counterfactual, others: &Others, own: &[(String, String)]) -> String {
    let changes: Vec<String> = found.changes.iter().map(|change| change_words(change, others, own)).collect();
    let outcome = match others.goal {
        Some(Goal::Class { .. }) => format::percent(found.outcome),
        Some(Goal::AtLeast(_) | Goal::AtMost(_)) | None => format::significant(found.outcome, 4),
    };
    format!("If {}: {outcome}", words::list(&changes))
}

fn change_words(change: &Change, others: &Others, own: &[(String, String)]) -> String {
    let name = others.names.get(change.column as usize).map_or("a column", String::as_str);
    let before = own.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text.as_str());
    let before = if before.is_empty() { "missing" } else { before };
    format!("{name} were {} instead of {before}", to_text(&change.to))
}

/// A value as the form takes it.
pub fn to_text(to: &To) -> String {
    match to {
        // Numbers are f32 on their way into the model: its shortest text is the one that was in the table.
        To::Number(value) => (*value as f32).to_string(),
        To::Date(value) => date_text(*value as i64, *value % 86_400_000.0 != 0.0),
        To::Level(level) => level.clone(),
    }
}

/// Contributions of one row as a waterfall: its sentence, its base, its steps, its unit and what the ends are.
pub struct Waterfall {
    pub title: String,
    pub base: f64,
    pub steps: Vec<crate::chart::reasons::Step>,
    pub unit: &'static str,
    pub ends: [String; 2],
}

/// What the columns add to the prediction of a row, for the class at `class`; of no account where a value is predicted.
pub fn waterfall(parts: &RowParts, class: u32, run: &Run) -> Waterfall {
    let labels = &run.report.labels;
    // With two classes the one output is that of the second.
    let (output, label) = match parts.base.len() {
        1 => (0, labels.get(1)),
        _ => (class as usize, labels.get(class as usize)),
    };
    let unit = unit(parts.scale);
    let step = |column: &crate::explain::ColumnPart| crate::chart::reasons::Step {
        name: format!(
            "{} = {}",
            column.name,
            column.cell.as_deref().map_or("missing".to_owned(), |c| format::short(c, 14))
        ),
        value: column.values.get(output).copied().unwrap_or(0.0),
        error: column.errors.get(output).copied().unwrap_or(0.0),
    };
    let steps: Vec<_> = parts.columns.iter().map(step).collect();
    let base = parts.base.get(output).copied().unwrap_or(0.0);
    let total = parts.total(output);
    let of = |margin: f64| match parts.scale {
        Scale::LogOdds => format!(" ({})", format::percent(1.0 / (1.0 + libm::exp(-margin)))),
        Scale::LogValue => format!(" ({})", format::significant(libm::exp(margin), 3)),
        Scale::Logits | Scale::Value | Scale::Probability => String::new(),
    };
    let for_what = label.map_or_else(|| format!("a higher {}", run.report.target), |label| format!("“{label}”"));
    let signed = crate::chart::reasons::signed;
    let most = |sign: f64| {
        steps.iter().filter(|s| s.value * sign > 0.0).max_by(|a, b| (a.value * sign).total_cmp(&(b.value * sign)))
    };
    let title = match (most(1.0), most(-1.0)) {
        (Some(up), Some(down)) => format!(
            "{} speaks most for {for_what} ({}{unit}), {} most against it ({})",
            up.name,
            signed(up.value),
            down.name,
            signed(down.value)
        ),
        (Some(up), None) => format!("{} speaks most for {for_what} ({}{unit})", up.name, signed(up.value)),
        (None, Some(down)) => format!("{} speaks most against {for_what} ({}{unit})", down.name, signed(down.value)),
        (None, None) => "No column moves this prediction".to_owned(),
    };
    let ends = [format!("Average row{}", of(base)), format!("This row{}", of(total))];
    Waterfall { title, base, steps, unit, ends }
}

/// How nearly a few questions say what the model says.
pub fn surrogate_headline(found: &Surrogate) -> String {
    match found.fidelity {
        _ if found.branches.len() < 2 => "No question about a column tells the predictions apart.".to_owned(),
        Some(share) if share >= 0.5 => {
            format!("A few questions say {} of what the model says.", format::percent(share))
        }
        Some(share) => format!(
            "A few questions say little of what the model says ({}): it cannot be told in so few.",
            format::percent(share.max(0.0))
        ),
        None => "The predictions hardly differ, so there is little to tell.".to_owned(),
    }
}

/// The tree as indented lines: how deep each stands, the question, and what the model says there on average.
pub fn surrogate_lines(found: &Surrogate) -> Vec<(u32, String)> {
    let mut lines = Vec::new();
    let mut open = vec![(0u32, 0usize, String::new())];
    while let Some((depth, at, asked)) = open.pop() {
        let Some(branch) = found.branches.get(at) else { continue };
        let value = match found.class {
            Some(_) => format::percent(branch.mean),
            None => format::significant(branch.mean, 3),
        };
        let rows = counted(u64::from(branch.n_rows), "row");
        let asked = if asked.is_empty() { "All rows".to_owned() } else { asked };
        lines.push((depth, format!("{asked}: {value} on average, {rows}")));
        if let Some((column, condition)) = &branch.question {
            let name = found.names.get(*column as usize).map_or("", String::as_str);
            let (yes, no) = condition_words(name, condition, found.dates.contains(column));
            // The last one put is the first one taken.
            open.push((depth + 1, branch.no as usize, no));
            open.push((depth + 1, branch.yes as usize, yes));
        }
    }
    lines
}

fn condition_words(name: &str, condition: &Condition, is_date: bool) -> (String, String) {
    match condition {
        Condition::AtMost(cut) => {
            let cut = if is_date { date_text(*cut as i64, false) } else { format::significant(*cut, 4) };
            (format!("{name} at most {cut}"), format!("{name} more, or missing"))
        }
        Condition::OneOf(levels) => {
            let shown: Vec<String> =
                levels.iter().take(4).map(|level| format!("“{}”", format::short(level, 20))).collect();
            let more = levels.len().saturating_sub(4);
            let rest = if more > 0 { format!(" or {more} others") } else { String::new() };
            (format!("{name} is {}{rest}", shown.join(" or ")), format!("{name} is another one, or missing"))
        }
    }
}

/// What is over the points of many rows.
pub fn many_headline(many: &Many) -> String {
    let n = many.names.len();
    let spread =
        |column: usize| many.values.iter().skip(column).step_by(n.max(1)).map(|v| f64::from(v.abs())).sum::<f64>();
    let best = (0..n).max_by(|a, b| spread(*a).total_cmp(&spread(*b)).then(b.cmp(a)));
    match best.and_then(|column| many.names.get(column)) {
        Some(name) => {
            let whose =
                many.class.as_ref().map_or("predictions".to_owned(), |class| format!("predictions of “{class}”"));
            format!("{name} moves the {whose} most, up or down")
        }
        None => "No column moves the predictions".to_owned(),
    }
}
