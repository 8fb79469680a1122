//! A part of a corpus that is trained on, from its counts to its model: the one path of `train` and of
//! every fold of an evaluation.

use std::collections::{BTreeMap, BTreeSet};

use super::contradicted::{Agreement, contradicted};
use super::corpus::{Chosen, Corpus, CorpusDocument, Counted, FOLDS};
use super::judged::{JudgedUnit, OutOfFold};
use super::site_share::Shares;
use super::thresholds::{self, Row};
use super::{MIN_SITES_FOR_TREES, Settings, folds};
use crate::bayes::calibrate::logistic;
use crate::bayes::fit::fit_curves;
use crate::bayes::smoothing::total;
use crate::bayes::weights::Classes;
use crate::context::boost::Growth;
use crate::error::{Error, Result};
use crate::features::Channel;
use crate::features::counts::CountTable;
use crate::model::fitted::FittedContext;
use crate::model::{FEATURES, Header, Parts, fixed_calibration, millionths};

/// The chosen documents of a corpus, and all of its count tables, counted and pruned.
pub struct Selection<'a> {
    corpus: &'a Corpus,
    settings: &'a Settings,
    chosen: Chosen<'a>,
    /// Over the corpus's labels.
    classes: Classes,
    /// Units per label of the corpus.
    units: Vec<u64>,
    /// What the model keeps: its labels are those that have paragraphs, in alphabetical order.
    counts: CountTable,
    /// What its sites give.
    shares: Shares,
}

impl std::fmt::Debug for Selection<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Selection").field("units", &self.units).finish_non_exhaustive()
    }
}

impl<'a> Selection<'a> {
    /// Counts the chosen documents, of each site no more lines than its share.
    ///
    /// # Errors
    /// [`Error::Training`] where labels are missing, or no feature was seen often enough.
    pub fn new(corpus: &'a Corpus, settings: &'a Settings, chosen: Chosen<'a>) -> Result<Self> {
        let shares = Shares::new(corpus, chosen, settings.max_site_share);
        Self::of_shares(corpus, settings, chosen, shares)
    }

    fn of_shares(
        corpus: &'a Corpus,
        settings: &'a Settings,
        chosen: Chosen<'a>,
        shares: Shares,
    ) -> Result<Self> {
        let counted = corpus.count_without(settings.min_sites, chosen, &shares.left_out);
        let classes = settings.classes(corpus.labels(), counted.units())?;
        let counts = known(corpus, &counted, settings);
        if counts.is_empty() {
            return Err(Error::Training(format!(
                "no feature was seen on {} sites and often enough; label more, or allow features of one site",
                settings.min_sites
            )));
        }
        Ok(Self { corpus, settings, chosen, classes, units: counted.units().to_vec(), counts, shares })
    }

    /// Counts the chosen documents and fits their context. A site that gives more than its share, and whose labels
    /// contradict those of all others, is left out altogether: such sites are returned too.
    ///
    /// # Errors
    /// As [`Selection::new`] and [`Selection::fit_context`].
    pub fn fit(
        corpus: &'a Corpus,
        settings: &'a Settings,
        chosen: Chosen<'a>,
    ) -> Result<(Self, OutOfFold, Vec<Agreement>)> {
        let selection = Self::new(corpus, settings, chosen)?;
        let fitted = selection.fit_context()?;
        let mut shares = selection.shares.clone();
        let mut against = contradicted(corpus, &fitted.units);
        against.retain(|it| shares.is_thinned(&it.site));
        if against.is_empty() {
            return Ok((selection, fitted, against));
        }
        for document in corpus.documents().iter().filter(|document| document.ordered && chosen(document)) {
            if against.iter().any(|it| it.site == document.site_name) {
                shares.leave_out(corpus, document);
            }
        }
        let selection = Self::of_shares(corpus, settings, chosen, shares)?;
        let fitted = selection.fit_context()?;
        Ok((selection, fitted, against))
    }

    /// What the sites of the selection give.
    pub fn shares(&self) -> &Shares {
        &self.shares
    }

    /// Its labels, by side.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// A label of the corpus that no paragraph of the selection bears, though no site was thinned.
    pub fn missing_label(&self) -> Option<&str> {
        let missing = self.units.iter().position(|&count| count == 0);
        let missing = missing.filter(|_| self.shares.left_out.is_empty());
        missing.map(|label| self.corpus.labels()[label].as_str())
    }

