//! Which features a paragraph has shown already: each counts once.

/// A set of keys that is emptied in constant time: a slot holds only if it bears the current
/// generation. It stays as large as the longest paragraph made it, but a short one uses few of its slots,
/// which stay in the processor's nearest cache. Keys are told apart by their upper 48 bits.
#[derive(Debug, Default)]
pub struct Presence {
    /// The upper 48 bits of a key, and the generation.
    slots: Vec<u64>,
    generation: u16,
}

/// Bits of a slot that hold the generation.
const GENERATION: u64 = u16::MAX as u64;

impl Presence {
    /// Calls `each` with every key that comes for the first time, and its index, in order.
    #[inline]
    pub fn first_ones(&mut self, keys: &[u64], mut each: impl FnMut(usize, u64)) {
        let size = (keys.len() * 2).next_power_of_two().max(16);
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
        for (index, &key) in keys.iter().enumerate() {
            let held = key & !GENERATION | generation;
            let mut at = (key >> 24) as usize & (size - 1);
            loop {
                let slot = &mut slots[at];
                if *slot == held {
                    break;
                }
                if *slot & GENERATION != generation {
                    *slot = held;
                    each(index, key);
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
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
            let twice: Vec<u64> = once.clone().chain(once.clone().rev()).collect();
            let mut found = Vec::new();
            seen.first_ones(&twice, |index, key| found.push((index, key)));
            assert_eq!(found, once.enumerate().collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_paragraph_remembers_another() {
        let mut seen = Presence::default();
        for _ in 0..=2 * u32::from(u16::MAX) {
            let mut count = 0;
            seen.first_ones(&[7 << 40, 8 << 40, 7 << 40], |_, _| count += 1);
            assert_eq!(count, 2);
        }
    }
}
