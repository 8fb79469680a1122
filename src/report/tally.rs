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
    /// Records of archives that hold no document, by their type or by what they hold.
    pub passed_over: BTreeMap<String, u64>,
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
            passed_over,
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
        for (kind, records) in passed_over {
            *self.passed_over.entry(kind.clone()).or_default() += records;
        }
    }

    /// How many records were passed over and what they are, the most frequent first; `None` if none were.
    pub fn passed_over_in_words(&self) -> Option<String> {
        let all: u64 = self.passed_over.values().sum();
        let mut kinds: Vec<_> = self.passed_over.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let kinds: Vec<String> = kinds.iter().map(|(kind, records)| format!("{records} {kind}")).collect();
        let records = if all == 1 { "record" } else { "records" };
        (all > 0).then(|| format!("{all} {records} without a document ({})", kinds.join(", ")))
    }
}
