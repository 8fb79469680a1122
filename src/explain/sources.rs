//! Where a margin comes from, in words: the signals of the context by what they look at.

use super::Explanation;
use crate::model::Medium;

/// The words of a paragraph and its own form.
pub const WORDS: &str = "its words";
/// All that looks at a block alone.
pub const BLOCK: &str = "the block itself";
/// What the trees say of every paragraph of text, or of every block of pages.
pub const ANY: [&str; 2] = ["any paragraph", "any block"];

/// Signals of pages by how their names begin; the first that fits holds.
const OF_PAGES: [(&str, &[&str]); 5] = [
    ("its neighbours", &["around", "own-before", "own-after", "length-before", "length-after"]),
    ("the elements around it", &["container", "sibling", "quarter", "large", "best"]),
    ("blocks like it", &["alike", "same-"]),
    ("the page as a whole", &["page-"]),
    ("its place", &["before", "after", "place", "token-place", "tokens-", "since-", "until-", "heading-"]),
];

/// What the margin of a unit is made of, in nats: it is their sum. From the largest of either sign to the smallest.
pub fn of(e: &Explanation<'_>) -> Vec<(&'static str, f64)> {
    let (own, any, name): (_, _, fn(&str) -> &'static str) = match e.model.medium() {
        Medium::Text => (WORDS, ANY[0], of_text),
        Medium::Page => (BLOCK, ANY[1], of_page),
    };
    let mut sources = vec![(own, e.shares.bayes), (any, e.shares.constant)];
    for (signal, share) in e.model.signal_names().iter().zip(&e.shares.signals) {
        let source = name(signal);
        match sources.iter_mut().find(|(known, _)| *known == source) {
            Some((_, sum)) => *sum += share,
            None => sources.push((source, *share)),
        }
    }
    sources.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    sources
}

fn of_text(signal: &str) -> &'static str {
    let has = |parts: &[&str]| parts.iter().any(|part| signal.contains(part));
    match signal {
        _ if signal.starts_with("topic") => "its topic",
        _ if signal.starts_with("same ") => "lines like it",
        "words before" | "words after" | "index" | "index from end" | "relative place" => "its place",
        _ if has(&["document", "paragraphs"]) => "the text as a whole",
        _ if has(&[" before", " after", " around", "run", "since", "until"]) => "its neighbours",
        _ if has(&["log-odds", "untempered"]) => WORDS,
        _ => "its length and form",
    }
}

fn of_page(signal: &str) -> &'static str {
    let fits = |(_, starts): &&(&str, &[&str])| starts.iter().any(|start| signal.starts_with(start));
    OF_PAGES.iter().find(fits).map_or(BLOCK, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::signals;

    #[test]
    fn every_signal_comes_from_somewhere() {
        let names = signals::text::names(&["pitch".to_owned()]);
        let of = |name: &str| of_text(names.iter().find(|it| *it == name).expect(name));
        for (name, expected) in [
            ("log-odds around 3", "its neighbours"),
            ("pitch around 4", "its neighbours"),
            ("pitch log-odds", WORDS),
            ("words before", "its place"),
            ("tokens before", "its neighbours"),
            ("log-odds of document", "the text as a whole"),
            ("topic around 3", "its topic"),
            ("capitals", "its length and form"),
            ("same line elsewhere", "lines like it"),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
    }

    #[cfg(feature = "html")]
    #[test]
    fn every_source_of_pages_has_signals() {
        let names = signals::page::names();
        for (source, _) in OF_PAGES {
            assert!(names.iter().any(|name| of_page(name) == source), "{source}");
        }
    }
}
