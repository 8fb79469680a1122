//! Detects the container of an input.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::de::IgnoredAny;

use super::compression::{self, Compression};
use super::fields::without_nan;
use super::markup;
use crate::error::Error;

/// The format that holds the documents of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// Plain text: one document.
    Text,
    /// One JSON object per line: one document each.
    Jsonl,
    /// One web page.
    Html,
    /// Web archive: its records of plain text are documents.
    Warc,
    /// Web archive of extracted text, read as [`Container::Warc`] is.
    Wet,
    /// Columns: one document per row.
    Parquet,
    /// JSON that is no JSONL, an array for example: one document per object.
    Json,
    /// Fields with commas between them, and a header: one document per record.
    Csv,
    /// The same with tabs.
    Tsv,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Jsonl => "jsonl",
            Self::Html => "html",
            Self::Warc => "warc",
            Self::Wet => "wet",
            Self::Parquet => "parquet",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
        })
    }
}

impl FromStr for Container {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "text" => Ok(Self::Text),
            "jsonl" => Ok(Self::Jsonl),
            "html" => Ok(Self::Html),
            "warc" => Ok(Self::Warc),
            "wet" => Ok(Self::Wet),
            "parquet" => Ok(Self::Parquet),
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "tsv" => Ok(Self::Tsv),
            _ => Err(Error::Setting(format!(
                "unknown container {name:?}: give text, jsonl, html, warc, wet, parquet, json, csv or tsv"
            ))),
        }
    }
}

/// The container that a file's extension names, if any; the extension of a compression
/// (`a.jsonl.gz`) is skipped.
pub fn by_extension(path: &Path) -> Option<Container> {
    if compression::by_ending(path) != Compression::None {
        return by_extension(Path::new(path.file_stem()?));
    }
    let extension = path.extension()?.to_ascii_lowercase();
    match extension.to_str()? {
        "jsonl" | "ndjson" | "json" => Some(Container::Jsonl),
        "html" | "htm" | "xhtml" => Some(Container::Html),
        "txt" | "text" => Some(Container::Text),
        "warc" => Some(Container::Warc),
        "wet" => Some(Container::Wet),
        "parquet" => Some(Container::Parquet),
        "csv" => Some(Container::Csv),
        "tsv" => Some(Container::Tsv),
        _ => None,
    }
}

/// The container of an input, [by its file's extension](by_extension), else by its first bytes.
///
/// `start` is the beginning of the input, ideally 64 KiB of it. A row that continues beyond it counts as
/// JSON if everything up to there does. In doubt the input is text, which loses nothing: a text that
/// merely begins with a brace stays a text.
pub fn sniff(path: Option<&Path>, start: &[u8]) -> Container {
    if let Some(named) = path.and_then(by_extension) {
        return named;
    }
    let start = &*markup::narrow(start);
    if start.starts_with(b"PAR1") {
        Container::Parquet
    } else if is_archive(start.trim_ascii_start()) {
        Container::Warc
    } else if markup::is_page(start) {
        Container::Html
    } else if is_jsonl(start) {
        Container::Jsonl
    } else if is_array(start) {
        Container::Json
    } else {
        Container::Text
    }
}

/// Whether this begins as a record of an archive does.
pub(super) fn is_archive(start: &[u8]) -> bool {
    start.starts_with(b"WARC/1.") || start.starts_with(b"WARC/0.")
}

/// Whether what is named `.json` or `.jsonl` is JSONL, or JSON that is not: an array of objects, or, in a file that is
/// named `.json`, an object that goes on for several lines.
pub fn json_or_jsonl(path: &Path, start: &[u8]) -> Container {
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let stem = if compression::by_ending(path) == Compression::None {
        Some(path.as_os_str())
    } else {
        path.file_stem()
    };
    let is_json =
        stem.is_some_and(|it| Path::new(it).extension().is_some_and(|it| it.eq_ignore_ascii_case("json")));
    if is_array(start) || is_json && is_long_object(start) { Container::Json } else { Container::Jsonl }
}

/// Whether an array of objects begins here, or an empty one.
fn is_array(start: &[u8]) -> bool {
    let Some(inside) = start.trim_ascii_start().strip_prefix(b"[") else { return false };
    match inside.trim_ascii_start() {
        [b']', rest @ ..] => rest.trim_ascii().is_empty(),
        [b'{', object @ ..] => {
            object.trim_ascii_start().starts_with(b"\"") || object.trim_ascii_start().starts_with(b"}")
        }
        _ => false,
    }
}

/// Whether an object begins here that does not end on its line.
fn is_long_object(start: &[u8]) -> bool {
    // What is cut at the end of the sample, or is no number, says nothing about the object.
    let text = start.trim_ascii_start().utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let masked = without_nan(text);
    let start = masked.as_deref().unwrap_or(text).as_bytes();
    let Some(line) = memchr::memchr(b'\n', start).map(|end| &start[..end]) else { return false };
    let goes_on =
        |bytes: &[u8]| serde_json::from_slice::<IgnoredAny>(bytes).is_err_and(|error| error.is_eof());
    let whole = || serde_json::Deserializer::from_slice(start).into_iter::<IgnoredAny>().next();
    start.starts_with(b"{")
        && goes_on(line)
        && whole().is_some_and(|it| it.map_or_else(|error| error.is_eof(), |_| true))
}

