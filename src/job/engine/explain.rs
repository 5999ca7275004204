//! Explaining a trained candidate, in steps: what needs a pass over rows. One row is explained at once.

use super::run::StoredRun;
use super::{Data, Engine, Event, Herald, Problem, Progress, RunId, Ticket, problem, train};
use crate::dataset::{Dataset, Target};
use crate::explain::{self, Answer, MOST_ROWS, Many, Measure, Neighbour, Others, Part, Question, RowParts, Rows, View};
use crate::metrics::Metric;
use crate::prepare::{Cells, Inputs, Matrix, Preparation};
use crate::random::Random;
use crate::split::Split;
use crate::table::{MISSING_CODE, MISSING_DATE, date_text, number_text};

/// Rows that stand for "the others" when one row is explained, and when many are.
const BACKGROUND: usize = 100;
const BACKGROUND_OF_MANY: usize = 24;
/// Rows from which the shape of one column is drawn, and of two.
const SHAPE_ROWS: usize = 400;
const SURFACE_ROWS: usize = 100;
/// Rows whose contributions are drawn, and how many are explained in a step.
const MANY_ROWS: usize = 400;
const MANY_IN_A_STEP: u32 = 20;
/// Rows that are looked through for like ones and for values that occur.
const LIKE_ROWS: usize = 5_000;
/// Like rows that are told.
const NEAR: usize = 5;
/// Prepared numbers of a part at most: 16 MB.
const MOST_NUMBERS: usize = 1 << 22;
/// The stream of the seed's random numbers that draws rows.
const STREAM: u64 = 42;

/// An explanation under way.
pub struct Explain {
    pub ticket: Ticket,
    run: RunId,
    stored: Box<StoredRun>,
    data: Data,
    question: Question,
    herald: Herald,
    work: Work,
}

enum Work {
    Begin,
    /// Preparing the rows of one fold after the other.
    Parts {
        parts: Vec<Part>,
        split: Split,
    },
    Importance {
        measure: Box<Measure>,
        names: Vec<String>,
        rows: Rows,
    },
    Many {
        features: Matrix,
        background: Matrix,
        next: u32,
        many: Box<Many>,
    },
}

/// Rows of the table that a candidate was trained on, drawn again.
struct Drawn<'a> {
    dataset: Dataset<'a>,
    split: Split,
}

impl Drawn<'_> {
    /// Rows that may be shown and compared with: all outside the locked test set, at most `most`, seeded, ascending.
    fn sample(&self, most: usize, seed: u64) -> Vec<u32> {
        sampled(self.split.outside_holdout(), most, seed)
    }
}

fn sampled(mut positions: Vec<u32>, most: usize, seed: u64) -> Vec<u32> {
    if positions.len() > most {
        Random::new(seed, STREAM).shuffle(&mut positions);
        positions.truncate(most);
        positions.sort_unstable();
    }
    positions
}

fn drawn<'a>(stored: &StoredRun, data: &'a Data) -> Result<Drawn<'a>, Problem> {
    let dataset = train::dataset(&data.table, &stored.design)?;
    let split = stored.design.split.draw(&dataset)?;
    Ok(Drawn { dataset, split })
}

