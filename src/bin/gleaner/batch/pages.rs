//! What a thread does with a page.

use anyhow::Result;
use gleaner::error::ProblemKind;
use gleaner::model::Model;
use gleaner::pages::boilerplate::Kinds;
use gleaner::pages::judge::{JudgedPage, Options, PageJudge};
use gleaner::split::html::{Blocks, Page, Spans};
use gleaner::verdict::{Preset, Reason, Verdict};
use gleaner::write::jsonl::{BlockRow, PageRow};
use gleaner::write::{dolma, jsonl, page};
use gleaner::{Document, Problem};

use super::work::{Mode, Worker};
use crate::args::{JudgeArgs, To};
use crate::input::items::{Carrier, Note};
use crate::model::preset;
use crate::pages::Models;

/// What judges pages, and what names kinds: each made when it is first asked for. Text needs neither.
pub struct Pages<'a> {
    models: &'a Models,
    asked: Asked<'a>,
    judge: Option<PageJudge<'a>>,
    text: &'a Model,
    kinds: Option<Kinds<'a>>,
}

/// What was typed.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    preset: Preset,
    threshold: Option<f64>,
    prior: Option<f64>,
    kind: Option<&'a str>,
}

impl<'a> Pages<'a> {
    /// `text` is the model that knows kinds of boilerplate.
    ///
    /// # Errors
    /// As [`preset`].
    pub fn new(models: &'a Models, text: &'a Model, judge: &'a JudgeArgs) -> Result<Self> {
        let kind = judge.page.as_deref();
        let asked = Asked { preset: preset(judge)?, threshold: judge.threshold, prior: judge.prior, kind };
        Ok(Self { models, asked, judge: None, text, kinds: None })
    }

    fn judge(&mut self, blocks: &Blocks) -> Result<JudgedPage> {
        if let Some(judge) = &mut self.judge {
            return Ok(judge.judge(blocks));
        }
        let model = self.models.get()?;
        let Asked { preset, threshold, prior, kind } = self.asked;
        let options = Options::asked(model, preset, threshold, prior);
        let judge = PageJudge::new(model, options).of_kind(kind)?;
        Ok(self.judge.insert(judge).judge(blocks))
    }

    fn kinds(&mut self, blocks: &Blocks, judged: &JudgedPage) -> Vec<Option<&'a str>> {
        self.kinds.get_or_insert_with(|| Kinds::new(self.text)).of(blocks, &judged.decisions)
    }
}

