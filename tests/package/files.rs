//! What a package and a project file hold: the same bytes every time, and all of it again when opened.

use std::io::Read;

use hearth::dataset::Task;
use hearth::model::Predictions;
use hearth::package::golden::{Golden, GoldenColumn};
use hearth::package::project_file::{self, ProjectFile};
use hearth::package::{archive, build, open, predictions_csv};
use hearth::prepare::OnUnseen;
use hearth::prepare::guard::Guarded;
use hearth::split::{Span, SplitFacts, SplitKind, Window};
use hearth::table::bundle;
use hearth::table::csv::{CsvSettings, Decimal, Encoding, Format};
use hearth::table::packed::Packing;
use hearth::table::receipt::{BesideFile, FileFacts, Receipt};
use hearth::table::{Column, ColumnType, Table, Values};
use hearth::validate::{Fit, Naive, Score};

use crate::made_up::{self, KINDS, Kind, TASKS};

fn from(import: Option<Receipt>) -> build::Source {
    build::Source { import, ..build::Source::default() }
}

#[test]
fn a_package_made_twice_has_the_same_bytes() {
    for kind in KINDS {
        for task in TASKS {
            let make = || {
                let pipeline = made_up::pipeline(kind, task, 7, 11);
                build::make(
                    &pipeline,
                    &made_up::report(&pipeline),
                    &made_up::design(),
                    &made_up::about(Some(0.4)),
                    &build::Source::default(),
                )
                .unwrap()
            };
            let (first, second) = (make(), make());
            assert_eq!(first.0, second.0);
            assert!(first.1 == second.1, "{kind:?} {task:?}");
        }
    }
}

#[test]
fn an_opened_package_predicts_the_same() {
    for kind in KINDS {
        for task in TASKS {
            for seed in 0..5 {
                let pipeline = made_up::pipeline(kind, task, 6, seed);
                let report = made_up::report(&pipeline);
                let threshold = (task == Task::Binary).then_some(0.25);
                let (_, zip) = build::make(
                    &pipeline,
                    &report,
                    &made_up::design(),
                    &made_up::about(threshold),
                    &build::Source::default(),
                )
                .unwrap();
                let opened = open::open(&zip, "p.zip").unwrap();
                assert_eq!(opened.pipeline, pipeline);
                assert_eq!(opened.report, report);
                assert_eq!(opened.design, made_up::design());
                assert_eq!(opened.threshold, threshold);
            }
        }
    }
}

#[test]
fn a_report_with_numbers_that_json_cannot_hold_is_opened_again() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Regression, 3, 0);
    let mut report = made_up::report(&pipeline);
    report.scores[0].mean = Some(f64::INFINITY);
    let (_, zip) =
        build::make(&pipeline, &report, &made_up::design(), &made_up::about(None), &build::Source::default()).unwrap();
    assert_eq!(open::open(&zip, "p.zip").unwrap().report, report);
}

#[test]
fn entries_are_sorted_and_bear_the_time_of_the_run() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 3, 0);
    let (summary, zip) = build::make(
        &pipeline,
        &made_up::report(&pipeline),
        &made_up::design(),
        &made_up::about(None),
        &build::Source::default(),
    )
    .unwrap();
    assert_eq!(summary.file_name, "überleben-b-on-b-the-titanic-outcome-of-it-linear-2026-11-23.zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&zip)).unwrap();
    let mut names = Vec::new();
    for i in 0..archive.len() {
        let entry = archive.by_index(i).unwrap();
        let time = entry.last_modified().unwrap();
        assert_eq!((time.year(), time.month(), time.day(), time.hour(), time.minute()), (2026, 11, 23, 16, 5));
        names.push(entry.name().unwrap().into_owned());
    }
    let expected = [
        "1/model.onnx",
        "MLmodel",
        "README.md",
        "SHA256SUMS",
        "bom.cdx.json",
        "conda.yaml",
        "config.pbtxt",
        "croissant.json",
        "datapackage.json",
        "design.json",
        "golden.csv",
        "kserve.yaml",
        "model.onnx",
        "pipeline.bin",
        "predictor.py",
        "python_env.yaml",
        "recipe.json",
        "report.json",
        "requirements.txt",
        "schema.json",
        "score.py",
        "score_duckdb.py",
        "score_spark.py",
        "verify.py",
    ];
    assert_eq!(names, expected);
    assert_eq!(summary.files.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), expected);
}

