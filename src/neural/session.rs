//! The neural worker without its browser: a queue of fits and a playground, requests in, events out. It works in short
//! slices, so that whoever drives it can hear the page in between.

use std::collections::VecDeque;
use std::rc::Rc;

use burn::tensor::Device;

use super::playground;
use super::trainer::{Advanced, Clock, Trainer};
use crate::job::message::Ticket;
use crate::job::neural::{Checkpoint, DeviceReport, NeuralEvent, NeuralRequest};
use crate::model::network::{CurvePoint, NetworkData, NetworkSpec, Schedule};

/// A slice of training aims at this long, in milliseconds: short enough to hear the page, long enough to be worth it.
const SLICE: f64 = 60.0;
/// No slice has more steps: so much work may be queued on a GPU before it is waited for.
const MOST_STEPS: u32 = 256;
const PROGRESS_EVERY: f64 = 100.0;
const CHECKPOINT_EVERY: f64 = 2000.0;
const FRAME_EVERY: f64 = 33.0;

/// When there is more to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    Now,
    /// In this many milliseconds.
    After(f64),
    /// When another request comes.
    Idle,
}

/// What a session works on and tells.
pub struct Session {
    device: Device,
    report: DeviceReport,
    clock: Clock,
    emit: Rc<dyn Fn(NeuralEvent)>,
    queue: VecDeque<Waiting>,
    fit: Option<Fit>,
    play: Option<Play>,
    /// Whose fits stand still: a pause belongs to what was paused, so that none outlives it and holds another's.
    paused: Option<Ticket>,
}

struct Waiting {
    ticket: Ticket,
    fit: u32,
    spec: NetworkSpec,
    data: NetworkData,
    resume: Option<Checkpoint>,
    /// It begins only to hand back the best that its checkpoint knows.
    cancelled: bool,
}

struct Fit {
    ticket: Ticket,
    fit: u32,
    trainer: Trainer,
    steps: u32,
    pace: Pace,
    progress_at: f64,
    checkpoint_at: f64,
    /// The step of the last checkpoint.
    checkpointed: u32,
}

struct Play {
    ticket: Ticket,
    trainer: Trainer,
    resolution: u32,
    steps_per_frame: u32,
    /// Asked for one by one; `Some(0)` draws without a step.
    steps: Option<u32>,
    frame_at: f64,
}

/// Rows and milliseconds since the training began or went on.
#[derive(Default)]
struct Pace {
    first_row: f64,
    milliseconds: f64,
}

impl Session {
    pub fn new(device: Device, report: DeviceReport, clock: Clock, emit: Rc<dyn Fn(NeuralEvent)>) -> Self {
        Self { device, report, clock, emit, queue: VecDeque::new(), fit: None, play: None, paused: None }
    }

