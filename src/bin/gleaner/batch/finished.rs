//! What was finished in an earlier run, so that it need not be done again.
//!
//! For an output in `DIR` there is a note in `DIR/.gleaner/finished`, written after the output is in place: without
//! it, or where anything in it no longer holds, the input is done again. Notes are named by a hash of the output's
//! name, which may be as long as names can be, and may stand in the way of another.

use gleaner::unstable::report::tally::Tally;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// What stands in such a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// Digest of version, model and settings.
    pub settings: String,
    /// The output's name in the folder, for whoever reads this.
    pub output: String,
    /// The input, as it was.
    pub input: Stamp,
    /// The output's size in bytes.
    pub output_bytes: u64,
    /// Size of what was dropped, where that was kept.
    pub dropped_bytes: Option<u64>,
    /// What was done.
    pub counts: Tally,
}

/// A file's size and when it was changed: what tells one state of it from another without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub bytes: u64,
    /// Nanoseconds since 1970, where the system knows.
    pub modified_ns: Option<u64>,
}

impl Stamp {
    /// The stamp of a file as it is now; none of what is no regular file.
    pub fn of(file: &Path) -> Option<Self> {
        let metadata = fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
        let modified = metadata.modified().ok().and_then(|it| it.duration_since(UNIX_EPOCH).ok());
        let modified_ns = modified.and_then(|it| u64::try_from(it.as_nanos()).ok());
        Some(Self { bytes: metadata.len(), modified_ns })
    }
}

impl Finished {
    /// The note at this path, if all of it still holds.
    pub fn read(
        note: &Path,
        settings: &str,
        input: &Path,
        output: &Path,
        dropped: Option<&Path>,
    ) -> Option<Self> {
        let finished: Self = serde_json::from_slice(&fs::read(note).ok()?).ok()?;
        let size = |path| Stamp::of(path).map(|it| it.bytes);
        let holds = finished.settings == settings
            && Some(&finished.input) == Stamp::of(input).as_ref()
            && Some(finished.output_bytes) == size(output)
            && dropped.is_none_or(|dropped| finished.dropped_bytes == size(dropped));
        holds.then_some(finished)
    }
}
