//! Where what comes of the inputs goes: one output for all of them, or one each.

use std::fs;
#[cfg(feature = "parquet")]
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[cfg(feature = "parquet")]
use std::sync::Arc;
#[cfg(feature = "parquet")]
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};
use gleaner::unstable::read::compression::Compression;
#[cfg(feature = "parquet")]
use gleaner::unstable::read::parquet::Table;
use gleaner::unstable::write::compression::Encoder;
#[cfg(feature = "parquet")]
use gleaner::unstable::write::parquet::Rewriter;

use super::places::Place;
use crate::output::replacement::Replacement;
use crate::output::{self, Outputs};
#[cfg(feature = "parquet")]
use crate::panics;

/// Something that is written to.
pub enum Target<'o> {
    /// What the whole run writes to.
    Shared(&'o mut (dyn Write + Send)),
    /// The file of one input.
    File(Replacement),
}

/// A target as a table writes to it: whether the target itself failed is known behind the table's back.
#[cfg(feature = "parquet")]
struct Watched<'o> {
    target: Target<'o>,
    failed: Arc<AtomicBool>,
}

#[cfg(feature = "parquet")]
impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.target {
            Target::Shared(out) => out.write(bytes),
            Target::File(out) => out.write(bytes),
        };
        self.failed.fetch_or(written.is_err(), Ordering::Relaxed);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.target {
            Target::Shared(out) => out.flush(),
            Target::File(out) => out.flush(),
        };
        self.failed.fetch_or(flushed.is_err(), Ordering::Relaxed);
        flushed
    }
}

/// A table that cannot be copied, because of what it holds.
#[derive(Debug, thiserror::Error)]
#[error("cannot be written as Parquet: {0}")]
pub struct BadTable(String);

/// The file of an input that could not be begun.
#[derive(Debug, thiserror::Error)]
#[error("{}: {action}: {source}", path.display())]
pub struct NotBegun {
    path: PathBuf,
    action: &'static str,
    source: io::Error,
}

impl NotBegun {
    /// Whether it is for its name: a folder has it, a file stands where its folder should, or it is too long. Then
    /// other inputs are not concerned.
    pub fn is_for_its_name(&self) -> bool {
        use io::ErrorKind::{AlreadyExists, InvalidFilename, InvalidInput, IsADirectory, NotADirectory};
        [AlreadyExists, InvalidFilename, InvalidInput, IsADirectory, NotADirectory]
            .contains(&self.source.kind())
    }
}

/// A target, what it is compressed with and how much has been written.
pub struct Sink<'o> {
    target: Option<Target<'o>>,
    compression: Compression,
    written: u64,
    #[cfg(feature = "parquet")]
    table: Option<Rewriter<Watched<'o>>>,
    #[cfg(feature = "parquet")]
    failed: Arc<AtomicBool>,
    /// The table that was written here, by its input's name: nothing can follow it.
    full: Option<PathBuf>,
}

impl<'o> Sink<'o> {
    /// A sink for the whole run, or none.
    pub fn shared(target: Option<&'o mut (dyn Write + Send)>) -> Self {
        Self {
            target: target.map(Target::Shared),
            compression: Compression::None,
            written: 0,
            #[cfg(feature = "parquet")]
            table: None,
            #[cfg(feature = "parquet")]
            failed: Arc::default(),
            full: None,
        }
    }

    /// Whether anything is written here.
    pub fn is_open(&self) -> bool {
        self.target.is_some() || self.is_table()
    }

    /// What is written is compressed like this.
    pub fn compressed(&mut self, compression: Compression) {
        self.compression = compression;
    }

