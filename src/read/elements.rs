//! JSON that is no JSONL: an array of objects, or objects that stretch over several lines. Each object is a row; what
//! stands between them passes as it is.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use super::rows::{self, RawRow};
use super::{MAX_SIZE, bounded};
use crate::error::{Error, Result};

/// A part of the input. All parts together are what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Brackets, commas and white space.
    Between(Vec<u8>),
    /// A value, without a terminator.
    Row(RawRow),
}

/// Bytes between rows that are handed on at once.
const PIECE: usize = 1 << 16;

/// Where the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    /// In a value with so many open brackets.
    Inside(u64),
    /// In a string of it, and whether behind a backslash.
    String(u64, bool),
    /// In a value without brackets or quotes.
    Word,
}

/// The rows of an input, in order, and what stands between them.
///
/// Memory is that of one row, at most the [limit](Self::limited_to); a longer one comes in pieces. A failing read
/// yields the part that was read, then [`Error::Io`] once, and ends the rows.
pub struct Elements<R> {
    input: R,
    path: PathBuf,
    /// Open arrays around the next row: one or none.
    open: bool,
    record: u64,
    line: u64,
    byte: u64,
    limit: usize,
    /// Where a row stands that is too large, and comes in pieces.
    within: Option<State>,
    error: Option<Error>,
    failed: bool,
}

impl<R: BufRead> Elements<R> {
    /// The rows of `input`; `path` is its name in messages.
    pub fn new(input: R, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_path_buf();
        let limit = MAX_SIZE as usize;
        Self {
            input,
            path,
            open: false,
            record: 0,
            line: 1,
            byte: 0,
            limit,
            within: None,
            error: None,
            failed: false,
        }
    }

    /// … of which none is held as a whole that is longer than this.
    #[must_use]
    pub fn limited_to(mut self, bytes: u64) -> Self {
        self.limit = bounded::in_memory(bytes);
        self
    }

    /// The source of the rows.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// Whether an array is open: at the end of the input, that it breaks off.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Reads the next part.
    fn part(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
        let (mut state, mut is_row) = (State::Between, false);
        let mut limit = self.limit;
        if let Some(within) = self.within.take() {
            (state, is_row, limit) = (within, true, PIECE);
        }
        loop {
            let more = match self.input.fill_buf() {
                Ok(more) => more,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if more.is_empty() {
                return Ok(is_row);
            }
            let (mut taken, mut ended) = (0, false);
            for &byte in more {
                let next = step(state, byte, self.open);
                match next {
                    // It ends before this byte, or with it.
                    Step::Before => ended = true,
                    Step::With => {
                        taken += 1;
                        ended = true;
                    }
                    Step::On(next) => {
                        if state == State::Between {
                            if next != State::Between {
                                // What stands before a row is a part of its own.
                                if taken > 0 || !bytes.is_empty() {
                                    ended = true;
                                    break;
                                }
                                is_row = true;
                            } else {
                                self.open = match byte {
                                    b'[' => true,
                                    b']' => false,
                                    _ => self.open,
                                };
                            }
                        }
                        state = next;
                        taken += 1;
                    }
                }
                if ended || state == State::Between && bytes.len() + taken >= PIECE {
                    ended = true;
                    break;
                }
            }
            bytes.extend_from_slice(&more[..taken]);
            self.input.consume(taken);
            if ended {
                return Ok(is_row);
            }
            if is_row && bytes.len() >= limit {
                self.within = Some(state);
                return Ok(true);
            }
        }
    }
}

enum Step {
    On(State),
    /// The value ended before this byte, or ends with it.
    Before,
    With,
}

fn step(state: State, byte: u8, open: bool) -> Step {
    let outside = byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}');
    match (state, byte) {
        (State::Between, b'[') if !open => Step::On(State::Between),
        (State::Between, b'{' | b'[') => Step::On(State::Inside(1)),
        (State::Between, b'"') => Step::On(State::String(0, false)),
        // Bytes of a mark belong to no value.
        (State::Between, 0xEF | 0xBB | 0xBF) => Step::On(State::Between),
        (State::Between, _) if outside => Step::On(State::Between),
        (State::Between, _) => Step::On(State::Word),
        (State::Word, b'{' | b'[') => Step::Before,
        (State::Word, _) if outside => Step::Before,
        (State::Word, _) => Step::On(State::Word),
        (State::Inside(depth), b'{' | b'[') => Step::On(State::Inside(depth + 1)),
        (State::Inside(1), b'}' | b']') => Step::With,
        (State::Inside(depth), b'}' | b']') => Step::On(State::Inside(depth - 1)),
        (State::Inside(depth), b'"') => Step::On(State::String(depth, false)),
        (State::Inside(depth), _) => Step::On(State::Inside(depth)),
        (State::String(depth, true), _) => Step::On(State::String(depth, false)),
        (State::String(depth, false), b'\\') => Step::On(State::String(depth, true)),
        (State::String(0, false), b'"') => Step::With,
        (State::String(depth, false), b'"') => Step::On(State::Inside(depth)),
        (State::String(depth, false), _) => Step::On(State::String(depth, false)),
    }
}

