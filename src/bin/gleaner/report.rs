//! What is said on standard error, and how a run ends.
//!
//! Problems are always told. Remarks and progress are for people who watch: `--quiet` silences them.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use gleaner::Problem;

use crate::progress;

/// Most problems that are told one by one; the rest are counted.
const MAX_TOLD: u64 = 1000;
/// Longest line that is written, in characters: an id may be as long as a book.
const MAX_LINE: usize = 2000;

/// Standard error is one for the whole process, and so is whether it is to be quiet.
static QUIET: AtomicBool = AtomicBool::new(false);

/// How a run went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Documents that were read.
    pub documents: u64,
    /// Bytes of text that were judged.
    pub judged: u64,
    /// … and those of paragraphs that went.
    pub dropped: u64,
    /// Problems that were reported.
    pub problems: u64,
    /// … and that had been reported in an earlier run, whose outputs are kept.
    pub problems_before: u64,
    /// Inputs that could not be opened, or not be read to their end.
    pub unreadable: u64,
    /// Inputs of which something could be read.
    pub readable: u64,
    /// A status of its own, where one was asked for.
    pub status: Option<u8>,
}

impl Outcome {
    /// Tells a problem and counts it.
    pub fn problem(&mut self, problem: &Problem) {
        self.problems += 1;
        if self.problems <= MAX_TOLD {
            say(&problem.to_string());
        } else if self.problems == MAX_TOLD + 1 {
            say("more problems follow and are counted only");
        }
    }

    /// Counts problems that were told when these inputs were finished, in an earlier run.
    pub fn problems_before(&mut self, problems: u64, inputs: u64) {
        self.readable += inputs;
        if problems > 0 {
            say(&format!("{problems} problems were told when inputs were finished earlier"));
            self.problems_before = problems;
        }
    }

    /// Tells that an input could not be opened or read.
    pub fn unreadable(&mut self, error: &anyhow::Error) {
        self.unreadable += 1;
        self::error(error);
    }

    /// The exit status: 2 where nothing could be read, 1 where something had problems.
    pub fn exit_code(&self, lenient: bool) -> ExitCode {
        if self.problems > MAX_TOLD {
            say(&format!("{} problems in all", self.problems));
        }
        if self.unreadable > 0 && self.readable == 0 {
            return ExitCode::from(2);
        }
        if self.problems + self.problems_before + self.unreadable > 0 && !lenient {
            return ExitCode::from(1);
        }
        ExitCode::from(self.status.unwrap_or(0))
    }
}

/// From now on, remarks and progress are wanted or not.
pub fn quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

/// Whether only problems are wanted.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Tells an error with its causes; those that it quotes itself are not said twice.
pub fn error(error: &anyhow::Error) {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if line.is_empty() {
            line = cause;
        } else if !line.ends_with(&cause) {
            line = format!("{line}: {cause}");
        }
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
    progress::aside(|| {
        // Where standard error is closed there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "gleaner: {line}");
    });
}
