//! From names of files to documents, one after another.

pub mod items;
pub mod list;
pub mod open;
#[cfg(feature = "parquet")]
pub mod tables;
pub mod units;

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use gleaner::error::{Place, ProblemKind};
use gleaner::{Document, Problem};
use serde_json::Value;

use crate::args::{InputArgs, OnError};
use crate::output;
use crate::progress::Progress;
use crate::report::{Outcome, remark};
use items::{Item, Note};
pub use list::Listed;
use units::{Settings, Step, Unit};

/// Name of standard input in messages and ids.
const STDIN: &str = "<stdin>";
/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;
/// Ids that are remembered to tell when one comes twice, as hashes of 64 bits: some 75 MB at most. Among
/// so many, the odds that two different ones look the same are one in a million.
const MAX_IDS: usize = 7 << 20;

/// An input that cannot be opened or read; the run goes on with the next one.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct Unreadable {
    pub path: PathBuf,
    pub what: String,
}

/// Hands every document that can be judged to `each`, on this thread, and whether it is a page. Problems are
/// told.
///
/// Memory is that of one document and [`MAX_IDS`] ids.
///
/// # Errors
/// What `each` says, a setting that is none, standard input named twice, and with `--on-error fail` the
/// first problem.
pub fn each(
    args: &InputArgs,
    outcome: &mut Outcome,
    mut each: impl FnMut(&mut Outcome, Document, bool) -> Result<()>,
) -> Result<()> {
    let settings = Settings::new(args)?;
    once(&args.files)?;
    let listed = list::expand(&args.files, None);
    let mut progress = Progress::new(open::total(listed.iter().flatten()), listed.len());
    let (mut ids, read) = (Ids::default(), progress.counter());
    for (number, file) in listed.iter().enumerate() {
        let mut input = None;
        let mut emit = |step: Step| {
            let Step::Unit(unit) = step else { return Ok(()) };
            let size = unit.size() as u64;
            let mut notes = Vec::new();
            let item = match unit {
                Unit::Begin(it) => {
                    input = Some(it);
                    return Ok(());
                }
                Unit::End { error, any } => {
                    outcome.readable += u64::from(any);
                    return match error {
                        Some(error) if args.on_error == OnError::Fail => Err(error.into()),
                        Some(error) => {
                            outcome.unreadable(&error.into());
                            Ok(())
                        }
                        None => Ok(()),
                    };
                }
                unit => match &input {
                    Some(input) => items::item(unit, input, &settings, &mut |note| notes.push(note)),
                    None => return Ok(()),
                },
            };
            for note in notes {
                match note {
                    Note::Document => outcome.documents += 1,
                    Note::Remark(line) => remark(&line),
                    Note::Problem(problem) => tell(args.on_error, outcome, &problem)?,
                    Note::Id(id, place) => {
                        if let Some(problem) = ids.seen(id, place) {
                            tell(args.on_error, outcome, &problem)?;
                        }
                    }
                }
            }
            if let Some((document, is_page)) = item.and_then(Item::document) {
                each(outcome, document, is_page)?;
            }
            progress.add(size, outcome);
            Ok(())
        };
        units::read(file, number, false, &settings, &read, &mut emit)?;
    }
    Ok(())
}

/// Tells what befell a document.
///
/// # Errors
/// The problem, with `--on-error fail`.
pub fn tell(on_error: OnError, outcome: &mut Outcome, problem: &Problem) -> Result<()> {
    if on_error == OnError::Fail {
        return Err(problem.clone().into());
    }
    outcome.problem(problem);
    Ok(())
}

/// Refuses standard input that is named twice.
pub fn once(files: &[PathBuf]) -> Result<()> {
    if files.iter().filter(|file| output::is_standard(file)).count() > 1 {
        bail!("standard input (-) is named twice, but can be read once only");
    }
    Ok(())
}

/// Ids met so far.
#[derive(Default)]
pub struct Ids {
    hashes: HashSet<u64>,
}

impl Ids {
    /// Remembers an id; the problem, if it has been seen before.
    pub fn seen(&mut self, id: Value, place: Place) -> Option<Problem> {
        let id = id.to_string();
        let hash = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
        if self.hashes.contains(&hash) {
            return Some(Problem { place, kind: ProblemKind::DuplicateId { id } });
        }
        if self.hashes.len() < MAX_IDS {
            self.hashes.insert(hash);
            if self.hashes.len() == MAX_IDS {
                remark(&format!("{MAX_IDS} ids were seen; later ones are compared with those only"));
            }
        }
        None
    }
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
