//! The studio: what actions do to the state, and what they ask of the browser.

use hearth::dataset::{DatasetSpec, Role, Task};
use hearth::design::Design;
use hearth::job::neural::{Checkpoint, DeviceReport, NeuralEvent, NeuralRequest};
use hearth::job::{DesignCheck, Event, Preview, Problem, Request, RunId, Suggestion, TableSummary, Ticket};
use hearth::metrics::Metric;
use hearth::model::linear::LinearSpec;
use hearth::model::network::{
    Activation, CurvePoint, Network, NetworkData, NetworkSpec, NetworkTarget, Schedule, TrainingRecord,
};
use hearth::model::{ClassWeights, Head, ModelSpec};
use hearth::pipeline::PipelineSpec;
use hearth::prepare::{Impute, Matrix, PrepareSpec, Scaling};
use hearth::split::SplitSpec;
use hearth::studio::command_list::{self, Pressed};
use hearth::studio::project::{PROJECT_VERSION, Project, ProjectSummary};
use hearth::studio::{
    Action, Command, FileHandle, JobKind, PlaygroundAction, PlaygroundModel, PlaygroundSource, Progressed, Saved,
    Stage, Studio, View,
};
use hearth::table::ColumnType;
use hearth::table::csv::CsvSettings;
use hearth::table::profile::{ColumnProfile, Shape};
use hearth::validate::{ClassCurves, ClassViews, HoldoutReport, Report, Score, ThresholdPoint, Views};

// What the tests are made of.

fn studio() -> Studio {
    let mut studio = Studio::new(7);
    tick(&mut studio, 1_000.0);
    studio.update(Action::Engine(Event::Ready { version: "0".into() }));
    studio
}

fn tick(studio: &mut Studio, now: f64) {
    let seconds = (now / 1000.0) as u32;
    studio.update(Action::Tick { now, date: format!("2026-11-23T16:00:{:02}Z", seconds % 60) });
}

fn file(name: &str) -> FileHandle {
    FileHandle { key: 1, name: name.into(), n_bytes: 120 }
}

fn column(name: &str, column_type: ColumnType) -> ColumnProfile {
    ColumnProfile {
        name: name.into(),
        column_type,
        n_missing: 0,
        n_distinct: 3,
        missing_spellings: Vec::new(),
        shape: Shape::Levels { top: vec![("secret-value".into(), 4)] },
    }
}

fn summary(name: &str) -> TableSummary {
    TableSummary {
        name: name.into(),
        n_bytes: 120,
        sha256: "abc".into(),
        n_rows: 1_000,
        settings: CsvSettings::default(),
        columns: vec![
            column("age", ColumnType::Number),
            column("port", ColumnType::Category),
            column("survived", ColumnType::Boolean),
        ],
        warnings: Vec::new(),
        n_warnings: 2,
    }
}

fn network_spec() -> NetworkSpec {
    NetworkSpec {
        hidden: vec![4],
        activation: Activation::Relu,
        dropout: 0.0,
        weight_decay: 0.0,
        learning_rate: 0.01,
        schedule: Schedule::Constant,
        batch_size: 8,
        epochs: 3,
        patience: None,
        validation_share: 0.2,
        class_weights: ClassWeights::Equal,
        seed: 1,
    }
}

fn design() -> Design {
    let prepare = PrepareSpec {
        impute: Impute::Median,
        missing_indicator: true,
        scaling: Scaling::Standard,
        min_category_rows: 1,
        max_categories: 10,
    };
    let spec = |model| PipelineSpec { prepare: prepare.clone(), model };
    Design {
        dataset: DatasetSpec { target: "survived".into(), task: None, positive: None, roles: Vec::new() },
        split: SplitSpec::default(),
        metric: None,
        candidates: vec![
            spec(ModelSpec::Baseline),
            spec(ModelSpec::Linear(LinearSpec { l2: 1.0, max_iterations: 10, class_weights: ClassWeights::Equal })),
            spec(ModelSpec::Network(network_spec())),
        ],
    }
}

fn check() -> DesignCheck {
    DesignCheck {
        task: Task::Binary,
        classes: vec![("no".into(), 600), ("yes".into(), 400)],
        n_rows: 1_000,
        n_missing_target: 0,
        n_holdout: 200,
        fold_sizes: vec![160; 5],
        features: vec!["age".into(), "port".into()],
        left_out: Vec::new(),
        problems: Vec::new(),
        doubts: Vec::new(),
    }
}

fn report(auc: f64) -> Report {
    let score = |metric, mean: f64, baseline: f64| Score {
        metric,
        folds: vec![Some(mean); 5],
        mean: Some(mean),
        deviation: Some(0.01),
        interval: Some((mean - 0.02, mean + 0.02)),
        baseline: Some(baseline),
    };
    Report {
        task: Task::Binary,
        target: "survived".into(),
        labels: vec!["no".into(), "yes".into()],
        n_rows: 800,
        n_holdout: 200,
        n_features: 2,
        n_prepared: 5,
        scores: vec![score(Metric::Accuracy, 0.8, 0.6), score(Metric::RocAuc, auc, 0.5)],
        views: Views::Classes(ClassViews {
            confusion: vec![400, 80, 80, 240],
            n_classes: 2,
            curves: vec![ClassCurves {
                class: 1,
                n_positive: 320,
                n_negative: 480,
                thresholds: vec![
                    ThresholdPoint { threshold: 1.1, true_positive: 0, false_positive: 0 },
                    ThresholdPoint { threshold: 0.5, true_positive: 240, false_positive: 80 },
                    ThresholdPoint { threshold: 0.0, true_positive: 320, false_positive: 480 },
                ],
                calibration: Vec::new(),
            }],
        }),
        holdout: None,
        fit_seconds: 1.0,
        left_out: Vec::new(),
        notes: Vec::new(),
        training: None,
    }
}

