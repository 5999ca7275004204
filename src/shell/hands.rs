//! The engine's pool in threads: what the pool's workers are in the browser.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{self, Builder};
use std::time::Instant;

use crate::job::message::decode;
use crate::job::neural::{NeuralEvent, NeuralRequest};
use crate::job::pool::{Hand, PoolEvent, PoolRequest, Said};
use crate::job::reader::{ReadTask, answer};
use crate::reader::Reader;
use crate::trainer;

/// Of a thread that fits: deep trees are walked by calls.
const STACK: usize = 16 << 20;

/// What the desk hears of its threads.
pub enum Heard {
    /// Of the pool's worker in this slot.
    Hand(usize, Said),
    Trainer(NeuralEvent),
}

/// Threads that fit, each in its slot, behind them one that reads spreadsheets, and one that trains networks.
pub struct Threads {
    hands: Vec<Option<Sender<Vec<u8>>>>,
    trainer: Option<Sender<NeuralRequest>>,
    tell: Sender<Heard>,
    pub heard: Receiver<Heard>,
    fixed_clock: bool,
}

impl Threads {
    pub fn new(n_hands: usize, fixed_clock: bool) -> Self {
        let (tell, heard) = channel();
        Self { hands: vec![None; n_hands + 1], trainer: None, tell, heard, fixed_clock }
    }

    /// Start the worker of a slot.
    pub fn start(&mut self, slot: usize) {
        let (to_hand, orders) = channel();
        let (tell, fixed_clock) = (self.tell.clone(), self.fixed_clock);
        let reads = slot + 1 == self.hands.len();
        let started = Builder::new().name(format!("hand {slot}")).stack_size(STACK).spawn(move || {
            let last_words = LastWords { slot, tell };
            if reads {
                return read(&orders, slot, &last_words.tell);
            }
            work(&orders, slot, &last_words.tell, fixed_clock);
        });
        match started {
            Ok(_) => self.hands[slot] = Some(to_hand),
            Err(error) => self.say(Heard::Hand(slot, Said::Died(format!("a thread could not be started: {error}")))),
        }
    }

    /// Send a worker the bytes of a request.
    pub fn send(&self, slot: usize, bytes: Vec<u8>) {
        let there = self.hands[slot].as_ref().is_some_and(|hand| hand.send(bytes).is_ok());
        if !there {
            self.say(Heard::Hand(slot, Said::Died("its thread has ended".into())));
        }
    }

    /// Ask the trainer; it begins with the first request.
    pub fn ask_trainer(&mut self, request: NeuralRequest) {
        let trainer = self.trainer.get_or_insert_with(|| {
            let (to_trainer, requests) = channel();
            let (tell, fixed_clock) = (self.tell.clone(), self.fixed_clock);
            let serve = move || {
                trainer::serve(&requests, fixed_clock, move |event| drop(tell.send(Heard::Trainer(event))));
            };
            drop(Builder::new().name("trainer".into()).stack_size(STACK).spawn(serve));
            to_trainer
        });
        if trainer.send(request).is_err() {
            let message = "its thread has ended".to_owned();
            self.say(Heard::Trainer(NeuralEvent::DeviceLost { message }));
        }
    }

    /// End the trainer; the next request starts another.
    pub fn drop_trainer(&mut self) {
        self.trainer = None;
    }

    fn say(&self, heard: Heard) {
        // The receiver lives as long as this does.
        drop(self.tell.send(heard));
    }
}

/// Tells the desk when a thread ends by a panic.
struct LastWords {
    slot: usize,
    tell: Sender<Heard>,
}

impl Drop for LastWords {
    fn drop(&mut self) {
        if thread::panicking() {
            drop(self.tell.send(Heard::Hand(self.slot, Said::Died("its thread panicked".into()))));
        }
    }
}

/// What the reader does until nobody can ask it any more.
fn read(orders: &Receiver<Vec<u8>>, slot: usize, tell: &Sender<Heard>) {
    let say = |said: Said| tell.send(Heard::Hand(slot, said)).is_ok();
    let mut reader = Reader::default();
    let mut goes_on = say(Said::Event(PoolEvent::Ready));
    while goes_on {
        let Ok(bytes) = orders.recv() else { return };
        goes_on = match decode::<ReadTask>(&bytes) {
            Ok(ReadTask { id, wanted, sha256, file }) => {
                say(Said::Event(answer(id, reader.read(&wanted, &sha256, file))))
            }
            Err(reason) => {
                say(Said::Died(reason));
                return;
            }
        };
    }
}

/// What a worker does until nobody can ask it any more.
fn work(orders: &Receiver<Vec<u8>>, slot: usize, tell: &Sender<Heard>, fixed_clock: bool) {
    let began = Instant::now();
    let clock = || if fixed_clock { 0.0 } else { began.elapsed().as_secs_f64() * 1000.0 };
    let say = |event: PoolEvent| tell.send(Heard::Hand(slot, Said::Event(event))).is_ok();
    let mut hand = Hand::default();
    let mut goes_on = say(PoolEvent::Ready);
    while goes_on {
        let order = match hand.is_idle() {
            true => orders.recv().map_err(|_| TryRecvError::Disconnected),
            false => orders.try_recv(),
        };
        let events = match order.map(|bytes| decode::<PoolRequest>(&bytes)) {
            Ok(Ok(request)) => hand.handle(request, clock),
            Ok(Err(reason)) => {
                drop(tell.send(Heard::Hand(slot, Said::Died(reason))));
                return;
            }
            Err(TryRecvError::Empty) => hand.step(clock),
            Err(TryRecvError::Disconnected) => return,
        };
        goes_on = events.into_iter().all(say);
    }
}
