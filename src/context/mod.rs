//! From the log-odds of a document to one margin per unit, using each unit's neighbours.
//!
//! | file | what it does |
//! |---|---|
//! | [`windows`] | means over neighbours |
//! | [`signals`] | one row of integers per unit: one file for text, one for pages |
//! | [`kinds`] | the likeliest kind of boilerplate |
//! | [`trees`] | boosted trees, one row at a time |
//! | [`forest`] | trees for many rows at once, used for scoring |
//! | [`boost`] | growth of trees |
//! | [`fit`] | line, trees and calibration from whole labelled documents |

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

/// The fitted context of a model: a straight line through the unit's own log-odds, and trees that correct it.
/// Every parameter is an integer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Margin per unit of the first signal (own log-odds), in nats times [`MARGIN_SCALE`].
    pub slope: i32,
    /// Margin where that signal is 0, in nats times [`MARGIN_SCALE`].
    pub offset: i32,
    /// Trees whose values are added; none for a model trained on loose paragraphs.
    pub trees: Vec<Tree>,
}

impl Context {
    /// Returns the margin of a unit before calibration, in nats. Integers are summed in 64 bits.
    #[inline]
    pub fn margin(&self, signals: &[i32]) -> f64 {
        let mut sum = self.base(signals[0]);
        for tree in &self.trees {
            sum += i64::from(tree.value(signals));
        }
        sum as f64 / MARGIN_SCALE
    }

    /// Part of the margin that comes from a unit's own log-odds, before any tree.
    fn base(&self, own: i32) -> i64 {
        i64::from(self.slope) * i64::from(own) + i64::from(self.offset)
    }

    /// Splits [`Context::margin`] into parts that sum to it exactly: the unit's own log-odds, the constant of
    /// the trees, and the contribution of each signal through the splits on it; all in nats.
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

/// The parts of a margin, in nats.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// The unit's own log-odds, by the straight line.
    pub bayes: f64,
    /// Mean value of the trees, the same for every unit.
    pub constant: f64,
    /// Contribution of each signal.
    pub signals: Vec<f64>,
}
