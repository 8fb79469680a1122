//! What the tool's own verdicts and kinds are worth.

use serde::Serialize;

use super::pool::{Pool, counting, named_kind, words_of};
use super::{Options, PITCH, ScoredDocument};
use crate::verdict::Verdict;

/// A document that loses more than this share of its editorial words is hurt (the line scorer's bound).
const HURT: f64 = 0.02;

/// Figures at the tool's verdicts. Shares of nothing are 0, as in the line scorer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtVerdicts {
    /// Share of the editorial words that are dropped.
    pub editorial_words_lost: f64,
    /// Share of the boilerplate lines that are dropped.
    pub boilerplate_lines_caught: f64,
    /// Share of the boilerplate's words that are dropped.
    pub boilerplate_words_caught: f64,
    /// Share of the lines labelled `pitch` that are dropped.
    pub pitch_lines_caught: f64,
    /// Share of all documents that lose more than 2 % of their editorial words.
    pub documents_hurt: f64,
    /// Share of the lines with the verdict unsure.
    pub unsure: f64,
    /// Among dropped boilerplate lines with a kind, the share with the right one; `None` if there are none.
    pub kind_right: Option<f64>,
}

/// One label at the tool's verdicts.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LabelVerdicts {
    /// Its lines that are dropped.
    pub dropped: u64,
    /// Their words.
    pub dropped_words: u64,
    /// Its lines with the verdict unsure.
    pub unsure: u64,
    /// Dropped lines, of whatever label, for which this kind was named.
    pub named: u64,
    /// Those of them that bear this label.
    pub named_right: u64,
    /// Share of its lines that the verdict has right: dropped, or kept for a kept label. `None` without
    /// lines.
    pub recall: Option<f64>,
    /// Boilerplate: of the dropped lines for which this kind was named, the share that bears this label.
    /// Kept label: of all lines that were kept, the share that bears it. `None` where there are none.
    pub precision: Option<f64>,
    /// Share of its words that are dropped; for a kept label, the words lost. `None` without lines.
    pub words_dropped: Option<f64>,
}

/// Which kinds were named for the dropped lines of which labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// Names of rows and columns, in the order of [`Figures::labels`](super::Figures::labels).
    pub labels: Vec<String>,
    /// Dropped lines: a row per label that the line bears, a column per kind that was named.
    pub counts: Vec<Vec<u64>>,
    /// Dropped lines per label for which no kind was named.
    pub unnamed: Vec<u64>,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Verdicts {
    pub default: AtVerdicts,
    /// In the order of the pool's labels.
    pub labels: Vec<LabelVerdicts>,
    pub confusion: Confusion,
}

/// Tallies the verdicts; `None` if no line that counts has one.
pub(super) fn tally(documents: &[ScoredDocument], options: &Options, pool: &Pool) -> Option<Verdicts> {
    documents.iter().flat_map(|d| counting(d, options)).find(|p| p.verdict.is_some())?;
    let n = pool.labels.len();
    // The few labels are searched one by one; the pool lists all of them, named kinds included.
    let position = |name: &str| pool.labels.iter().position(|label| label.name == name);
    let mut labels = vec![LabelVerdicts::default(); n];
    let mut confusion = Confusion {
        labels: pool.labels.iter().map(|label| label.name.clone()).collect(),
        counts: vec![vec![0; n]; n],
        unnamed: vec![0; n],
    };
    let mut hurt = 0;
    for document in documents {
        let (mut words, mut lost) = (0, 0);
        for paragraph in counting(document, options) {
            let Some(k) = position(&paragraph.label) else { continue };
            let dropped = paragraph.verdict == Some(Verdict::Boilerplate);
            let here = words_of(paragraph);
            labels[k].unsure += u64::from(paragraph.verdict == Some(Verdict::Unsure));
            if paragraph.kept_label {
                words += here;
                lost += if dropped { here } else { 0 };
            }
            if !dropped {
                continue;
            }
            labels[k].dropped += 1;
            labels[k].dropped_words += here;
            if let Some(kind) = named_kind(paragraph).and_then(position) {
                confusion.counts[k][kind] += 1;
            } else {
                confusion.unnamed[k] += 1;
            }
        }
        hurt += u64::from(lost as f64 > HURT * words as f64);
    }
    finish_labels(&mut labels, &confusion, pool);
    let default = at_verdicts(&labels, &confusion, pool, hurt, documents.len());
    Some(Verdicts { default, labels, confusion })
}

/// One document at the verdicts, or several added up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub kept_words: u64,
    pub lost_words: u64,
    pub boilerplate: u64,
    pub caught: u64,
    pub hurt: u64,
}

