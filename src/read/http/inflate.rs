//! Compressed bodies, decompressed as far as they go.

use std::io::{self, ErrorKind, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::coding::{Coding, Fault};
use crate::guard;
use crate::read::compression::{self, Compression};
use crate::read::{bounded, media};

/// Base-two logarithm of the largest window of Zstandard in HTTP (RFC 9659: 8 MiB).
const ZSTD_WINDOW: u32 = 23;
/// Bytes given to the decoder of Brotli at a time.
const STEP: usize = 1 << 16;
/// How every member of gzip begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// The decompressed bytes, at most `limit`, and how that ended.
///
/// # Errors
/// Bytes that are not compressed like this.
pub(super) fn inflated(
    bytes: &[u8],
    coding: &Coding,
    limit: usize,
) -> Result<(Vec<u8>, Option<Fault>), Fault> {
    let (out, fault) = match coding {
        // Some servers call it deflate all the same.
        Coding::Gzip | Coding::Deflate if bytes.starts_with(GZIP) => gzip(bytes, limit),
        Coding::Deflate => deflate(bytes, limit),
        Coding::Zstd if compression::sniff(bytes) == Some(Compression::Zstd) => zstd(bytes, limit),
        Coding::Brotli => plausible(brotli(bytes, limit)),
        _ => return Err(Fault::NotCoded),
    };
    // Nothing came of it: then the bytes as they are say more.
    if out.is_empty() && fault.is_some() { Err(Fault::NotCoded) } else { Ok((out, fault)) }
}

type Inflated = (Vec<u8>, Option<Fault>);

fn gzip(bytes: &[u8], limit: usize) -> Inflated {
    let (mut out, mut rest) = (Vec::new(), bytes);
    loop {
        let mut member = GzDecoder::new(rest);
        let fault = drain(&mut member, &mut out, limit);
        rest = member.into_inner();
        if fault.is_some() || !rest.starts_with(GZIP) {
            let is_padding = rest.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace());
            return (out, fault.or((!is_padding).then_some(Fault::Damaged)));
        }
    }
}

/// With the header of zlib or without: RFC 9110 means the former, and some servers send the latter.
fn deflate(bytes: &[u8], limit: usize) -> Inflated {
    let of_zlib = |two: &[u8]| two[0] & 0x0F == 8 && u16::from_be_bytes([two[0], two[1]]).is_multiple_of(31);
    if bytes.get(..2).is_some_and(of_zlib) {
        let mut out = Vec::new();
        let fault = drain(&mut ZlibDecoder::new(bytes), &mut out, limit);
        if !out.is_empty() || fault.is_none() {
            return (out, fault);
        }
    }
    let mut out = Vec::new();
    let fault = drain(&mut DeflateDecoder::new(bytes), &mut out, limit);
    plausible((out, fault))
}

fn zstd(bytes: &[u8], limit: usize) -> Inflated {
    let mut out = Vec::new();
    let decoder = zstd::Decoder::with_buffer(bytes).and_then(|mut decoder| {
        decoder.window_log_max(ZSTD_WINDOW)?;
        Ok(decoder)
    });
    let fault = match decoder {
        Ok(mut decoder) => drain(&mut decoder, &mut out, limit),
        Err(_) => Some(Fault::Damaged),
    };
    (out, fault)
}

fn brotli(bytes: &[u8], limit: usize) -> Inflated {
    let mut out = Vec::new();
    let mut decoder = brotli_decompressor::Decompressor::new(Ending { bytes, ended: false }, STEP);
    // A decoder with assertions of its own.
    let fault = guard::run(|| drain(&mut decoder, &mut out, limit)).unwrap_or(Some(Fault::Damaged));
    // Its errors are all of one kind; one that comes after the last byte is that bytes are missing.
    let fault = match fault {
        Some(Fault::Damaged) if decoder.get_ref().ended => Some(Fault::BreaksOff),
        fault => fault,
    };
    (out, fault)
}

/// Nothing, where a format without a mark of its own breaks off or is damaged and what came of it is no text: then it
/// was something else.
fn plausible((out, fault): Inflated) -> Inflated {
    let is_so = match fault {
        None | Some(Fault::TooLong) => true,
        Some(Fault::BreaksOff) => media::is_markup(&out) || !media::is_binary(&out),
        Some(_) => media::is_markup(&out),
    };
    if is_so { (out, fault) } else { (Vec::new(), fault) }
}

/// Appends what can be read, up to `limit` bytes in all.
fn drain(from: &mut impl Read, out: &mut Vec<u8>, limit: usize) -> Option<Fault> {
    match bounded::read(from, out, limit) {
        Ok(true) => None,
        Ok(false) => Some(Fault::TooLong),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Some(Fault::BreaksOff),
        Err(_) => Some(Fault::Damaged),
    }
}

