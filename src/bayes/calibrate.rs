//! Maps margins to probabilities by a logistic curve with two parameters (Platt 1999), fitted out of fold.

use crate::error::{Error, Result};

/// A logistic curve: p = 1 / (1 + exp(−(slope·margin + offset))), margin in nats. Strictly increasing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Log-odds per nat of margin, above 0.
    pub slope: f64,
    /// Log-odds at a margin of 0, in nats.
    pub offset: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: 1.0, offset: 0.0 }
    }
}

impl Calibration {
    /// Returns the calibrated log-odds of a margin, in nats.
    pub fn log_odds(&self, margin: f64) -> f64 {
        self.slope * margin + self.offset
    }

    /// Returns the probability of boilerplate, finite and strictly between 0 and 1 for every finite margin.
    pub fn probability(&self, margin: f64) -> f64 {
        logistic(self.log_odds(margin))
    }

    /// Fits both parameters by Newton steps to a sample of margins, targets and weights. Platt's smoothed
    /// targets prevent certainty on small samples.
    ///
    /// # Errors
    /// [`Error::Training`] if one of the two targets has no weight.
    pub fn fit(sample: &[(f64, bool, f64)]) -> Result<Self> {
        let weight = |target: bool| sample.iter().filter(|s| s.1 == target).map(|s| s.2).sum::<f64>();
        let (positive, negative) = (weight(true), weight(false));
        if positive <= 0.0 || negative <= 0.0 {
            return Err(Error::Training("calibration needs both kept and dropped paragraphs".to_owned()));
        }
        let (high, low) = ((positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0));
        let loss = |slope: f64, offset: f64| -> f64 {
            sample
                .iter()
                .map(|&(margin, target, weight)| {
                    let (t, z) = (if target { high } else { low }, slope * margin + offset);
                    weight * (z.max(0.0) - t * z + (-z.abs()).exp().ln_1p())
                })
                .sum()
        };
        let (mut slope, mut offset) = (1.0f64, (positive / negative).ln());
        let mut best = loss(slope, offset);
        for _ in 0..100 {
            let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            for &(margin, target, weight) in sample {
                let p = logistic(slope * margin + offset);
                let d = weight * (p - if target { high } else { low });
                let h = weight * p * (1.0 - p);
                ga += d * margin;
                gb += d;
                haa += h * margin * margin;
                hab += h * margin;
                hbb += h;
            }
            let determinant = haa * hbb - hab * hab;
            let (da, db) = if determinant > 1e-12 {
                ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant)
            } else {
                (0.0, gb / hbb)
            };
            // Halve the step until it helps (Lin, Lin & Weng 2007).
            let mut step = 1.0;
            let improved = loop {
                let (a, b) = (slope - step * da, offset - step * db);
                let value = loss(a, b);
                if a > 0.0 && value < best {
                    (slope, offset) = (a, b);
                    let gain = best - value;
                    best = value;
                    break gain;
                }
                step /= 2.0;
                if step < 1e-8 {
                    break 0.0;
                }
            };
            if improved < 1e-10 * best.abs() + 1e-12 {
                break;
            }
        }
        Ok(Self { slope, offset })
    }
}

/// Returns 1 / (1 + e^−z), strictly inside (0, 1). It stops rising at about 33 nats, where doubles are too
/// far apart; in practice no sum of bounded trees and tempered log-odds gets there.
pub fn logistic(z: f64) -> f64 {
    let z = z.clamp(-700.0, 36.0);
    if z >= 0.0 { 1.0 / (1.0 + (-z).exp()) } else { z.exp() / (1.0 + z.exp()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_curve_is_found_again() {
        let mut sample = Vec::new();
        for i in -40..=40 {
            let margin = f64::from(i) / 10.0;
            let p = logistic(2.0 * margin - 1.0);
            sample.push((margin, true, 1000.0 * p));
            sample.push((margin, false, 1000.0 * (1.0 - p)));
        }
        let fitted = Calibration::fit(&sample).unwrap();
        assert!((fitted.slope - 2.0).abs() < 0.01 && (fitted.offset + 1.0).abs() < 0.01, "{fitted:?}");
    }

    #[test]
    fn probabilities_are_finite_inside_and_increasing() {
        let mut last = 0.0;
        for i in -3000..=300 {
            let p = logistic(f64::from(i) / 10.0);
            assert!(p > last && p < 1.0, "{i} {p}");
            last = p;
        }
        for z in [f64::MAX, f64::MIN, 1e300, -1e300] {
            let p = logistic(z);
            assert!(p.is_finite() && (0.0..=1.0).contains(&p));
        }
    }

    #[test]
    fn separable_margins_do_not_run_away() {
        let fitted = Calibration::fit(&[(1.0, true, 5.0), (-1.0, false, 5.0)]).unwrap();
        assert!(fitted.slope.is_finite() && fitted.slope < 50.0);
        assert!(Calibration::fit(&[(1.0, true, 1.0)]).is_err());
    }
}
