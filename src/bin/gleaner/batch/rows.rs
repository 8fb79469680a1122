//! Judged units as rows: one type for text and for pages, written as JSON or shown as text.

use gleaner::unstable::verdict::Reason;
use gleaner::unstable::write::jsonl::UnitRow;
use gleaner::unstable::{document::Document, judge::Judge, judge::Judged};

/// What is shown of a judged document.
#[derive(Clone, Copy)]
pub struct Shown<'a, 'm> {
    pub judge: &'a Judge<'m>,
    pub document: &'a Document,
    pub judged: &'a Judged,
    /// Whether a memory of sites is in use.
    pub with_sites: bool,
}

impl Shown<'_, '_> {
    /// Hands on one row for each unit that is wanted, by its number.
    pub fn rows(&self, wanted: impl Fn(usize) -> bool, mut emit: impl FnMut(&UnitRow<'_>)) {
        let Self { judge, document, judged, with_sites } = self;
        let units = judged.units.iter().zip(&judged.decisions).enumerate();
        for (index, (unit, decision)) in units.filter(|(index, _)| wanted(*index)) {
            let path = (!judged.units.containers.is_empty()).then(|| judged.units.path(unit.container));
            emit(&UnitRow {
                doc: &document.id,
                index,
                start: unit.span.as_ref().map(|span| span.start),
                end: unit.span.as_ref().map(|span| span.end),
                verdict: decision.verdict.name(),
                kind: decision.shown_kind().map(|kind| judge.kind(kind)),
                boilerplate: decision.probability,
                log_odds: decision.margin,
                reason: decision.reason.map(Reason::name),
                on_site: with_sites.then(|| judged.on_site.get(index).map(|it| it.documents)),
                path: path.as_deref(),
                text: &unit.text(document),
            });
        }
    }
}
