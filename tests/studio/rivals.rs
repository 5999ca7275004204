//! The chosen candidate beside the others: asked by itself, told in a sentence and a table, and carried into the package.

use hearth::explain::{Answer, Question, Rival};
use hearth::job::{Event, Request, RunId};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::neighbours::NeighboursSpec;
use hearth::studio::decide::sentences;
use hearth::studio::explain::TrustTab;
use hearth::studio::project::Run;
use hearth::studio::rivals::{how, table};
use hearth::studio::{Action, Stage, Studio, View};
use hearth::validate::compare::{DeLong, McNemar, Verdict};
use hearth::validate::decide::{Counts, Decision, Estimate, Rule, Worths};
use hearth::validate::{Blended, Fit};

use super::made_up::{requests, tick, told, trained};
use hearth::studio::gates::Gate;
use hearth::validate::redteam::{self, Probe, Trial};

/// Scores that differ from fold to fold: of the linear model and the network.
fn jitter(studio: &mut Studio, linear: [f64; 5], network: [f64; 5]) {
    let set = |run: &mut Run, folds: [f64; 5]| {
        let found = run.report.scores.iter_mut().find(|s| s.metric == Metric::RocAuc);
        found.expect("scored").folds = folds.map(Some).into();
    };
    for run in &mut studio.project.runs {
        match run.name.as_str() {
            "Linear" => set(run, linear),
            "Neural network" => set(run, network),
            _ => {}
        }
    }
}

#[test]
fn a_clear_lead_is_told_with_its_chance_and_an_unclear_one_as_not_enough_data() {
    let mut studio = trained();
    jitter(&mut studio, [0.80, 0.81, 0.79, 0.80, 0.80], [0.85, 0.855, 0.845, 0.85, 0.86]);
    let found = studio.comparison(studio.current_run().expect("a run")).expect("a rival");
    assert_eq!(found.against.len(), 1, "guessing is no rival");
    assert_eq!(found.against[0].verdict, Verdict::Better);
    assert!(
        found.sentence.starts_with("Neural network by ROC AUC: better than Linear. Its chance of being the best of 3")
    );
    assert!(found.best.is_some_and(|chance| chance > 0.97), "{:?}", found.best);
    let contest = studio.contest_at_hand().expect("three on the same folds");
    let chances = contest.chances();
    assert!((chances.iter().map(|(_, chance)| chance).sum::<f64>() - 1.0).abs() < 1e-9, "{chances:?}");

    jitter(&mut studio, [0.80, 0.86, 0.79, 0.85, 0.80], [0.85, 0.82, 0.845, 0.80, 0.86]);
    let found = studio.comparison(studio.current_run().expect("a run")).expect("a rival");
    assert_eq!(found.against[0].verdict, Verdict::Unclear);
    assert!(found.sentence.contains("not enough data to tell from Linear"), "{}", found.sentence);
    let lines = studio.comparison_lines(studio.current_run().expect("a run"));
    assert_eq!(lines.len(), 2);
    assert!(lines[1].starts_with("Linear: ahead by 0.0"), "{lines:?}");
}

#[test]
fn what_was_validated_otherwise_is_not_compared() {
    let mut studio = trained();
    studio.project.runs[1].design.split.seed = 43;
    assert_eq!(studio.comparison(studio.current_run().expect("a run")), None);
    assert!(studio.contest_at_hand().is_some_and(|contest| contest.runs.len() == 2), "guessing was, on the same folds");
}

#[test]
fn trust_asks_for_the_rows_by_itself_and_shows_them_adjusted() {
    let mut studio = trained();
    let commands = studio.update(Action::Show(View::Stage(Stage::Trust)));
    assert_eq!(studio.trust_tab, TrustTab::Findings);
    let asked = |commands: &[hearth::studio::Command]| {
        requests(commands).into_iter().find_map(|request| match request {
            Request::Explain { ticket, run, question: Question::Rivals { runs } } => {
                Some((*ticket, *run, runs.clone()))
            }
            _ => None,
        })
    };
    let (ticket, run, runs) = asked(&commands).expect("asked by itself");
    let linear: RunId = studio.project.runs[1].id;
    assert_eq!((Some(run), runs), (studio.selected_run, vec![linear]));
    let rival = Rival {
        run: linear,
        mcnemar: Some(McNemar { only_first: 40, only_second: 21, p_value: 0.02 }),
        by_rows: None,
        delong: Some(DeLong { lead: 0.03, variance: 1e-4, p_value: 0.0027 }),
        without: None,
    };
    let answer = Answer::Rivals(vec![rival]);
    assert_eq!(asked(&studio.update(Action::Engine(Event::Explained { ticket, run, answer }))), None, "it is told");
    let run = studio.current_run().expect("a run").clone();
    let found = studio.comparison(&run).expect("a rival");
    let (headers, rows) = table(&studio, &run, &found);
    assert_eq!(headers.len(), rows[0].len());
    assert_eq!(rows[0][0], "Linear");
    assert_eq!(rows[0][5], "40 : 21, p 0.02");
    assert_eq!(rows[0][6], "0.03, p 0.0027");
    assert!(how(&studio, &run, &found).contains("the same means within 0.01 either way"));
}

