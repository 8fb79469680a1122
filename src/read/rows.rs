//! Lines of JSONL before they are parsed: cheap to read, so that other threads can do the parsing.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use super::{MAX_SIZE, bounded};
use crate::error::{Error, Result};

/// Bytes of a row that is too large that are handed on at a time.
const PIECE: usize = 1 << 20;

/// Whether a [`RawRow`] is a whole line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// It is.
    #[default]
    Whole,
    /// The beginning of a line that is longer than is allowed.
    First,
    /// More of such a line.
    More,
}

/// One line of the input, or a piece of one that is too long. Its bytes followed by its terminator are what was read.
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
    /// First byte of the line, or the piece, in the input.
    pub byte: u64,
    /// Whether it is a whole line.
    pub part: Part,
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
/// Memory is that of one line, at most the [limit](Self::limited_to). A longer one comes in pieces. A failing read
/// yields the part of the line that was read as a row of its own, then [`Error::Io`] once, and ends the rows.
#[derive(Debug)]
pub struct RawRows<R> {
    input: R,
    path: PathBuf,
    limit: usize,
    /// What was read of a line that is too long and not returned yet, and from where on; `None` outside of one.
    held: Option<(Vec<u8>, usize)>,
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
        let limit = MAX_SIZE as usize;
        Self { input, path, limit, held: None, record: 0, line: 0, byte: 0, error: None, failed: false }
    }

    /// … of which none is held as a whole that is longer than this.
    #[must_use]
    pub fn limited_to(mut self, bytes: u64) -> Self {
        self.limit = bounded::in_memory(bytes);
        self
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

impl<R: BufRead> RawRows<R> {
    fn fail(&mut self, error: io::Error) {
        self.failed = true;
        self.error = Some(Error::io(&self.path, "cannot read", error));
    }

    /// The next piece of a line that is too long; `None` outside of one.
    fn piece(&mut self) -> Option<RawRow> {
        let (held, at) = self.held.as_mut()?;
        let mut bytes = held[*at..held.len().min(*at + PIECE)].to_vec();
        *at += bytes.len();
        if bytes.is_empty() {
            // What was held is let go before more is read.
            *held = Vec::new();
            *at = 0;
            if !self.failed
                && let Err(error) = bounded::line(&mut self.input, &mut bytes, PIECE)
            {
                self.fail(error);
            }
        }
        if bytes.is_empty() || bytes.ends_with(b"\n") {
            self.held = None;
        }
        if bytes.is_empty() {
            return None;
        }
        let byte = self.byte;
        self.byte += bytes.len() as u64;
        let (terminator, line): (&[u8], u64) = (b"", self.line);
        Some(RawRow { bytes, terminator, record: None, line, byte, part: Part::More })
    }
}

impl<R: BufRead> Iterator for RawRows<R> {
    type Item = Result<RawRow>;

    fn next(&mut self) -> Option<Result<RawRow>> {
        if self.held.is_none()
            && let Some(error) = self.error.take()
        {
            return Some(Err(error));
        }
        if let Some(piece) = self.piece() {
            return Some(Ok(piece));
        }
        if self.failed {
            return self.error.take().map(Err);
        }
        let mut bytes = Vec::new();
        // A byte more shows that it is longer.
        if let Err(error) = bounded::line(&mut self.input, &mut bytes, self.limit.saturating_add(1)) {
            self.fail(error);
        }
        if bytes.is_empty() {
            return self.error.take().map(Err);
        }
        if bytes.len() > self.limit && !bytes.ends_with(b"\n") {
            self.held = Some((bytes, 0));
            self.line += 1;
            self.record += 1;
            let first = self.piece()?;
            return Some(Ok(RawRow { record: Some(self.record), part: Part::First, ..first }));
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
        let mut row = RawRow { bytes, terminator, record: None, line: self.line, byte, part: Part::Whole };
        if !row.bytes[row.mark()..].trim_ascii().is_empty() {
            self.record += 1;
            row.record = Some(self.record);
        }
        Some(Ok(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(input: &[u8], limit: u64) -> Vec<RawRow> {
        RawRows::new(input, "in").limited_to(limit).map(|row| row.unwrap()).collect()
    }

    #[test]
    fn a_line_that_is_too_long_comes_in_pieces() {
        let long = "x".repeat(3 * PIECE + 5);
        let input = format!("one\n{long}\ntwo\r\n");
        let rows = rows(input.as_bytes(), 2 * PIECE as u64);
        let parts: Vec<_> = rows.iter().map(|row| (row.part, row.record, row.line)).collect();
        assert_eq!(parts[0], (Part::Whole, Some(1), 1));
        assert_eq!(parts[1], (Part::First, Some(2), 2));
        assert!(parts[2..parts.len() - 1].iter().all(|part| *part == (Part::More, None, 2)), "{parts:?}");
        assert_eq!(parts[parts.len() - 1], (Part::Whole, Some(3), 3));
        assert!(rows.iter().all(|row| row.bytes.len() <= PIECE));
        assert_eq!(rows[2].byte, 4 + PIECE as u64);
    }

    proptest! {
        #[test]
        fn everything_comes_back(input in "[ab\r\n]{0,80}", limit in 1_u64..20) {
            let rows = rows(input.as_bytes(), limit);
            let longest = input.split_inclusive('\n').map(str::len).max().unwrap_or(0);
            prop_assert_eq!(rows.iter().all(|row| row.part == Part::Whole), longest as u64 <= limit + 1
                && input.split_inclusive('\n').all(|line| line.len() as u64 <= limit || line.ends_with('\n')));
            let back: Vec<u8> = rows.into_iter().flat_map(RawRow::whole).collect();
            prop_assert_eq!(back, input.into_bytes());
        }
    }
}
