//! Plots as SVG, drawn from `crate::chart`.
