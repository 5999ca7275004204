//! The worker without its browser: requests in, events out.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use burn::tensor::Device;
use hearth::job::neural::{DeviceReport, NeuralEvent, NeuralRequest};
use hearth::model::network::{Activation, NetworkSpec, Stopped};
use hearth::neural::Session;
use hearth::neural::session::Next;
use hearth::neural::warm::WarmUp;

use crate::support::{block_on, moons, spec, train, waves};

struct Driven {
    session: Session,
    events: Rc<RefCell<Vec<NeuralEvent>>>,
}

impl Driven {
    /// Every look at the clock takes 5 ms.
    fn new() -> Self {
        let now = Cell::new(0.0);
        let clock = move || {
            now.set(now.get() + 5.0);
            now.get()
        };
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = events.clone();
        let report = DeviceReport { gpu: false, name: "CPU, test".into(), reason: String::new() };
        let emit = Rc::new(move |event| heard.borrow_mut().push(event));
        Self { session: Session::new(Device::flex(), report, Rc::new(clock), emit), events }
    }

    fn ask(&mut self, request: NeuralRequest) {
        block_on(self.session.handle(request)).unwrap();
    }

    fn advance(&mut self) -> Next {
        block_on(self.session.advance()).unwrap()
    }

    fn until_idle(&mut self) -> Vec<NeuralEvent> {
        while self.advance() != Next::Idle {}
        self.events.take()
    }
}

fn fit(ticket: u32, fit: u32, spec: NetworkSpec) -> NeuralRequest {
    NeuralRequest::Train { ticket, fit, spec, data: Some(moons(200, 0.1, 1)), resume: None }
}

fn fitted(events: &[NeuralEvent]) -> Vec<(u32, u32, Stopped)> {
    let stopped = |event: &NeuralEvent| match event {
        NeuralEvent::Fitted { ticket, fit, record, .. } => Some((*ticket, *fit, record.stopped)),
        _ => None,
    };
    events.iter().filter_map(stopped).collect()
}

#[test]
fn fits_are_answered_one_after_another_with_progress_between() {
    let mut driven = Driven::new();
    let spec = NetworkSpec { epochs: 30, ..spec() };
    driven.ask(fit(1, 0, spec.clone()));
    driven.ask(fit(1, 1, NetworkSpec { hidden: vec![0], ..spec.clone() }));
    driven.ask(fit(1, 2, spec.clone()));
    assert_eq!(driven.session.open_fits().collect::<Vec<_>>(), [(1, 0), (1, 1), (1, 2)]);
    let events = driven.until_idle();
    assert_eq!(fitted(&events), [(1, 0, Stopped::AllEpochs), (1, 2, Stopped::AllEpochs)]);
    let failed = |e: &&NeuralEvent| matches!(e, NeuralEvent::Failed { ticket: 1, fit: 1, .. });
    assert_eq!(events.iter().filter(failed).count(), 1);
    let progress = events.iter().filter_map(|e| match e {
        NeuralEvent::Progress { point, epochs, rows_per_second, seconds_left, fit: 0, .. } => {
            Some((point.epoch, *epochs, *rows_per_second, *seconds_left))
        }
        _ => None,
    });
    let progress: Vec<_> = progress.collect();
    assert!(progress.len() >= 2, "{progress:?}");
    assert!(progress.iter().all(|&(_, epochs, rate, left)| epochs == 30 && rate > 0.0 && left >= 0.0));
    assert!(progress.windows(2).all(|pair| pair[0].0 < pair[1].0));
    let alone = train(&spec, &moons(200, 0.1, 1));
    let NeuralEvent::Fitted { network, record, .. } = events.last().unwrap() else { panic!("{events:?}") };
    assert_eq!(network, &alone.0);
    assert_eq!(record.curve, alone.1.curve);
    assert_eq!(record.device, "CPU, test");
}

#[test]
fn a_pause_tells_a_checkpoint_and_another_worker_goes_on_from_it() {
    let mut driven = Driven::new();
    let spec = NetworkSpec { epochs: 12, dropout: 0.1, ..spec() };
    driven.ask(fit(3, 0, spec.clone()));
    for _ in 0..4 {
        driven.advance();
    }
    driven.ask(NeuralRequest::Pause { ticket: 3 });
    assert_eq!(driven.advance(), Next::Idle);
    let events = driven.until_idle();
    let Some(NeuralEvent::Checkpoint { checkpoint, .. }) = events.last() else { panic!("{events:?}") };
    assert!(checkpoint.step > 0);
    let alone = train(&spec, &moons(200, 0.1, 1)).0;
    driven.ask(NeuralRequest::Resume { ticket: 3 });
    let events = driven.until_idle();
    assert!(matches!(events.last(), Some(NeuralEvent::Fitted { network, .. }) if network == &alone));
    let mut other = Driven::new();
    let resume = Some(checkpoint.clone());
    other.ask(NeuralRequest::Train { ticket: 3, fit: 0, spec, data: Some(moons(200, 0.1, 1)), resume });
    let events = other.until_idle();
    assert!(matches!(events.last(), Some(NeuralEvent::Fitted { network, .. }) if network == &alone));
}

