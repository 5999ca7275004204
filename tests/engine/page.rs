//! A page that asks and waits, and what it gives the engine.

use hearth::design::Design;
use hearth::job::engine::Engine;
use hearth::job::message::{decode, encode};
use hearth::job::pool::{Answer, Hand, Order, PoolEvent};
use hearth::job::{DesignCheck, Event, Problem, Request, RowPrediction, Suggestion, TableSummary};
use hearth::metrics::Metric;
use hearth::model::Head;
use hearth::model::network::{Layer, Network, NetworkData, NetworkSpec, NetworkTarget, Stopped, TrainingRecord};
use hearth::random::Random;
use hearth::recipe::Recipe;
use hearth::table::source::ByteSource;
use hearth::validate::Report;

/// A stand-in for the neural worker.
pub type Trainer = fn(&NetworkSpec, &NetworkData) -> Result<Network, String>;

#[derive(Default)]
pub struct Page {
    pub engine: Engine,
    pub now: f64,
    /// Answers to `FitNetwork`; without one the fit stays open.
    pub trainer: Option<Trainer>,
}

impl Page {
    /// Send a request and take steps until nothing is left to do. Both ways through the encoding of messages.
    pub fn ask(&mut self, request: Request, file: Option<&[u8]>) -> Vec<Event> {
        let request = decode(&encode(&request)).expect("a request reads back");
        let source = file.map(|bytes| Box::new(bytes.to_vec()) as Box<dyn ByteSource>);
        let mut events = self.engine.handle(request, source);
        self.drain(&mut events);
        events.iter().map(|event| decode(&encode(event)).expect("an event reads back")).collect()
    }

    pub fn drain(&mut self, events: &mut Vec<Event>) {
        let mut answered = 0;
        for _ in 0..2_000_000 {
            while answered < events.len() {
                let reply = self.reply(&events[answered]);
                answered += 1;
                if let Some(reply) = reply {
                    events.extend(self.engine.handle(reply, None));
                }
            }
            self.serve_pool(events);
            if self.engine.is_idle() && answered == events.len() {
                return;
            }
            self.now += 5.0;
            events.extend(self.engine.step(self.now));
        }
        panic!("the engine never became idle");
    }

    /// Do what the engine has ordered of its pool, one after the other.
    pub fn serve_pool(&mut self, events: &mut Vec<Event>) {
        for order in self.engine.take_orders() {
            if let Order::Do { id, bytes } = order {
                events.extend(self.engine.pool_answered(id, done(&bytes)));
            }
        }
    }

    fn reply(&self, event: &Event) -> Option<Request> {
        let (Some(trainer), Event::FitNetwork { ticket, fit, spec, data, .. }) = (self.trainer, event) else {
            return None;
        };
        Some(match trainer(spec, &decode(data).expect("what the engine wrote")) {
            Ok(network) => {
                Request::NetworkFitted { ticket: *ticket, fit: *fit, network, record: record(Stopped::Early) }
            }
            Err(message) => Request::NetworkFailed { ticket: *ticket, fit: *fit, message },
        })
    }

    pub fn import(&mut self, name: &str, bytes: &[u8]) -> (TableSummary, Option<Suggestion>) {
        let request = Request::Import {
            ticket: 1,
            name: name.into(),
            settings: None,
            recipe: Recipe::default(),
            beside: Vec::new(),
        };
        let events = self.ask(request, Some(bytes));
        match events.into_iter().next_back() {
            Some(Event::Imported { ticket: 1, summary, suggestion }) => (summary, suggestion),
            other => panic!("the file was not read: {other:?}"),
        }
    }

    pub fn check(&mut self, design: &Design) -> DesignCheck {
        match self.ask(Request::Check { ticket: 2, design: design.clone() }, None).pop() {
            Some(Event::Checked { ticket: 2, check }) => check,
            other => panic!("the design was not checked: {other:?}"),
        }
    }

    pub fn train(&mut self, design: &Design) -> Vec<Event> {
        let design = design.clone();
        self.ask(Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None }, None)
    }

    pub fn predict(&mut self, run: u32, cells: &[(&str, &str)]) -> RowPrediction {
        let cells = cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        match self
            .ask(Request::PredictRow { ticket: 4, run, cells, on_unseen: hearth::prepare::OnUnseen::Flag }, None)
            .pop()
        {
            Some(Event::Predicted { prediction, .. }) => prediction,
            other => panic!("the row was not predicted: {other:?}"),
        }
    }
}

/// What a worker of the pool makes of an order. Both ways through the encoding of messages.
pub fn done(order: &[u8]) -> Answer {
    let mut hand = Hand::default();
    let mut events = hand.handle(decode(order).expect("what the engine wrote"), || 0.0);
    while events.is_empty() {
        events = hand.step(|| 0.0);
    }
    match decode(&encode(&events[0])).expect("an event reads back") {
        PoolEvent::Done { done, .. } => Answer::Done(done),
        PoolEvent::Failed { error, .. } => Answer::Failed(error),
        other => panic!("no answer: {other:?}"),
    }
}

