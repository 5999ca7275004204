//! Rows of later days beside the training, in the engine: from a file to a report, for a run and for an opened package.

use hearth::job::{Event, PackageAbout, Request, Suggestion, WatchColumns};
use hearth::monitor::{Kind, MonitorReport, Test, Verdict};
use hearth::table::ColumnType;

use super::page::*;

/// The header and the rows of a text.
fn part(text: &str, rows: std::ops::Range<usize>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = format!("{}\n", lines[0]);
    for line in &lines[1 + rows.start..1 + rows.end] {
        out += line;
        out.push('\n');
    }
    out
}

/// Trained on the first 900 of 1,500 people; the others, as text.
fn trained() -> (Page, String) {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let text = String::from_utf8(people(1_500)).expect("it is UTF-8");
    let (_, suggestion) = page.import("people.csv", part(&text, 0..900).as_bytes());
    let Suggestion { design, .. } = suggestion.expect("a target is guessed");
    page.train(&design);
    (page, part(&text, 900..1_500))
}

fn watch(page: &mut Page, run: u32, text: &str, asked: WatchColumns) -> (MonitorReport, WatchColumns) {
    let request = Request::Monitor { ticket: 30, run, name: "later.csv".into(), threshold: None, asked };
    match page.ask(request, Some(text.as_bytes())).pop() {
        Some(Event::Monitored { ticket: 30, run: told, report, columns, choices, .. }) => {
            assert_eq!(told, run);
            assert!(choices.iter().any(|(name, _)| name == "survived"), "{choices:?}");
            assert!(choices.contains(&("joined".into(), ColumnType::Date)), "{choices:?}");
            (report, columns)
        }
        other => panic!("no report: {other:?}"),
    }
}

fn alarms(report: &MonitorReport) -> Vec<String> {
    report.alarms().map(|alarm| format!("{:?} {}: {}", alarm.kind, alarm.column, alarm.sentence)).collect()
}

/// The text with one column changed.
fn changed(text: &str, column: usize, change: &dyn Fn(usize, &str) -> String) -> String {
    let line = |(i, line): (usize, &str)| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if i > 0 {
            cells[column] = change(i, &cells[column]);
        }
        cells.join(",") + "\n"
    };
    text.lines().enumerate().map(line).collect()
}

#[test]
fn later_rows_of_the_same_kind_raise_no_alarm_and_others_do() {
    let (mut page, later) = trained();
    for run in 10..=14 {
        let (report, columns) = watch(&mut page, run, &later, WatchColumns::default());
        assert_eq!(alarms(&report), Vec::<String>::new(), "run {run}");
        assert_eq!((report.n_rows, report.n_outcomes), (600, 600));
        assert_eq!((columns.outcome.as_deref(), columns.time.as_deref()), (Some("survived"), Some("joined")));
        let timeline = report.timeline.as_ref();
        assert_eq!(timeline.map(|timeline| timeline.points.len()), Some(6), "{:?}", report.not_checked);
    }
    let months = changed(&later, 1, &|_, age| age.parse::<f64>().map_or(String::new(), |age| (age * 12.0).to_string()));
    let (report, _) = watch(&mut page, 11, &months, WatchColumns::default());
    assert_eq!(report.cause(), Some(Kind::Quality), "{:?}", alarms(&report));
    assert!(report.alarms().any(|alarm| alarm.column == "age" && alarm.test == Test::OutOfRange));

    let young =
        changed(&later, 1, &|_, age| age.parse::<f64>().map_or(String::new(), |age| (1.0 + age / 3.0).to_string()));
    let (report, _) =
        watch(&mut page, 11, &young, WatchColumns { outcome: Some(String::new()), ..WatchColumns::default() });
    assert_eq!(report.cause(), Some(Kind::FeatureDrift), "{:?}", alarms(&report));
    assert_eq!(report.n_outcomes, 0);
    assert!(!report.assumptions.is_empty());

    let turned = changed(&later, 4, &|_, survived| if survived == "yes" { "no" } else { "yes" }.to_owned());
    let (report, _) = watch(&mut page, 11, &turned, WatchColumns::default());
    assert!(report.alarms().any(|alarm| alarm.kind == Kind::Concept), "{:?}", alarms(&report));

    let strange = changed(&later, 4, &|i, survived| if i % 3 == 0 { "perhaps".into() } else { survived.to_owned() });
    let (report, _) = watch(&mut page, 11, &strange, WatchColumns::default());
    assert_eq!(report.n_outcomes, 400);
    assert!(report.not_checked.iter().any(|said| said.contains("200 outcomes")), "{:?}", report.not_checked);
}