#[test]
fn golden_rows_cover_what_breaks_programs() {
    let mut unicode = false;
    for seed in 0..20 {
        let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 9, seed);
        let golden = Golden::make(&pipeline);
        // As text, since a missing number is not equal to itself.
        assert_eq!(format!("{golden:?}"), format!("{:?}", Golden::make(&pipeline)));
        for column in &golden.columns {
            match column {
                GoldenColumn::Numbers(v) => {
                    assert!(v[0].is_nan() && v[1].is_finite());
                    assert!(v.iter().any(|v| v.is_finite()));
                }
                GoldenColumn::Texts(t) => {
                    assert!(t[0].is_empty());
                    assert!(t.iter().any(|t| t == "None") || t.iter().any(|t| t == "nan"));
                    unicode |= t.iter().any(|t| t == "Zu\u{308}rich");
                }
                GoldenColumn::Dates(d) => {
                    assert_eq!(d[0], i64::MIN);
                    assert!(d.iter().any(|d| *d < 0 && *d != i64::MIN));
                }
            }
        }
    }
    assert!(unicode);
}

#[test]
fn the_readme_speaks_plainly_and_nothing_in_it_is_markup_from_the_data() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 8, 4);
    let (summary, _) = build::make(
        &pipeline,
        &made_up::report(&pipeline),
        &made_up::design(),
        &made_up::about(Some(0.3)),
        &build::Source::default(),
    )
    .unwrap();
    let outside_code: String = summary.readme.split('`').step_by(2).collect();
    assert!(!outside_code.replace("\\<", "").contains('<'), "{outside_code}");
    insta::assert_snapshot!("readme", summary.readme);
    insta::assert_debug_snapshot!("reveals", summary.reveals);
}

#[test]
fn the_readme_of_a_training_that_was_stopped_claims_no_fit_on_all_rows() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 3, 4);
    let mut report = made_up::report(&pipeline);
    (report.n_rows, report.scores) =
        (142, report.scores.into_iter().map(|s| Score { folds: vec![Some(0.7)], ..s }).collect());
    report.fit = Fit::Fold { fold: 1, n_folds: 5, n_training: 570, n_rarest: Some(200) };
    let (summary, _) =
        build::make(&pipeline, &report, &made_up::design(), &made_up::about(None), &build::Source::default()).unwrap();
    assert!(!summary.readme.contains("fitted once more"), "{}", summary.readme);
    assert!(!summary.readme.contains("1-fold"), "{}", summary.readme);
    assert!(summary.readme.contains("stopped by hand in fold 1 of 5. The model is that of this fold"));
    assert!(summary.readme.contains("it was fitted on 570 rows"));
    assert!(
        summary.readme.contains("A cross-validation of 5 folds that was stopped by hand: 1 fold scored on 142 rows")
    );
}

