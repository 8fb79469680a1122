//! Labelled paragraphs, read once: features as numbers, so that any selection of them can be counted
//! and scored again in milliseconds.

use std::borrow::Cow;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::bayes::evidence::Evidence;
use crate::features::counts::{CountTable, Sites};
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::features::vocabulary::{Interner, Vocabulary};
use crate::features::{Channel, Facts};
use crate::folds::fold_of;

/// Number of folds by site.
pub const FOLDS: usize = 10;

/// A labelled paragraph as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledParagraph {
    /// Its text.
    pub text: String,
    /// Its label.
    pub label: String,
}

/// A labelled document: paragraphs in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledDocument {
    /// The id, as JSON if it is no string.
    pub id: String,
    /// The page's address, if known.
    pub url: Option<String>,
    /// The site, if known: what must not stand on both sides of a split.
    pub domain: Option<String>,
    /// Its paragraphs.
    pub paragraphs: Vec<LabelledParagraph>,
}

impl LabelledDocument {
    /// What the document is grouped by: its site, or itself.
    pub fn site(&self) -> Cow<'_, str> {
        self.domain.as_deref().map_or_else(|| Cow::Owned(format!("document {}", self.id)), Cow::Borrowed)
    }
}

/// One document of a [`Corpus`].
#[derive(Debug, Clone)]
pub struct CorpusDocument {
    /// Its number in the order in which documents were read, from 0.
    pub index: usize,
    /// Its id.
    pub id: String,
    /// Its site, hashed.
    pub site: Sites,
    /// Its fold, below [`FOLDS`].
    pub fold: u8,
    /// Whether its paragraphs stand in the order of a page; loose paragraphs have no neighbours.
    pub ordered: bool,
    /// Its paragraphs, as a range of [`Corpus::paragraphs`].
    pub paragraphs: std::ops::Range<usize>,
    /// Hash of its site, texts and labels.
    content: u64,
}

/// Which documents are trained on.
pub type Chosen<'a> = &'a (dyn Fn(&CorpusDocument) -> bool + Sync);

/// One paragraph of a [`Corpus`].
#[derive(Debug, Clone)]
pub struct CorpusParagraph {
    /// Index of its label.
    pub label: usize,
    /// White-space-separated words, at least 1.
    pub words: usize,
    /// Its shape and hashes.
    pub facts: Facts,
    features: std::ops::Range<usize>,
}

/// Labelled paragraphs with their features interned.
#[derive(Debug, Default)]
pub struct Corpus {
    labels: Vec<String>,
    vocabulary: Vocabulary,
    features: Vec<u32>,
    documents: Vec<CorpusDocument>,
    paragraphs: Vec<CorpusParagraph>,
    /// Counts that came as tables, aligned with the vocabulary when they are asked for.
    table: CountTable,
    extractor: Extractor,
}

impl Corpus {
    /// Names of the labels, in the order in which they were met.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The features of all paragraphs and tables.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// All documents.
    pub fn documents(&self) -> &[CorpusDocument] {
        &self.documents
    }

    /// All paragraphs.
    pub fn paragraphs(&self) -> &[CorpusParagraph] {
        &self.paragraphs
    }

    /// Counts that came as tables.
    pub fn table(&self) -> &CountTable {
        &self.table
    }

    /// Index of a label, a new one if it was not known.
    pub fn label(&mut self, name: &str) -> usize {
        self.labels.iter().position(|label| label == name).unwrap_or_else(|| {
            self.labels.push(name.to_owned());
            self.labels.len() - 1
        })
    }

    /// Adds a document whose paragraphs stand in the order of a page.
    pub fn add_document(&mut self, document: &LabelledDocument) {
        let site = document.site();
        self.add(&document.id, &site, true, &document.paragraphs);
    }

    /// Adds a paragraph without neighbours; `id` serves as its site.
    pub fn add_loose(&mut self, id: &str, paragraph: LabelledParagraph) {
        self.add(id, id, false, &[paragraph]);
    }

