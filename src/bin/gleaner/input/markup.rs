//! What to say and do where what came as text is markup.

use std::path::Path;

use gleaner::error::Place;
use gleaner::unstable::read::{Container, markup};

/// What to say where a text holds markup; of rows, it is the first.
pub fn looks_like_html(place: &Place) -> String {
    let what = "looks like HTML and is read as plain text";
    match place.record {
        Some(_) => format!("{place}: {what}; --content html reads such rows as pages"),
        None => format!("{place}: {what}; --from html reads it as a page"),
    }
}

/// Whether a text begins like a page that nobody announced. Markdown may begin with some.
pub fn is_unexpected(path: &Path, text: &[u8]) -> bool {
    is_plain(path) && markup::is_markup(text)
}

/// A file of text is a page if it begins as one, or if it is mostly markup and its name says nothing else.
pub fn text_or_page(path: &Path, start: &[u8]) -> Container {
    let start = &*markup::narrow(start);
    if markup::is_page(start) || is_plain(path) && markup::is_mostly_markup(start) {
        Container::Html
    } else {
        Container::Text
    }
}

/// Whether a name is that of plain text, or of nothing in particular.
fn is_plain(path: &Path) -> bool {
    let ending = path.extension().map(|it| it.to_ascii_lowercase());
    ending.is_none_or(|it| ["txt", "text", "gz", "zst", "bz2"].iter().any(|plain| it == *plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_say_that_it_is_no_page() {
        let piece = b"<div><p>The boats wait.</p></div>";
        for (name, container) in
            [("a.txt", Container::Html), ("a", Container::Html), ("a.md", Container::Text)]
        {
            assert_eq!(text_or_page(Path::new(name), piece), container, "{name}");
            assert_eq!(text_or_page(Path::new(name), b"<!doctype html><p>x"), Container::Html, "{name}");
            assert_eq!(text_or_page(Path::new(name), b"The boats wait."), Container::Text, "{name}");
        }
        assert!(!is_unexpected(Path::new("a.md"), piece));
    }
}
