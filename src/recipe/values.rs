//! Columns of values: taken by rows, put together, compared, read as another type.

use std::borrow::Cow;

use super::origin::NO_ROW;
use crate::table::csv::{Decimal, Levels, boolean_of, date_of, number_of};
use crate::table::{ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

/// How yes/no is spelled that was not read from a file.
pub fn spelling() -> [String; 2] {
    ["false".to_owned(), "true".to_owned()]
}

/// A cell as text, without a copy where it is one.
pub fn cell(values: &Values, row: usize) -> Option<Cow<'_, str>> {
    match values {
        Values::Category { codes, levels } => {
            levels.get(codes[row] as usize).map(|level| Cow::Borrowed(level.as_str()))
        }
        Values::Text(texts) => texts[row].as_deref().map(Cow::Borrowed),
        Values::Boolean { codes, spelling } => {
            spelling.get(usize::from(codes[row])).map(|word| Cow::Borrowed(word.as_str()))
        }
        Values::Number(_) | Values::Date { .. } => values.text(row).map(Cow::Owned),
    }
}

/// A category of codes into `texts`, of which several may be the same; levels in order of first appearance.
pub fn category<T: AsRef<str>>(codes: impl Iterator<Item = u32>, texts: &[Option<T>]) -> Values {
    let mut levels = Levels::default();
    let mut new: Vec<Option<u32>> = vec![None; texts.len()];
    let code = |code: u32| match texts.get(code as usize) {
        None | Some(None) => MISSING_CODE,
        Some(Some(text)) => *new[code as usize].get_or_insert_with(|| levels.code(text.as_ref().as_bytes())),
    };
    let codes = codes.map(code).collect();
    Values::Category { codes, levels: levels.into_strings() }
}

/// A category of these texts.
pub fn category_of<'a>(texts: impl Iterator<Item = Option<Cow<'a, str>>>) -> Values {
    let mut levels = Levels::default();
    let codes = texts.map(|text| text.map_or(MISSING_CODE, |text| levels.code(text.as_bytes()))).collect();
    Values::Category { codes, levels: levels.into_strings() }
}

/// The values of these rows; `NO_ROW` is missing.
pub fn take(values: &Values, rows: &[u32]) -> Values {
    match values {
        Values::Number(v) => Values::Number(picked(v, rows, f64::NAN)),
        Values::Category { codes, levels } => {
            let texts: Vec<Option<&str>> = levels.iter().map(|level| Some(level.as_str())).collect();
            category(rows.iter().map(|&row| codes.get(row as usize).copied().unwrap_or(MISSING_CODE)), &texts)
        }
        Values::Boolean { codes, spelling } => {
            Values::Boolean { codes: picked(codes, rows, MISSING_BOOLEAN), spelling: spelling.clone() }
        }
        Values::Date { milliseconds, has_time } => {
            Values::Date { milliseconds: picked(milliseconds, rows, MISSING_DATE), has_time: *has_time }
        }
        Values::Text(v) => Values::Text(rows.iter().map(|&row| v.get(row as usize).cloned().flatten()).collect()),
    }
}

fn picked<T: Copy>(values: &[T], rows: &[u32], missing: T) -> Vec<T> {
    rows.iter().map(|&row| values.get(row as usize).copied().unwrap_or(missing)).collect()
}

/// So many missing values of the type that these have.
pub fn missing_like(values: &Values, n: usize) -> Values {
    take(values, &vec![NO_ROW; n])
}

/// A column of this type without rows.
pub fn empty(column_type: ColumnType) -> Values {
    match column_type {
        ColumnType::Number => Values::Number(Vec::new()),
        ColumnType::Category => Values::Category { codes: Vec::new(), levels: Vec::new() },
        ColumnType::Boolean => Values::Boolean { codes: Vec::new(), spelling: spelling() },
        ColumnType::Date => Values::Date { milliseconds: Vec::new(), has_time: false },
        ColumnType::Text => Values::Text(Vec::new()),
    }
}

/// How many cells differ as text, and how many of those are missing in the second only. The lengths are the same.
pub fn difference(old: &Values, new: &Values) -> (u64, u64) {
    let (mut changed, mut became_missing) = (0, 0);
    for row in 0..old.len().min(new.len()) {
        let same = match (old, new) {
            (Values::Number(a), Values::Number(b)) => a[row] == b[row] || a[row].is_nan() && b[row].is_nan(),
            (Values::Date { milliseconds: a, .. }, Values::Date { milliseconds: b, .. }) => a[row] == b[row],
            _ => cell(old, row) == cell(new, row),
        };
        changed += u64::from(!same);
        became_missing += u64::from(!same && new.is_missing(row) && !old.is_missing(row));
    }
    (changed, became_missing)
}

