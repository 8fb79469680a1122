//! Bytes to documents.
//!
//! | container | one document is |
//! |---|---|
//! | [`Container::Text`] | the whole input ([`text`]) |
//! | [`Container::Jsonl`] | one row ([`jsonl`]) |
//! | [`Container::Warc`], [`Container::Wet`] | one record that holds plain text ([`warc`]) |
//! | [`Container::Parquet`] | one row (`parquet`, with the feature of that name) |
//! | [`Container::Json`] | one object ([`elements`]) |
//! | [`Container::Csv`], [`Container::Tsv`] | one record ([`delimited`]) |
//! | [`Container::Html`] | the whole input, one page (`html`, with the feature of that name) |
//!
//! Any of them may be compressed ([`compression`]). Answers of servers in archives are read by [`http`]; what a body is
//! is told by its first bytes ([`media`]).

mod ahead;
pub mod bounded;
pub mod compression;
mod container;
pub mod damage;
pub mod delimited;
pub mod elements;
mod fields;
#[cfg(feature = "html")]
pub mod html;
pub mod http;
pub mod jsonl;
pub mod markup;
pub mod media;
#[cfg(feature = "parquet")]
pub mod parquet;
#[cfg(feature = "parquet")]
mod parquet_footer;
pub mod rows;
pub mod table;
pub mod text;
pub mod warc;

pub use container::{Container, by_extension, json_or_jsonl, sniff};
use encoding_rs::Encoding;
#[cfg(feature = "train")]
pub(crate) use fields::without_nan;

/// Bytes that a text, a row or a record may have unless [`ReadOptions::max_size`] says otherwise: 256 MiB.
pub const MAX_SIZE: u64 = 1 << 28;

/// How inputs are read.
///
/// | field | default | purpose |
/// |---|---|---|
/// | `encoding` | `None` | encoding of plain text; detected per document when absent |
/// | `text_key` | `text` | field of a row that holds the text |
/// | `id_key` | `id` | field that holds the id |
/// | `url_key` | `url` | field that holds the address of the page |
/// | `max_size` | [`MAX_SIZE`] | bytes that a text, a row, a record or a page may have |
///
/// A field is named by its key, or by the keys of the objects around it and its own with dots between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Encoding of plain text; `None` detects it. JSONL is always UTF-8 (RFC 8259, 8.1).
    pub encoding: Option<&'static Encoding>,
    /// Field that holds the text.
    pub text_key: String,
    /// Field that holds the id.
    pub id_key: String,
    /// Field that holds the address.
    pub url_key: String,
    /// Bytes that a text, a row, a record of an archive or a page in it may have, decompressed. What is larger is a
    /// problem, and passes through without being judged.
    pub max_size: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            encoding: None,
            text_key: "text".into(),
            id_key: "id".into(),
            url_key: "url".into(),
            max_size: MAX_SIZE,
        }
    }
}
