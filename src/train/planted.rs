//! Text that stands on many sites, labelled alike on each, where models that have not seen it say otherwise.
//!
//! Folds by site keep a site from vouching for itself, but copies of one text on ten invented sites vouch for each
//! other. So such text is judged once more, by weights that are counted without any document that holds it. Stock
//! phrases, which many sites share with good reason, pass: without them the models still know what they are. A text
//! that they contradict confidently is planted, and so is what is doubtful and stands in the same documents alone.

use std::collections::{BTreeMap, BTreeSet};

use super::Settings;
use super::corpus::{Chosen, Corpus};
use super::folds::margins_without;
use super::judged::OutOfFold;
use super::suspects::Doubts;
use crate::bayes::calibrate::logistic;
use crate::bayes::weights::Classes;
use crate::error::{Error, Result};

/// Fewest sites that make text remarkable.
const MIN_SITES: usize = 3;
/// Fewest words of such text.
const MIN_WORDS: usize = 8;

/// A text that many sites share.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    /// Its copies, as indices of the units that were judged.
    pub copies: Vec<usize>,
    /// Sites on which they stand.
    pub sites: usize,
    /// Probability that they are not on the side of their label.
    pub probability: f64,
}

/// Such texts, those on most sites first. Where documents that share text are more than half of all lines, only what
/// stands on the most sites is looked at.
///
/// # Errors
/// [`Error::Training`] for a context out of range.
pub fn planted(
    corpus: &Corpus,
    classes: &Classes,
    settings: &Settings,
    chosen: Chosen<'_>,
    fitted: &OutOfFold,
    doubts: &Doubts,
) -> Result<Vec<Planted>> {
    let documents = corpus.documents();
    let (groups, holding) = shared(corpus, fitted);
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let context = fitted.context.context().map_err(Error::Training)?;
    let holding = holding.into_iter().map(|document| documents[document].index).collect();
    let margins: BTreeMap<usize, f64> =
        margins_without(corpus, classes, settings, chosen, &holding, &context).into_iter().collect();
    let mut found = Vec::new();
    let mut planting = BTreeSet::new();
    for Group { copies, sites } in groups {
        let margins = copies.iter().filter_map(|&copy| margins.get(&fitted.units[copy].unit));
        let log_odds = margins.map(|&margin| fitted.calibration.log_odds(margin)).sum::<f64>();
        let p = logistic(log_odds / copies.len() as f64);
        let boilerplate = fitted.units[copies[0]].boilerplate;
        let probability = if boilerplate { 1.0 - p } else { p };
        if doubts.is_confident(boilerplate, probability) {
            planting.extend(copies.iter().map(|&copy| fitted.units[copy].document));
        }
        found.push(Planted { copies, sites, probability });
    }
    // Whoever planted one text planted what stands beside it.
    let beside = |copy: &usize| planting.contains(&fitted.units[*copy].document);
    found.retain(|it| it.probability > 0.5 && it.copies.iter().all(beside));
    Ok(found)
}

/// Copies of one text, and on how many sites they stand.
struct Group {
    copies: Vec<usize>,
    sites: usize,
}

/// Texts that many sites share, and the documents that hold them.
fn shared(corpus: &Corpus, fitted: &OutOfFold) -> (Vec<Group>, BTreeSet<usize>) {
    let documents = corpus.documents();
    let mut texts: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (judged, unit) in fitted.units.iter().enumerate() {
        if documents[unit.document].ordered && unit.of(corpus).words >= MIN_WORDS {
            texts.entry(unit.of(corpus).facts.line).or_default().push(judged);
        }
    }
    let mut groups: Vec<Group> = texts
        .into_values()
        .filter(|copies| copies.len() >= MIN_SITES)
        .map(|copies| {
            let sites: BTreeSet<&str> = copies.iter().map(|&copy| fitted.units[copy].site(corpus)).collect();
            Group { sites: sites.len(), copies }
        })
        .filter(|group| group.sites >= MIN_SITES)
        .filter(|group| {
            let side = |&copy: &usize| fitted.units[copy].boilerplate;
            group.copies.iter().all(|copy| side(copy) == side(&group.copies[0]))
        })
        .collect();
    groups.sort_by(|a, b| b.sites.cmp(&a.sites).then(a.copies[0].cmp(&b.copies[0])));
    let (mut holding, mut lines, mut taken) = (BTreeSet::new(), 0, 0);
    for group in &groups {
        for &copy in &group.copies {
            let document = fitted.units[copy].document;
            if holding.insert(document) {
                lines += corpus.units(&documents[document]).len();
            }
        }
        if 2 * lines > fitted.units.len() {
            break;
        }
        taken += 1;
    }
    groups.truncate(taken);
    let holding = groups.iter().flat_map(|group| &group.copies).map(|&copy| fitted.units[copy].document);
    let holding = holding.collect();
    (groups, holding)
}
