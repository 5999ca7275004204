//! `croissant.json`: the golden rows as a data set in the form of Croissant 1.0, for whoever catalogues them.

use serde_json::{Value, json};

use super::Model;
use crate::package::build::slug;

/// The terms that the document below uses, as the specification spells them.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}

/// `golden_sha256`: of golden.csv, in lower-case hex.
pub fn document(model: &Model, golden_sha256: &str) -> Value {
    let golden = &model.schema.golden;
    let inputs = model
        .schema
        .inputs
        .iter()
        .map(|i| (i.column.as_str(), if i.kind == "number" { "sc:Float" } else { "sc:Text" }));
    let label = golden.label.iter().map(|name| (name.as_str(), "sc:Text"));
    let numbers = golden.numbers.iter().map(|name| (name.as_str(), "sc:Float"));
    let kind = if model.schema.labels.is_empty() { "sc:Float" } else { "sc:Boolean" };
    let promised = golden.promised.iter().map(|name| (name.as_str(), kind));
    let field = |(place, (column, of_type)): (usize, (&str, &str))| {
        json!({
            "@type": "cr:Field",
            // Columns may be called anything; an identifier may not.
            "@id": format!("rows/column-{}", place + 1),
            "name": format!("rows/column-{}", place + 1),
            "description": column,
            "dataType": of_type,
            "source": { "fileObject": { "@id": "golden.csv" }, "extract": { "column": column } },
        })
    };
    let fields: Vec<Value> = inputs.chain(label).chain(numbers).chain(promised).enumerate().map(field).collect();
    let slug = slug(&model.about.project);
    json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "name": format!("{}-golden-rows", if slug.is_empty() { "model" } else { &slug }),
        "description": "Made-up rows with the answers that every runtime of this model must give. None is from the data.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "datePublished": model.about.created,
        "version": "1.0.0",
        "distribution": [{
            "@type": "cr:FileObject",
            "@id": "golden.csv",
            "name": "golden.csv",
            "contentUrl": "golden.csv",
            "encodingFormat": "text/csv",
            "sha256": golden_sha256,
        }],
        "recordSet": [{ "@type": "cr:RecordSet", "@id": "rows", "name": "rows", "field": fields }],
    })
}
