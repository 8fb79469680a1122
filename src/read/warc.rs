//! Web archives (WARC 1.0 and 1.1, ISO 28500) and their extracted texts (WET): record by record.
//!
//! | record | is |
//! |---|---|
//! | `conversion` or `resource` of type `text/plain` | a document |
//! | `response`, `conversion` or `resource` that holds HTML | a page |
//! | any other | not a document; it passes through unchanged |

use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::error::{Error, Place, Problem, ProblemKind, Result};

/// Maximum length of a record's header, in bytes; those of Common Crawl have less than 2 KiB.
const MAX_HEADER: usize = 1 << 20;
/// Maximum length of a record that is held in memory, in bytes; a longer one passes through in pieces. Common Crawl
/// cuts at 1 MiB.
pub const MAX_RECORD: u64 = 1 << 28;
/// Bytes returned at a time where records cannot be told apart.
const PIECE: usize = 1 << 20;
/// What ends a record.
const END: &[u8] = b"\r\n\r\n";

/// One record, or bytes between records that cannot be told apart. Concatenated, the bytes of all records are what
/// was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Header, block and separator.
    pub bytes: Vec<u8>,
    /// Range of the block in [`bytes`](Self::bytes).
    pub block: Range<usize>,
    /// Its position: number of the record, from 1, and first byte.
    pub place: Place,
    /// What it holds.
    pub content: Content,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Plain text.
    Text(Head),
    /// HTML; with its HTTP header, if any, before the range of the page in [`Record::bytes`].
    Html(Head, Range<usize>),
    /// Not a document.
    Other,
    /// Not a valid record; its bytes must be passed on.
    Damaged(Problem),
}

/// What a record's header says of its document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// `WARC-Record-ID`, unchanged.
    pub id: Option<String>,
    /// `WARC-Target-URI`.
    pub url: Option<String>,
}

/// The records of an archive, in order.
///
/// A record with a wrong length (no record follows it, or the archive ends in it) is [`Content::Damaged`] up
/// to the next line that begins with `WARC/`, where reading resumes.
///
/// Memory is that of one record, at most [`MAX_RECORD`] bytes and a header of 1 MiB. A failing read yields
/// what was read, then [`Error::Io`] once, and ends the records.
pub struct Records<R> {
    input: Ahead<R>,
    path: PathBuf,
    number: u64,
    byte: u64,
    /// Whether the next record is yet to be found.
    lost: bool,
    error: Option<Error>,
    failed: bool,
}

impl<R: BufRead> Records<R> {
    /// The records of `input`; `path` is its name in messages.
    pub fn new(input: R, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_path_buf();
        let input = Ahead { input, back: Vec::new(), at: 0 };
        Self { input, path, number: 0, byte: 0, lost: false, error: None, failed: false }
    }

    /// The source of the records.
    pub fn input(&self) -> &R {
        &self.input.input
    }

