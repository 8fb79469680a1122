//! Maps the key of a feature to its row number: open addressing with linear probing.
//!
//! Look-ups dominate scoring, and memory latency dominates look-ups. So a slot has four bytes, and keys are
//! inserted by falling frequency: nearly every look-up ends at its first slot.

use std::borrow::Cow;

/// Minimum number of slots per key, as a fraction (3/2): probes stay short, and all slots fit into the
/// second-level cache.
const SLOTS_PER_KEY: [usize; 2] = [3, 2];

/// Row numbers by key.
///
/// A slot holds the row number and as many of the key's upper bits as fit beside it; the filter checks one
/// more bit and rejects seven of eight unknown keys. With a model of 70,000 features, one in five million
/// unknown keys is mistaken for a known one.
#[derive(Debug, Clone)]
pub struct Index {
    /// Slots: upper bits of the key above, its row number below; 0 is empty.
    slots: Cow<'static, [u32]>,
    /// Number of bits of a slot that hold the row number.
    bits: u32,
    /// Filter: the bit of every known key is set. Most pairs are unknown and are rejected here.
    filter: Cow<'static, [u64]>,
    /// Number of keys.
    keys: usize,
}

/// Minimum number of slots.
const LEAST_SLOTS: usize = 16;
/// Upper bound on the bits of a row number (exclusive): a slot must keep at least eight bits of the key.
const MOST_BITS: u32 = 24;
/// Minimum number of filter bits per key: 1 in 8 to 1 in 4.5 unknown keys pass.
const FILTER_BITS: usize = 4;

impl Index {
    /// Builds an index of these keys and their row numbers, which start at 1; `most` is the largest. Also
    /// returns whether a key occurred twice; only the first is found. Panics if `most` takes 24 bits or more:
    /// a model has fewer features ([`crate::model::MOST_FEATURES`]).
    pub fn new(keys: &[(u64, u32)], most: u32) -> (Self, bool) {
        let size =
            (keys.len() * SLOTS_PER_KEY[0] / SLOTS_PER_KEY[1] + 1).next_power_of_two().max(LEAST_SLOTS);
        let bits = bits(most);
        assert!(bits < MOST_BITS, "{most} rows are more than can be told apart");
        let filter = (keys.len() * FILTER_BITS).next_power_of_two().max(64) / 64;
        let (mut slots, mut filter) = (vec![0; size], vec![0; filter]);
        let mut held = vec![0u64; size];
        let mut twice = false;
        for &(key, number) in keys {
            let mut at = key as usize & (size - 1);
            while slots[at] != 0 {
                twice |= held[at] == key;
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key >> 32) as u32 >> bits << bits | number;
            held[at] = key;
            let (word, bit) = place(key, filter.len());
            filter[word] |= 1u64 << bit;
        }
        (Self { slots: slots.into(), bits, filter: filter.into(), keys: keys.len() }, twice)
    }

