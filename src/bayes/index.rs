//! From the key of a feature to its row: buckets of one cache line, searched without a branch.
//!
//! Look-ups are most of what scoring does, and half of them are of pairs that no model knows. Whether a
//! key is known, and how far from its home it would stand, is what a processor guesses wrong; here all
//! slots of a bucket are compared side by side, and nothing is guessed.

/// Slots of a bucket: 64 bytes, a cache line.
const SLOTS: usize = 16;
/// Keys per bucket at the most, on average: one bucket in a hundred is then full before its last key
/// (Poisson, mean 9, more than 16).
const LOAD: usize = 9;

/// The upper bits of a slot are those of its key, the lower ones the number of its row; 0 is empty.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Bucket([u32; SLOTS]);

/// Numbers of rows by key.
#[derive(Debug, Clone)]
pub struct Index {
    buckets: Vec<Bucket>,
    /// Bits of a slot that hold the number of a row.
    bits: u32,
    /// A bit for each bucket of which a key stands in `beyond`.
    overflows: Vec<u64>,
    /// What found no place in its bucket: bucket and upper half of the key, number. Ascending.
    beyond: Vec<(u64, u32)>,
}

impl Index {
    /// An index of these keys: the first has the number 1. Also whether two of the keys were so like each
    /// other that only the earlier one is found. Panics for more than 2^31 − 2 keys.
    pub fn new(keys: &[u64]) -> (Self, bool) {
        let buckets = keys.len().div_ceil(LOAD).next_power_of_two();
        let bits = usize::BITS - keys.len().leading_zeros();
        assert!(bits < u32::BITS, "numbers of rows have 31 bits");
        let mut index = Self {
            buckets: vec![Bucket([0; SLOTS]); buckets],
            bits,
            overflows: vec![0; buckets.div_ceil(64)],
            beyond: Vec::new(),
        };
        let mut alike = false;
        for (&key, number) in keys.iter().zip(1u32..) {
            let home = index.home(key);
            let tag = index.tag(key);
            let held = index.candidate(key);
            alike |= held != 0 && (keys[held as usize - 1] ^ key) >> 32 == 0;
            let free = index.buckets[home].0.iter_mut().find(|slot| **slot == 0);
            match free {
                Some(slot) if held == 0 => *slot = tag | number,
                _ => {
                    index.overflows[home / 64] |= 1 << (home % 64);
                    index.beyond.push((index.full(key), number));
                }
            }
        }
        index.beyond.sort_unstable();
        alike |= index.beyond.windows(2).any(|two| two[0].0 == two[1].0);
        (index, alike)
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        key as usize & (self.buckets.len() - 1)
    }

    #[inline]
    fn tag(&self, key: u64) -> u32 {
        (key >> 32) as u32 >> self.bits << self.bits
    }

    /// All that a match must have in common: the bucket and the upper half.
    fn full(&self, key: u64) -> u64 {
        (self.home(key) as u64) << 32 | key >> 32
    }

    /// Number of the only row that the key may be of, 0 if there is none. Whoever asks compares the upper
    /// half of the key with that of the row, and asks [`Index::beyond`] where they differ.
    #[inline]
    pub fn candidate(&self, key: u64) -> u32 {
        let home = self.home(key);
        let (wanted, bits) = (self.tag(key), self.bits);
        let mut found = 0;
        for &slot in &self.buckets[home].0 {
            found |= if (slot ^ wanted) >> bits == 0 { slot } else { 0 };
        }
        found ^= if found == 0 { 0 } else { wanted };
        if (found == 0) & (self.overflows[home / 64] >> (home % 64) & 1 != 0) { self.beyond(key) } else { found }
    }

    /// Number of a row whose key found no place in its bucket; 0 if there is none.
    #[cold]
    pub fn beyond(&self, key: u64) -> u32 {
        let full = self.full(key);
        let at = self.beyond.partition_point(|&(other, _)| other < full);
        self.beyond.get(at).map_or(0, |&(other, number)| if other == full { number } else { 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(index: &Index, keys: &[u64], key: u64) -> u32 {
        let number = index.candidate(key);
        if number != 0 && (keys[number as usize - 1] ^ key) >> 32 != 0 { index.beyond(key) } else { number }
    }

    #[test]
    fn crowded_buckets_lose_nothing() {
        // Keys that all want the same bucket, and of which many begin alike.
        let keys: Vec<u64> = (0..3000u64).map(|n| (n % 40) << 50 | n << 33 | 5).collect();
        let (index, alike) = Index::new(&keys);
        assert!(!alike);
        for (&key, number) in keys.iter().zip(1..) {
            assert_eq!(find(&index, &keys, key), number);
            assert_eq!(find(&index, &keys, key ^ 1 << 40), 0);
        }
        assert_eq!(Index::new(&[]).0.candidate(7), 0);
    }

    #[test]
    fn keys_that_cannot_be_told_apart_are_noticed() {
        let (index, alike) = Index::new(&[1 << 40, 3 << 40, 1 << 40]);
        assert!(alike);
        assert_eq!(index.candidate(1 << 40), 1);
        let full: Vec<u64> = (1..=17u64).chain([17]).map(|n| n << 60 | n << 40).collect();
        assert!(Index::new(&full).1);
    }

    proptest! {
        #[test]
        fn every_key_is_found_and_no_other(
            known in proptest::collection::btree_set(any::<u64>(), 0..2000),
            others in proptest::collection::vec(any::<u64>(), 0..2000),
        ) {
            let keys: Vec<u64> = known.iter().copied().collect();
            let (index, alike) = Index::new(&keys);
            prop_assume!(!alike);
            for (&key, number) in keys.iter().zip(1..) {
                prop_assert_eq!(find(&index, &keys, key), number);
            }
            for key in others.into_iter().filter(|key| !known.contains(key)) {
                prop_assert_eq!(find(&index, &keys, key), 0);
            }
        }
    }
}
