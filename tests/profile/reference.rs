//! Every statistic is that of pandas, NumPy, SciPy or scikit-learn on the same cells.

use hearth::dataset::Target;
use hearth::profile::{Aim, BINS, ColumnDetails, Measure, PRIOR_ROWS, Shape, TARGET, TableProfile, folds, spread};
use hearth::random::Random;
use hearth::table::csv::import_bytes;
use hearth::table::{Column, Table, Values};
use serde_json::{Value, json};

use crate::python::{ask, assert_close, number, numbers};
use crate::{kind, profiled, read};

fn cells(column: &Column) -> Value {
    let rows = 0..column.values.len();
    match &column.values {
        Values::Number(values) => {
            rows.map(|row| if values[row].is_nan() { Value::Null } else { json!(values[row]) }).collect()
        }
        Values::Date { milliseconds, .. } => {
            rows.map(|row| if column.values.is_missing(row) { Value::Null } else { json!(milliseconds[row]) }).collect()
        }
        _ => rows.map(|row| column.values.text(row).map_or(Value::Null, Value::from)).collect(),
    }
}

fn with_null(values: &[f64]) -> Value {
    values.iter().map(|value| if value.is_nan() { Value::Null } else { json!(value) }).collect()
}

/// Rows with a target and the target; the reference gets the same rows only.
fn question(table: &Table, aim: Option<&Aim>) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let spread = match &column.values {
                Values::Number(values) => with_null(&spread(values, 1)),
                Values::Date { milliseconds, .. } => {
                    let value =
                        |row: usize| if column.values.is_missing(row) { f64::NAN } else { milliseconds[row] as f64 };
                    with_null(&spread(&(0..table.n_rows).map(value).collect::<Vec<_>>(), 1))
                }
                _ => Value::Null,
            };
            json!({"name": column.name, "kind": kind(column), "values": cells(column), "spread": spread})
        })
        .collect();
    let (target, classes) = match aim.map(|aim| &aim.target) {
        Some(Target::Classes { codes, .. }) => (json!(codes), true),
        Some(Target::Values(values)) => (json!(values), false),
        None => (Value::Null, false),
    };
    let target_spread = match aim.map(|aim| &aim.target) {
        Some(Target::Values(values)) => with_null(&spread(values, 1 ^ TARGET)),
        _ => Value::Null,
    };
    json!({"target_spread": target_spread, "columns": columns, "target": target, "classes": classes, "folds": folds(table.n_rows, 1), "bins": BINS,
        "prior": PRIOR_ROWS})
}

fn optional(found: Option<f64>, expected: &Value, what: &str, tolerance: f64) {
    match found {
        Some(value) => assert_close(what, &[value], &[number(expected)], tolerance),
        None => assert!(expected.is_null(), "{what}: nothing instead of {expected}"),
    }
}

