//! Where results go: standard output, or a file that is replaced at once.

pub mod atomic;

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::console;
use crate::outcome::Outcome;

/// Runs `body` over the output: the file, replaced only if everything went well, or standard output,
/// for `-` too. A folder that is missing on the way to the file is made.
///
/// # Errors
/// What `body` says, or what the output says, with its name.
pub fn with<T>(path: Option<&Path>, body: impl FnOnce(&mut (dyn Write + Send)) -> Result<T>) -> Result<T> {
    let Some(path) = path.filter(|path| !is_standard(path)) else {
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        let mut out = Stdout { out, failed: false, last: b'\n' };
        let done = body(&mut out).and_then(|value| Ok(out.flush().map(|()| value)?));
        return if out.failed { done.context("standard output: cannot write") } else { done };
    };
    make_folder_of(path)?;
    let mut result = None;
    let written = atomic::replace(path, |out| {
        let outcome = body(out);
        let failed = outcome.is_err();
        result = Some(outcome);
        if failed { Err(io::Error::other("given up")) } else { Ok(()) }
    });
    match (result, written) {
        (Some(Err(error)), _) => Err(error.context(format!("{}: not written", path.display()))),
        (_, Err(error)) => Err(error.into()),
        (Some(Ok(value)), Ok(())) => Ok(value),
        (None, Ok(())) => bail!("{}: nothing was written", path.display()),
    }
}

/// Makes the folder that a file is to stand in, where it is missing.
///
/// # Errors
/// What the system says, with the folder's name.
pub fn make_folder_of(file: &Path) -> Result<()> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        Some(folder) => fs::create_dir_all(folder)
            .with_context(|| format!("{}: cannot make the folder", folder.display())),
        None => Ok(()),
    }
}

/// Bytes for standard output, and that is all.
///
/// # Errors
/// What standard output says.
pub fn print(bytes: &[u8]) -> Result<Outcome> {
    with(None, |out| Ok(out.write_all(bytes).map(|()| Outcome::default())?))
}

/// Standard output, which remembers whether it failed, so that the message can name it, and how it ended.
struct Stdout<W: Write> {
    out: BufWriter<W>,
    failed: bool,
    last: u8,
}

impl<W: Write> Write for Stdout<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes);
        self.failed |= written.is_err();
        self.last = match &written {
            Ok(count) => bytes[..*count].last().copied().unwrap_or(self.last),
            Err(_) => self.last,
        };
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        self.failed |= flushed.is_err();
        console::in_line(self.last != b'\n' && is_terminal());
        flushed
    }
}

/// Whether the path is a folder, or is written as one.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Whether the path stands for standard output (or input).
pub fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether two names are one file, which need not be there yet. Pipes and devices are never one: what
/// goes into them does not replace anything.
pub fn is_same(one: &Path, other: &Path) -> bool {
    if is_standard(one) || is_standard(other) {
        return one == other;
    }
    let device = |path: &Path| fs::metadata(path).is_ok_and(|it| !it.is_file());
    !device(one) && !device(other) && whole(one).is_some_and(|one| whole(other) == Some(one))
}

/// The path from the root, links resolved.
fn whole(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
    })
}

/// What the system says about a stream of this process.
#[cfg(unix)]
pub fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<fs::Metadata> {
    let stream = stream.as_fd().try_clone_to_owned().ok()?;
    fs::File::from(stream).metadata().ok()
}

/// What the system says about a stream of this process: nothing here.
#[cfg(not(unix))]
pub fn of_stream<S>(_: &S) -> Option<fs::Metadata> {
    None
}

/// Whether this regular file is where standard output goes: reading it would never end.
pub fn is_standard_output(input: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let place = |it: &fs::Metadata| (it.dev(), it.ino());
        input.is_file() && of_stream(&io::stdout()).is_some_and(|output| place(&output) == place(input))
    }
    #[cfg(not(unix))]
    {
        let _ = input;
        false
    }
}

/// Whether the reader of our output has gone.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether the path names a regular file.
#[cfg(feature = "parquet")]
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|it| it.is_file())
}
