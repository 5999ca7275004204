//! What the programs inside predictors export: a plain C interface, which is a tenth of the size that bindings would be.
//! `predictor/runtime.js` is its other half.
//!
//! A call writes its question into `buffer`, calls `ask_predictor`, and finds the answer at `answer`. A question is a number
//! and bytes: 0: a model; 1 and 2: a row to predict or to explain, a length of 32 bits (all ones: missing) and UTF-8 for
//! each column; 3: a file, the length of its name, its name and its text. Answers are JSON; that of 3 is the length of the
//! JSON, the JSON and the CSV. What goes wrong is JSON with a `problem`.

use std::cell::RefCell;

use hearth::predictor::ask;

use super::Model;

/// What a caller writes, what it reads, and the model.
#[derive(Default)]
struct Desk {
    buffer: Vec<u8>,
    answer: Vec<u8>,
    model: Option<Model>,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Room for a question of so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn buffer(n_bytes: usize) -> *mut u8 {
    DESK.with_borrow_mut(|desk| {
        desk.buffer.clear();
        desk.buffer.resize(n_bytes, 0);
        desk.buffer.as_mut_ptr()
    })
}

/// Answers the question in the first bytes of the buffer; the length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn ask_predictor(what: u32, n_bytes: usize) -> usize {
    DESK.with_borrow_mut(|desk| {
        let question = desk.buffer.get(..n_bytes).unwrap_or_default();
        desk.answer = ask(&mut desk.model, what, question);
        desk.answer.len()
    })
}

/// Where the answer lies.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    DESK.with_borrow(|desk| desk.answer.as_ptr())
}
