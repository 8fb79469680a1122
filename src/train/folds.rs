//! Fitting on a selection of a corpus, with everything that feeds the context out of fold.

use rayon::prelude::*;

use super::Settings;
use super::corpus::{Chosen, Corpus, CorpusDocument, Counted, FOLDS};
use crate::bayes::evidence::Evidence;
use crate::bayes::smoothing::{Curve, closed_form, total};
use crate::bayes::weights::{Classes, log_ratios, smoothing};
use crate::context::fit::Sample;
use crate::context::signals;
use crate::context::signals::text::{Columns, TextSignals};
use crate::features::Channel;
use crate::features::topic::rarity;
use crate::features::vocabulary::Vocabulary;

/// Weights of a selection, by feature id of its corpus.
#[derive(Debug)]
pub struct SelectionWeights {
    stride: usize,
    /// Per feature its row, from 1; 0 where it is unknown.
    numbers: Vec<u32>,
    rows: Vec<i8>,
    /// By number of the row; first that of an unknown feature.
    rarity: Vec<u16>,
}

impl SelectionWeights {
    /// Weights from counts, of the features that a model of these counts would know ([`Settings::knows`]).
    pub fn new(corpus: &Corpus, counted: &Counted, classes: &Classes, settings: &Settings) -> Self {
        let vocabulary = corpus.vocabulary();
        let knows =
            |&id: &u32| settings.knows(vocabulary.channel(id), counted.row(id), counted.sites[id as usize]);
        let paragraphs = total(counted.paragraphs.iter().copied());
        let alpha = |channel| settings.alpha(channel);
        Self::of((vocabulary, paragraphs), classes, alpha, knows, |id, sums| {
            classes.fold(counted.row(id), sums)
        })
    }

    /// Weights of the features of a vocabulary that are known, among `paragraphs` units. `fold` appends the class
    /// sums of a feature ([`Classes::fold`]).
    pub fn of(
        (vocabulary, paragraphs): (&Vocabulary, u64),
        classes: &Classes,
        alpha: impl Fn(Channel) -> f64,
        knows: impl Fn(&u32) -> bool,
        fold: impl Fn(u32, &mut Vec<u64>),
    ) -> Self {
        let features = vocabulary.len();
        let mut by_channel = vec![Vec::new(); Channel::ALL.len()];
        for id in (0..features as u32).filter(knows) {
            by_channel[vocabulary.channel(id) as usize].push(id);
        }
        let mut weights = Self {
            stride: (classes.kinds() + 1).next_multiple_of(4),
            numbers: vec![0; features],
            rows: Vec::new(),
            rarity: vec![rarity(0, paragraphs)],
        };
        for (ids, channel) in by_channel.iter().zip(Channel::ALL).filter(|(ids, _)| !ids.is_empty()) {
            let mut sums = Vec::with_capacity(ids.len() * classes.len());
            for &id in ids {
                fold(id, &mut sums);
            }
            let curves: Vec<Curve> =
                closed_form(&sums, classes.len(), smoothing(&sums, classes.len(), alpha(channel)));
            for (&id, row) in ids.iter().zip(sums.chunks_exact(classes.len())) {
                let at = weights.rows.len();
                weights.rows.resize(at + weights.stride, 0);
                log_ratios(row, &curves, &mut weights.rows[at..=at + classes.kinds()]);
                weights.numbers[id as usize] = weights.rarity.len() as u32;
                weights.rarity.push(rarity(row[0].saturating_add(row[1]), paragraphs));
            }
        }
        weights
    }

    /// Length of a row: pooled and kinds, then zeros up to a multiple of four.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Weights and rarity of a feature.
    pub fn look_up(&self, id: u32) -> (Option<&[i8]>, u16) {
        let number = self.numbers[id as usize] as usize;
        let row = number.checked_sub(1).map(|row| &self.rows[row * self.stride..(row + 1) * self.stride]);
        (row, self.rarity[number])
    }

    /// Signals of a document under these weights.
    pub fn signals(
        &self,
        corpus: &Corpus,
        document: &CorpusDocument,
        kinds: usize,
        evidence: &mut Evidence,
        columns: &mut Columns,
    ) -> Vec<i32> {
        corpus.evidence(document, self.stride, |id| self.look_up(id), evidence);
        columns.read(evidence, kinds);
        signals::rows(&TextSignals::new(columns, evidence), evidence.len())
    }
}

/// Out-of-fold signals of every chosen document: each fold is scored by weights counted without it.
/// Rows come in the order of the documents.
pub fn sample(corpus: &Corpus, classes: &Classes, settings: &Settings, chosen: Chosen<'_>) -> Sample {
    let mut parts: Vec<(usize, Sample)> = (0..FOLDS as u8)
        .into_par_iter()
        .flat_map_iter(|fold| {
            let inside = |d: &CorpusDocument| d.fold == fold && chosen(d);
            if !corpus.documents().iter().any(inside) {
                return Vec::new();
            }
            let counted = corpus.count_seen_on(settings.min_sites, |d| d.fold != fold && chosen(d), true);
            let weights = SelectionWeights::new(corpus, &counted, classes, settings);
            let (mut evidence, mut columns) = (Evidence::default(), Columns::default());
            let mut parts = Vec::new();
            for (index, document) in corpus.documents().iter().enumerate().filter(|(_, d)| inside(d)) {
                let signals = weights.signals(corpus, document, classes.kinds(), &mut evidence, &mut columns);
                let width = signals.len() / document.paragraphs.len().max(1);
                let mut part = Sample { width, signals, ..Sample::default() };
                for p in &corpus.paragraphs()[document.paragraphs.clone()] {
                    let target = classes.kind_of_label(p.label).is_some();
                    part.targets.push(target);
                    part.weights.push(settings.weight(target, p.words));
                    part.folds.push(fold / 2);
                }
                parts.push((index, part));
            }
            parts
        })
        .collect();
    parts.sort_by_key(|(index, _)| *index);
    Sample::of(parts.into_iter().map(|(_, part)| part))
}
