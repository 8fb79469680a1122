//! Plain text: each input is a document; its encoding is given or detected.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter};
use serde_json::Value;

use super::damage;
use crate::document::Document;
use crate::error::{Error, Place, Problem, ProblemKind, Result};

/// How much of a text the detectors examine, in bytes.
const SAMPLE: usize = 64 * 1024;

/// The encoding that a label of the WHATWG Encoding Standard names, in any case.
///
/// # Errors
/// [`Error::Setting`] for an unknown label, and for encodings with shift states (ISO-2022-JP and those that
/// the standard replaces), because a span cut out of such a text can change its meaning.
pub fn encoding(label: &str) -> Result<&'static Encoding> {
    match Encoding::for_label(label.as_bytes()) {
        Some(it) if it == ISO_2022_JP || it == REPLACEMENT => Err(Error::Setting(format!(
            "encoding {label:?} has shift states, so its text cannot be cut: convert it to UTF-8 first"
        ))),
        Some(it) => Ok(it),
        None => Err(Error::Setting(format!(
            "unknown encoding {label:?}: give a label of the WHATWG Encoding Standard, \
             such as utf-8, utf-16le, windows-1252, shift_jis or gb18030"
        ))),
    }
}

/// One document of plain text. Bytes that are not text are noted among its problems.
///
/// The encoding is the first of these that applies:
///
/// 1. the one given (a byte order mark still decides between the two orders of UTF-16);
/// 2. what a byte order mark says: UTF-8, UTF-16LE or UTF-16BE;
/// 3. UTF-16, if NULs are on one side of most byte pairs;
/// 4. UTF-8, when it is valid, or when more characters beyond ASCII are valid than are broken;
/// 5. the guess of `chardetng` on the first 64 KiB after the first byte beyond ASCII.
pub fn document(id: Value, place: Place, bytes: Vec<u8>, encoding: Option<&'static Encoding>) -> Document {
    let (encoding, intact) = match encoding {
        Some(given) => (given_or_order(given, &bytes), false),
        None => detect(&bytes),
    };
    let at = |at| place.clone().at(damage::line_of(encoding, &bytes, at), at as u64);
    let mut problems = if intact { Vec::new() } else { problems(encoding, &bytes, at) };
    if let Some(at) = shift(encoding, &bytes) {
        let place = place.clone().at(damage::line_of(encoding, &bytes, at), at as u64);
        problems.push(Problem { place, kind: ProblemKind::StatefulEncoding });
    }
    Document { id, url: None, place, bytes, encoding, problems }
}

/// What is wrong with the bytes, at most one problem of each kind; `place` turns an offset into a place.
pub(super) fn problems(
    encoding: &'static Encoding,
    bytes: &[u8],
    place: impl Fn(usize) -> Place,
) -> Vec<Problem> {
    if damage::is_intact(encoding, bytes) {
        return Vec::new();
    }
    let found = damage::find(encoding, bytes);
    let invalid = found.invalid.map(|at| Problem {
        place: place(at),
        kind: ProblemKind::InvalidBytes { encoding: encoding.name(), count: found.invalid_count },
    });
    let nul =
        found.nul.map(|at| Problem { place: place(at), kind: ProblemKind::Nul { count: found.nul_count } });
    invalid.into_iter().chain(nul).collect()
}

