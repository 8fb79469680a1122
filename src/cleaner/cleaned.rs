//! What comes out of cleaning.

use std::fmt;
use std::ops::Range;

use crate::document::Document;
use crate::error::Problem;
use crate::judge::{Judge, Judged};
use crate::split::Role;
#[cfg(feature = "html")]
use crate::split::html::{Metadata, Page, Spans};
use crate::verdict::{Reason, Verdict};
#[cfg(feature = "html")]
use crate::write::page;
use crate::write::text::keep;

/// A kind of boilerplate, by the name that the model's labels give it: `pitch`, `social`, `related`, `nav`, `meta`,
/// `bio`, `legal`, `ad`, `comment` or `ui` in the built-in model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(Box<str>);

impl Kind {
    /// Its name.
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
    /// Its bytes in the input. `None` for blocks of pages that are not UTF-8 or stand in data for scripts.
    pub span: Option<Range<usize>>,
    /// Its text.
    pub text: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Calibrated probability of boilerplate, above 0 and below 1.
    pub probability: f64,
    /// Log-odds before calibration, in nats.
    pub log_odds: f64,
    /// The kind of boilerplate that it looks like: a reason, never the decision. `None` for what is editorial, unless
    /// [`Cleaner::judge`](crate::Cleaner::judge) was asked.
    pub kind: Option<Kind>,
    /// Why the verdict is not what the probability says, if it is not.
    pub reason: Option<Reason>,
    /// What it is for the reader; [`Role::Paragraph`] in a text.
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
            // Spans of a text that is UTF-8 lie on character boundaries.
            text: String::from_utf8_lossy(&kept).into_owned(),
            units: units(document, judge, &judged),
            problems: judged.problems,
        }
    }

    /// What is kept: a subset of the input's bytes, in order.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, owned.
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

    /// What went wrong: limits that were reached, or too much to drop.
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
        let (page, blocks) = Page::read(html, None, Spans::Known);
        let judged = judge.page(blocks).expect("the builder saw that the model has a section for pages");
        let document = super::utf_8(b"");
        Self {
            units: units(&document, judge, &judged),
            gone: judged.dropped(),
            metadata: page.metadata(),
            is_cut: page.is_cut,
            judged,
        }
    }

    /// What is kept, as text: a blank line between blocks.
    #[must_use]
    pub fn text(&self) -> String {
        page::text(&self.judged.units, &self.gone)
    }

    /// What is kept, as Markdown (CommonMark, with tables).
    #[must_use]
    pub fn markdown(&self) -> String {
        page::markdown(&self.judged.units, &self.gone)
    }

    /// What is kept, as a page of HTML with nothing but that.
    #[must_use]
    pub fn html(&self) -> String {
        page::html(&self.judged.units, &self.gone, &self.metadata)
    }

    /// What the page states of itself.
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

    /// Whether the page is larger than what is read of one, and only its beginning was.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }
}
