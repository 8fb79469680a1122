//! Evaluates trees for many rows: the same sums as [`Context::margin`], a block of rows at a time.
//!
//! Walking down a tree stalls at every node, and the branches cannot be predicted. So nothing is walked here:
//! a block of rows passes every split of the tree side by side in one register, and each split marks the rows
//! that reach its two children. One byte per row is enough, because a split does not compare the signal
//! itself but the number of the forest's thresholds below it.

use super::Context;
use super::trees::{MARGIN_SCALE, Tree};

/// Rows in a block.
const BLOCK: usize = 16;
/// One byte for each row of a block.
type Lanes = [i8; BLOCK];
/// Number of values of an index byte: columns, nodes of a tree.
const NAMES: usize = 256;
/// Maximum number of thresholds of a column, so that a byte can count them.
const MOST_THRESHOLDS: usize = i8::MAX as usize;
/// Number of leaf numbers that fit into a signed byte.
const LEAVES: usize = 1 << 7;
/// Maximum number of nodes of a tree, so that every leaf has a number.
const MOST_NODES: usize = 2 * (LEAVES - 1) - 1;

/// A signal with the thresholds of its splits, ascending. A signal with many thresholds has several columns.
#[derive(Debug, Clone)]
struct Column {
    signal: u16,
    thresholds: Vec<i32>,
    /// The thresholds in groups of four, padded with the maximum, which no value exceeds.
    fours: Vec<[i32; 4]>,
}

#[derive(Debug, Clone, Copy)]
struct Split {
    column: u8,
    node: u8,
    left: u8,
    right: u8,
    /// Rank of the threshold, repeated for every row: rows above more of the column's thresholds go right.
    rank: Lanes,
}

#[derive(Debug, Clone, Copy)]
struct Leaf {
    node: u8,
    /// Number of the leaf in its tree, from 1, repeated for every row.
    number: Lanes,
}

#[derive(Debug, Clone)]
struct Flat {
    splits: Vec<Split>,
    leaves: Vec<Leaf>,
    /// Values by leaf number; the first is for rows at no leaf.
    values: [i32; LEAVES],
}

/// The trees of a context, in a form that is evaluated split by split.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    context: Context,
    columns: Vec<Column>,
    /// One per tree of the context; fewer if the trees do not fit into bytes, and are walked instead.
    trees: Vec<Flat>,
}

/// Buffers that are reused from one document to the next.
#[derive(Debug)]
pub struct Scratch {
    columns: Box<[Lanes; NAMES]>,
    reached: Box<[Lanes; NAMES]>,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { columns: Box::new([[0; BLOCK]; NAMES]), reached: Box::new([[0; BLOCK]; NAMES]) }
    }
}

impl Forest {
    /// Prepares the trees of a context. Each must be sound ([`Tree::is_sound`]).
    pub fn new(context: Context) -> Self {
        let splits = context.trees.iter().flat_map(|tree| &tree.0).filter(|node| node.left != 0);
        let mut thresholds: Vec<(u16, i32)> = splits.map(|node| (node.signal, node.threshold)).collect();
        thresholds.sort_unstable();
        thresholds.dedup();
        let of_signals = thresholds.chunk_by(|a, b| a.0 == b.0);
        let columns: Vec<Column> =
            of_signals.flat_map(|of_signal| of_signal.chunks(MOST_THRESHOLDS)).map(Column::new).collect();
        let fits = columns.len() <= NAMES && context.trees.iter().all(|tree| tree.0.len() <= MOST_NODES);
        let trees = context.trees.iter().filter(|_| fits).map(|tree| Flat::new(tree, &columns)).collect();
        Self { context, columns, trees }
    }

    /// The context that the forest was built from.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Whether there are no trees. Then only the first signal matters.
    pub fn is_empty(&self) -> bool {
        self.context.trees.is_empty()
    }

    /// Appends margins computed from the first signal alone, in nats.
    pub fn margins_of_own(&self, own: &[i32], margins: &mut Vec<f64>) {
        margins.extend(own.iter().map(|&own| self.context.base(own) as f64 / MARGIN_SCALE));
    }

