//! Standard error: one line at a time, beside a progress bar if one is shown.
//!
//! Problems are always reported. Remarks and progress are for people who watch: `--quiet` silences them, and
//! `--verbose` adds to them.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::ProgressBar;

use crate::advice;

/// Longest line that is written, in characters: an id may be as long as a book.
const MAX_LINE: usize = 2000;

/// Standard error is one for the whole process, and so is how much is said there.
static QUIET: AtomicBool = AtomicBool::new(false);
static VERBOSE: AtomicBool = AtomicBool::new(false);

/// Whether the terminal stands in the middle of a line of the output.
static IN_LINE: AtomicBool = AtomicBool::new(false);

/// The bar that is on the terminal now, so that messages do not run into it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Sets how much is said from now on.
pub fn set(quiet: bool, verbose: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
    VERBOSE.store(verbose, Ordering::Relaxed);
}

/// Whether only problems are wanted.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Whether it is wanted how each input is read and judged.
pub fn is_verbose() -> bool {
    VERBOSE.load(Ordering::Relaxed)
}

/// Whether somebody watches standard error and wants to.
pub fn is_watched() -> bool {
    io::stderr().is_terminal() && !is_quiet()
}

/// Notes whether the output stands in the middle of a line on the terminal: the next message then begins a new one.
pub fn in_line(is_so: bool) {
    IN_LINE.store(is_so, Ordering::Relaxed);
}

/// An error with its causes; a cause that the line quotes already is not repeated.
pub fn error(error: &anyhow::Error) {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if line.is_empty() {
            line = cause;
        } else if !line.ends_with(&cause) {
            line = format!("{line}: {cause}");
        }
    }
    if let Some(advice) = error.chain().find_map(|cause| cause.downcast_ref().and_then(advice::of_error)) {
        line = format!("{line}; {advice}");
    }
    say(&line);
}

/// A remark: something that went as it should. Silent with `--quiet`.
pub fn remark(line: &str) {
    if !is_quiet() {
        say(line);
    }
}

/// One line on standard error, without control characters of whatever it quotes.
pub fn say(line: &str) {
    let mut line: String =
        line.chars().take(MAX_LINE + 1).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if let Some((cut, _)) = line.char_indices().nth(MAX_LINE) {
        line.truncate(cut);
        line.push('…');
    }
    let write = || {
        let fresh =
            if IN_LINE.swap(false, Ordering::Relaxed) && io::stderr().is_terminal() { "\n" } else { "" };
        // Where standard error is closed nobody reads it.
        let _ = writeln!(io::stderr(), "{fresh}gleaner: {line}");
    };
    // The lock is not held meanwhile: writing may take long.
    let shown = SHOWN.lock().ok().and_then(|shown| shown.clone());
    match shown {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Runs `show`, which puts a bar on the terminal, and writes lines above that bar from then on.
pub fn show(bar: &ProgressBar, show: impl FnOnce()) {
    if let Ok(mut shown) = SHOWN.lock()
        && !bar.is_finished()
    {
        show();
        *shown = Some(bar.clone());
    }
}

/// Takes the bar off the terminal.
pub fn clear(bar: &ProgressBar) {
    if let Ok(mut shown) = SHOWN.lock() {
        *shown = None;
    }
    bar.finish_and_clear();
}

/// A number with its noun: `1 document`, `2 documents`.
pub fn count(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
