//! What decided about a unit.

use super::cleaned::Unit;
use crate::explain::{Explanation, wording};

/// Nats below which a factor is not worth a line.
const LEAST: f64 = 0.005;

/// A unit with what decided about it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explained {
    /// The unit.
    pub unit: Unit,
    /// What spoke for boilerplate (above 0) and against it (below 0), by falling weight. Factors of words are
    /// log-odds of naive Bayes, factors of the surroundings their shares in the margin.
    pub factors: Vec<Factor>,
}

/// One thing that spoke for or against boilerplate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Factor {
    /// In words: a word, a pair, a form, or what stands around the unit.
    pub text: String,
    /// How much it says, in nats; above 0 for boilerplate.
    pub nats: f64,
    /// Whether it is of the surroundings, and not of the unit itself.
    pub is_around: bool,
}

impl Explained {
    pub(super) fn new(unit: Unit, explanation: &Explanation<'_>) -> Self {
        let own = explanation.ranked().into_iter().map(|feature| Factor {
            text: wording::feature(feature.channel, &feature.name),
            nats: feature.pooled(),
            is_around: false,
        });
        let names = explanation.model.signal_names();
        let around = explanation.ranked_signals().into_iter().map(|signal| Factor {
            text: names[signal].clone(),
            nats: explanation.shares.signals[signal],
            is_around: true,
        });
        let mut factors: Vec<Factor> = own.chain(around).filter(|it| it.nats.abs() >= LEAST).collect();
        factors.sort_by(|a, b| b.nats.abs().total_cmp(&a.nats.abs()));
        Self { unit, factors }
    }
}
