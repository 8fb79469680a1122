//! The encoding of a page: as it declares, else as detected from its bytes.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED,
};

use crate::read::{damage, text};

/// How far from the start a page may declare its encoding (HTML, 13.2.3.2: the first 1,024 bytes; pages put
/// scripts before it, so browsers look further, and so does this).
const HEAD: usize = 16 * 1024;
/// How much of a page the detector examines, in bytes.
const SAMPLE: usize = 64 * 1024;

/// Broken characters from which a stated encoding can be wrong; fewer are damage in a page.
const DOUBT: u64 = 4;

/// The encoding of a page, and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Encoding of the bytes.
    pub encoding: &'static Encoding,
    /// What the page or the transport states, if it was given up because it makes mostly damage.
    pub given_up: Option<&'static Encoding>,
}

/// Encoding of a page's bytes: a byte order mark, else as `given` by the user, else as [`found`].
pub fn of(bytes: &[u8], given: Option<&'static Encoding>) -> &'static Encoding {
    match (Encoding::for_bom(bytes), given) {
        (Some((marked, _)), _) => marked,
        (None, Some(given)) => given,
        (None, None) => found(bytes, None).encoding,
    }
}

/// Encoding of a page's bytes, from the first of these that gives one:
///
/// 1. a byte order mark;
/// 2. UTF-16, by the pattern of its NULs;
/// 3. `stated` by the transport's header;
/// 4. a `meta` tag in the first 16 KiB, unless the bytes are valid UTF-8;
/// 5. UTF-8, if the bytes are valid;
/// 6. the guess of `chardetng` on the first 64 KiB after the first byte beyond ASCII.
///
/// What header or page state is given up if it makes damage of more characters than it makes sense of.
pub fn found(bytes: &[u8], stated: Option<&'static Encoding>) -> Found {
    let sure = |encoding| Found { encoding, given_up: None };
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return sure(marked);
    }
    if let Some(order) = text::order_of_units(bytes).or_else(|| order_of_tag(bytes)) {
        return sure(order);
    }
    let valid = std::str::from_utf8(bytes);
    let declared = stated.or_else(|| {
        let declared = named(&bytes[..bytes.len().min(HEAD)]);
        // Its letters are pairs of ASCII characters, so that any such page is valid UTF-8.
        let is_shifted = declared == Some(ISO_2022_JP) && memchr::memchr(0x1B, bytes).is_some();
        declared.filter(|_| valid.is_err() || is_shifted)
    });
    if let Some(declared) = declared {
        if !is_mostly_damage(declared, bytes) {
            return sure(declared);
        }
        return Found { encoding: guess(bytes), given_up: Some(declared) };
    }
    sure(guess(bytes))
}

/// Whether an encoding makes damage of more characters beyond ASCII than it makes sense of.
fn is_mostly_damage(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    // It decodes nothing.
    if encoding == REPLACEMENT {
        return true;
    }
    // Bytes of ASCII have no NULs between them.
    if damage::is_utf_16(encoding) {
        return bytes.is_ascii() && memchr::memchr(0, bytes).is_none();
    }
    let broken = damage::find(encoding, bytes).invalid_count;
    if broken < DOUBT {
        return false;
    }
    let beyond =
        encoding.decode_without_bom_handling(bytes).0.chars().filter(|c| !c.is_ascii()).count() as u64;
    // Every broken sequence became a character of its own.
    broken * 2 > beyond
}

/// The order of UTF-16 in which a page begins with a tag.
fn order_of_tag(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs: Vec<&[u8]> = bytes.chunks_exact(2).take(64).collect();
    let begins = |high: usize, low: usize| {
        let mut units = pairs.iter().skip_while(|pair| pair[high] == 0 && pair[low].is_ascii_whitespace());
        units.next().is_some_and(|pair| pair[high] == 0 && pair[low] == b'<')
            && units.next().is_some_and(|pair| {
                pair[high] == 0 && (pair[low].is_ascii_alphabetic() || b"!?".contains(&pair[low]))
            })
    };
    match (begins(1, 0), begins(0, 1)) {
        (true, _) => Some(UTF_16LE),
        (_, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-8 if the bytes are valid or mostly so, else the detector's guess.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let Err(error) = std::str::from_utf8(bytes) else { return UTF_8 };
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
    use encoding_rs::{ISO_8859_2, SHIFT_JIS, WINDOWS_1251};
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

    const RUSSIAN: &str = "Паром снова ходит каждый час, сказал начальник порта вчера утром.";

    #[test]
    fn a_stated_encoding_that_makes_mostly_damage_is_given_up() {
        let page = |stated: &str, text: &[u8]| {
            [format!("<meta charset={stated}><p>The pier</p><p>").as_bytes(), text, b"</p>"].concat()
        };
        let russian = WINDOWS_1251.encode(RUSSIAN).0;
        for stated in ["utf-8", "iso-2022-kr"] {
            let bytes = page(stated, &russian);
            let found = found(&bytes, None);
            assert_eq!(found.encoding, WINDOWS_1251, "{stated}");
            assert_eq!(found.given_up, Encoding::for_label(stated.as_bytes()));
            assert!(decode(&bytes, None).0.contains(RUSSIAN));
        }
        // A header is no better than the page itself.
        let lied = found(&page("windows-1251", &russian), Some(UTF_8));
        assert_eq!((lied.encoding, lied.given_up), (WINDOWS_1251, Some(UTF_8)));
        assert_eq!(found(b"<p>The pier", Some(UTF_16LE)).encoding, UTF_8);
        // A few bad bytes are damage in a page, and a page in its own encoding is believed.
        let cut = page("utf-8", b"caf\xE9 and \xE4");
        assert_eq!(found(&cut, None), Found { encoding: UTF_8, given_up: None });
        let mostly = page("utf-8", &[RUSSIAN.as_bytes(), b"\xE4\xE4 \xE4 \xE4 \xE4"].concat());
        assert_eq!(found(&mostly, None).given_up, None);
        assert_eq!(
            found(&page("windows-1251", &russian), None),
            Found { encoding: WINDOWS_1251, given_up: None }
        );
        // What the user gives is never given up.
        assert_eq!(of(&page("utf-8", &russian), Some(UTF_8)), UTF_8);
    }

    #[test]
    fn sixteen_bits_need_no_mark() {
        for text in [
            "<!doctype html><p>The ferry runs again.",
            "\n <html><p>渡輪從星期一起恢復運行，港口主任昨天早上這樣說。旅客可以在碼頭購票。",
        ] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(decode(&little, None), (text.into(), UTF_16LE));
            assert_eq!(decode(&big, None), (text.into(), UTF_16BE));
        }
        let shifted = b"<meta charset=iso-2022-jp><p>\x1b$B%U%'\x1b(B";
        assert_eq!(of(shifted, None), ISO_2022_JP);
        assert_eq!(of(b"<meta charset=iso-2022-jp><p>ferry", None), UTF_8);
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
