//! What was named as an input: what cannot be one, and what is typed.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::console::remark;
use crate::output;

/// Refuses standard input that is named twice, and addresses of the web.
///
/// # Errors
/// What is wrong, and what to type.
pub fn check(files: &[PathBuf]) -> Result<()> {
    if files.iter().filter(|file| output::is_standard(file)).count() > 1 {
        bail!("standard input (-) is named twice, but can be read only once");
    }
    for file in files {
        let name = file.to_string_lossy();
        let scheme = name.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if scheme.is_some_and(|it| ["http", "https", "ftp"].contains(&it.as_str())) && !file.exists() {
            bail!(
                "{name}: is an address, and gleaner never fetches pages; fetch it first: \
                 `curl -sL '{name}' | gleaner clean`"
            );
        }
    }
    Ok(())
}

/// Whether somebody is expected to type the input.
pub fn is_typed(files: &[PathBuf]) -> bool {
    (files.is_empty() || files.iter().any(|file| output::is_standard(file))) && io::stdin().is_terminal()
}

/// Tells somebody who waits for the program that it waits for them.
pub fn hint_if_typed(files: &[PathBuf]) {
    if is_typed(files) {
        remark(
            "reading standard input: type or paste a text and press Ctrl-D, or name a FILE (--help has examples)",
        );
    }
}
