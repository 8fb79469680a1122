//! Thresholds from a stated loss: how much of what should be kept may go.

use crate::model::{Presets, millionths};
use crate::verdict::{CAUTIOUS, Preset, UNSURE};

/// A paragraph with its out-of-fold probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Calibrated probability of boilerplate.
    pub probability: f64,
    /// Its words, at least 1.
    pub words: u64,
    /// Whether it is boilerplate.
    pub boilerplate: bool,
}

/// Fewest words of a loss that can be measured: one paragraph of fifty. So 0.2 % takes 25,000 kept words,
/// 1 % takes 5,000, and 0.05 % takes 100,000.
pub const MIN_LOST_WORDS: f64 = 50.0;
/// Fewest kept words on which the default is measured at all.
pub const MIN_WORDS: u64 = 25_000;

/// Thresholds as a header holds them: `unsure`, and the lowest probability for `boilerplate` such that at
/// most `max_loss` of the kept words lie at or above it; and the same for the losses of the presets
/// ([`Preset::max_loss`]). With a sample of under [`MIN_WORDS`] words the default is [`CAUTIOUS`]; a preset
/// is left out where its loss cannot be measured ([`MIN_LOST_WORDS`]). Cannot fail.
pub fn choose(rows: &[Row], max_loss: f64) -> ([u32; 2], Presets) {
    let kept: u64 = rows.iter().filter(|row| !row.boilerplate).map(|row| row.words).sum();
    let mut falling: Vec<&Row> = rows.iter().collect();
    falling.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let lowest = |loss: f64| rounded_up(lowest(&falling, (kept as f64 * loss) as u64));
    let default = if kept < MIN_WORDS { millionths(CAUTIOUS) } else { lowest(max_loss) };
    let preset = |preset: Preset| {
        let loss = preset.max_loss(max_loss);
        (kept as f64 * loss >= MIN_LOST_WORDS).then(|| lowest(loss))
    };
    // A cautious default was not measured, so it may stand on the wrong side of what was.
    let presets = Presets {
        precision: preset(Preset::Precision).map(|threshold| threshold.min(default)),
        recall: preset(Preset::Recall).map(|threshold| threshold.max(default)),
    };
    ([millionths(UNSURE), default], presets)
}

/// The lowest probability at or above which at most so many kept words lie.
fn lowest(falling: &[&Row], allowed: u64) -> f64 {
    let mut lost = 0;
    let mut threshold = 1.0f64;
    for tied in falling.chunk_by(|a, b| a.probability == b.probability) {
        lost += tied.iter().filter(|row| !row.boilerplate).map(|row| row.words).sum::<u64>();
        if lost > allowed {
            break;
        }
        threshold = tied[0].probability;
    }
    threshold
}

/// In the millionths of a header, rounded up, so that rounding never adds a loss.
fn rounded_up(threshold: f64) -> u32 {
    millionths(((threshold * 1e6).ceil() / 1e6).clamp(UNSURE, 1.0 - 1e-6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(losses: &[(f64, u64)]) -> Vec<Row> {
        let mut rows = vec![Row { probability: 0.01, words: 100_000, boilerplate: false }];
        rows.extend(losses.iter().map(|&(probability, words)| Row {
            probability,
            words,
            boilerplate: words == 0,
        }));
        rows
    }

    #[test]
    fn the_loss_stays_within_its_bound() {
        let rows = rows(&[(0.99, 0), (0.97, 150), (0.96, 0), (0.9, 100), (0.8, 0)]);
        let ([unsure, threshold], _) = choose(&rows, 0.002);
        assert_eq!(unsure, 500_000);
        assert_eq!(threshold, 960_000);
        assert_eq!(choose(&rows, 0.003).0[1], 800_000);
        assert_eq!(choose(&rows, 0.001).0[1], 990_000);
    }

    #[test]
    fn presets_stand_on_either_side() {
        let rows = rows(&[(0.995, 0), (0.99, 40), (0.97, 120), (0.96, 0), (0.9, 100), (0.8, 0), (0.7, 900)]);
        let (thresholds, presets) = choose(&rows, 0.002);
        assert_eq!(thresholds, [500_000, 960_000]);
        assert_eq!(presets, Presets { precision: Some(800_000), recall: Some(990_000) });
        // A default beyond a preset takes it along.
        let (thresholds, presets) = choose(&rows, 0.02);
        assert_eq!((thresholds[1], presets.precision), (700_000, Some(700_000)));
        let (thresholds, presets) = choose(&rows, 0.0004);
        assert_eq!((thresholds[1], presets.recall), (990_000, None), "40 words are too few to measure");
    }

    #[test]
    fn a_small_sample_gets_the_cautious_threshold() {
        assert_eq!(choose(&[], 0.01), ([500_000, 980_000], Presets::default()));
        let sample = |words| [Row { probability: 0.3, words, boilerplate: false }];
        assert_eq!(choose(&sample(4_999), 0.002).1, Presets::default());
        let (thresholds, presets) = choose(&sample(24_999), 0.002);
        assert_eq!((thresholds[1], presets.precision, presets.recall), (980_000, Some(980_000), None));
        assert_eq!(choose(&sample(100_000), 0.002).1.recall, Some(999_999));
    }
}
