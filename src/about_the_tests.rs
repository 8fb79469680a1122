//! What the tests take and what they need from outside.

use std::io::Write;
use std::path::PathBuf;

/// The folder of the corpora. Only tests that are ignored without a wish ask for it.
///
/// # Panics
/// Where `GLEANER_CORPORA` names no folder.
pub(crate) fn corpora() -> PathBuf {
    let folder = std::env::var_os("GLEANER_CORPORA").map(PathBuf::from);
    let folder = folder.expect("GLEANER_CORPORA does not name the folder of the corpora");
    assert!(folder.is_dir(), "GLEANER_CORPORA names {}, which is no folder", folder.display());
    folder
}

/// The first test by name, so that this is what `cargo test` says first. Written to the stream itself, because what a
/// test prints is shown only where it fails.
#[test]
fn how_long_they_take() {
    let corpora = std::env::var_os("GLEANER_CORPORA").is_some();
    if corpora {
        self::corpora();
    }
    let time = if cfg!(debug_assertions) { DEBUG } else { RELEASE };
    let ignored = if corpora { "" } else { " (GLEANER_CORPORA is not set)" };
    let note = format!(
        "\ngleaner: the tests take about {time} on two cores. Those of the corpora are ignored unless \
         `-- --include-ignored` asks for them{ignored}.\n\n"
    );
    std::io::stderr().write_all(note.as_bytes()).expect("standard error is open");
}

/// How long they take without optimisation, and with it.
const DEBUG: &str = "two minutes";
const RELEASE: &str = "one minute";
