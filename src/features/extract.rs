//! One paragraph's text to its features, each once.
//!
//! What could be one loop over tokens are several over arrays: each has little to hold, so that all of it
//! stays in registers.

use super::place::Place;
use super::presence::Presence;
use super::shape::Shape;
use super::tokens::{self, tokenize_with};
use super::{
    Channel, Facts, MAX_PARAGRAPH_TOKENS, Name, PLACE_TAGS, SHAPE_TAGS, Sink, edge_seed, joined, tag_key,
    word_key,
};

/// Reads paragraphs; what it allocates is used again.
#[derive(Debug, Default)]
pub struct Extractor {
    seen: Presence,
    /// Keys of all tokens.
    keys: Vec<u64>,
    /// Looks of those that are words ([`Shape::code`]).
    codes: Vec<u32>,
    /// Keys of each two tokens in a row.
    pairs: Vec<u64>,
    /// Which of them come for the first time.
    first: Vec<u32>,
    names: Names,
    scratch: tokens::Scratch,
}

/// The tokens' texts one after another, where they are wanted.
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

    /// Text of a token; nothing where texts are not wanted.
    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before));
        match (start, self.ends.get(index)) {
            (Some(&start), Some(&end)) => &self.text[start..end],
            _ => "",
        }
    }
}

impl Extractor {
    /// Reads one paragraph and feeds each of its features to `sink` once, channel by channel, in the order
    /// of the text. Cannot fail.
    pub fn extract<S: Sink>(&mut self, text: &str, place: Option<Place>, sink: &mut S) -> Facts {
        let mut facts = Facts::default();
        self.tokens::<S>(text, &mut facts);
        self.pairs.clear();
        self.pairs.extend(self.keys.windows(2).map(|two| joined(two[0], two[1])));
        let first = self.keys.first().copied().unwrap_or(0);
        facts.opening = self.pairs.first().copied().unwrap_or(first);
        // Each turned by its place: lines of the same pairs in another order differ.
        let placed = self.pairs.iter().zip(0u32..).map(|(pair, place)| pair.rotate_left(place % u64::BITS));
        facts.line = placed.fold(first, u64::wrapping_add);
        self.words(sink);
        self.pairs(sink);
        self.edges(sink);
        facts.shape.text(text);
        for ((tag, value), &name) in facts.shape.tags().into_iter().zip(&*SHAPE_TAGS) {
            sink.feature(Channel::Shape, tag_key(name, value), Name::Tag(tag, value));
        }
        for ((tag, value), &name) in place.into_iter().flat_map(Place::tags).zip(&*PLACE_TAGS) {
            sink.feature(Channel::Place, tag_key(name, value), Name::Tag(tag, value));
        }
        facts
    }

    fn tokens<S: Sink>(&mut self, text: &str, facts: &mut Facts) {
        let Self { keys, codes, names, scratch, .. } = self;
        keys.clear();
        codes.clear();
        names.clear();
        tokenize_with(scratch, text, |token, _, look| {
            if keys.len() == MAX_PARAGRAPH_TOKENS {
                facts.too_long = true;
                return false;
            }
            keys.push(word_key(token));
            if look.word {
                codes.push(Shape::code(token, look));
            } else {
                facts.shape.sign(token, look);
            }
            if S::NAMES {
                names.push(token);
            }
            true
        });
        facts.shape.tokens = keys.len() as u32;
        facts.shape.words(codes);
    }

    fn words<S: Sink>(&mut self, sink: &mut S) {
        let names = &self.names;
        self.seen.first_ones(&self.keys, &mut self.first);
        for &i in &self.first {
            let i = i as usize;
            sink.feature(Channel::Words, self.keys[i], Name::Word(names.get(i)));
        }
    }

    fn pairs<S: Sink>(&mut self, sink: &mut S) {
        if !S::NAMES {
            sink.sift(&mut self.pairs);
        }
        let names = &self.names;
        self.seen.first_ones(&self.pairs, &mut self.first);
        for &i in &self.first {
            let i = i as usize;
            sink.feature(Channel::Pairs, self.pairs[i], Name::Pair(names.get(i), names.get(i + 1)));
        }
    }

    /// The first and last token and pair: each comes once by itself.
    fn edges<S: Sink>(&mut self, sink: &mut S) {
        let Self { keys, names, .. } = self;
        let (Some(&first), Some(&last)) = (keys.first(), keys.last()) else { return };
        let end = keys.len() - 1;
        let mut edge = |edge: &'static str, key: u64, a: &str, b: &str| {
            sink.feature(Channel::Edges, joined(edge_seed(edge), key), Name::Edge(edge, a, b));
        };
        edge("^", first, names.get(0), "");
        if end > 0 {
            edge("^^", joined(first, keys[1]), names.get(0), names.get(1));
        }
        edge("$", last, names.get(end), "");
        if end > 0 {
            edge("$$", joined(keys[end - 1], last), names.get(end - 1), names.get(end));
        }
    }
}
