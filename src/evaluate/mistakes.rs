//! The worst mistakes, and what stands around them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::pool::words_of;
use super::{Options, ScoredDocument, ScoredParagraph};
use crate::verdict::Verdict;

/// Most mistakes of one document on one side: a page with two hundred comments is one finding.
pub const PER_DOCUMENT: usize = 3;
/// Paragraphs before and after a mistake that are shown with it.
pub const AROUND: usize = 2;

/// Where a mistake stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake {
    /// Index of the document.
    pub document: usize,
    /// Index of the paragraph in it.
    pub paragraph: usize,
}

/// The worst mistakes of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    /// Editorial paragraphs that are dropped: those with most words first, then the surest.
    pub lost: Vec<Mistake>,
    /// Boilerplate that stays: the surest first, then those with most words.
    pub left: Vec<Mistake>,
    /// How many there are of each side in all.
    pub in_all: [usize; 2],
    /// Whether verdicts say what is dropped. Without any, `lost` are the editorial paragraphs that rank
    /// highest and `left` the boilerplate that ranks lowest, whatever a threshold would do.
    pub by_verdict: bool,
}

/// The worst mistakes, at most so many of each side and at most [`PER_DOCUMENT`] of one document. Ignored
/// labels are left out; what is equally bad stays in the order of the documents. Cannot fail.
#[must_use]
pub fn worst(documents: &[ScoredDocument], options: &Options, most: usize) -> Mistakes {
    let all = documents.iter().enumerate().flat_map(|(document, it)| {
        it.paragraphs
            .iter()
            .enumerate()
            .map(move |(paragraph, it)| (Mistake { document, paragraph }, it))
            .filter(|(_, it)| !options.ignores(&it.label))
    });
    let all: Vec<(Mistake, &ScoredParagraph)> = all.collect();
    let by_verdict = all.iter().any(|(_, it)| it.verdict.is_some());
    let gone = |it: &ScoredParagraph| it.verdict == Some(Verdict::Boilerplate);
    let side = |kept: bool| {
        let wrong = all.iter().filter(|(_, it)| it.kept_label == kept && (!by_verdict || gone(it) == kept));
        wrong.copied().collect::<Vec<_>>()
    };
    let (mut lost, mut left) = (side(true), side(false));
    let in_all = [lost.len(), left.len()];
    let words = |it: &ScoredParagraph| Reverse(words_of(it));
    lost.sort_by(|(_, a), (_, b)| {
        let surest = b.probability.total_cmp(&a.probability);
        let largest = words(a).cmp(&words(b));
        if by_verdict { largest.then(surest) } else { surest.then(largest) }
    });
    left.sort_by(|(_, a), (_, b)| {
        a.probability.total_cmp(&b.probability).then_with(|| words(a).cmp(&words(b)))
    });
    Mistakes { lost: first(&lost, most), left: first(&left, most), in_all, by_verdict }
}

fn first(ranked: &[(Mistake, &ScoredParagraph)], most: usize) -> Vec<Mistake> {
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut few = |mistake: &Mistake| {
        let seen = seen.entry(mistake.document).or_default();
        *seen += 1;
        *seen <= PER_DOCUMENT
    };
    ranked.iter().map(|(mistake, _)| *mistake).filter(|mistake| few(mistake)).take(most).collect()
}

/// A mistake as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Id of its document.
    pub document: String,
    /// The page's address, if known.
    pub url: Option<String>,
    /// What the document is grouped by.
    pub site: String,
    /// Paragraphs of the document.
    pub paragraphs: usize,
    /// Number of the paragraph, from 0.
    pub index: usize,
    /// It and its neighbours, in order: number, text, and what was said.
    pub lines: Vec<(usize, String, ScoredParagraph)>,
    /// What decided, if known: most telling first.
    pub pulls: Vec<Pull>,
}

/// Something that pushed a paragraph to one side.
#[derive(Debug, Clone, PartialEq)]
pub struct Pull {
    /// What it is, in words.
    pub name: String,
    /// How far it pushed, in nats; above 0 to boilerplate.
    pub nats: f64,
    /// Whether it is what stands around the paragraph, and not the paragraph's own words.
    pub around: bool,
}

impl Example {
    /// A mistake with its neighbours. `texts` are those of the document's paragraphs; one without a text is
    /// shown empty. Cannot fail: a place that does not exist has no lines.
    #[must_use]
    pub fn new(document: &ScoredDocument, index: usize, texts: &[String]) -> Self {
        let from = index.saturating_sub(AROUND);
        let around = document.paragraphs.iter().enumerate().skip(from).take(index + AROUND + 1 - from);
        let text = |i: usize| texts.get(i).cloned().unwrap_or_default();
        Self {
            document: document.id.clone(),
            url: None,
            site: String::new(),
            paragraphs: document.paragraphs.len(),
            index,
            lines: around.map(|(i, paragraph)| (i, text(i), paragraph.clone())).collect(),
            pulls: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::document;
    use super::*;

    fn said(lines: &[(&str, usize, f64)], threshold: f64) -> ScoredDocument {
        let mut document = document(lines);
        for p in &mut document.paragraphs {
            let gone = p.probability >= threshold;
            p.verdict = Some(if gone { Verdict::Boilerplate } else { Verdict::Editorial });
        }
        document
    }

    fn at(document: usize, paragraph: usize) -> Mistake {
        Mistake { document, paragraph }
    }

    #[test]
    fn the_worst_first() {
        let one = said(
            &[
                ("editorial", 5, 0.99),
                ("editorial", 9, 0.7),
                ("nav", 1, 0.1),
                ("meta", 1, 0.0),
                ("ad", 8, 0.1),
            ],
            0.6,
        );
        let two =
            said(&[("editorial", 9, 0.8), ("nav", 1, 0.9), ("nav", 1, 0.01), ("editorial", 9, 0.1)], 0.6);
        let mistakes = worst(&[one, two], &Options::default(), 30);
        assert_eq!(mistakes.lost, [at(1, 0), at(0, 1), at(0, 0)]);
        assert_eq!(mistakes.left, [at(1, 2), at(0, 4), at(0, 2)]);
        assert_eq!((mistakes.in_all, mistakes.by_verdict), ([3, 3], true));
    }

    #[test]
    fn few_of_one_document() {
        let many = said(&[("nav", 1, 0.1); 9], 0.6);
        let mistakes = worst(&[many.clone(), many], &Options::default(), 5);
        assert_eq!(mistakes.left, [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1)]);
        assert_eq!(mistakes.in_all, [0, 18]);
    }

    #[test]
    fn without_verdicts_the_ranking_tells() {
        let bare = document(&[("editorial", 90, 0.2), ("editorial", 1, 0.3), ("nav", 1, 0.25)]);
        let mistakes = worst(&[bare], &Options::default(), 1);
        assert!(!mistakes.by_verdict);
        assert_eq!((mistakes.lost, mistakes.left), (vec![at(0, 1)], vec![at(0, 2)]));
    }

    #[test]
    fn neighbours_at_both_ends() {
        let document = document(&[("editorial", 1, 0.2); 6]);
        let texts: Vec<String> = (0..5).map(|i| format!("line {i}")).collect();
        let numbers = |index| {
            Example::new(&document, index, &texts).lines.iter().map(|line| line.0).collect::<Vec<_>>()
        };
        assert_eq!(numbers(0), [0, 1, 2]);
        assert_eq!(numbers(3), [1, 2, 3, 4, 5]);
        assert_eq!(numbers(5), [3, 4, 5]);
        assert!(numbers(99).is_empty());
        assert_eq!(Example::new(&document, 5, &texts).lines[2].1, "");
    }
}