    fn add(&mut self, id: &str, site: &str, ordered: bool, paragraphs: &[LabelledParagraph]) {
        let start = self.paragraphs.len();
        let count = paragraphs.len() as u32;
        let mut content = xxh3_64(site.as_bytes());
        for (index, paragraph) in paragraphs.iter().enumerate() {
            let label = self.label(&paragraph.label);
            content = xxh3_64_with_seed(paragraph.text.as_bytes(), content);
            content = xxh3_64_with_seed(paragraph.label.as_bytes(), content);
            let place = ordered.then_some(Place { index: index as u32, count });
            let from = self.features.len();
            let mut interner = Interner { vocabulary: &mut self.vocabulary, ids: &mut self.features };
            let facts = self.extractor.extract(&paragraph.text, place, &mut interner);
            let words = crate::evaluate::words(&paragraph.text);
            self.paragraphs.push(CorpusParagraph {
                label,
                words,
                facts,
                features: from..self.features.len(),
            });
        }
        let fold = fold_of(site, FOLDS) as u8;
        let paragraphs = start..self.paragraphs.len();
        self.documents.push(CorpusDocument {
            index: self.documents.len(),
            id: id.to_owned(),
            site: Sites::named(site),
            fold,
            ordered,
            paragraphs,
            content,
        });
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
            let (channel, name) = table.vocabulary().feature(id);
            self.vocabulary.intern_text(channel, name);
        }
        self.table.merge(table);
    }

    /// Features of a paragraph, as ids of the vocabulary.
    pub fn features(&self, paragraph: usize) -> &[u32] {
        &self.features[self.paragraphs[paragraph].features.clone()]
    }

    /// Counts the chosen documents, together with the tables where `tables` says so.
    pub fn count(&self, chosen: impl Fn(&CorpusDocument) -> bool, tables: bool) -> Counted {
        self.count_seen_on(0, chosen, tables)
    }

    /// The same, of features that were seen on so many sites (0, 1 or 2). The rows of all others are zeros
    /// that take no memory: most features were seen on one site only.
    pub fn count_seen_on(
        &self,
        min_sites: u32,
        chosen: impl Fn(&CorpusDocument) -> bool,
        tables: bool,
    ) -> Counted {
        let documents: Vec<&CorpusDocument> = self.documents.iter().filter(|d| chosen(d)).collect();
        let sites = self.sites(&documents, tables);
        let width = self.labels.len();
        let mut counted =
            Counted { width, paragraphs: vec![0; width], rows: Vec::new(), counts: Vec::new(), sites };
        let mut rows = 0;
        counted.rows.extend(counted.sites.iter().map(|sites| {
            let is_counted = *sites != Sites::None && sites.at_least() >= min_sites;
            rows += u32::from(is_counted);
            if is_counted { rows } else { 0 }
        }));
        counted.counts = vec![0; (rows as usize + 1) * width];
        if tables {
            let labels: Vec<usize> = self
                .table
                .labels()
                .iter()
                .map(|name| self.labels.iter().position(|label| label == name).unwrap_or(0))
                .collect();
            for (from, &to) in labels.iter().enumerate() {
                counted.paragraphs[to] = counted.paragraphs[to].saturating_add(self.table.paragraphs()[from]);
            }
            for id in 0..self.table.len() as u32 {
                let Some(to) = self.vocabulary.id(self.table.vocabulary().key(id)) else { continue };
                for (&count, &label) in self.table.row(id).iter().zip(&labels) {
                    counted.add(to, label, count);
                }
            }
        }
        for p in documents.iter().flat_map(|document| document.paragraphs.clone()) {
            let label = self.paragraphs[p].label;
            counted.paragraphs[label] = counted.paragraphs[label].saturating_add(1);
            for &id in self.features(p) {
                counted.add(id, label, 1);
            }
        }
        counted
    }

    /// On which sites each feature was seen.
    fn sites(&self, documents: &[&CorpusDocument], tables: bool) -> Vec<Sites> {
        let mut sites = vec![Sites::None; self.vocabulary.len()];
        if tables {
            for id in 0..self.table.len() as u32 {
                if let Some(to) = self.vocabulary.id(self.table.vocabulary().key(id)) {
                    sites[to as usize] = sites[to as usize].join(self.table.sites(id));
                }
            }
        }
        for document in documents {
            for &id in document.paragraphs.clone().flat_map(|p| self.features(p)) {
                sites[id as usize] = sites[id as usize].join(document.site);
            }
        }
        sites
    }

    /// The counts of the chosen documents as a table by name. Cannot fail.
    pub fn to_table(&self, counted: &Counted) -> CountTable {
        let labels: Vec<usize> = (0..self.labels.len()).collect();
        self.table_of(counted, &labels, |id| counted.is_counted(id))
    }

    /// The same for these labels, in this order, and the chosen features. Panics for a label beyond
    /// [`Corpus::labels`].
    pub fn table_of(&self, counted: &Counted, labels: &[usize], chosen: impl Fn(u32) -> bool) -> CountTable {
        let mut table = CountTable::new(labels.iter().map(|&label| self.labels[label].clone()).collect());
        for (to, &from) in labels.iter().enumerate() {
            table.add_paragraphs(to, counted.paragraphs[from]);
        }
        let ids = self.vocabulary.sorted((0..self.vocabulary.len() as u32).filter(|&id| chosen(id)));
        table.reserve(ids.len());
        let mut row = vec![0; labels.len()];
        for id in ids {
            let counts = counted.row(id);
            for (to, &from) in row.iter_mut().zip(labels) {
                *to = counts[from];
            }
            table.add_row_of(&self.vocabulary, id, &row, counted.sites[id as usize]);
        }
        table
    }

    /// Evidence about a document by weights that `look_up` gives per feature id: the row and the rarity.
    pub fn evidence<'a>(
        &self,
        document: &CorpusDocument,
        stride: usize,
        look_up: impl Fn(u32) -> (Option<&'a [i8]>, u16),
        evidence: &mut Evidence,
    ) {
        evidence.clear(stride, Channel::TEXT.len(), true);
        for p in document.paragraphs.clone() {
            evidence.begin();
            for &id in self.features(p) {
                let (weights, rarity) = look_up(id);
                evidence.add(self.vocabulary.channel(id), self.vocabulary.key(id), weights, rarity);
            }
            evidence.end(self.paragraphs[p].facts);
        }
    }
}

/// Counts of a selection, by the corpus's vocabulary and labels.
#[derive(Debug, Clone)]
pub struct Counted {
    width: usize,
    /// Paragraphs per label.
    pub paragraphs: Vec<u64>,
    /// Sites per feature.
    pub sites: Vec<Sites>,
    /// Per feature its row in `counts`; the first one is zeros, and is that of features not counted.
    rows: Vec<u32>,
    counts: Vec<u64>,
}

impl Counted {
    /// Counts of one feature, per label.
    pub fn row(&self, id: u32) -> &[u64] {
        let row = self.rows[id as usize] as usize;
        &self.counts[row * self.width..(row + 1) * self.width]
    }

    /// Whether the selection has the feature, on as many sites as were asked for.
    pub fn is_counted(&self, id: u32) -> bool {
        self.rows[id as usize] != 0
    }

    fn add(&mut self, id: u32, label: usize, count: u64) {
        let row = self.rows[id as usize] as usize;
        if row != 0 {
            let cell = &mut self.counts[row * self.width + label];
            *cell = cell.saturating_add(count);
        }
    }
}
