//! Paragraphs of a document as hashes of host and text.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::host::host;
use crate::document::Document;
use crate::features::MAX_DOCUMENT_PARAGRAPHS;
use crate::features::script::is_unspaced;
use crate::split::Unit;

/// One paragraph of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Hash of host and text, or 0 for a paragraph that is not remembered.
    pub key: u64,
    /// Number of words, or half the characters of scripts without spaces if that is more.
    pub length: u32,
}

/// The paragraphs of a document with an address, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sightings(Vec<Sighting>);

impl Sightings {
    /// Returns the paragraphs of a document, or `None` if its host is unknown. Case and the amount of white
    /// space make no difference. Digits do, because texts that differ only in a number are lists or tables as
    /// often as footers. Paragraphs without a letter, with invalid bytes, or beyond
    /// [`MAX_DOCUMENT_PARAGRAPHS`] are not remembered.
    pub fn of(document: &Document, units: &[Unit]) -> Option<Self> {
        let site = xxh3_64(host(document.url.as_deref()?)?.as_bytes());
        let mut folded = String::new();
        let all = units.iter().enumerate().map(|(index, unit)| {
            if !unit.intact || index >= MAX_DOCUMENT_PARAGRAPHS {
                return Sighting { key: 0, length: 0 };
            }
            let length = fold(&unit.text(document), &mut folded);
            let key = match length {
                0 => 0,
                _ => xxh3_64_with_seed(folded.as_bytes(), site).max(1),
            };
            Sighting { key, length }
        });
        Some(Self(all.collect()))
    }

    /// One entry per paragraph.
    pub fn all(&self) -> &[Sighting] {
        &self.0
    }
}

/// Writes the text in lower case with single spaces, and returns its length, or 0 if it has no letter.
fn fold(text: &str, out: &mut String) -> u32 {
    out.clear();
    let (mut words, mut unspaced, mut letters) = (0u32, 0u32, false);
    for word in text.split_whitespace() {
        words = words.saturating_add(1);
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars() {
            letters |= c.is_alphabetic();
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                unspaced = unspaced.saturating_add(u32::from(is_unspaced(c)));
                out.extend(c.to_lowercase());
            }
        }
    }
    if letters { words.max(unspaced / 2) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::split::{self, SplitMode};

    fn of(url: &str, text: &str) -> Vec<Sighting> {
        let mut document = crate::read::text::document("d".into(), Place::default(), text.into(), None);
        document.url = Some(url.to_owned());
        let paragraphs = split::text::units(&document, SplitMode::Lines);
        Sightings::of(&document, &paragraphs).map(|all| all.all().to_vec()).unwrap_or_default()
    }

    #[test]
    fn the_same_text_on_the_same_host_has_one_key() {
        let one = of("https://pier.example/1", "Join  us at the Pier\n12 | 34\nÄpfel 3\nÄpfel 4\n");
        let two = of("http://www.pier.example:80/2", "  join us AT the pier \n— 5 —\näpfel 3\n");
        assert_eq!(one[0], two[0]);
        assert_eq!((one[0].length, one[1].key, two[1].key), (5, 0, 0));
        assert_eq!(one[2], two[2]);
        assert!(one[2].key != one[3].key);
        assert!(one[0].key != of("https://quay.example/1", "Join us at the Pier")[0].key);
        assert!(of("no address", "Join us at the Pier").is_empty());
    }

    #[test]
    fn scripts_without_spaces_have_a_length() {
        assert_eq!(of("pier.example", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字")[0].length, 10);
    }
}
