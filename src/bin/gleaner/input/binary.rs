//! Inputs that hold no text: files that merely lie in a folder are left out, those that were named are refused.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use gleaner::unstable::read::{by_extension, media};

use super::open;
use super::unreadable::Unreadable;

/// Bytes that are looked at.
const LOOKED_AT: u64 = 8192;

/// Whether a file is binary, by the first bytes of it, decompressed: known as such, or with bytes that no text has.
/// A name that says what it holds is believed, and a file that cannot be read is left to whoever opens it.
pub fn is_binary(file: &Path) -> bool {
    // A pipe is read once: what is taken from it here would be missing later.
    if by_extension(file).is_some() || !file.is_file() {
        return false;
    }
    let mut start = Vec::new();
    let Ok(source) = open::open(file, &Arc::default()) else { return false };
    // What is damaged is told by what came before the damage.
    let _ = source.bytes.take(LOOKED_AT).read_to_end(&mut start);
    !start.starts_with(b"PAR1") && media::is_binary(&start)
}

/// Refuses an input that is known to be no text.
///
/// # Errors
/// What it is instead, and how it can be read.
pub fn refuse(path: &Path, start: &[u8]) -> Result<(), Unreadable> {
    let Some(what) = media::known(start) else { return Ok(()) };
    let is_stdin = path == Path::new(open::STDIN);
    let name = if is_stdin { "-".to_owned() } else { path.display().to_string() };
    let what = match what {
        media::PDF => format!("is {what}, not text; convert it first: `pdftotext {name} - | gleaner clean`"),
        media::TAR => format!("is {what}, not text; unpack it first: `tar xf {name}`"),
        _ => format!("is {what}, not text (--from text reads it all the same)"),
    };
    Err(Unreadable { path: path.to_path_buf(), what })
}