    /// Builds an index from stored tables; `most` is the largest row number.
    ///
    /// # Errors
    /// Returns what is wrong if a look-up in the tables could fail or never end.
    pub(crate) fn of_tables(
        slots: Cow<'static, [u32]>,
        filter: Cow<'static, [u64]>,
        most: u32,
    ) -> Result<Self, &'static str> {
        if !slots.len().is_power_of_two() || !filter.len().is_power_of_two() || slots.len() < LEAST_SLOTS {
            return Err("the size of the look-up table is not a power of two");
        }
        let bits = bits(most);
        if bits >= MOST_BITS {
            return Err("too many rows of weights");
        }
        // Branchless, so that many slots are checked at once: row numbers have fewer than 31 bits, so the top
        // bit of the difference tells whether one exceeds `most`.
        let mask = !(u32::MAX << bits);
        let (keys, beyond) = slots.iter().fold((0, 0), |(keys, beyond): (u32, u32), &slot| {
            (keys + u32::from(slot != 0), beyond | most.wrapping_sub(slot & mask))
        });
        if beyond >> 31 != 0 {
            return Err("the look-up table refers to missing rows");
        }
        let keys = keys as usize;
        // A look-up ends at the first empty slot.
        if keys == slots.len() {
            return Err("the look-up table is full");
        }
        Ok(Self { slots, bits, filter, keys })
    }

    /// Returns the tables that [`Index::of_tables`] takes.
    pub(crate) fn tables(&self) -> (&[u32], &[u64]) {
        (&self.slots, &self.filter)
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.keys
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.keys == 0
    }

    fn slots(&self) -> Slots<'_> {
        Slots { slots: &self.slots, bits: self.bits }
    }

    fn filter(&self) -> Filter<'_> {
        Filter(&self.filter)
    }

    /// Returns the row number of a key, or 0 if it is unknown.
    pub fn number(&self, key: u64) -> u32 {
        let slots = self.slots();
        if self.filter().passes(key) { slots.number_from(key, slots.home(key)) } else { 0 }
    }

    /// Looks up many keys and writes their row numbers in order. `later` is scratch space.
    pub fn numbers(&self, keys: &[u64], numbers: &mut Vec<u32>, later: &mut Vec<u32>) {
        self.numbers_of_sifted(keys, numbers, later);
        let filter = self.filter();
        for (number, &key) in numbers.iter_mut().zip(keys) {
            *number &= u32::from(filter.passes(key)).wrapping_neg();
        }
    }

    /// Like [`Index::numbers`], for keys that passed [`Index::sift`].
    ///
    /// A cache miss or a mispredicted branch costs as much as many instructions. So the first pass looks at
    /// one slot per key without branches, with many loads in flight; the keys that it does not settle are
    /// probed afterwards.
    pub fn numbers_of_sifted(&self, keys: &[u64], numbers: &mut Vec<u32>, later: &mut Vec<u32>) {
        numbers.clear();
        numbers.resize(keys.len(), 0);
        later.clear();
        later.resize(keys.len(), 0);
        let (mut left, slots) = (0, self.slots());
        for ((&key, number), index) in keys.iter().zip(&mut *numbers).zip(0..) {
            let slot = slots.slots[slots.home(key)];
            let held = slots.holds(slot, key);
            *number = slots.number_in(slot) & u32::from(held).wrapping_neg();
            later[left] = index;
            left += usize::from(!held & (slot != 0));
        }
        for &index in &later[..left] {
            let key = keys[index as usize];
            numbers[index as usize] = slots.number_from(key, slots.after(slots.home(key)));
        }
    }

    /// Removes most of the keys that are unknown.
    pub fn sift(&self, keys: &mut Vec<u64>) {
        // Branchless: every key is written, and only those that pass advance the end.
        let (mut kept, filter) = (0, self.filter());
        for at in 0..keys.len() {
            let key = keys[at];
            keys[kept] = key;
            kept += usize::from(filter.passes(key));
        }
        keys.truncate(kept);
    }
}

/// Number of bits that hold a row number up to `most`.
fn bits(most: u32) -> u32 {
    u32::BITS - most.leading_zeros()
}

/// A borrowed view of the slots.
#[derive(Clone, Copy)]
struct Slots<'a> {
    slots: &'a [u32],
    bits: u32,
}

impl Slots<'_> {
    #[inline]
    fn home(self, key: u64) -> usize {
        key as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn after(self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    /// Whether a slot holds a key. An empty slot matches if the key's upper bits are 0; its row number is 0.
    #[inline]
    fn holds(self, slot: u32, key: u64) -> bool {
        (slot ^ (key >> 32) as u32) >> self.bits == 0
    }

    #[inline]
    fn number_in(self, slot: u32) -> u32 {
        slot & !(u32::MAX << self.bits)
    }

    /// Returns the row number of a key, probing from slot `at`.
    #[inline]
    fn number_from(self, key: u64, mut at: usize) -> u32 {
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
}

/// A borrowed view of the filter.
#[derive(Clone, Copy)]
struct Filter<'a>(&'a [u64]);

impl Filter<'_> {
    #[inline]
    fn passes(self, key: u64) -> bool {
        let (word, bit) = place(key, self.0.len());
        self.0[word] >> bit & 1 != 0
    }
}

/// Word and bit of a key in a filter of `words` words. They come from the middle bits of the key, which
/// neither the home slot nor the slot's tag uses.
#[inline]
fn place(key: u64, words: usize) -> (usize, u32) {
    ((key >> 26) as usize & (words - 1), (key >> 20) as u32 & 63)
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
        // Keys that all start at the same slot.
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
    fn tables_that_no_look_up_would_leave_are_refused() {
        let of = |slots: &[u32], filter: usize, most: u32| {
            Index::of_tables(slots.to_vec().into(), vec![0; filter].into(), most).map(|index| index.len())
        };
        let mut slots = [0; 16];
        assert_eq!(of(&slots, 1, 0), Ok(0));
        assert_eq!(of(&slots, 8, 5), Ok(0));
        slots[3] = 1 << 20 | 5;
        assert_eq!(of(&slots, 1, 5), Ok(1));
        assert!(of(&slots, 1, 4).is_err_and(|error| error.contains("missing rows")));
        assert!(of(&slots, 1, 1 << 23).is_err());
        assert!(of(&slots[..8], 1, 5).is_err() && of(&slots[..15], 1, 5).is_err() && of(&[], 1, 5).is_err());
        assert!(of(&slots, 0, 5).is_err() && of(&slots, 3, 5).is_err());
        assert!(of(&[1 << 20 | 5; 16], 1, 5).is_err_and(|error| error.contains("full")));
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