impl Engine {
    /// Begin to answer, or answer at once what concerns one row.
    pub(super) fn explain(&mut self, ticket: Ticket, run: RunId, question: Question) -> Vec<Event> {
        if let Question::RedTeam { groups, times } = question {
            let job = self.rows_of(run).map(|(stored, data)| {
                let asked = (groups, times);
                super::redteam::RedTeam::new(ticket, run, Box::new(stored.clone()), data, asked)
            });
            return self.begin(job.map(|job| super::Job::RedTeam(Box::new(job))), ticket);
        }
        if question == Question::Curve {
            let n_hands = self.n_hands;
            let job = self.rows_of(run).and_then(|(stored, data)| {
                super::curve::Curve::new(ticket, (run, Box::new(stored.clone())), data, n_hands)
            });
            return self.begin(job.map(|job| super::Job::Curve(Box::new(job))), ticket);
        }
        let answer = match &question {
            Question::Row { cells } => Some(self.explain_row(run, cells).map(Answer::Row)),
            Question::Others { cells, fixed, goal } => Some(self.others(run, cells, fixed, *goal).map(Answer::Others)),
            Question::Rivals { runs } => Some(self.rivals(run, runs).map(Answer::Rivals)),
            Question::Slices => Some(self.slices(run).map(Answer::Slices)),
            Question::HardRows => Some(self.hard_rows(run).map(Answer::HardRows)),
            Question::Fairness { threshold } => Some(self.fairness(run, *threshold).map(Answer::Fairness)),
            Question::Calibrations => Some(self.calibrations(run).map(Answer::Calibrations)),
            Question::Decide { rule, worths } => {
                let found = self.decision(run, *rule, *worths);
                Some(found.map(|decision| Answer::Decision { rule: *rule, worths: *worths, decision }))
            }
            Question::Importance
            | Question::Shape { .. }
            | Question::Surface { .. }
            | Question::Many { .. }
            | Question::Surrogate { .. }
            | Question::Curve
            | Question::RedTeam { .. } => None,
        };
        match answer {
            Some(answer) => {
                let event = answer.map(|answer| Event::Explained { ticket, run, answer });
                vec![event.unwrap_or_else(|error| Event::Failed { ticket, error })]
            }
            None => {
                let job = self.rows_of(run).map(|(stored, data)| {
                    let (stored, herald) = (Box::new(stored.clone()), Herald::new(ticket));
                    Explain { ticket, run, stored, data, question, herald, work: Work::Begin }
                });
                self.begin(job.map(|job| super::Job::Explain(Box::new(job))), ticket)
            }
        }
    }

    /// A run with the table that it was trained on.
    pub(super) fn rows_of(&self, run: RunId) -> Result<(&StoredRun, Data), Problem> {
        let stored = self.stored(run)?;
        let kept = "Nothing has changed.";
        if stored.data_sha256.is_empty() {
            return Err(problem(
                "This model came from a package, which travels without its rows.",
                kept,
                "Explain it where it was trained.",
            ));
        }
        let data = self.table_for(0)?;
        self.check_rows(stored, &data, kept, "Open the data that it was trained on, or train again.")?;
        Ok((stored, data))
    }

    fn explain_row(&self, run: RunId, cells: &[(String, String)]) -> Result<RowParts, Problem> {
        let (stored, data) = self.rows_of(run)?;
        let table;
        let (own, _) = match stored.behind_steps(cells) {
            Some((behind, _)) => {
                table = behind;
                Inputs::from_table(&stored.pipeline.preparation.inputs, &table, &[0])?
            }
            None => stored.row_of(cells),
        };
        let drawn = drawn(stored, &data)?;
        let positions = drawn.sample(BACKGROUND, stored.design.split.seed);
        let preparation = &stored.pipeline.preparation;
        let background = preparation.transform(&Inputs::from_dataset(&drawn.dataset, &positions));
        let row = preparation.transform(&own);
        let columns = &preparation.feature_inputs;
        let n_columns = preparation.inputs.len();
        let seed = stored.design.split.seed;
        let found = explain::contributions(&stored.pipeline.model, columns, n_columns, &row, &background, seed);
        let names = names(stored);
        Ok(RowParts::of(&found, &names, texts(stored, &own, 0), positions.len() as u32))
    }

    fn others(
        &self,
        run: RunId,
        cells: &[(String, String)],
        fixed: &[String],
        goal: Option<explain::Goal>,
    ) -> Result<Others, Problem> {
        let (stored, data) = self.rows_of(run)?;
        let table;
        let (own, _) = match stored.behind_steps(cells) {
            Some((behind, _)) => {
                table = behind;
                Inputs::from_table(&stored.pipeline.preparation.inputs, &table, &[0])?
            }
            None => stored.row_of(cells),
        };
        let drawn = drawn(stored, &data)?;
        let positions = drawn.sample(LIKE_ROWS, stored.design.split.seed);
        let rows = Inputs::from_dataset(&drawn.dataset, &positions);
        let names = names(stored);
        let own_texts = texts(stored, &own, 0);
        let neighbour = |near: explain::Near| {
            let position = positions[near.position as usize] as usize;
            let others = texts(stored, &rows, near.position as usize);
            let pairs = names.iter().zip(own_texts.iter().zip(others));
            Neighbour {
                row: drawn.dataset.rows[position],
                distance: near.distance,
                target: target_text(&drawn.dataset.target, position),
                differs: pairs.filter(|(_, (a, b))| **a != *b).map(|(name, (_, b))| (name.clone(), b)).collect(),
            }
        };
        let near = explain::nearest(&own, &rows, NEAR).into_iter().map(neighbour).collect();
        let counterfactuals = goal.map_or(Vec::new(), |goal| {
            let fixed: Vec<u32> =
                (0u32..).zip(&names).filter(|(_, name)| fixed.contains(name)).map(|(column, _)| column).collect();
            explain::counterfactuals(view(stored, 0), &own, &rows, &fixed, goal)
        });
        Ok(Others { near, counterfactuals, n_rows: positions.len() as u32, goal, names })
    }
}

