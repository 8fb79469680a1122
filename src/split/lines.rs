//! The lines of a document, located in its original bytes.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_8, UTF_16LE};
use memchr::memchr;

use crate::read::damage::is_utf_16;

/// An iterator over the lines of a document, as byte ranges without their terminators, `\n` or `\r\n`.
///
/// The byte 0x0A is a line feed in every encoding that is read, except UTF-16, where it must be in a code
/// unit of its own. A lone `\r` is white space inside a line.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    /// `None` after the last line.
    next: Option<usize>,
    units: Units,
}

#[derive(Clone, Copy)]
enum Units {
    Bytes,
    Little,
    Big,
}

impl<'a> Lines<'a> {
    pub(super) fn new(encoding: &'static Encoding, bytes: &'a [u8]) -> Self {
        let units = match encoding {
            it if !is_utf_16(it) => Units::Bytes,
            it if it == UTF_16LE => Units::Little,
            _ => Units::Big,
        };
        // The byte order mark counts only in its own encoding.
        let mark = match Encoding::for_bom(bytes) {
            Some((marked, length)) if marked == encoding => length,
            _ => 0,
        };
        Self { bytes, next: Some(mark), units }
    }

    /// Returns the position of the next line feed at or after `from`.
    fn feed(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr(b'\n', &self.bytes[at..])?;
            match self.units {
                Units::Bytes => return Some(at),
                Units::Little if at.is_multiple_of(2) && self.bytes.get(at + 1) == Some(&0) => {
                    return Some(at);
                }
                Units::Big if at % 2 == 1 && self.bytes[at - 1] == 0 => return Some(at - 1),
                Units::Little | Units::Big => at += 1,
            }
        }
    }

    fn ends_in_return(&self, line: &[u8]) -> bool {
        match self.units {
            Units::Bytes => line.ends_with(b"\r"),
            Units::Little => line.ends_with(b"\r\0"),
            Units::Big => line.ends_with(b"\0\r"),
        }
    }
}

/// A line, and whether it is blank.
pub(super) type Seen = (Range<usize>, bool);

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.next?;
        let width = if matches!(self.units, Units::Bytes) { 1 } else { 2 };
        let Some(feed) = self.feed(start) else {
            self.next = None;
            // Without a line feed there is no terminator, so a final `\r` belongs to the line.
            return (start < self.bytes.len()).then_some(start..self.bytes.len());
        };
        self.next = Some(feed + width);
        let end = if self.ends_in_return(&self.bytes[start..feed]) { feed - width } else { feed };
        Some(start..end)
    }
}

/// Whether a line is blank: only white space of any script and invisible characters.
#[inline]
pub(super) fn is_blank(encoding: &'static Encoding, line: &[u8]) -> bool {
    if is_utf_16(encoding) {
        return decoded_is_blank(encoding, line);
    }
    // A line begins at a character boundary, so an ASCII byte there is an ASCII character.
    match line.iter().position(|byte| !matches!(byte, b' ' | b'\t'..=b'\r')) {
        None => true,
        Some(at) if line[at].is_ascii() => false,
        Some(at) if encoding == UTF_8 && begins_with_a_sight(&line[at..]) => false,
        Some(_) => decoded_is_blank(encoding, line),
    }
}

/// Whether the first character of UTF-8 is visible; false if in doubt.
fn begins_with_a_sight(line: &[u8]) -> bool {
    // The number of leading ones in the first byte is the length of the character.
    let character = line.get(..line[0].leading_ones() as usize).unwrap_or_default();
    std::str::from_utf8(character).is_ok_and(|it| it.chars().any(|c| !shows_nothing(c)))
}

fn decoded_is_blank(encoding: &'static Encoding, line: &[u8]) -> bool {
    if encoding == UTF_8 {
        let mut chunks = line.utf8_chunks();
        return chunks.all(|chunk| chunk.invalid().is_empty() && chunk.valid().chars().all(shows_nothing));
    }
    // The first characters decide nearly always. If 16 bytes cut a character, the whole line is decoded.
    let start = line.get(..16).unwrap_or_default();
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(start)
        && !text.chars().all(shows_nothing)
    {
        return false;
    }
    encoding.decode_without_bom_handling(line).0.chars().all(shows_nothing)
}

/// Whether a character is white space (Unicode's `White_Space`) or an invisible mark.
fn shows_nothing(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, SHIFT_JIS, UTF_16BE, WINDOWS_1252};

    fn lines(encoding: &'static Encoding, bytes: &[u8]) -> Vec<(usize, usize)> {
        Lines::new(encoding, bytes).map(|line| (line.start, line.end)).collect()
    }

    #[test]
    fn terminators_are_outside() {
        assert_eq!(lines(UTF_8, b"a\r\n\nb\rc\r"), [(0, 1), (3, 3), (4, 8)]);
        assert_eq!(lines(UTF_8, b"\r\r\n"), [(0, 1)]);
        assert_eq!(lines(UTF_8, b""), []);
        assert_eq!(lines(UTF_8, b"\xEF\xBB\xBFa\n"), [(3, 4)]);
        assert_eq!(lines(UTF_8, b"\xEF\xBB\xBF"), []);
        assert_eq!(lines(WINDOWS_1252, b"\xEF\xBB\xBFa"), [(0, 4)]);
    }

    #[test]
    fn a_line_feed_of_sixteen_bits_is_a_whole_unit() {
        // U+0A0A and U+010A hold the byte 0x0A and are letters.
        let text: Vec<u8> =
            "\u{FEFF}\u{A0A}\u{10A}\r\nb\n\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(lines(UTF_16LE, &text), [(2, 6), (10, 12), (14, 14)]);
        let text: Vec<u8> = "\u{A0A}\u{10A}\r\nb".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(lines(UTF_16BE, &text), [(0, 4), (8, 10)]);
        assert_eq!(lines(UTF_16LE, b"a\0\n"), [(0, 3)]);
    }

    #[test]
    fn blank_in_every_encoding() {
        assert!(is_blank(UTF_8, b" \t\r\x0c"));
        assert!(is_blank(UTF_8, "\u{3000}\u{a0}\u{200b}\u{feff}".as_bytes()));
        assert!(!is_blank(UTF_8, "\u{3000}x".as_bytes()));
        assert!(!is_blank(UTF_8, "“".as_bytes()));
        assert!(!is_blank(UTF_8, b"\xE2\x80"));
        assert!(!is_blank(UTF_8, "\u{200b}é".as_bytes()));
        assert!(!is_blank(UTF_8, b"\xFF"));
        assert!(!is_blank(UTF_8, b"\0"));
        // The full-width space of these two encodings ends in an ASCII byte.
        assert!(is_blank(SHIFT_JIS, &b"\x81\x40".repeat(20)));
        assert!(is_blank(BIG5, b" \xA1\x40"));
        assert!(!is_blank(SHIFT_JIS, b" \x81\x41"));
        assert!(is_blank(WINDOWS_1252, b"\xA0\xA0"));
        assert!(is_blank(UTF_16BE, b"\0 \x30\0"));
        assert!(!is_blank(UTF_16BE, b"\0 \0x"));
    }
}
