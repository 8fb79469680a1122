//! A page to decisions: the order of the stages for HTML.

use super::decide::threshold;
use super::evidence::{self, Evidence};
use super::model::PageModel;
use super::signals::Signals;
use super::twins;
use crate::bayes::calibrate::{Calibration, logistic};
use crate::context::forest;
use crate::error::{Error, Result};
use crate::features::extract::Extractor;
use crate::split::html::Blocks;
use crate::verdict::{Decision, Preset, Reason, Verdict};

/// How pages are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Above 1 keeps more, below 1 keeps less; see [`threshold`].
    pub beta: f64,
    /// Probability from which a block goes; the page's own where absent.
    pub threshold: Option<f64>,
    /// Added to calibrated log-odds for the prior, in nats.
    pub shift: f64,
    /// Whether what a page says twice stays twice; see [`twins`].
    pub repeated: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { beta: 1.0, threshold: None, shift: 0.0, repeated: false }
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
        let shift = prior.map_or(0.0, |prior| logit(prior) - logit(base));
        Self { beta, threshold, shift, repeated: preset == Preset::Recall }
    }
}

/// Judges pages, one after another.
#[derive(Debug)]
pub struct PageJudge<'m> {
    model: &'m PageModel,
    options: Options,
    calibration: Calibration,
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
    /// Probability from which a block goes.
    pub threshold: f64,
}

impl<'m> PageJudge<'m> {
    /// A judge over a model.
    pub fn new(model: &'m PageModel, options: Options) -> Self {
        Self {
            model,
            options,
            calibration: model.calibration(),
            extractor: Extractor::default(),
            scratch: forest::Scratch::default(),
        }
    }

    /// The same for pages that are known to be of a kind, a listing for instance: probabilities are then what
    /// they are among pages of that kind. Nothing changes where none is named.
    ///
    /// # Errors
    /// [`Error::Setting`] for a kind that the model does not know; it says which there are.
    pub fn of_kind(mut self, kind: Option<&str>) -> Result<Self> {
        let Some(kind) = kind else { return Ok(self) };
        let kinds = self.model.kinds();
        let known = kinds.get(kind).copied();
        self.calibration = known.ok_or_else(|| {
            let all: Vec<&str> = kinds.keys().map(String::as_str).collect();
            let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
            Error::Setting(format!("{kind:?} is no kind of page that the model knows; it knows {all}"))
        })?;
        Ok(self)
    }

    /// Judges every block. Cannot fail.
    pub fn judge(&mut self, blocks: &Blocks) -> JudgedPage {
        let evidence = evidence::of_page(blocks, self.model.weights(), &mut self.extractor);
        let mut margins = Vec::with_capacity(evidence.len());
        Signals::in_parts(blocks, &evidence, |signals, width| {
            self.model.forest().margins(signals, width, &mut self.scratch, &mut margins);
        });
        let calibrated = |margin: &f64| self.calibration.log_odds(*margin) + self.options.shift;
        let log_odds: Vec<f64> = margins.iter().map(calibrated).collect();
        let words: Vec<f64> = evidence.iter().map(|it| f64::from(it.facts.shape.words)).collect();
        let least = self.options.threshold.unwrap_or_else(|| threshold(&log_odds, &words, self.options.beta));
        let decide = |(&log_odds, &margin): (&f64, &f64)| {
            let probability = logistic(log_odds);
            let verdict = if probability >= least {
                Verdict::Boilerplate
            } else if probability >= 0.5 {
                Verdict::Unsure
            } else {
                Verdict::Editorial
            };
            Decision { verdict, kind: 0, probability, margin, reason: None }
        };
        let mut decisions: Vec<Decision> = log_odds.iter().zip(&margins).map(decide).collect();
        if !self.options.repeated {
            let kept: Vec<bool> = decisions.iter().map(|it| it.verdict != Verdict::Boilerplate).collect();
            let again = twins::repeated(blocks, &kept);
            for (decision, _) in decisions.iter_mut().zip(again).filter(|(_, again)| *again) {
                decision.verdict = Verdict::Boilerplate;
                decision.reason = Some(Reason::RepeatedOnPage);
            }
        }
        JudgedPage { decisions, evidence, threshold: least }
    }
}

impl JudgedPage {
    /// Which blocks go.
    pub fn dropped(&self) -> Vec<bool> {
        self.decisions.iter().map(|it| it.verdict == Verdict::Boilerplate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::html;
    use crate::split::html as split;

    const PAGE: &str = "<main><h1>Lamps for small harbours</h1><p>The lamp on the quay was lit again in March, \
        after four winters.<p>Add to cart<p>Add to cart<div><p>The lamp on the quay was lit again in March, \
        after four winters.</div></main><footer><a href=/>Home</a> <a href=/t>Terms</a></footer>";

    fn judge<'m>(options: Options) -> PageJudge<'m> {
        PageJudge::new(PageModel::built_in().unwrap(), options)
    }

    #[test]
    fn what_a_page_says_twice_stays_once_unless_it_may_come_again() {
        let blocks = split::blocks(&html::parse(PAGE));
        // Nothing goes for its probability.
        let all = Options { threshold: Some(1.0), ..Options::default() };
        let judged = judge(all).judge(&blocks);
        let gone: Vec<usize> = (0..blocks.blocks.len()).filter(|&at| judged.dropped()[at]).collect();
        assert_eq!(gone, [4]);
        assert_eq!(judged.decisions[4].reason, Some(Reason::RepeatedOnPage));
        assert!(judged.decisions[4].probability < 1.0);
        let judged = judge(Options { repeated: true, ..all }).judge(&blocks);
        assert!(!judged.dropped().contains(&true));
    }

    #[test]
    fn a_kind_that_is_named_moves_probabilities_and_not_their_order() {
        let blocks = split::blocks(&html::parse(PAGE));
        let of = |kind: &str| judge(Options::default()).of_kind(Some(kind)).unwrap().judge(&blocks).decisions;
        let (article, product) = (of("article"), of("product"));
        for (a, b) in article.iter().zip(&product) {
            assert_eq!(a.margin, b.margin);
            assert_ne!(a.probability, b.probability);
        }
        let error = judge(Options::default()).of_kind(Some("poem")).unwrap_err().to_string();
        assert!(error.contains("poem") && error.contains("listing"), "{error}");
    }
}