    /// Appends the margins of rows of `width` signals each, in nats.
    pub fn margins(&self, signals: &[i32], width: usize, scratch: &mut Scratch, margins: &mut Vec<f64>) {
        if width == 0 {
            return;
        }
        if self.trees.len() < self.context.trees.len() {
            margins.extend(signals.chunks_exact(width).map(|row| self.context.margin(row)));
            return;
        }
        for block in signals.chunks(width * BLOCK) {
            for (ranks, column) in scratch.columns.iter_mut().zip(&self.columns) {
                *ranks = column.ranks(block, width);
            }
            let mut sums = [0i64; BLOCK];
            for (sum, row) in sums.iter_mut().zip(block.chunks_exact(width)) {
                *sum = self.context.base(row[0]);
            }
            for tree in &self.trees {
                tree.add(&scratch.columns, &mut scratch.reached, &mut sums);
            }
            let rows = block.len() / width;
            margins.extend(sums[..rows].iter().map(|&sum| sum as f64 / MARGIN_SCALE));
        }
    }
}

impl Column {
    /// Creates a column from the ascending thresholds of one signal, at least one.
    fn new(of_signal: &[(u16, i32)]) -> Self {
        let thresholds: Vec<i32> = of_signal.iter().map(|&(_, threshold)| threshold).collect();
        let four = |four: &[i32]| std::array::from_fn(|i| four.get(i).copied().unwrap_or(i32::MAX));
        Self { signal: of_signal[0].0, fours: thresholds.chunks(4).map(four).collect(), thresholds }
    }

    /// Counts, for each row of a block, the thresholds below its signal.
    fn ranks(&self, block: &[i32], width: usize) -> Lanes {
        let mut values = [i32::MIN; BLOCK];
        for (value, row) in values.iter_mut().zip(block.chunks_exact(width)) {
            *value = row[usize::from(self.signal)];
        }
        let mut ranks = [0i32; BLOCK];
        for four in &self.fours {
            count_above(&values, four, &mut ranks);
        }
        ranks.map(|rank| rank as i8)
    }
}

/// Counts for each value the thresholds below it. A function of its own, so that the compiler vectorises over
/// rows and not over thresholds.
#[inline(never)]
fn count_above(values: &[i32; BLOCK], four: &[i32; 4], ranks: &mut [i32; BLOCK]) {
    for lane in 0..BLOCK {
        let above = |threshold: i32| i32::from(values[lane] > threshold);
        ranks[lane] += above(four[0]) + above(four[1]) + above(four[2]) + above(four[3]);
    }
}

impl Flat {
    /// Converts a tree of at most [`MOST_NODES`] nodes whose thresholds are all in `columns`.
    fn new(tree: &Tree, columns: &[Column]) -> Self {
        // A tree has one leaf more than splits.
        let half = tree.0.len() / 2;
        let mut flat = Self {
            splits: Vec::with_capacity(half),
            leaves: Vec::with_capacity(half + 1),
            values: [0; LEAVES],
        };
        let mut reachable = vec![false; tree.0.len()];
        reachable[0] = true;
        for (at, node) in tree.0.iter().enumerate().take(MOST_NODES) {
            if !reachable[at] {
                continue;
            }
            if node.left == 0 {
                let number = flat.leaves.len() + 1;
                flat.leaves.push(Leaf { node: at as u8, number: [number as i8; BLOCK] });
                flat.values[number] = node.value;
            } else {
                let (column, rank) = place(columns, node.signal, node.threshold);
                let left = node.left as u8;
                flat.splits.push(Split {
                    column,
                    node: at as u8,
                    left,
                    right: left + 1,
                    rank: [rank; BLOCK],
                });
                reachable[usize::from(node.left)..][..2].fill(true);
            }
        }
        flat
    }

    /// Adds the tree's values for a block of rows to `sums`.
    fn add(&self, columns: &[Lanes; NAMES], reached: &mut [Lanes; NAMES], sums: &mut [i64; BLOCK]) {
        // A byte with all bits set marks a row that reaches the node.
        reached[0] = [-1; BLOCK];
        for split in &self.splits {
            let ranks = &columns[usize::from(split.column)];
            let here = reached[usize::from(split.node)];
            let (mut left, mut right) = ([0; BLOCK], [0; BLOCK]);
            for lane in 0..BLOCK {
                let goes_right = -i8::from(ranks[lane] > split.rank[lane]);
                left[lane] = here[lane] & !goes_right;
                right[lane] = here[lane] & goes_right;
            }
            reached[usize::from(split.left)] = left;
            reached[usize::from(split.right)] = right;
        }
        let mut numbers = [0; BLOCK];
        for leaf in &self.leaves {
            let here = &reached[usize::from(leaf.node)];
            for lane in 0..BLOCK {
                numbers[lane] |= here[lane] & leaf.number[lane];
            }
        }
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum += i64::from(self.values[number as usize % LEAVES]);
        }
    }
}

