//! The SHA-256 of a package, file by file and as a whole, made by the same engine as in the browser.
//!
//! `cargo run --example package_digest FILE SECONDS REQUEST...`: a linear model of a sample, trained here. `SECONDS` is how long
//! the fits took; when the training ended, and what the studio says of the model, is in the request.
//!
//! `cargo run --example package_digest stored RUN REQUEST...`: a run as the browser has stored it, of any kind. The last of
//! the requests, each a file with a message from page to engine, that asks for a package is the one that is answered.

use hearth::design::Design;
use hearth::job::engine::Engine;
use hearth::job::message::decode;
use hearth::job::pool::{Answer, Hand, Order, PoolEvent};
use hearth::job::{Event, PackageAbout, Request, RunId};
use hearth::model::ModelSpec;
use hearth::package::{archive, build, open};
use hearth::recipe::Recipe;
use hearth::table::source::ByteSource;
use sha2::{Digest, Sha256};

const RUN: u32 = 1;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [mode, run, requests @ ..] if mode == "stored" => tell(&of_stored(run, requests)?),
        [file, seconds, requests @ ..] => tell(&of_sample(file, seconds, requests)?),
        _ => Err("usage: package_digest FILE SECONDS REQUEST..., or package_digest stored RUN REQUEST...".into()),
    }
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{path}: {error}"))
}

/// The last of the requests that asks for a package.
fn asked(requests: &[String]) -> Result<(RunId, PackageAbout), String> {
    let mut wanted = None;
    for path in requests {
        if let Request::Package { run, about, .. } = decode(&read(path)?)? {
            wanted = Some((run, about));
        }
    }
    wanted.ok_or_else(|| "no request asks for a package".to_owned())
}

/// The package of a stored run, for a request of the page.
fn of_stored(run: &str, requests: &[String]) -> Result<Vec<u8>, String> {
    let (number, about) = asked(requests)?;
    let mut engine = Engine::default();
    let events = ask(&mut engine, Request::Restore { run: number, bytes: read(run)? }, None)?;
    let refused = events.iter().find_map(|event| match event {
        Event::Restored { problem, .. } => problem.as_ref(),
        _ => None,
    });
    if let Some(problem) = refused {
        return Err(format!("{run}: {}", problem.event));
    }
    package(&mut engine, number, &about)
}

/// The package of a linear model of a sample.
fn of_sample(file: &str, seconds: &str, requests: &[String]) -> Result<Vec<u8>, String> {
    let seconds: f64 = seconds.parse().map_err(|error| format!("SECONDS: {error}"))?;
    let path = std::path::Path::new(file);
    let text_of = |part: Option<&std::ffi::OsStr>| part.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let name = text_of(path.file_name());
    let bytes = read(file)?;

    let mut engine = Engine::default();
    let design = import(&mut engine, name, bytes)?;
    let train = Request::Train { ticket: 2, design, candidates: vec![0], first_run: RUN, search: None };
    ask(&mut engine, train, None)?;
    let (_, about) = asked(requests)?;
    let zip = package(&mut engine, RUN, &about)?;

    // Made once more from what it holds: it is the same, and then the same but for the time that the fits took.
    let opened = open::open(&zip, "package").map_err(|problem| problem.event)?;
    let make = |report| {
        build::make(&opened.pipeline, report, &opened.design, &about, &opened.source)
            .map(|(_, zip)| zip)
            .map_err(|problem| problem.event)
    };
    if make(&opened.report)? != zip {
        return Err("the opened package is not made again with the same bytes".into());
    }
    let mut report = opened.report.clone();
    report.fit_seconds = seconds;
    make(&report)
}

fn tell(zip: &[u8]) -> Result<(), String> {
    let unpacked = archive::read(zip, open::LIMITS).map_err(|refusal| format!("{refusal:?}"))?;
    for entry in &unpacked.entries {
        println!("{}  {}", sha256(&entry.bytes), entry.path);
    }
    println!("{}  package", sha256(zip));
    Ok(())
}

fn package(engine: &mut Engine, run: RunId, about: &PackageAbout) -> Result<Vec<u8>, String> {
    let events = ask(engine, Request::Package { ticket: 3, run, about: about.clone() }, None)?;
    let packaged = |event| if let Event::Packaged { bytes, .. } = event { Some(bytes) } else { None };
    events.into_iter().find_map(packaged).ok_or_else(|| "no package was made".to_owned())
}

/// Reads the table and answers with the suggested design, less all candidates but the linear model.
fn import(engine: &mut Engine, name: String, bytes: Vec<u8>) -> Result<Design, String> {
    let events = ask(
        engine,
        Request::Import { ticket: 1, name, settings: None, recipe: Recipe::default(), beside: Vec::new() },
        Some(bytes),
    )?;
    let mut design = events
        .into_iter()
        .find_map(|event| match event {
            Event::Imported { suggestion, .. } => suggestion.map(|suggestion| suggestion.design),
            _ => None,
        })
        .ok_or("no target was guessed")?;
    design.candidates.retain(|candidate| matches!(candidate.model, ModelSpec::Linear(_)));
    Ok(design)
}

/// Everything that the engine answers until it has nothing left to do.
fn ask(engine: &mut Engine, request: Request, file: Option<Vec<u8>>) -> Result<Vec<Event>, String> {
    let source = file.map(|bytes| Box::new(bytes) as Box<dyn ByteSource>);
    let mut events = engine.handle(request, source);
    loop {
        for order in engine.take_orders() {
            if let Order::Do { id, bytes } = order {
                events.extend(engine.pool_answered(id, done(&bytes)?));
            }
        }
        if engine.is_idle() {
            break;
        }
        events.extend(engine.step(0.0));
    }
    let failed =
        events.iter().find_map(|event| if let Event::Failed { error, .. } = event { Some(error) } else { None });
    failed.map_or(Ok(()), |problem| Err(format!("{}: {}", problem.place, problem.event)))?;
    Ok(events)
}

/// What a worker of the engine's pool answers to an order.
fn done(bytes: &[u8]) -> Result<Answer, String> {
    let mut hand = Hand::default();
    let mut events = hand.handle(decode(bytes)?, || 0.0);
    while !hand.is_idle() {
        events.extend(hand.step(|| 0.0));
    }
    let answer = |event| match event {
        PoolEvent::Done { done, .. } => Some(Answer::Done(done)),
        PoolEvent::Failed { error, .. } => Some(Answer::Failed(error)),
        _ => None,
    };
    events.into_iter().find_map(answer).ok_or_else(|| "an order was not answered".to_owned())
}

fn sha256(bytes: &[u8]) -> String {
    build::hex(&Sha256::digest(bytes))
}
