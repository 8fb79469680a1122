//! Files that appear whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::error::{Error, Result};

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
pub fn replace(path: impl AsRef<Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
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

fn directly(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Appending, so that a file behind /dev/stdout keeps what was written to it.
    let mut out = BufWriter::with_capacity(BUFFER, OpenOptions::new().append(true).open(path)?);
    write(&mut out)?;
    out.flush()
}

fn beside(
    target: &Path,
    permissions: Option<Permissions>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".gleaner-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The mode of `open`, from which the system takes the umask.
        builder.permissions(Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    let mut out = BufWriter::with_capacity(BUFFER, file);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(target)?;
    sync(folder);
    Ok(())
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
