//! What only pages have: their type, the elements around their blocks, the reference text that labels them.

use super::super::silver;
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
    /// Its site.
    pub domain: String,
    /// What type of page it is.
    pub page_type: String,
    /// The text that ought to stay.
    pub reference: String,
}

/// What only a page has, among the documents of a [`Corpus`](super::Corpus).
#[derive(Debug, Clone)]
pub struct Page {
    /// What type of page it is.
    pub page_type: String,
    /// Its blocks with the elements around them.
    pub units: Units,
    /// Words of its reference.
    pub reference: Vec<String>,
}

#[cfg(feature = "html")]
impl super::Corpus {
    /// Adds a page.
    pub fn add_page(&mut self, labelled: LabelledPage, units: Units) {
        let LabelledPage { id, domain, page_type, reference } = labelled;
        let words: Vec<Vec<String>> = units.iter().map(|unit| silver::words(unit.rendered())).collect();
        let reference = silver::words(&reference);
        let editorial = silver::labels(&words, &reference);
        let mut document = self.begin(&id, &domain, true);
        for (unit, (words, editorial)) in units.iter().zip(words.iter().zip(editorial)) {
            let (text, label) = (unit.rendered(), LABELS[usize::from(editorial)]);
            self.add_unit(&mut document, text, label, words.len(), |extractor, interner| {
                let from = interner.ids.len();
                let facts = extractor.extract(text, None, interner);
                markup::features(&units, unit, interner);
                // Elements are called the same again and again: equal ones side by side are easily counted once.
                interner.ids[from..].sort_unstable();
                facts
            });
        }
        document.page = Some(Page { page_type, units, reference });
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
