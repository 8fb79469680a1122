//! From names of files to documents, one after another.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use encoding_rs::UTF_8;
use gleaner::error::{Place, ProblemKind};
use gleaner::read::jsonl::{Content as RowContent, Row, Rows};
use gleaner::read::{self, Container, ReadOptions, damage, sniff};
use gleaner::{Document, Problem};
use serde_json::Value;

use crate::args::{Content, From, InputArgs, OnError};
use crate::output;
use crate::progress::Progress;
use crate::report::{Outcome, remark};

/// Name of standard input in messages and ids.
const STDIN: &str = "<stdin>";
/// Bytes that are looked at to tell what an input is.
const SNIFFED: usize = 1 << 16;
/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;
/// Ids that are remembered to tell when one comes twice, as hashes of 64 bits: some 75 MB at most. Among
/// so many, the odds that two different ones look the same are one in a million.
const MAX_IDS: usize = 7 << 20;

/// One thing read from an input, in order.
pub enum Item {
    /// A whole plain-text file.
    Text(Document),
    /// A row of JSONL that holds a document.
    Row {
        /// Its text, with place and id.
        document: Document,
        /// The row's bytes.
        row: Vec<u8>,
        /// What ended it.
        terminator: &'static [u8],
        /// Where the text stands in the row.
        text: std::ops::Range<usize>,
    },
    /// More rows may take their time: what is ready should leave.
    Pause,
    /// Bytes that pass untouched: an empty row, or what cannot be judged.
    Untouched {
        /// Id, where there is a document.
        id: Option<Value>,
        /// The bytes.
        bytes: Vec<u8>,
        /// Whether they came as plain text rather than as a row.
        text: bool,
    },
}

