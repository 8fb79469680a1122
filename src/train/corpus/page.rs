//! What only pages have: their type, the elements around their blocks, the reference text that labels them.

#[cfg(feature = "html")]
use std::{collections::HashMap, ops::Range};

use super::super::silver;
#[cfg(feature = "html")]
use super::{Corpus, CorpusUnit};
#[cfg(feature = "html")]
use crate::bayes::markup;
use crate::split::Units;

/// Labels of blocks: silver, from the reference text.
pub const LABELS: [&str; 2] = ["boilerplate", "editorial"];

/// A page with what ought to stay of it, as it was read.
#[derive(Debug, Clone, Default)]
pub struct LabelledPage {
    /// Its name.
    pub id: String,
    /// The set that it is part of: pages that were gathered and labelled in one way.
    pub set: String,
    /// Its site; none where it is not known, or named after the page.
    pub domain: String,
    /// What type of page it is.
    pub page_type: String,
    /// The text that ought to stay.
    pub reference: String,
}

/// What only a page has, among the documents of a [`Corpus`](super::Corpus).
#[derive(Debug, Clone)]
pub struct Page {
    /// The set that it is part of.
    pub set: String,
    /// What type of page it is.
    pub page_type: String,
    /// Its blocks with the elements around them.
    pub units: Units,
    /// Words of its reference.
    pub reference: Vec<String>,
}

impl LabelledPage {
    /// What the page is grouped by, in folds and in counting: its site, or its set where that is not known.
    pub fn site(&self) -> &str {
        if self.domain.is_empty() || self.domain == self.id { &self.set } else { &self.domain }
    }
}

#[cfg(feature = "html")]
impl Corpus {
    /// Adds a page.
    pub fn add_page(&mut self, labelled: LabelledPage, units: Units) {
        let mut document = self.begin(&labelled.id, labelled.site(), true);
        let LabelledPage { set, page_type, reference, .. } = labelled;
        let words: Vec<Vec<String>> = units.iter().map(|unit| silver::words(unit.rendered())).collect();
        let reference = silver::words(&reference);
        let editorial = silver::labels(&words, &reference);
        // Sorted, what is said more than once stands in a row.
        let mut shared: HashMap<u32, Range<usize>> = HashMap::new();
        for (unit, (words, editorial)) in units.iter().zip(words.iter().zip(editorial)) {
            let text = unit.rendered();
            let (facts, features) = self.intern(|extractor, interner| {
                let facts = extractor.extract(text, None, interner);
                markup::of_unit(&units, unit, interner);
                facts
            });
            self.features[features.clone()].sort_unstable();
            let around = shared.entry(unit.container).or_insert_with(|| {
                let (_, around) =
                    self.intern(|_, interner| markup::of_container(&units, unit.container, interner));
                self.features[around.clone()].sort_unstable();
                around
            });
            let (label, around) = (self.label(LABELS[usize::from(editorial)]), around.clone());
            let opening = Box::default();
            let unit = CorpusUnit { label, words: words.len(), facts, opening, features, around };
            self.add_unit(&mut document, text, unit);
        }
        document.page = Some(Page { set, page_type, units, reference });
        self.documents.push(document);
    }
}

impl Page {
    /// Weight of a block of so many words in the fit of the context: their root, less on pages of much text, because
    /// word F1 is a mean over pages.
    pub fn weight(&self, words: usize) -> f64 {
        let scale = (self.reference.len().min(2000) as f64 + 100.0).sqrt();
        (words as f64 + 1.0).sqrt() / scale
    }

    /// Words of the blocks that are kept.
    pub fn kept(&self, keep: impl Fn(usize) -> bool) -> Vec<String> {
        let kept = (0..self.units.len()).filter(|&block| keep(block));
        kept.flat_map(|block| silver::words(self.units[block].rendered())).collect()
    }
}
