//! Splits text into tokens: lower-cased Unicode words, classes for what has endless forms (years, prices,
//! addresses), pairs of characters for scripts written without spaces.
//!
//! | in the text | token |
//! |---|---|
//! | a word (letters, marks, apostrophes inside) | the word in lower case, `’` as `'` |
//! | digits, alone or in a word | `0` for each, at most [`MAX_ZEROS`] in a row; `1,000.5` is one number |
//! | a year 1900–2099 | [`YEAR`] |
//! | `http://…`, `www.…` | [`URL`] |
//! | `name@host.tld` | [`EMAIL`] |
//! | `$5`, `€ 12.50`, `9 €` | [`PRICE`] |
//! | Han, kana, Thai, Lao, Khmer, Burmese | overlapping pairs of characters |
//! | an emoji | [`EMOJI`] |
//! | another sign that carries information (`©`, `\|`, `?`, `→`) | itself |
//! | `. , ; : ' " ( ) -` and their typographic forms | nothing |

use super::look::Look;
use super::script::{is_currency, is_emoji, is_mark, is_unspaced, says_nothing};

/// Token of a URL.
pub const URL: &str = "<url>";
/// Token of an e-mail address.
pub const EMAIL: &str = "<email>";
/// Token of a price.
pub const PRICE: &str = "<price>";
/// Token of a year.
pub const YEAR: &str = "<year>";
/// Token of an emoji.
pub const EMOJI: &str = "<emoji>";

/// Maximum length of a token in bytes. Longer tokens are cut at a character boundary.
pub const MAX_TOKEN_BYTES: usize = 64;
/// Maximum run of zeros that stands for digits: longer numbers do not differ in kind.
pub const MAX_ZEROS: usize = 7;

const SPACE: u8 = 0; // white space and signs that say nothing
const LETTER: u8 = 1; // a–z
const UPPER: u8 = 2; // A–Z
const DIGIT: u8 = 3;
const SIGN: u8 = 4; // a token of its own
const HIGH: u8 = 5; // first byte of a character beyond ASCII

const CLASS: [u8; 256] = {
    let mut class = [SPACE; 256];
    let mut b = 0;
    while b < 256 {
        class[b] = match b as u8 {
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'!'
            | b'#'..=b'&'
            | b'*'
            | b'+'
            | b'/'
            | b'<'..=b'@'
            | b'['
            | b'\\'
            | b']'
            | b'^'
            | b'_'
            | b'`'
            | b'{'..=b'~' => SIGN,
            0x80..=0xff => HIGH,
            _ => SPACE,
        };
        b += 1;
    }
    class
};

/// Calls `sink` with every token of `text`: its canonical form, its byte range in `text`, and its look.
///
/// Ranges ascend; those of character pairs overlap. Stops early if `sink` returns `false`.
pub fn tokenize(text: &str, sink: impl FnMut(&str, std::ops::Range<usize>, Look) -> bool) {
    tokenize_with(&mut Scratch::default(), text, sink);
}

