//! Whether the parts of a model fit together. What passes here is scored without a panic, and gives
//! finite numbers only.

use super::{FEATURES, Header, MILLION, Presets};
use crate::bayes::smoothing::Curve;
use crate::bayes::weights::Classes;
use crate::features::Channel;
use crate::features::counts::{MAX_LABELS, check_label};

/// Largest size of the calibration's numbers in a header: 2^20 nats and per nat. What lies beyond says
/// the same of every paragraph.
pub const MAX_CALIBRATION: i64 = 1 << 44;

/// Two to [`MAX_LABELS`] labels, in alphabetical order (so that one order of counts is the only one),
/// some kept and some dropped.
pub fn labels(header: &Header) -> Result<(), String> {
    let Header { labels, kept, .. } = header;
    if !(2..=MAX_LABELS).contains(&labels.len()) || labels.len() != kept.len() {
        return Err(format!("its labels are not two to {MAX_LABELS}, each kept or dropped"));
    }
    if !labels.is_sorted_by(|a, b| a < b) {
        return Err("its labels are not different ones in alphabetical order".to_owned());
    }
    labels.iter().try_for_each(|label| check_label(label))?;
    if !kept.contains(&true) || !kept.contains(&false) {
        return Err("it keeps all of its labels, or none".to_owned());
    }
    Ok(())
}

/// Labels, and every number of the header within its range.
pub fn header(header: &Header) -> Result<(), String> {
    labels(header)?;
    if header.features != FEATURES {
        return Err(format!(
            "it was trained with features {}, this gleaner computes features {FEATURES}: train it again",
            header.features
        ));
    }
    let [unsure, boilerplate] = header.thresholds;
    if unsure > boilerplate || f64::from(boilerplate) > MILLION {
        return Err(format!(
            "its thresholds, {unsure} and {boilerplate} millionths, are not probabilities in order"
        ));
    }
    let Presets { precision, recall } = header.presets;
    let presets = [unsure, precision.unwrap_or(boilerplate), boilerplate, recall.unwrap_or(boilerplate)];
    if !presets.is_sorted() || f64::from(presets[3]) > MILLION {
        return Err(format!(
            "its thresholds, {presets:?} millionths for unsure, precision, default and recall, are not probabilities in order"
        ));
    }
    for [slope, offset] in std::iter::once(&header.calibration).chain(header.page_types.values()) {
        if !(1..=MAX_CALIBRATION).contains(slope) || !(-MAX_CALIBRATION..=MAX_CALIBRATION).contains(offset) {
            return Err(format!("its calibration, slope {slope} and offset {offset}, is out of range"));
        }
    }
    if f64::from(header.base_rate) > MILLION {
        return Err(format!("its base rate, {} millionths, is no share", header.base_rate));
    }
    if header.alpha_thousandths.len() != Channel::ALL.len() || header.alpha_thousandths.contains(&0) {
        return Err("it lacks a pseudo-count above 0 for each channel".to_owned());
    }
    // These are printed by those who look into the file.
    let texts = [&header.name, &header.data_digest].into_iter();
    let texts = texts.chain(header.evaluation.keys()).chain(header.page_types.keys());
    if texts.into_iter().any(|text: &String| text.chars().any(char::is_control)) {
        return Err("a name in its header holds control characters".to_owned());
    }
    Ok(())
}

/// For every channel with features a curve per class, of log-probabilities; `features` are those of each.
pub fn curves(
    features: [usize; Channel::ALL.len()],
    curves: &[Vec<Curve>],
    classes: &Classes,
) -> Result<(), String> {
    if curves.len() != Channel::ALL.len() {
        return Err("it does not have the weights of every channel".to_owned());
    }
    for (channel, (curves, features)) in Channel::ALL.into_iter().zip(curves.iter().zip(features)) {
        let expected = if features == 0 { 0 } else { classes.len() };
        if curves.len() != expected {
            return Err(format!(
                "its channel {} has {features} features and {} curves of weights, not {expected}",
                channel.name(),
                curves.len()
            ));
        }
        if curves
            .iter()
            .any(|curve| curve.points().is_empty() || curve.points().iter().any(|point| point.1 > 0))
        {
            return Err(format!("a curve of its channel {} is not one of log-probabilities", channel.name()));
        }
    }
    Ok(())
}
