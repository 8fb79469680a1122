//! Extracts the features of a paragraph, each once.
//!
//! What could be one loop over tokens is split into several over arrays: each loop is small enough to stay in
//! registers.

use std::ops::Range;

use super::look::{Look, Looks};
use super::normalize::Normalizer;
use super::place::Place;
use super::presence::Presence;
use super::tokens::{self, tokenize_with};
use super::{
    Channel, Facts, MAX_PARAGRAPH_TOKENS, Name, PLACE_TAGS, SHAPE_TAGS, Sink, edge_seed, joined, tag_key,
    word_key,
};

/// Extracts features. Allocations are reused from one paragraph to the next.
#[derive(Debug, Default)]
pub struct Extractor {
    seen: Presence,
    /// Keys of all tokens.
    keys: Vec<u64>,
    /// Keys of all pairs of adjacent tokens.
    pairs: Vec<u64>,
    /// Indices of first occurrences, used if names are wanted.
    first: Vec<u32>,
    /// Distinct keys, used if they are not.
    distinct: Vec<u64>,
    names: Names,
    scratch: tokens::Scratch,
    normalizer: Normalizer,
}

/// Texts of the tokens, concatenated, if names are wanted.
#[derive(Debug, Default)]
struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn push(&mut self, token: &str) {
        self.text.push_str(token);
        self.ends.push(self.text.len());
    }

    /// Returns the text of a token, or an empty string if names are not kept.
    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before));
        match (start, self.ends.get(index)) {
            (Some(&start), Some(&end)) => &self.text[start..end],
            _ => "",
        }
    }
}

impl Extractor {
    /// Reads one paragraph and feeds each of its features to `sink` once, channel by channel, in the order of
    /// the text. Returns the facts.
    pub fn extract<S: Sink>(&mut self, text: &str, place: Option<Place>, sink: &mut S) -> Facts {
        let Self { keys, names, scratch, normalizer, .. } = self;
        let normal = normalizer.normalize(text);
        let mut facts = Facts { lost: normal.lost, ..Facts::default() };
        tokens::<S>(normal.text, (keys, names, scratch), &mut facts);
        facts.shape.text(normal.text);
        self.pairs.clear();
        self.pairs.extend(self.keys.windows(2).map(|two| joined(two[0], two[1])));
        let first = self.keys.first().copied().unwrap_or(0);
        facts.opening = self.pairs.first().copied().unwrap_or(first);
        // Rotated by position, so that lines with the same pairs in another order differ.
        let placed = self.pairs.iter().zip(0u32..).map(|(pair, place)| pair.rotate_left(place % u64::BITS));
        facts.line = placed.fold(first, u64::wrapping_add);
        self.words(sink);
        self.pairs(sink);
        self.edges(sink);
        tags(Channel::Shape, facts.shape.tags(), &SHAPE_TAGS, sink);
        if let Some(values) = place.and_then(Place::tags) {
            tags(Channel::Place, values, &PLACE_TAGS, sink);
        }
        facts
    }

    fn words<S: Sink>(&mut self, sink: &mut S) {
        let Self { seen, keys, first, distinct, names, .. } = self;
        if S::NAMES {
            seen.first_ones(keys, first);
            for i in first.iter().map(|&i| i as usize) {
                sink.feature(Channel::Words, keys[i], Name::Word(names.get(i)));
            }
        } else {
            seen.distinct(keys, distinct);
            sink.features(Channel::Words, distinct);
        }
    }

    fn pairs<S: Sink>(&mut self, sink: &mut S) {
        let Self { seen, pairs, first, distinct, names, .. } = self;
        if S::NAMES {
            seen.first_ones(pairs, first);
            for i in first.iter().map(|&i| i as usize) {
                sink.feature(Channel::Pairs, pairs[i], Name::Pair(names.get(i), names.get(i + 1)));
            }
        } else {
            sink.sift(pairs);
            seen.distinct(pairs, distinct);
            sink.features(Channel::Pairs, distinct);
        }
    }