fn network_data() -> NetworkData {
    NetworkData {
        features: Matrix { values: vec![0.0; 4], n_rows: 2, n_columns: 2 },
        target: NetworkTarget::Classes { codes: vec![0, 1], n_classes: 2, weights: vec![1.0, 1.0] },
        n_train: 1,
    }
}

fn network() -> Network {
    Network { input_scale: vec![1.0, 1.0], layers: Vec::new(), activation: Activation::Relu, head: Head::Softmax }
}

fn checkpoint(epoch: u32) -> Checkpoint {
    Checkpoint {
        epoch,
        step: epoch * 10,
        tensors: Vec::new(),
        sums: [Vec::new(), Vec::new()],
        best: None,
        best_epoch: epoch,
        best_loss: 0.5,
        curve: Vec::new(),
        seconds: 1.0,
    }
}

/// The engine's requests among the commands.
fn requests(commands: &[Command]) -> Vec<&Request> {
    commands
        .iter()
        .filter_map(|command| match command {
            Command::Engine { request, .. } | Command::EngineWithData { request, .. } => Some(request),
            _ => None,
        })
        .collect()
}

fn import_ticket(commands: &[Command]) -> Ticket {
    requests(commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Import { ticket, .. } => Some(*ticket),
            _ => None,
        })
        .expect("an import was asked for")
}

fn check_ticket(commands: &[Command]) -> Ticket {
    requests(commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Check { ticket, .. } => Some(*ticket),
            _ => None,
        })
        .expect("a check was asked for")
}

fn saves(commands: &[Command]) -> Vec<(&Project, Option<&FileHandle>)> {
    commands
        .iter()
        .filter_map(|command| match command {
            Command::Save(project, file) => Some((&**project, file.as_ref())),
            _ => None,
        })
        .collect()
}

fn imported(ticket: Ticket, name: &str) -> Action {
    let suggestion = Some(Suggestion { design: design(), reason: "It is the last column.".into() });
    Action::Engine(Event::Imported { ticket, summary: summary(name), suggestion })
}

/// A studio with a table whose design was checked.
fn with_table() -> Studio {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    let commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    let ticket = check_ticket(&commands);
    studio.update(Action::Engine(Event::Checked { ticket, check: check() }));
    studio.update(Action::Stored(Ok(())));
    studio
}

/// Begin a training; its ticket and first run.
fn train(studio: &mut Studio) -> (Ticket, RunId) {
    let commands = studio.update(Action::Train);
    requests(&commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Train { ticket, first_run, .. } => Some((*ticket, *first_run)),
            _ => None,
        })
        .expect("a training was asked for")
}

/// A studio with three trained candidates.
fn trained() -> Studio {
    let mut studio = with_table();
    let (ticket, first) = train(&mut studio);
    for (candidate, auc) in [(0, 0.5), (1, 0.8), (2, 0.85)] {
        studio.update(Action::Engine(Event::RunFinished {
            ticket,
            run: first + candidate,
            candidate,
            report: report(auc),
            bytes: vec![candidate as u8],
        }));
    }
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    studio
}

fn told(studio: &Studio) -> String {
    studio
        .notices
        .iter()
        .map(|n| {
            let cure = n.cure.as_ref().map_or(String::new(), |(label, _)| format!(" [{label}]"));
            let p = &n.problem;
            let parts: Vec<&str> = [&p.place, &p.event, &p.kept, &p.cure]
                .into_iter()
                .map(String::as_str)
                .filter(|s| !s.is_empty())
                .collect();
            format!("{:?}: {}{cure}\n", n.tone, parts.join(" | "))
        })
        .collect()
}

// Import.

#[test]
fn a_dropped_file_is_previewed_and_read_at_once() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    let requests = requests(&commands);
    assert!(matches!(requests[0], Request::Preview { settings: None, .. }), "{requests:?}");
    assert!(matches!(requests[1], Request::Import { settings: None, .. }), "{requests:?}");
    assert_eq!(studio.view, View::Stage(Stage::Data));
    assert_eq!(studio.project.name, "people");
    assert_eq!(studio.job.as_ref().map(|job| job.kind), Some(JobKind::Import));
    assert_eq!(studio.progressed(Stage::Data), Progressed::Begun);
}

#[test]
fn a_table_brings_a_guess_that_is_marked_as_one() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    let commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    assert_eq!(studio.project.design, Some(design()));
    assert_eq!(studio.target_guess.as_deref(), Some("It is the last column."));
    assert_eq!(studio.live_fact(Stage::Data), "1,000 rows, 2 warnings");
    let saves = saves(&commands);
    assert_eq!(saves.len(), 1);
    assert_eq!(saves[0].1, Some(&file("people.csv")), "the first save carries the file");
    let other = Design { dataset: DatasetSpec { target: "port".into(), ..design().dataset }, ..design() };
    studio.update(Action::EditDesign { label: "Predict port".into(), design: other });
    assert_eq!(studio.target_guess, None, "a choice is no guess");
}

#[test]
fn later_saves_leave_the_file_where_it_is() {
    let mut studio = with_table();
    let commands = studio.update(Action::RenameProject("Ships".into()));
    assert_eq!(saves(&commands), vec![(&studio.project.clone(), None)]);
    assert_eq!(studio.saved, Saved::Saving);
}