/// The same as [`tokenize`], with a buffer that is reused from one text to the next.
#[inline]
pub fn tokenize_with(
    scratch: &mut Scratch,
    text: &str,
    mut sink: impl FnMut(&str, std::ops::Range<usize>, Look) -> bool,
) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match CLASS[bytes[at] as usize] {
            SPACE => {
                at += 1;
                continue;
            }
            SIGN => {
                if bytes[at] == b'$'
                    && let Some(end) = price_end(bytes, at + 1)
                {
                    at = end;
                    if !sink(PRICE, start..end, Look::DIGIT) {
                        return;
                    }
                    continue;
                }
                at += 1;
                if !sink(&text[start..at], start..at, Look::default()) {
                    return;
                }
            }
            HIGH => {
                let Some(c) = text[at..].chars().next() else { return };
                if is_unspaced(c) {
                    let end = unspaced_end(text, at);
                    if !pairs_of_characters(text, at..end, &mut sink) {
                        return;
                    }
                    at = end;
                } else if c.is_alphanumeric() {
                    at = word(text, start, scratch);
                    if !sink(scratch.canonical(), start..at, scratch.look) {
                        return;
                    }
                } else {
                    at += c.len_utf8();
                    if is_currency(c)
                        && let Some(end) = price_end(bytes, at)
                    {
                        at = end;
                        if !sink(PRICE, start..end, Look::DIGIT) {
                            return;
                        }
                        continue;
                    }
                    if says_nothing(c) {
                        continue;
                    }
                    let token = if is_emoji(c) { EMOJI } else { &text[start..at] };
                    if !sink(token, start..at, Look::default()) {
                        return;
                    }
                }
            }
            DIGIT => {
                at = number(text, start, scratch);
                if !sink(scratch.canonical(), start..at, scratch.look) {
                    return;
                }
            }
            _ => {
                // ASCII letters start the most common token by far, so its end is found right here.
                let mut upper = 0;
                let mut end = at;
                loop {
                    match bytes.get(end).map_or(SPACE, |&b| CLASS[b as usize]) {
                        LETTER => {}
                        UPPER => upper += 1,
                        _ => break,
                    }
                    end += 1;
                }
                let next = bytes.get(end).copied().unwrap_or(b' ');
                if matches!(CLASS[next as usize], DIGIT | HIGH) || matches!(next, b'\'' | b'@' | b':' | b'.')
                {
                    if let Some((end, class)) = address(text, start, end) {
                        at = end;
                        if !sink(class, start..end, Look::default()) {
                            return;
                        }
                        continue;
                    }
                    at = word(text, start, scratch);
                    if !sink(scratch.canonical(), start..at, scratch.look) {
                        return;
                    }
                    continue;
                }
                at = end;
                let length = end - start;
                let look = Look::WORD
                    .and(Look::CAPITAL.when(bytes[start].is_ascii_uppercase()))
                    .and(Look::ALL_CAPS.when(upper == length && length > 1))
                    .and(Look::CUT.when(length > MAX_TOKEN_BYTES));
                let shown = start..start + length.min(MAX_TOKEN_BYTES);
                let go_on = if upper == 0 {
                    sink(&text[shown], start..end, look)
                } else {
                    scratch.lower_ascii(&bytes[shown]);
                    sink(scratch.canonical(), start..end, look)
                };
                if !go_on {
                    return;
                }
            }
        }
    }
}

/// Canonical form of the current token.
#[derive(Debug)]
pub struct Scratch {
    text: String,
    look: Look,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { text: String::with_capacity(MAX_TOKEN_BYTES + 8), look: Look::default() }
    }
}

impl Scratch {
    fn canonical(&self) -> &str {
        &self.text
    }

    fn start(&mut self) {
        self.text.clear();
        self.look = Look::default();
    }

    fn lower_ascii(&mut self, bytes: &[u8]) {
        self.text.clear();
        self.text.extend(bytes.iter().map(|b| b.to_ascii_lowercase() as char));
    }

    /// Appends `c` if the token stays within its maximum length.
    fn push(&mut self, c: char) {
        if self.text.len() + c.len_utf8() > MAX_TOKEN_BYTES {
            self.note(Look::CUT);
        } else {
            self.text.push(c);
        }
    }

    /// Adds to the look of the token.
    fn note(&mut self, what: Look) {
        self.look = self.look.and(what);
    }

    fn push_zero(&mut self) {
        let zeros = self.text.bytes().rev().take_while(|&b| b == b'0').count();
        if zeros < MAX_ZEROS {
            self.push('0');
        }
    }
}

