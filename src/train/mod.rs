//! Labelled data to a model.
//!
//! | file | what it does |
//! |---|---|
//! | [`labelled`] | labelled files in |
//! | [`corpus`] | labelled text and pages with their features as numbers, counted in any selection |
//! | [`folds`] | signals of a selection, out of fold |
//! | [`selection`] | a selection to context, calibration, thresholds and model |
//! | [`thresholds`] | probabilities from which a paragraph is dropped |
//! | [`site_share`] | no site teaches more than its share |
//! | [`judged`] | units as models say of them that have not seen their site |
//! | [`contradicted`] | sites whose labels contradict those of all others |
//! | [`suspects`] | labels that are doubtful |
//! | [`planted`] | text on many sites that is labelled against all others |
//! | [`promise`] | whether a threshold does what it says |
//! | [`review`] | all of these: what training says of its data |
//! | [`logistic`] | logistic regression on a few numbers |
//! | [`gold`] | labelled documents to scored ones |
//! | [`tune`] | a model's thresholds, chosen again on documents of one's own |
//! | [`must_keep`] | paragraphs that a new model has to keep |
//! | [`shown`] | what a report shows of labelled documents |
//! | [`crossval`] | the same out of fold, by models that have not seen the document's site |
//! | `pages` | pages with reference text to a model |
//! | `page_types` | calibrations of pages whose type is known |
//! | [`silver`] | labels of blocks from reference text, in order |

pub mod contradicted;
pub mod corpus;
pub mod crossval;
pub mod folds;
pub mod gold;
pub mod judged;
pub mod labelled;
pub mod logistic;
pub mod must_keep;
#[cfg(feature = "html")]
pub mod page_types;
#[cfg(feature = "html")]
pub mod pages;
pub mod planted;
pub mod promise;
pub mod review;
pub mod selection;
#[cfg(feature = "html")]
pub mod sets;
pub mod shown;
pub mod silver;
pub mod site_share;
pub mod suspects;
pub mod thresholds;
pub mod tune;

use std::path::Path;

use crate::bayes::smoothing::total;
use crate::bayes::weights::{Classes, default_alpha};
use crate::context::boost::Growth;
use crate::context::fit::GROWTH;
use crate::error::{Error, Place, Result};
use crate::features::Channel;
use crate::features::counts::{MAX_LABELS, Sites};
use crate::model::fitted::FittedContext;
use crate::model::{Model, Parts};
use corpus::Corpus;
use labelled::Labelled;
use review::Review;
use selection::Selection;

/// Fewest sites with ordered documents from which trees are grown: with fewer, what they would learn is
/// those sites.
pub const MIN_SITES_FOR_TREES: usize = 20;

/// How a model is trained.
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `name` | `model` | name in the file | any text |
/// | `keep` | `["editorial"]` | labels that are kept | labels of the data |
/// | `alphas` | [`default_alpha`] | pseudo-count per channel, to the thousandth | 0.001 and more |
/// | `min_sites` | 2 | a feature counts if seen on so many sites | 1 or 2 |
/// | `min_counts` | [`MIN_COUNTS`] | and in so many paragraphs, per channel | at least 1 |
/// | `growth` | [`GROWTH`] | how the context's trees grow | see [`Growth`] |
/// | `word_power` | 0.4 | weight of a kept row grows with its words to this power | 0 to 1 |
/// | `max_loss` | 0.002 | share of kept words that the default may lose, out of fold | above 0 |
/// | `max_site_share` | [`site_share::MAX_SHARE`] | share of the lines of ordered documents that one site may give | above 0; 1 takes all |
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name in the file.
    pub name: String,
    /// Labels that are kept.
    pub keep: Vec<String>,
    /// Pseudo-count of each channel, in the order of [`Channel::ALL`].
    pub alphas: [f64; 8],
    /// A feature counts if it was seen on this many sites (1 or 2).
    pub min_sites: u32,
    /// A feature stays in the model if it was seen in this many paragraphs, per channel.
    pub min_counts: [u64; 8],
    /// How the context's trees are grown.
    pub growth: Growth,
    /// Exponent by which the weight of kept rows grows with their words.
    pub word_power: f64,
    /// Share of kept words that may be lost, out of fold, at the default threshold.
    pub max_loss: f64,
    /// Share of the lines of ordered documents that one site may give.
    pub max_site_share: f64,
}

/// Pruning rule: paragraphs in which a feature must stand, per channel. It holds the built-in model
/// under its size at no measured cost (ARCHITECTURE.md, "pruning").
pub const MIN_COUNTS: [u64; 8] = [2, 3, 2, 1, 1, 1, 1, 1];

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "model".to_owned(),
            keep: vec!["editorial".to_owned()],
            alphas: Channel::ALL.map(default_alpha),
            min_sites: 2,
            min_counts: MIN_COUNTS,
            growth: GROWTH,
            word_power: 0.4,
            max_loss: 0.002,
            max_site_share: site_share::MAX_SHARE,
        }
    }
}

impl Settings {
    /// Pseudo-count of a channel.
    pub fn alpha(&self, channel: Channel) -> f64 {
        self.alphas[channel as usize]
    }

    /// Weight of a row in the context's fit. What is lost is counted in words, so long kept rows weigh more.
    pub fn weight(&self, boilerplate: bool, words: usize) -> f64 {
        if boilerplate { 1.0 } else { (words as f64).powf(self.word_power).clamp(0.25, 16.0) }
    }