#[test]
fn a_cancelled_ticket_keeps_its_best_and_drops_what_waits() {
    let mut driven = Driven::new();
    for number in 0..3 {
        driven.ask(fit(4, number, NetworkSpec { epochs: 100_000, ..spec() }));
    }
    driven.ask(fit(5, 0, NetworkSpec { epochs: 1, ..spec() }));
    for _ in 0..50 {
        driven.advance();
    }
    // A paused fit can be cancelled too.
    driven.ask(NeuralRequest::Pause { ticket: 4 });
    driven.ask(NeuralRequest::Cancel { ticket: 4 });
    let events = driven.until_idle();
    assert_eq!(fitted(&events), [(4, 0, Stopped::Cancelled), (5, 0, Stopped::AllEpochs)]);
    let dropped = |e: &&NeuralEvent| matches!(e, NeuralEvent::Failed { ticket: 4, fit: 1 | 2, .. });
    assert_eq!(events.iter().filter(dropped).count(), 2);
}

/// The page lets go of a paused training in many ways: another project, everything erased, a dead engine.
#[test]
fn a_pause_holds_nothing_but_the_fits_of_its_ticket() {
    let short = || NetworkSpec { epochs: 2, ..spec() };
    let done = |ticket| [(ticket, 0, Stopped::AllEpochs)];
    // The pause came between two fits: the next one, which was on its way already, waits too.
    let mut driven = Driven::new();
    driven.ask(NeuralRequest::Pause { ticket: 1 });
    driven.ask(fit(1, 0, short()));
    assert!(driven.until_idle().is_empty());
    // Nobody resumes it, and another training begins.
    driven.ask(fit(2, 0, short()));
    assert_eq!(fitted(&driven.until_idle()), done(2));
    driven.ask(NeuralRequest::Resume { ticket: 7 });
    assert!(driven.until_idle().is_empty(), "another's end of a pause is not this one's");
    driven.ask(NeuralRequest::Resume { ticket: 1 });
    assert_eq!(fitted(&driven.until_idle()), done(1));

    driven.ask(NeuralRequest::Pause { ticket: 1 });
    driven.ask(NeuralRequest::Cancel { ticket: 1 });
    driven.ask(fit(1, 0, short()));
    assert_eq!(fitted(&driven.until_idle()), done(1), "what is cancelled is no longer paused");
}

#[test]
fn a_cancelled_fit_that_waits_hands_back_what_its_checkpoint_knows() {
    let mut driven = Driven::new();
    driven.ask(fit(3, 0, NetworkSpec { epochs: 100_000, ..spec() }));
    for _ in 0..200 {
        driven.advance();
    }
    driven.ask(NeuralRequest::Pause { ticket: 3 });
    let events = driven.until_idle();
    let Some(NeuralEvent::Checkpoint { checkpoint, .. }) = events.last() else { panic!("{events:?}") };
    let best = checkpoint.best.clone().expect("an epoch was complete");

    let mut other = Driven::new();
    let spec = NetworkSpec { epochs: 100_000, ..spec() };
    let resume = Some(checkpoint.clone());
    other.ask(NeuralRequest::Pause { ticket: 3 });
    other.ask(NeuralRequest::Train { ticket: 3, fit: 0, spec, data: Some(moons(200, 0.1, 1)), resume });
    other.ask(NeuralRequest::Cancel { ticket: 3 });
    let events = other.until_idle();
    assert_eq!(fitted(&events), [(3, 0, Stopped::Cancelled)]);
    assert!(matches!(events.last(), Some(NeuralEvent::Fitted { network, .. }) if *network == best));
}

#[test]
fn a_fit_without_its_rows_has_failed() {
    let mut driven = Driven::new();
    driven.ask(NeuralRequest::Train { ticket: 1, fit: 4, spec: spec(), data: None, resume: None });
    let events = driven.until_idle();
    assert!(matches!(&events[..], [NeuralEvent::Failed { ticket: 1, fit: 4, .. }]), "{events:?}");
}

