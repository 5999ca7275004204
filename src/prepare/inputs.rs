//! The cells that a pipeline reads, in one form for training rows, new files, one-row forms and golden rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Input, InputKind};
use crate::dataset::Dataset;
use crate::problem::Problem;
use crate::table::{Column, ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Table, Values, date_text};

/// Columns that are not there and are named.
const MOST_NAMED: usize = 5;

/// Cells of the inputs of a `Preparation`, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs<'a> {
    pub cells: Vec<Cells<'a>>,
    pub n_rows: usize,
}

/// The cells of one input.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells<'a> {
    /// NaN is missing.
    Numbers(Vec<f32>),
    /// `codes[row]` is a position in `levels`, or `MISSING_CODE`. Levels may repeat.
    Texts { codes: Vec<u32>, levels: Vec<Cow<'a, str>> },
    /// Milliseconds since 1970-01-01T00:00:00Z; `MISSING_DATE` is missing.
    Dates(Vec<i64>),
}

impl<'a> Inputs<'a> {
    /// Every feature column of a dataset at some of its positions.
    pub fn from_dataset(dataset: &Dataset<'a>, positions: &[u32]) -> Self {
        let rows: Vec<u32> = positions.iter().map(|&p| dataset.rows[p as usize]).collect();
        let read = |column: &&'a Column| Cells::read(column, InputKind::of(column), &rows).0;
        Self { cells: dataset.features.iter().map(read).collect(), n_rows: rows.len() }
    }

    /// Columns of a table by name. Cells that do not fit an input become missing, and a sentence says how many.
    ///
    /// # Errors
    /// None of the inputs is a column of the table.
    pub fn from_table(inputs: &[Input], table: &'a Table, rows: &[u32]) -> Result<(Self, Vec<String>), Problem> {
        let mut warnings = Vec::new();
        let mut absent = Vec::new();
        let mut n_found = 0;
        let mut cells = Vec::with_capacity(inputs.len());
        for input in inputs {
            let Some(column) = table.column(&input.name) else {
                absent.push(format!("“{}”", input.name));
                cells.push(Cells::missing(input.kind, rows.len()));
                continue;
            };
            n_found += 1;
            let (read, n_unfit) = Cells::read(column, input.kind, rows);
            if n_unfit > 0 {
                let n = if n_unfit == 1 { "1 cell is".to_owned() } else { format!("{n_unfit} cells are") };
                warnings.push(format!("Column “{}”: {n} no {}; read as missing.", input.name, input.kind.word()));
            }
            cells.push(read);
        }
        let n_more = absent.len().saturating_sub(MOST_NAMED);
        let named = absent.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
        warnings.extend(match absent.len() {
            0 => None,
            1 => Some(format!("Column {named} is not there; all its cells were read as missing.")),
            n => {
                let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
                let all = inputs.len();
                Some(format!(
                    "{n} of the model's {all} columns are not there: {named}{more}; all their cells were read as missing."
                ))
            }
        });
        if n_found == 0 && !inputs.is_empty() {
            let names: Vec<&str> = inputs.iter().take(5).map(|i| i.name.as_str()).collect();
            return Err(Problem {
                place: String::new(),
                event: "The table has none of the columns that the model reads.".into(),
                kept: "No row was predicted.".into(),
                cure: format!("Give a table with columns such as {}.", names.join(", ")),
            });
        }
        Ok((Self { cells, n_rows: rows.len() }, warnings))
    }

    /// Rows of texts, one text per input and `None` for missing; numbers in plain decimal form, dates in ISO 8601. Texts
    /// that do not fit become missing, and a sentence names each.
    pub fn from_texts(inputs: &[Input], rows: &[Vec<Option<&'a str>>]) -> (Self, Vec<String>) {
        let mut warnings = Vec::new();
        let mut cells = Vec::with_capacity(inputs.len());
        for (i, input) in inputs.iter().enumerate() {
            let texts = rows.iter().map(|row| row.get(i).copied().flatten());
            let mut unfit = |text: &str| {
                let word = input.kind.word();
                warnings.push(format!("{}: “{text}” is no {word}; read as missing.", input.name));
            };
            cells.push(match input.kind {
                InputKind::Number => Cells::Numbers(
                    texts
                        .map(|text| match text.map(|t| (t, number(without_unit(t, input)))) {
                            Some((_, Some(value))) => to_f32(value),
                            Some((text, None)) if !text.trim().is_empty() => {
                                unfit(text);
                                f32::NAN
                            }
                            Some((_, None)) | None => f32::NAN,
                        })
                        .collect(),
                ),
                InputKind::Text => text_cells(texts),
                InputKind::Date => Cells::Dates(
                    texts
                        .map(|text| match text.map(|t| (t, date(t))) {
                            Some((_, Some(value))) => value,
                            Some((text, None)) if !text.trim().is_empty() => {
                                unfit(text);
                                MISSING_DATE
                            }
                            Some((_, None)) | None => MISSING_DATE,
                        })
                        .collect(),
                ),
            });
        }
        (Self { cells, n_rows: rows.len() }, warnings)
    }
}

impl InputKind {
    /// How a column enters a pipeline.
    pub fn of(column: &Column) -> Self {
        Self::of_type(column.values.column_type())
    }

    /// How a column of this type enters a pipeline, and is asked for.
    pub fn of_type(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Number => Self::Number,
            ColumnType::Category | ColumnType::Boolean | ColumnType::Text => Self::Text,
            ColumnType::Date => Self::Date,
        }
    }

    /// The word on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Date => "date",
        }
    }
}

