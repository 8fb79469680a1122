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
    const STEP: i32 = (CURVE_SCALE / WEIGHT_SCALE) as i32;
    const MOST: i32 = i16::MAX as i32;
    let kept = curves[0].at(sums[0]);
    for ((weight, &sum), curve) in out.iter_mut().zip(&sums[1..]).zip(&curves[1..]) {
        // Bounded before it is rounded: two curves may lie further apart than 32 bits tell.
        let ratio = curve.at(sum).saturating_sub(kept).clamp(-MOST * STEP, MOST * STEP);
        // Halves away from zero, so that a ratio and its opposite round alike.
        *weight = ((ratio.abs() + STEP / 2) / STEP * ratio.signum()) as i16;
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

/// Bits of the filter per feature, at least: one in sixteen to one in eight of the unknown pass it.
const FILTER_BITS: usize = 8;
/// Counts up to here have their rarity computed once.
const COMMON: u64 = 256;

/// The weights of a model, for look-up by feature key.
#[derive(Debug, Clone)]
pub struct Weights {
    kinds: usize,
    stride: usize,
    /// A bit of every known key is set: most unknown pairs stop here, within the nearer caches.
    filter: Vec<u64>,
    /// Upper half of the key in the upper half, number of the row in the lower one; 0 is empty. The first
    /// slot stays empty and is nobody's home: a key that the filter stops is sent there.
    slots: Vec<u64>,
    rows: Vec<i16>,
    /// By number of the row; first that of a word that the model does not know.
    rarity: Vec<u16>,
    paragraphs: u64,
    rarity_of_count: Vec<u16>,
}

impl Weights {
    /// An empty table with room for `features` rows of `kinds` kinds; `paragraphs` is how many were counted.
    pub fn with_capacity(features: usize, kinds: usize, paragraphs: u64) -> Self {
        let stride = (kinds + 1).next_multiple_of(4);
        let mut all_rarity = Vec::with_capacity(features + 1);
        all_rarity.push(rarity(0, paragraphs));
        Self {
            kinds,
            stride,
            filter: vec![0; (features * FILTER_BITS).next_power_of_two().max(64) / 64],
            slots: vec![0; (features * 2).next_power_of_two().max(16) + 1],
            rows: Vec::with_capacity(features * stride),
            rarity: all_rarity,
            paragraphs,
            rarity_of_count: (0..COMMON).map(|count| rarity(count, paragraphs)).collect(),
        }
    }

    /// Adds a feature that `count` paragraphs showed. The weights are written by `fill` into a row of pooled
    /// and kinds. Answers `false` where a key so like it was there that only the earlier row may be found.
    pub fn push(&mut self, key: u64, count: u64, fill: impl FnOnce(&mut [i16])) -> bool {
        let start = self.rows.len();
        self.rows.resize(start + self.stride, 0);
        fill(&mut self.rows[start..=start + self.kinds]);
        let common = self.rarity_of_count.get(usize::try_from(count).unwrap_or(usize::MAX));
        self.rarity.push(common.copied().unwrap_or_else(|| rarity(count, self.paragraphs)));
        let (word, bit) = self.place(key);
        self.filter[word] |= 1 << bit;
        let mask = self.slots.len() - 2;
        let mut at = (key as usize & mask) + 1;
        let mut alone = true;
        while self.slots[at] != 0 {
            alone &= self.slots[at] >> 32 != key >> 32;
            at = (at & mask) + 1;
        }
        self.slots[at] = key >> 32 << 32 | (self.rarity.len() as u64 - 1);
        alone
    }

    /// Word and bit of a key in the filter.
    #[inline]
    fn place(&self, key: u64) -> (usize, u32) {
        ((key >> 26) as usize & (self.filter.len() - 1), (key >> 20) as u32 & 63)
    }

    /// Number of a feature's row, from 1; 0 if the model does not know it.
    ///
    /// There is one branch that a processor can get wrong, and it is nearly always right: many look-ups
    /// are under way at once, which is what hides the way to memory.
    #[inline]
    fn number(&self, key: u64) -> u32 {
        let (word, bit) = self.place(key);
        let passes = (self.filter[word] >> bit & 1) as usize;
        let mask = self.slots.len() - 2;
        let mut at = ((key as usize & mask) + 1) * passes;
        loop {
            let slot = self.slots[at];
            if (slot as u32 == 0) | (slot >> 32 == key >> 32) {
                return slot as u32;
            }
            at = (at & mask) + 1;
        }
    }

    /// Row of a feature, if the model knows it.
    pub fn find(&self, key: u64) -> Option<usize> {
        (self.number(key) as usize).checked_sub(1)
    }

    /// Numbers of the rows of many features, from 1, in their order; 0 for those that the model does not know.
    pub fn find_all(&self, keys: &[u64], numbers: &mut Vec<u32>) {
        numbers.clear();
        numbers.extend(keys.iter().map(|&key| self.number(key)));
    }

    /// Adds the rows of these numbers, none of them 0, to `sums`, which is one stride long.
    pub fn add_rows(&self, numbers: &[u32], sums: &mut [i32]) {
        match self.stride {
            4 => add_rows::<4>(&self.rows, numbers, sums),
            8 => add_rows::<8>(&self.rows, numbers, sums),
            12 => add_rows::<12>(&self.rows, numbers, sums),
            16 => add_rows::<16>(&self.rows, numbers, sums),
            _ => {
                for &number in numbers {
                    for (sum, &weight) in sums.iter_mut().zip(self.row(number as usize - 1)) {
                        *sum += i32::from(weight);
                    }
                }
            }
        }
    }

    /// Weights of a row: pooled, then each kind, then zeros up to the stride.
    #[inline]
    pub fn row(&self, row: usize) -> &[i16] {
        &self.rows[row * self.stride..(row + 1) * self.stride]
    }

    /// Rarity of a row's feature; of an unseen one without a row.
    pub fn rarity(&self, row: Option<usize>) -> u16 {
        self.rarity[row.map_or(0, |row| row + 1)]
    }

    /// Rarity by number of the row, as [`Weights::find_all`] gives it.
    #[inline]
    pub fn rarity_of(&self, number: u32) -> u16 {
        self.rarity[number as usize]
    }

    /// Length of [`Weights::row`].
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.rarity.len() - 1
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// [`Weights::add_rows`] for one stride: the sums stay in registers.
fn add_rows<const STRIDE: usize>(rows: &[i16], numbers: &[u32], sums: &mut [i32]) {
    let (rows, _) = rows.as_chunks::<STRIDE>();
    let mut added = [0i32; STRIDE];
    for &number in numbers {
        let row = &rows[number as usize - 1];
        for (sum, &weight) in added.iter_mut().zip(row) {
            *sum += i32::from(weight);
        }
    }
    for (sum, added) in sums.iter_mut().zip(added) {
        *sum += added;
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
            assert!(weights.push(key(n), n, |row| row.fill(n as i16)));
        }
        for n in 0..1000 {
            let row = weights.find(key(n)).unwrap();
            assert_eq!(weights.row(row)[..11], [n as i16; 11]);
        }
        assert_eq!((1000..9000).filter(|&n| weights.find(key(n)).is_some()).count(), 0);
        assert!(!weights.push(key(5), 1, |row| row.fill(7)));
        assert_eq!(weights.find(key(5)), Some(5));
    }

    #[test]
    fn many_at_once_are_the_same_as_one_by_one() {
        for kinds in [1, 3, 5, 10, 14, 21] {
            let mut weights = Weights::with_capacity(90, kinds, 700);
            for n in 0..90u64 {
                weights.push(n << 32 | n, n, |row| {
                    for (i, weight) in row.iter_mut().enumerate() {
                        *weight = (n as i16 - 45) * i as i16;
                    }
                });
            }
            let keys: Vec<u64> = (0..200).step_by(3).map(|n| n << 32 | n).collect();
            let mut numbers = Vec::new();
            weights.find_all(&keys, &mut numbers);
            let rows: Vec<Option<usize>> = keys.iter().map(|&key| weights.find(key)).collect();
            assert_eq!(numbers.iter().map(|&n| (n as usize).checked_sub(1)).collect::<Vec<_>>(), rows);
            for (&number, &row) in numbers.iter().zip(&rows) {
                assert_eq!(weights.rarity_of(number), weights.rarity(row));
            }
            numbers.retain(|&number| number != 0);
            let (mut sums, mut expected) = (vec![1; weights.stride()], vec![1; weights.stride()]);
            weights.add_rows(&numbers, &mut sums);
            for row in rows.into_iter().flatten() {
                for (sum, &weight) in expected.iter_mut().zip(weights.row(row)) {
                    *sum += i32::from(weight);
                }
            }
            assert_eq!(sums, expected);
        }
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