impl Explain {
    /// Do one piece of work; `true` when it is over. `now` in milliseconds.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        let advanced = self.advance();
        if let Ok(None) = advanced {
            let (done, total) = self.progress();
            let (doing, unit) = match self.question {
                Question::Importance => ("Dealing columns anew", "columns"),
                _ => ("Explaining", "rows"),
            };
            let say = || Progress { doing: doing.to_owned(), done, total, unit: unit.to_owned() };
            self.herald.tell(now, events, say);
        }
        super::answered((self.ticket, self.run), advanced, events)
    }

    fn progress(&self) -> (u64, u64) {
        match &self.work {
            Work::Begin | Work::Parts { .. } => (0, 0),
            Work::Importance { measure, .. } => measure.progress(),
            Work::Many { features, next, .. } => (u64::from(*next), features.n_rows as u64),
        }
    }

    fn advance(&mut self) -> Result<Option<Answer>, Problem> {
        match std::mem::replace(&mut self.work, Work::Begin) {
            Work::Begin => self.start(),
            Work::Parts { parts, split } => self.next_part(parts, split),
            Work::Importance { mut measure, names, rows } => {
                if measure.step() {
                    return Ok(Some(Answer::Importance(measure.finish(&names, rows))));
                }
                self.work = Work::Importance { measure, names, rows };
                Ok(None)
            }
            Work::Many { features, background, next, many } => Ok(self.more_of_many(features, background, next, many)),
        }
    }

    fn start(&mut self) -> Result<Option<Answer>, Problem> {
        let stored = &self.stored;
        let seed = stored.design.split.seed;
        let Drawn { dataset, split } = drawn(stored, &self.data)?;
        let rows = Drawn { dataset, split };
        let class_name = |class: u32| stored.pipeline.labels.get(class as usize).cloned();
        match &self.question {
            Question::Importance => {
                let split = rows.split;
                drop(rows.dataset);
                self.work = Work::Parts { parts: Vec::new(), split };
                Ok(None)
            }
            Question::Shape { column, class } => {
                let column = self.shaped(column)?;
                let positions = rows.sample(SHAPE_ROWS, seed);
                let inputs = Inputs::from_dataset(&rows.dataset, &positions);
                let features = stored.pipeline.preparation.transform(&inputs);
                let view = view(stored, *class);
                Ok(Some(Answer::Shape(view.shape(column, &inputs.cells[column], &features, class_name(*class)))))
            }
            Question::Surface { columns, class } => {
                let columns = [self.shaped(&columns[0])?, self.shaped(&columns[1])?];
                let positions = rows.sample(SURFACE_ROWS, seed);
                let inputs = Inputs::from_dataset(&rows.dataset, &positions);
                let features = stored.pipeline.preparation.transform(&inputs);
                let view = view(stored, *class);
                Ok(Some(Answer::Surface(view.surface(columns, &inputs.cells, &features, class_name(*class)))))
            }
            Question::Many { class } => {
                let positions = rows.sample(MANY_ROWS, seed);
                let inputs = Inputs::from_dataset(&rows.dataset, &positions);
                let others = Inputs::from_dataset(&rows.dataset, &rows.sample(BACKGROUND_OF_MANY, seed ^ 1));
                let preparation = &stored.pipeline.preparation;
                let (features, background) = (preparation.transform(&inputs), preparation.transform(&others));
                let mut shown = inputs;
                without_texts(preparation, &mut shown);
                let many = Box::new(begin_many(stored, &shown, class_name(*class)));
                self.work = Work::Many { features, background, next: 0, many };
                Ok(None)
            }
            Question::Surrogate { class } => {
                let mut inputs = Inputs::from_dataset(&rows.dataset, &rows.sample(LIKE_ROWS, seed));
                let predictions = view(stored, *class).ask(&stored.pipeline.preparation.transform(&inputs));
                without_texts(&stored.pipeline.preparation, &mut inputs);
                let found = explain::surrogate(names(stored), class_name(*class), &inputs.cells, &predictions);
                Ok(Some(Answer::Surrogate(found)))
            }
            Question::Row { .. }
            | Question::Others { .. }
            | Question::Rivals { .. }
            | Question::Decide { .. }
            | Question::Calibrations
            | Question::Slices
            | Question::HardRows
            | Question::Fairness { .. }
            | Question::Curve
            | Question::RedTeam { .. } => {
                Err(problem("This question is answered at once.", "Nothing has changed.", "Ask again."))
            }
        }
    }

    /// The position of a column among the model's inputs.
    fn column(&self, name: &str) -> Result<usize, Problem> {
        let inputs = &self.stored.pipeline.preparation.inputs;
        inputs.iter().position(|input| input.name == name).ok_or_else(|| {
            let event = format!("The model does not read a column “{name}”.");
            problem(event, "Nothing has changed.", "Choose one of its columns.")
        })
    }

    /// The position of a column along which predictions can be followed.
    fn shaped(&self, name: &str) -> Result<usize, Problem> {
        let column = self.column(name)?;
        if !self.stored.pipeline.preparation.reads_words(column) {
            return Ok(column);
        }
        let event = format!("“{name}” is text: its cells have no order, and hardly one stands in several rows.");
        Err(problem(event, "Nothing has changed.", "Choose another column, or change its words in a row of your own."))
    }

    /// Prepare the rows of one more fold, or begin to measure. An opened test set is better than folds: it judges the
    /// model that is used.
    fn next_part(&mut self, mut parts: Vec<Part>, split: Split) -> Result<Option<Answer>, Problem> {
        let stored = &self.stored;
        let dataset = train::dataset(&self.data.table, &stored.design)?;
        let opened = stored.report.holdout.is_some() && !split.holdout.is_empty();
        let n_folds = stored.folds.len();
        let (rows, n_parts) = match n_folds {
            _ if opened => (Rows::TestSet, 1),
            0 => (Rows::Training, 1),
            n => (Rows::OutOfFold { folds: n as u32 }, n),
        };
        let at = parts.len();
        if at < n_parts {
            let outside = || split.outside_holdout();
            let (pipeline, positions, n_training) = match rows {
                Rows::TestSet => (&stored.pipeline, split.holdout.clone(), outside().len()),
                Rows::Training => (&stored.pipeline, outside(), 0),
                Rows::OutOfFold { .. } => {
                    (&stored.folds[at], split.folds.get(at).cloned().unwrap_or_default(), split.training(at).len())
                }
            };
            let most = (MOST_NUMBERS / pipeline.preparation.n_features().max(1)).clamp(50, MOST_ROWS);
            let positions = sampled(positions, most, stored.design.split.seed);
            parts.push(Part {
                model: pipeline.model.clone(),
                features: pipeline.preparation.transform(&Inputs::from_dataset(&dataset, &positions)),
                columns: pipeline.preparation.feature_inputs.clone(),
                target: dataset.target.select(&positions),
                n_training: n_training as u32,
            });
            drop(dataset);
            self.work = Work::Parts { parts, split };
            return Ok(None);
        }
        let seed = stored.design.split.seed;
        let sample = sampled(split.outside_holdout(), MOST_ROWS, seed);
        let table_rows: Vec<u32> = sample.iter().map(|position| dataset.rows[*position as usize]).collect();
        let groups = explain::together(&dataset.features, &table_rows);
        let leading: Metric = stored.design.metric(dataset.task);
        let metrics = explain::metrics(leading, dataset.task);
        drop(dataset);
        let n_columns = stored.pipeline.preparation.inputs.len();
        let measure = Box::new(Measure::new(parts, n_columns, &groups, metrics, seed));
        self.work = Work::Importance { measure, names: names(stored), rows };
        Ok(None)
    }

    fn more_of_many(&mut self, features: Matrix, background: Matrix, next: u32, mut many: Box<Many>) -> Option<Answer> {
        let last = (next + MANY_IN_A_STEP).min(features.n_rows as u32);
        let preparation = &self.stored.pipeline.preparation;
        let found = explain::contributions(
            &self.stored.pipeline.model,
            &preparation.feature_inputs,
            preparation.inputs.len(),
            &features.select(&(next..last).collect::<Vec<u32>>()),
            &background,
            self.stored.design.split.seed.wrapping_add(u64::from(next)),
        );
        let class = match self.question {
            Question::Many { class } if found.n_outputs > 1 => class as usize,
            _ => 0,
        };
        many.values.extend(found.values.iter().skip(class).step_by(found.n_outputs).map(|value| *value as f32));
        many.base = found.base.get(class).copied().unwrap_or(0.0);
        (many.scale, many.method) = (found.scale, found.method);
        if last as usize >= features.n_rows {
            return Some(Answer::Many(*many));
        }
        self.work = Work::Many { features, background, next: last, many };
        None
    }
}

