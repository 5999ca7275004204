//! A search on the page: how it begins and ends, what is kept of it, and what is said.

use hearth::job::{Event, Request, SearchStart, Ticket};
use hearth::metrics::Metric;
use hearth::studio::project::Project;
use hearth::studio::search::{HowToSearch, ensemble_words, search_board};
use hearth::studio::{Action, Command, Studio};
use hearth::tune::{Kind, Origin, SearchRecord, SearchSpec, Space, Trial};
use hearth::validate::{Blended, Found, Report};

use super::made_up::*;

fn with_search(studio: &mut Studio) {
    let mut design = studio.project.design.clone().expect("a design");
    let spaces = vec![Space::usual(Kind::Linear)];
    design.search = Some(SearchSpec { minutes: 1, spaces, ..SearchSpec::usual(1) });
    let commands = studio.update(Action::EditDesign { label: "Search".into(), design });
    studio.update(Action::Engine(Event::Checked { ticket: check_ticket(&commands), check: check() }));
}

fn asked(commands: &[Command]) -> (Ticket, Vec<u32>, u32, Option<SearchStart>) {
    let found = requests(commands).into_iter().find_map(|request| match request {
        Request::Train { ticket, candidates, first_run, search, .. } => {
            Some((*ticket, candidates.clone(), *first_run, search.clone()))
        }
        _ => None,
    });
    found.expect("a training was asked for")
}

fn record(studio: &Studio) -> SearchRecord {
    let design = studio.project.design.as_ref().expect("a design");
    let spec = design.search.clone().expect("a search");
    SearchRecord { spec, bases: vec![design.candidates[1].clone()], trials: Vec::new(), seconds: 0.0 }
}

fn trial(l2: f64, scores: &[f64]) -> Trial {
    Trial {
        space: 0,
        values: vec![l2],
        origin: Origin::Parzen,
        goal: scores.len().max(1) as u32,
        scores: (0..).zip(scores.iter().map(|score| Some(*score))).collect(),
        seconds: 0.1,
        failed: None,
    }
}

fn tell(studio: &mut Studio, ticket: Ticket, place: u32, trial: Trial) -> Vec<Command> {
    studio.update(Action::Engine(Event::TrialTold { ticket, place, trial, seconds: 3.0 }))
}

fn tick(studio: &mut Studio, now: f64) -> Vec<Command> {
    studio.update(Action::Tick { now, date: "2026-11-30T10:00:00Z".into() })
}

/// A studio whose search has begun, and its ticket.
fn searching() -> (Studio, Ticket, u32) {
    let mut studio = trained();
    with_search(&mut studio);
    assert_eq!(studio.train_label(), "Search for better settings (1 minute)");
    let (ticket, candidates, first, start) = asked(&studio.update(Action::Train));
    assert_eq!((candidates.len(), start), (0, Some(SearchStart::default())), "the models are trained already");
    let record = record(&studio);
    studio.update(Action::Engine(Event::SearchBegan { ticket, record }));
    (studio, ticket, first)
}

