//! What a thread does with a piece of work: look into its units, judge, and write what comes of them into memory.

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;
use gleaner::error::Place;
use gleaner::read::text::document;
use gleaner::read::{Container, compression::Compression};
use gleaner::site::{Sightings, SiteMemory};
use gleaner::write::compression::Encoder;
use gleaner::write::{dolma, jsonl, markdown, text, warc};
use gleaner::{Document, Judge, Judged};
use serde_json::Value;

use super::highlights::Highlights;
use super::rows::Shown;
use super::tally::Tally;
use super::turns::Turns;
use crate::args::{OnError, To};
use crate::input::Unreadable;
use crate::input::items::{self, Item, Note, Shape, Untouched};
use crate::input::units::{Input, Settings, Unit};

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Documents without what is dropped.
    Clean,
    /// What would be dropped, a row per paragraph.
    DryRun,
    /// Every paragraph, a row each.
    Score,
}

/// How it comes out.
#[derive(Debug, Clone)]
pub struct Form {
    pub mode: Mode,
    pub to: Option<To>,
    /// Whether what is dropped is wanted as well, a row per paragraph, and how it is compressed.
    pub dropped: Option<Compression>,
    pub max_drop: f64,
    pub drop_empty: bool,
    /// Whether words are counted.
    pub words: bool,
    /// Whether there will be a report.
    pub told: bool,
    /// Whether every input has an output of its own.
    pub apart: bool,
}

impl Form {
    /// Whether single paragraphs are shown, not only what is left.
    #[cfg(feature = "html")]
    pub fn shows_blocks(&self) -> bool {
        self.mode != Mode::Clean || self.dropped.is_some() || self.to == Some(To::Dolma)
    }

    /// Whether a text stays whole of which too much would go.
    pub fn is_limited(&self) -> bool {
        self.mode != Mode::Score && self.to != Some(To::Dolma) && self.max_drop < 1.0
    }

    /// Whether a table is written as a table.
    pub fn writes_tables(&self) -> bool {
        self.mode == Mode::Clean && self.to.is_none()
    }
}

/// The memory of sites.
#[derive(Clone, Copy)]
pub enum Sites<'a> {
    None,
    /// It grows as the run goes on.
    Before(&'a Turns),
    /// It is known.
    Built(&'a SiteMemory),
}

/// A unit that was looked into.
#[allow(
    clippy::large_enum_variant,
    reason = "nearly all are the large one; a box for every row would cost more"
)]
enum Looked {
    /// An input begins or ends.
    Boundary(Event),
    /// What is in it, what is to be told of it, and how it was judged.
    Inside { input: Arc<Input>, size: u64, notes: Vec<Note>, item: Option<Item>, judged: Option<Judged> },
}

/// A piece of work: some units in order.
pub struct Chunk {
    /// The input that is being read where the piece begins.
    pub input: Option<Arc<Input>>,
    pub units: Vec<Unit>,
    /// How the output is compressed.
    pub compression: Compression,
    /// Whether the input pauses after it.
    pub pause: bool,
    /// An error that ends the run, after all units.
    pub fatal: Option<anyhow::Error>,
}

/// What came of a piece.
#[derive(Default)]
pub struct Done {
    /// Bytes for the output, and for what is dropped.
    pub out: Vec<u8>,
    pub gone: Vec<u8>,
    /// What happens at which place of the two.
    pub marks: Vec<Mark>,
    /// Rows of a table: how many bytes of `out` each has, if it has a text, and whether it changed.
    pub cells: Vec<(Option<usize>, bool)>,
    pub pause: bool,
    /// Whether some paragraph is boilerplate.
    pub found: bool,
    /// What a report shows of it.
    pub highlights: Highlights,
}

/// Something that happens between two bytes of the outputs.
pub struct Mark {
    pub out: usize,
    pub gone: usize,
    pub cells: usize,
    pub event: Event,
}

/// What happens.
pub enum Event {
    /// An input begins; its output is compressed like this.
    Begin(Arc<Input>, Compression),
    /// Counts since the last such event.
    Tally(Tally),
    /// Something to tell.
    Note(Note),
    /// A group of a table's rows ends.
    Group,
    /// The input ends.
    End { error: Option<Unreadable>, any: bool },
    /// The run ends.
    Fatal(anyhow::Error),
}

/// A thread's tools.
pub struct Worker<'a> {
    pub(super) form: &'a Form,
    settings: &'a Settings,
    sites: Sites<'a>,
    pub(super) judge: Judge<'a>,
    encoders: Vec<Encoder>,
    compression: Compression,
    /// What is not compressed yet.
    pub(super) piece: Vec<u8>,
    pub(super) gone: Vec<u8>,
    /// Rows of a table whose texts are in `done`, not in `piece`.
    cells: usize,
    pub(super) tally: Tally,
    pub(super) done: Done,
}

