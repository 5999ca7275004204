//! Rows that are set aside, through the engine: what trains, what is promised of every kind of run, and that it travels.

use hearth::job::{Event, Held, PackageAbout, Request};
use hearth::prepare::OnUnseen;
use hearth::random::Random;
use hearth::tune::calibrate::Way;
use hearth::validate::conformal::{Cover, Level};
use hearth::validate::{Fit, Report};

use super::page::*;

/// A number that follows two others with noise of one unit, and a class that follows it.
fn rows(n: usize) -> Vec<u8> {
    let mut random = Random::new(3, 0);
    let mut text = "x;z;price;deal\n".to_owned();
    for _ in 0..n {
        let (x, z) = (random.normal(), random.normal());
        let price = 10.0 + 3.0 * x - z + random.normal();
        let deal = if random.unit() < 1.0 / (1.0 + (-2.0 * x).exp()) { "yes" } else { "no" };
        text += &format!("{x:.4};{z:.4};{price:.4};{deal}\n");
    }
    text.into_bytes()
}

fn trained(target: &str, aside: f32) -> (Page, Report) {
    let mut page = Page::default();
    let (_, suggestion) = page.import("shop.csv", &rows(600));
    let mut design = suggestion.expect("a guess").design;
    design.dataset.target = target.into();
    design.dataset.task = None;
    design.dataset.positive = None;
    design.dataset.roles.retain(|(name, _)| name != target);
    // The other target would tell this one.
    let other = if target == "price" { "deal" } else { "price" };
    design.dataset.roles.retain(|(name, _)| name != other);
    design.dataset.roles.push((other.to_owned(), hearth::dataset::Role::Ignore));
    design.candidates.truncate(2);
    design.split.aside = aside;
    let check = page.check(&design);
    assert_eq!(check.problems, []);
    let n_aside = (600.0 * f64::from(aside)).round() as u32;
    assert_eq!(check.drawn.expect("drawn").facts.n_aside, n_aside);
    assert_eq!(check.fold_sizes.iter().sum::<u32>() + check.n_holdout + n_aside, 600);
    let events = page.train(&design);
    let report = runs(&events)[1].2.clone();
    (page, report)
}

fn about(cover: Cover) -> PackageAbout {
    PackageAbout { created: "2026-11-30T10:00:00Z".into(), cover, ..PackageAbout::default() }
}

