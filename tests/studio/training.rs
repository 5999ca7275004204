//! Training, the test set, packages.

use hearth::dataset::Role;
use hearth::design::Design;
use hearth::job::neural::{NeuralEvent, NeuralRequest};
use hearth::job::{Asked, DesignCheck, Event, Problem, Request, RunId};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::network::{CurvePoint, TrainingRecord};
use hearth::predictor::{Flavour, PackedModel, PredictorKind};
use hearth::studio::update::Outside;
use hearth::studio::{Action, Command, Progressed, Stage, Studio, View, command_list};
use hearth::validate::{Fit, Report};

use super::made_up::*;

#[test]
fn training_keeps_what_is_complete_and_selects_the_best() {
    let mut studio = trained();
    let names: Vec<&str> = studio.project.runs.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["Baseline", "Linear", "Neural network"]);
    assert_eq!(studio.selected_run, Some(3));
    assert_eq!(studio.job, None);
    assert_eq!(studio.live_fact(Stage::Train), "3 candidates");
    assert_eq!(studio.progressed(Stage::Train), Progressed::Done);
    assert_eq!(studio.live_fact(Stage::Trust), "test set unopened");
    let (ticket, first) = train(&mut studio);
    assert_eq!(first, 4, "run numbers are never used again");
    studio.update(Action::Engine(Event::RunFinished {
        ticket,
        run: first,
        candidate: 1,
        report: report(0.7),
        bytes: Vec::new(),
        inputs: Vec::new(),
    }));
    let names: Vec<_> = studio.project.runs.iter().map(|r| (r.id, r.name.as_str())).collect();
    assert_eq!(names, [(1, "Baseline"), (3, "Neural network"), (4, "Linear")], "the same again takes its place");
}

#[test]
fn the_same_training_again_takes_the_place_of_the_earlier_result_with_what_was_chosen_for_it() {
    let again = |studio: &mut Studio, report: Report| {
        let (ticket, first) = train(studio);
        let run = first + 2;
        let event = Event::RunFinished { ticket, run, candidate: 2, report, bytes: vec![9], inputs: Vec::new() };
        studio.update(Action::Engine(event));
        studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
        run
    };
    let names = |studio: &Studio| studio.project.runs.iter().map(|r| (r.id, r.name.clone())).collect::<Vec<_>>();
    let mut studio = trained();
    studio.update(Action::SetThreshold(0.3));
    let run = again(&mut studio, report(0.86));
    assert_eq!(names(&studio)[2], (run, "Neural network".to_owned()));
    assert_eq!((studio.project.runs.len(), studio.selected_run), (3, Some(run)));
    assert_eq!(studio.threshold_of(run), 0.3);

    let fit = Fit::Fold { fold: 1, n_folds: 5, n_training: 640, n_rarest: Some(256) };
    let stopped = again(&mut studio, Report { fit, ..report(0.8) });
    assert_eq!(names(&studio)[2..], [(run, "Neural network".to_owned()), (stopped, "Neural network (2)".to_owned())]);
    let mut alone = studio;
    alone.update(Action::DeleteRun(run));
    assert_eq!(alone.untrained(), [2], "a stopped training is no result of the whole design");
    let whole = again(&mut alone, report(0.87));
    assert_eq!(names(&alone)[2..], [(whole, "Neural network (2)".to_owned())]);

    let mut opened = trained();
    let holdout = hearth::validate::HoldoutReport {
        scores: Vec::new(),
        baseline: Vec::new(),
        views: report(0.8).views,
        look: 1,
        resampled: None,
        covered: Vec::new(),
    };
    opened.project.runs[2].report.holdout = Some(holdout);
    again(&mut opened, report(0.8));
    assert_eq!(opened.project.runs.len(), 4, "a look at the test set cannot be had again");
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
        inputs: Vec::new(),
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
    let left = studio.job.as_ref().and_then(|job| job.left).expect("a time");
    assert!(left.least <= left.most && left.most > 0.0, "{left:?}");
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
fn without_a_trainer_the_network_fails_and_the_training_goes_on() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    let unavailable = || Action::TrainerUnavailable { message: "its program could not be loaded".into() };
    let commands = studio.update(unavailable());
    let [Request::NetworkFailed { ticket: of, fit: 0, message }] = requests(&commands)[..] else {
        panic!("the engine is told: {commands:?}");
    };
    assert_eq!(*of, ticket);
    assert_eq!(message, "The neural trainer could not be started (its program could not be loaded).");
    assert!(commands.contains(&Command::LookForUpdate), "the host may have a newer version: {commands:?}");
    assert!(studio.is_training(), "the other candidates go on");
    assert_eq!(told(&studio), "", "the candidate that fails says so");
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    studio.update(unavailable());
    insta::assert_snapshot!(told(&studio), @"Doubt: The neural trainer could not be started (its program could not be loaded). | Baselines, linear models and trees train without it; all else works. | It is tried again when a network is trained. If that fails too while the server can be reached, load the page again or use a current browser. [Load the page again]");
    // The next network is another try.
    let (_, commands) = begin_network(&mut studio);
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Start { .. }]), "{commands:?}");
}