/// The positions of all candidates.
pub fn every(design: &Design) -> Vec<u32> {
    (0..design.candidates.len() as u32).collect()
}

pub fn record(stopped: Stopped) -> TrainingRecord {
    TrainingRecord { stopped, device: "by hand".into(), seconds: 0.5, epochs_run: 3, ..TrainingRecord::default() }
}

/// One layer: the mean of each class's training rows as weights, so that it is better than guessing.
pub fn nearest_mean(_: &NetworkSpec, data: &NetworkData) -> Result<Network, String> {
    let n_inputs = data.features.n_columns;
    let (weights, bias, n_outputs, head) = match &data.target {
        NetworkTarget::Classes { codes, n_classes, .. } => {
            let mut means = vec![0.0f32; n_inputs * n_classes];
            let mut counts = vec![0.0f32; *n_classes];
            for (row, code) in codes.iter().enumerate().take(data.n_train) {
                let class = *code as usize;
                counts[class] += 1.0;
                for (column, value) in data.features.row(row).iter().enumerate() {
                    means[class * n_inputs + column] += value;
                }
            }
            for class in 0..*n_classes {
                for mean in &mut means[class * n_inputs..(class + 1) * n_inputs] {
                    *mean /= counts[class].max(1.0);
                }
            }
            // Squared distances to the means, but for a term that is the same for all.
            let bias: Vec<f32> =
                means.chunks(n_inputs).map(|mean| -mean.iter().map(|m| m * m).sum::<f32>() / 2.0).collect();
            (means, bias, *n_classes, Head::Softmax)
        }
        NetworkTarget::Values(values) => {
            let mean = values[..data.n_train].iter().sum::<f32>() / data.n_train as f32;
            (vec![0.0; n_inputs], vec![0.0], 1, Head::Value { center: mean, scale: 1.0 })
        }
    };
    Ok(Network {
        input_scale: vec![1.0; n_inputs],
        layers: vec![Layer { weights, bias, n_inputs: n_inputs as u32, n_outputs: n_outputs as u32 }],
        activation: hearth::model::network::Activation::Relu,
        head,
    })
}

pub fn failing(_: &NetworkSpec, _: &NetworkData) -> Result<Network, String> {
    Err("The trainer ran out of memory.".into())
}

pub fn runs(events: &[Event]) -> Vec<(u32, u32, &Report, &[u8])> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::RunFinished { run, candidate, report, bytes, .. } => {
                Some((*run, *candidate, report, bytes.as_slice()))
            }
            _ => None,
        })
        .collect()
}

pub fn mean(report: &Report, metric: Metric) -> f64 {
    report.scores.iter().find(|s| s.metric == metric).and_then(|s| s.mean).expect("the metric was scored")
}

pub fn failure(events: &[Event]) -> &Problem {
    events
        .iter()
        .find_map(|event| if let Event::Failed { error, .. } = event { Some(error) } else { None })
        .unwrap_or_else(|| panic!("nothing failed: {events:?}"))
}

/// People on a ship: age and port decide, a number names the row, and some cells are missing.
pub fn people(n: usize) -> Vec<u8> {
    people_of(5, n)
}

/// Other people of the same kind for each seed.
pub fn people_of(seed: u64, n: usize) -> Vec<u8> {
    let mut random = Random::new(seed, 0);
    let mut text = "id,age,port,joined,survived\n".to_owned();
    for i in 0..n {
        let age = 1.0 + 79.0 * random.unit();
        let port = ["Cherbourg", "Queenstown", "Southampton"][random.below(3) as usize];
        let chance = if age < 30.0 { 0.8 } else { 0.25 } + if port == "Cherbourg" { 0.15 } else { 0.0 };
        let survived = if random.unit() < chance { "yes" } else { "no" };
        let age = if random.unit() < 0.1 { String::new() } else { format!("{age:.1}") };
        let (month, day) = (1 + random.below(12), 1 + random.below(28));
        text += &format!("{},{age},{port},2024-{month:02}-{day:02},{survived}\n", i + 1);
    }
    text.into_bytes()
}

/// Cost by size, with three classes of make.
pub fn costs(n: usize) -> Vec<u8> {
    let mut random = Random::new(6, 0);
    let mut text = "size;make;cost\n".to_owned();
    for _ in 0..n {
        let size = 10.0 * random.unit();
        let make = ["A", "B", "C"][random.below(3) as usize];
        let extra = if make == "C" { 20.0 } else { 0.0 };
        let cost = 5.0 + 3.0 * size + extra + random.normal();
        text +=
            &format!("{};{make};{}\n", format!("{size:.3}").replace('.', ","), format!("{cost:.3}").replace('.', ","));
    }
    text.into_bytes()
}