fn compare_column(found: &ColumnDetails, expected: &Value) {
    let name = &found.name;
    assert_eq!(expected["missing"], found.n_missing, "{name}");
    assert_eq!(expected["distinct"], found.distinct.count, "{name}");
    assert_eq!(expected["once"], json!(found.n_once), "{name}");
    match &found.shape {
        Shape::Numbers(n) => {
            assert_eq!(n.quantiles.to_vec(), numbers(&expected["quantiles"]), "{name}: quantiles to the bit");
            assert_eq!([n.minimum, n.maximum], [number(&expected["minimum"]), number(&expected["maximum"])]);
            assert_close(
                name,
                &[n.mean, n.deviation],
                &[number(&expected["mean"]), number(&expected["deviation"])],
                1e-12,
            );
            optional(n.skewness, &expected["skewness"], &format!("{name} skewness"), 1e-8);
            optional(n.excess_kurtosis, &expected["kurtosis"], &format!("{name} kurtosis"), 1e-8);
            assert_eq!(
                [n.n_zero, n.n_negative].to_vec(),
                [&expected["zero"], &expected["negative"]].map(|v| v.as_u64().unwrap() as u32)
            );
            let bins = n.histogram.counts.len().to_string();
            assert_eq!(json!(n.histogram.counts), expected["histogram"][bins], "{name}");
            let top: Vec<(f64, u32)> = serde_json::from_value(expected["top"].clone()).unwrap();
            assert_eq!(n.top, top, "{name}");
        }
        Shape::Dates(d) => {
            assert_eq!(d.quantiles.to_vec(), numbers(&expected["quantiles"]), "{name}");
            assert_eq!(
                json!(d.histogram.counts),
                expected["histogram"][d.histogram.counts.len().to_string()],
                "{name}"
            );
            assert_eq!(
                (d.step as f64, u64::from(d.n_gaps)),
                (number(&expected["step"]), expected["gaps"].as_u64().unwrap())
            );
        }
        Shape::Levels { top, entropy, lengths } => {
            let expected_top: Vec<(String, u32)> = serde_json::from_value(expected["top"].clone()).unwrap();
            assert_eq!(*top, expected_top, "{name}");
            assert_close(name, &[*entropy], &[number(&expected["entropy"])], 1e-12);
            compare_lengths(lengths, expected, name);
        }
        Shape::Texts { lengths, .. } => compare_lengths(lengths, expected, name),
        Shape::Empty => assert_eq!(expected["distinct"], 0, "{name}"),
    }
}

fn compare_lengths(lengths: &hearth::profile::Lengths, expected: &Value, name: &str) {
    let found = [f64::from(lengths.shortest), f64::from(lengths.longest), lengths.mean];
    assert_close(name, &found, &numbers(&expected["lengths"]), 1e-12);
    assert_eq!(expected["median"], lengths.median, "{name}");
    assert_close(name, &[lengths.mean_words], &[number(&expected["words"])], 1e-12);
    let patterns: Vec<(String, u32)> = serde_json::from_value(expected["patterns"].clone()).unwrap();
    assert_eq!(lengths.patterns, patterns, "{name}");
}

fn compare(found: &TableProfile, expected: &Value) {
    for (column, expected) in found.columns.iter().zip(expected["columns"].as_array().unwrap()) {
        compare_column(column, expected);
    }
    let patterns: Vec<Value> = found.missing.patterns.iter().map(|p| json!([p.columns, p.n_rows])).collect();
    assert_eq!(Value::from(patterns), expected["patterns"]);
    assert_eq!(expected["n_patterns"], found.missing.n_patterns);
    assert_eq!(expected["complete"], found.missing.n_complete);
    assert_eq!(expected["repeats"], found.repeats.n_repeats);
    assert_eq!(expected["groups"], found.repeats.n_groups);
    let associations = expected["associations"].as_array().unwrap();
    assert_eq!(found.associations.len(), associations.len());
    for (found, expected) in found.associations.iter().zip(associations) {
        let what = format!("{found:?}");
        assert_eq!(expected["rows"], found.n_rows, "{what}");
        match found.measure {
            Measure::Correlation { pearson, spearman } => {
                optional(pearson, &expected["value"][0], &what, 1e-10);
                optional(spearman, &expected["value"][1], &what, 1e-10);
            }
            Measure::CramersV(value) | Measure::CorrelationRatio(value) => {
                optional(value, &expected["value"], &what, 1e-9);
            }
        }
    }
    let related: Vec<_> = found.relations.iter().filter(|r| r.information.is_some()).collect();
    if let Some(information) = expected.get("information") {
        let ours: Vec<f64> = related.iter().filter_map(|r| r.information).collect();
        assert_close("information", &ours, &numbers(information), 1e-9);
        for (relation, expected) in related.iter().zip(expected["scores"].as_array().unwrap()) {
            optional(relation.score, expected, &format!("score of {}", relation.column), 1e-6);
        }
    }
}

