//! Explanations of units.

use super::cleaned::Unit;
use crate::explain::{Explanation, wording};

/// Factors with fewer nats than this are left out.
const LEAST: f64 = 0.005;

/// A unit with the factors that decided its verdict.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explained {
    /// The unit.
    pub unit: Unit,
    /// Factors for boilerplate (above 0) and against it (below 0), largest first. Factors of the unit's words
    /// are log-odds of naive Bayes; factors of the surroundings are their contributions to the margin.
    pub factors: Vec<Factor>,
}

/// A factor for or against boilerplate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Factor {
    /// Description: a word, a pair, a form, or a property of the surroundings.
    pub text: String,
    /// Size in nats; above 0 for boilerplate.
    pub nats: f64,
    /// Whether the factor belongs to the surroundings and not to the unit itself.
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
