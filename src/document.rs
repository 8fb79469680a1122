//! The two words that every stage shares: a document and its paragraphs.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};
use serde_json::Value;

use crate::error::{Place, Problem};

/// One scraped article: an id, its original bytes, perhaps a URL.
#[derive(Debug, Clone)]
pub struct Document {
    /// The id as JSON, echoed with its type: a file's name for plain text, the id field of a record.
    pub id: Value,
    /// Where the page was, if the input says so.
    pub url: Option<String>,
    /// Where the document stands in the input.
    pub place: Place,
    /// The document's text as it came, byte order mark included.
    pub bytes: Vec<u8>,
    /// What the bytes are encoded in.
    pub encoding: &'static Encoding,
    /// What befell it while it was read.
    pub problems: Vec<Problem>,
}

/// The unit that is judged: a span of a document.
///
/// Spans ascend, never overlap, are never empty, and begin and end at character boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// Byte range in [`Document::bytes`], without the separator that follows.
    pub span: Range<usize>,
    /// Whether the bytes were valid in the document's encoding and free of NUL.
    pub intact: bool,
}

impl Document {
    /// The whole document where it is valid UTF-8: then its paragraphs need no decoding one by one.
    pub fn as_utf_8(&self) -> Option<&str> {
        if self.encoding == UTF_8 { std::str::from_utf8(&self.bytes).ok() } else { None }
    }

    /// The decoded text of a paragraph; bytes that are not valid become U+FFFD. Cannot fail.
    pub fn text(&self, paragraph: &Paragraph) -> Cow<'_, str> {
        let bytes = &self.bytes[paragraph.span.clone()];
        self.encoding.decode_without_bom_handling(bytes).0
    }
}
