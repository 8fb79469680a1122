//! The evidence about the units of one document: log-odds per channel and kind, and the facts for the next
//! stage. It is plain data, so that every stage can be shown.

use std::ops::Range;

use super::weights::{WEIGHT_STEP, Weights};
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::features::topic::{MIN_RARITY, TopicWord};
use crate::features::{Channel, Facts, Name, Sink};

/// Number of channels.
const CHANNELS: usize = Channel::ALL.len();

/// A sum of pooled log-odds (boilerplate as a whole) over known features.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Log-odds, in nats times [`super::weights::WEIGHT_SCALE`].
    pub log_odds: i32,
    /// Number of known features.
    pub known: u32,
}

impl Sum {
    /// Adds a feature if it is known.
    pub fn add(&mut self, log_odds: Option<i32>) {
        if let Some(log_odds) = log_odds {
            self.log_odds = self.log_odds.saturating_add(log_odds);
            self.known += 1;
        }
    }

    /// Returns the sum of both.
    pub fn join(self, other: Self) -> Self {
        Self {
            log_odds: self.log_odds.saturating_add(other.log_odds),
            known: self.known.saturating_add(other.known),
        }
    }

    /// Returns the log-odds divided by the square root of the number of features.
    pub fn tempered(self) -> i32 {
        tempered(self.log_odds, self.known)
    }
}

/// Divides `sum` by the square root of its number of terms, because naive Bayes is over-confident on long
/// units (ARCHITECTURE.md, "Weights"). IEEE 754 rounds the root exactly, so the result is the same on every
/// machine.
pub fn tempered(sum: i32, terms: u32) -> i32 {
    rounded(f64::from(sum) / root(terms))
}

/// Returns the square root of a number of terms, at least 1.
pub fn root(terms: u32) -> f64 {
    f64::from(terms.max(1)).sqrt()
}

/// Rounds to the nearest integer, halves away from zero, for values within 32 bits. [`f64::round`] gives the
/// same but is a function call on the baseline x86-64 target.
#[inline]
pub fn rounded(x: f64) -> i32 {
    let whole = x as i32;
    let rest = x - f64::from(whole);
    whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5)
}

/// The evidence about all units of a document, in order.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Number of channels that are summed, from the first on.
    channels: usize,
    stride: usize,
    sums: Vec<i32>,
    known: Vec<u32>,
    unknown_words: Vec<u32>,
    facts: Vec<Facts>,
    /// Whether rare words are collected for the topic.
    topics: bool,
    topic_words: Vec<TopicWord>,
    topic_ranges: Vec<Range<usize>>,
}

impl Evidence {
    /// Clears everything and prepares for rows of this stride in the first `channels` channels (those of
    /// text, or all), with or without rare words for the topic.
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

    /// Adds all features of one channel to the current unit. `keys` are their keys, `numbers` their rows as
    /// [`Weights::find_all`] returns them; `numbers` is overwritten.
    fn add_all(&mut self, channel: Channel, keys: &[u64], numbers: &mut Vec<u32>, weights: &Weights) {
        if channel == Channel::Words && self.topics {
            // Branchless: every word is written, and only rare ones advance the end.
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
        // Unknown features add nothing. Where most are unknown, the known ones are compacted first, again
        // without a branch.
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

    /// Adds one feature to the current unit: its weights if it is known, and its rarity.
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

    /// Adds a sum that was computed before to the current unit. Kinds get nothing from it.
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

    /// Ends the current unit.
    pub fn end(&mut self, facts: Facts) {
        self.facts.push(facts);
        if let Some(range) = self.topic_ranges.last_mut() {
            range.end = self.topic_words.len();
        }
    }

    /// Writes the same units without any known word to `bare`: only shape, place, length and repetition
    /// remain.
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

    /// Whether there are no units.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Summed log-odds of a channel: pooled, then each kind, in nats times [`super::weights::WEIGHT_SCALE`].
    pub fn channel(&self, unit: usize, channel: Channel) -> &[i32] {
        let at = (unit * self.channels + channel as usize) * self.stride;
        &self.sums[at..at + self.stride]
    }

    /// The pooled log-odds of a channel and its number of known features.
    pub fn sum(&self, unit: usize, channel: Channel) -> Sum {
        Sum { log_odds: self.channel(unit, channel)[0], known: self.known(unit, channel) }
    }

    /// Number of known features of a channel.
    pub fn known(&self, unit: usize, channel: Channel) -> u32 {
        self.known[unit * self.channels + channel as usize]
    }

    /// Number of distinct unknown words.
    pub fn unknown_words(&self, unit: usize) -> u32 {
        self.unknown_words[unit]
    }

    /// Facts of a unit.
    pub fn facts(&self, unit: usize) -> &Facts {
        &self.facts[unit]
    }

    /// Distinct words that are rare enough for the topic, unit after unit.
    pub fn topic_words(&self) -> &[TopicWord] {
        &self.topic_words
    }

    /// Range of each unit's words in [`Evidence::topic_words`].
    pub fn topic_ranges(&self) -> &[Range<usize>] {
        &self.topic_ranges
    }
}

/// The sink that scores. It gathers the keys of a unit, so that all of them are looked up together.
#[derive(Debug)]
pub struct Scorer<'m> {
    weights: &'m Weights,
    keys: [Vec<u64>; CHANNELS],
    numbers: Vec<u32>,
    /// Indices of keys that need more than one probe.
    later: Vec<u32>,
    /// Cache of keys of shape, place and form with their row numbers: there are few of them, and most units
    /// share them.
    tags: Vec<(u64, u32)>,
}

/// Slots of the cache for keys of shape, place and form; a power of two.
const TAGS: usize = 1024;

impl<'m> Scorer<'m> {
    /// Creates a scorer with a model's weights.
    pub fn new(weights: &'m Weights) -> Self {
        // Key 0 with its own row number: a valid entry, so that no slot needs an empty state.
        let tags = vec![(0, weights.number(0)); TAGS];
        Self { weights, keys: Default::default(), numbers: Vec::new(), later: Vec::new(), tags }
    }

    /// Reads the text of the next unit into `evidence`, and returns its facts. `place` is the unit's position
    /// in its document.
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

    /// Adds the gathered features to the current unit of `evidence`, and clears them.
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