#[test]
fn served_predictions_are_compared_with_those_of_the_model() {
    let (mut page, later) = trained();
    let request = Request::ScoreFile {
        ticket: 31,
        run: 11,
        name: "later.csv".into(),
        threshold: None,
        on_unseen: hearth::prepare::OnUnseen::Flag,
        cover: hearth::validate::Cover::default(),
    };
    let Some(Event::Scored { bytes, .. }) = page.ask(request, Some(later.as_bytes())).pop() else { panic!("no file") };
    let served = String::from_utf8(bytes).expect("it is UTF-8");
    let (report, columns) = watch(&mut page, 11, &served, WatchColumns::default());
    assert_eq!(columns.served.as_deref(), Some("predicted survived"));
    let same = report.findings.iter().find(|finding| finding.kind == Kind::Skew).expect("it was looked at");
    assert_eq!((same.verdict, same.size), (Verdict::Passed, 0.0), "{}", same.sentence);

    let wrong = changed(&served, 5, &|i, label| match (i % 10, label) {
        (3, "yes") => "no".into(),
        (3, _) => "yes".into(),
        (_, label) => label.to_owned(),
    });
    let (report, _) = watch(&mut page, 11, &wrong, WatchColumns::default());
    assert_eq!(report.cause(), Some(Kind::Skew), "{:?}", alarms(&report));
    let skew = report.alarms().find(|alarm| alarm.kind == Kind::Skew).expect("it is the cause");
    assert!((skew.size - 0.1).abs() < 1e-9 && skew.sentence.contains("rows 3, 13, 23"), "{}", skew.sentence);
}

#[test]
fn an_opened_package_watches_as_the_run_does() {
    let (mut page, later) = trained();
    let about = PackageAbout { created: "2026-11-30T06:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { bytes, package, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.files.iter().any(|file| file.0 == "reference.json"), "{:?}", package.files);
    assert!(package.reveals.iter().any(|said| said.contains("reference.json")));
    let mut elsewhere = Page::default();
    let open = Request::OpenPackage { ticket: 7, run: 40, name: "p.zip".into() };
    let events = elsewhere.ask(open, Some(bytes));
    assert!(matches!(&events[..], [Event::PackageOpened { .. }]), "{events:?}");
    let here = watch(&mut page, 11, &later, WatchColumns::default());
    let there = watch(&mut elsewhere, 40, &later, WatchColumns::default());
    assert_eq!(here.0, there.0);
}

#[test]
fn bad_files_are_told_with_their_place_and_cure() {
    let (mut page, later) = trained();
    let mut ask = |text: &[u8]| {
        let asked = WatchColumns::default();
        let request = Request::Monitor { ticket: 30, run: 11, name: "later.csv".into(), threshold: None, asked };
        page.ask(request, Some(text))
    };
    let events = ask(b"a,b\n1,2\n");
    let problem = failure(&events);
    assert!(problem.place.contains("later.csv") && !problem.cure.is_empty(), "{problem:?}");
    for text in [part(&later, 0..1), later.replace("age,", "Age,"), later.replace(',', ";")] {
        let events = ask(text.as_bytes());
        let Some(Event::Monitored { report, .. }) = events.last() else { panic!("{events:?}") };
        assert!(!report.headline.is_empty());
    }
    let events = ask(later.replace("age,", "Age,").as_bytes());
    let Some(Event::Monitored { report, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(report.cause(), Some(Kind::Quality));
    assert!(report.alarms().any(|alarm| alarm.column == "age" && alarm.sentence.contains("not in the data")));
}