impl<'a> Worker<'a> {
    pub fn new(form: &'a Form, settings: &'a Settings, sites: Sites<'a>, judge: Judge<'a>) -> Self {
        Self {
            form,
            settings,
            sites,
            judge,
            encoders: Vec::new(),
            compression: Compression::None,
            piece: Vec::new(),
            gone: Vec::new(),
            cells: 0,
            tally: Tally::default(),
            done: Done::default(),
        }
    }

    /// Does the piece of work of this number, from 0.
    ///
    /// # Errors
    /// Where compressing has no memory, and where the model has no section for what is to be judged.
    pub fn work(&mut self, number: u64, chunk: Chunk) -> Result<Done> {
        self.compression = chunk.compression;
        let mut input = chunk.input;
        let mut stopped = false;
        match self.sites {
            Sites::Before(turns) => {
                let mut all = Vec::with_capacity(chunk.units.len());
                for unit in chunk.units {
                    all.extend(self.look(unit, &mut input)?);
                }
                self.remember(&mut all, turns, number);
                for looked in all {
                    stopped = self.settled(looked)?;
                    if stopped {
                        break;
                    }
                }
            }
            Sites::None | Sites::Built(_) => {
                for unit in chunk.units {
                    let Some(looked) = self.look(unit, &mut input)? else { continue };
                    stopped = self.settled(looked)?;
                    if stopped {
                        break;
                    }
                }
            }
        }
        self.close()?;
        self.settle();
        if let Some(fatal) = chunk.fatal.filter(|_| !stopped) {
            self.mark(Event::Fatal(fatal));
        }
        self.done.pause = chunk.pause;
        self.cells = 0;
        Ok(std::mem::take(&mut self.done))
    }

    /// Looks into a unit and judges what is in it.
    fn look(&mut self, unit: Unit, input: &mut Option<Arc<Input>>) -> Result<Option<Looked>> {
        match unit {
            Unit::Begin(it) => {
                *input = Some(Arc::clone(&it));
                Ok(Some(Looked::Boundary(Event::Begin(it, self.compression))))
            }
            Unit::End { error, any } => Ok(Some(Looked::Boundary(Event::End { error, any }))),
            unit => {
                let Some(input) = input.as_ref().map(Arc::clone) else { return Ok(None) };
                let (size, mut notes) = (unit.size() as u64, Vec::new());
                let item = items::item(unit, &input, self.settings, &mut |note| notes.push(note));
                let document = item.as_ref().and_then(Item::as_document);
                let judge = |document| {
                    let mut judged = self.judge.text(document)?;
                    if let Sites::Built(memory) = self.sites
                        && let Some(sightings) = Sightings::of(document, &judged.units)
                    {
                        self.judge.remember(&mut judged, &sightings, &memory.look(&sightings));
                    }
                    Ok::<_, anyhow::Error>(judged)
                };
                let judged = document.map(judge).transpose()?;
                Ok(Some(Looked::Inside { input, size, notes, item, judged }))
            }
        }
    }

    /// Has the documents seen, in their turn, and judges them again by what came before them.
    fn remember(&self, all: &mut [Looked], turns: &Turns, number: u64) {
        let sightings: Vec<Option<Sightings>> = all
            .iter()
            .map(|looked| match looked {
                Looked::Inside { item: Some(item), judged: Some(judged), .. } => {
                    Sightings::of(item.as_document()?, &judged.units)
                }
                _ => None,
            })
            .collect();
        // Nothing but the memory itself is touched in the turn: the others wait for it.
        let counts: Vec<Vec<u32>> = turns.take(number, |memory| {
            sightings.iter().map(|it| it.as_ref().map(|it| memory.see(it)).unwrap_or_default()).collect()
        });
        for ((looked, sightings), counts) in all.iter_mut().zip(&sightings).zip(&counts) {
            if let (Looked::Inside { judged: Some(judged), .. }, Some(sightings)) = (looked, sightings) {
                self.judge.remember(judged, sightings, counts);
            }
        }
    }

    /// Writes what was looked into; whether the run ends there.
    fn settled(&mut self, looked: Looked) -> Result<bool> {
        match looked {
            Looked::Boundary(event) => self.boundary(event).map(|()| false),
            Looked::Inside { input, size, notes, item, judged } => {
                self.tally.read_bytes += size;
                if self.notes(notes)? {
                    return Ok(true);
                }
                match item {
                    Some(item) => self.item(item, judged, &input),
                    None => Ok(false),
                }
            }
        }
    }

    /// An input begins or ends. Where it has an output of its own, or is a table, what was written so far is no
    /// part of it.
    fn boundary(&mut self, event: Event) -> Result<()> {
        let table = matches!(&event, Event::Begin(input, _) if input.container == Container::Parquet);
        if self.form.apart || table {
            self.close()?;
        }
        self.settle();
        self.mark(event);
        Ok(())
    }

