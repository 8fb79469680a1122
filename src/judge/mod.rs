//! The judge: the only place that knows the order of the stages. Documents go in, decisions come out.
//!
//! | file | what it does |
//! |---|---|
//! | `mod` | the stages in their order, for text and for pages |
//! | [`options`] | settings |
//! | [`judged`] | the result |
//! | `on_site` | repetition on the site, applied to judged documents |

pub mod judged;
mod on_site;
pub mod options;

use std::borrow::Cow;

use crate::bayes::calibrate::Calibration;
use crate::bayes::calibrate::logistic;
use crate::bayes::evidence::{Evidence, Scorer};
#[cfg(feature = "html")]
use crate::bayes::markup;
use crate::context::forest;
use crate::context::signals;
#[cfg(feature = "html")]
use crate::context::signals::page::PageSignals;
use crate::context::signals::text::{Columns, TextSignals};
use crate::document::Document;
use crate::error::Result;
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::features::{Channel, MAX_DOCUMENT_PARAGRAPHS, MAX_DOCUMENT_TOKENS};
use crate::model::{self, Medium, Model};
use crate::split::{self, Units};
#[cfg(feature = "html")]
use crate::verdict::expected_f1::ExpectedF1;
use crate::verdict::thresholds::Thresholds;
use crate::verdict::{Case, Decision, Reason, Rule, Ruling, Verdict};

pub use judged::Judged;
pub use options::Options;

/// Share of a document's distinct words that may be unknown before its language counts as unknown.
/// In English articles from sites that the model has not seen, the share is 0.01 to 0.16; in articles in
/// seven other languages, 0.44 to 0.91 (docs/experiments/text.md, "Unknown languages").
pub const MAX_UNKNOWN: f64 = 0.4;

/// Judges documents, one after another. Allocations are reused.
#[derive(Debug)]
pub struct Judge<'m> {
    options: Options,
    text: Section<'m>,
    thresholds: Thresholds,
    /// Kinds that are dropped; `None` for all.
    droppable: Option<Vec<usize>>,
    columns: Columns,
    /// Evidence, columns and margins without words, for documents in an unknown language.
    bare: (Evidence, Columns, Vec<f64>),
    #[cfg(feature = "html")]
    page: Option<(Section<'m>, ExpectedF1)>,
    model: &'m Model,
    extractor: Extractor,
    scratch: forest::Scratch,
    room: Vec<i32>,
    /// Whether text or a page was judged last.
    last: Medium,
}

/// A section of a model with the state of its current document.
#[derive(Debug)]
struct Section<'m> {
    model: &'m model::Section,
    scorer: Scorer<'m>,
    evidence: Evidence,
    /// Margins of the last document, in nats.
    margins: Vec<f64>,
    calibration: Calibration,
    /// Shift of the calibrated log-odds for the prior, in nats.
    shift: f64,
}

impl<'m> Section<'m> {
    fn new(model: &'m model::Section, calibration: Calibration, options: &Options) -> Result<Self> {
        Ok(Self {
            model,
            scorer: Scorer::new(model.weights()),
            evidence: Evidence::default(),
            margins: Vec::new(),
            calibration,
            shift: options.shift(model)?,
        })
    }

    /// Calibrated log-odds of a margin, prior included, in nats.
    fn log_odds(&self, margin: f64) -> f64 {
        self.calibration.log_odds(margin) + self.shift
    }
}

impl<'m> Judge<'m> {
    /// Creates a judge for the sections that the model has: for text, for pages, or for both. If the model
    /// has no section for text, the built-in model names kinds.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] for a prior outside (0, 1) or a threshold outside [0, 1],
    /// [`crate::Error::NoThreshold`] for a preset without a threshold, [`crate::Error::Model`] if the section
    /// for text is damaged.
    pub fn new(model: &'m Model, options: Options) -> Result<Self> {
        let text = if model.has(Medium::Text) { model.text() } else { Model::built_in()?.text() }?;
        Ok(Self {
            text: Section::new(text, text.calibration(), &options)?,
            thresholds: options.thresholds(text)?,
            droppable: options.droppable(text)?,
            columns: Columns::default(),
            bare: Default::default(),
            #[cfg(feature = "html")]
            page: None,
            model,
            extractor: Extractor::default(),
            scratch: forest::Scratch::default(),
            room: Vec::new(),
            last: Medium::Text,
            options,
        })
    }