impl Tally {
    /// Of one document.
    pub fn of(document: &ScoredDocument, options: &Options) -> Self {
        let mut tally = Self::default();
        for paragraph in counting(document, options) {
            let dropped = paragraph.verdict == Some(Verdict::Boilerplate);
            let words = words_of(paragraph);
            if paragraph.kept_label {
                tally.kept_words += words;
                tally.lost_words += if dropped { words } else { 0 };
            } else {
                tally.boilerplate += 1;
                tally.caught += u64::from(dropped);
            }
        }
        tally.hurt = u64::from(tally.lost_words as f64 > HURT * tally.kept_words as f64);
        tally
    }

    /// Adds another, so many times.
    pub fn add(&mut self, other: &Self, times: u64) {
        self.kept_words += times * other.kept_words;
        self.lost_words += times * other.lost_words;
        self.boilerplate += times * other.boilerplate;
        self.caught += times * other.caught;
        self.hurt += times * other.hurt;
    }

    /// Share of the editorial words that are dropped; `None` without any.
    pub fn lost(&self) -> Option<f64> {
        share(self.lost_words, self.kept_words)
    }

    /// Share of the boilerplate lines that are dropped; `None` without any.
    pub fn caught(&self) -> Option<f64> {
        share(self.caught, self.boilerplate)
    }
}

/// A tally for each document of the pool, in its order; `None` if no line that counts has a verdict.
pub(super) fn by_document(documents: &[ScoredDocument], options: &Options) -> Option<Vec<Tally>> {
    documents.iter().flat_map(|d| counting(d, options)).find(|p| p.verdict.is_some())?;
    let counts = |document: &&ScoredDocument| counting(document, options).next().is_some();
    Some(documents.iter().filter(counts).map(|document| Tally::of(document, options)).collect())
}

/// The tallies added up, each as often as its document was drawn.
pub(super) fn drawn(tallies: &[Tally], draws: &[u32]) -> Tally {
    let mut all = Tally::default();
    for (tally, &times) in tallies.iter().zip(draws) {
        all.add(tally, u64::from(times));
    }
    all
}

/// Fills in the shares.
fn finish_labels(labels: &mut [LabelVerdicts], confusion: &Confusion, pool: &Pool) {
    let all_kept: u64 = pool.labels.iter().zip(&*labels).map(|(label, at)| label.lines - at.dropped).sum();
    for (k, (at, label)) in labels.iter_mut().zip(&pool.labels).enumerate() {
        let kept = label.lines - at.dropped;
        at.named = confusion.counts.iter().map(|row| row[k]).sum();
        at.named_right = confusion.counts[k][k];
        at.words_dropped = share(at.dropped_words, label.words);
        if label.kept {
            at.recall = share(kept, label.lines);
            at.precision = share(kept, all_kept);
        } else {
            at.recall = share(at.dropped, label.lines);
            at.precision = share(at.named_right, at.named);
        }
    }
}

fn at_verdicts(
    labels: &[LabelVerdicts],
    confusion: &Confusion,
    pool: &Pool,
    hurt: u64,
    documents: usize,
) -> AtVerdicts {
    let both = || pool.labels.iter().zip(labels);
    let side = |kept: bool| both().filter(move |(label, _)| label.kept == kept);
    let (editorial_words, lost) =
        side(true).fold((0, 0), |(all, gone), (l, at)| (all + l.words, gone + at.dropped_words));
    let (words, words_caught) =
        side(false).fold((0, 0), |(all, gone), (l, at)| (all + l.words, gone + at.dropped_words));
    let (lines, caught) = side(false).fold((0, 0), |(all, gone), (l, at)| (all + l.lines, gone + at.dropped));
    let pitch = side(false).find(|(label, _)| label.name == PITCH);
    let named = confusion.counts.iter().zip(&pool.labels).filter(|(_, label)| !label.kept);
    let named = named.map(|(row, _)| row.iter().sum::<u64>()).sum();
    let right = side(false).map(|(_, at)| at.named_right).sum();
    AtVerdicts {
        editorial_words_lost: share(lost, editorial_words).unwrap_or(0.0),
        boilerplate_lines_caught: share(caught, lines).unwrap_or(0.0),
        boilerplate_words_caught: share(words_caught, words).unwrap_or(0.0),
        pitch_lines_caught: pitch.and_then(|(label, at)| share(at.dropped, label.lines)).unwrap_or(0.0),
        documents_hurt: share(hurt, documents as u64).unwrap_or(0.0),
        unsure: share(labels.iter().map(|at| at.unsure).sum(), pool.lines.len() as u64).unwrap_or(0.0),
        kind_right: share(right, named),
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
