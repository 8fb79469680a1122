//! The one integration binary: one file per subject.
// Here everything is a test: a failed `unwrap` is a failed test, and what is skipped is told.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod bad_input;
mod clean;
mod help;
mod labelled;
mod outputs;
mod program;
mod regression;
mod seed;
mod settings;
