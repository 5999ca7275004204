//! The network fits: the engine asks for them, the neural worker runs them, and the studio carries them over a lost
//! device, and by what it keeps as unfinished over a lost session.

use super::super::pace::Told;
use super::*;

/// After this many lost workers without a new checkpoint the CPU is taken; after one more the fit is given up.
const RESTARTS_BEFORE_CPU: u32 = 2;
/// Longer curves drop every other point of their older half.
const MOST_CURVE_POINTS: usize = 4_000;

impl Studio {
    pub(super) fn fit_network(
        &mut self,
        (ticket, fit, key): (Ticket, u32, String),
        spec: NetworkSpec,
        (n_train, n_features): (u64, u32),
        purpose: String,
    ) -> Vec<Command> {
        let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket && !t.finished) else {
            return Vec::new();
        };
        training.curve.clear();
        if let Some((network, record)) = self.unfinished.fitted(&key) {
            // An earlier session has fitted it.
            training.pace.epochs = Some(record.epochs_run);
            return vec![Self::engine(Request::NetworkFitted { ticket, fit, network, record })];
        }
        let checkpoint = self.unfinished.checkpoint(&key);
        let stopping = self.job.as_ref().is_some_and(|job| job.ticket == ticket && job.stopping);
        if stopping && checkpoint.is_none() {
            // It was on its way when the person stopped the training: it has nothing, and the engine keeps the folds
            // that are complete.
            let message = "Stopped before it began.".to_owned();
            return vec![Self::engine(Request::NetworkFailed { ticket, fit, message })];
        }
        if let Some(checkpoint) = &checkpoint {
            training.curve.clone_from(&checkpoint.curve);
        }
        training.fit = Some(fit);
        training.purpose = purpose;
        training.rows_per_second = 0.0;
        training.pace.network_began(n_features);
        self.fit = Some(NetworkFit {
            ticket,
            fit,
            key,
            spec,
            n_train,
            checkpoint,
            restarts: 0,
            started: self.clock.now,
            stop: if stopping { Stop::Owed } else { Stop::No },
            told: None,
        });
        self.tell_time();
        self.send_fit()
    }

    /// Give the neural worker the fit, once it has a device.
    fn send_fit(&mut self) -> Vec<Command> {
        if self.device.is_none() {
            return self.start_neural();
        }
        let Some(fit) = &self.fit else {
            return Vec::new();
        };
        vec![Command::Neural(NeuralRequest::Train {
            ticket: fit.ticket,
            fit: fit.fit,
            spec: fit.spec.clone(),
            data: None,
            resume: fit.checkpoint.as_deref().cloned(),
        })]
    }

    /// Tell the worker which device to take, once in its life.
    pub(super) fn start_neural(&mut self) -> Vec<Command> {
        if self.neural_started {
            return Vec::new();
        }
        self.neural_started = true;
        vec![Command::Neural(NeuralRequest::Start { choice: self.device_choice })]
    }

    /// With its device the worker begins to warm up, which wants the cores that an import and a profile need: not before
    /// a table is there and known. What needs a device at once starts it itself.
    pub(super) fn start_neural_in_peace(&mut self) -> Vec<Command> {
        let at_peace = self.import.is_none() && self.job.is_none() && self.waits.profile.is_none();
        if self.neural_ready && self.table.is_some() && at_peace { self.start_neural() } else { Vec::new() }
    }

    pub(super) fn neural_event(&mut self, event: NeuralEvent) -> Vec<Command> {
        match event {
            NeuralEvent::Ready => {
                self.trainer_missing = false;
                self.neural_ready = true;
                Vec::new()
            }
            NeuralEvent::Device { report } => {
                self.device = Some(report);
                let mut commands = self.send_fit();
                commands.extend(self.device_is_here());
                commands
            }
            NeuralEvent::Progress { ticket, fit, point, rows_per_second, seconds_left, .. } => {
                self.network_progress(ticket, fit, point, rows_per_second, seconds_left);
                self.stop_where_owed(ticket, fit)
            }
            NeuralEvent::Checkpoint { ticket, fit, checkpoint } => {
                self.keep_checkpoint(ticket, fit, checkpoint);
                let mut commands = self.note_checkpoint();
                commands.extend(self.stop_where_owed(ticket, fit));
                commands
            }
            NeuralEvent::Fitted { ticket, fit, network, record } => {
                let Some(key) = self.running_fit(ticket, fit).map(|running| running.key.clone()) else {
                    return Vec::new();
                };
                if let Some(training) = &mut self.training {
                    training.pace.epochs = Some(record.epochs_run);
                }
                self.fit_ended();
                let mut commands = self.note_fitted(key, &network, &record);
                commands.push(Self::engine(Request::NetworkFitted { ticket, fit, network, record }));
                commands
            }
            NeuralEvent::Failed { ticket, fit, message } => {
                if self.running_fit(ticket, fit).is_none() {
                    if ticket == self.playground.ticket {
                        self.playground.playing = false;
                        self.tell(Tone::Failure, message, Some(("Start again", Action::Play(PlaygroundAction::Reset))));
                    }
                    return Vec::new();
                }
                self.fit_ended();
                vec![Self::engine(Request::NetworkFailed { ticket, fit, message })]
            }
            NeuralEvent::DeviceLost { message } => {
                self.device = None;
                self.neural_lost = Some(message);
                vec![Command::RestartWorker { neural: true }]
            }
            NeuralEvent::Frame { ticket, frame } => quietly(|| {
                if ticket == self.playground.ticket {
                    self.playground.frame = Some(frame);
                }
            }),
            // Asked for by tests only.
            NeuralEvent::Compared { .. } => Vec::new(),
        }
    }

    fn running_fit(&mut self, ticket: Ticket, fit: u32) -> Option<&mut NetworkFit> {
        self.fit.as_mut().filter(|running| running.ticket == ticket && running.fit == fit)
    }

    /// End the fit under way with its best weights. False where it has none yet and no trainer works on it.
    pub(super) fn stop_fit(&mut self, commands: &mut Vec<Command>) -> bool {
        let Some(fit) = &mut self.fit else {
            return true;
        };
        if self.device.is_some() {
            fit.stop = Stop::Told;
            commands.push(Command::Neural(NeuralRequest::Cancel { ticket: fit.ticket }));
        } else if fit.checkpoint.is_some() {
            fit.stop = Stop::Owed;
        } else {
            return false;
        }
        true
    }

    /// The trainer that was started again has gone on: now it can be told to stop.
    fn stop_where_owed(&mut self, ticket: Ticket, fit: u32) -> Vec<Command> {
        match self.running_fit(ticket, fit) {
            Some(running) if running.stop == Stop::Owed => {
                running.stop = Stop::Told;
                vec![Command::Neural(NeuralRequest::Cancel { ticket })]
            }
            _ => Vec::new(),
        }
    }

    /// Keep what the fit can go on from. Checkpoints come every two seconds, so within a long epoch it is they that say
    /// how fast it learns.
    fn keep_checkpoint(&mut self, ticket: Ticket, fit: u32, checkpoint: Checkpoint) {
        let Some(running) = self.running_fit(ticket, fit) else {
            return;
        };
        let before = running.checkpoint.replace(Arc::new(checkpoint));
        running.restarts = 0;
        let now = running.checkpoint.as_deref();
        let (step, seconds) = now.map_or((0, 0.0), |c| (c.step, c.seconds));
        // Until the first checkpoint programs are still being compiled: a pace from then on frightens for nothing.
        let Some((first, since)) = before.map(|c| (c.step, c.seconds)) else {
            return;
        };
        let (steps, seconds) = (f64::from(step.saturating_sub(first)), seconds - since);
        if steps == 0.0 || seconds <= 0.0 {
            return;
        }
        let (rows, batch) = (running.n_train as f64, f64::from(running.spec.batch_size.max(1)));
        let per_epoch = libm::ceil(rows / batch).max(1.0);
        let pace = steps / seconds;
        let left = (per_epoch * f64::from(running.spec.epochs) - f64::from(step)).max(0.0) / pace;
        let epochs_left = (f64::from(running.spec.epochs) - f64::from(step) / per_epoch).max(0.0);
        running.told = Told::new(running.told, left, epochs_left);
        self.tell_pace(ticket, pace / per_epoch * rows);
    }

    fn tell_pace(&mut self, ticket: Ticket, rows_per_second: f64) {
        if let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket) {
            training.rows_per_second = rows_per_second;
        }
        self.tell_time();
    }

    pub(super) fn fit_ended(&mut self) {
        self.fit = None;
        if let Some(training) = &mut self.training {
            training.fit = None;
        }
    }

    fn network_progress(
        &mut self,
        ticket: Ticket,
        fit: u32,
        point: CurvePoint,
        rows_per_second: f64,
        seconds_left: f64,
    ) {
        let Some(running) = self.running_fit(ticket, fit) else {
            return;
        };
        let epochs_left = f64::from(running.spec.epochs.saturating_sub(point.epoch));
        running.told = Told::new(running.told, seconds_left, epochs_left);
        if let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket) {
            // After a restart the trainer repeats the steps since the checkpoint; the curve goes on from there.
            training.curve.retain(|p| p.step < point.step);
            training.curve.push(point);
            if training.curve.len() > MOST_CURVE_POINTS {
                thin(&mut training.curve);
            }
        }
        self.tell_pace(ticket, rows_per_second);
    }

    pub(super) fn choose_device(&mut self, choice: DeviceChoice) -> Vec<Command> {
        if self.device_choice == choice {
            return Vec::new();
        }
        self.device_choice = choice;
        if self.neural_started {
            // A worker keeps its device for life.
            self.neural_restart_asked = true;
            vec![Command::RestartWorker { neural: true }]
        } else {
            Vec::new()
        }
    }

    /// The neural worker was started again: the fit goes on from its last checkpoint.
    pub(super) fn neural_restarted(&mut self, message: &str) -> Vec<Command> {
        let lost = self.neural_lost.take();
        let asked_for = std::mem::take(&mut self.neural_restart_asked) && lost.is_none();
        let message = lost.as_deref().unwrap_or(message);
        self.device = None;
        self.neural_ready = false;
        self.neural_started = false;
        self.playground.frame = None;
        let mut commands = Vec::new();
        if let Some(fit) = &mut self.fit {
            fit.restarts += u32::from(!asked_for);
            let (restarts, ticket, number) = (fit.restarts, fit.ticket, fit.fit);
            let epoch = fit.checkpoint.as_ref().map(|c| c.epoch);
            if restarts > RESTARTS_BEFORE_CPU {
                self.fit_ended();
                commands.push(Self::engine(Request::NetworkFailed {
                    ticket,
                    fit: number,
                    message: format!("The trainer ended {restarts} times ({message})."),
                }));
                return commands;
            }
            if fit.stop != Stop::No {
                fit.stop = Stop::Owed;
                if epoch.is_none() {
                    // There is nothing to keep, and nothing more is wanted.
                    self.fit_ended();
                    let message = "It ended before there was anything to keep.".to_owned();
                    commands.extend(self.start_neural());
                    commands.push(Self::engine(Request::NetworkFailed { ticket, fit: number, message }));
                    return commands;
                }
            }
            if restarts >= RESTARTS_BEFORE_CPU {
                self.device_choice = DeviceChoice::Cpu;
            }
            if !asked_for {
                self.tell_of_restart(message, epoch);
            }
            if self.job.as_ref().is_some_and(|job| job.paused) {
                commands.push(Command::Neural(NeuralRequest::Pause { ticket }));
            }
        } else if !asked_for {
            self.notice(
                Tone::Information,
                Problem {
                    event: format!("The trainer was started again ({message})."),
                    kept: "Nothing was lost: no network was being trained.".to_owned(),
                    ..Problem::default()
                },
                None,
            );
        }
        let mut all = self.start_neural();
        all.extend(commands);
        all
    }

    /// The neural worker cannot be started: a fit that needs it has failed, and the candidates after it go on.
    pub(super) fn trainer_unavailable(&mut self, message: &str) -> Vec<Command> {
        self.trainer_missing = true;
        self.device = None;
        self.neural_ready = false;
        self.neural_started = false;
        self.neural_restart_asked = false;
        self.neural_lost = None;
        self.playground.playing = false;
        self.playground.frame = None;
        let event = format!("The neural trainer could not be started ({message}).");
        if let Some(fit) = &self.fit {
            // The candidate that has failed says so, and why.
            let (ticket, fit) = (fit.ticket, fit.fit);
            self.fit_ended();
            let failed = Self::engine(Request::NetworkFailed { ticket, fit, message: event });
            return vec![failed, Command::LookForUpdate];
        }
        if self.notices.iter().any(|notice| notice.problem.event == event) {
            // A candidate that has failed of it says so.
            return vec![Command::LookForUpdate];
        }
        let (cure, button) = self.trainer_cure();
        self.notice(
            Tone::Doubt,
            Problem {
                place: String::new(),
                event,
                kept: "Baselines, linear models and trees train without it; all else works.".to_owned(),
                cure,
            },
            Some(button),
        );
        vec![Command::LookForUpdate]
    }

    /// What helps where the trainer is not there: when the host has changed, only its newer version has one that fits.
    pub(super) fn trainer_cure(&self) -> (String, (&'static str, Action)) {
        match self.update_waiting {
            true => (
                "The trainer of this version is not on the host any more, and this browser does not hold it: take the new \
                 version, then train again."
                    .to_owned(),
                ("Take the new version", Action::AcceptUpdate),
            ),
            false => (
                "It is tried again when a network is trained. If that fails too while the server can be reached, load the \
                 page again or use a current browser."
                    .to_owned(),
                ("Load the page again", Action::LoadAgain),
            ),
        }
    }

    fn tell_of_restart(&mut self, message: &str, epoch: Option<u32>) {
        let kept = match epoch {
            Some(epoch) => format!("Training goes on from epoch {epoch}, with the weights as they were then."),
            None => "No epoch was complete yet; this network begins again.".to_owned(),
        };
        let cure = match self.device_choice {
            DeviceChoice::Cpu => "It goes on with the CPU.".to_owned(),
            DeviceChoice::Automatic => "If it happens again, train with the CPU.".to_owned(),
        };
        let button = (self.device_choice == DeviceChoice::Automatic)
            .then_some(("Use the CPU", Action::ChooseDevice(DeviceChoice::Cpu)));
        self.notice(
            Tone::Doubt,
            Problem {
                place: "The trainer".to_owned(),
                event: format!("It ended and was started again ({message})."),
                kept,
                cure,
            },
            button,
        );
    }
}

/// Keep the newer half, and every other point of the older.
fn thin(curve: &mut Vec<CurvePoint>) {
    let half = curve.len() / 2;
    let mut position = 0;
    curve.retain(|_| {
        position += 1;
        position > half || position % 2 == 1
    });
}
