//! The studio: what actions do to the state, and what they ask of the browser.

#[path = "studio/adding.rs"]
mod adding;
#[path = "studio/again.rs"]
mod again;
#[path = "studio/beside.rs"]
mod beside;
#[path = "studio/calibrate.rs"]
mod calibrate;
#[path = "studio/edits.rs"]
mod edits;
#[path = "studio/explain.rs"]
mod explain;
#[path = "studio/fairness.rs"]
mod fairness;
#[path = "studio/findings.rs"]
mod findings;
#[path = "studio/hard_rows.rs"]
mod hard_rows;
#[path = "studio/import.rs"]
mod import;
#[path = "studio/judged.rs"]
mod judged;
#[path = "studio/learning_curve.rs"]
mod learning_curve;
#[path = "studio/looking.rs"]
mod looking;
#[path = "studio/made_up.rs"]
mod made_up;
#[path = "studio/no_target.rs"]
mod no_target;
#[path = "studio/opened.rs"]
mod opened;
#[path = "studio/projects.rs"]
mod projects;
#[path = "studio/record.rs"]
mod record;
#[path = "studio/results.rs"]
mod results;
#[path = "studio/retraining.rs"]
mod retraining;
#[path = "studio/rivals.rs"]
mod rivals;
#[path = "studio/rules.rs"]
mod rules;
#[path = "studio/searching.rs"]
mod searching;
#[path = "studio/slices.rs"]
mod slices;
#[path = "studio/splits.rs"]
mod splits;
#[path = "studio/spread.rs"]
mod spread;
#[path = "studio/steps.rs"]
mod steps;
#[path = "studio/time.rs"]
mod time;
#[path = "studio/training.rs"]
mod training;
#[path = "studio/unfinished.rs"]
mod unfinished;
#[path = "studio/watch.rs"]
mod watch;
