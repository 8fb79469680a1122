//! Fitting boosted trees: gradient boosting of the logistic loss with Newton leaves over binned
//! signals (Friedman 2001; the histogram form of Ke et al., LightGBM, NIPS 2017).
//!
//! Deterministic: sums run in row order, threads take whole signals, ties go to the signal and bin that
//! come first, sampling is by a hash.

use rayon::prelude::*;

use super::trees::{MARGIN_SCALE, Node, Tree};

/// How trees are grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Number of trees.
    pub trees: usize,
    /// Most leaves of a tree, at least 2.
    pub leaves: usize,
    /// Share of each tree's answer that is taken, in (0, 1].
    pub rate: f64,
    /// Ridge on leaf values, at least 0.
    pub ridge: f64,
    /// Least weight (sum of instance weights) of a leaf.
    pub min_weight: f64,
    /// Share of the rows that each tree sees, in (0, 1].
    pub rows: f64,
    /// Share of the signals that each tree sees, in (0, 1].
    pub signals: f64,
}

/// Signals of many rows, cut into at most 255 bins each.
#[derive(Debug, Clone)]
pub struct Binned {
    rows: usize,
    columns: Vec<Vec<u8>>,
    /// Per signal the upper bounds of all bins but the last, ascending.
    bounds: Vec<Vec<i32>>,
}

impl Binned {
    /// Bins `values` (rows × `signals`, row by row) at quantiles: at most `bins` a signal, 2 to 255.
    pub fn new(values: &[i32], signals: usize, bins: usize) -> Self {
        let rows = values.len().checked_div(signals).unwrap_or(0);
        let (columns, bounds) = (0..signals)
            .into_par_iter()
            .map(|signal| {
                let column: Vec<i32> = values.iter().skip(signal).step_by(signals).copied().collect();
                let bounds = quantile_bounds(&column, bins);
                let binned =
                    column.iter().map(|value| bounds.partition_point(|bound| bound < value) as u8).collect();
                (binned, bounds)
            })
            .unzip();
        Self { rows, columns, bounds }
    }
}

