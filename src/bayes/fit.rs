//! Multinomial naive Bayes, fitted by linfa-bayes on class sums with balanced mass.
//!
//! A multinomial model depends on the data only through the sums of each class. It is therefore fitted on a
//! K×V matrix of sums instead of N×V paragraphs: same likelihoods, in milliseconds.
//!
//! Every class is first scaled to the same total. Otherwise each token that the smaller class never showed
//! would vote for that class, and the new names in news would be the first words to go.

use std::collections::HashMap;

use linfa::traits::Fit;
use linfa_bayes::MultinomialNb;
use ndarray::{Array1, Array2};

use super::smoothing::{Curve, Smoothing, fixed};
use super::weights::{Classes, smoothing};
use crate::error::{Error, Result};
use crate::features::Channel;
use crate::features::counts::CountTable;

/// Scales every row of `sums` (classes × features) to the mass `mass`; a row of zeros stays.
pub fn balanced(sums: &Array2<f64>, mass: f64) -> Array2<f64> {
    let mut scaled = sums.clone();
    for mut row in scaled.rows_mut() {
        let total = row.sum();
        if total > 0.0 {
            row *= mass / total;
        }
    }
    scaled
}

/// Returns the log-probability of each feature in each class (classes × features, in nats), fitted by
/// linfa-bayes: ln((sums + α) / (mass + α·V)), Manning, Raghavan & Schütze 2008, eq. 13.7 with α instead of
/// 1.
///
/// # Errors
/// [`Error::Training`] for fewer than two classes, no features, a sum that is negative or not finite, or an α
/// that is not above zero (linfa panics or gives NaN there).
pub fn log_probabilities(sums: &Array2<f64>, alpha: f64) -> Result<Array2<f64>> {
    let (classes, features) = sums.dim();
    if classes < 2 || features == 0 {
        return Err(Error::Training(format!(
            "naive Bayes needs at least two classes and one feature, not {classes} and {features}"
        )));
    }
    if !(alpha > 0.0 && alpha.is_finite()) {
        return Err(Error::Training(format!("alpha must be above 0 and finite, not {alpha}")));
    }
    if sums.iter().any(|sum| !(sum.is_finite() && *sum >= 0.0)) {
        return Err(Error::Training("counts must be finite and not negative".to_owned()));
    }
    let targets: Array1<usize> = (0..classes).collect();
    let failed = |error: &dyn std::fmt::Display| Error::Training(format!("naive Bayes: {error}"));
    let model = MultinomialNb::params()
        .alpha(alpha)
        .fit(&linfa::Dataset::new(sums.clone(), targets))
        .map_err(|error| failed(&error))?;
    // linfa 0.7 exposes what it fitted only through serde. `float_roundtrip` keeps the numbers exact.
    let seen = serde_json::to_vec(&model).map_err(|error| failed(&error))?;
    let seen: Fitted = serde_json::from_slice(&seen).map_err(|error| failed(&error))?;
    let mut log_probabilities = Array2::zeros((classes, features));
    for class in 0..classes {
        let row =
            &seen.class_info.get(&class).ok_or_else(|| failed(&"a class is missing"))?.feature_log_prob.data;
        if row.len() != features {
            return Err(failed(&"a class lacks features"));
        }
        log_probabilities.row_mut(class).assign(&Array1::from(row.clone()));
    }
    Ok(log_probabilities)
}

#[derive(serde::Deserialize)]
struct Fitted {
    class_info: HashMap<usize, ClassInfo>,
}

#[derive(serde::Deserialize)]
struct ClassInfo {
    feature_log_prob: Row,
}

#[derive(serde::Deserialize)]
struct Row {
    data: Vec<f64>,
}

