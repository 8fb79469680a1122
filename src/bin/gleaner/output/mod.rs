//! Where results go: the one place in the program that opens an output.
//!
//! | file | what it does |
//! |---|---|
//! | [`files`] | what a run reads and writes, checked against each other before anything is read |
//! | `identity` | which file a name stands for |
//! | `standard` | standard output, and what the system says about the standard streams |
//! | [`replacement`] | a file under another name, until it is put in place |
//! | `left_over` | what killed processes left under such names |
//! | this one | outputs from their opening to the end of the run |
//!
//! A file is written under another name beside its target. When the run ends with a status that claims it, all of
//! them are put in place, one after the other; a run that fails leaves every file as it was. Pipes, devices and
//! standard streams are written straight.

pub mod files;
pub mod identity;
mod left_over;
pub mod replacement;
mod standard;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::outcome::Outcome;
use files::Files;
use identity::Identity;
pub use left_over::remove as remove_left_over;
use replacement::{Replacement, folder_of};
use standard::{STDOUT, Stdout, is_stream};
pub use standard::{is_closed, is_standard, is_standard_output, is_terminal, of_stream, was_closed};

/// The outputs of a run.
#[derive(Default)]
pub struct Outputs {
    /// The configuration file, which every run reads.
    config: Option<PathBuf>,
    /// What may be opened, once it was checked.
    claimed: RefCell<Vec<PathBuf>>,
    /// What the run reads and writes, each in words.
    known: RefCell<HashMap<Identity, &'static str>>,
    /// Files that are complete, in the order in which they are put in place.
    complete: RefCell<Vec<Replacement>>,
    /// Folders that were made on the way to them, and those that were looked through for left-overs.
    made: RefCell<Vec<PathBuf>>,
    tidied: RefCell<Vec<PathBuf>>,
}

impl Outputs {
    /// Those of a run with these settings.
    pub fn new(config: Option<PathBuf>) -> Self {
        let mut outputs = Self::default();
        outputs.config = config;
        outputs
    }

    /// Checks what a run reads and writes: what is written may be opened from then on. Whether its only input is
    /// replaced by what comes of it.
    ///
    /// # Errors
    /// As [`Files::check`].
    pub fn claim<'a>(&'a self, files: Files<'a>) -> Result<bool> {
        let files = files.reads("the configuration", &self.config);
        let in_place = files.check()?;
        self.claimed.borrow_mut().extend(files.written().map(Path::to_path_buf));
        self.known.borrow_mut().extend(files.identities());
        Ok(in_place)
    }

    /// The files that the run writes: it never reads one of them, should it lie in a folder that is read.
    pub fn identities(&self) -> HashSet<Identity> {
        self.claimed.borrow().iter().filter_map(|it| identity::of_output(it)).collect()
    }

    /// What a file is to the run that was claimed, in words.
    pub fn claimed_as(&self, identity: &Identity) -> Option<&'static str> {
        self.known.borrow().get(identity).copied()
    }

    /// Opens an output: a file, or standard output for none and for `-`. A folder that is missing on the way to the
    /// file is made.
    ///
    /// # Errors
    /// What the system says, with the name of the file or of its folder; standard output that is closed.
    pub fn open(&self, path: Option<&Path>) -> Result<Output> {
        let Some(path) = path.filter(|path| !is_standard(path)) else {
            return Ok(Output { to: To::Standard(Stdout::open()?), name: STDOUT.to_owned(), failed: false });
        };
        debug_assert!(self.claimed.borrow().iter().any(|it| it == path), "{path:?} was not claimed");
        let name = path.display().to_string();
        let target = identity::follow(path).with_context(|| format!("{name}: cannot write"))?;
        let there = fs::metadata(&target).ok();
        if there.as_ref().is_some_and(fs::Metadata::is_dir) || is_folder(path) {
            bail!("{name}: is a folder; name a file in it");
        }
        let to = if is_stream(path) || there.is_some_and(|it| !it.is_file()) {
            To::Stream(path.to_path_buf(), None)
        } else {
            let folder = folder_of(&target);
            self.make(folder)?;
            self.tidy(folder);
            let begun = Replacement::begin(&target, folder);
            To::File(begun.with_context(|| format!("{name}: cannot write in {}", in_words(folder)))?)
        };
        Ok(Output { to, name, failed: false })
    }

    /// Makes a folder where it is missing. Unless the run claims what is in it, it goes again.
    ///
    /// # Errors
    /// What the system says, with the folder's name.
    pub fn make(&self, folder: &Path) -> Result<()> {
        let missing: Vec<PathBuf> = folder
            .ancestors()
            .take_while(|it| !it.as_os_str().is_empty() && !it.exists())
            .map(Path::to_path_buf)
            .collect();
        let made = fs::create_dir_all(folder);
        self.made.borrow_mut().extend(missing.into_iter().rev());
        made.with_context(|| format!("{}: cannot make the folder", folder.display()))
    }

    fn tidy(&self, folder: &Path) {
        let mut tidied = self.tidied.borrow_mut();
        if !tidied.iter().any(|it| it == folder) {
            left_over::remove(folder);
            tidied.push(folder.to_path_buf());
        }
    }

    /// Runs `body` over an output that is opened for it, and finishes it.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`write`](Self::write).
    pub fn with<T>(&self, path: Option<&Path>, body: impl FnOnce(&mut Output) -> Result<T>) -> Result<T> {
        self.write(self.open(path)?, body)
    }

    /// Runs `body` over an open output, and finishes it: a stream has everything then, a file is complete and waits
    /// for the end of the run.
    ///
    /// # Errors
    /// What `body` says, or what the output says, with its name.
    pub fn write<T>(&self, mut output: Output, body: impl FnOnce(&mut Output) -> Result<T>) -> Result<T> {
        let done = body(&mut output).and_then(|value| {
            output.complete()?;
            Ok(value)
        });
        match done {
            Ok(value) => {
                if let To::File(file) = output.to {
                    self.complete.borrow_mut().push(file);
                }
                Ok(value)
            }
            Err(error) if output.failed => Err(error.context(format!("{}: cannot write", output.name))),
            Err(error) if matches!(output.to, To::Standard(_)) => Err(error),
            Err(error) => Err(error.context(format!("{}: not written", output.name))),
        }
    }

    /// Puts all files in place that are complete.
    ///
    /// # Errors
    /// What the system says, with the name of the file; the files before it are in place.
    pub fn commit(&self) -> Result<()> {
        for file in self.complete.take() {
            let name = file.target().display().to_string();
            file.commit_complete().with_context(|| format!("{name}: cannot write"))?;
        }
        self.made.take();
        Ok(())
    }
}

