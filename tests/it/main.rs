//! The one integration binary: one file per subject.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "its helpers are tests too")]

mod explain;
mod model_file;
mod seed;
mod training_data;
