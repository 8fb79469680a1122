//! Brings a text into the form in which its words are counted, so that the same word is the same feature whatever
//! code points spell it. Only features see this form: spans and output are always those of the original bytes.
//!
//! | in the text | in the normal form |
//! |---|---|
//! | code points that are ignored by default: zero-width spaces, soft hyphens, variation selectors | nothing |
//! | control characters of ASCII other than white space (NUL, escape), U+FFFD | nothing |
//! | letters with a compatibility mapping: `ﬁ`, `ｍ`, `ⓢ`, `𝗔` | their NFKC form (UAX #15) |
//! | a letter and its marks | one letter where there is one (NFC); other general combining marks go |
//! | a letter of another script in a word with Latin letters, which looks like a Latin one | that one (UTS #39) |
//!
//! Signs keep their form, because `™` and `…` say something that `TM` and three full stops do not.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, is_nfc_quick, is_nfkc_quick};
use unicode_security::skeleton;

use super::script::is_unspaced;

/// Normalizes texts, one after another. The buffer is reused.
#[derive(Debug, Default)]
pub struct Normalizer {
    text: String,
}

/// A text in its normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Normal<'a> {
    /// The text.
    pub text: &'a str,
    /// How many characters were left out that are no text: U+FFFD, which stands for bytes that are lost, and control
    /// characters.
    pub lost: u32,
}

impl Normalizer {
    /// Returns the normal form of `text`; the text itself if it is in that form.
    #[inline]
    pub fn normalize<'a>(&'a mut self, text: &'a str) -> Normal<'a> {
        if is_normal(text) { Normal { text, lost: 0 } } else { self.rewrite(text) }
    }

    fn rewrite(&mut self, text: &str) -> Normal<'_> {
        let mut lost = 0;
        let composed = text
            .chars()
            .filter(|&c| {
                lost += u32::from(is_no_text(c));
                !is_left_out(c)
            })
            .flat_map(Compatible::of)
            .nfc()
            .filter(|&c| !is_general_mark(c));
        self.text.clear();
        self.text.extend(composed);
        if let Cow::Owned(folded) = fold(&self.text) {
            self.text = folded;
        }
        Normal { text: &self.text, lost }
    }
}

/// The compatibility decomposition of a letter, or the character itself: up to 18 characters (U+FDFA).
struct Compatible {
    all: [char; 18],
    next: usize,
    len: usize,
}

impl Compatible {
    fn of(c: char) -> Self {
        let mut it = Self { all: ['\0'; 18], next: 0, len: 0 };
        if c.is_ascii() || !c.is_alphabetic() {
            it.push(c);
        } else {
            decompose_compatible(c, |part| it.push(part));
        }
        it
    }

    fn push(&mut self, c: char) {
        if let Some(place) = self.all.get_mut(self.len) {
            *place = c;
            self.len += 1;
        }
    }
}

impl Iterator for Compatible {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let c = self.all[..self.len].get(self.next).copied();
        self.next += 1;
        c
    }
}

/// Whether the text is known to be in its normal form. A text that is can still get the answer no, which costs
/// time alone.
fn is_normal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let odd = |byte: &u8| (byte.wrapping_sub(0x0e) < 0x12) | (*byte < 0x09) | (*byte >= 0x7f);
    let mut at = 0;
    while at < bytes.len() {
        let chunk = &bytes[at..bytes.len().min(at + 32)];
        // Without a branch, so that many bytes are looked at in one instruction.
        if !chunk.iter().fold(false, |any, byte| any | odd(byte)) {
            at += chunk.len();
            continue;
        }
        let end = at + chunk.len();
        while at < end {
            let byte = bytes[at];
            if byte < 0x80 {
                if odd(&byte) {
                    return false;
                }
                at += 1;
                continue;
            }
            let Some(c) = text[at..].chars().next() else { return true };
            let after = at + c.len_utf8();
            let beside_latin = || {
                let latin = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
                latin(bytes.get(after)) || at.checked_sub(1).is_some_and(|before| latin(bytes.get(before)))
            };
            if !is_normal_char(c, beside_latin) {
                return false;
            }
            at = after;
        }
    }
    true
}

/// Whether a character beyond ASCII stays as it is. The ranges are those of most texts; for the rest the tables
/// are asked.
#[inline]
fn is_normal_char(c: char, beside_latin: impl FnOnce() -> bool) -> bool {
    match u32::from(c) {
        0xa0..=0xff => !matches!(c, '\u{aa}' | '\u{ad}' | '\u{b5}' | '\u{ba}'),
        // Signs of typography, of currencies, arrows.
        0x2010..=0x2027 | 0x2030..=0x205e | 0x20a0..=0x20c0 | 0x2190..=0x2328 | 0x232b..=0x23ff => true,
        // Letters of Greek, Cyrillic, Hebrew and Arabic texts.
        0x391..=0x3a1 | 0x3a3..=0x3ce | 0x400..=0x481 | 0x5d0..=0x5ea | 0x621..=0x63a | 0x641..=0x64a => {
            !beside_latin()
        }
        // East Asian punctuation, kana, Han, Hangul, full-width signs.
        0x3000..=0x3029 | 0x3041..=0x3096 | 0x30a1..=0x30fc | 0x4e00..=0x9fff | 0xac00..=0xd7a3 => true,
        0xff01..=0xff20 if !c.is_alphabetic() => true,
        _ => {
            !is_left_out(c)
                && canonical_combining_class(c) == 0
                && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes
                && !is_general_mark(c)
                && (!c.is_alphabetic() || is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes)
                && !(is_foreign(c) && beside_latin())
        }
    }
}

/// Characters that do not reach the features.
fn is_left_out(c: char) -> bool {
    is_no_text(c) || is_ignorable(c)
}