    /// Bytes written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Begins the file of an input, under a temporary name in `folder`.
    ///
    /// # Errors
    /// What the system says, with the file's name.
    pub fn begin(&mut self, path: &Path, folder: &Path, compression: Compression) -> Result<(), NotBegun> {
        let failed = |path: &Path, action| {
            let path = path.to_path_buf();
            move |source| NotBegun { path, action, source }
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed(parent, "cannot make the folder"))?;
        }
        // A name that is too long is none in the folder of unfinished files.
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed(path, "cannot write")(error));
            }
            _ => {}
        }
        let file = Replacement::begin(path, folder).map_err(failed(path, "cannot write"))?;
        (self.target, self.compression, self.written) = (Some(Target::File(file)), compression, 0);
        self.full = None;
        Ok(())
    }

    /// Puts the file of an input in place. A shared target is flushed by whoever opened it.
    ///
    /// # Errors
    /// What the system says, with the file's name.
    pub fn end(&mut self) -> Result<()> {
        if self.written == 0 && self.compression != Compression::None && self.target.is_some() {
            // An empty file is no compressed file.
            let mut member = Vec::new();
            Encoder::new(self.compression)?.member(b"", &mut member)?;
            self.write(&member)?;
        }
        match self.target.take() {
            Some(Target::File(file)) => {
                let path = file.target().to_path_buf();
                file.commit().with_context(|| format!("{}: cannot write", path.display()))
            }
            shared => {
                self.target = shared;
                Ok(())
            }
        }
    }

    /// Forgets the file of an input, or that there is a shared target.
    pub fn forget(&mut self) {
        self.target = None;
        #[cfg(feature = "parquet")]
        {
            self.table = None;
        }
    }

    /// Writes; nothing where there is no target.
    ///
    /// # Errors
    /// What the system says, with the file's name if it is that of an input.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.written += bytes.len() as u64;
        match &mut self.target {
            Some(Target::Shared(out)) => Ok(out.write_all(bytes)?),
            Some(Target::File(out)) => {
                let written = out.write_all(bytes);
                written.with_context(|| format!("{}: cannot write", out.target().display()))
            }
            None => Ok(()),
        }
    }

    /// Whether a table is being written.
    #[cfg(feature = "parquet")]
    pub fn is_table(&self) -> bool {
        self.table.is_some()
    }

    #[cfg(not(feature = "parquet"))]
    pub fn is_table(&self) -> bool {
        false
    }

    /// An input that is no table begins.
    ///
    /// # Errors
    /// If there is a table already.
    pub fn no_table(&self, path: &Path) -> Result<()> {
        if self.full.is_some() {
            bail!("{}: nothing can follow Parquet in one output; use -o DIR --keep-dirs", path.display());
        }
        Ok(())
    }

    /// Begins a table with the columns of another.
    ///
    /// # Errors
    /// If there is something already, and what the output says.
    #[cfg(feature = "parquet")]
    pub fn begin_table(&mut self, path: &Path, source: File, table: &Table) -> Result<()> {
        if self.full.is_some() || self.written > 0 {
            bail!("{}: Parquet must have an output of its own; use -o DIR --keep-dirs", path.display());
        }
        self.full = Some(path.to_path_buf());
        if let Some(target) = self.target.take() {
            let target = Watched { target, failed: Arc::clone(&self.failed) };
            self.table = Some(self.attempt(|| Rewriter::new(target, source, table))?);
        }
        Ok(())
    }

    /// Rows of the table: their texts one after the other, and for each how many bytes it has and whether it
    /// changed.
    ///
    /// # Errors
    /// What the output says.
    #[cfg(feature = "parquet")]
    pub fn rows(&mut self, mut texts: &[u8], rows: &[(Option<usize>, bool)]) -> Result<()> {
        let Some(table) = &mut self.table else { return Ok(()) };
        for (length, changed) in rows {
            let (text, rest) = texts.split_at(length.unwrap_or(0));
            texts = rest;
            // What a table holds back is written to memory, or to a file of its own.
            table.row(length.map(|_| text), *changed).with_context(|| failed(&self.full))?;
        }
        Ok(())
    }

    #[cfg(not(feature = "parquet"))]
    pub fn rows(&mut self, _: &[u8], _: &[(Option<usize>, bool)]) -> Result<()> {
        Ok(())
    }

    /// A group of the table's rows ends.
    ///
    /// # Errors
    /// What the output says.
    pub fn end_group(&mut self) -> Result<()> {
        #[cfg(feature = "parquet")]
        if let Some(mut table) = self.table.take() {
            self.table = Some(self.attempt(|| table.end_group().map(|()| table))?);
        }
        Ok(())
    }

    /// The table ends, if there is one.
    ///
    /// # Errors
    /// What the output says.
    pub fn end_table(&mut self) -> Result<()> {
        #[cfg(feature = "parquet")]
        if let Some(table) = self.table.take() {
            let (watched, bytes) = self.attempt(|| table.finish())?;
            (self.target, self.written) = (Some(watched.target), bytes);
        }
        Ok(())
    }

    /// Runs a step of a table.
    ///
    /// # Errors
    /// [`BadTable`] where the table it is copied from is to blame, be it by a panic; else what the output says.
    #[cfg(feature = "parquet")]
    fn attempt<T>(&self, step: impl FnOnce() -> io::Result<T>) -> Result<T> {
        match panics::caught(step) {
            Some(Ok(done)) => Ok(done),
            Some(Err(error)) if self.failed.load(Ordering::Relaxed) => {
                Err(anyhow::Error::from(error).context(failed(&self.full)))
            }
            Some(Err(error)) => Err(BadTable(error.to_string()).into()),
            None => Err(BadTable(panics::OF_AN_INPUT.to_owned()).into()),
        }
    }

    /// What is ready leaves.
    ///
    /// # Errors
    /// What the system says.
    pub fn flush(&mut self) -> Result<()> {
        match &mut self.target {
            Some(Target::Shared(out)) => Ok(out.flush()?),
            _ => Ok(()),
        }
    }
}

