//! Neighbours to margin: what a unit's surroundings say about it.
//!
//! | file | what it does |
//! |---|---|
//! | [`windows`] | means over neighbours |
//! | [`signals`] | one row of integers per unit: a file for text, one for pages |
//! | [`kinds`] | which kind of boilerplate a unit looks like |
//! | [`trees`] | boosted trees, one row at a time |
//! | [`forest`] | the same for many rows at once, as they run |
//! | [`boost`] | how trees are grown |
//! | [`fit`] | base, trees and calibration from whole labelled documents |

#[cfg(feature = "train")]
pub mod boost;
#[cfg(feature = "train")]
pub mod fit;
pub mod forest;
pub mod kinds;
pub mod signals;
pub mod trees;
pub mod windows;

use trees::{MARGIN_SCALE, Tree};

/// The fitted context of a model: a straight line through naive Bayes' own log-odds, and trees that
/// correct it. Every parameter is an integer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Margin per unit of the first signal (own log-odds), nats times [`MARGIN_SCALE`].
    pub slope: i32,
    /// Margin where that signal is 0, nats times [`MARGIN_SCALE`].
    pub offset: i32,
    /// What is added; empty for a model that was trained on loose paragraphs.
    pub trees: Vec<Tree>,
}

impl Context {
    /// Margin of a paragraph before calibration, in nats. Cannot fail: integers are summed in 64 bits.
    #[inline]
    pub fn margin(&self, signals: &[i32]) -> f64 {
        let mut sum = self.base(signals[0]);
        for tree in &self.trees {
            sum += i64::from(tree.value(signals));
        }
        sum as f64 / MARGIN_SCALE
    }

    /// The part of the margin that a paragraph's own log-odds make, before any tree.
    fn base(&self, own: i32) -> i64 {
        i64::from(self.slope) * i64::from(own) + i64::from(self.offset)
    }

    /// The parts that sum to [`Context::margin`] exactly: naive Bayes' own part, the trees' constant, and
    /// what each signal adds through the splits on it; all in nats.
    pub fn explain(&self, signals: &[i32]) -> Shares {
        let mut by_signal = vec![0i64; signals.len()];
        let constant: i64 =
            self.trees.iter().map(|tree| i64::from(tree.explain(signals, &mut by_signal))).sum();
        let nats = |value: i64| value as f64 / MARGIN_SCALE;
        Shares {
            bayes: nats(self.base(signals[0])),
            constant: nats(constant),
            signals: by_signal.into_iter().map(nats).collect(),
        }
    }
}

/// What a margin is made of, in nats.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// The paragraph's own log-odds through the base line.
    pub bayes: f64,
    /// What the trees say of any paragraph.
    pub constant: f64,
    /// What each signal adds.
    pub signals: Vec<f64>,
}
