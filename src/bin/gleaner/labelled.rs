//! Labelled files, and the fitted numbers that go with them: what training and measuring read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use gleaner::unstable::model::fitted::FittedContext;
use gleaner::unstable::train::Gathered;
use gleaner::unstable::train::labelled::alike;

use crate::console::remark;
use crate::progress::Progress;
use crate::{input, output};

/// What labelled files are to a run.
pub const LABELLED: &str = "labelled data";
/// … and fitted numbers.
pub const FITTED: &str = "a file of fitted numbers";

/// Refuses standard input that is named twice.
pub fn check_inputs<'f>(files: impl Iterator<Item = &'f PathBuf>) -> Result<()> {
    if files.filter(|file| output::is_standard(file)).count() > 1 {
        bail!("standard input (-) is named twice, but can be read once only");
    }
    Ok(())
}

/// Reads labelled files, and the `.jsonl` files of folders in the order of their names.
pub fn gather(files: &[PathBuf]) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    for (bytes, path) in contents(files)? {
        gathered.add(&bytes, &path)?;
    }
    remark_alike(gathered.corpus.labels());
    Ok(gathered)
}

/// Names labels that differ in case or white space alone.
pub fn remark_alike(labels: &[String]) {
    for group in alike(labels) {
        let names: Vec<String> = group.iter().map(|label| format!("{label:?}")).collect();
        remark(&format!(
            "the labels {} differ in case or white space alone and count as {} labels; write them alike if one is meant",
            names.join(" and "),
            group.len()
        ));
    }
}

/// These files, and the `.jsonl` files of folders in the order of their names.
pub fn listed(files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    check_inputs(files.iter())?;
    let mut all = Vec::new();
    for file in files {
        if file.is_dir() {
            let mut inside: Vec<PathBuf> = fs::read_dir(file)
                .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
                .with_context(|| format!("{}: cannot list", file.display()))?;
            inside.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
            inside.sort();
            if inside.is_empty() {
                bail!("{}: has no .jsonl file", file.display());
            }
            all.extend(inside);
        } else {
            all.push(file.clone());
        }
    }
    Ok(all)
}

/// The bytes of these files and of the `.jsonl` files of folders, in the order of their names.
pub fn contents(files: &[PathBuf]) -> Result<Vec<(Vec<u8>, PathBuf)>> {
    let progress = Progress::new(None, 0);
    let read = |path: PathBuf| {
        progress.phase(&format!("reading {}", path.display()));
        Ok((input::bytes(&path)?, path))
    };
    listed(files)?.into_iter().map(read).collect()
}

/// Reads what `model dump --fitted` wrote.
pub fn fitted(path: &Path) -> Result<FittedContext> {
    Ok(FittedContext::read(&input::bytes(path)?, path)?)
}
