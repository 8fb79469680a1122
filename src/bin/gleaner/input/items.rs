//! From a unit to a document: what costs time, so that any thread can do it.

use std::ops::Range;

use encoding_rs::{Encoding, UTF_8};
use gleaner::Problem;
use gleaner::error::{BodyFault, Place, ProblemKind};
use gleaner::unstable::document::Document;
#[cfg(feature = "html")]
use gleaner::unstable::read::html::charset::{self, Found};
use gleaner::unstable::read::http::{Body, Message};
use gleaner::unstable::read::jsonl::{self, Content as RowContent};
use gleaner::unstable::read::media::Media;
use gleaner::unstable::read::rows::{Part, RawRow};
use gleaner::unstable::read::table::{self, Cell};
use gleaner::unstable::read::warc::{self, Content as RecordContent, Head, Record};
use gleaner::unstable::read::{self, Container, damage, delimited, markup};
use serde_json::Value;

use super::markup::is_unexpected;
use super::units::{Input, Settings, Unit};
use crate::applies::Kinds;
use crate::args::{Content, OnError};

/// Bytes of a page that are looked at to tell what it is, where it is not read.
const SNIFFED: u64 = 8192;

/// One thing read from an input.
pub enum Item {
    /// A whole plain-text file.
    Text(Document),
    /// A row of JSONL, JSON, CSV or TSV that holds a document.
    Row {
        /// Its text, with place and id.
        document: Document,
        /// The row's bytes.
        row: Vec<u8>,
        /// What ended it.
        terminator: &'static [u8],
        /// Where the text stands in the row.
        text: Range<usize>,
    },
    /// A record of an archive that holds a document.
    Record {
        /// Its text, with place and id.
        document: Document,
        /// The record's bytes.
        record: Vec<u8>,
        /// Where the text stands in them.
        block: Range<usize>,
    },
    /// A row of a table that holds a document.
    Cell {
        /// Its text, with place and id.
        document: Document,
        /// Whether there is no value where the text would be.
        is_null: bool,
    },
    /// A page.
    #[cfg(feature = "html")]
    Page {
        /// Its bytes, with place, id and encoding.
        document: Document,
        /// What it came in.
        carrier: Carrier,
    },
    /// A group of a table's rows ends. One that could not be read has had none.
    Group,
    /// What passes untouched.
    Untouched(Untouched),
}

/// What a page came in.
#[cfg(feature = "html")]
pub enum Carrier {
    /// A file of its own.
    File,
    /// A row of JSONL, JSON, CSV or TSV: its bytes, what ended it, where the page stands in it.
    Row(Vec<u8>, &'static [u8], Range<usize>),
    /// A record of an archive.
    Record,
    /// A row of a table; whether there is no value where the page would be.
    Cell { is_null: bool },
}

/// Bytes that pass untouched: an empty row, or what cannot be judged.
pub struct Untouched {
    /// Id, where there is a document.
    pub id: Option<Value>,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Which of them are the document's text, where they can be told.
    pub text: Option<Range<usize>>,
    /// What they came as.
    pub shape: Shape,
}

/// What bytes came as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A file.
    File,
    /// A row of JSONL.
    Row,
    /// The beginning of a file that is too large, and more of it.
    LargeFile,
    MoreOfFile,
    /// More of a row that is too large.
    MoreOfRow,
    /// A row of white space.
    Blank,
    /// A record of an archive.
    Record,
    /// A row of a table, or of what is no JSONL.
    Cell,
    /// A record of an archive, or what stands between records, that is no document.
    Between,
}

/// What is to be told of a unit, in order.
pub enum Note {
    /// It is a document.
    Document,
    /// Something that went as it should.
    Remark(String),
    /// A record that holds no document, and what it is.
    PassedOver(&'static str),
    /// A text that begins like a page, though none was announced: its place.
    LooksLikeHtml(Place),
    /// Something that did not.
    Problem(Problem),
    /// Its id, which may have been seen before, and its place.
    Id(Value, Place),
}

impl Item {
    /// The document of plain text that can be judged.
    pub fn as_document(&self) -> Option<&Document> {
        match self {
            Self::Text(document)
            | Self::Row { document, .. }
            | Self::Record { document, .. }
            | Self::Cell { document, .. } => Some(document),
            #[cfg(feature = "html")]
            Self::Page { .. } => None,
            Self::Group | Self::Untouched(_) => None,
        }
    }

