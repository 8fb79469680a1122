//! The flat table that scores text: per feature its log-ratios, found by one look-up.

use super::index::Index;
use super::smoothing::{CURVE_SCALE, Curve, Smoothing, total};
use crate::features::Channel;
use crate::features::topic::rarity;

/// Fixed-point scale of what weights add up to: nats times this.
pub const WEIGHT_SCALE: f64 = 1024.0;
/// What a weight of 1 adds to a sum: weights are sixteenths of a nat, so that a byte reaches ±8 nats, and
/// all that is known of a feature fits into a quarter of a cache line (ARCHITECTURE.md, "Speed").
pub const WEIGHT_STEP: i32 = 64;

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

/// Log-ratios of one feature against the kept labels, in [`WEIGHT_STEP`]s: the dropped labels pooled, then
/// each kind. `sums` is one row of [`Classes::fold`].
#[inline]
pub fn log_ratios(sums: &[u64], curves: &[Curve], out: &mut [i8]) {
    const STEP: i32 = (CURVE_SCALE / WEIGHT_SCALE) as i32 * WEIGHT_STEP;
    const MOST: i32 = i8::MAX as i32;
    let kept = curves[0].at(sums[0]);
    for ((weight, &sum), curve) in out.iter_mut().zip(&sums[1..]).zip(&curves[1..]) {
        // Bounded before it is rounded: two curves may lie further apart than 32 bits tell.
        let ratio = curve.at(sum).saturating_sub(kept).clamp(-MOST * STEP, MOST * STEP);
        // Halves away from zero, so that a ratio and its opposite round alike.
        *weight = ((ratio.abs() + STEP / 2) / STEP * ratio.signum()) as i8;
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

/// Bits of the filter per feature, at least: one in eight to one in four and a half of the unknown pass it.
const FILTER_BITS: usize = 4;
/// Counts up to here have their rarity computed once.
const COMMON: u64 = 256;
/// Weights that stand in a row itself: enough for eleven kinds.
const IN_ROW: usize = 12;

/// One feature: a quarter of a cache line.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(16))]
struct Row {
    /// Pooled, then each kind, then zeros.
    weights: [i8; IN_ROW],
    /// What the index does not compare of the key.
    tag: u16,
    rarity: u16,
}

/// The weights of a model, for look-up by feature key.
#[derive(Debug, Clone)]
pub struct Weights {
    kinds: usize,
    stride: usize,
    /// A bit of every known key is set: within the nearer caches, and most pairs are unknown.
    filter: Vec<u64>,
    index: Index,
    /// By number; the first is that of every feature that the model does not know. Those seen most come
    /// first and share their cache lines with each other.
    rows: Vec<Row>,
    /// Weights beyond [`IN_ROW`], as many of each row.
    more: Vec<i8>,
    /// By number, the feature's place in the model, from 0.
    places: Vec<u32>,
    /// By place, the feature's number.
    numbers: Vec<u32>,
}

/// Gathers the features of a model in its order.
#[derive(Debug)]
pub struct WeightsBuilder {
    kinds: usize,
    beyond: usize,
    keys: Vec<u64>,
    counts: Vec<u64>,
    rows: Vec<Row>,
    more: Vec<i8>,
    row: Vec<i8>,
    paragraphs: u64,
    rarity_of_count: Vec<u16>,
}

impl WeightsBuilder {
    /// Room for `features` rows of `kinds` kinds; `paragraphs` is how many were counted.
    pub fn with_capacity(features: usize, kinds: usize, paragraphs: u64) -> Self {
        Self {
            kinds,
            beyond: (kinds + 1).next_multiple_of(4).saturating_sub(IN_ROW),
            keys: Vec::with_capacity(features),
            counts: Vec::with_capacity(features),
            rows: Vec::with_capacity(features),
            more: Vec::new(),
            row: vec![0; (kinds + 1).next_multiple_of(4).max(IN_ROW)],
            paragraphs,
            rarity_of_count: (0..COMMON).map(|count| rarity(count, paragraphs)).collect(),
        }
    }

    /// Adds a feature that `count` paragraphs showed. The weights are written by `fill` into a row of pooled
    /// and kinds.
    pub fn push(&mut self, key: u64, count: u64, fill: impl FnOnce(&mut [i8])) {
        fill(&mut self.row[..=self.kinds]);
        let (weights, more) = self.row.split_at(IN_ROW);
        let common = self.rarity_of_count.get(usize::try_from(count).unwrap_or(usize::MAX));
        let rarity = common.copied().unwrap_or_else(|| rarity(count, self.paragraphs));
        let mut row = Row { tag: tag(key), rarity, ..Row::default() };
        row.weights.copy_from_slice(weights);
        self.rows.push(row);
        self.more.extend_from_slice(more);
        self.keys.push(key);
        self.counts.push(count);
    }

    /// The table, and whether two keys were so like each other that they may be the same.
    pub fn finish(self) -> (Weights, bool) {
        let order = falling(&self.counts);
        let unknown = Row { rarity: rarity(0, self.paragraphs), ..Row::default() };
        let rows = std::iter::once(unknown).chain(order.iter().map(|&place| self.rows[place as usize]));
        let mut more = vec![0; self.beyond];
        if self.beyond > 0 {
            for &place in &order {
                more.extend_from_slice(&self.more[place as usize * self.beyond..][..self.beyond]);
            }
        }
        let keys: Vec<u64> = order.iter().map(|&place| self.keys[place as usize]).collect();
        let (index, alike) = Index::new(&keys);
        let mut filter = vec![0; (keys.len() * FILTER_BITS).next_power_of_two().max(64) / 64];
        for &key in &keys {
            let (word, bit) = place(&filter, key);
            filter[word] |= 1 << bit;
        }
        let mut numbers = vec![0; order.len()];
        for (&place, number) in order.iter().zip(1..) {
            numbers[place as usize] = number;
        }
        let weights = Weights {
            kinds: self.kinds,
            stride: (self.kinds + 1).next_multiple_of(4),
            filter,
            index,
            rows: rows.collect(),
            more,
            places: order,
            numbers,
        };
        (weights, alike)
    }
}

/// Places in the order of falling counts, to the octave; equals stay in their order.
fn falling(counts: &[u64]) -> Vec<u32> {
    let mut starts = [0u32; 66];
    for count in counts {
        starts[count.leading_zeros() as usize + 1] += 1;
    }
    for octave in 1..starts.len() {
        starts[octave] += starts[octave - 1];
    }
    let mut order = vec![0; counts.len()];
    for (count, place) in counts.iter().zip(0..) {
        let at = &mut starts[count.leading_zeros() as usize];
        order[*at as usize] = place;
        *at += 1;
    }
    order
}

/// What the row of a feature holds of its key: bits of which the index has seen none.
#[inline]
fn tag(key: u64) -> u16 {
    (key >> 32) as u16
}

/// Word and bit of a key in a filter.
#[inline]
fn place(filter: &[u64], key: u64) -> (usize, u32) {
    ((key >> 26) as usize & (filter.len() - 1), (key >> 20) as u32 & 63)
}

impl Weights {
    /// Takes out keys of features that the model does not know, most of them.
    pub fn sift(&self, keys: &mut Vec<u64>) {
        let filter = self.filter.as_slice();
        let mut kept = 0;
        for at in 0..keys.len() {
            let key = keys[at];
            keys[kept] = key;
            let (word, bit) = place(filter, key);
            kept += (filter[word] >> bit & 1) as usize;
        }
        keys.truncate(kept);
    }

    /// Number of a feature's row, from 1; 0 if the model does not know it.
    #[inline]
    pub fn number(&self, key: u64) -> u32 {
        self.index.find(key, |number| self.rows[number as usize].tag == tag(key))
    }

    /// Place of a feature in its model, if the model knows it.
    pub fn find(&self, key: u64) -> Option<usize> {
        (self.number(key) as usize).checked_sub(1).map(|number| self.places[number] as usize)
    }

    /// Weights of the feature at a place of the model: pooled, then each kind; [`WEIGHT_STEP`]s.
    pub fn row(&self, place: usize) -> Vec<i8> {
        let number = self.numbers[place] as usize;
        let beyond = self.stride.saturating_sub(IN_ROW);
        let more = &self.more[number * beyond..(number + 1) * beyond];
        self.rows[number].weights.iter().chain(more).copied().take(self.kinds + 1).collect()
    }

    /// Numbers of the rows of many features, from 1, in their order; 0 for those that the model does not know.
    pub fn find_all(&self, keys: &[u64], numbers: &mut Vec<u32>) {
        numbers.clear();
        numbers.extend(keys.iter().map(|&key| self.index.candidate(key)));
        // Two look-ups that nothing waits for: first all buckets, then all rows.
        let wrong = keys.iter().zip(&*numbers).fold(0, |wrong, (&key, &number)| {
            let known = u16::from(number != 0).wrapping_neg();
            wrong | (self.rows[number as usize].tag ^ tag(key)) & known
        });
        if wrong != 0 {
            for (&key, number) in keys.iter().zip(numbers) {
                *number = self.number(key);
            }
        }
    }

    /// Rarity by number of the row, as [`Weights::find_all`] gives it.
    #[inline]
    pub fn rarity_of(&self, number: u32) -> u16 {
        self.rows[number as usize].rarity
    }

    /// Adds the rows of these numbers to `sums`, which is one stride long. The number 0 adds nothing.
    pub fn add_rows(&self, numbers: &[u32], sums: &mut [i32]) {
        // As many bytes as 16 bits hold the sum of, whatever they are.
        for numbers in numbers.chunks(256) {
            let mut added = [0i16; IN_ROW];
            for &number in numbers {
                let row = &self.rows[number as usize].weights;
                for i in 0..IN_ROW {
                    added[i] += i16::from(row[i]);
                }
            }
            for (sum, added) in sums.iter_mut().zip(added) {
                *sum += i32::from(added) * WEIGHT_STEP;
            }
        }
        if self.stride > IN_ROW {
            for &number in numbers {
                self.add_more(number as usize, sums);
            }
        }
    }

    /// Adds what did not fit into a row.
    #[inline]
    fn add_more(&self, number: usize, sums: &mut [i32]) {
        let beyond = self.stride - IN_ROW;
        for (sum, &weight) in sums[IN_ROW..].iter_mut().zip(&self.more[number * beyond..]) {
            *sum += i32::from(weight) * WEIGHT_STEP;
        }
    }

    /// Length of what is summed: pooled and kinds, then zeros up to a multiple of four.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::smoothing::by_linfa;
    use super::*;
    use proptest::prelude::*;

    fn table(features: u64, kinds: usize, paragraphs: u64) -> Weights {
        let mut builder = WeightsBuilder::with_capacity(features as usize, kinds, paragraphs);
        for n in 0..features {
            builder.push(key(n), n * 7 % 900, |row| {
                for (i, weight) in row.iter_mut().enumerate() {
                    *weight = (n as i8).wrapping_sub(45).wrapping_mul(i as i8);
                }
            });
        }
        let (weights, alike) = builder.finish();
        assert!(!alike);
        weights
    }

    fn key(n: u64) -> u64 {
        (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[test]
    fn what_was_pushed_is_found() {
        let weights = table(1000, 10, 5000);
        for n in 0..1000 {
            assert_eq!(weights.find(key(n)), Some(n as usize));
            let row: Vec<i8> = (0..11).map(|i| (n as i8).wrapping_sub(45).wrapping_mul(i)).collect();
            assert_eq!(weights.row(n as usize), row);
        }
        assert_eq!((1000..9000).filter(|&n| weights.find(key(n)).is_some()).count(), 0);
        let mut builder = WeightsBuilder::with_capacity(2, 10, 9);
        builder.push(key(5), 1, |row| row.fill(7));
        builder.push(key(5), 1, |row| row.fill(8));
        assert!(builder.finish().1);
    }

    #[test]
    fn many_at_once_are_the_same_as_one_by_one() {
        for kinds in [1, 3, 5, 10, 11, 12, 14, 21] {
            let weights = table(90, kinds, 700);
            let keys: Vec<u64> = (0..200).step_by(3).map(key).collect();
            let mut expected = vec![1; weights.stride()];
            let mut rarities = Vec::new();
            for &key in &keys {
                let place = weights.find(key);
                rarities.push(place.map_or(rarity(0, 700), |place| rarity(place as u64 * 7 % 900, 700)));
                for (sum, weight) in expected.iter_mut().zip(place.map_or(Vec::new(), |place| weights.row(place))) {
                    *sum += i32::from(weight) * WEIGHT_STEP;
                }
            }
            let (mut sums, mut numbers) = (vec![1; weights.stride()], Vec::new());
            weights.find_all(&keys, &mut numbers);
            weights.add_rows(&numbers, &mut sums);
            assert_eq!(sums, expected);
            assert_eq!(numbers.iter().map(|&number| weights.rarity_of(number)).collect::<Vec<_>>(), rarities);
        }
    }

    #[test]
    fn what_is_seen_most_comes_first() {
        assert_eq!(falling(&[1, 900, 3, 0, 2, u64::MAX, 800]), [5, 1, 6, 2, 4, 0, 3]);
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
                    let mut row = [0i8; 3];
                    log_ratios(&sums[f * classes.len()..(f + 1) * classes.len()], &curves, &mut row);
                    flat += i64::from(row[class - 1]) * i64::from(WEIGHT_STEP);
                    joint += linfa[[class, f]] - linfa[[0, f]];
                }
                let rounding = text.len() as f64 * (0.501 * f64::from(WEIGHT_STEP) / WEIGHT_SCALE) + 1e-3;
                prop_assert!((flat as f64 / WEIGHT_SCALE - joint).abs() <= rounding);
            }
        }
    }
}
