//! Which kind of boilerplate blocks look like: a hint for people, never part of a decision.
//!
//! Pages come with reference texts and not with labels, so the model of pages knows no kinds. The model of
//! text does, and a block that goes is a paragraph like any other.

use crate::bayes::evidence::{Evidence, Scorer};
use crate::context::signals::Signals;
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::model::Model;
use crate::split::html::Blocks;
use crate::verdict::{Decision, Verdict};

/// Names kinds, page after page; what it allocates is used again.
#[derive(Debug)]
pub struct Kinds<'m> {
    model: &'m Model,
    extractor: Extractor,
    scorer: Scorer<'m>,
    evidence: Evidence,
    signals: Signals,
}

impl<'m> Kinds<'m> {
    /// By the words, and the kinds, of a model of text.
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            extractor: Extractor::default(),
            scorer: Scorer::new(model.weights()),
            evidence: Evidence::default(),
            signals: Signals::default(),
        }
    }

    /// For each block that is not editorial, the kind of which its words and its neighbours' say most; `None`
    /// for the others. There is one decision for every block. Cannot fail.
    pub fn of(&mut self, blocks: &Blocks, decisions: &[Decision]) -> Vec<Option<&'m str>> {
        let Self { model, extractor, scorer, evidence, signals } = self;
        evidence.clear(model.weights().stride(), false);
        let count = blocks.blocks.len() as u32;
        for (index, block) in blocks.blocks.iter().enumerate() {
            let place = Place { index: index as u32, count };
            scorer.paragraph(extractor, &block.text, Some(place), evidence);
        }
        signals.fill_own(evidence, model.classes().kinds());
        let kind = |(index, decision): (usize, &Decision)| {
            let is_shown = decision.verdict != Verdict::Editorial;
            is_shown.then(|| model.kind(signals.likeliest_kind(evidence, index)))
        };
        decisions.iter().enumerate().map(kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::judge::{Options, PageJudge};
    use crate::pages::model::PageModel;
    use crate::read::html;
    use crate::split::html as split;

    #[test]
    fn what_goes_looks_like_something() {
        let page = "<main><h1>The ferry</h1><p>The old ferry crossed the sound for the last time on Friday, and half of \
                    the town stood on the quay to see it go.</p><p>Its captain had steered it for thirty years.</p></main>\
                    <div class=newsletter><p>Sign up for our free newsletter and get the best stories in your inbox every \
                    morning.</p></div><footer><p>© 2024 The Harbour Gazette. All rights reserved. Privacy policy. Terms of \
                    use.</p></footer>";
        let blocks = split::blocks(&html::parse(page));
        let judged = PageJudge::new(PageModel::built_in().unwrap(), Options::default()).judge(&blocks);
        let model = Model::built_in().unwrap();
        let mut kinds = Kinds::new(&model);
        let found = kinds.of(&blocks, &judged.decisions);
        for (decision, kind) in judged.decisions.iter().zip(&found) {
            assert_eq!(decision.verdict == Verdict::Editorial, kind.is_none());
        }
        assert_eq!(found[3..], [Some("pitch"), Some("legal")]);
        assert_eq!(kinds.of(&blocks, &judged.decisions), found);
        assert_eq!(kinds.of(&Blocks::default(), &[]), []);
    }
}
