//! The one integration binary: one file per subject.

// Helpers of tests fail and tell like tests, and clippy only knows functions marked as tests.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod data;
mod evaluate;
mod floors;
mod rebuild;
mod seed;