/// What went wrong, with the table's name.
#[cfg(feature = "parquet")]
fn failed(table: &Option<PathBuf>) -> String {
    let name = table.as_deref().unwrap_or(Path::new("-"));
    format!("{}: cannot write what comes of it", name.display())
}

/// Where the documents go, and where what is dropped goes.
pub struct Sinks<'o, 'g> {
    pub out: Sink<'o>,
    pub gone: Sink<'g>,
}

impl Sinks<'_, '_> {
    /// Forgets both files of an input.
    pub fn forget(&mut self) {
        self.out.forget();
        self.gone.forget();
    }
}

/// Writes to one of two sinks. A reader of one that leaves has seen enough; the run ends when neither has one.
///
/// # Errors
/// What the system says, and that nobody reads either any more.
pub fn attempt<'o>(
    sink: &mut Sink<'o>,
    another: bool,
    write: impl FnOnce(&mut Sink<'o>) -> Result<()>,
) -> Result<()> {
    match write(sink) {
        Err(error) if another && output::is_closed_pipe(&error) => {
            sink.forget();
            Ok(())
        }
        other => other,
    }
}

/// The part of an output folder that is the program's own.
pub struct Own {
    folder: PathBuf,
    /// … and that of the folder of what is dropped.
    dropped: Option<PathBuf>,
}

impl Own {
    /// Makes it where it is missing, and removes unfinished files of programs on this machine that run no more.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn prepare(output: &Path, dropped: Option<&Path>, outputs: &Outputs) -> Result<Self> {
        let own = |folder: &Path| folder.join(".gleaner");
        let own = Self { folder: own(output), dropped: dropped.map(own) };
        for folder in [Some(own.unfinished()), own.unfinished_dropped()].into_iter().flatten() {
            outputs.make(&folder)?;
            output::remove_left_over(&folder);
        }
        Ok(own)
    }

    /// Where files are written before they are put in place.
    pub fn unfinished(&self) -> PathBuf {
        self.folder.join("unfinished")
    }

    /// … and those of what is dropped, which may be on another disk.
    pub fn unfinished_dropped(&self) -> Option<PathBuf> {
        self.dropped.as_ref().map(|it| it.join("unfinished"))
    }

    /// Where it is noted that an output was finished, and with which settings.
    pub fn note(&self, place: &Place) -> PathBuf {
        let hash = blake3::hash(place.relative.as_os_str().as_encoded_bytes()).to_hex();
        self.folder.join("finished").join(&hash[..2]).join(format!("{}.json", &hash[2..32]))
    }
}
