//! How a run went: what was read, what problems there were, and the exit status that follows.

use gleaner::Problem;
use gleaner::error::ProblemKind;

use crate::advice;
use crate::applies::Kinds;
use crate::console::{self, count, say};

/// Most problems that are reported one by one; the rest are counted.
const MAX_REPORTED: u64 = 1000;

/// Exit status of a run that did nothing: no file may be what it was not before.
pub const FAILED: u8 = 2;

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
    /// Kinds of problem that are one mistake in many rows: the first is reported, the others are counted.
    recurring: Vec<Recurring>,
    /// Problems of an earlier run, whose outputs are kept.
    pub problems_before: u64,
    /// Inputs that could not be opened, or not be read to their end.
    pub unreadable: u64,
    /// Inputs of which something could be read.
    pub readable: u64,
    /// Kinds of documents that were judged.
    pub met: Kinds,
    /// A status of its own, where one was asked for.
    pub status: Option<u8>,
}

impl Outcome {
    /// Reports a problem and counts it.
    pub fn problem(&mut self, problem: &Problem) {
        self.problems += 1;
        if self.recurs(problem) {
            return;
        }
        self.reported += 1;
        if self.reported <= MAX_REPORTED {
            say(&advice::on_problem(problem));
        } else if self.reported == MAX_REPORTED + 1 {
            say("more problems follow; they are only counted");
        }
    }

    /// Counts a problem of a kind that is told once, and whether one of its kind was told already.
    fn recurs(&mut self, problem: &Problem) -> bool {
        let Some(what) = recurring(problem) else { return false };
        match self.recurring.iter_mut().find(|it| it.what == what) {
            Some(known) => {
                known.rows += 1;
                true
            }
            None => {
                self.recurring.push(Recurring { what, rows: 1 });
                false
            }
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

    /// Says what was not said one by one, and gives the exit status: [`FAILED`] where nothing could be read, 1 where
    /// something had problems.
    pub fn status(&self, lenient: bool) -> u8 {
        for Recurring { what, rows } in &self.recurring {
            // Where every row has it, the first message said it all.
            if *rows > 1 && *rows < self.documents {
                say(&format!("{rows} rows in all {what}"));
            }
        }
        if self.reported > MAX_REPORTED {
            say(&format!("{} in all", count(self.problems, "problem")));
        }
        if self.unreadable > 0 && self.readable == 0 {
            return FAILED;
        }
        if self.problems + self.problems_before + self.unreadable > 0 && !lenient {
            return 1;
        }
        self.status.unwrap_or(0)
    }
}

/// A kind of problem that is told once, and in how many rows it was met.
#[derive(Debug)]
struct Recurring {
    what: String,
    rows: u64,
}

/// What to say of all rows with a problem like this one, if it is likely one mistake.
fn recurring(problem: &Problem) -> Option<String> {
    problem.place.record?;
    match &problem.kind {
        // A wrong --text-key.
        ProblemKind::NoText { key, .. } => Some(format!("have no field {key:?}")),
        ProblemKind::TextNotString { key } => {
            Some(format!("have something else than a string in field {key:?}"))
        }
        ProblemKind::EmptyPage => Some("hold a page without any text".to_owned()),
        _ => None,
    }
}
