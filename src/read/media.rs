//! What bytes are, told by how they begin: markup, text, or neither.

use std::borrow::Cow;

use super::compression::{self, Compression};
use super::markup::is_html;

/// Bytes that are looked at.
const LOOKED_AT: usize = 8192;

/// What a PDF document is called here: it is not read, but can be turned into text.
pub const PDF: &str = "a PDF document";

/// What an archive of files is called here: it is not read, but can be unpacked.
pub const TAR: &str = "a tar archive";

/// What a RIFF file may hold.
const RIFF: [&[u8]; 3] = [b"WEBP", b"WAVE", b"AVI "];

/// How files begin that are neither text nor anything that is read here, and what they are. Beginnings that are
/// words end in a byte that no text has there.
const KNOWN: [(&[u8], &str); 26] = [
    (b"\x89PNG", "an image"),
    (b"GIF87a", "an image"),
    (b"GIF89a", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"wOFF\0", "a font"),
    (b"wOFFOTTO\0", "a font"),
    (b"wOF2\0", "a font"),
    (b"wOF2OTTO\0", "a font"),
    (b"OTTO\0", "a font"),
    (b"OggS\0", "sound or film"),
    (b"ID3\x02", "sound"),
    (b"ID3\x03", "sound"),
    (b"ID3\x04", "sound"),
    (b"fLaC\0", "sound"),
    (b"SQLite format 3\0", "a database"),
];

/// Tags that a page without a doctype begins with (WHATWG, MIME Sniffing, 7.1).
const TAGS: [&[u8]; 17] = [
    b"!--", b"html", b"head", b"script", b"iframe", b"h1", b"div", b"font", b"table", b"a", b"style",
    b"title", b"b", b"body", b"br", b"p", b"meta",
];

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// A page.
    Html,
    /// Plain text.
    Text,
    /// Something else, or nothing at all.
    Other,
}

/// What a body is, by the media type that is stated of it and by its first bytes. What those say for certain holds
/// against the type: an image is no page, and what begins with a doctype is one. Where no type is stated, or one that
/// means nothing, they alone decide.
pub fn of(stated: Option<&str>, body: &[u8]) -> Media {
    if known(body).is_some() || is_compressed(body) {
        return Media::Other;
    }
    if is_html(&without_nuls(body)) {
        return Media::Html;
    }
    match stated {
        Some("text/html" | "application/xhtml+xml") if !body.trim_ascii().is_empty() => Media::Html,
        Some("text/plain") => Media::Text,
        None | Some("application/octet-stream" | "application/unknown" | "unknown/unknown" | "*/*") => {
            if is_markup(body) {
                Media::Html
            } else if is_binary(body) || body.trim_ascii().is_empty() || body.starts_with(b"<?xml") {
                Media::Other
            } else {
                Media::Text
            }
        }
        Some(_) => Media::Other,
    }
}

/// What a file is, if it is known to be neither text nor anything that is read here.
pub fn known(start: &[u8]) -> Option<&'static str> {
    let riff = start.starts_with(b"RIFF") && start.get(8..12).is_some_and(|it| RIFF.contains(&it));
    let known = KNOWN.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, what)| *what);
    // POSIX, pax interchange format: the mark of a tar archive stands behind the first file's name.
    let tar = start.get(257..262) == Some(b"ustar");
    known.or_else(|| riff.then_some("an image, sound or film")).or_else(|| tar.then_some(TAR))
}

/// Whether this is [known](known) to be no text, or has bytes that no text has.
pub fn is_binary(start: &[u8]) -> bool {
    let start = &start[..start.len().min(LOOKED_AT)];
    known(start).is_some() || start.contains(&0) && !is_utf_16(start)
}

/// Whether this is [binary](is_binary) or compressed, or has control characters that no text has.
pub fn is_noise(start: &[u8]) -> bool {
    let start = &start[..start.len().min(LOOKED_AT)];
    let controls = |byte: &u8| matches!(byte, 0x01..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F);
    is_binary(start) || is_compressed(start) || start.iter().any(controls)
}

