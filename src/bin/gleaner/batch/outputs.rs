//! Where what comes of the inputs goes: one output for all of them, or one each.

use std::fs;
#[cfg(feature = "parquet")]
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use gleaner::unstable::read::compression::Compression;
#[cfg(feature = "parquet")]
use gleaner::unstable::read::parquet::Table;
use gleaner::unstable::write::compression::Encoder;
#[cfg(feature = "parquet")]
use gleaner::unstable::write::parquet::Rewriter;

use super::plan::Place;
use crate::output;
use crate::output::atomic::Replacement;

/// Something that is written to.
pub enum Target<'o> {
    /// What the whole run writes to.
    Shared(&'o mut (dyn Write + Send)),
    /// The file of one input.
    File(Replacement),
}

impl Write for Target<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Shared(out) => out.write(bytes),
            Self::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Shared(out) => out.flush(),
            Self::File(out) => out.flush(),
        }
    }
}

/// A target, what it is compressed with and how much has been written.
pub struct Sink<'o> {
    target: Option<Target<'o>>,
    compression: Compression,
    written: u64,
    #[cfg(feature = "parquet")]
    table: Option<Rewriter<Target<'o>>>,
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
    pub fn begin(&mut self, path: &Path, folder: &Path, compression: Compression) -> Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .with_context(|| format!("{}: cannot make the folder", parent.display()))?;
        }
        let file = Replacement::begin(path, folder, &unfinished_name())?;
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
            Some(Target::File(file)) => Ok(file.commit()?),
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
            let table = Rewriter::new(target, source, table);
            self.table = Some(table.with_context(|| failed(&self.full))?);
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
        if let Some(table) = &mut self.table {
            table.end_group().with_context(|| failed(&self.full))?;
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
            let (target, bytes) = table.finish().with_context(|| failed(&self.full))?;
            (self.target, self.written) = (Some(target), bytes);
        }
        Ok(())
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
}

impl Own {
    /// Makes it where it is missing, and removes unfinished files of programs on this machine that run no more.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn prepare(output: &Path) -> Result<Self> {
        let own = Self { folder: output.join(".gleaner") };
        let unfinished = own.unfinished();
        fs::create_dir_all(&unfinished)
            .with_context(|| format!("{}: cannot make the folder", unfinished.display()))?;
        // What cannot be listed or removed does no harm.
        for entry in fs::read_dir(&unfinished).into_iter().flatten().flatten() {
            if is_left_over(&entry.file_name().to_string_lossy()) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(own)
    }

    /// Where files are written before they are put in place.
    pub fn unfinished(&self) -> PathBuf {
        self.folder.join("unfinished")
    }

    /// Where it is noted what was finished, and with which settings.
    pub fn note(&self, place: &Place) -> PathBuf {
        let mut name = self.folder.join("finished").join(&place.relative).into_os_string();
        name.push(".json");
        name.into()
    }
}

/// How names of unfinished files begin: machine and process.
pub fn unfinished_name() -> String {
    format!("{}-{}-", machine(), std::process::id())
}

/// Whether an unfinished file is of a process on this machine that runs no more.
fn is_left_over(name: &str) -> bool {
    let mut parts = name.split('-');
    let (same, process) = (parts.next() == Some(&machine()), parts.next());
    // Elsewhere than on Linux nobody knows who runs; the file stays.
    let known = Path::new("/proc/self").exists();
    same && known
        && process.is_some_and(|it| it.parse::<u32>().is_ok() && !Path::new("/proc").join(it).exists())
}

/// This machine's name, as a hash.
fn machine() -> String {
    let name = fs::read("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&name))
}
