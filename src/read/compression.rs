//! Compressed bytes, told by how they begin, and read as a stream.

use std::fmt;
use std::path::Path;

#[cfg(feature = "compression")]
mod decoder;
#[cfg(feature = "compression")]
pub use decoder::Decoder;

/// How bytes are compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip (RFC 1952), any number of members.
    Gzip,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
    /// bzip2, any number of streams.
    Bzip2,
}

/// Bytes that [`sniff`] needs at most.
pub const MAGIC: usize = 10;

impl Compression {
    /// The ending of a compressed file's name, without its dot; none for what is not compressed.
    pub fn ending(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gz"),
            Self::Zstd => Some("zst"),
            Self::Bzip2 => Some("bz2"),
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        })
    }
}

/// The compression that a file's ending names, in any case: `.gz`, `.zst` or `.zstd`, `.bz2`. Cannot fail.
pub fn by_ending(path: &Path) -> Compression {
    let ending = path.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("gz" | "gzip" | "bgz") => Compression::Gzip,
        Some("zst" | "zstd") => Compression::Zstd,
        Some("bz2" | "bzip2") => Compression::Bzip2,
        _ => Compression::None,
    }
}

/// The compression of an input by its first bytes; none while there are too few to tell (`start` is then the
/// beginning of some magic number, and more of it is wanted: at most [`MAGIC`] bytes). Cannot fail.
///
/// Zstandard may begin with a skippable frame. bzip2 asks for the magic number of its first block (or of its
/// end) as well, because a text may begin with "BZh9".
pub fn sniff(start: &[u8]) -> Option<Compression> {
    const BLOCK: [u8; 6] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
    const END: [u8; 6] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];
    let mut partly = false;
    let mut is = |magic: &[u8]| {
        let seen = start.len().min(magic.len());
        let same = start[..seen] == magic[..seen];
        partly |= same && seen < magic.len();
        same && seen == magic.len()
    };
    if is(&[0x1F, 0x8B, 0x08]) {
        return Some(Compression::Gzip);
    }
    if is(&[0x28, 0xB5, 0x2F, 0xFD]) || (0x50..=0x5F).any(|low| is(&[low, 0x2A, 0x4D, 0x18])) {
        return Some(Compression::Zstd);
    }
    for level in b'1'..=b'9' {
        for magic in [BLOCK, END] {
            if is(&[&[b'B', b'Z', b'h', level], &magic[..]].concat()) {
                return Some(Compression::Bzip2);
            }
        }
    }
    if partly { None } else { Some(Compression::None) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_none() {
        for text in ["", "B", "BZh9 is how it begins", "(\u{b5}", "plain", "\x1f\x7b"] {
            let told = sniff(text.as_bytes());
            assert!(told == Some(Compression::None) || text.len() < 4 && told.is_none(), "{text:?}");
        }
        assert_eq!(sniff(b"BZh91AY&S"), None);
        assert_eq!(sniff(&[0x52, 0x2A, 0x4D, 0x18, 0]), Some(Compression::Zstd));
    }

    #[test]
    fn endings_are_named_and_read() {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd, Compression::Bzip2] {
            let name = format!("a.jsonl.{}", compression.ending().unwrap_or("jsonl"));
            assert_eq!(by_ending(Path::new(&name)), compression);
        }
        assert_eq!(by_ending(Path::new("A.GZ")), Compression::Gzip);
        assert_eq!(by_ending(Path::new("gz")), Compression::None);
    }
}
