//! One input, opened: its bytes, decompressed.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};
use gleaner::unstable::read::compression::{self, Compression, Decoder};

use super::unreadable::Unreadable;
use crate::output;

/// Name of standard input in messages and ids.
pub const STDIN: &str = "<stdin>";
/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;

/// The bytes of an input as they are stored.
type Stored = io::Chain<Cursor<Vec<u8>>, BufReader<Box<dyn Read>>>;
/// … and decompressed.
pub type Plain = BufReader<Decoder<Stored>>;

/// An input that is open.
pub struct Source {
    /// Its name in messages.
    pub path: PathBuf,
    /// Its bytes, decompressed.
    pub bytes: Plain,
    /// How they are stored.
    pub compression: Compression,
    /// The size of what is stored, if it is a regular file.
    pub size: Option<u64>,
}

/// Opens a file, or standard input for `-`. Every stored byte that is read is added to `read`.
///
/// # Errors
/// [`Unreadable`], or that it is the output too.
pub fn open(file: &Path, read: &Arc<AtomicU64>) -> Result<Source> {
    let unreadable = |what: String| Unreadable { path: file.to_path_buf(), what };
    let (path, bytes, metadata): (PathBuf, Box<dyn Read>, _) = if output::is_standard(file) {
        (PathBuf::from(STDIN), Box::new(io::stdin().lock()), output::of_stream(&io::stdin()))
    } else {
        let opened = File::open(file).map_err(|error| unreadable(format!("cannot open: {error}")))?;
        let metadata = opened.metadata().ok();
        (file.to_path_buf(), Box::new(opened), metadata)
    };
    if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(unreadable("is a folder; name it as an argument".to_owned()).into());
    }
    if metadata.as_ref().is_some_and(output::is_standard_output) {
        bail!("{}: is read and written at once; name another output, or use -o", path.display());
    }
    let size = metadata.filter(fs::Metadata::is_file).map(|metadata| metadata.len());
    let counted: Box<dyn Read> = Box::new(Counted { inner: bytes, read: Arc::clone(read) });
    let mut stored = BufReader::with_capacity(BUFFER, counted);
    let failed = |error: io::Error| Unreadable {
        path: path.clone(),
        what: format!("cannot read to its end: {error}"),
    };
    let (start, compression) = look(&mut stored).map_err(failed)?;
    let bytes = Decoder::new(Cursor::new(start).chain(stored), compression).map_err(failed)?;
    Ok(Source { path, bytes: BufReader::with_capacity(BUFFER, bytes), compression, size })
}

/// Reads no more bytes than it takes to tell how they are compressed.
fn look(stored: &mut BufReader<Box<dyn Read>>) -> io::Result<(Vec<u8>, Compression)> {
    let mut start = Vec::new();
    loop {
        let more = match stored.fill_buf() {
            Ok(more) => more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if more.is_empty() {
            return Ok((start, Compression::None));
        }
        let taken = more.len().min(compression::MAGIC - start.len());
        start.extend_from_slice(&more[..taken]);
        stored.consume(taken);
        if let Some(compression) = compression::sniff(&start) {
            return Ok((start, compression));
        }
    }
}

/// The bytes that were looked at, and the rest.
pub type Bytes<'s> = io::Chain<&'s [u8], Plain>;

/// Whether the next row is here; else reading it may take its time.
pub fn has_row(input: &Bytes<'_>) -> bool {
    let (looked_at, rest) = input.get_ref();
    looked_at.contains(&b'\n') || rest.buffer().contains(&b'\n')
}

/// Where a source stands, for messages about what went wrong in it.
pub fn position(source: &Plain, compression: Compression) -> String {
    match compression {
        Compression::None => String::new(),
        it => format!(" ({it}, at byte {})", source.get_ref().position()),
    }
}

/// Bytes of all files, if they are regular ones.
pub fn total<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Option<u64> {
    let size = |file: &PathBuf| {
        let metadata =
            if output::is_standard(file) { output::of_stream(&io::stdin()) } else { fs::metadata(file).ok() };
        metadata.filter(fs::Metadata::is_file).map(|metadata| metadata.len())
    };
    files.map(size).sum()
}

/// Counts what is read, for whoever shows it.
struct Counted {
    inner: Box<dyn Read>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
