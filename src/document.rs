//! The document: the type that all stages share.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};
use serde_json::Value;

use crate::error::{Place, Problem};

/// A scraped article or page: an id, its original bytes and perhaps an address.
#[derive(Debug, Clone)]
pub struct Document {
    /// The id as JSON, which keeps its type: the file name for plain text, the id field of a record.
    pub id: Value,
    /// Address of the page, if the input has one.
    pub url: Option<String>,
    /// Position of the document in the input.
    pub place: Place,
    /// The original bytes, byte order mark included.
    pub bytes: Vec<u8>,
    /// Encoding of the bytes.
    pub encoding: &'static Encoding,
    /// Problems found while the document was read.
    pub problems: Vec<Problem>,
}

impl Document {
    /// Returns the whole text if it is valid UTF-8. Its units then need no decoding of their own.
    pub fn as_utf_8(&self) -> Option<&str> {
        if self.encoding == UTF_8 { std::str::from_utf8(&self.bytes).ok() } else { None }
    }

    /// Decodes a range of the bytes; invalid sequences become U+FFFD. Panics if the range is out of bounds.
    pub fn decoded(&self, range: Range<usize>) -> Cow<'_, str> {
        self.encoding.decode_without_bom_handling(&self.bytes[range]).0
    }
}
