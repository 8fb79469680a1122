//! Fits boosted trees: gradient boosting on the logistic loss with Newton leaves over binned signals
//! (Friedman 2001; in histogram form, Ke et al., LightGBM, NIPS 2017).
//!
//! The result is deterministic: sums are sums of integers, ties go to the first signal and bin, and rows are
//! sampled by a hash.

use rayon::prelude::*;

use super::trees::{MARGIN_SCALE, Node, Tree};

/// Parameters of growth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Number of trees.
    pub trees: usize,
    /// Maximum number of leaves per tree, at least 2.
    pub leaves: usize,
    /// Learning rate: share of each tree's value that is added, in (0, 1].
    pub rate: f64,
    /// Ridge penalty on leaf values, at least 0.
    pub ridge: f64,
    /// Minimum weight of a leaf (sum of instance weights).
    pub min_weight: f64,
    /// Share of the rows sampled for each tree, in (0, 1].
    pub rows: f64,
    /// Share of the signals sampled for each tree, in (0, 1].
    pub signals: f64,
}

/// Signals of many rows, divided into at most 255 bins each.
#[derive(Debug, Clone)]
pub struct Binned {
    rows: usize,
    /// Bins, row by row, so that a histogram pass reads them sequentially.
    bins: Vec<u8>,
    /// Largest number of bins of any signal.
    most: usize,
    /// For each signal, the upper bounds of all bins but the last, ascending.
    bounds: Vec<Vec<i32>>,
}

impl Binned {
    /// Bins `values` (rows × `signals`, row by row) at quantiles. `bins` is the maximum per signal, 2 to 255.
    pub fn new(values: &[i32], signals: usize, bins: usize) -> Self {
        let rows = values.len().checked_div(signals).unwrap_or(0);
        let bounds: Vec<Vec<i32>> = (0..signals)
            .into_par_iter()
            .map(|signal| {
                let column: Vec<i32> = values.iter().skip(signal).step_by(signals).copied().collect();
                quantile_bounds(column, bins)
            })
            .collect();
        let bin = |(value, bounds): (&i32, &Vec<i32>)| bounds.partition_point(|bound| bound < value) as u8;
        let binned =
            values.par_chunks(signals.max(1)).flat_map_iter(|row| row.iter().zip(&bounds).map(bin)).collect();
        let most = bounds.iter().map(|bounds| bounds.len() + 1).max().unwrap_or(1);
        Self { rows, bins: binned, most, bounds }
    }

    #[inline]
    fn row(&self, row: u32) -> &[u8] {
        let width = self.bounds.len();
        &self.bins[row as usize * width..(row as usize + 1) * width]
    }
}

fn quantile_bounds(mut sorted: Vec<i32>, bins: usize) -> Vec<i32> {
    sorted.sort_unstable();
    let mut bounds = Vec::new();
    for i in 1..bins {
        let value = sorted[(sorted.len() * i / bins).min(sorted.len() - 1)];
        if bounds.last().is_none_or(|&last| value > last) && Some(&value) != sorted.last() {
            bounds.push(value);
        }
    }
    bounds
}

/// Grows trees on the rows in `subset`. `targets` are 0 or 1, `weights` at least 0, and `margins` the
/// starting margins in nats, all per row of `binned`. Afterwards `margins` includes the values of the trees,
/// for *every* row.
pub fn grow(
    binned: &Binned,
    subset: &[u32],
    targets: &[f64],
    weights: &[f64],
    margins: &mut [f64],
    growth: Growth,
) -> Vec<Tree> {
    let mut trees = Vec::with_capacity(growth.trees);
    let mut pairs = Pairs { packed: vec![0; binned.rows], gradient: 1.0, hessian: 1.0 };
    for round in 0..growth.trees as u64 {
        pairs.read(targets, weights, margins);
        let sampled: Vec<u32> = subset
            .iter()
            .copied()
            .filter(|&row| share_of(round << 32 | u64::from(row)) < growth.rows)
            .collect();
        let open: Vec<u32> = (0..binned.bounds.len() as u32)
            .filter(|&signal| share_of(1 << 63 | round << 32 | u64::from(signal)) < growth.signals)
            .filter(|&signal| !binned.bounds[signal as usize].is_empty())
            .collect();
        let tree = grow_one(binned, sampled, &open, &pairs, growth);
        for (row, margin) in margins.iter_mut().enumerate() {
            *margin += f64::from(tree.leaf_of_row(binned.row(row as u32))) / MARGIN_SCALE;
        }
        trees.push(tree.finish(binned));
    }
    trees
}

