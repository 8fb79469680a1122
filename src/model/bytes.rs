//! Bytes of a model file and the tables in them. Tables are borrowed if the bytes are part of the program,
//! and copied otherwise.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::Pod;

/// Alignment of every table in a file, in bytes: a cache line.
pub(super) const ALIGNMENT: usize = 64;

/// Bytes that are shared instead of copied.
#[derive(Clone)]
pub(super) enum Bytes {
    /// Bytes embedded in the program.
    Program(&'static [u8]),
    /// Part of a file in memory.
    File(Arc<[u8]>, Range<usize>),
}

impl Bytes {
    /// Creates an owned copy of these bytes.
    pub(super) fn copied(bytes: &[u8]) -> Self {
        Self::File(bytes.into(), 0..bytes.len())
    }

    /// Returns a part of these bytes, or `None` if the range is out of bounds.
    pub(super) fn part(&self, range: Range<usize>) -> Option<Self> {
        match self {
            Self::Program(bytes) => bytes.get(range).map(Self::Program),
            Self::File(file, whole) => {
                let (start, end) =
                    (whole.start.checked_add(range.start)?, whole.start.checked_add(range.end)?);
                (start <= end && end <= whole.end).then(|| Self::File(Arc::clone(file), start..end))
            }
        }
    }

    /// Returns the bytes as little-endian numbers, ignoring a remainder at the end.
    pub(super) fn numbers<T: Number>(&self) -> Cow<'static, [T]> {
        if T::AS_IN_MEMORY
            && let Self::Program(bytes) = *self
            && let Ok(numbers) = bytemuck::try_cast_slice(bytes)
        {
            return Cow::Borrowed(numbers);
        }
        Cow::Owned(T::read_all(self))
    }
}

/// A number that tables can hold.
pub(super) trait Number: Pod {
    /// Whether files and memory have the same byte order.
    const AS_IN_MEMORY: bool;
    /// Reads all numbers in these bytes.
    fn read_all(bytes: &[u8]) -> Vec<Self>;
    /// Appends the bytes of numbers, as [`Number::read_all`] reads them.
    fn put_all(numbers: &[Self], out: &mut Vec<u8>);
}

macro_rules! number {
    ($($number:ty),*) => {$(
        impl Number for $number {
            const AS_IN_MEMORY: bool = cfg!(target_endian = "little");

            fn read_all(bytes: &[u8]) -> Vec<Self> {
                bytes.as_chunks().0.iter().map(|&bytes| Self::from_le_bytes(bytes)).collect()
            }

            fn put_all(numbers: &[Self], out: &mut Vec<u8>) {
                out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
            }
        }
    )*};
}

number!(i8, u32, u64);

impl<const N: usize> Number for [i8; N]
where
    Self: Pod,
{
    const AS_IN_MEMORY: bool = true;

    fn read_all(bytes: &[u8]) -> Vec<Self> {
        bytes.as_chunks::<N>().0.iter().map(|bytes| bytes.map(|byte| byte as i8)).collect()
    }

    fn put_all(numbers: &[Self], out: &mut Vec<u8>) {
        out.extend(numbers.as_flattened().iter().map(|&byte| byte as u8));
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Program(bytes) => bytes,
            Self::File(file, range) => &file[range.clone()],
        }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_inside() {
        static ALL: [u8; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for bytes in [Bytes::Program(&ALL), Bytes::copied(&ALL)] {
            let part = bytes.part(2..8).unwrap();
            assert_eq!(*part, ALL[2..8]);
            assert_eq!(*part.part(1..6).unwrap(), ALL[3..8]);
            for range in [0..7, 7..7, 6..9, usize::MAX..usize::MAX] {
                assert!(part.part(range.clone()).is_none(), "{range:?}");
            }
        }
    }

    #[test]
    fn numbers_come_back_wherever_they_stand() {
        let numbers = [1u64, u64::MAX, 7 << 40];
        let mut bytes = vec![9];
        u64::put_all(&numbers, &mut bytes);
        bytes.push(9);
        // At one of the two offsets the numbers are not aligned, wherever the memory is.
        let other = [&[9], &bytes[..]].concat();
        for (bytes, from) in [(bytes, 1), (other, 2)] {
            let part = Bytes::copied(&bytes).part(from..bytes.len()).unwrap();
            assert_eq!(*part.numbers::<u64>(), numbers);
            let leaked = Bytes::Program(bytes.leak()).part(from..from + 24).unwrap();
            assert_eq!(*leaked.numbers::<u64>(), numbers);
        }
        let rows = [[-1i8; 16], [127; 16]];
        let mut bytes = Vec::new();
        <[i8; 16]>::put_all(&rows, &mut bytes);
        assert_eq!(*Bytes::copied(&bytes).numbers::<[i8; 16]>(), rows);
        assert!(
            matches!(Bytes::Program(bytes.leak()).numbers::<[i8; 16]>(), Cow::Borrowed(read) if read == rows)
        );
    }
}