fn begin_many(stored: &StoredRun, inputs: &Inputs, class: Option<String>) -> Many {
    let n_columns = inputs.cells.len();
    let mut cells = vec![f64::NAN; inputs.n_rows * n_columns];
    let mut all_levels = Vec::with_capacity(n_columns);
    for (column, of_column) in inputs.cells.iter().enumerate() {
        let mut put = |row: usize, value: f64| cells[row * n_columns + column] = value;
        let mut own_levels = Vec::new();
        match of_column {
            Cells::Numbers(values) => values.iter().enumerate().for_each(|(row, v)| put(row, f64::from(*v))),
            Cells::Dates(values) => {
                values.iter().enumerate().filter(|(_, v)| **v != MISSING_DATE).for_each(|(row, v)| put(row, *v as f64));
            }
            Cells::Texts { codes, levels } => {
                codes
                    .iter()
                    .enumerate()
                    .filter(|(_, c)| **c != MISSING_CODE)
                    .for_each(|(row, c)| put(row, f64::from(*c)));
                own_levels = levels.iter().map(|level| level.clone().into_owned()).collect();
            }
        }
        all_levels.push(own_levels);
    }
    let margin = explain::Margin::new(&stored.pipeline.model);
    Many {
        names: names(stored),
        // With two classes the one output is that of the second.
        class: if margin.n_outputs() > 1 { class } else { stored.pipeline.labels.get(1).cloned() },
        values: Vec::with_capacity(cells.len()),
        cells,
        levels: all_levels,
        dates: (0u32..).zip(&inputs.cells).filter(|(_, c)| matches!(c, Cells::Dates(_))).map(|(i, _)| i).collect(),
        base: 0.0,
        scale: margin.scale(),
        method: explain::Method::Exact,
        n_rows: inputs.n_rows as u32,
    }
}

