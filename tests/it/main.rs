//! The one integration binary: one file per subject.

mod explain;
mod seed;
