//! Where results go: standard output, or a file that is replaced at once.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use gleaner::write::atomic;

/// Runs `body` over the output: the file, replaced only if everything went well, or standard output.
///
/// # Errors
/// What `body` says, or what the output says, with its name.
pub fn with<T>(path: Option<&Path>, body: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
    match path {
        None => {
            let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
            let value = body(&mut out)?;
            out.flush().context("cannot write to standard output")?;
            Ok(value)
        }
        Some(path) => {
            let mut result = None;
            let written = atomic::replace(path, |out| {
                let outcome = body(out);
                let failed = outcome.is_err();
                result = Some(outcome);
                if failed { Err(io::Error::other("given up")) } else { Ok(()) }
            });
            match (result, written) {
                (Some(Err(error)), _) => Err(error).with_context(|| path.display().to_string()),
                (_, Err(error)) => Err(error.into()),
                (Some(Ok(value)), Ok(())) => Ok(value),
                (None, Ok(())) => anyhow::bail!("{}: nothing was written", path.display()),
            }
        }
    }
}

/// Whether the reader of our output has gone.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
