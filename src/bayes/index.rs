//! From the key of a feature to the number of its row: open addressing with linear probing.
//!
//! Look-ups are most of what scoring does, and what they cost is the way to memory: a slot is four bytes,
//! and keys come in by how often they are looked for, so that nearly all look-ups end where they begin.

/// Slots per key, at least: probes stay short, and all slots fit into the second cache.
const SLOTS_PER_KEY: [usize; 2] = [3, 2];

/// Numbers of rows by key.
#[derive(Debug, Clone)]
pub struct Index {
    /// The upper bits are those of the key, the lower ones the number of its row; 0 is empty.
    slots: Vec<u32>,
    /// Bits of a slot that hold the number of a row.
    bits: u32,
}

impl Index {
    /// An index of these keys: the first has the number 1. Also whether two of the keys were so like each
    /// other that only the earlier one is found. Panics for more than 2^31 − 2 keys.
    pub fn new(keys: &[u64]) -> (Self, bool) {
        let size = (keys.len() * SLOTS_PER_KEY[0] / SLOTS_PER_KEY[1] + 1).next_power_of_two().max(16);
        let bits = usize::BITS - keys.len().leading_zeros();
        assert!(bits < u32::BITS, "numbers of rows have 31 bits");
        let mut index = Self { slots: vec![0; size], bits };
        let mut alike = false;
        for (&key, number) in keys.iter().zip(1u32..) {
            let mut at = index.home(key);
            while index.slots[at] != 0 {
                let other = keys[index.number(at) as usize - 1];
                alike |= other >> 32 == key >> 32;
                at = index.after(at);
            }
            index.slots[at] = ((key >> 32) as u32 >> bits << bits) | number;
        }
        (index, alike)
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        key as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    #[inline]
    fn number(&self, at: usize) -> u32 {
        self.slots[at] & !(u32::MAX << self.bits)
    }

    /// Number of the first row that the key may be of, 0 if there is none. Upper bits are compared, but not
    /// all of the upper half: whoever asks compares the rest, and asks [`Index::find`] where it differs.
    #[inline]
    pub fn candidate(&self, key: u64) -> u32 {
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if (slot ^ (key >> 32) as u32) >> self.bits == 0 {
                return slot & !(u32::MAX << self.bits);
            }
            if slot == 0 {
                return 0;
            }
            at = self.after(at);
        }
    }

    /// Number of the first row that the key may be of and that `is_it` agrees to; 0 if there is none.
    pub fn find(&self, key: u64, is_it: impl Fn(u32) -> bool) -> u32 {
        let mut at = self.home(key);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return 0;
            }
            if (slot ^ (key >> 32) as u32) >> self.bits == 0 && is_it(self.number(at)) {
                return self.number(at);
            }
            at = self.after(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(index: &Index, keys: &[u64], key: u64) -> u32 {
        let is_it = |number: u32| (keys[number as usize - 1] ^ key) >> 32 == 0;
        let found = index.find(key, is_it);
        let candidate = index.candidate(key);
        assert!(if candidate == 0 { found == 0 } else { found == candidate || !is_it(candidate) });
        found
    }

    #[test]
    fn crowds_lose_nothing() {
        // Keys that all want the same slot, and of which many begin alike.
        let keys: Vec<u64> = (0..3000u64).map(|n| (n % 40) << 50 | n << 33 | 5).collect();
        let (index, alike) = Index::new(&keys);
        assert!(!alike);
        for (&key, number) in keys.iter().zip(1..) {
            assert_eq!(find(&index, &keys, key), number);
            assert_eq!(find(&index, &keys, key ^ 1 << 32), 0);
        }
        assert_eq!(Index::new(&[]).0.candidate(7 << 40), 0);
    }

    #[test]
    fn keys_that_cannot_be_told_apart_are_noticed() {
        let keys = [1 << 40, 3 << 40, 1 << 40];
        let (index, alike) = Index::new(&keys);
        assert!(alike);
        assert_eq!(find(&index, &keys, 1 << 40), 1);
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
