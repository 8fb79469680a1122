//! The frame around the body of gleaner's own files: magic, format version (4 bytes), length of the body (8
//! bytes), the body, BLAKE3 of everything before. Numbers are little-endian. A file that is damaged, of
//! another type or of a newer format is refused.

use std::fmt::Display;

/// Length of the checksum at the end, in bytes.
const CHECKSUM: usize = 32;
/// Length of version and body length together, in bytes.
const NUMBERS: usize = 4 + 8;

/// The frame of one type of file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// First bytes of the file.
    pub(crate) magic: &'static [u8],
    /// Format version that is written and read.
    pub(crate) format: u32,
    /// Error message for a file of another type.
    pub(crate) foreign: &'static str,
    /// Advice that is appended to the error message for a damaged file.
    pub(crate) damaged: &'static str,
}

impl Frame {
    /// Returns the header for a body of `length` bytes.
    pub(crate) fn head(&self, length: u64) -> Vec<u8> {
        [self.magic, &self.format.to_le_bytes(), &length.to_le_bytes()].concat()
    }

    #[cfg(test)]
    /// Returns a file with this body.
    pub(crate) fn close(&self, body: &[u8]) -> Vec<u8> {
        let mut file = self.head(body.len() as u64);
        file.reserve_exact(body.len() + CHECKSUM);
        file.extend_from_slice(body);
        let checksum = blake3::hash(&file);
        file.extend_from_slice(checksum.as_bytes());
        file
    }

    /// Returns the body of a file.
    ///
    /// # Errors
    /// Returns what is wrong with the file and what to do about it.
    pub(crate) fn open<'a>(&self, file: &'a [u8]) -> Result<&'a [u8], String> {
        if !file.starts_with(self.magic) {
            return Err(self.foreign.to_owned());
        }
        let head = self.magic.len() + NUMBERS;
        let numbers = file.get(self.magic.len()..head);
        let numbers = numbers.ok_or_else(|| self.damaged("the header is incomplete"))?;
        let (version, length) = (little(&numbers[..4]), little(&numbers[4..]));
        let expected = length.saturating_add((head + CHECKSUM) as u64);
        let is_ours = version == u64::from(self.format);
        if is_ours && (file.len() as u64) < expected {
            return Err(self.damaged(format_args!("it has {} bytes instead of {expected}", file.len())));
        }
        if is_ours && file.len() as u64 > expected {
            return Err(self.damaged(format_args!("{} extra bytes at the end", file.len() as u64 - expected)));
        }
        let (content, checksum) = file.split_at(file.len().saturating_sub(CHECKSUM).max(head));
        if blake3::hash(content).as_bytes() != checksum {
            return Err(self.damaged("the checksum does not match"));
        }
        if !is_ours {
            return Err(format!(
                "format {version} is not supported (this gleaner reads format {}); use the version that wrote it, or a newer one",
                self.format
            ));
        }
        Ok(&content[head..])
    }

    /// Returns the error message for a file that is damaged in this way.
    pub(crate) fn damaged(&self, what: impl Display) -> String {
        format!("{what}; {}", self.damaged)
    }
}

/// Reads a little-endian number of up to 8 bytes.
pub(crate) fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
