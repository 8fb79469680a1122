//! The one integration binary: one file per subject.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "its helpers are tests too")]

mod explain;
mod seed;