#[test]
fn answers_that_nobody_waits_for_are_dropped() {
    let mut studio = with_table();
    let before = studio.clone();
    studio.update(imported(9_999, "other.csv"));
    studio.update(Action::Engine(Event::Checked { ticket: 9_999, check: check() }));
    studio.update(Action::Engine(Event::Viewed { ticket: 9_999, n_rows: 3 }));
    studio.update(Action::Engine(Event::RunFinished {
        ticket: 9_999,
        run: 1,
        candidate: 1,
        report: report(0.9),
        bytes: Vec::new(),
    }));
    studio.update(Action::Engine(Event::Failed { ticket: 9_999, error: Problem::default() }));
    studio.update(Action::Neural(NeuralEvent::Fitted {
        ticket: 9_999,
        fit: 0,
        network: network(),
        record: TrainingRecord::default(),
    }));
    assert_eq!(studio, before);
}

#[test]
fn a_file_that_cannot_be_read_leaves_an_empty_project_and_a_cure() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("photo.csv")));
    let error = Problem { place: "photo.csv".into(), event: "This is an image.".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::Failed { ticket: import_ticket(&commands), error }));
    assert_eq!(studio.view, View::Home);
    assert_eq!(studio.job, None);
    assert_eq!(told(&studio), "Failure: photo.csv | This is an image. [Choose a file]\n");
}

#[test]
fn settings_are_changed_with_a_live_preview_and_undone() {
    let mut studio = with_table();
    let settings = CsvSettings { delimiter: b';', ..CsvSettings::default() };
    let commands = studio.update(Action::ChangeImport(settings.clone()));
    let ticket = studio.import.as_ref().map(|draft| draft.ticket).expect("a draft");
    assert!(matches!(requests(&commands)[0], Request::Preview { settings: Some(s), .. } if *s == settings));
    let preview = Preview { settings: settings.clone(), columns: Vec::new(), rows: Vec::new(), warnings: Vec::new() };
    studio.update(Action::Engine(Event::Previewed { ticket, preview: preview.clone() }));
    assert_eq!(studio.import.as_ref().and_then(|draft| draft.preview.clone()), Some(preview));
    let commands = studio.update(Action::ConfirmImport);
    let read = TableSummary { settings: settings.clone(), ..summary("people.csv") };
    let ticket = import_ticket(&commands);
    studio.update(Action::Engine(Event::Imported { ticket, summary: read, suggestion: None }));
    assert_eq!(studio.project.data.as_ref().map(|d| d.settings.delimiter), Some(b';'));
    assert_eq!(studio.project.design, Some(design()), "the design outlives a change of settings");
    assert_eq!(studio.undo_label(), Some("Change how the file is read"));
    let commands = studio.update(Action::Undo);
    assert!(matches!(requests(&commands)[0], Request::Import { settings: Some(s), .. } if s.delimiter == b','));
    assert_eq!(studio.redo_label(), Some("Change how the file is read"));
}

#[test]
fn a_change_of_settings_that_fails_did_not_happen() {
    let mut studio = with_table();
    let before = studio.project.clone();
    let commands = studio.update(Action::Reimport(CsvSettings { delimiter: b'|', ..CsvSettings::default() }));
    let ticket = import_ticket(&commands);
    studio.update(Action::Engine(Event::Failed { ticket, error: Problem::default() }));
    assert_eq!(studio.undo_label(), None);
    assert_eq!(studio.project.data, before.data);
    assert_eq!(studio.project.design, before.design);
    assert!(studio.table.is_some());
}

#[test]
fn another_file_starts_another_project_and_leaves_a_way_back() {
    let mut studio = with_table();
    let former = studio.project.id.clone();
    studio.update(Action::FileDropped(file("ships.csv")));
    assert_ne!(studio.project.id, former);
    assert_eq!(studio.project.name, "ships");
    assert_eq!(told(&studio), "Information: ships.csv starts a new project. people is in the list. [Go back to it]\n");
}

// Edits.

#[test]
fn edits_are_undone_and_redone_with_their_label() {
    let mut studio = with_table();
    let mut edited = design();
    edited.split.folds = 10;
    let commands = studio.update(Action::EditDesign { label: "Use 10 folds".into(), design: edited.clone() });
    assert_eq!(requests(&commands).len(), 1, "the design is checked again");
    assert_eq!(studio.undo_label(), Some("Use 10 folds"));
    studio.update(Action::RenameProject("Ships".into()));
    studio.update(Action::Undo);
    assert_eq!(studio.project.name, "people");
    studio.update(Action::Undo);
    assert_eq!(studio.project.design, Some(design()));
    assert_eq!((studio.undo_label(), studio.redo_label()), (None, Some("Use 10 folds")));
    studio.update(Action::Redo);
    assert_eq!(studio.project.design, Some(edited));
    studio.update(Action::EditDesign { label: "Go back".into(), design: design() });
    assert_eq!(studio.redo_label(), None, "a new edit ends the other future");
}

#[test]
fn keystrokes_in_a_field_are_one_edit() {
    let mut studio = with_table();
    for (i, folds) in [6, 7, 8].into_iter().enumerate() {
        tick(&mut studio, 5_000.0 + i as f64 * 200.0);
        let mut edited = design();
        edited.split.folds = folds;
        studio.update(Action::EditDesign { label: "Change the folds".into(), design: edited });
    }
    studio.update(Action::Undo);
    assert_eq!(studio.project.design, Some(design()));
    assert_eq!(studio.undo_label(), None);
}

#[test]
fn undo_does_not_touch_runs_looks_and_log() {
    let mut studio = trained();
    let mut edited = design();
    edited.split.folds = 10;
    studio.update(Action::EditDesign { label: "Use 10 folds".into(), design: edited });
    open_holdout(&mut studio);
    let before = studio.project.clone();
    studio.update(Action::Undo);
    assert_eq!(studio.project.runs, before.runs);
    assert_eq!((studio.project.looks, &studio.project.log), (1, &before.log));
}

