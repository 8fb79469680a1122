//! A page to decisions: the order of the stages for HTML.

use super::decide::threshold;
use super::evidence::{self, Evidence};
use super::model::PageModel;
use super::signals::Signals;
use crate::bayes::calibrate::logistic;
use crate::context::forest;
use crate::features::extract::Extractor;
use crate::split::html::Blocks;
use crate::verdict::{Decision, Preset, Verdict};

/// How pages are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Above 1 keeps more, below 1 keeps less; see [`threshold`].
    pub beta: f64,
    /// Probability from which a block goes; the page's own where absent.
    pub threshold: Option<f64>,
    /// Added to calibrated log-odds for the prior, in nats.
    pub shift: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { beta: 1.0, threshold: None, shift: 0.0 }
    }
}

/// β for [`Preset::Recall`] and, inverted, for [`Preset::Precision`]: the usual F2 and F½.
const BETA: f64 = 2.0;

impl Options {
    /// What a user asks for: a preset, a probability from which blocks go, a share of boilerplate to expect.
    /// Cannot fail; shares of 0 and 1 count as a millionth off them.
    pub fn asked(model: &PageModel, preset: Preset, threshold: Option<f64>, prior: Option<f64>) -> Self {
        let logit = |share: f64| {
            let share = share.clamp(1e-6, 1.0 - 1e-6);
            (share / (1.0 - share)).ln()
        };
        let beta = match preset {
            Preset::Precision => 1.0 / BETA,
            Preset::Recall => BETA,
            Preset::Default => 1.0,
        };
        let base = f64::from(model.fitted().base_rate) / 1e6;
        Self { beta, threshold, shift: prior.map_or(0.0, |prior| logit(prior) - logit(base)) }
    }
}

/// Judges pages, one after another.
#[derive(Debug)]
pub struct PageJudge<'m> {
    model: &'m PageModel,
    options: Options,
    extractor: Extractor,
    scratch: forest::Scratch,
}

/// A judged page.
#[derive(Debug, Clone, Default)]
pub struct JudgedPage {
    /// One per block.
    pub decisions: Vec<Decision>,
    /// What naive Bayes said of each.
    pub evidence: Vec<Evidence>,
    /// What the context looked at.
    pub signals: Signals,
    /// Probability from which a block goes.
    pub threshold: f64,
}

impl<'m> PageJudge<'m> {
    /// A judge over a model.
    pub fn new(model: &'m PageModel, options: Options) -> Self {
        Self { model, options, extractor: Extractor::default(), scratch: forest::Scratch::default() }
    }

    /// Judges every block. Cannot fail.
    pub fn judge(&mut self, blocks: &Blocks) -> JudgedPage {
        let evidence = evidence::of_page(blocks, self.model.weights(), &mut self.extractor);
        let signals = Signals::of(blocks, &evidence, &[]);
        let mut margins = Vec::with_capacity(evidence.len());
        self.model.forest().margins(&signals.values, signals.width(), &mut self.scratch, &mut margins);
        let calibration = self.model.calibration();
        let probability = |margin: &f64| logistic(calibration.log_odds(*margin) + self.options.shift);
        let boilerplate: Vec<f64> = margins.iter().map(probability).collect();
        let words: Vec<f64> = evidence.iter().map(|it| f64::from(it.facts.shape.words)).collect();
        let least =
            self.options.threshold.unwrap_or_else(|| threshold(&boilerplate, &words, self.options.beta));
        let decide = |(&probability, &margin): (&f64, &f64)| {
            let verdict = if probability >= least {
                Verdict::Boilerplate
            } else if probability >= 0.5 {
                Verdict::Unsure
            } else {
                Verdict::Editorial
            };
            Decision { verdict, kind: 0, probability, margin, reason: None }
        };
        let decisions = boilerplate.iter().zip(&margins).map(decide).collect();
        JudgedPage { decisions, evidence, signals, threshold: least }
    }
}

impl JudgedPage {
    /// Which blocks go.
    pub fn dropped(&self) -> Vec<bool> {
        self.decisions.iter().map(|it| it.verdict == Verdict::Boilerplate).collect()
    }
}
