//! Rules as a Frictionless Table Schema (Data Package v2), for other programs to check a file with.

use serde_json::{Map, Value, json};

use super::{Demand, Rule};
use crate::table::csv::{Decimal, date_of, number_of};
use crate::table::{Column, Table, Values, date_text};

const PROFILE: &str = "https://datapackage.org/profiles/2.0/tableschema.json";

/// The schema of a table as `csv::write` writes it: numbers with a decimal point, dates in ISO 8601, "" for missing.
/// Rules that are on and that the standard knows become constraints of their fields; the others (several columns at
/// once, conditions, and rules that do not fit) stand under `hearth:rules` as sentences.
pub fn table_schema(table: &Table, rules: &[Rule]) -> Value {
    let mut constraints: Vec<Map<String, Value>> = vec![Map::new(); table.columns.len()];
    let mut others = Vec::new();
    for rule in rules.iter().filter(|rule| rule.on) {
        let position = match rule.demand.columns() {
            [one] => table.position(one),
            _ => None,
        };
        let known = position.and_then(|at| {
            let found = constraints_of(&rule.demand, &table.columns[at])?;
            // Two rules of one kind for one column cannot both stand in it.
            let free = found.keys().all(|key| !constraints[at].contains_key(key));
            free.then_some((at, found))
        });
        match known {
            Some((at, found)) => constraints[at].extend(found),
            None => others.push(Value::String(rule.demand.title())),
        }
    }
    let fields: Vec<Value> =
        table.columns.iter().zip(constraints).map(|(column, constraints)| field(column, constraints)).collect();
    let mut schema = json!({ "$schema": PROFILE, "fields": fields, "missingValues": [""] });
    if !others.is_empty() {
        schema["hearth:rules"] = Value::Array(others);
    }
    schema
}

fn field(column: &Column, constraints: Map<String, Value>) -> Value {
    let mut field = json!({ "name": column.name });
    match &column.values {
        Values::Number(_) => field["type"] = json!("number"),
        Values::Category { .. } | Values::Text(_) => field["type"] = json!("string"),
        Values::Boolean { spelling: [no, yes], .. } => {
            field["type"] = json!("boolean");
            field["trueValues"] = json!([yes]);
            field["falseValues"] = json!([no]);
        }
        Values::Date { has_time, .. } => {
            field["type"] = json!(if *has_time { "datetime" } else { "date" });
        }
    }
    if let Some(unit) = &column.unit {
        field["description"] = json!(format!("in {unit}"));
    }
    if !constraints.is_empty() {
        field["constraints"] = Value::Object(constraints);
    }
    field
}

/// The constraints that say the same, `None` where there are none for this type.
fn constraints_of(demand: &Demand, column: &Column) -> Option<Map<String, Value>> {
    let mut found = Map::new();
    let texts = matches!(column.values, Values::Category { .. } | Values::Text(_));
    match demand {
        Demand::NotMissing { .. } => {
            found.insert("required".into(), json!(true));
        }
        Demand::Unique { .. } => {
            found.insert("unique".into(), json!(true));
        }
        Demand::Range { low, high, .. } => {
            for (key, end) in [("minimum", low), ("maximum", high)] {
                if let Some(end) = end {
                    found.insert(key.into(), value_of(end, column, key == "maximum")?);
                }
            }
        }
        Demand::Length { least, most, .. } if texts => {
            for (key, end) in [("minLength", least), ("maxLength", most)] {
                if let Some(end) = end {
                    found.insert(key.into(), json!(end));
                }
            }
        }
        Demand::Pattern { pattern, .. } if texts => {
            found.insert("pattern".into(), json!(pattern));
        }
        Demand::OneOf { values, .. } if !matches!(column.values, Values::Boolean { .. }) => {
            let values = values.iter().map(|value| value_of(value, column, false)).collect::<Option<Vec<_>>>()?;
            found.insert("enum".into(), Value::Array(values));
        }
        Demand::Length { .. } | Demand::Pattern { .. } | Demand::OneOf { .. } | Demand::Holds { .. } => return None,
    }
    (!found.is_empty()).then_some(found)
}

/// `whole_day`: a day stands for its last moment.
fn value_of(text: &str, column: &Column, whole_day: bool) -> Option<Value> {
    match &column.values {
        Values::Number(_) => number_of(text, Decimal::Point).map(|value| json!(value)),
        Values::Date { has_time, .. } => date_of(text, true).map(|(value, timed)| {
            let last = *has_time && whole_day && !timed;
            let text = date_text(value, *has_time);
            json!(if last { text.replace("T00:00:00", "T23:59:59") } else { text })
        }),
        Values::Category { .. } | Values::Text(_) => Some(json!(text)),
        Values::Boolean { .. } => None,
    }
}
