//! What a run did, in numbers that add up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Counts of one input, or of a whole run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Documents that were read.
    pub documents: u64,
    /// … and judged; the others passed untouched.
    pub judged: u64,
    /// … and lost some paragraph.
    pub changed: u64,
    /// … and all of them.
    pub emptied: u64,
    /// Paragraphs of the judged documents.
    pub paragraphs: u64,
    /// … that went.
    pub dropped_paragraphs: u64,
    /// … that the model was unsure about; they stay.
    pub unsure_paragraphs: u64,
    /// Words of the judged documents.
    pub words: u64,
    /// … that went.
    pub dropped_words: u64,
    /// … by kind.
    pub dropped_words_by_kind: BTreeMap<String, u64>,
    /// Bytes of the judged texts.
    pub bytes: u64,
    /// … that went.
    pub dropped_bytes: u64,
    /// Bytes that were read, decompressed.
    pub read_bytes: u64,
    /// Problems that were reported.
    pub problems: u64,
    /// Documents in a language that the model does not know.
    pub unknown_language: u64,
}

impl Tally {
    /// Counts words of a paragraph of this kind that went.
    pub fn drop_words(&mut self, words: u64, kind: &str) {
        self.dropped_words += words;
        match self.dropped_words_by_kind.get_mut(kind) {
            Some(sum) => *sum += words,
            None => {
                self.dropped_words_by_kind.insert(kind.to_owned(), words);
            }
        }
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: &Self) {
        // Named one by one, so that none is forgotten.
        let Self {
            documents,
            judged,
            changed,
            emptied,
            paragraphs,
            dropped_paragraphs,
            unsure_paragraphs,
            words,
            dropped_words,
            dropped_words_by_kind,
            bytes,
            dropped_bytes,
            read_bytes,
            problems,
            unknown_language,
        } = other;
        self.documents += documents;
        self.judged += judged;
        self.changed += changed;
        self.emptied += emptied;
        self.paragraphs += paragraphs;
        self.dropped_paragraphs += dropped_paragraphs;
        self.unsure_paragraphs += unsure_paragraphs;
        self.words += words;
        self.dropped_words += dropped_words;
        for (kind, words) in dropped_words_by_kind {
            *self.dropped_words_by_kind.entry(kind.clone()).or_default() += words;
        }
        self.bytes += bytes;
        self.dropped_bytes += dropped_bytes;
        self.read_bytes += read_bytes;
        self.problems += problems;
        self.unknown_language += unknown_language;
    }
}
