//! The forms in which steps are written, and what a step would do as a table to look at.

use serde_json::{Map, Value, json};

use crate::recipe::{Operation, Preview};

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name of a column.
    Column,
    /// Names of columns, one a line.
    Columns,
    Text,
    /// A text; an empty one says nothing.
    Optional,
    /// Texts, one a line.
    Texts,
    Number,
    /// A number, or nothing.
    OptionalNumber,
    /// Numbers, one a line.
    Numbers,
    Formula,
    /// One of these: its word in the document, and its word on the page.
    Choice(&'static [(&'static str, &'static str)]),
    /// As `Choice`; the next field is what it speaks of.
    Tag(&'static [(&'static str, &'static str)]),
    YesNo,
}

/// A field of a form. `key`: in the operation's document; `a.b` is `b` of the only object in the list `a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: &'static str,
    pub label: &'static str,
    pub kind: Kind,
}

/// How an operation is written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Of `Operation::NAMES`.
    pub name: &'static str,
    pub label: &'static str,
    pub fields: &'static [Field],
}

const fn field(key: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { key, label, kind }
}

const COLUMN: Field = field("column", "Column", Kind::Column);
const COLUMNS: Field = field("columns", "Columns", Kind::Columns);
const FUNCTIONS: &[(&str, &str)] = &[
    ("rows", "number of rows"),
    ("count", "number of values"),
    ("distinct", "number of different values"),
    ("sum", "sum"),
    ("mean", "mean"),
    ("median", "median"),
    ("min", "smallest"),
    ("max", "largest"),
    ("first", "first"),
];
const TYPES: &[(&str, &str)] =
    &[("Number", "number"), ("Category", "category"), ("Boolean", "yes/no"), ("Date", "date"), ("Text", "text")];
const DECIMALS: &[(&str, &str)] = &[
    ("Point", "1234.5"),
    ("PointWithCommas", "1,234.5"),
    ("Comma", "1234,5"),
    ("CommaWithPoints", "1.234,5"),
    ("CommaWithSpaces", "1 234,5"),
];