impl<R: BufRead> Iterator for Elements<R> {
    type Item = Result<Part>;

    fn next(&mut self) -> Option<Result<Part>> {
        if let Some(error) = self.error.take() {
            return Some(Err(error));
        }
        if self.failed {
            return None;
        }
        let mut bytes = Vec::new();
        let goes_on = self.within.is_some();
        let is_row = match self.part(&mut bytes) {
            Ok(is_row) => is_row,
            Err(error) => {
                self.failed = true;
                self.error = Some(Error::io(&self.path, "cannot read", error));
                false
            }
        };
        if bytes.is_empty() {
            return self.error.take().map(Err);
        }
        let (byte, line) = (self.byte, self.line);
        self.byte += bytes.len() as u64;
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        if !is_row {
            return Some(Ok(Part::Between(bytes)));
        }
        let part = match (goes_on, self.within) {
            (true, _) => rows::Part::More,
            (false, Some(_)) => rows::Part::First,
            (false, None) => rows::Part::Whole,
        };
        self.record += u64::from(!goes_on);
        let record = (!goes_on).then_some(self.record);
        Some(Ok(Part::Row(RawRow { bytes, terminator: b"", record, line, byte, part })))
    }
}

/// The row on one line: line feeds of JSON stand between its parts only.
pub fn on_one_line(row: &[u8]) -> Vec<u8> {
    row.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn parts(input: &[u8]) -> Vec<Part> {
        Elements::new(input, "a.json").map(|it| it.unwrap()).collect()
    }

    fn rows(input: &str) -> Vec<String> {
        let rows = parts(input.as_bytes()).into_iter().filter_map(|part| match part {
            Part::Row(row) => Some(String::from_utf8(row.bytes).unwrap()),
            Part::Between(_) => None,
        });
        rows.collect()
    }

    fn whole(parts: &[Part]) -> Vec<u8> {
        let bytes = parts.iter().flat_map(|part| match part {
            Part::Between(bytes) => bytes.clone(),
            Part::Row(row) => row.bytes.clone(),
        });
        bytes.collect()
    }

    #[test]
    fn every_value_is_a_row() {
        assert_eq!(rows("[{\"a\": 1}, {\"b\": \"]}\\\"\"}]\n"), ["{\"a\": 1}", "{\"b\": \"]}\\\"\"}"]);
        assert_eq!(rows("\u{feff}[\n  {\n  \"a\": [1, {}]\n  }\n]"), ["{\n  \"a\": [1, {}]\n  }"]);
        assert_eq!(rows("{\"a\": 1}\n{\n\"b\": 2\n}"), ["{\"a\": 1}", "{\n\"b\": 2\n}"]);
        assert_eq!(rows("[1, \"two, three\", [4], null{}]"), ["1", "\"two, three\"", "[4]", "null", "{}"]);
        assert_eq!(rows("[{\"cut\": [1"), ["{\"cut\": [1"]);
        assert_eq!(rows("[]\n"), [""; 0]);
        let mut cut = Elements::new(&b"[{\"a\": 1},"[..], "a.json");
        assert!(cut.by_ref().count() > 1 && cut.is_open());
        let mut done = Elements::new(&b"[{\"a\": 1}] "[..], "a.json");
        assert!(done.by_ref().count() > 1 && !done.is_open());
        let places: Vec<_> = parts(b"[{\"a\": 1},\n{\"b\": 2}]")
            .into_iter()
            .filter_map(|part| match part {
                Part::Row(row) => Some((row.record, row.line, row.byte)),
                Part::Between(_) => None,
            })
            .collect();
        assert_eq!(places, [(Some(1), 1, 1), (Some(2), 2, 11)]);
    }

    proptest! {
        #[test]
        fn all_bytes_come_back(input in "([\\[\\]{}\",:\\\\ \n1a]){0,40}") {
            let found = parts(input.as_bytes());
            prop_assert_eq!(whole(&found), input.as_bytes());
            let slow = BufReader::with_capacity(1, input.as_bytes());
            let slow: Vec<_> = Elements::new(slow, "a.json").map(|it| it.unwrap()).collect();
            prop_assert_eq!(slow, found);
            let small: Vec<_> = Elements::new(input.as_bytes(), "a.json").limited_to(3).map(|it| it.unwrap()).collect();
            prop_assert_eq!(whole(&small), input.as_bytes());
        }
    }
}
