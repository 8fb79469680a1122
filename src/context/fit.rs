//! Fits the context on whole labelled documents with out-of-fold log-odds.

use rayon::prelude::*;

use super::Context;
use super::boost::{Binned, Growth, grow};
use super::trees::MARGIN_SCALE;
use crate::bayes::calibrate::Calibration;
use crate::error::Result;

/// Default parameters of growth, from a sweep over the ten folds of labelled lines (docs/experiments/text.md,
/// "Context").
pub const GROWTH: Growth =
    Growth { trees: 120, leaves: 10, rate: 0.1, ridge: 5.0, min_weight: 20.0, rows: 0.5, signals: 0.5 };

/// Bins per signal.
const BINS: usize = 32;

/// Labelled rows of signals.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Number of signals in a row.
    pub width: usize,
    /// Rows of signals, one after another.
    pub signals: Vec<i32>,
    /// Whether the row's paragraph is boilerplate.
    pub targets: Vec<bool>,
    /// Weight of the row when trees are grown, relative to the rows with the same target, at least 0.
    /// Calibration gives every row the same weight.
    pub weights: Vec<f64>,
    /// Fold of the row's site.
    pub folds: Vec<u8>,
}

impl Sample {
    /// Joins the rows of all parts, in order.
    pub fn of(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        for part in parts {
            whole.width = whole.width.max(part.width);
            whole.signals.extend(part.signals);
            whole.targets.extend(part.targets);
            whole.weights.extend(part.weights);
            whole.folds.extend(part.folds);
        }
        whole
    }
}

/// A fitted context with its out-of-fold margins.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Fitted on the whole sample.
    pub context: Context,
    /// Fitted on the out-of-fold margins.
    pub calibration: Calibration,
    /// Margin of each row, in nats, by trees grown without the row's fold.
    pub margins: Vec<f64>,
}

/// Fits line, trees and calibration. With `growth.trees` of 0, only the line through the first signal.
///
/// # Errors
/// [`crate::Error::Training`] if the sample lacks one of the two targets.
pub fn fit(sample: &Sample, growth: Growth, folds: usize) -> Result<Fitted> {
    let rows = sample.targets.len();
    let weights = even(sample);
    let first = |row: usize| f64::from(sample.signals[row * sample.width]);
    let points: Vec<(f64, bool, f64)> =
        (0..rows).map(|row| (first(row) / 1024.0, sample.targets[row], weights[row])).collect();
    let line = Calibration::fit(&points)?;
    let mut context = Context {
        slope: (line.slope / 1024.0 * MARGIN_SCALE).round() as i32,
        offset: (line.offset * MARGIN_SCALE).round() as i32,
        trees: Vec::new(),
    };
    let start: Vec<f64> =
        (0..rows).map(|row| context.margin(&sample.signals[row * sample.width..])).collect();
    let mut margins = start.clone();
    if growth.trees > 0 && rows > 0 {
        let binned = Binned::new(&sample.signals, sample.width, BINS);
        let targets: Vec<f64> = sample.targets.iter().map(|&target| f64::from(u8::from(target))).collect();
        let run = |without: Option<u8>| {
            let subset: Vec<u32> =
                (0..rows as u32).filter(|&row| Some(sample.folds[row as usize]) != without).collect();
            let mut margins = start.clone();
            let trees = grow(&binned, &subset, &targets, &weights, &mut margins, growth);
            (trees, margins)
        };
        let mut runs: Vec<_> =
            (0..=folds).into_par_iter().map(|fold| run((fold < folds).then_some(fold as u8))).collect();
        if let Some((trees, _)) = runs.pop() {
            context.trees = trees;
        }
        for (row, margin) in margins.iter_mut().enumerate() {
            *margin = runs[usize::from(sample.folds[row])].1[row];
        }
    }
    let points: Vec<(f64, bool, f64)> =
        margins.iter().enumerate().map(|(row, &margin)| (margin, sample.targets[row], 1.0)).collect();
    Ok(Fitted { context, calibration: Calibration::fit(&points)?, margins })
}

/// Scales the weights to a mean of 1 for each target, so that they do not shift the balance of the two.
fn even(sample: &Sample) -> Vec<f64> {
    let mean = |target: bool| {
        let side = || sample.targets.iter().zip(&sample.weights).filter(move |(t, _)| **t == target);
        side().map(|(_, weight)| weight).sum::<f64>() / side().count().max(1) as f64
    };
    let means = [mean(false), mean(true)];
    let scaled = |(&target, &weight): (&bool, &f64)| {
        let mean = means[usize::from(target)];
        if mean > 0.0 { weight / mean } else { 1.0 }
    };
    sample.targets.iter().zip(&sample.weights).map(scaled).collect()
}
