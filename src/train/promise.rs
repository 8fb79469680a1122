//! Whether a model keeps what its thresholds promise, out of fold.

use super::corpus::Corpus;
use super::judged::JudgedUnit;
use super::thresholds::MIN_WORDS;
use crate::bayes::calibrate::logistic;

/// Fewest lines of which a share is said.
const MIN_LINES: usize = 20;
/// Share of the boilerplate lines below which a model drops next to nothing.
const NEXT_TO_NOTHING: f64 = 0.05;

/// What the default threshold does to the units that were judged out of fold.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Promise {
    /// Probability from which a paragraph is dropped.
    pub threshold: f64,
    /// Lines of boilerplate.
    pub boilerplate: usize,
    /// Those that go.
    pub caught: usize,
    /// Lines to keep that go.
    pub lost: usize,
    /// Words to keep.
    pub words: u64,
    /// Those that go.
    pub words_lost: u64,
}

impl Promise {
    /// Measures a threshold.
    pub fn new(corpus: &Corpus, units: &[JudgedUnit], threshold: f64) -> Self {
        let mut it = Self { threshold, ..Self::default() };
        for unit in units {
            let (goes, words) = (logistic(unit.log_odds) >= threshold, unit.of(corpus).words as u64);
            if unit.boilerplate {
                it.boilerplate += 1;
                it.caught += usize::from(goes);
            } else {
                it.words += words;
                it.lost += usize::from(goes);
                it.words_lost += if goes { words } else { 0 };
            }
        }
        it
    }

    /// Share of the boilerplate lines that go; 0 where there are none.
    pub fn share_caught(&self) -> f64 {
        self.caught as f64 / self.boilerplate.max(1) as f64
    }

    /// Share of the words to keep that go; 0 where there are none.
    pub fn share_lost(&self) -> f64 {
        self.words_lost as f64 / self.words.max(1) as f64
    }

    /// Share of boilerplate among the lines that go; 1 where none does.
    pub fn precision(&self) -> f64 {
        match self.caught + self.lost {
            0 => 1.0,
            gone => self.caught as f64 / gone as f64,
        }
    }

    /// Whether next to nothing goes, of lines enough to say so.
    pub fn drops_next_to_nothing(&self) -> bool {
        self.boilerplate >= MIN_LINES && self.share_caught() < NEXT_TO_NOTHING
    }

    /// Whether the threshold could not be measured, because the words to keep are too few.
    pub fn is_cautious(&self) -> bool {
        self.words < MIN_WORDS
    }

    /// Whether more words to keep go than may.
    pub fn loses_more_than(&self, max_loss: f64) -> bool {
        self.lost >= 2 && self.share_lost() > max_loss
    }

    /// Whether fewer of the lines that go are boilerplate than the threshold says, each of which it calls so with at
    /// least that probability; by more than chance allows (two standard errors).
    pub fn is_overconfident(&self) -> bool {
        let gone = self.caught + self.lost;
        let promised = self.threshold;
        let error = (promised * (1.0 - promised) / gone.max(1) as f64).sqrt();
        gone >= MIN_LINES && self.precision() < promised - 2.0 * error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn promise(threshold: f64, caught: usize, lost: usize) -> Promise {
        let (boilerplate, words) = (1000, 100_000);
        Promise { threshold, boilerplate, caught, lost, words, words_lost: 10 * lost as u64 }
    }

    #[test]
    fn next_to_nothing_is_said_of_lines_enough() {
        assert!(promise(0.9, 49, 0).drops_next_to_nothing() && !promise(0.9, 50, 0).drops_next_to_nothing());
        assert!(!Promise { boilerplate: 19, ..Promise::default() }.drops_next_to_nothing());
    }

    #[test]
    fn a_threshold_is_held_to_its_probability() {
        // 80 of 100 against 0.84: chance. 70 of 100: not.
        assert!(!promise(0.84, 80, 20).is_overconfident() && promise(0.84, 70, 30).is_overconfident());
        assert!(!promise(0.84, 5, 10).is_overconfident(), "fifteen lines say nothing");
        assert!(!Promise::default().is_overconfident() && Promise::default().precision() == 1.0);
    }

    #[test]
    fn words_are_lost_by_share() {
        assert!(
            !promise(0.9, 100, 20).loses_more_than(0.002) && promise(0.9, 100, 21).loses_more_than(0.002)
        );
        assert!(!Promise::default().loses_more_than(0.002));
    }
}
