//! What still counts after a change, what is trained again, and what a choice of threshold reaches.

use hearth::dataset::{DatasetSpec, Task};
use hearth::design::Design;
use hearth::job::neural::{NeuralEvent, NeuralRequest};
use hearth::job::{DesignCheck, Event, InputFact, Request};
use hearth::model::{ClassWeights, ModelSpec};
use hearth::prepare::{InputKind, OnUnseen};
use hearth::studio::explain::TrustTab;
use hearth::studio::form::{FieldKind, fields};
use hearth::studio::leaderboard::leaderboard;
use hearth::studio::project::Project;
use hearth::studio::{Action, Command, Progressed, Stage, Studio, View};
use hearth::validate::conformal::{Cover, Level};

use super::made_up::*;

/// The candidates that a training was asked for, and their first run.
fn asked(commands: &[Command]) -> (Vec<u32>, u32) {
    let found = requests(commands).into_iter().find_map(|request| match request {
        Request::Train { candidates, first_run, .. } => Some((candidates.clone(), *first_run)),
        _ => None,
    });
    found.expect("a training was asked for")
}

fn edit(studio: &mut Studio, design: Design) -> Vec<Command> {
    studio.update(Action::EditDesign { label: "Edit".into(), design })
}

fn answer_check(studio: &mut Studio, commands: &[Command], check: DesignCheck) -> Vec<Command> {
    studio.update(Action::Engine(Event::Checked { ticket: check_ticket(commands), check }))
}

fn wider() -> Design {
    let mut wider = design();
    let ModelSpec::Network(network) = &mut wider.candidates[2].model else { panic!("the third is a network") };
    network.hidden = vec![8];
    wider
}

#[test]
fn only_what_changed_is_trained_again_and_its_cost_is_told() {
    let mut studio = trained();
    assert_eq!(studio.train_label(), "Train all 3 again (a few seconds)");
    let commands = edit(&mut studio, wider());
    answer_check(&mut studio, &commands, check());
    assert_eq!(studio.untrained(), [2]);
    assert_eq!(studio.train_label(), "Rerun what changed (a few seconds)");
    // A row of the run's network costs 24 weights (5 inputs, 4 units, 1 output) and 64 for itself; of the new one, with 8
    // units, 48 and 64. So what took 1 s takes 112 / 88 s, and as the size is another, up to 1.6 times that.
    let left = studio.expected(&[2]).expect("a run tells");
    assert!((left.most / 1.6 - 112.0 / 88.0).abs() < 1e-9 && !left.guess, "{left:?}");
    let (candidates, first) = asked(&studio.update(Action::Train));
    assert_eq!(candidates, [2]);
    let board = leaderboard(&studio).expect("rows");
    let live: Vec<&str> = board.rows.iter().filter(|r| r.score.live).map(|r| r.score.name.as_str()).collect();
    assert_eq!(live, ["Neural network"], "the others have their results");
    let ticket = studio.job.as_ref().map(|job| job.ticket).expect("a job");
    let run = Event::RunFinished {
        ticket,
        run: first + 2,
        candidate: 2,
        report: report(0.7),
        bytes: Vec::new(),
        inputs: Vec::new(),
    };
    studio.update(Action::Engine(run));
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    assert_eq!(studio.untrained(), [0u32; 0]);
    assert_eq!(studio.selected_run, Some(2), "the best of all that count: Linear");
    let (candidates, _) = asked(&studio.update(Action::Train));
    assert_eq!(candidates, [0, 1, 2], "everything counts, so everything is trained again");
}

#[test]
fn a_stale_stage_says_so_in_the_rail() {
    let mut studio = trained();
    let mut other = design();
    other.split.folds = 9;
    edit(&mut studio, other);
    for stage in [Stage::Train, Stage::Trust] {
        assert_eq!(studio.progressed(stage), Progressed::Stale, "{stage:?}");
        assert_eq!(studio.live_fact(stage), "made before a change", "{stage:?}");
    }
    assert_eq!(asked(&studio.update(Action::Train)).0, [0, 1, 2]);
}