    /// Ends a member of the compressed outputs.
    fn close(&mut self) -> Result<()> {
        let dropped = self.form.dropped.unwrap_or_default();
        for (compression, piece, out) in [
            (self.compression, &mut self.piece, &mut self.done.out),
            (dropped, &mut self.gone, &mut self.done.gone),
        ] {
            if piece.is_empty() {
                continue;
            }
            if compression == Compression::None && out.is_empty() {
                std::mem::swap(piece, out);
                continue;
            }
            let known = self.encoders.iter().position(|it| it.compression() == compression);
            let at = match known {
                Some(at) => at,
                None => {
                    self.encoders.push(Encoder::new(compression)?);
                    self.encoders.len() - 1
                }
            };
            self.encoders[at].member(piece, out)?;
            piece.clear();
        }
        self.cells = self.done.cells.len();
        Ok(())
    }

    fn settle(&mut self) {
        let tally = std::mem::take(&mut self.tally);
        if tally != Tally::default() {
            self.mark(Event::Tally(tally));
        }
    }

    fn mark(&mut self, event: Event) {
        let (out, gone, cells) = (self.done.out.len(), self.done.gone.len(), self.cells);
        self.done.marks.push(Mark { out, gone, cells, event });
    }

    /// Whether the run ends here, because something befell a document and `--on-error fail` holds.
    fn item(&mut self, item: Item, judged: Option<Judged>, input: &Input) -> Result<bool> {
        let is_table = input.container == Container::Parquet && self.form.writes_tables();
        let stopped = match item {
            Item::Untouched(Untouched { text, bytes, .. }) if is_table => {
                self.cell(text.map(|_| bytes.as_slice()), false);
                false
            }
            Item::Untouched(untouched) => {
                self.untouched(untouched);
                false
            }
            #[cfg(feature = "html")]
            Item::Page { document, carrier } => self.page(document, carrier, is_table)?,
            Item::Group => {
                if is_table {
                    self.close()?;
                    self.mark(Event::Group);
                }
                false
            }
            Item::Cell(document) => match self.conclude(&document, judged)? {
                None => true,
                Some((judged, gone)) if is_table => {
                    let kept = text::keep(&document, &judged.units, &gone);
                    self.cell(Some(&kept), gone.contains(&true));
                    false
                }
                Some((judged, gone)) => {
                    if self.is_written(&gone) {
                        self.text(&document, &judged, &gone, |kept, piece| piece.extend_from_slice(kept));
                    }
                    false
                }
            },
            Item::Text(document) => match self.conclude(&document, judged)? {
                None => true,
                Some((judged, gone)) => {
                    if self.is_written(&gone) {
                        self.text(&document, &judged, &gone, |kept, piece| piece.extend_from_slice(kept));
                    }
                    false
                }
            },
            Item::Row { document, row, terminator, text } => match self.conclude(&document, judged)? {
                None => true,
                Some((judged, gone)) => {
                    if self.is_written(&gone) {
                        let dropped = gone.contains(&true);
                        self.text(&document, &judged, &gone, |kept, piece| {
                            // Field texts are UTF-8 by construction.
                            if dropped {
                                let kept = String::from_utf8_lossy(kept);
                                piece.extend_from_slice(&jsonl::splice(&row, text, &kept));
                            } else {
                                piece.extend_from_slice(&row);
                            }
                            piece.extend_from_slice(terminator);
                        });
                    }
                    false
                }
            },
            Item::Record { document, record, block } => match self.conclude(&document, judged)? {
                None => true,
                Some((judged, gone)) => {
                    if self.is_written(&gone) {
                        self.text(&document, &judged, &gone, |kept, piece| {
                            piece.extend_from_slice(&warc::splice(&record, block, kept));
                        });
                    }
                    false
                }
            },
        };
        // Archives are read from the middle: every record is a member of its own.
        let archive = matches!(input.container, Container::Warc | Container::Wet);
        if archive && self.form.to.is_none() && self.compression != Compression::None {
            self.close()?;
        }
        Ok(stopped)
    }

    /// A row of a table that is written as one.
    pub(super) fn cell(&mut self, text: Option<&[u8]>, changed: bool) {
        self.piece.extend_from_slice(text.unwrap_or_default());
        self.done.cells.push((text.map(<[u8]>::len), changed));
    }

