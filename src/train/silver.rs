//! Silver labels: which blocks of a page its reference text was made of, in order.
//!
//! A longest common subsequence of words over the whole page, by bits (Hyyrö 2004): a row per word of the
//! page, of which only some are kept and the others computed once more on the way back.

use std::collections::HashMap;

/// Words of a reference that are looked at; references are cut at 50,000 characters anyway.
const MAX_REFERENCE: usize = 20_000;

/// The [words](crate::features::words::split) of a text in lower case.
pub fn words(text: &str) -> Vec<String> {
    crate::features::words::split(text).map(str::to_lowercase).collect()
}

/// Which words of the page match the reference, word for word in order.
pub fn matched(page: &[String], reference: &[String]) -> Vec<bool> {
    let reference = &reference[..reference.len().min(MAX_REFERENCE)];
    let width = reference.len().div_ceil(64);
    let mut places: HashMap<&str, Vec<u32>> = HashMap::new();
    for (at, word) in reference.iter().enumerate() {
        places.entry(word).or_default().push(at as u32);
    }
    let of: Vec<Option<&Vec<u32>>> = page.iter().map(|word| places.get(word.as_str())).collect();
    let stride = (page.len() as f64).sqrt().ceil().max(1.0) as usize;
    // The row before each stretch of `stride` words.
    let mut rows = vec![vec![u64::MAX; width]];
    let mut row = rows[0].clone();
    let mut mask = vec![0u64; width];
    for (i, places) in of.iter().enumerate() {
        step(&mut row, *places, &mut mask);
        if (i + 1) % stride == 0 {
            rows.push(row.clone());
        }
    }
    let mut found = vec![false; page.len()];
    let mut j = reference.len();
    for stretch in (0..page.len().div_ceil(stride)).rev() {
        let (from, to) = (stretch * stride, (stretch * stride + stride).min(page.len()));
        let mut inside = vec![rows[stretch].clone()];
        for places in &of[from..to] {
            let mut row = inside[inside.len() - 1].clone();
            step(&mut row, *places, &mut mask);
            inside.push(row);
        }
        // A bit that is 0 says that the length grows at this word of the reference.
        let grows = |row: &[u64], j: usize| row[j / 64] >> (j % 64) & 1 == 0;
        for i in (from..to).rev() {
            while j > 0 && !grows(&inside[i - from + 1], j - 1) {
                j -= 1;
            }
            if j == 0 {
                return found;
            }
            // Not there without this word of the page: it is the one that matches.
            if !grows(&inside[i - from], j - 1) {
                found[i] = true;
                j -= 1;
            }
        }
    }
    found
}

/// One word of the page further: V ← (V + (V ∧ M)) ∨ (V ∧ ¬M).
fn step(row: &mut [u64], places: Option<&Vec<u32>>, mask: &mut [u64]) {
    let Some(places) = places else { return };
    for &at in places {
        mask[at as usize / 64] |= 1 << (at % 64);
    }
    let mut carry = false;
    for (v, m) in row.iter_mut().zip(mask.iter()) {
        let u = *v & m;
        let (sum, over) = v.overflowing_add(u);
        let (sum, more) = sum.overflowing_add(u64::from(carry));
        carry = over || more;
        *v = sum | (*v & !m);
    }
    for &at in places {
        mask[at as usize / 64] = 0;
    }
}

/// Whether each block is editorial: at least half of its words match. A block without words is not.
pub fn labels(blocks: &[Vec<String>], reference: &[String]) -> Vec<bool> {
    let page: Vec<String> = blocks.iter().flatten().cloned().collect();
    let found = matched(&page, reference);
    let mut at = 0;
    let label = |words: &Vec<String>| {
        let hits = found[at..at + words.len()].iter().filter(|it| **it).count();
        at += words.len();
        !words.is_empty() && hits * 2 >= words.len()
    };
    blocks.iter().map(label).collect()
}

/// Word F1 of a text against its reference, as bags of words; 1 where both are empty.
pub fn word_f1(text: &[String], reference: &[String]) -> f64 {
    if text.is_empty() || reference.is_empty() {
        return if text.is_empty() && reference.is_empty() { 1.0 } else { 0.0 };
    }
    let mut bag: HashMap<&str, i64> = HashMap::new();
    for word in reference {
        *bag.entry(word).or_default() += 1;
    }
    let mut hits = 0;
    for word in text {
        if let Some(count) = bag.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            hits += 1;
        }
    }
    2.0 * f64::from(hits) / (text.len() + reference.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The length by the textbook.
    fn length(a: &[String], b: &[String]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..a.len() {
            for j in 0..b.len() {
                table[i + 1][j + 1] =
                    if a[i] == b[j] { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn order_decides_between_two_of_the_same() {
        let block = |text: &str| words(text);
        let blocks = [block("Ferries run again"), block("Home News"), block("The ferries run again. Good!")];
        assert_eq!(labels(&blocks, &words("News: the ferries run again, good")), [false, true, true]);
        assert_eq!(words("L'été, À_b 3.5"), ["l", "été", "à_b", "3", "5"]);
    }

    #[test]
    fn f1_counts_bags() {
        assert_eq!(word_f1(&words("a b b"), &words("b a")), 0.8);
        assert_eq!(word_f1(&[], &[]), 1.0);
        assert_eq!(word_f1(&words("a"), &[]), 0.0);
    }

    proptest! {
        #[test]
        fn it_is_a_longest_common_subsequence(a in "[abcd ]{0,160}", b in "[abcd ]{0,160}") {
            let split = |text: &str| -> Vec<String> {
                text.chars().filter(|c| *c != ' ').map(String::from).collect()
            };
            let (a, b) = (split(&a), split(&b));
            let found = matched(&a, &b);
            let taken: Vec<&String> = a.iter().zip(&found).filter(|it| *it.1).map(|it| it.0).collect();
            prop_assert_eq!(taken.len(), length(&a, &b));
            let mut rest = b.iter();
            prop_assert!(taken.iter().all(|word| rest.any(|other| other == *word)));
        }
    }
}
