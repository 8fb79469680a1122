//! The flat table that scores text: per feature its log-ratios, found by one look-up.

use super::smoothing::{CURVE_SCALE, Curve, Smoothing, total};
use crate::features::Channel;
use crate::features::topic::rarity;

/// Fixed-point scale of a weight: nats times this. An `i16` then reaches ±32 nats.
pub const WEIGHT_SCALE: f64 = 1024.0;

/// Which labels are kept and which are dropped, and how a row of counts folds into classes.
///
/// Classes: 0 all kept labels together, 1 all dropped labels together, then each dropped label (a *kind*),
/// in the alphabetical order of their names, so that the order of the data changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    kept: Vec<bool>,
    kinds: Vec<usize>,
}

impl Classes {
    /// Classes over labels, each kept or not; both slices have the same length.
    pub fn new(labels: &[String], kept: &[bool]) -> Self {
        let mut kinds: Vec<usize> = (0..labels.len()).filter(|&label| !kept[label]).collect();
        kinds.sort_by_key(|&label| &labels[label]);
        Self { kept: kept.to_vec(), kinds }
    }

    /// Number of kinds: labels that are dropped.
    pub fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// Label of a kind.
    pub fn label_of_kind(&self, kind: usize) -> usize {
        self.kinds[kind]
    }

    /// Kind of a label; none where it is kept.
    pub fn kind_of_label(&self, label: usize) -> Option<usize> {
        self.kinds.iter().position(|&l| l == label)
    }

    /// Number of classes.
    pub fn len(&self) -> usize {
        2 + self.kinds.len()
    }

    /// Never: there are always the two pooled classes.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Appends the class sums of one row of label counts to `out`.
    pub fn fold(&self, row: &[u64], out: &mut Vec<u64>) {
        let (mut kept, mut dropped) = (0u64, 0u64);
        for (&count, &is_kept) in row.iter().zip(&self.kept) {
            let sum = if is_kept { &mut kept } else { &mut dropped };
            *sum = sum.saturating_add(count);
        }
        out.push(kept);
        out.push(dropped);
        out.extend(self.kinds.iter().map(|&label| row[label]));
    }
}

/// Log-ratios of one feature against the kept labels, in nats times [`WEIGHT_SCALE`]: the dropped labels
/// pooled, then each kind. `sums` is one row of [`Classes::fold`].
#[inline]
pub fn log_ratios(sums: &[u64], curves: &[Curve], out: &mut [i16]) {
    // In 64 bits: two curves may lie further apart than 32 bits tell.
    const STEP: i64 = (CURVE_SCALE / WEIGHT_SCALE) as i64;
    const MOST: i64 = i16::MAX as i64;
    let kept = i64::from(curves[0].at(sums[0]));
    for ((weight, &sum), curve) in out.iter_mut().zip(&sums[1..]).zip(&curves[1..]) {
        let ratio = i64::from(curve.at(sum)) - kept;
        // Halves away from zero, so that a ratio and its opposite round alike.
        let rounded = (ratio.abs() + STEP / 2) / STEP * ratio.signum();
        *weight = rounded.clamp(-MOST, MOST) as i16;
    }
}

/// How each channel is smoothed by default; α in pseudo-counts of the smaller pooled class.
/// From a sweep over the ten folds of labelled lines (ARCHITECTURE.md, "smoothing").
pub fn default_alpha(channel: Channel) -> f64 {
    match channel {
        Channel::Words => 0.5,
        Channel::Pairs => 0.5,
        Channel::Edges => 0.5,
        Channel::Shape | Channel::Place => 1.0,
    }
}

/// Smoothing of a channel: every class is scaled to the mass of the smaller pooled class.
pub fn smoothing(sums: &[u64], classes: usize, alpha: f64) -> Smoothing {
    let total = |class: usize| total(sums.iter().skip(class).step_by(classes).copied());
    Smoothing { alpha, mass: total(0).min(total(1)).max(1) as f64 }
}

/// The weights of a model, for look-up by feature key.
#[derive(Debug, Clone)]
pub struct Weights {
    kinds: usize,
    stride: usize,
    /// Bit `key & mask` is set for every known key: most unknown pairs stop here, within the cache.
    filter: Vec<u64>,
    /// Upper half of the key, row plus one (0 is an empty slot).
    slots: Vec<(u32, u32)>,
    rows: Vec<i16>,
    rarity: Vec<u16>,
    /// Rarity of a word that the model does not know.
    unseen: u16,
}

