//! Parquet output: a file with other texts. Every other column is copied as stored, byte for byte.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::bloom_filter::Sbbf;
use ::parquet::column::writer::ColumnCloseResult;
use ::parquet::data_type::{ByteArray, ByteArrayType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::serialized_reader::SerializedFileReader;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use tempfile::SpooledTempFile;

use crate::guard;
use crate::read::parquet::{Table, levels};

/// Texts of a row group held in memory, in bytes; more of them go to a temporary file.
const HELD: usize = 16 << 20;
/// Bytes of text encoded at a time.
const BATCH: usize = 1 << 20;

/// Rewrites a Parquet file, row group by row group, with the given texts.
///
/// Row groups, schema, key-value metadata, `created_by` and all other columns with their pages, statistics and
/// page indexes stay. A group whose texts are unchanged is copied whole. The text column keeps its compression
/// and has a dictionary if it had one; its Bloom filter, and a sort order by text, no longer
/// hold and are left out.
pub struct Rewriter<W: Write + Send> {
    writer: SerializedFileWriter<Counted<W>>,
    source: File,
    metadata: Arc<ParquetMetaData>,
    text: usize,
    group: usize,
    texts: SpooledTempFile,
    rows: u64,
    changed: bool,
    /// The source once more, if the text is inside a struct.
    nested: Option<SerializedFileReader<File>>,
}

impl<W: Write + Send> Rewriter<W> {
    /// A rewriter of `source`, whose footer is `table`'s. Nothing else may read from this file handle
    /// meanwhile.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(out: W, source: File, table: &Table) -> io::Result<Self> {
        let (metadata, text) = (Arc::new(table.metadata().clone()), table.text_column());
        let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
        let level = metadata.file_metadata().schema_descr().column(text).max_def_level();
        let nested = (level > 1).then(|| SerializedFileReader::new(source.try_clone()?).map_err(io_error));
        let writer = SerializedFileWriter::new(
            Counted { out, bytes: 0 },
            schema,
            Arc::new(properties(&metadata, text)),
        );
        Ok(Self {
            writer: writer.map_err(io_error)?,
            source,
            metadata,
            text,
            group: 0,
            texts: SpooledTempFile::new(HELD),
            rows: 0,
            changed: false,
            nested: nested.transpose()?,
        })
    }

    /// The next row's text, and whether it changed.
    ///
    /// # Errors
    /// If a temporary file cannot be written.
    pub fn row(&mut self, text: Option<&[u8]>, changed: bool) -> io::Result<()> {
        self.rows += 1;
        self.changed |= changed;
        // 0 is no text; pages hold less than 2 GiB.
        let length = text.map_or(0, |text| text.len() as u64 + 1);
        self.texts.write_all(&length.to_le_bytes())?;
        self.texts.write_all(text.unwrap_or_default())
    }

    /// Writes the row group whose rows were given; unchanged if none were given.
    ///
    /// # Errors
    /// Those of the output, and a number of rows that differs from the group's.
    pub fn end_group(&mut self) -> io::Result<()> {
        guard::run(|| self.group()).unwrap_or_else(|panicked| Err(io::Error::other(panicked)))
    }

    fn group(&mut self) -> io::Result<()> {
        let metadata = Arc::clone(&self.metadata);
        let group = metadata.row_group(self.group);
        let expected = u64::try_from(group.num_rows()).unwrap_or(0);
        if self.rows != 0 && self.rows != expected {
            return Err(io::Error::other(format!("{} rows came for {expected}", self.rows)));
        }
        let rewritten = self.changed && self.rows > 0;
        let levels = match &self.nested {
            Some(source) if rewritten => {
                Some(levels(source, self.group, self.text).map_err(io::Error::other)?)
            }
            _ => None,
        };
        self.texts.seek(SeekFrom::Start(0))?;
        let mut out = self.writer.next_row_group().map_err(io_error)?;
        for column in 0..group.num_columns() {
            if rewritten && column == self.text {
                write_texts(
                    &mut out,
                    &mut self.texts,
                    self.rows,
                    (group.column(column).column_descr().max_def_level(), levels.as_deref()),
                )?;
            } else {
                let copied = copied(&metadata, group, self.group, column, &self.source)?;
                out.append_column(&self.source, copied).map_err(io_error)?;
            }
        }
        out.close().map_err(io_error)?;
        self.group += 1;
        (self.rows, self.changed) = (0, false);
        self.texts = SpooledTempFile::new(HELD);
        Ok(())
    }

    /// Writes the footer, and returns the output and the number of bytes written.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> io::Result<(W, u64)> {
        let Counted { mut out, bytes } = self.writer.into_inner().map_err(io_error)?;
        out.flush()?;
        Ok((out, bytes))
    }
}

