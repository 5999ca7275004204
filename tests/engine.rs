//! The engine as the page uses it: requests in, steps until nothing is left to do, events out.

#[path = "engine/bad_input.rs"]
mod bad_input;
#[path = "engine/blending.rs"]
mod blending;
#[path = "engine/calibrating.rs"]
mod calibrating;
#[path = "engine/challenging.rs"]
mod challenging;
#[path = "engine/curve.rs"]
mod curve;
#[path = "engine/explaining.rs"]
mod explaining;
#[path = "engine/fairness.rs"]
mod fairness;
#[path = "engine/files.rs"]
mod files;
#[path = "engine/judged.rs"]
mod judged;
#[path = "engine/looking.rs"]
mod looking;
#[path = "engine/main_job.rs"]
mod main_job;
#[path = "engine/monitor.rs"]
mod monitor;
#[path = "engine/page.rs"]
mod page;
#[path = "engine/pool.rs"]
mod pool;
#[path = "engine/profiling.rs"]
mod profiling;
#[path = "engine/promising.rs"]
mod promising;
#[path = "engine/rules.rs"]
mod rules;
#[path = "engine/searching.rs"]
mod searching;
#[path = "engine/splits.rs"]
mod splits;
#[path = "engine/steps.rs"]
mod steps;
#[path = "engine/stopping.rs"]
mod stopping;
#[path = "engine/unfinished.rs"]
mod unfinished;
