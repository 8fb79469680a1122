//! Whether a file that nobody named, because it merely lies in a folder, is one that holds no text.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use gleaner::read::by_extension;
use gleaner::read::compression::{self, Compression};

/// Bytes that are looked at.
const LOOKED_AT: usize = 8192;

/// How files begin that are neither text nor anything that is read here: images, documents of office programs,
/// archives, programs, fonts, sound and film.
const MAGIC: [&[u8]; 22] = [
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"II*\0",
    b"MM\0*",
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zXZ",
    b"\x7fELF",
    b"MZ\x90\0",
    b"\xca\xfe\xba\xbe",
    b"wOFF",
    b"wOF2",
    b"OTTO",
    b"OggS",
    b"ID3",
    b"fLaC",
    b"SQLite format 3",
];

/// Whether a file is binary, by its first bytes. One whose name says what it holds is not looked into, and one
/// that cannot be read is left to whoever opens it.
pub fn is_binary(file: &Path) -> bool {
    if by_extension(file).is_some() {
        return false;
    }
    let mut start = Vec::new();
    let read = File::open(file).and_then(|file| file.take(LOOKED_AT as u64).read_to_end(&mut start));
    read.is_ok() && looks_binary(&start)
}

fn looks_binary(start: &[u8]) -> bool {
    let is_packed = compression::sniff(start).is_some_and(|it| it != Compression::None);
    if is_packed || start.starts_with(b"PAR1") {
        return false;
    }
    MAGIC.iter().any(|magic| start.starts_with(magic)) || start.contains(&0) && !is_utf_16(start)
}

/// Whether NULs may be halves of characters: after a byte order mark, or where they stand at odd or at even places
/// alone.
fn is_utf_16(start: &[u8]) -> bool {
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    start.starts_with(b"\xff\xfe")
        || start.starts_with(b"\xfe\xff")
        || (zeros(0) == 0) != (zeros(1) == 0) && zeros(0) + zeros(1) > start.len() / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_the_rest() {
        let utf_16: Vec<u8> =
            "The boats wait by the pier.".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe", &*utf_16].concat();
        for text in [b"".as_slice(), b"The boats wait.", "Der Käse".as_bytes(), &utf_16, &marked, b"PAR1\0\0"]
        {
            assert!(!looks_binary(text), "{text:?}");
        }
        assert!(!looks_binary(b"\x1f\x8b\x08\0\0\0"), "gzip is read");
        for binary in
            [b"\x89PNG\r\n\x1a\n".as_slice(), b"%PDF-1.7\n", b"PK\x03\x04rest", b"a\0b\0\0\0c\x01\x02"]
        {
            assert!(looks_binary(binary), "{binary:?}");
        }
    }
}
