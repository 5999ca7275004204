//! A search on a table from a shell: the same engine and pool as in the browser, one fit at a time, without networks. It
//! tells each candidate's score over the folds and on the locked test set, which no trial has seen.
//!
//! `cargo run --release --example search FILE TARGET MINUTES`

use std::time::Instant;

use hearth::job::engine::Engine;
use hearth::job::message::decode;
use hearth::job::pool::{Answer, Hand, Order, PoolEvent};
use hearth::job::{Event, Request, SearchStart};
use hearth::model::ModelSpec;
use hearth::recipe::Recipe;
use hearth::table::source::ByteSource;
use hearth::tune::{Kind, SearchSpec};

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, target, minutes] = &arguments[..] else {
        return Err("usage: search FILE TARGET MINUTES".into());
    };
    let minutes = minutes.parse().map_err(|error| format!("MINUTES: {error}"))?;
    let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let mut shell = Shell { engine: Engine::new(1), began: Instant::now() };
    let import = Request::Import {
        ticket: 1,
        name: file.clone(),
        settings: None,
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let events = shell.ask(import, Some(bytes))?;
    let guess =
        events.into_iter().find_map(|e| if let Event::Imported { suggestion, .. } = e { suggestion } else { None });
    let mut design = guess.ok_or("nothing in this file can be predicted")?.design;
    design = hearth::studio::design_edits::with_target(&design, &[], target);
    design.candidates.retain(|candidate| !matches!(candidate.model, ModelSpec::Network(_)));
    let mut search = SearchSpec::usual(minutes);
    search.spaces.retain(|space| space.kind != Kind::Network);
    design.search = Some(search);
    let candidates: Vec<u32> = (0..design.candidates.len() as u32).collect();
    let start = Some(SearchStart::default());
    let train = Request::Train { ticket: 2, design: design.clone(), candidates, first_run: 1, search: start };
    let events = shell.ask(train, None)?;
    let trials =
        events.iter().filter(|e| matches!(e, Event::TrialTold { trial, .. } if trial.scores.is_empty())).count();
    println!("{trials} trials, {:.0} s", shell.began.elapsed().as_secs_f64());
    let mut members = Vec::new();
    for event in &events {
        if let Event::RunFinished { run, report, .. } = event {
            let name = if report.search.is_some() { "found" } else { "own" };
            shell.tell(*run, &format!("{run}, {name}"), &design, report)?;
            if *run > 1 {
                members.push((*run, run.to_string()));
            }
        }
    }
    for event in shell.ask(Request::Blend { ticket: 5, members, run: 90 }, None)? {
        if let Event::Blended { told, report, .. } = event {
            println!("ensemble {}: {:.4} against {:.4}", told.members_words(), told.score, told.single);
            if let Some(report) = report {
                shell.tell(90, "ensemble", &design, &report)?;
            }
        }
    }
    Ok(())
}

struct Shell {
    engine: Engine,
    began: Instant,
}

impl Shell {
    fn now(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    /// Ask the engine and do all that it orders of its pool.
    fn ask(&mut self, request: Request, file: Option<Vec<u8>>) -> Result<Vec<Event>, String> {
        let mut events = self.engine.handle(request, file.map(|bytes| Box::new(bytes) as Box<dyn ByteSource>));
        loop {
            let orders = self.engine.take_orders();
            if orders.is_empty() && self.engine.is_idle() {
                break;
            }
            for order in orders {
                if let Order::Do { id, bytes } = order {
                    let answer = self.done(&bytes)?;
                    events.extend(self.engine.pool_answered(id, answer));
                }
            }
            events.extend(self.engine.step(self.now()));
        }
        let failed =
            events.iter().find_map(|e| if let Event::Failed { error, .. } = e { Some(error.clone()) } else { None });
        failed.map_or(Ok(events), |error| Err(format!("{} {}", error.event, error.cure)))
    }

    fn done(&self, order: &[u8]) -> Result<Answer, String> {
        let mut hand = Hand::default();
        let mut events = hand.handle(decode(order)?, || self.now());
        while events.is_empty() {
            events = hand.step(|| self.now());
        }
        match events.swap_remove(0) {
            PoolEvent::Done { done, .. } => Ok(Answer::Done(done)),
            PoolEvent::Failed { error, .. } => Ok(Answer::Failed(error)),
            PoolEvent::Ready | PoolEvent::Dropped { .. } => Err("the pool did not answer".into()),
        }
    }

    /// One line: over the folds, and on the test set.
    fn tell(
        &mut self,
        run: u32,
        name: &str,
        design: &hearth::design::Design,
        report: &hearth::validate::Report,
    ) -> Result<(), String> {
        let metric = design.metric(report.task);
        let folds = report.scores.iter().find(|score| score.metric == metric).and_then(|score| score.mean);
        let mut truth = None;
        for event in self.ask(Request::OpenHoldout { ticket: 4, run, look: 1 }, None)? {
            if let Event::HoldoutOpened { report, .. } = event {
                truth = report.scores.iter().find(|(of, _)| *of == metric).and_then(|(_, score)| *score);
            }
        }
        let number = |score: Option<f64>| score.map_or("–".to_owned(), |score| format!("{score:.4}"));
        println!("{name}: {} {} over the folds, {} on the test set", metric.name(), number(folds), number(truth));
        Ok(())
    }
}