#[test]
fn a_number_gets_a_range_that_holds_and_travels() {
    let (mut page, report) = trained("price", 0.25);
    let aside = report.aside.as_ref().expect("rows were set aside");
    assert_eq!((aside.n_rows, report.split.n_fitted, report.n_rows), (150, 330, 330));
    let ninety = Cover { level: Level::Ninety, by_class: false };
    let spread = report.spread.as_ref().expect("folds");
    let measured = spread.chosen(ninety).expect("a level").measured.all();
    assert_eq!(measured.n, 330);
    assert!((0.85..0.95).contains(&measured.share().expect("rows")), "{measured:?}");

    let prediction = page.predict(11, &[("x", "0.5"), ("z", "0")]);
    assert!(prediction.promised);
    let value = prediction.value.expect("a number");
    let width = |level| match prediction.held(Cover { level, by_class: true }) {
        Some(Held::Range(low, high)) => {
            assert!(*low < value && value < *high);
            high - low
        }
        other => panic!("{other:?}"),
    };
    // Noise of one unit: 2 · 1.64 at 90 %.
    assert!((2.7..4.2).contains(&width(Level::Ninety)), "{}", width(Level::Ninety));
    assert!(width(Level::Eighty) < width(Level::Ninety) && width(Level::Ninety) < width(Level::NinetyFive));

    let events = page.ask(Request::OpenHoldout { ticket: 33, run: 11, look: 1 }, None);
    let Some(Event::HoldoutOpened { report: opened, .. }) = events.last() else { panic!("{events:?}") };
    let (_, on_test) = opened.covered.iter().find(|(cover, _)| *cover == ninety).expect("a level");
    assert_eq!(on_test.all().n, 120);
    assert!((0.82..=0.97).contains(&on_test.all().share().expect("rows")), "{on_test:?}");

    let cover = Cover { level: Level::Eighty, by_class: false };
    let events = page.ask(Request::Package { ticket: 34, run: 11, about: about(cover) }, None);
    let [Event::Packaged { package, bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.readme.contains("On the opened test set it held the truth of"), "{}", package.readme);
    let events = page.ask(Request::OpenPackage { ticket: 35, run: 40, name: "p.zip".into() }, Some(bytes));
    let Some(Event::PackageOpened { run: 40, cover: opened, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(*opened, cover);
    let again = page.predict(40, &[("x", "0.5"), ("z", "0")]);
    assert_eq!((again.held, again.promised), (prediction.held.clone(), true));

    let request = Request::ScoreFile {
        ticket: 36,
        run: 40,
        name: "new.csv".into(),
        threshold: None,
        on_unseen: OnUnseen::Flag,
        cover,
    };
    let events = page.ask(request, Some(b"x;z\n0.5;0\n"));
    let Some(Event::Scored { bytes, .. }) = events.last() else { panic!("{events:?}") };
    let text = String::from_utf8(bytes.clone()).expect("UTF-8");
    assert!(text.starts_with("x,z,predicted price,lower (80 %),upper (80 %)"), "{text}");
    let cells: Vec<f64> =
        text.lines().nth(1).expect("a row").split(',').map(|c| c.parse().expect("a number")).collect();
    let Some(Held::Range(low, high)) = prediction.held(cover) else { panic!("{prediction:?}") };
    assert_eq!((cells[3] as f32, cells[4] as f32), (*low as f32, *high as f32));
}

#[test]
fn classes_get_sets_and_a_calibrated_run_has_bounds_of_its_own() {
    let (mut page, report) = trained("deal", 0.2);
    let aside = report.aside.clone().expect("rows were set aside");
    assert_eq!((aside.n_rows, aside.n_of_class.iter().sum::<u32>(), aside.bounds.len()), (120, 120, 6));
    let request = Request::Calibrate { ticket: 31, run: 11, way: Way::Isotonic, becomes: 20 };
    let events = page.ask(request, None);
    let Some(Event::Calibrated { report: bent, .. }) = events.last() else { panic!("{events:?}") };
    let bent = bent.aside.clone().expect("rows were set aside");
    assert_eq!((bent.n_rows, &bent.n_of_class), (120, &aside.n_of_class));
    assert_ne!(bent.bounds, aside.bounds);
    // A row that could be either is in both sets, a clear one in one.
    let set = |page: &mut Page, x: &str| match page.predict(20, &[("x", x), ("z", "0")]).held(Cover::default()) {
        Some(Held::Set(set)) => set.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((set(&mut page, "0"), set(&mut page, "3")), (vec![true, true], vec![false, true]));
    let cover = Cover { level: Level::Ninety, by_class: true };
    let events = page.ask(Request::Package { ticket: 34, run: 20, about: about(cover) }, None);
    let [Event::Packaged { package, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.readme.contains("whatever its class,"), "{}", package.readme);
}

#[test]
fn nothing_is_promised_without_rows_for_it() {
    let (mut page, report) = trained("price", 0.0);
    assert_eq!((report.aside, report.fit), (None, Fit::All));
    let prediction = page.predict(11, &[("x", "0.5"), ("z", "0")]);
    assert!(!prediction.promised && matches!(prediction.held(Cover::default()), Some(Held::Range(..))));
    let events = page.ask(Request::Package { ticket: 34, run: 11, about: about(Cover::default()) }, None);
    let [Event::Packaged { package, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.readme.contains("nothing is promised of this fit"), "{}", package.readme);
    assert!(!package.readme.contains("`lower`"), "{}", package.readme);
}

#[test]
fn too_few_rows_to_promise_anything_are_refused() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("shop.csv", &rows(90));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    design.split.aside = 0.2;
    let check = page.check(&design);
    assert_eq!(check.problems.len(), 1, "{:?}", check.problems);
    assert_eq!(
        check.problems[0].event,
        "18 rows would be set aside for ranges and sets; at 95 % fewer than 19 promise nothing."
    );
    design.split.aside = 0.25;
    assert_eq!(page.check(&design).problems, []);
}
