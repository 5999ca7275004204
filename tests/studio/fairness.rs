//! Groups of people on Trust: asked for where a column is sensitive, again when the line moves, told in words, and carried into the
//! package.

use hearth::dataset::Role;
use hearth::explain::{Answer, Question};
use hearth::job::{Event, Request, RunId, Ticket};
use hearth::studio::checks::Outcome;
use hearth::studio::explain::TrustTab;
use hearth::studio::fairness::{caveat, gaps, how, proxies, sentence, small, table, what_if};
use hearth::studio::{Action, Command, Stage, Studio, View};
use hearth::validate::decide::Estimate;
use hearth::validate::fairness::{
    Along, Attribute, ByGroup, Fairness, Gap, GapKind, Group, Measure, Outcome as Told, Proxy,
};

use super::made_up::{requests, saves, tick, trained};

fn about(value: f64) -> Estimate {
    Estimate { value, interval: Some((value - 0.03, value + 0.03)) }
}

fn gap(kind: GapKind, measure: Measure, value: f64, clear: bool) -> Gap {
    Gap {
        kind,
        estimate: about(value),
        measure,
        highest: 0,
        lowest: 1,
        clearest: (measure, 0, 1),
        p_value: if clear { 0.0004 } else { 0.4 },
        clear,
    }
}

/// Men are called 40 % of the time, women `women`.
fn found(threshold: f64, women: f64, clear: bool) -> Fairness {
    let group = |name: &str, n, judged| Group { name: name.into(), n, judged };
    let by = |measure, a, b| ByGroup { measure, groups: vec![Some(about(a)), Some(about(b)), None] };
    let measures = vec![
        by(Measure::Selection, 0.4, women),
        by(Measure::TruePositive, 0.7, women + 0.3),
        by(Measure::FalsePositive, 0.2, women - 0.1),
        by(Measure::Precision, 0.6, 0.6),
        by(Measure::Accuracy, 0.8, 0.8),
        by(Measure::Predicted, 0.41, 0.35),
        by(Measure::Observed, 0.38, 0.36),
        by(Measure::Error, 0.03, -0.01),
    ];
    let gaps = vec![
        gap(GapKind::Selection, Measure::Selection, 0.4 - women, clear),
        gap(GapKind::SelectionRatio, Measure::Selection, women / 0.4, clear),
        gap(GapKind::Opportunity, Measure::TruePositive, 0.4 - women, clear),
        gap(GapKind::Odds, Measure::TruePositive, 0.4 - women, clear),
        gap(GapKind::Accuracy, Measure::Accuracy, 0.0, false),
        gap(GapKind::Error, Measure::Error, 0.04, false),
    ];
    let along = |group, called| Along { group, n: 200, positives: 80, called: vec![called; 99], hit: vec![40; 99] };
    let outcome = Told { class: Some("yes".into()), measures, gaps, along: vec![along(0, 80), along(1, 50)] };
    Fairness {
        threshold: Some(threshold),
        n_rows: 410,
        n_compared: 5,
        n_replicates: 1_000,
        clustered: false,
        attributes: vec![Attribute {
            columns: vec!["sex".into()],
            groups: vec![group("male", 200, true), group("female", 200, true), group("other", 10, false)],
            n_small: 2,
            outcomes: vec![outcome],
            proxies: vec![Proxy { column: "job".into(), strength: 0.61 }],
        }],
        left_out: Vec::new(),
    }
}

/// A trained studio whose runs were made with a sensitive column.
fn sensitive() -> Studio {
    let mut studio = trained();
    let mark = |roles: &mut Vec<(String, Role)>| roles.push(("port".into(), Role::Sensitive));
    studio.project.runs.iter_mut().for_each(|run| mark(&mut run.design.dataset.roles));
    mark(&mut studio.project.design.as_mut().expect("a design").dataset.roles);
    studio
}

fn asked(commands: &[Command]) -> Option<(Ticket, RunId, f64)> {
    requests(commands).into_iter().find_map(|request| match request {
        Request::Explain { ticket, run, question: Question::Fairness { threshold } } => {
            Some((*ticket, *run, *threshold))
        }
        _ => None,
    })
}

fn tell(studio: &mut Studio, ticket: Ticket, run: RunId, fairness: Fairness) -> Vec<Command> {
    let answer = Answer::Fairness(fairness);
    studio.update(Action::Engine(Event::Explained { ticket, run, answer }))
}

#[test]
fn it_is_asked_where_a_column_is_sensitive_and_again_when_the_line_moves() {
    let mut plain = trained();
    assert_eq!(asked(&plain.update(Action::Show(View::Stage(Stage::Trust)))), None, "no column tells people apart");

    let mut studio = sensitive();
    let (ticket, run, threshold) = asked(&studio.update(Action::Show(View::Stage(Stage::Trust)))).expect("by itself");
    assert_eq!(threshold, 0.5);
    // While it is being answered the line is moved twice; then it is asked once more, for where it stands.
    assert_eq!(asked(&studio.update(Action::SetThreshold(0.4))), None, "one at a time");
    assert_eq!(asked(&studio.update(Action::SetThreshold(0.3))), None);
    let commands = tell(&mut studio, ticket, run, found(0.5, 0.2, true));
    assert!(!saves(&commands).is_empty(), "it is kept");
    let (ticket, _, threshold) = asked(&commands).expect("again");
    assert_eq!(threshold, 0.3);
    assert!(studio.fairness_now(studio.run(run).expect("a run")).is_none(), "of another line");
    let commands = tell(&mut studio, ticket, run, found(0.3, 0.2, true));
    assert_eq!(asked(&commands), None);
    assert_eq!(asked(&studio.update(Action::ShowTrust(TrustTab::Groups))), None, "it is known");
    // Later, so that it is an edit of its own.
    tick(&mut studio, 60_000.0);
    assert!(asked(&studio.update(Action::SetThreshold(0.35))).is_some());
    let commands = studio.update(Action::Undo);
    assert_eq!(studio.threshold(), 0.3);
    assert_eq!(asked(&commands), None, "what was found fits again");
    assert!(studio.fairness_now(studio.run(run).expect("a run")).is_some());
}