/// Hands every item of every input to `each`. Problems are told; what cannot be judged comes as
/// [`Item::Untouched`], or not at all with `--on-error drop`.
///
/// Memory is that of one document and [`MAX_IDS`] ids.
///
/// # Errors
/// What `each` says, a setting that is none, standard input named twice, and with `--on-error fail` the
/// first problem.
pub fn each(
    args: &InputArgs,
    outcome: &mut Outcome,
    mut each: impl FnMut(&mut Outcome, Item) -> Result<()>,
) -> Result<()> {
    let options = ReadOptions {
        encoding: args.encoding.as_deref().map(read::text::encoding).transpose()?,
        text_key: args.text_key.clone(),
        id_key: args.id_key.clone(),
        url_key: args.url_key.clone(),
    };
    let stdin = [PathBuf::from("-")];
    let files: &[PathBuf] = if args.files.is_empty() { &stdin } else { &args.files };
    if files.iter().filter(|file| output::is_standard(file)).count() > 1 {
        bail!("standard input (-) is named twice, but can be read once only");
    }
    let progress = Progress::new(total(files));
    let mut reader = Inputs { args, options, ids: HashSet::new(), progress };
    for file in files {
        let done = open(file).and_then(|source| reader.input(source, outcome, &mut each));
        match done {
            Ok(()) => {}
            // Whatever the input itself said; what `each` said ends the run.
            Err(error) if error.is::<Unreadable>() && args.on_error != OnError::Fail => {
                outcome.unreadable(&error);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Tells what befell a document while it was judged.
///
/// # Errors
/// The first problem, with `--on-error fail`.
pub fn tell(args: &InputArgs, outcome: &mut Outcome, problems: &[Problem]) -> Result<()> {
    for problem in problems {
        if args.on_error == OnError::Fail {
            return Err(problem.clone().into());
        }
        outcome.problem(problem);
    }
    Ok(())
}

/// All bytes of a file, or of standard input for `-`.
///
/// # Errors
/// What the system says, with the file's name.
pub fn bytes(file: &Path) -> Result<Vec<u8>> {
    if !output::is_standard(file) {
        return fs::read(file).with_context(|| format!("{}: cannot read", file.display()));
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).with_context(|| format!("{STDIN}: cannot read"))?;
    Ok(bytes)
}

/// An input that cannot be opened or read; the run goes on with the next one.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
struct Unreadable {
    path: PathBuf,
    what: String,
}

/// An input that is open.
struct Source {
    path: PathBuf,
    bytes: Box<dyn Read>,
    /// Its size, if it is a regular file.
    size: Option<u64>,
}

fn open(file: &Path) -> Result<Source> {
    let unreadable = |what: String| Unreadable { path: file.to_path_buf(), what };
    let (path, bytes, metadata): (PathBuf, Box<dyn Read>, _) = if output::is_standard(file) {
        (PathBuf::from(STDIN), Box::new(io::stdin().lock()), output::of_stream(&io::stdin()))
    } else {
        let opened = File::open(file).map_err(|error| unreadable(format!("cannot open: {error}")))?;
        let metadata = opened.metadata().ok();
        (file.to_path_buf(), Box::new(opened), metadata)
    };
    if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(unreadable("is a folder; name its files".to_owned()).into());
    }
    if metadata.as_ref().is_some_and(output::is_standard_output) {
        bail!("{}: is read and written at once; name another output, or use -o", path.display());
    }
    let size = metadata.filter(fs::Metadata::is_file).map(|metadata| metadata.len());
    Ok(Source { path, bytes, size })
}

/// Bytes of all inputs, if they are regular files.
fn total(files: &[PathBuf]) -> Option<u64> {
    let size = |file: &PathBuf| {
        let metadata =
            if output::is_standard(file) { output::of_stream(&io::stdin()) } else { fs::metadata(file).ok() };
        metadata.filter(fs::Metadata::is_file).map(|metadata| metadata.len())
    };
    files.iter().map(size).sum()
}

struct Inputs<'a> {
    args: &'a InputArgs,
    options: ReadOptions,
    /// Hashes of the ids met so far.
    ids: HashSet<u64>,
    progress: Progress,
}

/// The bytes that were looked at, and the rest.
type Bytes<'s> = io::Chain<&'s [u8], BufReader<Box<dyn Read>>>;

impl Inputs<'_> {
    fn input(
        &mut self,
        source: Source,
        outcome: &mut Outcome,
        each: &mut impl FnMut(&mut Outcome, Item) -> Result<()>,
    ) -> Result<()> {
        let path = source.path.as_path();
        let unreadable = |error: io::Error| Unreadable {
            path: path.to_path_buf(),
            what: format!("cannot read to its end: {error}"),
        };
        let mut input = BufReader::with_capacity(BUFFER, source.bytes);
        let mut start = Vec::new();
        let container = match self.args.from {
            From::Text => Container::Text,
            From::Html => Container::Html,
            From::Jsonl => Container::Jsonl,
            From::Auto => match read::by_extension(path) {
                Some(named) => named,
                None => self.sniff(path, &mut input, &mut start).map_err(unreadable)?,
            },
        };
        let mut input = start.as_slice().chain(input);
        if container == Container::Jsonl {
            return self.rows(path, input, outcome, each);
        }
        let mut bytes = Vec::with_capacity(source.size.and_then(|size| size.try_into().ok()).unwrap_or(0));
        input.read_to_end(&mut bytes).map_err(unreadable)?;
        outcome.readable += 1;
        outcome.documents += 1;
        let size = bytes.len() as u64;
        let id = Value::from(path.display().to_string());
        let place = Place::of(path);
        if container == Container::Html || self.args.content == Content::Html {
            self.problem(outcome, Problem { place, kind: ProblemKind::Html })?;
            self.untouched(Some(id), bytes, true, outcome, each)?;
        } else {
            let document = read::text::document(id, place, bytes, self.options.encoding);
            if self.options.encoding.is_none() {
                remark_encoding(&document);
            }
            self.told(&document, outcome)?;
            each(outcome, Item::Text(document))?;
        }
        self.progress.add(size, outcome);
        Ok(())
    }

    /// Tells rows from text by the first 64 KiB, or by the first row alone, so that rows that come one
    /// at a time go one at a time. Either way the answer depends on the bytes only, not on when they come.
    fn sniff(
        &self,
        path: &Path,
        input: &mut BufReader<Box<dyn Read>>,
        start: &mut Vec<u8>,
    ) -> io::Result<Container> {
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
            let first = Rows::new(&start[..blank + end], path, &self.options).last();
            if matches!(first, Some(Ok(Row { content: RowContent::Document { .. }, .. }))) {
                return Ok(Container::Jsonl);
            }
        }
        Ok(sniff(None, start))
    }

    fn rows(
        &mut self,
        path: &Path,
        input: Bytes<'_>,
        outcome: &mut Outcome,
        each: &mut impl FnMut(&mut Outcome, Item) -> Result<()>,
    ) -> Result<()> {
        let mut rows = Rows::new(input, path, &self.options);
        let mut any = false;
        while let Some(row) = rows.next() {
            let row = match row {
                Ok(row) => row,
                Err(gleaner::Error::Io { path, source, .. }) => {
                    let what = format!("cannot read to its end: {source}");
                    return Err(Unreadable { path, what }.into());
                }
                Err(error) => return Err(error.into()),
            };
            outcome.readable += u64::from(!any);
            any = true;
            let size = (row.bytes.len() + row.terminator.len()) as u64;
            self.row(row, outcome, each)?;
            self.progress.add(size, outcome);
            if !has_row(rows.input()) {
                each(outcome, Item::Pause)?;
            }
        }
        outcome.readable += u64::from(!any);
        Ok(())
    }

    fn row(
        &mut self,
        row: Row,
        outcome: &mut Outcome,
        each: &mut impl FnMut(&mut Outcome, Item) -> Result<()>,
    ) -> Result<()> {
        let whole = |bytes: Vec<u8>| [bytes.as_slice(), row.terminator].concat();
        match row.content {
            RowContent::Blank => each(
                outcome,
                // An empty row is nobody's document: it stays even where problems go.
                Item::Untouched { id: None, bytes: whole(row.bytes), text: false },
            ),
            RowContent::Problem(problem) => {
                outcome.documents += 1;
                self.problem(outcome, problem)?;
                self.untouched(None, whole(row.bytes), false, outcome, each)
            }
            RowContent::Document { document, .. } if self.args.content == Content::Html => {
                outcome.documents += 1;
                self.problem(outcome, Problem { place: document.place, kind: ProblemKind::Html })?;
                self.untouched(None, whole(row.bytes), false, outcome, each)
            }
            RowContent::Document { document, text } => {
                outcome.documents += 1;
                self.told(&document, outcome)?;
                each(outcome, Item::Row { document, row: row.bytes, terminator: row.terminator, text })
            }
        }
    }

    /// Tells what befell a document that is judged all the same.
    fn told(&mut self, document: &Document, outcome: &mut Outcome) -> Result<()> {
        tell(self.args, outcome, &document.problems)?;
        let id = document.id.to_string();
        let hash = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
        if self.ids.contains(&hash) {
            let kind = ProblemKind::DuplicateId { id };
            return self.problem(outcome, Problem { place: document.place.clone(), kind });
        }
        if self.ids.len() < MAX_IDS {
            self.ids.insert(hash);
            if self.ids.len() == MAX_IDS {
                remark(&format!("{MAX_IDS} ids were seen; later ones are compared with those only"));
            }
        }
        Ok(())
    }

    fn problem(&self, outcome: &mut Outcome, problem: Problem) -> Result<()> {
        tell(self.args, outcome, &[problem])
    }

    fn untouched(
        &self,
        id: Option<Value>,
        bytes: Vec<u8>,
        text: bool,
        outcome: &mut Outcome,
        each: &mut impl FnMut(&mut Outcome, Item) -> Result<()>,
    ) -> Result<()> {
        if self.args.on_error == OnError::Drop {
            return Ok(());
        }
        each(outcome, Item::Untouched { id, bytes, text })
    }
}

/// Says which encoding was found, and where the text stops being UTF-8.
fn remark_encoding(document: &Document) {
    let encoding = document.encoding;
    if encoding == UTF_8 {
        return;
    }
    let place = match damage::find(UTF_8, &document.bytes).invalid {
        Some(at) if !damage::is_utf_16(encoding) => {
            document.place.clone().at(damage::line_of(UTF_8, &document.bytes, at), at as u64)
        }
        _ => document.place.clone(),
    };
    let name = encoding.name();
    remark(&format!("{place}: not UTF-8, read as {name} (give --encoding if it is another)"));
}

/// Whether the next row is here; else reading it may take its time.
fn has_row(input: &Bytes<'_>) -> bool {
    let (looked_at, rest) = input.get_ref();
    looked_at.contains(&b'\n') || rest.buffer().contains(&b'\n')
}
