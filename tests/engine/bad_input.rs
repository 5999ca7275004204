//! Bad input: a sentence each, and the engine lives on.

use hearth::design::Design;
use hearth::job::{Event, PackageAbout, Request};
use hearth::model::{ClassWeights, ModelSpec};
use hearth::recipe::Recipe;
use hearth::table::csv::CsvSettings;
use hearth::table::source::ByteSource;

use super::page::*;

#[test]
fn what_is_not_there_is_said() {
    let mut page = Page::default();
    let (_, suggestion) = Page::default().import("people.csv", &people(60));
    let design = suggestion.expect("a guess").design;
    for request in [
        Request::Rows { ticket: 1, first_row: 0, n_rows: 1, columns: vec![0] },
        Request::Check { ticket: 1, design: design.clone() },
        Request::Train { ticket: 1, candidates: every(&design), design: design.clone(), first_run: 1, search: None },
    ] {
        assert_eq!(failure(&page.ask(request, None)).event, "There is no table yet.");
    }
    for request in [
        Request::PredictRow { ticket: 1, run: 7, cells: Vec::new(), on_unseen: hearth::prepare::OnUnseen::Flag },
        Request::OpenHoldout { ticket: 1, run: 7, look: 1 },
        Request::Package { ticket: 1, run: 7, about: PackageAbout::default() },
        Request::ScoreFile {
            ticket: 1,
            run: 7,
            name: "a.csv".into(),
            threshold: None,
            on_unseen: hearth::prepare::OnUnseen::Flag,
            cover: hearth::validate::Cover::default(),
        },
    ] {
        assert_eq!(failure(&page.ask(request, Some(b"a\n1\n"))).event, "This candidate's model is not here.");
    }
    let import = Request::Import {
        ticket: 1,
        name: "gone.csv".into(),
        settings: None,
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    assert_eq!(failure(&page.ask(import, None)).event, "The file could not be opened.");
    let package = Request::OpenPackage { ticket: 1, run: 1, name: "bad.zip".into() };
    assert!(!failure(&page.ask(package, Some(b"not a zip"))).event.is_empty());
    for bytes in [Vec::new(), b"hearth-r".to_vec(), b"hearth-r\x01\x00garbage".to_vec(), b"hearth-r\x09\x00x".to_vec()]
    {
        let events = page.ask(Request::Restore { run: 1, bytes }, None);
        assert!(matches!(&events[..], [Event::Restored { problem: Some(p), .. }] if !p.cure.is_empty()), "{events:?}");
    }
}

#[test]
fn bad_files_fail_with_a_place_and_a_cure_and_the_table_stays() {
    let mut page = Page::default();
    page.import("good.csv", b"a,b\n1,x\n2,y\n");
    let png = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13];
    for (what, bytes) in [("empty", &b""[..]), ("header only", b"a,b\n"), ("an image", &png)] {
        let request = Request::Import {
            ticket: 2,
            name: "bad.csv".into(),
            settings: None,
            recipe: Recipe::default(),
            beside: Vec::new(),
        };
        let events = page.ask(request, Some(bytes));
        let problem = failure(&events);
        assert!(problem.place.contains("bad.csv") && !problem.cure.is_empty(), "{what}: {problem:?}");
    }
    let events = page.ask(Request::Rows { ticket: 3, first_row: 0, n_rows: 1, columns: vec![0] }, None);
    assert!(matches!(&events[..], [Event::Rows { cells, .. }] if cells == &[Some("1".to_owned())]), "{events:?}");
}

#[test]
fn tables_that_cannot_be_learned_from_are_refused_before_training() {
    let cases: [(&str, &[u8], &str); 4] = [
        ("a constant target", b"x,y\n1,a\n2,a\n3,a\n4,a\n", "y"),
        ("an unknown target", b"x,y\n1,a\n2,b\n3,a\n4,b\n", "nothing"),
        ("one row", b"x,y\n1,a\n", "y"),
        ("a target that is always missing", b"x,y\n1,\n2,\n3,\n4,\n", "y"),
    ];
    let (_, suggestion) = Page::default().import("people.csv", &people(60));
    let like = suggestion.expect("a guess").design;
    for (what, bytes, target) in cases {
        let mut page = Page::default();
        page.import("t.csv", bytes);
        let mut design = like.clone();
        design.dataset.target = target.into();
        design.dataset.roles.clear();
        let check = page.check(&design);
        assert!(!check.problems.is_empty(), "{what} was let through");
        assert_eq!(failure(&page.train(&design)), &check.problems[0], "{what}");
    }
}

