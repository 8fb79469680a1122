//! The results of cleaning.

use std::fmt;
use std::ops::Range;

use crate::document::Document;
use crate::error::Problem;
use crate::judge::{Judge, Judged};
use crate::split::Role;
#[cfg(feature = "html")]
use crate::split::html::{Metadata, Page};
use crate::verdict::{Reason, Verdict};
#[cfg(feature = "html")]
use crate::write::page;
use crate::write::text::keep;

/// A kind of boilerplate, named by a label of the model. The built-in model has `pitch`, `social`, `related`,
/// `nav`, `meta`, `bio`, `legal`, `ad`, `comment` and `ui`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(Box<str>);

impl Kind {
    /// Name of the kind.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq<str> for Kind {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

/// A judged unit: a paragraph of a text, or a block of a page.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Unit {
    /// Byte range in the input. `None` for blocks of pages that are not UTF-8, and for text found in data for
    /// scripts.
    pub span: Option<Range<usize>>,
    /// Text of the unit.
    pub text: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Calibrated probability of boilerplate, above 0 and below 1.
    pub probability: f64,
    /// Log-odds before calibration, in nats.
    pub log_odds: f64,
    /// The likeliest kind of boilerplate: information, never part of the decision. `None` for editorial
    /// units, except from [`Cleaner::judge`](crate::Cleaner::judge).
    pub kind: Option<Kind>,
    /// Why the verdict differs from the probability, if it does.
    pub reason: Option<Reason>,
    /// The role of the unit; always [`Role::Paragraph`] in a text.
    pub role: Role,
}

/// The units of a judged document.
pub(super) fn units(document: &Document, judge: &Judge<'_>, judged: &Judged) -> Vec<Unit> {
    let unit = |(unit, decision): (&crate::split::Unit, &crate::verdict::Decision)| Unit {
        span: unit.span.clone(),
        text: unit.text(document).into_owned(),
        verdict: decision.verdict,
        probability: decision.probability,
        log_odds: decision.margin,
        kind: decision.kind.map(|kind| Kind(judge.kind(kind).into())),
        reason: decision.reason,
        role: unit.role,
    };
    judged.units.iter().zip(&judged.decisions).map(unit).collect()
}

/// A cleaned text.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Cleaned {
    text: String,
    units: Vec<Unit>,
    problems: Vec<Problem>,
}

impl Cleaned {
    pub(super) fn new(document: &Document, judge: &Judge<'_>, judged: Judged) -> Self {
        let kept = keep(document, &judged.units, &judged.dropped());
        Self {
            // The input is UTF-8, and spans lie on character boundaries.
            text: String::from_utf8_lossy(&kept).into_owned(),
            units: units(document, judge, &judged),
            problems: judged.problems,
        }
    }

    /// The kept text: a subset of the input's bytes, in order.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kept text, owned.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// All units, in the order of the text.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The units that were dropped.
    pub fn dropped(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.verdict == Verdict::Boilerplate)
    }

    /// The units that were kept.
    pub fn kept(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.verdict != Verdict::Boilerplate)
    }

    /// Problems found: limits that were exceeded, or too much to drop.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// A cleaned page.
#[cfg(feature = "html")]
#[derive(Debug, Clone)]
#[must_use]
pub struct CleanedPage {
    judged: Judged,
    units: Vec<Unit>,
    gone: Vec<bool>,
    metadata: Metadata,
    is_cut: bool,
}

#[cfg(feature = "html")]
impl CleanedPage {
    pub(super) fn read(html: &[u8], judge: &mut Judge<'_>) -> Self {
        let (page, blocks) = Page::read(html, None);
        let judged = judge.page(blocks).expect("the builder checked that the model has a section for pages");
        let document = super::utf_8(b"");
        Self {
            units: units(&document, judge, &judged),
            gone: judged.dropped(),
            metadata: page.metadata(),
            is_cut: page.is_cut,
            judged,
        }
    }

    /// The kept blocks as text, with a blank line between them.
    #[must_use]
    pub fn text(&self) -> String {
        page::text(&self.judged.units, &self.gone)
    }

    /// The kept blocks as Markdown (CommonMark, with tables).
    #[must_use]
    pub fn markdown(&self) -> String {
        page::markdown(&self.judged.units, &self.gone)
    }

    /// The kept blocks as an HTML page.
    #[must_use]
    pub fn html(&self) -> String {
        page::html(&self.judged.units, &self.gone, &self.metadata)
    }

    /// Metadata that the page states.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// All blocks, in the order of the page.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The blocks that were dropped.
    pub fn dropped(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.verdict == Verdict::Boilerplate)
    }

    /// The blocks that were kept.
    pub fn kept(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.verdict != Verdict::Boilerplate)
    }

    /// Whether the page exceeds a limit, so that only its beginning was read.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }
}
