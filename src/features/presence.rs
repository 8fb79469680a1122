//! Which features a paragraph has shown already: each counts once.

/// A set of keys that is emptied in constant time: a slot holds only if it bears the current
/// generation. A long paragraph makes it grow; the next one begins in the same few slots again, which
/// stay in the processor's nearest cache. Keys are told apart by their upper 48 bits.
#[derive(Debug)]
pub struct Presence {
    /// The upper 48 bits of a key, and the generation.
    slots: Vec<u64>,
    generation: u16,
    /// Slots in use, a power of two, less one.
    mask: usize,
    filled: usize,
}

/// Slots of a paragraph before it grows.
const START: usize = 256;
/// Bits of a slot that hold the generation.
const GENERATION: u64 = u16::MAX as u64;

impl Default for Presence {
    fn default() -> Self {
        Self { slots: vec![0; START], generation: 0, mask: START - 1, filled: 0 }
    }
}

impl Presence {
    /// Forgets every key.
    pub fn clear(&mut self) {
        self.filled = 0;
        self.mask = START - 1;
        self.next_generation();
    }

    fn next_generation(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.slots.fill(0);
            self.generation = 1;
        }
    }

    /// Takes a key in; whether it was new.
    #[inline]
    pub fn insert(&mut self, key: u64) -> bool {
        if self.filled * 2 > self.mask {
            self.grow();
        }
        let new = self.place(key);
        self.filled += usize::from(new);
        new
    }

    #[inline]
    fn place(&mut self, key: u64) -> bool {
        let held = key & !GENERATION | u64::from(self.generation);
        let mut at = (key >> 24) as usize & self.mask;
        loop {
            let slot = &mut self.slots[at];
            if *slot == held {
                return false;
            }
            if *slot & GENERATION != u64::from(self.generation) {
                *slot = held;
                return true;
            }
            at = (at + 1) & self.mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let held: Vec<u64> = self.slots[..=self.mask]
            .iter()
            .copied()
            .filter(|slot| slot & GENERATION == u64::from(self.generation))
            .collect();
        self.mask = self.mask * 2 + 1;
        if self.slots.len() <= self.mask {
            self.slots.resize(self.mask + 1, 0);
        }
        self.next_generation();
        for key in held {
            self.place(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_per_paragraph_however_many() {
        let mut seen = Presence::default();
        seen.clear();
        for (round, keys) in [2000u64, 10, 5000, 0, 300].into_iter().enumerate() {
            seen.clear();
            for key in 0..keys {
                assert!(seen.insert(key.wrapping_mul(0x9e37_79b9_7f4a_7c15)), "{round} {key}");
            }
            for key in 0..keys {
                assert!(!seen.insert(key.wrapping_mul(0x9e37_79b9_7f4a_7c15)), "{round} {key}");
            }
        }
    }
}
