//! Units as models say of them that have not seen their site.

use super::corpus::{Corpus, CorpusUnit};
use crate::bayes::calibrate::Calibration;
use crate::model::fitted::FittedContext;

/// A selection's context, and what is said out of fold of every unit that it was fitted on.
#[derive(Debug)]
pub struct OutOfFold {
    /// What was fitted.
    pub context: FittedContext,
    /// The units, in the order of the corpus; none where there are no documents.
    pub units: Vec<JudgedUnit>,
    /// The calibration of the context.
    pub calibration: Calibration,
    /// For each unit how much it looks like each kind of boilerplate: a row for each.
    pub kinds: Vec<i32>,
}

/// A unit with what is said of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JudgedUnit {
    /// Its document, as an index of the corpus's.
    pub document: usize,
    /// Itself, as an index of the corpus's.
    pub unit: usize,
    /// Calibrated log-odds of boilerplate, in nats.
    pub log_odds: f64,
    /// Whether its label is one of boilerplate.
    pub boilerplate: bool,
}

impl JudgedUnit {
    /// The unit itself.
    pub fn of<'a>(&self, corpus: &'a Corpus) -> &'a CorpusUnit {
        corpus.unit(self.unit)
    }

    /// The name of its site.
    pub fn site<'a>(&self, corpus: &'a Corpus) -> &'a str {
        &corpus.documents()[self.document].site_name
    }
}

/// Log-odds of the share of boilerplate among units, in nats, with half a unit more on each side.
pub fn base_log_odds(units: &[JudgedUnit]) -> f64 {
    let boilerplate = units.iter().filter(|unit| unit.boilerplate).count() as f64;
    ((boilerplate + 0.5) / (units.len() as f64 - boilerplate + 0.5)).ln()
}
