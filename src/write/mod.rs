//! Verdicts to output: the cleaned article, rows, files that appear whole or not at all.

pub mod atomic;
pub mod jsonl;
pub mod text;
