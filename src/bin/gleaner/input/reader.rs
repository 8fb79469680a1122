//! From an input to its units, in order.

use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Result, bail};
use gleaner::unstable::read::compression::Compression;
use gleaner::unstable::read::jsonl::{self, Content as RowContent};
use gleaner::unstable::read::rows::{Part, RawRow, RawRows};
use gleaner::unstable::read::warc::Records;
use gleaner::unstable::read::{self, Container, bounded, sniff};

use super::binary;
use super::list::Listed;
use super::markup::text_or_page;
use super::open::{self, Bytes, Plain, Source, has_row};
use super::structured::{self, Fault};
#[cfg(feature = "parquet")]
use super::tables;
use super::units::{Input, Settings, Step, Unit, hand_on};
use super::unreadable::Unreadable;
use crate::args::From;
use crate::panics;

/// Bytes that are looked at to tell what an input is.
const SNIFFED: usize = 1 << 16;

/// Bytes of a file that is too large that are handed on at a time.
const PIECE: usize = 1 << 20;

/// Reads an input to its end. What befalls it comes as [`Unit::End`].
///
/// `more` says that other inputs follow on the same output: then a last row without a line feed gets one.
///
/// # Errors
/// What `emit` says, and that the input is the output too.
pub fn read(
    listed: &Listed,
    number: usize,
    more: bool,
    settings: &Settings,
    bytes_read: &Arc<AtomicU64>,
    emit: &mut dyn FnMut(Step) -> Result<()>,
) -> Result<()> {
    let opened = match listed {
        Ok(file) => open::open(file, bytes_read),
        Err(unreadable) => Err(unreadable.clone().into()),
    };
    let mut any = false;
    let mut counting = |step: Step| {
        any |= matches!(&step, Step::Unit(unit) if unit.size() > 0 || matches!(unit, Unit::Group { .. }));
        emit(step)
    };
    // What becomes of a unit may end the run; what reading it may do ends this input.
    let mut counting =
        |step: Step| panics::caught(|| counting(step)).unwrap_or_else(|| bail!(panics::OF_THE_RUN));
    let mut read = |source| Reader { settings, number, more, bytes_read }.input(source, &mut counting);
    let done = opened.and_then(|source| {
        let path = source.path.clone();
        let what = panics::OF_AN_INPUT.to_owned();
        panics::caught(|| read(source)).unwrap_or_else(|| Err(Unreadable { path, what }.into()))
    });
    match done {
        Ok(()) => emit(Step::Unit(Unit::End { error: None, any: true })),
        // Whatever the input itself said; anything else ends the run.
        Err(error) => {
            let error = Some(error.downcast::<Unreadable>()?);
            emit(Step::Unit(Unit::End { error, any }))
        }
    }
}

struct Reader<'a> {
    settings: &'a Settings,
    number: usize,
    more: bool,
    #[cfg_attr(not(feature = "parquet"), allow(dead_code, reason = "tables alone are read elsewhere"))]
    bytes_read: &'a AtomicU64,
}