/// Gradient and Hessian of every row, packed into one integer: the gradient in the upper 32 bits, the Hessian
/// (never negative) in the lower 32. Sums are exact in any order, and one addition serves both.
struct Pairs {
    packed: Vec<i64>,
    /// Scale of gradients.
    gradient: f64,
    /// Scale of Hessians.
    hessian: f64,
}

impl Pairs {
    /// Computes all rows at their margins. The scales are chosen so that no sum over rows overflows its half.
    fn read(&mut self, targets: &[f64], weights: &[f64], margins: &[f64]) {
        const LARGEST: f64 = (1u32 << 30) as f64;
        let pair = |row: usize| {
            let p = 1.0 / (1.0 + (-margins[row]).exp());
            (weights[row] * (p - targets[row]), weights[row] * (p * (1.0 - p)).max(1e-6))
        };
        let pairs: Vec<(f64, f64)> = (0..margins.len()).map(pair).collect();
        let (gradients, hessians) =
            pairs.iter().fold((1e-9, 1e-9), |sums, pair| (sums.0 + pair.0.abs(), sums.1 + pair.1));
        (self.gradient, self.hessian) = (LARGEST / gradients, LARGEST / hessians);
        for (packed, pair) in self.packed.iter_mut().zip(&pairs) {
            let (g, h) = ((pair.0 * self.gradient).round() as i64, (pair.1 * self.hessian).round() as i64);
            *packed = (g << 32) + h;
        }
    }

    /// Unpacks gradient and Hessian from a sum of packed pairs.
    #[inline]
    fn unpack(&self, sum: i64) -> (f64, f64) {
        ((sum >> 32) as f64 / self.gradient, (sum & 0xffff_ffff) as f64 / self.hessian)
    }
}

