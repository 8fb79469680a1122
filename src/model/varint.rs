//! Variable-length integers (LEB128), and a reader that never runs past the end.

/// Appends an unsigned number.
pub fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Appends a signed number (zigzag: small ones of either sign stay short).
pub fn put_signed(out: &mut Vec<u8>, n: i64) {
    put(out, ((n << 1) ^ (n >> 63)) as u64);
}

/// Reads numbers and bytes from a slice.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

/// Error message if the bytes end early.
pub const CUT: &str = "a table is incomplete";

impl<'a> Reader<'a> {
    /// Creates a reader of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns the unread bytes.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads the next number.
    ///
    /// # Errors
    /// [`CUT`] if the bytes end, or another message if the number has more than 64 bits.
    #[inline]
    pub fn number(&mut self) -> Result<u64, String> {
        // Nearly all numbers are small.
        if let Some((&byte, rest)) = self.rest.split_first()
            && byte < 0x80
        {
            self.rest = rest;
            return Ok(byte.into());
        }
        self.long_number()
    }

    fn long_number(&mut self) -> Result<u64, String> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(CUT)?;
            self.rest = rest;
            if shift == 63 && byte > 1 {
                break;
            }
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err("a number is too large".to_owned())
    }

    /// Reads the next signed number.
    ///
    /// # Errors
    /// As [`Reader::number`].
    pub fn signed(&mut self) -> Result<i64, String> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    /// Reads the next number as the length of something that takes at least one byte per element, so that it
    /// cannot request more memory than the file has bytes.
    ///
    /// # Errors
    /// As [`Reader::number`], and [`CUT`] if the length exceeds the unread bytes.
    pub fn length(&mut self) -> Result<usize, String> {
        let n = self.number()?;
        usize::try_from(n).ok().filter(|&n| n <= self.rest.len()).ok_or_else(|| CUT.to_owned())
    }

    /// Reads the next `n` bytes.
    ///
    /// # Errors
    /// [`CUT`] if there are fewer.
    pub fn bytes(&mut self, n: usize) -> Result<&'a [u8], String> {
        let (bytes, rest) = self.rest.split_at_checked(n).ok_or(CUT)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Whether all bytes were read.
    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in proptest::collection::vec(any::<u64>(), 0..20), signed in any::<i64>()) {
            let mut bytes = Vec::new();
            for &n in &numbers {
                put(&mut bytes, n);
            }
            put_signed(&mut bytes, signed);
            let mut reader = Reader::new(&bytes);
            for &n in &numbers {
                prop_assert_eq!(reader.number().unwrap(), n);
            }
            prop_assert_eq!(reader.signed().unwrap(), signed);
            prop_assert!(reader.is_done());
            prop_assert!(reader.number().is_err());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..30)) {
            let mut reader = Reader::new(&bytes);
            while reader.number().is_ok() {}
        }
    }
}