impl<'a> Cells<'a> {
    pub fn missing(kind: InputKind, n_rows: usize) -> Self {
        match kind {
            InputKind::Number => Self::Numbers(vec![f32::NAN; n_rows]),
            InputKind::Text => Self::Texts { codes: vec![MISSING_CODE; n_rows], levels: Vec::new() },
            InputKind::Date => Self::Dates(vec![MISSING_DATE; n_rows]),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Texts { codes, .. } => codes.len(),
            Self::Dates(values) => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Some rows of a column as the kind that a pipeline wants, with the number of cells that did not fit and became
    /// missing. A column may have been read as another type than in training: then its texts count.
    pub fn read(column: &'a Column, kind: InputKind, rows: &[u32]) -> (Self, usize) {
        let at = |row: &u32| *row as usize;
        match (kind, &column.values) {
            (InputKind::Number, Values::Number(values)) => {
                (Self::Numbers(rows.iter().map(|r| to_f32(values[at(r)])).collect()), 0)
            }
            (InputKind::Text, Values::Category { codes, levels }) => {
                let levels = levels.iter().map(|l| Cow::Borrowed(l.as_str())).collect();
                (Self::Texts { codes: rows.iter().map(|r| codes[at(r)]).collect(), levels }, 0)
            }
            (InputKind::Text, Values::Boolean { codes, spelling }) => {
                let code = |c: u8| if c == MISSING_BOOLEAN { MISSING_CODE } else { u32::from(c) };
                let levels = spelling.iter().map(|l| Cow::Borrowed(l.as_str())).collect();
                (Self::Texts { codes: rows.iter().map(|r| code(codes[at(r)])).collect(), levels }, 0)
            }
            (InputKind::Text, Values::Text(texts)) => (text_cells(rows.iter().map(|r| texts[at(r)].as_deref())), 0),
            (InputKind::Text, Values::Number(values)) => {
                let bits = |r: &u32| (!values[at(r)].is_nan()).then(|| values[at(r)].to_bits() as i64);
                (distinct_cells(rows.iter().map(bits), |b| format!("{}", f64::from_bits(b as u64))), 0)
            }
            (InputKind::Text, Values::Date { milliseconds, has_time }) => {
                let value = |r: &u32| Some(milliseconds[at(r)]).filter(|m| *m != MISSING_DATE);
                (distinct_cells(rows.iter().map(value), |m| date_text(m, *has_time)), 0)
            }
            (InputKind::Date, Values::Date { milliseconds, .. }) => {
                (Self::Dates(rows.iter().map(|r| milliseconds[at(r)]).collect()), 0)
            }
            (InputKind::Number, Values::Date { .. }) | (InputKind::Date, Values::Number(_)) => {
                let n_unfit = rows.iter().filter(|r| !column.values.is_missing(at(r))).count();
                (Self::missing(kind, rows.len()), n_unfit)
            }
            (InputKind::Number, Values::Category { .. } | Values::Boolean { .. } | Values::Text(_)) => {
                let (values, n_unfit) = parsed(column, rows, number);
                (Self::Numbers(values.into_iter().map(|v| v.map_or(f32::NAN, to_f32)).collect()), n_unfit)
            }
            (InputKind::Date, Values::Category { .. } | Values::Boolean { .. } | Values::Text(_)) => {
                let (values, n_unfit) = parsed(column, rows, date);
                (Self::Dates(values.into_iter().map(|v| v.unwrap_or(MISSING_DATE)).collect()), n_unfit)
            }
        }
    }
}

/// The door through which numbers enter: f32, and finite unless missing.
pub fn to_f32(value: f64) -> f32 {
    (value as f32).clamp(f32::MIN, f32::MAX)
}

/// The text without the unit of the column, before or after it.
pub fn without_unit<'a>(text: &'a str, input: &Input) -> &'a str {
    let text = text.trim();
    let Some(unit) = input.unit.as_deref() else { return text };
    text.strip_suffix(unit).or_else(|| text.strip_prefix(unit)).unwrap_or(text)
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|v| v.is_finite())
}

/// ISO 8601: a date, a date and time, or an instant with its offset.
fn date(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(instant.as_millisecond());
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    Some(jiff::tz::Offset::UTC.to_timestamp(civil).ok()?.as_millisecond())
}

/// Texts, `None` where missing; equal ones are one level.
pub fn text_cells<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Cells<'a> {
    let mut seen: BTreeMap<&'a str, u32> = BTreeMap::new();
    let mut levels = Vec::new();
    let codes = texts
        .map(|text| {
            let Some(text) = text else { return MISSING_CODE };
            *seen.entry(text).or_insert_with(|| {
                levels.push(Cow::Borrowed(text));
                levels.len() as u32 - 1
            })
        })
        .collect();
    Cells::Texts { codes, levels }
}

fn distinct_cells<'a>(keys: impl Iterator<Item = Option<i64>>, text: impl Fn(i64) -> String) -> Cells<'a> {
    let mut seen: BTreeMap<i64, u32> = BTreeMap::new();
    let mut levels = Vec::new();
    let codes = keys
        .map(|key| {
            let Some(key) = key else { return MISSING_CODE };
            *seen.entry(key).or_insert_with(|| {
                levels.push(Cow::Owned(text(key)));
                levels.len() as u32 - 1
            })
        })
        .collect();
    Cells::Texts { codes, levels }
}

/// A text column's cells through a parser, and how many texts it refused.
fn parsed<T>(column: &Column, rows: &[u32], parse: impl Fn(&str) -> Option<T>) -> (Vec<Option<T>>, usize) {
    let mut n_unfit = 0;
    let values = rows
        .iter()
        .map(|&row| {
            let text = column.values.text(row as usize)?;
            let value = parse(&text);
            n_unfit += usize::from(value.is_none());
            value
        })
        .collect();
    (values, n_unfit)
}
