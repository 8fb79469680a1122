//! Labelled data to a model.

pub mod corpus;
pub mod folds;

use crate::bayes::weights::default_alpha;
use crate::context::boost::Growth;
use crate::context::fit::GROWTH;
use crate::features::Channel;

/// How a model is trained.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Pseudo-count of each channel, in the order of [`Channel::ALL`].
    pub alphas: [f64; 5],
    /// A feature counts if it was seen on this many sites (1 or 2).
    pub min_sites: u32,
    /// How the context's trees are grown.
    pub growth: Growth,
    /// Exponent by which the weight of kept rows grows with their words.
    pub word_power: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { alphas: Channel::ALL.map(default_alpha), min_sites: 2, growth: GROWTH, word_power: 0.4 }
    }
}

impl Settings {
    /// Pseudo-count of a channel.
    pub fn alpha(&self, channel: Channel) -> f64 {
        self.alphas[channel as usize]
    }

    /// Weight of a row in the context's fit. What is lost is counted in words, so long kept rows weigh more.
    pub fn weight(&self, boilerplate: bool, words: usize) -> f64 {
        if boilerplate { 1.0 } else { (words as f64).powf(self.word_power).clamp(0.25, 16.0) }
    }
}
