//! Which file a name stands for. A file has many names (`x`, `./x`, links) and one identity.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::standard::{is_standard, names_standard_output, of_stream};

/// How many symbolic links are followed, as Linux does.
const LINKS: usize = 40;

/// What tells one file from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// Device and number of a file or a pipe that is there.
    Node(u64, u64),
    /// The path, without links, of a file that is not there yet.
    Path(PathBuf),
    /// Standard output that is no file.
    StandardOutput,
}

/// The file that an input stands for; none for devices and folders, which no output replaces.
pub fn of_input(path: &Path) -> Option<Identity> {
    if is_standard(path) { of_stream(&io::stdin()).and_then(|it| of_file(path, &it)) } else { of_name(path) }
}

/// The file that an output stands for; none for devices, which keep nothing, and for folders.
pub fn of_output(path: &Path) -> Option<Identity> {
    if !names_standard_output(path) {
        return of_name(path);
    }
    match of_stream(&io::stdout()).filter(Metadata::is_file) {
        Some(file) => of_file(path, &file),
        None => Some(Identity::StandardOutput),
    }
}

fn of_name(path: &Path) -> Option<Identity> {
    match fs::metadata(path) {
        Ok(metadata) => of_file(path, &metadata),
        Err(_) => Some(Identity::Path(resolved(&follow(path).ok()?)?)),
    }
}

/// The same, where it is known what the system says about it.
#[cfg(unix)]
pub fn of_file(_: &Path, metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let kind = metadata.file_type();
    let other = kind.is_char_device() || kind.is_block_device() || kind.is_socket() || kind.is_dir();
    (!other).then(|| Identity::Node(metadata.dev(), metadata.ino()))
}

/// The same, where it is known what the system says about it.
#[cfg(not(unix))]
pub fn of_file(path: &Path, metadata: &Metadata) -> Option<Identity> {
    metadata.is_file().then(|| path.canonicalize().ok().map(Identity::Path)).flatten()
}

/// The path from the root without links, `.` and `..`, of a file that need not be there, nor its folder.
fn resolved(path: &Path) -> Option<PathBuf> {
    let mut missing: Vec<&OsStr> = Vec::new();
    let mut there = path;
    loop {
        let folder = if there.as_os_str().is_empty() { Path::new(".") } else { there };
        if let Ok(mut whole) = folder.canonicalize() {
            for part in missing.iter().rev() {
                if *part == ".." { whole.pop().then_some(())? } else { whole.push(part) }
            }
            return Some(whole);
        }
        match there.components().next_back()? {
            Component::Normal(name) => missing.push(name),
            Component::ParentDir => missing.push(OsStr::new("..")),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
        there = there.parent()?;
    }
}

/// Where the links end, whether something is there or not.
///
/// # Errors
/// Links in a circle.
pub fn follow(path: &Path) -> io::Result<PathBuf> {
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

    #[test]
    fn a_file_has_one_identity_under_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("x"), "text").unwrap();
        fs::write(at("other"), "text").unwrap();
        fs::create_dir(at("sub")).unwrap();
        let of = |name: &str| of_output(&at(name)).unwrap();
        assert_eq!(of("x"), of_input(&at("./sub/../x")).unwrap());
        assert_ne!(of("x"), of("other"));
        // What is not there yet, in a folder that is not there either.
        assert_eq!(of("new/deep/y"), of("./new/other/../deep/y"));
        assert_ne!(of("new/y"), of("y"));
        #[cfg(unix)]
        {
            fs::hard_link(at("x"), at("hard")).unwrap();
            std::os::unix::fs::symlink("x", at("soft")).unwrap();
            std::os::unix::fs::symlink("y", at("dangling")).unwrap();
            assert_eq!((of("hard"), of("soft")), (of("x"), of("x")));
            assert_eq!(of("dangling"), of("y"));
            assert_eq!(of_output(Path::new("/dev/null")), None);
        }
    }
}
