//! Errors and problems with their position: path, record, line and byte.
//!
//! An [`Error`] ends a run. A [`Problem`] is reported and the run continues: the affected document
//! passes through unchanged.

use std::fmt;
use std::path::{Path, PathBuf};

/// Result of the library's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A position in the input. Unknown parts are left out of the message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Name of the input; `<stdin>` for standard input.
    pub path: PathBuf,
    /// Record in the input, from 1 (a row of JSONL, for example).
    pub record: Option<u64>,
    /// Line of the input, from 1.
    pub line: Option<u64>,
    /// Byte of the input, from 0.
    pub byte: Option<u64>,
}

impl Place {
    /// Creates a position that names only the input.
    pub fn of(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_path_buf(), ..Self::default() }
    }

    /// Adds a line (from 1) and a byte (from 0).
    #[must_use]
    pub fn at(mut self, line: u64, byte: u64) -> Self {
        self.line = Some(line);
        self.byte = Some(byte);
        self
    }

    /// Adds a record number (from 1).
    #[must_use]
    pub fn in_record(mut self, record: u64) -> Self {
        self.record = Some(record);
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(record) = self.record {
            write!(f, ", record {record}")?;
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(byte) = self.byte {
            write!(f, ", byte {byte}")?;
        }
        Ok(())
    }
}

/// An error that ends the run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened, read, written or renamed.
    #[error("{}: {action}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The action that failed, such as "cannot read".
        action: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
    /// A model file that is damaged, is not a model, or has a newer format.
    #[error("{}: {reason}", path.display())]
    Model {
        /// The model file.
        path: PathBuf,
        /// What is wrong with the file, and what to do about it.
        reason: String,
    },
    /// A site memory that is damaged, is not a site memory, or has a newer format.
    #[error("{}: {reason}", path.display())]
    SiteMemory {
        /// The file.
        path: PathBuf,
        /// What is wrong with the file, and what to do about it.
        reason: String,
    },
    /// Labelled data that cannot be read.
    #[error("{place}: {reason}")]
    Labelled {
        /// Position in the labelled data.
        place: Place,
        /// What is wrong, and what was expected.
        reason: String,
    },
    /// A training set that no model can be fitted on.
    #[error("cannot train: {0}")]
    Training(String),
    /// A labelled sample that is too small to bound the loss.
    #[error("cannot tune: {0}")]
    Sample(String),
    /// A new model that would drop paragraphs that must be kept.
    #[error("{0}")]
    MustKeep(WouldGo),
    /// A figure that cannot be computed from the given documents.
    #[error("cannot evaluate: {0}")]
    Evaluation(String),
    /// Predictions of another tool that are invalid or do not match the labelled documents.
    #[error("{place}: {kind}")]
    Prediction {
        /// The row, or the file where a row is missing.
        place: Place,
        /// What is wrong.
        kind: PredictionProblem,
    },
    /// A setting that is out of range or unknown.
    #[error("{0}")]
    Setting(String),
    /// A preset for which the model has no threshold, because too little labelled data was available to
    /// choose one.
    #[error(
        "the model {model:?} has no threshold for {}: too little labelled data to choose it; give a threshold, or let \
         `gleaner tune` choose one on labelled documents",
        preset
    )]
    NoThreshold {
        /// Name of the model.
        model: String,
        /// Name of the preset.
        preset: &'static str,
    },
}

impl Error {
    /// Creates an [`Error::Io`] for a file.
    pub fn io(path: impl AsRef<Path>, action: &'static str, source: std::io::Error) -> Self {
        Self::Io { path: path.as_ref().to_path_buf(), action, source }
    }
}

/// Paragraphs that a new model would drop although they must be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct WouldGo {
    /// Number of paragraphs that would be dropped.
    pub count: usize,
    /// Number of paragraphs that must be kept.
    pub of: usize,
    /// Probability from which the new model drops a paragraph.
    pub threshold: f64,
    /// The highest probability among them. With a threshold above it, all of them are kept.
    pub highest: f64,
    /// The first few of them: position, text and probability.
    pub first: Vec<(Place, String, f64)>,
}

impl fmt::Display for WouldGo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, of, threshold, highest, .. } = self;
        write!(
            f,
            "the new model would drop {count} of {of} paragraphs that must be kept, so it is not written: it drops \
             from probability {threshold}, and they reach {highest:.6}; label more paragraphs like them as kept, \
             or ask for a smaller loss"
        )
    }
}

