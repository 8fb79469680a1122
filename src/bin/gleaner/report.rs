//! What is said on standard error, and how a run ends.

use std::io::Write;
use std::process::ExitCode;

use gleaner::Problem;

/// Most problems that are told one by one; the rest are counted.
const MAX_TOLD: u64 = 1000;

/// How a run went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Documents that were read.
    pub documents: u64,
    /// Problems that were reported.
    pub problems: u64,
    /// Inputs that could not be opened.
    pub unreadable: u64,
    /// Inputs that could.
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

    /// Tells that an input could not be opened.
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
        if self.problems + self.unreadable > 0 && !lenient {
            return ExitCode::from(1);
        }
        ExitCode::from(self.status.unwrap_or(0))
    }
}

/// Tells an error with its causes.
pub fn error(error: &anyhow::Error) {
    say(&format!("{error:#}"));
}

/// One line on standard error, without control characters of whatever it quotes.
pub fn say(line: &str) {
    let line: String = line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "gleaner: {line}");
}
