//! The one integration binary: one file per subject.

// What fails in a test may say so by a panic, in the functions around it too.
#![allow(clippy::unwrap_used)]

mod model_file;
mod seed;