/// What is wrong with a file of predictions.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PredictionProblem {
    /// A row that is not a JSON object or lacks a field.
    #[error(
        "not a prediction ({0}); expected an object {{\"doc\", \"index\", \"boilerplate\" or \"verdict\" or both, \"kind\"}}, and JSON has no NaN and no Infinity"
    )]
    BadRow(String),
    /// A probability that is not a finite number.
    #[error("\"boilerplate\" is {0}, which is not a finite number")]
    NotFinite(String),
    /// A number outside 0 to 1.
    #[error("\"boilerplate\" is {0}, which is not a probability from 0 to 1")]
    NotProbability(f64),
    /// An unknown verdict.
    #[error("unknown verdict {0}; use \"editorial\", \"unsure\" or \"boilerplate\"")]
    Verdict(String),
    /// A row that has a probability where the first row has none, or the reverse.
    #[error(
        "this row has {} probability, but the rows from line {first} on have {}; give one in all rows or in none",
        if *has { "a" } else { "no" },
        if *has { "none" } else { "one" }
    )]
    Mixed {
        /// Whether this row has a probability.
        has: bool,
        /// Line of the first row.
        first: u64,
    },
    /// Two rows for one paragraph.
    #[error("document {doc:?}, paragraph {index} has an earlier row in line {first}")]
    Duplicate {
        /// Id of the document.
        doc: String,
        /// Number of the paragraph, from 0.
        index: u64,
        /// Line of the earlier row.
        first: u64,
    },
    /// A document that is not labelled.
    #[error("document {doc:?} is not among the labelled ones")]
    UnknownDocument {
        /// Id of the document.
        doc: String,
    },
    /// A paragraph number beyond the end of the labelled document.
    #[error(
        "document {doc:?} has {paragraphs} labelled paragraphs, numbered from 0: there is no paragraph {index}"
    )]
    UnknownParagraph {
        /// Id of the document.
        doc: String,
        /// Paragraph number in the row.
        index: u64,
        /// Number of paragraphs of the document.
        paragraphs: usize,
    },
    /// A labelled paragraph without a row.
    #[error(
        "no row for document {doc:?}, paragraph {index} (from 0); {missing} labelled paragraphs have none"
    )]
    Missing {
        /// Id of the first document with such a paragraph.
        doc: String,
        /// The first such paragraph, from 0.
        index: usize,
        /// Number of labelled paragraphs without a row.
        missing: usize,
    },
    /// Two labelled documents with the same id.
    #[error("two labelled documents have the id {doc:?}: predictions cannot tell them apart")]
    TwoDocuments {
        /// The id.
        doc: String,
    },
}

/// A problem with one document. It is reported and counted, and the document passes through unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct Problem {
    /// Position of the problem.
    pub place: Place,
    /// Kind of problem.
    pub kind: ProblemKind,
}

