//! The standard streams: standard output as an output, and what the system says about both.

use std::fs::Metadata;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, anyhow};

use crate::console;

/// Name of standard output in messages.
pub const STDOUT: &str = "standard output";

/// Whether the path stands for standard output (or input).
pub fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether the path names a stream of this process, which may well be a regular file that the shell opened.
pub fn is_stream(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"].iter().any(|it| path.starts_with(it))
}

/// Whether the path stands for standard output, by any of its names.
pub fn names_standard_output(path: &Path) -> bool {
    is_standard(path)
        || ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|it| path == Path::new(it))
}

/// Standard output, which remembers how it ended, so that a message on the same terminal begins a line.
pub struct Stdout {
    out: BufWriter<io::Stdout>,
    last: u8,
}

impl Stdout {
    /// Standard output.
    ///
    /// # Errors
    /// Where it was closed before the program began.
    pub fn open() -> Result<Self> {
        if was_closed() {
            return Err(is_closed());
        }
        Ok(Self { out: BufWriter::with_capacity(1 << 16, io::stdout()), last: b'\n' })
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.last = bytes[..written].last().copied().unwrap_or(self.last);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.out.flush();
        console::in_line(self.last != b'\n' && is_terminal());
        flushed
    }
}

/// What to say where standard output is closed.
pub fn is_closed() -> anyhow::Error {
    anyhow!("{STDOUT}: is closed, so nothing can be written there; send it somewhere (`> FILE`)")
}

/// Whether standard output was closed when the program began.
#[cfg(unix)]
static CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before `main`: the standard library opens `/dev/null` in the place of a closed stream, and from then on it
/// looks like one that somebody sent there.
#[cfg(unix)]
#[ctor::ctor]
fn look() {
    CLOSED.store(rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err(), Ordering::Relaxed);
}

/// Whether standard output was closed when the program began.
#[cfg(unix)]
pub fn was_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// Whether standard output was closed when the program began; nobody knows here.
#[cfg(not(unix))]
pub fn was_closed() -> bool {
    false
}

/// What the system says about a stream of this process.
#[cfg(unix)]
pub fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Metadata> {
    let stream = stream.as_fd().try_clone_to_owned().ok()?;
    std::fs::File::from(stream).metadata().ok()
}

/// What the system says about a stream of this process: nothing here.
#[cfg(not(unix))]
pub fn of_stream<S>(_: &S) -> Option<Metadata> {
    None
}

/// Whether this regular file is where standard output goes: reading it would never end.
pub fn is_standard_output(input: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let place = |it: &Metadata| (it.dev(), it.ino());
        input.is_file() && of_stream(&io::stdout()).is_some_and(|output| place(&output) == place(input))
    }
    #[cfg(not(unix))]
    {
        let _ = input;
        false
    }
}

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}
