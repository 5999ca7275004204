//! Time left and the bar, over sequences of events on a clock that is set by hand.

use hearth::design::Design;
use hearth::job::neural::NeuralEvent;
use hearth::job::{DesignCheck, Event, Progress, Request};
use hearth::model::ModelSpec;
use hearth::model::network::{CurvePoint, NetworkSpec, Stopped, TrainingRecord};
use hearth::studio::pace::TimeLeft;
use hearth::studio::words::time_left;
use hearth::studio::{Action, Studio};
use hearth::validate::Fit;

use super::made_up::*;

const EPOCHS: u32 = 1_000;
const SECONDS_PER_EPOCH: f64 = 0.05;
const FOLDS: u32 = 5;

/// A studio whose network has 1,000 epochs, after a baseline and a linear model.
fn large(patience: Option<u32>) -> Studio {
    let mut studio = with_table();
    let mut design: Design = design();
    design.candidates[2].model = ModelSpec::Network(NetworkSpec { epochs: EPOCHS, patience, ..network_spec() });
    let commands = studio.update(Action::EditDesign { label: "More epochs".into(), design });
    studio.update(Action::Engine(Event::Checked { ticket: check_ticket(&commands), check: check() }));
    studio
}

struct Walk {
    studio: Studio,
    now: f64,
    ticket: u32,
    first: u32,
    share: f64,
    /// (milliseconds, what was told then)
    told: Vec<(f64, TimeLeft)>,
}

impl Walk {
    fn begin(mut studio: Studio) -> Self {
        let now = 10_000.0;
        tick(&mut studio, now);
        let (ticket, first) = train(&mut studio);
        Self { studio, now, ticket, first, share: 0.0, told: Vec::new() }
    }

    fn after(&mut self, seconds: f64, action: Action) {
        self.now += seconds * 1000.0;
        tick(&mut self.studio, self.now);
        self.studio.update(action);
        let Some(job) = &self.studio.job else {
            return;
        };
        let share = job.share.expect("a bar");
        assert!(share >= self.share && share <= 1.0, "the bar went from {} to {share}", self.share);
        self.share = share;
        if let Some(left) = job.left {
            assert!(left.least <= left.most, "{left:?}");
            self.told.push((self.now, left));
        }
    }

    fn engine(&mut self, seconds: f64, event: Event) {
        self.after(seconds, Action::Engine(event));
    }

    fn fit(&mut self, seconds: f64, candidate: u32, fold: u32) {
        self.engine(0.0, Event::FitBegan { ticket: self.ticket, candidate, fold });
        self.fitted(seconds, seconds, candidate, fold);
    }

    /// A fit comes back after so many seconds; it took `seconds` of work.
    fn fitted(&mut self, after: f64, seconds: f64, candidate: u32, fold: u32) {
        let ticket = self.ticket;
        self.engine(after, Event::FitEnded { ticket, candidate, fold, seconds });
        if fold < FOLDS {
            let metric = hearth::metrics::Metric::RocAuc;
            self.engine(0.0, Event::FoldScored { ticket, candidate, fold, metric, score: Some(0.7) });
        } else {
            let run = self.first + candidate;
            self.engine(
                0.0,
                Event::RunFinished {
                    ticket,
                    run,
                    candidate,
                    report: report(0.7),
                    bytes: Vec::new(),
                    inputs: Vec::new(),
                },
            );
        }
        let done = u64::from(candidate * (FOLDS + 1) + fold + 1);
        let progress = Progress { doing: String::new(), done, total: 18, unit: "fits".into() };
        self.engine(0.0, Event::Progress { ticket, progress });
    }