/// Returns a number in [0, 1) that depends only on `seed` (splitmix64, Steele et al. 2014).
fn share_of(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// Sums of packed pairs: for each sampled signal, one slot per bin of the signal with the most bins.
type Histograms = Vec<i64>;

struct Leaf {
    node: usize,
    rows: Vec<u32>,
    histograms: Histograms,
    sum: i64,
    best: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    signal: u32,
    bin: u8,
}

/// A tree over bins, before thresholds replace them.
struct Grown(Vec<(Node, u8)>);

impl Grown {
    fn leaf_of_row(&self, bins: &[u8]) -> i32 {
        let mut at = 0;
        loop {
            let (node, bin) = &self.0[at];
            if node.left == 0 {
                return node.value;
            }
            at = usize::from(node.left) + usize::from(bins[usize::from(node.signal)] > *bin);
        }
    }

    fn finish(self, binned: &Binned) -> Tree {
        let node = |(mut node, bin): (Node, u8)| {
            if node.left != 0 {
                node.threshold = binned.bounds[usize::from(node.signal)][usize::from(bin)];
            }
            node
        };
        Tree(self.0.into_iter().map(node).collect())
    }
}

fn grow_one(binned: &Binned, rows: Vec<u32>, open: &[u32], pairs: &Pairs, growth: Growth) -> Grown {
    let answer = |sum: i64| {
        let (gradient, hessian) = pairs.unpack(sum);
        let value = -gradient / (hessian + growth.ridge) * growth.rate;
        (value * MARGIN_SCALE).round().clamp(-1e9, 1e9) as i32
    };
    let sum_of = |rows: &[u32]| rows.iter().map(|&row| pairs.packed[row as usize]).sum::<i64>();
    let sum = sum_of(&rows);
    let mut root =
        Leaf { node: 0, histograms: histograms(binned, &rows, open, pairs), rows, sum, best: None };
    root.best = best_split(&root, binned, open, pairs, growth);
    let mut nodes = vec![(Node { value: answer(sum), ..Node::default() }, 0)];
    let mut leaves = vec![root];
    while leaves.len() < growth.leaves {
        let Some((index, split)) = leaves
            .iter()
            .enumerate()
            .filter_map(|(index, leaf)| leaf.best.map(|split| (index, split)))
            .max_by(|a, b| a.1.gain.total_cmp(&b.1.gain).then(b.0.cmp(&a.0)))
        else {
            break;
        };
        let mut parent = leaves.swap_remove(index);
        let (left, right): (Vec<u32>, Vec<u32>) =
            parent.rows.iter().partition(|&&row| binned.row(row)[split.signal as usize] <= split.bin);
        // Only the smaller side is summed; the larger is the difference from the parent.
        let left_smaller = left.len() <= right.len();
        let small = histograms(binned, if left_smaller { &left } else { &right }, open, pairs);
        for (all, part) in parent.histograms.iter_mut().zip(&small) {
            *all -= part;
        }
        let large = parent.histograms;
        let (left_histograms, right_histograms) = if left_smaller { (small, large) } else { (large, small) };
        let first = nodes.len();
        let (node, bin) = &mut nodes[parent.node];
        (node.signal, node.left, *bin) = (split.signal as u16, first as u16, split.bin);
        for (offset, rows, histograms) in [(0, left, left_histograms), (1, right, right_histograms)] {
            let sum = sum_of(&rows);
            nodes.push((Node { value: answer(sum), ..Node::default() }, 0));
            let mut leaf = Leaf { node: first + offset, rows, histograms, sum, best: None };
            leaf.best = best_split(&leaf, binned, open, pairs, growth);
            leaves.push(leaf);
        }
    }
    Grown(nodes)
}

fn histograms(binned: &Binned, rows: &[u32], open: &[u32], pairs: &Pairs) -> Histograms {
    let mut histograms = vec![0; open.len() * binned.most];
    for &row in rows {
        let (bins, pair) = (binned.row(row), pairs.packed[row as usize]);
        for (histogram, &signal) in histograms.chunks_exact_mut(binned.most).zip(open) {
            histogram[usize::from(bins[signal as usize])] += pair;
        }
    }
    histograms
}

fn best_split(leaf: &Leaf, binned: &Binned, open: &[u32], pairs: &Pairs, growth: Growth) -> Option<Split> {
    let score = |(g, h): (f64, f64)| g * g / (h + growth.ridge);
    let whole = score(pairs.unpack(leaf.sum));
    let mut best: Option<Split> = None;
    for (histogram, &signal) in leaf.histograms.chunks_exact(binned.most).zip(open) {
        let mut below = 0;
        for (bin, part) in histogram[..binned.bounds[signal as usize].len()].iter().enumerate() {
            below += part;
            let (left, right) = (pairs.unpack(below), pairs.unpack(leaf.sum - below));
            // A row's Hessian is at most a quarter of its weight, so four times the sum estimates the weight
            // of the leaf.
            if left.1 * 4.0 < growth.min_weight || right.1 * 4.0 < growth.min_weight {
                continue;
            }
            let gain = score(left) + score(right) - whole;
            if gain > best.map_or(1e-9, |split| split.gain) {
                best = Some(Split { gain, signal, bin: bin as u8 });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: Growth =
        Growth { trees: 40, leaves: 6, rate: 0.3, ridge: 1.0, min_weight: 1.0, rows: 0.9, signals: 1.0 };

    #[test]
    fn an_interaction_is_learnt() {
        // Exclusive or: no single signal is informative.
        let rows = 800u32;
        let values: Vec<i32> =
            (0..rows).flat_map(|i| [(i % 2) as i32, (i / 2 % 2) as i32, (i * 7 % 31) as i32]).collect();
        let targets: Vec<f64> = (0..rows).map(|i| f64::from((i % 2) ^ (i / 2 % 2))).collect();
        let binned = Binned::new(&values, 3, 16);
        let subset: Vec<u32> = (0..rows).collect();
        let mut margins = vec![0.0; rows as usize];
        let trees = grow(&binned, &subset, &targets, &vec![1.0; rows as usize], &mut margins, GROWTH);
        for (row, target) in targets.iter().enumerate() {
            assert_eq!(margins[row] > 0.0, *target == 1.0);
            let signals = &values[row * 3..row * 3 + 3];
            let sum: i64 = trees.iter().map(|tree| i64::from(tree.value(signals))).sum();
            assert!(
                (sum as f64 / MARGIN_SCALE - margins[row]).abs() < 1e-6,
                "the tables say what training said"
            );
        }
        assert!(trees.iter().all(|tree| tree.is_sound(3)));
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let values: Vec<i32> = (0..6000i32).map(|i| i.wrapping_mul(7919) % 1000).collect();
        let targets: Vec<f64> = (0..300).map(|i| f64::from(i % 3 == 0)).collect();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let binned = Binned::new(&values, 20, 32);
                let subset: Vec<u32> = (0..300).collect();
                grow(&binned, &subset, &targets, &[1.0; 300], &mut [0.0; 300], GROWTH)
            })
        };
        assert_eq!(run(1), run(4));
    }
}
