//! The one integration binary: one file per subject.

mod seed;
