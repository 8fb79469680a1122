//! A model: labels, integer counts, the curves that weigh them, context, calibration, thresholds.
//! Loaded whole or not at all.

mod check;
pub mod dump;
pub mod file;
pub mod fitted;
pub mod varint;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::bayes::calibrate::Calibration;
use crate::bayes::smoothing::{Curve, by_linfa};
use crate::bayes::weights::{Classes, Weights, log_ratios, smoothing};
use crate::context::{Context, signals};
use crate::error::{Error, Result};
use crate::features::counts::CountTable;
use crate::features::{Channel, MAX_DOCUMENT_PARAGRAPHS, MAX_DOCUMENT_TOKENS, MAX_PARAGRAPH_TOKENS};

/// Fixed-point scale of the calibration's two numbers.
const CALIBRATION_SCALE: f64 = (1u64 << 24) as f64;
/// Fixed-point scale of probabilities and shares in a header.
const MILLION: f64 = 1e6;

/// The model that comes with the program.
const BUILT_IN: &[u8] = include_bytes!("../../models/en.gleaner");

/// What stands at the head of a model file, beside the tables. Numbers are integers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Name of the model.
    pub name: String,
    /// Names of the labels, in alphabetical order.
    pub labels: Vec<String>,
    /// Which of them are kept.
    pub kept: Vec<bool>,
    /// Version of tokenizer, features and signals that the model was trained with.
    pub features: u32,
    /// Pseudo-count of each channel, in thousandths.
    pub alpha_thousandths: Vec<u64>,
    /// Slope and offset of the calibration, times 2^24.
    pub calibration: [i64; 2],
    /// Probabilities, in millionths, from which a paragraph is `unsure` and from which it is `boilerplate`.
    pub thresholds: [u32; 2],
    /// Share of boilerplate among the paragraphs on which the calibration was fitted, in millionths.
    pub base_rate: u32,
    /// Documents with an order, and all paragraphs (tables included), that it was trained on.
    pub trained_on: [u64; 2],
    /// BLAKE3 of the labelled files, whatever their order ([`crate::train::Gathered::digest`]).
    pub data_digest: String,
    /// Figures of its own evaluation, in millionths, and how they were measured.
    pub evaluation: BTreeMap<String, i64>,
}

/// Version of tokenizer, features and signals; a model of another version is refused.
pub const FEATURES: u32 = 1;

/// What a model file holds.
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

/// A model, ready to judge.
#[derive(Debug, Clone)]
pub struct Model {
    parts: Parts,
    classes: Classes,
    weights: Weights,
    signals: usize,
}

impl Model {
    /// The model that comes with the program.
    ///
    /// # Errors
    /// Cannot fail unless the program's own file was damaged.
    pub fn built_in() -> Result<Self> {
        Self::from_bytes(BUILT_IN, Path::new("<built-in model>"))
    }

