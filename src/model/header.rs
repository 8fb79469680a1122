//! What a section says of itself: labels, calibration, thresholds, figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bayes::calibrate::Calibration;
use crate::features::Channel;
use crate::verdict::Preset;

/// Fixed-point scale of the calibration's two numbers.
pub(crate) const CALIBRATION_SCALE: f64 = (1u64 << 24) as f64;
/// Fixed-point scale of probabilities and shares in a header.
pub(super) const MILLION: f64 = 1e6;
/// Largest size of the calibration's numbers: 2^20 nats and per nat. What lies beyond says the same of every
/// paragraph.
pub(super) const MAX_CALIBRATION: i64 = 1 << 44;

/// What stands at the head of a section, beside its tables. Numbers are integers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Names of the labels, in alphabetical order.
    pub labels: Vec<String>,
    /// Which of them are kept.
    pub kept: Vec<bool>,
    /// Version of tokenizer, features and signals that it was trained with.
    pub features: u32,
    /// Pseudo-count of each channel, in thousandths.
    pub alpha_thousandths: Vec<u64>,
    /// Slope and offset of the calibration, times 2^24.
    pub calibration: [i64; 2],
    /// Probabilities, in millionths, from which a paragraph is `unsure` and from which it is `boilerplate`.
    pub thresholds: [u32; 2],
    /// The second of them where another preset is asked for.
    #[serde(default, skip_serializing_if = "Presets::is_empty")]
    pub presets: Presets,
    /// Slope and offset of the calibration on pages of each type; of pages alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub page_types: BTreeMap<String, [i64; 2]>,
    /// Share of boilerplate among the paragraphs on which the calibration was fitted, in millionths.
    pub base_rate: u32,
    /// Documents with an order, and all paragraphs (tables included), that it was trained on; pages, and blocks.
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

impl Header {
    /// Pseudo-count of a channel.
    pub fn alpha(&self, channel: Channel) -> f64 {
        self.alpha_thousandths.get(channel as usize).map_or(1.0, |&thousandths| thousandths as f64 / 1000.0)
    }

    /// The curve from margins to probabilities.
    pub fn calibration(&self) -> Calibration {
        calibration(self.calibration)
    }

    /// The same on pages of a type; `None` where none was fitted for it.
    pub fn calibration_of_type(&self, page_type: &str) -> Option<Calibration> {
        self.page_types.get(page_type).copied().map(calibration)
    }

    /// Probabilities from which a paragraph is `unsure`, and from which it is `boilerplate`.
    pub fn thresholds(&self) -> [f64; 2] {
        self.thresholds.map(share)
    }

    /// The same under a preset; `None` where the model has no threshold for it.
    pub fn thresholds_of(&self, preset: Preset) -> Option<[f64; 2]> {
        let [unsure, boilerplate] = self.thresholds;
        let boilerplate = match preset {
            Preset::Default => Some(boilerplate),
            Preset::Precision => self.presets.precision,
            Preset::Recall => self.presets.recall,
        };
        Some([unsure, boilerplate?].map(share))
    }

    /// Share of boilerplate among the paragraphs on which the calibration was fitted.
    pub fn base_rate(&self) -> f64 {
        share(self.base_rate)
    }
}

fn calibration(fixed: [i64; 2]) -> Calibration {
    let [slope, offset] = fixed.map(|n| n as f64 / CALIBRATION_SCALE);
    Calibration { slope, offset }
}

fn share(millionths: u32) -> f64 {
    f64::from(millionths) / MILLION
}

/// A calibration as a header holds it, cut to what a header may hold.
pub fn fixed_calibration(calibration: Calibration) -> [i64; 2] {
    let [slope, offset] =
        [calibration.slope, calibration.offset].map(|n| (n * CALIBRATION_SCALE).round() as i64);
    [slope.clamp(1, MAX_CALIBRATION), offset.clamp(-MAX_CALIBRATION, MAX_CALIBRATION)]
}

/// A share or probability as a header holds it, in millionths.
pub fn millionths(share: f64) -> u32 {
    (share * MILLION).round().clamp(0.0, MILLION) as u32
}
