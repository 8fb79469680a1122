//! Compressed bytes, read as a stream.

use std::io::{self, BufRead, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use super::Compression;

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
    use crate::read::compression::sniff;
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
