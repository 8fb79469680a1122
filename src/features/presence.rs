//! Removes repeated features of a paragraph, because each counts once.

/// A set of keys that is cleared in constant time: a slot is valid only if it has the current generation. The
/// table grows to fit the longest paragraph, but a short one uses few of its slots, which stay in the
/// first-level cache. Keys are compared by their upper 48 bits.
#[derive(Debug, Default)]
pub struct Presence {
    /// Upper 48 bits of a key, and the generation.
    slots: Vec<u64>,
    generation: u16,
}

/// Minimum number of slots per key: most keys need one probe.
const SLOTS_PER_KEY: usize = 3;
/// Bits of a slot that hold the generation.
const GENERATION: u64 = u16::MAX as u64;

impl Presence {
    /// Fills `first` with the indices of first occurrences, in order.
    pub fn first_ones(&mut self, keys: &[u64], first: &mut Vec<u32>) {
        self.sift(keys, first, |index, _| index);
    }

    /// Fills `distinct` with the distinct keys, in order.
    pub fn distinct(&mut self, keys: &[u64], distinct: &mut Vec<u64>) {
        self.sift(keys, distinct, |_, key| key);
    }

    #[inline]
    fn sift<T: Clone + Default>(&mut self, keys: &[u64], first: &mut Vec<T>, of: impl Fn(u32, u64) -> T) {
        let size = (keys.len() * SLOTS_PER_KEY).next_power_of_two().max(16);
        if self.slots.len() < size {
            self.slots.resize(size, 0);
        }
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.slots.fill(0);
            self.generation = 1;
        }
        let generation = u64::from(self.generation);
        let slots = &mut self.slots[..size];
        // No branch depends on whether a key is new: every key is written, and only new ones advance the end.
        first.clear();
        first.resize(keys.len(), T::default());
        let mut count = 0;
        for (&key, index) in keys.iter().zip(0..) {
            let held = key & !GENERATION | generation;
            let mut at = (key >> 24) as usize & (size - 1);
            while (slots[at] & GENERATION == generation) & (slots[at] != held) {
                at = (at + 1) & (size - 1);
            }
            first[count] = of(index, key);
            count += usize::from(slots[at] != held);
            slots[at] = held;
        }
        first.truncate(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_per_paragraph_however_many() {
        let mut seen = Presence::default();
        for count in [2000u64, 10, 5000, 0, 300] {
            let once = (0..count).map(|n| (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let twice: Vec<u64> = once.clone().chain(once.rev()).collect();
            let mut first = Vec::new();
            seen.first_ones(&twice, &mut first);
            assert_eq!(first, (0..count as u32).collect::<Vec<_>>());
            let mut distinct = Vec::new();
            seen.distinct(&twice, &mut distinct);
            assert_eq!(distinct, &twice[..count as usize]);
        }
    }

    #[test]
    fn no_paragraph_remembers_another() {
        let (mut seen, mut first) = (Presence::default(), Vec::new());
        for _ in 0..=2 * u32::from(u16::MAX) {
            seen.first_ones(&[7 << 40, 8 << 40, 7 << 40], &mut first);
            assert_eq!(first, [0, 1]);
        }
    }
}