#[test]
fn after_the_engines_death_the_rest_is_trained_once_the_table_is_back() {
    let mut studio = with_table();
    let (ticket, first) = train(&mut studio);
    let run = Event::RunFinished {
        ticket,
        run: first,
        candidate: 0,
        report: report(0.5),
        bytes: vec![1],
        inputs: Vec::new(),
    };
    studio.update(Action::Engine(run));
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    let import = import_ticket(&commands);
    let cure = studio.notices[0].cure.clone().expect("a button").1;
    let commands = studio.update(*cure);
    assert!(requests(&commands).is_empty(), "the table is still being read: {commands:?}");
    let commands = studio.update(imported(import, "people.csv"));
    let commands = answer_check(&mut studio, &commands, check());
    assert_eq!(asked(&commands), (vec![1, 2], 4), "what is complete is not trained again");
}

#[test]
fn a_training_that_ends_does_not_turn_the_page() {
    for (view, selected) in [(View::Stage(Stage::Trust), Some(1)), (View::Stage(Stage::Train), Some(2))] {
        let mut studio = with_table();
        let (ticket, first) = train(&mut studio);
        for (candidate, auc) in [(0, 0.5), (1, 0.8)] {
            let (run, report) = (first + candidate, report(auc));
            studio.update(Action::Engine(Event::RunFinished {
                ticket,
                run,
                candidate,
                report,
                bytes: Vec::new(),
                inputs: Vec::new(),
            }));
        }
        studio.update(Action::Show(view));
        studio.update(Action::SelectRun(Some(1)));
        studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
        assert_eq!(studio.selected_run, selected, "{view:?}");
        if selected == Some(1) {
            assert_eq!(told(&studio), "Information: Training is done; Linear scores best. [Look at it]\n");
        }
    }
}

#[test]
fn another_task_begins_with_its_own_defaults_and_undo_takes_all_of_it_back() {
    let mut studio = with_table();
    let mut tuned = wider();
    let ModelSpec::Linear(linear) = &mut tuned.candidates[1].model else { panic!("the second is linear") };
    linear.class_weights = ClassWeights::Given(vec![1.0, 2.0]);
    let commands = edit(&mut studio, tuned.clone());
    answer_check(&mut studio, &commands, check());
    tick(&mut studio, 9_000.0);
    let dataset = DatasetSpec { task: Some(Task::Regression), ..tuned.dataset.clone() };
    let commands =
        studio.update(Action::EditDesign { label: "Task".into(), design: Design { dataset, ..tuned.clone() } });
    let numbers = DesignCheck { task: Task::Regression, classes: Vec::new(), ..check() };
    let commands = answer_check(&mut studio, &commands, numbers.clone());
    let now = studio.project.design.clone().expect("a design");
    let default = Design::default_for(now.dataset.clone(), Task::Regression, 1_000, 2);
    for candidate in &now.candidates {
        let default = default.candidates.iter().find(|default| default.model.name() == candidate.model.name());
        assert_eq!(Some(&candidate.model), default.map(|default| &default.model));
    }
    assert_eq!(now.candidates[2].prepare, tuned.candidates[2].prepare, "preparation belongs to the columns");
    assert!(
        told(&studio).contains("so Linear and Neural network begin with the default settings"),
        "{}",
        told(&studio)
    );
    // The note goes with the view, once there was time to read it.
    for (now, view, stays) in [(9_500.0, Stage::Data, true), (15_000.0, Stage::Design, false)] {
        tick(&mut studio, now);
        studio.update(Action::Show(View::Stage(view)));
        assert_eq!(told(&studio).contains("begin with the default settings"), stays, "{view:?}: {}", told(&studio));
    }
    assert!(answer_check(&mut studio, &commands, numbers).is_empty(), "once");
    let commands = studio.update(Action::Undo);
    assert_eq!(studio.project.design, Some(tuned.clone()), "one step back");
    assert!(answer_check(&mut studio, &commands, check()).is_empty(), "what was tuned stays as it was");
    assert_eq!(studio.project.design, Some(tuned));
}

#[test]
fn a_design_from_text_keeps_its_own_settings() {
    let mut studio = with_table();
    let mut pasted = wider();
    pasted.dataset.task = Some(Task::Regression);
    let commands = edit(&mut studio, pasted.clone());
    answer_check(&mut studio, &commands, DesignCheck { task: Task::Regression, ..check() });
    assert_eq!(studio.project.design, Some(pasted));
}

