//! Labelled documents and their units, as they are read and as a corpus keeps them.

use std::borrow::Cow;
use std::ops::Range;

use super::page::Page;
use crate::features::Facts;
use crate::features::counts::Sites;

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

/// One document of a [`Corpus`](super::Corpus).
#[derive(Debug, Clone)]
pub struct CorpusDocument {
    /// Its number in the order in which documents were read, from 0.
    pub index: usize,
    /// Its id.
    pub id: String,
    /// Its site, hashed.
    pub site: Sites,
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

/// Which documents are trained on.
pub type Chosen<'a> = &'a (dyn Fn(&CorpusDocument) -> bool + Sync);

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
    /// Its own features, as a range of the corpus's.
    pub(super) features: Range<usize>,
    /// Those of the elements around it, which it shares with other units; none around text.
    pub(super) around: Range<usize>,
}