// Training.

fn open_holdout(studio: &mut Studio) -> RunId {
    let run = studio.selected_run.expect("a run is selected");
    let commands = studio.update(Action::OpenHoldout(run));
    let ticket = requests(&commands)
        .into_iter()
        .find_map(|request| match request {
            Request::OpenHoldout { ticket, look, .. } => Some((*ticket, *look)),
            _ => None,
        })
        .expect("the test set was asked for");
    let report = HoldoutReport { scores: Vec::new(), baseline: Vec::new(), views: report(0.8).views, look: ticket.1 };
    studio.update(Action::Engine(Event::HoldoutOpened { ticket: ticket.0, run, report, bytes: vec![1] }));
    run
}

#[test]
fn training_keeps_what_is_complete_and_selects_the_best() {
    let mut studio = trained();
    let names: Vec<&str> = studio.project.runs.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["Baseline", "Linear", "Neural network"]);
    assert_eq!(studio.selected_run, Some(3));
    assert_eq!(studio.job, None);
    assert_eq!(studio.live_fact(Stage::Train), "3 candidates");
    assert_eq!(studio.progressed(Stage::Train), Progressed::Done);
    assert_eq!(studio.live_fact(Stage::Trust), "5 folds, test set unopened");
    let (ticket, first) = train(&mut studio);
    assert_eq!(first, 4, "run numbers are never used again");
    studio.update(Action::Engine(Event::RunFinished {
        ticket,
        run: first,
        candidate: 1,
        report: report(0.7),
        bytes: Vec::new(),
    }));
    assert_eq!(studio.project.runs.last().map(|r| r.name.clone()), Some("Linear (2)".into()));
}

#[test]
fn one_candidate_may_fail_alone() {
    let mut studio = with_table();
    let (ticket, first) = train(&mut studio);
    let error = Problem { place: "Linear".into(), event: "The weights are no numbers.".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::CandidateFailed { ticket, candidate: 1, error }));
    studio.update(Action::Engine(Event::RunFinished {
        ticket,
        run: first,
        candidate: 0,
        report: report(0.5),
        bytes: Vec::new(),
    }));
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    assert_eq!(studio.project.runs.len(), 1);
    assert_eq!(told(&studio), "Failure: Linear | The weights are no numbers. [Look at the design]\n");
}

#[test]
fn a_design_with_a_problem_is_not_trained() {
    let mut studio = with_table();
    let commands = studio.update(Action::EditDesign {
        label: "Choose a constant".into(),
        design: Design { metric: Some(Metric::F1), ..design() },
    });
    let problem = Problem { event: "The target has one value.".into(), ..Problem::default() };
    let blocked = DesignCheck { problems: vec![problem], ..check() };
    studio.update(Action::Engine(Event::Checked { ticket: check_ticket(&commands), check: blocked }));
    assert_eq!(studio.progressed(Stage::Design), Progressed::Blocked);
    assert!(requests(&studio.update(Action::Train)).is_empty());
    let entry = command_list::commands(&studio).into_iter().find(|e| e.id == "train").expect("a command");
    assert_eq!(entry.enabled, Err("The target has one value.".into()));
}

fn begin_network(studio: &mut Studio) -> (Ticket, Vec<Command>) {
    let (ticket, _) = train(studio);
    let commands = studio.update(Action::Engine(Event::FitNetwork {
        ticket,
        fit: 0,
        spec: network_spec(),
        data: network_data(),
        purpose: "Neural network: fold 1 of 5".into(),
    }));
    (ticket, commands)
}

fn device(gpu: bool) -> Action {
    let name = if gpu { "WebGPU, card" } else { "CPU, SIMD128" };
    Action::Neural(NeuralEvent::Device { report: DeviceReport { gpu, name: name.into(), reason: String::new() } })
}

fn neural(commands: &[Command]) -> Vec<&NeuralRequest> {
    commands.iter().filter_map(|c| if let Command::Neural(request) = c { Some(request) } else { None }).collect()
}

#[test]
fn a_network_waits_for_the_device_and_its_answer_goes_to_the_engine() {
    let mut studio = with_table();
    let (ticket, commands) = begin_network(&mut studio);
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Start { .. }]), "{commands:?}");
    assert!(studio.update(Action::Neural(NeuralEvent::Ready)).is_empty(), "it is told its device once");
    let commands = studio.update(device(true));
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Train { resume: None, fit: 0, .. }]), "{commands:?}");
    let point = CurvePoint {
        epoch: 1,
        step: 4,
        train_loss: 0.7,
        validation_loss: 0.8,
        train_score: 0.5,
        validation_score: 0.5,
    };
    studio.update(Action::Neural(NeuralEvent::Progress {
        ticket,
        fit: 0,
        point,
        epochs: 3,
        rows_per_second: 1e5,
        seconds_left: 12.0,
    }));
    let training = studio.training.clone().expect("a training");
    assert_eq!((training.curve, training.rows_per_second), (vec![point], 1e5));
    assert_eq!(studio.job.as_ref().and_then(|job| job.seconds_left), Some(12.0));
    let record = TrainingRecord::default();
    let fitted = NeuralEvent::Fitted { ticket, fit: 0, network: network(), record };
    let commands = studio.update(Action::Neural(fitted.clone()));
    assert!(matches!(requests(&commands)[..], [Request::NetworkFitted { fit: 0, .. }]), "{commands:?}");
    assert!(studio.update(Action::Neural(fitted)).is_empty(), "an answer counts once");
}

