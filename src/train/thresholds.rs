//! Thresholds from a stated loss: how much of what should be kept may go.

use crate::verdict::{CAUTIOUS, UNSURE};

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

/// Fewest kept words on which a loss can be measured at all: one paragraph of fifty words in 25,000 is
/// the 0.2 % of the default.
pub const MIN_WORDS: u64 = 25_000;
/// Probabilities from which a paragraph is `unsure`, and from which it is `boilerplate`, such that at most
/// `max_loss` of the kept words lie at or above the second. With a sample of under [`MIN_WORDS`] words the
/// second is [`CAUTIOUS`]. Cannot fail.
pub fn choose(rows: &[Row], max_loss: f64) -> [f64; 2] {
    let kept: u64 = rows.iter().filter(|row| !row.boilerplate).map(|row| row.words).sum();
    if kept < MIN_WORDS {
        return [UNSURE, CAUTIOUS];
    }
    let mut falling: Vec<&Row> = rows.iter().collect();
    falling.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    let allowed = (kept as f64 * max_loss) as u64;
    let mut lost = 0;
    let mut threshold = 1.0f64;
    for tied in falling.chunk_by(|a, b| a.probability == b.probability) {
        lost += tied.iter().filter(|row| !row.boilerplate).map(|row| row.words).sum::<u64>();
        if lost > allowed {
            break;
        }
        threshold = tied[0].probability;
    }
    // Rounded up to the millionths of a header, so that rounding never adds a loss.
    let threshold = ((threshold * 1e6).ceil() / 1e6).clamp(UNSURE, 1.0 - 1e-6);
    [UNSURE, threshold]
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
        let [unsure, threshold] = choose(&rows, 0.002);
        assert_eq!(unsure, 0.5);
        assert!((threshold - 0.96).abs() < 2e-6);
        assert!((choose(&rows, 0.003)[1] - 0.8).abs() < 2e-6);
        assert!((choose(&rows, 0.001)[1] - 0.99).abs() < 2e-6);
    }

    #[test]
    fn a_small_sample_gets_the_cautious_threshold() {
        assert_eq!(choose(&[], 0.01), [UNSURE, CAUTIOUS]);
    }
}
