//! What a thread does with one document, row or record of an input.

use anyhow::Result;
use gleaner::Problem;
use gleaner::error::ProblemKind;
use gleaner::unstable::read::Container;
use gleaner::unstable::read::compression::Compression;
use gleaner::unstable::read::elements::on_one_line;
use gleaner::unstable::write::{text, warc};
use gleaner::unstable::{document::Document, judge::Judge, judge::Judged};

use super::draft::State;
use super::form::Mode;
use super::pieces::Event;
use super::rows::Shown;
use super::work::{Sites, Worker};
use super::{view, written};
use crate::args::{OnError, To};
use crate::console;
use crate::input::items::{Item, Note, Untouched};
use crate::input::markup::looks_like_html;
use crate::input::units::Input;
use crate::panics;

impl Worker<'_> {
    /// Whether the run ends here, because something befell a document and `--on-error fail` holds.
    pub(super) fn item(&mut self, item: Item, judged: Option<Judged>, input: &Input) -> Result<bool> {
        let is_table = input.container == Container::Parquet && self.form.writes_tables();
        let stopped = match item {
            Item::Untouched(untouched) => {
                self.untouched(untouched, is_table);
                false
            }
            Item::Group => {
                if is_table {
                    self.draft.close()?;
                    self.draft.mark(Event::Group);
                }
                false
            }
            item => {
                let before = self.draft.state();
                self.draft.done.met = self.draft.done.met | item.kinds(input.container);
                match panics::caught(|| self.document(&item, judged, input)) {
                    Some(stopped) => stopped?,
                    None => self.failed(item, before, is_table)?,
                }
            }
        };
        // Archives are read from the middle: every record is a member of its own.
        let archive = matches!(input.container, Container::Warc | Container::Wet);
        if archive && self.form.to.is_none() && self.draft.compression != Compression::None {
            self.draft.close()?;
        }
        Ok(stopped)
    }

    fn untouched(&mut self, untouched: Untouched, is_table: bool) {
        if is_table {
            let Untouched { text, bytes, .. } = untouched;
            self.draft.cell(text.map(|_| bytes.as_slice()), false);
        } else if self.form.mode == Mode::Clean {
            let encoding = self.settings.options.encoding;
            written::untouched(self.form.to, untouched, encoding, &mut self.draft.piece);
        }
    }

    /// A document over which this program failed: it passes untouched, and nothing else comes of it.
    fn failed(&mut self, item: Item, before: State, is_table: bool) -> Result<bool> {
        self.draft.restore(before);
        self.judge = Judge::new(self.model, self.options.clone())?;
        let place = match &item {
            #[cfg(feature = "html")]
            Item::Page { document, .. } => document.place.clone(),
            item => item.as_document().map(|document| document.place.clone()).unwrap_or_default(),
        };
        if self.notes(vec![Note::Problem(Problem { place, kind: ProblemKind::Internal })])? {
            return Ok(true);
        }
        if is_table || self.settings.on_error != OnError::Drop {
            self.untouched(item.untouched(), is_table);
        }
        Ok(false)
    }

    /// Judges a document and writes what is left of it.
    fn document(&mut self, item: &Item, judged: Option<Judged>, input: &Input) -> Result<bool> {
        let is_table = input.container == Container::Parquet && self.form.writes_tables();
        let stopped = match item {
            Item::Untouched(_) | Item::Group => false,
            #[cfg(feature = "html")]
            Item::Page { document, carrier } => self.page(document, carrier, input)?,
            Item::Cell { document, is_null } => match self.conclude(document, judged)? {
                None => true,
                Some((judged, gone)) if is_table => {
                    let kept = text::keep(document, &judged.units, &gone);
                    self.draft.cell((!is_null).then_some(&kept), gone.contains(&true));
                    false
                }
                Some((judged, gone)) => {
                    if self.is_written(&gone) {
                        self.text(document, &judged, &gone, |kept, piece| piece.extend_from_slice(kept));
                    }
                    false
                }
            },
            Item::Text(document) => match self.conclude(document, judged)? {
                None => true,
                Some((judged, gone)) => {
                    if console::is_verbose() {
                        self.notes(vec![Note::Remark(how(document, &judged))])?;
                    }
                    if self.is_written(&gone) {
                        self.heading(document);
                        self.text(document, &judged, &gone, |kept, piece| piece.extend_from_slice(kept));
                        self.end_of_file();
                    }
                    false
                }
            },
            Item::Row { document, row, terminator, text } => match self.conclude(document, judged)? {
                None => true,
                Some((judged, gone)) => {
                    if self.is_written(&gone) {
                        let (dropped, to) = (gone.contains(&true), self.form.to);
                        self.text(document, &judged, &gone, |kept, piece| {
                            let new = dropped.then_some(kept);
                            let row = written::spliced(input, row, text.clone(), new);
                            match (to, input.container) {
                                (Some(To::Jsonl), Container::Csv | Container::Tsv) => {
                                    piece.extend(written::row(document, kept, &gone));
                                }
                                (Some(To::Jsonl), Container::Json) => {
                                    piece.extend(on_one_line(&row));
                                    piece.push(b'\n');
                                }
                                _ => {
                                    piece.extend_from_slice(&row);
                                    piece.extend_from_slice(terminator);
                                }
                            }
                        });
                    }
                    false
                }
            },
            Item::Record { document, record, block } => match self.conclude(document, judged)? {
                None => true,
                Some((judged, gone)) => {
                    if self.is_written(&gone) {
                        self.text(document, &judged, &gone, |kept, piece| {
                            piece.extend_from_slice(&warc::splice(record, block.clone(), kept));
                        });
                    }
                    false
                }
            },
        };
        Ok(stopped)
    }

    /// Passes on what is to be told; whether the run ends at it.
    pub(super) fn notes(&mut self, notes: Vec<Note>) -> Result<bool> {
        for note in notes {
            match &note {
                Note::Document => {
                    self.draft.tally.documents += 1;
                    continue;
                }
                Note::Problem(_) => {
                    self.draft.tally.problems += 1;
                    if self.settings.on_error == OnError::Fail {
                        self.draft.close()?;
                        self.draft.mark(Event::Note(note));
                        return Ok(true);
                    }
                }
                Note::PassedOver(kind) => {
                    *self.draft.tally.passed_over.entry((*kind).to_owned()).or_default() += 1;
                    continue;
                }
                Note::LooksLikeHtml(place) => {
                    self.draft.done.looks_like_html.get_or_insert_with(|| looks_like_html(place));
                    continue;
                }
                // An id that comes twice may end the run: nothing that follows is before it.
                Note::Id(..) if self.settings.on_error == OnError::Fail => self.draft.close()?,
                Note::Id(..) | Note::Remark(_) => {}
            }
            self.draft.mark(Event::Note(note));
        }
        Ok(false)
    }

    /// Finishes the judgement of a document and counts; none where the run ends at it.
    fn conclude(
        &mut self,
        document: &Document,
        judged: Option<Judged>,
    ) -> Result<Option<(Judged, Vec<bool>)>> {
        let mut judged = judged.map_or_else(|| self.judge.text(document), Ok)?;
        if self.form.is_limited() {
            judged.guard(document, self.form.max_drop);
        }
        let problems = std::mem::take(&mut judged.problems);
        if self.notes(problems.into_iter().map(Note::Problem).collect())? {
            return Ok(None);
        }
        let gone = judged.dropped();
        self.count(document, &judged, &gone);
        self.show(document, &judged, &gone);
        Ok(Some((judged, gone)))
    }

    /// Writes the rows that are wanted of a judged document, or shows it.
    pub(super) fn show(&mut self, document: &Document, judged: &Judged, gone: &[bool]) {
        let with_sites = !matches!(self.sites, Sites::None);
        let shown = Shown { judge: &self.judge, document, judged, with_sites };
        let (piece, dropped) = (&mut self.draft.piece, &mut self.draft.gone);
        match (self.form.mode, self.form.view) {
            (Mode::Score, _) => shown.rows(|_| true, |row| piece.extend(row.to_line())),
            (Mode::DryRun, None) => shown.rows(|at| gone[at], |row| piece.extend(row.to_line())),
            (Mode::DryRun, Some(coloured)) => {
                view::heading(&document.id, gone, coloured, piece);
                shown.rows(|_| true, |row| view::row(row, coloured, piece));
            }
            (Mode::Clean, _) if self.form.dropped.is_some() => {
                shown.rows(|at| gone[at], |row| dropped.extend(row.to_line()));
            }
            (Mode::Clean, _) => {}
        }
    }

    /// Names a file before its text, where several stand in one output; as `head` and `tail` do.
    pub(super) fn heading(&mut self, document: &Document) {
        if self.form.headings {
            let name = document.id.as_str().unwrap_or_default();
            self.draft.piece.extend_from_slice(format!("==> {name} <==\n").as_bytes());
        }
    }

    /// Ends the last line of a file, so that the next name begins a line.
    pub(super) fn end_of_file(&mut self) {
        if self.form.headings && self.draft.piece.last().is_some_and(|last| *last != b'\n') {
            self.draft.piece.push(b'\n');
        }
    }

    /// Whether the document itself is written: not where rows of paragraphs are, and not where nothing is left
    /// of it and that is not wanted.
    pub(super) fn is_written(&self, gone: &[bool]) -> bool {
        let nothing_left = gone.iter().all(|gone| *gone);
        self.form.mode == Mode::Clean && !(self.form.drop_empty && nothing_left)
    }

    /// Writes what is left of a text: in the form that was asked for, or as `same` has it.
    fn text(
        &mut self,
        document: &Document,
        judged: &Judged,
        gone: &[bool],
        same: impl FnOnce(&[u8], &mut Vec<u8>),
    ) {
        let Self { form, judge, draft, .. } = self;
        written::text(form.to, judge, (document, judged, gone), same, &mut draft.piece);
    }
}

/// How a text was read and split, in words.
fn how(document: &Document, judged: &Judged) -> String {
    let wrapped = judged.units.iter().any(|it| document.bytes[it.range()].contains(&b'\n'));
    let split = if wrapped { "split at blank lines" } else { "every line a paragraph" };
    let (place, encoding) = (&document.place, document.encoding.name());
    format!("{place}: {encoding}, {split}, {}", console::count(judged.units.len() as u64, "paragraph"))
}
