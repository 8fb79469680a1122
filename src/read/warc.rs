//! Web archives (WARC 1.0 and 1.1, ISO 28500) and their extracted texts (WET): record by record.
//!
//! | record | is |
//! |---|---|
//! | `conversion` or `resource` of text | a document |
//! | `response`, `conversion` or `resource` that holds HTML | a page |
//! | `response` with the head of an HTTP message | what [`http`](super::http) finds in it |
//! | any other | not a document; it passes through unchanged |
//!
//! What a body holds is told by its type and by its first bytes ([`media`]). Lines of a head may end with LF alone.

use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::container::is_archive;
use super::http::Message;
use super::http::fields::{Fields, essence};
use super::media::{self, Media};
use super::{MAX_SIZE, ahead::Ahead};
use crate::error::{Error, Place, Problem, ProblemKind, Result};

/// Maximum length of a record's header, in bytes; those of Common Crawl have less than 2 KiB.
const MAX_HEADER: usize = 1 << 20;
/// Bytes returned at a time where records cannot be told apart.
const PIECE: usize = 1 << 20;
/// Blank bytes after a record that are taken for its end; what follows them belongs to the next one.
const MAX_BLANK: usize = 1 << 16;
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
    /// HTML.
    Html(Head),
    /// An HTTP message, whose body may be anything.
    Http(Head),
    /// Not a document: the type of the record, or what its body is.
    Other(&'static str),
    /// No record: blank lines, or more of a damaged one.
    Between,
    /// Not a valid record; its bytes must be passed on.
    Damaged(Problem),
}

/// What a record's header says of its document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// `WARC-Record-ID`, unchanged.
    pub id: Option<String>,
    /// `WARC-Target-URI`, without the angle brackets that some writers put around it.
    pub url: Option<String>,
    /// `Content-Type` of the block.
    pub content_type: Option<String>,
    /// `WARC-Identified-Payload-Type`: what the archive's writer found the body to be.
    pub identified: Option<String>,
}

