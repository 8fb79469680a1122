//! A block to features: its words as everywhere, its markup beside them.
//!
//! No tag, class or id is named here for what it would mean: what names mean is learnt.

use xxhash_rust::xxh3::xxh3_64;

use crate::features::extract::Extractor;
use crate::features::{self, Name, Sink, joined};
use crate::split::html::{Block, Blocks, Kind, Named, Origin, Span};

/// One family of features of a block, with its own summed log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Channel {
    /// Single tokens.
    Words = 0,
    /// Two tokens in a row.
    Pairs = 1,
    /// The first and last token and pair.
    Edges = 2,
    /// Shape of the text: length, case, digits, signs.
    Shape = 3,
    /// Links, length, kind of block, images, where it was found.
    Form = 4,
    /// Names of the elements around it, and their classes, ids and roles.
    Markup = 5,
    /// The same of inline elements inside it.
    Inline = 6,
}

/// Number of channels.
pub const CHANNELS: usize = 7;

impl Channel {
    /// Every channel, in the order in which they are stored.
    pub const ALL: [Self; CHANNELS] =
        [Self::Words, Self::Pairs, Self::Edges, Self::Shape, Self::Form, Self::Markup, Self::Inline];

    /// Name, as in files and explanations.
    pub fn name(self) -> &'static str {
        ["words", "pairs", "edges", "shape", "form", "markup", "inline"][self as usize]
    }

    /// The channel of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }

    /// The channel of plain text that it shares its keys with.
    fn of_text(self) -> Option<features::Channel> {
        features::Channel::from_name(self.name())
    }
}

/// Key of a feature in the one table of all channels.
#[inline]
pub fn key(channel: Channel, key: u64) -> u64 {
    joined(0x7061_6765 + channel as u64, key)
}

/// Key of a feature by its name, as files have it. Cannot fail.
pub fn key_of(channel: Channel, name: &str) -> u64 {
    match channel.of_text() {
        Some(text) => key(channel, features::key_of(text, name)),
        None => key(channel, xxh3_64(name.as_bytes())),
    }
}

/// What takes features in.
pub trait Take {
    /// Whether names are wanted.
    const NAMES: bool;
    /// One feature.
    fn take(&mut self, channel: Channel, key: u64, name: &dyn Fn() -> String);
}

/// Feeds the features of a block's text to `take`, each once, and returns its facts.
pub fn text<T: Take>(extractor: &mut Extractor, text: &str, take: &mut T) -> features::Facts {
    struct Through<'a, T>(&'a mut T);
    impl<T: Take> Sink for Through<'_, T> {
        const NAMES: bool = T::NAMES;
        fn feature(&mut self, channel: features::Channel, key: u64, name: Name<'_>) {
            let Some(channel) = CHANNEL_OF_TEXT[channel as usize] else { return };
            self.0.take(channel, self::key(channel, key), &|| name.to_text());
        }
    }
    extractor.extract(text, None, &mut Through(take))
}

/// By channel of plain text; place says nothing without a document of lines.
const CHANNEL_OF_TEXT: [Option<Channel>; 5] =
    [Some(Channel::Words), Some(Channel::Pairs), Some(Channel::Edges), Some(Channel::Shape), None];

/// Steps of a length: two to an octave, 0 to 25.
pub fn length_step(length: u32) -> u32 {
    let n = u64::from(length) + 1;
    let octave = n.ilog2();
    octave * 2 + u32::from((n * n) >> (2 * octave) >= 2)
}

/// Feeds what the block's form says: links × length, kind, images, origin.
pub fn form<T: Take>(block: &Block, take: &mut T) {
    let mut written = String::with_capacity(24);
    let mut tag = |name: &str, a: u32, b: u32| {
        // A name of its own for every value: nothing is added up here. Written by hand, because formatting took
        // a fifth of a page's judgement.
        written.clear();
        written.push_str(name);
        for number in [a, b] {
            written.push(' ');
            push_number(&mut written, number);
        }
        take.take(Channel::Form, key(Channel::Form, xxh3_64(written.as_bytes())), &|| written.clone());
    };
    let length = length_step(block.chars);
    let share = |part: u32| match part {
        0 => 0,
        part => 1 + (u64::from(part) * 5 / u64::from(block.chars.max(1))).min(5) as u32,
    };
    let kind = kind_number(block.kind);
    tag("length", length, 0);
    tag("linked", share(block.link_chars), length);
    tag("links", block.links.min(8), share(block.link_chars));
    tag("strong", share(block.strong_chars), length.min(12));
    tag("kind", kind, 0);
    tag("kind-length", kind, length);
    tag("images", block.images.min(3), length.min(12));
    tag("origin", origin_number(block.origin), 0);
}

fn push_number(text: &mut String, number: u32) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// A number for each kind of block; headings have their level.
pub fn kind_number(kind: Kind) -> u32 {
    match kind {
        Kind::Heading(level) => u32::from(level),
        Kind::Paragraph => 7,
        Kind::Item => 8,
        Kind::Cell => 9,
        Kind::Pre => 10,
        Kind::Term => 11,
        Kind::Definition => 12,
        Kind::Caption => 13,
        Kind::Summary => 14,
    }
}

