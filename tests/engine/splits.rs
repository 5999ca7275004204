//! Splits by group and by time from the table to the report: proposed, taken, trained, and compared with chance.

use hearth::dataset::Role;
use hearth::design::Design;
use hearth::job::{DesignCheck, Event, Request};
use hearth::metrics::Metric;
use hearth::random::Random;
use hearth::split::propose::Proposal;
use hearth::split::{SplitKind, SplitSpec};
use hearth::studio::design_edits::{by_group, by_time, with_repeats};
use hearth::studio::naive::naive_line;
use hearth::table::profile::ColumnProfile;
use hearth::validate::Report;

use super::page::*;

/// Visits of people: who comes is in every number, and the answer is the person's.
fn visits(n_people: u32) -> Vec<u8> {
    let mut random = Random::new(12, 0);
    let mut rows = Vec::new();
    for person in 0..n_people {
        let own: Vec<f64> = (0..6).map(|_| random.normal()).collect();
        let ill = random.below(2) == 1;
        for _ in 0..9 {
            let cells: Vec<String> =
                own.iter().map(|x| format!("p{}", (3.0 * x + 0.3 * random.normal()).round())).collect();
            rows.push(format!("h{},{},{}\n", person * 37 % 1_009, cells.join(","), if ill { "yes" } else { "no" }));
        }
    }
    random.shuffle(&mut rows);
    format!("who,a,b,c,d,e,f,ill\n{}", rows.concat()).into_bytes()
}

fn order(columns: &[ColumnProfile]) -> Vec<String> {
    columns.iter().map(|column| column.name.clone()).collect()
}

/// The suggested design with the baseline and the linear model.
fn cheap(page: &mut Page, name: &str, bytes: &[u8]) -> (Design, Vec<String>) {
    let (summary, suggestion) = page.import(name, bytes);
    let mut design = suggestion.expect("a target is guessed").design;
    design.candidates.truncate(2);
    (design, order(&summary.columns))
}

fn proposed(page: &mut Page, design: &Design) -> Vec<Proposal> {
    let target = Some((design.dataset.clone(), design.split.of_holdout()));
    let events = page.ask(Request::Profile { ticket: 30, target }, None);
    let found = events.iter().find_map(|event| match event {
        Event::Proposed { ticket: 30, proposals } => Some(proposals.clone()),
        _ => None,
    });
    assert!(matches!(events.last(), Some(Event::Profiled { told, .. }) if told.findings.is_some()));
    found.unwrap_or_else(|| panic!("nothing was proposed: {events:?}"))
}

fn linear(page: &mut Page, design: &Design) -> Report {
    let events = page.train(design);
    let found = runs(&events);
    assert_eq!(found.len(), 2, "{events:?}");
    assert_eq!(found[0].2.naive, None, "only the linear model is compared");
    let n_scored = events.iter().filter(|e| matches!(e, Event::FoldScored { .. })).count();
    assert_eq!(n_scored, 2 * design.split.n_folds() as usize, "folds to compare by are no scores of the candidate");
    found[1].2.clone()
}

#[test]
fn visits_of_people_are_kept_together_and_the_naive_claim_is_shown() {
    let mut page = Page::default();
    let (design, order) = cheap(&mut page, "visits.csv", &visits(60));
    assert_eq!(linear(&mut page, &design).naive, None, "chance is not compared with itself");
    let proposals = proposed(&mut page, &design);
    let [Proposal::Group { column, reason }] = &proposals[..] else { panic!("{proposals:?}") };
    assert_eq!(column, "who");
    assert!(reason.contains("60 values with about 9 rows each") && reason.contains("“ill”"), "{reason}");

    let design = by_group(&design, &order, "who");
    assert_eq!(proposed(&mut page, &design), proposals, "what is taken is proposed all the same");
    let check = page.check(&design);
    assert!(check.problems.is_empty(), "{:?}", check.problems);
    assert!(!check.features.contains(&"who".to_owned()));
    let drawn = check.drawn.as_ref().expect("drawn");
    let (folds, locked) = drawn.groups.clone().expect("by group");
    assert_eq!((folds.iter().sum::<u32>() + locked, drawn.facts.n_groups), (60, 60 - locked));
    let report = linear(&mut page, &design);
    let naive = report.naive.as_ref().expect("compared");
    assert_eq!(naive.n_rows, report.n_rows);
    let claimed = naive.score(Metric::RocAuc).and_then(|score| score.mean).expect("scored");
    assert!(claimed > mean(&report, Metric::RocAuc) + 0.1, "{claimed}, honest {}", mean(&report, Metric::RocAuc));
    let line = naive_line(&report, "").expect("a sentence");
    assert!(
        line.starts_with("A random split would have claimed ROC AUC 0.")
            && line.contains("; with each “who” kept together it is 0."),
        "{line}"
    );
    let events = page.ask(Request::OpenHoldout { ticket: 5, run: 11, look: 1 }, None);
    let [Event::HoldoutOpened { report: holdout, .. }] = &events[..] else { panic!("{events:?}") };
    let held = holdout
        .scores
        .iter()
        .find(|(metric, _)| *metric == Metric::RocAuc)
        .and_then(|(_, score)| *score)
        .expect("scored");
    assert!(held < claimed - 0.1, "people nobody has met: {held}, claimed {claimed}");
}

