//! What the units of one document add up to: log-odds per channel and kind, and the facts that the next stage
//! looks at. Plain data, kept whole, so that any stage can be shown.

use std::ops::Range;

use super::weights::{WEIGHT_STEP, Weights};
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::features::topic::{MIN_RARITY, TopicWord};
use crate::features::{Channel, Facts, Name, Sink};

/// Number of channels.
const CHANNELS: usize = Channel::ALL.len();

/// A sum over known features, of all boilerplate pooled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Log-odds; nats times [`super::weights::WEIGHT_SCALE`].
    pub log_odds: i32,
    /// Number of known features.
    pub known: u32,
}

impl Sum {
    /// Adds a feature, if it is known.
    pub fn add(&mut self, log_odds: Option<i32>) {
        if let Some(log_odds) = log_odds {
            self.log_odds = self.log_odds.saturating_add(log_odds);
            self.known += 1;
        }
    }

    /// Both together.
    pub fn join(self, other: Self) -> Self {
        Self {
            log_odds: self.log_odds.saturating_add(other.log_odds),
            known: self.known.saturating_add(other.known),
        }
    }

    /// The log-odds over the root of the number of features.
    pub fn tempered(self) -> i32 {
        tempered(self.log_odds, self.known)
    }
}

/// `sum` over the root of the number of its terms: naive Bayes is over-confident where much is said
/// (ARCHITECTURE.md, "The arithmetic"; the root is exactly rounded by IEEE 754).
pub fn tempered(sum: i32, terms: u32) -> i32 {
    rounded(f64::from(sum) / root(terms))
}

/// The root of a number of terms, at least 1.
pub fn root(terms: u32) -> f64 {
    f64::from(terms.max(1)).sqrt()
}

/// The nearest whole number, halves away from zero, of what lies within 32 bits: as [`f64::round`], which
/// is a call on processors that are not asked for more than the first of their kind could do.
#[inline]
pub fn rounded(x: f64) -> i32 {
    let whole = x as i32;
    let rest = x - f64::from(whole);
    whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5)
}

/// Evidence about every unit of a document, in order.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// How many channels are summed, from the first on.
    channels: usize,
    stride: usize,
    sums: Vec<i32>,
    known: Vec<u32>,
    unknown_words: Vec<u32>,
    facts: Vec<Facts>,
    /// Whether rare words are kept for the topic.
    topics: bool,
    topic_words: Vec<TopicWord>,
    topic_ranges: Vec<Range<usize>>,
}

impl Evidence {
    /// Forgets everything and gets ready for rows of this stride in the first `channels` channels (those of text,
    /// or all); with rare words for the topic, or without.
    pub fn clear(&mut self, stride: usize, channels: usize, topics: bool) {
        self.channels = channels;
        self.stride = stride;
        self.topics = topics;
        self.sums.clear();
        self.known.clear();
        self.unknown_words.clear();
        self.facts.clear();
        self.topic_words.clear();
        self.topic_ranges.clear();
    }

    /// Begins the next unit.
    pub fn begin(&mut self) {
        self.sums.resize(self.sums.len() + self.channels * self.stride, 0);
        self.known.resize(self.known.len() + self.channels, 0);
        self.unknown_words.push(0);
        self.topic_ranges.push(self.topic_words.len()..self.topic_words.len());
    }

    /// All features of one channel of the unit begun last, by key, with the numbers of their rows as
    /// [`Weights::find_all`] gives them. The numbers are used up.
    fn add_all(&mut self, channel: Channel, keys: &[u64], numbers: &mut Vec<u32>, weights: &Weights) {
        if channel == Channel::Words && self.topics {
            // Whether a word is rare enough is not worth a wrong guess: all are written, the rare ones stay.
            let start = self.topic_words.len();
            self.topic_words.resize(start + keys.len(), TopicWord::default());
            let room = &mut self.topic_words[start..];
            let mut rare = 0;
            for (&key, &number) in keys.iter().zip(&*numbers) {
                let rarity = weights.rarity_of(number);
                room[rare] = TopicWord { hash: (key >> 32) as u32, rarity };
                rare += usize::from(rarity >= MIN_RARITY);
            }
            self.topic_words.truncate(start + rare);
        }
        let known = numbers.iter().filter(|&&number| number != 0).count();
        // Unknown ones add nothing; where they are many, the known ones move together, for the same reason.
        if matches!(channel, Channel::Pairs | Channel::Edges) {
            let mut end = 0;
            for at in 0..numbers.len() {
                let number = numbers[at];
                numbers[end] = number;
                end += usize::from(number != 0);
            }
            numbers.truncate(end);
        }
        let at = self.sums.len() - (self.channels - channel as usize) * self.stride;
        weights.add_rows(numbers, &mut self.sums[at..at + self.stride]);
        *self.last_known(channel) += known as u32;
        if channel == Channel::Words
            && let Some(unknown) = self.unknown_words.last_mut()
        {
            *unknown += (keys.len() - known) as u32;
        }
    }

    /// One feature of the unit begun last: its weights if it is known, and its rarity.
    #[inline]
    pub fn add(&mut self, channel: Channel, key: u64, weights: Option<&[i8]>, rarity: u16) {
        if let Some(weights) = weights {
            let at = self.sums.len() - (self.channels - channel as usize) * self.stride;
            for (sum, &weight) in self.sums[at..at + self.stride].iter_mut().zip(weights) {
                *sum += i32::from(weight) * WEIGHT_STEP;
            }
            *self.last_known(channel) += 1;
        } else if channel == Channel::Words
            && let Some(unknown) = self.unknown_words.last_mut()
        {
            *unknown += 1;
        }
        if channel == Channel::Words && self.topics && rarity >= MIN_RARITY {
            self.topic_words.push(TopicWord { hash: (key >> 32) as u32, rarity });
        }
    }

