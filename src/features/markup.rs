//! Markup features of a unit: its form, the elements around it, the inline elements inside it.
//!
//! No tag, class or id is listed here for its meaning; meanings are learnt.

use xxhash_rust::xxh3::xxh3_64;

use super::counts::MAX_NAME_BYTES;
use super::tokens::MAX_TOKEN_BYTES;
use super::{Channel, Name, Sink, joined, named_key};
use crate::split::{Named, Origin, Role, Span, Unit, Units};

/// Returns the step of a length, 0 to 25: two steps per octave.
pub fn length_step(length: u32) -> u32 {
    let n = u64::from(length) + 1;
    let octave = n.ilog2();
    octave * 2 + u32::from((n * n) >> (2 * octave) >= 2)
}

/// Feeds the features of the unit's form: links by length, role, images, origin.
pub fn form<S: Sink>(unit: &Unit, sink: &mut S) {
    let mut written = String::with_capacity(24);
    let mut tag = |name: &str, a: u32, b: u32| {
        // Every value has a name of its own, because nothing is added up here. Names are built by hand:
        // formatting took a fifth of the time to judge a page.
        written.clear();
        written.push_str(name);
        for number in [a, b] {
            written.push(' ');
            push_number(&mut written, number);
        }
        sink.feature(Channel::Form, named_key(Channel::Form, &written), Name::Text(&written));
    };
    let length = length_step(unit.chars);
    let share = |part: u32| match part {
        0 => 0,
        part => 1 + (u64::from(part) * 5 / u64::from(unit.chars.max(1))).min(5) as u32,
    };
    let role = role_number(unit.role);
    tag("length", length, 0);
    tag("linked", share(unit.link_chars), length);
    tag("links", unit.links.min(8), share(unit.link_chars));
    tag("strong", share(unit.strong_chars), length.min(12));
    tag("role", role, 0);
    tag("role-length", role, length);
    tag("images", unit.images.min(3), length.min(12));
    tag("origin", origin_number(unit.origin), 0);
}

fn push_number(text: &mut String, number: u32) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// Number of a role; for headings, their level.
pub fn role_number(role: Role) -> u32 {
    match role {
        Role::Heading(level) => u32::from(level),
        Role::Paragraph => 7,
        Role::Item => 8,
        Role::Cell => 9,
        Role::Pre => 10,
        Role::Term => 11,
        Role::Definition => 12,
        Role::Caption => 13,
        Role::Summary => 14,
    }
}

/// Number of an origin.
pub fn origin_number(origin: Origin) -> u32 {
    match origin {
        Origin::Visible => 0,
        Origin::Hidden => 1,
        Origin::State => 2,
    }
}

/// Maximum number of words read from an attribute.
const MAX_WORDS: usize = 32;

/// Calls `each` with the words of a class, id or role: split at case and punctuation, lower-cased, digits as
/// zeros, each cut to the maximum length of a token.
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
                _ if word.len() >= MAX_TOKEN_BYTES => {}
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

/// Name of an element, or `?` for one that a count table cannot hold.
fn tag_name(units: &Units, tag: Span) -> &str {
    let name = units.name(tag);
    let is_plain = name.len() <= MAX_TOKEN_BYTES && !name.chars().any(char::is_control);
    if is_plain { name } else { "?" }
}

/// Calls `each` with the parts of an element's name: `<` and its tag, `.` and each word of its classes, `#`
/// and each word of its id, `@` and each word of its role.
pub fn parts(units: &Units, named: &Named, each: &mut impl FnMut(char, &str)) {
    each('<', tag_name(units, named.tag));
    for (sign, span) in [('.', named.class), ('#', named.id), ('@', named.role)] {
        if span != Span::default() {
            words(units.name(span), &mut |word| each(sign, word));
        }
    }
}

/// Feeds the parts of an element's name ([`parts`]), each with `prefix` before it.
pub fn named<S: Sink>(units: &Units, named: &Named, channel: Channel, prefix: &str, sink: &mut S) {
    let mut name = String::with_capacity(32);
    parts(units, named, &mut |sign, word| {
        name.clear();
        name.push_str(prefix);
        name.push(sign);
        name.push_str(word);
        sink.feature(channel, named_key(channel, &name), Name::Text(&name));
    });
}

/// Feeds the path of tags upwards from a container: the last three and the last four.
pub fn path<S: Sink>(units: &Units, container: u32, sink: &mut S) {
    let mut name = String::with_capacity(48);
    for (length, (_, container)) in units.around(container).take(4).enumerate() {
        name.push('/');
        name.push_str(tag_name(units, container.named.tag));
        if length >= 2 && name.len() <= MAX_NAME_BYTES {
            sink.feature(Channel::Markup, named_key(Channel::Markup, &name), Name::Text(&name));
        }
    }
}

/// Returns the signature of a container, which blocks in the same kind of place share: the last four tags and
/// the classes of the last two.
pub fn signature(units: &Units, container: u32) -> u64 {
    let mut signature = 0;
    for (above, (_, container)) in units.around(container).take(4).enumerate() {
        signature = joined(signature, xxh3_64(units.name(container.named.tag).as_bytes()));
        if above < 2 {
            signature = joined(signature, xxh3_64(units.name(container.named.class).as_bytes()));
        }
    }
    signature
}

#[cfg(test)]
mod tests {
    use super::super::key_of;
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
        impl Sink for Names {
            const NAMES: bool = true;
            fn feature(&mut self, channel: Channel, key: u64, name: Name<'_>) {
                assert_eq!(key, key_of(channel, &name.to_text()));
                self.0.push(name.to_text());
            }
        }
        let mut names = Names(Vec::new());
        form(&Unit { chars: 100, link_chars: 30, links: 12, images: 1, ..Unit::default() }, &mut names);
        let expected = [
            "length 13 0",
            "linked 2 13",
            "links 8 2",
            "strong 0 12",
            "role 7 0",
            "role-length 7 13",
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
