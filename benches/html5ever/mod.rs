//! The parser of 0.1.0, html5ever with a tree of its own: the measure of the benchmark, and what today's parser is
//! compared with.

#![allow(dead_code, reason = "the benchmark and the tests need different parts")]

mod attributes;
mod parse;
mod sink;
pub mod tree;

pub use attributes::MAX_ATTRIBUTES;
pub use parse::parse;

pub const MAX_DEPTH: u32 = 512;
pub const MAX_NODES: usize = 1 << 22;
pub const MAX_PER_BYTE: usize = 1;
