//! The header of a section: labels, calibration, thresholds and figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bayes::calibrate::Calibration;
use crate::features::Channel;
use crate::verdict::Preset;

/// Fixed-point scale of slope and offset of the calibration.
pub(crate) const CALIBRATION_SCALE: f64 = (1u64 << 24) as f64;
/// Fixed-point scale of probabilities and shares in a header.
pub(super) const MILLION: f64 = 1e6;
/// Largest absolute value of slope and offset: 2^20 (nats per nat, and nats). Beyond it, all paragraphs get
/// the same probability.
pub(super) const MAX_CALIBRATION: i64 = 1 << 44;

/// The header of a section: labels, calibration, thresholds and figures, all numbers as integers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Labels, in alphabetical order.
    pub labels: Vec<String>,
    /// Which labels are kept.
    pub kept: Vec<bool>,
    /// Version of tokenizer, features and signals.
    pub features: u32,
    /// Pseudo-count of each channel, in thousandths.
    pub alpha_thousandths: Vec<u64>,
    /// Slope and offset of the calibration, times 2^24.
    pub calibration: [i64; 2],
    /// Probabilities from which a paragraph is `unsure` and from which it is `boilerplate`, in millionths.
    pub thresholds: [u32; 2],
    /// The `boilerplate` thresholds of the other presets.
    #[serde(default, skip_serializing_if = "Presets::is_empty")]
    pub presets: Presets,
    /// For pages: slope and offset of the calibration for each page type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub page_types: BTreeMap<String, [i64; 2]>,
    /// Share of boilerplate in the sample on which the calibration was fitted, in millionths.
    pub base_rate: u32,
    /// Size of the training data: ordered documents and all paragraphs (count tables included), or pages and
    /// blocks.
    pub trained_on: [u64; 2],
    /// BLAKE3 of the labelled files, independent of their order ([`crate::train::Gathered::digest`]).
    pub data_digest: String,
    /// Figures of the model's own evaluation, in millionths, and how they were measured.
    pub evaluation: BTreeMap<String, i64>,
}

/// Probabilities, in millionths, from which a paragraph is `boilerplate` under [`Preset::Precision`] and
/// [`Preset::Recall`]. A threshold is missing if the labelled sample was too small to choose it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presets {
    /// At most the default threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u32>,
    /// At least the default threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<u32>,
}

impl Presets {
    /// Whether both thresholds are missing.
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

    /// Returns the curve from margins to probabilities.
    pub fn calibration(&self) -> Calibration {
        calibration(self.calibration)
    }

    /// Returns the curve for pages of a type, or `None` if none was fitted.
    pub fn calibration_of_type(&self, page_type: &str) -> Option<Calibration> {
        self.page_types.get(page_type).copied().map(calibration)
    }

    /// Returns the probabilities from which a paragraph is `unsure` and from which it is `boilerplate`.
    pub fn thresholds(&self) -> [f64; 2] {
        self.thresholds.map(share)
    }

    /// Returns the thresholds under a preset, or `None` if the model has none for it.
    pub fn thresholds_of(&self, preset: Preset) -> Option<[f64; 2]> {
        let [unsure, boilerplate] = self.thresholds;
        let boilerplate = match preset {
            Preset::Default => Some(boilerplate),
            Preset::Precision => self.presets.precision,
            Preset::Recall => self.presets.recall,
        };
        Some([unsure, boilerplate?].map(share))
    }

    /// Returns the share of boilerplate in the sample on which the calibration was fitted.
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

/// Converts a calibration to fixed point, clamped to the valid range.
pub fn fixed_calibration(calibration: Calibration) -> [i64; 2] {
    let [slope, offset] =
        [calibration.slope, calibration.offset].map(|n| (n * CALIBRATION_SCALE).round() as i64);
    [slope.clamp(1, MAX_CALIBRATION), offset.clamp(-MAX_CALIBRATION, MAX_CALIBRATION)]
}

/// Converts a share or probability to millionths.
pub fn millionths(share: f64) -> u32 {
    (share * MILLION).round().clamp(0.0, MILLION) as u32
}