    /// Judges every paragraph of a text. A paragraph that cannot be judged is kept, with the reason.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if the model has no section for text.
    pub fn text(&mut self, document: &Document) -> Result<Judged> {
        if !self.model.has(Medium::Text) {
            self.model.text()?;
        }
        self.last = Medium::Text;
        let (units, whole) = split::text::units_and_text(document, self.options.split);
        let units = Units::from(units);
        self.read(document, whole, &units);
        self.weigh();
        let unknown = self.unknown();
        let foreign = unknown > MAX_UNKNOWN;
        if foreign {
            self.weigh_without_words();
        }
        let log_odds: Vec<f64> = self.text.margins.iter().map(|&it| self.text.log_odds(it)).collect();
        let without_words: Option<Vec<f64>> =
            foreign.then(|| self.bare.2.iter().map(|&it| self.text.log_odds(it)).collect());
        let ruling = self.thresholds.decide(&Case {
            units: &units,
            evidence: &self.text.evidence,
            log_odds: &log_odds,
            without_words: without_words.as_deref(),
        });
        let Options { every_signal, every_kind, .. } = self.options;
        let mut decisions = decisions(&self.text, &log_odds, &ruling);
        for (i, decision) in decisions.iter_mut().enumerate().take(log_odds.len()) {
            if every_signal || every_kind || decision.verdict != Verdict::Editorial {
                decision.kind = Some(self.columns.kinds().likeliest(&self.text.evidence, i));
            }
        }
        self.spare(&mut decisions);
        let mut judged = Judged {
            units,
            decisions,
            threshold: ruling.threshold,
            unknown,
            without_words: self.bare.2.iter().copied().take(if foreign { usize::MAX } else { 0 }).collect(),
            ..Judged::default()
        };
        judged.report(document, &self.text.evidence);
        Ok(judged)
    }

    /// Judges every block of a page.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if the model has no section for pages or it is damaged;
    /// [`crate::Error::Setting`] for a prior out of range or an unknown page type.
    #[cfg(feature = "html")]
    pub fn page(&mut self, units: Units) -> Result<Judged> {
        self.last = Medium::Page;
        if self.page.is_none() {
            let model = self.model.pages()?;
            let calibration = self.options.calibration_of_type(model)?;
            let rule = ExpectedF1::new(self.options.preset, self.options.threshold);
            self.page = Some((Section::new(model, calibration, &self.options)?, rule));
        }
        let Some((section, rule)) = &mut self.page else { return Ok(Judged::default()) };
        let Section { model, scorer, evidence, margins, .. } = section;
        evidence.clear(model.weights().stride(), Channel::ALL.len(), false);
        markup::read(&units, model.weights(), scorer, &mut self.extractor, evidence);
        margins.clear();
        signals::in_parts(&PageSignals::new(&units, evidence), units.len(), &mut self.room, |rows, width| {
            model.forest().margins(rows, width, &mut self.scratch, margins);
        });
        let log_odds: Vec<f64> = section.margins.iter().map(|&it| section.log_odds(it)).collect();
        let evidence = &section.evidence;
        let ruling = rule.decide(&Case { units: &units, evidence, log_odds: &log_odds, without_words: None });
        let mut decisions = decisions(section, &log_odds, &ruling);
        if self.options.page_kinds || self.droppable.is_some() {
            self.name_kinds(&units, &mut decisions);
        }
        self.spare(&mut decisions);
        Ok(Judged { units, decisions, threshold: ruling.threshold, ..Judged::default() })
    }

    /// Sets the kinds of blocks that are not editorial. The section for pages has no kinds, because pages
    /// come with reference texts instead of labels. The section for text has them, and judges each block as a
    /// paragraph.
    #[cfg(feature = "html")]
    fn name_kinds(&mut self, units: &Units, decisions: &mut [Decision]) {
        let Section { model, scorer, evidence, .. } = &mut self.text;
        evidence.clear(model.weights().stride(), Channel::TEXT.len(), false);
        let count = units.len() as u32;
        for (index, unit) in (0..).zip(units.iter()) {
            scorer.read(&mut self.extractor, unit.rendered(), Some(Place { index, count }), evidence);
        }
        self.columns.read_own(evidence, model.classes().kinds());
        for (i, decision) in decisions.iter_mut().enumerate() {
            if decision.verdict != Verdict::Editorial || self.options.every_kind {
                decision.kind = Some(self.columns.kinds().likeliest(evidence, i));
            }
        }
    }

    /// Keeps boilerplate of kinds that are not to be dropped.
    fn spare(&self, decisions: &mut [Decision]) {
        let Some(droppable) = &self.droppable else { return };
        for decision in decisions.iter_mut().filter(|it| it.verdict == Verdict::Boilerplate) {
            if decision.kind.is_none_or(|kind| !droppable.contains(&kind)) {
                (decision.verdict, decision.reason) = (Verdict::Unsure, Some(Reason::KindKept));
            }
        }
    }

    /// Computes features and log-odds of every paragraph, up to the limits of a document.
    fn read(&mut self, document: &Document, whole: Option<&str>, units: &Units) {
        let Section { model, scorer, evidence, .. } = &mut self.text;
        // A context without trees does not use topics.
        let topics = self.options.every_signal || !model.forest().is_empty();
        evidence.clear(model.weights().stride(), Channel::TEXT.len(), topics);
        let count = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let mut tokens = 0;
        for (index, unit) in (0..).zip(units.iter()) {
            if tokens >= MAX_DOCUMENT_TOKENS || index as usize >= MAX_DOCUMENT_PARAGRAPHS {
                return;
            }
            let text = whole.and_then(|whole| whole.get(unit.range()));
            let text = text.map_or_else(|| unit.text(document), Cow::Borrowed);
            let facts = scorer.read(&mut self.extractor, &text, Some(Place { index, count }), evidence);
            tokens += facts.shape.tokens as usize;
        }
    }

