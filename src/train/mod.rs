//! Labelled data to a model.
//!
//! | file | what it does |
//! |---|---|
//! | [`labelled`] | labelled files in |
//! | [`corpus`] | paragraphs with their features as numbers, counted in any selection |
//! | [`folds`] | log-odds out of fold, and what is fitted on them |
//! | [`thresholds`] | probabilities from which a paragraph is dropped |

pub mod corpus;
pub mod folds;
pub mod labelled;
pub mod thresholds;

use std::collections::BTreeMap;
use std::path::Path;

use crate::bayes::weights::{Classes, default_alpha};
use crate::context::boost::Growth;
use crate::context::fit::GROWTH;
use crate::error::{Error, Result};
use crate::features::Channel;
use crate::features::counts::CountTable;
use crate::model::fitted::FittedContext;
use crate::model::{FEATURES, Header, Model, Parts, fit_curves, fixed_calibration, millionths};
use corpus::{Corpus, FOLDS};
use labelled::Labelled;

/// Fewest sites with ordered documents from which trees are grown: with fewer, what they would learn is
/// those sites.
pub const MIN_SITES_FOR_TREES: usize = 20;

/// How a model is trained.
///
/// | field | default | purpose | range |
/// |---|---|---|---|
/// | `name` | `model` | name in the file | any text |
/// | `keep` | `["editorial"]` | labels that are kept | labels of the data |
/// | `alphas` | [`default_alpha`] | pseudo-count per channel | above 0 |
/// | `min_sites` | 2 | a feature counts if seen on so many sites | 1 or 2 |
/// | `min_counts` | [`MIN_COUNTS`] | and in so many paragraphs, per channel | at least 1 |
/// | `growth` | [`GROWTH`] | how the context's trees grow | see [`Growth`] |
/// | `word_power` | 0 | weight of a kept row grows with its words to this power | 0 to 1 |
/// | `max_loss` | 0.002 | share of kept words that the default may lose, out of fold | above 0 |
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name in the file.
    pub name: String,
    /// Labels that are kept.
    pub keep: Vec<String>,
    /// Pseudo-count of each channel, in the order of [`Channel::ALL`].
    pub alphas: [f64; 5],
    /// A feature counts if it was seen on this many sites (1 or 2).
    pub min_sites: u32,
    /// A feature stays in the model if it was seen in this many paragraphs, per channel.
    pub min_counts: [u64; 5],
    /// How the context's trees are grown.
    pub growth: Growth,
    /// Exponent by which the weight of kept rows grows with their words.
    pub word_power: f64,
    /// Share of kept words that may be lost, out of fold, at the default threshold.
    pub max_loss: f64,
}

/// Pruning rule: paragraphs in which a feature must stand, per channel. It holds the built-in model
/// under its size at no measured cost (ARCHITECTURE.md, "pruning").
pub const MIN_COUNTS: [u64; 5] = [2, 3, 2, 1, 1];

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "model".to_owned(),
            keep: vec!["editorial".to_owned()],
            alphas: Channel::ALL.map(default_alpha),
            min_sites: 2,
            min_counts: MIN_COUNTS,
            growth: GROWTH,
            word_power: 0.0,
            max_loss: 0.002,
        }
    }
}

impl Settings {
    /// Pseudo-count of a channel.
    pub fn alpha(&self, channel: Channel) -> f64 {
        self.alphas[channel as usize]
    }

    /// Weight of a row in the context's fit.
    pub fn weight(&self, boilerplate: bool, words: usize) -> f64 {
        if boilerplate { 1.0 } else { (words as f64).powf(self.word_power).clamp(0.25, 16.0) }
    }

    /// Classes over these labels.
    ///
    /// # Errors
    /// [`Error::Training`] where a label to keep is not in the data, or all or none of the labels are kept.
    pub fn classes(&self, labels: &[String]) -> Result<Classes> {
        if labels.len() < 2 {
            let found =
                labels.first().map_or("no label".to_owned(), |label| format!("only the label {label:?}"));
            return Err(Error::Training(format!("two labels are needed, the data has {found}")));
        }
        if let Some(missing) = self.keep.iter().find(|keep| !labels.contains(keep)) {
            let labels = labels.join(", ");
            return Err(Error::Training(format!(
                "no paragraph is labelled {missing:?}; name the labels to keep with --keep (the data has: {labels})"
            )));
        }
        let kept: Vec<bool> = labels.iter().map(|label| self.keep.contains(label)).collect();
        if !kept.contains(&true) || !kept.contains(&false) {
            return Err(Error::Training(
                "at least one label must be kept and one dropped; see --keep".to_owned(),
            ));
        }
        Ok(Classes::new(labels, &kept))
    }
}

/// Labelled data, gathered file by file.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Everything that was read.
    pub corpus: Corpus,
    digest: blake3::Hasher,
}

impl Gathered {
    /// Reads one labelled file's bytes; `path` is for messages.
    ///
    /// # Errors
    /// As [`labelled::read`].
    pub fn add(&mut self, bytes: &[u8], path: &Path) -> Result<()> {
        self.digest.update(&(bytes.len() as u64).to_le_bytes());
        self.digest.update(bytes);
        for item in labelled::read(bytes, path)? {
            match item {
                Labelled::Document(document) => self.corpus.add_document(&document),
                Labelled::Loose(name, paragraph) => self.corpus.add_loose(&name, paragraph),
                Labelled::Table(table) => self.corpus.add_table(&table),
            }
        }
        Ok(())
    }

