//! A file as a whole: models, labelled data, tables of counts.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result};

use super::open::STDIN;
use crate::output;

/// All bytes of a file, or of standard input for `-`.
///
/// # Errors
/// What the system says, with the file's name.
pub fn bytes(file: &Path) -> Result<Vec<u8>> {
    if !output::is_standard(file) {
        return fs::read(file).with_context(|| format!("{}: cannot read", file.display()));
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).with_context(|| format!("{STDIN}: cannot read"))?;
    Ok(bytes)
}
