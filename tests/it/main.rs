//! The one integration binary: one file per subject.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "its helpers are tests too")]

mod bad_input;
mod clean;
mod determinism;
mod explain;
mod extremes;
mod help;
mod labelled;
mod model_file;
mod outputs;
mod program;
mod properties;
mod regression;
mod seed;
mod settings;
mod training_data;