    /// Reads a model file's bytes; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that is damaged, foreign, from another format, or at odds with itself.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        let failed = |reason| Error::Model { path: path.to_path_buf(), reason };
        let parts = file::decode(bytes).map_err(failed)?;
        Self::new(parts).map_err(failed)
    }

    /// The model file's bytes: the same for the same model. Cannot fail.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::encode(&self.parts)
    }

    /// Checks the parts against each other and computes the weights.
    ///
    /// # Errors
    /// What does not fit.
    pub fn new(parts: Parts) -> Result<Self, String> {
        check::header(&parts.header)?;
        if parts.counts.labels() != parts.header.labels.as_slice() {
            return Err("its counts are of other labels".to_owned());
        }
        let classes = Classes::new(&parts.header.labels, &parts.header.kept);
        check::curves(&parts, &classes)?;
        let kinds: Vec<String> = (0..classes.kinds())
            .map(|kind| parts.header.labels[classes.label_of_kind(kind)].clone())
            .collect();
        let signals = signals::names(&kinds).len();
        if !parts.context.trees.iter().all(|tree| tree.is_sound(signals)) {
            return Err("a tree of its context leads nowhere".to_owned());
        }
        let weights = weights(&parts, &classes);
        Ok(Self { parts, classes, weights, signals })
    }

    /// Labels, thresholds, figures.
    pub fn header(&self) -> &Header {
        &self.parts.header
    }

    /// What the file holds.
    pub fn parts(&self) -> &Parts {
        &self.parts
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
        &self.parts.context
    }

    /// Name of a kind.
    pub fn kind(&self, kind: usize) -> &str {
        &self.parts.header.labels[self.classes.label_of_kind(kind)]
    }

    /// Names of the signals of the context, in the order of every row.
    pub fn signal_names(&self) -> Vec<String> {
        let kinds: Vec<String> = (0..self.classes.kinds()).map(|kind| self.kind(kind).to_owned()).collect();
        signals::names(&kinds)
    }

    /// Number of signals.
    pub fn signals(&self) -> usize {
        self.signals
    }

    /// The curve from margins to probabilities.
    pub fn calibration(&self) -> Calibration {
        let [slope, offset] = self.parts.header.calibration.map(|n| n as f64 / CALIBRATION_SCALE);
        Calibration { slope, offset }
    }

    /// Probabilities from which a paragraph is `unsure`, and from which it is `boilerplate`.
    pub fn thresholds(&self) -> [f64; 2] {
        self.parts.header.thresholds.map(|millionths| f64::from(millionths) / MILLION)
    }

    /// Share of boilerplate among the paragraphs on which the calibration was fitted.
    pub fn base_rate(&self) -> f64 {
        f64::from(self.parts.header.base_rate) / MILLION
    }

    /// BLAKE3 of the model file, as hexadecimal digits: names the model exactly.
    pub fn digest(&self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }
}

/// A calibration as a header holds it, cut to what a header may hold.
pub fn fixed_calibration(calibration: Calibration) -> [i64; 2] {
    let [slope, offset] =
        [calibration.slope, calibration.offset].map(|n| (n * CALIBRATION_SCALE).round() as i64);
    [slope.clamp(1, check::MAX_CALIBRATION), offset.clamp(-check::MAX_CALIBRATION, check::MAX_CALIBRATION)]
}

/// A share or probability as a header holds it, in millionths.
pub fn millionths(share: f64) -> u32 {
    (share * MILLION).round().clamp(0.0, MILLION) as u32
}

/// The curves of every channel, fitted by linfa-bayes on the class sums of `counts`.
///
/// # Errors
/// As [`by_linfa`].
pub fn fit_curves(
    counts: &CountTable,
    classes: &Classes,
    alpha: impl Fn(Channel) -> f64,
) -> Result<Vec<Vec<Curve>>> {
    let mut sums = vec![Vec::new(); Channel::ALL.len()];
    for id in counts.vocabulary().sorted_ids() {
        classes.fold(counts.row(id), &mut sums[counts.vocabulary().feature(id).0 as usize]);
    }
    sums.iter()
        .zip(Channel::ALL)
        .map(|(sums, channel)| {
            if sums.is_empty() {
                return Ok(Vec::new());
            }
            by_linfa(sums, classes.len(), smoothing(sums, classes.len(), alpha(channel)))
        })
        .collect()
}

fn weights(parts: &Parts, classes: &Classes) -> Weights {
    let counts = &parts.counts;
    let paragraphs: u64 = counts.paragraphs().iter().fold(0, |sum, &n| sum.saturating_add(n));
    let mut weights = Weights::with_capacity(counts.len(), classes.kinds(), paragraphs);
    let mut sums = Vec::new();
    for id in 0..counts.len() as u32 {
        let (channel, _) = counts.vocabulary().feature(id);
        let curves = &parts.curves[channel as usize];
        sums.clear();
        classes.fold(counts.row(id), &mut sums);
        let count = sums[0].saturating_add(sums[1]);
        weights.push(counts.vocabulary().key(id), count, paragraphs, |row| log_ratios(&sums, curves, row));
    }
    weights
}

/// What bounds the reading of text, as it is stated to users.
pub const LIMITS: [(&str, usize); 4] = [
    ("tokens of a paragraph", MAX_PARAGRAPH_TOKENS),
    ("tokens of a document", MAX_DOCUMENT_TOKENS),
    ("paragraphs of a document", MAX_DOCUMENT_PARAGRAPHS),
    ("bytes of a token", crate::features::tokens::MAX_TOKEN_BYTES),
];
