//! The flat table of log-ratios by feature, used for scoring.

use std::borrow::Cow;
use std::collections::HashMap;

use super::index::Index;
use super::smoothing::{CURVE_SCALE, Curve, Smoothing, total};
use crate::features::Channel;
use crate::features::topic::rarity;

/// Fixed-point scale of sums of weights: nats times this number.
pub const WEIGHT_SCALE: f64 = 1024.0;
/// Contribution of a weight of 1 to a sum. Weights are sixteenths of a nat, so that a byte reaches ±8 nats
/// and a feature's row fits into a quarter of a cache line (ARCHITECTURE.md, "Speed").
pub const WEIGHT_STEP: i32 = 64;

/// Which labels are kept and which are dropped, and how a row of counts folds into classes.
///
/// Class 0 is all kept labels together, class 1 all dropped labels together; then follows each dropped label
/// (a *kind*), in alphabetical order, so that the order of the data makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    kinds: Vec<usize>,
    /// Class of each label: 0, or the class of its kind.
    of_label: Vec<usize>,
}

impl Classes {
    /// Creates the classes of these labels, each kept or not. Both slices have the same length.
    pub fn new(labels: &[String], kept: &[bool]) -> Self {
        let mut kinds: Vec<usize> = (0..labels.len()).filter(|&label| !kept[label]).collect();
        kinds.sort_by_key(|&label| &labels[label]);
        let mut of_label = vec![0; labels.len()];
        for (kind, &label) in kinds.iter().enumerate() {
            of_label[label] = 2 + kind;
        }
        Self { kinds, of_label }
    }

    /// Number of kinds (dropped labels).
    pub fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// Label of a kind.
    pub fn label_of_kind(&self, kind: usize) -> usize {
        self.kinds[kind]
    }

    /// Kind of a label, or `None` if the label is kept.
    pub fn kind_of_label(&self, label: usize) -> Option<usize> {
        self.kinds.iter().position(|&l| l == label)
    }

    /// Number of classes.
    pub fn len(&self) -> usize {
        2 + self.kinds.len()
    }

    /// Always false: there are always two pooled classes.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Appends the class sums of one row of label counts to `out`.
    pub fn fold(&self, row: &[u64], out: &mut Vec<u64>) {
        let start = out.len();
        out.resize(start + self.len(), 0);
        let sums = &mut out[start..];
        // Most counts are 0.
        for (&count, &class) in row.iter().zip(&self.of_label).filter(|&(&count, _)| count != 0) {
            if class > 0 {
                sums[class] = count;
            }
            let pooled = class.min(1);
            sums[pooled] = sums[pooled].saturating_add(count);
        }
    }
}

/// Computes the log-ratios of one feature against the kept labels, in [`WEIGHT_STEP`]s: all dropped labels
/// pooled, then each kind. `sums` is one row of [`Classes::fold`].
#[inline]
pub fn log_ratios(sums: &[u64], curves: &[Curve], out: &mut [i8]) {
    const STEP: i32 = (CURVE_SCALE / WEIGHT_SCALE) as i32 * WEIGHT_STEP;
    const MOST: i32 = i8::MAX as i32;
    let kept = curves[0].at(sums[0]);
    for ((weight, &sum), curve) in out.iter_mut().zip(&sums[1..]).zip(&curves[1..]) {
        // Clamped before rounding: two curves can be further apart than 32 bits hold.
        let ratio = curve.at(sum).saturating_sub(kept).clamp(-MOST * STEP, MOST * STEP);
        // Rounds halves away from zero, so that a ratio and its opposite round alike.
        *weight = ((ratio.abs() + STEP / 2) / STEP * ratio.signum()) as i8;
    }
}

/// Default α of each channel, in pseudo-counts of the smaller pooled class, from a sweep over ten folds of
/// labelled lines (docs/experiments/text.md, "Smoothing").
pub fn default_alpha(channel: Channel) -> f64 {
    match channel {
        Channel::Words | Channel::Pairs | Channel::Edges | Channel::Markup | Channel::Inline => 0.5,
        Channel::Shape | Channel::Place | Channel::Form => 1.0,
    }
}

/// Returns the smoothing of a channel: every class is scaled to the mass of the smaller pooled class.
pub fn smoothing(sums: &[u64], classes: usize, alpha: f64) -> Smoothing {
    let total = |class: usize| total(sums.iter().skip(class).step_by(classes).copied());
    Smoothing { alpha, mass: total(0).min(total(1)).max(1) as f64 }
}