    /// Computes signals and margin of every paragraph.
    fn weigh(&mut self) {
        let Self { options, text, columns, scratch, room, .. } = self;
        let Section { model, evidence, margins, .. } = text;
        margins_of(model, options.every_signal, evidence, columns, (scratch, room), margins);
    }

    /// Computes signals and margins without words.
    fn weigh_without_words(&mut self) {
        let Self { options, text, bare: (bare, columns, margins), scratch, room, .. } = self;
        text.evidence.without_words(bare);
        margins_of(text.model, options.every_signal, bare, columns, (scratch, room), margins);
    }

    /// Share of the document's distinct words that the model does not know.
    fn unknown(&self) -> f64 {
        let evidence = &self.text.evidence;
        let (unknown, known) = (0..evidence.len()).fold((0u64, 0u64), |(unknown, known), i| {
            let words = evidence.known(i, Channel::Words);
            (unknown + u64::from(evidence.unknown_words(i)), known + u64::from(words))
        });
        if unknown == 0 { 0.0 } else { unknown as f64 / (unknown + known) as f64 }
    }

    /// Probabilities from which a paragraph of text is `unsure` and `boilerplate`.
    pub fn thresholds(&self) -> [f64; 2] {
        self.thresholds.0
    }

    /// The options of the judge.
    pub fn options(&self) -> &Options {
        &self.options
    }

    fn section(&self) -> &Section<'m> {
        #[cfg(feature = "html")]
        if let (Medium::Page, Some((section, _))) = (self.last, &self.page) {
            return section;
        }
        &self.text
    }

    /// The section that judged the last document.
    pub fn model(&self) -> &'m model::Section {
        self.section().model
    }

    /// The section for text, which names kinds.
    pub fn text_model(&self) -> &'m model::Section {
        self.text.model
    }

    /// Name of a kind of boilerplate.
    pub fn kind(&self, kind: usize) -> &'m str {
        self.text.model.kind(kind)
    }

    /// Log-odds and facts of the last document.
    pub fn evidence(&self) -> &Evidence {
        &self.section().evidence
    }

    /// Calibrated log-odds of a margin, prior included, in nats, by the section that judged the last
    /// document.
    pub fn calibrated(&self, margin: f64) -> f64 {
        self.section().log_odds(margin)
    }

    /// Shift of the calibrated log-odds for the prior, in nats.
    pub fn prior_shift(&self) -> f64 {
        self.section().shift
    }

    /// Probability of a paragraph by shape and place alone, given its margin in [`Judged::without_words`].
    pub fn without_words(&self, margin: f64) -> f64 {
        logistic(self.text.log_odds(margin))
    }

    /// Returns the signals of the last document, one row after another; `units` are its units. There are no
    /// rows for text if no signals were computed: the model has no trees, and [`Options::every_signal`] is
    /// not set.
    pub fn signal_rows(&self, units: &Units) -> Vec<i32> {
        let n = self.evidence().len();
        match self.last {
            #[cfg(feature = "html")]
            Medium::Page => signals::rows(&PageSignals::new(units, self.evidence()), n),
            _ if !self.options.every_signal && self.text.model.forest().is_empty() => Vec::new(),
            _ => {
                let _ = units;
                signals::rows(&TextSignals::new(&self.columns, self.evidence()), n)
            }
        }
    }
}

/// Computes signals, as far as the model uses them, and margins of every paragraph.
fn margins_of(
    model: &model::Section,
    every_signal: bool,
    evidence: &Evidence,
    columns: &mut Columns,
    (scratch, room): (&mut forest::Scratch, &mut Vec<i32>),
    margins: &mut Vec<f64>,
) {
    margins.clear();
    let (kinds, forest) = (model.classes().kinds(), model.forest());
    if every_signal || !forest.is_empty() {
        columns.read(evidence, kinds);
    } else {
        columns.read_own(evidence, kinds);
    }
    if forest.is_empty() {
        forest.margins_of_own(columns.own(), margins);
    } else {
        let signals = TextSignals::new(columns, evidence);
        signals::in_parts(&signals, evidence.len(), room, |rows, width| {
            forest.margins(rows, width, scratch, margins);
        });
    }
}

/// Returns one decision per unit. A unit without evidence has a margin of 0.
fn decisions(section: &Section<'_>, log_odds: &[f64], ruling: &Ruling) -> Vec<Decision> {
    let of = |(i, &(verdict, reason)): (usize, &(Verdict, _))| {
        let margin = section.margins.get(i).copied().unwrap_or(0.0);
        let log_odds = log_odds.get(i).copied().unwrap_or_else(|| section.log_odds(0.0));
        Decision { verdict, kind: None, probability: logistic(log_odds), margin, reason }
    };
    ruling.verdicts.iter().enumerate().map(of).collect()
}
