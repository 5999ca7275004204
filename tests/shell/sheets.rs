//! A spreadsheet as the source: the sheet is named, the project holds the file as it was given, and rows of another one are
//! predicted.

use hearth::dataset::{DatasetSpec, Task};
use hearth::design::Design;
use hearth::model::ModelSpec;

use super::desk::*;

#[test]
fn a_spreadsheet_is_trained_on_and_predicted() {
    let here = folder("sheets");
    let club = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/club.xlsx");
    write(&here, "club.xlsx", std::fs::read(club).expect("the spreadsheet is there"));
    let dataset = DatasetSpec { target: "answer".into(), ..DatasetSpec::default() };
    let mut design = Design::default_for(dataset, Task::Binary, 100, 4);
    design.candidates.retain(|spec| matches!(spec.model, ModelSpec::Baseline | ModelSpec::Linear(_)));
    write(&here, "design.json", design.to_text());

    let said = hearth(&here, &["train", "club.xlsx", "--design", "design.json"]);
    assert!(
        said.code == 1 && said.err.contains("The workbook has 2 sheets.") && said.err.contains("--sheet"),
        "{said:?}"
    );
    let said = hearth(&here, &["train", "club.xlsx", "--sheet", "Nobody", "--design", "design.json"]);
    assert!(said.code == 1 && said.err.contains("There is no sheet “Nobody”"), "{said:?}");
    let said = hearth(&here, &["train", "club.xlsx", "--sheet", "Members!B4:F104", "--design", "design.json"]);
    assert_eq!(said.code, 0, "{said:?}");
    // Once more, from the project, which has the file and the part of it.
    let said = hearth(&here, &["train", "club.hearth.zip", "--out", "again.hearth.zip"]);
    assert_eq!(said.code, 0, "{said:?}");
    let said = hearth(&here, &["package", "again.hearth.zip", "--out", "model.zip"]);
    assert_eq!(said.code, 0, "{said:?}");
    // The sheet of the training, all of its rows.
    let said = hearth(&here, &["score", "model.zip", "club.xlsx"]);
    assert_eq!((said.code, said.out.lines().count()), (0, 121), "{said:?}");
    assert!(said.out.lines().nth(1).is_some_and(|line| line.starts_with("0,0,2020-01-01,000,no,")), "{}", said.out);
}
