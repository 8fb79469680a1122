//! Which kind of boilerplate a unit looks like: a reason for people, never part of a decision.

use super::windows::quotient;
use crate::bayes::evidence::{Evidence, root, rounded};
use crate::features::Channel;

/// Radius of the neighbourhood whose kinds are looked at, in units.
pub(super) const RADIUS: usize = 4;

/// Log-odds of the units of a document by kind, computed when they are asked for.
#[derive(Debug, Default)]
pub struct Kinds {
    kinds: usize,
    /// A row for each unit, and which of them are computed.
    rows: Vec<i32>,
    known: Vec<bool>,
    around: Vec<i32>,
}

impl Kinds {
    /// Forgets everything, and gets ready for a document of so many units and a model with so many kinds.
    pub fn clear(&mut self, units: usize, kinds: usize) {
        self.kinds = kinds;
        self.rows.clear();
        self.rows.resize(units * kinds, 0);
        self.known.clear();
        self.known.resize(units, false);
    }

    /// Computes all rows, and returns them one after another.
    pub(super) fn all(&mut self, evidence: &Evidence) -> &[i32] {
        self.compute(evidence, 0, evidence.len());
        &self.rows
    }

    /// The row of a unit, in nats times [`crate::bayes::weights::WEIGHT_SCALE`]; zeros where it was not computed.
    pub(super) fn row(&self, unit: usize) -> &[i32] {
        &self.rows[unit * self.kinds..(unit + 1) * self.kinds]
    }

    fn compute(&mut self, evidence: &Evidence, from: usize, to: usize) {
        for unit in (from..to).filter(|&unit| !std::mem::replace(&mut self.known[unit], true)) {
            by_kind(evidence, unit, &mut self.rows[unit * self.kinds..(unit + 1) * self.kinds]);
        }
    }

    /// The kind of which the unit's own words and its neighbours' say most: twice its own log-odds plus the mean
    /// around it; the first of equals. `evidence` is that of the document that was got ready for.
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

/// Fills a row with a unit's log-odds by its tokens for each kind, tempered.
fn by_kind(evidence: &Evidence, unit: usize, row: &mut [i32]) {
    let [words, pairs, edges] = OF_TOKENS.map(|channel| evidence.channel(unit, channel));
    let terms = OF_TOKENS.map(|channel| evidence.known(unit, channel)).iter().sum();
    let root = root(terms);
    let sums = words[1..].iter().zip(&pairs[1..]).zip(&edges[1..]);
    for (value, ((words, pairs), edges)) in row.iter_mut().zip(sums) {
        *value = rounded(f64::from(words + pairs + edges) / root);
    }
}

/// The channels that are made of tokens.
const OF_TOKENS: [Channel; 3] = [Channel::Words, Channel::Pairs, Channel::Edges];