/// Steps that can be written by hand, in the order in which they are offered. Rows by number are chosen in the grid, and
/// other files are added where they can be looked at (`studio::adding`).
pub const FORMS: [Form; 23] = [
    Form {
        name: "derive",
        label: "New column by a formula",
        fields: &[field("column", "Name", Kind::Text), field("formula", "Formula", Kind::Formula)],
    },
    Form {
        name: "filter",
        label: "Choose rows by a condition",
        fields: &[
            field("condition", "Condition", Kind::Formula),
            field("keep", "Rows for which it holds", Kind::Choice(&[("true", "are kept"), ("false", "are removed")])),
        ],
    },
    Form {
        name: "rename",
        label: "Rename a column",
        fields: &[field("from", "Column", Kind::Column), field("to", "New name", Kind::Text)],
    },
    Form { name: "drop", label: "Drop columns", fields: &[COLUMNS] },
    Form {
        name: "retype",
        label: "Read a column as another type",
        fields: &[
            COLUMN,
            field("to", "Type", Kind::Choice(TYPES)),
            field("decimal", "Numbers in texts look like", Kind::Choice(DECIMALS)),
            field("day_first", "The day stands before the month", Kind::YesNo),
        ],
    },
    Form {
        name: "parse_dates",
        label: "Read dates by a format",
        fields: &[COLUMN, field("format", "Format, such as %d.%m.%Y", Kind::Text)],
    },
    Form {
        name: "trim",
        label: "Trim blanks",
        fields: &[COLUMNS, field("runs", "Several blanks within become one", Kind::YesNo)],
    },
    Form {
        name: "case",
        label: "Small or capital letters",
        fields: &[
            COLUMNS,
            field(
                "to",
                "Write in",
                Kind::Choice(&[
                    ("lower", "small letters"),
                    ("upper", "capital letters"),
                    ("title", "capital initials"),
                ]),
            ),
        ],
    },
    Form {
        name: "replace",
        label: "Replace texts",
        fields: &[
            COLUMN,
            field(
                "find",
                "Find",
                Kind::Tag(&[
                    ("part", "a part of the cell"),
                    ("cell", "the whole cell"),
                    ("regex", "a part, by a regular expression"),
                    ("regex_cell", "the whole cell, by a regular expression"),
                ]),
            ),
            field("find", "Text to find", Kind::Text),
            field("by", "Replace by", Kind::Text),
        ],
    },
    Form {
        name: "treat_as_missing",
        label: "Treat texts as missing",
        fields: &[COLUMN, field("texts", "Texts, one a line", Kind::Texts)],
    },
    Form {
        name: "merge",
        label: "Merge spellings",
        fields: &[COLUMN, field("from", "Texts, one a line", Kind::Texts), field("into", "Become", Kind::Text)],
    },
    Form { name: "pad_zeros", label: "Pad with zeros", fields: &[COLUMN, field("width", "Characters", Kind::Number)] },
    Form {
        name: "split",
        label: "Split a column",
        fields: &[
            COLUMN,
            field(
                "by",
                "Where",
                Kind::Tag(&[("delimiter", "at a text"), ("regex", "at what a regular expression finds")]),
            ),
            field("by", "Text to split at", Kind::Text),
            field("into", "New columns, one a line", Kind::Texts),
            field("keep", "Keep the column", Kind::YesNo),
        ],
    },
    Form {
        name: "combine",
        label: "Combine columns",
        fields: &[
            COLUMNS,
            field("separator", "Text between", Kind::Text),
            field("into", "New column", Kind::Text),
            field("keep", "Keep the columns", Kind::YesNo),
        ],
    },
    Form {
        name: "fill",
        label: "Fill missing cells with a value",
        fields: &[COLUMN, field("value", "Value", Kind::Text)],
    },
    Form {
        name: "clip",
        label: "Limit numbers or dates",
        fields: &[
            COLUMN,
            field("low", "Smallest", Kind::Optional),
            field("high", "Largest", Kind::Optional),
            field(
                "outside",
                "Beyond",
                Kind::Choice(&[("becomes_bound", "becomes the limit"), ("becomes_missing", "becomes missing")]),
            ),
        ],
    },
    Form {
        name: "bin",
        label: "Bin numbers into classes",
        fields: &[
            COLUMN,
            field("edges", "Edges, one a line", Kind::Numbers),
            field("names", "Names, one a line: one more than edges", Kind::Texts),
            field("into", "New column", Kind::Text),
        ],
    },
    Form {
        name: "sort",
        label: "Sort rows",
        fields: &[
            field("by.column", "By column", Kind::Column),
            field("by.descending", "Order", Kind::Choice(&[("false", "smallest first"), ("true", "largest first")])),
        ],
    },
    Form {
        name: "deduplicate",
        label: "Remove repeated rows",
        fields: &[
            field("columns", "The same in (none: in all)", Kind::Columns),
            field("keep", "Keep", Kind::Choice(&[("first", "the first"), ("last", "the last")])),
        ],
    },
    Form {
        name: "sample",
        label: "Sample rows",
        fields: &[
            field("size", "How many", Kind::Tag(&[("rows", "a number of rows"), ("share", "a share from 0 to 1")])),
            field("size", "Number", Kind::Number),
            field("seed", "Seed", Kind::Number),
        ],
    },
    Form {
        name: "group",
        label: "Group and aggregate",
        fields: &[
            field("by", "One row for each of", Kind::Columns),
            field("aggregates.function", "With the", Kind::Choice(FUNCTIONS)),
            field("aggregates.column", "Of column", Kind::Column),
            field("aggregates.into", "As new column", Kind::Text),
        ],
    },
    Form {
        name: "pivot",
        label: "Pivot: a column for each text",
        fields: &[
            field("rows", "One row for each of", Kind::Columns),
            field("names", "Names of new columns from", Kind::Column),
            field("values", "Values from", Kind::Column),
            field("function", "Of several the", Kind::Choice(FUNCTIONS)),
        ],
    },
    Form {
        name: "unpivot",
        label: "Unpivot: a row for each column",
        fields: &[
            field("columns", "Columns that become rows", Kind::Columns),
            field("keep", "Columns that are kept", Kind::Columns),
            field("names_into", "Column of their names", Kind::Text),
            field("values_into", "Column of their values", Kind::Text),
        ],
    },
];

