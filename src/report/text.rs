//! Texts and numbers as reports show them.
//!
//! Escaping is the templates' part. Here, control and bidi characters become their numbers, as on a terminal
//! ([`crate::explain::visible`]), so that no text can turn what stands around it; and every text has a limit that
//! is stated where it is cut.

use crate::explain::visible::{acts, one_line, visible};

/// Characters of a name (an id, a label, a site) that are shown.
const NAME: usize = 120;

/// The text on one line, at most so many of its characters.
pub fn line(text: &str, most: usize) -> String {
    let (head, cut) = head(text, most);
    format!("{}{}", characters(&one_line(head)), if cut { "…" } else { "" })
}

/// A name: an id, a label, a site.
pub fn name(text: &str) -> String {
    line(text, NAME)
}

/// A text that may be cut.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cut {
    /// What is shown.
    pub text: String,
    /// How much that is, where it is not all.
    pub note: String,
}

/// A paragraph's text, at most so many of its characters.
pub fn paragraph(text: &str, most: usize) -> Cut {
    let (head, cut) = head(text, most);
    let all = || grouped(text.chars().count() as u64);
    let note = if cut {
        format!("[the first {} of {} characters]", grouped(most as u64), all())
    } else {
        String::new()
    };
    Cut { text: format!("{}{}", characters(&visible(head)), if cut { "…" } else { "" }), note }
}

/// The text of a page's block: as it is, with its own line breaks and tabs.
pub fn block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        for (number, piece) in line.split('\t').enumerate() {
            if number > 0 {
                out.push('\t');
            }
            out.push_str(&characters(&visible(piece)));
        }
    }
    out
}

/// What is no character at all (U+FFFF and its like) becomes U+FFFD, for pages that hold it are not valid.
fn characters(text: &str) -> String {
    let none = |c: char| matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    debug_assert!(!text.contains(acts), "made visible before");
    text.chars().map(|c| if none(c) { '\u{fffd}' } else { c }).collect()
}

/// The first characters of a text, and whether there are more.
fn head(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

/// A whole number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many of something: `1 word`, `2,000 words`.
pub fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A share in per cent: a place more where it is small, because there it matters.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 { format!("{percent:.2}%") } else { format!("{percent:.1}%") }
}

/// Part of a whole in per cent; 0 of nothing.
pub fn share(part: u64, whole: u64) -> String {
    percent(part as f64 / whole.max(1) as f64)
}

/// A probability in whole per cent; never a certainty that is none.
pub fn probability(probability: f64) -> String {
    match probability * 100.0 {
        p if p <= 0.0 || p >= 100.0 => format!("{p:.0}%"),
        p if p < 1.0 => "<1%".to_owned(),
        p if p > 99.0 => ">99%".to_owned(),
        p => format!("{p:.0}%"),
    }
}

/// A figure with three places; a dash where there is none.
pub fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

/// Nats with their sign, a minus as typographers have it.
pub fn signed(nats: f64) -> String {
    crate::explain::wording::nats(nats).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_acts_is_shown_and_what_is_cut_says_so() {
        assert_eq!(paragraph("a\u{202e}b\0\u{1b}[2J", 99).text, "a<U+202E>b<U+0000><U+001B>[2J");
        assert_eq!(name(&"x".repeat(500)).chars().count(), NAME + 1);
        let cut = paragraph(&"é".repeat(1200), 900);
        assert_eq!((cut.text.chars().count(), &*cut.note), (901, "[the first 900 of 1,200 characters]"));
        assert_eq!(block("a\n\tb\u{7}\r\u{ffff}"), "a\n\tb<U+0007><U+000D>\u{fffd}");
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.0, 0.0015, 0.5, 1.0].map(percent), ["0.0%", "0.15%", "50.0%", "100.0%"]);
        assert_eq!([0, 1, 2000].map(|it| counted(it, "word")), ["0 words", "1 word", "2,000 words"]);
        assert_eq!([0.0001, 0.714, 0.9999, 1.0].map(probability), ["<1%", "71%", ">99%", "100%"]);
        assert_eq!((number(None), signed(-1.234)), ("–".to_owned(), "−1.23".to_owned()));
    }

    proptest! {
        #[test]
        fn nothing_acts(text in any::<String>(), most in 0usize..40) {
            prop_assert!(!line(&text, most).contains(acts));
            prop_assert!(!paragraph(&text, most).text.contains(acts));
            prop_assert!(!block(&text).contains(|c| acts(c) && c != '\n' && c != '\t'));
        }
    }
}
