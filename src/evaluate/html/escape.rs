//! Text that is safe inside a page, whatever it holds.
//!
//! Markup is escaped; control and bidi characters show by their number, as on a terminal
//! ([`crate::explain::visible`]), so that no text can turn what stands around it; and every text has a limit
//! that is stated where it is cut.

use crate::explain::visible::{one_line, visible};
use crate::write::escape::markup;

/// Characters of a name (an id, a label, a site) that are shown.
const NAME: usize = 120;

/// The text on one line, at most so many of its characters, safe.
pub fn line(text: &str, most: usize) -> String {
    let (head, cut) = head(text, most);
    format!("{}{}", markup(&one_line(head)), if cut { "…" } else { "" })
}

/// A name: an id, a label, a site.
pub fn short(text: &str) -> String {
    line(text, NAME)
}

/// A paragraph's text, at most so many of its characters; where it is cut, how long it is.
pub fn paragraph(text: &str, most: usize) -> String {
    let (head, cut) = head(text, most);
    let mut out = markup(&visible(head)).into_owned();
    if cut {
        let all = super::tables::grouped(text.chars().count() as u64);
        let shown = super::tables::grouped(most as u64);
        out.push_str(&format!("… <span class=\"cut\">[the first {shown} of {all} characters]</span>"));
    }
    out
}

/// The first characters of a text, and whether there are more.
fn head(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            short("<b title=\"a\" x='y'> & co"),
            "&lt;b title=&quot;a&quot; x=&#39;y&#39;&gt; &amp; co"
        );
        assert_eq!(paragraph("a\u{202e}b\0\u{1b}[2J", 99), "a&lt;U+202E&gt;b&lt;U+0000&gt;&lt;U+001B&gt;[2J");
        assert_eq!(short(&"x".repeat(500)).chars().count(), NAME + 1);
        assert!(paragraph(&"é".repeat(1200), 900).ends_with("[the first 900 of 1,200 characters]</span>"));
    }

    proptest! {
        #[test]
        fn escaped_text_holds_no_markup(text in any::<String>(), most in 0usize..40) {
            for shown in [markup(&text).into_owned(), line(&text, most), short(&text)] {
                prop_assert!(!shown.contains(['<', '>', '"', '\'']));
            }
            prop_assert!(!line(&text, most).contains(crate::explain::visible::acts));
        }
    }
}
