//! Lines of JSONL before they are parsed: cheap to read, so that other threads can do the parsing.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// One line of the input. Its bytes followed by its terminator are what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRow {
    /// The line as it came, a byte order mark included, without its terminator.
    pub bytes: Vec<u8>,
    /// `\n`, `\r\n`, or nothing at the end of the input.
    pub terminator: &'static [u8],
    /// Number of the record, from 1; `None` for a line of white space only, which is not a record.
    pub record: Option<u64>,
    /// Number of the line, from 1.
    pub line: u64,
    /// First byte of the line in the input.
    pub byte: u64,
}

impl RawRow {
    /// Length of a byte order mark at the start of the row: 3 or 0. Only the first row can have one.
    pub fn mark(&self) -> usize {
        if self.byte == 0 && self.bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }
    }

    /// Row and terminator together.
    pub fn whole(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(self.terminator);
        self.bytes
    }
}

/// The lines of an input, in order.
///
/// Memory is that of one line, of any length. A failing read yields the part of the line that was read as a row
/// of its own, then [`Error::Io`] once, and ends the rows.
#[derive(Debug)]
pub struct RawRows<R> {
    input: R,
    path: PathBuf,
    record: u64,
    line: u64,
    byte: u64,
    /// An error that is yet to be returned, and whether one has been.
    error: Option<Error>,
    failed: bool,
}

impl<R: BufRead> RawRows<R> {
    /// The rows of `input`; `path` is its name in messages.
    pub fn new(input: R, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_path_buf();
        Self { input, path, record: 0, line: 0, byte: 0, error: None, failed: false }
    }

    /// The source of the rows, positioned after the last row returned.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// Name of the input in messages.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl<R: BufRead> Iterator for RawRows<R> {
    type Item = Result<RawRow>;

    fn next(&mut self) -> Option<Result<RawRow>> {
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        if self.failed {
            return None;
        }
        let mut bytes = Vec::new();
        if let Err(error) = self.input.read_until(b'\n', &mut bytes) {
            self.failed = true;
            self.error = Some(Error::io(&self.path, "cannot read", error));
        }
        if bytes.is_empty() {
            return self.error.take().map(Err);
        }
        let byte = self.byte;
        self.byte += bytes.len() as u64;
        self.line += 1;
        let terminator: &[u8] = if bytes.ends_with(b"\r\n") {
            b"\r\n"
        } else if bytes.ends_with(b"\n") {
            b"\n"
        } else {
            b""
        };
        bytes.truncate(bytes.len() - terminator.len());
        let mut row = RawRow { bytes, terminator, record: None, line: self.line, byte };
        if !row.bytes[row.mark()..].trim_ascii().is_empty() {
            self.record += 1;
            row.record = Some(self.record);
        }
        Some(Ok(row))
    }
}