    /// A network fit that goes on to `until`; the last fit has a quarter more rows.
    fn network(&mut self, fold: u32, until: u32, best: u32) {
        let ticket = self.ticket;
        let patience = match &self.studio.project.design.as_ref().expect("a design").candidates[2].model {
            ModelSpec::Network(spec) => spec.patience,
            _ => None,
        };
        let spec = NetworkSpec { epochs: EPOCHS, patience, ..network_spec() };
        let purpose = String::new();
        let began = self.now;
        self.engine(0.0, Event::FitBegan { ticket, candidate: 2, fold });
        self.engine(
            0.0,
            Event::FitNetwork {
                ticket,
                fit: fold,
                spec,
                n_train: 1,
                n_features: 2,
                data: Vec::new(),
                purpose,
                key: format!("fit {fold}"),
            },
        );
        if fold == 0 {
            self.after(0.0, device(false));
        }
        let each = if fold < FOLDS { SECONDS_PER_EPOCH } else { SECONDS_PER_EPOCH * 1.25 };
        for epoch in (20..=until).step_by(20) {
            let loss = (f64::from(epoch) - f64::from(best)).abs() as f32;
            let point = CurvePoint {
                epoch,
                step: epoch,
                train_loss: loss,
                validation_loss: loss,
                train_score: 0.5,
                validation_score: 0.5,
            };
            let seconds_left = f64::from(EPOCHS - epoch) * each;
            let progress =
                NeuralEvent::Progress { ticket, fit: fold, point, epochs: EPOCHS, rows_per_second: 1e4, seconds_left };
            self.after(20.0 * each, Action::Neural(progress));
        }
        let record = TrainingRecord { epochs_run: until, ..TrainingRecord::default() };
        self.after(0.0, Action::Neural(NeuralEvent::Fitted { ticket, fit: fold, network: network(), record }));
        self.fitted(0.0, (self.now - began) / 1000.0, 2, fold);
    }

    fn quick_ones(&mut self) {
        for fold in 0..=FOLDS {
            self.fit(0.01, 0, fold);
        }
        for fold in 0..=FOLDS {
            self.fit(0.1, 1, fold);
        }
    }
}

#[test]
fn after_a_tenth_the_time_left_is_within_a_factor_of_two_to_the_end() {
    let mut walk = Walk::begin(large(None));
    walk.quick_ones();
    let quick = walk.share;
    for fold in 0..=FOLDS {
        walk.network(fold, EPOCHS, EPOCHS);
    }
    let (began, end) = (10_000.0, walk.now);
    assert!(quick < 0.2, "quick fits before a large network are little of the work, not two thirds: {quick}");
    let tenth = began + 0.1 * (end - began);
    let mut n = 0;
    for (when, left) in &walk.told {
        let truth = (end - when) / 1000.0;
        // In the last seconds a factor says nothing.
        if *when >= tenth && truth > 2.0 {
            let ratio = left.middle() / truth;
            assert!((0.5..=2.0).contains(&ratio), "{truth} s are left, told were {left:?}");
            n += 1;
        }
    }
    assert!(n > 100, "{n} statements were looked at");
}

#[test]
fn with_early_stopping_the_range_holds_what_comes() {
    let mut walk = Walk::begin(large(Some(200)));
    walk.quick_ones();
    for (fold, until) in (0..=FOLDS).zip([400, 460, 420, 380, 440, 420]) {
        walk.network(fold, until, until - 200);
    }
    let (began, end) = (10_000.0, walk.now);
    let tenth = began + 0.1 * (end - began);
    for (when, left) in walk.told.iter().filter(|(when, _)| *when >= tenth) {
        let truth = (end - when) / 1000.0;
        assert!(
            left.least <= truth * 1.1 + 0.5 && left.most >= truth * 0.9 - 0.5,
            "{truth} s are left, told were {left:?}"
        );
    }
}

#[test]
fn a_pause_is_no_work() {
    let mut walk = Walk::begin(large(None));
    walk.quick_ones();
    walk.fit(1.0, 2, 0);
    let before = walk.studio.job.as_ref().and_then(|job| job.left).expect("a time");
    walk.after(0.0, Action::Pause);
    walk.after(3_600.0, Action::Resume);
    let progress = Progress { doing: String::new(), done: 13, total: 18, unit: "fits".into() };
    walk.engine(0.0, Event::Progress { ticket: walk.ticket, progress });
    let after = walk.studio.job.as_ref().and_then(|job| job.left).expect("a time");
    assert!((before.middle() - after.middle()).abs() < 1.0, "{before:?} then {after:?}");
}

