//! From dataset to report: splits, preparation, linear models, scores and cross-validation against scikit-learn, SciPy
//! and NumPy, and on bad data.

#[path = "learn/bayes.rs"]
mod bayes;
#[path = "learn/blend.rs"]
mod blend;
#[path = "learn/calibration.rs"]
mod calibration;
#[path = "learn/challenge.rs"]
mod challenge;
#[path = "learn/conformal.rs"]
mod conformal;
#[path = "learn/data.rs"]
mod data;
#[path = "learn/decisions.rs"]
mod decisions;
#[path = "learn/eight_kinds.rs"]
mod eight_kinds;
#[path = "learn/fairness.rs"]
mod fairness;
#[path = "learn/fits.rs"]
mod fits;
#[path = "learn/folds.rs"]
mod folds;
#[path = "learn/hard_rows.rs"]
mod hard_rows;
#[path = "learn/intervals.rs"]
mod intervals;
#[path = "learn/judged.rs"]
mod judged;
#[path = "learn/learning_curve.rs"]
mod learning_curve;
#[path = "learn/neighbours.rs"]
mod neighbours;
#[path = "learn/newest.rs"]
mod newest;
#[path = "learn/proposed.rs"]
mod proposed;
#[path = "learn/python.rs"]
mod python;
#[path = "learn/real.rs"]
mod real;
#[path = "learn/red_team.rs"]
mod red_team;
#[path = "learn/scores.rs"]
mod scores;
#[path = "learn/slices.rs"]
mod slices;
#[path = "learn/splits.rs"]
mod splits;
#[path = "learn/texts.rs"]
mod texts;
#[path = "learn/tree_bad.rs"]
mod tree_bad;
#[path = "learn/tree_checks.rs"]
mod tree_checks;
#[path = "learn/tree_data.rs"]
mod tree_data;
#[path = "learn/tree_reference.rs"]
mod tree_reference;
#[path = "learn/tune.rs"]
mod tune;
