//! Which features a paragraph has shown already: each counts once.

/// A set of keys that is emptied in constant time: a slot holds only if it bears the current
/// generation. Grows with the longest paragraph seen, and stays small for the usual one.
#[derive(Debug)]
pub struct Presence {
    slots: Vec<(u64, u32)>,
    generation: u32,
    filled: usize,
}

impl Default for Presence {
    fn default() -> Self {
        Self { slots: vec![(0, 0); 256], generation: 0, filled: 0 }
    }
}

impl Presence {
    /// Forgets every key.
    pub fn clear(&mut self) {
        self.filled = 0;
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.slots.fill((0, 0));
            self.generation = 1;
        }
    }

    /// Takes a key in; whether it was new.
    #[inline]
    pub fn insert(&mut self, key: u64) -> bool {
        if self.filled * 2 >= self.slots.len() {
            self.grow();
        }
        let new = Self::place(&mut self.slots, self.generation, key);
        self.filled += usize::from(new);
        new
    }

    #[inline]
    fn place(slots: &mut [(u64, u32)], generation: u32, key: u64) -> bool {
        let mask = slots.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let slot = &mut slots[at];
            if slot.1 != generation {
                *slot = (key, generation);
                return true;
            }
            if slot.0 == key {
                return false;
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let mut larger = vec![(0, 0); self.slots.len() * 2];
        for &(key, generation) in &self.slots {
            if generation == self.generation {
                Self::place(&mut larger, generation, key);
            }
        }
        self.slots = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_per_paragraph_however_many() {
        let mut seen = Presence::default();
        for round in 0..3 {
            seen.clear();
            for key in 0..2000u64 {
                assert!(seen.insert(key.wrapping_mul(0x9e37_79b9_7f4a_7c15)), "{round} {key}");
            }
            assert!(!seen.insert(0));
        }
    }
}
