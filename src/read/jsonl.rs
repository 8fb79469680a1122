//! JSONL: one object per row, read in order; other fields keep their bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::ops::Range;
use std::path::Path;

use encoding_rs::UTF_8;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::fields::{fields, without_nan};
use super::rows::{Part, RawRow, RawRows};
use super::{ReadOptions, text};
use crate::document::Document;
use crate::error::{Place, Problem, ProblemKind, Result};

/// Most fields that are named where the text is missing.
pub(super) const NAMES: usize = 12;

/// One row of the input. Its bytes followed by its terminator are what was read.
#[derive(Debug)]
pub struct Row {
    /// The row as it came, a byte order mark included, without its terminator.
    pub bytes: Vec<u8>,
    /// `\n`, `\r\n`, or nothing at the end of the input.
    pub terminator: &'static [u8],
    /// What it holds.
    pub content: Content,
}

/// What a row holds.
#[derive(Debug)]
pub enum Content {
    /// White space only, or more of a row that is too large: not a record.
    Blank,
    /// A document.
    Document {
        /// Its text is that of the text field, decoded to UTF-8.
        document: Document,
        /// Byte range of the text field's JSON value in [`Row::bytes`], quotes included; `null` is an empty text.
        text: Range<usize>,
    },
    /// A row that cannot be judged; it must be passed on.
    Problem(Problem),
}

/// The rows of a JSONL input, in order.
///
/// * The id keeps its JSON type; a record without one, or with `null`, gets the id
///   `path:record`, with records counted from 1. Numbers keep all their digits.
/// * A field is named by its key or by a path into objects, `doc.text`; a key that has the whole name comes first.
///   Of a repeated field the last one counts, as in most parsers.
/// * `NaN`, `Infinity` and `-Infinity`, which some programs write, pass in other fields.
/// * Blank rows are passed on and not counted as records; a UTF-8 byte order mark may come first.
/// * The record's [`Place`] has its number, its line and the byte at which its row begins.
///
/// Memory is that of one row and its text; a row of more bytes than `max_size` is a problem, and comes in pieces. A
/// failing read yields the part of the row that was read, then [`Error::Io`](crate::error::Error::Io) once, and ends
/// the rows.
#[derive(Debug)]
pub struct Rows<R> {
    raw: RawRows<R>,
    options: ReadOptions,
}

impl<R: BufRead> Rows<R> {
    /// The rows of `input`; `path` is its name in messages.
    pub fn new(input: R, path: impl AsRef<Path>, options: &ReadOptions) -> Self {
        let raw = RawRows::new(input, path).limited_to(options.max_size);
        Self { raw, options: options.clone() }
    }

    /// The source of the rows, positioned after the last row returned.
    pub fn input(&self) -> &R {
        self.raw.input()
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        let raw = match self.raw.next()? {
            Ok(raw) => raw,
            Err(error) => return Some(Err(error)),
        };
        let content = content(&raw, self.raw.path(), &self.options);
        Some(Ok(Row { bytes: raw.bytes, terminator: raw.terminator, content }))
    }
}