#[test]
fn names_from_hell_are_names() {
    let bytes = "<img src=x onerror=alert(1)>,__proto__,=1+1,constructor\n1,a,2,u\n2,b,3,v\n3,a,4,u\n4,b,6,v\n"
        .to_owned()
        + &"5,a,1,u\n6,b,9,v\n".repeat(20);
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (summary, suggestion) = page.import("t.csv", bytes.as_bytes());
    assert_eq!(summary.columns[0].name, "<img src=x onerror=alert(1)>");
    let design = suggestion.expect("a guess").design;
    let events = page.train(&design);
    assert_eq!(runs(&events).len(), 5, "{:?}", events.last());
    let about =
        PackageAbout { project: "__proto__".into(), created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    for run in 10..15 {
        let events = page.ask(Request::Package { ticket: 6, run, about: about.clone() }, None);
        assert!(matches!(&events[..], [Event::Packaged { .. }]), "{events:?}");
    }
}

/// A file that is cut short while it is read.
struct Shrinking {
    bytes: Vec<u8>,
    reads: usize,
}

impl ByteSource for Shrinking {
    fn len(&self) -> u64 {
        (self.bytes.len() - self.reads) as u64
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        self.reads += 1;
        self.bytes.as_slice().read(offset, length.min(100))
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_told() {
    let mut page = Page::default();
    let source = Box::new(Shrinking { bytes: people(100), reads: 0 });
    let request = Request::Import {
        ticket: 1,
        name: "live.csv".into(),
        settings: None,
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let mut events = page.engine.handle(request, Some(source));
    page.drain(&mut events);
    insta::assert_snapshot!(failure(&events).event.split('.').next().unwrap_or_default(), @"The file changed or went away while it was being read");
}

#[test]
fn a_test_set_is_not_opened_on_other_rows() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    page.train(&design);
    page.import("people.csv", &people(201));
    let events = page.ask(Request::OpenHoldout { ticket: 5, run: 11, look: 1 }, None);
    assert!(failure(&events).event.starts_with("The table is not the one"), "{events:?}");
}

#[test]
fn settings_that_the_person_set_are_obeyed() {
    let mut page = Page::default();
    let settings = CsvSettings { delimiter: b';', header: false, ..CsvSettings::default() };
    let request =
        Request::Preview { ticket: 1, name: "t.csv".into(), entry: String::new(), settings: Some(settings.clone()) };
    let events = page.ask(request, Some(b"1;2\n3;4\n"));
    let [Event::Previewed { preview, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((preview.columns.len(), preview.rows.len()), (2, 2));
    let request = Request::Import {
        ticket: 1,
        name: "t.csv".into(),
        settings: Some(settings.clone()),
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let events = page.ask(request, Some(b"1;2\n3;4\n"));
    assert!(matches!(events.last(), Some(Event::Imported { summary, .. }) if summary.settings == settings));
}

#[test]
fn a_preview_that_fails_tells_the_settings_it_failed_with() {
    let mut page = Page::default();
    let mut preview = |settings, bytes: &[u8]| {
        page.ask(Request::Preview { ticket: 1, name: "a.csv".into(), entry: String::new(), settings }, Some(bytes))
            .remove(0)
    };
    let Event::Unreadable { settings, error, .. } = preview(None, b"a,b,c\n") else { panic!("one line is no table") };
    assert!(settings.header, "{error:?}");
    let without = CsvSettings { header: false, quote: 0, ..settings };
    let Event::Previewed { preview: read, .. } = preview(Some(without.clone()), b"a,b,c\n") else { panic!("one row") };
    assert_eq!((read.settings, read.rows.len()), (without, 1));
    assert!(matches!(preview(None, b""), Event::Failed { .. }), "no settings read an empty file");
}

#[test]
fn class_weights_of_another_count_are_refused_before_anything_is_trained() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(100));
    let mut design = suggestion.expect("a guess").design;
    let give = |design: &mut Design, weights: &[f32]| match &mut design.candidates[4].model {
        ModelSpec::Network(network) => network.class_weights = ClassWeights::Given(weights.to_vec()),
        other => panic!("no network: {other:?}"),
    };
    give(&mut design, &[5.0, 1.0]);
    assert_eq!(page.check(&design).problems, []);
    give(&mut design, &[5.0]);
    let problems = page.check(&design).problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    insta::assert_snapshot!(problems[0].event, @"One class weight is given for 2 classes.");
    assert!(matches!(&page.train(&design)[..], [Event::Failed { error, .. }] if *error == problems[0]));
}
