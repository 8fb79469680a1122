//! Finds blocks that repeat an earlier block of their page.
//!
//! Pages repeat their text: for small screens, in a pop-up, as data for scripts. A reference text has it
//! once, and so should the cleaned page (docs/experiments/pages.md, "Rule of decision").

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use crate::features::words::split;
use crate::split::{Role, Unit, Units};

/// Minimum number of words of a repeated text; shorter ones are labels, prices or names. From a sweep over 1,
/// 2, 4, 7 and 12.
const MIN_WORDS: usize = 4;

/// Returns which of the `kept` blocks repeat an earlier kept block, word for word; case and punctuation do
/// not count. Cells and preformatted text repeat on purpose, and so do blocks in the same element as the
/// first (a refrain): these are never marked.
pub fn repeated(units: &Units, kept: &[bool]) -> Vec<bool> {
    // Container of the first occurrence of each text.
    let mut seen: HashMap<u128, Option<u32>> = HashMap::new();
    let mut words = String::new();
    let mut again = |(unit, &kept): (&Unit, &bool)| {
        let repeats = matches!(unit.role, Role::Cell | Role::Pre);
        if !kept || repeats || fold(unit.rendered(), &mut words) < MIN_WORDS {
            return false;
        }
        let around = units.around(unit.container).nth(1).map(|(id, _)| id);
        *seen.entry(xxh3_128(words.as_bytes())).or_insert(around) != around
    };
    units.iter().zip(kept).map(&mut again).collect()
}

/// Writes the words of a text in lower case, each followed by a space, and returns their number.
fn fold(text: &str, words: &mut String) -> usize {
    words.clear();
    let mut count = 0;
    for word in split(text) {
        words.extend(word.chars().flat_map(char::to_lowercase));
        words.push(' ');
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::html;

    fn again(page: &str, dropped: &[usize]) -> Vec<usize> {
        let units = crate::split::html::units(&html::parse(page));
        let kept: Vec<bool> = (0..units.len()).map(|at| !dropped.contains(&at)).collect();
        let repeated = repeated(&units, &kept);
        (0..repeated.len()).filter(|&at| repeated[at]).collect()
    }

    #[test]
    fn the_first_that_is_kept_stays() {
        let page = "<div><p>A lamp for small harbours.</div><ul><li>A lamp for small harbours.</ul>\
            <h2>A lamp, for SMALL harbours</h2><p>A lamp for harbours, small</p>\
            <table><tr><td>A lamp for small harbours.</table><section><pre>A lamp for small harbours.</pre></section>";
        assert_eq!(again(page, &[]), [1, 2]);
        assert_eq!(again(page, &[0]), [2]);
    }

    #[test]
    fn labels_prices_and_refrains_come_again() {
        let page =
            "<div>Add to cart</div><section><div>Add to cart</div><div>£ 3.50</div></section><p>£ 3.50";
        assert_eq!(again(page, &[]), [0; 0]);
        let song = "<main><p>The bell, the bell is down.<p>Who rang it, nobody knows.<p>The bell, the bell is down.</main>";
        assert_eq!(again(song, &[]), [0; 0]);
        assert_eq!(again(&format!("{song}<div class=small>{song}</div>"), &[]), [3, 4, 5]);
    }
}
