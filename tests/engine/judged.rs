//! Predictions that were made elsewhere: looked at, judged, asked what the folds of a candidate are asked, and brought back.

use hearth::explain::{Answer, Question};
use hearth::job::{Event, Problem, Request};
use hearth::metrics::Metric;
use hearth::prepare::OnUnseen;
use hearth::random::Random;
use hearth::validate::decide::{Rule, Worths};
use hearth::validate::judged::JudgeSpec;
use hearth::validate::{Fit, Given, Report};

use super::page::*;

/// Truth, two scores, folds, something to slice by and a sensitive column.
fn predicted(n: usize) -> Vec<u8> {
    let mut random = Random::new(9, 0);
    let mut text = "churn,good,poor,fold,plan,sex\n".to_owned();
    for row in 0..n {
        let yes = random.below(3) == 0;
        let plan = ["basic", "full"][random.below(2) as usize];
        let mut score = |noise: f64| {
            let noise = if plan == "basic" { 2.5 * noise } else { noise };
            1.0 / (1.0 + libm::exp(-(if yes { 1.0 } else { -1.0 } + noise * random.normal())))
        };
        let (good, poor) = (score(0.8), score(2.0));
        let sex = ["f", "m"][random.below(2) as usize];
        text += &format!("{},{good:.6},{poor:.6},{},{plan},{sex}\n", if yes { "yes" } else { "no" }, row % 4 + 1);
    }
    text.into_bytes()
}

fn spec(fold: bool) -> JudgeSpec {
    JudgeSpec {
        truth: "churn".into(),
        scores: vec!["good".into(), "poor".into()],
        fold: fold.then(|| "fold".into()),
        sensitive: vec!["sex".into()],
        ..JudgeSpec::default()
    }
}

/// What was judged: number, name, report and bytes.
fn judge(page: &mut Page, spec: JudgeSpec) -> Vec<(u32, String, Report, Vec<u8>)> {
    let events = page.ask(Request::Judge { ticket: 40, spec, first_run: 7 }, None);
    let of = |event: Event| match event {
        Event::Judged { ticket: 40, run, name, report, bytes, .. } => Some((run, name, report, bytes)),
        _ => None,
    };
    events.into_iter().filter_map(of).collect()
}

fn explain(page: &mut Page, run: u32, question: Question) -> Result<Answer, Problem> {
    match page.ask(Request::Explain { ticket: 41, run, question }, None).pop() {
        Some(Event::Explained { answer, .. }) => Ok(answer),
        Some(Event::Failed { error, .. }) => Err(error),
        other => panic!("no answer: {other:?}"),
    }
}

const DECIDE: Question = Question::Decide {
    rule: Rule::Worth,
    worths: Worths { found: 0.0, missed: -1.0, false_alarm: -1.0, left_alone: 0.0 },
};

