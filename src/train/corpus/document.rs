//! Labelled documents and their units, as they are read and as a corpus keeps them.

use std::ops::Range;

use super::page::Page;
use crate::features::Facts;
use crate::features::counts::Sites;
use crate::site::host::host;

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
    /// What the document is grouped by: its site, or itself. One site has one name, however it is written: lower
    /// case, without `www.`, port and final dot.
    pub fn site(&self) -> String {
        match &self.domain {
            Some(domain) => host(domain).unwrap_or_else(|| domain.trim().to_lowercase()),
            None => format!("document {}", self.id),
        }
    }
}

/// One document of a [`Corpus`](super::Corpus).
#[derive(Debug, Clone)]
pub struct CorpusDocument {
    /// Its number in the order in which documents were read, from 0.
    pub index: usize,
    /// Its id.
    pub id: String,
    /// The name of its site; a loose paragraph is a site of its own.
    pub site_name: String,
    /// The same, hashed.
    pub site: Sites,
    /// Where it stands: a file of the corpus, and its line there, from 1. 0 and 0 for a page.
    pub origin: Origin,
    /// Its fold, below [`FOLDS`](super::FOLDS).
    pub fold: u8,
    /// Whether its units stand in the order of a page; loose paragraphs have no neighbours.
    pub ordered: bool,
    /// What it has if it is a page.
    pub page: Option<Page>,
    /// Its units, as a range of the corpus's.
    pub(super) units: Range<usize>,
    /// Hash of its site, texts and labels.
    pub(super) content: u64,
}

impl CorpusDocument {
    /// Hash of its site, texts and labels.
    pub fn content(&self) -> u64 {
        self.content
    }
}

/// Where a document was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file, as an index of [`Corpus::files`](super::Corpus::files).
    pub file: usize,
    /// Its line there, from 1.
    pub line: u64,
}

/// Which documents are trained on.
pub type Chosen<'a> = &'a (dyn Fn(&CorpusDocument) -> bool + Sync);

/// Units of a corpus that are not trained on.
#[derive(Debug, Clone, Default)]
pub struct LeftOut(Vec<bool>);

impl LeftOut {
    /// Leaves out a unit, by its index in the corpus.
    pub fn add(&mut self, unit: usize) {
        if self.0.len() <= unit {
            self.0.resize(unit + 1, false);
        }
        self.0[unit] = true;
    }

    /// Whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a unit is left out.
    pub fn has(&self, unit: usize) -> bool {
        self.0.get(unit) == Some(&true)
    }
}

/// Characters of a paragraph that are remembered, to show which one is meant.
pub const OPENING: usize = 80;

/// One unit of a [`Corpus`](super::Corpus).
#[derive(Debug, Clone)]
pub struct CorpusUnit {
    /// Index of its label.
    pub label: usize,
    /// Its words: of a paragraph as [`evaluate`](crate::evaluate::words) counts them, of a block of a page as
    /// [`silver`](crate::train::silver::words) does.
    pub words: usize,
    /// Its shape and hashes.
    pub facts: Facts,
    /// How its text begins, at most [`OPENING`] characters; nothing of a block of a page.
    pub opening: Box<str>,
    /// Its own features, as a range of the corpus's.
    pub(super) features: Range<usize>,
    /// Those of the elements around it, which it shares with other units; none around text.
    pub(super) around: Range<usize>,
}
