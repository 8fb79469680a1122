//! The lines of a document, located in its original bytes.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_8, UTF_16LE};
use memchr::{memchr, memchr_iter, memmem};

use crate::read::damage::is_utf_16;

/// An iterator over the lines of a document, as byte ranges without their terminators: `\n`, `\r\n`, a lone `\r`,
/// U+0085, U+2028 and U+2029.
///
/// The bytes 0x0A and 0x0D are line ends in every encoding that is read, except UTF-16, where they must be in a code
/// unit of their own. The other three are looked for in UTF-8, in UTF-16, and U+0085 in encodings of single bytes.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    /// `None` after the last line.
    next: Option<usize>,
    units: Units,
    ends: Ends,
}

#[derive(Clone, Copy)]
enum Units {
    Bytes,
    Little,
    Big,
}

/// Which line ends a document has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// `\n` and `\r\n` alone, which are found at the speed of memory.
    Feeds,
    /// A lone `\r` as well.
    Returns,
    /// … and the byte 0x85, which is U+0085.
    NextLine,
    /// All of them, in UTF-8.
    Unicode,
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
        Self { bytes, next: Some(mark), units, ends: Ends::of(encoding, bytes) }
    }

    /// Returns the next line end at or after `from`.
    #[inline]
    fn end(&self, from: usize) -> Option<Range<usize>> {
        match self.units {
            Units::Bytes if self.ends == Ends::Feeds => {
                let feed = from + memchr(b'\n', &self.bytes[from..])?;
                let start = if feed > from && self.bytes[feed - 1] == b'\r' { feed - 1 } else { feed };
                Some(start..feed + 1)
            }
            Units::Bytes => self.any_end(from),
            Units::Little | Units::Big => self.wide_end(from),
        }
    }

    fn any_end(&self, from: usize) -> Option<Range<usize>> {
        let (next_line, unicode) = (self.ends == Ends::NextLine, self.ends == Ends::Unicode);
        let mut at = from;
        loop {
            let rest = &self.bytes[at..];
            at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0x85 | 0xC2 | 0xE2))?;
            let length = match self.bytes[at..] {
                [b'\r', b'\n', ..] => 2,
                [b'\n' | b'\r', ..] => 1,
                [0x85, ..] if next_line => 1,
                [0xC2, 0x85, ..] if unicode => 2,
                [0xE2, 0x80, 0xA8 | 0xA9, ..] if unicode => 3,
                _ => 0,
            };
            if length > 0 {
                return Some(at..at + length);
            }
            at += 1;
        }
    }

    fn wide_end(&self, from: usize) -> Option<Range<usize>> {
        let unit = |at: usize| {
            let pair = [*self.bytes.get(at)?, *self.bytes.get(at + 1)?];
            Some(if matches!(self.units, Units::Big) {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            })
        };
        (from..).step_by(2).map_while(|at| Some((at, unit(at)?))).find_map(|(at, one)| match one {
            0x0D if unit(at + 2) == Some(0x0A) => Some(at..at + 4),
            0x0A | 0x0D | 0x85 | 0x2028 | 0x2029 => Some(at..at + 2),
            _ => None,
        })
    }
}

impl Ends {
    fn of(encoding: &'static Encoding, bytes: &[u8]) -> Self {
        if encoding == UTF_8 {
            // The lead byte of U+0085 is rare, and that of the other two is shared by dashes and quotes.
            let others = has_lone_return(bytes)
                || memmem::find(bytes, b"\xC2\x85").is_some()
                || memmem::find(bytes, b"\xE2\x80\xA8").is_some()
                || memmem::find(bytes, b"\xE2\x80\xA9").is_some();
            return if others { Self::Unicode } else { Self::Feeds };
        }
        // Most encodings of single bytes have U+0085 there; windows-125x has an ellipsis.
        let next_line = encoding.is_single_byte()
            && memchr(0x85, bytes).is_some()
            && encoding.decode_without_bom_handling(b"\x85").0 == "\u{85}";
        match next_line {
            true => Self::NextLine,
            // What would be these bytes in UTF-8 are letters here.
            false if has_lone_return(bytes) => Self::Returns,
            false => Self::Feeds,
        }
    }
}

fn has_lone_return(bytes: &[u8]) -> bool {
    memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// A line, and whether it is blank.
pub(super) type Seen = (Range<usize>, bool);

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    #[inline]
    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.next?;
        let Some(end) = self.end(start) else {
            self.next = None;
            return (start < self.bytes.len()).then_some(start..self.bytes.len());
        };
        self.next = Some(end.end);
        Some(start..end.start)
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
    use encoding_rs::{BIG5, ISO_8859_2, SHIFT_JIS, UTF_16BE, WINDOWS_1252};

    fn lines(encoding: &'static Encoding, bytes: &[u8]) -> Vec<(usize, usize)> {
        Lines::new(encoding, bytes).map(|line| (line.start, line.end)).collect()
    }

    #[test]
    fn terminators_are_outside() {
        assert_eq!(lines(UTF_8, b"a\r\n\nb\rc\r"), [(0, 1), (3, 3), (4, 5), (6, 7)]);
        assert_eq!(lines(UTF_8, b"\r\r\n"), [(0, 0), (1, 1)]);
        assert_eq!(lines(UTF_8, b""), []);
        assert_eq!(lines(UTF_8, b"\xEF\xBB\xBFa\n"), [(3, 4)]);
        assert_eq!(lines(UTF_8, b"\xEF\xBB\xBF"), []);
        assert_eq!(lines(WINDOWS_1252, b"\xEF\xBB\xBFa"), [(0, 4)]);
    }

    #[test]
    fn every_line_end_ends_a_line() {
        let text = "a\u{85}b\u{2028}c\u{2029}\r\rd\u{85}";
        let found: Vec<_> = Lines::new(UTF_8, text.as_bytes()).map(|line| &text[line]).collect();
        assert_eq!(found, ["a", "b", "c", "", "", "d"]);
        for (encoding, bytes) in [
            (UTF_16LE, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
            (UTF_16BE, text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            let found: Vec<_> = lines(encoding, &bytes).iter().map(|(start, end)| end - start).collect();
            assert_eq!(found, [2, 2, 2, 0, 0, 2]);
        }
        // A dash and quotes share the first bytes; in windows-1252 the byte is an ellipsis.
        assert_eq!(lines(UTF_8, "“a” – b Â c".as_bytes()).len(), 1);
        assert_eq!(lines(WINDOWS_1252, b"a\x85b\xC2\x85\xE2\x80\xA8c"), [(0, 9)]);
        assert_eq!(lines(WINDOWS_1252, b"a\x85b\rc"), [(0, 3), (4, 5)]);
        assert_eq!(lines(ISO_8859_2, b"a\x85b\rc"), [(0, 1), (2, 3), (4, 5)]);
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