impl Form {
    /// What stands in the fields before anybody wrote there; `column` is the one that is looked at, if any.
    pub fn blank(&self, column: &str) -> Vec<String> {
        let text = |field: &Field| match field.kind {
            Kind::Column | Kind::Columns => column.to_owned(),
            Kind::Choice(words) | Kind::Tag(words) => words[0].0.to_owned(),
            Kind::YesNo => "false".to_owned(),
            Kind::Number if field.key == "seed" => "42".to_owned(),
            Kind::Text
            | Kind::Optional
            | Kind::Texts
            | Kind::Number
            | Kind::OptionalNumber
            | Kind::Numbers
            | Kind::Formula => String::new(),
        };
        self.fields.iter().map(text).collect()
    }

    /// The operation that the fields say.
    ///
    /// # Errors
    /// What is still to be written, as a sentence.
    pub fn operation(&self, texts: &[String]) -> Result<Operation, String> {
        let body = self.body(texts)?;
        // As text, since whole steps are read from text anyway.
        serde_json::from_str(&json!({ self.name: body }).to_string())
            .map_err(|_| "One of the fields does not fit.".to_owned())
    }

    /// What stands under the form's name in the document that the fields say.
    ///
    /// # Errors
    /// What is still to be written, as a sentence.
    pub fn body(&self, texts: &[String]) -> Result<Map<String, Value>, String> {
        let mut body = Map::new();
        let mut tag = None;
        for (field, text) in self.fields.iter().zip(texts) {
            let value = match field.kind {
                Kind::Tag(_) => {
                    tag = Some(text.clone());
                    continue;
                }
                _ => value(field, text)?,
            };
            let value = match tag.take() {
                Some(tag) => json!({ tag: value }),
                None => value,
            };
            match field.key.split_once('.') {
                Some((list, key)) => {
                    let list = body.entry(list).or_insert_with(|| json!([{}]));
                    list[0][key] = value;
                }
                None => drop(body.insert(field.key.to_owned(), value)),
            }
        }
        Ok(body)
    }

    /// What stands in the fields for an operation; `None` where the form cannot hold it.
    pub fn texts(&self, operation: &Operation) -> Option<Vec<String>> {
        let document: Value = serde_json::from_str(&serde_json::to_string(operation).ok()?).ok()?;
        let texts = self.texts_of(&document)?;
        (self.operation(&texts).as_ref() == Ok(operation)).then_some(texts)
    }

    /// What stands in the fields for a document with the form's name on top; `None` where it has another.
    pub fn texts_of(&self, document: &Value) -> Option<Vec<String>> {
        let body = document.get(self.name)?;
        let mut tagged = None;
        let mut texts = Vec::with_capacity(self.fields.len());
        for field in self.fields {
            let value = match field.key.split_once('.') {
                Some((list, key)) => {
                    let list = body.get(list)?.as_array()?;
                    let [only] = list.as_slice() else { return None };
                    only.get(key)?
                }
                None => body.get(field.key)?,
            };
            if let Kind::Tag(words) = field.kind {
                let (name, inner) = value.as_object()?.iter().next()?;
                words.iter().find(|(word, _)| word == name)?;
                tagged = Some(inner);
                texts.push(name.clone());
                continue;
            }
            texts.push(text(tagged.take().unwrap_or(value))?);
        }
        Some(texts)
    }
}

/// The form of an operation and what stands in it; `None` where it is not written by hand.
pub fn form_of(operation: &Operation) -> Option<(usize, Vec<String>)> {
    FORMS.iter().enumerate().find_map(|(i, form)| Some((i, form.texts(operation)?)))
}

