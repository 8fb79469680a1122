//! Fitting on a selection of a corpus, with everything that feeds the context out of fold.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Settings;
use super::corpus::{Chosen, Corpus, CorpusDocument, FOLDS, LeftOut, SelectionWeights};
use crate::bayes::evidence::Evidence;
use crate::bayes::weights::Classes;
use crate::context::Context;
use crate::context::fit::Sample;
use crate::context::signals;
#[cfg(feature = "html")]
use crate::context::signals::page::PageSignals;
use crate::context::signals::text::{Columns, TextSignals};

/// Out-of-fold signals of every chosen document: each fold is scored by weights counted without it.
/// Rows come in the order of the documents; their folds are in pairs, [`FOLDS`] / 2 of them. Units that are left out
/// have no row, but stand around those that have one.
pub fn sample(
    corpus: &Corpus,
    classes: &Classes,
    settings: &Settings,
    chosen: Chosen<'_>,
    left_out: &LeftOut,
) -> Sample {
    let mut parts: Vec<(usize, Sample)> = (0..FOLDS as u8)
        .into_par_iter()
        .flat_map_iter(|fold| {
            let inside = |d: &CorpusDocument| d.fold == fold && chosen(d);
            if !corpus.documents().iter().any(inside) {
                return Vec::new();
            }
            let counted = corpus.count_without(settings.min_sites, |d| d.fold != fold && chosen(d), left_out);
            let weights = SelectionWeights::new(corpus, &counted, classes, settings);
            let (mut evidence, mut columns) = (Evidence::default(), Columns::default());
            let mut parts = Vec::new();
            for (index, document) in corpus.documents().iter().enumerate().filter(|(_, d)| inside(d)) {
                weights.evidence(corpus, document, &mut evidence);
                let signals = match &document.page {
                    #[cfg(feature = "html")]
                    Some(page) => signals::rows(&PageSignals::new(&page.units, &evidence), evidence.len()),
                    _ => of_text(&evidence, &mut columns, classes),
                };
                let width = signals.len() / evidence.len().max(1);
                let mut part = Sample { width, ..Sample::default() };
                let units = corpus.units(document).iter().zip(corpus.indices(document));
                for ((unit, index), row) in units.zip(signals.chunks_exact(width.max(1))) {
                    if left_out.has(index) {
                        continue;
                    }
                    part.signals.extend_from_slice(row);
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

/// Signals of a document of text, a row for each unit.
fn of_text(evidence: &Evidence, columns: &mut Columns, classes: &Classes) -> Vec<i32> {
    columns.read(evidence, classes.kinds());
    signals::rows(&TextSignals::new(columns, evidence), evidence.len())
}

/// Margins of the units of some documents of text, in nats, by weights that were counted without these documents.
pub fn margins_without(
    corpus: &Corpus,
    classes: &Classes,
    settings: &Settings,
    chosen: Chosen<'_>,
    without: &BTreeSet<usize>,
    context: &Context,
) -> Vec<(usize, f64)> {
    let outside = |document: &CorpusDocument| chosen(document) && !without.contains(&document.index);
    let counted = corpus.count(settings.min_sites, outside);
    let weights = SelectionWeights::new(corpus, &counted, classes, settings);
    let (mut evidence, mut columns, mut margins) = (Evidence::default(), Columns::default(), Vec::new());
    for document in corpus.documents().iter().filter(|document| without.contains(&document.index)) {
        weights.evidence(corpus, document, &mut evidence);
        let signals = of_text(&evidence, &mut columns, classes);
        let width = signals.len() / evidence.len().max(1);
        let rows = signals.chunks_exact(width.max(1)).map(|row| context.margin(row));
        margins.extend(corpus.indices(document).zip(rows));
    }
    margins
}

/// For each row how much it looks like each of so many kinds: twice its own log-odds and the mean around it, as
/// [`Kinds::likeliest`](crate::context::kinds::Kinds::likeliest) has it. They are the last signals of a row.
pub fn of_kinds(sample: &Sample, kinds: usize) -> Vec<i32> {
    let from = sample.width.saturating_sub(2 * kinds);
    let of_row = |row: &[i32]| {
        let (own, around) = row[from..].split_at(kinds);
        own.iter().zip(around).map(|(own, around)| own.saturating_mul(2).saturating_add(*around)).collect()
    };
    sample.signals.chunks_exact(sample.width.max(1)).flat_map(|row| -> Vec<i32> { of_row(row) }).collect()
}