/// Number of weights in a row: enough for eleven kinds.
const IN_ROW: usize = 12;

/// Row of a feature, a quarter of a cache line: the weights (pooled, each kind, zeros), and the rarity in the
/// last two bytes. All sixteen bytes are added at once, although only twelve are needed.
pub(crate) type Row = [i8; 16];

/// Builds a row from [`IN_ROW`] weights and a rarity.
fn row(weights: &[i8], rarity: u16) -> Row {
    let mut row = [0; 16];
    row[..IN_ROW].copy_from_slice(weights);
    let [low, high] = rarity.to_le_bytes();
    (row[14], row[15]) = (low as i8, high as i8);
    row
}

/// The weights of a model, looked up by feature key.
///
/// Features with equal weights share a row. Most features were seen a few times on one side, so there are
/// only a sixth as many rows as features.
#[derive(Debug, Clone)]
pub struct Weights {
    kinds: usize,
    stride: usize,
    index: Index,
    /// Rows by number; row 0 belongs to all unknown features.
    rows: Cow<'static, [Row]>,
    /// Weights beyond [`IN_ROW`], the same number for each row.
    more: Cow<'static, [i8]>,
}

/// The tables of [`Weights`], as stored in a file.
#[derive(Debug, Clone)]
pub(crate) struct Tables<'a> {
    /// Slots of the index.
    pub(crate) slots: Cow<'a, [u32]>,
    /// Filter of the index.
    pub(crate) filter: Cow<'a, [u64]>,
    /// Rows by number.
    pub(crate) rows: Cow<'a, [Row]>,
    /// Weights that do not fit into the rows.
    pub(crate) more: Cow<'a, [i8]>,
}

/// Builds [`Weights`] from the features of a model.
#[derive(Debug)]
pub struct WeightsBuilder {
    kinds: usize,
    rows: Vec<Row>,
    more: Vec<i8>,
    /// Numbers of existing rows, by content.
    made: HashMap<(Row, Vec<i8>), u32>,
    /// Keys with their row numbers.
    keys: Vec<(u64, u32)>,
    counts: Vec<u64>,
    row: Vec<i8>,
    /// Number of paragraphs counted, for rarities.
    paragraphs: Option<u64>,
}

impl WeightsBuilder {
    /// Reserves room for `features` features of `kinds` kinds. `paragraphs` is the number of paragraphs
    /// counted, or `None` if rarities are not needed.
    pub fn with_capacity(features: usize, kinds: usize, paragraphs: Option<u64>) -> Self {
        let beyond = stride(kinds).saturating_sub(IN_ROW);
        let unknown = paragraphs.map_or(0, |paragraphs| rarity(0, paragraphs));
        Self {
            kinds,
            rows: vec![row(&[0; IN_ROW], unknown)],
            more: vec![0; beyond],
            made: HashMap::new(),
            keys: Vec::with_capacity(features),
            counts: Vec::with_capacity(features),
            row: vec![0; IN_ROW + beyond],
            paragraphs,
        }
    }

    /// Adds a feature that was counted in `count` paragraphs. `fill` writes its weights: pooled, then each
    /// kind.
    pub fn push(&mut self, key: u64, count: u64, fill: impl FnOnce(&mut [i8])) {
        fill(&mut self.row[..=self.kinds]);
        let (weights, more) = self.row.split_at(IN_ROW);
        let row = row(weights, self.paragraphs.map_or(0, |paragraphs| rarity(count, paragraphs)));
        let next = self.rows.len() as u32;
        let number = *self.made.entry((row, more.to_vec())).or_insert(next);
        if number == next {
            self.rows.push(row);
            self.more.extend_from_slice(more);
        }
        self.keys.push((key, number));
        self.counts.push(count);
    }

    /// Returns the table, and whether a key occurred twice.
    pub fn finish(self) -> (Weights, bool) {
        // Frequent keys are inserted first, so that they get their home slots.
        let keys: Vec<(u64, u32)> = falling(&self.counts).map(|at| self.keys[at as usize]).collect();
        let (index, twice) = Index::new(&keys, self.rows.len() as u32 - 1);
        let Self { kinds, rows, more, .. } = self;
        (Weights { kinds, stride: stride(kinds), index, rows: rows.into(), more: more.into() }, twice)
    }
}