#[test]
fn a_lost_device_goes_on_from_the_checkpoint_then_on_the_cpu_then_gives_up() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    studio.update(device(true));
    studio.update(Action::Neural(NeuralEvent::Checkpoint { ticket, fit: 0, checkpoint: checkpoint(12) }));
    let commands = studio.update(Action::Neural(NeuralEvent::DeviceLost { message: "the card went away".into() }));
    assert_eq!(commands, vec![Command::RestartWorker { neural: true }]);
    let restarted = || Action::WorkerRestarted { neural: true, message: "ended".into() };
    let commands = studio.update(restarted());
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Start { .. }]), "{commands:?}");
    let commands = studio.update(device(true));
    let [NeuralRequest::Train { resume: Some(resume), .. }] = neural(&commands)[..] else {
        panic!("the fit goes on: {commands:?}");
    };
    assert_eq!(resume.epoch, 12);
    insta::assert_snapshot!(told(&studio), @"Doubt: The trainer | It ended and was started again (the card went away). | Training goes on from epoch 12, with the weights as they were then. | If it happens again, train with the CPU. [Use the CPU]");
    let commands = studio.update(restarted());
    assert!(
        matches!(neural(&commands)[..], [NeuralRequest::Start { choice: hearth::job::neural::DeviceChoice::Cpu }]),
        "{commands:?}"
    );
    studio.update(device(false));
    let commands = studio.update(restarted());
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::NetworkFailed { fit: 0, .. })), "{commands:?}");
}

#[test]
fn pause_and_resume_reach_both_workers() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    let commands = studio.update(Action::Pause);
    assert_eq!(
        commands,
        vec![Command::Engine { request: Request::Pause { ticket }, file: None }, Command::Neural(NeuralRequest::Pause)]
    );
    assert_eq!(studio.live_fact(Stage::Train), "paused");
    assert!(studio.update(Action::Pause).is_empty());
    let commands = studio.update(Action::Resume);
    assert_eq!(commands[1], Command::Neural(NeuralRequest::Resume));
}

#[test]
fn stop_asks_for_the_best_so_far_and_twice_does_not_wait() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    studio.update(device(true));
    let commands = studio.update(Action::Cancel);
    assert_eq!(
        commands,
        vec![
            Command::Engine { request: Request::Cancel { ticket }, file: None },
            Command::Neural(NeuralRequest::Cancel { ticket })
        ]
    );
    assert!(studio.is_training(), "the network's best weights are still to come");
    let commands = studio.update(Action::Cancel);
    assert!(commands.contains(&Command::RestartWorker { neural: true }));
    assert_eq!(studio.job, None);
}

#[test]
fn a_new_engine_gets_table_and_runs_back() {
    let mut studio = trained();
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    let requests = requests(&commands);
    assert!(matches!(requests[0], Request::Import { settings: Some(_), .. }), "{requests:?}");
    let restored: Vec<RunId> =
        requests.iter().filter_map(|r| if let Request::Restore { run, .. } = r { Some(*run) } else { None }).collect();
    assert_eq!(restored, [1, 2, 3]);
    assert!(matches!(commands[0], Command::EngineWithData { .. }), "the file comes from storage");
    studio.update(Action::Engine(Event::Restored { run: 3, problem: None }));
    assert!(!studio.restoring);
}

#[test]
fn a_training_that_dies_with_the_engine_keeps_what_is_complete() {
    let mut studio = with_table();
    let (ticket, first) = train(&mut studio);
    studio.update(Action::Engine(Event::RunFinished {
        ticket,
        run: first,
        candidate: 0,
        report: report(0.5),
        bytes: vec![1],
    }));
    studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    assert_eq!(studio.project.runs.len(), 1);
    assert!(!studio.is_training());
    insta::assert_snapshot!(told(&studio), @"Failure: The engine | The engine ended and was started again (out of memory). | Candidates that were complete are kept. | Train again. [Train again]");
}

#[test]
fn looks_at_the_test_set_are_counted() {
    let mut studio = trained();
    let run = open_holdout(&mut studio);
    assert_eq!(studio.project.looks, 1);
    assert_eq!(studio.progressed(Stage::Trust), Progressed::Done);
    open_holdout(&mut studio);
    assert_eq!(studio.project.looks, 2);
    assert_eq!(studio.run(run).and_then(|r| r.report.holdout.as_ref()).map(|h| h.look), Some(2));
    assert!(studio.project.log.iter().any(|l| l.what == "Opened the test set for Neural network (look 2)."));
}

#[test]
fn a_removed_run_can_be_brought_back() {
    let mut studio = trained();
    let before = studio.project.runs.clone();
    studio.update(Action::DeleteRun(3));
    assert_eq!(studio.selected_run, Some(2));
    assert_eq!(told(&studio), "Information: Neural network was removed. [Bring it back]\n");
    studio.update(Action::BringBackRun(3));
    assert_eq!(studio.project.runs, before);
    assert!(studio.notices.is_empty());
}

#[test]
fn stale_runs_say_what_changed() {
    let mut studio = trained();
    let reason = |studio: &Studio| studio.current_run().and_then(|run| studio.stale_reason(run));
    assert_eq!(reason(&studio), None);
    let mut edited = design();
    edited.dataset.roles = vec![("port".into(), Role::Ignore)];
    studio.update(Action::EditDesign { label: "Ignore port".into(), design: edited });
    assert_eq!(reason(&studio).as_deref(), Some("port has another role since."));
    assert_eq!(studio.progressed(Stage::Train), Progressed::Stale);
    assert_eq!(studio.progressed(Stage::Trust), Progressed::Stale);
    studio.update(Action::Undo);
    assert_eq!(reason(&studio), None, "undo makes it current again");
    let mut edited = design();
    edited.candidates.remove(2);
    studio.update(Action::EditDesign { label: "Without a network".into(), design: edited });
    assert_eq!(reason(&studio).as_deref(), Some("The settings of Neural network have changed since."));
}