    /// The pruning rule: whether a model knows a feature that was counted so, per label, on these sites.
    pub fn knows(&self, channel: Channel, row: &[u64], sites: Sites) -> bool {
        let paragraphs = total(row.iter().copied());
        sites.at_least() >= self.min_sites && paragraphs >= self.min_counts[channel as usize].max(1)
    }

    /// Classes over labels of which so many paragraphs were counted. A label without any is no kind.
    ///
    /// # Errors
    /// [`Error::Training`] where a label to keep is not in the data, or all or none of the labels are kept.
    pub fn classes(&self, labels: &[String], paragraphs: &[u64]) -> Result<Classes> {
        let there = || labels.iter().zip(paragraphs).filter(|(_, count)| **count > 0).map(|(label, _)| label);
        if there().count() < 2 {
            let found =
                there().next().map_or("no label".to_owned(), |label| format!("only the label {label:?}"));
            return Err(Error::Training(format!("two labels are needed, the data has {found}")));
        }
        if let Some(missing) = self.keep.iter().find(|keep| there().all(|label| label != *keep)) {
            let labels = there().cloned().collect::<Vec<_>>().join(", ");
            return Err(Error::Training(format!(
                "no paragraph is labelled {missing:?}; the data has: {labels}"
            )));
        }
        let keeps = |label: &String| self.keep.contains(label);
        if !there().any(keeps) || there().all(keeps) {
            return Err(Error::Training("at least one label must be kept, and one dropped".to_owned()));
        }
        // Counted among the kept ones, a label without a paragraph adds nothing to any sum.
        let kept: Vec<bool> =
            labels.iter().zip(paragraphs).map(|(label, &count)| count == 0 || keeps(label)).collect();
        Ok(Classes::new(labels, &kept))
    }
}

/// Labelled data, gathered file by file.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Everything that was read.
    pub corpus: Corpus,
    /// BLAKE3 of each file.
    digests: Vec<[u8; 32]>,
}

impl Gathered {
    /// Reads one labelled file's bytes; `path` is for messages.
    ///
    /// # Errors
    /// As [`labelled::read`].
    pub fn add(&mut self, bytes: &[u8], path: &Path) -> Result<()> {
        self.digests.push(*blake3::hash(bytes).as_bytes());
        self.corpus.begin_file(path);
        for (line, item) in labelled::read(bytes, path)? {
            match item {
                Labelled::Document(document) => self.corpus.add_document(&document, line),
                Labelled::Loose(name, paragraph) => self.corpus.add_loose(&name, paragraph, line),
                Labelled::Table(table) => self.corpus.add_table(&table),
            }
            if self.corpus.labels().len() > MAX_LABELS {
                let reason = format!("more than {MAX_LABELS} labels; is the label what comes first?");
                return Err(Error::Labelled { place: Place::of(path), reason });
            }
        }
        self.corpus.arrange();
        Ok(())
    }

    /// BLAKE3 of the ascending BLAKE3s of the files, as hexadecimal digits: the same in any order of them.
    pub fn digest(&self) -> String {
        let mut digests = self.digests.clone();
        digests.sort_unstable();
        blake3::hash(digests.as_flattened()).to_hex().to_string()
    }
}

/// How models are made that [`train`] trains.
pub const MADE_BY: &str = "gleaner train";

/// Trains a model of text. As [`parts`].
///
/// # Errors
/// As [`parts`].
pub fn train(gathered: &Gathered, settings: &Settings, fitted: Option<&FittedContext>) -> Result<Model> {
    let parts = parts(gathered, settings, fitted)?;
    Model::new(&settings.name, MADE_BY, Some(&parts), None).map_err(Error::Training)
}

/// Trains what a model's section for text is made of. With `fitted` its context, calibration and thresholds are taken
/// as they are; else they are fitted on the data, out of fold by site.
///
/// # Errors
/// [`Error::Training`] for data from which nothing can be fitted, with what is missing.
pub fn parts(gathered: &Gathered, settings: &Settings, fitted: Option<&FittedContext>) -> Result<Parts> {
    Ok(reviewed(gathered, settings, fitted)?.0)
}

/// The same, with what there is to say of the data: of sites that were thinned, and, where the context is fitted, of
/// labels.
///
/// # Errors
/// As [`parts`].
pub fn reviewed(
    gathered: &Gathered,
    settings: &Settings,
    fitted: Option<&FittedContext>,
) -> Result<(Parts, Review)> {
    let corpus = &gathered.corpus;
    if let Some(fitted) = fitted {
        let selection = Selection::new(corpus, settings, &|_| true)?;
        let parts = checked(&selection)?.parts(fitted, gathered.digest())?;
        return Ok((parts, Review { shares: selection.shares().clone(), ..Review::default() }));
    }
    let (selection, fitted, left_out) = Selection::fit(corpus, settings, &|_| true)?;
    let parts = checked(&selection)?.parts(&fitted.context, gathered.digest())?;
    let review = Review::new(corpus, settings, &|_| true, &selection, &fitted, left_out)?;
    Ok((parts, review))
}

fn checked<'s, 'a>(selection: &'s Selection<'a>) -> Result<&'s Selection<'a>> {
    match selection.missing_label() {
        Some(label) => Err(Error::Training(format!("no paragraph is labelled {label:?}"))),
        None => Ok(selection),
    }
}
