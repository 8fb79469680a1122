//! Units to features: sparse token counts in channels, and facts about shape.
//!
//! A feature counts once per unit (presence). One pass, [`extract`], serves training, scoring and explaining;
//! they differ in the [`Sink`] that it feeds.

mod channel;
pub mod counts;
pub mod extract;
pub mod look;
#[cfg(feature = "html")]
pub mod markup;
pub mod normalize;
pub mod place;
pub mod presence;
pub(crate) mod script;
pub mod shape;
pub mod tokens;
pub mod topic;
pub mod vocabulary;
pub mod words;

use std::sync::LazyLock;

use xxhash_rust::xxh3::xxh3_64;

pub use channel::Channel;
use place::Place;
use shape::{Shape, TAGS};

/// Maximum number of tokens read of a paragraph. Of a paragraph with more, the first and
/// the last half of that many are read.
pub const MAX_PARAGRAPH_TOKENS: usize = 1 << 14;
/// Maximum number of tokens read of a document. Paragraphs beyond are kept unjudged.
pub const MAX_DOCUMENT_TOKENS: usize = 1 << 24;
/// Maximum number of paragraphs read of a document. Those beyond are kept unjudged. Evidence and signals of a
/// paragraph take about a kilobyte, however short it is.
pub const MAX_DOCUMENT_PARAGRAPHS: usize = 1 << 17;

