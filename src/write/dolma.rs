//! Dolma attribute files: spans and scores beside the documents, which stay unchanged.
//!
//! One row per document, `{"id", "attributes": {name: [[start, end, score], …]}}`, in the documents' order.
//! Offsets count code points of the decoded text, as Python does; scores are calibrated probabilities.

use serde::Serialize;
use serde_json::Value;

use crate::document::Document;
use crate::split::Unit;
use crate::verdict::Decision;

/// Prefix of every attribute's name, as in Dolma's taggers.
const PREFIX: &str = "gleaner__";
/// The attribute that every paragraph has.
const ALL: &str = "gleaner__boilerplate";

#[derive(Serialize)]
struct Row<'a> {
    id: &'a Value,
    attributes: Value,
}

/// The attributes of a judged document, one decision per paragraph, as one line of JSON, line feed included.
///
/// * `gleaner__boilerplate`: every paragraph with its probability.
/// * `gleaner__KIND`: the same for paragraphs that are not editorial, under their likeliest kind.
pub fn row<'a>(
    document: &Document,
    units: &[Unit],
    decisions: &[Decision],
    kind: impl Fn(usize) -> &'a str,
) -> Vec<u8> {
    let (mut byte, mut point) = (0, 0);
    let mut points = |to: usize| {
        point += document.encoding.decode_without_bom_handling(&document.bytes[byte..to]).0.chars().count();
        byte = to;
        point
    };
    let rows = units.iter().zip(decisions).map(|(unit, decision)| {
        let span = [points(unit.range().start), points(unit.range().end)];
        (span, decision.probability, decision.shown_kind().map(&kind))
    });
    attributes(&document.id, rows)
}

/// The attributes of a judged page, as for a document, for the blocks whose position is known
/// ([`Page::points`](crate::split::html::Page::points)). There must be a decision for each; `kind` names a kind.
#[cfg(feature = "html")]
pub fn page_row<'a>(
    id: &Value,
    points: &[Option<[usize; 2]>],
    decisions: &[Decision],
    kind: impl Fn(usize) -> &'a str,
) -> Vec<u8> {
    let rows = points.iter().zip(decisions).filter_map(|(span, decision)| {
        Some(((*span)?, decision.probability, decision.shown_kind().map(&kind)))
    });
    attributes(id, rows)
}

/// Spans with their probabilities and kinds, as one row.
fn attributes<'a>(id: &Value, rows: impl Iterator<Item = ([usize; 2], f64, Option<&'a str>)>) -> Vec<u8> {
    let mut all = Vec::new();
    let mut attributes = serde_json::Map::new();
    for ([start, end], probability, kind) in rows {
        let span = serde_json::json!([start, end, probability]);
        if let Some(kind) = kind {
            let name = format!("{PREFIX}{kind}");
            let spans = attributes.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(spans) = spans {
                spans.push(span.clone());
            }
        }
        all.push(span);
    }
    attributes.insert(ALL.to_owned(), Value::Array(all));
    line(id, Value::Object(attributes))
}

/// The row of a document that was not judged: no attributes.
pub fn empty(id: &Value) -> Vec<u8> {
    line(id, Value::Object(serde_json::Map::new()))
}

fn line(id: &Value, attributes: Value) -> Vec<u8> {
    let mut line = serde_json::to_vec(&Row { id, attributes }).expect("numbers and strings are always JSON");
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::read;
    use crate::verdict::Verdict;

    #[test]
    fn offsets_are_code_points() {
        let text = "Große Fähre 🚢\n\nJoin us!\n";
        let of = |encoded: Vec<u8>, spans: [std::ops::Range<usize>; 2]| {
            let document = read::text::document(Value::from(7), Place::default(), encoded, None);
            let decision = |verdict, probability| Decision {
                verdict,
                kind: Some(2),
                probability,
                margin: 0.0,
                reason: None,
            };
            let paragraphs = spans.map(|span| Unit::of_text(span, true, true));
            let decisions = [decision(Verdict::Editorial, 0.25), decision(Verdict::Boilerplate, 0.75)];
            let row = row(&document, &paragraphs, &decisions, |_| "pitch");
            serde_json::from_slice::<Value>(&row).unwrap()
        };
        let expected = serde_json::json!({"id": 7, "attributes": {
            "gleaner__boilerplate": [[0, 13, 0.25], [15, 23, 0.75]],
            "gleaner__pitch": [[15, 23, 0.75]],
        }});
        let end = text.find('\n').unwrap();
        assert_eq!(of(text.into(), [0..end, end + 2..end + 10]), expected);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(of(little, [0..28, 32..48]), expected);
    }

    #[test]
    fn what_was_not_judged_has_a_row() {
        assert_eq!(empty(&Value::Null), b"{\"id\":null,\"attributes\":{}}\n");
    }
}
