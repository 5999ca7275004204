//! Warming up: an engine of its own reads a made-up table, profiles it and is thrown away, in short slices, while nothing is
//! asked of the worker. The browser compiles a program's functions when they are first called and, for speed, once more
//! while they run; behind this a person's first table finds them compiled, and two cores are left for the page.

use super::Engine;
use crate::job::message::encode;
use crate::job::{Event, Request};
use crate::recipe::Recipe;
use crate::table::source::ByteSource;

/// Milliseconds of work in one go: a request waits no longer.
const SLICE: f64 = 12.0;
/// Milliseconds between two slices, which are the compiler's.
pub const REST: f64 = 25.0;
/// Milliseconds of work after which it is given up: a slow machine has better things to do.
const MOST: f64 = 1_500.0;

const N_ROWS: u32 = 12_000;

/// What is still to be done.
pub struct WarmUp {
    engine: Engine,
    /// Requests that were made.
    asked: usize,
    spent: f64,
}

impl Default for WarmUp {
    fn default() -> Self {
        Self { engine: Engine::new(1), asked: 0, spent: 0.0 }
    }
}

impl WarmUp {
    /// Works for one slice of `clock`'s milliseconds; whether there is more to do.
    pub fn slice(&mut self, clock: &dyn Fn() -> f64) -> bool {
        let began = clock();
        loop {
            let now = clock();
            if now - began >= SLICE {
                self.spent += now - began;
                return self.spent < MOST;
            }
            let events = if self.engine.is_idle() {
                let Some((request, source)) = request(self.asked) else { return false };
                self.asked += 1;
                self.engine.handle(request, source)
            } else {
                self.engine.step(now)
            };
            // Writing messages is a part of the work.
            for event in events {
                encode::<Event>(&event);
            }
        }
    }
}

/// What is asked for, in order.
fn request(number: usize) -> Option<(Request, Option<Box<dyn ByteSource>>)> {
    let (ticket, name) = (1, "made up.csv".to_owned());
    let file = || -> Option<Box<dyn ByteSource>> { Some(Box::new(made_up())) };
    Some(match number {
        0 => (Request::Preview { ticket, name, entry: String::new(), settings: None }, file()),
        1 => (Request::Import { ticket, name, settings: None, recipe: Recipe::default(), beside: Vec::new() }, file()),
        2 => (Request::Rows { ticket, first_row: 0, n_rows: 200, columns: (0..6).collect() }, None),
        3 => (Request::Profile { ticket, target: None }, None),
        _ => return None,
    })
}

/// A table with each kind of column, quotes and missing cells, as bytes of CSV.
fn made_up() -> Vec<u8> {
    let mut text = String::from("id,value,share,group,day,note\n");
    for i in 0..N_ROWS {
        let scattered = i.wrapping_mul(2_654_435_761);
        let value =
            if scattered % 17 == 0 { String::new() } else { format!("{:.2}", f64::from(scattered % 90_000) / 100.0) };
        let group = ["north", "south", "east", "west"][(scattered >> 8) as usize % 4];
        let (month, day) = (scattered % 12 + 1, i % 28 + 1);
        let note = if i % 9 == 0 { "\"said, “yes”\"" } else { "no" };
        text.push_str(&format!("{i},{value},{}.5,{group},2024-{month:02}-{day:02},{note}\n", scattered % 100));
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn reads_and_profiles_its_table_without_a_failure_and_ends() {
        for number in 0.. {
            let Some((request, source)) = request(number) else { break };
            let mut engine = Engine::new(1);
            if number > 1 {
                let (import, source) = super::request(1).expect("the import");
                engine.handle(import, source);
                while !engine.is_idle() {
                    engine.step(0.0);
                }
            }
            let mut events = engine.handle(request, source);
            while !engine.is_idle() {
                events.extend(engine.step(0.0));
            }
            assert!(!events.is_empty());
            assert!(!events.iter().any(|event| matches!(event, Event::Failed { .. })), "request {number}");
        }
        let time = Cell::new(0.0);
        let clock = || {
            time.set(time.get() + 1.0);
            time.get()
        };
        let mut warm = WarmUp::default();
        let slices = (0..10_000).take_while(|_| warm.slice(&clock)).count();
        assert!(slices < 10_000 && warm.asked > 0);
    }
}
