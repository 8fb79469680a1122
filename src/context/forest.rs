//! Many rows through many trees: the same sums as [`Context::margin`], a block of rows at a time.
//!
//! A row that walks down a tree waits at every node for the one before, and no processor foresees where
//! the walk ends. Here nothing is walked: a block of rows passes every split of the tree, side by side in
//! one register, and each split says which of them reach its two children. A byte per row is enough, for
//! what a split compares is not the signal but how many of the forest's thresholds lie below it.

use super::Context;
use super::trees::MARGIN_SCALE;

/// Rows that go side by side.
const BLOCK: usize = 16;
/// One byte for each row of a block.
type Lanes = [i8; BLOCK];
/// Thresholds of one column at the most: a byte counts them.
const MOST_THRESHOLDS: usize = i8::MAX as usize;
/// Leaves that are told apart at once: a byte names them, and 0 is none.
const MOST_LEAVES: usize = i8::MAX as usize;

/// A signal with thresholds of its splits, ascending. A signal with many has several columns.
#[derive(Debug, Clone)]
struct Column {
    signal: u16,
    thresholds: Vec<i32>,
}

#[derive(Debug, Clone, Copy)]
struct Split {
    column: u32,
    node: u32,
    /// The left of its children.
    left: u32,
    /// Rows go right that lie above more thresholds of the column than this, once for every row.
    rank: Lanes,
}

#[derive(Debug, Clone, Copy)]
struct Leaf {
    node: u32,
    /// Its number in its group, from 1, once for every row.
    number: Lanes,
}

/// Up to [`MOST_LEAVES`] leaves of one tree.
#[derive(Debug, Clone)]
struct Group {
    leaves: Vec<Leaf>,
    /// By number of the leaf; first that of a row that is at none of them.
    values: Vec<i32>,
}

#[derive(Debug, Clone)]
struct Splits {
    splits: Vec<Split>,
    groups: Vec<Group>,
}

/// A context's trees, split by split.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    slope: i32,
    offset: i32,
    columns: Vec<Column>,
    trees: Vec<Splits>,
    /// Nodes of the largest tree.
    nodes: usize,
}

/// What is used again from one document to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    columns: Vec<Lanes>,
    reached: Vec<Lanes>,
}

impl Forest {
    /// The trees of a context, each of them sound ([`super::trees::Tree::is_sound`]).
    pub fn new(context: &Context) -> Self {
        let mut forest = Self { slope: context.slope, offset: context.offset, ..Self::default() };
        let splits = context.trees.iter().flat_map(|tree| &tree.0).filter(|node| node.left != 0);
        let mut thresholds: Vec<(u16, i32)> = splits.map(|node| (node.signal, node.threshold)).collect();
        thresholds.sort_unstable();
        thresholds.dedup();
        for of_signal in thresholds.chunk_by(|a, b| a.0 == b.0) {
            forest.columns.extend(of_signal.chunks(MOST_THRESHOLDS).map(|chunk| Column {
                signal: chunk[0].0,
                thresholds: chunk.iter().map(|&(_, threshold)| threshold).collect(),
            }));
        }
        for tree in &context.trees {
            let mut reachable = vec![false; tree.0.len()];
            reachable[0] = true;
            let (mut splits, mut leaves) = (Vec::new(), Vec::new());
            for (node, at) in tree.0.iter().zip(0u32..) {
                if !reachable[at as usize] {
                    continue;
                }
                if node.left == 0 {
                    leaves.push((at, node.value));
                } else {
                    let (column, rank) = forest.place(node.signal, node.threshold);
                    splits.push(Split { column, node: at, left: node.left.into(), rank: [rank; BLOCK] });
                    reachable[usize::from(node.left)..][..2].fill(true);
                }
            }
            let groups = leaves.chunks(MOST_LEAVES).map(|leaves| Group {
                leaves: leaves
                    .iter()
                    .zip(1..)
                    .map(|(&(node, _), number)| Leaf { node, number: [number; BLOCK] })
                    .collect(),
                values: std::iter::once(0).chain(leaves.iter().map(|&(_, value)| value)).collect(),
            });
            forest.trees.push(Splits { splits, groups: groups.collect() });
            forest.nodes = forest.nodes.max(tree.0.len());
        }
        forest
    }

    /// Column and rank of a threshold that one of the splits has.
    fn place(&self, signal: u16, threshold: i32) -> (u32, i8) {
        let last = |column: &Column| (column.signal, column.thresholds.last().copied());
        let column = self.columns.partition_point(|column| last(column) < (signal, Some(threshold)));
        let rank = self.columns[column].thresholds.partition_point(|&other| other < threshold);
        (column as u32, rank as i8)
    }

