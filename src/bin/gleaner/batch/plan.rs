//! What is read, and what it becomes, before anything is opened.

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, bail};
use gleaner::unstable::read::compression::{self, Compression};
use gleaner::unstable::read::{Container, by_extension};

use super::Job;
use super::form::{Form, Mode};
use super::places::{self, Place, Planned};
use super::together;
use crate::args::values::Shard;
use crate::args::{BatchArgs, Compress, From, To};
use crate::input::{self, list};
use crate::output::{self, Outputs};

/// How outputs are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compressing {
    Like(Compression),
    /// As the input; a shared output as the first of them.
    AsInput,
}

/// What is to be done.
pub struct Plan {
    pub inputs: Vec<Planned>,
    /// The folder of the outputs, if every input has one of its own.
    pub folder: Option<PathBuf>,
    pub compressing: Compressing,
    /// Files in folders that are not text, and are left out.
    pub binary: u64,
}

impl Plan {
    /// # Errors
    /// Flags that do not go together, and two inputs with one output.
    pub fn new(job: &Job<'_>, dropped: Option<&Path>, outputs: &Outputs) -> Result<Self> {
        let Job { input, batch, form, .. } = job;
        input::check(&input.files)?;
        let apart = batch.keep_dirs && form.mode != Mode::DryRun;
        let folder = match &batch.output {
            Some(folder) if apart && !output::is_standard(folder) => Some(folder.clone()),
            _ if batch.keep_dirs => bail!("--keep-dirs needs a folder for the outputs: -o DIR"),
            _ if form.mode != Mode::DryRun && batch.output.as_deref().is_some_and(output::is_folder) => {
                bail!(
                    "{}: is a folder; add --keep-dirs for an output of each input in it, or name a file",
                    batch.output.as_deref().unwrap_or(Path::new("-")).display()
                )
            }
            _ => None,
        };
        let listing = list::expand(&input.files, folder.as_deref(), &outputs.identities());
        listing.remark();
        let binary = listing.binary;
        let listed = listing.files.into_iter().enumerate().filter(|(at, _)| is_ours(*at, batch.shard));
        let compressing = compressing(batch, form, job.in_place, folder.is_some());
        let mut inputs = Vec::new();
        for (_, listed) in listed {
            let place = match (&folder, &listed) {
                (Some(folder), Ok(file)) => Some(place(folder, file, form, compressing, dropped)?),
                _ => None,
            };
            inputs.push(Planned { listed, place });
        }
        if form.writes_tables() && !apart {
            together::check(inputs.iter().filter_map(|it| it.listed.as_ref().ok()), input.from)?;
        }
        if folder.is_some() {
            places::check(&mut inputs, outputs)?;
        }
        Ok(Self { inputs, folder, compressing, binary })
    }

    /// Whether every input is one document, a file: by its name, where that says what it holds.
    pub fn is_of_files(&self, from: From) -> bool {
        let is_file = |container: Option<Container>| {
            container.is_none_or(|it| matches!(it, Container::Text | Container::Html))
        };
        let named = |it: &Planned| it.listed.as_ref().ok().and_then(|path| by_extension(path));
        match from {
            From::Auto => self.inputs.iter().all(|it| is_file(named(it))),
            From::Text | From::Html => true,
            From::Jsonl | From::Warc | From::Wet | From::Parquet | From::Json | From::Csv | From::Tsv => {
                false
            }
        }
    }
}

/// Whether an input, by its number from 0, belongs to this shard.
fn is_ours(at: usize, shard: Option<Shard>) -> bool {
    shard.is_none_or(|Shard { number, of }| at % of == number - 1)
}

fn compressing(batch: &BatchArgs, form: &Form, in_place: bool, apart: bool) -> Compressing {
    match batch.compress {
        Some(Compress::None) => return Compressing::Like(Compression::None),
        Some(Compress::Gzip) => return Compressing::Like(Compression::Gzip),
        Some(Compress::Zstd) => return Compressing::Like(Compression::Zstd),
        Some(Compress::Bzip2) => return Compressing::Like(Compression::Bzip2),
        None => {}
    }
    if apart {
        return Compressing::AsInput;
    }
    let file = batch.output.as_deref().filter(|file| !output::is_standard(file));
    match file {
        _ if form.mode == Mode::DryRun => Compressing::Like(Compression::None),
        // What replaces its own input is stored as it was.
        Some(_) if in_place => Compressing::AsInput,
        Some(file) => Compressing::Like(compression::by_ending(file)),
        // What comes next in a pipe reads plain bytes.
        None => Compressing::Like(Compression::None),
    }
}

/// The output of an input: its own name, with an ending for what it becomes where that is something else.
fn place(
    folder: &Path,
    file: &Path,
    form: &Form,
    compressing: Compressing,
    dropped: Option<&Path>,
) -> Result<Place> {
    let mut relative = relative(file)?;
    let stored = compression::by_ending(file);
    let becomes = match (form.mode, form.to) {
        (Mode::Score, _) | (_, Some(To::Jsonl | To::Dolma)) => Some((Container::Jsonl, "jsonl")),
        (_, Some(To::Text)) => Some((Container::Text, "txt")),
        (_, Some(To::Markdown)) => Some((Container::Text, "md")),
        (_, Some(To::Html)) => Some((Container::Html, "html")),
        // What is left of a page is text.
        (_, None) if cfg!(feature = "html") && by_extension(file) == Some(Container::Html) => {
            Some((Container::Text, "txt"))
        }
        (_, None) => None,
    };
    let wanted = match compressing {
        Compressing::Like(wanted) => wanted,
        Compressing::AsInput => stored,
    };
    let changes =
        becomes.filter(|(container, ending)| by_extension(file) != Some(*container) || *ending == "md");
    if changes.is_some() || wanted != stored {
        if stored != Compression::None {
            relative.set_extension("");
        }
        let endings = changes.map(|(_, ending)| ending).into_iter().chain(wanted.ending());
        let mut name = relative.into_os_string();
        for ending in endings {
            name.push(".");
            name.push(ending);
        }
        relative = name.into();
    }
    let path = folder.join(&relative);
    let dropped = dropped.map(|dropped| {
        let mut name = dropped.join(&relative).into_os_string();
        name.push(".jsonl");
        PathBuf::from(name)
    });
    Ok(Place { relative, path, dropped })
}

/// The name of an input below an output folder: its path as typed, without root, drive, `.` and `..`.
///
/// # Errors
/// Standard input, which has no name.
fn relative(path: &Path) -> Result<PathBuf> {
    if output::is_standard(path) {
        bail!("standard input has no name to keep: give -o a file, and leave --keep-dirs out");
    }
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
    Ok(parts.collect())
}
