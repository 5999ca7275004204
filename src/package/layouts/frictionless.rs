//! `datapackage.json`: the columns that go in, as a Frictionless data package whose one resource is `golden.csv`.

use serde_json::{Value, json};

use super::Model;
use crate::package::build::slug;
use crate::package::schema::SchemaInput;

pub fn document(model: &Model) -> Value {
    let inputs = model.schema.inputs.iter().map(field);
    let golden = &model.schema.golden;
    let label = golden.label.iter().map(|name| json!({ "name": name.trim(), "type": "string" }));
    let numbers = golden.numbers.iter().map(|name| json!({ "name": name.trim(), "type": "number" }));
    let kind = if model.schema.labels.is_empty() { "number" } else { "boolean" };
    let promised = golden.promised.iter().map(|name| json!({ "name": name.trim(), "type": kind }));
    let fields: Vec<Value> = inputs.chain(label).chain(numbers).chain(promised).collect();
    let slug = slug(&model.about.project);
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": if slug.is_empty() { "model" } else { &slug },
        "created": model.about.created,
        "resources": [{
            "name": "golden",
            "path": "golden.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "description": "Made-up rows with the answers that every runtime must give. The columns before the expected ones \
                            are those that the model takes.",
            "schema": { "fields": fields, "missingValues": [""] },
        }],
    })
}

/// Blanks around a name are no part of it to frictionless, which takes them off what it reads.
fn field(input: &SchemaInput) -> Value {
    let (of_type, what) = match input.kind.as_str() {
        "number" => ("number", "A number."),
        "date" => ("any", "A date, or a date and time in UTC, in ISO 8601."),
        _ => ("string", "A text."),
    };
    let mut field = json!({ "name": input.column.trim(), "type": of_type, "description": what });
    if let Some((low, high)) = &input.range {
        field["description"] = format!("{what} Seen in training: {low} to {high}.").into();
    }
    field
}
