//! What the tests are made of: a table, a design, a report, and the page's side of the conversation.

use hearth::dataset::{DatasetSpec, Task};
use hearth::design::Design;
use hearth::job::neural::{Checkpoint, DeviceReport, NeuralEvent, NeuralRequest};
use hearth::job::{DesignCheck, Event, Preview, Request, RunId, Suggestion, TableSummary, Ticket};
use hearth::metrics::Metric;
use hearth::model::linear::LinearSpec;
use hearth::model::network::{Activation, Network, NetworkSpec, Schedule};
use hearth::model::{ClassWeights, Head, ModelSpec};
use hearth::pipeline::PipelineSpec;
use hearth::prepare::{Impute, PrepareSpec, Scaling};
use hearth::recipe::Recipe;
use hearth::split::{SplitFacts, SplitSpec};
use hearth::studio::project::Project;
use hearth::studio::{Action, Command, FileHandle, Studio};
use hearth::table::ColumnType;
use hearth::table::csv::CsvSettings;
use hearth::table::packed::Packing;
use hearth::table::profile::{ColumnProfile, Shape};
use hearth::validate::{ClassCurves, ClassViews, Fit, HoldoutReport, Report, Score, ThresholdPoint, Views};

pub fn studio() -> Studio {
    let mut studio = Studio::new(7);
    tick(&mut studio, 1_000.0);
    studio.update(Action::Engine(Event::Ready { version: "0".into(), n_hands: 1 }));
    studio
}

pub fn tick(studio: &mut Studio, now: f64) {
    let seconds = (now / 1000.0) as u32;
    studio.update(Action::Tick { now, date: format!("2026-11-23T16:00:{:02}Z", seconds % 60) });
}

pub fn file(name: &str) -> FileHandle {
    FileHandle { key: 1, name: name.into(), n_bytes: 120 }
}

pub fn column(name: &str, column_type: ColumnType) -> ColumnProfile {
    ColumnProfile {
        name: name.into(),
        column_type,
        n_missing: 0,
        n_distinct: 3,
        missing_spellings: Vec::new(),
        unit: None,
        has_time: false,
        shape: Shape::Levels { top: vec![("secret-value".into(), 4)] },
    }
}

pub fn summary(name: &str) -> TableSummary {
    TableSummary {
        packing: Packing::Plain,
        n_text_bytes: 0,
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
        recipe: Recipe::default(),
        steps: Vec::new(),
        beside: Vec::new(),
    }
}

pub fn network_spec() -> NetworkSpec {
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

pub fn design() -> Design {
    let prepare = PrepareSpec {
        encoding: hearth::prepare::Encoding::OneHot,
        impute: Impute::Median,
        missing_indicator: true,
        scaling: Scaling::Standard,
        min_category_rows: 1,
        max_categories: 10,
        max_words: 20,
    };
    let spec = |model| PipelineSpec { prepare: prepare.clone(), model };
    Design {
        dataset: DatasetSpec { target: "survived".into(), task: None, positive: None, roles: Vec::new() },
        split: SplitSpec::default(),
        metric: None,
        search: None,
        candidates: vec![
            spec(ModelSpec::Baseline),
            spec(ModelSpec::Linear(LinearSpec {
                l2: 1.0,
                l1: 0.0,
                huber: None,
                max_iterations: 10,
                class_weights: ClassWeights::Equal,
            })),
            spec(ModelSpec::Network(network_spec())),
        ],
    }
}

pub fn check() -> DesignCheck {
    DesignCheck {
        task: Task::Binary,
        classes: vec![("no".into(), 600), ("yes".into(), 400)],
        n_rows: 1_000,
        n_missing_target: 0,
        n_holdout: 200,
        fold_sizes: vec![160; 5],
        drawn: None,
        features: vec!["age".into(), "port".into()],
        left_out: Vec::new(),
        problems: Vec::new(),
        doubts: Vec::new(),
    }
}

pub fn report(auc: f64) -> Report {
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
        search: None,
        blend: None,
        fit: Fit::All,
        split: SplitFacts { n_folds: 5, stratified: true, n_fitted: 800, ..SplitFacts::default() },
        naive: None,
        resampled: None,
        test_to_train: 0.25,
        spread: None,
        aside: None,
        size: None,
    }
}

pub fn network() -> Network {
    Network { input_scale: vec![1.0, 1.0], layers: Vec::new(), activation: Activation::Relu, head: Head::Softmax }
}

pub fn checkpoint(epoch: u32) -> Checkpoint {
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
pub fn requests(commands: &[Command]) -> Vec<&Request> {
    commands
        .iter()
        .filter_map(|command| match command {
            Command::Engine { request, .. } | Command::EngineWithData { request, .. } => Some(request),
            _ => None,
        })
        .collect()
}

pub fn import_ticket(commands: &[Command]) -> Ticket {
    requests(commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Import { ticket, .. } => Some(*ticket),
            _ => None,
        })
        .expect("an import was asked for")
}

