//! A model: labels, integer counts, the curves that weigh them, context, calibration, thresholds.
//! Loaded whole or not at all.

mod check;
#[cfg(feature = "train")]
pub mod dump;
pub mod file;
pub mod fitted;
mod rows;
pub mod varint;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::bayes::calibrate::Calibration;
use crate::bayes::smoothing::{Curve, total};
use crate::bayes::weights::{Classes, Weights, WeightsBuilder, log_ratios};
use crate::context::forest::Forest;
use crate::context::{Context, signals};
use crate::error::{Error, Result};
use crate::features::counts::CountTable;
use crate::features::{Channel, MAX_DOCUMENT_PARAGRAPHS, MAX_DOCUMENT_TOKENS, MAX_PARAGRAPH_TOKENS, key_of};
use crate::verdict::Preset;

/// Fixed-point scale of the calibration's two numbers.
pub(crate) const CALIBRATION_SCALE: f64 = (1u64 << 24) as f64;
/// Fixed-point scale of probabilities and shares in a header.
const MILLION: f64 = 1e6;

/// The model that comes with the program.
const BUILT_IN: &[u8] = include_bytes!("../../models/en.gleaner");
#[cfg(feature = "html")]
const BUILT_IN_PAGES: &[u8] = include_bytes!("../../models/pages.gleaner");

/// What a model judges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// Paragraphs of text.
    #[default]
    Text,
    /// Blocks of pages.
    Page,
}

impl Medium {
    /// Names of the signals of a model with these kinds, in the order of every row.
    pub fn signal_names(self, kinds: &[String]) -> Vec<String> {
        match self {
            #[cfg(feature = "html")]
            Self::Page => signals::page::names(),
            _ => signals::text::names(kinds),
        }
    }
}

/// What stands at the head of a model file, beside the tables. Numbers are integers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Name of the model.
    pub name: String,
    /// What it judges.
    #[serde(default)]
    pub medium: Medium,
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
    /// The same for pages of each type; of models of pages.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub page_types: BTreeMap<String, [i64; 2]>,
    /// Probabilities, in millionths, from which a paragraph is `unsure` and from which it is `boilerplate`.
    pub thresholds: [u32; 2],
    /// The second of them where another preset is asked for.
    #[serde(default, skip_serializing_if = "Presets::is_empty")]
    pub presets: Presets,
    /// Share of boilerplate among the paragraphs on which the calibration was fitted, in millionths.
    pub base_rate: u32,
    /// Documents with an order, and all paragraphs (tables included), that it was trained on.
    pub trained_on: [u64; 2],
    /// BLAKE3 of the labelled files, whatever their order ([`crate::train::Gathered::digest`]).
    pub data_digest: String,
    /// Figures of its own evaluation, in millionths, and how they were measured.
    pub evaluation: BTreeMap<String, i64>,
}

/// Probabilities, in millionths, from which a paragraph is `boilerplate` under [`Preset::Precision`] and
/// [`Preset::Recall`]. A model has none where the labelled sample was too small to choose it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presets {
    /// At most the default's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u32>,
    /// At least the default's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<u32>,
}

impl Presets {
    /// Whether there is none. Cannot fail.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Version of tokenizer, features and signals; a model of another version is refused.
pub const FEATURES: u32 = 2;

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
    header: Header,
    curves: Vec<Vec<Curve>>,
    context: Context,
    classes: Classes,
    weights: Weights,
    forest: Forest,
    signals: usize,
    /// The rows of the model's file, from which the parts are made when they are asked for.
    rows: Cow<'static, [u8]>,
    parts: OnceLock<Parts>,
}

impl Model {
    /// The model that comes with the program.
    ///
    /// # Errors
    /// Cannot fail unless the program's own file was damaged.
    pub fn built_in() -> Result<Self> {
        let path = Path::new("<built-in model>");
        let failed = |reason| Error::Model { path: path.to_path_buf(), reason };
        let content = file::decode(BUILT_IN).map_err(failed)?;
        let rows = Cow::Borrowed(content.counts);
        Self::loaded(content, rows).map_err(failed)
    }

