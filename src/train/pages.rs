//! Pages with reference text to a model, everything that feeds a fit out of fold.

use std::collections::{BTreeMap, BTreeSet};

use super::corpus::{
    Chosen, Corpus, CorpusDocument, Counted, FOLDS, LABELS, LeftOut, Page, SelectionWeights,
};
use super::selection::{self, known};
use super::silver::word_f1;
use super::{Settings, folds, page_types};
use crate::bayes::calibrate::{Calibration, logistic};
use crate::bayes::evidence::Evidence;
use crate::bayes::weights::Classes;
use crate::context::boost::Growth;
use crate::context::fit::{Sample, fit};
use crate::context::signals::page::PageSignals;
use crate::context::{Context, signals};
use crate::error::{Error, Result};
use crate::features::Channel;
use crate::features::counts::CountTable;
use crate::model::fitted::FittedContext;
use crate::model::{Parts, Presets, fixed_calibration, millionths};
use crate::verdict::expected_f1::threshold;
use crate::verdict::repeated::repeated;

/// Blocks in which a feature must stand, in the order of [`Channel::ALL`]; and it must have been seen on two sites.
pub const MIN_COUNTS: [u64; Channel::ALL.len()] = [10, 14, 10, 1, 1, 3, 6, 4];

/// How the trees of pages grow (ARCHITECTURE.md, "Pages").
pub const GROWTH: Growth =
    Growth { trees: 240, leaves: 24, rate: 0.09, ridge: 5.0, min_weight: 40.0, rows: 0.5, signals: 0.4 };

/// Pairs of folds in which the trees' own margins are left out.
const GROUPS: usize = FOLDS / 2;

/// How pages are trained: what is editorial is kept.
fn settings(growth: Growth) -> Settings {
    Settings { min_counts: MIN_COUNTS, growth, ..Settings::default() }
}

/// What was kept of a page by a model that has not seen its site.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// The page.
    pub id: String,
    /// The set that it is part of.
    pub set: String,
    /// What type of page it is.
    pub page_type: String,
    /// Whether each block is kept.
    pub kept: Vec<bool>,
    /// Word F1 against the reference.
    pub f1: f64,
    /// The same where the type of the page is named beforehand.
    pub f1_named: f64,
}

/// What is fitted on some pages of a corpus.
struct Fit {
    settings: Settings,
    counted: Counted,
    classes: Classes,
    sample: Sample,
    context: Context,
    /// Of each block, by trees that have not seen its site.
    margins: Vec<f64>,
    calibration: Calibration,
}

impl Fit {
    /// # Errors
    /// [`Error::Training`] where there are no two sides.
    fn new(corpus: &Corpus, growth: Growth, chosen: Chosen<'_>) -> Result<Self> {
        let settings = settings(growth);
        let counted = corpus.count(settings.min_sites, chosen);
        let classes = settings.classes(corpus.labels(), counted.units())?;
        let sample = folds::sample(corpus, &classes, &settings, chosen, &LeftOut::default());
        let fitted = fit(&sample, growth, GROUPS)?;
        let points = fitted.margins.iter().zip(sample.targets.iter().zip(&sample.weights));
        let points: Vec<(f64, bool, f64)> =
            points.map(|(&margin, (&target, &weight))| (margin, target, weight)).collect();
        let calibration = Calibration::fit(&points)?;
        let (context, margins) = (fitted.context, fitted.margins);
        Ok(Self { settings, counted, classes, sample, context, margins, calibration })
    }

    /// Margins of the blocks of a page that this was not fitted on.
    fn margins(&self, page: &Page, evidence: &Evidence) -> Vec<f64> {
        let rows = signals::rows(&PageSignals::new(&page.units, evidence), evidence.len());
        rows.chunks_exact(self.sample.width.max(1)).map(|row| self.context.margin(row)).collect()
    }
}

impl Prediction {
    fn new(document: &CorpusDocument, page: &Page, kept: Vec<bool>, [f1, f1_named]: [f64; 2]) -> Self {
        let (id, set, page_type) = (document.id.clone(), page.set.clone(), page.page_type.clone());
        Self { id, set, page_type, kept, f1, f1_named }
    }
}

/// Trains what a section for pages is made of on all pages of a corpus, and says what was kept of each page out of
/// fold: its counts come from the nine other folds, its trees from four of five pairs of folds, none of which has its
/// site. Only the two parameters of the calibration have seen all pages; those of a type that is named have not.
///
/// # Errors
/// [`Error::Training`] where there are no two sides.
pub fn train(corpus: &Corpus, growth: Growth) -> Result<(Parts, Vec<Prediction>)> {
    let Fit { settings, counted, sample, context, margins, calibration, .. } =
        Fit::new(corpus, growth, &|_| true)?;
    let predictions = own_predictions(corpus, &margins, calibration, &sample);
    let kept = sample.targets.iter().filter(|target| **target).count();
    let base_rate = kept as f64 / sample.targets.len().max(1) as f64;
    let mut context = FittedContext::new(
        &context,
        fixed_calibration(calibration),
        ([millionths(0.5); 2], Presets::default()),
        millionths(base_rate),
        figures(&predictions),
    );
    let types = named(corpus, &margins, &sample, None);
    context.page_types = types.into_iter().map(|(name, it)| (name, fixed_calibration(it))).collect();
    Ok((parts(known(corpus, &counted, &settings), &context, corpus.pages().count())?, predictions))
}