    /// Adds what was summed before to the unit begun last. It says nothing of kinds.
    pub fn add_sum(&mut self, channel: Channel, sum: Sum) {
        let at = self.sums.len() - (self.channels - channel as usize) * self.stride;
        self.sums[at] = self.sums[at].saturating_add(sum.log_odds);
        *self.last_known(channel) += sum.known;
    }

    #[inline]
    fn last_known(&mut self, channel: Channel) -> &mut u32 {
        let at = self.known.len() - (self.channels - channel as usize);
        &mut self.known[at]
    }

    /// Ends the unit begun last.
    pub fn end(&mut self, facts: Facts) {
        self.facts.push(facts);
        if let Some(range) = self.topic_ranges.last_mut() {
            range.end = self.topic_words.len();
        }
    }

    /// The same units with no word known: shape, place, length and repetition alone.
    pub fn without_words(&self, bare: &mut Self) {
        bare.clone_from(self);
        for unit in bare.sums.chunks_exact_mut(self.channels * self.stride) {
            unit[..Channel::Shape as usize * self.stride].fill(0);
        }
        for (known, unknown) in bare.known.chunks_exact_mut(self.channels).zip(&mut bare.unknown_words) {
            *unknown += known[Channel::Words as usize];
            known[..Channel::Shape as usize].fill(0);
        }
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is no unit.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Summed log-odds of a channel: pooled, then each kind; nats times [`super::weights::WEIGHT_SCALE`].
    pub fn channel(&self, unit: usize, channel: Channel) -> &[i32] {
        let at = (unit * self.channels + channel as usize) * self.stride;
        &self.sums[at..at + self.stride]
    }

    /// The same of all boilerplate pooled, with the number of known features.
    pub fn sum(&self, unit: usize, channel: Channel) -> Sum {
        Sum { log_odds: self.channel(unit, channel)[0], known: self.known(unit, channel) }
    }

    /// How many features of a channel were known.
    pub fn known(&self, unit: usize, channel: Channel) -> u32 {
        self.known[unit * self.channels + channel as usize]
    }

    /// How many distinct words were not known.
    pub fn unknown_words(&self, unit: usize) -> u32 {
        self.unknown_words[unit]
    }

    /// The unit's facts.
    pub fn facts(&self, unit: usize) -> &Facts {
        &self.facts[unit]
    }

    /// Distinct words that are rare enough to make a topic, all units in a row.
    pub fn topic_words(&self) -> &[TopicWord] {
        &self.topic_words
    }

    /// Where each unit's words stand in [`Evidence::topic_words`].
    pub fn topic_ranges(&self) -> &[Range<usize>] {
        &self.topic_ranges
    }
}

/// The sink that scores: gathers the keys of a unit, so that all of them are looked up at once.
#[derive(Debug)]
pub struct Scorer<'m> {
    weights: &'m Weights,
    keys: [Vec<u64>; CHANNELS],
    numbers: Vec<u32>,
    /// Which keys take more than one look.
    later: Vec<u32>,
    /// Keys of shape, place and form with the numbers of their rows: there are few, and every unit has the same
    /// again.
    tags: Vec<(u64, u32)>,
}

/// Keys of shape, place and form that are remembered; a power of two.
const TAGS: usize = 1024;

impl<'m> Scorer<'m> {
    /// A scorer by a model's weights.
    pub fn new(weights: &'m Weights) -> Self {
        // A key that nothing has: then what is remembered first is wrong for none.
        let tags = vec![(0, weights.number(0)); TAGS];
        Self { weights, keys: Default::default(), numbers: Vec::new(), later: Vec::new(), tags }
    }

    /// Reads the next unit of `evidence` by its text, and returns its facts. `place` is where it stands in its
    /// document.
    pub fn read(
        &mut self,
        extractor: &mut Extractor,
        text: &str,
        place: Option<Place>,
        evidence: &mut Evidence,
    ) -> Facts {
        evidence.begin();
        let facts = extractor.extract(text, place, self);
        self.add_to(evidence);
        evidence.end(facts);
        facts
    }

    /// Adds what was gathered to the unit that `evidence` began last, and forgets it.
    pub(super) fn add_to(&mut self, evidence: &mut Evidence) {
        for (channel, keys) in Channel::ALL.into_iter().zip(&mut self.keys).take(evidence.channels) {
            let (numbers, weights) = (&mut self.numbers, self.weights);
            if channel == Channel::Pairs {
                weights.find_sifted(keys, numbers, &mut self.later);
            } else if !matches!(channel, Channel::Shape | Channel::Place | Channel::Form) {
                weights.find_all(keys, numbers, &mut self.later);
            } else {
                numbers.clear();
                numbers.extend(keys.iter().map(|&key| {
                    let held = &mut self.tags[(key >> 40) as usize % TAGS];
                    if held.0 != key {
                        *held = (key, weights.number(key));
                    }
                    held.1
                }));
            }
            evidence.add_all(channel, keys, numbers, weights);
            keys.clear();
        }
    }
}

impl Sink for Scorer<'_> {
    const NAMES: bool = false;

    fn feature(&mut self, channel: Channel, key: u64, _: Name<'_>) {
        self.features(channel, &[key]);
    }

    #[inline]
    fn features(&mut self, channel: Channel, keys: &[u64]) {
        self.keys[channel as usize].extend_from_slice(keys);
    }

    fn sift(&self, pairs: &mut Vec<u64>) {
        self.weights.sift(pairs);
    }
}
