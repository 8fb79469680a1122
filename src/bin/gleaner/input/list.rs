//! Which files are read: those that were named, and those inside folders that were.

use std::fs;
use std::path::{Path, PathBuf};

use super::Unreadable;
use crate::output;

/// A file to read, or a folder that could not be listed.
pub type Listed = Result<PathBuf, Unreadable>;

/// The files, in the order in which they were named; a folder stands for all files in it and below it, sorted
/// by their paths, without hidden ones (their names begin with a dot). `skip` is left out with all it holds.
///
/// Links are followed to files, not to folders, so that no folder is walked twice. Standard input where no file
/// is named.
pub fn expand(files: &[PathBuf], skip: Option<&Path>) -> Vec<Listed> {
    if files.is_empty() {
        return vec![Ok(PathBuf::from("-"))];
    }
    let skip = skip.and_then(|skip| skip.canonicalize().ok());
    let mut all = Vec::new();
    for file in files {
        if output::is_standard(file) || !file.is_dir() {
            all.push(Ok(file.clone()));
            continue;
        }
        let before = all.len();
        walk(file, skip.as_deref(), &mut all);
        if all.len() == before {
            all.push(Err(Unreadable { path: file.clone(), what: "is a folder without files".to_owned() }));
        }
    }
    all
}

fn walk(folder: &Path, skip: Option<&Path>, all: &mut Vec<Listed>) {
    let entries = fs::read_dir(folder).and_then(|entries| {
        let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        Ok(entries)
    });
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            let what = format!("cannot list the folder: {error}");
            all.push(Err(Unreadable { path: folder.to_path_buf(), what }));
            return;
        }
    };
    for entry in entries {
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if skip.is_none() || path.canonicalize().ok().as_deref() != skip {
                    walk(&path, skip, all);
                }
            }
            // Pipes and devices that lie about in a folder were not named by anybody.
            Ok(_) => {
                if fs::metadata(&path).map_or(true, |it| it.is_file()) {
                    all.push(Ok(path));
                }
            }
            Err(error) => {
                all.push(Err(Unreadable { path, what: format!("cannot tell what it is: {error}") }));
            }
        }
    }
}
