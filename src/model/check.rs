//! Checks that the parts of a section fit together. A section that passes is scored without panics, and gives
//! only finite numbers.

use super::header::{MAX_CALIBRATION, MILLION};
use super::{FEATURES, Header, Presets};
use crate::bayes::smoothing::Curve;
use crate::bayes::weights::Classes;
use crate::context::Context;
use crate::features::Channel;
use crate::features::counts::{MAX_LABELS, check_label};

/// Checks the labels: two to [`MAX_LABELS`], in alphabetical order (so that counts have only one order), some
/// kept and some dropped.
pub fn labels(header: &Header) -> Result<(), String> {
    let Header { labels, kept, .. } = header;
    if !(2..=MAX_LABELS).contains(&labels.len()) || labels.len() != kept.len() {
        return Err(format!("it needs two to {MAX_LABELS} labels, each kept or dropped"));
    }
    if !labels.is_sorted_by(|a, b| a < b) {
        return Err("its labels must be distinct and in alphabetical order".to_owned());
    }
    labels.iter().try_for_each(|label| check_label(label))?;
    if !kept.contains(&true) || !kept.contains(&false) {
        return Err("at least one label must be kept and one dropped".to_owned());
    }
    Ok(())
}

/// Checks the labels and the range of every number in the header.
pub fn header(header: &Header) -> Result<(), String> {
    labels(header)?;
    if header.features != FEATURES {
        return Err(format!(
            "it was trained with version {} of the features, this gleaner has version {FEATURES}; train it again",
            header.features
        ));
    }
    let [unsure, boilerplate] = header.thresholds;
    if unsure > boilerplate || f64::from(boilerplate) > MILLION {
        return Err(format!(
            "its thresholds, {unsure} and {boilerplate} millionths, are not ascending probabilities"
        ));
    }
    let Presets { precision, recall } = header.presets;
    let presets = [unsure, precision.unwrap_or(boilerplate), boilerplate, recall.unwrap_or(boilerplate)];
    if !presets.is_sorted() || f64::from(presets[3]) > MILLION {
        return Err(format!(
            "its thresholds, {presets:?} millionths for unsure, precision, default and recall, are not ascending probabilities"
        ));
    }
    for [slope, offset] in [header.calibration].iter().chain(header.page_types.values()) {
        if !(1..=MAX_CALIBRATION).contains(slope) || !(-MAX_CALIBRATION..=MAX_CALIBRATION).contains(offset) {
            return Err(format!("its calibration, slope {slope} and offset {offset}, is out of range"));
        }
    }
    if f64::from(header.base_rate) > MILLION {
        return Err(format!("its base rate, {} millionths, is not a share", header.base_rate));
    }
    if header.alpha_thousandths.len() != Channel::ALL.len() || header.alpha_thousandths.contains(&0) {
        return Err("it lacks a pseudo-count above 0 for each channel".to_owned());
    }
    let texts = [&header.data_digest].into_iter().chain(header.evaluation.keys());
    texts.chain(header.page_types.keys()).try_for_each(|text| printed(text))
}

/// Checks that a text has no control characters, so that it can be printed.
pub fn printed(text: &str) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err("a name in the header contains control characters".to_owned());
    }
    Ok(())
}

/// Maximum number of trees of a section. A tree can take a kilobyte in memory, however small it is in the
/// file.
pub const MAX_TREES: usize = 1 << 12;

/// Checks that there are at most [`MAX_TREES`] trees, and that each ends for every row of `signals` signals.
pub fn context(context: &Context, signals: usize) -> Result<(), String> {
    if context.trees.len() > MAX_TREES {
        return Err(format!("it has {} trees, more than {MAX_TREES}", context.trees.len()));
    }
    if !context.trees.iter().all(|tree| tree.is_sound(signals)) {
        return Err("a tree is malformed".to_owned());
    }
    Ok(())
}

/// Checks that every channel with features has one curve of log-probabilities per class. `features` is the
/// number of features of each channel.
pub fn curves(
    features: [usize; Channel::ALL.len()],
    curves: &[Vec<Curve>],
    classes: &Classes,
) -> Result<(), String> {
    if curves.len() != Channel::ALL.len() {
        return Err("curves are missing for a channel".to_owned());
    }
    for (channel, (curves, features)) in Channel::ALL.into_iter().zip(curves.iter().zip(features)) {
        let expected = if features == 0 { 0 } else { classes.len() };
        if curves.len() != expected {
            return Err(format!(
                "channel {} has {features} features and {} curves instead of {expected}",
                channel.name(),
                curves.len()
            ));
        }
        if curves
            .iter()
            .any(|curve| curve.points().is_empty() || curve.points().iter().any(|point| point.1 > 0))
        {
            return Err(format!(
                "a curve of channel {} has values that are not log-probabilities",
                channel.name()
            ));
        }
    }
    Ok(())
}
