//! An input that can be looked ahead in.

use std::io::{self, BufRead, Read};

/// An input that allows bytes to be put back.
pub(super) struct Ahead<R> {
    input: R,
    back: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Ahead<R> {
    pub fn new(input: R) -> Self {
        Self { input, back: Vec::new(), at: 0 }
    }

    /// The input itself.
    pub fn get_ref(&self) -> &R {
        &self.input
    }

    /// Puts bytes back before everything else.
    pub fn unread(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(&self.back[self.at..]);
        (self.back, self.at) = (bytes, 0);
    }

    /// The next bytes, fewer at the end.
    pub fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.back.len() - self.at < wanted {
            let missing = wanted - (self.back.len() - self.at);
            self.back.drain(..self.at);
            self.at = 0;
            if (&mut self.input).take(missing as u64).read_to_end(&mut self.back)? == 0 {
                break;
            }
        }
        let end = self.back.len().min(self.at + wanted);
        Ok(&self.back[self.at..end])
    }

    /// Appends a line, or as much of it as is allowed, and returns the number of bytes.
    pub fn line(&mut self, bytes: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        self.take(limit as u64).read_until(b'\n', bytes)
    }

    /// What was put back and has not been read again.
    pub fn rest(&mut self) -> Vec<u8> {
        let rest = self.back.split_off(self.at);
        (self.back, self.at) = (Vec::new(), 0);
        rest
    }
}

impl<R: BufRead> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Ahead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.back.len() { Ok(&self.back[self.at..]) } else { self.input.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.back.len() {
            self.at += amount;
        } else {
            self.input.consume(amount);
        }
    }
}