/// What is kept of each page by a model that has seen no page of its set. Page types are not named.
///
/// # Errors
/// [`Error::Training`] where what is left of the corpus without one of its sets has no two sides.
pub fn leave_sets_out(corpus: &Corpus, growth: Growth) -> Result<Vec<Prediction>> {
    let mut predictions = Vec::new();
    let sets: BTreeSet<&str> = corpus.pages().map(|(_, page)| page.set.as_str()).collect();
    for set in sets {
        let outside = |document: &CorpusDocument| document.page.as_ref().is_none_or(|page| page.set != set);
        let fit = Fit::new(corpus, growth, &outside).map_err(|error| match error {
            Error::Training(reason) => Error::Training(format!("without the set {set}: {reason}")),
            error => error,
        })?;
        let weights = SelectionWeights::new(corpus, &fit.counted, &fit.classes, &fit.settings);
        let mut evidence = Evidence::default();
        for (document, page) in corpus.pages().filter(|(_, page)| page.set == set) {
            weights.evidence(corpus, document, &mut evidence);
            let words: Vec<f64> = corpus.units(document).iter().map(|unit| unit.words as f64).collect();
            let (kept, f1) = predict(page, &words, &fit.margins(page, &evidence), fit.calibration);
            predictions.push(Prediction::new(document, page, kept, [f1, f1]));
        }
    }
    predictions.sort_by(|a, b| (&a.set, &a.id).cmp(&(&b.set, &b.id)));
    Ok(predictions)
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
    // The digest is that of the table as the model holds it, wherever its features were seen.
    counts.forget_sites();
    let mut text = Vec::new();
    counts.write(&mut text).map_err(|error| Error::Training(error.to_string()))?;
    let digest = blake3::hash(&text).to_hex().to_string();
    selection::parts(counts, &settings(GROWTH), fitted, pages, digest)
}

/// Means of word F1 in millionths: of all pages, of each type, the same where the type is named, of each set, of
/// these means, and the share of pages below 0.1.
pub fn figures(predictions: &[Prediction]) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, (f64, usize)> = BTreeMap::new();
    let mut add = |name: String, value: f64| {
        let sum = sums.entry(name).or_default();
        *sum = (sum.0 + value, sum.1 + 1);
    };
    let mut by_set: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for page in predictions {
        for name in ["all", &page.page_type] {
            add(format!("word_f1.{name}"), page.f1);
            add(format!("word_f1_named.{name}"), page.f1_named);
        }
        add("zero".to_owned(), f64::from(u8::from(page.f1 < 0.1)));
        let of_set = by_set.entry(&page.set).or_default();
        *of_set = (of_set.0 + page.f1, of_set.1 + 1);
    }
    for (set, (sum, pages)) in by_set {
        let mean = sum / pages as f64;
        add(format!("word_f1_of_set.{set}"), mean);
        add("word_f1_mean_of_sets".to_owned(), mean);
    }
    sums.into_iter().map(|(name, (sum, n))| (name, (sum / n as f64 * 1e6).round() as i64)).collect()
}

/// Calibrations of pages of each type; `without` leaves out a pair of folds.
fn named(
    corpus: &Corpus,
    margins: &[f64],
    sample: &Sample,
    without: Option<u8>,
) -> BTreeMap<String, Calibration> {
    let mut pages = BTreeMap::new();
    for (_, page) in corpus.pages().filter(|(document, _)| Some(document.fold / 2) != without) {
        *pages.entry(page.page_type.as_str()).or_default() += 1;
    }
    let types = corpus.pages().flat_map(|(_, page)| std::iter::repeat_n(&*page.page_type, page.units.len()));
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
    let of_page = |(document, page): (&CorpusDocument, &Page)| {
        let words: Vec<f64> = corpus.units(document).iter().map(|unit| unit.words as f64).collect();
        let own = &margins[at..at + words.len()];
        at += own.len();
        let of_type = named[usize::from(document.fold / 2)].get(&page.page_type).copied();
        let (kept, f1) = predict(page, &words, own, calibration);
        let (_, f1_named) = predict(page, &words, own, of_type.unwrap_or(calibration));
        Prediction::new(document, page, kept, [f1, f1_named])
    };
    corpus.pages().map(of_page).collect()
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
