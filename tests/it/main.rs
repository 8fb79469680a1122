//! The one integration binary: one file per subject.

mod data;
mod evaluate;
mod floors;
mod rebuild;
mod seed;
