//! `--must-keep` of `train` and `tune`.

use std::path::PathBuf;

use anyhow::Result;
use gleaner::Error;
use gleaner::unstable::model::Model;
use gleaner::unstable::train::must_keep::MustKeep;

use crate::console::{remark, say};
use crate::labelled::contents;

/// What such files are to a run.
pub const MUST_KEEP: &str = "what must be kept";

/// Characters of a paragraph that are shown.
const SHOWN: usize = 80;

/// Reads files of paragraphs that a model with these labels, kept or not, has to keep.
pub fn read(files: &[PathBuf], labels: &[(&str, bool)]) -> Result<MustKeep> {
    let mut all = MustKeep::default();
    for (bytes, path) in contents(files)? {
        all.add(&bytes, &path, labels)?;
    }
    Ok(all)
}

/// Checks that a model keeps them; tells the first few that it would drop.
///
/// # Errors
/// [`Error::MustKeep`] where it would drop one.
pub fn check(must_keep: &MustKeep, model: &Model) -> Result<()> {
    if must_keep.is_empty() {
        return Ok(());
    }
    let checked = must_keep.check(model);
    if let Err(Error::MustKeep(would_go)) = &checked {
        for (place, text, probability) in &would_go.first {
            say(&format!("{place}: boilerplate with probability {probability:.6}: {}", short(text)));
        }
        if would_go.count > would_go.first.len() {
            say(&format!("and {} more", would_go.count - would_go.first.len()));
        }
    }
    remark(&format!("all {} paragraphs that must be kept are kept", checked?));
    Ok(())
}

/// The beginning of a paragraph.
fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}
