//! Why each unit was judged as it was: every stage's part in it, down to single tokens.
//!
//! | file | what it does |
//! |---|---|
//! | [`features`] | a paragraph's features by name, with their weights |
//! | [`wording`] | features, signals and reasons in words |
//! | [`visible`] | text that is safe to show on a terminal |
//! | [`sources`] | where a margin comes from |
//! | [`brief`] | an explanation in one line |
//! | [`human`] | an explanation as lines to read |
//! | [`json`] | an explanation as one JSON object |
//! | [`stages`] | the raw result of one stage |
//!
//! Nothing is computed twice in two ways: features come from [`crate::features::extract`], weights from the
//! model's own table, so that what is listed adds up to what was summed.

pub mod brief;
pub mod features;
pub mod human;
pub mod json;
pub mod sources;
pub mod stages;
pub mod visible;
pub mod wording;

use std::ops::Range;

use crate::bayes::weights::WEIGHT_SCALE;
use crate::context::Shares;
use crate::document::Document;
use crate::features::extract::Extractor;
use crate::features::{Channel, Facts};
use crate::judge::{Judge, Judged};
use crate::model::{Medium, Section};
use crate::site::evidence::OnSite;
use crate::verdict::{Decision, Reason};

use features::Feature;

/// Everything that is known of one judged unit.
#[derive(Debug, Clone)]
pub struct Explanation<'m> {
    /// The model that judged.
    pub model: &'m Section,
    /// Number of the unit in its document, from 0.
    pub index: usize,
    /// Its bytes in the document, where they are known.
    pub span: Option<Range<usize>>,
    /// Of a block: the innermost elements around it, from the outside in.
    pub path: Option<String>,
    /// Its decoded text.
    pub text: String,
    /// What was decided.
    pub decision: Decision,
    /// Name of the likeliest kind of boilerplate, where it was looked for.
    pub kind: Option<&'m str>,
    /// Calibrated log-odds of its margin, prior included, without what its site said, in nats.
    pub log_odds: f64,
    /// Its facts.
    pub facts: Facts,
    /// What each channel summed up to, in their order: those of text, or of pages.
    pub channels: Vec<ChannelSum>,
    /// Its distinct features in the order in which the text shows them; none where it was not read.
    pub features: Vec<Feature>,
    /// Distinct words that the model does not know.
    pub unknown_words: u32,
    /// What its margin is made of, in nats.
    pub shares: Shares,
    /// The signals that the context looked at, as they are ([`crate::context::signals`]).
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
    /// The likeliest kind among those of the model that judged: none for pages, whose kinds are those of the
    /// model of text.
    pub fn own_kind(&self) -> Option<usize> {
        self.decision.kind.filter(|_| self.model.medium() == Medium::Text)
    }

    /// Distinct words that the model knows.
    pub fn known_words(&self) -> u32 {
        self.channels.first().map_or(0, |words| words.known)
    }

    /// Share of the distinct words that the model does not know; 0 where there are no words.
    pub fn unknown_share(&self) -> f64 {
        f64::from(self.unknown_words) / f64::from((self.unknown_words + self.known_words()).max(1))
    }

    /// Calibrated log-odds, prior and site included, in nats: the logit of the probability.
    pub fn calibrated(&self) -> f64 {
        self.log_odds + self.on_site.map_or(0.0, |it| it.nats)
    }

    /// The features that the model knows, from the one that says boilerplate loudest to the one that says
    /// editorial loudest; equals stay in the order of the text.
    pub fn ranked(&self) -> Vec<&Feature> {
        ranked(self.features.iter())
    }

    /// Numbers of the signals with a share, from the largest share of either sign to the smallest.
    pub fn ranked_signals(&self) -> Vec<usize> {
        let shares = &self.shares.signals;
        let mut order: Vec<usize> = (0..shares.len()).filter(|&i| shares[i] != 0.0).collect();
        order.sort_by(|&a, &b| shares[b].abs().total_cmp(&shares[a].abs()));
        order
    }
}