    /// What kind of document it is.
    pub fn kinds(&self, container: Container) -> Kinds {
        let carrier = match container {
            Container::Jsonl | Container::Json | Container::Csv | Container::Tsv | Container::Parquet => {
                Kinds::ROWS
            }
            Container::Warc | Container::Wet => Kinds::ARCHIVE,
            Container::Text | Container::Html => Kinds::default(),
        };
        match self.as_document() {
            Some(_) => Kinds::of(carrier, false),
            #[cfg(feature = "html")]
            None if matches!(self, Self::Page { .. }) => Kinds::of(carrier, true),
            None => Kinds::default(),
        }
    }

    /// The same, to pass untouched: it cannot be judged after all.
    pub fn untouched(self) -> Untouched {
        let whole = |document: Document, shape| {
            let (id, text) = (Some(document.id), Some(0..document.bytes.len()));
            Untouched { id, bytes: document.bytes, text, shape }
        };
        let cell = |document, is_null: bool| {
            let mut untouched = whole(document, Shape::Cell);
            untouched.text = untouched.text.filter(|_| !is_null);
            untouched
        };
        let row = |mut bytes: Vec<u8>, terminator: &[u8]| {
            bytes.extend_from_slice(terminator);
            Untouched { id: None, bytes, text: None, shape: Shape::Row }
        };
        match self {
            Self::Text(document) => whole(document, Shape::File),
            Self::Row { row: bytes, terminator, .. } => row(bytes, terminator),
            Self::Record { document, record, block } => {
                Untouched { id: Some(document.id), bytes: record, text: Some(block), shape: Shape::Record }
            }
            Self::Cell { document, is_null } => cell(document, is_null),
            #[cfg(feature = "html")]
            Self::Page { document, carrier } => match carrier {
                Carrier::File => whole(document, Shape::File),
                Carrier::Row(bytes, terminator, _) => row(bytes, terminator),
                Carrier::Record => whole(document, Shape::Record),
                Carrier::Cell { is_null } => cell(document, is_null),
            },
            Self::Group => Untouched { id: None, bytes: Vec::new(), text: None, shape: Shape::Between },
            Self::Untouched(untouched) => untouched,
        }
    }

    /// The document that can be judged, and whether it is a page.
    pub fn document(self) -> Option<(Document, bool)> {
        match self {
            Self::Text(document)
            | Self::Row { document, .. }
            | Self::Record { document, .. }
            | Self::Cell { document, .. } => Some((document, false)),
            #[cfg(feature = "html")]
            Self::Page { document, .. } => Some((document, true)),
            Self::Group | Self::Untouched(_) => None,
        }
    }
}

/// Looks into a unit. Nothing comes of what only begins or ends an input, and of what `--on-error drop`
/// leaves out.
pub fn item(unit: Unit, input: &Input, settings: &Settings, note: &mut dyn FnMut(Note)) -> Option<Item> {
    let mut reading = Reading { input, settings, note };
    match unit {
        Unit::Begin(_) | Unit::End { .. } => None,
        Unit::Text(bytes) => reading.text(bytes),
        Unit::Html(bytes) => reading.page(bytes),
        Unit::Torn(bytes) => {
            (reading.note)(Note::Document);
            // That it broke off is told where the input ends.
            reading.untouched(Some(reading.name()), bytes.len(), bytes, Shape::File)
        }
        Unit::Piece { bytes, first } => reading.piece(bytes, first),
        Unit::Row(row) => reading.row(row),
        Unit::Between(bytes) => {
            Some(Item::Untouched(Untouched { id: None, bytes, text: None, shape: Shape::Between }))
        }
        Unit::Record(record) => reading.record(record),
        Unit::Cell(cell) => reading.cell(cell),
        Unit::Group { problem } => {
            if let Some(problem) = problem {
                (reading.note)(Note::Problem(problem));
            }
            Some(Item::Group)
        }
    }
}

/// A unit that could not be looked into, to pass untouched.
pub fn untouched(unit: Unit) -> Option<Untouched> {
    let all = |bytes: Vec<u8>, shape| {
        let text = Some(0..bytes.len());
        Some(Untouched { id: None, bytes, text, shape })
    };
    match unit {
        Unit::Text(bytes) | Unit::Html(bytes) | Unit::Torn(bytes) | Unit::Piece { bytes, .. } => {
            all(bytes, Shape::File)
        }
        Unit::Between(bytes) => Some(Untouched { id: None, bytes, text: None, shape: Shape::Between }),
        Unit::Row(row) => Some(Untouched { id: None, bytes: row.whole(), text: None, shape: Shape::Row }),
        Unit::Record(record) => {
            Some(Untouched { id: None, bytes: record.bytes, text: None, shape: Shape::Between })
        }
        Unit::Cell(cell) => {
            let (text, bytes) = (cell.text.is_some(), cell.text.unwrap_or_default());
            let text = text.then_some(0..bytes.len());
            Some(Untouched { id: cell.id, bytes, text, shape: Shape::Cell })
        }
        Unit::Begin(_) | Unit::Group { .. } | Unit::End { .. } => None,
    }
}

struct Reading<'a> {
    input: &'a Input,
    settings: &'a Settings,
    note: &'a mut dyn FnMut(Note),
}

