//! Reads labelled data: documents, loose paragraphs and count tables, distinguished by their first line.
//!
//! | form | a line |
//! |---|---|
//! | documents | `{"id": …, "domain": …, "paragraphs": [{"text": …, "label": …}, …]}` |
//! | loose paragraphs | `{"text": …, "label": …}` |
//! | tab-separated | `label<TAB>text` |
//! | fastText | `__label__x text` |
//! | count table | as [`CountTable::write`] writes it, after its header |

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor};
use std::path::Path;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use serde_json::value::RawValue;

use super::corpus::{LabelledDocument, LabelledParagraph};
use crate::error::{Error, Place, Result};
use crate::features::counts::{CountTable, HEADER, check_label};
use crate::read::without_nan;
use crate::site::host::host;

/// One item of labelled data.
#[derive(Debug, Clone)]
pub enum Labelled {
    /// Paragraphs in the order of a page.
    Document(LabelledDocument),
    /// A paragraph without neighbours, and a name for it.
    Loose(String, LabelledParagraph),
    /// Counts made elsewhere.
    Table(Box<CountTable>),
}

/// A row of JSONL.
#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) id: Option<Value>,
    domain: Option<String>,
    url: Option<String>,
    pub(super) paragraphs: Option<Vec<Paragraph>>,
    pub(super) text: Option<String>,
    pub(super) label: Option<Label>,
}

/// A label of JSON: a string, or a number or truth value as it is written.
pub(super) struct Label(pub(super) String);

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get().bytes().next() {
            Some(b'"') => serde_json::from_str(raw.get()).map(Self).map_err(de::Error::custom),
            Some(b'-' | b'0'..=b'9' | b't' | b'f') => Ok(Self(raw.get().to_owned())),
            _ => Err(de::Error::custom(format!("the label {} is not a string or a number", raw.get()))),
        }
    }
}

/// A paragraph of such a row.
#[derive(Deserialize)]
pub(super) struct Paragraph {
    text: String,
    label: Label,
}

/// Reads every item of one file's bytes with the line that it stands on, from 1; `path` is for messages. Empty lines
/// are skipped.
///
/// # Errors
/// [`Error::Labelled`] with path, record, line and byte of the first line that has none of the forms.
pub fn read(bytes: &[u8], path: &Path) -> Result<Vec<(u64, Labelled)>> {
    if bytes.starts_with(HEADER.as_bytes()) {
        let table = CountTable::read(&mut Cursor::new(bytes), &Place::of(path))?;
        return Ok(vec![(1, Labelled::Table(Box::new(table)))]);
    }
    let mut items = Vec::new();
    each_line(bytes, path, |text, name, place| {
        let bad = |reason: String| Error::Labelled { place: place.clone(), reason };
        items.push((place.line.unwrap_or(1), item(text, name).map_err(bad)?));
        Ok(())
    })?;
    Ok(items)
}

/// Passes every line that is not blank to `each`: its text, a name for it, and its position.
///
/// # Errors
/// [`Error::Labelled`] for bytes that are not UTF-8; errors of `each`.
pub(super) fn each_line(
    bytes: &[u8],
    path: &Path,
    mut each: impl FnMut(&str, String, &Place) -> Result<()>,
) -> Result<()> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (mut record, mut line, mut byte) = (1, 0, 0);
    let mut input = Cursor::new(bytes);
    let mut row = Vec::new();
    loop {
        row.clear();
        let length =
            input.read_until(b'\n', &mut row).map_err(|source| Error::io(path, "cannot read", source))?;
        if length == 0 {
            break;
        }
        line += 1;
        let place = Place::of(path).in_record(record).at(line, byte);
        let text = std::str::from_utf8(&row).map_err(|error| Error::Labelled {
            place: place.clone(),
            reason: format!(
                "labelled data must be UTF-8; this line is invalid after {} bytes",
                error.valid_up_to()
            ),
        })?;
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.trim().is_empty() {
            each(text, format!("{}:{line}", path.display()), &place)?;
            record += 1;
        }
        byte += length as u64;
    }
    Ok(())
}

pub(super) fn item(text: &str, name: String) -> Result<Labelled, String> {
    if text.trim_start().starts_with('{') {
        return json(text, name);
    }
    let (label, text) = if let Some(rest) = text.strip_prefix("__label__") {
        rest.split_once(char::is_whitespace)
            .ok_or("a fastText line is `__label__x text`; this one has no text")?
    } else {
        text.split_once('\t').ok_or("expected a JSON object, `label<TAB>text` or `__label__x text`")?
    };
    if text.starts_with("__label__") {
        return Err("a paragraph has one label; this line has several".to_owned());
    }
    let label = label.trim();
    check_label(label)?;
    Ok(Labelled::Loose(name, LabelledParagraph { text: text.to_owned(), label: label.to_owned() }))
}

