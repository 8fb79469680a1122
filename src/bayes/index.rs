//! From the key of a feature to the number of its row: open addressing with linear probing.
//!
//! Look-ups are most of what scoring does, and what they cost is the way to memory: a slot is four bytes,
//! and keys come in by how often they are looked for, so that nearly all look-ups end where they begin.

/// Slots per key, at least: probes stay short, and all slots fit into the second cache.
const SLOTS_PER_KEY: [usize; 2] = [3, 2];

/// Numbers of rows by key.
///
/// Of a key, a slot holds as many of the upper bits as the number leaves room for, and the filter one more
/// in eight: with a model of 70,000 features, one in five million unknown keys is taken for a known one.
#[derive(Debug, Clone)]
pub struct Index {
    /// The upper bits are those of the key, the lower ones the number of its row; 0 is empty.
    slots: Vec<u32>,
    /// Bits of a slot that hold the number of a row.
    bits: u32,
    /// A bit of every known key is set: most pairs are unknown, and stop here.
    filter: Vec<u64>,
    /// Number of keys.
    keys: usize,
}

/// Bits of the filter per key, at least: one in eight to one in four and a half of the unknown pass it.
const FILTER_BITS: usize = 4;

impl Index {
    /// An index of these keys with the numbers of their rows, from 1; `most` is the largest of them. Also
    /// whether one of the keys came twice: only the first is found. Panics where `most` takes 24 bits: a
    /// model has fewer features ([`crate::model::MOST_FEATURES`]).
    pub fn new(keys: &[(u64, u32)], most: u32) -> (Self, bool) {
        let size = (keys.len() * SLOTS_PER_KEY[0] / SLOTS_PER_KEY[1] + 1).next_power_of_two().max(16);
        let bits = u32::BITS - most.leading_zeros();
        assert!(bits < 24, "eight bits of a key are needed to tell it from others");
        let filter = (keys.len() * FILTER_BITS).next_power_of_two().max(64) / 64;
        let mut index = Self { slots: vec![0; size], bits, filter: vec![0; filter], keys: keys.len() };
        let mut held = vec![0u64; size];
        let mut twice = false;
        for &(key, number) in keys {
            let mut at = index.home(key);
            while index.slots[at] != 0 {
                twice |= held[at] == key;
                at = index.after(at);
            }
            index.slots[at] = (key >> 32) as u32 >> bits << bits | number;
            held[at] = key;
            let (word, bit) = index.place(key);
            index.filter[word] |= 1 << bit;
        }
        (index, twice)
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.keys
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys == 0
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        key as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    /// Word and bit of a key in the filter: of bits in the middle, which neither a home nor a slot is of.
    #[inline]
    fn place(&self, key: u64) -> (usize, u32) {
        ((key >> 26) as usize & (self.filter.len() - 1), (key >> 20) as u32 & 63)
    }

    #[inline]
    fn passes(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.filter[word] >> bit & 1 != 0
    }

    /// Number of a key's row, 0 if it is not known.
    pub fn number(&self, key: u64) -> u32 {
        if self.passes(key) { self.number_from(key, self.home(key)) } else { 0 }
    }

    /// Numbers of many keys, in their order. `later` is room to work in.
    pub fn numbers(&self, keys: &[u64], numbers: &mut Vec<u32>, later: &mut Vec<u32>) {
        self.numbers_of_sifted(keys, numbers, later);
        for (number, &key) in numbers.iter_mut().zip(keys) {
            *number &= u32::from(self.passes(key)).wrapping_neg();
        }
    }

    /// The same of keys that [`Index::sift`] left.
    ///
    /// A look into memory takes as long as many steps, and a wrong guess what it brings takes as long
    /// again. So all keys are looked at once without a branch, many of them under way together, and those
    /// that are not answered by that are gone through afterwards.
    pub fn numbers_of_sifted(&self, keys: &[u64], numbers: &mut Vec<u32>, later: &mut Vec<u32>) {
        numbers.clear();
        numbers.resize(keys.len(), 0);
        later.clear();
        later.resize(keys.len(), 0);
        let mut left = 0;
        for ((&key, number), index) in keys.iter().zip(&mut *numbers).zip(0..) {
            let slot = self.slots[self.home(key)];
            let held = self.holds(slot, key);
            *number = self.number_in(slot) & u32::from(held).wrapping_neg();
            later[left] = index;
            left += usize::from(!held & (slot != 0));
        }
        for &index in &later[..left] {
            let key = keys[index as usize];
            numbers[index as usize] = self.number_from(key, self.after(self.home(key)));
        }
    }

    /// Whether a slot is that of a key. An empty one says so too, if the key's upper bits are 0: its number is 0.
    #[inline]
    fn holds(&self, slot: u32, key: u64) -> bool {
        (slot ^ (key >> 32) as u32) >> self.bits == 0
    }

    #[inline]
    fn number_in(&self, slot: u32) -> u32 {
        slot & !(u32::MAX << self.bits)
    }

    /// Number of a key that stands at `at` or after it.
    #[inline]
    fn number_from(&self, key: u64, mut at: usize) -> u32 {
        loop {
            let slot = self.slots[at];
            if self.holds(slot, key) {
                return self.number_in(slot);
            }
            if slot == 0 {
                return 0;
            }
            at = self.after(at);
        }
    }

    /// Takes out most of the keys that are not known.
    pub fn sift(&self, keys: &mut Vec<u64>) {
        // Whether one is known is not worth a wrong guess: all are written, those that pass stay.
        let mut kept = 0;
        for at in 0..keys.len() {
            let key = keys[at];
            keys[kept] = key;
            kept += usize::from(self.passes(key));
        }
        keys.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index(keys: &[u64]) -> (Index, bool) {
        let keys: Vec<(u64, u32)> = keys.iter().copied().zip(1..).collect();
        Index::new(&keys, keys.len() as u32)
    }

    fn mixed(n: u64) -> u64 {
        (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[test]
    fn crowds_lose_nothing() {
        // Keys that all want the same slot.
        let keys: Vec<u64> = (1..3000u64).map(|n| n << 52 | 5).collect();
        let (index, twice) = index(&keys);
        assert!(!twice);
        for (&key, number) in keys.iter().zip(1..) {
            assert_eq!(index.number(key), number);
        }
    }

    #[test]
    fn nothing_is_known_to_an_empty_index() {
        let (index, _) = index(&[]);
        assert_eq!((0..1000).map(|n| index.number(mixed(n))).max(), Some(0));
        assert_eq!(index.number(0), 0);
    }

    #[test]
    fn a_key_that_comes_twice_is_noticed() {
        let (index, twice) = index(&[1 << 40, 3 << 40, 1 << 40]);
        assert!(twice);
        assert_eq!(index.number(1 << 40), 1);
    }

    #[test]
    fn hardly_an_unknown_key_is_taken_for_a_known_one() {
        let keys: Vec<(u64, u32)> = (0..70_000).map(|n| (mixed(n), n as u32 % 12_000 + 1)).collect();
        let (index, _) = Index::new(&keys, 12_000);
        let taken = (70_000..5_000_000).filter(|&n| index.number(mixed(n)) != 0).count();
        assert!(taken <= 10, "{taken}");
        assert!(keys.iter().filter(|&&(key, number)| index.number(key) != number).count() <= 2);
    }

    proptest! {
        #[test]
        fn sifting_changes_no_answer(
            known in proptest::collection::vec(any::<u64>(), 0..2000),
            others in proptest::collection::vec(any::<u64>(), 0..2000),
        ) {
            let (index, _) = index(&known);
            let all: Vec<u64> = known.iter().chain(&others).copied().collect();
            let mut sifted = all.clone();
            index.sift(&mut sifted);
            let one_by_one: Vec<u32> = all.iter().map(|&key| index.number(key)).collect();
            let (mut numbers, mut later) = (Vec::new(), Vec::new());
            index.numbers(&all, &mut numbers, &mut later);
            prop_assert_eq!(&one_by_one, &numbers);
            index.numbers_of_sifted(&sifted, &mut numbers, &mut later);
            numbers.retain(|&number| number != 0);
            let known: Vec<u32> = one_by_one.into_iter().filter(|&number| number != 0).collect();
            prop_assert_eq!(known, numbers);
        }
    }
}