/// The kinds of [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Bytes that are invalid in the document's encoding. What can be read of their paragraphs is judged.
    #[error(
        "bytes that are not valid {encoding} ({count} in all, the first one here); what can be read of their paragraphs is judged"
    )]
    InvalidBytes {
        /// Name of the encoding that the document was read in.
        encoding: &'static str,
        /// Number of invalid sequences in the document.
        count: u64,
    },
    /// NUL characters in a text. Their paragraphs are judged without them.
    #[error(
        "NUL characters ({count} in all, the first one here); their paragraphs are judged without them (is this a text file?)"
    )]
    Nul {
        /// Number of NUL characters in the document.
        count: u64,
    },
    /// Escape sequences of an encoding with shift states. Such a text cannot be cut safely.
    #[error("escape sequences of ISO-2022; every paragraph is kept as it is (convert the text to UTF-8)")]
    StatefulEncoding,
    /// A row that is not a JSON object.
    #[error("not a JSON object ({0})")]
    BadRow(String),
    /// A record of CSV or TSV that does not have the fields of its header.
    #[error("not a row ({0})")]
    BadFields(&'static str),
    /// Bytes of a web archive that are not a valid record, or a record with an invalid length.
    #[error("not a valid WARC record ({0}); its bytes up to the next record pass through unchanged")]
    BadRecord(&'static str),
    /// The body of an HTTP message whose coding could not be undone as it should.
    #[error("{}", fault.said(coding))]
    BadBody {
        /// Name of the coding, as `gzip`.
        coding: String,
        /// What went wrong, and what is read instead.
        fault: BodyFault,
    },
    /// A text, a row, a record or a page that is larger than is allowed.
    #[error("the {what} has more than {}; it passes through without being judged", bytes(*limit))]
    TooLarge {
        /// What is too large, as `text`.
        what: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// A row group of a Parquet file whose texts cannot be read.
    #[error("row group {group} cannot be read ({reason}); its {rows} rows pass through unchanged")]
    BadRowGroup {
        /// Number of the row group, from 0.
        group: usize,
        /// Number of rows in the group.
        rows: u64,
        /// Why.
        reason: String,
    },
    /// A row without its text field.
    #[error("no field {key:?}; the row has {}", quoted(found))]
    NoText {
        /// Name of the field that is missing.
        key: String,
        /// The first few of the fields that are there, sorted by name.
        found: Box<[String]>,
    },
    /// A text field that does not hold a string.
    #[error("field {key:?} is not a string")]
    TextNotString {
        /// Name of the field.
        key: String,
    },
    /// A text field whose string cannot be decoded, for example because of an unpaired surrogate.
    #[error("field {key:?} cannot be decoded ({reason})")]
    TextUndecodable {
        /// Name of the field.
        key: String,
        /// Why.
        reason: String,
    },
    /// An id that occurred before in this run.
    #[error("document id {id} was seen before; both are processed")]
    DuplicateId {
        /// The id, as JSON.
        id: String,
    },
    /// A paragraph with too many tokens. It was judged by its two ends.
    #[error("paragraph {index} has more than {limit} tokens; it is judged by as many from its two ends")]
    ParagraphTooLong {
        /// Index of the paragraph, from 0.
        index: usize,
        /// The limit in tokens.
        limit: usize,
    },
    /// A document with too many tokens or paragraphs. The paragraphs beyond the limit were not judged.
    #[error("more than {limit} {of}; paragraphs from index {from} on are kept without being judged")]
    DocumentTooLong {
        /// The first paragraph that was not judged.
        from: usize,
        /// The limit.
        limit: usize,
        /// What is limited: `tokens` or `paragraphs`.
        of: &'static str,
    },
    /// A document that would have lost more than the allowed share of its words.
    #[error("{share}% of its words would be dropped, more than is allowed; it is kept whole")]
    MaxDrop {
        /// Share of the words, in per cent.
        share: u32,
    },
    /// A page that exceeds a limit on depth, nodes, bytes, blocks or attributes. Markup beyond it was not read.
    #[error(
        "the page exceeds a limit of depth, nodes, length, blocks or attributes; what is beyond is left out"
    )]
    PageTooLarge,
    /// A page without any text.
    #[error("no text was found in the page")]
    EmptyPage,
    /// A page of which most letters could not be decoded.
    #[error("hardly anything in the page is valid {encoding}; its text is damaged")]
    DamagedPage {
        /// Name of the encoding that the page was read in.
        encoding: &'static str,
    },
    /// A document over which the program failed, by a bug.
    #[error("an error inside gleaner, which is a bug: please report it; the document is kept as it is")]
    Internal,
    /// A page that stays in its archive record, or HTML in a program without the feature `html`.
    #[error("a page in an archive's record stays as it is: write it as text, Markdown, HTML or JSONL")]
    Html,
}

/// A number of bytes in the largest unit that says it exactly.
pub(crate) fn bytes(number: u64) -> String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] {
        if number > 0 && number.is_multiple_of(1 << shift) {
            return format!("{} {unit}", number >> shift);
        }
    }
    format!("{number} bytes")
}

/// How undoing a coding of an HTTP message's body ended, unless all went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyFault {
    /// The bytes are not coded like this, or the coding is unknown; they are read as they are.
    NotCoded,
    /// The same, and the bytes are no text either: they are not read.
    Unreadable,
    /// They end too early; what there was is decoded.
    BreaksOff,
    /// They are damaged; what comes before the damage is decoded.
    Damaged,
    /// They would be longer than is allowed; the beginning is decoded.
    TooLong,
}

impl BodyFault {
    fn said(self, coding: &str) -> String {
        match self {
            Self::NotCoded => format!(
                "the body cannot be decoded as {coding}, which its HTTP head names; its bytes are read as they are"
            ),
            Self::Unreadable => format!(
                "the body cannot be decoded as {coding}, which its HTTP head names; it passes through without being judged"
            ),
            Self::BreaksOff => format!("the body breaks off ({coding}); what came of it is read"),
            Self::Damaged => {
                format!("the body is damaged ({coding}); what could be decoded is read")
            }
            Self::TooLong => format!("the body is longer than is allowed ({coding})"),
        }
    }
}

/// Names of fields in quotes, one after the other.
pub(crate) fn quoted(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}
