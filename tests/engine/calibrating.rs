//! Calibration through the engine: what each way would come to, the candidate that comes of one, and that it goes on like
//! any other.

use hearth::explain::{Answer, Question};
use hearth::job::{Event, PackageAbout, Request};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::trees::ForestSpec;
use hearth::tune::calibrate::Way;
use hearth::validate::calibrate::Calibrations;

use super::page::*;

/// Two numbers of which one tells a little: deep trees are too sure of it.
fn noisy(n: usize) -> Vec<u8> {
    let mut random = hearth::random::Random::new(5, 0);
    let mut text = "x;z;bought\n".to_owned();
    for _ in 0..n {
        let (x, z) = (random.normal(), random.normal());
        let bought = random.unit() < 1.0 / (1.0 + (-x).exp());
        text += &format!("{x:.4};{z:.4};{}\n", if bought { "yes" } else { "no" });
    }
    text.into_bytes()
}

fn asked(page: &mut Page, run: u32) -> Result<Calibrations, String> {
    let events = page.ask(Request::Explain { ticket: 30, run, question: Question::Calibrations }, None);
    match events.last() {
        Some(Event::Explained { answer: Answer::Calibrations(found), .. }) => Ok(found.clone()),
        _ => Err(failure(&events).event.clone()),
    }
}

#[test]
fn a_forest_that_is_too_sure_is_calibrated_and_goes_on_like_any_other() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("shop.csv", &noisy(600));
    let mut design = suggestion.expect("a guess").design;
    design.dataset.target = "bought".into();
    let forest = ForestSpec { trees: 10, ..ForestSpec::default() };
    let place = design.candidates.iter().position(|c| matches!(c.model, ModelSpec::Forest(_))).expect("a forest");
    design.candidates[place].model = ModelSpec::Forest(forest);
    design.candidates.swap(1, place);
    design.candidates.truncate(2);
    let events = page.train(&design);
    let before = mean(runs(&events)[1].2, Metric::LogLoss);
    let found = asked(&mut page, 11).expect("classes");
    assert!((found.without.log_loss - before).abs() < 1e-9, "{found:?} for {before}");
    let best = *found.best().expect("it is too sure");
    assert!(best.quality.log_loss < 0.9 * before && best.n_better == 5, "{found:?}");

    let request = Request::Calibrate { ticket: 31, run: 11, way: best.way, becomes: 20 };
    let events = page.ask(request, None);
    let Some(Event::Calibrated { of: 11, run: 20, way, report, bytes, .. }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(*way, best.way);
    // Scored as it was judged, on rows that its maps had not seen.
    assert!((mean(report, Metric::LogLoss) - best.quality.log_loss).abs() < 1e-9);
    assert!((mean(report, Metric::Brier) - best.quality.brier).abs() < 1e-9);
    assert!(
        report.notes.iter().any(|note| note.starts_with("Its probabilities are calibrated (")),
        "{:?}",
        report.notes
    );
    let bytes = bytes.clone();
    let cells = [("x", "2.5"), ("z", "0")];
    let said = |page: &mut Page, run: u32| page.predict(run, &cells).probabilities.clone();
    let own = said(&mut page, 20);
    assert_ne!(own, said(&mut page, 11));
    let back = page.ask(Request::Restore { run: 21, bytes }, None);
    assert!(matches!(back[..], [Event::Restored { run: 21, problem: None }]), "{back:?}");
    assert_eq!(said(&mut page, 21), own);

    // Once is enough.
    assert_eq!(asked(&mut page, 20), Err("This model's probabilities are calibrated already.".to_owned()));
    // Reasons add up to what it says.
    let texts = cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).to_vec();
    let events = page.ask(Request::Explain { ticket: 32, run: 20, question: Question::Row { cells: texts } }, None);
    let Some(Event::Explained { answer: Answer::Row(row), .. }) = events.last() else { panic!("{events:?}") };
    assert!((row.total(0) - own[1].1).abs() < 1e-5, "{} for {own:?}", row.total(0));
    let events = page.ask(Request::OpenHoldout { ticket: 33, run: 20, look: 1 }, None);
    assert!(matches!(events.last(), Some(Event::HoldoutOpened { run: 20, .. })), "{events:?}");
    let about = PackageAbout { created: "2026-11-30T10:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 34, run: 20, about }, None);
    let [Event::Packaged { package, bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.file_name.contains("-forest-"), "{}", package.file_name);
    assert!(package.readme.contains("Its probabilities are calibrated inside `model.onnx`"), "{}", package.readme);
    let events = page.ask(Request::OpenPackage { ticket: 35, run: 40, name: "p.zip".into() }, Some(bytes));
    let Some(Event::PackageOpened { run: 40, design, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(design.candidates.len(), 1);
    assert_eq!(said(&mut page, 40), own);
}

#[test]
fn numbers_have_no_probabilities() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("shop.csv", &noisy(120));
    let mut design = suggestion.expect("a guess").design;
    design.dataset.target = "x".into();
    design.candidates.truncate(2);
    page.train(&design);
    let refused = "There are no probabilities of two folds to calibrate by.";
    assert_eq!(asked(&mut page, 11), Err(refused.to_owned()));
    let request = Request::Calibrate { ticket: 31, run: 11, way: Way::Sigmoid, becomes: 20 };
    assert_eq!(failure(&page.ask(request, None)).event, refused);
}
