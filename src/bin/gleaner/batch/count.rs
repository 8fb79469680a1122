//! What a judged document adds to the counts, and to what a report shows.

use gleaner::unstable::features::words;
use gleaner::unstable::report::run::Loss;
use gleaner::unstable::verdict::{Reason, Verdict};
use gleaner::unstable::{document::Document, judge::Judged};

use super::highlights;
use super::work::Worker;

impl Worker<'_> {
    /// Counts a text or a page of which these units go.
    pub(super) fn count(&mut self, document: &Document, judged: &Judged, gone: &[bool]) {
        let (tally, done) = (&mut self.draft.tally, &mut self.draft.done);
        done.found |= gone.contains(&true);
        // A page is written anew whatever stays of it.
        let is_page = !judged.units.containers.is_empty();
        tally.judged += 1;
        if judged.decisions.iter().any(|it| it.reason == Some(Reason::UnknownLanguage)) {
            tally.unknown_language += 1;
            done.unknown_language.get_or_insert_with(|| document.place.to_string());
        }
        tally.changed += u64::from(is_page || gone.contains(&true));
        tally.emptied += u64::from(!gone.is_empty() && !gone.contains(&false));
        tally.bytes += document.bytes.len() as u64;
        tally.paragraphs += gone.len() as u64;
        let (mut all, mut lost, mut whole) = (0, 0, false);
        for ((unit, decision), &gone) in judged.units.iter().zip(&judged.decisions).zip(gone) {
            tally.unsure_paragraphs += u64::from(decision.verdict == Verdict::Unsure);
            if gone {
                tally.dropped_paragraphs += 1;
                tally.dropped_bytes += unit.bytes() as u64;
            }
            if !self.form.words {
                continue;
            }
            let text = unit.text(document);
            let words = words::count(&text) as u64;
            tally.words += words;
            all += words;
            let spared = decision.reason == Some(Reason::MaxDrop);
            whole |= spared;
            lost += if gone || spared { words } else { 0 };
            if gone {
                let kind = decision.kind.map_or("", |kind| self.judge.kind(kind));
                tally.drop_words(words, kind);
                if self.form.told {
                    done.highlights.dropped(kind, &document.id, &text, decision.probability);
                }
            }
        }
        if self.form.told {
            let loss = Loss { document: highlights::id(&document.id), words: all, dropped: lost, whole };
            done.highlights.loss(loss, self.form.is_limited() && !is_page);
        }
    }
}
