//! From names of files to documents, one after another.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use gleaner::error::{Place, ProblemKind};
use gleaner::read::jsonl::{Content as RowContent, Rows};
use gleaner::read::{self, Container, ReadOptions, sniff};
use gleaner::{Document, Problem};
use serde_json::Value;

use crate::args::{Content, From, InputArgs, OnError};
use crate::report::{Outcome, say};

/// Name of standard input in messages and ids.
const STDIN: &str = "<stdin>";
/// Bytes that are looked at to tell what an input is.
const SNIFFED: usize = 1 << 16;

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
/// # Errors
/// What `each` says, a setting that is none, and with `--on-error fail` the first problem.
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
    let mut reader = Inputs { args, options, ids: HashSet::new() };
    for file in files {
        let opened = open(file);
        match opened {
            Ok((path, input)) => {
                outcome.readable += 1;
                reader.input(&path, input, outcome, &mut each)?;
            }
            Err(error) if args.on_error == OnError::Fail => return Err(error),
            Err(error) => outcome.unreadable(&error),
        }
    }
    Ok(())
}

fn open(file: &Path) -> Result<(PathBuf, Box<dyn Read>)> {
    if file == Path::new("-") {
        return Ok((PathBuf::from(STDIN), Box::new(io::stdin().lock())));
    }
    let opened = File::open(file).with_context(|| format!("{}: cannot open", file.display()))?;
    if opened.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        bail!("{}: is a folder; name its files", file.display());
    }
    Ok((file.to_path_buf(), Box::new(opened)))
}

struct Inputs<'a> {
    args: &'a InputArgs,
    options: ReadOptions,
    /// Hashes of the ids met so far.
    ids: HashSet<u64>,
}

impl Inputs<'_> {
    fn input(
        &mut self,
        path: &Path,
        input: Box<dyn Read>,
        outcome: &mut Outcome,
        each: &mut impl FnMut(&mut Outcome, Item) -> Result<()>,
    ) -> Result<()> {
        let mut input = BufReader::with_capacity(1 << 18, input);
        let mut start = Vec::new();
        let failed = Read::by_ref(&mut input).take(SNIFFED as u64).read_to_end(&mut start).err();
        let place = Place::of(path);
        let container = match self.args.from {
            From::Auto => sniff(Some(path), &start),
            From::Text => Container::Text,
            From::Html => Container::Html,
            From::Jsonl => Container::Jsonl,
        };
        if let Some(error) = failed {
            self.problem(outcome, Problem { place, kind: ProblemKind::Unreadable(error.to_string()) })?;
            return self.untouched(Some(Value::from(path.display().to_string())), start, true, outcome, each);
        }
        let mut input = start.as_slice().chain(input);
        match container {
            Container::Jsonl => self.rows(path, input, outcome, each),
            Container::Text | Container::Html => {
                let mut bytes = Vec::new();
                let failed = input.read_to_end(&mut bytes).err();
                outcome.documents += 1;
                let id = Value::from(path.display().to_string());
                let html = container == Container::Html || self.args.content == Content::Html;
                let kind = match failed {
                    Some(error) => Some(ProblemKind::Unreadable(error.to_string())),
                    None if html => Some(ProblemKind::Html),
                    None => None,
                };
                if let Some(kind) = kind {
                    self.problem(outcome, Problem { place, kind })?;
                    return self.untouched(Some(id), bytes, true, outcome, each);
                }
                let document = read::text::document(id, place, bytes, self.options.encoding);
                if document.encoding != encoding_rs::UTF_8 && self.options.encoding.is_none() {
                    let name = document.encoding.name();
                    say(&format!("{}: read as {name} (give --encoding if it is another)", path.display()));
                }
                self.told(&document, outcome)?;
                each(outcome, Item::Text(document))
            }
        }
    }

    fn rows(
        &mut self,
        path: &Path,
        input: impl BufRead,
        outcome: &mut Outcome,
        each: &mut impl FnMut(&mut Outcome, Item) -> Result<()>,
    ) -> Result<()> {
        for row in Rows::new(input, path, &self.options) {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    let kind = ProblemKind::Unreadable(error.to_string());
                    return self.problem(outcome, Problem { place: Place::of(path), kind });
                }
            };
            let whole = |bytes: Vec<u8>| [bytes.as_slice(), row.terminator].concat();
            match row.content {
                RowContent::Blank => self.untouched(None, whole(row.bytes), false, outcome, each)?,
                RowContent::Problem(problem) => {
                    outcome.documents += 1;
                    self.problem(outcome, problem)?;
                    self.untouched(None, whole(row.bytes), false, outcome, each)?;
                }
                RowContent::Document { document, text } => {
                    outcome.documents += 1;
                    if self.args.content == Content::Html {
                        self.problem(outcome, Problem { place: document.place, kind: ProblemKind::Html })?;
                        self.untouched(None, whole(row.bytes), false, outcome, each)?;
                        continue;
                    }
                    self.told(&document, outcome)?;
                    let (row, terminator) = (row.bytes, row.terminator);
                    each(outcome, Item::Row { document, row, terminator, text })?;
                }
            }
        }
        Ok(())
    }

    /// Tells what befell a document that is judged all the same.
    fn told(&mut self, document: &Document, outcome: &mut Outcome) -> Result<()> {
        for problem in &document.problems {
            self.problem(outcome, problem.clone())?;
        }
        let id = document.id.to_string();
        if !self.ids.insert(xxhash_rust::xxh3::xxh3_64(id.as_bytes())) {
            self.problem(
                outcome,
                Problem { place: document.place.clone(), kind: ProblemKind::DuplicateId { id } },
            )?;
        }
        Ok(())
    }

    fn problem(&self, outcome: &mut Outcome, problem: Problem) -> Result<()> {
        if self.args.on_error == OnError::Fail {
            return Err(problem.into());
        }
        outcome.problem(&problem);
        Ok(())
    }

    fn untouched(
        &self,
        id: Option<Value>,
        bytes: Vec<u8>,
        text: bool,
        outcome: &mut Outcome,
        each: &mut impl FnMut(&mut Outcome, Item) -> Result<()>,
    ) -> Result<()> {
        // An empty row is nobody's document: it stays even where problems go.
        let blank = bytes.iter().all(u8::is_ascii_whitespace);
        if self.args.on_error == OnError::Drop && !blank {
            return Ok(());
        }
        each(outcome, Item::Untouched { id, bytes, text })
    }
}
