//! Golden rows: inputs that were made up from the schema alone, with the studio's answers. They prove that another
//! runtime answers the same, on ordinary rows and on the ones that break programs: nothing given, unknown categories,
//! odd Unicode, extremes.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::free_name;
use super::labels::chosen_class;
use super::promise::Decided;
use crate::model::trees::Split;
use crate::model::{Model, Predictions};
use crate::pipeline::Pipeline;
use crate::prepare::inputs::{Cells, Inputs, to_f32};
use crate::prepare::spelling::{null_spellings, spellings};
use crate::prepare::{Block, Input, InputKind, Words};
use crate::random::Random;
use crate::table::csv::CsvWriter;
use crate::table::{MISSING_DATE, date_text};

/// How many rows.
pub const N_ROWS: usize = 64;
/// Rows before this one hold ordinary values; the first is all missing.
const FIRST_ODD: usize = 20;
const SEED: u64 = 64;
const DAY: i64 = 86_400_000;
/// The years 1 to 9999, in milliseconds.
const FIRST_DATE: f64 = -62_135_596_800_000.0;
const LAST_DATE: f64 = 253_402_214_400_000.0;

/// The cells of one input.
#[derive(Clone, Debug, PartialEq)]
pub enum GoldenColumn {
    /// NaN is missing.
    Numbers(Vec<f64>),
    /// "" is missing.
    Texts(Vec<String>),
    /// Milliseconds; `MISSING_DATE` is missing.
    Dates(Vec<i64>),
}

/// One column per input of the pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Golden {
    pub columns: Vec<GoldenColumn>,
}

impl Golden {
    /// Makes the rows up; the same pipeline gives the same rows.
    pub fn make(pipeline: &Pipeline) -> Self {
        let inputs = &pipeline.preparation.inputs;
        let n_numbers = inputs.iter().filter(|i| i.kind == InputKind::Number).count();
        let mut number = 0;
        let column = |(position, input): (usize, &Input)| {
            let mut random = Random::new(SEED, position as u64);
            match input.kind {
                InputKind::Number => {
                    number += 1;
                    let mut values = numbers(input, number - 1, n_numbers, &mut random);
                    let edges = edges(pipeline, position, &mut random).into_iter().map(f64::from).collect::<Vec<_>>();
                    put_edges(&mut values, &edges, |value| in_range(input, value));
                    GoldenColumn::Numbers(values)
                }
                InputKind::Text => {
                    let levels = super::levels(pipeline, position).unwrap_or_default();
                    GoldenColumn::Texts(match super::words(pipeline, position) {
                        Some(words) => prose(input, words, &mut random),
                        None => texts(input, levels, &mut random),
                    })
                }
                InputKind::Date => {
                    let mut values = dates(input, &mut random);
                    let edges: Vec<i64> =
                        edges(pipeline, position, &mut random).into_iter().filter_map(date_near).collect();
                    put_edges(&mut values, &edges, |value| value != MISSING_DATE && in_range(input, value as f64));
                    GoldenColumn::Dates(values)
                }
            }
        };
        Self { columns: inputs.iter().enumerate().map(column).collect() }
    }

    /// As the studio reads them.
    pub fn inputs(&self) -> Inputs<'_> {
        let cells = self.columns.iter().map(|column| match column {
            GoldenColumn::Numbers(values) => Cells::Numbers(values.iter().map(|v| to_f32(*v)).collect()),
            GoldenColumn::Texts(texts) => Cells::Texts {
                codes: (0..texts.len() as u32).collect(),
                levels: texts.iter().map(|t| Cow::Borrowed(t.as_str())).collect(),
            },
            GoldenColumn::Dates(values) => Cells::Dates(values.clone()),
        });
        Inputs { cells: cells.collect(), n_rows: N_ROWS }
    }

    /// A cell as it stands in `golden.csv`.
    fn text(&self, column: usize, row: usize) -> String {
        match &self.columns[column] {
            GoldenColumn::Numbers(values) if values[row].is_nan() => String::new(),
            GoldenColumn::Numbers(values) => format!("{:?}", values[row]),
            GoldenColumn::Texts(texts) => texts[row].clone(),
            GoldenColumn::Dates(values) if values[row] == MISSING_DATE => String::new(),
            GoldenColumn::Dates(values) => date_text(values[row], values[row].rem_euclid(DAY) != 0),
        }
    }

    /// `golden.csv`: the columns by name, then the expected outputs, whose names are returned too, and those of what is
    /// promised of them.
    pub fn csv(
        &self,
        pipeline: &Pipeline,
        predictions: &Predictions,
        decided: Decided,
    ) -> (Vec<u8>, Vec<String>, Vec<String>) {
        let mut names: Vec<String> = pipeline.preparation.inputs.iter().map(|i| i.name.clone()).collect();
        let n_inputs = names.len();
        for wanted in output_names(pipeline) {
            let name = free_name(&format!("expected {wanted}"), &names);
            names.push(name);
        }
        let n_outputs = names.len();
        for wanted in decided.promise.iter().flat_map(|promise| promise.names(pipeline)) {
            let name = free_name(&format!("expected {wanted}"), &names);
            names.push(name);
        }
        let mut out = CsvWriter::new();
        names.iter().for_each(|name| out.cell(name));
        out.end_record();
        for row in 0..N_ROWS {
            (0..n_inputs).for_each(|column| out.cell(&self.text(column, row)));
            output_texts(pipeline, predictions, row, decided.threshold).iter().for_each(|text| out.cell(text));
            if let Some(promise) = decided.promise {
                promise.texts(predictions, row).iter().for_each(|text| out.cell(text));
            }
            out.end_record();
        }
        let promised = names.split_off(n_outputs);
        (out.into_bytes(), names.split_off(n_inputs), promised)
    }
}

