//! What a thread does with a page.

use anyhow::Result;
use gleaner::Problem;
use gleaner::error::ProblemKind;
use gleaner::unstable::read::Container;
use gleaner::unstable::split::html::Page;
use gleaner::unstable::write::jsonl::PageRow;
use gleaner::unstable::write::{dolma, page as write};
use gleaner::unstable::{document::Document, judge::Judged};

use super::form::Mode;
use super::work::Worker;
use super::written;
use crate::args::To;
use crate::console;
use crate::input::items::{Carrier, Note};
use crate::input::units::Input;

impl Worker<'_> {
    /// Judges a page and writes what is left of it; whether the run ends at it.
    pub(super) fn page(&mut self, document: &Document, carrier: &Carrier, input: &Input) -> Result<bool> {
        let is_table = input.container == Container::Parquet && self.form.writes_tables();
        let (page, units) = Page::read(&document.bytes, Some(document.encoding));
        let is_file = matches!(carrier, Carrier::File);
        let mut problems = page.problems(&units);
        // A file of nothing was to be a page; a field or a record of nothing is an empty text.
        if is_file && units.is_empty() && problems.is_empty() {
            problems.push(ProblemKind::EmptyPage);
        }
        let told = |kind| Note::Problem(Problem { place: document.place.clone(), kind });
        if self.notes(problems.into_iter().map(told).collect())? {
            return Ok(true);
        }
        let judged = self.judge.page(units)?;
        let gone = judged.dropped();
        if console::is_verbose() && is_file {
            let (encoding, blocks) = (document.encoding.name(), console::count(gone.len() as u64, "block"));
            let how = format!("{}: {encoding}, a page of {blocks}", document.place);
            self.notes(vec![Note::Remark(how)])?;
        }
        self.count(document, &judged, &gone);
        self.show(document, &judged, &gone);
        if self.form.mode == Mode::Clean {
            if is_table {
                let kept = write::text(&judged.units, &gone);
                let is_null = matches!(carrier, Carrier::Cell { is_null: true });
                self.draft.cell((!is_null).then_some(kept.as_bytes()), !is_null);
            } else if self.is_written(&gone) {
                if is_file {
                    self.heading(document);
                }
                self.write_page((document, &page), &judged, &gone, carrier, input);
                self.end_of_file();
            }
        }
        Ok(false)
    }

    fn write_page(
        &mut self,
        (document, page): (&Document, &Page<'_>),
        judged: &Judged,
        gone: &[bool],
        carrier: &Carrier,
        input: &Input,
    ) {
        let piece = &mut self.draft.piece;
        let units = &judged.units;
        let is_file = matches!(carrier, Carrier::File);
        match (self.form.to, carrier) {
            // The row stays, with the text in the page's place.
            (None, Carrier::Row(row, terminator, at)) => {
                let kept = write::text(units, gone);
                piece.extend_from_slice(&written::spliced(
                    input,
                    row,
                    at.clone(),
                    Some(kept.trim_end().as_bytes()),
                ));
                piece.extend_from_slice(terminator);
            }
            (None | Some(To::Text), _) => piece.extend_from_slice(write::text(units, gone).as_bytes()),
            (Some(To::Html), _) => {
                piece.extend_from_slice(write::html(units, gone, &page.metadata()).as_bytes());
            }
            (Some(To::Markdown), _) => {
                let kept = write::markdown(units, gone);
                piece.extend_from_slice(kept.as_bytes());
                if !(kept.is_empty() || is_file) {
                    piece.extend_from_slice(b"\n---\n\n");
                }
            }
            (Some(To::Jsonl), _) => {
                let dropped = gone.iter().filter(|gone| **gone).count();
                let text = write::text(units, gone);
                let (id, text, kept) = (&document.id, text.trim_end(), gone.len() - dropped);
                let mut metadata = page.metadata();
                // Where it came from is known; what it says of itself may be anything.
                metadata.url = document.url.clone().or(metadata.url);
                piece.extend(PageRow { id, text, kept, dropped, metadata: &metadata }.to_line());
            }
            (Some(To::Dolma), _) => {
                let kind = |kind| self.judge.kind(kind);
                piece.extend(dolma::page_row(&document.id, &page.points(), &judged.decisions, kind));
            }
        }
    }
}
