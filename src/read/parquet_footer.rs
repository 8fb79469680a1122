//! Bounds of a Parquet footer, checked before it is read: a few bytes may state lists of two thousand million elements
//! that take no bytes, and whoever skips them counts to their end.
//!
//! The footer is one struct in Thrift's compact protocol (apache/thrift, doc/specs/thrift-compact-protocol.md).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of the footer's length and of the magic number that end a file.
const TAIL: usize = 8;

/// Structs and lists inside each other that are followed; the reader of the footer refuses deeper ones.
const DEPTH: usize = 64;

/// Looks at the footer of a file; what is damaged otherwise is left to whoever reads it.
///
/// # Errors
/// What it states beyond its own size, or why the file cannot be read.
pub fn check(file: &mut File) -> Result<(), String> {
    let failed = |error: io::Error| error.to_string();
    let size = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut tail = [0; TAIL];
    let Some(end) = size.checked_sub(TAIL as u64) else { return Ok(()) };
    file.seek(SeekFrom::Start(end)).map_err(failed)?;
    file.read_exact(&mut tail).map_err(failed)?;
    let [a, b, c, d, magic @ ..] = tail;
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    let (b"PAR1", Some(start)) = (&magic, end.checked_sub(length)) else { return Ok(()) };
    let mut footer = Vec::new();
    file.seek(SeekFrom::Start(start)).map_err(failed)?;
    file.take(length).read_to_end(&mut footer).map_err(failed)?;
    bounded(&footer)
}

/// Whether all lists and maps of a struct together state no more elements than it has bytes. Each element takes one at
/// least, but for booleans in lists, which no footer has.
fn bounded(footer: &[u8]) -> Result<(), String> {
    let mut walk = Walk { rest: footer, elements: 0, most: footer.len() as u64 };
    // A footer that ends early or has an unknown type is damaged, which its reader says.
    let _ = walk.skip(STRUCT, DEPTH);
    if walk.elements > walk.most {
        return Err("its footer states more elements than it has bytes".to_owned());
    }
    Ok(())
}

const STRUCT: u8 = 12;

struct Walk<'a> {
    rest: &'a [u8],
    elements: u64,
    most: u64,
}

impl Walk<'_> {
    /// Skips a value of this type; none where it ends early, or where nothing more need be known.
    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.bytes(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.bytes(8),
            8 => {
                let length = self.number()?;
                self.bytes(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let size = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
                self.elements(size, &[head & 15], depth)
            }
            11 => {
                let size = self.number()?;
                let kinds = if size > 0 { self.byte()? } else { 0 };
                self.elements(size, &[kinds >> 4, kinds & 15], depth)
            }
            STRUCT => loop {
                let head = self.byte()?;
                if head & 15 == 0 {
                    return Some(());
                }
                if head >> 4 == 0 {
                    self.number()?;
                }
                self.skip(head & 15, depth)?;
            },
            13 => self.bytes(16),
            _ => None,
        }
    }

    /// Skips so many elements, each of these types in turn.
    fn elements(&mut self, size: u64, kinds: &[u8], depth: usize) -> Option<()> {
        self.elements = self.elements.saturating_add(size);
        if self.elements > self.most {
            return None;
        }
        for _ in 0..size {
            kinds.iter().try_for_each(|&kind| self.skip(kind, depth))?;
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn bytes(&mut self, count: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// A number of seven bits a byte, the low ones first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_bytes_cannot_state_many_elements() {
        // Found by fuzzing: a list of booleans inside a field that nobody knows.
        let lists = b"\xf2\xf2\xfa\xf2\xf2\xf2\xf2\xf2\x07";
        assert!(bounded(lists).is_err());
        // Many lists, each of as many elements as there are bytes.
        let many: Vec<u8> = (0..1000).flat_map(|_| [0x19, 0xf1, 0xf4, 0x03]).collect();
        assert!(bounded(&many).is_err());
        // A map of booleans.
        assert!(bounded(b"\x1b\xff\xff\xff\xff\x07\x11\0").is_err());
    }

    #[test]
    fn what_a_footer_has_is_let_through() {
        // A number, a list of two structs, one with a text, one empty.
        assert_eq!(bounded(b"\x15\x02\x19\x2c\x18\x03abc\0\0\0"), Ok(()));
        assert_eq!(bounded(b""), Ok(()));
        // Damaged, but not large.
        assert_eq!(bounded(b"\x19\x2c\x18"), Ok(()));
        assert_eq!(bounded(b"\x1e\x2c\x18"), Ok(()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked(bytes: Vec<u8>) {
            let _ = bounded(&bytes);
        }
    }
}
