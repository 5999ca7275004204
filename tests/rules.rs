//! Rules of a person: each demand finds its planted faults, the schema means the same to another program, and documents
//! return as they were.

#[path = "rules/demands.rs"]
mod demands;
#[path = "rules/documents.rs"]
mod documents;
#[path = "rules/frictionless.rs"]
mod frictionless;
#[path = "rules/proposed.rs"]
mod proposed;
#[path = "learn/python.rs"]
#[allow(dead_code)]
mod python;