/// Texts that are read for their words are taken away where the cells of many rows are shown or told apart.
fn without_texts(preparation: &Preparation, inputs: &mut Inputs) {
    for (column, cells) in inputs.cells.iter_mut().enumerate() {
        if preparation.reads_words(column) {
            *cells = Cells::missing(cells.kind(), cells.len());
        }
    }
}

fn names(stored: &StoredRun) -> Vec<String> {
    stored.pipeline.preparation.inputs.iter().map(|input| input.name.clone()).collect()
}

fn view(stored: &StoredRun, class: u32) -> View<'_> {
    View { preparation: &stored.pipeline.preparation, model: &stored.pipeline.model, class: class as usize }
}

/// The cells of one row as people read them.
fn texts(stored: &StoredRun, inputs: &Inputs, row: usize) -> Vec<Option<String>> {
    let of = |(cells, input): (&Cells, &crate::prepare::Input)| match cells {
        Cells::Numbers(values) => values.get(row).filter(|v| !v.is_nan()).map(|v| v.to_string()),
        Cells::Dates(values) => values.get(row).filter(|v| **v != MISSING_DATE).map(|v| date_text(*v, input.has_time)),
        Cells::Texts { codes, levels } => {
            let code = codes.get(row).filter(|code| **code != MISSING_CODE)?;
            levels.get(*code as usize).map(|level| level.clone().into_owned())
        }
    };
    inputs.cells.iter().zip(&stored.pipeline.preparation.inputs).map(of).collect()
}

fn target_text(target: &Target, position: usize) -> String {
    match target {
        Target::Classes { codes, labels } => labels.get(codes[position] as usize).cloned().unwrap_or_default(),
        Target::Values(values) => number_text(values[position]),
    }
}
