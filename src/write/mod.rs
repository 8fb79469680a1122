//! Verdicts to output: the cleaned document, rows, attributes; files that are complete or absent.

#[cfg(feature = "compression")]
pub mod compression;
pub mod delimited;
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
