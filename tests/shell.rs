//! The program `hearth` from outside: what it writes, what it says, and its exit codes.

#[path = "shell/bad_input.rs"]
mod bad_input;
#[path = "shell/desk.rs"]
mod desk;
#[path = "shell/rounds.rs"]
mod rounds;
#[path = "shell/sheets.rs"]
mod sheets;