    /// The model of pages that comes with the program, read at the first call.
    ///
    /// # Errors
    /// [`Error::Model`], were the program's own file damaged.
    #[cfg(feature = "html")]
    pub fn built_in_pages() -> Result<&'static Self> {
        static MODEL: OnceLock<Result<Model, String>> = OnceLock::new();
        let path = Path::new("<built-in model of pages>");
        let read = || Self::from_bytes(BUILT_IN_PAGES, path).map_err(|error| error.to_string());
        MODEL
            .get_or_init(read)
            .as_ref()
            .map_err(|reason| Error::Model { path: path.to_path_buf(), reason: reason.clone() })
    }

    /// Reads a model file's bytes; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that is damaged, foreign, from another format, or at odds with itself.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        let failed = |reason| Error::Model { path: path.to_path_buf(), reason };
        let content = file::decode(bytes).map_err(failed)?;
        let rows = Cow::Owned(content.counts.to_vec());
        Self::loaded(content, rows).map_err(failed)
    }

    /// A model from a file's content, whose counts are `rows`.
    fn loaded(content: file::Content<'_>, rows: Cow<'static, [u8]>) -> Result<Self, String> {
        let file::Content { header, features, curves, context, .. } = content;
        // What is wrong with a row goes before what is wrong with all that follows the rows.
        let classes = checked(&header, features, &curves, &context)
            .or_else(|reason| rows::table(&rows, &header.labels).and(Err(reason)))?;
        let labels = header.labels.len();
        let mut reader = varint::Reader::new(&rows);
        let paragraphs = total(rows::paragraphs(&mut reader, labels)?.into_iter());
        let mut maker = WeightsMaker::new(features.iter().sum(), paragraphs, &classes, &curves);
        rows::each(&mut reader, labels, |channel, name, row| {
            maker.take(channel, key_of(channel, name), row);
            Ok(())
        })?;
        let (weights, alike) = maker.made.finish();
        let model = Self::assembled(header, curves, context, classes, weights);
        let model = Self { rows, ..model };
        if alike {
            // By chance or by a damaged row: only the table by name can tell.
            rows::table(&model.rows, &model.header.labels)?;
        }
        Ok(model)
    }

    /// The model file's bytes: the same for the same model. Cannot fail.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::encode(self.parts())
    }

    /// Checks the parts against each other and computes the weights.
    ///
    /// # Errors
    /// What does not fit.
    pub fn new(parts: Parts) -> Result<Self, String> {
        let counts = &parts.counts;
        let mut features = [0; Channel::ALL.len()];
        for id in 0..counts.len() as u32 {
            features[counts.vocabulary().channel(id) as usize] += 1;
        }
        let classes = checked(&parts.header, features, &parts.curves, &parts.context)?;
        if counts.labels() != parts.header.labels.as_slice() {
            return Err("its counts are of other labels".to_owned());
        }
        let mut maker = WeightsMaker::new(
            counts.len(),
            total(counts.paragraphs().iter().copied()),
            &classes,
            &parts.curves,
        );
        for id in 0..counts.len() as u32 {
            maker.take(counts.vocabulary().channel(id), counts.vocabulary().key(id), counts.row(id));
        }
        let (weights, _) = maker.made.finish();
        let (header, curves, context) = (parts.header.clone(), parts.curves.clone(), parts.context.clone());
        let model = Self::assembled(header, curves, context, classes, weights);
        Ok(Self { parts: OnceLock::from(parts), ..model })
    }

    fn assembled(
        header: Header,
        curves: Vec<Vec<Curve>>,
        context: Context,
        classes: Classes,
        weights: Weights,
    ) -> Self {
        let signals = header.medium.signal_names(&kinds(&header, &classes)).len();
        let forest = Forest::new(&context);
        let (rows, parts) = (Cow::Borrowed(&[][..]), OnceLock::new());
        Self { header, curves, context, classes, weights, forest, signals, rows, parts }
    }

    /// Labels, thresholds, figures.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the file holds. Of a model that was loaded they are made when they are first asked for.
    pub fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| Parts {
            header: self.header.clone(),
            counts: rows::table(&self.rows, &self.header.labels)
                .expect("rows that the weights were made of can be read again"),
            curves: self.curves.clone(),
            context: self.context.clone(),
        })
    }

    /// Paragraphs per feature and label: what explanations show. As [`Model::parts`].
    pub fn counts(&self) -> &CountTable {
        &self.parts().counts
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
        &self.context
    }

    /// The same, for many paragraphs at once.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// Name of a kind.
    pub fn kind(&self, kind: usize) -> &str {
        &self.header.labels[self.classes.label_of_kind(kind)]
    }

    /// Names of the signals of the context, in the order of every row.
    pub fn signal_names(&self) -> Vec<String> {
        self.header.medium.signal_names(&kinds(&self.header, &self.classes))
    }

    /// Number of signals.
    pub fn signals(&self) -> usize {
        self.signals
    }

    /// The curve from margins to probabilities.
    pub fn calibration(&self) -> Calibration {
        calibration(self.header.calibration)
    }

    /// The same for pages of a type; none for a type that the model does not know.
    pub fn calibration_of_type(&self, page_type: &str) -> Option<Calibration> {
        self.header.page_types.get(page_type).map(|&fixed| calibration(fixed))
    }

    /// The types of pages that the model knows, in alphabetical order.
    pub fn page_types(&self) -> impl Iterator<Item = &str> {
        self.header.page_types.keys().map(String::as_str)
    }

    /// Probabilities from which a paragraph is `unsure`, and from which it is `boilerplate`.
    pub fn thresholds(&self) -> [f64; 2] {
        self.header.thresholds.map(|millionths| f64::from(millionths) / MILLION)
    }

    /// The same under a preset; `None` where the model has no threshold for it.
    pub fn thresholds_of(&self, preset: Preset) -> Option<[f64; 2]> {
        let [unsure, boilerplate] = self.header.thresholds;
        let boilerplate = match preset {
            Preset::Default => Some(boilerplate),
            Preset::Precision => self.header.presets.precision,
            Preset::Recall => self.header.presets.recall,
        };
        Some([unsure, boilerplate?].map(|millionths| f64::from(millionths) / MILLION))
    }

    /// Share of boilerplate among the paragraphs on which the calibration was fitted.
    pub fn base_rate(&self) -> f64 {
        f64::from(self.header.base_rate) / MILLION
    }

    /// BLAKE3 of the model file, as hexadecimal digits: names the model exactly.
    pub fn digest(&self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }
}

