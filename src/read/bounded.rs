//! Bytes read up to a bound, in no more memory than that.

use std::io::{self, BufRead, ErrorKind, Read};

/// Bytes read at a time.
const STEP: usize = 1 << 16;

/// A bound in bytes as one on what is in memory: at least 1, and never so large that one more overflows.
pub fn in_memory(bytes: u64) -> usize {
    usize::try_from(bytes).map_or(usize::MAX - 1, |bytes| bytes.clamp(1, usize::MAX - 1))
}

/// Appends to what holds at most `limit` bytes. Room grows by doubling, and never beyond the limit.
pub fn append(out: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    let wanted = out.len() + bytes.len();
    if out.capacity() < wanted {
        let room = (out.capacity() * 2).min(limit).max(wanted);
        out.reserve_exact(room - out.len());
    }
    out.extend_from_slice(bytes);
}

/// Appends what can be read, up to `limit` bytes in all; whether that was everything. More than that is not kept.
///
/// # Errors
/// Those of the source; what came before them has been appended.
pub fn read(from: &mut impl Read, out: &mut Vec<u8>, limit: usize) -> io::Result<bool> {
    let mut step = vec![0; STEP];
    loop {
        let read = match from.read(&mut step) {
            Ok(0) => return Ok(true),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let taken = read.min(limit.saturating_sub(out.len()));
        append(out, &step[..taken], limit);
        if taken < read {
            return Ok(false);
        }
    }
}

/// Appends a line with its line feed, or as much of it as `limit` bytes in all allow; the rest can still be read.
///
/// # Errors
/// Those of the source; what came before them has been appended.
pub fn line(from: &mut impl BufRead, out: &mut Vec<u8>, limit: usize) -> io::Result<()> {
    while out.len() < limit {
        let ahead = match from.fill_buf() {
            Ok(ahead) => ahead,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let ahead = &ahead[..ahead.len().min(limit - out.len())];
        let end = memchr::memchr(b'\n', ahead);
        let taken = end.map_or(ahead.len(), |at| at + 1);
        append(out, &ahead[..taken], limit);
        from.consume(taken);
        if taken == 0 || end.is_some() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn room_never_grows_beyond_the_limit(bytes: Vec<u8>, limit in 0_usize..150) {
            let mut out = Vec::new();
            let whole = read(&mut &bytes[..], &mut out, limit).unwrap();
            prop_assert_eq!(&out[..], &bytes[..bytes.len().min(limit)]);
            prop_assert_eq!(whole, bytes.len() <= limit);
            prop_assert!(out.capacity() <= limit);
        }

        #[test]
        fn lines_are_cut_at_the_limit(text in "[a\n]{0,60}", limit in 1_usize..40, buffer in 1_usize..9) {
            let mut from = io::BufReader::with_capacity(buffer, text.as_bytes());
            let mut out = Vec::new();
            line(&mut from, &mut out, limit).unwrap();
            let first = text.split_inclusive('\n').next().unwrap_or_default();
            prop_assert_eq!(&out[..], &first.as_bytes()[..first.len().min(limit)]);
            prop_assert!(out.capacity() <= limit);
            let mut rest = Vec::new();
            from.read_to_end(&mut rest).unwrap();
            prop_assert_eq!([out, rest].concat(), text.into_bytes());
        }
    }
}
