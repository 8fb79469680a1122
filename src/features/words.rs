//! Counts the words of a text as people do: for reports and tallies, for `--max-drop`, and as weights in an
//! evaluation. The model uses tokens instead.

use super::script::is_unspaced;

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

    proptest! {
        #[test]
        fn scripts_with_spaces_are_counted_by_them(text in "[ -~éß가-힣\t\n\u{a0}]{0,60}") {
            prop_assert_eq!(count(&text), text.split_whitespace().count());
        }
    }
}