#[test]
fn the_readme_says_how_the_rows_were_split_and_what_chance_would_have_claimed() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 3, 4);
    let readme = |facts: SplitFacts| {
        let mut report = made_up::report(&pipeline);
        report.naive = Some(Naive { scores: report.scores.clone(), n_rows: 712 });
        report.naive.iter_mut().flat_map(|n| &mut n.scores).for_each(|score| score.mean = Some(0.931));
        report.split = facts;
        let (design, about) = (made_up::design(), made_up::about(None));
        build::make(&pipeline, &report, &design, &about, &build::Source::default()).unwrap().0.readme
    };
    let column = Some("pa|tient".to_owned());
    let facts =
        SplitFacts { column, n_folds: 5, n_groups: 90, n_fitted: 712, stratified: true, ..SplitFacts::default() };
    let grouped = readme(SplitFacts { kind: SplitKind::Group { repeats: 2 }, ..facts.clone() });
    let told = "5-fold cross-validation, dealt anew 2 times, that keeps the rows of each `pa|tient` together (90 groups) on 712 rows, stratified by class.";
    assert!(grouped.contains(told), "{grouped}");
    assert!(
        grouped.contains("Folds dealt by chance would have claimed ROC AUC 0.931 where these find 0.751."),
        "{grouped}"
    );
    let kind = SplitKind::Time { window: Window::Sliding(Span::Duration(90.0)), gap: Span::Duration(1.0) };
    let timed = readme(SplitFacts { kind, stratified: false, in_days: true, n_fitted: 1_400, ..facts });
    let told = "Cross-validation forwards in time by `pa|tient`, in 3 steps that each test the rows behind those they learned from, on 712 rows. \
        Each step learns from the last 90 days before its test; a gap of 1 day is left out between them. The earliest rows were learned from and never tested.";
    assert!(timed.contains(told), "{timed}");
    assert!(timed.contains("fitted once more, on the latest 1,400 rows before the test set. No fit has seen the 179 rows of the test set, the latest of all."), "{timed}");
}

#[test]
fn predictions_are_appended_under_names_that_are_free() {
    let pipeline = made_up::pipeline(Kind::Baseline, Task::Binary, 1, 0);
    let column = |name: &str, values| Column { name: name.into(), values, missing_spellings: Vec::new(), unit: None };
    let table = Table {
        columns: vec![
            column("probability of no", Values::Number(vec![1.5, f64::NAN, -0.1])),
            column("note", Values::Text(vec![Some("a \"b\"\nc".into()), None, Some(" x".into())])),
        ],
        n_rows: 3,
    };
    let predictions = Predictions::Probabilities { values: vec![0.75, 0.25, 0.5, 0.5, 0.1, 0.9], n_classes: 2 };
    let unseen = vec![vec![], vec!["age is missing; in training it never was.".to_owned()], vec![]];
    let written = |on_unseen| {
        let guarded = Guarded { on_unseen, unseen: unseen.clone() };
        let csv = predictions_csv::write(&table, &pipeline, &predictions, Some(0.5).into(), &guarded);
        String::from_utf8(csv).unwrap()
    };
    insta::assert_snapshot!(written(OnUnseen::Flag), @r#"
    probability of no,note,predicted outcome | *of* it,probability of no (2),"probability of yes, ""indeed""",never seen in training
    1.5,"a ""b""
    c",no,0.75,0.25,
    ,,"yes, ""indeed""",0.5,0.5,age is missing; in training it never was.
    -0.1," x","yes, ""indeed""",0.1,0.9,
    "#);
    insta::assert_snapshot!(written(OnUnseen::Abstain), @r#"
    probability of no,note,predicted outcome | *of* it,probability of no (2),"probability of yes, ""indeed""",never seen in training
    1.5,"a ""b""
    c",no,0.75,0.25,
    ,,,,,age is missing; in training it never was.
    -0.1," x","yes, ""indeed""",0.1,0.9,
    "#);
}

#[test]
fn a_receipt_travels_with_the_package() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 2, 0);
    let (report, design, about) = (made_up::report(&pipeline), made_up::design(), made_up::about(None));
    for packing in [Packing::Plain, Packing::Gzip, Packing::Zip { entry: "a/people.csv".into() }] {
        let entry = if packing == Packing::Plain || packing == Packing::Gzip { "" } else { "a/people.csv" };
        let receipt = Receipt {
            settings: CsvSettings { entry: entry.into(), ..CsvSettings::default() },
            file: Some(FileFacts {
                name: "people.bin".into(),
                n_bytes: 123,
                sha256: "ab".repeat(32),
                packing,
                n_text_bytes: 4567,
                n_rows: 89,
                n_columns: 3,
                warnings: vec!["people.bin, row 2: \"x\" is not a number.".into()],
                n_warnings: 2000,
            }),
            beside: vec![BesideFile {
                name: "towns (2).csv".into(),
                settings: CsvSettings::default(),
                file: FileFacts {
                    name: "towns.csv".into(),
                    n_bytes: 77,
                    sha256: "ef".repeat(32),
                    packing: Packing::Plain,
                    n_text_bytes: 77,
                    n_rows: 5,
                    n_columns: 2,
                    warnings: Vec::new(),
                    n_warnings: 0,
                },
                done: vec!["Join towns (2).csv on town: 80 of 89 rows matched.".into()],
            }],
        };
        let (summary, zip) = build::make(&pipeline, &report, &design, &about, &from(Some(receipt.clone()))).unwrap();
        assert_eq!(open::open(&zip, "p.zip").unwrap().source.import, Some(receipt));
        let told = |words: &str| summary.reveals.iter().any(|line| line.contains(words));
        assert!(told("towns.csv"), "{:?}", summary.reveals);
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&zip)).unwrap();
        let recipe: serde_json::Value = serde_json::from_reader(archive.by_name("recipe.json").unwrap()).unwrap();
        let [beside] = &recipe["beside"].as_array().unwrap()[..] else { panic!("{recipe}") };
        assert_eq!((&beside["name"], &beside["file"]["sha256"]), (&"towns (2).csv".into(), &"ef".repeat(32).into()));
        assert_eq!(beside["done"][0], "Join towns (2).csv on town: 80 of 89 rows matched.");
        assert!(told("people.bin") && told("1 warning of reading it"), "{:?}", summary.reveals);
    }
}

