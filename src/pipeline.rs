//! The order of the stages, and nothing else: bytes come in as a [`Document`], decisions go out.

use std::borrow::Cow;

use crate::bayes::calibrate::logistic;
use crate::bayes::evidence::{Evidence, Scorer};
use crate::context::forest;
use crate::context::signals::Signals;
use crate::document::{Document, Paragraph};
use crate::error::{Error, Problem, ProblemKind, Result};
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::features::{Channel, MAX_DOCUMENT_PARAGRAPHS, MAX_DOCUMENT_TOKENS, MAX_PARAGRAPH_TOKENS};
use crate::model::Model;
use crate::site::Sightings;
use crate::site::evidence::{self, OnSite};
use crate::split::{self, SplitMode};
use crate::verdict::{Decision, Preset, Reason, Verdict, decide};

/// Share of a document's distinct words that may be unknown before its language counts as unknown.
/// English articles from sites that a model has not seen have 0.01 to 0.16, articles in seven other
/// languages 0.44 to 0.91 (ARCHITECTURE.md, "Unknown languages").
pub const MAX_UNKNOWN: f64 = 0.4;

/// How documents are judged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Options {
    /// How plain text is split.
    pub split: SplitMode,
    /// Share of boilerplate to expect, inside (0, 1); the model's own where absent.
    pub prior: Option<f64>,
    /// Which of the model's own thresholds hold.
    pub preset: Preset,
    /// Probabilities from which a paragraph is `unsure` and `boilerplate`; the model's own where absent.
    pub thresholds: Option<[f64; 2]>,
    /// Compute the signals even where the model has no tree that looks at them, so that they can be shown.
    pub every_signal: bool,
    /// Look for the kind of editorial paragraphs too: what is decided later, by their site, may make them
    /// boilerplate.
    pub every_kind: bool,
}

/// Judges documents, one after another; what it allocates is used again.
#[derive(Debug)]
pub struct Pipeline<'m> {
    model: &'m Model,
    options: Options,
    /// Probabilities from which a paragraph is `unsure` and `boilerplate`.
    thresholds: [f64; 2],
    /// Added to calibrated log-odds for the prior, in nats.
    shift: f64,
    extractor: Extractor,
    scorer: Scorer<'m>,
    evidence: Evidence,
    signals: Signals,
    margins: Vec<f64>,
    /// The same of a document in an unknown language, without its words.
    bare: (Evidence, Signals, Vec<f64>),
    scratch: forest::Scratch,
}

/// A judged document: one decision per paragraph, in order.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The paragraphs.
    pub paragraphs: Vec<Paragraph>,
    /// What is decided about each.
    pub decisions: Vec<Decision>,
    /// What befell the document while it was judged.
    pub problems: Vec<Problem>,
    /// Share of its distinct words that the model does not know.
    pub unknown: f64,
    /// Where its language is unknown: the margin of each paragraph by shape and place alone, in nats.
    pub without_words: Vec<f64>,
    /// Once [`Pipeline::remember`] has been asked: what each paragraph's site said.
    pub on_site: Vec<OnSite>,
}

