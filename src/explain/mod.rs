//! Why each paragraph was judged as it was: every stage's part in it, down to single tokens.
//!
//! | file | what it does |
//! |---|---|
//! | [`features`] | a paragraph's features by name, with their weights |
//! | [`wording`] | features, signals and reasons in words |
//! | [`visible`] | text that is safe to show on a terminal |
//! | [`human`] | an explanation as lines to read |
//! | [`json`] | an explanation as one JSON object |
//! | [`stages`] | the raw result of one stage |
//!
//! Nothing is computed twice in two ways: features come from [`crate::features::extract`], weights from the
//! model's own table, so that what is listed adds up to what was summed.

pub mod features;
pub mod human;
pub mod json;
#[cfg(feature = "html")]
pub mod page;
pub mod stages;
pub mod visible;
pub mod wording;

use std::ops::Range;

use crate::bayes::evidence::CHANNELS;
use crate::bayes::weights::WEIGHT_SCALE;
use crate::context::Shares;
use crate::document::Document;
use crate::features::extract::Extractor;
use crate::features::{Channel, Facts};
use crate::model::Model;
use crate::pipeline::{Judged, Pipeline};
use crate::site::evidence::OnSite;
use crate::verdict::{Decision, Reason};

use features::{Feature, named};

/// Everything that is known of one judged paragraph.
#[derive(Debug, Clone)]
pub struct Explanation<'m> {
    /// The model that judged.
    pub model: &'m Model,
    /// Number of the paragraph in its document, from 0.
    pub index: usize,
    /// Its bytes in the document.
    pub span: Range<usize>,
    /// Its decoded text.
    pub text: String,
    /// What was decided.
    pub decision: Decision,
    /// Its facts.
    pub facts: Facts,
    /// What each channel summed up to, in the order of [`Channel::ALL`].
    pub channels: [ChannelSum; CHANNELS],
    /// Its distinct features in the order in which the text shows them; none where it was not read.
    pub features: Vec<Feature>,
    /// Distinct words that the model does not know.
    pub unknown_words: u32,
    /// What its margin is made of, in nats.
    pub shares: Shares,
    /// The signals that the context looked at, as they are ([`crate::context::signals::names`]).
    pub signals: Vec<i32>,
    /// Added to calibrated log-odds for another prior, in nats; 0 where none was asked for.
    pub prior_shift: f64,
    /// Probabilities from which a paragraph is `unsure` and `boilerplate`.
    pub thresholds: [f64; 2],
    /// Its probability by shape and place alone, in a document of an unknown language.
    pub without_words: Option<f64>,
    /// With a site memory: what its site said.
    pub on_site: Option<OnSite>,
}

/// What one channel says of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSum {
    /// The channel.
    pub channel: Channel,
    /// How many distinct features the paragraph has in it.
    pub features: u32,
    /// How many of them the model knows.
    pub known: u32,
    /// Summed log-odds: all boilerplate pooled, then each kind; nats times [`WEIGHT_SCALE`].
    pub sums: Vec<i32>,
}

impl ChannelSum {
    /// Summed log-odds of all boilerplate pooled, in nats.
    pub fn pooled(&self) -> f64 {
        f64::from(self.sums[0]) / WEIGHT_SCALE
    }

    /// Summed log-odds of a kind, in nats. Panics for a kind that the model does not have.
    pub fn of_kind(&self, kind: usize) -> f64 {
        f64::from(self.sums[1 + kind]) / WEIGHT_SCALE
    }
}