#[test]
fn a_package_is_downloaded_as_it_was_checked() {
    let mut studio = trained();
    let commands = studio.update(Action::MakePackage(2));
    let Some(Request::Package { ticket, run, about }) = requests(&commands).first().copied().cloned() else {
        panic!("a package was asked for: {commands:?}");
    };
    assert_eq!((run, about.threshold, about.project.as_str()), (2, None, "people"));
    let package = hearth::job::PackageSummary {
        file_name: "people.zip".into(),
        files: Vec::new(),
        readme: String::new(),
        largest_deviation: 1e-7,
        n_golden: 24,
        reveals: Vec::new(),
        sha256: "ff".into(),
    };
    studio.update(Action::Engine(Event::Packaged { ticket, run: 2, package, bytes: vec![1, 2, 3] }));
    assert_eq!(studio.live_fact(Stage::Ship), "24 golden rows checked");
    let commands = studio.update(Action::DownloadPackage);
    assert!(
        matches!(&commands[0], Command::Download { name, bytes, .. } if name == "people.zip" && *bytes == [1, 2, 3])
    );
    assert_eq!(
        studio.project.log.last().map(|l| l.what.as_str()),
        Some("Downloaded the package of Linear (SHA-256 ff).")
    );
}

// Projects.

#[test]
fn a_second_tab_only_looks() {
    let mut studio = trained();
    studio.update(Action::OtherTab(true));
    let before = studio.project.clone();
    assert!(studio.update(Action::Train).is_empty());
    assert!(studio.update(Action::RenameProject("x".into())).is_empty());
    assert_eq!(studio.project, before);
    insta::assert_snapshot!(told(&studio), @r"
    Doubt: people | This project is open in another tab. | Here it can be looked at; only the other tab saves changes. | Close the other tab to go on here.
    Doubt: This project is open in another tab, so nothing can be changed here. Close it there and go on here. [Open the list of projects]
    ");
    let commands = studio.update(Action::OtherTab(false));
    assert_eq!(commands, vec![Command::LoadProject(before.id)], "the other tab may have changed it");
    assert!(studio.notices.is_empty());
}

#[test]
fn a_private_session_stores_nothing() {
    let mut studio = studio();
    studio.update(Action::NewProject { private: true });
    let mut all = studio.update(Action::FileDropped(file("people.csv")));
    let ticket = import_ticket(&all);
    all.extend(studio.update(imported(ticket, "people.csv")));
    let (ticket, first) = train(&mut studio);
    all.extend(studio.update(Action::Engine(Event::RunFinished {
        ticket,
        run: first,
        candidate: 0,
        report: report(0.5),
        bytes: vec![1],
    })));
    all.extend(studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false })));
    let stores = all.iter().any(|c| matches!(c, Command::Save(..) | Command::StoreRun { .. }));
    assert!(!stores, "{all:?}");
    assert_eq!(studio.saved, Saved::Nothing);
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "gone".into() });
    assert!(
        commands.iter().any(|c| matches!(c, Command::Engine { request: Request::Import { .. }, file: Some(_) })),
        "the table comes back from the file in the browser's hands: {commands:?}"
    );
}

#[test]
fn another_file_does_not_end_a_private_session_without_a_word() {
    let mut studio = studio();
    studio.update(Action::NewProject { private: true });
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    studio.update(imported(import_ticket(&commands), "people.csv"));
    let other = FileHandle { key: 2, ..file("ships.csv") };
    let commands = studio.update(Action::FileDropped(other));
    assert!(!requests(&commands).iter().any(|r| matches!(r, Request::Import { .. })));
    assert_eq!(studio.project.name, "people");
    let commands = studio.update(Action::ConfirmImport);
    import_ticket(&commands);
    assert_eq!(studio.project.name, "ships");
    assert!(studio.private_session);
}

#[test]
fn a_full_disk_is_told_with_a_cure() {
    let mut studio = with_table();
    studio.update(Action::RenameProject("Ships".into()));
    let problem = Problem { event: "The browser's storage is full.".into(), ..Problem::default() };
    studio.update(Action::Stored(Err(problem)));
    assert_eq!(studio.saved, Saved::Failed);
    assert_eq!(told(&studio), "Failure: The browser's storage is full. [Save the project as a file]\n");
}

#[test]
fn a_project_comes_back_with_its_table_and_runs() {
    let stored = trained().project;
    let mut studio = studio();
    let commands = studio.update(Action::Loaded(Box::new(stored.clone())));
    assert_eq!(studio.project, stored);
    assert_eq!(studio.view, View::Stage(Stage::Data));
    assert_eq!(studio.selected_run, Some(3));
    assert!(commands.contains(&Command::RestoreRuns { project: stored.id.clone(), runs: vec![1, 2, 3] }));
    let ticket = import_ticket(&commands);
    let commands = studio.update(Action::Engine(Event::Imported {
        ticket,
        summary: summary("people.csv"),
        suggestion: Some(Suggestion { design: design(), reason: "guess".into() }),
    }));
    assert_eq!(studio.target_guess, None, "a stored design is no guess");
    assert!(saves(&commands).is_empty(), "nothing has changed");
    assert!(studio.table.is_some());
}