#[test]
fn a_threshold_belongs_to_its_run_and_is_saved_undone_and_shipped() {
    let mut studio = trained();
    let commands = studio.update(Action::SetThreshold(0.3));
    assert_eq!(saves(&commands).len(), 1);
    assert_eq!(studio.undo_label(), Some("Threshold of Neural network"));
    studio.update(Action::SelectRun(Some(2)));
    assert_eq!(studio.threshold(), 0.5);
    studio.update(Action::SelectRun(Some(3)));
    assert_eq!(studio.threshold(), 0.3);

    let stored = serde_json::to_string(&studio.project).expect("a document");
    let back: Project = serde_json::from_str(&stored).expect("a project");
    let mut again = super::made_up::studio();
    again.update(Action::Loaded(Box::new(back)));
    assert_eq!(again.threshold_of(3), 0.3, "a reload keeps it");

    super::findings::look_through(&mut studio);
    let commands = studio.update(Action::MakePackage(3));
    let Some(Request::Package { ticket, about, .. }) = requests(&commands).first().copied() else {
        panic!("{commands:?}")
    };
    assert_eq!(about.threshold, Some(0.3));
    let package = hearth::job::PackageSummary {
        file_name: "people.zip".into(),
        files: Vec::new(),
        readme: String::new(),
        largest_deviation: 0.0,
        n_golden: 24,
        reveals: Vec::new(),
        sha256: String::new(),
    };
    studio.update(Action::Engine(Event::Packaged {
        ticket: *ticket,
        run: 3,
        package,
        bytes: Vec::new(),
        predictor: Ok(hearth::predictor::PackedModel { flavour: hearth::predictor::Flavour::Plain, bytes: Vec::new() }),
        question: hearth::job::Asked::default(),
    }));
    assert_eq!(studio.progressed(Stage::Ship), Progressed::Done);
    studio.update(Action::Undo);
    assert_eq!(studio.threshold(), 0.5);
    assert_eq!(studio.progressed(Stage::Ship), Progressed::Stale);
    let reason = studio.package_stale().expect("a reason").replace('\u{202f}', " ");
    assert_eq!(reason, "It was made with a threshold of 30 %; now it is 50 %.");
    studio.update(Action::Redo);
    assert_eq!((studio.threshold(), studio.package_stale()), (0.3, None));
}

#[test]
fn a_model_from_a_package_has_its_form_and_its_threshold_without_a_table() {
    let mut studio = super::made_up::studio();
    let commands = studio.update(Action::OpenPackage(file("model.zip")));
    let Some(Request::OpenPackage { ticket, run, .. }) = requests(&commands).first().copied() else {
        panic!("{commands:?}")
    };
    let fact = |name: &str, kind, range, usual| InputFact {
        name: name.into(),
        kind,
        range,
        has_time: false,
        levels: if kind == InputKind::Text { vec!["Cherbourg".into(), "Queenstown".into()] } else { Vec::new() },
        other: false,
        usual,
    };
    let inputs = vec![
        fact("age", InputKind::Number, Some((0.4, 80.0)), Some(28.0)),
        fact("port", InputKind::Text, None, None),
        fact("joined", InputKind::Date, Some((0.0, 86_400_000.0)), Some(86_400_000.0)),
    ];
    let opened = Event::PackageOpened {
        ticket: *ticket,
        run: *run,
        report: report(0.8),
        design: design(),
        threshold: Some(0.2),
        on_unseen: OnUnseen::Error,
        cover: Cover { level: Level::NinetyFive, by_class: true },
        inputs,
        bytes: vec![1],
    };
    studio.update(Action::Engine(opened));
    assert_eq!((studio.threshold(), studio.on_unseen()), (0.2, OnUnseen::Error));
    assert_eq!(studio.cover(), Cover { level: Level::NinetyFive, by_class: true });
    let form = fields(&studio, studio.current_run().expect("a run"));
    let seen: Vec<(&str, &str)> = form.iter().map(|f| (f.typical.as_str(), f.seen.as_str())).collect();
    assert_eq!(seen, [("28", "0.4 to 80"), ("Cherbourg", ""), ("1970-01-02", "1970-01-01 to 1970-01-02")]);
    assert_eq!(form[1].kind, FieldKind::Choice(vec!["Cherbourg".into(), "Queenstown".into()]));
}