/// Returns the same curves as [`super::smoothing::closed_form`], taken from a model that linfa-bayes fitted
/// on these sums.
///
/// # Errors
/// As [`log_probabilities`].
pub fn by_linfa(sums: &[u64], classes: usize, smoothing: Smoothing) -> Result<Vec<Curve>> {
    let features = sums.len() / classes.max(1);
    let matrix =
        Array2::from_shape_fn((classes, features), |(class, feature)| sums[feature * classes + class] as f64);
    let fitted = log_probabilities(&balanced(&matrix, smoothing.mass), smoothing.alpha)?;
    Ok((0..classes)
        .map(|class| {
            let points = (0..features).map(|f| (sums[f * classes + class], fixed(fitted[[class, f]])));
            Curve::new(points.collect())
        })
        .collect())
}

/// Returns the curves of every channel, fitted by linfa-bayes on the class sums of `counts`.
///
/// # Errors
/// As [`by_linfa`].
pub fn fit_curves(
    counts: &CountTable,
    classes: &Classes,
    alpha: impl Fn(Channel) -> f64,
) -> Result<Vec<Vec<Curve>>> {
    let mut sums = vec![Vec::new(); Channel::ALL.len()];
    for id in counts.vocabulary().sorted_ids() {
        classes.fold(counts.row(id), &mut sums[counts.vocabulary().feature(id).0 as usize]);
    }
    sums.iter()
        .zip(Channel::ALL)
        .map(|(sums, channel)| {
            if sums.is_empty() {
                return Ok(Vec::new());
            }
            by_linfa(sums, classes.len(), smoothing(sums, classes.len(), alpha(channel)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::smoothing::closed_form;
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn equals_scikit_learn() {
        // computed with scikit-learn 1.9.1: MultinomialNB(alpha=0.5).fit([[3,1,0,4],[0,2,5,1]], [0,1]).feature_log_prob_
        let expected = array![
            [-1.0498221244986778, -1.8971199848858815, -2.9957322735539913, -0.7985076962177716],
            [-2.9957322735539913, -1.3862943611198908, -0.5978370007556206, -1.8971199848858815]
        ];
        let got = log_probabilities(&array![[3., 1., 0., 4.], [0., 2., 5., 1.]], 0.5).unwrap();
        for (a, b) in got.iter().zip(&expected) {
            assert!((a - b).abs() < 1e-12, "{got}");
        }
    }

    #[test]
    fn an_unseen_feature_votes_for_nobody_once_masses_are_balanced() {
        let sums = balanced(&array![[900., 100., 0.], [6., 4., 0.]], 10.0);
        let got = log_probabilities(&sums, 1.0).unwrap();
        assert!((got[[0, 2]] - got[[1, 2]]).abs() < 1e-12);
    }

    #[test]
    fn what_linfa_would_choke_on_is_refused() {
        let sums = array![[1., 2.], [3., 4.]];
        assert!(log_probabilities(&sums, 0.0).is_err());
        assert!(log_probabilities(&sums, f64::NAN).is_err());
        assert!(log_probabilities(&array![[1., f64::INFINITY], [0., 1.]], 1.0).is_err());
        assert!(log_probabilities(&array![[-1., 2.], [0., 1.]], 1.0).is_err());
        assert!(log_probabilities(&array![[1., 2.]], 1.0).is_err());
        assert!(log_probabilities(&Array2::zeros((2, 0)), 1.0).is_err());
    }

    proptest! {
        #[test]
        fn the_closed_form_is_what_linfa_fits(
            sums in proptest::collection::vec(0u64..2000, 3 * 4..3 * 20),
            alpha in 0.01f64..2.0,
            mass in 1.0f64..1e6,
            silent in 0usize..4,
        ) {
            let mut sums = sums[..sums.len() / 3 * 3].to_vec();
            // A class may have no counts at all.
            sums.iter_mut().skip(silent).step_by(3).for_each(|count| *count = 0);
            let sums = &sums;
            let smoothing = Smoothing { alpha, mass };
            let ours = closed_form(sums, 3, smoothing);
            let theirs = by_linfa(sums, 3, smoothing).unwrap();
            for (a, b) in ours.iter().zip(&theirs) {
                for (x, y) in a.points().iter().zip(b.points()) {
                    prop_assert_eq!(x.0, y.0);
                    prop_assert!((x.1 - y.1).abs() <= 1, "{:?} {:?}", x, y);
                }
            }
        }
    }
}
