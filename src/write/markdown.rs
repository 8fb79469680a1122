//! Markdown output: paragraphs as blocks, with a blank line between them.

use crate::document::Document;
use crate::split::Unit;

/// The kept paragraphs of a document as UTF-8, each a block of its own; list items stay together. Nothing is
/// escaped, so text that is already Markdown stays Markdown. Empty if nothing is kept.
///
/// `dropped` has one entry per paragraph; a paragraph without one is kept.
pub fn keep(document: &Document, units: &[Unit], dropped: &[bool]) -> String {
    let mut out = String::new();
    let mut before = false;
    let mut fenced = false;
    for (index, unit) in units.iter().enumerate() {
        if dropped.get(index).copied().unwrap_or(false) {
            continue;
        }
        let text = unit.text(document);
        let text = text.trim_end().trim_start_matches(['\u{feff}', '\r', '\n']);
        let item = is_item(text);
        if !out.is_empty() {
            out.push_str(if fenced || item && before { "\n" } else { "\n\n" });
        }
        out.push_str(text);
        before = item;
        fenced ^= text.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Whether a list item or a table row begins here.
fn is_item(text: &str) -> bool {
    let text = text.trim_start();
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    ["- ", "* ", "+ ", "|"].iter().any(|mark| text.starts_with(mark))
        || number.len() < text.len() && (number.starts_with(". ") || number.starts_with(") "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::read;
    use crate::split::{self, SplitMode};
    use serde_json::Value;

    #[test]
    fn paragraphs_are_blocks() {
        let text = "\u{feff}# The mole\nThe tide rose.\n- rope\n- tar\n1. first\nJoin us!\nThe end.\n```\nx\n\ny\n```\nDone.";
        let document = read::text::document(Value::Null, Place::default(), text.into(), None);
        let units = split::text::units(&document, SplitMode::Lines);
        let gone: Vec<bool> = units.iter().map(|it| it.text(&document) == "Join us!").collect();
        assert_eq!(
            keep(&document, &units, &gone),
            "# The mole\n\nThe tide rose.\n\n- rope\n- tar\n1. first\n\nThe end.\n\n```\nx\ny\n```\n\nDone.\n"
        );
        assert_eq!(keep(&document, &units, &vec![true; units.len()]), "");
    }
}