impl<'m> Pipeline<'m> {
    /// A pipeline over a model.
    ///
    /// # Errors
    /// [`Error::Setting`] for a prior outside (0, 1), thresholds out of order, or a preset for which the
    /// model has no threshold.
    pub fn new(model: &'m Model, options: Options) -> Result<Self> {
        let logit = |share: f64| (share / (1.0 - share)).ln();
        let shift = match options.prior {
            None => 0.0,
            Some(prior) if prior > 0.0 && prior < 1.0 => {
                logit(prior) - logit(model.base_rate().clamp(1e-6, 1.0 - 1e-6))
            }
            Some(prior) => {
                return Err(Error::Setting(format!("a prior lies between 0 and 1, not at {prior}")));
            }
        };
        if let Some([unsure, boilerplate]) = options.thresholds {
            let inside = |p: f64| (0.0..=1.0).contains(&p);
            if !(inside(unsure) && inside(boilerplate) && unsure <= boilerplate) {
                return Err(Error::Setting(format!(
                    "thresholds lie between 0 and 1 in order, not at {unsure} and {boilerplate}"
                )));
            }
        }
        let own = || {
            model.thresholds_of(options.preset).ok_or_else(|| {
                Error::Setting(format!(
                    "the model {:?} has no threshold for --{}: too little was labelled to choose it; give a \
                     --threshold, or let `gleaner tune` choose one on labelled documents",
                    model.header().name,
                    options.preset.name()
                ))
            })
        };
        let thresholds = options.thresholds.map_or_else(own, Ok)?;
        Ok(Self {
            model,
            options,
            thresholds,
            shift,
            extractor: Extractor::default(),
            scorer: Scorer::new(model.weights()),
            evidence: Evidence::default(),
            signals: Signals::default(),
            margins: Vec::new(),
            bare: Default::default(),
            scratch: forest::Scratch::default(),
        })
    }

    /// Judges every paragraph of a document. Cannot fail: what cannot be judged is kept, with its reason.
    pub fn judge(&mut self, document: &Document) -> Judged {
        let (paragraphs, text) = split::paragraphs_and_text(document, self.options.split);
        let beyond = self.read(document, text, &paragraphs);
        self.weigh();
        let unknown = self.unknown();
        let foreign = unknown > MAX_UNKNOWN;
        if foreign {
            self.weigh_without_words();
        }
        let mut judged = Judged {
            unknown,
            problems: Vec::new(),
            decisions: Vec::with_capacity(paragraphs.len()),
            paragraphs,
            without_words: if foreign { self.bare.2.clone() } else { Vec::new() },
            on_site: Vec::new(),
        };
        for (i, paragraph) in judged.paragraphs.iter().enumerate() {
            if i >= beyond {
                judged.decisions.push(self.beyond());
                continue;
            }
            let reason = if !paragraph.intact {
                Some(Reason::Damaged)
            } else if self.evidence.facts(i).too_long {
                Some(Reason::TooLong)
            } else if self.evidence.facts(i).shape.tokens == 0 {
                Some(Reason::NoTokens)
            } else if foreign {
                Some(Reason::UnknownLanguage)
            } else {
                None
            };
            judged.decisions.push(self.decide(i, reason));
        }
        self.report(document, beyond, &mut judged);
        judged
    }

    /// Features and log-odds of every paragraph; the first paragraph beyond the document's limit of tokens.
    fn read(&mut self, document: &Document, whole: Option<&str>, paragraphs: &[Paragraph]) -> usize {
        // A context without trees looks at no topic.
        let topics = self.options.every_signal || !self.model.forest().is_empty();
        self.evidence.clear(self.model.weights().stride(), topics);
        let count = u32::try_from(paragraphs.len()).unwrap_or(u32::MAX);
        let mut tokens = 0;
        for (i, paragraph) in paragraphs.iter().enumerate() {
            if tokens >= MAX_DOCUMENT_TOKENS || i >= MAX_DOCUMENT_PARAGRAPHS {
                return i;
            }
            let place = Some(Place { index: i as u32, count });
            let text = whole.and_then(|whole| whole.get(paragraph.span.clone()));
            let text = text.map_or_else(|| document.text(paragraph), Cow::Borrowed);
            let facts = self.scorer.paragraph(&mut self.extractor, &text, place, &mut self.evidence);
            tokens += facts.shape.tokens as usize;
        }
        paragraphs.len()
    }

    /// Signals and margin of every paragraph.
    fn weigh(&mut self) {
        let Self { model, options, evidence, signals, margins, scratch, .. } = self;
        margins_of(model, options.every_signal, evidence, signals, scratch, margins);
    }

