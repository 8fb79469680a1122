//! Rows of a table: what a document is in Parquet, whoever read it.

use std::path::Path;

use encoding_rs::UTF_8;
use serde_json::Value;

use super::text;
use crate::document::Document;
use crate::error::{Place, Problem, ProblemKind};

/// One row: its text and what names it.
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
/// A row without an id is called `path:record`. The text is UTF-8 as the format wants it; what is not valid is
/// among the document's problems, and the paragraphs that hold it stay.
///
/// # Errors
/// The problem, where the row has no text.
pub fn document(cell: &Cell, path: &Path, text_key: &str) -> Result<Document, Problem> {
    let place = Place::of(path).in_record(cell.record);
    let Some(bytes) = cell.text.clone() else {
        return Err(Problem { place, kind: ProblemKind::TextNotString { key: text_key.to_owned() } });
    };
    let id = match &cell.id {
        Some(id) => id.clone(),
        None => Value::from(format!("{}:{}", path.display(), cell.record)),
    };
    let problems = text::problems(UTF_8, &bytes, |_| place.clone());
    Ok(Document { id, url: cell.url.clone(), place, bytes, encoding: UTF_8, problems })
}