/// Returns column and rank of a split's threshold.
fn place(columns: &[Column], signal: u16, threshold: i32) -> (u8, i8) {
    let last = |column: &Column| (column.signal, column.thresholds.last().copied());
    let column = columns.partition_point(|column| last(column) < (signal, Some(threshold)));
    let rank = columns[column].thresholds.partition_point(|&other| other < threshold);
    (column as u8, rank as i8)
}

#[cfg(test)]
mod tests {
    use super::super::trees::{Node, Tree};
    use super::*;
    use proptest::prelude::*;

    /// Grows a tree by splitting leaves at random: sound for any numbers.
    fn tree(cuts: &[(u16, u16, i32)], width: u16) -> Tree {
        let mut nodes = vec![Node { value: 7, ..Node::default() }];
        for &(which, signal, threshold) in cuts {
            let leaves: Vec<usize> = (0..nodes.len()).filter(|&at| nodes[at].left == 0).collect();
            let at = leaves[usize::from(which) % leaves.len()];
            nodes[at].signal = signal % width;
            nodes[at].threshold = threshold;
            nodes[at].left = nodes.len() as u16;
            for value in [threshold.wrapping_mul(31), threshold.wrapping_mul(-17)] {
                nodes.push(Node { value, ..Node::default() });
            }
        }
        Tree(nodes)
    }

    #[test]
    fn the_last_node_that_a_tree_can_reach_answers() {
        let mut nodes = vec![Node { value: 5, ..Node::default() }; usize::from(u16::MAX) + 2];
        nodes[0].left = u16::MAX;
        nodes[usize::from(u16::MAX) + 1].value = 9;
        let context = Context { slope: 0, offset: 0, trees: vec![Tree(nodes)] };
        assert!(context.trees[0].is_sound(1));
        let mut margins = Vec::new();
        Forest::new(context.clone()).margins(&[0, 1], 1, &mut Scratch::default(), &mut margins);
        assert_eq!(margins, [0, 1].map(|signal| context.margin(&[signal])));
    }

    #[test]
    fn more_thresholds_and_leaves_than_a_byte_counts() {
        let cuts: Vec<(u16, u16, i32)> =
            (0..900).map(|n: u16| ((u32::from(n) * 7919 % 1000) as u16, 0, i32::from(n) * 3 - 900)).collect();
        let context = Context { slope: 3, offset: -5, trees: vec![tree(&cuts, 1), tree(&cuts[..300], 1)] };
        let signals: Vec<i32> = (-1000..2000).chain([i32::MIN, i32::MAX]).collect();
        let mut margins = Vec::new();
        Forest::new(context.clone()).margins(&signals, 1, &mut Scratch::default(), &mut margins);
        let one_by_one: Vec<f64> = signals.iter().map(|&signal| context.margin(&[signal])).collect();
        assert_eq!(margins, one_by_one);
    }

    proptest! {
        #[test]
        fn a_forest_answers_as_its_trees(
            cuts in proptest::collection::vec(proptest::collection::vec((any::<u16>(), any::<u16>(), -9i32..9), 0..12), 0..9),
            rows in proptest::collection::vec([-10i32..10, -10i32..10, -10i32..10], 0..40),
            slope: i32,
            offset: i32,
        ) {
            let mut trees: Vec<Tree> = cuts.iter().map(|cuts| tree(cuts, 3)).collect();
            // Nodes that no row reaches.
            trees.iter_mut().step_by(2).for_each(|tree| tree.0.push(Node { value: -1, ..Node::default() }));
            prop_assert!(trees.iter().all(|tree| tree.is_sound(3)));
            let context = Context { slope, offset, trees };
            let signals: Vec<i32> = rows.iter().flatten().copied().collect();
            let mut margins = Vec::new();
            Forest::new(context.clone()).margins(&signals, 3, &mut Scratch::default(), &mut margins);
            let one_by_one: Vec<f64> = rows.iter().map(|row| context.margin(row)).collect();
            prop_assert_eq!(margins, one_by_one);
        }
    }
}