impl Reader<'_> {
    fn input(&self, source: Source, emit: &mut dyn FnMut(Step) -> Result<()>) -> Result<()> {
        let Source { path, mut bytes, compression, size } = source;
        let mut start = Vec::new();
        let given = given(self.settings.from);
        let looked = match given {
            Some(given) => Ok(given),
            None => match read::by_extension(&path) {
                // A page that was saved under the name of a text is a page all the same.
                Some(Container::Text) => {
                    self.sniff(&path, &mut bytes, &mut start).map(|_| text_or_page(&path, &start))
                }
                Some(Container::Jsonl) => {
                    self.sniff(&path, &mut bytes, &mut start).map(|looked| match looked {
                        Container::Jsonl => Container::Jsonl,
                        _ => read::json_or_jsonl(&path, &start),
                    })
                }
                Some(Container::Html) => {
                    // An error comes again when the page is read.
                    binary::refuse(&path, bytes.fill_buf().unwrap_or_default())?;
                    Ok(Container::Html)
                }
                Some(named) => Ok(named),
                None => self.sniff(&path, &mut bytes, &mut start).map(|looked| match looked {
                    Container::Text => text_or_page(&path, &start),
                    other => other,
                }),
            },
        };
        let (container, failed) = match looked {
            Ok(container) => (container, None),
            // What a name promises holds for a file that breaks off, too.
            Err(error) => match (sniff(None, &start), read::by_extension(&path)) {
                (Container::Html, _) | (_, None) => (sniff(None, &start), Some(error)),
                (_, Some(named)) => (named, Some(error)),
            },
        };
        if let Some(error) = &failed
            && start.is_empty()
        {
            return Err(self.unreadable(&path, error, &bytes, compression).into());
        }
        if given.is_none() && container == Container::Text {
            binary::refuse(&path, &start)?;
        }
        if container == Container::Parquet {
            let source = Source { path, bytes, compression, size };
            return self.table(source, &start, emit);
        }
        let pauses = size.is_none();
        let mut bytes = start.as_slice().chain(bytes);
        let head = match structured::head(&mut bytes, container, &self.settings.options) {
            Ok(head) => head,
            Err(Fault::Header(what)) => return Err(Unreadable { path, what }.into()),
            Err(Fault::Io(error)) => {
                return Err(self.unreadable(&path, &error, bytes.get_ref().1, compression).into());
            }
        };
        let input = Input {
            number: self.number,
            path: path.clone(),
            container,
            compression,
            header: head.header.clone(),
            #[cfg(feature = "parquet")]
            table: None,
        };
        emit(Step::Unit(Unit::Begin(Arc::new(input))))?;
        let done = match container {
            Container::Json => {
                structured::elements(&path, &mut bytes, (self.settings.options.max_size, pauses), emit)?
            }
            Container::Csv | Container::Tsv => {
                structured::records(&path, &mut bytes, head, (self.settings.options.max_size, pauses), emit)?
            }
            Container::Jsonl => self.rows(&path, &mut bytes, pauses, emit)?,
            Container::Warc | Container::Wet => self.records(&path, &mut bytes, pauses, emit)?,
            Container::Text | Container::Html | Container::Parquet => {
                let unit = |all| match container {
                    _ if failed.is_some() => Unit::Torn(all),
                    Container::Text => Unit::Text(all),
                    _ => Unit::Html(all),
                };
                let what = if container == Container::Text { "text" } else { "page" };
                self.whole(&mut bytes, size, (unit, what), emit)?
            }
        };
        match failed.or(done) {
            None => Ok(()),
            Some(error) => Err(self.unreadable(&path, &error, bytes.get_ref().1, compression).into()),
        }
    }

    #[cfg(feature = "parquet")]
    fn table(&self, source: Source, start: &[u8], emit: &mut dyn FnMut(Step) -> Result<()>) -> Result<()> {
        tables::read(source, start, self.number, self.settings, self.bytes_read, emit)
    }

    #[cfg(not(feature = "parquet"))]
    fn table(&self, source: Source, _: &[u8], _: &mut dyn FnMut(Step) -> Result<()>) -> Result<()> {
        let what = "is Parquet, which this program was built without (feature `parquet`)".to_owned();
        Err(Unreadable { path: source.path, what }.into())
    }

    fn unreadable(&self, path: &Path, error: &io::Error, at: &Plain, compression: Compression) -> Unreadable {
        let at = open::position(at, compression);
        Unreadable { path: path.to_path_buf(), what: format!("cannot read to its end: {error}{at}") }
    }

    /// Tells rows from text by the first 64 KiB, or by the first row alone, so that rows that come one
    /// at a time go one at a time. Either way the answer depends on the bytes only, not on when they come.
    fn sniff(&self, path: &Path, input: &mut Plain, start: &mut Vec<u8>) -> io::Result<Container> {
        let mut looked = false;
        while start.len() < SNIFFED {
            let more = match input.fill_buf() {
                Ok(more) => more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if more.is_empty() {
                break;
            }
            let taken = more.len().min(SNIFFED - start.len());
            start.extend_from_slice(&more[..taken]);
            input.consume(taken);
            if looked {
                continue;
            }
            let blank = start.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let Some(end) = start[blank..].iter().position(|byte| *byte == b'\n') else { continue };
            looked = true;
            let first = RawRows::new(&start[..blank + end], path).last();
            if let Some(Ok(row)) = first
                && matches!(jsonl::content(&row, path, &self.settings.options), RowContent::Document { .. })
            {
                return Ok(Container::Jsonl);
            }
        }
        Ok(sniff(None, start))
    }

    /// Hands on a file that is one document, or pieces of one that is too large; what reading failed with.
    fn whole(
        &self,
        input: &mut Bytes<'_>,
        size: Option<u64>,
        (unit, what): (impl Fn(Vec<u8>) -> Unit, &'static str),
        emit: &mut dyn FnMut(Step) -> Result<()>,
    ) -> Result<Option<io::Error>> {
        let limit = self.settings.options.max_size;
        let room = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut all = Vec::with_capacity(size.unwrap_or(0).min(limit).try_into().unwrap_or(0));
        let read = bounded::read(&mut input.take(limit), &mut all, room);
        let read = read.and_then(|_| input.fill_buf().map(|more| all.len() < room || more.is_empty()));
        match read {
            Ok(true) => return emit(Step::Unit(unit(all))).map(|()| None),
            Ok(false) => {}
            Err(error) if all.is_empty() => return Ok(Some(error)),
            Err(error) => return emit(Step::Unit(Unit::Torn(all))).map(|()| Some(error)),
        }
        for (number, piece) in all.chunks(PIECE).enumerate() {
            let first = (number == 0).then_some(what);
            emit(Step::Unit(Unit::Piece { bytes: piece.to_vec(), first }))?;
        }
        drop(all);
        loop {
            let mut bytes = Vec::new();
            let read = bounded::read(&mut input.take(PIECE as u64), &mut bytes, PIECE);
            let ends = bytes.is_empty();
            if !ends {
                emit(Step::Unit(Unit::Piece { bytes, first: None }))?;
            }
            match read {
                Err(error) => return Ok(Some(error)),
                Ok(_) if ends => return Ok(None),
                Ok(_) => {}
            }
        }
    }

    /// Hands on all rows; what reading failed with.
    fn rows(
        &self,
        path: &Path,
        input: &mut Bytes<'_>,
        pauses: bool,
        emit: &mut dyn FnMut(Step) -> Result<()>,
    ) -> Result<Option<io::Error>> {
        let mut rows = RawRows::new(input, path).limited_to(self.settings.options.max_size);
        // A piece of a row that did not end yet.
        let mut open = None;
        let failed = hand_on(
            &mut rows,
            |it| pauses && !has_row(it.input()),
            emit,
            |mut row| {
                if row.part == Part::Whole && row.terminator.is_empty() && self.more {
                    row.terminator = b"\n";
                }
                open = (row.part != Part::Whole && !row.bytes.ends_with(b"\n")).then_some(row.line);
                Unit::Row(row)
            },
        )?;
        if failed.is_some() {
            return Ok(failed);
        }
        if let Some(line) = open.filter(|_| self.more) {
            let (bytes, terminator, part) = (Vec::new(), b"\n", Part::More);
            let end = RawRow { bytes, terminator, record: None, line, byte: 0, part };
            emit(Step::Unit(Unit::Row(end)))?;
        }
        Ok(None)
    }

    /// Hands on all records; what reading failed with.
    fn records(
        &self,
        path: &Path,
        input: &mut Bytes<'_>,
        pauses: bool,
        emit: &mut dyn FnMut(Step) -> Result<()>,
    ) -> Result<Option<io::Error>> {
        let mut records = Records::new(input, path).limited_to(self.settings.options.max_size);
        hand_on(&mut records, |it| pauses && !has_row(it.input()), emit, Unit::Record)
    }
}

/// What a file holds, as far as its name or its first bytes say so; none for what cannot be looked into.
pub fn container_of(file: &Path, from: From) -> Option<Container> {
    if let Some(given) = given(from) {
        return Some(given);
    }
    let named = read::by_extension(file);
    let ending = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
    match named {
        Some(Container::Jsonl) if ending => {}
        Some(named) => return Some(named),
        None => {}
    }
    if !file.is_file() {
        return None;
    }
    let mut start = Vec::new();
    let source = open::open(file, &Arc::default()).ok()?;
    source.bytes.take(SNIFFED as u64).read_to_end(&mut start).ok()?;
    Some(match (named, sniff(None, &start)) {
        (Some(_), _) => read::json_or_jsonl(file, &start),
        (None, Container::Text) => text_or_page(file, &start),
        (None, looked) => looked,
    })
}

/// The container that `--from` names.
fn given(from: From) -> Option<Container> {
    Some(match from {
        From::Auto => return None,
        From::Text => Container::Text,
        From::Html => Container::Html,
        From::Jsonl => Container::Jsonl,
        From::Warc => Container::Warc,
        From::Wet => Container::Wet,
        From::Parquet => Container::Parquet,
        From::Json => Container::Json,
        From::Csv => Container::Csv,
        From::Tsv => Container::Tsv,
    })
}