/// A number for each place of finding.
pub fn origin_number(origin: Origin) -> u32 {
    match origin {
        Origin::Visible => 0,
        Origin::Hidden => 1,
        Origin::State => 2,
    }
}

/// Words of an attribute that are read, at the most.
const MAX_WORDS: usize = 32;

/// Words of a class, id or role: split at case and punctuation, in lower case, digits as zeros.
pub fn words(name: &str, each: &mut impl FnMut(&str)) {
    let mut word = String::new();
    let (mut count, mut before) = (0, ' ');
    let mut letters = name.chars().peekable();
    let mut end = |word: &mut String, count: &mut usize| {
        if !word.is_empty() && *count < MAX_WORDS {
            *count += 1;
            each(word);
        }
        word.clear();
    };
    while let Some(c) = letters.next() {
        if !c.is_alphanumeric() {
            end(&mut word, &mut count);
        } else {
            let next_is_lower = letters.peek().is_some_and(|next| next.is_lowercase());
            let turns = c.is_uppercase() && (!before.is_uppercase() || next_is_lower);
            if turns || c.is_numeric() != before.is_numeric() {
                end(&mut word, &mut count);
            }
            match c {
                'a'..='z' => word.push(c),
                'A'..='Z' => word.push(c.to_ascii_lowercase()),
                _ if c.is_numeric() => word.push('0'),
                _ => word.extend(c.to_lowercase()),
            }
        }
        before = c;
    }
    end(&mut word, &mut count);
}

/// What an element is called, part by part: `<` and its tag, `.` and a word of its classes, `#` and one of its
/// id, `@` and one of its role.
pub fn parts(blocks: &Blocks, named: &Named, each: &mut impl FnMut(char, &str)) {
    each('<', blocks.name(named.tag));
    for (sign, span) in [('.', named.class), ('#', named.id), ('@', named.role)] {
        if span != Span::default() {
            words(blocks.name(span), &mut |word| each(sign, word));
        }
    }
}

/// Feeds what an element is called ([`parts`]); `prefix` stands before each.
pub fn named<T: Take>(blocks: &Blocks, named: &Named, channel: Channel, prefix: &str, take: &mut T) {
    let mut name = String::with_capacity(32);
    parts(blocks, named, &mut |sign, word| {
        name.clear();
        name.push_str(prefix);
        name.push(sign);
        name.push_str(word);
        take.take(channel, key(channel, xxh3_64(name.as_bytes())), &|| name.clone());
    });
}

/// Feeds the path of tags up from a container: the last three, the last four.
pub fn path<T: Take>(blocks: &Blocks, container: u32, take: &mut T) {
    let mut name = String::with_capacity(48);
    for (length, (_, container)) in blocks.around(container).take(4).enumerate() {
        name.push('/');
        name.push_str(blocks.name(container.named.tag));
        if length >= 2 {
            take.take(Channel::Markup, key(Channel::Markup, xxh3_64(name.as_bytes())), &|| name.clone());
        }
    }
}

/// What blocks have in common that stand in the same sort of place: the last four tags with the classes of
/// the last two.
pub fn signature(blocks: &Blocks, container: u32) -> u64 {
    let mut signature = 0;
    for (above, (_, container)) in blocks.around(container).take(4).enumerate() {
        signature = joined(signature, xxh3_64(blocks.name(container.named.tag).as_bytes()));
        if above < 2 {
            signature = joined(signature, xxh3_64(blocks.name(container.named.class).as_bytes()));
        }
    }
    signature
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str) -> Vec<String> {
        let mut all = Vec::new();
        words(name, &mut |word| all.push(word.to_owned()));
        all
    }

    #[test]
    fn names_come_apart_at_case_and_punctuation() {
        assert_eq!(split("articleBody post-content__text"), ["article", "body", "post", "content", "text"]);
        assert_eq!(split("HTMLBlock col-md-12 h2Big"), ["html", "block", "col", "md", "00", "h", "0", "big"]);
        assert_eq!(split("--  "), [""; 0]);
    }

    #[test]
    fn forms_are_named_by_their_numbers() {
        struct Names(Vec<String>);
        impl Take for Names {
            const NAMES: bool = true;
            fn take(&mut self, channel: Channel, key: u64, name: &dyn Fn() -> String) {
                assert_eq!(key, key_of(channel, &name()));
                self.0.push(name());
            }
        }
        let mut names = Names(Vec::new());
        form(&Block { chars: 100, link_chars: 30, links: 12, images: 1, ..Block::default() }, &mut names);
        let expected = [
            "length 13 0",
            "linked 2 13",
            "links 8 2",
            "strong 0 12",
            "kind 7 0",
            "kind-length 7 13",
            "images 1 12",
            "origin 0 0",
        ];
        assert_eq!(names.0, expected);
    }

    #[test]
    fn steps_of_length_ascend() {
        let steps: Vec<u32> = (0..100_000).map(length_step).collect();
        assert!(steps.is_sorted());
        assert_eq!(steps[0], 0);
        assert!(steps[99_999] <= 34);
    }
}
