//! Rows of CSV and TSV: a header names the columns, and every record after it is a document. What a record is made of
//! is told by csv-core; here it is found where in the bytes a field stands.

use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::Range;
use std::path::{Path, PathBuf};

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use encoding_rs::UTF_8;
use serde_json::Value;

use super::jsonl::{Content, NAMES};
use super::rows::{Part, RawRow};
use super::{MAX_SIZE, ReadOptions, bounded, text};
use crate::document::Document;
use crate::error::{Error, Place, Problem, ProblemKind, Result, quoted};

/// What may stand between the fields of CSV, the likeliest first. TSV has tabs.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Bytes of a record that is too large that are handed on at a time.
const PIECE: usize = 1 << 20;

/// The header of a table: what separates fields, and which of them are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What stands between two fields.
    pub delimiter: u8,
    text: usize,
    id: Option<usize>,
    url: Option<usize>,
    max_size: u64,
}

impl Header {
    /// Reads the first record. Of several delimiters it is the first with which there is a column of texts.
    ///
    /// # Errors
    /// That there is no column of texts, and which there are.
    pub fn read(record: &[u8], tabs: bool, options: &ReadOptions) -> Result<Self, String> {
        let delimiters = if tabs { &[b'\t'][..] } else { &DELIMITERS };
        let mut most: Vec<String> = Vec::new();
        for &delimiter in delimiters {
            let names: Vec<String> = fields(record, delimiter).into_iter().map(|it| it.name()).collect();
            // Of a repeated name the last one counts, as in JSON.
            let find = |key: &str| names.iter().rposition(|name| name == key);
            if let Some(text) = find(&options.text_key) {
                return Ok(Self {
                    delimiter,
                    text,
                    id: find(&options.id_key),
                    url: find(&options.url_key),
                    max_size: options.max_size,
                });
            }
            most = if names.len() > most.len() { names } else { most };
        }
        most.truncate(NAMES);
        Err(format!("no column {:?}; the header has {}", options.text_key, quoted(&most)))
    }
}

/// A field of a record.
struct Field {
    /// Where it stands, quotes included.
    range: Range<usize>,
    /// What it holds, without them.
    text: Vec<u8>,
    /// Whether its quotes are closed.
    closed: bool,
}

impl Field {
    fn name(&self) -> String {
        String::from_utf8_lossy(&self.text).trim_start_matches('\u{feff}').trim().to_owned()
    }

    fn string(self) -> Option<String> {
        (!self.text.is_empty()).then(|| String::from_utf8_lossy(&self.text).into_owned())
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// The fields of a record without its terminator. A blank record has none.
fn fields(record: &[u8], delimiter: u8) -> Vec<Field> {
    let mut reader = reader(delimiter);
    let mut all = Vec::new();
    // A record may have blank lines before it, and the first of all a byte order mark.
    let mark = if record.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut start = mark + record[mark..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    if start == record.len() {
        return all;
    }
    let (mut at, mut text, mut buffer) = (start, Vec::new(), [0; 1024]);
    loop {
        let (result, read, written) = reader.read_field(&record[at..], &mut buffer);
        at += read;
        text.extend_from_slice(&buffer[..written]);
        match result {
            // At its end it is given nothing, which ends the last field.
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::Field { record_end } => {
                let end = if record_end { at } else { at - 1 };
                let raw = &record[start..end];
                let closed =
                    !raw.starts_with(b"\"") || raw.iter().filter(|byte| **byte == b'"').count() % 2 == 0;
                all.push(Field { range: start..end, text: std::mem::take(&mut text), closed });
                start = at;
                if record_end {
                    return all;
                }
            }
            ReadFieldResult::End => return all,
        }
    }
}

/// What a record holds; `path` is the input's name in ids and messages.
pub fn content(raw: &RawRow, path: &Path, header: &Header) -> Content {
    let Some(record) = raw.record else { return Content::Blank };
    let place = Place::of(path).in_record(record).at(raw.line, raw.byte);
    let problem =
        |reason| Content::Problem(Problem { place: place.clone(), kind: ProblemKind::BadFields(reason) });
    let mut fields: Vec<Option<Field>> = fields(&raw.bytes, header.delimiter).into_iter().map(Some).collect();
    if fields.iter().flatten().any(|field| !field.closed) {
        return problem("a quote in it is never closed");
    }
    let url = header
        .url
        .and_then(|at| fields.get(at)?.as_ref())
        .map(|it| String::from_utf8_lossy(&it.text).into_owned());
    // One column may serve as both.
    let id = header.id.and_then(|at| fields.get_mut(at)?.take());
    let same = header.id == Some(header.text);
    let Some(field) = (if same { None } else { fields.get_mut(header.text).and_then(Option::take) }) else {
        return problem("it has fewer fields than the header");
    };
    let id = match id.and_then(Field::string) {
        Some(id) => Value::from(id),
        None => Value::from(format!("{}:{record}", path.display())),
    };
    let Field { range, text: bytes, .. } = field;
    let problems = text::problems(UTF_8, &bytes, |_| place.clone());
    let url = url.filter(|url| !url.is_empty());
    Content::Document {
        document: Document { id, url, place: place.clone(), bytes, encoding: UTF_8, problems },
        text: range,
    }
}

/// A field with this text: quoted where it has to be, or where the field before it was.
pub fn field<'a>(text: &'a [u8], delimiter: u8, was_quoted: bool) -> Cow<'a, [u8]> {
    let special = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !was_quoted && !text.iter().any(special) {
        return Cow::Borrowed(text);
    }
    let mut out = vec![b'"'];
    for &byte in text {
        out.extend(if byte == b'"' { &[b'"', b'"'][..] } else { std::slice::from_ref(&byte) });
    }
    out.push(b'"');
    Cow::Owned(out)
}

/// The records of an input, in order, with the line feeds inside their fields.
///
/// Memory is that of one record, at most the [limit](Self::limited_to); a longer one comes in pieces. A failing read
/// yields the part of the record that was read, then [`Error::Io`] once, and ends the records.
pub struct Records<R> {
    input: R,
    path: PathBuf,
    delimiter: u8,
    limit: usize,
    /// What was read of a record that is too large, and comes in pieces.
    within: Option<Box<Reader>>,
    record: u64,
    line: u64,
    byte: u64,
    error: Option<Error>,
    failed: bool,
}

impl<R: BufRead> Records<R> {
    /// The records of `input`, which stands after the header if that `before` has been read; `path` is its name in
    /// messages.
    pub fn new(input: R, path: &Path, delimiter: u8, before: &[u8]) -> Self {
        let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
        Self {
            input,
            path: path.to_path_buf(),
            delimiter,
            limit: MAX_SIZE as usize,
            within: None,
            record: 0,
            line,
            byte: before.len() as u64,
            error: None,
            failed: false,
        }
    }