fn decision(threshold: f64) -> Decision {
    let estimate = |value: f64| Estimate { value, interval: Some((value - 0.05, value + 0.05)) };
    Decision {
        rule: Rule::Worth,
        worths: Worths::default(),
        threshold,
        counts: Counts { found: 240, missed: 80, false_alarm: 80, left_alone: 400 },
        worth: estimate(-0.2),
        precision: Some(estimate(0.75)),
        recall: Some(estimate(0.75)),
        elsewhere: Some(-0.21),
        none: -0.4,
        all: -0.6,
    }
}

#[test]
fn a_wish_leads_to_a_line_that_travels_with_its_reason() {
    let mut studio = trained();
    studio.project.runs.retain(|run| run.name != "Linear");
    let commands = studio.update(Action::Show(View::Stage(Stage::Trust)));
    let asked = |commands: &[hearth::studio::Command]| {
        requests(commands).into_iter().find_map(|request| match request {
            Request::Explain { ticket, run, question: Question::Decide { rule, worths } } => {
                Some((*ticket, *run, *rule, *worths))
            }
            _ => None,
        })
    };
    let (ticket, run, rule, worths) = asked(&commands).expect("asked by itself");
    assert_eq!((rule, worths), (Rule::Worth, Worths::default()));
    let commands = studio.update(Action::Wish { rule: Rule::Recall(0.8), worths });
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::Cancel { ticket: t } if *t == ticket)));
    let commands = studio.update(Action::Wish { rule, worths });
    let (ticket, ..) = asked(&commands).expect("asked again");
    let answer = Answer::Decision { rule, worths, decision: Some(decision(0.3)) };
    studio.update(Action::Engine(Event::Explained { ticket, run, answer }));
    studio.update(Action::TakeDecision);
    assert_eq!(studio.threshold(), 0.3);
    let told = sentences(studio.decided(studio.current_run().expect("a run")), rule, Fit::All);
    assert_eq!(
        told[0],
        "Flag from a probability of 30\u{202f}%, since it brings the most worth: 40\u{202f}% of the rows, of which 75\u{202f}% \
         (70–80) rightly; that finds 75\u{202f}% (70–80) of the positives."
    );
    assert!(told[1].starts_with("A hundred rows are then worth \u{2212}20 (\u{2212}25 to \u{2212}15)"), "{}", told[1]);
    assert!(told[1].ends_with("Chosen on other folds than it is measured on, it comes to \u{2212}21."), "{}", told[1]);
    // Later: quick repetitions of an edit are one step of undo.
    tick(&mut studio, 60_000.0);
    studio.update(Action::SetThreshold(0.4));
    assert_eq!(studio.decided(studio.current_run().expect("a run")), None, "the person has moved it");
    studio.update(Action::Undo);
    assert!(studio.decided(studio.current_run().expect("a run")).is_some());
    assert!(
        sentences(None, Rule::Precision(0.9), Fit::All)[0]
            .contains("No threshold makes 90\u{202f}% of the flagged ones right")
    );
}