    /// BLAKE3 of all that was read, in order, as hexadecimal digits.
    pub fn digest(&self) -> String {
        self.digest.finalize().to_hex().to_string()
    }
}

/// Trains a model. With `fitted` its context, calibration and thresholds are taken as they are; else they
/// are fitted on the data, out of fold by site.
///
/// # Errors
/// [`Error::Training`] for data from which no model can be fitted, with what is missing.
pub fn train(gathered: &Gathered, settings: &Settings, fitted: Option<&FittedContext>) -> Result<Model> {
    let corpus = &gathered.corpus;
    let classes = settings.classes(corpus.labels())?;
    let counted = corpus.count_seen_on(settings.min_sites, |_| true, true);
    for (label, &count) in counted.paragraphs.iter().enumerate() {
        if count == 0 {
            return Err(Error::Training(format!("no paragraph is labelled {:?}", corpus.labels()[label])));
        }
    }
    let mut counts = pruned(&corpus.to_table(&counted), settings);
    if counts.is_empty() {
        return Err(Error::Training(format!(
            "no feature was seen on {} sites and often enough; label more, or allow --min-sites 1",
            settings.min_sites
        )));
    }
    let fitted = match fitted {
        Some(fitted) => fitted.clone(),
        None => fit_context(corpus, &classes, settings)?,
    };
    // Labels in the file's own order, so that the order of the input does not matter.
    counts = counts.with_sorted_labels();
    let labels = counts.labels().to_vec();
    let kept: Vec<bool> = labels.iter().map(|label| settings.keep.contains(label)).collect();
    let classes = Classes::new(&labels, &kept);
    let curves = fit_curves(&counts, &classes, |channel| settings.alpha(channel))?;
    let ordered = corpus.documents().iter().filter(|document| document.ordered).count() as u64;
    let header = Header {
        name: settings.name.clone(),
        labels,
        kept,
        features: FEATURES,
        alpha_thousandths: settings.alphas.iter().map(|alpha| (alpha * 1000.0).round() as u64).collect(),
        calibration: fitted.calibration,
        thresholds: fitted.thresholds,
        base_rate: fitted.base_rate,
        trained_on: [ordered, counted.paragraphs.iter().sum()],
        data_digest: gathered.digest(),
        evaluation: fitted.evaluation.clone(),
    };
    Model::new(Parts { header, counts, curves, context: fitted.context() }).map_err(Error::Training)
}

/// Fits context, calibration and thresholds, out of fold by site.
///
/// # Errors
/// [`Error::Training`] where the documents lack one of the two sides.
pub fn fit_context(corpus: &Corpus, classes: &Classes, settings: &Settings) -> Result<FittedContext> {
    let ordered: std::collections::BTreeSet<String> =
        corpus.documents().iter().filter(|d| d.ordered).map(|d| format!("{:?}", d.site)).collect();
    let with_trees = ordered.len() >= MIN_SITES_FOR_TREES;
    // Neighbours mean something in documents only: trees are fitted on those, and on nothing else.
    let chosen = |document: &corpus::CorpusDocument| document.ordered || !with_trees;
    if corpus.documents().is_empty() {
        return Ok(FittedContext::untrained());
    }
    let sample = folds::sample(corpus, classes, settings, &chosen);
    let growth = Growth { trees: if with_trees { settings.growth.trees } else { 0 }, ..settings.growth };
    let fitted = crate::context::fit::fit(&sample, growth, FOLDS / 2)?;
    let boilerplate = sample.targets.iter().filter(|target| **target).count() as f64;
    let rows: Vec<thresholds::Row> = corpus
        .documents()
        .iter()
        .filter(|document| chosen(document))
        .flat_map(|document| corpus.paragraphs()[document.paragraphs.clone()].iter())
        .zip(fitted.margins.iter().zip(&sample.targets))
        .map(|(paragraph, (&margin, &boilerplate))| thresholds::Row {
            probability: fitted.calibration.probability(margin),
            words: paragraph.words as u64,
            boilerplate,
        })
        .collect();
    let chosen_thresholds = thresholds::choose(&rows, settings.max_loss);
    Ok(FittedContext::new(
        &fitted.context,
        fixed_calibration(fitted.calibration),
        chosen_thresholds.map(millionths),
        millionths(boilerplate / sample.targets.len().max(1) as f64),
        BTreeMap::new(),
    ))
}

/// The counts that stay in a model: seen on enough sites, in enough paragraphs.
fn pruned(counts: &CountTable, settings: &Settings) -> CountTable {
    let min = |channel: Channel| settings.min_counts[channel as usize];
    counts.filtered(|id| {
        let total = counts.row(id).iter().fold(0u64, |sum, &n| sum.saturating_add(n));
        counts.sites(id).at_least() >= settings.min_sites && total >= min(counts.vocabulary().feature(id).0)
    })
}