impl Reading<'_> {
    fn name(&self) -> Value {
        Value::from(self.input.path.display().to_string())
    }

    fn text(&mut self, bytes: Vec<u8>) -> Option<Item> {
        if self.settings.content == Content::Html {
            return self.page(bytes);
        }
        (self.note)(Note::Document);
        let (id, place) = (self.name(), Place::of(&self.input.path));
        let document = read::text::document(id, place, bytes, self.settings.options.encoding);
        self.encoding(&document);
        if is_unexpected(&self.input.path, &document.bytes) {
            (self.note)(Note::LooksLikeHtml(document.place.clone()));
        }
        self.told(&document);
        Some(Item::Text(document))
    }

    #[cfg(feature = "html")]
    fn page(&mut self, bytes: Vec<u8>) -> Option<Item> {
        (self.note)(Note::Document);
        let place = Place::of(&self.input.path);
        let encoding = self.page_encoding(&bytes, None, &place);
        let document = Document { id: self.name(), url: None, place, encoding, bytes, problems: Vec::new() };
        self.told(&document);
        Some(Item::Page { document, carrier: Carrier::File })
    }

    #[cfg(not(feature = "html"))]
    fn page(&mut self, bytes: Vec<u8>) -> Option<Item> {
        (self.note)(Note::Document);
        self.html(Place::of(&self.input.path));
        self.untouched(Some(self.name()), bytes.len(), bytes, Shape::File)
    }

    /// Part of a file that is too large, of which the first says what it is.
    fn piece(&mut self, bytes: Vec<u8>, first: Option<&'static str>) -> Option<Item> {
        let Some(what) = first else {
            return self.passes(Untouched { id: None, bytes, text: None, shape: Shape::MoreOfFile });
        };
        (self.note)(Note::Document);
        let limit = self.settings.options.max_size;
        let (place, kind) = (Place::of(&self.input.path), ProblemKind::TooLarge { what, limit });
        (self.note)(Note::Problem(Problem { place, kind }));
        self.passes(Untouched { id: Some(self.name()), bytes, text: None, shape: Shape::LargeFile })
    }

    fn row(&mut self, raw: RawRow) -> Option<Item> {
        if raw.part == Part::More {
            // In another form only rows of JSONL stay what they are.
            let is_line = self.input.container == Container::Jsonl;
            let (id, text, shape) = (None, None, if is_line { Shape::MoreOfRow } else { Shape::Between });
            return self.passes(Untouched { id, bytes: raw.whole(), text, shape });
        }
        let content = match &self.input.header {
            Some(header) => delimited::content(&raw, &self.input.path, header),
            None => jsonl::content(&raw, &self.input.path, &self.settings.options),
        };
        if !matches!(content, RowContent::Blank) {
            (self.note)(Note::Document);
        }
        match content {
            // An empty row is nobody's document: it stays even where problems go.
            RowContent::Blank => {
                let (id, text, shape) = (None, None, Shape::Blank);
                Some(Item::Untouched(Untouched { id, bytes: raw.whole(), text, shape }))
            }
            RowContent::Problem(problem) => {
                (self.note)(Note::Problem(problem));
                match self.input.container {
                    Container::Jsonl => self.untouched(None, 0, raw.whole(), Shape::Row),
                    // In another form it is no row: what it holds is its text.
                    _ => {
                        let is_whole = raw.part == Part::Whole;
                        let (text, bytes) = (if is_whole { raw.bytes.len() } else { 0 }, raw.whole());
                        self.untouched(None, text, bytes, Shape::Cell)
                    }
                }
            }
            #[cfg(feature = "html")]
            RowContent::Document { document, text } if self.settings.content == Content::Html => {
                self.told(&document);
                let carrier = Carrier::Row(raw.bytes, raw.terminator, text);
                Some(Item::Page { document, carrier })
            }
            #[cfg(not(feature = "html"))]
            RowContent::Document { document, .. } if self.settings.content == Content::Html => {
                self.html(document.place);
                self.untouched(Some(document.id), 0, raw.whole(), Shape::Row)
            }
            RowContent::Document { document, text } => {
                self.is_text(&document);
                self.told(&document);
                Some(Item::Row { document, row: raw.bytes, terminator: raw.terminator, text })
            }
        }
    }

    fn record(&mut self, record: Record) -> Option<Item> {
        let Record { bytes, block, place, content } = record;
        match content {
            RecordContent::Text(head) if self.settings.content == Content::Text => {
                (self.note)(Note::Document);
                let (id, url) = self.head(head, &place);
                let text = bytes[block.clone()].to_vec();
                let mut document = read::text::document(id, place, text, self.settings.options.encoding);
                document.url = url;
                // Offsets of the text are none in the archive: what befell it is placed at the record.
                for problem in &mut document.problems {
                    problem.place = document.place.clone();
                }
                self.told(&document);
                Some(Item::Record { document, record: bytes, block })
            }
            // Its text field holds HTML, as it was said.
            RecordContent::Text(head) | RecordContent::Html(head) => {
                let (page, media) = (bytes[block.clone()].to_vec(), head.content_type.clone());
                self.archived_page(head, place, bytes, block, (page, media))
            }
            RecordContent::Http(head) => self.message(head, place, bytes, block),
            RecordContent::Damaged(problem) => {
                (self.note)(Note::Document);
                (self.note)(Note::Problem(problem));
                self.passes(Untouched { id: None, bytes, text: None, shape: Shape::Between })
            }
            RecordContent::Other(kind) => self.other(bytes, kind),
            RecordContent::Between => {
                Some(Item::Untouched(Untouched { id: None, bytes, text: None, shape: Shape::Between }))
            }
        }
    }

    /// A record that holds no document.
    fn other(&mut self, bytes: Vec<u8>, kind: &'static str) -> Option<Item> {
        (self.note)(Note::PassedOver(kind));
        Some(Item::Untouched(Untouched { id: None, bytes, text: None, shape: Shape::Between }))
    }

    /// An HTTP message, which is a document if it holds a page.
    fn message(&mut self, head: Head, place: Place, bytes: Vec<u8>, block: Range<usize>) -> Option<Item> {
        let raw = &bytes[block.clone()];
        let Some(message) = Message::of(raw) else { return self.other(bytes, "unknown") };
        // A page that stays in its record is told by its beginning.
        let limit = if self.settings.pages_leave { self.settings.options.max_size } else { SNIFFED };
        let body = message.body(raw, usize::try_from(limit).unwrap_or(usize::MAX));
        let is_page = message.media(&body, head.identified.as_deref()) == Media::Html;
        let is_noise = body.is_noise() && (is_page || message.is_page());
        if !is_page && !is_noise {
            return self.other(bytes, warc::main_type(message.content_type()));
        }
        let media = message.content_type().map(str::to_owned);
        let Body { bytes: page, fault } = body;
        let fault = fault.filter(|_| self.settings.pages_leave);
        let page = page.into_owned();
        let raw = message.raw_body();
        let raw = block.start + raw.start..block.start + raw.end;
        let Some((coding, fault)) = fault else {
            return self.archived_page(head, place, bytes, raw, (page, media));
        };
        let coding = coding.to_string();
        let (kind, is_read) = match fault {
            BodyFault::TooLong => {
                let limit = self.settings.options.max_size;
                (ProblemKind::TooLarge { what: "page", limit }, false)
            }
            _ if is_noise => (ProblemKind::BadBody { coding, fault: BodyFault::Unreadable }, false),
            fault => (ProblemKind::BadBody { coding, fault }, true),
        };
        let problem = Note::Problem(Problem { place: place.clone(), kind });
        if is_read {
            let item = self.archived_page(head, place, bytes, raw, (page, media));
            (self.note)(problem);
            return item;
        }
        (self.note)(Note::Document);
        (self.note)(problem);
        self.passes(Untouched { id: None, bytes, text: None, shape: Shape::Between })
    }

    fn cell(&mut self, cell: Cell) -> Option<Item> {
        (self.note)(Note::Document);
        let document = table::document(&cell, &self.input.path);
        let is_null = cell.text.is_none();
        let limit = self.settings.options.max_size;
        if document.bytes.len() as u64 > limit {
            let (place, kind) = (document.place, ProblemKind::TooLarge { what: "row", limit });
            (self.note)(Note::Problem(Problem { place, kind }));
            let (id, text, bytes) = (Some(document.id), Some(0..document.bytes.len()), document.bytes);
            return Some(Item::Untouched(Untouched { id, bytes, text, shape: Shape::Cell }));
        }
        if self.settings.content == Content::Text {
            self.is_text(&document);
            self.told(&document);
            return Some(Item::Cell { document, is_null });
        }
        #[cfg(feature = "html")]
        {
            self.told(&document);
            Some(Item::Page { document, carrier: Carrier::Cell { is_null } })
        }
        #[cfg(not(feature = "html"))]
        {
            self.html(document.place);
            // A table keeps its rows, whatever befell them.
            let text = (!is_null).then_some(0..document.bytes.len());
            let (id, bytes, shape) = (Some(document.id), document.bytes, Shape::Cell);
            Some(Item::Untouched(Untouched { id, bytes, text, shape }))
        }
    }

    /// A page in a record, with the media type that is stated of it. `raw` is where it stands in the record, as it
    /// came.
    fn archived_page(
        &mut self,
        head: Head,
        place: Place,
        record: Vec<u8>,
        raw: Range<usize>,
        (bytes, media): (Vec<u8>, Option<String>),
    ) -> Option<Item> {
        (self.note)(Note::Document);
        let (id, url) = self.head(head, &place);
        #[cfg(feature = "html")]
        if self.settings.pages_leave {
            let stated = media.as_deref().and_then(charset::of_content_type);
            let encoding = self.page_encoding(&bytes, stated, &place);
            let document = Document { id, url, place, bytes, encoding, problems: Vec::new() };
            self.told(&document);
            return Some(Item::Page { document, carrier: Carrier::Record });
        }
        let _ = (url, bytes, media);
        self.html(place);
        self.passes(Untouched { id: Some(id), bytes: record, text: Some(raw), shape: Shape::Record })
    }

    /// The encoding of a page: as given, else as found beside what its transport states. Says so where that or the
    /// page itself is wrong about it.
    #[cfg(feature = "html")]
    fn page_encoding(
        &mut self,
        bytes: &[u8],
        stated: Option<&'static Encoding>,
        place: &Place,
    ) -> &'static Encoding {
        if let Some(given) = self.settings.options.encoding {
            return charset::of(bytes, Some(given));
        }
        let Found { encoding, given_up } = charset::found(bytes, stated);
        if let Some(stated) = given_up {
            let (stated, name) = (stated.name(), encoding.name());
            (self.note)(Note::Remark(format!(
                "{place}: stated to be {stated}, but is not; read as {name} (give --encoding if it is another)"
            )));
        }
        encoding
    }

    /// Id and address of a record; one without an id is called by its number.
    fn head(&self, head: Head, place: &Place) -> (Value, Option<String>) {
        let number = place.record.unwrap_or_default();
        let id = head.id.unwrap_or_else(|| format!("{}:{number}", self.input.path.display()));
        (Value::from(id), head.url)
    }

    /// What passes untouched, and of which so many bytes from the first are its text.
    fn untouched(&mut self, id: Option<Value>, text: usize, bytes: Vec<u8>, shape: Shape) -> Option<Item> {
        let text = (text > 0 || shape == Shape::File).then_some(0..text);
        self.passes(Untouched { id, bytes, text, shape })
    }

    fn passes(&self, untouched: Untouched) -> Option<Item> {
        (self.settings.on_error != OnError::Drop).then_some(Item::Untouched(untouched))
    }

    fn html(&mut self, place: Place) {
        (self.note)(Note::Problem(Problem { place, kind: ProblemKind::Html }));
    }

    /// Notes where a text begins like a page.
    fn is_text(&mut self, document: &Document) {
        if markup::is_markup(&document.bytes) {
            (self.note)(Note::LooksLikeHtml(document.place.clone()));
        }
    }

    /// Tells what befell a document that is judged all the same.
    fn told(&mut self, document: &Document) {
        for problem in &document.problems {
            (self.note)(Note::Problem(problem.clone()));
        }
        (self.note)(Note::Id(document.id.clone(), document.place.clone()));
    }

    /// Says which encoding was found, and where the text stops being UTF-8.
    fn encoding(&mut self, document: &Document) {
        let encoding = document.encoding;
        if encoding == UTF_8 || self.settings.options.encoding.is_some() {
            return;
        }
        let place = match damage::find(UTF_8, &document.bytes).invalid {
            Some(at) if !damage::is_utf_16(encoding) => {
                document.place.clone().at(damage::line_of(UTF_8, &document.bytes, at), at as u64)
            }
            _ => document.place.clone(),
        };
        let name = encoding.name();
        (self.note)(Note::Remark(format!(
            "{place}: not UTF-8, read as {name} (give --encoding if it is another)"
        )));
    }
}