/// Reads a word that starts at `start`, and returns its end.
fn word(text: &str, start: usize, scratch: &mut Scratch) -> usize {
    scratch.start();
    let (mut letters, mut upper) = (0usize, 0usize);
    let mut chars = text[start..].char_indices().peekable();
    let mut end = text.len();
    while let Some((i, c)) = chars.next() {
        if c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric()) {
            scratch.push_zero();
            scratch.note(Look::DIGIT);
        } else if c.is_ascii_alphabetic() {
            letters += 1;
            upper += usize::from(c.is_ascii_uppercase());
            scratch.push(c.to_ascii_lowercase());
        } else if c == '\'' || c == '’' {
            // An apostrophe belongs to the word if a letter follows.
            if chars.peek().is_none_or(|&(_, next)| !next.is_alphabetic()) {
                end = start + i;
                break;
            }
            scratch.push('\'');
        } else if !c.is_ascii() && c.is_alphabetic() && !is_unspaced(c) {
            letters += 1;
            upper += usize::from(c.is_uppercase());
            for lower in c.to_lowercase() {
                scratch.push(lower);
            }
        } else if is_mark(c) {
            scratch.push(c);
        } else {
            end = start + i;
            break;
        }
        if letters == 1 && i == 0 {
            scratch.note(Look::CAPITAL.when(upper == 1));
        }
    }
    scratch.note(Look::WORD.when(letters > 0));
    scratch.note(Look::ALL_CAPS.when(letters > 1 && upper == letters));
    end
}

/// Reads a number, or a word that begins with a digit, and returns its end.
fn number(text: &str, start: usize, scratch: &mut Scratch) -> usize {
    let bytes = text.as_bytes();
    let mut end = start;
    let mut plain = true;
    loop {
        let digits = bytes[end..].iter().take_while(|b| b.is_ascii_digit()).count();
        end += digits;
        let separated =
            matches!(bytes.get(end), Some(b',' | b'.')) && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !separated {
            break;
        }
        plain = false;
        end += 1;
    }
    if text[end..].chars().next().is_some_and(|c| (c.is_alphabetic() && !is_unspaced(c)) || is_mark(c))
        && plain
    {
        return word(text, start, scratch);
    }
    scratch.start();
    scratch.note(Look::DIGIT);
    // `9 €` and `9€` are prices too.
    let after = text[end..].strip_prefix(' ').unwrap_or(&text[end..]);
    if let Some(sign) = after.chars().next().filter(|&c| is_currency(c)) {
        scratch.text.push_str(PRICE);
        return text.len() - after.len() + sign.len_utf8();
    }
    let year =
        plain && end - start == 4 && (bytes[start..].starts_with(b"19") || bytes[start..].starts_with(b"20"));
    if year {
        scratch.text.push_str(YEAR);
    } else {
        for _ in bytes[start..end].iter().filter(|b| b.is_ascii_digit()).take(MAX_ZEROS) {
            scratch.text.push('0');
        }
    }
    end
}

/// Returns the end of the amount after a currency sign, if there is one (after at most one space).
fn price_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    if bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    if !bytes.get(at)?.is_ascii_digit() {
        return None;
    }
    while bytes.get(at).is_some_and(u8::is_ascii_digit)
        || (matches!(bytes.get(at), Some(b',' | b'.')) && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
    {
        at += 1;
    }
    Some(at)
}