    /// … of which none is held as a whole that is longer than this.
    #[must_use]
    pub fn limited_to(mut self, bytes: u64) -> Self {
        self.limit = bounded::in_memory(bytes);
        self
    }

    /// The source of the records, positioned after the last one returned.
    pub fn input(&self) -> &R {
        &self.input
    }
}

/// Reads a record with its terminator, and blank lines before it. Empty at the end.
///
/// # Errors
/// What the input says; what was read of the record is in `bytes`.
pub fn read_record(input: &mut impl BufRead, delimiter: u8, bytes: &mut Vec<u8>) -> io::Result<()> {
    read_some(input, &mut reader(delimiter), bytes, MAX_SIZE as usize).map(drop)
}

/// Reads a record to its end, or until there are so many bytes of it; whether it ended.
fn read_some(
    input: &mut impl BufRead,
    reader: &mut Reader,
    bytes: &mut Vec<u8>,
    limit: usize,
) -> io::Result<bool> {
    let mut buffer = [0; 1024];
    loop {
        let more = match input.fill_buf() {
            Ok(more) => more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if more.is_empty() {
            return Ok(true);
        }
        let (mut at, mut ended) = (0, false);
        while at < more.len() && !ended {
            let (result, read, _) = reader.read_field(&more[at..], &mut buffer);
            at += read;
            ended = matches!(result, ReadFieldResult::Field { record_end: true } | ReadFieldResult::End);
        }
        bytes.extend_from_slice(&more[..at]);
        input.consume(at);
        if ended {
            // A carriage return ends a record, and a line feed after it belongs to it.
            if bytes.ends_with(b"\r") && input.fill_buf()?.starts_with(b"\n") {
                bytes.push(b'\n');
                input.consume(1);
            }
            return Ok(true);
        }
        if bytes.len() >= limit {
            return Ok(false);
        }
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<RawRow>;

    fn next(&mut self) -> Option<Result<RawRow>> {
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        if self.failed {
            return None;
        }
        let mut bytes = Vec::new();
        let before = self.within.take();
        let goes_on = before.is_some();
        let (mut reader, limit) = match before {
            Some(reader) => (reader, PIECE),
            None => (Box::new(reader(self.delimiter)), self.limit),
        };
        match read_some(&mut self.input, &mut reader, &mut bytes, limit) {
            Ok(true) => {}
            Ok(false) => self.within = Some(reader),
            Err(error) => {
                self.failed = true;
                self.error = Some(Error::io(&self.path, "cannot read", error));
            }
        }
        if bytes.is_empty() {
            return self.error.take().map(Err);
        }
        let (byte, line) = (self.byte, self.line);
        self.byte += bytes.len() as u64;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let terminator: &[u8] = match bytes.as_slice() {
            [.., b'\r', b'\n'] => b"\r\n",
            [.., b'\n'] => b"\n",
            [.., b'\r'] => b"\r",
            _ => b"",
        };
        bytes.truncate(bytes.len() - terminator.len());
        let part = match (goes_on, &self.within) {
            (true, _) => Part::More,
            (false, Some(_)) => Part::First,
            (false, None) => Part::Whole,
        };
        let counts = !goes_on && !bytes.trim_ascii().is_empty();
        self.record += u64::from(counts);
        let record = counts.then_some(self.record);
        Some(Ok(RawRow { bytes, terminator, record, line, byte, part }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn header(record: &str) -> Result<Header, String> {
        Header::read(record.as_bytes(), false, &ReadOptions::default())
    }

    fn read(input: &[u8], delimiter: u8) -> Vec<RawRow> {
        Records::new(input, Path::new("a.csv"), delimiter, b"").map(|it| it.unwrap()).collect()
    }

    fn whole(rows: &[RawRow]) -> Vec<u8> {
        rows.iter().flat_map(|row| [&row.bytes[..], row.terminator].concat()).collect()
    }

    #[test]
    fn a_header_tells_what_separates() {
        for (record, delimiter, text) in [
            ("id,text", b',', 1),
            ("\u{feff}\"text\";\"a,b\"", b';', 0),
            ("id\ttext\tx", b'\t', 1),
            ("a, text ,b", b',', 1),
        ] {
            let found = header(record).unwrap();
            assert_eq!((found.delimiter, found.text), (delimiter, text), "{record}");
        }
        assert_eq!(
            header("title,body").unwrap_err(),
            "no column \"text\"; the header has \"title\", \"body\""
        );
        assert!(Header::read(b"id,text", true, &ReadOptions::default()).is_err());
    }

    #[test]
    fn records_hold_their_line_feeds() {
        let table = "a,\"one\ntwo, \"\"three\"\"\"\r\n\r\nb,x\rc,\"\"\n d,\"never closed\n";
        let rows = read(table.as_bytes(), b',');
        assert_eq!(whole(&rows), table.as_bytes());
        let header = header("id,text").unwrap();
        let texts: Vec<_> = rows
            .iter()
            .map(|row| match content(row, Path::new("a.csv"), &header) {
                Content::Document { document, text } => {
                    let raw = String::from_utf8(row.bytes[text].to_vec()).unwrap();
                    format!("{}|{}|{raw}", document.id, String::from_utf8(document.bytes).unwrap())
                }
                Content::Problem(problem) => problem.kind.to_string(),
                Content::Blank => "blank".to_owned(),
            })
            .collect();
        assert_eq!(
            texts,
            [
                "\"a\"|one\ntwo, \"three\"|\"one\ntwo, \"\"three\"\"\"",
                "\"b\"|x|x",
                "\"c\"||\"\"",
                "not a row (a quote in it is never closed)"
            ]
        );
        assert_eq!((rows[1].record, rows[1].line), (Some(2), 3));
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(&*field(b"a b", b',', false), b"a b");
        assert_eq!(&*field(b"a b", b',', true), b"\"a b\"");
        assert_eq!(&*field(b"a,\"b\"\n", b',', false), b"\"a,\"\"b\"\"\n\"");
        assert_eq!(&*field(b"a,b", b'\t', false), b"a,b");
    }

    proptest! {
        #[test]
        fn all_bytes_come_back(input in "([a\",;\r\n]|\"[a,\n]*\"){0,40}") {
            let rows = read(input.as_bytes(), b',');
            prop_assert_eq!(whole(&rows), input.as_bytes());
            let slow = BufReader::with_capacity(1, input.as_bytes());
            let slow: Vec<_> = Records::new(slow, Path::new("a.csv"), b',', b"").map(|it| it.unwrap()).collect();
            prop_assert_eq!(&slow, &rows);
            let small = Records::new(input.as_bytes(), Path::new("a.csv"), b',', b"").limited_to(3);
            let small: Vec<_> = small.map(|it| it.unwrap()).collect();
            prop_assert_eq!(whole(&small), input.as_bytes());
            let header = header("text,id").unwrap();
            for row in &rows {
                if let Content::Document { text, .. } = content(row, Path::new("a.csv"), &header) {
                    prop_assert!(text.end <= row.bytes.len());
                }
            }
        }

        #[test]
        fn a_field_comes_back(text: String, other in "[a-z]{0,5}", quoted: bool) {
            let record = [other.as_bytes(), b",", &field(text.as_bytes(), b',', quoted)].concat();
            prop_assume!(!other.is_empty());
            let found = fields(&record, b',');
            prop_assert_eq!(&found[1].text, text.as_bytes());
        }
    }
}
