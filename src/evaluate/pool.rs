//! All lines that count, pooled and ranked once; every figure reads them from here.

use std::collections::BTreeMap;

use super::{Options, ScoredDocument, ScoredParagraph};
use crate::error::{Error, Result};
use crate::verdict::Verdict;

/// A label and what bears it.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub name: String,
    pub kept: bool,
    pub lines: u64,
    pub words: u64,
}

/// One line that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// In [0, 1], never −0.
    pub probability: f64,
    /// Index among the documents that have such a line, in their order.
    pub document: usize,
    /// Index into [`Pool::labels`].
    pub label: usize,
    pub kept: bool,
    /// 1 to 2³² − 1, so that no sum of them overflows.
    pub words: u64,
}

/// The lines in descending order of probability.
#[derive(Debug)]
pub(super) struct Pool {
    /// Kept labels first, then by falling number of lines, then by name; kinds that were named for a
    /// dropped line without being anybody's label are among them.
    pub labels: Vec<Label>,
    pub lines: Vec<Line>,
    /// Documents that have a line that counts.
    pub documents: usize,
}

/// The paragraphs of a document that count.
pub(super) fn counting<'d>(
    document: &'d ScoredDocument,
    options: &'d Options,
) -> impl Iterator<Item = &'d ScoredParagraph> {
    document.paragraphs.iter().filter(|paragraph| !options.ignores(&paragraph.label))
}

/// Words of a paragraph, 1 to 2³² − 1.
pub(super) fn words_of(paragraph: &ScoredParagraph) -> u64 {
    (paragraph.words as u64).clamp(1, u64::from(u32::MAX))
}

/// The kind that was named for a dropped paragraph.
pub(super) fn named_kind(paragraph: &ScoredParagraph) -> Option<&str> {
    let dropped = paragraph.verdict == Some(Verdict::Boilerplate);
    paragraph.kind.as_deref().filter(|kind| dropped && !kind.is_empty())
}

impl Pool {
    pub fn new(documents: &[ScoredDocument], options: &Options) -> Result<Self> {
        let labels = labels(documents, options)?;
        let index: BTreeMap<&str, usize> =
            labels.iter().enumerate().map(|(k, label)| (label.name.as_str(), k)).collect();
        let mut lines = Vec::new();
        let mut with_lines = 0;
        for document in documents {
            let before = lines.len();
            for paragraph in counting(document, options) {
                let p = paragraph.probability;
                if !(0.0..=1.0).contains(&p) {
                    return Err(Error::Evaluation(format!(
                        "document {}: {p} is not a probability from 0 to 1",
                        document.id
                    )));
                }
                lines.push(Line {
                    // Adding 0 turns −0 into 0: the two are one probability.
                    probability: p + 0.0,
                    document: with_lines,
                    label: index[paragraph.label.as_str()],
                    kept: paragraph.kept_label,
                    words: words_of(paragraph),
                });
            }
            with_lines += usize::from(lines.len() > before);
        }
        if lines.is_empty() {
            let ignored = options.ignore.join(", ");
            return Err(Error::Evaluation(format!(
                "there is no labelled line to count (ignored labels: {ignored})"
            )));
        }
        lines.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        Ok(Self { labels, lines, documents: with_lines })
    }

    /// Every document once: the draws of the figures themselves.
    pub fn once(&self) -> Vec<u32> {
        vec![1; self.documents]
    }

    /// The lines in groups of one probability, descending. No threshold can split a group.
    pub fn ties(&self) -> impl Iterator<Item = &[Line]> {
        self.lines.chunk_by(|a, b| a.probability == b.probability)
    }
}

fn labels(documents: &[ScoredDocument], options: &Options) -> Result<Vec<Label>> {
    let mut found: BTreeMap<&str, Label> = BTreeMap::new();
    for document in documents {
        for paragraph in counting(document, options) {
            let label = found.entry(&paragraph.label).or_insert_with(|| Label {
                name: paragraph.label.clone(),
                kept: paragraph.kept_label,
                lines: 0,
                words: 0,
            });
            if label.kept != paragraph.kept_label {
                return Err(Error::Evaluation(format!(
                    "document {}: the label {:?} is kept in one place and dropped in another",
                    document.id, paragraph.label
                )));
            }
            label.lines += 1;
            label.words += words_of(paragraph);
        }
    }
    for kind in documents.iter().flat_map(|d| counting(d, options)).filter_map(named_kind) {
        found.entry(kind).or_insert_with(|| Label { name: kind.to_owned(), kept: false, lines: 0, words: 0 });
    }
    let mut labels: Vec<Label> = found.into_values().collect();
    // Stable, so equal counts stay in the order of names.
    labels.sort_by_key(|label| (!label.kept, std::cmp::Reverse(label.lines)));
    Ok(labels)
}
