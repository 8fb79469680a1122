//! Pages with reference text to a model, everything that feeds a fit out of fold.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::page_corpus::{self, Corpus, FOLDS, KEPT, LABELS, Page};
use super::page_types;
use super::silver::{self, word_f1};
use crate::bayes::calibrate::{Calibration, logistic};
use crate::bayes::evidence::Evidence;
use crate::bayes::fit::fit_curves;
use crate::bayes::smoothing::total;
use crate::bayes::weights::default_alpha;
use crate::context::boost::Growth;
use crate::context::fit::{Fitted, Sample, fit};
use crate::context::signals;
use crate::context::signals::page::PageSignals;
use crate::error::{Error, Result};
use crate::features::Channel;
use crate::features::counts::CountTable;
use crate::model::fitted::FittedContext;
use crate::model::{FEATURES, Header, Parts, Presets, fixed_calibration, millionths};
use crate::verdict::expected_f1::threshold;
use crate::verdict::repeated::repeated;

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
    /// What type of page it is.
    pub page_type: String,
    /// Whether each block is kept.
    pub kept: Vec<bool>,
    /// Word F1 against the reference.
    pub f1: f64,
    /// The same where the type of the page is named beforehand.
    pub f1_named: f64,
}

/// Trains what a section for pages is made of on all pages of a corpus, and says what was kept of each page out of fold: its counts come
/// from the nine other folds, its trees from four of five pairs of folds, none of which has its site. Only the
/// two parameters of the calibration have seen all pages; those of a type that is named have not.
///
/// # Errors
/// [`Error::Training`] where there are no two sides.
pub fn train(corpus: &Corpus, growth: Growth) -> Result<(Parts, Vec<Prediction>)> {
    let all = |_: usize| true;
    let (fitted, calibration, sample) = fit_on(corpus, &all, growth)?;
    let predictions = own_predictions(corpus, &fitted.margins, calibration, &sample);
    let kept = sample.targets.iter().filter(|target| **target).count();
    let base_rate = kept as f64 / sample.targets.len().max(1) as f64;
    let mut context = FittedContext::new(
        &fitted.context,
        fixed_calibration(calibration),
        ([millionths(0.5); 2], Presets::default()),
        millionths(base_rate),
        figures(&predictions),
    );
    let types = named(corpus, &fitted.margins, &sample, None);
    context.page_types = types.into_iter().map(|(name, it)| (name, fixed_calibration(it))).collect();
    Ok((parts(corpus.table(&all), &context, corpus.pages().len())?, predictions))
}

/// What a section for pages is made of: counts of so many pages (0 where that is not known), with this context.
///
/// # Errors
/// [`Error::Training`] where a number of the context is out of range, or the counts are of other labels than
/// [`LABELS`].
pub fn parts(mut counts: CountTable, fitted: &FittedContext, pages: usize) -> Result<Parts> {
    if counts.labels() != LABELS {
        return Err(Error::Training(format!("counts of pages have the labels {}", LABELS.join(" and "))));
    }
    // A model file does not say where a feature was seen.
    counts.forget_sites();
    let mut text = Vec::new();
    counts.write(&mut text).map_err(|error| Error::Training(error.to_string()))?;
    let header = Header {
        labels: LABELS.map(str::to_owned).to_vec(),
        kept: KEPT.to_vec(),
        features: FEATURES,
        alpha_thousandths: Channel::ALL
            .iter()
            .map(|&it| (default_alpha(it) * 1000.0).round() as u64)
            .collect(),
        calibration: fitted.calibration,
        page_types: fitted.page_types.clone(),
        thresholds: fitted.thresholds,
        presets: fitted.presets,
        base_rate: fitted.base_rate,
        trained_on: [pages as u64, total(counts.paragraphs().iter().copied())],
        data_digest: blake3::hash(&text).to_hex().to_string(),
        evaluation: fitted.evaluation.clone(),
    };
    let curves = fit_curves(&counts, &page_corpus::classes(), default_alpha)?;
    let context = fitted.context().map_err(Error::Training)?;
    Ok(Parts { header, counts, curves, context })
}

