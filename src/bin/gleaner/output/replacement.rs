//! A file that appears whole or not at all: written under another name, and put in place at the end.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, TempPath};

use super::left_over;

/// Buffer between the writer and the file, in bytes.
const BUFFER: usize = 64 * 1024;
/// Characters by which names of unfinished files differ.
const RANDOM: usize = 8;

/// Files of this process that are written and not in place yet.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every unfinished file of this process, and lets none be begun or put in place from then on: whoever
/// tries waits forever. For a process that is about to exit, on a signal say.
pub fn abandon_all() {
    let unfinished = unfinished();
    for path in unfinished.iter() {
        // What cannot be removed is left under its temporary name.
        let _ = fs::remove_file(path);
    }
    std::mem::forget(unfinished);
}

/// A file that is being written under a temporary name. Dropped before it is put in place, it leaves nothing.
///
/// It is locked as long as it has that name, so that other processes can tell that somebody writes it.
#[derive(Debug)]
pub struct Replacement {
    out: BufWriter<File>,
    path: TempPath,
    target: PathBuf,
    permissions: Option<Permissions>,
}

impl Replacement {
    /// Begins a file in a folder of the target's file system. The target's permissions stay, if it is there. A link
    /// is replaced, not followed. Other hard links to the target keep what they have.
    ///
    /// # Errors
    /// What the system says, without a name.
    pub fn begin(target: &Path, folder: &Path) -> io::Result<Self> {
        let permissions = match fs::metadata(target) {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            there => there.ok().map(|it| it.permissions()),
        };
        let mut unfinished = unfinished();
        let begun = Builder::new()
            .prefix(&left_over::prefix())
            .suffix(left_over::SUFFIX)
            .rand_bytes(RANDOM)
            .make_in(folder, |path| {
                left_over::locked(OpenOptions::new().write(true).create_new(true).open(path)?)
            })?;
        let (file, path) = begun.into_parts();
        unfinished.insert(path.to_path_buf());
        let out = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { out, path, target: target.to_path_buf(), permissions })
    }

    /// Where the file goes.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Writes what is buffered, and has the disk hold it: what is left is to put it in place.
    ///
    /// # Errors
    /// What the system says, without a name.
    pub fn complete(&mut self) -> io::Result<()> {
        self.write_all_of_it()?;
        self.out.get_ref().sync_all()
    }

    fn write_all_of_it(&mut self) -> io::Result<()> {
        self.out.flush()?;
        match self.permissions.take() {
            Some(permissions) => self.out.get_ref().set_permissions(permissions),
            None => Ok(()),
        }
    }

    /// Puts the file in place, complete and synced.
    ///
    /// # Errors
    /// What the system says, without a name; then nothing is in place, or what was there before.
    pub fn commit(mut self) -> io::Result<()> {
        self.complete()?;
        self.commit_complete()
    }

    /// Puts a file in place that is complete.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn commit_complete(mut self) -> io::Result<()> {
        self.put_in_place()?;
        sync(folder_of(&self.target));
        Ok(())
    }

    /// Puts the file in place without syncing it: after a power cut it may be empty or missing. For what can be
    /// made again.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn commit_unsynced(mut self) -> io::Result<()> {
        self.write_all_of_it()?;
        self.put_in_place()
    }

    fn put_in_place(&mut self) -> io::Result<()> {
        // The lock is held meanwhile: whoever abandons all files either finds this one or finds it in place.
        let mut unfinished = unfinished();
        fs::rename(&self.path, &self.target)?;
        unfinished.remove(&*self.path);
        self.path.disable_cleanup(true);
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // Afterwards the path removes its file, if it is still there.
        unfinished().remove(&*self.path);
    }
}

/// The folder that a file stands in.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes the renaming itself outlast a power cut, where folders can be synced.
fn sync(folder: &Path) {
    if cfg!(unix) {
        // The file is in place: a file system that refuses this is no reason to say otherwise.
        let _ = File::open(folder).and_then(|it| it.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_not_committed_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let mut out = Replacement::begin(&target, folder.path()).unwrap();
        out.write_all(b"half").unwrap();
        assert!(names(folder.path())[0].starts_with(".gleaner-"));
        // Somebody writes it: it is no left-over.
        left_over::remove(folder.path());
        assert_eq!(names(folder.path()).len(), 1);
        drop(out);
        assert!(names(folder.path()).is_empty());
        let mut out = Replacement::begin(&target, folder.path()).unwrap();
        out.write_all(b"all").unwrap();
        out.commit().unwrap();
        let all = (names(folder.path()), fs::read(&target).unwrap());
        assert_eq!(all, (vec!["out".to_owned()], b"all".to_vec()));
        let error = Replacement::begin(folder.path(), folder.path()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }

    #[cfg(unix)]
    #[test]
    fn left_overs_of_dead_processes_go() {
        let folder = tempfile::tempdir().unwrap();
        let of_us = format!("{}abcdefgh{}", left_over::prefix(), left_over::SUFFIX);
        for name in [&of_us, ".gleaner-config", "notes.unfinished", ".gleaner-00000000-abcdefgh.unfinished"] {
            fs::write(folder.path().join(name), "half").unwrap();
        }
        left_over::remove(folder.path());
        let left = [".gleaner-00000000-abcdefgh.unfinished", ".gleaner-config", "notes.unfinished"];
        assert_eq!(names(folder.path()), left);
    }
}
