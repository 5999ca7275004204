//! A fitted pipeline as one ZIP that other programs run, and the project file.
