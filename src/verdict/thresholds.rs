//! The rule of decision for text: two thresholds on the probability give three verdicts, and some reasons
//! make a verdict milder.

use super::{Case, Reason, Rule, Ruling, Verdict};
use crate::bayes::calibrate::logistic;
use crate::features::Facts;

/// Probabilities from which a paragraph is `unsure` and from which it is `boilerplate`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds(pub [f64; 2]);

impl Thresholds {
    /// Returns the verdict for a probability. A threshold is the lowest probability of its verdict.
    pub fn verdict(self, probability: f64) -> Verdict {
        let [unsure, boilerplate] = self.0;
        if probability >= boilerplate {
            Verdict::Boilerplate
        } else if probability >= unsure {
            Verdict::Unsure
        } else {
            Verdict::Editorial
        }
    }

    /// Returns the verdict in an unknown language, where `without_words` is the probability without words. A
    /// paragraph is dropped only if that is at least 0.5 too.
    pub fn held_verdict(self, probability: f64, without_words: f64) -> Verdict {
        match self.verdict(probability) {
            Verdict::Boilerplate if without_words < 0.5 => Verdict::Unsure,
            verdict => verdict,
        }
    }
}

/// Whether too little of a unit can be read to drop it: a character that is no text for fewer than
/// [`READ_PER_LOST`] bytes of words. A NUL or an invalid byte in each word leaves more; text in a wrong encoding and
/// binary data, less.
fn is_mostly_lost(facts: &Facts) -> bool {
    facts.lost > 0 && facts.shape.word_bytes < READ_PER_LOST * facts.lost
}

/// Bytes of words per lost character from which a unit is judged. English words have 4.7 letters on average
/// (Norvig, "English Letter Frequency Counts: Mayzner Revisited", 2013), so one lost character per word is allowed.
const READ_PER_LOST: u32 = 3;

/// Whether a whole document is data rather than text: a character that is no text for fewer than
/// [`READ_PER_LOST_OF_DATA`] bytes of words.
fn is_data(facts: impl Iterator<Item = Facts>) -> bool {
    let (lost, read) = facts.fold((0_u64, 0_u64), |(lost, read), facts| {
        (lost + u64::from(facts.lost), read + u64::from(facts.shape.word_bytes))
    });
    lost > 0 && read < READ_PER_LOST_OF_DATA * lost
}

/// Bytes of words per lost character from which a document is text. Random bytes, read as windows-1252, have 24
/// control characters for 290 bytes of letters; an article of a hundred words with a NUL in every word of one pitch
/// has one for thirty.
const READ_PER_LOST_OF_DATA: u64 = 20;

impl Rule for Thresholds {
    fn decide(&self, case: &Case<'_>) -> Ruling {
        let read = case.log_odds.len();
        let is_data = is_data((0..read).map(|i| *case.evidence.facts(i)));
        let of = |(i, unit): (usize, &crate::split::Unit)| {
            if i >= read {
                return (Verdict::Unsure, Some(Reason::BeyondLimit));
            }
            let facts = case.evidence.facts(i);
            let unjudged = if !unit.removable || is_data || is_mostly_lost(facts) {
                Some(Reason::Damaged)
            } else if facts.shape.tokens == 0 {
                Some(Reason::NoTokens)
            } else {
                None
            };
            if unjudged.is_some() {
                return (Verdict::Unsure, unjudged);
            }
            let probability = logistic(case.log_odds[i]);
            match case.without_words {
                Some(bare) => {
                    (self.held_verdict(probability, logistic(bare[i])), Some(Reason::UnknownLanguage))
                }
                None => (self.verdict(probability), None),
            }
        };
        Ruling { verdicts: case.units.iter().enumerate().map(of).collect(), threshold: self.0[1] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_the_least_probabilities_of_a_verdict() {
        let rule = Thresholds([0.5, 0.9]);
        assert_eq!(
            [0.1, 0.5, 0.8, 0.9].map(|p| rule.verdict(p)),
            [Verdict::Editorial, Verdict::Unsure, Verdict::Unsure, Verdict::Boilerplate]
        );
        assert_eq!(rule.held_verdict(0.95, 0.4), Verdict::Unsure);
        assert_eq!(rule.held_verdict(0.95, 0.6), Verdict::Boilerplate);
        assert_eq!(rule.held_verdict(0.2, 0.1), Verdict::Editorial);
    }
}
