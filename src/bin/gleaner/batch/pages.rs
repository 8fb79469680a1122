//! What a thread does with a page.

use anyhow::Result;
use gleaner::error::ProblemKind;
use gleaner::pages::judge::{JudgedPage, Options, PageJudge};
use gleaner::read::html;
use gleaner::split::html::{self as split, Blocks, Metadata};
use gleaner::verdict::{Preset, Reason, Verdict};
use gleaner::write::jsonl::{BlockRow, PageRow};
use gleaner::write::{jsonl, page};
use gleaner::{Document, Problem};

use super::work::{Mode, Worker};
use crate::args::{JudgeArgs, To};
use crate::input::items::{Carrier, Note};
use crate::model::preset;
use crate::pages::Models;

/// The judge of pages, made when the first page comes: text needs none.
pub struct Pages<'a> {
    models: &'a Models,
    asked: Asked<'a>,
    judge: Option<PageJudge<'a>>,
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
    /// # Errors
    /// As [`preset`].
    pub fn new(models: &'a Models, judge: &'a JudgeArgs) -> Result<Self> {
        let kind = judge.page.as_deref();
        let asked = Asked { preset: preset(judge)?, threshold: judge.threshold, prior: judge.prior, kind };
        Ok(Self { models, asked, judge: None })
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
}

impl Worker<'_> {
    /// Judges a page and writes what is left of it; whether the run ends at it.
    pub(super) fn page(&mut self, document: Document, carrier: Carrier, is_table: bool) -> Result<bool> {
        let (text, _) = html::charset::decode(&document.bytes, Some(document.encoding));
        let tree = html::parse(&text);
        let blocks = split::blocks(&tree);
        if tree.is_cut() || blocks.cut || document.bytes.len() > html::MAX_BYTES {
            let problem = Problem { place: document.place.clone(), kind: ProblemKind::PageTooLarge };
            if self.notes(vec![Note::Problem(problem)])? {
                return Ok(true);
            }
        }
        let judged = self.pages.judge(&blocks)?;
        let gone = judged.dropped();
        self.count_page(&document, &blocks, &judged, &gone);
        match self.form.mode {
            Mode::Score => rows(&document, &blocks, &judged, &|_| true, &mut self.piece),
            Mode::DryRun => rows(&document, &blocks, &judged, &|index| gone[index], &mut self.piece),
            Mode::Clean => {
                if self.form.dropped.is_some() {
                    rows(&document, &blocks, &judged, &|index| gone[index], &mut self.gone);
                }
                let nothing_left = gone.iter().all(|gone| *gone);
                if is_table {
                    let kept = page::text(&blocks, &gone);
                    self.cell(Some(kept.as_bytes()), true);
                } else if !(self.form.drop_empty && nothing_left) {
                    let metadata = split::metadata(&tree);
                    self.write_page(&document, &blocks, &gone, &metadata, &carrier);
                }
            }
        }
        Ok(false)
    }

    fn write_page(
        &mut self,
        document: &Document,
        blocks: &Blocks,
        gone: &[bool],
        metadata: &Metadata,
        carrier: &Carrier,
    ) {
        let piece = &mut self.piece;
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
                piece.extend_from_slice(page::html(blocks, gone, metadata).as_bytes());
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
                let (id, text) = (&document.id, text.trim_end());
                piece.extend(PageRow { id, text, kept: gone.len() - dropped, dropped, metadata }.to_line());
            }
            // Spans of a page's bytes are not known.
            (Some(To::Dolma), _) => piece.extend(gleaner::write::dolma::empty(&document.id)),
        }
    }

    fn count_page(&mut self, document: &Document, blocks: &Blocks, judged: &JudgedPage, gone: &[bool]) {
        self.done.found |= gone.contains(&true);
        let tally = &mut self.tally;
        tally.judged += 1;
        tally.changed += 1;
        tally.emptied += u64::from(!gone.is_empty() && !gone.contains(&false));
        tally.bytes += document.bytes.len() as u64;
        tally.paragraphs += gone.len() as u64;
        for ((block, decision), &gone) in blocks.blocks.iter().zip(&judged.decisions).zip(gone) {
            tally.unsure_paragraphs += u64::from(decision.verdict == Verdict::Unsure);
            let words = if self.form.words { block.text.split_whitespace().count() as u64 } else { 0 };
            tally.words += words;
            if gone {
                tally.dropped_paragraphs += 1;
                tally.dropped_bytes += block.text.len() as u64;
                tally.dropped_words += words;
            }
        }
    }
}

/// Writes one row for each block that is wanted.
fn rows(
    document: &Document,
    blocks: &Blocks,
    judged: &JudgedPage,
    wanted: &dyn Fn(usize) -> bool,
    out: &mut Vec<u8>,
) {
    for (index, (block, decision)) in blocks.blocks.iter().zip(&judged.decisions).enumerate() {
        if !wanted(index) {
            continue;
        }
        let row = BlockRow {
            doc: &document.id,
            index,
            start: None,
            end: None,
            verdict: decision.verdict.name(),
            kind: None,
            boilerplate: decision.probability,
            log_odds: decision.margin,
            reason: decision.reason.map(Reason::name),
            path: &blocks.path(block.container),
            text: &block.text,
        };
        out.extend(row.to_line());
    }
}