#[test]
fn another_project_makes_the_engine_forget() {
    let stored = trained().project;
    let mut studio = trained();
    let commands = studio.update(Action::Loaded(Box::new(stored)));
    let asked = requests(&commands);
    let close = asked.iter().position(|r| matches!(r, Request::Close)).expect("the engine forgets");
    let import = asked.iter().position(|r| matches!(r, Request::Import { .. })).expect("the table is read");
    assert!(close < import, "a run number means another model in another project: {asked:?}");
}

#[test]
fn the_threshold_decides_the_label_of_a_row() {
    let mut studio = trained();
    let commands = studio.update(Action::PredictRow(3, Vec::new()));
    let [Request::PredictRow { ticket, .. }] = requests(&commands)[..] else { panic!("{commands:?}") };
    let prediction = hearth::job::RowPrediction {
        label: "yes".into(),
        value: None,
        probabilities: vec![("no".into(), 0.4), ("yes".into(), 0.6)],
        doubts: Vec::new(),
    };
    studio.update(Action::Engine(Event::Predicted { ticket: *ticket, prediction }));
    let label = |studio: &Studio| studio.prediction.as_ref().map(|p| p.label.clone());
    assert_eq!(label(&studio).as_deref(), Some("yes"));
    studio.update(Action::SetThreshold(0.7));
    assert_eq!(label(&studio).as_deref(), Some("no"));
    studio.update(Action::SetThreshold(0.5));
    assert_eq!(label(&studio).as_deref(), Some("yes"));
}

#[test]
fn stopping_before_the_trainer_is_there_does_not_wait_for_it() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    let commands = studio.update(Action::Cancel);
    let cancels = requests(&commands).into_iter().filter(|r| **r == Request::Cancel { ticket }).count();
    assert_eq!(cancels, 2, "once to end it, once not to wait: {commands:?}");
}

#[test]
fn a_project_of_a_newer_version_is_refused() {
    let mut studio = studio();
    let project = Project { version: PROJECT_VERSION + 1, ..trained().project };
    assert!(studio.update(Action::Loaded(Box::new(project))).is_empty());
    insta::assert_snapshot!(told(&studio), @"Failure: people | The project was saved by a newer version of Hearth. | It was not changed. | Update Hearth, then open it again.");
}

#[test]
fn work_under_way_is_not_thrown_away_for_another_project() {
    let mut studio = with_table();
    train(&mut studio);
    assert!(studio.update(Action::OpenProject("other".into())).is_empty());
    assert!(studio.update(Action::FileDropped(file("ships.csv"))).is_empty());
    assert!(studio.is_training());
    assert!(
        told(&studio).starts_with("Information: Training is under way; stop it to open another project. [Stop it]")
    );
}

#[test]
fn an_update_waits_for_the_end_of_training() {
    let mut studio = with_table();
    studio.update(Action::UpdateWaiting);
    train(&mut studio);
    assert!(studio.update(Action::AcceptUpdate).is_empty());
    let mut quiet = with_table();
    quiet.update(Action::UpdateWaiting);
    assert_eq!(quiet.update(Action::AcceptUpdate), vec![Command::ActivateUpdate]);
}

#[test]
fn erasing_leaves_nothing() {
    let mut studio = trained();
    studio.update(Action::ProjectsListed(vec![ProjectSummary {
        id: "a".into(),
        name: "people".into(),
        changed: String::new(),
        n_bytes: 1,
        n_runs: 3,
    }]));
    let commands = studio.update(Action::EraseEverything);
    assert!(commands.contains(&Command::EraseEverything));
    assert!(studio.projects.is_empty() && studio.project.runs.is_empty() && studio.table.is_none());
    assert_eq!(studio.undo_label(), None);
}

// Looking.

#[test]
fn cells_are_asked_for_once_and_again_after_a_change_of_view() {
    let mut studio = with_table();
    let need = || Action::NeedRows { first_row: 100, n_rows: 40, first_column: 0, n_columns: 3 };
    let commands = studio.update(need());
    let asked: Vec<(Ticket, u32, u32, Vec<u32>)> = requests(&commands)
        .into_iter()
        .filter_map(|r| match r {
            Request::Rows { ticket, first_row, n_rows, columns } => {
                Some((*ticket, *first_row, *n_rows, columns.clone()))
            }
            _ => None,
        })
        .collect();
    let places: Vec<(u32, u32)> = asked.iter().map(|a| (a.1, a.2)).collect();
    assert_eq!(places, [(0, 128), (128, 128)]);
    assert!(studio.update(need()).is_empty(), "it is on its way");
    let (ticket, first_row, n_rows, columns) = asked[0].clone();
    let cells: Vec<Option<String>> = (0..128 * 3).map(|i| (i % 7 != 0).then(|| i.to_string())).collect();
    let rows = Event::Rows { ticket, first_row, n_rows, columns, cells };
    studio.update(Action::Engine(rows.clone()));
    assert_eq!(studio.rows.cell(5, 1), Some(Some("16")));
    assert_eq!(studio.rows.cell(7, 0), Some(None), "a missing value");
    assert_eq!(studio.rows.cell(130, 0), None, "not here yet");

    let commands = studio.update(Action::Sort(Some((0, true))));
    let Some(Request::View { ticket, .. }) = requests(&commands).first().copied() else {
        panic!("a view was asked for: {commands:?}");
    };
    assert_eq!(studio.rows.cell(5, 1), None, "cells of the old order are gone");
    let commands = studio.update(Action::Engine(Event::Viewed { ticket: *ticket, n_rows: 120 }));
    assert_eq!(studio.n_view_rows, 120);
    assert!(matches!(requests(&commands)[..], [Request::Rows { first_row: 0, n_rows: 120, .. }]), "{commands:?}");
    studio.update(Action::Engine(rows));
    assert_eq!(studio.rows.cell(5, 1), None, "an answer for the old order is dropped");
}