/// Means of word F1 in millionths: of all pages, of each type, the same where the type is named, and the share
/// of pages below 0.1.
pub fn figures(predictions: &[Prediction]) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, (f64, usize)> = BTreeMap::new();
    for page in predictions {
        for name in ["all", &page.page_type] {
            let sum = sums.entry(format!("word_f1.{name}")).or_default();
            *sum = (sum.0 + page.f1, sum.1 + 1);
        }
        for name in ["all", &page.page_type] {
            let sum = sums.entry(format!("word_f1_named.{name}")).or_default();
            *sum = (sum.0 + page.f1_named, sum.1 + 1);
        }
        let sum = sums.entry("zero".to_owned()).or_default();
        *sum = (sum.0 + f64::from(u8::from(page.f1 < 0.1)), sum.1 + 1);
    }
    sums.into_iter().map(|(name, (sum, n))| (name, (sum / n as f64 * 1e6).round() as i64)).collect()
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
            let mut evidence = Evidence::default();
            let mut rows = |(at, page)| {
                corpus.evidence(page, &weights, &mut evidence);
                let signals = signals::rows(&PageSignals::new(&page.units, &evidence), page.units.len());
                (at, rows(page, signals))
            };
            inside.map(&mut rows).collect::<Vec<_>>()
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
fn rows(page: &Page, signals: Vec<i32>) -> Sample {
    let scale = (page.reference.len().min(2000) as f64 + 100.0).sqrt();
    Sample {
        width: signals.len().checked_div(page.units.len()).unwrap_or(0),
        signals,
        targets: page.editorial.iter().map(|editorial| !editorial).collect(),
        weights: words(page).iter().map(|words| (words + 1.0).sqrt() / scale).collect(),
        folds: vec![page.fold / 2; page.editorial.len()],
    }
}

fn words(page: &Page) -> Vec<f64> {
    page.units.iter().map(|unit| silver::words(unit.rendered()).len() as f64).collect()
}

/// Calibrations of pages of each type; `without` leaves out a pair of folds.
fn named(
    corpus: &Corpus,
    margins: &[f64],
    sample: &Sample,
    without: Option<u8>,
) -> BTreeMap<String, Calibration> {
    let used = |page: &&Page| Some(page.fold / 2) != without;
    let mut pages = BTreeMap::new();
    for page in corpus.pages().iter().filter(used) {
        *pages.entry(page.page_type.as_str()).or_default() += 1;
    }
    let types =
        corpus.pages().iter().flat_map(|page| std::iter::repeat_n(&*page.page_type, page.editorial.len()));
    let rows = sample.targets.iter().zip(&sample.weights).zip(&sample.folds);
    let points = types.zip(margins.iter().zip(rows)).filter(|(_, (_, (_, fold)))| Some(**fold) != without);
    let point = |(name, (&margin, ((&target, &weight), _)))| (name, (margin, target, weight));
    page_types::calibrations(points.map(point), &pages)
}

fn own_predictions(
    corpus: &Corpus,
    margins: &[f64],
    calibration: Calibration,
    sample: &Sample,
) -> Vec<Prediction> {
    let named: Vec<BTreeMap<String, Calibration>> =
        (0..GROUPS).map(|group| named(corpus, margins, sample, Some(group as u8))).collect();
    let mut at = 0;
    let of_page = |page: &Page| {
        let own = &margins[at..at + page.editorial.len()];
        at += own.len();
        let of_type = named[usize::from(page.fold / 2)].get(&page.page_type).copied();
        let words = words(page);
        let (kept, f1) = predict(page, &words, own, calibration);
        let (_, f1_named) = predict(page, &words, own, of_type.unwrap_or(calibration));
        Prediction { id: page.id.clone(), page_type: page.page_type.clone(), kept, f1, f1_named }
    };
    corpus.pages().iter().map(of_page).collect()
}

/// Which blocks are kept, and the word F1 of that.
fn predict(page: &Page, words: &[f64], margins: &[f64], calibration: Calibration) -> (Vec<bool>, f64) {
    let log_odds: Vec<f64> = margins.iter().map(|&margin| calibration.log_odds(margin)).collect();
    let least = threshold(&log_odds, words, 1.0);
    let mut kept: Vec<bool> = log_odds.iter().map(|&z| logistic(z) < least).collect();
    let again = repeated(&page.units, &kept);
    for (kept, again) in kept.iter_mut().zip(again) {
        *kept &= !again;
    }
    let f1 = word_f1(&page.kept(|block| kept[block]), &page.reference);
    (kept, f1)
}
