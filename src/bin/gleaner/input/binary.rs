//! Files that hold no text: those that merely lie in a folder are left out, those that were named are refused.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use gleaner::unstable::read::by_extension;
use gleaner::unstable::read::compression::{self, Compression};
use gleaner::unstable::read::media;

/// Bytes that are looked at.
const LOOKED_AT: usize = 8192;

/// What a file is, if it is known to be neither text nor anything that is read here. A name that says what it holds
/// is believed, and a file that cannot be read is left to whoever opens it.
pub fn known(file: &Path) -> Option<&'static str> {
    start_of(file).and_then(|start| media::known(&start))
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

fn looks_binary(start: &[u8]) -> bool {
    let is_packed = compression::sniff(start).is_some_and(|it| it != Compression::None);
    if is_packed || start.starts_with(b"PAR1") {
        return false;
    }
    media::is_binary(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_not_binary() {
        for read in [b"The boats wait.".as_slice(), b"PAR1\0\0", b"\x1f\x8b\x08\0\0\0"] {
            assert!(!looks_binary(read), "{read:?}");
        }
        assert!(looks_binary(b"\x89PNG\r\n\x1a\n"));
    }
}
