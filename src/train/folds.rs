//! Fitting on a selection of a corpus, with everything that feeds the context out of fold.

use rayon::prelude::*;

use super::Settings;
use super::corpus::{Chosen, Corpus, CorpusDocument, FOLDS, SelectionWeights};
use crate::bayes::evidence::Evidence;
use crate::bayes::weights::Classes;
use crate::context::fit::Sample;
use crate::context::signals;
#[cfg(feature = "html")]
use crate::context::signals::page::PageSignals;
use crate::context::signals::text::{Columns, TextSignals};

/// Out-of-fold signals of every chosen document: each fold is scored by weights counted without it.
/// Rows come in the order of the documents; their folds are in pairs, [`FOLDS`] / 2 of them.
pub fn sample(corpus: &Corpus, classes: &Classes, settings: &Settings, chosen: Chosen<'_>) -> Sample {
    let mut parts: Vec<(usize, Sample)> = (0..FOLDS as u8)
        .into_par_iter()
        .flat_map_iter(|fold| {
            let inside = |d: &CorpusDocument| d.fold == fold && chosen(d);
            if !corpus.documents().iter().any(inside) {
                return Vec::new();
            }
            let counted = corpus.count(settings.min_sites, |d| d.fold != fold && chosen(d));
            let weights = SelectionWeights::new(corpus, &counted, classes, settings);
            let (mut evidence, mut columns) = (Evidence::default(), Columns::default());
            let mut parts = Vec::new();
            for (index, document) in corpus.documents().iter().enumerate().filter(|(_, d)| inside(d)) {
                weights.evidence(corpus, document, &mut evidence);
                let signals = match &document.page {
                    #[cfg(feature = "html")]
                    Some(page) => signals::rows(&PageSignals::new(&page.units, &evidence), evidence.len()),
                    _ => {
                        columns.read(&evidence, classes.kinds());
                        signals::rows(&TextSignals::new(&columns, &evidence), evidence.len())
                    }
                };
                let width = signals.len() / evidence.len().max(1);
                let mut part = Sample { width, signals, ..Sample::default() };
                for unit in corpus.units(document) {
                    let target = classes.kind_of_label(unit.label).is_some();
                    part.targets.push(target);
                    part.weights.push(match &document.page {
                        Some(page) => page.weight(unit.words),
                        None => settings.weight(target, unit.words),
                    });
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