#[test]
fn columns_are_proposed_judged_and_asked_as_folds_are() {
    let mut page = Page::default();
    page.import("predicted.csv", &predicted(800));
    let looked = page.ask(Request::LookAtPredictions { ticket: 39, spec: None }, None).pop();
    let Some(Event::LookedAtPredictions { ticket: 39, look }) = looked else { panic!("{looked:?}") };
    assert_eq!(look.problem, None, "{look:?}");
    assert_eq!(
        (look.spec.truth.as_str(), look.spec.scores.len(), look.spec.fold.as_deref()),
        ("churn", 2, Some("fold"))
    );

    let judged = judge(&mut page, spec(true));
    let names: Vec<(u32, &str)> = judged.iter().map(|(run, name, ..)| (*run, name.as_str())).collect();
    assert_eq!(names, [(7, "good"), (8, "poor")]);
    for (.., report, _) in &judged {
        assert_eq!((report.fit, report.n_rows), (Fit::Elsewhere(Given::Probabilities), 800));
        assert!(report.scores.iter().all(|score| score.folds.len() == 4 && score.interval.is_some()));
    }
    assert!(mean(&judged[0].2, Metric::RocAuc) > mean(&judged[1].2, Metric::RocAuc));

    match explain(&mut page, 7, Question::Slices).expect("slices") {
        Answer::Slices(found) => {
            let parts = || found.worst.iter().flat_map(|slice| &slice.parts);
            assert!(found.worst[0].clear && found.worst[0].name().contains("plan is basic"), "{found:?}");
            assert!(
                !parts().any(|(column, _)| ["good", "poor", "fold", "churn"].contains(&column.as_str())),
                "{found:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(explain(&mut page, 7, Question::HardRows), Ok(Answer::HardRows(found)) if found.n_rows == 800));
    match explain(&mut page, 7, Question::Fairness { threshold: 0.5 }).expect("groups") {
        Answer::Fairness(found) => assert_eq!((found.n_rows, found.attributes.len()), (800, 1)),
        other => panic!("{other:?}"),
    }
    match explain(&mut page, 7, Question::Rivals { runs: vec![8] }).expect("a rival") {
        Answer::Rivals(found) => {
            assert!(found[0].without.is_none() && found[0].mcnemar.is_some() && found[0].delong.is_some());
            assert_eq!(found[0].by_rows, None, "folds compare");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(explain(&mut page, 7, DECIDE), Ok(Answer::Decision { decision: Some(_), .. })));

    // What needs a model is refused in a sentence.
    let refused = explain(&mut page, 7, Question::Importance).expect_err("no model");
    assert_eq!(refused.event, "These predictions were made elsewhere, so there is no model here to ask.");
    let row = Request::PredictRow { ticket: 4, run: 7, cells: Vec::new(), on_unseen: OnUnseen::Flag };
    assert_eq!(failure(&page.ask(row, None)).event, refused.event);
    let package = Request::Package { ticket: 6, run: 7, about: hearth::package::PackageAbout::default() };
    assert_eq!(failure(&page.ask(package, None)).event, refused.event);
}

#[test]
fn one_tested_set_compares_its_scores_row_by_row() {
    let mut page = Page::default();
    page.import("predicted.csv", &predicted(500));
    let judged = judge(&mut page, spec(false));
    assert!(judged[0].2.scores.iter().all(|score| score.folds.len() == 1 && score.interval.is_some()));
    match explain(&mut page, 7, Question::Rivals { runs: vec![8] }).expect("a rival") {
        Answer::Rivals(found) => {
            let paired = found[0].by_rows.expect("enough rows");
            let lead = mean(&judged[0].2, Metric::RocAuc) - mean(&judged[1].2, Metric::RocAuc);
            assert!((paired.lead - lead).abs() < 1e-12 && paired.interval.0 > 0.0, "{paired:?}");
        }
        other => panic!("{other:?}"),
    }
    // A line that is chosen on other folds needs other folds.
    match explain(&mut page, 7, DECIDE).expect("a line") {
        Answer::Decision { decision: Some(found), .. } => assert_eq!(found.elsewhere, None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_judged_run_comes_back_from_its_bytes_and_the_table_alone() {
    let csv = predicted(300);
    let mut page = Page::default();
    page.import("predicted.csv", &csv);
    let spec = JudgeSpec { positive: Some("no".into()), ..spec(true) };
    let (run, _, report, bytes) = judge(&mut page, spec).remove(0);
    assert_eq!(report.labels, ["yes", "no"]);
    let before = explain(&mut page, run, DECIDE).expect("a line");

    let mut fresh = Page::default();
    assert_eq!(
        fresh.ask(Request::Restore { run, bytes: bytes.clone() }, None),
        [Event::Restored { run, problem: None }]
    );
    fresh.import("predicted.csv", &csv);
    assert_eq!(explain(&mut fresh, run, DECIDE), Ok(before));

    // Another table is not the one that was judged.
    fresh.import("other.csv", &predicted(301));
    assert!(explain(&mut fresh, run, DECIDE).expect_err("other rows").event.starts_with("The table is not the one"));

    let mut cut = bytes.clone();
    cut.truncate(bytes.len() / 2);
    match &fresh.ask(Request::Restore { run: 90, bytes: cut }, None)[..] {
        [Event::Restored { run: 90, problem: Some(problem) }] => {
            assert!(problem.cure.contains("Judge them again"), "{problem:?}")
        }
        other => panic!("{other:?}"),
    }
    let mut newer = bytes;
    newer[8] = 99;
    assert!(matches!(
        &fresh.ask(Request::Restore { run: 91, bytes: newer }, None)[..],
        [Event::Restored { problem: Some(_), .. }]
    ));
}

#[test]
fn what_cannot_be_judged_says_why_and_leaves_nothing() {
    let mut page = Page::default();
    let events = page.ask(Request::Judge { ticket: 40, spec: spec(true), first_run: 7 }, None);
    assert_eq!(failure(&events).event, "There is no table yet.");
    page.import("predicted.csv", &predicted(100));
    let wrong = JudgeSpec { scores: vec!["plan".into()], ..spec(false) };
    let looked = page.ask(Request::LookAtPredictions { ticket: 39, spec: Some(wrong.clone()) }, None).pop();
    let Some(Event::LookedAtPredictions { look, .. }) = looked else { panic!("{looked:?}") };
    let problem = look.problem.expect("words are no scores");
    assert!(
        problem.place.starts_with("column “plan”, row ") && problem.event.contains("is no class of the truth"),
        "{problem:?}"
    );
    let events = page.ask(Request::Judge { ticket: 40, spec: wrong, first_run: 7 }, None);
    assert_eq!(failure(&events), &problem);
    assert!(explain(&mut page, 7, DECIDE).is_err());
}
