//! Verdicts to output: the cleaned article, rows, attributes, files that appear whole or not at all.

pub mod atomic;
pub mod compression;
pub mod dolma;
pub mod escape;
pub mod jsonl;
pub mod markdown;
#[cfg(feature = "html")]
pub mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod text;
pub mod warc;
