//! The one integration binary: one file per subject.

// A test may panic and print, in the functions around it too.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod explain;
mod model_file;
mod seed;
mod training_data;
