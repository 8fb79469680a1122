//! Weights of a selection, by feature id of its corpus, and what they say of a document.

use super::super::Settings;
use super::{Corpus, CorpusDocument, Counted};
use crate::bayes::evidence::Evidence;
use crate::bayes::smoothing::{Curve, closed_form, total};
use crate::bayes::weights::{Classes, log_ratios, smoothing};
use crate::features::Channel;
use crate::features::topic::rarity;

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
        let units = total(counted.units().iter().copied());
        let knows = |&id: &u32| settings.knows(vocabulary.channel(id), counted.row(id), counted.sites(id));
        let mut by_channel = vec![Vec::new(); Channel::ALL.len()];
        for id in (0..vocabulary.len() as u32).filter(knows) {
            by_channel[vocabulary.channel(id) as usize].push(id);
        }
        let mut weights = Self {
            stride: (classes.kinds() + 1).next_multiple_of(4),
            numbers: vec![0; vocabulary.len()],
            rows: Vec::new(),
            rarity: vec![rarity(0, units)],
        };
        for (ids, channel) in by_channel.iter().zip(Channel::ALL).filter(|(ids, _)| !ids.is_empty()) {
            let mut sums = Vec::with_capacity(ids.len() * classes.len());
            for &id in ids {
                classes.fold(counted.row(id), &mut sums);
            }
            let smoothing = smoothing(&sums, classes.len(), settings.alpha(channel));
            let curves: Vec<Curve> = closed_form(&sums, classes.len(), smoothing);
            for (&id, row) in ids.iter().zip(sums.chunks_exact(classes.len())) {
                let at = weights.rows.len();
                weights.rows.resize(at + weights.stride, 0);
                log_ratios(row, &curves, &mut weights.rows[at..=at + classes.kinds()]);
                weights.numbers[id as usize] = weights.rarity.len() as u32;
                weights.rarity.push(rarity(row[0].saturating_add(row[1]), units));
            }
        }
        weights
    }

    /// Weights and rarity of a feature.
    fn look_up(&self, id: u32) -> (Option<&[i8]>, u16) {
        let number = self.numbers[id as usize] as usize;
        let row = number.checked_sub(1).map(|row| &self.rows[row * self.stride..(row + 1) * self.stride]);
        (row, self.rarity[number])
    }

    /// Evidence about a document of the corpus, as a model of these weights would have it.
    pub fn evidence(&self, corpus: &Corpus, document: &CorpusDocument, evidence: &mut Evidence) {
        let channels = if document.page.is_some() { Channel::ALL.len() } else { Channel::TEXT.len() };
        let vocabulary = corpus.vocabulary();
        evidence.clear(self.stride, channels, document.page.is_none());
        for unit in corpus.units(document) {
            evidence.begin();
            corpus.features(unit).for_each(|id| {
                let (weights, rarity) = self.look_up(id);
                evidence.add(vocabulary.channel(id), vocabulary.key(id), weights, rarity);
            });
            evidence.end(unit.facts);
        }
    }
}
