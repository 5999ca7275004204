//! Proposals of how to split: offered with a reason, taken and given back by one press; and roles that bring a split along.

use hearth::dataset::Role;
use hearth::job::Event;
use hearth::job::Request;
use hearth::split::propose::Proposal;
use hearth::split::{SplitFacts, SplitKind, SplitSpec};
use hearth::studio::design_edits::{by_group, by_time, role_of, with_role};
use hearth::studio::{Action, Studio};
use hearth::validate::Naive;

use super::made_up::*;

fn group() -> Proposal {
    Proposal::Group { column: "port".into(), reason: "Rows of one “port” agree.".into() }
}

fn rounds() -> Proposal {
    Proposal::Repeats { repeats: 3, reason: "Few rows.".into() }
}

/// A table whose profile has just proposed something.
fn proposed(proposals: Vec<Proposal>) -> Studio {
    let mut studio = with_table();
    // Another target is another question, so the table is looked at again.
    let mut edited = design();
    edited.dataset.target = "port".into();
    let commands = studio.update(Action::EditDesign { label: "Predict port".into(), design: edited });
    let ticket = profile_ticket(&commands);
    studio.update(Action::Engine(Event::Proposed { ticket, proposals: vec![group()] }));
    let commands = studio.update(Action::EditDesign { label: "Predict survived".into(), design: design() });
    assert!(studio.proposals.is_empty(), "they were about another target");
    let late = ticket;
    let ticket = profile_ticket(&commands);
    studio.update(Action::Engine(Event::Proposed { ticket: late, proposals: vec![group()] }));
    assert!(studio.proposals.is_empty(), "an answer that came too late");
    studio.update(Action::Engine(Event::Proposed { ticket, proposals }));
    studio
}

fn profile_ticket(commands: &[hearth::studio::Command]) -> hearth::job::Ticket {
    requests(commands)
        .into_iter()
        .find_map(|request| if let Request::Profile { ticket, .. } = request { Some(*ticket) } else { None })
        .expect("the table is looked at")
}

fn kind(studio: &Studio) -> SplitKind {
    studio.project.design.as_ref().expect("a design").split.kind
}

#[test]
fn a_proposal_is_taken_and_given_back_by_one_press() {
    let mut studio = proposed(vec![group(), rounds()]);
    let offers = studio.offers();
    let labels: Vec<(&str, bool)> = offers.iter().map(|offer| (offer.label.as_str(), offer.taken)).collect();
    assert_eq!(labels, [("Keep each port together", false), ("Deal them 3 times", false)]);
    assert_eq!(offers[0].reason, "Rows of one “port” agree.");
    assert!(!studio.split_is_guess());
    let commands = studio.update(offers[0].action.clone());
    assert_eq!(kind(&studio), SplitKind::Group { repeats: 1 });
    assert_eq!(role_of(studio.project.design.as_ref().expect("a design"), "port"), Role::Group);
    assert!(studio.split_is_guess() && studio.offers()[0].taken);
    // The test set is another, so the table is looked at again; what was proposed stays meanwhile.
    let Some(Request::Profile { target: Some((spec, split)), .. }) =
        requests(&commands).into_iter().find(|request| matches!(request, Request::Profile { .. }))
    else {
        panic!("{commands:?}");
    };
    assert_eq!(
        (&spec.roles[..], split.kind),
        (&[("port".to_owned(), Role::Group)][..], SplitKind::Group { repeats: 1 })
    );
    assert_eq!(studio.proposals.len(), 2);
    let deal = studio.offers()[1].action.clone();
    studio.update(deal);
    assert_eq!(kind(&studio), SplitKind::Group { repeats: 3 });
    let back = studio.offers()[0].action.clone();
    assert_eq!(studio.offers()[0].label, "Split at random");
    studio.update(back);
    assert_eq!(kind(&studio), SplitKind::Random { repeats: 3 });
    for _ in 0..3 {
        studio.update(Action::Undo);
    }
    assert_eq!(studio.project.design, Some(design()));
    let commands = studio.update(studio.offers()[1].action.clone());
    assert!(!requests(&commands).iter().any(|r| matches!(r, Request::Profile { .. })), "the same test set");
}

#[test]
fn roles_bring_their_split_along() {
    let order: Vec<String> = ["age", "port", "survived"].map(str::to_owned).to_vec();
    let with = |design: &hearth::design::Design, name: &str, role| with_role(design, &order, &[name.to_owned()], role);
    let grouped = with(&design(), "port", Role::Group);
    assert_eq!(grouped.split.kind, SplitKind::Group { repeats: 1 });
    let other = with(&grouped, "age", Role::Group);
    assert_eq!((role_of(&other, "age"), role_of(&other, "port")), (Role::Group, Role::Id));
    assert_eq!(with(&grouped, "port", Role::Feature).split.kind, SplitKind::Random { repeats: 1 });
    assert_eq!(with(&grouped, "age", Role::Sensitive).split.kind, grouped.split.kind);
    let timed = with(&grouped, "age", Role::Time);
    assert_eq!((timed.split.kind, role_of(&timed, "port")), (SplitKind::FORWARD, Role::Group));
    assert_eq!(with(&timed, "age", Role::Feature).split.kind, SplitKind::Group { repeats: 1 });
    let forward = by_time(&grouped, &order, "age");
    assert_eq!((forward.split.kind, role_of(&forward, "port")), (SplitKind::FORWARD, Role::Id));
    let back = by_group(&forward, &order, "port");
    assert_eq!((back.split.kind, role_of(&back, "age")), (SplitKind::Group { repeats: 1 }, Role::Feature));
}

#[test]
fn a_run_is_stale_when_the_split_is_another_and_says_how() {
    let mut studio = trained();
    let order: Vec<String> = ["age", "port", "survived"].map(str::to_owned).to_vec();
    studio.update(Action::EditDesign { label: "Keep together".into(), design: by_group(&design(), &order, "port") });
    let reason = studio.stale_reason(&studio.project.runs[1]).expect("stale");
    assert_eq!(reason, "Changed since: column port: keeps its rows together and rows are split by group.");
}

#[test]
fn the_naive_claim_of_one_candidate_stands_beside_the_others() {
    let mut studio = trained();
    assert_eq!(studio.naive_line(&studio.project.runs[2]), None);
    let facts =
        SplitFacts { kind: SplitKind::FORWARD, column: Some("day".into()), n_folds: 5, ..SplitFacts::default() };
    let claimed = report(0.93);
    for run in &mut studio.project.runs {
        run.report.split = facts.clone();
    }
    studio.project.runs[1].report =
        hearth::validate::Report { naive: Some(Naive::of(&claimed)), split: facts, ..report(0.71) };
    let line = studio.naive_line(&studio.project.runs[1]).expect("its own");
    assert_eq!(line, "A random split would have claimed ROC AUC 0.93; forwards by “day” it is 0.71 (0.69–0.73).");
    let beside = studio.naive_line(&studio.project.runs[2]).expect("of the linear model");
    assert!(
        beside.starts_with("A random split would have claimed ROC AUC 0.93 for Linear; forwards by “day” it is 0.71"),
        "{beside}"
    );
    let mut other = studio.project.runs[2].clone();
    other.design.split = SplitSpec { folds: 7, ..SplitSpec::default() };
    assert_eq!(studio.naive_line(&other), None, "another split");
}