    /// The next record. If reading fails, the part that was read stays in `bytes`.
    fn record(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Record>> {
        if self.lost {
            self.find(bytes)?;
            return Ok((!bytes.is_empty()).then(|| self.made(bytes, 0..0, Content::Other)));
        }
        let mut lines = 0;
        loop {
            let from = bytes.len();
            if self.input.line(bytes, MAX_HEADER)? == 0 {
                // White space after the last record belongs to no record.
                if bytes.trim_ascii().is_empty() {
                    return Ok((!bytes.is_empty()).then(|| self.made(bytes, 0..0, Content::Other)));
                }
                return self.damaged(bytes, "it ends within its header").map(Some);
            }
            let line = bytes[from..].trim_ascii();
            if lines == 0 && line.is_empty() && from < MAX_HEADER {
                continue;
            }
            if lines == 0 && !is_start(line) {
                return self.damaged(bytes, "it does not begin with WARC/").map(Some);
            }
            lines += 1;
            if line.is_empty() {
                break;
            }
            if bytes.len() > MAX_HEADER {
                return self.damaged(bytes, "its header is longer than 1 MiB").map(Some);
            }
        }
        let Ok(Some(length)) = field(bytes, "content-length").map(|it| it.parse::<u64>()).transpose() else {
            return self.damaged(bytes, "its Content-Length is missing or no number").map(Some);
        };
        if length > MAX_RECORD {
            return self.damaged(bytes, "it is longer than 256 MiB").map(Some);
        }
        let start = bytes.len();
        let block = start..start + length as usize;
        (&mut self.input).take(length).read_to_end(bytes)?;
        if bytes.len() < block.end {
            self.input.unread(bytes.split_off(start));
            return self.damaged(bytes, "the archive ends before its Content-Length").map(Some);
        }
        // A separator, then a record or the end; anything else means that the length is wrong.
        let ahead = self.input.peek(END.len() + 5)?;
        let sound = match ahead.strip_prefix(END) {
            Some(rest) => rest == b"WARC/" || rest.trim_ascii().is_empty(),
            None => ahead.len() < END.len() && ahead.trim_ascii().is_empty(),
        };
        let end = ahead.len().min(END.len());
        if !sound {
            self.input.unread(bytes.split_off(start));
            return self.damaged(bytes, "its Content-Length is wrong").map(Some);
        }
        (&mut self.input).take(end as u64).read_to_end(bytes)?;
        let content = content(bytes, block.clone());
        Ok(Some(self.made(bytes, block, content)))
    }

    /// The damaged record at this position: everything up to the next record, or a piece of it.
    fn damaged(&mut self, bytes: &mut Vec<u8>, why: &'static str) -> io::Result<Record> {
        let place = Place { byte: Some(self.byte), ..Place::of(&self.path).in_record(self.number + 1) };
        let content = Content::Damaged(Problem { place, kind: ProblemKind::BadRecord(why) });
        self.lost = true;
        let found = self.find(bytes);
        let record = self.made(bytes, 0..0, content);
        // What was read is returned before the error is.
        if let Err(error) = found {
            self.fail(error);
        }
        Ok(record)
    }

    /// Reads to the next line that begins a record, or until there are enough bytes.
    fn find(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        // A line cut at a mebibyte does not begin a new line.
        let mut begins = bytes.is_empty() || bytes.ends_with(b"\n");
        let limit = bytes.len() + PIECE;
        while bytes.len() < limit {
            if begins && is_start(self.input.peek(9)?) {
                self.lost = false;
                return Ok(());
            }
            if self.input.line(bytes, PIECE)? == 0 {
                self.lost = false;
                return Ok(());
            }
            begins = bytes.ends_with(b"\n");
        }
        Ok(())
    }

    fn made(&mut self, bytes: &mut Vec<u8>, block: Range<usize>, content: Content) -> Record {
        let bytes = std::mem::take(bytes);
        if content != Content::Other || !block.is_empty() || bytes.starts_with(b"WARC/") {
            self.number += 1;
        }
        let place = Place { byte: Some(self.byte), ..Place::of(&self.path).in_record(self.number.max(1)) };
        self.byte += bytes.len() as u64;
        Record { bytes, block, place, content }
    }

    fn fail(&mut self, error: io::Error) {
        self.failed = true;
        self.error = Some(Error::io(&self.path, "cannot read", error));
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        if self.failed {
            return None;
        }
        let mut bytes = Vec::new();
        match self.record(&mut bytes) {
            Ok(record) => record.map(Ok),
            Err(error) => {
                self.fail(error);
                // What was read but not returned.
                bytes.append(&mut self.input.rest());
                if bytes.is_empty() {
                    return self.error.take().map(Err);
                }
                Some(Ok(self.made(&mut bytes, 0..0, Content::Other)))
            }
        }
    }
}

/// Whether a line begins a record.
fn is_start(line: &[u8]) -> bool {
    line.starts_with(b"WARC/1.") || line.starts_with(b"WARC/0.")
}

/// The value of a header field by its lower-case name; of several the first.
fn field<'a>(header: &'a [u8], name: &str) -> Option<&'a str> {
    header.split(|&byte| byte == b'\n').find_map(|line| {
        let (key, value) = line.split_at(line.iter().position(|&byte| byte == b':')?);
        let same = key.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        if same { std::str::from_utf8(value[1..].trim_ascii()).ok() } else { None }
    })
}

