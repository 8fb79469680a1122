//! How a run went: what was read, what problems there were, and the exit status that follows.

use std::process::ExitCode;

use gleaner::Problem;
use gleaner::error::ProblemKind;

use crate::advice;
use crate::console::{self, count, say};

/// Most problems that are reported one by one; the rest are counted.
const MAX_REPORTED: u64 = 1000;

/// How a run went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Documents that were read.
    pub documents: u64,
    /// Bytes of text that were judged.
    pub judged: u64,
    /// … and those of paragraphs that went.
    pub dropped: u64,
    /// Problems of this run.
    pub problems: u64,
    /// … of which these were reported one by one.
    reported: u64,
    /// Rows without the field of the text: the first is reported, and that field's name.
    without_text: Option<(u64, String)>,
    /// Problems of an earlier run, whose outputs are kept.
    pub problems_before: u64,
    /// Inputs that could not be opened, or not be read to their end.
    pub unreadable: u64,
    /// Inputs of which something could be read.
    pub readable: u64,
    /// A status of its own, where one was asked for.
    pub status: Option<u8>,
}

impl Outcome {
    /// Reports a problem and counts it.
    pub fn problem(&mut self, problem: &Problem) {
        self.problems += 1;
        // A wrong --text-key is one mistake, however many rows it concerns.
        if let ProblemKind::NoText { key, .. } = &problem.kind {
            let (rows, _) = self.without_text.get_or_insert_with(|| (0, key.clone()));
            *rows += 1;
            if *rows > 1 {
                return;
            }
        }
        self.reported += 1;
        if self.reported <= MAX_REPORTED {
            say(&advice::on_problem(problem));
        } else if self.reported == MAX_REPORTED + 1 {
            say("more problems follow; they are only counted");
        }
    }

    /// Counts problems that were reported when these inputs were finished, in an earlier run.
    pub fn problems_before(&mut self, problems: u64, inputs: u64) {
        self.readable += inputs;
        if problems > 0 {
            let (problems, were) = (count(problems, "problem"), if problems == 1 { "was" } else { "were" });
            say(&format!("{problems} {were} reported when these inputs were finished, in an earlier run"));
        }
        self.problems_before = problems;
    }

    /// Reports that an input could not be opened or read.
    pub fn unreadable(&mut self, error: &anyhow::Error) {
        self.unreadable += 1;
        console::error(error);
    }

    /// The exit status: 2 where nothing could be read, 1 where something had problems.
    pub fn exit_code(&self, lenient: bool) -> ExitCode {
        if let Some((rows, key)) = &self.without_text
            && *rows > 1
        {
            say(&format!("{rows} rows in all have no field {key:?}"));
        }
        if self.reported > MAX_REPORTED {
            say(&format!("{} in all", count(self.problems, "problem")));
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
