//! Whether what came as text is markup.

use gleaner::unstable::read::{self, Container};

/// Bytes of a text that are looked at to tell whether it is markup.
const LOOKED_AT: usize = 4096;

/// What to say where texts hold markup, and the first of them stands here.
pub fn looks_like_html(place: &str) -> String {
    format!("{place}: looks like HTML and is read as plain text; --content html reads such rows as pages")
}

/// Whether a text is markup: it begins as a page does, or with an element that is closed soon after.
pub fn is_markup(text: &[u8]) -> bool {
    const TAGS: [&[u8]; 12] = [
        b"p", b"div", b"article", b"section", b"h1", b"h2", b"body", b"head", b"span", b"table", b"ul",
        b"main",
    ];
    let start = text[..text.len().min(LOOKED_AT)].trim_ascii_start();
    let Some(inside) = start.strip_prefix(b"<") else { return false };
    let name = inside.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let closed = || start.windows(2).any(|two| two == b"</");
    read::sniff(None, start) == Container::Html
        || TAGS.iter().any(|tag| inside[..name].eq_ignore_ascii_case(tag)) && closed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_told_from_text() {
        for markup in ["<!doctype html><title>x", " <p>The boats</p> wait", "<DIV class=a>The boats</DIV>"] {
            assert!(is_markup(markup.as_bytes()), "{markup}");
        }
        for text in ["", "<3 is a heart", "a <p>b</p>", "<p is a less-than", "<quay> holds </quay>"] {
            assert!(!is_markup(text.as_bytes()), "{text}");
        }
    }
}