/// Columns of every type with missing cells, ties, repeats and a little structure; without the target.
fn made_up(n: usize, seed: u64) -> (Table, Vec<f64>) {
    let (mut random, mut holes) = (Random::new(seed, 0), Random::new(seed, 1));
    let mut text = "amount,whole,few,heavy,town,grade,member,day,note,gone,same\n".to_owned();
    let mut latent = Vec::new();
    for i in 0..n {
        let z = random.normal();
        latent.push(z);
        let mut cell = |text: String| if holes.below(9) == 0 { String::new() } else { text };
        let amount = cell(format!("{:.6}", 1e3 * z + random.normal()));
        let whole = cell(((z * 20.0) as i64).to_string());
        let few = cell(((z + random.normal()).round() as i64).clamp(-3, 3).to_string());
        let heavy = cell(format!("{:.4}", libm::exp(2.0 * random.normal() + z)));
        let town = cell(
            ["Lima", "São Paulo", "New York", "oslo-3"]
                [(random.below(3) as f64 + f64::from(u8::from(z > 0.5))) as usize]
                .to_owned(),
        );
        let grade = cell(format!("G{}", random.below(6)));
        let member = cell(if z + random.normal() > 0.0 { "yes" } else { "no" }.to_owned());
        let day = cell(format!("2024-{:02}-{:02}", i % 12 + 1, i % 27 + 1));
        let note = format!("Note {} on {} words, 世界 №{}", random.below(100_000), random.below(50), i);
        text += &format!("{amount},{whole},{few},{heavy},{town},{grade},{member},{day},\"{note}\",,7\n");
        // Some rows are there twice.
        if i % 37 == 0 {
            let line = text.trim_end().rsplit('\n').next().unwrap().to_owned();
            text += &format!("{line}\n");
            latent.push(z);
        }
    }
    (read(&text), latent)
}

#[test]
fn made_up_tables_are_profiled_as_by_pandas_and_scipy() {
    for (n, seed) in [(400, 1), (3, 2), (1500, 3)] {
        let (table, _) = made_up(n, seed);
        compare(&profiled(&table, None), &ask("profile.py", &question(&table, None)));
    }
}

#[test]
fn relations_are_those_of_scikit_learn() {
    for (seed, n_classes) in [(4, 2usize), (5, 3), (6, 0)] {
        let (mut table, latent) = made_up(700, seed);
        let mut random = Random::new(seed, 9);
        let noisy: Vec<f64> = latent.iter().map(|z| 3.0 * z + random.normal()).collect();
        let target = if n_classes == 0 {
            Target::Values(noisy)
        } else {
            let class = |value: &f64| ((value / 3.0 + 1.0).max(0.0) as u32).min(n_classes as u32 - 1);
            let labels = (0..n_classes).map(|class| class.to_string()).collect();
            Target::Classes { codes: noisy.iter().map(class).collect(), labels }
        };
        // Nothing is known of a column without a value, and scikit-learn will not say so.
        table.columns.retain(|column| column.name != "gone");
        let aim = Aim { column: u32::MAX, rows: (0..table.n_rows as u32).collect(), target };
        let found = profiled(&table, Some(aim.clone()));
        assert_eq!(found.relations.len(), table.columns.len());
        compare(&found, &ask("profile.py", &question(&table, Some(&aim))));
    }
}

#[test]
fn real_tables_are_profiled_as_by_pandas_and_scipy() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("HEARTH_DATA").map_or_else(|| root.join("../shared/data"), Into::into);
    if !folder.is_dir() {
        println!("passed over: the real data sets are not in {}", folder.display());
        return;
    }
    for name in ["penguins", "titanic", "german_credit", "telco_churn", "bikeshare"] {
        let bytes = std::fs::read(folder.join(format!("{name}.csv"))).unwrap();
        let table = import_bytes(name, &bytes, None).unwrap().read.table;
        println!("{name}");
        compare(&profiled(&table, None), &ask("profile.py", &question(&table, None)));
    }
}
