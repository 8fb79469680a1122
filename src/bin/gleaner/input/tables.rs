//! Parquet: read from its end, so that it must be a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use gleaner::Problem;
use gleaner::error::{Place, ProblemKind};
use gleaner::unstable::read::Container;
use gleaner::unstable::read::parquet::Table;
use gleaner::unstable::write::parquet as rewrite;

use super::open::Source;
use super::units::{Input, Settings, Step, TableFile, Unit};
use super::unreadable::Unreadable;
use crate::output;

/// Hands on a table's rows; `start` is what has been read of the source.
///
/// # Errors
/// What `emit` says, and [`Unreadable`].
pub fn read(
    source: Source,
    start: &[u8],
    number: usize,
    settings: &Settings,
    bytes_read: &AtomicU64,
    emit: &mut dyn FnMut(Step) -> Result<()>,
) -> Result<()> {
    let Source { path, bytes, compression, size } = source;
    let unreadable = |what: String| Unreadable { path: path.clone(), what };
    let plain = size.is_some() && compression == Default::default() && output::is_file(&path);
    let file = if plain {
        TableFile { path: path.clone(), temporary: None }
    } else {
        spooled(start, bytes).map_err(|error| unreadable(format!("cannot read to its end: {error}")))?
    };
    let opened = File::open(&file.path).map_err(|error| error.to_string());
    let table = opened.and_then(|file| Table::open(file, &settings.options));
    let table = table.map_err(|reason| unreadable(format!("cannot be read as Parquet: {reason}")))?;
    if settings.tables_stay {
        let opened = File::open(&file.path).map_err(|error| error.to_string());
        opened.and_then(|file| rewrite::check(file, &table)).map_err(|reason| {
            unreadable(format!(
                "cannot be written again as Parquet: {reason}; --to jsonl reads its texts alone"
            ))
        })?;
    }
    let container = Container::Parquet;
    let input = Input { number, path: path.clone(), container, compression, header: None, table: Some(file) };
    emit(Step::Unit(Unit::Begin(Arc::new(input))))?;
    let mut before = 0;
    for group in 0..table.groups() {
        let rows = table.rows_in(group);
        let read = match table.check(group) {
            Ok(()) => table.each(group, before, |cell| emit(Step::Unit(Unit::Cell(cell)))),
            Err(reason) => Err(reason),
        };
        let problem = match read {
            Ok(done) => done.map(|()| None)?,
            Err(reason) => {
                let place = Place::of(&path).in_record(before + 1);
                Some(Problem { place, kind: ProblemKind::BadRowGroup { group, rows, reason } })
            }
        };
        emit(Step::Unit(Unit::Group { problem }))?;
        before += rows;
        if plain {
            bytes_read.fetch_add(table.bytes_in(group), Ordering::Relaxed);
        }
    }
    Ok(())
}

/// A temporary file with all that a source has.
fn spooled(start: &[u8], mut rest: impl Read) -> io::Result<TableFile> {
    let mut file = tempfile::NamedTempFile::new()?;
    io::copy(&mut start.chain(&mut rest), &mut file)?;
    let path = file.into_temp_path();
    Ok(TableFile { path: path.to_path_buf(), temporary: Some(path) })
}

/// Opens an input's table once more.
///
/// # Errors
/// What the system says, or why it is no table any more.
pub fn reopen(path: &Path, settings: &Settings) -> Result<(File, Table), String> {
    let open = || File::open(path).map_err(|error| error.to_string());
    Ok((open()?, Table::open(open()?, &settings.options)?))
}
