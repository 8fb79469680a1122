//! What is read, and what it becomes, before anything is opened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use gleaner::read::compression::{self, Compression};
use gleaner::read::{Container, by_extension};

use super::outputs;
use super::work::{Form, Mode};
use crate::args::{BatchArgs, Compress, InputArgs, Shard, To};
use crate::input::{self, Listed, list};
use crate::output;

/// An input, and where what comes of it goes.
pub struct Planned {
    pub listed: Listed,
    /// With an output each: its place.
    pub place: Option<Place>,
}

/// The output of one input.
pub struct Place {
    /// Below the output folder.
    pub relative: PathBuf,
    /// The whole path.
    pub path: PathBuf,
    /// For what is dropped.
    pub dropped: Option<PathBuf>,
}

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
}

impl Plan {
    /// # Errors
    /// Flags that do not go together, and two inputs with one output.
    pub fn new(input: &InputArgs, batch: &BatchArgs, form: &Form, dropped: Option<&Path>) -> Result<Self> {
        input::once(&input.files)?;
        let apart = batch.keep_dirs && form.mode != Mode::DryRun;
        let folder = match &batch.output {
            Some(folder) if apart && !output::is_standard(folder) => Some(folder.clone()),
            _ if batch.keep_dirs => bail!("--keep-dirs needs a folder for the outputs: -o DIR"),
            _ => None,
        };
        let listed = list::expand(&input.files, folder.as_deref());
        let listed = listed.into_iter().enumerate().filter(|(at, _)| is_ours(*at, batch.shard));
        let compressing = compressing(batch, form, input, folder.is_some());
        let mut inputs = Vec::new();
        let mut known = BTreeMap::new();
        for (_, listed) in listed {
            let place = match (&folder, &listed) {
                (Some(folder), Ok(file)) => {
                    let place = place(folder, file, form, compressing, dropped)?;
                    if output::is_same(file, &place.path) {
                        bail!("{}: would be replaced by its own output; name another folder", file.display());
                    }
                    if let Some(other) = known.insert(place.relative.clone(), file.clone()) {
                        let (one, two, path) = (other.display(), file.display(), place.path.display());
                        bail!("{one} and {two} have the same output, {path}");
                    }
                    Some(place)
                }
                _ => None,
            };
            inputs.push(Planned { listed, place });
        }
        Ok(Self { inputs, folder, compressing })
    }
}

/// Whether an input, by its number from 0, belongs to this shard.
fn is_ours(at: usize, shard: Option<Shard>) -> bool {
    shard.is_none_or(|Shard { number, of }| at % of == number - 1)
}

fn compressing(batch: &BatchArgs, form: &Form, input: &InputArgs, apart: bool) -> Compressing {
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
        Some(file) if input.files.iter().any(|input| output::is_same(input, file)) => Compressing::AsInput,
        Some(file) => Compressing::Like(compression::by_ending(file)),
        // Nobody reads compressed bytes on a terminal, and rows of scores are no copy of the input.
        None if form.mode == Mode::Score || output::is_terminal() => Compressing::Like(Compression::None),
        None => Compressing::AsInput,
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
    let mut relative = outputs::relative(file)?;
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