/// Whether this begins as a page does, with or without a doctype.
pub fn is_markup(start: &[u8]) -> bool {
    let start = without_nuls(start);
    let inside = start.trim_ascii_start().strip_prefix(b"<");
    is_html(&start)
        || inside.is_some_and(|inside| {
            TAGS.iter().any(|tag| {
                let (name, after) = inside.split_at(inside.len().min(tag.len()));
                let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
                name.eq_ignore_ascii_case(tag) && (*tag == b"!--" || after.first().is_some_and(ends))
            })
        })
}

fn is_compressed(start: &[u8]) -> bool {
    compression::sniff(start).is_some_and(|it| it != Compression::None)
}

/// Whether NULs may be halves of characters: after a byte order mark, or where they stand at odd or at even places
/// alone.
fn is_utf_16(start: &[u8]) -> bool {
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    start.starts_with(b"\xff\xfe")
        || start.starts_with(b"\xfe\xff")
        || (zeros(0) == 0) != (zeros(1) == 0) && zeros(0) + zeros(1) > start.len() / 4
}

/// The beginning, without the marks and the NULs of UTF-16: enough of it to read tags.
fn without_nuls(start: &[u8]) -> Cow<'_, [u8]> {
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let start = &start[..start.len().min(LOOKED_AT)];
    if !start.contains(&0) || !is_utf_16(start) {
        return Cow::Borrowed(start);
    }
    let marked = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
    Cow::Owned(start[if marked { 2 } else { 0 }..].iter().copied().filter(|byte| *byte != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_told_from_the_rest() {
        let utf_16: Vec<u8> =
            "The boats wait by the pier.".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe", &*utf_16].concat();
        for text in [b"".as_slice(), b"The boats wait.", "Der Käse".as_bytes(), &utf_16, &marked] {
            assert!(!is_binary(text), "{text:?}");
        }
        for text in ["OTTO the great", "RIFF raff, said he", "ID3 is a tag", "GIF87 years ago", "MZ"] {
            assert!(!is_binary(text.as_bytes()), "{text}");
        }
        assert_eq!(
            [known(b"%PDF-1.7\n"), known(b"RIFF....WEBP")],
            [Some(PDF), Some("an image, sound or film")]
        );
        for binary in
            [b"\x89PNG\r\n\x1a\n".as_slice(), b"%PDF-1.7\n", b"PK\x03\x04rest", b"a\0b\0\0\0c\x01\x02"]
        {
            assert!(is_binary(binary), "{binary:?}");
        }
    }

    #[test]
    fn first_bytes_hold_against_the_type() {
        let page = b"<!-- saved --> <!DOCTYPE html><p>The boats wait.";
        let wide: Vec<u8> = "<!doctype html><p>x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for stated in [None, Some("text/html"), Some("text/plain"), Some("image/png"), Some("*/*")] {
            assert_eq!(of(stated, page), Media::Html, "{stated:?}");
            assert_eq!(of(stated, &wide), Media::Html, "{stated:?}");
            assert_eq!(of(stated, b"\x89PNG\r\n\x1a\n"), Media::Other, "{stated:?}");
            assert_eq!(of(stated, b"\x1f\x8b\x08\0"), Media::Other, "{stated:?}");
        }
        assert_eq!(of(None, b" <div class=a>The boats"), Media::Html);
        assert_eq!(of(Some("application/octet-stream"), b"<P>The boats"), Media::Html);
        assert_eq!(of(None, b"The boats wait."), Media::Text);
        assert_eq!(of(None, b"a\0b\0\0\0c\x01\x02"), Media::Other);
        assert_eq!(of(None, b"<?xml version='1.0'?><rss>"), Media::Other);
        assert_eq!(of(Some("text/html"), b"Words without a tag"), Media::Html);
        assert_eq!(of(Some("text/html"), b" \n"), Media::Other);
        assert_eq!(of(Some("text/css"), b"p { color: red }"), Media::Other);
        assert_eq!(of(Some("text/plain"), b"<pier> is no tag"), Media::Text);
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes: Vec<u8>) {
            let _ = (of(None, &bytes), of(Some("text/html"), &bytes), is_markup(&bytes));
        }
    }
}