/// Names of the prediction columns: label and a probability per class, or the prediction.
pub fn output_names(pipeline: &Pipeline) -> Vec<String> {
    if pipeline.labels.is_empty() {
        return vec!["prediction".to_owned()];
    }
    let probability = |label: &String| format!("probability of {label}");
    std::iter::once("label".to_owned()).chain(pipeline.labels.iter().map(probability)).collect()
}

/// The prediction columns of one row, as the shortest texts that read back to the same f32.
pub fn output_texts(pipeline: &Pipeline, predictions: &Predictions, row: usize, threshold: Option<f64>) -> Vec<String> {
    match predictions {
        Predictions::Probabilities { values, n_classes } => {
            let probabilities = &values[row * n_classes..(row + 1) * n_classes];
            let class = chosen_class(pipeline.task, probabilities, threshold);
            let label = pipeline.labels.get(class).cloned().unwrap_or_default();
            std::iter::once(label).chain(probabilities.iter().map(|p| format!("{p:?}"))).collect()
        }
        Predictions::Values(values) => vec![format!("{:?}", values[row])],
    }
}

/// Values of a feature that lie on both sides of where trees split it: a threshold itself, which goes left, and the next
/// larger f32, which goes right. They come from `input`; there are none where no tree splits it.
fn edges(pipeline: &Pipeline, position: usize, random: &mut Random) -> Vec<f32> {
    let Model::Trees(model) = pipeline.model.uncalibrated() else { return Vec::new() };
    let mut feature = 0;
    let mut found = None;
    for block in &pipeline.preparation.blocks {
        if block.input() == position && matches!(block, Block::Plain { .. } | Block::Days { .. }) {
            found = Some(feature);
        }
        feature += block.n_features();
    }
    let Some(feature) = found else { return Vec::new() };
    let nodes = model.trees.iter().flat_map(|tree| &tree.nodes).filter(|node| node.feature as usize == feature);
    let mut thresholds: Vec<f32> = nodes
        .filter_map(|node| match node.split {
            Split::AtMost(threshold) => Some(threshold).filter(|threshold| threshold.abs() < f32::MAX),
            Split::In(_) => None,
        })
        .collect();
    thresholds.sort_by(f32::total_cmp);
    thresholds.dedup();
    random.shuffle(&mut thresholds);
    thresholds.truncate(N_ROWS);
    thresholds.into_iter().flat_map(|threshold| [threshold, threshold.next_up()]).collect()
}

/// Two of three ordinary values make way for edges, in turn; what is missing or extreme stays.
fn put_edges<T: Copy>(values: &mut [T], edges: &[T], is_ordinary: impl Fn(T) -> bool) {
    let rows = (2..values.len()).filter(|row| row % 3 != 0);
    let rows: Vec<usize> = rows.filter(|row| is_ordinary(values[*row])).collect();
    for (row, edge) in rows.into_iter().zip(edges.iter().cycle()) {
        values[row] = *edge;
    }
}

fn in_range(input: &Input, value: f64) -> bool {
    let (low, high) = input.range.unwrap_or((0.0, 1.0));
    (low..=high).contains(&value)
}

/// The millisecond at so many days since the epoch, where every program can write it.
fn date_near(days: f32) -> Option<i64> {
    let milliseconds = f64::from(days) * DAY as f64;
    (FIRST_DATE..=LAST_DATE).contains(&milliseconds).then_some(milliseconds as i64)
}

/// Ordinary values lie in the training range. An odd row has one extreme number, in a column that rotates: more at once
/// would drown each other in any arithmetic of finite precision.
fn numbers(input: &Input, nth: usize, n_numbers: usize, random: &mut Random) -> Vec<f64> {
    let (low, high) = input.range.unwrap_or((0.0, 1.0));
    let span = high - low;
    let odd = [
        high + span,
        low - span,
        1e30,
        -1e30,
        0.0,
        1e-42,
        -1e-42,
        f64::from(f32::MAX),
        high + 1000.0 * span.abs().max(1.0),
        f64::from(f32::MIN_POSITIVE),
    ];
    (0..N_ROWS)
        .map(|row| {
            let ordinary = if row == 1 { low + span / 2.0 } else { low + random.unit() * span };
            let missing = random.below(10) == 0;
            match row {
                0 => f64::NAN,
                1 => short(ordinary),
                _ if row >= FIRST_ODD && (row - FIRST_ODD) % n_numbers == nth % n_numbers => {
                    let turn = (row - FIRST_ODD) / n_numbers + nth;
                    odd[turn % odd.len()]
                }
                _ if missing => f64::NAN,
                _ => short(ordinary),
            }
        })
        .collect()
}