/// Those that the model knows, from what speaks for boilerplate to what speaks against it.
fn ranked<'a>(features: impl Iterator<Item = &'a Feature>) -> Vec<&'a Feature> {
    let mut known: Vec<&Feature> = features.filter(|feature| feature.known).collect();
    known.sort_by_key(|feature| -feature.weights[0]);
    known
}

/// Explains the units of the document that a judge judged last.
#[derive(Debug)]
pub struct Explainer<'p, 'm> {
    judge: &'p Judge<'m>,
    judged: &'p Judged,
    /// All signals, one row after another.
    signals: Vec<i32>,
    extractor: Extractor,
}

impl<'p, 'm> Explainer<'p, 'm> {
    /// An explainer of what `judge` judged last, which is `judged`. Signals are all 0 for a model without trees,
    /// unless the judge has [`Options::every_signal`](crate::judge::Options::every_signal).
    pub fn new(judge: &'p Judge<'m>, judged: &'p Judged) -> Self {
        let signals = judge.signal_rows(&judged.units);
        Self { judge, judged, signals, extractor: Extractor::default() }
    }

    /// Explains one unit of `document`, which is the one that was judged; panics for an `index` that it does not
    /// have.
    pub fn unit(&mut self, document: &Document, index: usize) -> Explanation<'m> {
        let Self { judge, judged, signals, extractor } = self;
        let (model, evidence) = (judge.model(), judge.evidence());
        let (unit, decision) = (&judged.units[index], judged.decisions[index]);
        let text = unit.text(document).into_owned();
        // A paragraph beyond the document's limits was never read: it has nothing to show.
        let read = index < evidence.len();
        let facts = if read { *evidence.facts(index) } else { Facts::default() };
        let features = match model.medium() {
            _ if !read => Vec::new(),
            Medium::Text => features::of_text(&text, index, judged.units.len(), model.weights(), extractor),
            Medium::Page => features::of_block(&judged.units, unit, model.weights(), extractor),
        };
        let width = 1 + model.classes().kinds();
        let channel = |&channel: &Channel| ChannelSum {
            channel,
            features: features.iter().filter(|feature| feature.channel == channel).count() as u32,
            known: if read { evidence.known(index, channel) } else { 0 },
            sums: if read { evidence.channel(index, channel)[..width].to_vec() } else { vec![0; width] },
        };
        let channels = match model.medium() {
            Medium::Text => Channel::TEXT.iter().map(channel).collect(),
            Medium::Page => Channel::ALL.iter().filter(|it| **it != Channel::Place).map(channel).collect(),
        };
        let width = model.signals();
        let row = signals.get(index * width..(index + 1) * width).filter(|_| read);
        let signals = row.map_or_else(|| vec![0; width], <[i32]>::to_vec);
        let none = || Shares { bayes: 0.0, constant: 0.0, signals: vec![0.0; width] };
        let bare = judged
            .without_words
            .get(index)
            .filter(|_| matches!(decision.reason, Some(Reason::UnknownLanguage | Reason::RepeatedOnSite)));
        Explanation {
            model,
            index,
            span: unit.span.clone(),
            path: (!judged.units.containers.is_empty()).then(|| judged.units.path(unit.container)),
            text,
            decision,
            kind: decision.kind.map(|kind| judge.kind(kind)),
            log_odds: judge.calibrated(decision.margin),
            facts,
            channels,
            features,
            unknown_words: if read { evidence.unknown_words(index) } else { 0 },
            shares: if read { model.context().explain(&signals) } else { none() },
            signals,
            prior_shift: judge.prior_shift(),
            thresholds: match model.medium() {
                Medium::Text => judge.thresholds(),
                Medium::Page => [judged.threshold.min(0.5), judged.threshold],
            },
            without_words: bare.map(|&margin| judge.without_words(margin)),
            on_site: judged.on_site.get(index).copied(),
        }
    }
}

#[cfg(test)]
mod tests;