impl Drop for Outputs {
    fn drop(&mut self) {
        self.complete.take();
        for folder in self.made.take().into_iter().rev() {
            // One that holds something by now stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Something that is written to.
pub struct Output {
    to: To,
    name: String,
    failed: bool,
}

enum To {
    Standard(Stdout),
    /// A pipe, a device or a stream of this process, opened when something is written.
    Stream(PathBuf, Option<BufWriter<File>>),
    File(Replacement),
}

impl Output {
    fn complete(&mut self) -> io::Result<()> {
        let done = match &mut self.to {
            To::File(file) => file.complete(),
            To::Stream(path, out @ None) => opened(path).map(|file| *out = Some(file)),
            To::Stream(_, Some(out)) => out.flush(),
            To::Standard(out) => out.flush(),
        };
        self.failed |= done.is_err();
        done
    }

    fn inner(&mut self) -> io::Result<&mut dyn Write> {
        Ok(match &mut self.to {
            To::Standard(out) => out,
            To::File(file) => file,
            To::Stream(_, Some(out)) => out,
            To::Stream(path, out) => out.insert(opened(path)?),
        })
    }
}

/// Appending, so that a file behind /dev/stdout keeps what was written to it.
fn opened(path: &Path) -> io::Result<BufWriter<File>> {
    OpenOptions::new().append(true).open(path).map(|file| BufWriter::with_capacity(1 << 16, file))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner().and_then(|out| out.write(bytes));
        self.failed |= written.is_err();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.inner().and_then(Write::flush);
        self.failed |= flushed.is_err();
        flushed
    }
}

/// Bytes for standard output, and that is all.
///
/// # Errors
/// What standard output says.
pub fn print(outputs: &Outputs, bytes: &[u8]) -> Result<Outcome> {
    outputs.with(None, |out| Ok(out.write_all(bytes).map(|()| Outcome::default())?))
}

/// A folder's name; the one that the program runs in has none as it was typed.
pub fn in_words(folder: &Path) -> String {
    match std::env::current_dir() {
        Ok(here) if folder == Path::new(".") => format!("the folder {}", here.display()),
        _ => format!("the folder {}", folder.display()),
    }
}

/// Whether the path is a folder, or is written as one.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Whether the reader of our output has gone.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Whether the path names a regular file.
#[cfg(feature = "parquet")]
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| it.is_file())
}