/// Drop a file on a project and answer that it can be read.
pub fn drop_readable(studio: &mut Studio, file: FileHandle) -> Vec<Command> {
    let commands = studio.update(Action::FileDropped(file));
    let ticket = preview_ticket(&commands);
    studio.update(Action::Engine(Event::Previewed { ticket, preview: preview() }))
}

pub fn preview_ticket(commands: &[Command]) -> Ticket {
    requests(commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Preview { ticket, .. } => Some(*ticket),
            _ => None,
        })
        .expect("a preview was asked for")
}

pub fn preview() -> Preview {
    Preview {
        settings: CsvSettings::default(),
        columns: Vec::new(),
        units: Vec::new(),
        rows: Vec::new(),
        warnings: Vec::new(),
        packing: Packing::Plain,
        entries: Vec::new(),
    }
}

pub fn check_ticket(commands: &[Command]) -> Ticket {
    requests(commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Check { ticket, .. } => Some(*ticket),
            _ => None,
        })
        .expect("a check was asked for")
}

pub fn saves(commands: &[Command]) -> Vec<(&Project, Option<&FileHandle>)> {
    commands
        .iter()
        .filter_map(|command| match command {
            Command::Save(project, file) => Some((&**project, file.as_ref())),
            _ => None,
        })
        .collect()
}

pub fn imported(ticket: Ticket, name: &str) -> Action {
    let suggestion = Some(Suggestion { design: design(), reason: "It is the last column.".into() });
    Action::Engine(Event::Imported { ticket, summary: summary(name), suggestion })
}

/// A studio with a table whose design was checked.
pub fn with_table() -> Studio {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    let commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    let ticket = check_ticket(&commands);
    studio.update(Action::Engine(Event::Checked { ticket, check: check() }));
    let stored = (studio.project.id.clone(), file("people.csv").key);
    studio.update(Action::Stored { project: stored.0, file: Some(stored.1), result: Ok(()) });
    studio
}

/// Begin a training; its ticket and first run.
pub fn train(studio: &mut Studio) -> (Ticket, RunId) {
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
pub fn trained() -> Studio {
    let mut studio = with_table();
    let (ticket, first) = train(&mut studio);
    for (candidate, auc) in [(0, 0.5), (1, 0.8), (2, 0.85)] {
        studio.update(Action::Engine(Event::RunFinished {
            ticket,
            run: first + candidate,
            candidate,
            report: report(auc),
            bytes: vec![candidate as u8],
            inputs: Vec::new(),
        }));
    }
    studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false }));
    // Nothing proved them wrong.
    studio.project.runs.iter_mut().for_each(|run| run.red_team = Some(Vec::new()));
    studio
}

pub fn told(studio: &Studio) -> String {
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

pub fn open_holdout(studio: &mut Studio) -> RunId {
    let run = studio.selected_run.expect("a run is selected");
    let commands = studio.update(Action::OpenHoldout(run));
    let ticket = requests(&commands)
        .into_iter()
        .find_map(|request| match request {
            Request::OpenHoldout { ticket, look, .. } => Some((*ticket, *look)),
            _ => None,
        })
        .expect("the test set was asked for");
    let report = HoldoutReport {
        scores: Vec::new(),
        baseline: Vec::new(),
        views: report(0.8).views,
        look: ticket.1,
        resampled: None,
        covered: Vec::new(),
    };
    studio.update(Action::Engine(Event::HoldoutOpened { ticket: ticket.0, run, report, bytes: vec![1] }));
    run
}

pub fn begin_network(studio: &mut Studio) -> (Ticket, Vec<Command>) {
    let (ticket, _) = train(studio);
    studio.update(Action::Engine(Event::FitBegan { ticket, candidate: 2, fold: 0 }));
    (ticket, studio.update(fit_network(ticket, 0, "first")))
}

/// The engine asks for the network of a fold.
pub fn fit_network(ticket: Ticket, fit: u32, key: &str) -> Action {
    Action::Engine(Event::FitNetwork {
        ticket,
        fit,
        key: key.into(),
        spec: network_spec(),
        n_train: 1,
        n_features: 2,
        data: Vec::new(),
        purpose: format!("Neural network: fold {} of 5", fit + 1),
    })
}

pub fn device(gpu: bool) -> Action {
    let name = if gpu { "WebGPU, card" } else { "CPU, SIMD128" };
    Action::Neural(NeuralEvent::Device { report: DeviceReport { gpu, name: name.into(), reason: String::new() } })
}

pub fn neural(commands: &[Command]) -> Vec<&NeuralRequest> {
    commands.iter().filter_map(|c| if let Command::Neural(request) = c { Some(request) } else { None }).collect()
}