/// What a valid record holds.
fn content(bytes: &[u8], block: Range<usize>) -> Content {
    let header = &bytes[..block.start];
    let get = |name| field(header, name);
    let head = || Head {
        id: get("warc-record-id").map(str::to_owned),
        url: get("warc-target-uri").map(str::to_owned),
    };
    let is = |mime: Option<&str>, wanted: &[&str]| {
        let mime = mime.and_then(|it| it.split(';').next()).map(str::trim);
        mime.is_some_and(|mime| wanted.iter().any(|wanted| mime.eq_ignore_ascii_case(wanted)))
    };
    const HTML: &[&str] = &["text/html", "application/xhtml+xml"];
    match get("warc-type") {
        Some("conversion" | "resource") if is(get("content-type"), &["text/plain"]) => Content::Text(head()),
        Some("conversion" | "resource") if is(get("content-type"), HTML) => Content::Html(head(), block),
        Some("response") if is(get("content-type"), &["application/http"]) => {
            let end = memchr::memmem::find(&bytes[block.clone()], END);
            let page = end.map_or(block.end, |at| block.start + at + END.len())..block.end;
            let http = field(&bytes[block.start..page.start], "content-type");
            let told = get("warc-identified-payload-type");
            if is(http, HTML) || is(told, HTML) { Content::Html(head(), page) } else { Content::Other }
        }
        _ => Content::Other,
    }
}

/// An input that allows bytes to be put back.
struct Ahead<R> {
    input: R,
    back: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Ahead<R> {
    /// Puts bytes back before everything else.
    fn unread(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(&self.back[self.at..]);
        (self.back, self.at) = (bytes, 0);
    }

    /// The next bytes, fewer at the end.
    fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.back.len() - self.at < wanted {
            let missing = wanted - (self.back.len() - self.at);
            self.back.drain(..self.at);
            self.at = 0;
            if (&mut self.input).take(missing as u64).read_to_end(&mut self.back)? == 0 {
                break;
            }
        }
        let end = self.back.len().min(self.at + wanted);
        Ok(&self.back[self.at..end])
    }

    /// Appends a line, or as much of it as is allowed, and returns the number of bytes.
    fn line(&mut self, bytes: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        self.take(limit as u64).read_until(b'\n', bytes)
    }

    /// What was put back and has not been read again.
    fn rest(&mut self) -> Vec<u8> {
        let rest = self.back.split_off(self.at);
        (self.back, self.at) = (Vec::new(), 0);
        rest
    }
}

