//! The rule of decision for pages: keep the blocks with the highest expected word F1.

use super::repeated::repeated;
use super::{Case, Preset, Reason, Rule, Ruling, Verdict};
use crate::bayes::calibrate::logistic;

/// β for [`Preset::Recall`] and, inverted, for [`Preset::Precision`]: the usual F2 and F½.
const BETA: f64 = 2.0;

/// The rule of decision for pages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedF1 {
    /// β of the F measure: above 1 keeps more, below 1 keeps less; see [`threshold`].
    pub beta: f64,
    /// Probability from which a block is dropped; `None` for a threshold of the page's own.
    pub threshold: Option<f64>,
    /// Whether repeated blocks are kept; see [`super::repeated`].
    pub repeated: bool,
}

impl ExpectedF1 {
    /// Creates the rule for a preset. `threshold`, if given, holds for all pages.
    pub fn new(preset: Preset, threshold: Option<f64>) -> Self {
        let beta = match preset {
            Preset::Precision => 1.0 / BETA,
            Preset::Recall => BETA,
            Preset::Default => 1.0,
        };
        Self { beta, threshold, repeated: preset == Preset::Recall }
    }
}

impl Rule for ExpectedF1 {
    fn decide(&self, case: &Case<'_>) -> Ruling {
        let words: Vec<f64> =
            (0..case.evidence.len()).map(|i| f64::from(case.evidence.facts(i).shape.words)).collect();
        let threshold = self.threshold.unwrap_or_else(|| threshold(case.log_odds, &words, self.beta));
        let verdict = |&log_odds: &f64| match logistic(log_odds) {
            p if p >= threshold => Verdict::Boilerplate,
            p if p >= 0.5 => Verdict::Unsure,
            _ => Verdict::Editorial,
        };
        let mut verdicts: Vec<(Verdict, Option<Reason>)> =
            case.log_odds.iter().map(|log_odds| (verdict(log_odds), None)).collect();
        if !self.repeated {
            let kept: Vec<bool> = verdicts.iter().map(|it| it.0 != Verdict::Boilerplate).collect();
            let again = repeated(case.units, &kept);
            for (verdict, _) in verdicts.iter_mut().zip(again).filter(|(_, again)| *again) {
                *verdict = (Verdict::Boilerplate, Some(Reason::RepeatedOnPage));
            }
        }
        Ruling { verdicts, threshold }
    }
}

/// Standard deviation, in nats, of the error that all blocks of a page share, because what a reference text
/// takes for content differs from page to page. Maximum likelihood gives 1.64 (a random intercept per page
/// over out-of-fold margins); word F1 is level between 1.5 and 1.7 (docs/experiments/pages.md).
const SPREAD: f64 = 1.5;

/// Shifts of a page in standard deviations, with their weights: Gauss–Hermite quadrature with five nodes
/// (Abramowitz and Stegun, table 25.10, for the weight of a normal distribution).
const NODES: [(f64, f64); 5] = [
    (-2.856_970_013_872_806, 0.011_257_411_327_720_7),
    (-1.355_626_179_974_266, 0.222_075_922_005_612_6),
    (0.0, 0.533_333_333_333_333_3),
    (1.355_626_179_974_266, 0.222_075_922_005_612_6),
    (2.856_970_013_872_806, 0.011_257_411_327_720_7),
];