/// The given encoding. The label "UTF-16" means little-endian, but a byte order mark overrides it.
fn given_or_order(given: &'static Encoding, bytes: &[u8]) -> &'static Encoding {
    match Encoding::for_bom(bytes) {
        Some((marked, _)) if damage::is_utf_16(given) && damage::is_utf_16(marked) => marked,
        _ => given,
    }
}

/// The detected encoding (see [`document`]), and whether the bytes are already known to be valid.
fn detect(bytes: &[u8]) -> (&'static Encoding, bool) {
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return (marked, false);
    }
    let nul = memchr(0, bytes).is_some();
    if nul && let Some(order) = order_of_units(bytes) {
        return (order, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => (UTF_8, !nul),
        Err(error) => (detect_broken(bytes, error.valid_up_to()), false),
    }
}

/// The encoding of bytes that are not valid UTF-8 from `valid_up_to` on.
fn detect_broken(bytes: &[u8], valid_up_to: usize) -> &'static Encoding {
    let (mut valid, mut broken) = (0_u64, 0_u64);
    for chunk in bytes.utf8_chunks() {
        // Bytes that open a character beyond ASCII; the others continue one.
        valid += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count() as u64;
        broken += u64::from(!chunk.invalid().is_empty());
    }
    if valid > broken {
        return UTF_8;
    }
    let from = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(valid_up_to);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // A little of what comes before shows which letters are next to the first one beyond ASCII.
    let start = from.saturating_sub(64);
    let end = bytes.len().min(from + SAMPLE);
    detector.feed(&bytes[start..end], end == bytes.len());
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without a mark: more than half of the first pairs have a NUL on one side, hardly any on the other.
pub(super) fn order_of_units(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    memchr(0, sample)?;
    let pairs = sample.len() / 2;
    let (mut first, mut second) = (0, 0);
    for pair in sample.chunks_exact(2) {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    // One in twenty: an occasional NUL character does not rule it out.
    let is = |high: usize, low: usize| high * 2 > pairs && low * 20 <= pairs;
    if is(second, first) {
        Some(UTF_16LE)
    } else if is(first, second) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Position of the first escape sequence of ISO-2022 in a 7-bit text (RFC 1468, 1557, 1922).
fn shift(encoding: &'static Encoding, bytes: &[u8]) -> Option<usize> {
    if encoding != UTF_8 {
        return None;
    }
    let at = memchr_iter(0x1B, bytes).find(|&at| {
        matches!(bytes.get(at + 1..at + 3), Some(b"$@" | b"$A" | b"$B" | b"$(" | b"$)" | b"(J" | b"(I"))
    })?;
    bytes.is_ascii().then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, GBK, SHIFT_JIS, WINDOWS_1252};
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Document {
        document(Value::from("a.txt"), Place::of("a.txt"), bytes.to_vec(), None)
    }

    fn utf_16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|it| if big { it.to_be_bytes() } else { it.to_le_bytes() }).collect()
    }

    #[test]
    fn marks_decide() {
        assert_eq!(read(b"\xEF\xBB\xBFhello").encoding, UTF_8);
        assert_eq!(read(b"\xFF\xFEh\0").encoding, UTF_16LE);
        assert_eq!(read(b"\xFE\xFF\0h").encoding, UTF_16BE);
        let given = document(Value::Null, Place::default(), b"\xFE\xFF\0h".to_vec(), Some(UTF_16LE));
        assert_eq!(given.encoding, UTF_16BE);
        assert!(given.problems.is_empty());
    }

    #[test]
    fn sixteen_bits_without_a_mark() {
        let text = "The harbour opened again on Monday.\n\nFerries run – slowly – every hour.\n";
        assert_eq!(read(&utf_16(text, false)).encoding, UTF_16LE);
        assert_eq!(read(&utf_16(text, true)).encoding, UTF_16BE);
        let nul = read(b"The harbour\0 opened again.\n\0");
        assert_eq!(nul.encoding, UTF_8);
        assert_eq!(nul.problems[0].kind, ProblemKind::Nul { count: 2 });
        assert_eq!(read(&[0; 64]).encoding, UTF_8);
    }

    #[test]
    fn legacy_encodings_are_found() {
        let cases = [
            (WINDOWS_1252, "Die Fähre fährt wieder über den Fluß, sagte der Hafenmeister gestern früh."),
            (SHIFT_JIS, "フェリーは月曜日から再び運航しています。港の所長はそう語った。"),
            (EUC_JP, "フェリーは月曜日から再び運航しています。港の所長はそう語った。"),
            (GBK, "渡轮从星期一起恢复运行，港口主任昨天早上这样说。旅客可以在码头购票。"),
            (BIG5, "渡輪從星期一起恢復運行，港口主任昨天早上這樣說。旅客可以在碼頭購票。"),
            (EUC_KR, "여객선은 월요일부터 다시 운항한다고 항만 소장이 어제 아침에 말했다."),
        ];
        for (encoding, text) in cases {
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy);
            let mut late = b"Plain lines first.\n".repeat(8000);
            late.extend_from_slice(&bytes);
            assert_eq!(read(&bytes).encoding, encoding);
            assert_eq!(read(&late).encoding, encoding, "beyond the sample");
            assert!(read(&bytes).problems.is_empty());
        }
    }

    #[test]
    fn broken_utf_8_stays_utf_8() {
        let mut bytes = "Die Fähre\nfährt wieder\nüber ".as_bytes().to_vec();
        bytes.extend_from_slice(b"\xE4 den Fluss");
        let document = read(&bytes);
        assert_eq!(document.encoding, UTF_8);
        assert_eq!(document.problems.len(), 1);
        assert_eq!(document.problems[0].place, Place::of("a.txt").at(3, 31));
        assert_eq!(document.problems[0].kind, ProblemKind::InvalidBytes { encoding: "UTF-8", count: 1 });
    }

    #[test]
    fn labels() {
        assert_eq!(encoding("Latin1").unwrap(), WINDOWS_1252);
        assert!(encoding("klingon").unwrap_err().to_string().contains("klingon"));
        assert!(encoding("iso-2022-jp").unwrap_err().to_string().contains("shift states"));
        assert!(encoding("hz-gb-2312").is_err());
    }

    #[test]
    fn shift_states_are_reported() {
        let document = read(b"ok\n\x1b$B%U%'\x1b(B\n");
        assert_eq!(document.problems[0].kind, ProblemKind::StatefulEncoding);
        assert_eq!(document.problems[0].place.line, Some(2));
        assert!(read(b"\x1b[1mbold\x1b[0m\n").problems.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_document(bytes: Vec<u8>) {
            let document = read(&bytes);
            prop_assert_eq!(&document.bytes, &bytes);
            for problem in &document.problems {
                prop_assert!(problem.place.byte.unwrap() < bytes.len() as u64);
            }
        }

        #[test]
        fn valid_text_has_no_problem(text in "[^\0\x1b]*") {
            let document = read(text.as_bytes());
            prop_assert_eq!(document.encoding, UTF_8);
            prop_assert!(document.problems.is_empty());
        }
    }
}