#[test]
fn a_recipe_gives_back_every_setting_of_the_import() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 2, 0);
    let (report, design, about) = (made_up::report(&pipeline), made_up::design(), made_up::about(None));
    // What `recipe.json` says to other programs differs wherever the settings differ.
    let documents = std::cell::RefCell::new(Vec::new());
    let there_and_back = |import: Option<&CsvSettings>| {
        let receipt = import.cloned().map(Receipt::from);
        let (_, zip) = build::make(&pipeline, &report, &design, &about, &from(receipt)).unwrap();
        let document = archive::read(&zip, open::LIMITS).unwrap().get("recipe.json").expect("a recipe").to_vec();
        assert!(!documents.borrow().contains(&document), "said before: {}", String::from_utf8_lossy(&document));
        documents.borrow_mut().push(document);
        open::open(&zip, "p.zip").unwrap().source.import.map(|receipt| receipt.settings)
    };
    // Every field is named and is not as by default, so that none can be forgotten.
    let settings = CsvSettings {
        format: Format::JsonLines,
        entry: "folder/people.jsonl".into(),
        encoding: Encoding::Windows1252,
        delimiter: b'\t',
        quote: b'\'',
        skip: 3,
        header: false,
        decimal: Decimal::CommaWithPoints,
        missing: vec!["-9".into(), "\"nil\"".into(), "größer".into()],
        types: ColumnType::ALL.iter().map(|kind| (format!("a {}", kind.word()), *kind)).collect(),
        day_first: Some(true),
        first_year: 1900,
        units: vec![("price".into(), "€".into()), ("share".into(), String::new())],
        missing_in: vec![("age".into(), vec!["0".into(), "999".into()]), ("née".into(), Vec::new())],
    };
    assert_eq!(there_and_back(Some(&settings)), Some(settings.clone()));
    assert_eq!(there_and_back(Some(&CsvSettings::default())), Some(CsvSettings::default()));
    assert_eq!(there_and_back(None), None);
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Windows1252] {
        let other = CsvSettings { encoding, quote: 0, day_first: Some(false), ..settings.clone() };
        assert_eq!(there_and_back(Some(&other)), Some(other));
    }
    use Decimal::{Comma, CommaWithSpaces, Point, PointWithCommas};
    for decimal in [Point, PointWithCommas, Comma, CommaWithSpaces] {
        let other = CsvSettings { decimal, ..settings.clone() };
        assert_eq!(there_and_back(Some(&other)), Some(other));
    }
}

