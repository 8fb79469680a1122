//! The likeliest kind of boilerplate of a unit: information for people, never part of a decision.

use super::windows::quotient;
use crate::bayes::evidence::{Evidence, root, rounded};
use crate::features::Channel;

/// Radius of the neighbourhood that is averaged over, in units.
pub(super) const RADIUS: usize = 4;

/// Log-odds by kind for the units of a document, computed on demand.
#[derive(Debug, Default)]
pub struct Kinds {
    kinds: usize,
    /// One row per unit; `known` tells which are computed.
    rows: Vec<i32>,
    known: Vec<bool>,
    around: Vec<i32>,
}

impl Kinds {
    /// Clears everything and prepares for a document of `units` units and a model with `kinds` kinds.
    pub fn clear(&mut self, units: usize, kinds: usize) {
        self.kinds = kinds;
        self.rows.clear();
        self.rows.resize(units * kinds, 0);
        self.known.clear();
        self.known.resize(units, false);
    }

    /// Computes all rows and returns them one after another.
    pub(super) fn all(&mut self, evidence: &Evidence) -> &[i32] {
        self.compute(evidence, 0, evidence.len());
        &self.rows
    }

    /// Row of a unit, in nats times [`crate::bayes::weights::WEIGHT_SCALE`]; zeros if it was not computed.
    pub(super) fn row(&self, unit: usize) -> &[i32] {
        &self.rows[unit * self.kinds..(unit + 1) * self.kinds]
    }

    fn compute(&mut self, evidence: &Evidence, from: usize, to: usize) {
        for unit in (from..to).filter(|&unit| !std::mem::replace(&mut self.known[unit], true)) {
            by_kind(evidence, unit, &mut self.rows[unit * self.kinds..(unit + 1) * self.kinds]);
        }
    }

    /// Returns the likeliest kind of a unit: twice its own log-odds plus the mean around it; ties go to the
    /// first. `evidence` must be that of the document passed to [`Kinds::clear`].
    pub fn likeliest(&mut self, evidence: &Evidence, unit: usize) -> usize {
        let kinds = self.kinds;
        let (from, to) = (unit.saturating_sub(RADIUS), (unit + RADIUS + 1).min(evidence.len()));
        self.compute(evidence, from, to);
        self.around.clear();
        self.around.resize(kinds, 0);
        for i in (from..to).filter(|&i| i != unit) {
            let row = &self.rows[i * kinds..(i + 1) * kinds];
            self.around.iter_mut().zip(row).for_each(|(sum, &value)| *sum += value);
        }
        let others = ((to - from - 1) as i64).max(1);
        let mut likeliest = (0, i64::MIN);
        for (kind, (&own, &around)) in self.row(unit).iter().zip(&self.around).enumerate() {
            let said = 2 * i64::from(own) + i64::from(quotient(i64::from(around), others));
            if said > likeliest.1 {
                likeliest = (kind, said);
            }
        }
        likeliest.0
    }
}

/// Fills a row with a unit's tempered log-odds for each kind, by its tokens.
fn by_kind(evidence: &Evidence, unit: usize, row: &mut [i32]) {
    let [words, pairs, edges] = OF_TOKENS.map(|channel| evidence.channel(unit, channel));
    let terms = OF_TOKENS.map(|channel| evidence.known(unit, channel)).iter().sum();
    let root = root(terms);
    let sums = words[1..].iter().zip(&pairs[1..]).zip(&edges[1..]);
    for (value, ((words, pairs), edges)) in row.iter_mut().zip(sums) {
        *value = rounded(f64::from(words + pairs + edges) / root);
    }
}

/// The channels made of tokens.
const OF_TOKENS: [Channel; 3] = [Channel::Words, Channel::Pairs, Channel::Edges];