    /// Fits that have not been answered yet.
    pub fn open_fits(&self) -> impl Iterator<Item = (Ticket, u32)> + '_ {
        let running = self.fit.iter().map(|fit| (fit.ticket, fit.fit));
        running.chain(self.queue.iter().map(|waiting| (waiting.ticket, waiting.fit)))
    }

    /// Take a request. An error means that the device did not answer. `Start` and `LoseDevice` are the driver's.
    pub async fn handle(&mut self, request: NeuralRequest) -> Result<(), String> {
        match request {
            NeuralRequest::Start { .. } | NeuralRequest::LoseDevice => {}
            NeuralRequest::Train { ticket, fit, spec, data, resume } => {
                let Some(data) = data else {
                    let message = "The prepared rows did not reach the trainer.".into();
                    (self.emit)(NeuralEvent::Failed { ticket, fit, message });
                    return Ok(());
                };
                self.queue.push_back(Waiting { ticket, fit, spec, data, resume, cancelled: false });
            }
            NeuralRequest::Pause { ticket } => {
                self.paused = Some(ticket);
                if let Some(fit) = self.fit.as_mut().filter(|fit| fit.ticket == ticket) {
                    fit.checkpoint(&self.clock, &self.emit).await?;
                }
            }
            NeuralRequest::Resume { ticket } => {
                self.paused.take_if(|paused| *paused == ticket);
            }
            NeuralRequest::Cancel { ticket } => self.cancel(ticket),
            NeuralRequest::Play { ticket, spec, data, resolution, steps_per_frame } => {
                self.play(ticket, spec, data, resolution, steps_per_frame);
            }
            NeuralRequest::PlayStep { ticket, steps } => {
                if let Some(play) = self.play.as_mut().filter(|play| play.ticket == ticket) {
                    play.steps = Some(play.steps.unwrap_or(0).saturating_add(steps));
                }
            }
            NeuralRequest::PlaySpeed { ticket, steps_per_frame } => {
                if let Some(play) = self.play.as_mut().filter(|play| play.ticket == ticket) {
                    play.steps_per_frame = steps_per_frame;
                }
            }
            NeuralRequest::Compare { ticket, spec, data, steps } => self.compare(ticket, spec, data, steps).await?,
        }
        Ok(())
    }

    /// Work for one slice. An error means that the device did not answer.
    pub async fn advance(&mut self) -> Result<Next, String> {
        self.begin_next();
        if let Some(fit) = self.fit.as_mut().filter(|fit| fit.goes_on(self.paused)) {
            let finished = fit.slice(&self.clock, &self.emit).await?;
            if let Some(stopped) = finished {
                let (network, mut record) = stopped;
                record.device = self.report.name.clone();
                (self.emit)(NeuralEvent::Fitted { ticket: fit.ticket, fit: fit.fit, network, record });
                self.fit = None;
                self.device.memory_cleanup();
            }
        }
        if let Some(play) = &mut self.play {
            play.slice(&self.clock, &self.emit).await?;
        }
        Ok(self.next())
    }

    fn next(&self) -> Next {
        let busy = match &self.fit {
            Some(fit) => fit.goes_on(self.paused),
            None => self.queue.iter().any(|waiting| waiting.may_begin(self.paused)),
        };
        match &self.play {
            _ if busy => Next::Now,
            Some(play) if play.steps.is_some() => Next::Now,
            Some(play) if play.steps_per_frame > 0 => {
                let wait = play.frame_at + FRAME_EVERY - (self.clock)();
                if wait > 1.0 { Next::After(wait) } else { Next::Now }
            }
            _ => Next::Idle,
        }
    }

    fn begin_next(&mut self) {
        while self.fit.is_none()
            && let Some(position) = self.queue.iter().position(|waiting| waiting.may_begin(self.paused))
            && let Some(waiting) = self.queue.remove(position)
        {
            let Waiting { ticket, fit, spec, data, resume, cancelled } = waiting;
            match Trainer::new(spec, data, &self.device, resume, self.clock.clone()) {
                Ok(mut trainer) => {
                    if cancelled {
                        trainer.cancel();
                    }
                    let now = (self.clock)();
                    self.fit = Some(Fit {
                        ticket,
                        fit,
                        steps: 1,
                        pace: Pace { first_row: trainer.rows_seen(), milliseconds: 0.0 },
                        progress_at: f64::NEG_INFINITY,
                        checkpoint_at: now,
                        checkpointed: trainer.step(),
                        trainer,
                    });
                }
                Err(message) => (self.emit)(NeuralEvent::Failed { ticket, fit, message }),
            }
        }
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(fit) = self.fit.as_mut().filter(|fit| fit.ticket == ticket) {
            fit.trainer.cancel();
        }
        self.paused.take_if(|paused| *paused == ticket);
        self.play.take_if(|play| play.ticket == ticket);
        for waiting in self.queue.iter_mut().filter(|waiting| waiting.ticket == ticket) {
            waiting.cancelled = true;
        }
        let nothing = |waiting: &Waiting| waiting.cancelled && waiting.resume.is_none();
        let (dropped, kept): (VecDeque<_>, _) = self.queue.drain(..).partition(nothing);
        self.queue = kept;
        for Waiting { ticket, fit, .. } in dropped {
            (self.emit)(NeuralEvent::Failed { ticket, fit, message: "Cancelled before it began.".into() });
        }
    }

    fn play(&mut self, ticket: Ticket, spec: NetworkSpec, data: NetworkData, resolution: u32, steps_per_frame: u32) {
        // It goes on for as long as it is watched, so that it has no end which a schedule could lead to.
        let spec = NetworkSpec { schedule: Schedule::Constant, epochs: u32::MAX, patience: None, ..spec };
        self.play = None;
        if data.features.n_columns != 2 || resolution == 0 {
            let message = "The playground needs two features and a surface of at least one point.".into();
            return (self.emit)(NeuralEvent::Failed { ticket, fit: 0, message });
        }
        match Trainer::new(spec, data, &self.device, None, self.clock.clone()) {
            Ok(trainer) => {
                let frame_at = f64::NEG_INFINITY;
                self.play = Some(Play { ticket, trainer, resolution, steps_per_frame, steps: Some(0), frame_at });
            }
            Err(message) => (self.emit)(NeuralEvent::Failed { ticket, fit: 0, message }),
        }
    }

    async fn compare(
        &mut self,
        ticket: Ticket,
        spec: NetworkSpec,
        data: NetworkData,
        steps: u32,
    ) -> Result<(), String> {
        let trainer = |device: &Device| Trainer::new(spec.clone(), data.clone(), device, None, self.clock.clone());
        let both = trainer(&Device::flex()).and_then(|cpu| Ok((cpu, trainer(&self.device)?)));
        let (mut cpu, mut gpu) = match both {
            Ok(both) => both,
            Err(message) => {
                (self.emit)(NeuralEvent::Failed { ticket, fit: 0, message });
                return Ok(());
            }
        };
        let cpu = cpu.step_losses(steps).await?;
        let gpu = if self.report.gpu { gpu.step_losses(steps).await? } else { Vec::new() };
        (self.emit)(NeuralEvent::Compared { ticket, cpu, gpu });
        Ok(())
    }
}