fn json(text: &str, name: String) -> Result<Labelled, String> {
    let row = serde_json::from_str::<Row>(text).or_else(|error| match without_nan(text) {
        Some(text) => serde_json::from_str::<Row>(&text),
        None => Err(error),
    });
    let row = row.map_err(|error| {
        format!("not a labelled row ({error}); expected {{\"id\", \"paragraphs\": [{{\"text\", \"label\"}}]}} or {{\"text\", \"label\"}}")
    })?;
    let id = id(row.id, name);
    if let Some(paragraphs) = row.paragraphs {
        let paragraphs: Vec<_> =
            paragraphs.into_iter().map(|p| LabelledParagraph { text: p.text, label: p.label.0 }).collect();
        paragraphs.iter().try_for_each(|paragraph| check_label(&paragraph.label))?;
        let domain = row.domain.or_else(|| row.url.as_deref().and_then(host));
        return Ok(Labelled::Document(LabelledDocument { id, url: row.url, domain, paragraphs }));
    }
    match (row.text, row.label) {
        (Some(text), Some(Label(label))) => {
            check_label(&label)?;
            Ok(Labelled::Loose(id, LabelledParagraph { text, label }))
        }
        _ => Err("a row needs \"paragraphs\", or \"text\" and \"label\"".to_owned()),
    }
}

/// An id as text, or this name if there is none.
pub(super) fn id(id: Option<Value>, name: String) -> String {
    match id {
        None | Some(Value::Null) => name,
        Some(Value::String(id)) => id,
        Some(other) => other.to_string(),
    }
}

/// Groups of labels that differ in case or white space alone, sorted: likely one label written in several ways.
pub fn alike(labels: &[String]) -> Vec<Vec<&str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for label in labels {
        let plain: String = label.split_whitespace().flat_map(|word| [word, " "]).collect();
        groups.entry(plain.to_lowercase()).or_default().push(label);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Result<Labelled> {
        Ok(read(line.as_bytes(), Path::new("f"))?.remove(0).1)
    }

    #[test]
    fn every_form_is_told_apart() {
        assert!(
            matches!(one("pitch\tJoin us").unwrap(), Labelled::Loose(_, p) if p.label == "pitch" && p.text == "Join us")
        );
        assert!(
            matches!(one("__label__spam Buy now\r\n").unwrap(), Labelled::Loose(_, p) if p.label == "spam" && p.text == "Buy now")
        );
        assert!(matches!(one(r#"{"text": "a", "label": "b"}"#).unwrap(), Labelled::Loose(..)));
        let row =
            r#"{"id": 7, "url": "https://www.a.example/x", "paragraphs": [{"text": "a", "label": "b"}]}"#;
        match one(row).unwrap() {
            Labelled::Document(d) => {
                assert_eq!((d.id.as_str(), d.domain.as_deref()), ("7", Some("a.example")))
            }
            other => panic!("{other:?}"),
        }
        let table = format!("{HEADER}\nlabels\t\ta\nparagraphs\t\t1\n");
        assert!(matches!(one(&table).unwrap(), Labelled::Table(_)));
    }

    #[test]
    fn numbers_are_labels_digit_for_digit() {
        for (label, expected) in [
            ("0", "0"),
            ("-1", "-1"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("1.0", "1.0"),
            ("true", "true"),
            ("\"a\\u0062\"", "ab"),
        ] {
            let line = format!("{{\"score\": NaN, \"text\": \"a\", \"label\": {label}}}");
            let Labelled::Loose(_, paragraph) = one(&line).unwrap() else { panic!("{line}") };
            assert_eq!(paragraph.label, expected);
            let row = format!(
                "{{\"id\": 12345678901234567890123, \"paragraphs\": [{{\"text\": \"a\", \"label\": {label}}}]}}"
            );
            let Labelled::Document(document) = one(&row).unwrap() else { panic!("{row}") };
            assert_eq!(
                (document.id.as_str(), document.paragraphs[0].label.as_str()),
                ("12345678901234567890123", expected)
            );
        }
        for label in ["null", "[1]", "{}", "NaN"] {
            let row = format!("{{\"paragraphs\": [{{\"text\": \"a\", \"label\": {label}}}]}}");
            assert!(one(&row).is_err(), "{label}");
        }
    }

    #[test]
    fn labels_that_look_the_same_are_found() {
        let labels =
            ["Editorial", "nav", "editorial ", "ad copy", "NAV", "ad  copy", "ads"].map(str::to_owned);
        assert_eq!(
            alike(&labels),
            [vec!["ad copy", "ad  copy"], vec!["Editorial", "editorial "], vec!["nav", "NAV"]]
        );
        assert!(alike(&labels[..2]).is_empty());
    }

    #[test]
    fn a_bad_line_is_named_with_its_place() {
        for (text, expected) in [
            ("a\tb\n\nhello there\n", "f, record 2, line 3, byte 5: expected a JSON object"),
            ("{\"text\": \"a\"}\n", "f, record 1, line 1, byte 0: a row needs"),
            ("{\"text\": 1}\n", "not a labelled row"),
            ("\ttext", "the label is empty"),
            ("__label__x", "no text"),
            ("__label__x __label__y text", "several"),
            ("{\"text\": \"a\", \"label\": \"\"}", "the label is empty"),
            (
                r#"{"text": "a", "label": "b\tc"}"#,
                r#"f, record 1, line 1, byte 0: the label "b\tc" contains a tab"#,
            ),
            (r#"{"paragraphs": [{"text": "a", "label": "b\nc"}]}"#, "control character"),
        ] {
            let message = read(text.as_bytes(), Path::new("f")).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        assert!(read(b"a\tb\xff\n", Path::new("f")).is_err());
    }
}
