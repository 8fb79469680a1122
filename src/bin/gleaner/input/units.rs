//! What an input is made of: its units, not looked into yet.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use gleaner::Problem;
use gleaner::error::Place;
use gleaner::unstable::read::compression::Compression;
use gleaner::unstable::read::delimited::Header;
use gleaner::unstable::read::rows::RawRow;
use gleaner::unstable::read::table::Cell;
use gleaner::unstable::read::warc::Record;
use gleaner::unstable::read::{self, Container, ReadOptions};
#[cfg(feature = "parquet")]
use tempfile::TempPath;

use super::unreadable::Unreadable;
use crate::args::{Content, From, InputArgs, OnError};

/// What is read, and how; the arguments without the files.
#[derive(Debug, Clone)]
pub struct Settings {
    pub options: ReadOptions,
    pub from: From,
    pub content: Content,
    pub on_error: OnError,
    /// Whether pages may leave what they came in: an archive's record cannot hold what is left of one.
    #[cfg_attr(not(feature = "html"), allow(dead_code, reason = "no page is read"))]
    pub pages_leave: bool,
    /// Whether tables are written again as tables, so that all of them must be sound.
    #[cfg_attr(not(feature = "parquet"), allow(dead_code, reason = "no table is read"))]
    pub tables_stay: bool,
}

impl Settings {
    /// What the arguments mean.
    ///
    /// # Errors
    /// An encoding that is none.
    pub fn new(args: &InputArgs) -> Result<Self> {
        let options = ReadOptions {
            encoding: args.encoding.as_deref().map(read::text::encoding).transpose()?,
            text_key: args.text_key.clone(),
            id_key: args.id_key.clone(),
            url_key: args.url_key.clone(),
            max_size: args.max_size,
        };
        Ok(Self {
            options,
            from: args.from,
            content: args.content,
            on_error: args.on_error,
            pages_leave: true,
            tables_stay: false,
        })
    }
}

/// The file that holds a table.
#[cfg(feature = "parquet")]
#[derive(Debug)]
pub struct TableFile {
    pub path: PathBuf,
    /// It is temporary, and goes with this.
    #[expect(dead_code, reason = "it is kept until the table has been read")]
    pub temporary: Option<TempPath>,
}

/// An input of which something could be read.
#[derive(Debug)]
pub struct Input {
    /// Its number among all that are read.
    pub number: usize,
    /// Its name in messages and ids.
    pub path: PathBuf,
    pub container: Container,
    /// How it is stored.
    pub compression: Compression,
    /// What CSV and TSV say of their columns.
    pub header: Option<Header>,
    /// The file of a table.
    #[cfg(feature = "parquet")]
    pub table: Option<TableFile>,
}

/// One part of an input, in order.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "no table is read"))]
pub enum Unit {
    /// An input begins.
    Begin(Arc<Input>),
    /// A whole file of plain text.
    Text(Vec<u8>),
    /// A whole page.
    Html(Vec<u8>),
    /// What could be read of a file of text or of a page: it passes.
    Torn(Vec<u8>),
    /// A piece of a file of text or of a page that is too large: it passes. `first` says what the file is.
    Piece { bytes: Vec<u8>, first: Option<&'static str> },
    /// A row of JSONL, JSON, CSV or TSV, or a piece of one that is too large.
    Row(RawRow),
    /// What stands between rows, and before them.
    Between(Vec<u8>),
    /// A record of an archive.
    Record(Record),
    /// A row of a table.
    Cell(Cell),
    /// A group of a table's rows ends; where there is a problem it could not be read.
    Group { problem: Option<Problem> },
    /// The input ends.
    End {
        /// Why it could not be read any further, or not be opened (then it did not begin).
        error: Option<Unreadable>,
        /// Whether anything could be read of it, be it that it is empty.
        any: bool,
    },
}

impl Unit {
    /// Where it stands.
    pub fn place(&self, input: &Input) -> Place {
        let place = Place::of(&input.path);
        match self {
            Self::Row(row) => Place { record: row.record, ..place.at(row.line, row.byte) },
            Self::Record(record) => record.place.clone(),
            Self::Cell(cell) => place.in_record(cell.record),
            _ => place,
        }
    }

    /// Bytes that it holds.
    pub fn size(&self) -> usize {
        match self {
            Self::Begin(_) | Self::End { .. } | Self::Group { .. } => 0,
            Self::Text(bytes) | Self::Html(bytes) | Self::Torn(bytes) | Self::Between(bytes) => bytes.len(),
            Self::Piece { bytes, .. } => bytes.len(),
            Self::Row(row) => row.bytes.len() + row.terminator.len(),
            Self::Record(record) => record.bytes.len(),
            // Rows without text are something too.
            Self::Cell(cell) => cell.text.as_ref().map_or(0, Vec::len) + 16,
        }
    }
}

/// A unit, or that the next one may take its time: what is ready should leave.
#[allow(clippy::large_enum_variant, reason = "it is handed on at once; a box for every row would cost more")]
pub enum Step {
    Unit(Unit),
    Pause,
}

/// Hands on all parts of an input, each as a unit, with a pause after those behind which `waits` sees nothing yet;
/// what reading failed with.
///
/// # Errors
/// What `emit` says, and errors of the parts other than failing reads.
pub fn hand_on<P: Iterator<Item = gleaner::Result<T>>, T>(
    parts: &mut P,
    waits: impl Fn(&P) -> bool,
    emit: &mut dyn FnMut(Step) -> Result<()>,
    mut unit: impl FnMut(T) -> Unit,
) -> Result<Option<io::Error>> {
    while let Some(part) = parts.next() {
        match part {
            Ok(part) => emit(Step::Unit(unit(part)))?,
            Err(gleaner::Error::Io { source, .. }) => return Ok(Some(source)),
            Err(error) => return Err(error.into()),
        }
        if waits(parts) {
            emit(Step::Pause)?;
        }
    }
    Ok(None)
}