#[test]
fn a_trainer_that_is_not_there_says_what_to_do_with_a_button() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    studio.update(Action::TrainerUnavailable { message: "its program could not be loaded".into() });
    let design = &studio.training.as_ref().expect("it goes on").design;
    let network = design.candidates.iter().position(|c| matches!(c.model, ModelSpec::Network(_))).expect("a network");
    let failed = |candidate: usize, event: &str| {
        let error = Problem { event: event.into(), cure: "Train again.".into(), ..Problem::default() };
        Action::Engine(Event::CandidateFailed { ticket, candidate: candidate as u32, error })
    };
    let event = "The neural trainer could not be started (its program could not be loaded).";
    studio.update(failed(network, event));
    let button = |studio: &Studio| studio.notices.last().and_then(|n| n.cure.clone()).expect("a button").1;
    assert_eq!(*button(&studio), Action::LoadAgain);
    let before: Vec<u32> = studio.notices.iter().map(|n| n.id).collect();
    // The host turns out to have a newer version: that one has a trainer.
    studio.update(Action::UpdateWaiting);
    assert_eq!(*button(&studio), Action::AcceptUpdate);
    let ids: Vec<u32> = studio.notices.iter().map(|n| n.id).collect();
    assert!(ids != before, "views know notices by their numbers: {ids:?}");
    // Failing once more while nothing is trained says nothing that is not said already.
    assert_eq!(studio.notices.iter().filter(|n| n.problem.event == event).count(), 1);
    studio.update(Action::TrainerUnavailable { message: "its program could not be loaded".into() });
    assert_eq!(studio.notices.len(), ids.len());
    insta::assert_snapshot!(told(&studio), @"Failure: The neural trainer could not be started (its program could not be loaded). | The trainer of this version is not on the host any more, and this browser does not hold it: take the new version, then train again. [Take the new version]");
    // What else fails is the design's.
    studio.update(failed((network + 1) % 3, "Another failure."));
    assert_eq!(*button(&studio), Action::Show(View::Stage(Stage::Design)));
    // Neither is loaded under a training; without one the page is loaded again after saving.
    assert!(!studio.update(Action::LoadAgain).contains(&Command::LoadAgain));
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    assert_eq!(studio.update(Action::LoadAgain), vec![Command::LoadAgain]);
}

#[test]
fn pause_and_resume_reach_both_workers() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    let commands = studio.update(Action::Pause);
    assert_eq!(
        commands,
        vec![
            Command::Engine { request: Request::Pause { ticket }, file: None },
            Command::Neural(NeuralRequest::Pause { ticket })
        ]
    );
    assert_eq!(studio.live_fact(Stage::Train), "paused");
    assert!(studio.update(Action::Pause).is_empty());
    let commands = studio.update(Action::Resume);
    assert_eq!(commands[1], Command::Neural(NeuralRequest::Resume { ticket }));
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

/// The engine had asked for the next network when it heard that the training ends.
#[test]
fn a_network_that_is_asked_for_after_the_stop_is_not_begun() {
    let mut studio = with_table();
    let (ticket, _) = train(&mut studio);
    studio.update(device(true));
    studio.update(Action::Cancel);
    let commands = studio.update(fit_network(ticket, 3, "next"));
    assert!(neural(&commands).is_empty(), "{commands:?}");
    let [Request::NetworkFailed { ticket: of, fit: 3, .. }] = requests(&commands)[..] else {
        panic!("the engine goes on to its end: {commands:?}");
    };
    assert_eq!(*of, ticket);
    assert!(studio.is_training(), "what is complete is still to come");
}

