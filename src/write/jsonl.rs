//! JSONL output: rows with their text replaced, and rows of our own.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// The row with its text field's value replaced, everything else byte for byte.
///
/// `text` is the byte range of the old value in `row`, quotes included, as
/// [`Content::Document`](crate::read::jsonl::Content::Document) has it. A row whose text stays the same
/// is returned unchanged, escapes included; otherwise the text is written with only the escapes
/// that JSON requires, and characters beyond ASCII as UTF-8. `null` is the same as an empty text.
pub fn splice<'a>(row: &'a [u8], text: Range<usize>, new_text: &str) -> Cow<'a, [u8]> {
    let old = &row[text.clone()];
    let same = |old: Option<Cow<'_, str>>| old.as_deref().unwrap_or_default() == new_text;
    if serde_json::from_slice::<Option<Cow<'_, str>>>(old).is_ok_and(same) {
        return Cow::Borrowed(row);
    }
    let new = Value::from(new_text).to_string();
    Cow::Owned([&row[..text.start], new.as_bytes(), &row[text.end..]].concat())
}

/// One judged unit, as `gleaner score` writes it: the fields in this order, on one line.
#[derive(Debug, Clone, Serialize)]
pub struct UnitRow<'a> {
    /// The document's id, with its JSON type.
    pub doc: &'a Value,
    /// Number of the unit in its document, from 0.
    pub index: usize,
    /// First byte in the original text; `null` in pages that are not UTF-8, and for data that a script would draw.
    pub start: Option<usize>,
    /// First byte after it.
    pub end: Option<usize>,
    /// `editorial`, `boilerplate` or `unsure`.
    pub verdict: &'a str,
    /// The likeliest kind of boilerplate, unless it is editorial.
    pub kind: Option<&'a str>,
    /// Calibrated probability of boilerplate, 0 to 1.
    #[serde(serialize_with = "finite")]
    pub boilerplate: f64,
    /// Log-odds before calibration, in nats.
    #[serde(serialize_with = "finite")]
    pub log_odds: f64,
    /// Code of the reason why the verdict differs from the probability, if it does.
    pub reason: Option<&'a str>,
    /// With a site memory: how many other documents of the site have the paragraph (`null` where the document has
    /// no address).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_site: Option<Option<u32>>,
    /// In a page: the innermost elements around it, from the outside in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'a str>,
    /// The decoded text.
    pub text: &'a str,
}

/// One cleaned document, as `--to jsonl` writes it.
#[derive(Debug, Clone, Serialize)]
pub struct CleanRow<'a> {
    /// The document's id, with its JSON type.
    pub id: &'a Value,
    /// Its address, if the input has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a str>,
    /// The kept text.
    pub text: &'a str,
    /// Paragraphs that were kept.
    pub kept: usize,
    /// Paragraphs that were dropped.
    pub dropped: usize,
}

/// One cleaned page, as `--to jsonl` writes it: a [`CleanRow`] with what the page states of itself.
#[cfg(feature = "html")]
#[derive(Debug, Clone, Serialize)]
pub struct PageRow<'a> {
    /// The document's id, with its JSON type.
    pub id: &'a Value,
    /// The kept text.
    pub text: &'a str,
    /// Blocks that were kept.
    pub kept: usize,
    /// Blocks that were dropped.
    pub dropped: usize,
    /// Title, author, date and so on: those that the page states.
    #[serde(flatten)]
    pub metadata: &'a crate::split::html::Metadata,
}

#[cfg(feature = "html")]
impl PageRow<'_> {
    /// The row as one line of JSON, line feed included.
    pub fn to_line(&self) -> Vec<u8> {
        line(self)
    }
}

impl UnitRow<'_> {
    /// The row as one line of JSON, line feed included. Cannot fail.
    pub fn to_line(&self) -> Vec<u8> {
        line(self)
    }
}

impl CleanRow<'_> {
    /// The row as one line of JSON, line feed included.
    pub fn to_line(&self) -> Vec<u8> {
        line(self)
    }
}

fn line(row: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(row).expect("strings and numbers are always JSON");
    line.push(b'\n');
    line
}

/// JSON has no infinities: an infinite score becomes the nearest number, and NaN becomes 0,
/// which favours keeping.
fn finite<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    debug_assert!(value.is_finite(), "scores are finite");
    let value = if value.is_nan() { 0.0 } else { value.clamp(f64::MIN, f64::MAX) };
    serializer.serialize_f64(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;
    use crate::read::jsonl::{Content, Rows};
    use proptest::prelude::*;

    fn span(row: &[u8]) -> Range<usize> {
        match Rows::new(row, "-", &ReadOptions::default()).next().unwrap().unwrap().content {
            Content::Document { text, .. } => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_the_text_changes() {
        let row = "{ \"n\":1.50, \"text\": \"A\\u00e9\\nB\",\"z\":\"\\u00e9\" }".as_bytes();
        assert_eq!(
            splice(row, span(row), "Aé \"\u{1}\\").as_ref(),
            "{ \"n\":1.50, \"text\": \"Aé \\\"\\u0001\\\\\",\"z\":\"\\u00e9\" }".as_bytes()
        );
        assert!(matches!(splice(row, span(row), "Aé\nB"), Cow::Borrowed(same) if same == row));
    }

    #[test]
    fn rows_are_written_in_this_order() {
        let doc = Value::from(7);
        let mut row = UnitRow {
            doc: &doc,
            index: 0,
            start: Some(3),
            end: Some(9),
            verdict: "boilerplate",
            kind: Some("pitch"),
            boilerplate: 0.1 + 0.2,
            log_odds: -2.0,
            reason: None,
            on_site: None,
            path: None,
            text: "Ä\n",
        };
        assert_eq!(
            String::from_utf8(row.to_line()).unwrap(),
            "{\"doc\":7,\"index\":0,\"start\":3,\"end\":9,\"verdict\":\"boilerplate\",\"kind\":\"pitch\",\
             \"boilerplate\":0.30000000000000004,\"log_odds\":-2.0,\"reason\":null,\"text\":\"Ä\\n\"}\n"
        );
        row.kind = None;
        assert!(String::from_utf8(row.to_line()).unwrap().contains("\"kind\":null"));
        (row.on_site, row.path) = (Some(Some(4)), Some("main p"));
        let line = String::from_utf8(row.to_line()).unwrap();
        assert!(line.contains(",\"reason\":null,\"on_site\":4,\"path\":\"main p\",\"text\":"), "{line}");
        (row.on_site, row.reason, row.start) = (Some(None), Some("damaged"), None);
        let line = String::from_utf8(row.to_line()).unwrap();
        assert!(
            line.contains("\"start\":null") && line.contains(",\"reason\":\"damaged\",\"on_site\":null,")
        );
        let row = CleanRow { id: &doc, url: None, text: "x", kept: 1, dropped: 2 };
        assert_eq!(row.to_line(), b"{\"id\":7,\"text\":\"x\",\"kept\":1,\"dropped\":2}\n");
    }

    proptest! {
        #[test]
        fn a_spliced_row_holds_the_new_text(old: String, new: String, other: String) {
            let row = serde_json::json!({"a": other, "text": old, "z": other}).to_string();
            let spliced = splice(row.as_bytes(), span(row.as_bytes()), &new);
            let value: Value = serde_json::from_slice(&spliced).unwrap();
            prop_assert_eq!(value, serde_json::json!({"a": other, "text": new, "z": other}));
            prop_assert!(!spliced.contains(&b'\n'));
        }
    }
}