/// Every text as another one; `None` is missing. For categories and texts; other values stay. A category costs one call
/// for each level.
pub fn map_texts(values: &Values, of: &dyn Fn(&str) -> Option<String>) -> Values {
    match values {
        Values::Category { codes, levels } => {
            let texts: Vec<Option<String>> = levels.iter().map(|level| of(level)).collect();
            category(codes.iter().copied(), &texts)
        }
        Values::Text(texts) => {
            Values::Text(texts.iter().map(|text| of(text.as_deref()?).map(String::into_boxed_str)).collect())
        }
        Values::Number(_) | Values::Boolean { .. } | Values::Date { .. } => values.clone(),
    }
}

/// A value for each cell's text; a category costs one call for each level.
pub fn each_text<T: Clone>(values: &Values, missing: T, of: &dyn Fn(&str) -> T) -> Vec<T> {
    match values {
        Values::Category { codes, levels } => {
            let of_levels: Vec<T> = levels.iter().map(|level| of(level)).collect();
            codes.iter().map(|&code| of_levels.get(code as usize).cloned().unwrap_or_else(|| missing.clone())).collect()
        }
        Values::Number(_) | Values::Boolean { .. } | Values::Date { .. } | Values::Text(_) => {
            (0..values.len()).map(|row| cell(values, row).map_or_else(|| missing.clone(), |text| of(&text))).collect()
        }
    }
}

/// The values as another type; what cannot be read becomes missing. Each cell is read by itself.
pub fn retyped(values: &Values, to: ColumnType, decimal: Decimal, day_first: bool) -> Values {
    if values.column_type() == to {
        return values.clone();
    }
    match to {
        ColumnType::Number => match values {
            Values::Boolean { codes, .. } => {
                let of = |&code: &u8| if code == MISSING_BOOLEAN { f64::NAN } else { f64::from(code) };
                Values::Number(codes.iter().map(of).collect())
            }
            _ => Values::Number(each_text(values, f64::NAN, &|text| number_of(text, decimal).unwrap_or(f64::NAN))),
        },
        ColumnType::Category => category_of((0..values.len()).map(|row| cell(values, row))),
        ColumnType::Text => {
            Values::Text((0..values.len()).map(|row| cell(values, row).map(|text| text.into_owned().into())).collect())
        }
        ColumnType::Boolean => {
            let of = |text: &str| boolean_of(text).map_or(MISSING_BOOLEAN, u8::from);
            Values::Boolean { codes: each_text(values, MISSING_BOOLEAN, &of), spelling: spelling() }
        }
        ColumnType::Date => dated(values, &|text| date_of(text, day_first)),
    }
}

/// Dates read from texts.
pub fn dated(values: &Values, read: &dyn Fn(&str) -> Option<(i64, bool)>) -> Values {
    let read = each_text(values, (MISSING_DATE, false), &|text| read(text).unwrap_or((MISSING_DATE, false)));
    let has_time = read.iter().any(|(_, has_time)| *has_time);
    Values::Date { milliseconds: read.into_iter().map(|(date, _)| date).collect(), has_time }
}

/// The type that values of both can have.
pub fn common_type(a: ColumnType, b: ColumnType) -> ColumnType {
    if a == b { a } else { ColumnType::Text }
}

/// The second below the first, in `common_type` where they differ.
pub fn joined(a: &Values, b: &Values) -> Values {
    let to = common_type(a.column_type(), b.column_type());
    let as_type = |values| retyped(values, to, Decimal::Point, false);
    match (a, b) {
        (Values::Number(a), Values::Number(b)) => Values::Number([&a[..], &b[..]].concat()),
        (Values::Boolean { codes: a, spelling }, Values::Boolean { codes: b, .. }) => {
            Values::Boolean { codes: [&a[..], &b[..]].concat(), spelling: spelling.clone() }
        }
        (Values::Date { milliseconds: a, has_time: of_a }, Values::Date { milliseconds: b, has_time: of_b }) => {
            Values::Date { milliseconds: [&a[..], &b[..]].concat(), has_time: *of_a || *of_b }
        }
        (Values::Category { .. }, Values::Category { .. }) => {
            let cells = |values| (0..Values::len(values)).map(move |row| cell(values, row));
            category_of(cells(a).chain(cells(b)))
        }
        (Values::Text(a), Values::Text(b)) => Values::Text(a.iter().chain(b).cloned().collect()),
        _ => joined(&as_type(a), &as_type(b)),
    }
}
