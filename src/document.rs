//! The word that every stage shares: a document.

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
    /// What went wrong while it was read.
    pub problems: Vec<Problem>,
}

impl Document {
    /// The whole document where it is valid UTF-8: then its units need no decoding one by one.
    pub fn as_utf_8(&self) -> Option<&str> {
        if self.encoding == UTF_8 { std::str::from_utf8(&self.bytes).ok() } else { None }
    }

    /// The decoded text of a range of its bytes; what is not valid becomes U+FFFD. Panics beyond its end.
    pub fn decoded(&self, range: Range<usize>) -> Cow<'_, str> {
        self.encoding.decode_without_bom_handling(&self.bytes[range]).0
    }
}