    /// The same without words.
    fn weigh_without_words(&mut self) {
        let Self { model, options, evidence, bare: (bare, signals, margins), scratch, .. } = self;
        evidence.without_words(bare);
        margins_of(model, options.every_signal, bare, signals, scratch, margins);
    }

    fn unknown(&self) -> f64 {
        let (unknown, known) = (0..self.evidence.len()).fold((0u64, 0u64), |(unknown, known), i| {
            (
                unknown + u64::from(self.evidence.unknown_words(i)),
                known + u64::from(self.evidence.known(i, Channel::Words)),
            )
        });
        if unknown == 0 { 0.0 } else { unknown as f64 / (unknown + known) as f64 }
    }

    /// What is said of a paragraph that was not read: as likely as any, kept.
    fn beyond(&self) -> Decision {
        let (verdict, reason) = (Verdict::Unsure, Some(Reason::BeyondLimit));
        Decision { verdict, kind: 0, probability: self.probability(0.0), margin: 0.0, reason }
    }

    fn decide(&mut self, i: usize, reason: Option<Reason>) -> Decision {
        let margin = self.margins[i];
        let probability = self.probability(margin);
        let mut verdict = decide(probability, self.thresholds());
        let held = match reason {
            None => false,
            // Without its words, it must still be likelier boilerplate than not.
            Some(Reason::UnknownLanguage) => self.without_words(i) < 0.5,
            Some(_) => true,
        };
        if held && (verdict == Verdict::Boilerplate || reason != Some(Reason::UnknownLanguage)) {
            verdict = Verdict::Unsure;
        }
        let Options { every_signal, every_kind, .. } = self.options;
        let shown = every_signal || every_kind || verdict != Verdict::Editorial;
        let kind = if shown { self.signals.likeliest_kind(&self.evidence, i) } else { 0 };
        Decision { verdict, kind, probability, margin, reason }
    }

    /// Judges again, now that it is known how many other documents of the site have each paragraph: the nats
    /// of [`evidence::nats`] are added to the calibrated log-odds. A verdict that becomes another one has the
    /// reason [`Reason::RepeatedOnSite`]. What could not be judged is not judged now either; in an unknown
    /// language a paragraph must be likelier boilerplate than not by shape, place and repetition alone. Margin
    /// and kind stay what they were. `sightings` and `counts` are those of the document, one for each paragraph.
    /// Cannot fail.
    pub fn remember(&self, judged: &mut Judged, sightings: &Sightings, counts: &[u32]) {
        let seen = sightings.all().iter().zip(counts);
        judged.on_site =
            seen.map(|(it, &documents)| OnSite { documents, length: it.length, nats: 0.0 }).collect();
        judged.on_site.resize(judged.decisions.len(), OnSite::default());
        for (i, (decision, on_site)) in judged.decisions.iter_mut().zip(&mut judged.on_site).enumerate() {
            let foreign = decision.reason == Some(Reason::UnknownLanguage);
            let nats = evidence::nats(on_site.documents, on_site.length);
            if nats == 0.0 || !(foreign || decision.reason.is_none()) {
                continue;
            }
            on_site.nats = nats;
            decision.probability = self.probability_with(decision.margin, nats);
            let mut verdict = decide(decision.probability, self.thresholds());
            let bare = judged.without_words.get(i).filter(|_| foreign);
            if bare.is_some_and(|&bare| self.probability_with(bare, nats) < 0.5)
                && verdict == Verdict::Boilerplate
            {
                verdict = Verdict::Unsure;
            }
            if verdict != decision.verdict {
                decision.verdict = verdict;
                decision.reason = Some(Reason::RepeatedOnSite);
            }
        }
    }

    fn probability(&self, margin: f64) -> f64 {
        self.probability_with(margin, 0.0)
    }

    fn probability_with(&self, margin: f64, nats: f64) -> f64 {
        logistic(self.model.calibration().log_odds(margin) + self.shift + nats)
    }

