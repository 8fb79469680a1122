//! Many rows through many trees: the same sums as [`Context::margin`], a block of rows at a time.
//!
//! A row that walks down a tree waits at every node for the one before, and no processor foresees where
//! the walk ends. Here nothing is walked: a block of rows passes every split of the tree, side by side in
//! registers, and each split says which of them reach its two children.

use super::Context;
use super::trees::MARGIN_SCALE;

/// Rows that go side by side.
const BLOCK: usize = 8;
/// One number for each row of a block.
type Lanes = [i32; BLOCK];

#[derive(Debug, Clone, Copy)]
struct Split {
    signal: u16,
    /// The left of its children.
    left: u16,
    node: u32,
    threshold: i32,
}

#[derive(Debug, Clone, Copy)]
struct Leaf {
    /// The last of a tree's nodes may lie beyond what a node can name as its left child.
    node: u32,
    value: i32,
}

/// A context's trees, split by split.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    slope: i32,
    offset: i32,
    splits: Vec<Split>,
    leaves: Vec<Leaf>,
    /// Where each tree's splits and leaves end.
    ends: Vec<(usize, usize)>,
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
        for tree in &context.trees {
            let mut reachable = vec![false; tree.0.len()];
            reachable[0] = true;
            for (node, at) in tree.0.iter().zip(0u32..) {
                if !reachable[at as usize] {
                    continue;
                }
                if node.left == 0 {
                    forest.leaves.push(Leaf { node: at, value: node.value });
                } else {
                    let (signal, threshold, left) = (node.signal, node.threshold, node.left);
                    forest.splits.push(Split { signal, node: at, left, threshold });
                    reachable[usize::from(left)..][..2].fill(true);
                }
            }
            forest.ends.push((forest.splits.len(), forest.leaves.len()));
            forest.nodes = forest.nodes.max(tree.0.len());
        }
        forest
    }

    /// Whether there is no tree: then the first signal is all that is looked at.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
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
        scratch.columns.resize(width, [0; BLOCK]);
        scratch.reached.resize(self.nodes, [0; BLOCK]);
        for block in signals.chunks(width * BLOCK) {
            for (lane, row) in block.chunks_exact(width).enumerate() {
                for (column, &value) in scratch.columns.iter_mut().zip(row) {
                    column[lane] = value;
                }
            }
            let mut sums = scratch.columns[0].map(|own| self.base(own));
            self.add(&scratch.columns, &mut scratch.reached, &mut sums);
            let rows = block.len() / width;
            margins.extend(sums[..rows].iter().map(|&sum| sum as f64 / MARGIN_SCALE));
        }
    }

    /// Adds what every tree answers to a block of rows.
    fn add(&self, columns: &[Lanes], reached: &mut [Lanes], sums: &mut [i64; BLOCK]) {
        let (mut split, mut leaf) = (0, 0);
        for &(splits, leaves) in &self.ends {
            // All bits are set where a row reaches a node.
            reached[0] = [-1; BLOCK];
            for split in &self.splits[split..splits] {
                let column = &columns[usize::from(split.signal)];
                let here = reached[split.node as usize];
                let (mut left, mut right) = ([0; BLOCK], [0; BLOCK]);
                for lane in 0..BLOCK {
                    let goes_right = -i32::from(column[lane] > split.threshold);
                    left[lane] = here[lane] & !goes_right;
                    right[lane] = here[lane] & goes_right;
                }
                reached[usize::from(split.left)] = left;
                reached[usize::from(split.left) + 1] = right;
            }
            let mut answers = [0; BLOCK];
            for leaf in &self.leaves[leaf..leaves] {
                let here = &reached[leaf.node as usize];
                for lane in 0..BLOCK {
                    answers[lane] |= here[lane] & leaf.value;
                }
            }
            for (sum, answer) in sums.iter_mut().zip(answers) {
                *sum += i64::from(answer);
            }
            (split, leaf) = (splits, leaves);
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