type Finished = (crate::model::network::Network, crate::model::network::TrainingRecord);

impl Waiting {
    fn may_begin(&self, paused: Option<Ticket>) -> bool {
        self.cancelled || paused != Some(self.ticket)
    }
}

impl Fit {
    /// A fit that has stopped only has to be handed back.
    fn goes_on(&self, paused: Option<Ticket>) -> bool {
        paused != Some(self.ticket) || self.trainer.stopped().is_some()
    }

    async fn slice(&mut self, clock: &Clock, emit: &Rc<dyn Fn(NeuralEvent)>) -> Result<Option<Finished>, String> {
        let (started, step) = (clock(), self.trainer.step());
        let advanced = self.trainer.advance(self.steps).await?;
        let took = (clock() - started).max(0.01);
        self.pace.milliseconds += took;
        let done = f64::from(self.trainer.step() - step).max(1.0);
        // At most twice as many steps as before: a first slice that compiled nothing must not mislead.
        self.steps = ((done * SLICE / took) as u32).clamp(1, (2 * self.steps).min(MOST_STEPS));
        match advanced {
            Advanced::Steps => {}
            Advanced::Epoch(point) => {
                if clock() - self.progress_at >= PROGRESS_EVERY {
                    self.progress_at = clock();
                    emit(self.progress(point));
                }
            }
            Advanced::Finished(_) => return self.trainer.finish().await.map(Some),
        }
        if clock() - self.checkpoint_at >= CHECKPOINT_EVERY {
            self.checkpoint(clock, emit).await?;
        }
        Ok(None)
    }

    fn progress(&self, point: CurvePoint) -> NeuralEvent {
        let per_second = 1000.0 * (self.trainer.rows_seen() - self.pace.first_row) / self.pace.milliseconds;
        let all = self.trainer.data().n_train as f64 * f64::from(self.trainer.epochs());
        NeuralEvent::Progress {
            ticket: self.ticket,
            fit: self.fit,
            point,
            epochs: self.trainer.epochs(),
            rows_per_second: per_second,
            seconds_left: (all - self.trainer.rows_seen()).max(0.0) / per_second,
        }
    }

    /// Tell where the training stands, unless nothing has happened since it was last told.
    async fn checkpoint(&mut self, clock: &Clock, emit: &Rc<dyn Fn(NeuralEvent)>) -> Result<(), String> {
        if self.trainer.step() > self.checkpointed {
            let checkpoint = self.trainer.checkpoint().await?;
            self.checkpointed = checkpoint.step;
            emit(NeuralEvent::Checkpoint { ticket: self.ticket, fit: self.fit, checkpoint });
        }
        self.checkpoint_at = clock();
        Ok(())
    }
}

impl Play {
    async fn slice(&mut self, clock: &Clock, emit: &Rc<dyn Fn(NeuralEvent)>) -> Result<(), String> {
        let steps = match self.steps.take() {
            Some(steps) => steps,
            None if self.steps_per_frame > 0 && clock() - self.frame_at >= FRAME_EVERY - 1.0 => self.steps_per_frame,
            None => return Ok(()),
        };
        self.frame_at = clock();
        self.trainer.run(steps).await?;
        let network = self.trainer.network().await?;
        let (step, data) = (self.trainer.step(), self.trainer.data());
        let epoch = step / self.trainer.steps_per_epoch();
        let frame = playground::frame(network, data, self.resolution, epoch, step);
        emit(NeuralEvent::Frame { ticket: self.ticket, frame });
        Ok(())
    }
}
