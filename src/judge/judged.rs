//! What comes out: one decision per unit.

use crate::bayes::evidence::Evidence;
use crate::document::Document;
use crate::error::{Problem, ProblemKind};
use crate::features::{MAX_DOCUMENT_PARAGRAPHS, MAX_DOCUMENT_TOKENS, MAX_PARAGRAPH_TOKENS, words};
use crate::site::evidence::OnSite;
use crate::split::Units;
use crate::verdict::{Decision, Reason, Verdict};

/// A judged document: one decision per unit, in order.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The units.
    pub units: Units,
    /// What is decided about each.
    pub decisions: Vec<Decision>,
    /// Probability from which a unit of this document goes.
    pub threshold: f64,
    /// What went wrong while the document was judged.
    pub problems: Vec<Problem>,
    /// Share of a text's distinct words that the model does not know.
    pub unknown: f64,
    /// Where a text's language is unknown: the margin of each paragraph by shape and place alone, in nats.
    pub without_words: Vec<f64>,
    /// Once [`Judge::remember`](super::Judge::remember) has been asked: what each paragraph's site said.
    pub on_site: Vec<OnSite>,
}

impl Judged {
    /// Which units go.
    pub fn dropped(&self) -> Vec<bool> {
        self.decisions.iter().map(|decision| decision.verdict == Verdict::Boilerplate).collect()
    }

    /// Notes paragraphs and documents that are longer than what is read.
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

    /// Keeps the whole document where more than `max_drop` of its words would go: then every dropped
    /// paragraph becomes `unsure`, and the problem says what share it was.
    pub fn guard(&mut self, document: &Document, max_drop: f64) {
        let words = |goes: bool| {
            let found = self.units.iter().zip(&self.decisions);
            found
                .filter(move |(_, decision)| (decision.verdict == Verdict::Boilerplate) == goes)
                .map(|(unit, _)| words::count(&unit.text(document)) as u64)
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
