//! The encoding of a page: as it declares, else as detected from its bytes.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// How far from the start a page may declare its encoding (HTML, 13.2.3.2: the first 1,024 bytes; pages put
/// scripts before it, so browsers look further, and so does this).
const HEAD: usize = 16 * 1024;
/// How much of a page the detector examines, in bytes.
const SAMPLE: usize = 64 * 1024;

/// Encoding of a page's bytes, from the first of these that gives one:
///
/// 1. a byte order mark;
/// 2. `given` by the user or the transport's header;
/// 3. a `meta` tag in the first 16 KiB, unless the bytes are valid UTF-8;
/// 4. UTF-8, if the bytes are valid;
/// 5. the guess of `chardetng` on the first 64 KiB after the first byte beyond ASCII.
pub fn of(bytes: &[u8], given: Option<&'static Encoding>) -> &'static Encoding {
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return marked;
    }
    if let Some(given) = given {
        return given;
    }
    let Err(error) = std::str::from_utf8(bytes) else { return UTF_8 };
    // A page cut in the middle of a character, or with one bad byte late in it, is UTF-8 if it says so.
    if let Some(named) = named(&bytes[..bytes.len().min(HEAD)]) {
        return named;
    }
    let from = error.valid_up_to();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (start, end) = (from.saturating_sub(64), bytes.len().min(from + SAMPLE));
    detector.feed(&bytes[start..end], end == bytes.len());
    let utf_8 = bytes[..end].utf8_chunks().filter(|it| !it.invalid().is_empty()).count() * 20
        < bytes[..end].iter().filter(|&&byte| byte >= 0xC0).count();
    if utf_8 { UTF_8 } else { detector.guess(None, Utf8Detection::Deny) }
}

/// The text of a page. Invalid bytes become U+FFFD; a byte order mark is removed.
pub fn decode<'a>(bytes: &'a [u8], given: Option<&'static Encoding>) -> (Cow<'a, str>, &'static Encoding) {
    let bytes = &bytes[..bytes.len().min(super::MAX_BYTES)];
    let encoding = of(bytes, given);
    (encoding.decode_with_bom_removal(bytes).0, encoding)
}

/// Encoding by the label of a `Content-Type` header: `text/html; charset=…`.
pub fn of_content_type(header: &str) -> Option<&'static Encoding> {
    label_after_charset(header.as_bytes())
}

/// The encoding of the first `meta` tag that declares one (HTML, "prescan a byte stream").
fn named(head: &[u8]) -> Option<&'static Encoding> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &head[at..]) {
        at += found + 1;
        let rest = &head[at..];
        if rest.starts_with(b"!--") {
            at += memchr::memmem::find(rest, b"-->").unwrap_or(rest.len());
            continue;
        }
        if rest.len() > 4 && rest[..4].eq_ignore_ascii_case(b"meta") {
            let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
            if let Some(encoding) = label_after_charset(&rest[..end]) {
                return Some(match encoding {
                    // UTF-16 is ruled out, because the tag could be read byte by byte.
                    it if it == UTF_16LE || it == UTF_16BE => UTF_8,
                    it if it == X_USER_DEFINED => WINDOWS_1252,
                    it => it,
                });
            }
        }
    }
    None
}

/// The label that follows `charset=` in any case, quoted or not.
fn label_after_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    const KEY: &[u8] = b"charset";
    let at = bytes.windows(KEY.len()).position(|window| window.eq_ignore_ascii_case(KEY))?;
    let rest = bytes[at + KEY.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|byte| b"\"'; \t\r\n>/".contains(byte)).unwrap_or(rest.len());
    Encoding::for_label(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{ISO_8859_2, SHIFT_JIS};
    use proptest::prelude::*;

    #[test]
    fn the_first_that_says_one_decides() {
        assert_eq!(of(b"\xFF\xFE<\0", Some(UTF_8)), UTF_16LE);
        assert_eq!(of(b"<p>\xE4</p>", Some(ISO_8859_2)), ISO_8859_2);
        assert_eq!(of(b"<meta charset=\"shift_jis\"><p>\x83\x65</p>", None), SHIFT_JIS);
        let old = b"<META http-equiv=x content='text/html; charset=ISO-8859-2'>\xE4";
        assert_eq!(of(old, None), ISO_8859_2);
        assert_eq!(of("<meta charset=latin1><p>Fähre</p>".as_bytes(), None), UTF_8, "it is valid UTF-8");
        assert_eq!(of(b"<!-- <meta charset=shift_jis> --><meta charset='latin1'>\xE4", None), WINDOWS_1252);
        assert_eq!(of_content_type("text/html; charset=Shift_JIS"), Some(SHIFT_JIS));
        assert_eq!(of_content_type("text/html"), None);
    }

    #[test]
    fn unnamed_bytes_are_looked_at() {
        let text = "<p>Die Fähre fährt wieder über den Fluß, sagte der Hafenmeister gestern früh.</p>";
        let (bytes, _, _) = WINDOWS_1252.encode(text);
        assert_eq!(decode(&bytes, None).0, text);
    }

    proptest! {
        #[test]
        fn any_bytes_are_text(bytes: Vec<u8>) {
            decode(&bytes, None);
        }
    }
}
