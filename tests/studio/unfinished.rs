//! A training that was cut off goes on where it was.

use hearth::job::neural::{Checkpoint, NeuralEvent, NeuralRequest};
use hearth::job::{Event, Request, Ticket};
use hearth::model::network::{Stopped, TrainingRecord};
use hearth::studio::project::Project;
use hearth::studio::unfinished::{MOST_BYTES, Unfinished};
use hearth::studio::{Action, Command, Studio};

use super::made_up::*;

/// What is stored of a training's networks: `Some(None)` removes it.
fn kept(commands: &[Command]) -> Option<Option<Vec<u8>>> {
    commands
        .iter()
        .find_map(|c| if let Command::StoreUnfinished { bytes, .. } = c { Some(bytes.clone()) } else { None })
}

fn at(epoch: u32) -> Checkpoint {
    Checkpoint { epoch, step: epoch * 10, seconds: f64::from(epoch), ..checkpoint(epoch) }
}

fn record() -> TrainingRecord {
    TrainingRecord { seconds: 3.0, epochs_run: 3, ..TrainingRecord::default() }
}

fn fitted(studio: &mut Studio, ticket: Ticket, fit: u32, record: TrainingRecord) -> Vec<Command> {
    studio.update(Action::Neural(NeuralEvent::Fitted { ticket, fit, network: network(), record }))
}

fn tell(studio: &mut Studio, ticket: Ticket, fit: u32, epoch: u32) -> Vec<Command> {
    studio.update(Action::Neural(NeuralEvent::Checkpoint { ticket, fit, checkpoint: at(epoch) }))
}

/// A training whose first fold is complete and whose second has come to epoch 12 when the tab dies.
fn cut_off() -> (Project, Vec<u8>) {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    studio.update(device(true));
    let bytes = kept(&fitted(&mut studio, ticket, 0, record()));
    assert!(matches!(bytes, Some(Some(_))), "a fold's end is stored");
    studio.update(fit_network(ticket, 1, "second"));
    tick(&mut studio, 5_000.0);
    assert_eq!(kept(&tell(&mut studio, ticket, 1, 4)), None, "not at every checkpoint");
    tick(&mut studio, 20_000.0);
    let bytes = kept(&tell(&mut studio, ticket, 1, 12));
    (studio.project.clone(), bytes.flatten().expect("it is stored every ten seconds"))
}

/// The tab comes back with these bytes in storage, and the person presses Train.
fn again(project: Project, bytes: Vec<u8>) -> (Studio, Ticket) {
    let mut studio = studio();
    let id = project.id.clone();
    let commands = studio.update(Action::Loaded(Box::new(project)));
    studio.update(Action::UnfinishedFound { project: id, bytes });
    studio.update(imported(import_ticket(&commands), "people.csv"));
    studio.update(device(true));
    let (ticket, _) = train(&mut studio);
    (studio, ticket)
}

#[test]
fn a_training_that_was_cut_off_goes_on_where_it_was() {
    let (project, bytes) = cut_off();
    let (mut studio, ticket) = again(project, bytes);
    insta::assert_snapshot!(told(&studio), @"");
    // The first fold is answered at once, with the same network and the same record.
    let commands = studio.update(fit_network(ticket, 0, "first"));
    let answer = Request::NetworkFitted { ticket, fit: 0, network: network(), record: record() };
    assert_eq!((requests(&commands), neural(&commands).len()), (vec![&answer], 0));
    // The second goes on from its last checkpoint, the third begins.
    let commands = studio.update(fit_network(ticket, 1, "second"));
    let [NeuralRequest::Train { resume: Some(resume), fit: 1, .. }] = &neural(&commands)[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(*resume, at(12));
    assert_eq!(studio.training.as_ref().map(|t| t.curve.clone()), Some(at(12).curve));
    fitted(&mut studio, ticket, 1, record());
    let commands = studio.update(fit_network(ticket, 2, "third"));
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Train { resume: None, .. }]), "{commands:?}");
    // The end of the training removes what was kept.
    let commands = studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    assert_eq!(kept(&commands), Some(None));
}

#[test]
fn what_was_learned_is_taken_for_nothing_else() {
    let (project, bytes) = cut_off();
    let (mut studio, ticket) = again(project.clone(), bytes.clone());
    let commands = studio.update(fit_network(ticket, 0, "of a design that was edited"));
    assert!(matches!(neural(&commands)[..], [NeuralRequest::Train { resume: None, .. }]), "{commands:?}");
    // Altered, cut short, of another form: the training begins anew.
    let mut altered = bytes.clone();
    *altered.last_mut().expect("bytes") ^= 1;
    for (damaged, reason) in [
        (altered, "its bytes were altered"),
        (bytes[..30].to_vec(), "it is cut short"),
        (b"hearth unfinished 2\n".to_vec(), "it was kept by another version of Hearth"),
    ] {
        assert_eq!(Unfinished::from_bytes(&damaged), Err(reason.to_owned()));
        let (mut studio, ticket) = again(project.clone(), damaged);
        let commands = studio.update(fit_network(ticket, 0, "first"));
        assert!(matches!(neural(&commands)[..], [NeuralRequest::Train { resume: None, .. }]), "{commands:?}");
    }
}

#[test]
fn the_notice_says_how_far_it_had_come() {
    let (project, bytes) = cut_off();
    let mut studio = studio();
    let id = project.id.clone();
    studio.update(Action::Loaded(Box::new(project)));
    studio.update(Action::UnfinishedFound { project: id.clone(), bytes: bytes.clone() });
    insta::assert_snapshot!(told(&studio), @"Doubt: people | Training was interrupted; not complete: Baseline, Linear, Neural network. | The design, the candidates that were complete, and what the next one had learned are kept: 1 complete fit, and the fit under way up to epoch 12. | Train what is missing; with the same design it goes on from there. [Train what is missing]");
    let before = studio.clone();
    studio.update(Action::UnfinishedFound { project: "another".into(), bytes });
    assert_eq!(studio, before);
    studio.update(Action::UnfinishedFound { project: id, bytes: Vec::new() });
    assert!(told(&studio).contains("What they had learned cannot be read: it was kept by another version of Hearth."));
}

#[test]
fn a_stopped_fit_and_a_private_session_leave_nothing() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    studio.update(device(true));
    let stopped = TrainingRecord { stopped: Stopped::Cancelled, ..record() };
    assert_eq!(kept(&fitted(&mut studio, ticket, 0, stopped)), None);
    let commands = studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: true }));
    assert_eq!(kept(&commands), None);

    let mut studio = with_table();
    studio.private_session = true;
    let (ticket, _) = begin_network(&mut studio);
    studio.update(device(true));
    assert_eq!(kept(&fitted(&mut studio, ticket, 0, record())), None);
}

#[test]
fn what_is_too_large_is_not_kept() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    studio.update(device(true));
    tick(&mut studio, 20_000.0);
    let large = Checkpoint { tensors: vec![[vec![0.5; MOST_BYTES / 4], Vec::new(), Vec::new()]], ..at(3) };
    let commands = studio.update(Action::Neural(NeuralEvent::Checkpoint { ticket, fit: 0, checkpoint: large }));
    assert_eq!(kept(&commands), None);
}
