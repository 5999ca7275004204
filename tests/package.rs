//! Packages: what they hold, that another runtime gives the same answers, and what happens to damaged ones.

#[path = "package/blended.rs"]
mod blended;
#[path = "package/calibrated.rs"]
mod calibrated;
#[path = "package/damage.rs"]
mod damage;
#[path = "package/files.rs"]
mod files;
#[path = "package/fitted.rs"]
mod fitted;
#[path = "package/grown.rs"]
mod grown;
#[path = "package/made_up.rs"]
mod made_up;
#[path = "package/outside.rs"]
mod outside;
#[path = "package/predictor.rs"]
mod predictor;
#[path = "package/promised.rs"]
mod promised;
#[path = "package/rare.rs"]
mod rare;
#[path = "package/real.rs"]
mod real;
#[path = "package/runtime.rs"]
mod runtime;
#[path = "package/stepped.rs"]
mod stepped;
#[path = "package/texts.rs"]
mod texts;