/// U+FFFD, and control characters other than white space. Those beyond ASCII are quotes of a text in a wrong
/// encoding more often than not, and stand between words.
fn is_no_text(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER || (c.is_ascii_control() && !c.is_whitespace())
}

/// Default_Ignorable_Code_Point (DerivedCoreProperties.txt, Unicode 16.0).
fn is_ignorable(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0
        | 0xfff0..=0xfff8 | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// Marks that are used with letters of any script (the five blocks of combining diacritical marks and half
/// marks). What is left of them after composition is emphasis, a stress mark or decoration.
fn is_general_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x300..=0x36f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// Letters that, in a word with Latin letters, are there for their looks if they look like one: those of other
/// alphabets, and the phonetic ones.
fn is_foreign(c: char) -> bool {
    c.is_alphabetic()
        && !matches!(u32::from(c), 0..=0x24f | 0x1e00..=0x1eff | 0xac00..=0xd7a3)
        && !is_unspaced(c)
}

/// Folds look-alikes in words that mix Latin letters with them alone. If a text has such a word, and no word that
/// only another script can spell, words that consist of look-alikes are folded too.
fn fold(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_foreign) {
        return Cow::Borrowed(text);
    }
    let is_between = |c: char| !c.is_alphabetic();
    let looks_latin = |word: &str| word.chars().filter(|&c| is_foreign(c)).all(|c| latin(c).is_some());
    let (mut mixed, mut native) = (false, false);
    for word in text.split(is_between).filter(|word| word.chars().any(is_foreign)) {
        let alike = looks_latin(word);
        mixed |= alike && is_mixed(word);
        native |= !alike;
    }
    if !mixed {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_inclusive(is_between) {
        if !native || (is_mixed(word) && looks_latin(word)) {
            folded.extend(word.chars().map(|c| if is_foreign(c) { latin(c).unwrap_or(c) } else { c }));
        } else {
            folded.push_str(word);
        }
    }
    Cow::Owned(folded)
}

/// Whether a letter of ASCII and a foreign one stand side by side.
fn is_mixed(word: &str) -> bool {
    let beside = |(a, b): (char, char)| {
        (a.is_ascii_alphabetic() && is_foreign(b)) || (is_foreign(a) && b.is_ascii_alphabetic())
    };
    word.chars().zip(word.chars().skip(1)).any(beside)
}

/// The Latin letter that a letter looks like: its prototype in `confusables.txt` (UTS #39, section 4), marks
/// left out.
fn latin(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(c);
    }
    let mut buffer = [0; 4];
    let mut prototype = skeleton(c.encode_utf8(&mut buffer)).filter(|&c| !is_combining_mark(c));
    let letter = prototype.next().filter(char::is_ascii_alphabetic)?;
    if prototype.next().is_some() {
        return None;
    }
    // The prototype of capital I, in any script, is the small l.
    Some(if letter == 'l' && c.is_uppercase() { 'I' } else { letter })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        Normalizer::default().normalize(text).text.to_owned()
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        assert_eq!(normal("sub\u{ad}scr\u{200b}ibe\0 n\u{feff}ow\u{fe0f}"), "subscribe now");
        assert_eq!(normal("s\u{332}u\u{332}b\u{332} for o\u{20e3}ne"), "sub for one");
        assert_eq!(normal("tab\tline\nnext\u{85}last"), "tab\tline\nnext\u{85}last");
        let mut normalizer = Normalizer::default();
        assert_eq!(normalizer.normalize("a\u{fffd}b \u{fffd}"), Normal { text: "ab ", lost: 2 });
    }

    #[test]
    fn letters_have_one_form_and_signs_keep_theirs() {
        assert_eq!(normal("ﬁnd ｓｉｇｎ ⓤⓟ 𝗡𝗼𝘄 cafe\u{301}"), "find sign up Now café");
        assert_eq!(normal("Brand™ … ½ № 5² £"), "Brand™ … ½ № 5² £");
        assert_eq!(normal("приве\u{301}т и\u{306}од"), "привет йод");
    }

    #[test]
    fn look_alikes_are_folded_in_mixed_words_alone() {
        assert_eq!(normal("Sіgn uр fоr оur nеwslеttеr"), "Sign up for our newsletter");
        // A word of look-alikes beside a mixed one.
        assert_eq!(normal("Jоin us оr со"), "Join us or co");
        assert_eq!(normal("Ѕubsсrіbе tо Іnsіdеr"), "Subscribe to Insider");
        assert_eq!(normal("sυbscrιbe"), "subscribe");
        assert_eq!(normal("ὐÀa"), "ὐÀa");
        // Texts of one script, or of words of one script each.
        for text in
            ["Он сказал: Google не ответил", "σε ένα café", "東京のiPhoneを", "서울 IT기업", "он и iФон"]
        {
            assert_eq!(normal(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_for_normal_is(text in any::<String>()) {
            if is_normal(&text) {
                let mut normalizer = Normalizer::default();
                prop_assert_eq!(normalizer.rewrite(&text).text, text.as_str());
            }
        }

        #[test]
        fn neighbours_of_all_scripts(text in "[a-zéа-яα-ω\u{300}-\u{345}かが\u{3099}\u{1100}-\u{11ff}ا-ي\u{900}-\u{950}]{0,12}") {
            if is_normal(&text) {
                let mut normalizer = Normalizer::default();
                prop_assert_eq!(normalizer.rewrite(&text).text, text.as_str());
            }
        }
    }

    #[test]
    fn every_character_alone() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            if is_normal(&text) {
                assert_eq!(Normalizer::default().rewrite(&text).text, text, "{:x}", u32::from(c));
            }
        }
    }
}
