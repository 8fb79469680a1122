//! Counts the words of a text as people do: for reports and tallies, for `--max-drop`, and as weights in an
//! evaluation. The model uses tokens instead.

use std::collections::BTreeSet;

use super::script::is_unspaced;
use super::tokens::tokenize;
use super::word_key;

/// Counts words: runs of characters other than white space; in scripts without spaces, every character is a
/// word. A text of white space has none.
///
/// White space is Unicode's plus the four separators U+001C to U+001F, at which Python splits too. The
/// benchmark's line scorer counts the same, except that it treats iteration marks, half-width kana, Lao and
/// Han of further planes as parts of longer words.
#[must_use]
pub fn count(text: &str) -> usize {
    let (mut count, mut inside) = (0, false);
    for c in text.chars() {
        if is_space(c) {
            inside = false;
        } else if is_unspaced(c) {
            count += 1;
            inside = false;
        } else {
            count += usize::from(!inside);
            inside = true;
        }
    }
    count
}

/// The words of a text, without what stands between them: runs of letters, digits and underscores; in scripts without
/// spaces, every character is a word. The scorer of whole pages counts the same.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = rest.find(|c| is_word(c) || is_unspaced(c))?;
        let from = &rest[from..];
        let first = from.chars().next().map_or(0, char::len_utf8);
        let ends = |c: char| !is_word(c) || is_unspaced(c);
        let end = if from.starts_with(is_unspaced) { first } else { from.find(ends).unwrap_or(from.len()) };
        let (word, after) = from.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Words by which a paragraph counts when the share of a document that would be dropped is looked at: all of
/// them, but of a text of more than [`LONG`] words at most two for each different token. Otherwise a pitch that is
/// padded with the same words over and over would outweigh any article, and save itself.
#[must_use]
pub fn weight(text: &str) -> usize {
    let count = count(text);
    if count <= LONG {
        return count;
    }
    let mut different = BTreeSet::new();
    tokenize(text, |token, _, _| {
        different.insert(word_key(token));
        true
    });
    count.min(2 * different.len().max(1))
}

/// Words up to which every word of a paragraph counts. Prose of this length has more than half as many different
/// words as words (Heaps, "Information Retrieval: Computational and Theoretical Aspects", 1978, section 7.5).
const LONG: usize = 256;

#[inline]
fn is_space(c: char) -> bool {
    match c {
        '\t'..='\r' | '\u{1c}'..='\u{1f}' | ' ' => true,
        c => !c.is_ascii() && c.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_all_scripts() {
        for (text, words) in [
            ("", 0),
            (" \t\u{a0}", 0),
            ("one", 1),
            ("a b\u{a0}c\u{1f}d\u{3000}e", 5),
            ("a\u{200b}b", 1),
            ("渡し船が出た。", 7),
            ("the 渡し船 left", 5),
            ("abc漢def", 3),
            ("เรือ", 4),
            ("배가 떠났다", 2),
        ] {
            assert_eq!(count(text), words, "{text:?}");
        }
    }

    #[test]
    fn words_are_split_from_what_stands_between() {
        for (text, words) in [
            ("", [].as_slice()),
            (" -- ", &[]),
            ("L'été, À_b 3.5", &["L", "été", "À_b", "3", "5"]),
            ("船が出る: go2港。", &["船", "が", "出", "る", "go2", "港"]),
            ("배가 떠났다", &["배가", "떠났다"]),
        ] {
            assert_eq!(split(text).collect::<Vec<_>>(), words, "{text:?}");
        }
    }

    #[test]
    fn padding_hardly_weighs() {
        let prose: String =
            (0..200).map(|n| format!("word{} again ", "abcdefgh".repeat(1 + n % 7))).collect();
        assert_eq!(weight(&prose[..600]), count(&prose[..600]), "short texts weigh what they have");
        assert_eq!(weight(&"the town and the river ".repeat(4_000)), 8);
        let letters =
            |n: u32| char::from_u32(0x391 + n % 17).into_iter().chain(char::from_u32(0x3b1 + n / 17));
        let different: String = (0..272).flat_map(|n| letters(n).chain([' '])).collect();
        assert_eq!(weight(&different), 272);
    }

    proptest! {
        #[test]
        fn scripts_with_spaces_are_counted_by_them(text in "[ -~éß가-힣\t\n\u{a0}]{0,60}") {
            prop_assert_eq!(count(&text), text.split_whitespace().count());
        }
    }
}