fn project() -> ProjectFile {
    ProjectFile {
        project: br#"{"version": 1, "name": "x"}"#.to_vec(),
        data: Some(("my data.csv".into(), b"a,b\n1,2\n".repeat(5000))),
        runs: vec![(7, vec![7; 900]), (3, (0..=255u8).collect::<Vec<_>>().repeat(40))],
    }
}

#[test]
fn a_project_file_gives_back_what_went_in() {
    let mut project = project();
    let bytes = project_file::write(&project, "2026-11-23T16:05:51Z").unwrap();
    assert!(bytes == project_file::write(&project, "2026-11-23T16:05:51Z").unwrap());
    let opened = project_file::read(&bytes, "x.hearth.zip").unwrap();
    project.runs.sort();
    assert_eq!(opened.file, project);
    assert!(opened.damage.is_none(), "{:?}", opened.damage);
}

#[test]
fn several_data_files_lie_in_a_project_file_each_by_itself() {
    let files = [
        ("orders.csv", b"a,b\n1,2\n".repeat(300)),
        ("../orders.csv", b"c\n3\n".repeat(200)),
        ("data.csv", b"d\n4\n".to_vec()),
    ];
    let files = files.map(|(name, bytes)| (name.to_owned(), bytes));
    let project = ProjectFile { data: Some(("orders.csv".into(), bundle::pack(&files))), ..project() };
    let bytes = project_file::write(&project, "2026-11-23T16:05:51Z").unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    for (path, (_, expected)) in ["data/orders.csv", "data/data.csv", "data/2-data.csv"].into_iter().zip(&files) {
        let mut found = Vec::new();
        zip.by_name(path).unwrap_or_else(|e| panic!("{path}: {e}")).read_to_end(&mut found).unwrap();
        assert!(found == *expected, "{path}");
    }
    let opened = project_file::read(&bytes, "x.hearth.zip").unwrap();
    assert_eq!(opened.file.data, project.data);
    assert!(opened.damage.is_none(), "{:?}", opened.damage);
    // Altered, one of them is named and left out; the first file is not.
    let mut altered = bytes.clone();
    let at = altered.windows(13).position(|part| part == b"data/data.csv").unwrap() + 20;
    altered[at] ^= 1;
    let opened = project_file::read(&altered, "x.hearth.zip").unwrap();
    let [(name, _)] = &opened.damage.beside[..] else { panic!("{:?}", opened.damage) };
    assert_eq!(name, "../orders.csv");
    let left = [files[0].clone(), files[2].clone()];
    assert_eq!(opened.file.data, Some(("orders.csv".into(), bundle::pack(&left))));
}

#[test]
fn names_of_data_files_cannot_leave_the_archive() {
    for name in ["../../etc/passwd", "", "a/b.csv", "c:\\x.csv", ".hidden", "\u{7}bell.csv"] {
        let project = ProjectFile { data: Some((name.into(), b"a\n1\n".to_vec())), ..project() };
        let bytes = project_file::write(&project, "").unwrap();
        let opened = project_file::read(&bytes, "x.zip").unwrap();
        assert_eq!(opened.file.data, project.data);
    }
}

#[test]
fn our_own_files_are_never_taken_for_bombs() {
    let project = ProjectFile { data: Some(("zeros.csv".into(), b"0,0\n".repeat(2 << 20))), ..project() };
    let bytes = project_file::write(&project, "").unwrap();
    let opened = project_file::read(&bytes, "x.zip").unwrap();
    assert_eq!(opened.file.data, project.data);
    let entry = archive::Entry { path: "a".into(), bytes: vec![0; 1000] };
    let small = archive::write(std::slice::from_ref(&entry), "").unwrap();
    assert_eq!(archive::read(&small, open::LIMITS).unwrap().entries, [entry]);
}
