//! The trainer of networks in a thread of its own, on the CPU: the same session as in the browser's worker.

use std::pin::pin;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use burn::tensor::Device;

use crate::job::neural::{DeviceReport, NeuralEvent, NeuralRequest};
use crate::neural::Session;
use crate::neural::session::Next;

/// Why no network can be trained; `None` where one can.
pub const MISSING: Option<&str> = None;

/// Trains what it is asked for until nobody can ask any more. With a `fixed_clock` no time passes, so that records of a
/// training do not depend on the machine.
pub fn serve(requests: &Receiver<NeuralRequest>, fixed_clock: bool, tell: impl Fn(NeuralEvent) + 'static) {
    let began = Instant::now();
    let clock = move || if fixed_clock { 0.0 } else { began.elapsed().as_secs_f64() * 1000.0 };
    let tell: Rc<dyn Fn(NeuralEvent)> = Rc::new(tell);
    let report = DeviceReport { gpu: false, name: "CPU".into(), reason: "The shell trains on the CPU.".into() };
    let mut session = Session::new(Device::flex(), report.clone(), Rc::new(clock), Rc::clone(&tell));
    let mut next = Next::Idle;
    loop {
        let request = match next {
            Next::Idle => match requests.recv() {
                Ok(request) => Some(request),
                Err(_) => return,
            },
            Next::Now => requests.try_recv().ok(),
            Next::After(wait) => match requests.recv_timeout(Duration::from_secs_f64(wait / 1000.0)) {
                Ok(request) => Some(request),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            },
        };
        let handled = match request {
            Some(NeuralRequest::Start { .. }) => {
                tell(NeuralEvent::Device { report: report.clone() });
                Ok(())
            }
            Some(request) => at_once(session.handle(request)),
            None => Ok(()),
        };
        match handled.and_then(|()| at_once(session.advance())) {
            Ok(then) => next = then,
            Err(message) => return tell(NeuralEvent::DeviceLost { message }),
        }
    }
}

/// The CPU answers at once: whatever is waited for is there.
fn at_once<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
