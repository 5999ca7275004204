//! Which worker of the pool does what.

use std::collections::VecDeque;

use super::{Answer, Order, PoolEvent, PoolRequest, TaskId};
use crate::job::message::encode;

/// So many workers are started before there is work: the first fits then wait for none, and more would only take memory.
const READY_BEFOREHAND: usize = 2;
/// A worker that ends so often before it was ready is not started again.
const MOST_FAILED_STARTS: u32 = 3;

/// The workers, by their position, and the tasks that wait for one.
#[derive(Default)]
pub struct Crew {
    slots: Vec<Slot>,
    queue: VecDeque<(TaskId, Vec<u8>)>,
    held: bool,
    /// The first worker that is started beforehand warms up for all.
    warmth: Warmth,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Warmth {
    #[default]
    Cold,
    /// This worker is to warm up when it is there.
    Wanted(usize),
    /// It has been told to, or there was work before.
    Done,
}

#[derive(Default)]
struct Slot {
    state: State,
    failed_starts: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// No worker: it is started when there is work for it.
    #[default]
    Absent,
    Starting,
    Idle,
    Busy(TaskId),
}

/// What is to be done in the browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Start the worker of this slot; in the place of one that is there.
    Start { slot: usize },
    /// Send it these bytes: an encoded `PoolRequest`.
    Send { slot: usize, bytes: Vec<u8> },
    /// Tell the engine.
    Tell { id: TaskId, answer: Answer },
}

/// What is heard of a worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Event(PoolEvent),
    /// It ended, panicked, ran out of memory, or could not be started.
    Died(String),
}

impl Crew {
    /// A pool of so many workers at most; each is started when there is work for it, or by `prepare`.
    pub fn new(n_slots: usize) -> Self {
        Self { slots: (0..n_slots.max(1)).map(|_| Slot::default()).collect(), ..Self::default() }
    }

    pub fn n_slots(&self) -> usize {
        self.slots.len()
    }

    /// Start one worker in a quiet moment; `None` while one is starting, and when there are enough. A worker that failed is
    /// left for when there is work.
    pub fn prepare(&mut self) -> Option<Deed> {
        let slot = self.to_prepare()?;
        self.slots[slot].state = State::Starting;
        if self.warmth == Warmth::Cold {
            self.warmth = Warmth::Wanted(slot);
        }
        Some(Deed::Start { slot })
    }

    /// The slot that `prepare` would start.
    pub fn to_prepare(&self) -> Option<usize> {
        let starting = self.slots.iter().any(|slot| slot.state == State::Starting);
        let can = |slot: &Slot| slot.state == State::Absent && slot.failed_starts == 0;
        self.slots.iter().take(READY_BEFOREHAND).position(can).filter(|_| !starting)
    }

    pub fn order(&mut self, order: Order) -> Vec<Deed> {
        match order {
            Order::Do { id, bytes } | Order::Read { id, bytes } => {
                // Work warms by itself.
                self.warmth = Warmth::Done;
                self.queue.push_back((id, bytes));
                self.hand_out()
            }
            Order::Drop { id } => {
                self.queue.retain(|(waiting, _)| *waiting != id);
                let busy = self.slots.iter().position(|slot| slot.state == State::Busy(id));
                busy.map(|slot| Deed::Send { slot, bytes: encode(&PoolRequest::Drop { id }) }).into_iter().collect()
            }
            Order::Hold { held } => {
                self.held = held;
                let running = |slot: &Slot| matches!(slot.state, State::Idle | State::Busy(_));
                let told = self.slots.iter().enumerate().filter(|(_, slot)| running(slot));
                told.map(|(slot, _)| Deed::Send { slot, bytes: encode(&PoolRequest::Hold { held }) }).collect()
            }
        }
    }

    pub fn heard(&mut self, slot: usize, said: Said) -> Vec<Deed> {
        let Some(place) = self.slots.get_mut(slot) else {
            return Vec::new();
        };
        let mut deeds = Vec::new();
        match said {
            Said::Event(PoolEvent::Ready) => {
                (place.state, place.failed_starts) = (State::Idle, 0);
                if self.warmth == Warmth::Wanted(slot) {
                    self.warmth = Warmth::Done;
                    deeds.push(Deed::Send { slot, bytes: encode(&PoolRequest::WarmUp) });
                }
                if self.held {
                    deeds.push(Deed::Send { slot, bytes: encode(&PoolRequest::Hold { held: true }) });
                }
            }
            Said::Event(PoolEvent::Done { id, done }) => {
                place.state = State::Idle;
                deeds.push(Deed::Tell { id, answer: Answer::Done(done) });
            }
            Said::Event(PoolEvent::Failed { id, error }) => {
                place.state = State::Idle;
                deeds.push(Deed::Tell { id, answer: Answer::Failed(error) });
            }
            Said::Event(PoolEvent::Dropped { .. }) => place.state = State::Idle,
            Said::Died(message) => return self.died(slot, message),
        }
        deeds.extend(self.hand_out());
        deeds
    }

    /// Its task is lost and told so; another worker takes its place when there is work.
    fn died(&mut self, slot: usize, message: String) -> Vec<Deed> {
        let place = &mut self.slots[slot];
        let before = std::mem::take(&mut place.state);
        let mut deeds = Vec::new();
        match before {
            State::Busy(id) => deeds.push(Deed::Tell { id, answer: Answer::Lost(message.clone()) }),
            State::Starting => place.failed_starts += 1,
            State::Idle | State::Absent => {}
        }
        let none_left = self.slots.iter().all(|slot| slot.failed_starts >= MOST_FAILED_STARTS);
        if none_left {
            // Nobody will ever take what waits.
            let lost = self.queue.drain(..).map(|(id, _)| id);
            deeds.extend(lost.map(|id| Deed::Tell { id, answer: Answer::Lost(message.clone()) }));
            // The next order is another try.
            self.slots.iter_mut().for_each(|slot| slot.failed_starts = 0);
        }
        deeds.extend(self.hand_out());
        deeds
    }

    /// Give what waits to those who are idle, and start workers for the rest: half of them at a time, since to start one
    /// means to compile its program, and the page needs a core meanwhile.
    fn hand_out(&mut self) -> Vec<Deed> {
        let mut deeds = Vec::new();
        for (slot, place) in self.slots.iter_mut().enumerate() {
            if place.state == State::Idle
                && let Some((id, bytes)) = self.queue.pop_front()
            {
                place.state = State::Busy(id);
                deeds.push(Deed::Send { slot, bytes });
            }
        }
        let starting = self.slots.iter().filter(|slot| slot.state == State::Starting).count();
        let at_once = (self.slots.len() / 2).max(1);
        let mut wanted = self.queue.len().min(at_once).saturating_sub(starting);
        for (slot, place) in self.slots.iter_mut().enumerate() {
            if wanted > 0 && place.state == State::Absent && place.failed_starts < MOST_FAILED_STARTS {
                place.state = State::Starting;
                deeds.push(Deed::Start { slot });
                wanted -= 1;
            }
        }
        deeds
    }
}
