//! Revises decisions by repetition on the site.

use super::{Judge, Judged};
use crate::bayes::calibrate::logistic;
use crate::site::Sightings;
use crate::site::evidence::{self, OnSite};
use crate::verdict::Reason;

impl Judge<'_> {
    /// Adds the nats of [`evidence::nats`] to the calibrated log-odds of a text's paragraphs. A verdict that
    /// changes gets the reason [`Reason::RepeatedOnSite`]. Paragraphs that could not be judged stay so; in an
    /// unknown language, a paragraph is dropped only if its probability by shape, place and repetition alone
    /// is at least 0.5. Margins and kinds do not change. `sightings` and `counts` have one entry per
    /// paragraph.
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
            let probability = |margin| logistic(self.text.log_odds(margin) + nats);
            decision.probability = probability(decision.margin);
            let verdict = match judged.without_words.get(i).filter(|_| foreign) {
                Some(&bare) => self.thresholds.held_verdict(decision.probability, probability(bare)),
                None => self.thresholds.verdict(decision.probability),
            };
            if verdict != decision.verdict {
                decision.verdict = verdict;
                decision.reason = Some(Reason::RepeatedOnSite);
            }
        }
    }
}
