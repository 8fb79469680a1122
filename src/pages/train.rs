//! Pages with reference text to a model, everything that feeds a fit out of fold.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::align::word_f1;
use super::corpus::{Corpus, FOLDS, Page};
use super::decide::threshold;
use super::model::PageModel;
use super::signals::Signals;
use crate::bayes::calibrate::Calibration;
use crate::context::boost::Growth;
use crate::context::fit::{Fitted, Sample, fit};
use crate::error::{Error, Result};
use crate::model::fitted::FittedContext;
use crate::model::{Presets, fixed_calibration, millionths};

/// How the trees of pages grow (ARCHITECTURE.md, "Pages").
pub const GROWTH: Growth =
    Growth { trees: 240, leaves: 24, rate: 0.09, ridge: 5.0, min_weight: 40.0, rows: 0.5, signals: 0.4 };

/// Groups of folds in which the trees' own margins are left out.
const GROUPS: usize = FOLDS / 2;

/// What was kept of a page by a model that has not seen its site.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// The page.
    pub id: String,
    /// What kind of page it is.
    pub kind: String,
    /// Whether each block is kept.
    pub kept: Vec<bool>,
    /// Word F1 against the reference.
    pub f1: f64,
}

/// Trains a model on all pages of a corpus, and says what was kept of each page out of fold: its counts come
/// from the nine other folds, its trees from four of five pairs of folds, none of which has its site. Only the
/// two parameters of the calibration have seen all pages.
///
/// # Errors
/// [`Error::Training`] where there are no two sides.
pub fn train(corpus: &Corpus, growth: Growth, made_by: &str) -> Result<(PageModel, Vec<Prediction>)> {
    let all = |_: usize| true;
    let (fitted, calibration, sample) = fit_on(corpus, &all, growth)?;
    let predictions = own_predictions(corpus, &fitted.margins, calibration);
    let kept = sample.targets.iter().filter(|target| **target).count();
    let base_rate = kept as f64 / sample.targets.len().max(1) as f64;
    let mut context = FittedContext::new(
        &fitted.context,
        fixed_calibration(calibration),
        ([millionths(0.5); 2], Presets::default()),
        millionths(base_rate),
        figures(&predictions),
    );
    context.made_by = made_by.to_owned();
    let model = PageModel::new(corpus.counts(&all), context).map_err(Error::Training)?;
    Ok((model, predictions))
}

/// Means of word F1 in millionths: of all pages, of each kind, and the share of pages below 0.1.
pub fn figures(predictions: &[Prediction]) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, (f64, usize)> = BTreeMap::new();
    for page in predictions {
        for name in ["all", &page.kind] {
            let sum = sums.entry(format!("word_f1.{name}")).or_default();
            *sum = (sum.0 + page.f1, sum.1 + 1);
        }
        let sum = sums.entry("zero".to_owned()).or_default();
        *sum = (sum.0 + f64::from(u8::from(page.f1 < 0.1)), sum.1 + 1);
    }
    sums.into_iter().map(|(name, (sum, n))| (name, (sum / n as f64 * 1e6).round() as i64)).collect()
}

fn signals(corpus: &Corpus, page: &Page, weights: &super::corpus::SelectionWeights) -> Signals {
    Signals::of(&page.blocks, &corpus.evidence(page, weights), &[])
}

/// Fits trees and calibration on the folds that are chosen. Rows come in the order of the pages.
fn fit_on(
    corpus: &Corpus,
    chosen: &(dyn Fn(usize) -> bool + Sync),
    growth: Growth,
) -> Result<(Fitted, Calibration, Sample)> {
    let pages = corpus.pages();
    let mut parts: Vec<(usize, Sample)> = (0..FOLDS)
        .into_par_iter()
        .filter(|&fold| chosen(fold))
        .flat_map_iter(|fold| {
            let weights = corpus.weights(&|other| other != fold && chosen(other));
            let inside = pages.iter().enumerate().filter(|(_, page)| usize::from(page.fold) == fold);
            inside.map(|(at, page)| (at, rows(page, &signals(corpus, page, &weights)))).collect::<Vec<_>>()
        })
        .collect();
    parts.sort_by_key(|(at, _)| *at);
    let sample = Sample::of(parts.into_iter().map(|(_, part)| part));
    let fitted = fit(&sample, growth, GROUPS)?;
    let points: Vec<(f64, bool, f64)> = fitted
        .margins
        .iter()
        .zip(sample.targets.iter().zip(&sample.weights))
        .map(|(&margin, (&target, &weight))| (margin, target, weight))
        .collect();
    let calibration = Calibration::fit(&points)?;
    Ok((fitted, calibration, sample))
}

/// The rows of a page. A block weighs as the root of its words, less on pages of much text: word F1 is a mean
/// over pages.
fn rows(page: &Page, signals: &Signals) -> Sample {
    let scale = (page.reference.len().min(2000) as f64 + 100.0).sqrt();
    Sample {
        width: signals.width(),
        signals: signals.values.clone(),
        targets: page.editorial.iter().map(|editorial| !editorial).collect(),
        weights: words(page).iter().map(|words| (words + 1.0).sqrt() / scale).collect(),
        folds: vec![page.fold / 2; page.editorial.len()],
    }
}

fn words(page: &Page) -> Vec<f64> {
    page.blocks.blocks.iter().map(|block| super::align::words(&block.text).len() as f64).collect()
}

fn own_predictions(corpus: &Corpus, margins: &[f64], calibration: Calibration) -> Vec<Prediction> {
    let mut at = 0;
    let of_page = |page: &Page| {
        let own = &margins[at..at + page.editorial.len()];
        at += own.len();
        predict(page, own, calibration)
    };
    corpus.pages().iter().map(of_page).collect()
}

fn predict(page: &Page, margins: &[f64], calibration: Calibration) -> Prediction {
    let boilerplate: Vec<f64> = margins.iter().map(|&margin| calibration.probability(margin)).collect();
    let least = threshold(&boilerplate, &words(page), 1.0);
    let kept: Vec<bool> = boilerplate.iter().map(|&p| p < least).collect();
    let f1 = word_f1(&page.kept(|block| kept[block]), &page.reference);
    Prediction { id: page.id.clone(), kind: page.kind.clone(), kept, f1 }
}
