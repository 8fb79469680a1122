//! Compressed bytes, told by how they begin, and read as a stream.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::path::Path;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

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

/// Reads the decompressed bytes of a source, in memory that does not depend on its length: 32 KiB of window
/// for gzip, 8 MiB and by its header at most 128 MiB for Zstandard, 4 MB for bzip2.
///
/// A stream that is damaged or ends early is an error of [`Read::read`]; what came before it has been handed
/// on by then, and [`position`](Self::position) says at which byte of the source it stands.
pub struct Decoder<R: BufRead> {
    inner: Inner<Counted<R>>,
}

enum Inner<R: BufRead> {
    None(R),
    Gzip(Box<MultiGzDecoder<R>>),
    Zstd(zstd::Decoder<'static, R>),
    Bzip2(MultiBzDecoder<R>),
}

impl<R: BufRead> Decoder<R> {
    /// A decoder over a source whose compression is known.
    ///
    /// # Errors
    /// Where Zstandard has no memory.
    pub fn new(source: R, compression: Compression) -> io::Result<Self> {
        let source = Counted { source, bytes: 0 };
        let inner = match compression {
            Compression::None => Inner::None(source),
            Compression::Gzip => Inner::Gzip(Box::new(MultiGzDecoder::new(source))),
            Compression::Zstd => Inner::Zstd(zstd::Decoder::with_buffer(source)?),
            Compression::Bzip2 => Inner::Bzip2(MultiBzDecoder::new(source)),
        };
        Ok(Self { inner })
    }

    /// Bytes of the source that have been read so far. Cannot fail.
    pub fn position(&self) -> u64 {
        match &self.inner {
            Inner::None(source) => source.bytes,
            Inner::Gzip(decoder) => decoder.get_ref().bytes,
            Inner::Zstd(decoder) => decoder.get_ref().bytes,
            Inner::Bzip2(decoder) => decoder.get_ref().bytes,
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.inner {
            Inner::None(source) => source.read(buffer),
            Inner::Gzip(decoder) => decoder.read(buffer),
            Inner::Zstd(decoder) => decoder.read(buffer),
            Inner::Bzip2(decoder) => decoder.read(buffer),
        }
    }
}

/// A source that counts what is taken from it.
struct Counted<R> {
    source: R,
    bytes: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.bytes += amount as u64;
        self.source.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::compression::Encoder;
    use proptest::prelude::*;

    const ALL: [Compression; 4] =
        [Compression::None, Compression::Gzip, Compression::Zstd, Compression::Bzip2];

    fn compressed(compression: Compression, members: &[&[u8]]) -> Vec<u8> {
        let mut encoder = Encoder::new(compression).unwrap();
        let mut out = Vec::new();
        members.iter().for_each(|member| encoder.member(member, &mut out).unwrap());
        out
    }

    fn decompressed(bytes: &[u8], compression: Compression) -> (Vec<u8>, io::Result<usize>, u64) {
        let mut decoder = Decoder::new(bytes, compression).unwrap();
        let mut out = Vec::new();
        let done = decoder.read_to_end(&mut out);
        let position = decoder.position();
        (out, done, position)
    }

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
        for compression in ALL {
            let name = format!("a.jsonl.{}", compression.ending().unwrap_or("jsonl"));
            assert_eq!(by_ending(Path::new(&name)), compression);
        }
        assert_eq!(by_ending(Path::new("A.GZ")), Compression::Gzip);
        assert_eq!(by_ending(Path::new("gz")), Compression::None);
    }

    #[test]
    fn what_came_before_the_damage_is_kept() {
        // Written so that it does not compress to nothing.
        let text: Vec<u8> = (0..60_000u32)
            .flat_map(|n| format!("{:x} ", n.wrapping_mul(2_654_435_761)).into_bytes())
            .collect();
        for compression in &ALL[1..] {
            let whole = compressed(*compression, &[&text[..200_000], &text[200_000..]]);
            let cut = &whole[..whole.len() - 1000];
            let (out, done, position) = decompressed(cut, *compression);
            assert!(done.is_err() && out.len() >= 200_000 && text.starts_with(&out), "{compression}");
            assert!(position as usize > whole.len() / 3 && position as usize <= cut.len(), "{compression}");
            let mut broken = whole.clone();
            let at = whole.len() * 3 / 4;
            broken[at..at + 20].iter_mut().for_each(|byte| *byte ^= 0x5A);
            let (out, done, _) = decompressed(&broken, *compression);
            assert!(done.is_err() && out.len() >= 200_000, "{compression}");
            assert_eq!(out[..200_000], text[..200_000], "{compression}");
        }
    }

    proptest! {
        #[test]
        fn members_come_back(one: Vec<u8>, two: Vec<u8>) {
            for compression in ALL {
                let bytes = compressed(compression, &[&one, &two]);
                if compression != Compression::None {
                    prop_assert_eq!(sniff(&bytes), Some(compression));
                }
                let (out, done, position) = decompressed(&bytes, compression);
                prop_assert!(done.is_ok());
                prop_assert_eq!(out, [&one[..], &two].concat());
                prop_assert_eq!(position, bytes.len() as u64);
            }
        }

        #[test]
        fn any_bytes_are_told_and_read(bytes: Vec<u8>) {
            sniff(&bytes);
            for compression in ALL {
                decompressed(&bytes, compression).0.clear();
            }
        }
    }
}