/// Length of a row of sums: pooled and kinds, padded with zeros to a multiple of four.
fn stride(kinds: usize) -> usize {
    (kinds + 1).next_multiple_of(4)
}

/// Indices by falling count, compared by octave; ties stay in order.
fn falling(counts: &[u64]) -> impl Iterator<Item = u32> {
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
    order.into_iter()
}

impl Weights {
    /// Creates the weights of a model with `kinds` kinds from stored tables.
    ///
    /// # Errors
    /// Returns what is wrong if a look-up could fail or never end, or if unknown features had a weight.
    pub(crate) fn of_tables(kinds: usize, tables: Tables<'static>) -> Result<Self, &'static str> {
        let Tables { slots, filter, rows, more } = tables;
        let stride = stride(kinds);
        let beyond = stride.saturating_sub(IN_ROW);
        let unknown = rows.first().ok_or("no rows of weights")?;
        if more.len() != rows.len().saturating_mul(beyond) {
            return Err("the rows of weights do not match the number of kinds");
        }
        if unknown[..IN_ROW].iter().chain(&more[..beyond]).any(|&weight| weight != 0) {
            return Err("the weight of unknown features is not 0");
        }
        let most = u32::try_from(rows.len() - 1).map_err(|_| "too many rows of weights")?;
        Ok(Self { kinds, stride, index: Index::of_tables(slots, filter, most)?, rows, more })
    }

    /// Returns the tables that [`Weights::of_tables`] takes.
    pub(crate) fn tables(&self) -> Tables<'_> {
        let (slots, filter) = self.index.tables();
        let (rows, more) = (&*self.rows, &*self.more);
        Tables { slots: slots.into(), filter: filter.into(), rows: rows.into(), more: more.into() }
    }

    /// Removes most of the keys of unknown features.
    pub fn sift(&self, keys: &mut Vec<u64>) {
        self.index.sift(keys);
    }

    /// Returns the row number of a feature, from 1, or 0 if the feature is unknown.
    #[inline]
    pub fn number(&self, key: u64) -> u32 {
        self.index.number(key)
    }

    /// Returns the weights of a feature: pooled, then each kind, in [`WEIGHT_STEP`]s; `None` if it is
    /// unknown.
    pub fn find(&self, key: u64) -> Option<Vec<i8>> {
        let number = self.number(key) as usize;
        let beyond = self.stride.saturating_sub(IN_ROW);
        let more = &self.more[number * beyond..(number + 1) * beyond];
        let row = self.rows[number][..IN_ROW].iter().chain(more).copied().take(self.kinds + 1);
        (number != 0).then(|| row.collect())
    }

    /// Returns the pooled log-odds of a feature, in nats times [`WEIGHT_SCALE`]; `None` if it is unknown.
    #[inline]
    pub fn pooled(&self, key: u64) -> Option<i32> {
        let number = self.number(key);
        (number != 0).then(|| i32::from(self.rows[number as usize][0]) * WEIGHT_STEP)
    }

    /// Looks up many features and writes their row numbers in order; 0 for unknown ones. `later` is scratch
    /// space.
    pub fn find_all(&self, keys: &[u64], numbers: &mut Vec<u32>, later: &mut Vec<u32>) {
        self.index.numbers(keys, numbers, later);
    }

    /// Like [`Weights::find_all`], for keys that passed [`Weights::sift`].
    pub fn find_sifted(&self, keys: &[u64], numbers: &mut Vec<u32>, later: &mut Vec<u32>) {
        self.index.numbers_of_sifted(keys, numbers, later);
    }

    /// Rarity by row number, as [`Weights::find_all`] returns it.
    #[inline]
    pub fn rarity_of(&self, number: u32) -> u16 {
        let row = &self.rows[number as usize];
        u16::from_le_bytes([row[14] as u8, row[15] as u8])
    }

