//! Which files are read: those that were named, and those inside folders that were.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::binary::is_binary;
use super::unreadable::Unreadable;
use crate::console::{count, remark};
use crate::output;
use crate::output::identity::{self, Identity};

/// A file to read, or a folder that could not be listed.
pub type Listed = Result<PathBuf, Unreadable>;

/// What is read, and what is left out.
#[derive(Default)]
pub struct Listing {
    pub files: Vec<Listed>,
    /// Files in folders that hold no text: how many, and the first of them.
    pub binary: u64,
    pub first_binary: Option<PathBuf>,
    /// Files in folders that this run writes.
    pub written: Vec<PathBuf>,
}

impl Listing {
    /// Says what was left out, if anything was.
    pub fn remark(&self) {
        for file in &self.written {
            remark(&format!("{}: is written by this run, and so it is not read", file.display()));
        }
        if let Some(first) = &self.first_binary {
            let (files, first) = (count(self.binary, "file"), first.display());
            remark(&format!("{files} in folders skipped, because they are not text (the first: {first})"));
        }
    }
}

/// The files, in the order in which they were named; a folder stands for all files in it and below it, sorted
/// by their paths, without hidden ones (their names begin with a dot) and without those that are not text. `skip` is
/// left out with all it holds, and so is what this run writes.
///
/// Links are followed to files, not to folders, so that no folder is walked twice. Standard input where no file
/// is named.
pub fn expand(files: &[PathBuf], skip: Option<&Path>, written: &HashSet<Identity>) -> Listing {
    if files.is_empty() {
        return Listing { files: vec![Ok(PathBuf::from("-"))], ..Listing::default() };
    }
    let skip = Skip { folder: skip.and_then(|skip| skip.canonicalize().ok()), written };
    let mut all = Listing::default();
    for file in files {
        if output::is_standard(file) || !file.is_dir() {
            all.files.push(Ok(file.clone()));
            continue;
        }
        let found = |all: &Listing| (all.files.len(), all.binary, all.written.len());
        let before = found(&all);
        walk(file, &skip, &mut all);
        if found(&all) == before {
            all.files
                .push(Err(Unreadable { path: file.clone(), what: "is a folder without files".to_owned() }));
        }
    }
    all
}

/// What is left out of folders.
struct Skip<'a> {
    folder: Option<PathBuf>,
    written: &'a HashSet<Identity>,
}

fn walk(folder: &Path, skip: &Skip<'_>, all: &mut Listing) {
    let entries = fs::read_dir(folder).and_then(|entries| {
        let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        Ok(entries)
    });
    let entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            let what = format!("cannot list the folder: {error}");
            all.files.push(Err(Unreadable { path: folder.to_path_buf(), what }));
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
                if skip.folder.is_none() || path.canonicalize().ok() != skip.folder {
                    walk(&path, skip, all);
                }
            }
            // Pipes and devices that lie about in a folder were not named by anybody.
            Ok(_) => {
                let metadata = fs::metadata(&path);
                if metadata.as_ref().is_ok_and(|it| !it.is_file()) {
                    continue;
                }
                let identity = metadata.ok().and_then(|it| identity::of_file(&path, &it));
                if identity.is_some_and(|it| skip.written.contains(&it)) {
                    all.written.push(path);
                } else if is_binary(&path) {
                    all.binary += 1;
                    all.first_binary.get_or_insert(path);
                } else {
                    all.files.push(Ok(path));
                }
            }
            Err(error) => {
                all.files.push(Err(Unreadable { path, what: format!("cannot tell what it is: {error}") }));
            }
        }
    }
}