/// Days in their order, on which what `x` means turns around.
fn days(n: usize) -> Vec<u8> {
    let mut random = Random::new(13, 0);
    let mut text = "x,z,on,y\n".to_owned();
    for i in 0..n {
        let (x, day) = (random.normal(), i * 1_000 / n);
        let y = x * (1.0 - 2.5 * i as f64 / n as f64) + 0.2 * random.normal();
        text += &format!(
            "{x:.3},k{},20{:02}-{:02}-{:02},{y:.3}\n",
            random.below(3),
            20 + day / 336,
            day / 28 % 12 + 1,
            day % 28 + 1
        );
    }
    text.into_bytes()
}

#[test]
fn later_rows_are_tested_and_the_first_are_not() {
    let mut page = Page::default();
    let (design, order) = cheap(&mut page, "days.csv", &days(1_000));
    let proposals = proposed(&mut page, &design);
    assert!(matches!(&proposals[..], [Proposal::Time { column, .. }] if column == "on"), "{proposals:?}");
    let design = by_time(&design, &order, "on");
    let DesignCheck { problems, drawn, n_holdout, fold_sizes, .. } = page.check(&design);
    assert!(problems.is_empty() && n_holdout.abs_diff(200) < 3 && fold_sizes.len() == 5, "{problems:?} {n_holdout}");
    let drawn = drawn.expect("drawn");
    let times = drawn.times.clone().expect("in time");
    assert_eq!(times.steps[0].0.first, "2020-01-01");
    assert!(drawn.n_tested < drawn.facts.n_fitted && drawn.facts.n_fitted == 1_000 - n_holdout);
    let report = linear(&mut page, &design);
    assert_eq!((report.n_rows, report.split.n_fitted), (drawn.n_tested, drawn.facts.n_fitted));
    let line = naive_line(&report, "").expect("a sentence");
    assert!(
        line.starts_with("A random split would have claimed RMSE") && line.contains("; forwards by “on” it is"),
        "{line}"
    );

    let rounds = with_repeats(&Design { split: SplitSpec::default(), ..design.clone() }, 3);
    let rounds = hearth::studio::design_edits::at_random(&rounds);
    assert_eq!(rounds.split.kind, SplitKind::Random { repeats: 3 });
    assert!(rounds.dataset.roles.iter().all(|(_, role)| *role != Role::Time));
    let report = linear(&mut page, &rounds);
    assert_eq!((report.n_rows, report.scores[0].folds.len()), (800, 15));
}

/// A real set as text, every so many rows; `None` where it is not at hand.
fn real(name: &str, step: usize) -> Option<Vec<u8>> {
    let folder =
        std::env::var("HEARTH_DATA").unwrap_or_else(|_| format!("{}/../shared/data", env!("CARGO_MANIFEST_DIR")));
    let text = std::fs::read_to_string(format!("{folder}/{name}.csv")).ok()?;
    let mut lines = text.lines();
    let header = lines.next()?;
    let rows: String = lines.step_by(step).map(|line| format!("{line}\n")).collect();
    Some(format!("{header}\n{rows}").into_bytes())
}

/// Trained forwards by a column: what chance claims, and what is found.
fn forwards(bytes: &[u8], target: &str, by: &str, left_out: &[&str], metric: Metric) -> (f64, f64) {
    let mut page = Page::default();
    let (mut design, order) = cheap(&mut page, "real.csv", bytes);
    design = hearth::studio::design_edits::with_target(&design, &order, target);
    let names: Vec<String> = left_out.iter().map(|name| (*name).to_owned()).collect();
    design = hearth::studio::design_edits::with_role(&design, &order, &names, Role::KnownTooLate);
    let design = by_time(&design, &order, by);
    let report = linear(&mut page, &design);
    let line = naive_line(&report, "").expect("a sentence");
    let events = page.ask(Request::OpenHoldout { ticket: 5, run: 11, look: 1 }, None);
    let [Event::HoldoutOpened { report: holdout, .. }] = &events[..] else { panic!("{events:?}") };
    println!("{target}: {line} Test set: {:?}", holdout.scores);
    (report.naive.as_ref().and_then(|n| n.score(metric)).and_then(|s| s.mean).expect("scored"), mean(&report, metric))
}

#[test]
fn what_chance_hides_in_real_sets_a_split_in_time_shows() {
    let (Some(bikes), Some(flights)) = (real("bikeshare", 1), real("nyc_flights", 12)) else {
        println!("passed over: bikeshare.csv or nyc_flights.csv is not in $HEARTH_DATA or ../shared/data");
        return;
    };
    let (claimed, found) = forwards(&bikes, "bikers", "day", &["casual", "registered"], Metric::Rmse);
    assert!(found > 1.05 * claimed, "bikeshare: {claimed} claimed, {found} found");
    let known_late = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"];
    let (claimed, found) = forwards(&flights, "late15", "time_hour", &known_late, Metric::RocAuc);
    assert!(found < claimed - 0.005, "flights: {claimed} claimed, {found} found");
}
