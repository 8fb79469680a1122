//! Parquet: each row is a document. Only the columns of text, id and address are decoded.

use std::fs::File;

use ::parquet::basic::{ConvertedType, LogicalType, Type};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_typed_column_reader};
use ::parquet::data_type::{ByteArrayType, DataType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::{FileReader, RowGroupReader};
use ::parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use serde_json::Value;

use super::ReadOptions;
use super::jsonl::NAMES;
use super::parquet_footer;
use super::table::Cell;
use crate::error::quoted;
use crate::guard;

/// Rows read at a time.
const BATCH: usize = 64;

/// A Parquet file whose footer has been read.
pub struct Table {
    reader: SerializedFileReader<File>,
    text: usize,
    id: Option<usize>,
    url: Option<usize>,
}

impl Table {
    /// Reads the footer and finds the columns, by their names or by their paths into structs, `doc.text`. They are in
    /// no list; the text is a byte array, ids are byte arrays or integers.
    ///
    /// # Errors
    /// Why it cannot be read: not Parquet, damaged, encrypted, or without such a text column.
    pub fn open(mut file: File, options: &ReadOptions) -> Result<Self, String> {
        parquet_footer::check(&mut file)?;
        let reader = guarded(|| {
            let wanted = ReadOptionsBuilder::new().with_page_index().build();
            SerializedFileReader::new_with_options(file, wanted).map_err(|error| reason(&error))
        })?;
        let schema = reader.metadata().file_metadata().schema_descr();
        // A column whose own name has a dot comes before one inside a struct.
        let find = |key: &str| {
            let named = schema.columns().iter().enumerate();
            let named = named.filter(|(_, it)| it.path().string() == key && it.max_rep_level() == 0);
            named.min_by_key(|(_, it)| it.path().parts().len()).map(|(at, _)| at)
        };
        let Some(text) = find(&options.text_key) else {
            let columns: Vec<String> =
                schema.columns().iter().take(NAMES).map(|it| it.path().string()).collect();
            return Err(format!("no column {:?}; the file has {}", options.text_key, quoted(&columns)));
        };
        if schema.column(text).physical_type() != Type::BYTE_ARRAY {
            return Err(format!("column {:?} is not text", options.text_key));
        }
        let named = |key: &str| find(key).filter(|&at| is_name(&schema.column(at)));
        let (id, url) = (named(&options.id_key), named(&options.url_key));
        Ok(Self { reader, text, id, url })
    }

    /// The metadata of the footer.
    pub fn metadata(&self) -> &ParquetMetaData {
        self.reader.metadata()
    }

    /// Index of the text column among all leaves.
    pub fn text_column(&self) -> usize {
        self.text
    }

    /// Number of row groups.
    pub fn groups(&self) -> usize {
        self.metadata().num_row_groups()
    }

    /// Rows of a group, by its number from 0.
    pub fn rows_in(&self, group: usize) -> u64 {
        u64::try_from(self.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    /// Bytes that a group takes in the file.
    pub fn bytes_in(&self, group: usize) -> u64 {
        u64::try_from(self.metadata().row_group(group).compressed_size()).unwrap_or(0)
    }

    /// Reads a group's columns once to check that they can be read, because a rewrite must not fail
    /// half-way.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub fn check(&self, group: usize) -> Result<(), String> {
        let mut rows = 0;
        self.each(group, 0, |_| {
            rows += 1;
            Ok::<(), String>(())
        })??;
        if rows == self.rows_in(group) {
            return Ok(());
        }
        Err(format!("its text column has {rows} rows"))
    }

    /// Passes the rows of a group to `take`, in order; `before` is the number of rows in earlier groups. Memory is
    /// that of a page per column and 64 rows.
    ///
    /// # Errors
    /// The outer one says why the group cannot be read, the inner one is that of `take`.
    pub fn each<E>(
        &self,
        group: usize,
        before: u64,
        mut take: impl FnMut(Cell) -> Result<(), E>,
    ) -> Result<Result<(), E>, String> {
        let group = guarded(|| self.reader.get_row_group(group).map_err(|error| reason(&error)))?;
        let column = |at: Option<usize>| {
            at.map(|at| guarded(|| Column::new(&*group, at).map_err(|error| reason(&error)))).transpose()
        };
        let (mut text, mut id, mut url) = (column(Some(self.text))?, column(self.id)?, column(self.url)?);
        let mut record = before;
        loop {
            let batch = |column: &mut Option<Column>| match column {
                Some(column) => guarded(|| column.read(BATCH).map_err(|error| reason(&error))).map(Some),
                None => Ok(None),
            };
            let texts = batch(&mut text)?.unwrap_or_default();
            let (ids, urls) = (batch(&mut id)?, batch(&mut url)?);
            if texts.is_empty() {
                return Ok(Ok(()));
            }
            let other = |values: &Option<Vec<_>>| values.as_ref().is_some_and(|it| it.len() != texts.len());
            if other(&ids) || other(&urls) {
                return Err("its columns have different numbers of rows".to_owned());
            }
            let (mut ids, mut urls) = (ids.map(Vec::into_iter), urls.map(Vec::into_iter));
            for text in texts {
                record += 1;
                let id = ids.as_mut().and_then(Iterator::next).flatten();
                let url = urls.as_mut().and_then(Iterator::next).flatten();
                let text = text.map(|text| match text {
                    Scalar::Bytes(bytes) => bytes,
                    Scalar::Integer(_) | Scalar::Unsigned(_) => Vec::new(),
                });
                let cell = Cell { text, id: id.map(Scalar::value), url: url.map(Scalar::string), record };
                if let Err(error) = take(cell) {
                    return Ok(Err(error));
                }
            }
        }
    }
}

/// Whether values of a column can name a document: text or integers.
fn is_name(column: &ColumnDescriptor) -> bool {
    match column.physical_type() {
        Type::BYTE_ARRAY => {
            matches!(column.logical_type_ref(), Some(LogicalType::String))
                || column.converted_type() == ConvertedType::UTF8
        }
        Type::INT32 | Type::INT64 => matches!(
            column.converted_type(),
            ConvertedType::NONE
                | ConvertedType::INT_8
                | ConvertedType::INT_16
                | ConvertedType::INT_32
                | ConvertedType::INT_64
                | ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        ),
        _ => false,
    }
}

/// A column of one of the supported types.
enum Column {
    Bytes(ColumnReaderImpl<ByteArrayType>, i16),
    Int32(ColumnReaderImpl<Int32Type>, i16, Sign),
    Int64(ColumnReaderImpl<Int64Type>, i16, Sign),
}

/// Whether integers are stored with a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Signed,
    Unsigned,
}

impl Sign {
    fn of(column: &ColumnDescriptor) -> Self {
        use ConvertedType::{UINT_8, UINT_16, UINT_32, UINT_64};
        match column.converted_type() {
            UINT_8 | UINT_16 | UINT_32 | UINT_64 => Self::Unsigned,
            _ => Self::Signed,
        }
    }
}

/// A value of such a column.
enum Scalar {
    Bytes(Vec<u8>),
    Integer(i64),
    Unsigned(u64),
}

impl Scalar {
    fn value(self) -> Value {
        match self {
            Self::Integer(number) => Value::from(number),
            Self::Unsigned(number) => Value::from(number),
            text @ Self::Bytes(_) => Value::from(text.string()),
        }
    }

    fn string(self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Unsigned(number) => number.to_string(),
            Self::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

impl Column {
    fn new(group: &dyn RowGroupReader, at: usize) -> Result<Self, ParquetError> {
        let column = group.metadata().column(at);
        let (nullable, sign) = (column.column_descr().max_def_level(), Sign::of(column.column_descr()));
        Ok(match group.get_column_reader(at)? {
            ColumnReader::Int32ColumnReader(it) => {
                Self::Int32(get_typed_column_reader(ColumnReader::Int32ColumnReader(it)), nullable, sign)
            }
            ColumnReader::Int64ColumnReader(it) => {
                Self::Int64(get_typed_column_reader(ColumnReader::Int64ColumnReader(it)), nullable, sign)
            }
            ColumnReader::ByteArrayColumnReader(it) => {
                Self::Bytes(get_typed_column_reader(ColumnReader::ByteArrayColumnReader(it)), nullable)
            }
            _ => return Err(ParquetError::General("a column has another type than the schema says".into())),
        })
    }

    /// The next values, at most this many; fewer at the end.
    fn read(&mut self, wanted: usize) -> Result<Vec<Option<Scalar>>, ParquetError> {
        match self {
            Self::Bytes(reader, nullable) => {
                values(reader, *nullable, wanted, |it| Scalar::Bytes(it.data().to_vec()))
            }
            Self::Int32(reader, nullable, sign) => values(reader, *nullable, wanted, |it| match sign {
                Sign::Signed => Scalar::Integer(i64::from(it)),
                Sign::Unsigned => Scalar::Unsigned(u64::from(it.cast_unsigned())),
            }),
            Self::Int64(reader, nullable, sign) => values(reader, *nullable, wanted, |it| match sign {
                Sign::Signed => Scalar::Integer(it),
                Sign::Unsigned => Scalar::Unsigned(it.cast_unsigned()),
            }),
        }
    }
}

/// Which rows of a group have a text, and in which of the structs around it a missing one is missing: the definition
/// level of each.
///
/// # Errors
/// Why the column cannot be read.
pub(crate) fn levels(
    file: &SerializedFileReader<File>,
    group: usize,
    text: usize,
) -> Result<Vec<i16>, String> {
    guarded(|| {
        let group = file.get_row_group(group).map_err(|error| reason(&error))?;
        let ColumnReader::ByteArrayColumnReader(mut reader) =
            group.get_column_reader(text).map_err(|error| reason(&error))?
        else {
            return Err("a column has another type than the schema says".to_owned());
        };
        let mut levels = Vec::new();
        loop {
            let mut values = Vec::new();
            let read = reader.read_records(BATCH, Some(&mut levels), None, &mut values);
            if read.map_err(|error| reason(&error))?.0 == 0 {
                return Ok(levels);
            }
        }
    })
}

fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    nullable: i16,
    wanted: usize,
    scalar: impl Fn(T::T) -> Scalar,
) -> Result<Vec<Option<Scalar>>, ParquetError> {
    let (mut levels, mut present) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < wanted {
        let (records, ..) = reader.read_records(wanted - read, Some(&mut levels), None, &mut present)?;
        if records == 0 {
            break;
        }
        read += records;
    }
    let mut present = present.into_iter();
    if nullable == 0 {
        return Ok(present.map(|it| Some(scalar(it))).collect());
    }
    let missing = || ParquetError::General("a page has fewer values than it says".into());
    levels
        .into_iter()
        .map(|level| {
            if level == nullable {
                present.next().map(&scalar).map(Some).ok_or_else(missing)
            } else {
                Ok(None)
            }
        })
        .collect()
}

/// A damaged file may make the reader panic; that is turned into an error.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    guard::run(read).unwrap_or_else(|panicked| Err(panicked.to_string()))
}

fn reason(error: &ParquetError) -> String {
    match error {
        ParquetError::General(reason) | ParquetError::EOF(reason) | ParquetError::NYI(reason) => {
            reason.clone()
        }
        other => other.to_string(),
    }
}