/// What a row holds; `path` is the input's name in ids and messages. A row that cannot be judged gives
/// [`Content::Problem`].
pub fn content(raw: &RawRow, path: &Path, options: &ReadOptions) -> Content {
    let (row, mark, start) = (raw.bytes.as_slice(), raw.mark(), raw.byte);
    let Some(record) = raw.record else { return Content::Blank };
    let place = Place::of(path).in_record(record).at(raw.line, start);
    let problem = |place: Place, kind| Content::Problem(Problem { place, kind });
    if raw.part == Part::First {
        return problem(place, ProblemKind::TooLarge { what: "row", limit: options.max_size });
    }
    let json = match std::str::from_utf8(&row[mark..]) {
        Ok(json) => json,
        Err(error) => {
            let at = start + (mark + error.valid_up_to()) as u64;
            let reason = "bytes that are not valid UTF-8".to_owned();
            return problem(place.at(raw.line, at), ProblemKind::BadRow(reason));
        }
    };
    // Most rows are JSON as they are.
    let masked: Cow<'_, str>;
    let mut found = fields(json, options);
    if found.is_err()
        && let Some(json) = without_nan(json)
    {
        masked = Cow::Owned(json);
        found = fields(&masked, options);
    } else {
        masked = Cow::Borrowed(json);
    }
    let fields = match found {
        Ok(fields) => fields,
        Err(error) => {
            let at = start + (mark + error.column().saturating_sub(1)) as u64;
            return problem(place.at(raw.line, at), ProblemKind::BadRow(row_reason(json, &error)));
        }
    };
    let key = || options.text_key.clone();
    let Some(value) = fields.text else {
        return problem(place, ProblemKind::NoText { key: key(), found: names(json) });
    };
    // A raw value borrows from the row, or from its copy of the same length, so its offset is a distance.
    let from = mark + (value.get().as_ptr() as usize - masked.as_ptr() as usize);
    let text = from..from + value.get().len();
    // What dumps write where there is no text.
    let is_null = value.get() == "null";
    if !(is_null || value.get().starts_with('"')) {
        return problem(place, ProblemKind::TextNotString { key: key() });
    }
    let bytes = match serde_json::from_str::<Option<String>>(value.get()) {
        Ok(text) => text.unwrap_or_default().into_bytes(),
        Err(error) => {
            let kind = ProblemKind::TextUndecodable { key: key(), reason: reason(&error) };
            return problem(place, kind);
        }
    };
    // A number that is none names nothing.
    let is_named = |raw: &&RawValue| {
        let at = raw.get().as_ptr() as usize - masked.as_ptr() as usize;
        !json[at..].trim_start_matches('-').starts_with(['N', 'I'])
    };
    let id = fields.id.filter(is_named).map(|raw| serde_json::from_str(raw.get()));
    let id = match id.transpose() {
        Ok(None | Some(Value::Null)) => Value::from(format!("{}:{record}", path.display())),
        Ok(Some(id)) => id,
        Err(error) => {
            return problem(place, ProblemKind::BadRow(format!("its id: {}", reason(&error))));
        }
    };
    let url = fields.url.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    // Offsets in the decoded text are not offsets in the input, so problems get the position of the row.
    let problems = text::problems(UTF_8, &bytes, |_| place.clone());
    let document = Document { id, url, place, bytes, encoding: UTF_8, problems };
    Content::Document { document, text }
}

/// The first few names of an object's fields, sorted; those of an object in it by their paths.
fn names(json: &str) -> Box<[String]> {
    let json = without_nan(json).map_or(Cow::Borrowed(json), Cow::Owned);
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(&json).unwrap_or_default();
    let inside = |(key, value): (String, &RawValue)| {
        let inner: BTreeMap<String, IgnoredAny> = serde_json::from_str(value.get()).unwrap_or_default();
        match inner.is_empty() {
            true => vec![key],
            false => inner.into_keys().take(NAMES).map(|inner| format!("{key}.{inner}")).collect(),
        }
    };
    fields.into_iter().flat_map(inside).take(NAMES).collect()
}

/// Why a row is no object, with the usual mistakes in plain words: an array, and JSON over several lines.
fn row_reason(json: &str, error: &serde_json::Error) -> String {
    match json.trim_ascii_start().bytes().next() {
        Some(b'{') if error.is_eof() => "it does not end on its line".to_owned(),
        Some(b'{') => reason(error),
        Some(b'[') => "an array".to_owned(),
        _ => "it does not begin with {".to_owned(),
    }
}