/// Copies everything into nothing, because a rewrite must not fail half-way.
///
/// # Errors
/// Why the file cannot be copied: its footer names bytes that are not there, or something that cannot be written again.
pub fn check(source: File, table: &Table) -> Result<(), String> {
    let copy = || {
        let mut copy = Rewriter::new(io::sink(), source, table)?;
        (0..table.groups()).try_for_each(|_| copy.end_group())?;
        copy.finish().map(drop)
    };
    match guard::run(copy) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panicked) => Err(panicked.to_string()),
    }
}

/// An output that counts its bytes.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn properties(metadata: &ParquetMetaData, text: usize) -> WriterProperties {
    let file = metadata.file_metadata();
    let first = metadata.row_groups().first();
    let column = first.map(|group| group.column(text));
    let index = |group: usize| metadata.page_index_for_row_group(group);
    let indexed = first.is_some() && index(0).column_index(text).is_some();
    let offsets = first.is_some() && index(0).offset_index(text).is_some();
    let sorting = first.and_then(RowGroupMetaData::sorting_columns);
    let sorting = sorting.filter(|by| by.iter().all(|by| by.column_idx != text as i32));
    let mut builder = WriterProperties::builder()
        .set_key_value_metadata(file.key_value_metadata().cloned())
        .set_sorting_columns(sorting.cloned())
        .set_compression(column.map_or(Compression::UNCOMPRESSED, |it| it.compression()))
        .set_dictionary_enabled(column.is_some_and(|it| it.dictionary_page_offset().is_some()))
        .set_statistics_enabled(if indexed { EnabledStatistics::Page } else { EnabledStatistics::Chunk })
        .set_offset_index_disabled(!offsets && !indexed);
    if let Some(created_by) = file.created_by() {
        builder = builder.set_created_by(created_by.to_owned());
    }
    builder.build()
}

/// The metadata of a stored column, for copying it.
fn copied(
    metadata: &ParquetMetaData,
    group: &RowGroupMetaData,
    number: usize,
    column: usize,
    source: &File,
) -> io::Result<ColumnCloseResult> {
    let index = metadata.page_index_for_row_group(number);
    let stored = group.column(column);
    Ok(ColumnCloseResult {
        bytes_written: u64::try_from(stored.compressed_size()).unwrap_or(0),
        rows_written: u64::try_from(group.num_rows()).unwrap_or(0),
        metadata: stored.clone(),
        // A damaged one is left out and the rest copied: it only makes searches faster.
        bloom_filter: Sbbf::read_from_column_chunk(stored, source).unwrap_or(None),
        column_index: index.column_index(column).cloned(),
        offset_index: index.offset_index(column).cloned(),
    })
}

/// Writes the texts of a group. `nullable` is the level of a text that is there, and `stored` the levels that the
/// source has, if a missing one may be missing at several.
fn write_texts<W: Write + Send>(
    out: &mut SerializedRowGroupWriter<'_, W>,
    texts: &mut impl Read,
    rows: u64,
    (nullable, stored): (i16, Option<&[i16]>),
) -> io::Result<()> {
    let Some(mut column) = out.next_column().map_err(io_error)? else {
        return Err(io::Error::other("the text column is missing"));
    };
    let mut left = rows;
    while left > 0 {
        let (mut values, mut levels, mut bytes) = (Vec::new(), Vec::new(), 0);
        while left > 0 && bytes < BATCH {
            let mut length = [0; 8];
            texts.read_exact(&mut length)?;
            let row = (rows - left) as usize;
            left -= 1;
            match u64::from_le_bytes(length) {
                0 => levels.push(stored.and_then(|levels| levels.get(row).copied()).unwrap_or(0)),
                length => {
                    let mut text = vec![0; length as usize - 1];
                    texts.read_exact(&mut text)?;
                    bytes += text.len();
                    levels.push(nullable);
                    values.push(ByteArray::from(text));
                }
            }
        }
        let levels = (nullable > 0).then_some(levels.as_slice());
        column.typed::<ByteArrayType>().write_batch(&values, levels, None).map_err(io_error)?;
    }
    column.close().map_err(io_error)
}

/// The error of the output, if it was the output's.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        other => io::Error::other(other),
    }
}
