//! An input that cannot be read.

use std::path::PathBuf;

/// An input that cannot be opened or read; the run goes on with the next one.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct Unreadable {
    pub path: PathBuf,
    pub what: String,
}
