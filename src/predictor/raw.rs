//! Columns before the steps: as the input that a file has to bring, as a field of a form, and as their texts are read.

use crate::prepare::{Input, InputKind};
use crate::recipe::RawColumn;
use crate::table::csv::{CsvSettings, Levels, known};
use crate::table::{Column, ColumnType, MISSING_CODE, MISSING_DATE, Values, date_text, number_text};

/// The column as if a model read it.
pub fn raw_input(column: &RawColumn) -> Input {
    Input {
        name: column.name.clone(),
        kind: InputKind::of_type(column.column_type),
        missing_spellings: column.missing_spellings.clone(),
        unit: column.unit.clone(),
        range: column.range,
        has_time: column.has_time,
    }
}

/// A usual value as a text: the median, or what was seen most often; `None` where nothing is told of it.
pub(super) fn usual(column: &RawColumn) -> Option<String> {
    match column.column_type {
        ColumnType::Number => column.usual.map(number_text),
        ColumnType::Date => column.usual.map(|value| {
            let day = if column.has_time { value } else { value - value.rem_euclid(86_400_000.0) };
            date_text(day as i64, column.has_time)
        }),
        ColumnType::Category | ColumnType::Boolean | ColumnType::Text => column.levels.first().cloned(),
    }
}

/// The column without what is told of its values: what reading it needs.
pub(super) fn bare(column: &RawColumn) -> RawColumn {
    RawColumn { range: None, usual: None, levels: Vec::new(), other: false, ..column.clone() }
}

/// A column of texts, read as the import reads a column of this type, and the rows whose text does not fit it.
pub(super) fn read(column: &RawColumn, texts: &[Option<Box<str>>], settings: &CsvSettings) -> (Column, Vec<usize>) {
    let (name, unit) = (&column.name, column.unit.as_deref().unwrap_or_default());
    let (values, unfit) = match column.column_type {
        ColumnType::Number => {
            let (values, unfit) = known::numbers(texts, name, unit, settings);
            (Values::Number(values), unfit)
        }
        ColumnType::Date => {
            let (milliseconds, unfit) = known::dates(texts, name, MISSING_DATE, settings);
            (Values::Date { milliseconds, has_time: column.has_time }, unfit)
        }
        ColumnType::Boolean => {
            let (codes, spelling, unfit) = known::booleans(texts, name, settings);
            (Values::Boolean { codes, spelling }, unfit)
        }
        ColumnType::Category => {
            let mut levels = Levels::default();
            let words = known::words(texts, name, settings);
            let codes =
                words.iter().map(|word| word.map_or(MISSING_CODE, |word| levels.code(word.as_bytes()))).collect();
            (Values::Category { codes, levels: levels.into_strings() }, Vec::new())
        }
        ColumnType::Text => {
            let words = known::words(texts, name, settings);
            (Values::Text(words.into_iter().map(|word| word.map(Into::into)).collect()), Vec::new())
        }
    };
    let missing_spellings = column.missing_spellings.clone();
    (Column { name: name.clone(), values, missing_spellings, unit: column.unit.clone() }, unfit)
}
