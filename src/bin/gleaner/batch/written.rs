//! What is left of a text, in the form that was asked for.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::Encoding;
use gleaner::error::Place;
use gleaner::unstable::read::text::document;
use gleaner::unstable::write::{delimited, dolma, jsonl, markdown, text};
use gleaner::unstable::{document::Document, judge::Judge, judge::Judged};
use serde_json::Value;

use crate::args::To;
use crate::input::items::{Shape, Untouched};
use crate::input::units::Input;

/// Writes what is left of a judged text: in the form that was asked for, or as `same` has it.
pub fn text(
    to: Option<To>,
    judge: &Judge<'_>,
    (document, judged, gone): (&Document, &Judged, &[bool]),
    same: impl FnOnce(&[u8], &mut Vec<u8>),
    piece: &mut Vec<u8>,
) {
    let kept = text::keep(document, &judged.units, gone);
    let is_file = document.place.record.is_none();
    match to {
        // A file is itself as text; rows become lines.
        Some(To::Text | To::Html) if is_file => piece.extend_from_slice(&kept),
        Some(To::Text | To::Html) => {
            piece.extend_from_slice(&kept);
            if !(kept.is_empty() || kept.ends_with(b"\n")) {
                piece.push(b'\n');
            }
        }
        // A row stays a row.
        Some(To::Jsonl) if is_file || !is_row(document) => piece.extend(row(document, &kept, gone)),
        Some(To::Jsonl) | None => same(&kept, piece),
        Some(To::Markdown) => {
            let blocks = markdown::keep(document, &judged.units, gone);
            piece.extend_from_slice(blocks.as_bytes());
            if !(blocks.is_empty() || is_file) {
                // A thematic break between documents.
                piece.extend_from_slice(b"\n---\n\n");
            }
        }
        Some(To::Dolma) => {
            let kind = |kind| judge.kind(kind);
            piece.extend(dolma::row(document, &judged.units, &judged.decisions, kind));
        }
    }
}

/// A row with another text in it, in the form of its input; the same row where there is none.
pub fn spliced<'r>(input: &Input, row: &'r [u8], at: Range<usize>, kept: Option<&[u8]>) -> Cow<'r, [u8]> {
    let Some(kept) = kept else { return Cow::Borrowed(row) };
    match &input.header {
        Some(header) => delimited::splice(row, at, kept, header.delimiter),
        // Field texts are UTF-8 by construction.
        None => jsonl::splice(row, at, &String::from_utf8_lossy(kept)),
    }
}

/// Writes what passes untouched, in the form that was asked for.
pub fn untouched(
    to: Option<To>,
    untouched: Untouched,
    encoding: Option<&'static Encoding>,
    piece: &mut Vec<u8>,
) {
    let Untouched { id, bytes, text, shape } = untouched;
    let part = |range: Option<Range<usize>>| range.map(|range| &bytes[range]);
    match (to, shape) {
        (None, _) => piece.extend_from_slice(&bytes),
        // What is no document has no place in another form.
        (Some(_), Shape::Between) => {}
        (Some(To::Dolma), Shape::Blank | Shape::MoreOfFile | Shape::MoreOfRow) => {}
        // A text of any length is no row.
        (Some(To::Jsonl), Shape::LargeFile | Shape::MoreOfFile) => {}
        (Some(To::Dolma), _) => piece.extend(dolma::empty(&id.unwrap_or(Value::Null))),
        // A row needs its text as text.
        (Some(To::Jsonl), Shape::File | Shape::Record | Shape::Cell) => {
            let (id, text) = (id.unwrap_or(Value::Null), part(text).unwrap_or_default().to_vec());
            let document = document(id, Place::default(), text, encoding);
            piece.extend(row(&document, &document.bytes, &[]));
        }
        // An empty row is no text.
        (Some(To::Text | To::Markdown | To::Html), Shape::Blank) => {}
        (Some(To::Text | To::Markdown | To::Html), Shape::Record | Shape::Cell) => {
            piece.extend_from_slice(part(text).unwrap_or_default());
            piece.push(b'\n');
        }
        (Some(_), _) => piece.extend_from_slice(&bytes),
    }
}

/// Whether the document is a row: it has a line, as no record of an archive has.
fn is_row(document: &Document) -> bool {
    document.place.record.is_some() && document.place.line.is_some()
}

/// A document as a row of JSONL.
pub fn row(document: &Document, kept: &[u8], gone: &[bool]) -> Vec<u8> {
    let text = document.encoding.decode_with_bom_removal(kept).0;
    let dropped = gone.iter().filter(|gone| **gone).count();
    let (id, url, kept) = (&document.id, document.url.as_deref(), gone.len() - dropped);
    jsonl::CleanRow { id, url, text: &text, kept, dropped }.to_line()
}
