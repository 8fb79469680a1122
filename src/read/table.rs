//! Rows of a table: how a row of Parquet becomes a document.

use std::path::Path;

use encoding_rs::UTF_8;
use serde_json::Value;

use super::text;
use crate::document::Document;
use crate::error::Place;

/// One row: its text, id and address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text column's value.
    pub text: Option<Vec<u8>>,
    /// The id column's value.
    pub id: Option<Value>,
    /// The address column's value.
    pub url: Option<String>,
    /// Number of the row in its file, from 1.
    pub record: u64,
}

/// The document of a row; `path` is the input's name in ids and messages.
///
/// A row without an id gets the id `path:record`, one without a text is an empty document. The format requires
/// UTF-8; invalid bytes are among the document's problems, and the paragraphs that hold them are kept.
pub fn document(cell: &Cell, path: &Path) -> Document {
    let place = Place::of(path).in_record(cell.record);
    let bytes = cell.text.clone().unwrap_or_default();
    let id = match &cell.id {
        Some(id) => id.clone(),
        None => Value::from(format!("{}:{}", path.display(), cell.record)),
    };
    let problems = text::problems(UTF_8, &bytes, |_| place.clone());
    Document { id, url: cell.url.clone(), place, bytes, encoding: UTF_8, problems }
}