impl<R: BufRead> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Ahead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.back.len() { Ok(&self.back[self.at..]) } else { self.input.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.back.len() {
            self.at += amount;
        } else {
            self.input.consume(amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    pub fn record(kind: &str, mime: &str, block: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://mole.example/a\r\n\
             WARC-Record-ID: <urn:uuid:{}>\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len(),
            block.len()
        )
    }

    fn read(bytes: &[u8]) -> Vec<Record> {
        Records::new(bytes, "a.warc").map(|it| it.unwrap()).collect()
    }

    fn whole(records: &[Record]) -> Vec<u8> {
        records.iter().flat_map(|it| it.bytes.clone()).collect()
    }

    #[test]
    fn records_are_told_apart_by_what_they_hold() {
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>The mole</p>";
        let archive = record("warcinfo", "application/warc-fields", "software: a boat\r\n")
            + &record("conversion", "text/plain", "The mole was painted.\nThe tide rose.")
            + &record("response", "application/http; msgtype=response", page)
            + &record(
                "response",
                "application/http",
                "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n...",
            );
        let records = read(archive.as_bytes());
        assert_eq!(whole(&records), archive.as_bytes());
        assert_eq!(records.len(), 4);
        assert_eq!((&records[0].content, &records[3].content), (&Content::Other, &Content::Other));
        let Content::Text(head) = &records[1].content else { panic!("{records:?}") };
        assert_eq!(head.id.as_deref(), Some("<urn:uuid:36>"));
        assert_eq!(head.url.as_deref(), Some("https://mole.example/a"));
        assert_eq!(&records[1].bytes[records[1].block.clone()], b"The mole was painted.\nThe tide rose.");
        assert_eq!(records[1].place.record, Some(2));
        assert_eq!(records[1].place.byte, Some(records[0].bytes.len() as u64));
        let Content::Html(_, page) = &records[2].content else { panic!("{records:?}") };
        assert_eq!(&records[2].bytes[page.clone()], b"<p>The mole</p>");
    }

    #[test]
    fn a_wrong_length_costs_one_record() {
        let (one, two, three) = (
            record("conversion", "text/plain", "The mole was painted."),
            record("conversion", "text/plain", "The tide rose by the hour."),
            record("conversion", "text/plain", "The lamp was lit."),
        );
        for length in ["5", "25", "27", "99", "120", "9999", "99999999999999", "-1", "many", ""] {
            let wrong = two.replace("Content-Length: 26", &format!("Content-Length: {length}"));
            let archive = format!("{one}{wrong}{three}");
            let records = read(archive.as_bytes());
            assert_eq!(whole(&records), archive.as_bytes(), "{length}");
            let texts = records.iter().filter(|it| matches!(it.content, Content::Text(_))).count();
            let problems: Vec<_> = records
                .iter()
                .filter_map(
                    |it| if let Content::Damaged(problem) = &it.content { Some(problem) } else { None },
                )
                .collect();
            assert_eq!((texts, problems.len()), (2, 1), "{length}: {problems:?}");
            assert_eq!(problems[0].place.record, Some(2));
            assert_eq!(problems[0].place.byte, Some(one.len() as u64));
        }
    }

    #[test]
    fn no_archive_at_all_passes() {
        for bytes in [&b""[..], b"\r\n\r\n", b"Just a text.\n", b"WARC/1.0\r\nContent-Length: 3"] {
            assert_eq!(whole(&read(bytes)), bytes);
        }
        assert!(matches!(read(b"Just a text.\n")[0].content, Content::Damaged(_)));
    }

    #[test]
    fn a_failing_read_hands_on_what_came() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("unplugged"))
            }
        }
        let whole = record("conversion", "text/plain", "The mole was painted.");
        for cut in 0..whole.len() {
            let input = BufReader::new((&whole.as_bytes()[..cut]).chain(Broken));
            let mut came = Vec::new();
            let mut failed = 0;
            for record in Records::new(input, "a.warc") {
                match record {
                    Ok(record) => came.extend(record.bytes),
                    Err(_) => failed += 1,
                }
            }
            assert_eq!((came.as_slice(), failed), (&whole.as_bytes()[..cut], 1));
        }
    }

    proptest! {
        #[test]
        fn all_bytes_come_back(
            parts in proptest::collection::vec(prop_oneof![
                any::<String>().prop_map(|text| record("conversion", "text/plain", &text)),
                "(WARC/1.0\r\n|Content-Length: [0-9]{1,3}\r\n|\r\n|[a-z]{0,9})",
                any::<String>(),
            ], 0..8)
        ) {
            let bytes = parts.concat().into_bytes();
            prop_assert_eq!(whole(&read(&bytes)), &bytes[..]);
            let slow = BufReader::with_capacity(1, &bytes[..]);
            let slow: Vec<_> = Records::new(slow, "a.warc").map(|it| it.unwrap()).collect();
            prop_assert_eq!(slow, read(&bytes));
        }
    }
}