#[test]
fn trials_are_told_kept_and_listed_best_first() {
    let (mut studio, ticket, _) = searching();
    tell(&mut studio, ticket, 0, trial(1.0, &[]));
    insta::assert_snapshot!(search_board(&studio).expect("a search").sentence, @"Searching: 1 setting tried, 0 on every fold.");
    tell(&mut studio, ticket, 0, trial(1.0, &[0.8]));
    tell(&mut studio, ticket, 1, trial(10.0, &[0.9]));
    tell(&mut studio, ticket, 2, trial(30.0, &[0.8, 0.8, 0.8, 0.8, 0.8]));
    assert!(tell(&mut studio, ticket, 9, trial(2.0, &[])).is_empty(), "a message of another build");
    let board = search_board(&studio).expect("a search");
    insta::assert_snapshot!(board.sentence, @"Searching: 3 settings tried, 1 on every fold. Best so far: trial 3, linear, ROC AUC 0.8 on 5 folds.");
    insta::assert_snapshot!(board.caution, @"The folds that choose the settings score them too, so the best scores are a little too good (optimistic). The locked test set, which no trial has seen, tells the truth.");
    let listed: Vec<String> = board
        .trials
        .iter()
        .map(|t| format!("{} {} {} {} {} {}", t.number, t.name, t.score, t.folds, t.settings, t.origin))
        .collect();
    insta::assert_snapshot!(listed.join("\n"), @r"
    3 Linear 0.8 5 of 5 l2 30 near good ones (TPE)
    2 Linear 0.9 1 of 5 l2 10 near good ones (TPE)
    1 Linear 0.8 1 of 5 l2 1 near good ones (TPE)
    ");
    assert!(board.running && !board.can_go_on);
    // Kept with the project, written now and then.
    let kept = &studio.project.search.as_ref().expect("it is kept").record;
    assert_eq!(kept.trials.len(), 3);
    assert!(saves(&tell(&mut studio, ticket, 3, trial(3.0, &[0.7]))).is_empty(), "not at every trial");
    tick(&mut studio, 20_000.0);
    let commands = tell(&mut studio, ticket, 4, trial(4.0, &[0.7]));
    let (project, _) = saves(&commands)[0];
    let text = serde_json::to_string(project).expect("a document");
    let (read, _) = Project::read(&text).expect("it can be read");
    assert_eq!(read.search, project.search);
    assert_eq!(read.search.expect("a search").record.trials.len(), 5);
}

#[test]
fn the_budget_and_the_person_end_a_search_and_the_best_join_the_models() {
    let (mut studio, ticket, first) = searching();
    tick(&mut studio, 31_000.0);
    tell(&mut studio, ticket, 0, trial(10.0, &[0.9, 0.9, 0.9, 0.9, 0.9]));
    let left = studio.job.as_ref().and_then(|job| job.left).expect("it is told");
    assert!((left.least - 30.0).abs() < 1e-9 && !left.guess, "{left:?}");
    assert!(tick(&mut studio, 60_000.0).is_empty());
    let ends = |commands: &[Command]| requests(commands).contains(&&Request::EndSearch { ticket });
    let mut by_hand = studio.clone();
    assert!(ends(&by_hand.update(Action::Cancel)), "what is stopped keeps the best");
    assert!(requests(&by_hand.update(Action::Cancel)).contains(&&Request::Cancel { ticket }), "asked again, it stops");
    assert!(ends(&tick(&mut studio, 61_100.0)));
    assert!(tick(&mut studio, 62_000.0).is_empty(), "it is told once");
    let mut winner = studio.project.design.as_ref().expect("a design").candidates[1].clone();
    let hearth::model::ModelSpec::Linear(linear) = &mut winner.model else { panic!("linear") };
    linear.l2 = 10.0;
    let winners = vec![winner.clone()];
    studio.update(Action::Engine(Event::SearchEnded { ticket, winners, trials: vec![0], same: None, seconds: 60.0 }));
    assert_eq!(studio.project.design.as_ref().expect("a design").candidates[3], winner);
    assert_eq!(studio.untrained(), [3]);
    let found = Found { trial: 0, record: studio.project.search.as_ref().expect("kept").record.clone() };
    let report = Report { search: Some(found), ..report(0.9) };
    let (run, candidate) = (first + 3, 3);
    studio.update(Action::Engine(Event::RunFinished {
        ticket,
        run,
        candidate,
        report,
        bytes: vec![7],
        inputs: Vec::new(),
    }));
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    let run = studio.project.runs.last().expect("a run");
    assert_eq!((run.name.as_str(), run.spec()), ("Linear, found", Some(&winner)));
    assert_eq!(studio.stale_reason(run), None);
    assert_eq!(studio.selected_run, Some(run.id), "the best is selected");
    assert!(studio.untrained().is_empty() && !studio.search_is_due());
    assert_eq!(studio.project.next_run, first + 3 + 3, "numbers for all that might have been found");
    let board = search_board(&studio).expect("it stays");
    insta::assert_snapshot!(board.sentence, @"The search has tried 1 setting, 1 on every fold. Best: trial 1, linear, ROC AUC 0.9 on 5 folds.");
    assert!(board.can_go_on && !board.running);
    // Undo takes them out of the design, and another split makes the search void.
    let mut undone = studio.clone();
    undone.update(Action::Undo);
    assert_eq!(undone.project.design.as_ref().expect("a design").candidates.len(), 3);
    let mut design = studio.project.design.clone().expect("a design");
    design.split.folds = 4;
    studio.update(Action::EditDesign { label: "Folds".into(), design });
    assert_eq!(search_board(&studio), None);
    assert!(studio.search_is_due());
}

#[test]
fn a_search_that_was_cut_off_goes_on_and_one_that_is_over_can_be_done_again() {
    let (mut studio, ticket, _) = searching();
    tell(&mut studio, ticket, 0, trial(10.0, &[0.9]));
    let commands = studio.update(Action::RenameProject("Ship".into()));
    let (project, _) = saves(&commands)[0];
    let document = serde_json::to_string(project).expect("a document");
    let mut later = Studio::new(7);
    later.update(Action::Loaded(Box::new(Project::read(&document).expect("it can be read").0)));
    let notice = told(&later);
    assert!(
        notice.contains(
            "The search was cut off before its time was spent. | What it has tried is kept: 1 trial with scores."
        ),
        "{notice}"
    );
    assert!(notice.contains("[Go on with the search]"), "{notice}");

    studio.update(Action::Engine(Event::SearchEnded {
        ticket,
        winners: Vec::new(),
        trials: Vec::new(),
        same: None,
        seconds: 60.0,
    }));
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    assert!(told(&studio).contains("found none that is better than what the design has"), "{}", told(&studio));
    let mut again = studio.clone();
    let (ticket, candidates, _, start) = asked(&studio.update(Action::Search(HowToSearch::GoOn)));
    let start = start.expect("a search");
    assert_eq!((candidates.len(), start.trials.len(), start.replay, start.seconds), (0, 1, false, 60.0));
    assert!(studio.training.as_ref().is_some_and(|t| t.ticket == ticket));

    let kept = again.project.search.clone();
    let (ticket, _, _, start) = asked(&again.update(Action::Search(HowToSearch::Replay)));
    assert!(start.is_some_and(|start| start.replay && start.trials.len() == 1));
    let record = record(&again);
    again.update(Action::Engine(Event::SearchBegan { ticket, record }));
    tell(&mut again, ticket, 0, trial(10.0, &[0.9]));
    assert_eq!(again.project.search, kept, "what was found stays as it was");
    for (equal, said) in [(1, "1 trial done again: every score is the same"), (0, "1 trial came out otherwise")] {
        let mut told_of = again.clone();
        let same = Some((equal, 1));
        let event = Event::SearchEnded { ticket, winners: Vec::new(), trials: Vec::new(), same, seconds: 1.0 };
        told_of.update(Action::Engine(event));
        assert!(told(&told_of).contains(said), "{}", told(&told_of));
    }
}

#[test]
fn a_search_without_a_single_fit_says_so() {
    let (mut studio, ticket, _) = searching();
    tell(&mut studio, ticket, 0, trial(10.0, &[]));
    studio.update(Action::Engine(Event::SearchEnded {
        ticket,
        winners: Vec::new(),
        trials: Vec::new(),
        same: None,
        seconds: 60.0,
    }));
    assert!(
        told(&studio).contains("too short for a single fit of the search: give it more minutes"),
        "{}",
        told(&studio)
    );
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    insta::assert_snapshot!(search_board(&studio).expect("it is told").sentence, @"The time was too short for a single fit: give the search more minutes, or fewer kinds of models.");
    // A search of a design that asks for none.
    let mut without = trained();
    without.update(Action::Search(HowToSearch::New));
    assert!(told(&without).contains("The design asks for no search."));
}

#[test]
fn an_ensemble_is_made_of_what_counts_and_kept_only_where_it_is_better() {
    let mut studio = trained();
    assert_eq!(studio.blendable(), [3, 2], "the best first, and not the baseline");
    assert!(
        ensemble_words(&studio).expect("an offer").starts_with("An average of these 2 models may be better than each.")
    );
    let commands = studio.update(Action::Blend);
    let [Request::Blend { ticket, members, run }] = requests(&commands)[..] else { panic!("{commands:?}") };
    let (ticket, run) = (*ticket, *run);
    assert_eq!(members[..], [(3, "Neural network".to_owned()), (2, "Linear".to_owned())]);
    assert_eq!(ensemble_words(&studio), None, "one at a time");
    let told_of = Blended {
        members: vec![("Neural network".into(), 0.7), ("Linear".into(), 0.3)],
        greedy: true,
        metric: Metric::RocAuc,
        score: 0.87,
        single: 0.85,
    };
    let answer = |report: Option<Report>| {
        let told = told_of.clone();
        Action::Engine(Event::Blended { ticket, run, told, report, inputs: Vec::new(), bytes: vec![3] })
    };
    let mut worse = studio.clone();
    worse.update(answer(None));
    assert!(
        told(&worse).contains("ROC AUC 0.8700 against 0.8500 of the best single model. Nothing was added."),
        "{}",
        told(&worse)
    );
    assert_eq!((worse.project.runs.len(), worse.job.as_ref()), (3, None));
    let commands = studio.update(answer(Some(Report { blend: Some(told_of.clone()), ..report(0.87) })));
    assert!(commands.iter().any(|command| matches!(command, Command::StoreRun { bytes, .. } if bytes == &[3])));
    let made = studio.project.runs.last().expect("a run");
    assert_eq!((made.id, made.name.as_str(), made.spec()), (run, "Ensemble", None));
    assert_eq!((studio.stale_reason(made), studio.selected_run), (None, Some(run)));
    assert_eq!(studio.blendable(), [3, 2], "an ensemble is no member of another");
    assert!(studio.untrained().is_empty());
    insta::assert_snapshot!(told_of.members_words(), @"0.70 Neural network + 0.30 Linear");
    // With another split it no longer counts, and neither do its members.
    let mut design = studio.project.design.clone().expect("a design");
    design.split.seed += 1;
    studio.update(Action::EditDesign { label: "Seed".into(), design });
    assert!(studio.stale_reason(studio.project.runs.last().expect("a run")).is_some());
    studio.update(Action::Blend);
    assert!(told(&studio).contains("An ensemble needs two models besides the baseline that still count."));
}