/// The message of a JSON error without its " at line 1 column 7", because the place has the position in the input.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::{BufReader, Read};

    fn rows(input: &[u8]) -> Vec<Row> {
        Rows::new(input, "in.jsonl", &ReadOptions::default()).map(|row| row.unwrap()).collect()
    }

    fn document(row: &Row) -> (&Document, &str) {
        match &row.content {
            Content::Document { document, text } => {
                (document, std::str::from_utf8(&row.bytes[text.clone()]).unwrap())
            }
            other => panic!("{other:?}"),
        }
    }

    fn problem(row: &[u8]) -> Problem {
        match rows(row).remove(0).content {
            Content::Problem(problem) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_row_is_a_document() {
        let input = "\u{feff}{\"id\": 7, \"text\" : \"Zwei\\nZeilen \\u00e9\" , \"url\":\"https://example.org/a\"}\r\n\n \
                     {\"n\": {\"text\": 1}, \"text\":\"ä\"}";
        let rows = rows(input.as_bytes());
        assert_eq!(rows.len(), 3);
        let (first, raw) = document(&rows[0]);
        assert_eq!(first.bytes, "Zwei\nZeilen é".as_bytes());
        assert_eq!(raw, r#""Zwei\nZeilen \u00e9""#);
        assert_eq!((&first.id, first.url.as_deref()), (&Value::from(7), Some("https://example.org/a")));
        assert_eq!(rows[0].terminator, b"\r\n");
        assert!(matches!(rows[1].content, Content::Blank));
        let (second, raw) = document(&rows[2]);
        assert_eq!(second.id, Value::from("in.jsonl:2"));
        assert_eq!((second.place.record, second.place.line), (Some(2), Some(3)));
        assert_eq!(raw, "\"ä\"");
        assert_eq!(rows[2].terminator, b"");
        let back: Vec<u8> = rows.iter().flat_map(|row| [&row.bytes[..], row.terminator].concat()).collect();
        assert_eq!(back, input.as_bytes());
    }

    #[test]
    fn what_cannot_be_judged_is_a_problem() {
        for (row, reason) in [
            (b"{\"text\": \"x\"".as_slice(), "it does not end on its line"),
            (b" [1]", "an array"),
            (b"nothing", "it does not begin with {"),
            (b"{\"text\": \"x\"} y", "trailing characters"),
        ] {
            assert_eq!(problem(row).kind, ProblemKind::BadRow(reason.to_owned()));
        }
        assert_eq!(
            problem(b"{\"t\": 1, \"doc\": {\"b\": \"x\", \"a\": {\"c\": 1}}}").kind,
            ProblemKind::NoText {
                key: "text".into(),
                found: ["doc.a", "doc.b", "t"].map(str::to_owned).into()
            }
        );
        for text in ["1", "[\"a\"]", "NaN", "{}"] {
            let row = format!("{{\"text\": {text}}}");
            assert_eq!(problem(row.as_bytes()).kind, ProblemKind::TextNotString { key: "text".into() });
        }
        let lone = problem(br#"{"text": "\ud800"}"#);
        assert!(matches!(lone.kind, ProblemKind::TextUndecodable { .. }), "{lone}");
        let invalid = problem(b"{\"text\": \"\xFF\"}");
        assert_eq!(invalid.place, Place::of("in.jsonl").in_record(1).at(1, 10));
        let bad = problem(b"{\"text\": nope}");
        assert_eq!(
            bad.to_string(),
            "in.jsonl, record 1, line 1, byte 10: not a JSON object (expected ident)"
        );
    }

    #[test]
    fn the_last_of_a_repeated_field_counts() {
        let rows = rows(br#"{"text": "one", "id": null, "text": "two"}"#);
        let (document, raw) = document(&rows[0]);
        assert_eq!((document.bytes.as_slice(), raw), (b"two".as_slice(), "\"two\""));
        assert_eq!(document.id, Value::from("in.jsonl:1"));
    }

    #[test]
    fn null_is_an_empty_text() {
        let rows = rows(br#"{"id": 1, "text" : null }"#);
        let (document, raw) = document(&rows[0]);
        assert_eq!((document.bytes.as_slice(), raw), (b"".as_slice(), "null"));
        assert!(document.problems.is_empty());
    }

    #[test]
    fn numbers_that_are_none_pass_in_other_fields() {
        let row = r#"{"a": NaN, "b": [-Infinity, {"NaN": Infinity}], "text": "NaN, \"Infinity\"", "id": 123456789012345678901234567890, "f": 1.10e5}"#;
        let unnamed = rows(br#"{"id": -Infinity, "text": "x"}"#);
        assert_eq!(document(&unnamed[0]).0.id, Value::from("in.jsonl:1"));
        let rows = rows(format!("\u{feff}{row}").as_bytes());
        let (document, raw) = document(&rows[0]);
        assert_eq!(document.bytes, b"NaN, \"Infinity\"");
        assert_eq!(raw, r#""NaN, \"Infinity\"""#);
        assert_eq!(document.id.to_string(), "123456789012345678901234567890");
        for broken in
            [r#"{"a": NaNa, "text": "x"}"#, r#"{"a": nan, "text": "x"}"#, r#"{NaN: 1, "text": "x"}"#]
        {
            assert!(matches!(problem(broken.as_bytes()).kind, ProblemKind::BadRow(_)), "{broken}");
        }
        assert_eq!(
            problem(br#"{"a": NaN}"#).kind,
            ProblemKind::NoText { key: "text".into(), found: ["a".into()].into() }
        );
    }

    #[test]
    fn a_name_reaches_into_objects() {
        let options = ReadOptions {
            text_key: "doc.body.text".into(),
            id_key: "doc.id".into(),
            url_key: "doc.id".into(),
            ..Default::default()
        };
        let text = |row: &str| match Rows::new(row.as_bytes(), "-", &options).next().unwrap().unwrap().content
        {
            Content::Document { document, text } => {
                let raw = &row[text];
                Ok((String::from_utf8(document.bytes).unwrap(), raw.to_owned(), document.id))
            }
            Content::Problem(problem) => Err(problem.kind),
            Content::Blank => panic!("{row}"),
        };
        let nested = r#"{"x": {"text": 1}, "doc": {"id": "a", "body": {"text": "one", "n": NaN}}}"#;
        assert_eq!(text(nested), Ok(("one".into(), "\"one\"".into(), "a".into())));
        let literal = r#"{"doc.body.text": "two", "doc": {"id": 5, "body": {"text": "one"}}}"#;
        assert_eq!(text(literal).unwrap().0, "two");
        let half = r#"{"doc": {"body": {"text": "one"}}, "doc.body": {"text": "three"}}"#;
        assert_eq!(text(half).unwrap().0, "three");
        assert_eq!(text(r#"{"doc": {"body.text": "four"}}"#).unwrap().0, "four");
        for none in [
            r#"{"doc": {"body": "x"}}"#,
            r#"{"doc": null, "text": "y"}"#,
            r#"{"doc": [{"body": {"text": "z"}}]}"#,
        ] {
            assert!(matches!(text(none), Err(ProblemKind::NoText { .. })), "{none}");
        }
    }

    #[test]
    fn keys_can_be_named_and_shared() {
        let options = ReadOptions { text_key: "bo\"dy".into(), id_key: "url".into(), ..Default::default() };
        let row = br#"{"bo\u0022dy": "x", "url": "https://example.org/"}"#;
        let row = Rows::new(&row[..], "-", &options).next().unwrap().unwrap();
        let (document, _) = document(&row);
        assert_eq!(document.id, Value::from("https://example.org/"));
        assert_eq!(document.url.as_deref(), Some("https://example.org/"));
    }

    #[test]
    fn a_nul_is_reported_at_its_row() {
        let rows = rows(br#"{"text": "a\u0000b"}"#);
        let (document, _) = document(&rows[0]);
        assert_eq!(document.problems[0].kind, ProblemKind::Nul { count: 1 });
        assert_eq!(document.problems[0].place.record, Some(1));
    }

    #[test]
    fn a_failing_read_ends_the_rows() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("unplugged"))
            }
        }
        let input = BufReader::new(b"{}\n".chain(Broken));
        let all: Vec<_> = Rows::new(input, "in", &ReadOptions::default()).collect();
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].as_ref().unwrap_err().to_string(), "in: cannot read: unplugged");
    }

    #[test]
    fn nesting_has_no_depth_to_fear() {
        let deep = format!("{{\"x\": {}{}, \"text\": \"t\"}}", "[".repeat(200_000), "]".repeat(200_000));
        document(&rows(deep.as_bytes())[0]);
        let deep = format!("{{\"id\": {}{}, \"text\": \"t\"}}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(matches!(problem(deep.as_bytes()).kind, ProblemKind::BadRow(_)));
    }

    fn lines() -> impl Strategy<Value = Vec<u8>> {
        let line = prop_oneof![
            any::<(String, Option<u32>)>().prop_map(|(text, id)| {
                serde_json::json!({"a": [text], "text": text, "id": id}).to_string().into_bytes()
            }),
            any::<Vec<u8>>(),
            "[{}\":, a-z\\\\]{0,20}".prop_map(String::into_bytes),
        ];
        let end = prop_oneof![Just(&b"\n"[..]), Just(&b"\r\n"[..]), Just(&b""[..])];
        proptest::collection::vec((line, end), 0..6)
            .prop_map(|rows| rows.into_iter().flat_map(|(row, end)| [&row[..], end].concat()).collect())
    }

    proptest! {
        #[test]
        fn rows_give_back_their_input(input in lines()) {
            let back: Vec<u8> =
                rows(&input).iter().flat_map(|row| [&row.bytes[..], row.terminator].concat()).collect();
            prop_assert_eq!(back, input);
        }

        #[test]
        fn byte_by_byte_gives_the_same_rows(input in lines()) {
            let slow = BufReader::with_capacity(1, &input[..]);
            let slow: Vec<_> = Rows::new(slow, "in.jsonl", &ReadOptions::default()).map(|row| row.unwrap()).collect();
            prop_assert_eq!(format!("{slow:?}"), format!("{:?}", rows(&input)));
        }

        #[test]
        fn the_span_holds_the_text(text: String, before: String) {
            let row = serde_json::json!({"before": before, "text": text}).to_string();
            let rows = rows(row.as_bytes());
            let (document, raw) = document(&rows[0]);
            prop_assert_eq!(&document.bytes, text.as_bytes());
            prop_assert_eq!(serde_json::from_str::<String>(raw).unwrap(), text);
        }
    }
}
