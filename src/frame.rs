//! What stands around the body of every file of our own, so that nothing damaged, foreign or newer is ever used:
//! magic, format version (4 bytes), length of the body (8 bytes), the body, BLAKE3 of everything before. Numbers
//! are little-endian.

use std::fmt::Display;

/// Bytes of the checksum at the end.
const CHECKSUM: usize = 32;
/// Bytes of version and length.
const NUMBERS: usize = 4 + 8;

/// The frame of one sort of file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// What such a file begins with.
    pub(crate) magic: &'static [u8],
    /// The format that this version writes and reads.
    pub(crate) format: u32,
    /// What is said of a file of another sort.
    pub(crate) foreign: &'static str,
    /// What is said of a damaged one, after what is wrong with it.
    pub(crate) damaged: &'static str,
}

impl Frame {
    /// What stands before a body of so many bytes.
    pub(crate) fn head(&self, length: u64) -> Vec<u8> {
        [self.magic, &self.format.to_le_bytes(), &length.to_le_bytes()].concat()
    }

    #[cfg(test)]
    /// A file around a body. Cannot fail.
    pub(crate) fn close(&self, body: &[u8]) -> Vec<u8> {
        let mut file = self.head(body.len() as u64);
        file.reserve_exact(body.len() + CHECKSUM);
        file.extend_from_slice(body);
        let checksum = blake3::hash(&file);
        file.extend_from_slice(checksum.as_bytes());
        file
    }

    /// The body of a file.
    ///
    /// # Errors
    /// What is wrong with the file, and what to do about it.
    pub(crate) fn open<'a>(&self, file: &'a [u8]) -> Result<&'a [u8], String> {
        if !file.starts_with(self.magic) {
            return Err(self.foreign.to_owned());
        }
        let head = self.magic.len() + NUMBERS;
        let numbers = file.get(self.magic.len()..head);
        let numbers = numbers.ok_or_else(|| self.damaged("it ends within its first bytes"))?;
        let (version, length) = (little(&numbers[..4]), little(&numbers[4..]));
        let expected = length.saturating_add((head + CHECKSUM) as u64);
        let is_ours = version == u64::from(self.format);
        if is_ours && (file.len() as u64) < expected {
            return Err(self.damaged(format_args!("it has {} bytes of {expected}", file.len())));
        }
        if is_ours && file.len() as u64 > expected {
            return Err(self.damaged(format_args!("{} bytes follow its end", file.len() as u64 - expected)));
        }
        let (content, checksum) = file.split_at(file.len().saturating_sub(CHECKSUM).max(head));
        if blake3::hash(content).as_bytes() != checksum {
            return Err(self.damaged("its checksum does not match"));
        }
        if !is_ours {
            return Err(format!(
                "format {version}, this gleaner reads format {}: use the version that wrote it, or newer",
                self.format
            ));
        }
        Ok(&content[head..])
    }

    /// What is said of a file of which this is wrong.
    pub(crate) fn damaged(&self, what: impl Display) -> String {
        format!("{what}; {}", self.damaged)
    }
}

/// A number of up to 8 bytes, the lowest first.
pub(crate) fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
