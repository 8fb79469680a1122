//! Unfinished files of processes that were killed: how they are told from those that somebody writes.
//!
//! An unfinished file is locked by whoever writes it, and the system takes the lock back when that process ends,
//! however it ends. Its name holds the machine, because not every file system shares locks between machines.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// How names of unfinished files end.
pub const SUFFIX: &str = ".unfinished";

/// How names of unfinished files of this machine begin. The dot hides them from those who read a folder.
pub fn prefix() -> String {
    format!(".gleaner-{:08x}-", xxhash_rust::xxh3::xxh3_64(&machine()) >> 32)
}

#[cfg(unix)]
fn machine() -> Vec<u8> {
    rustix::system::uname().nodename().to_bytes().to_vec()
}

#[cfg(not(unix))]
fn machine() -> Vec<u8> {
    Vec::new()
}

/// Removes what processes of this machine left in a folder that write no more. What cannot be listed or removed does
/// no harm.
pub fn remove(folder: &Path) {
    let prefix = prefix();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_ours = name.starts_with(&prefix) && name.ends_with(SUFFIX);
        if is_ours && entry.file_type().is_ok_and(|it| it.is_file()) && is_left(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody writes a file.
#[cfg(unix)]
fn is_left(path: &Path) -> bool {
    use rustix::fs::{FlockOperation, flock};
    File::open(path).is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
}

/// Whether nobody writes a file: who knows.
#[cfg(not(unix))]
fn is_left(_: &Path) -> bool {
    false
}

/// A new file, locked.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] where somebody took it for a left-over before it was locked: another name is
/// needed.
#[cfg(unix)]
pub fn locked(file: File) -> io::Result<File> {
    use rustix::fs::{FlockOperation, flock};
    use std::os::unix::fs::MetadataExt;
    // A file system without locks has none that others could take.
    let _ = flock(&file, FlockOperation::LockExclusive);
    if file.metadata()?.nlink() == 0 { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(file) }
}

/// A new file.
#[cfg(not(unix))]
pub fn locked(file: File) -> io::Result<File> {
    Ok(file)
}