/// Whether the first line that is not blank is a JSON object, and half of all lines are.
fn is_jsonl(start: &[u8]) -> bool {
    let (mut objects, mut lines) = (0_usize, 0_usize);
    for line in start.split_inclusive(|&byte| byte == b'\n') {
        let whole = line.ends_with(b"\n");
        let row = line.trim_ascii();
        if row.is_empty() {
            continue;
        }
        let object = is_object(row, whole);
        if lines == 0 && !object {
            return false;
        }
        // A row that is cut off at the end of `start` says nothing about the rows before it.
        if whole || lines == 0 {
            lines += 1;
            objects += usize::from(object);
        }
    }
    lines > 0 && objects * 2 >= lines
}

/// Whether a row is an object with at least one field, or, when it is not `whole`, the beginning of one.
fn is_object(row: &[u8], whole: bool) -> bool {
    let Some(inside) = row.strip_prefix(b"{") else { return false };
    if !inside.trim_ascii_start().starts_with(b"\"") {
        return false;
    }
    match serde_json::from_slice::<IgnoredAny>(row) {
        Ok(_) => true,
        Err(error) => !whole && error.is_eof() && has_key(inside.trim_ascii_start()),
    }
}

/// Whether this begins with a JSON string and a colon.
fn has_key(row: &[u8]) -> bool {
    let mut escaped = false;
    for (at, &byte) in row.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return row[at + 1..].trim_ascii_start().starts_with(b":"),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(start: &str) -> Container {
        sniff(None, start.as_bytes())
    }

    #[test]
    fn the_extension_comes_first() {
        let of = |name: &str| sniff(Some(Path::new(name)), b"{\"text\": \"x\"}\n");
        assert_eq!(of("a.JSONL"), Container::Jsonl);
        assert_eq!(of("a.ndjson"), Container::Jsonl);
        assert_eq!(of("a.htm"), Container::Html);
        assert_eq!(of("a.txt"), Container::Text);
        assert_eq!(of("a.log"), Container::Jsonl);
        assert_eq!(of("a.txt.GZ"), Container::Text);
        assert_eq!(of("CC-MAIN.warc.wet.gz"), Container::Wet);
        assert_eq!(of("a.zst"), Container::Jsonl);
    }

    #[test]
    fn rows_of_objects_are_jsonl() {
        assert_eq!(bytes("{\"text\": \"x\"}\n{\"text\": \"y\"}\n"), Container::Jsonl);
        assert_eq!(bytes("\u{feff}\n{\"text\": \"x\"}"), Container::Jsonl);
        assert_eq!(bytes("{\"id\": 1, \"text\": \"a long row that is cut"), Container::Jsonl);
        assert_eq!(bytes("{\"a\": 1}\n{broken}\n"), Container::Jsonl);
    }

    #[test]
    fn a_text_with_a_brace_is_a_text() {
        let texts = [
            "{",
            "{}",
            "{not json}\nAnd more.\n",
            "{\n  \"a\": 1\n}\n",
            "{\"quoted\" words in braces}\n",
            "{\"a\": 1}\nThis is how the answer looks.\nIt has one field.\n",
            "{\"cut",
            "[1, 2]\n",
            "",
        ];
        for text in texts {
            assert_eq!(bytes(text), Container::Text, "{text:?}");
        }
    }

    #[test]
    fn json_is_told_from_jsonl() {
        let of = |name: &str, start: &str| json_or_jsonl(Path::new(name), start.as_bytes());
        for array in ["[{\"a\": 1}]", "\u{feff} [\n  {\n\"a\"", "[]\n"] {
            assert_eq!(
                [of("a.json", array), of("a.jsonl", array), bytes(array)],
                [Container::Json; 3],
                "{array}"
            );
        }
        for rows in
            ["{\"a\": 1}\n{\"b\": 2}\n", "[1]\n[2]\n", "{\"text\": \"cut\n{\"text\": 1}\n", "", "{\"a\": 1"]
        {
            assert_eq!([of("a.json", rows), of("a.jsonl.gz", rows)], [Container::Jsonl; 2], "{rows}");
        }
        let long = "{\n  \"text\": \"x\"\n}\n";
        assert_eq!(
            [of("a.json", long), of("a.JSON.gz", long), of("a.jsonl", long)],
            [Container::Json, Container::Json, Container::Jsonl]
        );
    }

    #[test]
    fn a_page_is_html() {
        let pages = [
            "<!DOCTYPE html>\n<title>x</title>",
            "\u{feff}  <html lang=en>",
            "<?xml version=\"1.0\"?>\n<!-- made by hand --><!doctype HTML >",
        ];
        for page in pages {
            assert_eq!(bytes(page), Container::Html, "{page:?}");
        }
        assert_eq!(bytes("<htmlish> is not a tag"), Container::Text);
        assert_eq!(bytes("<!-- never closed"), Container::Text);
    }

    #[test]
    fn archives_and_tables_begin_so() {
        assert_eq!(bytes("WARC/1.0\r\nWARC-Type: warcinfo\r\n"), Container::Warc);
        assert_eq!(bytes("\r\n\n WARC/1.1\n"), Container::Warc);
        assert_eq!(bytes("PAR1\x15\x04"), Container::Parquet);
        assert_eq!(bytes("WARC/ is an archive"), Container::Text);
    }

    #[test]
    fn names_are_read_and_written() {
        use Container::{Csv, Html, Json, Jsonl, Parquet, Text, Tsv, Warc, Wet};
        for container in [Text, Jsonl, Html, Warc, Wet, Parquet, Json, Csv, Tsv] {
            assert_eq!(container.to_string().parse::<Container>().unwrap(), container);
        }
        assert!("pdf".parse::<Container>().is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_container(start: Vec<u8>) {
            sniff(None, &start);
        }
    }
}