/// The records of an archive, in order.
///
/// A record with a wrong length (no record follows it, or the archive ends in it) is [`Content::Damaged`] up
/// to the next line that begins with `WARC/`, where reading resumes.
///
/// Memory is that of one record, at most the [limit](Self::limited_to) and a header of 1 MiB. A failing read yields
/// what was read, then [`Error::Io`] once, and ends the records.
pub struct Records<R> {
    input: Ahead<R>,
    path: PathBuf,
    limit: u64,
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
        let (input, limit) = (Ahead::new(input), MAX_SIZE);
        Self { input, path, limit, number: 0, byte: 0, lost: false, error: None, failed: false }
    }

    /// … of which none is held that is longer than this. A longer one passes through in pieces.
    #[must_use]
    pub fn limited_to(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// The source of the records.
    pub fn input(&self) -> &R {
        self.input.get_ref()
    }

    /// The next record. If reading fails, the part that was read stays in `bytes`.
    fn record(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<Record>> {
        if self.lost {
            self.find(bytes)?;
            return Ok((!bytes.is_empty()).then(|| self.made(bytes, 0..0, Content::Between)));
        }
        let mut lines = 0;
        loop {
            let from = bytes.len();
            if self.input.line(bytes, MAX_HEADER)? == 0 {
                // White space after the last record belongs to no record.
                if bytes.trim_ascii().is_empty() {
                    return Ok((!bytes.is_empty()).then(|| self.made(bytes, 0..0, Content::Between)));
                }
                return self.damaged(bytes, "it ends within its header").map(Some);
            }
            let line = bytes[from..].trim_ascii();
            if lines == 0 && line.is_empty() && from < MAX_HEADER {
                continue;
            }
            if lines == 0 && !is_archive(line) {
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
        let fields = Fields::below_first_line(bytes.trim_ascii_start());
        let Ok(Some(length)) = fields.get("content-length").map(|it| it.parse::<u64>()).transpose() else {
            return self.damaged(bytes, "its Content-Length is missing or no number").map(Some);
        };
        if length > self.limit {
            let kind = ProblemKind::TooLarge { what: "record", limit: self.limit };
            return self.passed(bytes, kind).map(Some);
        }
        let start = bytes.len();
        let block = start..start + length as usize;
        (&mut self.input).take(length).read_to_end(bytes)?;
        if bytes.len() < block.end {
            self.input.unread(bytes.split_off(start));
            return self.damaged(bytes, "the archive ends before its Content-Length").map(Some);
        }
        let Some(blank) = self.separator(&bytes[..start], &bytes[block.clone()])? else {
            self.input.unread(bytes.split_off(start));
            return self.damaged(bytes, "its Content-Length is wrong").map(Some);
        };
        (&mut self.input).take(blank as u64).read_to_end(bytes)?;
        let content = content(&fields, &bytes[block.clone()]);
        Ok(Some(self.made(bytes, block, content)))
    }

    /// Blank bytes after a block: as many as there are, usually two line ends. `None` where a record follows neither
    /// them nor the block, because the length is wrong then.
    fn separator(&mut self, header: &[u8], block: &[u8]) -> io::Result<Option<usize>> {
        let mut wanted = END.len() + 5;
        let (blank, ends) = loop {
            let ahead = self.input.peek(wanted)?;
            let blank = ahead.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let rest = &ahead[blank..];
            if ahead.len() == wanted && rest.len() < 5 && wanted < MAX_BLANK {
                wanted *= 2;
                continue;
            }
            if !(rest.is_empty() || rest.starts_with(b"WARC/")) {
                return Ok(None);
            }
            // At the end of the archive anything goes.
            let ends = if rest.is_empty() { 2 } else { memchr::memchr_iter(b'\n', &ahead[..blank]).count() };
            break (blank, ends);
        };
        // A length that is a little too large takes line ends for text.
        let is_too_large = ends < 2 && block.ends_with(b"\r\n")
            || block.ends_with(b"\r") && header.ends_with(b"\r\n") && self.input.peek(1)? == b"\n";
        Ok((!is_too_large).then_some(blank))
    }

    /// The damaged record at this position: everything up to the next record, or a piece of it.
    fn damaged(&mut self, bytes: &mut Vec<u8>, why: &'static str) -> io::Result<Record> {
        self.passed(bytes, ProblemKind::BadRecord(why))
    }

    fn passed(&mut self, bytes: &mut Vec<u8>, kind: ProblemKind) -> io::Result<Record> {
        let place = Place { byte: Some(self.byte), ..Place::of(&self.path).in_record(self.number + 1) };
        let content = Content::Damaged(Problem { place, kind });
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
            if begins && is_archive(self.input.peek(9)?) {
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
        if content != Content::Between || bytes.starts_with(b"WARC/") {
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
                Some(Ok(self.made(&mut bytes, 0..0, Content::Between)))
            }
        }
    }
}

/// What a valid record holds.
fn content(fields: &Fields, block: &[u8]) -> Content {
    let get = |name| fields.get(name).map(str::to_owned);
    let head = || Head {
        id: get("warc-record-id"),
        url: fields.get("warc-target-uri").map(|it| it.trim_matches(['<', '>']).to_owned()),
        content_type: get("content-type"),
        identified: fields.get("warc-identified-payload-type").and_then(essence).map(Into::into),
    };
    let stated = fields.get("content-type").and_then(essence);
    let kind = fields.get("warc-type").unwrap_or_default().to_ascii_lowercase();
    if !matches!(kind.as_str(), "response" | "resource" | "conversion") {
        return Content::Other(OTHER.iter().find(|it| **it == kind).unwrap_or(&"unknown"));
    }
    let is_http = kind == "response" || stated.as_deref() == Some("application/http");
    if is_http && Message::begins(block) {
        return Content::Http(head());
    }
    // An answer whose head is missing says of its type what its own first bytes say.
    let stated = stated.filter(|it| it != "application/http");
    match media::of(stated.as_deref(), block) {
        Media::Html => Content::Html(head()),
        // Answers of text are what machines read: robots.txt, scripts, data.
        Media::Text if kind != "response" => Content::Text(head()),
        Media::Text | Media::Other => Content::Other(main_type(stated.as_deref())),
    }
}

/// Types of records that hold no document.
const OTHER: [&str; 5] = ["warcinfo", "request", "metadata", "revisit", "continuation"];

/// What a body is that is no document, by the main part of its media type.
pub fn main_type(stated: Option<&str>) -> &'static str {
    const TYPES: [(&str, &str); 6] = [
        ("image", "image/*"),
        ("audio", "audio/*"),
        ("video", "video/*"),
        ("font", "font/*"),
        ("text", "text/*"),
        ("application", "application/*"),
    ];
    let main = stated.and_then(|it| it.split_once('/')).map_or("", |(main, _)| main);
    TYPES.iter().find(|(name, _)| *name == main).map_or("unknown", |(_, called)| called)
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
            + &record("resource", "image/png", "...")
            + &record("resource", "Text/HTML", "<p>The mole</p>");
        let records = read(archive.as_bytes());
        assert_eq!(whole(&records), archive.as_bytes());
        assert_eq!(records.len(), 5);
        assert_eq!(
            (&records[0].content, &records[3].content),
            (&Content::Other("warcinfo"), &Content::Other("image/*"))
        );
        let Content::Text(head) = &records[1].content else { panic!("{records:?}") };
        assert_eq!(head.id.as_deref(), Some("<urn:uuid:36>"));
        assert_eq!(head.url.as_deref(), Some("https://mole.example/a"));
        assert_eq!(&records[1].bytes[records[1].block.clone()], b"The mole was painted.\nThe tide rose.");
        assert_eq!(records[1].place.record, Some(2));
        assert_eq!(records[1].place.byte, Some(records[0].bytes.len() as u64));
        assert!(matches!(records[2].content, Content::Http(_)));
        assert_eq!(&records[2].bytes[records[2].block.clone()], page.as_bytes());
        assert!(matches!(records[4].content, Content::Html(_)));
    }

    #[test]
    fn a_type_that_is_missing_or_wrong_is_made_good() {
        let page = "<!doctype html><p>The mole was painted.";
        let kind = |record: String| read(record.as_bytes()).remove(0).content;
        let untyped = |kind: &str, block: &str| record(kind, "", block).replace("Content-Type: \r\n", "");
        assert!(matches!(kind(record("resource", "text/plain", page)), Content::Html(_)));
        assert!(matches!(kind(record("conversion", "application/octet-stream", page)), Content::Html(_)));
        assert!(matches!(kind(untyped("resource", page)), Content::Html(_)));
        assert!(matches!(kind(untyped("conversion", "The mole was painted.")), Content::Text(_)));
        assert!(matches!(kind(untyped("response", "HTTP/2 200\r\n\r\nx")), Content::Http(_)));
        // The head of the message is missing.
        assert!(matches!(kind(record("response", "application/http", page)), Content::Html(_)));
        assert!(matches!(kind(record("response", "text/html", page)), Content::Html(_)));
        assert_eq!(
            kind(record("resource", "text/html", "\u{89}PNG")),
            Content::Html(Head {
                id: Some("<urn:uuid:5>".to_owned()),
                url: Some("https://mole.example/a".to_owned()),
                content_type: Some("text/html".to_owned()),
                identified: None,
            })
        );
        assert_eq!(kind(record("resource", "text/html", "GIF89a...")), Content::Other("text/*"));
        assert_eq!(kind(record("dns", "text/dns", "mole.example")), Content::Other("unknown"));
        assert_eq!(kind(record("REQUEST", "application/http", "GET / HTTP/1.1")), Content::Other("request"));
        let bracketed = record("conversion", "text/plain", "x")
            .replace("https://mole.example/a", "<https://mole.example/a>");
        let Content::Text(head) = kind(bracketed) else { panic!() };
        assert_eq!(head.url.as_deref(), Some("https://mole.example/a"));
    }

    #[test]
    fn line_ends_may_be_few_or_many() {
        let crlf = record("conversion", "text/plain", "The mole was painted.");
        let lone = crlf.replace("\r\n", "\n");
        for between in ["", "\r\n\r\n", "\n", " \n\n", &"\r\n".repeat(40_000)] {
            for one in [&crlf, &lone] {
                let archive = format!("{between}{one}{between}{one}{between}");
                let records = read(archive.as_bytes());
                assert_eq!(whole(&records), archive.as_bytes());
                let texts = records.iter().filter(|it| matches!(it.content, Content::Text(_)));
                let blocks: Vec<_> = texts.map(|it| &it.bytes[it.block.clone()]).collect();
                assert_eq!(blocks, [b"The mole was painted."; 2], "{between:?} {one:?}");
                assert!(!records.iter().any(|it| matches!(it.content, Content::Damaged(_))));
            }
        }
        // One line end too few.
        let short = crlf.strip_suffix("\r\n").unwrap().to_owned() + &crlf;
        assert_eq!(
            read(short.as_bytes()).iter().filter(|it| matches!(it.content, Content::Text(_))).count(),
            2
        );
    }

    #[test]
    fn what_is_longer_than_the_limit_passes() {
        let (one, two) = (
            record("conversion", "text/plain", &"The mole was painted. ".repeat(9)),
            record("conversion", "text/plain", "The tide rose."),
        );
        let archive = format!("{one}{two}");
        let records: Vec<_> =
            Records::new(archive.as_bytes(), "a.warc").limited_to(100).map(|it| it.unwrap()).collect();
        assert_eq!(whole(&records), archive.as_bytes());
        let Content::Damaged(problem) = &records[0].content else { panic!("{records:?}") };
        assert_eq!(
            problem.to_string(),
            "a.warc, record 1, byte 0: the record has more than 100 bytes; it passes through without being judged"
        );
        assert!(matches!(records[1].content, Content::Text(_)));
        assert_eq!(records[1].place.record, Some(2));
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
