//! Text that is safe to show: what would steer a terminal, or turn text around, shows as `<U+001B>`.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether a character acts on a terminal instead of standing there: controls (ESC and the one-character
/// CSI among them), line and paragraph separators, bidi controls, and invisible ones that hide text.
/// The joiners U+200C and U+200D stay: scripts and emoji need them.
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every character that [`acts`] shown by its number. Cannot fail.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "<U+{:04X}>", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The text on one line: runs of white space become one space, then [`visible`].
pub fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect();
    visible(&words.join(" ")).into_owned()
}

/// Columns that a shown text takes on a terminal.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// A shown text, cut to this many columns if it is longer; then its last one is `…`.
pub fn shortened(text: &str, width: usize) -> Cow<'_, str> {
    // A character is one byte or more and two columns or fewer: most texts need no measuring.
    if text.len() <= width || columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut used = 0;
    let end = text
        .char_indices()
        .find(|(_, c)| {
            used += c.width().unwrap_or(0);
            used + 1 > width
        })
        .map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…", text[..end].trim_end()))
}

/// A shown text broken at spaces into lines of at most this many columns; a longer word has its own line.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    // A word may take no column at all.
    let (mut used, mut begun) = (0, false);
    for word in text.split(' ') {
        let needs = columns(word);
        if begun && used + 1 + needs > width {
            lines.push(String::new());
            (used, begun) = (0, false);
        }
        if let Some(line) = lines.last_mut() {
            if begun {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += needs;
            begun = true;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_acts_is_shown() {
        assert_eq!(visible("a\u{1b}[31mb"), "a<U+001B>[31mb");
        assert_eq!(visible("\u{9b}2J\u{202e}cba\u{2069}\u{7f}"), "<U+009B>2J<U+202E>cba<U+2069><U+007F>");
        assert!(matches!(visible("naïve 漢字 👩\u{200d}🌾 “so”…"), Cow::Borrowed(_)));
        assert_eq!(one_line("  one\r\n\ttwo\u{2028}three "), "one two<U+2028>three");
    }

    #[test]
    fn texts_are_cut_to_columns() {
        assert_eq!(shortened("harvest", 7), "harvest");
        assert_eq!(shortened("harvest home", 9), "harvest…");
        assert_eq!(shortened("漢字仮名", 5), "漢字…");
        assert_eq!(shortened("漢字", 4), "漢字");
        assert_eq!(wrapped("the barn burnt down", 8), ["the barn", "burnt", "down"]);
        assert_eq!(wrapped("", 8), [""]);
        assert_eq!(wrapped("\u{11370} ਓ", 9), ["\u{11370} ਓ"]);
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(text in any::<String>(), width in 1usize..60) {
            let shown = one_line(&text);
            prop_assert!(!shown.contains(acts));
            prop_assert!(columns(&shortened(&shown, width)) <= width);
            prop_assert_eq!(wrapped(&shown, width).join(" "), shown);
        }
    }
}
