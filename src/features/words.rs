//! How many words a text has, for people: counts in reports and tallies, `--max-drop`, what an evaluation
//! weighs by. The model never looks at it; it counts tokens.

use super::script::is_unspaced;

/// Words of a text: runs without white space; in scripts that are written without spaces, every character is a
/// word of its own. 0 for a text of white space alone.
///
/// White space is Unicode's, and the four separators U+001C to U+001F, which Python splits at too: the
/// benchmark's line scorer counts the same, except that iteration marks, half-width kana, Lao and the Han of
/// further planes are parts of longer words to it.
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