#[test]
fn the_palette_finds_and_says_why_not() {
    let studio = with_table();
    let found = command_list::search(&studio, "trn");
    assert_eq!(found.first().map(|e| e.id), Some("train"));
    let found = command_list::search(&studio, "package");
    let download = found.iter().find(|e| e.id == "download-package").expect("it is found");
    assert_eq!(download.enabled, Err("No package was made yet.".into()));
    assert_eq!(command_list::search(&studio, "").len(), command_list::commands(&studio).len());
    assert!(command_list::search(&studio, "zzzz").is_empty());
}

#[test]
fn shortcuts_and_ids_are_unique_and_leave_typing_alone() {
    let studio = trained();
    let list = command_list::commands(&studio);
    for (i, entry) in list.iter().enumerate() {
        for other in &list[i + 1..] {
            assert_ne!(entry.id, other.id);
            assert!(entry.shortcut.is_none() || entry.shortcut != other.shortcut, "{} {}", entry.id, other.id);
        }
    }
    let press = |key: &str, ctrl, typing| {
        let pressed = Pressed { key: key.into(), ctrl, shift: false, alt: false, typing };
        command_list::pressed(&studio, &pressed)
    };
    assert_eq!(press("k", true, true), Some(Action::OpenPalette(true)));
    assert_eq!(press("K", true, false), Some(Action::OpenPalette(true)));
    assert_eq!(press("?", false, false), Some(Action::OpenShortcuts(true)));
    assert_eq!(press("?", false, true), None, "in a field a key writes");
    assert_eq!(press("z", true, true), None, "Ctrl+Z belongs to the field");
    assert_eq!(press("z", true, false), None, "there is nothing to undo");
}

#[test]
fn diagnostics_hold_no_data() {
    let studio = trained();
    let text = studio.diagnostics();
    for secret in ["people", "age", "port", "survived", "secret-value", "yes, ", "0.8"] {
        let spoken = text.lines().any(|line| line.split([' ', ',', ':']).any(|word| word == secret));
        assert!(!spoken, "{secret} stands in\n{text}");
    }
    assert!(text.contains("Table: 1,000 rows, 3 columns"), "{text}");
}

// Playground.

#[test]
fn the_playground_plays_steps_and_stops() {
    let mut studio = studio();
    let commands = studio.update(Action::Show(View::Playground));
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Start { .. }]), "{commands:?}");
    let commands = studio.update(device(false));
    let [NeuralRequest::Play { ticket, steps_per_frame: 0, data, .. }] = neural(&commands)[..] else {
        panic!("the first frame is drawn: {commands:?}");
    };
    assert_eq!(data.features.n_columns, 2);
    assert!(data.features.values.iter().all(|v| (-1.0..=1.0).contains(v)));
    let ticket = *ticket;
    let frame = hearth::job::neural::PlaygroundFrame {
        point: CurvePoint {
            epoch: 0,
            step: 0,
            train_loss: 0.7,
            validation_loss: 0.7,
            train_score: 0.5,
            validation_score: 0.5,
        },
        resolution: 2,
        surface: Vec::new(),
        units: Vec::new(),
        network: network(),
    };
    studio.update(Action::Neural(NeuralEvent::Frame { ticket, frame: frame.clone() }));
    let commands = studio.update(Action::Play(PlaygroundAction::PlayPause));
    assert_eq!(neural(&commands), [&NeuralRequest::PlaySpeed { ticket, steps_per_frame: 5 }]);
    let commands = studio.update(Action::Play(PlaygroundAction::Step));
    assert_eq!(
        neural(&commands),
        [&NeuralRequest::PlaySpeed { ticket, steps_per_frame: 0 }, &NeuralRequest::PlayStep { ticket, steps: 5 }]
    );
    studio.update(Action::Play(PlaygroundAction::Source(PlaygroundSource::Moons)));
    studio.update(Action::Neural(NeuralEvent::Frame { ticket, frame }));
    assert_eq!(studio.playground.frame, None, "a frame of the old points is dropped");
    let commands = studio.update(Action::Play(PlaygroundAction::Model(PlaygroundModel::Linear)));
    assert!(matches!(requests(&commands)[..], [Request::Surface { .. }]), "{commands:?}");
}

#[test]
fn playground_sets_are_seeded_and_noise_moves_points_without_shuffling_them() {
    use hearth::playground::{circles, moons, spirals};
    for make in [spirals, moons, circles] {
        assert_eq!(make(100, 0.1, 3), make(100, 0.1, 3));
        assert_ne!(make(100, 0.1, 3), make(100, 0.1, 4));
        let (still, moved) = (make(100, 0.0, 3), make(100, 0.01, 3));
        assert_eq!(still.class, moved.class);
        let far = still.x.iter().zip(&moved.x).filter(|(a, b)| (*a - *b).abs() > 0.06).count();
        assert_eq!(far, 0);
        assert!(still.x.iter().chain(&still.y).all(|v| (-1.0..=1.0).contains(v)));
    }
}

// Words.

#[test]
fn the_verdict_is_a_sentence_with_its_source() {
    let studio = trained();
    let run = studio.current_run().expect("a run is selected");
    let plain = |text: String| text.replace(['\u{a0}', '\u{202f}'], " ");
    insta::assert_snapshot!(plain(studio.verdict(run)), @"Flagging 40 % finds 75 of 100 rows with survived = yes (70–79); chance finds 40.");
    insta::assert_snapshot!(plain(studio.verdict_source(run)), @"5 folds over 800 rows; test set of 200 rows unopened");
}