fn quantile_bounds(column: &[i32], bins: usize) -> Vec<i32> {
    let mut sorted = column.to_vec();
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

/// Grows trees on the rows listed in `subset`. `targets` are 0 or 1, `weights` are at least 0, `margins`
/// are where boosting starts (nats), all per row of `binned`; afterwards `margins` holds for *every* row
/// what the trees add to it too.
pub fn grow(
    binned: &Binned,
    subset: &[u32],
    targets: &[f64],
    weights: &[f64],
    margins: &mut [f64],
    growth: Growth,
) -> Vec<Tree> {
    let mut trees = Vec::with_capacity(growth.trees);
    let mut pairs = vec![(0.0, 0.0); binned.rows];
    for round in 0..growth.trees as u64 {
        for (row, pair) in pairs.iter_mut().enumerate() {
            let p = 1.0 / (1.0 + (-margins[row]).exp());
            *pair = (weights[row] * (p - targets[row]), weights[row] * (p * (1.0 - p)).max(1e-6));
        }
        let sampled: Vec<u32> = subset
            .iter()
            .copied()
            .filter(|&row| share_of(round << 32 | u64::from(row)) < growth.rows)
            .collect();
        let mut open: Vec<usize> = (0..binned.columns.len())
            .filter(|&signal| share_of(1 << 63 | round << 32 | signal as u64) < growth.signals)
            .collect();
        open.retain(|&signal| !binned.bounds[signal].is_empty());
        let tree = grow_one(binned, sampled, &open, &pairs, growth);
        for (row, margin) in margins.iter_mut().enumerate() {
            *margin += f64::from(tree.leaf_of_row(binned, row)) / MARGIN_SCALE;
        }
        trees.push(tree.finish(binned));
    }
    trees
}

/// A number in [0, 1) that depends on nothing but `seed` (splitmix64, Steele et al. 2014).
fn share_of(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// Gradient, Hessian and number of rows per bin.
type Histogram = Vec<(f64, f64, u32)>;

struct Leaf {
    node: usize,
    rows: Vec<u32>,
    histograms: Vec<Histogram>,
    sums: (f64, f64),
    best: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    signal: usize,
    bin: u8,
}

/// A tree over bins, before its thresholds are looked up.
struct Grown(Vec<(Node, u8)>);

impl Grown {
    fn leaf_of_row(&self, binned: &Binned, row: usize) -> i32 {
        let mut at = 0;
        loop {
            let (node, bin) = &self.0[at];
            if node.left == 0 {
                return node.value;
            }
            at = usize::from(node.left) + usize::from(binned.columns[usize::from(node.signal)][row] > *bin);
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

fn grow_one(
    binned: &Binned,
    rows: Vec<u32>,
    signals: &[usize],
    pairs: &[(f64, f64)],
    growth: Growth,
) -> Grown {
    let answer = |sums: (f64, f64)| {
        let value = -sums.0 / (sums.1 + growth.ridge) * growth.rate;
        (value * MARGIN_SCALE).round().clamp(-1e9, 1e9) as i32
    };
    let mut leaf = Leaf {
        node: 0,
        histograms: histograms(binned, &rows, signals, pairs),
        rows,
        sums: (0.0, 0.0),
        best: None,
    };
    for &row in &leaf.rows {
        leaf.sums.0 += pairs[row as usize].0;
        leaf.sums.1 += pairs[row as usize].1;
    }
    leaf.best = best_split(&leaf, signals, growth);
    let mut nodes = vec![(Node { value: answer(leaf.sums), ..Node::default() }, 0)];
    let mut leaves = vec![leaf];
    while leaves.len() < growth.leaves {
        let Some((index, split)) = leaves
            .iter()
            .enumerate()
            .filter_map(|(index, leaf)| leaf.best.map(|split| (index, split)))
            .max_by(|a, b| a.1.gain.total_cmp(&b.1.gain).then(b.0.cmp(&a.0)))
        else {
            break;
        };
        let parent = leaves.swap_remove(index);
        let column = &binned.columns[split.signal];
        let (left, right): (Vec<u32>, Vec<u32>) =
            parent.rows.iter().partition(|&&row| column[row as usize] <= split.bin);
        // The smaller side is summed, the larger is what remains of the parent.
        let left_smaller = left.len() <= right.len();
        let small = histograms(binned, if left_smaller { &left } else { &right }, signals, pairs);
        let large = parent.histograms.iter().zip(&small).map(|(all, part)| difference(all, part)).collect();
        let (left_histograms, right_histograms) = if left_smaller { (small, large) } else { (large, small) };
        let first = nodes.len();
        let (node, bin) = &mut nodes[parent.node];
        (node.signal, node.left, *bin) = (split.signal as u16, first as u16, split.bin);
        for (offset, rows, histograms) in [(0, left, left_histograms), (1, right, right_histograms)] {
            let sums = rows.iter().fold((0.0, 0.0), |sums, &row| {
                let pair = pairs[row as usize];
                (sums.0 + pair.0, sums.1 + pair.1)
            });
            nodes.push((Node { value: answer(sums), ..Node::default() }, 0));
            let mut leaf = Leaf { node: first + offset, rows, histograms, sums, best: None };
            leaf.best = best_split(&leaf, signals, growth);
            leaves.push(leaf);
        }
    }
    Grown(nodes)
}

fn histograms(binned: &Binned, rows: &[u32], signals: &[usize], pairs: &[(f64, f64)]) -> Vec<Histogram> {
    let ordered: Vec<(u32, f64, f64)> =
        rows.iter().map(|&row| (row, pairs[row as usize].0, pairs[row as usize].1)).collect();
    signals
        .par_iter()
        .with_min_len(8)
        .map(|&signal| {
            let mut histogram = vec![(0.0, 0.0, 0); binned.bounds[signal].len() + 1];
            let column = &binned.columns[signal];
            for &(row, gradient, hessian) in &ordered {
                let bin = &mut histogram[usize::from(column[row as usize])];
                bin.0 += gradient;
                bin.1 += hessian;
                bin.2 += 1;
            }
            histogram
        })
        .collect()
}

fn difference(all: &Histogram, part: &Histogram) -> Histogram {
    all.iter().zip(part).map(|(a, b)| (a.0 - b.0, a.1 - b.1, a.2 - b.2)).collect()
}

fn best_split(leaf: &Leaf, signals: &[usize], growth: Growth) -> Option<Split> {
    let score = |g: f64, h: f64| g * g / (h + growth.ridge);
    let whole = score(leaf.sums.0, leaf.sums.1);
    let mut best: Option<Split> = None;
    for (histogram, &signal) in leaf.histograms.iter().zip(signals) {
        let (mut g, mut h, mut n) = (0.0, 0.0, 0u32);
        for (bin, part) in histogram[..histogram.len() - 1].iter().enumerate() {
            g += part.0;
            h += part.1;
            n += part.2;
            let (rest_h, rest_n) = (leaf.sums.1 - h, leaf.rows.len() as u32 - n);
            // A leaf's weight is its rows' share of a quarter each, the largest Hessian of the logistic loss.
            if n < 8 || rest_n < 8 || h * 4.0 < growth.min_weight || rest_h * 4.0 < growth.min_weight {
                continue;
            }
            let gain = score(g, h) + score(leaf.sums.0 - g, rest_h) - whole;
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
        // Exclusive or: no single signal says anything.
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
