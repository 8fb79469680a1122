//! Boosted trees as they are evaluated: small tables of integers and thresholds.

/// Fixed-point scale of margins and leaf values: nats times this.
pub const MARGIN_SCALE: f64 = 65_536.0;

/// A split, or a leaf if `left` is 0 (the root is never a child).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Node {
    /// Signal that is compared.
    pub signal: u16,
    /// Rows up to this value go left, rows above it right.
    pub threshold: i32,
    /// Index of the left child. The right child follows it.
    pub left: u16,
    /// Contribution for the rows that reach this node, in nats times [`MARGIN_SCALE`]: at a leaf the tree's
    /// value, above it the mean of the values below, from which the contribution of a split is explained.
    pub value: i32,
}

/// A tree: its nodes, root first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(pub Vec<Node>);

impl Tree {
    /// Returns the tree's value for a row of signals.
    #[inline]
    pub fn value(&self, signals: &[i32]) -> i32 {
        let mut node = &self.0[0];
        while node.left != 0 {
            let right = usize::from(signals[usize::from(node.signal)] > node.threshold);
            node = &self.0[usize::from(node.left) + right];
        }
        node.value
    }

    /// Adds the change at each split on the row's path to `shares` (one per signal), and returns the value of
    /// the root. Together they sum to [`Tree::value`].
    pub fn explain(&self, signals: &[i32], shares: &mut [i64]) -> i32 {
        let root = self.0[0].value;
        let mut node = &self.0[0];
        while node.left != 0 {
            let signal = usize::from(node.signal);
            let next = &self.0[usize::from(node.left) + usize::from(signals[signal] > node.threshold)];
            shares[signal] += i64::from(next.value) - i64::from(node.value);
            node = next;
        }
        root
    }

    /// Whether every child comes after its only parent and every signal is below `signals`. Then no row can
    /// leave the tree or loop in it.
    pub fn is_sound(&self, signals: usize) -> bool {
        let children = self.0.iter().filter(|node| node.left != 0).map(|node| usize::from(node.left));
        let mut pairs: Vec<usize> = children.collect();
        pairs.sort_unstable();
        !self.0.is_empty()
            && pairs.windows(2).all(|lefts| lefts[0] + 1 < lefts[1])
            && self.0.iter().enumerate().all(|(i, node)| {
                node.left == 0
                    || (usize::from(node.left) > i
                        && usize::from(node.left) + 1 < self.0.len()
                        && usize::from(node.signal) < signals)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_finds_its_leaf_and_the_shares_add_up() {
        let node = |signal, threshold, left, value| Node { signal, threshold, left, value };
        let tree = Tree(vec![
            node(0, 5, 1, 10),
            node(0, 0, 0, -30),
            node(1, 7, 3, 40),
            node(0, 0, 0, 20),
            node(0, 0, 0, 90),
        ]);
        assert!(tree.is_sound(2) && !tree.is_sound(1));
        for (row, expected) in [([5, 0], -30), ([6, 7], 20), ([6, 8], 90)] {
            assert_eq!(tree.value(&row), expected);
            let mut shares = [0i64; 2];
            let root = tree.explain(&row, &mut shares);
            assert_eq!(i64::from(root) + shares.iter().sum::<i64>(), i64::from(expected));
        }
        assert!(!Tree(vec![node(0, 0, 0, 0), node(0, 0, 1, 0)]).is_sound(1));
        let leaf = node(0, 0, 0, 0);
        assert!(!Tree(vec![node(0, 0, 1, 0), node(0, 0, 3, 0), node(0, 0, 3, 0), leaf, leaf]).is_sound(1));
        assert!(!Tree(vec![node(0, 0, 1, 0), node(0, 0, 2, 0), leaf, leaf]).is_sound(1));
    }
}