#[test]
fn after_stop_no_time_left_is_told() {
    let mut walk = Walk::begin(large(None));
    walk.quick_ones();
    walk.network(0, EPOCHS, EPOCHS);
    assert!(walk.studio.job.as_ref().is_some_and(|job| job.left.is_some()));
    walk.after(1.0, Action::Cancel);
    let told = walk.told.len();
    // What was under way still answers: the fold that ends, and how far the engine is.
    walk.fit(1.0, 2, 1);
    walk.after(1.0, Action::Pause);
    walk.after(1.0, Action::Resume);
    let progress = Progress { doing: "Scoring".into(), done: 14, total: 18, unit: "fits".into() };
    walk.engine(0.5, Event::Progress { ticket: walk.ticket, progress });
    assert_eq!(walk.told.len(), told, "{:?}", walk.told.last());
    let job = walk.studio.job.as_ref().expect("it comes to its end");
    assert!(job.stopping && job.progress.as_ref().is_some_and(|p| p.doing.starts_with("Stopping")), "{job:?}");
    assert_eq!(walk.studio.live_fact(hearth::studio::Stage::Train), "stopping");
}

#[test]
fn before_anything_was_measured_the_cost_is_called_a_guess() {
    let studio = large(None);
    let left = studio.expected(&[0, 1, 2]).expect("a guess");
    assert!(left.guess && left.most > 3.0 * left.least, "{left:?}");
    let said = studio.guessed_cost().expect("a sentence");
    assert!(said.contains("a guess"), "{said}");
    assert_eq!(studio.train_label(), "Train 3 candidates", "a button promises nothing that is only guessed");
    assert_eq!(trained().guessed_cost(), None);
}

#[test]
fn a_stopped_run_tells_no_cost() {
    let mut studio = trained();
    let told = studio.expected(&[2]).expect("a run tells");
    let network = studio.project.runs.last_mut().expect("three runs");
    let record =
        TrainingRecord { stopped: Stopped::Cancelled, epochs_run: 1, seconds: 0.1, ..TrainingRecord::default() };
    network.report.training = Some(record);
    assert!(!told.guess && studio.expected(&[2]).expect("a guess").guess);
    studio.project.runs.last_mut().expect("three runs").report.training = None;
    assert_eq!(studio.expected(&[2]), Some(told));
    studio.project.runs.last_mut().expect("three runs").report.fit =
        Fit::Fold { fold: 2, n_folds: FOLDS, n_training: 100, n_rarest: None };
    assert!(studio.expected(&[2]).expect("a guess").guess, "two of five folds are no complete run");
}

#[test]
fn time_is_told_as_a_range_where_it_is_one() {
    let said = |least: f64, most: f64| time_left(TimeLeft { least, most, guess: false });
    assert_eq!(said(1.0, 4.0), "a few seconds");
    assert_eq!(said(40.0, 44.0), "about 40 s");
    assert_eq!(said(3.0, 40.0), "up to 40 s");
    assert_eq!(said(20.0, 80.0), "20 to 80 s");
    assert_eq!(said(20.0, 180.0), "20 s to 3 min");
    assert_eq!(said(120.0, 600.0), "2 to 10 min");
    assert_eq!(said(7_200.0, 7_300.0), "about 2 h");
    assert_eq!(said(1.0, f64::NAN), "");
}

/// The events of this file are those of the engine; its check is what tells the rows.
#[test]
fn more_rows_take_longer() {
    let few = trained().expected(&[1]).expect("a run tells");
    let mut studio = trained();
    let commands = studio.update(Action::EditDesign {
        label: "Other".into(),
        design: Design { metric: Some(hearth::metrics::Metric::F1), ..design() },
    });
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::Check { .. })));
    let many = DesignCheck { n_rows: 10_000, n_holdout: 2_000, ..check() };
    studio.update(Action::Engine(Event::Checked { ticket: check_ticket(&commands), check: many }));
    let more = studio.expected(&[1]).expect("a run tells");
    assert!((more.most / few.most - 10.0).abs() < 1e-9, "{few:?}, {more:?}");
}