/// A trainer that was started again holds nothing until it has gone on; told at once to stop, it would have nothing to keep.
#[test]
fn stopping_while_the_trainer_is_started_again_keeps_the_checkpoint() {
    let kept = |stop_first: bool| {
        let mut studio = with_table();
        let (ticket, _) = begin_network(&mut studio);
        studio.update(device(true));
        studio.update(Action::Neural(NeuralEvent::Checkpoint { ticket, fit: 0, checkpoint: checkpoint(12) }));
        if stop_first {
            studio.update(Action::Cancel);
        }
        studio.update(Action::WorkerRestarted { neural: true, message: "ended".into() });
        if !stop_first {
            let commands = studio.update(Action::Cancel);
            assert!(neural(&commands).is_empty(), "{commands:?}");
        }
        let commands = studio.update(device(true));
        assert!(matches!(neural(&commands)[..], [NeuralRequest::Train { resume: Some(_), .. }]), "{commands:?}");
        let on = || Action::Neural(NeuralEvent::Checkpoint { ticket, fit: 0, checkpoint: checkpoint(13) });
        assert_eq!(studio.update(on()), vec![Command::Neural(NeuralRequest::Cancel { ticket })]);
        assert!(studio.update(on()).is_empty(), "it is told once");
        assert!(studio.is_training(), "the network's best weights are still to come");
    };
    kept(false);
    kept(true);
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
fn what_is_asked_for_while_models_are_loaded_is_done_when_they_are_here() {
    let mut studio = trained();
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    let ticket = import_ticket(&commands);
    let open = || Action::OpenHoldout(2);
    assert!(studio.update(open()).is_empty());
    assert!(studio.update(open()).is_empty(), "asked twice");
    assert!(studio.update(Action::PredictRow(2, Vec::new())).is_empty());
    assert!(studio.update(Action::PredictRow(3, Vec::new())).is_empty(), "the newest counts");
    assert_eq!(studio.job.as_ref().map(|job| job.ticket), Some(ticket), "the table is still being read");
    assert_eq!(told(&studio).matches("it begins when they are here").count(), 1, "{}", told(&studio));
    studio.update(imported(ticket, "birds.csv"));
    let commands = studio.update(Action::Engine(Event::Restored { run: 3, problem: None }));
    let asked = requests(&commands);
    let holdouts = asked.iter().filter(|r| matches!(r, Request::OpenHoldout { run: 2, .. })).count();
    let rows = asked.iter().filter(|r| matches!(r, Request::PredictRow { run: 3, .. })).count();
    assert_eq!((holdouts, rows), (1, 1), "{asked:?}");
    assert!(!told(&studio).contains("it begins when they are here"));
    assert!(studio.update(Action::Engine(Event::Restored { run: 3, problem: None })).is_empty(), "once");
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
        inputs: Vec::new(),
    }));
    studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    assert_eq!(studio.project.runs.len(), 1);
    assert!(!studio.is_training());
    insta::assert_snapshot!(told(&studio), @"Failure: The engine | The engine ended and was started again (out of memory). | Candidates that were complete are kept. | Train the rest; what is complete is not trained again. [Train the rest]");
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
fn what_is_predicted_of_one_file_does_not_stand_under_the_next() {
    let mut studio = trained();
    let run = studio.selected_run.expect("the best");
    let ticket_of = |commands: Vec<Command>| {
        let asked = commands.into_iter().find_map(|command| match command {
            Command::Engine { request: Request::ScoreFile { ticket, .. }, .. } => Some(ticket),
            _ => None,
        });
        asked.expect("a file is predicted")
    };
    let ticket = ticket_of(studio.update(Action::ScoreFile(run, file("first.csv"))));
    let (name, bytes) = ("first.csv".to_owned(), b"a\r\n".to_vec());
    studio.update(Action::Engine(Event::Scored { ticket, name, bytes, n_rows: 1, warnings: Vec::new() }));
    assert_eq!(studio.scored.as_ref().map(|scored| scored.name.as_str()), Some("first.csv"));
    let ticket = ticket_of(studio.update(Action::ScoreFile(run, file("second.csv"))));
    let error = Problem { place: "second.csv".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::Failed { ticket, error }));
    assert_eq!(studio.scored, None);
}