/// Fewer digits, so that the file can be read; still within a thousandth of the value.
fn short(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

fn texts(input: &Input, levels: &[String], random: &mut Random) -> Vec<String> {
    let first = levels.first().cloned().unwrap_or_else(|| "level".to_owned());
    let mut odd: Vec<String> = [
        "an unknown category",
        "Zürich",
        "Zu\u{308}rich",
        "👩‍👩‍👧 🦀",
        "مرحبا بالعالم",
        "\u{202e}reversed",
        "say \"yes\", then\nwrap",
        "<img src=x onerror=alert(1)>",
        "__proto__",
        "=1+1",
        "\u{feff}mark",
        "1",
        "1.0",
        "-0",
        "1e3",
        "\t",
    ]
    .map(str::to_owned)
    .to_vec();
    odd.push("long ".repeat(200));
    odd.extend([format!(" {first}"), format!("{first} "), first.to_uppercase(), first.nfd().collect()]);
    odd.extend(null_spellings().iter().map(|t| (*t).to_owned()));
    odd.extend(input.missing_spellings.iter().take(8).cloned());
    odd.extend(levels.iter().take(8).flat_map(|level| spellings(level).into_iter().skip(1)));
    (0..N_ROWS)
        .map(|row| {
            let pick = random.below(levels.len().max(1) as u64) as usize;
            let missing = random.below(10) == 0;
            match row {
                0 => String::new(),
                1 => first.clone(),
                _ if row >= FIRST_ODD => odd[(row - FIRST_ODD) % odd.len()].clone(),
                _ if missing => String::new(),
                _ => levels.get(pick).cloned().unwrap_or_else(|| first.clone()),
            }
        })
        .collect()
}

/// Sentences of the words that the model knows, and what could be taken for one of them. An odd row is what is odd for a
/// category too.
fn prose(input: &Input, words: &Words, random: &mut Random) -> Vec<String> {
    let known: Vec<&str> = words.words.iter().map(String::as_str).collect();
    let mut rows = texts(input, &[], random);
    let first = known.first().copied().unwrap_or("word");
    let capitals: String = first.chars().map(|c| words.capital(c).unwrap_or(c)).collect();
    let mut near: Vec<String> = vec![
        capitals.clone(),
        format!("{first}{capitals}"),
        format!("{first}\u{308} {first}"),
        format!("“{first}”—{first}…"),
        format!("\u{feff}{first}\u{a0}"),
        format!("x{first} {first}_ {first}9"),
        format!("{first}\r\n\t{capitals}"),
        format!("🦀{first}🦀"),
        format!("、{first}。"),
        format!("{} {first}", "x".repeat(3_000)),
        "\u{2003} \t".to_owned(),
    ];
    near.extend(words.decomposed.iter().take(8).map(|(word, _)| format!("{word}!")));
    for (row, text) in rows.iter_mut().enumerate() {
        if row == 1 || (row < FIRST_ODD && !text.is_empty()) {
            let n = 1 + random.below(12);
            let mut said: Vec<&str> = Vec::new();
            for _ in 0..n {
                said.push(known.get(random.below(known.len().max(1) as u64) as usize).copied().unwrap_or("unknown"));
                said.push([" ", ", ", " and ", "\n", "/", " Unknownword, "][random.below(6) as usize]);
            }
            *text = said.concat();
        } else if row >= FIRST_ODD && row % 2 == 0 {
            text.clone_from(&near[(row - FIRST_ODD) / 2 % near.len()]);
        }
    }
    rows
}

fn dates(input: &Input, random: &mut Random) -> Vec<i64> {
    let (low, high) = input.range.map_or((0, 365 * DAY), |(low, high)| (low as i64, high as i64));
    let span = high.saturating_sub(low).max(0) as u64;
    let odd = [
        "0001-01-01T00:00:00Z",
        "1600-02-29T00:00:00Z",
        "1899-12-31T23:59:59.999Z",
        "1900-02-28T12:00:00Z",
        "1900-03-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00Z",
        "2000-02-29T23:00:00Z",
        "2023-12-31T23:59:59Z",
        "2024-02-29T00:00:00Z",
        "2100-03-01T00:00:00Z",
        "9999-12-30T00:00:00Z",
    ];
    (0..N_ROWS)
        .map(|row| {
            let exact = low.saturating_add(random.below(span.saturating_add(1).max(1)) as i64);
            let ordinary = if input.has_time { exact } else { exact - exact.rem_euclid(DAY) };
            let missing = random.below(10) == 0;
            match row {
                0 => MISSING_DATE,
                1 => low,
                _ if row >= FIRST_ODD && row % 5 != 0 => {
                    let text = odd[(row - FIRST_ODD) % odd.len()];
                    text.parse::<jiff::Timestamp>().map_or(MISSING_DATE, |t| t.as_millisecond())
                }
                _ if missing => MISSING_DATE,
                _ => ordinary,
            }
        })
        .collect()
}