/// Returns the threshold at which a page's expected word F_β is highest: blocks below it stay. `log_odds`
/// holds the calibrated log-odds of boilerplate in nats, `words` the weight of each block; β above 1 favours
/// keeping, below 1 dropping.
///
/// With q the probability of being editorial, the expected number of words kept correctly is Σ q·w over the
/// kept blocks, and F_β is (1 + β²) times that, over all kept words plus β² times Σ q·w over the whole page
/// (Lewis, SIGIR 1995; Dembczyński et al., NIPS 2011). Blocks of a page err together, so F_β is averaged over
/// a normally distributed shift of all log-odds of the page. Blocks are taken in the order of q, which no
/// shift changes.
///
/// The result is the lowest probability that is dropped, or 0.5 if there are no words.
pub fn threshold(log_odds: &[f64], words: &[f64], beta: f64) -> f64 {
    let mut order: Vec<usize> = (0..log_odds.len()).collect();
    order.sort_by(|&a, &b| log_odds[a].total_cmp(&log_odds[b]).then(a.cmp(&b)));
    let beta = beta * beta;
    let mut expected = vec![0.0; order.len()];
    for (node, likely) in NODES {
        let editorial = |&i: &usize| logistic(-(log_odds[i] + SPREAD * node)) * words[i];
        let right: Vec<f64> = order
            .iter()
            .scan(0.0, |sum, i| {
                *sum += editorial(i);
                Some(*sum)
            })
            .collect();
        let whole = right.last().copied().unwrap_or(0.0);
        let mut kept = 0.0;
        for ((&i, right), f) in order.iter().zip(right).zip(&mut expected) {
            kept += words[i];
            if kept > 0.0 {
                *f += likely * (1.0 + beta) * right / (kept + beta * whole);
            }
        }
    }
    let mut best = (0.0, 0.5);
    for (rank, &f) in expected.iter().enumerate() {
        if f > best.0 {
            // A block as likely as the first dropped one is dropped too. If none is dropped, the threshold is
            // 1.
            best = (f, order.get(rank + 1).map_or(1.0, |&next| logistic(log_odds[next])));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(probabilities: &[f64], words: &[f64]) -> f64 {
        let log_odds: Vec<f64> = probabilities.iter().map(|p| (p / (1.0 - p)).ln()).collect();
        threshold(&log_odds, words, 1.0)
    }

    #[test]
    fn where_little_is_certain_more_is_kept() {
        let sure = of(&[0.01, 0.02, 0.6, 0.9], &[50.0, 50.0, 10.0, 10.0]);
        assert!((0.02..=0.6).contains(&sure), "{sure}");
        let unsure = of(&[0.7, 0.8, 0.9, 0.95], &[50.0, 50.0, 10.0, 10.0]);
        assert!(unsure > 0.8, "{unsure}");
    }

    #[test]
    fn without_words_the_likelier_side_decides() {
        assert_eq!(of(&[], &[]), 0.5);
        assert_eq!(of(&[0.3, 0.8], &[0.0, 0.0]), 0.5);
    }

    /// Expected F_β of keeping everything below a threshold, by 241 steps instead of five nodes.
    fn expected(log_odds: &[f64], words: &[f64], beta: f64, least: f64) -> f64 {
        let (mut sum, mut weight) = (0.0, 0.0);
        for step in -120..=120 {
            let shift = f64::from(step) / 20.0;
            let density = (-shift * shift / 2.0).exp();
            let (mut right, mut kept, mut whole) = (0.0, 0.0, 0.0);
            for (&z, &words) in log_odds.iter().zip(words) {
                let editorial = words * logistic(-(z + SPREAD * shift));
                whole += editorial;
                if logistic(z) < least {
                    (right, kept) = (right + editorial, kept + words);
                }
            }
            sum += density * (1.0 + beta * beta) * right / (kept + beta * beta * whole);
            weight += density;
        }
        sum / weight
    }

    proptest! {
        #[test]
        fn no_other_threshold_promises_more(
            rows in proptest::collection::vec((-9.0f64..9.0, 1.0f64..90.0), 1..40),
            beta in 0.5f64..2.0,
        ) {
            let (z, w): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let chosen = expected(&z, &w, beta, threshold(&z, &w, beta));
            for other in z.iter().map(|&z| logistic(z)).chain([1.0]) {
                // Five nodes only approximate the integral.
                prop_assert!(expected(&z, &w, beta, other) < chosen + 0.02);
            }
        }

        #[test]
        fn more_recall_never_keeps_less(rows in proptest::collection::vec((0.001f64..0.999, 1.0f64..90.0), 1..40)) {
            let (p, w): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let z: Vec<f64> = p.iter().map(|p| (p / (1.0 - p)).ln()).collect();
            prop_assert!(threshold(&z, &w, 0.5) <= threshold(&z, &w, 1.0));
            prop_assert!(threshold(&z, &w, 1.0) <= threshold(&z, &w, 2.0));
        }

        #[test]
        fn much_more_recall_keeps_everything(rows in proptest::collection::vec((-9.0f64..9.0, 1.0f64..90.0), 1..40)) {
            let (z, w): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            prop_assert_eq!(threshold(&z, &w, 1e6), 1.0);
        }
    }
}