    fn report(&self, document: &Document, beyond: usize, judged: &mut Judged) {
        let mut problem = |kind| judged.problems.push(Problem { place: document.place.clone(), kind });
        for i in (0..self.evidence.len()).filter(|&i| self.evidence.facts(i).too_long) {
            problem(ProblemKind::ParagraphTooLong { index: i, limit: MAX_PARAGRAPH_TOKENS });
        }
        if beyond < judged.paragraphs.len() {
            let (limit, of) = if beyond == MAX_DOCUMENT_PARAGRAPHS {
                (MAX_DOCUMENT_PARAGRAPHS, "paragraphs")
            } else {
                (MAX_DOCUMENT_TOKENS, "tokens")
            };
            problem(ProblemKind::DocumentTooLong { from: beyond, limit, of });
        }
    }

    /// Probabilities from which a paragraph is `unsure` and `boilerplate`.
    pub fn thresholds(&self) -> [f64; 2] {
        self.thresholds
    }

    /// Added to calibrated log-odds for the prior, in nats.
    pub fn prior_shift(&self) -> f64 {
        self.shift
    }

    /// Probability of a paragraph by shape and place alone. Only where the document judged last was in an
    /// unknown language ([`Reason::UnknownLanguage`]); panics for a paragraph that it does not have.
    pub fn without_words(&self, paragraph: usize) -> f64 {
        self.probability(self.bare.2[paragraph])
    }

    /// The model in use.
    pub fn model(&self) -> &'m Model {
        self.model
    }

    /// Log-odds and facts of the document judged last.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Signals of the document judged last; without rows where the model has no trees.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }
}

/// Signals, as many as the model looks at, and the margin of every paragraph.
fn margins_of(
    model: &Model,
    every_signal: bool,
    evidence: &Evidence,
    signals: &mut Signals,
    scratch: &mut forest::Scratch,
    margins: &mut Vec<f64>,
) {
    margins.clear();
    let (kinds, forest) = (model.classes().kinds(), model.forest());
    if every_signal || !forest.is_empty() {
        signals.fill(evidence, kinds);
    } else {
        signals.fill_own(evidence, kinds);
    }
    if forest.is_empty() {
        forest.margins_of_own(signals.own(), margins);
    } else {
        forest.margins(signals.values(), signals.width(), scratch, margins);
    }
}

impl Judged {
    /// Which paragraphs go.
    pub fn dropped(&self) -> Vec<bool> {
        self.decisions.iter().map(|decision| decision.verdict == Verdict::Boilerplate).collect()
    }

    /// Keeps the whole document where more than `max_drop` of its words would go: then every dropped
    /// paragraph becomes `unsure`, and the problem says what share it was.
    pub fn guard(&mut self, document: &Document, max_drop: f64) {
        let words = |goes: bool| {
            let found = self.paragraphs.iter().zip(&self.decisions);
            found
                .filter(move |(_, decision)| (decision.verdict == Verdict::Boilerplate) == goes)
                .map(|(paragraph, _)| document.text(paragraph).split_whitespace().count() as u64)
        };
        let gone: u64 = words(true).sum();
        let mut all = gone;
        let is_much = |all: u64| gone as f64 > max_drop * all as f64;
        // What stays is counted only until it is enough: counting words takes a tenth of judging them.
        let mut stays = words(false);
        while is_much(all)
            && let Some(words) = stays.next()
        {
            all += words;
        }
        if !is_much(all) {
            return;
        }
        drop(stays);
        for decision in self.decisions.iter_mut().filter(|decision| decision.verdict == Verdict::Boilerplate)
        {
            decision.verdict = Verdict::Unsure;
            decision.reason = Some(Reason::MaxDrop);
        }
        let share = (gone * 100 / all.max(1)) as u32;
        self.problems.push(Problem { place: document.place.clone(), kind: ProblemKind::MaxDrop { share } });
    }
}