fn value(field: &Field, text: &str) -> Result<Value, String> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let number = |text: &str| -> Result<Value, String> {
        let value: Value = serde_json::from_str(text.trim()).unwrap_or_default();
        if value.is_number() { Ok(value) } else { Err(format!("{}: write a number.", field.label)) }
    };
    Ok(match field.kind {
        Kind::Column | Kind::Formula if text.trim().is_empty() => {
            return Err(format!("{}: this is still to be written.", field.label));
        }
        Kind::Column | Kind::Text | Kind::Formula | Kind::Tag(_) => text.into(),
        Kind::Optional => {
            if text.trim().is_empty() {
                Value::Null
            } else {
                text.trim().into()
            }
        }
        Kind::Columns => lines().map(Value::from).collect(),
        // A blank at an end may be what is meant.
        Kind::Texts => text.lines().filter(|line| !line.is_empty()).map(Value::from).collect(),
        Kind::OptionalNumber if text.trim().is_empty() => Value::Null,
        Kind::Number | Kind::OptionalNumber => number(text)?,
        Kind::Numbers => Value::Array(lines().map(number).collect::<Result<_, _>>()?),
        Kind::Choice(_) if matches!(text, "true" | "false") => (text == "true").into(),
        Kind::Choice(_) => text.into(),
        Kind::YesNo => (text == "true").into(),
    })
}

fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect::<Option<Vec<_>>>()?.join("\n"),
        Value::Object(_) => return None,
    })
}

/// Columns that a preview shows at most.
const MOST_COLUMNS: usize = 4;

/// The rows that a step would change first: names of columns, and for each row its number and its cells, "old → new" where
/// one changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub names: Vec<String>,
    pub rows: Vec<(String, Vec<String>)>,
    /// The rows are those that would go.
    pub gone: bool,
}

/// What a preview shows. Where rows stay, only columns in which one of them changes.
pub fn changes(preview: &Preview) -> Changes {
    let gone = !preview.rows.is_empty() && preview.rows.iter().all(|row| row.after.is_none());
    let shown = |cell: Option<&Option<String>>| match cell {
        Some(Some(text)) => crate::chart::format::short(text, 28),
        Some(None) => "missing".to_owned(),
        None => String::new(),
    };
    let number = |at: u32| crate::chart::format::count(u64::from(at) + 1);
    if gone {
        let cells = |cells: &[Option<String>]| {
            (0..preview.before.len().min(MOST_COLUMNS)).map(|i| shown(cells.get(i))).collect()
        };
        let rows = preview.rows.iter().filter_map(|row| row.before.as_ref());
        let rows = rows.map(|(at, row)| (number(*at), cells(row))).collect();
        return Changes { names: preview.before.iter().take(MOST_COLUMNS).cloned().collect(), rows, gone };
    }
    let old = |name: &str| preview.before.iter().position(|before| before == name);
    let pair = |row: &crate::recipe::PreviewRow, i: usize| {
        let before = row.before.as_ref().and_then(|(_, cells)| Some(cells[old(&preview.after[i])?].clone()));
        let after = row.after.as_ref().map(|(_, cells)| cells[i].clone());
        (before, after)
    };
    let differs = |i: &usize| {
        preview.rows.iter().any(|row| {
            let (before, after) = pair(row, *i);
            before != after
        })
    };
    let mut columns: Vec<usize> = (0..preview.after.len()).filter(differs).collect();
    if columns.is_empty() {
        columns = (0..preview.after.len()).collect();
    }
    columns.truncate(MOST_COLUMNS);
    let cell = |row: &crate::recipe::PreviewRow, i: usize| match pair(row, i) {
        (Some(before), Some(after)) if before != after => format!("{} → {}", shown(Some(&before)), shown(Some(&after))),
        (_, after) => shown(after.as_ref()),
    };
    let row = |row: &crate::recipe::PreviewRow| {
        let at = row.after.as_ref().map_or_else(String::new, |(at, _)| number(*at));
        (at, columns.iter().map(|i| cell(row, *i)).collect())
    };
    let names = columns.iter().map(|i| preview.after[*i].clone()).collect();
    Changes { names, rows: preview.rows.iter().map(row).collect(), gone }
}
