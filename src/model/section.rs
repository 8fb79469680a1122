//! What judges text, or pages: labels, the flat table of weights, context, calibration, thresholds.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::file::{self, Sealed};
use super::{Header, MOST_FEATURES, Medium, check, counts, failed, tables};
use crate::bayes::calibrate::Calibration;
use crate::bayes::smoothing::{Curve, total};
use crate::bayes::weights::{Classes, Weights, WeightsBuilder, log_ratios};
use crate::context::forest::Forest;
use crate::context::{Context, signals};
use crate::error::Result as Answer;
use crate::features::Channel;
use crate::features::counts::CountTable;
use crate::verdict::Preset;

/// What a section is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Labels, thresholds, figures.
    pub header: Header,
    /// Paragraphs per feature and label.
    pub counts: CountTable,
    /// Per channel and class, log-probability by count; no curve for a channel without features.
    pub curves: Vec<Vec<Curve>>,
    /// What neighbours say.
    pub context: Context,
}

/// What weights were made of: paragraphs per feature and label, and per channel and class its curve.
type Counted = (CountTable, Vec<Vec<Curve>>);

/// One section of a model, ready to judge.
#[derive(Debug, Clone)]
pub struct Section {
    name: String,
    medium: Medium,
    header: Header,
    classes: Classes,
    weights: Weights,
    forest: Forest,
    signals: Vec<String>,
    behind: Sealed,
    /// What stands there, once it was asked for.
    counted: OnceLock<Result<Counted, String>>,
    /// For messages.
    path: PathBuf,
}

/// Reads a section.
///
/// # Errors
/// What is wrong with it.
pub(super) fn decode(
    medium: Medium,
    name: &str,
    parts: &file::Parts<Sealed>,
    path: &Path,
) -> Result<Section, String> {
    let tables::Judging { header, classes, weights, context } = tables::decode(parts.tables.open()?)?;
    let signals = signals_of(medium, &header, &classes)?;
    check::context(&context, signals.len())?;
    Ok(Section {
        name: name.to_owned(),
        medium,
        forest: Forest::new(context),
        header,
        classes,
        weights,
        signals,
        behind: parts.counts.clone(),
        counted: OnceLock::new(),
        path: path.to_path_buf(),
    })
}

/// The bytes of a section: its weights are computed, and its parts checked against each other.
///
/// # Errors
/// What does not fit.
pub(super) fn encode(medium: Medium, parts: &Parts) -> Result<file::Parts<Vec<u8>>, String> {
    let Parts { header, counts, curves, context } = parts;
    check::header(header)?;
    if counts.len() > MOST_FEATURES {
        return Err(format!(
            "it has {} features, and {MOST_FEATURES} are the most that can be looked up; count with --min-count",
            counts.len()
        ));
    }
    if counts.labels() != header.labels.as_slice() {
        return Err("its counts are of other labels".to_owned());
    }
    let classes = Classes::new(&header.labels, &header.kept);
    let mut features = [0; Channel::ALL.len()];
    for id in 0..counts.len() as u32 {
        features[counts.vocabulary().channel(id) as usize] += 1;
    }
    check::curves(features, curves, &classes)?;
    check::context(context, signals_of(medium, header, &classes)?.len())?;
    let weights = weights(medium, counts, &classes, curves);
    Ok(file::Parts {
        tables: tables::encode(header, &weights, context),
        counts: counts::encode(counts, curves),
    })
}

/// The flat table of counts by their curves, a curve per class for every channel that has a feature: the same table
/// for the same counts, whatever the order in which they were counted.
fn weights(medium: Medium, counts: &CountTable, classes: &Classes, curves: &[Vec<Curve>]) -> Weights {
    let vocabulary = counts.vocabulary();
    // Only the topic of a text asks how rare a word is.
    let paragraphs = (medium == Medium::Text).then(|| total(counts.paragraphs().iter().copied()));
    let mut made = WeightsBuilder::with_capacity(counts.len(), classes.kinds(), paragraphs);
    let mut sums = Vec::new();
    for id in vocabulary.sorted_ids() {
        sums.clear();
        classes.fold(counts.row(id), &mut sums);
        let channel = vocabulary.channel(id);
        let curves = &curves[channel as usize];
        let count = sums[0].saturating_add(sums[1]);
        made.push(vocabulary.key(id), count, |weights| log_ratios(&sums, curves, weights));
    }
    made.finish().0
}

/// Names of the signals that the context of a section looks at.
fn signals_of(medium: Medium, header: &Header, classes: &Classes) -> Result<Vec<String>, String> {
    match medium {
        Medium::Text => {
            let kinds = 0..classes.kinds();
            let kinds: Vec<String> =
                kinds.map(|kind| header.labels[classes.label_of_kind(kind)].clone()).collect();
            Ok(signals::text::names(&kinds))
        }
        #[cfg(feature = "html")]
        Medium::Page => Ok(signals::page::names()),
        #[cfg(not(feature = "html"))]
        Medium::Page => Err("this gleaner was built without pages (the feature `html`)".to_owned()),
    }
}

impl Section {
    /// Name of its model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it judges.
    pub fn medium(&self) -> Medium {
        self.medium
    }

    /// Labels, thresholds, figures.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Which labels are kept and which are kinds of boilerplate.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The flat table that scores.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// What neighbours say.
    pub fn context(&self) -> &Context {
        self.forest.context()
    }

    /// The same, for many paragraphs at once.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// Name of a kind.
    pub fn kind(&self, kind: usize) -> &str {
        &self.header.labels[self.classes.label_of_kind(kind)]
    }

    /// Number of signals.
    pub fn signals(&self) -> usize {
        self.signals.len()
    }

    /// Names of the signals of the context, in the order of every row.
    pub fn signal_names(&self) -> &[String] {
        &self.signals
    }

    /// As [`Header::calibration`].
    pub fn calibration(&self) -> Calibration {
        self.header.calibration()
    }

    /// As [`Header::calibration_of_type`].
    pub fn calibration_of_type(&self, page_type: &str) -> Option<Calibration> {
        self.header.calibration_of_type(page_type)
    }

    /// The types of pages that it knows, in alphabetical order.
    pub fn page_types(&self) -> impl Iterator<Item = &str> {
        self.header.page_types.keys().map(String::as_str)
    }

    /// As [`Header::thresholds`].
    pub fn thresholds(&self) -> [f64; 2] {
        self.header.thresholds()
    }

    /// As [`Header::thresholds_of`].
    pub fn thresholds_of(&self, preset: Preset) -> Option<[f64; 2]> {
        self.header.thresholds_of(preset)
    }

    /// As [`Header::base_rate`].
    pub fn base_rate(&self) -> f64 {
        self.header.base_rate()
    }

    /// Paragraphs per feature and label: what explanations show. Read at the first call.
    ///
    /// # Errors
    /// [`crate::Error::Model`] where that part of the file is damaged.
    pub fn counts(&self) -> Answer<&CountTable> {
        Ok(&self.counted()?.0)
    }

    /// What the section is made of. As [`Section::counts`].
    ///
    /// # Errors
    /// As [`Section::counts`].
    pub fn parts(&self) -> Answer<Parts> {
        let (counts, curves) = self.counted()?.clone();
        Ok(Parts { header: self.header.clone(), counts, curves, context: self.context().clone() })
    }

    fn counted(&self) -> Answer<&Counted> {
        let read = || counts::decode(self.behind.open()?, &self.header.labels);
        self.counted.get_or_init(read).as_ref().map_err(|reason| failed(&self.path, reason))
    }
}