impl Worker<'_> {
    /// Judges a page and writes what is left of it; whether the run ends at it.
    pub(super) fn page(&mut self, document: Document, carrier: Carrier, is_table: bool) -> Result<bool> {
        let spans = if self.form.shows_blocks() { Spans::Known } else { Spans::Unknown };
        let page = Page::read(&document.bytes, Some(document.encoding), spans);
        if page.is_cut {
            let problem = Problem { place: document.place.clone(), kind: ProblemKind::PageTooLarge };
            if self.notes(vec![Note::Problem(problem)])? {
                return Ok(true);
            }
        }
        let judged = self.pages.judge(&page.blocks)?;
        let gone = judged.dropped();
        let kinds = if self.form.shows_blocks() || self.form.words {
            self.pages.kinds(&page.blocks, &judged)
        } else {
            vec![None; gone.len()]
        };
        let shown = Shown { page: &page, judged: &judged, kinds: &kinds };
        self.count_page(&document, shown, &gone);
        match self.form.mode {
            Mode::Score => shown.rows(&document, &|_| true, &mut self.piece),
            Mode::DryRun => shown.rows(&document, &|index| gone[index], &mut self.piece),
            Mode::Clean => {
                if self.form.dropped.is_some() {
                    shown.rows(&document, &|index| gone[index], &mut self.gone);
                }
                let nothing_left = gone.iter().all(|gone| *gone);
                if is_table {
                    let kept = page::text(&page.blocks, &gone);
                    self.cell(Some(kept.as_bytes()), true);
                } else if !(self.form.drop_empty && nothing_left) {
                    self.write_page(&document, shown, &gone, &carrier);
                }
            }
        }
        Ok(false)
    }

    fn write_page(&mut self, document: &Document, shown: Shown<'_>, gone: &[bool], carrier: &Carrier) {
        let piece = &mut self.piece;
        let blocks = &shown.page.blocks;
        let is_file = matches!(carrier, Carrier::File);
        match (self.form.to, carrier) {
            // The row stays, with the text in the page's place.
            (None, Carrier::Row(row, terminator, at)) => {
                let kept = page::text(blocks, gone);
                piece.extend_from_slice(&jsonl::splice(row, at.clone(), kept.trim_end()));
                piece.extend_from_slice(terminator);
            }
            (None | Some(To::Text), _) => piece.extend_from_slice(page::text(blocks, gone).as_bytes()),
            (Some(To::Html), _) => {
                piece.extend_from_slice(page::html(blocks, gone, &shown.page.metadata()).as_bytes());
            }
            (Some(To::Markdown), _) => {
                let kept = page::markdown(blocks, gone);
                piece.extend_from_slice(kept.as_bytes());
                if !(kept.is_empty() || is_file) {
                    piece.extend_from_slice(b"\n---\n\n");
                }
            }
            (Some(To::Jsonl), _) => {
                let dropped = gone.iter().filter(|gone| **gone).count();
                let text = page::text(blocks, gone);
                let (id, text, metadata) = (&document.id, text.trim_end(), &shown.page.metadata());
                piece.extend(PageRow { id, text, kept: gone.len() - dropped, dropped, metadata }.to_line());
            }
            (Some(To::Dolma), _) => {
                let points = shown.page.points();
                piece.extend(dolma::page_row(&document.id, &points, &shown.judged.decisions, shown.kinds));
            }
        }
    }

    fn count_page(&mut self, document: &Document, shown: Shown<'_>, gone: &[bool]) {
        self.done.found |= gone.contains(&true);
        let tally = &mut self.tally;
        tally.judged += 1;
        tally.changed += 1;
        tally.emptied += u64::from(!gone.is_empty() && !gone.contains(&false));
        tally.bytes += document.bytes.len() as u64;
        tally.paragraphs += gone.len() as u64;
        let decisions = shown.judged.decisions.iter().zip(shown.kinds);
        for ((block, (decision, kind)), &gone) in shown.page.blocks.blocks.iter().zip(decisions).zip(gone) {
            tally.unsure_paragraphs += u64::from(decision.verdict == Verdict::Unsure);
            let words = if self.form.words { block.text.split_whitespace().count() as u64 } else { 0 };
            tally.words += words;
            if gone {
                tally.dropped_paragraphs += 1;
                tally.dropped_bytes += block.text.len() as u64;
                if self.form.words {
                    tally.drop_words(words, kind.unwrap_or_default());
                }
            }
        }
    }
}

/// A page with all that is told of it.
#[derive(Clone, Copy)]
struct Shown<'a> {
    page: &'a Page<'a>,
    judged: &'a JudgedPage,
    kinds: &'a [Option<&'a str>],
}

impl Shown<'_> {
    /// Writes one row for each block that is wanted.
    fn rows(&self, document: &Document, wanted: &dyn Fn(usize) -> bool, out: &mut Vec<u8>) {
        let blocks = &self.page.blocks;
        for (index, (block, decision)) in blocks.blocks.iter().zip(&self.judged.decisions).enumerate() {
            if !wanted(index) {
                continue;
            }
            let span = self.page.span(block);
            let row = BlockRow {
                doc: &document.id,
                index,
                start: span.as_ref().map(|span| span.start),
                end: span.map(|span| span.end),
                verdict: decision.verdict.name(),
                kind: self.kinds[index],
                boilerplate: decision.probability,
                log_odds: decision.margin,
                reason: decision.reason.map(Reason::name),
                path: &blocks.path(block.container),
                text: &block.text,
            };
            out.extend(row.to_line());
        }
    }
}