fn calibration(fixed: [i64; 2]) -> Calibration {
    let [slope, offset] = fixed.map(|n| n as f64 / CALIBRATION_SCALE);
    Calibration { slope, offset }
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

/// The classes of a header, curves and context that fit each other; `features` are those of each channel.
fn checked(
    header: &Header,
    features: [usize; Channel::ALL.len()],
    curves: &[Vec<Curve>],
    context: &Context,
) -> Result<Classes, String> {
    check::header(header)?;
    let all = features.iter().fold(0usize, |all, &some| all.saturating_add(some));
    if all > MOST_FEATURES {
        return Err(format!(
            "it has {all} features, and {MOST_FEATURES} are the most that can be looked up; count with --min-count"
        ));
    }
    let classes = Classes::new(&header.labels, &header.kept);
    check::curves(features, curves, &classes)?;
    let signals = header.medium.signal_names(&kinds(header, &classes)).len();
    if !context.trees.iter().all(|tree| tree.is_sound(signals)) {
        return Err("a tree of its context leads nowhere".to_owned());
    }
    Ok(classes)
}

/// Features of a model at the most: numbers of their rows then leave eight bits of a slot for their keys
/// ([`crate::bayes::index`]).
pub const MOST_FEATURES: usize = (1 << 23) - 2;

/// Names of the kinds.
fn kinds(header: &Header, classes: &Classes) -> Vec<String> {
    (0..classes.kinds()).map(|kind| header.labels[classes.label_of_kind(kind)].clone()).collect()
}

/// Rows of counts to weights, one after another.
struct WeightsMaker<'a> {
    classes: &'a Classes,
    /// As [`check::curves`] lets pass: a curve per class for every channel that a row is of.
    curves: &'a [Vec<Curve>],
    sums: Vec<u64>,
    made: WeightsBuilder,
}

impl<'a> WeightsMaker<'a> {
    fn new(features: usize, paragraphs: u64, classes: &'a Classes, curves: &'a [Vec<Curve>]) -> Self {
        let made = WeightsBuilder::with_capacity(features, classes.kinds(), paragraphs);
        Self { classes, curves, sums: Vec::new(), made }
    }

    fn take(&mut self, channel: Channel, key: u64, row: &[u64]) {
        let curves = &self.curves[channel as usize];
        self.sums.clear();
        self.classes.fold(row, &mut self.sums);
        let sums = &self.sums;
        self.made.push(key, channel as u64, sums, |weights| log_ratios(sums, curves, weights));
    }
}

/// What bounds the reading of text, as it is stated to users.
pub const LIMITS: [(&str, usize); 4] = [
    ("tokens of a paragraph", MAX_PARAGRAPH_TOKENS),
    ("tokens of a document", MAX_DOCUMENT_TOKENS),
    ("paragraphs of a document", MAX_DOCUMENT_PARAGRAPHS),
    ("bytes of a token", crate::features::tokens::MAX_TOKEN_BYTES),
];
