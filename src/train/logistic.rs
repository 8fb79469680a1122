//! Logistic regression on a few numbers, by Newton's method with a ridge.

use crate::bayes::calibrate::logistic;

/// Most steps; it is done after a few.
const STEPS: usize = 30;
/// Penalty on every weight, so that what is separable does not run away.
const RIDGE: f64 = 1.0;
/// Change of every weight below which it is done.
const DONE: f64 = 1e-9;

/// Fits weights for rows of `N` numbers to targets. Cannot fail: where a step cannot be taken, the weights stay.
pub fn fit<const N: usize>(rows: impl Iterator<Item = ([f64; N], bool)> + Clone) -> [f64; N] {
    let mut weights = [0.0; N];
    for _ in 0..STEPS {
        let (mut gradient, mut hessian) = ([0.0; N], [[0.0; N]; N]);
        for at in 0..N {
            gradient[at] = RIDGE * weights[at];
            hessian[at][at] = RIDGE;
        }
        for (row, target) in rows.clone() {
            let p = probability(&weights, &row);
            let (error, spread) = (p - f64::from(u8::from(target)), p * (1.0 - p));
            for i in 0..N {
                gradient[i] += error * row[i];
                for j in 0..=i {
                    hessian[i][j] += spread * row[i] * row[j];
                }
            }
        }
        let step = solve(hessian, gradient);
        // From zero the loss is convex and the ridge keeps it so; a step that is too long is cut.
        let longest = step.iter().fold(0.0f64, |longest, it| longest.max(it.abs()));
        let cut = if longest > 1.0 { 1.0 / longest } else { 1.0 };
        if !longest.is_finite() {
            break;
        }
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight -= cut * step);
        if longest < DONE {
            break;
        }
    }
    weights
}

/// Probability of a row, inside (0, 1).
pub fn probability<const N: usize>(weights: &[f64; N], row: &[f64; N]) -> f64 {
    logistic(weights.iter().zip(row).map(|(weight, value)| weight * value).sum())
}

/// Solves a symmetric positive definite system, of which the lower triangle is given, by Cholesky's decomposition.
fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        for j in 0..=i {
            let rest: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            a[i][j] = if i == j { (a[i][i] - rest).sqrt() } else { (a[i][j] - rest) / a[j][j] };
        }
    }
    for i in 0..N {
        let rest: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - rest) / a[i][i];
    }
    for i in (0..N).rev() {
        let rest: f64 = (i + 1..N).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - rest) / a[i][i];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_weights_are_found_again() {
        let truth = [-0.5, 1.5, -1.0];
        let rows: Vec<([f64; 3], bool)> = (0..40_000u64)
            .map(|i| {
                let draw = |seed| (xxhash_rust::xxh3::xxh3_64_with_seed(&i.to_le_bytes(), seed) >> 11) as f64;
                let [x, y, z] = [1, 2, 3].map(|seed| draw(seed) / (1u64 << 53) as f64);
                let row = [1.0, 4.0 * x - 2.0, 4.0 * y - 2.0];
                (row, z < probability(&truth, &row))
            })
            .collect();
        let found = fit(rows.iter().copied());
        assert!(found.iter().zip(truth).all(|(a, b)| (a - b).abs() < 0.08), "{found:?}");
    }

    #[test]
    fn what_is_separable_or_nothing_stays_finite() {
        let rows = [([1.0, 30.0], true), ([1.0, -30.0], false)];
        assert!(fit(rows.into_iter()).iter().all(|weight| weight.is_finite()));
        assert_eq!(fit(std::iter::empty::<([f64; 2], bool)>()), [0.0; 2]);
    }
}
