//! Sets of pages: each was gathered and labelled in its own way, so that what holds for all of them is worth more than
//! what one of them has most of.

use std::collections::BTreeMap;

use super::corpus::{Chosen, Corpus};

/// Names of the sets, in alphabetical order.
pub fn names(corpus: &Corpus) -> Vec<String> {
    pages(corpus, &|_| true).into_keys().collect()
}

/// Pages of each set among the chosen documents.
fn pages(corpus: &Corpus, chosen: Chosen<'_>) -> BTreeMap<String, usize> {
    let mut pages = BTreeMap::new();
    for (_, page) in corpus.pages().filter(|(document, _)| chosen(document)) {
        *pages.entry(page.set.clone()).or_default() += 1;
    }
    pages
}

/// Weighs the rows of the chosen documents, which come in their order, by their sets.
pub fn weigh(corpus: &Corpus, chosen: Chosen<'_>, weights: &mut [f64]) {
    let pages = pages(corpus, chosen);
    let power: f64 = std::env::var("SET_POWER").map_or(0.0, |it| it.parse().unwrap());
    let mut rows = weights.iter_mut();
    for (document, page) in corpus.pages().filter(|(document, _)| chosen(document)) {
        let scale = (pages[&page.set] as f64).powf(-power);
        rows.by_ref().take(corpus.units(document).len()).for_each(|weight| *weight *= scale);
    }
}