#[test]
fn long_trainings_tell_checkpoints_every_two_seconds() {
    let mut driven = Driven::new();
    driven.ask(fit(6, 0, NetworkSpec { epochs: 400, ..spec() }));
    let events = driven.until_idle();
    let steps = events.iter().filter_map(|e| match e {
        NeuralEvent::Checkpoint { checkpoint, .. } => Some(checkpoint.step),
        _ => None,
    });
    let steps: Vec<u32> = steps.collect();
    assert!(steps.len() >= 3 && steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
}

#[test]
fn the_playground_draws_what_its_network_says() {
    let mut driven = Driven::new();
    let spec = NetworkSpec { hidden: vec![8, 6], activation: Activation::Tanh, batch_size: 16, ..spec() };
    let play = NeuralRequest::Play { ticket: 9, spec, data: moons(150, 0.05, 2), resolution: 20, steps_per_frame: 0 };
    driven.ask(play);
    let frames = |events: Vec<NeuralEvent>| {
        let frame = |event| match event {
            NeuralEvent::Frame { ticket: 9, frame } => frame,
            other => panic!("{other:?}"),
        };
        events.into_iter().map(frame).collect::<Vec<_>>()
    };
    let first = frames(driven.until_idle());
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].point.step, 0);
    assert!((first[0].point.train_loss - 2f32.ln()).abs() < 1e-6);
    assert!(first[0].surface.iter().flatten().all(|p| (p - 0.5).abs() < 1e-6));
    assert_eq!(first[0].surface.iter().map(Vec::len).collect::<Vec<_>>(), [400, 400]);
    let units: Vec<Vec<usize>> = first[0].units.iter().map(|l| l.iter().map(Vec::len).collect()).collect();
    assert_eq!(units, [vec![576; 8], vec![576; 6]]);

    driven.ask(NeuralRequest::PlayStep { ticket: 9, steps: 40 });
    let stepped = frames(driven.until_idle());
    assert_eq!((stepped.len(), stepped[0].point.step), (1, 40));
    driven.ask(NeuralRequest::PlaySpeed { ticket: 9, steps_per_frame: 10 });
    for _ in 0..400 {
        driven.advance();
    }
    driven.ask(NeuralRequest::PlaySpeed { ticket: 9, steps_per_frame: 0 });
    let played = frames(driven.until_idle());
    let last = played.last().unwrap();
    assert!(last.point.step >= 200 && last.point.validation_score > 0.9, "{:?}", last.point);
    // The upper left corner of the square is x = −1, y = 1.
    assert!(last.surface[0][0] + last.surface[1][0] > 0.999_99);
    let corner = hearth::prepare::Matrix { values: vec![-1.0, 1.0], n_rows: 1, n_columns: 2 };
    assert_eq!(last.units[0][3][0], last.network.hidden(&corner)[0].values[3]);
    driven.ask(NeuralRequest::Cancel { ticket: 9 });
    assert_eq!(driven.until_idle(), []);
}

/// While nothing is asked of the worker. Every look at the clock takes 5 ms.
#[test]
fn warming_up_rests_works_in_short_slices_ends_and_changes_nothing() {
    let now = Rc::new(Cell::new(0.0));
    let clock = {
        let now = now.clone();
        move || {
            now.set(now.get() + 5.0);
            now.get()
        }
    };
    let mut warm = WarmUp::new(Device::flex(), Rc::new(clock));
    let Next::After(rest) = block_on(warm.advance()) else { panic!("it begins with a rest") };
    assert!(rest > 300.0, "{rest}");
    let begun = now.get();
    assert!(matches!(block_on(warm.advance()), Next::After(_)));
    assert_eq!(now.get() - begun, 5.0, "a look at the clock and no work while it rests");
    now.set(now.get() + rest);
    let (mut slices, mut worked) = (0, 0.0);
    loop {
        let before = now.get();
        match block_on(warm.advance()) {
            Next::After(rest) => assert!(rest >= 10.0, "{rest}"),
            Next::Idle => break,
            Next::Now => panic!("it leaves no time for others"),
        }
        let slice = now.get() - before;
        // A step looks at the clock twice: what was begun is ended.
        assert!(slice <= 50.0, "{slice} ms at a time");
        (slices, worked) = (slices + 1, worked + slice);
        now.set(now.get() + 20.0);
    }
    assert!(slices > 20 && worked < 6_000.0, "{slices} slices, {worked} ms");
    assert_eq!(block_on(warm.advance()), Next::Idle);

    // A fit after it is the fit that there would have been without.
    let mut driven = Driven::new();
    let spec = NetworkSpec { epochs: 6, dropout: 0.1, ..spec() };
    driven.ask(fit(1, 0, spec.clone()));
    let events = driven.until_idle();
    let mut early = Driven::new();
    let mut interrupted = WarmUp::new(Device::flex(), Rc::new(|| 0.0));
    assert!(matches!(block_on(interrupted.advance()), Next::After(_)));
    drop(interrupted);
    early.ask(fit(1, 0, spec.clone()));
    let others = early.until_idle();
    let alone = train(&spec, &moons(200, 0.1, 1)).0;
    for events in [&events, &others] {
        assert!(matches!(events.last(), Some(NeuralEvent::Fitted { network, .. }) if *network == alone), "{events:?}");
    }
}

#[test]
fn a_comparison_tells_the_losses_of_each_step() {
    let mut driven = Driven::new();
    let data = waves(300, 1.0);
    driven.ask(NeuralRequest::Compare { ticket: 2, spec: NetworkSpec { dropout: 0.2, ..spec() }, data, steps: 20 });
    let events = driven.until_idle();
    let [NeuralEvent::Compared { ticket: 2, cpu, gpu }] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((cpu.len(), gpu.len()), (20, 0));
    // The network's first answer is 0 and the target is standardised.
    assert!((cpu[0] - 1.0).abs() < 0.5 && cpu[19] < cpu[0]);
}
