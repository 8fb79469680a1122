//! What a page says twice stays once.
//!
//! Pages repeat their text: for small screens, for a window that opens, as data beside what is drawn. A
//! reference holds it once, and so does a reader's copy. Figures: ARCHITECTURE.md, "Pages".

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_128;

use crate::split::html::{Block, Kind};

/// Words from which a text that comes again is the same text, and not a label, a price or a name; from a sweep
/// over 1, 2, 4, 7 and 12.
const MIN_WORDS: usize = 4;

/// Which of the blocks that are `kept` say what one before them said, word for word: case and punctuation do
/// not count. Cells and preformatted text repeat on purpose, and are none. Cannot fail.
pub fn repeated(blocks: &[Block], kept: &[bool]) -> Vec<bool> {
    let mut seen = HashSet::new();
    let mut words = String::new();
    let mut again = |(block, &kept): (&Block, &bool)| {
        if !kept || matches!(block.kind, Kind::Cell | Kind::Pre) {
            return false;
        }
        fold(&block.text, &mut words) >= MIN_WORDS && !seen.insert(xxh3_128(words.as_bytes()))
    };
    blocks.iter().zip(kept).map(&mut again).collect()
}

/// Writes the words of a text in lower case, a space behind each, and returns how many there are.
fn fold(text: &str, words: &mut String) -> usize {
    words.clear();
    let mut count = 0;
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()) {
        words.extend(word.chars().flat_map(char::to_lowercase));
        words.push(' ');
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str, kind: Kind) -> Block {
        Block { text: text.to_owned(), kind, ..Block::default() }
    }

    #[test]
    fn the_first_that_is_kept_stays() {
        let lamp = "A lamp for small harbours.";
        let blocks = [
            block(lamp, Kind::Paragraph),
            block(lamp, Kind::Item),
            block("A lamp, for SMALL harbours", Kind::Heading(2)),
            block("A lamp for harbours, small", Kind::Paragraph),
            block(lamp, Kind::Cell),
            block(lamp, Kind::Pre),
        ];
        let kept = [false, true, true, true, true, true];
        assert_eq!(repeated(&blocks, &kept), [false, false, true, false, false, false]);
        assert_eq!(repeated(&blocks, &[true; 6]), [false, true, true, false, false, false]);
    }

    #[test]
    fn labels_and_prices_come_again() {
        let blocks = ["Add to cart", "£ 3.50", "Add to cart", "£ 3.50"].map(|it| block(it, Kind::Paragraph));
        assert_eq!(repeated(&blocks, &[true; 4]), [false; 4]);
    }
}