#[test]
fn within_a_long_epoch_the_pace_comes_from_checkpoints() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    assert!(matches!(neural(&studio.update(device(false)))[..], [NeuralRequest::Train { .. }]));
    // The first is slow while programs are compiled, and says nothing.
    let kept = hearth::job::neural::Checkpoint { step: 1, seconds: 9.0, ..checkpoint(0) };
    studio.update(Action::Neural(NeuralEvent::Checkpoint { ticket, fit: 0, checkpoint: kept }));
    assert_eq!(studio.training.as_ref().map(|t| t.rows_per_second), Some(0.0));
    // One training row makes one step an epoch; of three epochs the second took half a second.
    let kept = hearth::job::neural::Checkpoint { step: 2, seconds: 9.5, ..checkpoint(0) };
    studio.update(Action::Neural(NeuralEvent::Checkpoint { ticket, fit: 0, checkpoint: kept }));
    assert_eq!(studio.training.as_ref().map(|t| t.rows_per_second), Some(2.0));
    // One epoch of the first fit is left, half a second; five more fits are to come, each likely as long as the first.
    let left = studio.job.as_ref().and_then(|j| j.left).expect("a time");
    assert!(left.least >= 0.5 && left.least <= left.most, "{left:?}");
}

#[test]
fn the_form_for_one_row_is_a_press_away_and_stays_open() {
    let mut studio = trained();
    studio.update(Action::ShowTrust(TrustTab::OneRow));
    assert_eq!((studio.view, studio.trust_tab), (View::Stage(Stage::Trust), TrustTab::OneRow));
    studio.update(Action::Show(View::Stage(Stage::Train)));
    studio.update(Action::Show(View::Stage(Stage::Trust)));
    assert_eq!(studio.trust_tab, TrustTab::OneRow, "the person comes back to where they were");
}

#[test]
fn what_was_said_of_one_project_does_not_stand_in_the_next() {
    let mut studio = with_table();
    let commands = drop_readable(&mut studio, file("ships.csv"));
    let nothing = Event::Imported { ticket: import_ticket(&commands), summary: summary("ships.csv"), suggestion: None };
    studio.update(Action::Engine(nothing));
    assert!(told(&studio).contains("No column was chosen to be predicted"), "{}", told(&studio));
    drop_readable(&mut studio, file("birds.csv"));
    let said = told(&studio);
    assert!(!said.contains("No column") && said.contains("ships is in the list"), "{said}");
}

#[test]
fn what_is_done_with_strange_rows_belongs_to_a_run_and_is_saved_undone_and_shipped() {
    let mut studio = trained();
    assert_eq!(studio.on_unseen(), OnUnseen::Flag);
    let commands = studio.update(Action::SetOnUnseen(OnUnseen::Abstain));
    assert_eq!(saves(&commands).len(), 1);
    assert!(studio.update(Action::SetOnUnseen(OnUnseen::Abstain)).is_empty(), "nothing has changed");
    assert_eq!(studio.undo_label(), Some("Rows unlike the training of Neural network"));
    assert_eq!((studio.on_unseen_of(3), studio.on_unseen_of(2)), (OnUnseen::Abstain, OnUnseen::Flag));

    let stored = serde_json::to_string(&studio.project).expect("a document");
    let back: Project = serde_json::from_str(&stored).expect("a project");
    assert_eq!(back.choices.of(3).map(|choice| choice.on_unseen), Some(OnUnseen::Abstain));

    super::findings::look_through(&mut studio);
    let asked = |commands: &[Command]| requests(commands).first().copied().cloned();
    let row = vec![("age".to_owned(), "900".to_owned())];
    let commands = studio.update(Action::PredictRow(3, row));
    assert!(matches!(asked(&commands), Some(Request::PredictRow { on_unseen: OnUnseen::Abstain, .. })), "{commands:?}");
    let commands = studio.update(Action::MakePackage(3));
    let Some(Request::Package { about, .. }) = asked(&commands) else { panic!("{commands:?}") };
    assert_eq!(about.on_unseen, OnUnseen::Abstain);

    studio.update(Action::Undo);
    assert_eq!(studio.on_unseen(), OnUnseen::Flag);
    studio.update(Action::Redo);
    assert_eq!(studio.on_unseen(), OnUnseen::Abstain);
}
