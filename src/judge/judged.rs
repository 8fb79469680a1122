//! The result of judging a document.

use crate::bayes::evidence::Evidence;
use crate::document::Document;
use crate::error::{Problem, ProblemKind};
use crate::features::{MAX_DOCUMENT_PARAGRAPHS, MAX_DOCUMENT_TOKENS, MAX_PARAGRAPH_TOKENS, words};
use crate::site::evidence::OnSite;
use crate::split::Units;
use crate::verdict::{Decision, Reason, Verdict};

/// A judged document: its units, and one decision for each, in order.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The units.
    pub units: Units,
    /// Decision on each unit.
    pub decisions: Vec<Decision>,
    /// Probability from which a unit of this document is dropped.
    pub threshold: f64,
    /// Problems found while the document was judged.
    pub problems: Vec<Problem>,
    /// Share of the distinct words of a text that the model does not know.
    pub unknown: f64,
    /// Margins of the paragraphs by shape and place alone, in nats, if the language of a text is unknown.
    pub without_words: Vec<f64>,
    /// Repetition of each paragraph on its site, once [`Judge::remember`](super::Judge::remember) was called.
    pub on_site: Vec<OnSite>,
}

impl Judged {
    /// Which units are dropped.
    pub fn dropped(&self) -> Vec<bool> {
        self.decisions.iter().map(|decision| decision.verdict == Verdict::Boilerplate).collect()
    }

    /// Reports paragraphs and documents that exceed the limits.
    pub(super) fn report(&mut self, document: &Document, evidence: &Evidence) {
        let beyond = evidence.len();
        let mut problem = |kind| self.problems.push(Problem { place: document.place.clone(), kind });
        for index in (0..beyond).filter(|&i| evidence.facts(i).too_long) {
            problem(ProblemKind::ParagraphTooLong { index, limit: MAX_PARAGRAPH_TOKENS });
        }
        if beyond < self.units.len() {
            let (limit, of) = if beyond == MAX_DOCUMENT_PARAGRAPHS {
                (MAX_DOCUMENT_PARAGRAPHS, "paragraphs")
            } else {
                (MAX_DOCUMENT_TOKENS, "tokens")
            };
            problem(ProblemKind::DocumentTooLong { from: beyond, limit, of });
        }
    }

    /// Keeps the whole document if more than `max_drop` of its words ([`words::weight`]) would be dropped. Every dropped
    /// paragraph then becomes `unsure`, and a problem reports the share.
    pub fn guard(&mut self, document: &Document, max_drop: f64) {
        let words = |goes: bool| {
            let found = self.units.iter().zip(&self.decisions);
            found
                .filter(move |(_, decision)| (decision.verdict == Verdict::Boilerplate) == goes)
                .map(|(unit, _)| words::weight(&unit.text(document)) as u64)
        };
        let gone: u64 = words(true).sum();
        let mut all = gone;
        let is_much = |all: u64| gone as f64 > max_drop * all as f64;
        // Kept words are counted only until there are enough: counting takes a tenth of the time of judging.
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