    /// Whether there is no tree: then the first signal is all that is looked at.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// Margins by the first signal alone, in nats, appended to `margins`. Cannot fail.
    pub fn margins_of_own(&self, own: &[i32], margins: &mut Vec<f64>) {
        margins.extend(own.iter().map(|&own| self.base(own) as f64 / MARGIN_SCALE));
    }

    fn base(&self, own: i32) -> i64 {
        i64::from(self.slope) * i64::from(own) + i64::from(self.offset)
    }

    /// Margins of rows of `width` signals each, in nats, appended to `margins`. Cannot fail.
    pub fn margins(&self, signals: &[i32], width: usize, scratch: &mut Scratch, margins: &mut Vec<f64>) {
        if width == 0 {
            return;
        }
        scratch.columns.resize(self.columns.len(), [0; BLOCK]);
        scratch.reached.resize(self.nodes, [0; BLOCK]);
        for block in signals.chunks(width * BLOCK) {
            for (ranks, column) in scratch.columns.iter_mut().zip(&self.columns) {
                *ranks = column.ranks(block, width);
            }
            let mut sums = [0i64; BLOCK];
            for (sum, row) in sums.iter_mut().zip(block.chunks_exact(width)) {
                *sum = self.base(row[0]);
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
    /// How many of the thresholds lie below the signal of each row of a block.
    fn ranks(&self, block: &[i32], width: usize) -> Lanes {
        let mut values = [i32::MIN; BLOCK];
        for (value, row) in values.iter_mut().zip(block.chunks_exact(width)) {
            *value = row[usize::from(self.signal)];
        }
        let mut ranks = [0i32; BLOCK];
        for &threshold in &self.thresholds {
            count_above(&values, threshold, &mut ranks);
        }
        ranks.map(|rank| rank as i8)
    }
}

/// Counts one more where a value lies above the threshold.
#[inline(never)]
fn count_above(values: &[i32; BLOCK], threshold: i32, ranks: &mut [i32; BLOCK]) {
    for lane in 0..BLOCK {
        ranks[lane] += i32::from(values[lane] > threshold);
    }
}

impl Splits {
    /// Adds what the tree answers to a block of rows.
    fn add(&self, columns: &[Lanes], reached: &mut [Lanes], sums: &mut [i64; BLOCK]) {
        // All bits are set where a row reaches a node.
        reached[0] = [-1; BLOCK];
        for split in &self.splits {
            let ranks = &columns[split.column as usize];
            let here = reached[split.node as usize];
            let (mut left, mut right) = ([0; BLOCK], [0; BLOCK]);
            for lane in 0..BLOCK {
                let goes_right = -i8::from(ranks[lane] > split.rank[lane]);
                left[lane] = here[lane] & !goes_right;
                right[lane] = here[lane] & goes_right;
            }
            let children = &mut reached[split.left as usize..][..2];
            children[0] = left;
            children[1] = right;
        }
        for group in &self.groups {
            let mut numbers = [0; BLOCK];
            for leaf in &group.leaves {
                let here = &reached[leaf.node as usize];
                for lane in 0..BLOCK {
                    numbers[lane] |= here[lane] & leaf.number[lane];
                }
            }
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *sum += i64::from(group.values[number as usize]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::trees::{Node, Tree};
    use super::*;
    use proptest::prelude::*;

    /// A tree grown by cutting leaves at will: sound whatever the numbers are.
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
        Forest::new(&context).margins(&[0, 1], 1, &mut Scratch::default(), &mut margins);
        assert_eq!(margins, [0, 1].map(|signal| context.margin(&[signal])));
    }

    #[test]
    fn more_thresholds_and_leaves_than_a_byte_counts() {
        let cuts: Vec<(u16, u16, i32)> =
            (0..900).map(|n| (n * 7919 % 1000, 0, i32::from(n) * 3 - 900)).collect();
        let context = Context { slope: 3, offset: -5, trees: vec![tree(&cuts, 1), tree(&cuts[..300], 1)] };
        let signals: Vec<i32> = (-1000..2000).chain([i32::MIN, i32::MAX]).collect();
        let mut margins = Vec::new();
        Forest::new(&context).margins(&signals, 1, &mut Scratch::default(), &mut margins);
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
            Forest::new(&context).margins(&signals, 3, &mut Scratch::default(), &mut margins);
            let one_by_one: Vec<f64> = rows.iter().map(|row| context.margin(row)).collect();
            prop_assert_eq!(margins, one_by_one);
        }
    }
}