#[test]
fn what_was_found_is_said_with_what_it_does_not_mean() {
    let told = found(0.3, 0.2, true);
    let (attribute, outcome) = (&told.attributes[0], &told.attributes[0].outcomes[0]);
    assert_eq!(
        sentence(attribute, outcome),
        "“yes” is said of 40\u{202f}% (37–43) of male and of 20\u{202f}% (17–23) of female: 0.50 (0.47–0.53) times as often, below \
         four fifths (the four-fifths rule). Also, of those who are “yes”, 70\u{202f}% (67–73) of male are found and 50\u{202f}% (47–53) \
         of female."
    );
    assert!(caveat(&trained().project.runs[1].report).contains("cannot all hold at once"));
    assert_eq!(
        proxies(attribute).as_deref(),
        Some(
            "Learned columns that tell sex apart best, 0 to 1: job (0.61). The model can know through these what it was not \
             given."
        )
    );
    assert_eq!(small(attribute).as_deref(), Some("2 groups are not shown: fewer than 5 rows, or beyond the largest."));
    let (headers, rows) = table(&trained().project.runs[1].report, attribute, outcome);
    assert_eq!(headers.len(), 9);
    assert!(rows.iter().all(|row| row.len() == headers.len()));
    assert_eq!(rows[2][..3], ["other", "10: not enough to tell", "–"]);
    let (headers, rows) = gaps(attribute, outcome);
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| row.len() == headers.len()));
    assert_eq!(rows[0][1..], ["20 points", "17–23", "male", "female", "below 0.001", "yes"]);
    assert_eq!(rows[1][1], "0.50");
    assert_eq!(
        what_if(attribute, outcome, 40).as_deref(),
        Some(
            "With the line at 40\u{202f}%: called 40\u{202f}% of male to 25\u{202f}% of female (0.62 times as often, below four \
             fifths); found 50\u{202f}% of each; called by mistake 33\u{202f}% of male to 8.3\u{202f}% of female. \
             Without intervals: draw the line there to have them."
        )
    );
    assert!(how(&told).contains("adjusted for the pairs of groups and for all 5 gaps"), "{}", how(&told));

    let none = found(0.3, 0.38, false);
    let (attribute, outcome) = (&none.attributes[0], &none.attributes[0].outcomes[0]);
    assert!(sentence(attribute, outcome).starts_with("No gap between these groups is clear; “yes” is said of 40"));
    let mut few = none.clone();
    few.attributes[0].groups[1].judged = false;
    few.attributes[0].outcomes[0].gaps.clear();
    assert_eq!(
        sentence(&few.attributes[0], &few.attributes[0].outcomes[0]),
        "Not enough rows to tell: only male has the 20 tested rows that it takes to be compared, and for a rate 10 rows that \
         it is a share of."
    );
}

#[test]
fn a_clear_gap_is_a_doubt_that_the_package_tells_and_too_few_rows_are_no_pass() {
    let mut studio = sensitive();
    let (ticket, run, _) = asked(&studio.update(Action::Show(View::Stage(Stage::Trust)))).expect("asked");
    let check = |studio: &Studio| {
        let checks = studio.run_checks(studio.run(run).expect("a run"));
        let own = checks.into_iter().find(|check| check.name == "Groups of people fare alike").expect("a check");
        (own.outcome, own.finding)
    };
    assert_eq!(check(&studio), (Outcome::Unknown, "It was not looked at yet.".into()));
    tell(&mut studio, ticket, run, found(0.5, 0.2, true));
    let (outcome, finding) = check(&studio);
    assert_eq!(outcome, Outcome::Doubtful);
    assert!(finding.starts_with("By sex: “yes” is said of 40"), "{finding}");

    super::findings::look_through(&mut studio);
    let commands = studio.update(Action::MakePackage(run));
    let about = requests(&commands).into_iter().find_map(|request| match request {
        Request::Package { about, .. } => Some(about.clone()),
        _ => None,
    });
    let told = about.expect("packaged").groups.expect("it travels");
    assert!(told.lines[0].starts_with("By sex: “yes” is said of 40"), "{:?}", told.lines);
    assert!(told.found.attributes[0].outcomes[0].along.is_empty(), "the curves stay here");
    assert_eq!(told.tables.len(), 2);

    // Moved since: said to be of the line before.
    studio.update(Action::SetThreshold(0.4));
    assert_eq!(check(&studio).0, Outcome::Unknown);
    let other = |women, clear| {
        let mut studio = sensitive();
        let (ticket, run, _) = asked(&studio.update(Action::Show(View::Stage(Stage::Trust)))).expect("asked");
        tell(&mut studio, ticket, run, found(0.5, women, clear));
        let checks = studio.run_checks(studio.run(run).expect("a run"));
        checks.into_iter().find(|check| check.name == "Groups of people fare alike").expect("a check").outcome
    };
    assert_eq!(other(0.38, false), Outcome::Passed, "all gaps are small for sure");
    assert_eq!(other(0.25, false), Outcome::Unknown, "one could hide");
}
