//! Rows that are no lines: JSON arrays, CSV and TSV.

use std::io;
use std::path::Path;

use anyhow::Result;
use gleaner::unstable::read::delimited::{self, Header};
use gleaner::unstable::read::elements::{Elements, Part};
use gleaner::unstable::read::{Container, ReadOptions};

use super::open::{Bytes, has_row};
use super::units::{Step, Unit, hand_on};

/// What stands before the rows.
#[derive(Default)]
pub struct Head {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it says of the columns, of CSV and TSV.
    pub header: Option<Header>,
}

/// Why there are no rows.
pub enum Fault {
    /// The header has no column of texts.
    Header(String),
    Io(io::Error),
}

/// Reads what stands before the rows: of CSV and TSV, the header.
///
/// # Errors
/// That it has no column of texts, and what the input says.
pub fn head(input: &mut Bytes<'_>, container: Container, options: &ReadOptions) -> Result<Head, Fault> {
    let tabs = match container {
        Container::Csv => false,
        Container::Tsv => true,
        _ => return Ok(Head::default()),
    };
    let mut bytes = Vec::new();
    // No delimiter changes where a record ends.
    delimited::read_record(input, if tabs { b'\t' } else { b',' }, &mut bytes).map_err(Fault::Io)?;
    if bytes.trim_ascii().is_empty() {
        return Ok(Head { bytes, header: None });
    }
    let header = Header::read(bytes.trim_ascii_end(), tabs, options);
    let advice = "name the column of the text with --text-key, or read it as it is with --from text";
    let header = header.map_err(|reason| Fault::Header(format!("{reason}; {advice}")))?;
    Ok(Head { bytes, header: Some(header) })
}

/// Hands on the records of CSV or TSV; what reading failed with.
///
/// # Errors
/// What `emit` says.
pub fn records(
    path: &Path,
    input: &mut Bytes<'_>,
    head: Head,
    (max_size, pauses): (u64, bool),
    emit: &mut dyn FnMut(Step) -> Result<()>,
) -> Result<Option<io::Error>> {
    let Head { bytes, header } = head;
    let Some(header) = header else { return Ok(None) };
    let mut records = delimited::Records::new(input, path, header.delimiter, &bytes).limited_to(max_size);
    emit(Step::Unit(Unit::Between(bytes)))?;
    hand_on(&mut records, |it| pauses && !has_row(it.input()), emit, Unit::Row)
}

/// Hands on the objects of JSON and what stands between them; what reading failed with, and that an array breaks off.
///
/// # Errors
/// What `emit` says.
pub fn elements(
    path: &Path,
    input: &mut Bytes<'_>,
    (max_size, pauses): (u64, bool),
    emit: &mut dyn FnMut(Step) -> Result<()>,
) -> Result<Option<io::Error>> {
    let mut elements = Elements::new(input, path).limited_to(max_size);
    let failed = hand_on(
        &mut elements,
        |it| pauses && !has_row(it.input()),
        emit,
        |part| match part {
            Part::Row(row) => Unit::Row(row),
            Part::Between(bytes) => Unit::Between(bytes),
        },
    )?;
    if failed.is_some() {
        return Ok(failed);
    }
    Ok(elements.is_open().then(|| io::Error::new(io::ErrorKind::UnexpectedEof, "the array is not closed")))
}