    /// Feeds the first and last token and pair. Each edge occurs once.
    fn edges<S: Sink>(&mut self, sink: &mut S) {
        let Self { keys, names, .. } = self;
        let (Some(&first), Some(&last)) = (keys.first(), keys.last()) else { return };
        let end = keys.len() - 1;
        let next = end.min(1);
        let before = end.saturating_sub(1);
        let edges = [
            ("^", first, 0, 0),
            ("^^", joined(first, keys[next]), 0, next),
            ("$", last, end, 0),
            ("$$", joined(keys[before], last), before, end),
        ];
        let keys = edges.map(|(edge, key, ..)| joined(edge_seed(edge), key));
        // Edges of two tokens exist only if there are two tokens.
        if S::NAMES {
            for (&(edge, _, a, b), &key) in edges.iter().zip(&keys).step_by(if end > 0 { 1 } else { 2 }) {
                let second = if b > 0 { names.get(b) } else { "" };
                sink.feature(Channel::Edges, key, Name::Edge(edge, names.get(a), second));
            }
        } else if end > 0 {
            sink.features(Channel::Edges, &keys);
        } else {
            sink.features(Channel::Edges, &[keys[0], keys[2]]);
        }
    }
}

/// Reads the tokens of a text in normal form, and what follows from them. Of a text with too many, those at its two
/// ends are read, because padding can stand before a text and after it.
fn tokens<S: Sink>(
    text: &str,
    (keys, names, scratch): (&mut Vec<u64>, &mut Names, &mut tokens::Scratch),
    facts: &mut Facts,
) {
    if !some_tokens::<S>(text, &(0..0), (keys, names, scratch), facts) {
        let mut all = 0;
        tokenize_with(scratch, text, |_, _, _| {
            all += 1;
            true
        });
        *facts = Facts { lost: facts.lost, too_long: true, ..Facts::default() };
        let middle = MAX_PARAGRAPH_TOKENS / 2..all - MAX_PARAGRAPH_TOKENS / 2;
        some_tokens::<S>(text, &middle, (keys, names, scratch), facts);
    }
}

/// Reads all tokens but those whose indices are in `left_out`. Returns `false` if there are too many.
fn some_tokens<S: Sink>(
    text: &str,
    left_out: &Range<usize>,
    (keys, names, scratch): (&mut Vec<u64>, &mut Names, &mut tokens::Scratch),
    facts: &mut Facts,
) -> bool {
    keys.clear();
    names.clear();
    let (mut looks, mut word_bytes) = (Looks::default(), 0);
    let mut skip = left_out.len();
    let mut fits = true;
    tokenize_with(scratch, text, |token, _, look| {
        if keys.len() == left_out.start && skip > 0 {
            skip -= 1;
            return true;
        }
        if keys.len() == MAX_PARAGRAPH_TOKENS {
            fits = false;
            return false;
        }
        keys.push(word_key(token));
        looks.add(look);
        if look.is(Look::WORD) {
            word_bytes += token.len() as u32;
        } else {
            facts.shape.sign(token, look);
        }
        if S::NAMES {
            names.push(token);
        }
        true
    });
    facts.shape.tokens = keys.len() as u32;
    facts.shape.word_bytes = word_bytes;
    facts.shape.looks(looks);
    fits
}

/// Feeds tags with their values; `names` are the keys of their names.
fn tags<S: Sink, const N: usize>(
    channel: Channel,
    tags: [(&'static str, u32); N],
    names: &[u64; N],
    sink: &mut S,
) {
    let keys: [u64; N] = std::array::from_fn(|i| tag_key(names[i], tags[i].1));
    if S::NAMES {
        for (key, (tag, value)) in keys.into_iter().zip(tags) {
            sink.feature(channel, key, Name::Tag(tag, value));
        }
    } else {
        sink.features(channel, &keys);
    }
}