    fn documents(&self) -> impl Iterator<Item = &'a CorpusDocument> {
        self.corpus.documents().iter().filter(|document| (self.chosen)(document))
    }

    /// Fits context, calibration and thresholds, out of fold by site.
    ///
    /// # Errors
    /// [`Error::Training`] where the documents lack one of the two sides.
    pub fn fit_context(&self) -> Result<OutOfFold> {
        let Self { corpus, settings, classes, .. } = self;
        let left_out = &self.shares.left_out;
        if self.documents().next().is_none() {
            let context = FittedContext::untrained();
            let calibration = Default::default();
            return Ok(OutOfFold { context, units: Vec::new(), calibration, kinds: Vec::new() });
        }
        let sites: BTreeSet<String> =
            self.documents().filter(|d| d.ordered).map(|d| format!("{:?}", d.site)).collect();
        let with_trees = sites.len() >= MIN_SITES_FOR_TREES;
        // Neighbours mean something in documents only: trees are fitted on those, and on nothing else.
        let chosen = |document: &CorpusDocument| (self.chosen)(document) && (document.ordered || !with_trees);
        let sample = folds::sample(corpus, classes, settings, &chosen, left_out);
        let growth = Growth { trees: if with_trees { settings.growth.trees } else { 0 }, ..settings.growth };
        let fitted = crate::context::fit::fit(&sample, growth, FOLDS / 2)?;
        let boilerplate = sample.targets.iter().filter(|target| **target).count() as f64;
        let taken = corpus.documents().iter().enumerate().filter(|(_, document)| chosen(document));
        let taken =
            taken.flat_map(|(index, document)| corpus.indices(document).map(move |unit| (index, unit)));
        let units: Vec<JudgedUnit> = taken
            .filter(|(_, unit)| !left_out.has(*unit))
            .zip(fitted.margins.iter().zip(&sample.targets))
            .map(|((document, unit), (&margin, &boilerplate))| {
                let log_odds = fitted.calibration.log_odds(margin);
                JudgedUnit { document, unit, log_odds, boilerplate }
            })
            .collect();
        let rows: Vec<Row> = units
            .iter()
            .map(|unit| Row {
                probability: logistic(unit.log_odds),
                words: unit.of(corpus).words as u64,
                boilerplate: unit.boilerplate,
            })
            .collect();
        let context = FittedContext::new(
            &fitted.context,
            fixed_calibration(fitted.calibration),
            thresholds::choose(&rows, settings.max_loss),
            millionths(boilerplate / sample.targets.len().max(1) as f64),
            BTreeMap::new(),
        );
        let kinds = folds::of_kinds(&sample, classes.kinds());
        Ok(OutOfFold { context, units, calibration: fitted.calibration, kinds })
    }

    /// What a section of the selection's counts with this context is made of; `digest` names the data in its header.
    ///
    /// # Errors
    /// [`Error::Training`] where the two do not fit together.
    pub fn parts(&self, fitted: &FittedContext, digest: String) -> Result<Parts> {
        let documents = self.documents().filter(|document| document.ordered).count();
        let mut parts = parts(self.counts.clone(), self.settings, fitted, documents, digest)?;
        // Text has no types of pages, whatever was fitted.
        parts.header.page_types.clear();
        Ok(parts)
    }
}

/// What a model keeps of counts: the features that it knows, and the labels that have units, in the order of their
/// names, so that the order of the data does not matter.
pub fn known(corpus: &Corpus, counted: &Counted, settings: &Settings) -> CountTable {
    let mut labels: Vec<usize> =
        (0..corpus.labels().len()).filter(|&label| counted.units()[label] > 0).collect();
    labels.sort_by_key(|&label| &corpus.labels()[label]);
    corpus.table_of(counted, &labels, |id| {
        settings.knows(corpus.vocabulary().channel(id), counted.row(id), counted.sites(id))
    })
}

/// What a section of these counts with this context is made of; `documents` and `digest` are what its header says of
/// the data.
///
/// # Errors
/// [`Error::Training`] where the two do not fit together.
pub fn parts(
    mut counts: CountTable,
    settings: &Settings,
    fitted: &FittedContext,
    documents: usize,
    data_digest: String,
) -> Result<Parts> {
    // A model file does not say where a feature was seen.
    counts.forget_sites();
    let labels = counts.labels().to_vec();
    let kept: Vec<bool> = labels.iter().map(|label| settings.keep.contains(label)).collect();
    // Fitted with what the header will say, so that the counts and the header give the same curves again.
    let alpha_thousandths: Vec<u64> =
        settings.alphas.iter().map(|alpha| (alpha * 1000.0).round() as u64).collect();
    let alpha = |channel: Channel| alpha_thousandths[channel as usize] as f64 / 1000.0;
    let curves = fit_curves(&counts, &Classes::new(&labels, &kept), alpha)?;
    let header = Header {
        labels,
        kept,
        features: FEATURES,
        alpha_thousandths,
        calibration: fitted.calibration,
        thresholds: fitted.thresholds,
        presets: fitted.presets,
        page_types: fitted.page_types.clone(),
        base_rate: fitted.base_rate,
        trained_on: [documents as u64, total(counts.paragraphs().iter().copied())],
        data_digest,
        evaluation: fitted.evaluation.clone(),
    };
    let context = fitted.context().map_err(Error::Training)?;
    Ok(Parts { header, counts, curves, context })
}