/// Name of a feature. Its text is built only when it is needed.
#[derive(Debug, Clone, Copy)]
pub enum Name<'a> {
    /// One token.
    Word(&'a str),
    /// Two tokens in a row.
    Pair(&'a str, &'a str),
    /// An edge of the paragraph (`^`, `^^`, `$`, `$$`) and the tokens there.
    Edge(&'static str, &'a str, &'a str),
    /// A tag of shape or place with its value.
    Tag(&'static str, u32),
    /// A markup feature, as written in count tables.
    Text(&'a str),
}

impl Name<'_> {
    /// Returns the name as written in count tables: parts separated by one space (tokens contain none).
    pub fn to_text(self) -> String {
        let mut text = String::new();
        self.push_to(&mut text);
        text
    }

    /// Appends the name to `text`.
    pub fn push_to(self, text: &mut String) {
        let mut push = |parts: &[&str]| {
            for (i, part) in parts.iter().enumerate() {
                text.push_str(if i == 0 { "" } else { " " });
                text.push_str(part);
            }
        };
        match self {
            Name::Word(word) | Name::Text(word) => push(&[word]),
            Name::Pair(a, b) | Name::Edge(a, b, "") => push(&[a, b]),
            Name::Edge(edge, a, b) => push(&[edge, a, b]),
            Name::Tag(tag, value) => push(&[tag, &value.to_string()]),
        }
    }
}

/// Receives the features of a paragraph.
pub trait Sink {
    /// Whether names are needed. They cost a copy of every token.
    const NAMES: bool;
    /// Takes one feature, at its first occurrence in the paragraph.
    fn feature(&mut self, channel: Channel, key: u64, name: Name<'_>);
    /// Takes features of one channel by their keys. Called instead of [`Sink::feature`] if names are not
    /// needed.
    fn features(&mut self, channel: Channel, keys: &[u64]) {
        keys.iter().for_each(|&key| self.feature(channel, key, Name::Word("")));
    }
    /// Removes the keys of pairs that the sink ignores, to save work. Not called if names are needed.
    fn sift(&self, _pairs: &mut Vec<u64>) {}
}

/// Key of a token.
#[inline]
pub fn word_key(token: &str) -> u64 {
    xxh3_64(token.as_bytes())
}

/// Joins two keys in order: multiply and fold by the golden ratio (Knuth, TAOCP 6.4).
#[inline]
pub(crate) fn joined(a: u64, b: u64) -> u64 {
    let mixed = (a.rotate_left(23) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 32)
}

fn edge_seed(edge: &str) -> u64 {
    match edge {
        "^" => 0x5e_0001,
        "^^" => 0x5e_0002,
        "$" => 0x5e_0003,
        _ => 0x5e_0004,
    }
}

/// Key of a tag with a value, from the key of its name.
#[inline]
fn tag_key(name: u64, value: u32) -> u64 {
    joined(name, u64::from(value) | 1 << 40)
}

/// Key of a markup feature, by its name. The same name in another channel has another key.
#[inline]
pub(crate) fn named_key(channel: Channel, name: &str) -> u64 {
    joined(0x6d61_726b + channel as u64, xxh3_64(name.as_bytes()))
}

/// Keys of the names of [`Shape::tags`].
static SHAPE_TAGS: LazyLock<[u64; TAGS]> =
    LazyLock::new(|| Shape::default().tags().map(|(tag, _)| word_key(tag)));
/// Keys of the names of [`Place::tags`].
static PLACE_TAGS: LazyLock<[u64; place::TAGS]> =
    LazyLock::new(|| Place { index: 0, count: 2 }.all_tags().map(|(tag, _)| word_key(tag)));

/// Returns the key of a feature, given its name in a count table: the inverse of [`Name::to_text`]. A name
/// that no feature has gets a key that no feature has.
pub fn key_of(channel: Channel, name: &str) -> u64 {
    match channel {
        Channel::Words => word_key(name),
        Channel::Pairs => {
            let (a, b) = cut(name);
            joined(word_key(a), word_key(b.map_or("", |b| cut(b).0)))
        }
        Channel::Edges => {
            let (edge, tokens) = cut(name);
            let (a, b) = cut(tokens.unwrap_or(""));
            let first = word_key(a);
            let inner = b.map_or(first, |second| joined(first, word_key(second)));
            joined(edge_seed(edge), inner)
        }
        Channel::Shape | Channel::Place => {
            let (tag, value) = cut(name);
            let value = value.and_then(|value| cut(value).0.parse().ok());
            tag_key(word_key(tag), value.unwrap_or(u32::MAX))
        }
        Channel::Form | Channel::Markup | Channel::Inline => named_key(channel, name),
    }
}

/// Splits a name at its first space. A plain byte loop is fastest, because names are short.
fn cut(name: &str) -> (&str, Option<&str>) {
    match name.bytes().position(|byte| byte == b' ') {
        Some(space) => (&name[..space], Some(&name[space + 1..])),
        None => (name, None),
    }
}

/// Facts about a paragraph besides its features.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its shape.
    pub shape: Shape,
    /// Hash of all its tokens by way of the pairs: equal for equal lines.
    pub line: u64,
    /// Hash of its first two tokens.
    pub opening: u64,
    /// Whether the paragraph exceeds [`MAX_PARAGRAPH_TOKENS`]. Then only its beginning was read.
    pub too_long: bool,
    /// How many characters are no text: U+FFFD and control characters.
    pub lost: u32,
}

#[cfg(test)]
mod tests {
    use super::extract::Extractor;
    use super::*;

    #[derive(Default)]
    struct Collect(Vec<(Channel, u64, String)>);

    impl Sink for Collect {
        const NAMES: bool = true;
        fn feature(&mut self, channel: Channel, key: u64, name: Name<'_>) {
            self.0.push((channel, key, name.to_text()));
        }
    }

    #[test]
    fn a_name_leads_back_to_its_key() {
        let mut all = Collect::default();
        Extractor::default().extract(
            "Sign up for our weekly letter, it’s free!",
            Some(Place { index: 2, count: 9 }),
            &mut all,
        );
        assert!(all.0.iter().any(|(_, _, name)| name == "^^ sign up"));
        assert!(all.0.iter().any(|(_, _, name)| name == "$$ free !"));
        let keys: std::collections::BTreeSet<u64> = all.0.iter().map(|(_, key, _)| *key).collect();
        assert_eq!(keys.len(), all.0.len(), "each feature comes once");
        for (channel, key, name) in &all.0 {
            assert_eq!(key_of(*channel, name), *key, "{channel:?} {name}");
        }
    }

    #[test]
    fn a_paragraph_without_end_is_read_to_the_bound() {
        let text = "word ".repeat(MAX_PARAGRAPH_TOKENS + 10);
        let facts = Extractor::default().extract(&text, None, &mut Collect::default());
        assert!(facts.too_long);
        assert_eq!(facts.shape.tokens as usize, MAX_PARAGRAPH_TOKENS);
    }
}