/// Recognises a URL or e-mail address whose first run of letters is `start..end`.
fn address(text: &str, start: usize, end: usize) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let head = &bytes[start..end];
    let rest = &bytes[end..];
    let web = ((head.eq_ignore_ascii_case(b"http") || head.eq_ignore_ascii_case(b"https"))
        && rest.starts_with(b"://"))
        || (head.eq_ignore_ascii_case(b"www")
            && rest.first() == Some(&b'.')
            && rest.get(1).is_some_and(u8::is_ascii_alphanumeric));
    if web {
        let length = text[end..].find(char::is_whitespace).unwrap_or(rest.len());
        return Some((end + length, URL));
    }
    // `name@host.tld`: the name may contain digits, dots and dashes. Bounded, so that no text makes this
    // quadratic.
    let bound = rest.len().min(MAX_TOKEN_BYTES);
    let name = rest[..bound]
        .iter()
        .take_while(|&&b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+'))
        .count();
    if rest.get(name) != Some(&b'@') {
        return None;
    }
    let host = &rest[name + 1..];
    let length = host.iter().take_while(|&&b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
    let host = host[..length].trim_ascii_end();
    let dots = host.iter().rev().take_while(|&&b| b == b'.' || b == b'-').count();
    let host = &host[..host.len() - dots];
    host.contains(&b'.').then(|| (end + name + 1 + host.len(), EMAIL))
}

fn unspaced_end(text: &str, start: usize) -> usize {
    text[start..]
        .char_indices()
        .find(|&(_, c)| !is_unspaced(c) && !is_mark(c))
        .map_or(text.len(), |(i, _)| start + i)
}

/// Emits overlapping pairs of characters. A single character is its own token.
fn pairs_of_characters(
    text: &str,
    range: std::ops::Range<usize>,
    sink: &mut impl FnMut(&str, std::ops::Range<usize>, Look) -> bool,
) -> bool {
    let look = Look::WORD;
    let run = &text[range.clone()];
    let mut previous: Option<usize> = None;
    let mut count = 0;
    for (i, c) in run.char_indices() {
        let end = i + c.len_utf8();
        if let Some(before) = previous
            && !sink(&run[before..end], range.start + before..range.start + end, look)
        {
            return false;
        }
        previous = Some(i);
        count += 1;
    }
    count != 1 || sink(run, range, look)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        tokenize(text, |token, _, _| {
            all.push(token.to_owned());
            true
        });
        all
    }

    #[test]
    fn canonical_forms() {
        for (text, expected) in [
            ("The Quick fox", vec!["the", "quick", "fox"]),
            ("don't stop ’til O’Brien's", vec!["don't", "stop", "til", "o'brien's"]),
            ("rock 'n' roll dogs'", vec!["rock", "n", "roll", "dogs"]),
            ("In 2022, 1,000.50 of 37", vec!["in", YEAR, "000000", "of", "00"]),
            ("an H264 file at 1080p", vec!["an", "h000", "file", "at", "0000p"]),
            ("Only $5 or € 12.50 or 9 €!", vec!["only", PRICE, "or", PRICE, "or", PRICE, "!"]),
            ("see https://a.example/b?c=d now", vec!["see", URL, "now"]),
            ("www.site.example", vec![URL]),
            ("mail Ann.Lee@post.example.", vec!["mail", EMAIL]),
            ("© 2021 A | B → C", vec!["©", YEAR, "a", "|", "b", "→", "c"]),
            ("ÉCOLE Straße ПРИВЕТ", vec!["école", "straße", "привет"]),
            ("漢字仮", vec!["漢字", "字仮"]),
            ("漢", vec!["漢"]),
            ("win 🎉 now", vec!["win", EMOJI, "now"]),
            ("हिन्दी", vec!["हिन्दी"]),
            ("", vec![]),
            (" … ", vec![]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn looks() {
        let mut looks = Vec::new();
        tokenize("Sign UP now 42", |_, _, look| {
            looks.push(look);
            true
        });
        let is = |token: usize| {
            [Look::CAPITAL, Look::ALL_CAPS, Look::DIGIT, Look::WORD, Look::CUT]
                .map(|what| looks[token].is(what))
        };
        assert_eq!(is(0), [true, false, false, true, false]);
        assert_eq!(is(1), [true, true, false, true, false]);
        assert_eq!(is(2), [false, false, false, true, false]);
        assert_eq!(is(3), [false, false, true, false, false]);
    }

    #[test]
    fn a_long_token_is_cut_and_says_so() {
        for text in ["x".repeat(1000), "é".repeat(1000), "X".repeat(1000)] {
            tokenize(&text, |token, range, look| {
                assert!(token.len() <= MAX_TOKEN_BYTES && look.is(Look::CUT));
                assert_eq!(range, 0..text.len());
                true
            });
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_bounded_tokens_in_order(text in "\\PC{0,80}|[a-z@.:/ 0-9$€'’]{0,60}") {
            let mut last = 0;
            tokenize(&text, |token, range, _| {
                assert!(!token.is_empty() && token.len() <= MAX_TOKEN_BYTES.max(8));
                assert!(range.start >= last && range.end <= text.len() && range.start < range.end);
                assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
                last = range.start;
                true
            });
        }

        #[test]
        fn case_does_not_change_ascii_words(text in "[a-zA-Z ]{0,60}") {
            prop_assert_eq!(tokens(&text), tokens(&text.to_uppercase()));
        }
    }
}
