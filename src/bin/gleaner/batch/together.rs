//! Inputs of several sorts in one output: what each becomes is of its own sort, and together they are none.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use gleaner::unstable::read::Container;

use crate::args::From;
use crate::input::reader;

/// What an output holds.
#[derive(Default)]
pub struct Together {
    first: Option<(Container, PathBuf)>,
}

impl Together {
    /// Adds what comes of an input.
    ///
    /// # Errors
    /// That it does not go with what came before, and what to type.
    pub fn add(&mut self, container: Container, path: &Path) -> Result<()> {
        let Some((first, of)) = &self.first else {
            self.first = Some((container, path.to_path_buf()));
            return Ok(());
        };
        let (one, other, of, path) = (holds(*first), holds(container), of.display(), path.display());
        let advice = "add --to jsonl for a row per document, or -o DIR --keep-dirs for an output each";
        if one != other {
            bail!("{path} holds {other}, {of} {one}; one output cannot hold both: {advice}");
        }
        if matches!(container, Container::Csv | Container::Tsv | Container::Json | Container::Parquet) {
            bail!("{of} and {path} hold {one}; each must have an output of its own: {advice}");
        }
        Ok(())
    }
}

/// What an input holds, as one would say.
fn holds(container: Container) -> &'static str {
    match container {
        Container::Text | Container::Html => "text",
        Container::Jsonl => "rows of JSONL",
        Container::Warc | Container::Wet => "records of an archive",
        Container::Parquet => "Parquet",
        Container::Json => "JSON",
        Container::Csv => "CSV",
        Container::Tsv => "TSV",
    }
}

/// Looks into files, before anything is read, for what cannot go into one output.
///
/// # Errors
/// As [`Together::add`].
pub fn check<'f>(files: impl Iterator<Item = &'f PathBuf>, from: From) -> Result<()> {
    let mut together = Together::default();
    for file in files {
        if let Some(container) = reader::container_of(file, from) {
            together.add(container, file)?;
        }
    }
    Ok(())
}
