//! The one integration binary: one file per subject.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "its helpers are tests too")]

mod determinism;
mod explain;
mod extremes;
mod model_file;
mod properties;
mod seed;
mod training_data;
