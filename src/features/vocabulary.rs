//! The features that a model knows: each with its channel, name and key.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::{Channel, Name, Sink, key_of};

/// Keys are hashes already.
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

/// Features in the order in which they were first met. Names are kept, not only hashes: explanations
/// and mergeable tables need them.
#[derive(Debug, Default, Clone)]
pub struct Vocabulary {
    ids: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    features: Vec<(Channel, Box<str>)>,
    keys: Vec<u64>,
}

impl Vocabulary {
    /// Number of features.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// Channel and name of the feature with this id. Panics beyond [`Vocabulary::len`].
    pub fn feature(&self, id: u32) -> (Channel, &str) {
        let (channel, name) = &self.features[id as usize];
        (*channel, name)
    }

    /// Key of the feature with this id. Panics beyond [`Vocabulary::len`].
    pub fn key(&self, id: u32) -> u64 {
        self.keys[id as usize]
    }

    /// Id of the feature with this key, if it is known.
    pub fn id(&self, key: u64) -> Option<u32> {
        self.ids.get(&key).copied()
    }

    /// Id of a feature, a new one if it was not known.
    pub fn intern(&mut self, channel: Channel, key: u64, name: Name<'_>) -> u32 {
        let next = self.features.len() as u32;
        *self.ids.entry(key).or_insert_with(|| {
            self.features.push((channel, name.to_text().into()));
            self.keys.push(key);
            next
        })
    }

    /// Id of a feature by its name in a count table, a new one if it was not known.
    pub fn intern_text(&mut self, channel: Channel, name: &str) -> u32 {
        let next = self.features.len() as u32;
        let key = key_of(channel, name);
        *self.ids.entry(key).or_insert_with(|| {
            self.features.push((channel, name.into()));
            self.keys.push(key);
            next
        })
    }

    /// Ids sorted by channel, then name: the order of every file.
    pub fn sorted_ids(&self) -> Vec<u32> {
        self.sorted(0..self.features.len() as u32)
    }

    /// These ids in that order. Panics for an id beyond [`Vocabulary::len`].
    pub fn sorted(&self, ids: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut ids: Vec<u32> = ids.collect();
        ids.sort_unstable_by(|&a, &b| self.features[a as usize].cmp(&self.features[b as usize]));
        ids
    }
}

/// A sink that interns the features of one paragraph after another.
#[derive(Debug)]
pub struct Interner<'a> {
    /// What is known so far.
    pub vocabulary: &'a mut Vocabulary,
    /// Ids of the paragraph's features are put here.
    pub ids: &'a mut Vec<u32>,
}

impl Sink for Interner<'_> {
    const NAMES: bool = true;
    fn feature(&mut self, channel: Channel, key: u64, name: Name<'_>) {
        self.ids.push(self.vocabulary.intern(channel, key, name));
    }
}
