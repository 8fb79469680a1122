//! Files that hold no text: those that merely lie in a folder are left out, those that were named are refused.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use gleaner::unstable::read::by_extension;
use gleaner::unstable::read::compression::{self, Compression};

/// Bytes that are looked at.
const LOOKED_AT: usize = 8192;

/// What a RIFF file may hold.
const RIFF: [&[u8]; 3] = [b"WEBP", b"WAVE", b"AVI "];

/// What is not read, but can be turned into text.
pub const PDF: &str = "a PDF document";

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

/// What a file is, if it is known to be neither text nor anything that is read here. A name that says what it holds
/// is believed, and a file that cannot be read is left to whoever opens it.
pub fn known(file: &Path) -> Option<&'static str> {
    start_of(file).and_then(|start| what(&start))
}

/// Whether a file is binary, by its first bytes: known as such, or with bytes that no text has.
pub fn is_binary(file: &Path) -> bool {
    start_of(file).is_some_and(|start| looks_binary(&start))
}

/// The first bytes of a file, unless its name says what it holds.
fn start_of(file: &Path) -> Option<Vec<u8>> {
    // A pipe is read once: what is taken from it here would be missing later.
    if by_extension(file).is_some() || !file.is_file() {
        return None;
    }
    let mut start = Vec::new();
    File::open(file).and_then(|file| file.take(LOOKED_AT as u64).read_to_end(&mut start)).ok()?;
    Some(start)
}

fn what(start: &[u8]) -> Option<&'static str> {
    let riff = start.starts_with(b"RIFF") && start.get(8..12).is_some_and(|it| RIFF.contains(&it));
    let known = KNOWN.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, what)| *what);
    known.or_else(|| riff.then_some("an image, sound or film"))
}

fn looks_binary(start: &[u8]) -> bool {
    let is_packed = compression::sniff(start).is_some_and(|it| it != Compression::None);
    if is_packed || start.starts_with(b"PAR1") {
        return false;
    }
    what(start).is_some() || start.contains(&0) && !is_utf_16(start)
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
        for text in ["OTTO the great", "RIFF raff, said he", "ID3 is a tag", "GIF87 years ago", "MZ"] {
            assert!(!looks_binary(text.as_bytes()), "{text}");
        }
        assert_eq!(
            [what(b"%PDF-1.7\n"), what(b"RIFF....WEBP")],
            [Some(PDF), Some("an image, sound or film")]
        );
        assert!(!looks_binary(b"\x1f\x8b\x08\0\0\0"), "gzip is read");
        for binary in
            [b"\x89PNG\r\n\x1a\n".as_slice(), b"%PDF-1.7\n", b"PK\x03\x04rest", b"a\0b\0\0\0c\x01\x02"]
        {
            assert!(looks_binary(binary), "{binary:?}");
        }
    }
}