impl Weights {
    /// An empty table with room for `features` rows of `kinds` kinds; `paragraphs` is how many were counted.
    pub fn with_capacity(features: usize, kinds: usize, paragraphs: u64) -> Self {
        let stride = (kinds + 1).next_multiple_of(4);
        Self {
            kinds,
            stride,
            filter: vec![0; (features * 16).next_power_of_two().max(64) / 64],
            slots: vec![(0, 0); (features * 2).next_power_of_two().max(16)],
            rows: Vec::with_capacity(features * stride),
            rarity: Vec::with_capacity(features),
            unseen: rarity(0, paragraphs),
        }
    }

    /// Adds a feature with its `count` paragraphs of `paragraphs`. The weights are written by `fill` into a
    /// row of pooled and kinds. A key that is there already keeps its first row.
    pub fn push(&mut self, key: u64, count: u64, paragraphs: u64, fill: impl FnOnce(&mut [i16])) {
        let start = self.rows.len();
        self.rows.resize(start + self.stride, 0);
        fill(&mut self.rows[start..=start + self.kinds]);
        self.rarity.push(rarity(count, paragraphs));
        let bit = (key >> 20) as usize & (self.filter.len() * 64 - 1);
        self.filter[bit / 64] |= 1 << (bit % 64);
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        while self.slots[at].1 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = ((key >> 32) as u32, self.rarity.len() as u32);
    }

    /// Row of a feature, if the model knows it.
    #[inline]
    pub fn find(&self, key: u64) -> Option<usize> {
        let bit = (key >> 20) as usize & (self.filter.len() * 64 - 1);
        if self.filter[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let (upper, row) = self.slots[at];
            if row == 0 {
                return None;
            }
            if upper == (key >> 32) as u32 {
                return Some(row as usize - 1);
            }
            at = (at + 1) & mask;
        }
    }

    /// Weights of a row: pooled, then each kind, then zeros up to the stride.
    #[inline]
    pub fn row(&self, row: usize) -> &[i16] {
        &self.rows[row * self.stride..(row + 1) * self.stride]
    }

    /// Rarity of a row's feature; of an unseen one without a row.
    #[inline]
    pub fn rarity(&self, row: Option<usize>) -> u16 {
        row.map_or(self.unseen, |row| self.rarity[row])
    }

    /// Length of [`Weights::row`].
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.rarity.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.rarity.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::smoothing::by_linfa;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_pushed_is_found() {
        let mut weights = Weights::with_capacity(1000, 10, 5000);
        let key = |n: u64| (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for n in 0..1000 {
            weights.push(key(n), n, 5000, |row| row.fill(n as i16));
        }
        for n in 0..1000 {
            let row = weights.find(key(n)).unwrap();
            assert_eq!(weights.row(row)[..11], [n as i16; 11]);
        }
        assert_eq!((1000..9000).filter(|&n| weights.find(key(n)).is_some()).count(), 0);
    }

    proptest! {
        /// The flat table holds linfa's joint log-likelihood difference, to its own rounding.
        #[test]
        fn sums_of_weights_are_linfas_difference(
            counts in proptest::collection::vec(0u64..500, 4 * 5..4 * 30),
            text in proptest::collection::vec(0usize..5, 1..40),
        ) {
            let labels = ["a", "b", "c", "d"].map(str::to_owned);
            let classes = Classes::new(&labels, &[true, false, false, true]);
            let mut sums = Vec::new();
            for row in counts.chunks_exact(4) {
                classes.fold(row, &mut sums);
            }
            let smoothing = smoothing(&sums, classes.len(), 0.5);
            let curves = by_linfa(&sums, classes.len(), smoothing).unwrap();
            let features = sums.len() / classes.len();
            let matrix = ndarray::Array2::from_shape_fn((classes.len(), features), |(c, f)| sums[f * classes.len() + c] as f64);
            let linfa = super::super::fit::log_probabilities(
                &super::super::fit::balanced(&matrix, smoothing.mass), smoothing.alpha).unwrap();
            for class in 1..classes.len() {
                let (mut flat, mut joint) = (0i64, 0.0);
                for &f in &text {
                    let mut row = [0i16; 3];
                    log_ratios(&sums[f * classes.len()..(f + 1) * classes.len()], &curves, &mut row);
                    flat += i64::from(row[class - 1]);
                    joint += linfa[[class, f]] - linfa[[0, f]];
                }
                let rounding = text.len() as f64 * 0.51 / WEIGHT_SCALE + 1e-3;
                prop_assert!((flat as f64 / WEIGHT_SCALE - joint).abs() <= rounding);
            }
        }
    }
}
