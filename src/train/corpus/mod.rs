//! Labelled documents, read once: features as numbers, so that any selection of them can be counted and scored
//! again in milliseconds. A paragraph of text and a block of a page are both a unit of a document.
//!
//! | file | what it does |
//! |---|---|
//! | `document` | documents and their units, as they are read and as they are kept |
//! | `page` | what only pages have |
//! | `count` | counts of a selection, and the table of them |
//! | `weights` | weights of a selection, and what they say of a document |

mod count;
mod document;
mod page;
mod weights;

use std::ops::Range;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

pub use count::Counted;
pub use document::{
    Chosen, CorpusDocument, CorpusUnit, LabelledDocument, LabelledParagraph, LeftOut, OPENING, Origin,
};
pub use page::{LABELS, LabelledPage, Page};
pub use weights::SelectionWeights;

use crate::features::counts::{CountTable, Sites};
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::features::vocabulary::{Interner, Vocabulary};
use crate::folds::fold_of;

/// Number of folds by site.
pub const FOLDS: usize = 10;

/// Labelled documents with their features interned.
#[derive(Debug, Default)]
pub struct Corpus {
    labels: Vec<String>,
    vocabulary: Vocabulary,
    features: Vec<u32>,
    files: Vec<PathBuf>,
    documents: Vec<CorpusDocument>,
    units: Vec<CorpusUnit>,
    /// Counts that came as tables, aligned with the vocabulary when they are asked for.
    table: CountTable,
    extractor: Extractor,
}

impl Corpus {
    /// Names of the labels, in the order in which they were met.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The features of all units and tables.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The files that documents were read from.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// All documents.
    pub fn documents(&self) -> &[CorpusDocument] {
        &self.documents
    }

    /// The documents that are pages, each with what only pages have.
    pub fn pages(&self) -> impl Iterator<Item = (&CorpusDocument, &Page)> {
        self.documents.iter().filter_map(|document| Some((document, document.page.as_ref()?)))
    }

    /// The units of a document.
    pub fn units(&self, document: &CorpusDocument) -> &[CorpusUnit] {
        &self.units[document.units.clone()]
    }

    /// A unit by its index. Panics beyond them.
    pub fn unit(&self, index: usize) -> &CorpusUnit {
        &self.units[index]
    }

    /// The units of a document, as indices of all units of the corpus.
    pub fn indices(&self, document: &CorpusDocument) -> Range<usize> {
        document.units.clone()
    }

    /// Counts that came as tables.
    pub fn table(&self) -> &CountTable {
        &self.table
    }

    /// Features of a unit, as ids of the vocabulary; one that a page says more than once comes that often, in a row.
    fn features(&self, unit: &CorpusUnit) -> impl Iterator<Item = u32> {
        let [own, around] = [&unit.features, &unit.around].map(|range| &self.features[range.clone()]);
        own.iter().chain(around).copied()
    }

    /// Index of a label, a new one if it was not known.
    pub fn label(&mut self, name: &str) -> usize {
        self.labels.iter().position(|label| label == name).unwrap_or_else(|| {
            self.labels.push(name.to_owned());
            self.labels.len() - 1
        })
    }

    /// Begins a file: what is added from now on was read from it.
    pub fn begin_file(&mut self, path: &Path) {
        self.files.push(path.to_path_buf());
    }

    /// Adds a document whose paragraphs stand in the order of a page, from this line of the file.
    pub fn add_document(&mut self, document: &LabelledDocument, line: u64) {
        self.add(&document.id, &document.site(), line, true, &document.paragraphs);
    }

    /// Adds a paragraph without neighbours, from this line of the file; `id` serves as its site.
    pub fn add_loose(&mut self, id: &str, paragraph: LabelledParagraph, line: u64) {
        self.add(id, id, line, false, &[paragraph]);
    }

    fn add(&mut self, id: &str, site: &str, line: u64, ordered: bool, paragraphs: &[LabelledParagraph]) {
        let mut document = self.begin(id, site, ordered);
        document.origin = Origin { file: self.files.len().saturating_sub(1), line };
        let count = paragraphs.len() as u32;
        for (index, LabelledParagraph { text, label }) in (0..).zip(paragraphs) {
            let place = ordered.then_some(Place { index, count });
            let (facts, features) =
                self.intern(|extractor, interner| extractor.extract(text, place, interner));
            let (label, words) = (self.label(label), crate::evaluate::words(text));
            let opening = text.trim().chars().take(OPENING).collect::<String>().into();
            let unit = CorpusUnit { label, words, facts, opening, features, around: 0..0 };
            self.add_unit(&mut document, text, unit);
        }
        self.documents.push(document);
    }

    /// A document without units, to be added when it has them.
    fn begin(&self, id: &str, site: &str, ordered: bool) -> CorpusDocument {
        CorpusDocument {
            index: self.documents.len(),
            id: id.to_owned(),
            site_name: site.to_owned(),
            site: Sites::named(site),
            origin: Origin::default(),
            fold: fold_of(site, FOLDS) as u8,
            ordered,
            units: self.units.len()..self.units.len(),
            page: None,
            content: xxh3_64(site.as_bytes()),
        }
    }

    /// Adds the features that are fed, and tells where they stand.
    fn intern<T>(&mut self, feed: impl FnOnce(&mut Extractor, &mut Interner<'_>) -> T) -> (T, Range<usize>) {
        let from = self.features.len();
        let mut interner = Interner { vocabulary: &mut self.vocabulary, ids: &mut self.features };
        let fed = feed(&mut self.extractor, &mut interner);
        (fed, from..self.features.len())
    }

    /// Adds the next unit of the document that was begun last.
    fn add_unit(&mut self, document: &mut CorpusDocument, text: &str, unit: CorpusUnit) {
        document.content = xxh3_64_with_seed(text.as_bytes(), document.content);
        document.content = xxh3_64_with_seed(self.labels[unit.label].as_bytes(), document.content);
        document.units.end += 1;
        self.units.push(unit);
    }

    /// Brings the documents into an order of their own: by id, then by what they hold. Rows are sampled
    /// and summed in it, so that the order of the files changes no model.
    pub fn arrange(&mut self) {
        self.documents.sort_by(|a, b| (&a.id, a.content).cmp(&(&b.id, b.content)));
    }

    /// Adds counts that were made elsewhere.
    pub fn add_table(&mut self, table: &CountTable) {
        for label in table.labels() {
            self.label(label);
        }
        for id in 0..table.len() as u32 {
            self.vocabulary.intern_from(table.vocabulary(), id);
        }
        self.table.merge(table);
    }
}
