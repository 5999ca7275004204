//! Explanations against shap, scikit-learn and NumPy, and against every coalition counted by hand.

#[path = "explain/around.rs"]
mod around;
#[path = "learn/data.rs"]
#[allow(dead_code)] // `learn` uses the rest.
mod data;
#[path = "explain/importance.rs"]
mod importance;
#[path = "explain/made_up.rs"]
mod made_up;
#[path = "learn/python.rs"]
mod python;
#[path = "explain/shap.rs"]
mod shap;
#[path = "explain/shape.rs"]
mod shape;
