//! Probabilities to what stays of a page.

/// Which blocks stay where the page's word F_β is to be as large as can be expected: those whose probability
/// of boilerplate lies below the page's own threshold. `boilerplate` holds probabilities, `words` how much
/// each block weighs; β above 1 values what is kept, below 1 what is left out.
///
/// With q the probability of being editorial, the expected words kept rightly are Σ q·w over what stays, and
/// F_β is (1 + β²) times that, over all words that stay plus β² times Σ q·w over the whole page (Lewis, SIGIR
/// 1995; Dembczyński et al., NIPS 2011). Its maximum is reached by taking blocks in the order of q.
///
/// Cannot fail; returns the least probability that goes.
pub fn threshold(boilerplate: &[f64], words: &[f64], beta: f64) -> f64 {
    let mut order: Vec<usize> = (0..boilerplate.len()).collect();
    order.sort_by(|&a, &b| boilerplate[a].total_cmp(&boilerplate[b]).then(a.cmp(&b)));
    let beta = beta * beta;
    let expected: f64 = order.iter().map(|&i| (1.0 - boilerplate[i]) * words[i]).sum();
    let (mut right, mut kept) = (0.0, 0.0);
    let mut best = (0.0, 0.0);
    for (rank, &i) in order.iter().enumerate() {
        right += (1.0 - boilerplate[i]) * words[i];
        kept += words[i];
        let whole = kept + beta * expected;
        let f = if whole > 0.0 { (1.0 + beta) * right / whole } else { 0.0 };
        if f > best.0 {
            let next = order.get(rank + 1).map_or(1.0, |&next| boilerplate[next]);
            best = (f, next);
        }
    }
    // Blocks as likely as the first that goes go too, but nobody is in doubt at 1.
    best.1.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn where_little_is_certain_more_is_kept() {
        let sure = threshold(&[0.01, 0.02, 0.6, 0.9], &[50.0, 50.0, 10.0, 10.0], 1.0);
        assert!((0.02..=0.6).contains(&sure), "{sure}");
        let unsure = threshold(&[0.7, 0.8, 0.9, 0.95], &[50.0, 50.0, 10.0, 10.0], 1.0);
        assert!(unsure > 0.8, "{unsure}");
        assert_eq!(threshold(&[], &[], 1.0), 0.0);
    }

    proptest! {
        #[test]
        fn more_recall_never_keeps_less(rows in proptest::collection::vec((0.001f64..0.999, 1.0f64..90.0), 1..40)) {
            let (p, w): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            prop_assert!(threshold(&p, &w, 0.5) <= threshold(&p, &w, 1.0));
            prop_assert!(threshold(&p, &w, 1.0) <= threshold(&p, &w, 2.0));
        }
    }
}
