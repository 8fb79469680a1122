//! What the benchmarks run on: labelled articles of `GLEANER_CORPORA/lines/en`, or of `training-data`
//! where the corpora are absent.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

/// The labelled files, and what they are.
pub struct Material {
    /// What the figures are to be called by.
    pub name: &'static str,
    /// Paths and bytes, in the order of their names.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

impl Material {
    /// Reads the files. Says what is skipped where the corpora are absent.
    pub fn load() -> Self {
        let corpora = std::env::var_os("GLEANER_CORPORA").map(|folder| Path::new(&folder).join("lines/en"));
        let (name, folder) = match corpora {
            Some(folder) => ("lines/en", folder),
            None => {
                println!("lines/en: skipped, GLEANER_CORPORA does not name the folder of the corpora");
                ("training-data", Path::new(env!("CARGO_MANIFEST_DIR")).join("training-data"))
            }
        };
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("a folder that was opened can be listed").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
            .collect();
        paths.sort();
        let read = |path: PathBuf| {
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, bytes)
        };
        Self { name, files: paths.into_iter().map(read).collect() }
    }
}
