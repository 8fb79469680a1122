//! A section of a model: labels, the flat table of weights, context, calibration, thresholds.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::file::{self, Sealed};
use super::{Header, MOST_COUNTS, MOST_FEATURES, Medium, check, counts, failed, tables};
use crate::bayes::calibrate::Calibration;
use crate::bayes::smoothing::{Curve, total};
use crate::bayes::weights::{Classes, Weights, WeightsBuilder, log_ratios};
use crate::context::forest::Forest;
use crate::context::{Context, signals};
use crate::error::Result as Answer;
use crate::features::Channel;
use crate::features::counts::CountTable;
use crate::verdict::Preset;

/// The parts of a section, from which its bytes are computed.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Labels, calibration, thresholds and figures.
    pub header: Header,
    /// Number of paragraphs per feature and label.
    pub counts: CountTable,
    /// Log-probability by count, for each channel and class. A channel without features has no curves.
    pub curves: Vec<Vec<Curve>>,
    /// The fitted context.
    pub context: Context,
}

/// Decoded counts and curves: units per feature and label, and a curve per channel and class.
type Counted = (CountTable, Vec<Vec<Curve>>);

/// A section of a model, ready for judging.
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
    /// Decoded counts and curves, once they were needed.
    counted: OnceLock<Result<Counted, String>>,
    /// Path, for messages.
    path: PathBuf,
}

/// Decodes a section.
///
/// # Errors
/// Returns what is wrong with the section.
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

/// Encodes a section: checks that its parts fit together, and computes its weights.
///
/// # Errors
/// Returns what does not fit.
pub(super) fn encode(medium: Medium, parts: &Parts) -> Result<file::Parts<Vec<u8>>, String> {
    let Parts { header, counts, curves, context } = parts;
    check::header(header)?;
    if counts.len().saturating_mul(counts.labels().len()) > MOST_COUNTS {
        let (features, labels) = (counts.len(), counts.labels().len());
        return Err(format!(
            "it has {features} features of {labels} labels, more than {MOST_COUNTS} counts; count with a higher minimum",
        ));
    }
    if counts.len() > MOST_FEATURES {
        return Err(format!(
            "it has {} features, more than {MOST_FEATURES}; count with a higher minimum",
            counts.len()
        ));
    }
    if counts.labels() != header.labels.as_slice() {
        return Err("its counts have other labels than its header".to_owned());
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

/// Computes the flat table from counts and curves, which every channel with features has one of per class.
/// The order in which features were counted makes no difference.
fn weights(medium: Medium, counts: &CountTable, classes: &Classes, curves: &[Vec<Curve>]) -> Weights {
    let vocabulary = counts.vocabulary();
    // Rarities are used only for the topic of a text.
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

/// Names of the signals of a section's context.
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
        Medium::Page => Err("this gleaner was built without the feature `html`".to_owned()),
    }
}

impl Section {
    /// Name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Medium that the section judges.
    pub fn medium(&self) -> Medium {
        self.medium
    }

    /// Labels, calibration, thresholds and figures.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Which labels are kept and which are kinds of boilerplate.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The flat table of weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The fitted context.
    pub fn context(&self) -> &Context {
        self.forest.context()
    }

    /// The trees of the context, prepared for many rows.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// Name of a kind of boilerplate.
    pub fn kind(&self, kind: usize) -> &str {
        &self.header.labels[self.classes.label_of_kind(kind)]
    }

    /// Number of signals.
    pub fn signals(&self) -> usize {
        self.signals.len()
    }

    /// Names of the signals, in row order.
    pub fn signal_names(&self) -> &[String] {
        &self.signals
    }

    /// See [`Header::calibration`].
    pub fn calibration(&self) -> Calibration {
        self.header.calibration()
    }

    /// See [`Header::calibration_of_type`].
    pub fn calibration_of_type(&self, page_type: &str) -> Option<Calibration> {
        self.header.calibration_of_type(page_type)
    }

    /// Page types that the section has a calibration for, in alphabetical order.
    pub fn page_types(&self) -> impl Iterator<Item = &str> {
        self.header.page_types.keys().map(String::as_str)
    }

    /// See [`Header::thresholds`].
    pub fn thresholds(&self) -> [f64; 2] {
        self.header.thresholds()
    }

    /// See [`Header::thresholds_of`].
    pub fn thresholds_of(&self, preset: Preset) -> Option<[f64; 2]> {
        self.header.thresholds_of(preset)
    }

    /// See [`Header::base_rate`].
    pub fn base_rate(&self) -> f64 {
        self.header.base_rate()
    }

    /// Returns the number of paragraphs per feature and label, read at the first call. Explanations use it.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if that part of the file is damaged.
    pub fn counts(&self) -> Answer<&CountTable> {
        Ok(&self.counted()?.0)
    }

    /// Returns the parts of the section.
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