    /// Passes on what is to be told; whether the run ends at it.
    pub(super) fn notes(&mut self, notes: Vec<Note>) -> Result<bool> {
        for note in notes {
            match &note {
                Note::Document => {
                    self.tally.documents += 1;
                    continue;
                }
                Note::Problem(_) => {
                    self.tally.problems += 1;
                    if self.settings.on_error == OnError::Fail {
                        self.close()?;
                        self.mark(Event::Note(note));
                        return Ok(true);
                    }
                }
                // An id that comes twice may end the run: nothing that follows is before it.
                Note::Id(..) if self.settings.on_error == OnError::Fail => self.close()?,
                Note::Id(..) | Note::Remark(_) => {}
            }
            self.mark(Event::Note(note));
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

    /// Writes the rows that are wanted of a judged document.
    pub(super) fn show(&mut self, document: &Document, judged: &Judged, gone: &[bool]) {
        let with_sites = !matches!(self.sites, Sites::None);
        let shown = Shown { judge: &self.judge, document, judged, with_sites };
        match self.form.mode {
            Mode::Score => shown.rows(|_| true, &mut self.piece),
            Mode::DryRun => shown.rows(|index| gone[index], &mut self.piece),
            Mode::Clean if self.form.dropped.is_some() => shown.rows(|index| gone[index], &mut self.gone),
            Mode::Clean => {}
        }
    }

    /// Whether the document itself is written: not where rows of paragraphs are, and not where nothing is left
    /// of it and that is not wanted.
    pub(super) fn is_written(&self, gone: &[bool]) -> bool {
        let nothing_left = gone.iter().all(|gone| *gone);
        self.form.mode == Mode::Clean && !(self.form.drop_empty && nothing_left)
    }

    /// Writes what is left of a document: in the form that was asked for, or as `same` has it.
    fn text(
        &mut self,
        document: &Document,
        judged: &Judged,
        gone: &[bool],
        same: impl FnOnce(&[u8], &mut Vec<u8>),
    ) {
        let piece = &mut self.piece;
        let kept = text::keep(document, &judged.units, gone);
        let is_file = document.place.record.is_none();
        match self.form.to {
            // A file is itself as text; rows become lines.
            Some(To::Text | To::Html) if is_file => piece.extend_from_slice(&kept),
            Some(To::Text | To::Html) => {
                piece.extend_from_slice(&kept);
                if !(kept.is_empty() || kept.ends_with(b"\n")) {
                    piece.push(b'\n');
                }
            }
            // A row stays a row.
            Some(To::Jsonl) if is_file || !is_row(document) => piece.extend(row(document, &kept, gone)),
            Some(To::Jsonl) | None => same(&kept, piece),
            Some(To::Markdown) => {
                let blocks = markdown::keep(document, &judged.units, gone);
                if !(blocks.is_empty() || is_file) {
                    // A thematic break between documents.
                    piece.extend_from_slice(blocks.as_bytes());
                    piece.extend_from_slice(b"\n---\n\n");
                } else {
                    piece.extend_from_slice(blocks.as_bytes());
                }
            }
            Some(To::Dolma) => {
                let kind = |kind| self.judge.kind(kind);
                piece.extend(dolma::row(document, &judged.units, &judged.decisions, kind));
            }
        }
    }

    /// Writes what passes untouched, in the form that was asked for.
    fn untouched(&mut self, untouched: Untouched) {
        if self.form.mode != Mode::Clean {
            return;
        }
        let Untouched { id, bytes, text, shape } = untouched;
        let part = |range: Option<Range<usize>>| range.map(|range| &bytes[range]);
        let piece = &mut self.piece;
        match (self.form.to, shape) {
            (None, _) => piece.extend_from_slice(&bytes),
            // What is no document has no place in another form.
            (Some(_), Shape::Between) => {}
            (Some(To::Dolma), Shape::Blank) => {}
            (Some(To::Dolma), _) => piece.extend(dolma::empty(&id.unwrap_or(Value::Null))),
            // A row needs its text as text.
            (Some(To::Jsonl), Shape::File | Shape::Record | Shape::Cell) => {
                let (id, text) = (id.unwrap_or(Value::Null), part(text).unwrap_or_default().to_vec());
                let document = document(id, Place::default(), text, self.settings.options.encoding);
                piece.extend(row(&document, &document.bytes, &[]));
            }
            // An empty row is no text.
            (Some(To::Text | To::Markdown | To::Html), Shape::Blank) => {}
            (Some(To::Text | To::Markdown | To::Html), Shape::Record | Shape::Cell) => {
                piece.extend_from_slice(part(text).unwrap_or_default());
                piece.push(b'\n');
            }
            (Some(_), _) => piece.extend_from_slice(&bytes),
        }
    }
}

/// Whether the document is a row of JSONL: it has a line, as no record of an archive has.
fn is_row(document: &Document) -> bool {
    document.place.record.is_some() && document.place.line.is_some()
}

fn row(document: &Document, kept: &[u8], gone: &[bool]) -> Vec<u8> {
    let text = document.encoding.decode_with_bom_removal(kept).0;
    let dropped = gone.iter().filter(|gone| **gone).count();
    jsonl::CleanRow { id: &document.id, text: &text, kept: gone.len() - dropped, dropped }.to_line()
}
