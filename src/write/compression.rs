//! Compressed output in independent members.

use std::io::{self, Write};

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;

use crate::read::compression::Compression;

/// Level of gzip, its own default.
const GZIP: u32 = 6;
/// Level of Zstandard, its own default.
const ZSTD: i32 = 3;
/// Level of bzip2, its own default.
const BZIP2: u32 = 9;

/// Compresses pieces, each to a member (gzip), frame (Zstandard) or stream (bzip2) of its own. Concatenated
/// they are one compressed file (RFC 1952, 2.2; RFC 8878, 3.1), and each may be made on another core.
///
/// The same piece gives the same bytes: they contain no time and no name.
pub struct Encoder {
    compression: Compression,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl Encoder {
    /// An encoder at the level that the format's own program has by default: 6, 3 and 9.
    ///
    /// # Errors
    /// If Zstandard cannot allocate memory.
    pub fn new(compression: Compression) -> io::Result<Self> {
        let zstd = (compression == Compression::Zstd).then(|| {
            let mut compressor = zstd::bulk::Compressor::new(ZSTD)?;
            // As its program does, so that damage is found when it is read.
            compressor.include_checksum(true)?;
            Ok::<_, io::Error>(compressor)
        });
        Ok(Self { compression, zstd: zstd.transpose()? })
    }

    /// The format of the compressed bytes.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// Appends one member that holds the piece, which may be empty.
    ///
    /// # Errors
    /// Only if memory cannot be allocated.
    pub fn member(&mut self, piece: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match (self.compression, &mut self.zstd) {
            (Compression::Gzip, _) => {
                let mut encoder = GzEncoder::new(out, flate2::Compression::new(GZIP));
                encoder.write_all(piece)?;
                encoder.finish().map(drop)
            }
            (Compression::Bzip2, _) => {
                let mut encoder = BzEncoder::new(out, bzip2::Compression::new(BZIP2));
                encoder.write_all(piece)?;
                encoder.finish().map(drop)
            }
            (Compression::Zstd, Some(compressor)) => {
                out.extend_from_slice(&compressor.compress(piece)?);
                Ok(())
            }
            (Compression::None | Compression::Zstd, _) => {
                out.extend_from_slice(piece);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_output_is_a_member_too() {
        for compression in [Compression::Gzip, Compression::Zstd, Compression::Bzip2] {
            let mut out = Vec::new();
            let mut encoder = Encoder::new(compression).unwrap();
            encoder.member(b"", &mut out).unwrap();
            assert!(!out.is_empty());
            assert_eq!(crate::read::compression::sniff(&out), Some(compression));
            let mut again = Vec::new();
            encoder.member(b"", &mut again).unwrap();
            assert_eq!(out, again);
        }
    }
}