#[test]
fn stale_runs_say_what_changed() {
    let mut studio = trained();
    let reason = |studio: &Studio| studio.current_run().and_then(|run| studio.stale_reason(run));
    assert_eq!(reason(&studio), None);
    let mut edited = design();
    edited.dataset.roles = vec![("port".into(), Role::Ignore)];
    studio.update(Action::EditDesign { label: "Ignore port".into(), design: edited });
    assert_eq!(reason(&studio).as_deref(), Some("Changed since: column port: ignored."));
    assert_eq!(studio.progressed(Stage::Train), Progressed::Stale);
    assert_eq!(studio.progressed(Stage::Trust), Progressed::Stale);
    studio.update(Action::Undo);
    assert_eq!(reason(&studio), None, "undo makes it current again");
    let mut edited = design();
    edited.candidates[2].prepare.min_category_rows += 1;
    studio.update(Action::EditDesign { label: "Another network".into(), design: edited });
    assert_eq!(studio.progressed(Stage::Train), Progressed::Begun, "one candidate of the design has no result");
    studio.update(Action::Undo);
    let mut edited = design();
    edited.candidates.remove(2);
    studio.update(Action::EditDesign { label: "Without a network".into(), design: edited });
    assert_eq!(reason(&studio).as_deref(), Some("The design has no such candidate any more."));
    let mut edited = design();
    let ModelSpec::Network(spec) = &mut edited.candidates[2].model else { panic!("a network") };
    let before = spec.learning_rate;
    (spec.learning_rate, spec.hidden) = (0.02, vec![16, 8]);
    studio.update(Action::EditDesign { label: "Another network".into(), design: edited });
    let network = studio.project.runs.iter().find(|r| r.name == "Neural network").expect("a network");
    let reason = studio.stale_reason(network).expect("a reason");
    assert!(reason.contains(&format!("learning rate {before} → 0.02")), "{reason}");
    assert!(reason.contains("hidden layers 4 → 16 × 8"), "{reason}");
    // A look at the test set is not spent on what no longer counts.
    let run = network.id;
    assert_eq!(studio.update(Action::OpenHoldout(run)), []);
    let mut edited = design();
    edited.split.seed += 1;
    (edited.split.holdout, edited.split.folds) = (0.3, 10);
    edited.dataset.roles = vec![("port".into(), Role::Ignore), ("age".into(), Role::Ignore)];
    studio.update(Action::EditDesign { label: "Much".into(), design: edited });
    let run = studio.current_run().cloned().expect("a run");
    let reason = studio.stale_reason(&run).expect("a reason").replace('\u{202f}', " ");
    assert_eq!(reason, "Changed since: columns age and port: ignored, test set 20 % → 30 %, folds 5 → 10 and 1 more.");
}