    /// Adds the rows with these numbers to `sums`, which is one stride long. Number 0 adds nothing.
    pub fn add_rows(&self, numbers: &[u32], sums: &mut [i32]) {
        let rows = &*self.rows;
        // 16 bits hold the sum of 256 bytes, whatever their values.
        for numbers in numbers.chunks(256) {
            let mut added = [0i16; 16];
            for &number in numbers {
                let row = &rows[number as usize];
                for i in 0..row.len() {
                    added[i] += i16::from(row[i]);
                }
            }
            // A length known at compile time lets the compiler vectorise the sum.
            if let Some(sums) = sums.first_chunk_mut::<IN_ROW>() {
                for (sum, added) in sums.iter_mut().zip(added) {
                    *sum += i32::from(added) * WEIGHT_STEP;
                }
            } else {
                for (sum, added) in sums.iter_mut().zip(added) {
                    *sum += i32::from(added) * WEIGHT_STEP;
                }
            }
        }
        if self.stride > IN_ROW {
            for &number in numbers {
                self.add_more(number as usize, sums);
            }
        }
    }

    /// Adds the weights that do not fit into a row.
    #[inline]
    fn add_more(&self, number: usize, sums: &mut [i32]) {
        let beyond = self.stride - IN_ROW;
        for (sum, &weight) in sums[IN_ROW..].iter_mut().zip(&self.more[number * beyond..]) {
            *sum += i32::from(weight) * WEIGHT_STEP;
        }
    }

    /// Length of a row of sums.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether the table is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "train")]
    use super::super::fit::by_linfa;
    use super::*;
    #[cfg(feature = "train")]
    use proptest::prelude::*;

    fn table(features: u64, kinds: usize, paragraphs: u64) -> Weights {
        let mut builder = WeightsBuilder::with_capacity(features as usize, kinds, Some(paragraphs));
        for n in 0..features {
            // Every third feature has the row of the one before it.
            let of = n - u64::from(n % 3 == 2);
            builder.push(key(n), of * 3, |row| row.copy_from_slice(&weights(of, kinds)));
        }
        let (table, twice) = builder.finish();
        assert!(!twice);
        assert_eq!(table.rows.len() as u64, 1 + features - features / 3);
        table
    }

    fn weights(n: u64, kinds: usize) -> Vec<i8> {
        (0..=kinds).map(|i| (n as i8).wrapping_sub(45).wrapping_mul(i as i8)).collect()
    }

    fn key(n: u64) -> u64 {
        (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    #[test]
    fn what_was_pushed_is_found() {
        let table = table(1000, 10, 5000);
        for n in 0..1000 {
            assert_eq!(table.find(key(n)), Some(weights(n - u64::from(n % 3 == 2), 10)));
        }
        assert_eq!((1000..9000).filter(|&n| table.find(key(n)).is_some()).count(), 0);
        let mut builder = WeightsBuilder::with_capacity(2, 10, Some(9));
        builder.push(key(5), 3, |row| row.fill(7));
        builder.push(key(5), 4, |row| row.fill(8));
        assert!(builder.finish().1);
    }

    #[test]
    fn many_at_once_are_the_same_as_one_by_one() {
        for kinds in [1, 3, 5, 10, 11, 12, 14, 21] {
            let table = table(90, kinds, 700);
            let mut keys: Vec<u64> = (0..200).step_by(3).map(key).collect();
            let mut expected = vec![1; table.stride()];
            for &key in &keys {
                for (sum, weight) in expected.iter_mut().zip(table.find(key).unwrap_or_default()) {
                    *sum += i32::from(weight) * WEIGHT_STEP;
                }
            }
            let (mut sums, mut numbers) = (vec![1; table.stride()], Vec::new());
            table.find_all(&keys, &mut numbers, &mut Vec::new());
            table.add_rows(&numbers, &mut sums);
            assert_eq!(sums, expected);
            let rarities: Vec<u16> = numbers.iter().map(|&number| table.rarity_of(number)).collect();
            let n = (0..200).step_by(3);
            let expected: Vec<u16> = n.map(|n| rarity(if n < 90 { n * 3 } else { 0 }, 700)).collect();
            assert_eq!(rarities, expected);
            numbers.retain(|&number| number != 0);
            let known = numbers.clone();
            table.sift(&mut keys);
            table.find_sifted(&keys, &mut numbers, &mut Vec::new());
            numbers.retain(|&number| number != 0);
            assert_eq!(numbers, known);
        }
    }

    #[test]
    fn what_is_seen_most_comes_first() {
        assert_eq!(falling(&[1, 900, 3, 0, 2, u64::MAX, 800]).collect::<Vec<_>>(), [5, 1, 6, 2, 4, 0, 3]);
    }

    #[cfg(feature = "train")]
    proptest! {
        /// The flat table gives linfa's difference of joint log-likelihoods, up to its own rounding.
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