/// Bytes that know when more were asked for than there are.
struct Ending<'a> {
    bytes: &'a [u8],
    ended: bool,
}

impl Read for Ending<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.ended |= read == 0;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use flate2::Compression as Level;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    fn coded(coding: &Coding, raw: bool, text: &[u8]) -> Vec<u8> {
        let level = Level::new(6);
        match coding {
            Coding::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Coding::Deflate if raw => {
                let mut encoder = DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Coding::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(text).unwrap();
                encoder.finish().unwrap()
            }
            Coding::Zstd => zstd::encode_all(text, 3).unwrap(),
            _ => {
                let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
                encoder.write_all(text).unwrap();
                encoder.into_inner()
            }
        }
    }

    const ALL: [(Coding, bool); 5] = [
        (Coding::Gzip, false),
        (Coding::Deflate, false),
        (Coding::Deflate, true),
        (Coding::Zstd, false),
        (Coding::Brotli, false),
    ];

    /// A page that does not compress to nothing.
    fn page() -> Vec<u8> {
        let words = (0..40_000u32).map(|n| format!("{:x} ", n.wrapping_mul(2_654_435_761)));
        ("<!doctype html><p>".to_owned() + &words.collect::<String>()).into_bytes()
    }

    #[test]
    fn a_body_that_breaks_off_gives_what_came() {
        let page = page();
        for (coding, raw) in ALL {
            let whole = coded(&coding, raw, &page);
            let (out, fault) = inflated(&whole[..whole.len() * 2 / 3], &coding, 1 << 20).unwrap();
            assert_eq!(fault, Some(Fault::BreaksOff), "{coding}");
            assert!(page.starts_with(&out) && out.len() > page.len() / 3, "{coding}: {}", out.len());
            let mut broken = whole.clone();
            broken[whole.len() / 2..].iter_mut().take(40).for_each(|byte| *byte ^= 0x5A);
            match inflated(&broken, &coding, 1 << 20) {
                Ok((out, fault)) => {
                    // A mistake is noticed where it stands, or at the end, if there is a checksum.
                    let same = page.iter().zip(&out).take_while(|(a, b)| a == b).count();
                    assert!(fault.is_some() || coding != Coding::Gzip, "{coding}");
                    assert!(same > 0, "{coding}");
                }
                Err(fault) => assert_eq!(fault, Fault::NotCoded, "{coding}"),
            }
        }
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let page = page();
        for (coding, raw) in ALL {
            let whole = coded(&coding, raw, &page);
            let (out, fault) = inflated(&whole, &coding, 1000).unwrap();
            assert_eq!((out.as_slice(), fault), (&page[..1000], Some(Fault::TooLong)), "{coding}");
            assert!(out.capacity() <= 1000, "{coding}");
            assert_eq!(inflated(&whole, &coding, page.len()).unwrap(), (page.clone(), None), "{coding}");
        }
    }

    #[test]
    fn what_is_not_compressed_is_told() {
        let plain = "The boats wait by the pier. Der Käse reift.".as_bytes();
        for (coding, _) in ALL {
            assert_eq!(inflated(plain, &coding, 1000), Err(Fault::NotCoded), "{coding}");
            assert_eq!(inflated(b"", &coding, 1000), Err(Fault::NotCoded), "{coding}");
        }
    }

    #[test]
    fn members_and_what_follows_them() {
        let two =
            [coded(&Coding::Gzip, false, b"The boats "), coded(&Coding::Gzip, false, b"wait.")].concat();
        assert_eq!(inflated(&two, &Coding::Gzip, 100), Ok((b"The boats wait.".to_vec(), None)));
        assert_eq!(inflated(&two, &Coding::Deflate, 100), Ok((b"The boats wait.".to_vec(), None)));
        let padded = [&two[..], b"\0\0\r\n"].concat();
        assert_eq!(inflated(&padded, &Coding::Gzip, 100), Ok((b"The boats wait.".to_vec(), None)));
        let followed = [&two[..], b"more"].concat();
        assert_eq!(
            inflated(&followed, &Coding::Gzip, 100),
            Ok((b"The boats wait.".to_vec(), Some(Fault::Damaged)))
        );
    }

    proptest! {
        #[test]
        fn bodies_come_back(text in proptest::collection::vec(any::<u8>(), 1..3000)) {
            for (coding, raw) in ALL {
                let whole = coded(&coding, raw, &text);
                prop_assert_eq!(inflated(&whole, &coding, 1 << 20), Ok((text.clone(), None)), "{}", coding);
            }
        }

        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>, limit in 0_usize..100) {
            for (coding, _) in ALL {
                if let Ok((out, _)) = inflated(&bytes, &coding, limit) {
                    prop_assert!(out.len() <= limit);
                }
            }
        }
    }
}