#[test]
fn a_package_is_made_only_after_an_attack_and_a_closed_gate_opens_for_a_written_reason() {
    let mut studio = trained();
    let run = studio.selected_run.expect("a run");
    studio.project.runs.iter_mut().for_each(|run| run.red_team = None);
    let commands = studio.update(Action::MakePackage(run));
    let asked = requests(&commands).into_iter().find_map(|request| match request {
        Request::Explain { ticket, question: Question::RedTeam { .. }, .. } => Some(*ticket),
        _ => None,
    });
    let ticket = asked.expect("the attack comes first");
    assert!(studio.attack_line().is_some_and(|line| line.contains("prove it wrong")));
    let trial =
        Trial { probe: Probe::Groups, verdict: redteam::Verdict::Failed, finding: "Rows of one who leak.".into() };
    let answer = Answer::RedTeam(vec![trial]);
    let commands = studio.update(Action::Engine(Event::Explained { ticket, run, answer }));
    let packages = |commands: &[hearth::studio::Command]| -> Vec<Vec<String>> {
        let about = |request: &&Request| match request {
            Request::Package { about, .. } => Some(about.gates.clone()),
            _ => None,
        };
        requests(commands).iter().filter_map(about).collect()
    };
    assert!(packages(&commands).is_empty(), "the gate is closed");
    assert!(told(&studio).contains("“No leak was found”"), "{}", told(&studio));
    assert_eq!(studio.view, View::Stage(Stage::Ship));
    let gate = Gate::Leakage;
    studio.update(Action::OverrideGate { run, gate, reason: "no".into() });
    assert!(studio.project.overrides.is_empty(), "that is no reason");
    let reason = "Every person is known at the time.".to_owned();
    studio.update(Action::OverrideGate { run, gate, reason: reason.clone() });
    studio.update(Action::Undo);
    assert_eq!(studio.project.overrides.len(), 1, "undo does not take it back");
    // The rows are still being looked at: the package waits for that, as it does for every run.
    let commands = studio.update(Action::MakePackage(run));
    let lines = studio.gates(studio.current_run().expect("a run"));
    assert!(lines.iter().any(|state| state.overridden.as_deref() == Some(reason.as_str())));
    if let [lines] = packages(&commands).as_slice() {
        assert!(lines.iter().any(|line| line.contains(&reason)) && lines.iter().any(|line| line.contains("who leak")));
    }
    // Another finding asks anew.
    let found = studio.project.runs.iter_mut().find(|r| r.id == run).expect("a run");
    found.red_team.as_mut().expect("tried")[0].finding = "Rows of one place leak.".into();
    assert!(studio.gates(studio.current_run().expect("a run"))[0].stops());
}

#[test]
fn a_model_that_carries_rows_leaves_for_a_written_reason_alone() {
    let mut studio = trained();
    let run = studio.selected_run.expect("a run");
    let gate = |studio: &Studio| {
        let gates = studio.gates(studio.run(run).expect("a run"));
        gates.into_iter().find(|state| state.gate == Gate::Rows)
    };
    assert_eq!(gate(&studio), None, "others are not asked about");
    let found = studio.project.runs.iter_mut().find(|found| found.id == run).expect("a run");
    found.report.split.n_fitted = 7_000;
    let at = found.candidate as usize;
    found.design.candidates[at].model = ModelSpec::Neighbours(NeighboursSpec::default());
    let state = gate(&studio).expect("a gate of its own");
    assert!(state.stops());
    assert_eq!(state.finding, "2,000 rows of the data leave with it, and whoever gets it can read them.");
    let makes = |commands: &[hearth::studio::Command]| {
        requests(commands).iter().any(|request| matches!(request, Request::Package { .. }))
    };
    assert!(!makes(&studio.update(Action::MakePackage(run))));
    assert!(told(&studio).contains("“It carries no rows of the data”"), "{}", told(&studio));
    let reason = "The rows are public.".to_owned();
    studio.update(Action::OverrideGate { run, gate: Gate::Rows, reason: reason.clone() });
    let state = gate(&studio).expect("a gate of its own");
    assert_eq!((state.stops(), state.overridden.as_deref()), (false, Some(reason.as_str())));
    assert!(studio.project.overrides.iter().any(|kept| kept.run == run && kept.reason == reason), "it is kept");
    // Fewer rows than it may carry are all of them.
    let found = studio.project.runs.iter_mut().find(|found| found.id == run).expect("a run");
    found.report.split.n_fitted = 300;
    assert!(gate(&studio).expect("a gate").stops(), "another finding asks anew");
    // An average carries what its members carry.
    let found = studio.project.runs.iter_mut().find(|found| found.id == run).expect("a run");
    found.candidate = Blended::CANDIDATE;
    let members = |name: &str| Blended {
        members: vec![("Linear".into(), 0.5), (name.to_owned(), 0.5)],
        greedy: true,
        metric: Metric::LogLoss,
        score: 0.4,
        single: 0.5,
    };
    found.report.blend = Some(members("Neural network"));
    assert_eq!(found.carries(), None);
    found.report.blend = Some(members("Nearest neighbours"));
    assert_eq!(found.carries(), Some(300));
}
