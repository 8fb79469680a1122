//! Vocabularies: features with their channel, name, key and id.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::{Channel, Name, Sink, key_of};

/// A hasher that returns its key unchanged, because keys are hashes already.
#[derive(Debug, Default, Clone, Copy)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Features in the order of their first occurrence. Names are kept besides hashes, because explanations and
/// mergeable tables need them.
#[derive(Debug, Default, Clone)]
pub struct Vocabulary {
    ids: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    channels: Vec<Channel>,
    keys: Vec<u64>,
    /// All names, concatenated. `ends` holds where each one ends.
    names: String,
    ends: Vec<usize>,
}

impl Vocabulary {
    /// Number of features.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Reserves room for `more` features.
    pub fn reserve(&mut self, more: usize) {
        self.ids.reserve(more);
        self.channels.reserve(more);
        self.keys.reserve(more);
        self.ends.reserve(more);
    }

    /// Channel and name of a feature. Panics if `id` is not below [`Vocabulary::len`].
    pub fn feature(&self, id: u32) -> (Channel, &str) {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        (self.channels[id], &self.names[start..self.ends[id]])
    }

    /// Channel of a feature. Panics if `id` is not below [`Vocabulary::len`].
    pub fn channel(&self, id: u32) -> Channel {
        self.channels[id as usize]
    }

    /// Key of a feature. Panics if `id` is not below [`Vocabulary::len`].
    pub fn key(&self, id: u32) -> u64 {
        self.keys[id as usize]
    }

    /// Returns the id of the feature with this key, if it is known.
    pub fn id(&self, key: u64) -> Option<u32> {
        self.ids.get(&key).copied()
    }

    /// Returns the id of a feature, adding it if it is new.
    pub fn intern(&mut self, channel: Channel, key: u64, name: Name<'_>) -> u32 {
        self.intern_with(channel, key, |names| name.push_to(names))
    }

    /// Returns the id of a feature by its name in a count table, adding it if it is new.
    pub fn intern_text(&mut self, channel: Channel, name: &str) -> u32 {
        self.intern_with(channel, key_of(channel, name), |names| names.push_str(name))
    }

    /// Returns the id of a feature of another vocabulary, adding it if it is new. Panics if `id` is not below
    /// the other's [`Vocabulary::len`].
    pub fn intern_from(&mut self, other: &Self, id: u32) -> u32 {
        let (channel, name) = other.feature(id);
        self.intern_with(channel, other.key(id), |names| names.push_str(name))
    }

    fn intern_with(&mut self, channel: Channel, key: u64, push: impl FnOnce(&mut String)) -> u32 {
        let next = self.keys.len() as u32;
        *self.ids.entry(key).or_insert_with(|| {
            self.channels.push(channel);
            self.keys.push(key);
            push(&mut self.names);
            self.ends.push(self.names.len());
            next
        })
    }

    /// Returns all ids sorted by channel, then name: the order in files.
    pub fn sorted_ids(&self) -> Vec<u32> {
        self.sorted(0..self.keys.len() as u32)
    }

    /// Sorts these ids the same way. Panics for an id that is not below [`Vocabulary::len`].
    pub fn sorted(&self, ids: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut begun: Vec<(u128, u32)> = ids.map(|id| (self.beginning(id), id)).collect();
        begun.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.feature(a.1).cmp(&self.feature(b.1))));
        begun.into_iter().map(|(_, id)| id).collect()
    }

    /// Packs channel and first bytes of a name into one number, which orders nearly all names by itself.
    fn beginning(&self, id: u32) -> u128 {
        let (channel, name) = self.feature(id);
        let mut bytes = [0; 16];
        bytes[0] = channel as u8;
        let length = name.len().min(15);
        bytes[1..=length].copy_from_slice(&name.as_bytes()[..length]);
        u128::from_be_bytes(bytes)
    }
}

/// A sink that interns the features of one paragraph after another.
#[derive(Debug)]
pub struct Interner<'a> {
    /// The vocabulary that grows.
    pub vocabulary: &'a mut Vocabulary,
    /// Receives the ids of the paragraph's features.
    pub ids: &'a mut Vec<u32>,
}

impl Sink for Interner<'_> {
    const NAMES: bool = true;
    fn feature(&mut self, channel: Channel, key: u64, name: Name<'_>) {
        self.ids.push(self.vocabulary.intern(channel, key, name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_are_sorted_by_channel_and_name(
            names in proptest::collection::vec((0usize..5, "[a\0é ]{0,3}(the same fifteen)?[ab\0]{0,3}"), 0..40),
        ) {
            let mut vocabulary = Vocabulary::default();
            for (channel, name) in &names {
                let id = vocabulary.intern_text(Channel::ALL[*channel], name);
                prop_assert_eq!(vocabulary.id(vocabulary.key(id)), Some(id));
            }
            let sorted: Vec<_> = vocabulary.sorted_ids().into_iter().map(|id| vocabulary.feature(id)).collect();
            prop_assert!(sorted.is_sorted());
            prop_assert_eq!(sorted.len(), vocabulary.len());
            let mut other = Vocabulary::default();
            for id in vocabulary.sorted_ids() {
                let copy = other.intern_from(&vocabulary, id);
                prop_assert_eq!(other.feature(copy), vocabulary.feature(id));
                prop_assert_eq!(other.key(copy), vocabulary.key(id));
            }
        }
    }
}
