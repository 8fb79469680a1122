//! Files that appear whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use gleaner::error::{Error, Result};
use tempfile::{Builder, NamedTempFile};

/// Buffer between the writer and the file, in bytes.
const BUFFER: usize = 64 * 1024;

/// How many symbolic links are followed, as Linux does.
const LINKS: usize = 40;

/// Writes a file beside its target, syncs it and renames it over the target: whatever happens, the
/// target holds its old bytes or all of the new ones. Other hard links to the target keep the old ones.
///
/// A symbolic link is followed. An existing file keeps its permissions, a new one gets those of any new
/// file. What is not a regular file (a pipe, `/dev/stdout`, `/dev/full`) is written directly.
///
/// # Errors
/// [`Error::Io`] with the target's name for whatever fails, `write` included.
pub fn replace(
    path: impl AsRef<Path>,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<()> {
    let path = path.as_ref();
    let failed = |error| Error::io(path, "cannot write", error);
    let target = follow(path).map_err(failed)?;
    let existing = match fs::metadata(&target) {
        Ok(existing) => Some(existing),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    if is_stream(path) || existing.as_ref().is_some_and(|it| !it.is_file()) {
        return directly(path, write).map_err(failed);
    }
    beside(&target, existing.map(|it| it.permissions()), write).map_err(failed)
}

/// Whether the path names a stream of this process, which may well be a regular file that the shell opened.
fn is_stream(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc/self/fd"].iter().any(|it| path.starts_with(it))
}

fn directly(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<()> {
    // Appending, so that a file behind /dev/stdout keeps what was written to it.
    let mut out = BufWriter::with_capacity(BUFFER, OpenOptions::new().append(true).open(path)?);
    write(&mut out)?;
    out.flush()
}

fn beside(
    target: &Path,
    permissions: Option<Permissions>,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = Replacement::beside(target, folder_of(target), ".gleaner-", permissions)?;
    write(&mut out)?;
    out.finish(true)
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

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

/// A file that is being written under a temporary name, and put in place by [`commit`](Self::commit). Dropped
/// before that, it leaves nothing.
#[derive(Debug)]
pub struct Replacement {
    out: Option<BufWriter<NamedTempFile>>,
    target: PathBuf,
    permissions: Option<Permissions>,
}

impl Replacement {
    /// Begins a file in a folder of the target's file system, under a name that begins with `prefix`. The
    /// target's permissions stay, if it is there. A link is replaced, not followed.
    ///
    /// # Errors
    /// [`Error::Io`] with the target's name.
    pub fn begin(target: impl AsRef<Path>, folder: &Path, prefix: &str) -> Result<Self> {
        let target = target.as_ref();
        let permissions = fs::metadata(target).ok().map(|it| it.permissions());
        Self::beside(target, folder, prefix, permissions)
            .map_err(|error| Error::io(target, "cannot write", error))
    }

    fn beside(
        target: &Path,
        folder: &Path,
        prefix: &str,
        permissions: Option<Permissions>,
    ) -> io::Result<Self> {
        let mut builder = Builder::new();
        builder.prefix(prefix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The mode of `open`, from which the system takes the umask.
            builder.permissions(Permissions::from_mode(0o666));
        }
        let mut unfinished = unfinished();
        let file = builder.tempfile_in(folder)?;
        unfinished.insert(file.path().to_path_buf());
        let out = Some(BufWriter::with_capacity(BUFFER, file));
        Ok(Self { out, target: target.to_path_buf(), permissions })
    }

    /// Where the file goes.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Syncs the file and puts it in place.
    ///
    /// # Errors
    /// [`Error::Io`] with the target's name; then nothing is in place, or what was there before.
    pub fn commit(mut self) -> Result<()> {
        self.finish(true).map_err(|error| Error::io(&self.target, "cannot write", error))
    }

    /// Puts the file in place without syncing it: after a power cut it may be empty or missing. For what can be
    /// made again.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn commit_unsynced(mut self) -> Result<()> {
        self.finish(false).map_err(|error| Error::io(&self.target, "cannot write", error))
    }

    fn finish(&mut self, synced: bool) -> io::Result<()> {
        let Some(mut out) = self.out.take() else { return Ok(()) };
        let path = out.get_ref().path().to_path_buf();
        // Dropping it removes it, which is what is wanted where something fails.
        let done = out.flush().and_then(|()| {
            let file = out.get_ref().as_file();
            if let Some(permissions) = self.permissions.take() {
                file.set_permissions(permissions)?;
            }
            if synced { file.sync_all() } else { Ok(()) }
        });
        let mut unfinished = unfinished();
        unfinished.remove(&path);
        done?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(&self.target)?;
        drop(unfinished);
        if synced {
            sync(folder_of(&self.target));
        }
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.as_mut().map_or(Err(io::ErrorKind::BrokenPipe.into()), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(out) = self.out.take() {
            let mut unfinished = unfinished();
            unfinished.remove(out.get_ref().path());
            // What is still buffered is for nobody.
            drop(out.into_parts());
        }
    }
}

/// Makes the renaming itself outlast a power cut, where folders can be synced.
fn sync(folder: &Path) {
    if cfg!(unix) {
        // The file is in place: a file system that refuses this is no reason to say otherwise.
        let _ = File::open(folder).and_then(|it| it.sync_all());
    }
}

/// Where the links end, whether something is there or not.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, bytes: &[u8]) -> Result<()> {
        replace(path, |out| out.write_all(bytes))
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        put(&path, b"first").unwrap();
        put(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        let error = replace(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("stopped"))
        });
        assert!(error.unwrap_err().to_string().contains("out: cannot write: stopped"));
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["out"]);
    }

    #[test]
    fn what_is_not_committed_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let mut out = Replacement::begin(&target, folder.path(), ".part-").unwrap();
        out.write_all(b"half").unwrap();
        assert!(names(folder.path())[0].starts_with(".part-"));
        drop(out);
        assert!(names(folder.path()).is_empty());
        let mut out = Replacement::begin(&target, folder.path(), ".part-").unwrap();
        out.write_all(b"all").unwrap();
        out.commit().unwrap();
        assert_eq!(
            (names(folder.path()), fs::read(&target).unwrap()),
            (vec!["out".to_owned()], b"all".to_vec())
        );
    }

    #[test]
    fn errors_name_the_target() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no").join("out");
        assert!(put(&missing, b"").unwrap_err().to_string().contains(&*missing.to_string_lossy()));
        let error = put(folder.path(), b"").unwrap_err();
        assert!(error.to_string().contains("directory"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (plain, path, link) =
            (folder.path().join("plain"), folder.path().join("out"), folder.path().join("link"));
        File::create(&plain).unwrap();
        put(&path, b"x").unwrap();
        assert_eq!(mode(&path), mode(&plain));
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        symlink("out", &link).unwrap();
        put(&link, b"y").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (&b"y"[..], 0o640));
        let dangling = folder.path().join("dangling");
        symlink("new", &dangling).unwrap();
        put(&dangling, b"z").unwrap();
        assert_eq!(fs::read(folder.path().join("new")).unwrap(), b"z");
        symlink("round", folder.path().join("round")).unwrap();
        assert!(put(&folder.path().join("round"), b"").is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_written_directly() {
        put(Path::new("/dev/null"), b"x").unwrap();
        let error = put(Path::new("/dev/full"), b"x").unwrap_err().to_string();
        assert!(error.starts_with("/dev/full: cannot write: No space left"), "{error}");
    }
}