impl Explanation<'_> {
    /// Name of the likeliest kind of boilerplate.
    pub fn kind(&self) -> &str {
        self.model.kind(self.decision.kind)
    }

    /// Distinct words that the model knows.
    pub fn known_words(&self) -> u32 {
        self.channels[Channel::Words as usize].known
    }

    /// Share of the distinct words that the model does not know; 0 where there are no words.
    pub fn unknown_share(&self) -> f64 {
        f64::from(self.unknown_words) / f64::from((self.unknown_words + self.known_words()).max(1))
    }

    /// Calibrated log-odds, prior and site included, in nats: the logit of the probability.
    pub fn calibrated(&self) -> f64 {
        let site = self.on_site.map_or(0.0, |it| it.nats);
        self.model.calibration().log_odds(self.decision.margin) + self.prior_shift + site
    }

    /// The features that the model knows, from the one that says boilerplate loudest to the one that says
    /// editorial loudest; equals stay in the order of the text.
    pub fn ranked(&self) -> Vec<&Feature> {
        let mut known: Vec<&Feature> = self.features.iter().filter(|feature| feature.known).collect();
        known.sort_by_key(|feature| -feature.weights[0]);
        known
    }

    /// Numbers of the signals with a share, from the largest share of either sign to the smallest.
    pub fn ranked_signals(&self) -> Vec<usize> {
        let shares = &self.shares.signals;
        let mut order: Vec<usize> = (0..shares.len()).filter(|&i| shares[i] != 0.0).collect();
        order.sort_by(|&a, &b| shares[b].abs().total_cmp(&shares[a].abs()));
        order
    }
}

/// Explains the paragraphs of the document that a pipeline judged last.
#[derive(Debug)]
pub struct Explainer<'p, 'm> {
    pipeline: &'p Pipeline<'m>,
    extractor: Extractor,
}

impl<'p, 'm> Explainer<'p, 'm> {
    /// An explainer of what `pipeline` judged last. Its signals are all 0 for a model without trees, unless
    /// the pipeline has [`Options::every_signal`](crate::pipeline::Options::every_signal).
    pub fn new(pipeline: &'p Pipeline<'m>) -> Self {
        Self { pipeline, extractor: Extractor::default() }
    }

    /// Explains one paragraph. `document` and `judged` must be those of the pipeline's last judgement;
    /// panics for an `index` that the document does not have.
    pub fn paragraph(&mut self, document: &Document, judged: &Judged, index: usize) -> Explanation<'m> {
        let (model, evidence) = (self.pipeline.model(), self.pipeline.evidence());
        let decision = judged.decisions[index];
        let paragraph = &judged.paragraphs[index];
        let text = document.text(paragraph).into_owned();
        // A paragraph beyond the document's limits was never read: it has nothing to show.
        let read = index < evidence.len();
        let facts = if read { *evidence.facts(index) } else { Facts::default() };
        let features = if read {
            named(&text, index, judged.paragraphs.len(), model.weights(), &mut self.extractor)
        } else {
            Vec::new()
        };
        let width = 1 + model.classes().kinds();
        let channels = Channel::ALL.map(|channel| ChannelSum {
            channel,
            features: features.iter().filter(|feature| feature.channel == channel).count() as u32,
            known: if read { evidence.known(index, channel) } else { 0 },
            sums: if read { evidence.channel(index, channel)[..width].to_vec() } else { vec![0; width] },
        });
        let signals = self.pipeline.signals();
        let shown = read && !signals.values().is_empty();
        let signals = if shown { signals.row(index).to_vec() } else { vec![0; model.signals()] };
        let none = || Shares { bayes: 0.0, constant: 0.0, signals: vec![0.0; signals.len()] };
        Explanation {
            model,
            index,
            span: paragraph.span.clone(),
            text,
            decision,
            facts,
            channels,
            features,
            unknown_words: if read { evidence.unknown_words(index) } else { 0 },
            shares: if read { model.context().explain(&signals) } else { none() },
            signals,
            prior_shift: self.pipeline.prior_shift(),
            thresholds: self.pipeline.thresholds(),
            without_words: (matches!(
                decision.reason,
                Some(Reason::UnknownLanguage | Reason::RepeatedOnSite)
            ) && index < judged.without_words.len())
            .then(|| self.pipeline.without_words(index)),
            on_site: judged.on_site.get(index).copied(),
        }
    }
}

#[cfg(test)]
mod tests;