#[test]
fn a_package_is_downloaded_as_it_was_checked() {
    let mut studio = trained();
    super::findings::look_through(&mut studio);
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
    let commands = studio.update(Action::Engine(Event::Packaged {
        ticket,
        run: 2,
        package,
        bytes: vec![1, 2, 3],
        predictor: Ok(PackedModel { flavour: Flavour::Steps, bytes: vec![4, 5] }),
        question: Asked { model: vec![1], feeds: "[]".into() },
    }));
    assert_eq!(studio.live_fact(Stage::Ship), "24 rows checked");
    // It is handed out when the other runtime has answered, and not before.
    let [Command::RunOutside { ticket, question }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!((&question.model, studio.outside()), (&vec![1], Some(&Outside::Runs)));
    assert_eq!(studio.update(Action::DownloadPackage), []);
    let commands = studio.update(Action::RanOutside { ticket: *ticket, result: Ok("answers".into()) });
    let [Request::Compare { ticket, run: 2, threshold: None, answers, .. }] = requests(&commands)[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(answers, "answers");
    let commands = studio.update(Action::Engine(Event::Compared { ticket: *ticket, result: Ok(2e-7) }));
    assert_eq!(studio.outside(), Some(&Outside::Agrees(2e-7)));
    assert!(
        matches!(&commands[0], Command::Download { name, bytes, .. } if name == "people.zip" && *bytes == [1, 2, 3])
    );
    let log: Vec<&str> = studio.project.log.iter().rev().take(2).map(|entry| entry.what.as_str()).collect();
    assert_eq!(log, ["Registered Linear as version 1.", "Downloaded the package of Linear (SHA-256 ff)."]);
    // Three bytes of the file for two of the model.
    assert_eq!(studio.predictor_size(), Some(Ok((Flavour::Steps, 4))));
    let commands = studio.update(Action::DownloadPredictor(PredictorKind::Page));
    let Command::MakePredictor { kind, name, model } = &commands[0] else { panic!("{commands:?}") };
    assert_eq!((*kind, name.as_str(), model.bytes.as_slice()), (PredictorKind::Page, "people.html", &[4, 5][..]));
    assert_eq!(model.flavour, Flavour::Steps, "the program that does the steps is fetched");
    assert_eq!(
        studio.project.log.last().map(|l| l.what.as_str()),
        Some("Downloaded the page that predicts with the model of Linear.")
    );
}

#[test]
fn why_there_is_no_predictor_is_said() {
    let mut studio = trained();
    assert_eq!(studio.predictor_size(), None);
    assert!(studio.update(Action::DownloadPredictor(PredictorKind::Module)).is_empty());
    super::findings::look_through(&mut studio);
    let commands = studio.update(Action::MakePackage(2));
    let Some(Request::Package { ticket, .. }) = requests(&commands).first().copied().cloned() else { panic!() };
    let package = hearth::job::PackageSummary {
        file_name: "people.zip".into(),
        files: Vec::new(),
        readme: String::new(),
        largest_deviation: 0.0,
        n_golden: 24,
        reveals: Vec::new(),
        sha256: "ff".into(),
    };
    let problem =
        hearth::job::Problem { event: "What its page says could not be written.".into(), ..Default::default() };
    let predictor = Err(problem.clone());
    let question = Asked::default();
    studio.update(Action::Engine(Event::Packaged { ticket, run: 2, package, bytes: vec![1], predictor, question }));
    assert_eq!(studio.predictor_size(), Some(Err(&problem)));
    assert!(studio.update(Action::DownloadPredictor(PredictorKind::Module)).is_empty());
    assert_eq!(
        studio.notices.last().map(|notice| notice.problem.event.as_str()),
        Some("What its page says could not be written.")
    );
}

/// A studio with a package that another runtime is running, and the ticket of that.
fn packaged() -> (Studio, u32) {
    let mut studio = trained();
    super::findings::look_through(&mut studio);
    let commands = studio.update(Action::MakePackage(2));
    let Some(Request::Package { ticket, .. }) = requests(&commands).first().copied().cloned() else {
        panic!("a package was asked for: {commands:?}");
    };
    let package = hearth::job::PackageSummary { file_name: "people.zip".into(), ..Default::default() };
    let question = Asked { model: vec![1], feeds: "[]".into() };
    let predictor = Ok(PackedModel { flavour: Flavour::Plain, bytes: vec![4] });
    let (run, bytes) = (2, vec![1, 2, 3]);
    let event = Event::Packaged { ticket, run, package, bytes, predictor, question };
    let commands = studio.update(Action::Engine(event));
    let [Command::RunOutside { ticket, .. }] = commands[..] else { panic!("{commands:?}") };
    (studio, ticket)
}

#[test]
fn a_package_that_another_runtime_contradicts_is_not_handed_out() {
    let (mut studio, ticket) = packaged();
    studio.update(Action::DownloadPackage);
    studio.update(Action::RanOutside { ticket, result: Ok("answers".into()) });
    let event = "The exported model does not agree with the studio: golden row 3 has another label.";
    let result = Err(Problem { event: event.into(), ..Default::default() });
    let commands = studio.update(Action::Engine(Event::Compared { ticket, result }));
    assert!(!commands.iter().any(|command| matches!(command, Command::Download { .. })), "{commands:?}");
    assert!((studio.package.is_none(), studio.package_bytes(), studio.outside()) == (true, None, None));
    assert!(told(&studio).contains(event) && told(&studio).contains("was not handed out"), "{}", told(&studio));
}

#[test]
fn where_the_other_runtime_cannot_run_the_package_goes_without_it() {
    let (mut studio, ticket) = packaged();
    studio.update(Action::DownloadPackage);
    let commands = studio.update(Action::RanOutside { ticket, result: Err("no room".into()) });
    assert!(matches!(&commands[0], Command::Download { name, .. } if name == "people.zip"), "it was asked for before");
    assert_eq!(studio.outside(), Some(&Outside::NotRun("no room".into())));
    // The engine ends under the comparison: the package is here, and can be had.
    let (mut studio, ticket) = packaged();
    studio.update(Action::RanOutside { ticket, result: Ok("answers".into()) });
    studio.update(Action::WorkerRestarted { neural: false, message: "a fault".into() });
    assert!(matches!(studio.outside(), Some(Outside::NotRun(_))), "{:?}", studio.outside());
    assert!(matches!(&studio.update(Action::DownloadPackage)[0], Command::Download { .. }));
}
