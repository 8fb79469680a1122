//! What a run did, as JSON or as a page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use gleaner::Problem;
use gleaner::error::ProblemKind;
use gleaner::unstable::report::tally::Tally;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::highlights::Highlights;

/// Most failures and inputs that are listed one by one; all are counted.
const MAX_LISTED: usize = 1000;

/// What is said of a run.
#[derive(Debug, Serialize)]
pub struct RunReport {
    /// Version of the program.
    pub gleaner: &'static str,
    pub command: &'static str,
    pub model: ModelReport,
    /// What was asked for, in words of the command line.
    pub settings: BTreeMap<&'static str, Value>,
    /// Digest of version, model and settings: two runs with the same one write the same.
    pub settings_digest: String,
    pub threads: usize,
    /// Seconds since 1970.
    pub started: u64,
    pub seconds: f64,
    pub finished: bool,
    pub inputs: Inputs,
    /// Of what was done in this run.
    pub counts: Tally,
    /// Of what had been done in earlier runs, and was not done again.
    pub skipped_counts: Tally,
    pub failures: Failures,
    /// What stands out in this run.
    pub highlights: Highlights,
    /// The settings in words, and the share of a document that may go.
    #[serde(skip)]
    pub in_words: Vec<(String, String)>,
    #[serde(skip)]
    pub max_drop: Option<f64>,
    #[serde(skip)]
    since: Option<Instant>,
}

#[derive(Debug, Serialize)]
pub struct ModelReport {
    pub name: String,
    pub digest: String,
    /// The file, if it is not the built-in one.
    #[serde(serialize_with = "name_of_any")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Default, Serialize)]
pub struct Inputs {
    pub done: u64,
    pub skipped: u64,
    pub unreadable: u64,
    /// Files in folders that are not text, and were left out.
    pub binary: u64,
    pub listed: Vec<InputReport>,
}

#[derive(Debug, Serialize)]
pub struct InputReport {
    #[serde(serialize_with = "name")]
    pub path: PathBuf,
    #[serde(serialize_with = "name_of_any")]
    pub output: Option<PathBuf>,
    pub state: State,
    pub counts: Tally,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Done,
    /// Finished in an earlier run.
    Skipped,
    Unreadable,
}

#[derive(Debug, Default, Serialize)]
pub struct Failures {
    pub count: u64,
    pub by_kind: BTreeMap<&'static str, u64>,
    pub listed: Vec<Failure>,
}

#[derive(Debug, Serialize)]
pub struct Failure {
    #[serde(serialize_with = "name")]
    pub path: PathBuf,
    pub record: Option<u64>,
    pub line: Option<u64>,
    pub byte: Option<u64>,
    pub kind: &'static str,
    pub message: String,
}

impl RunReport {
    /// A report that begins now.
    pub fn new(
        command: &'static str,
        model: ModelReport,
        settings: BTreeMap<&'static str, Value>,
        settings_digest: String,
        threads: usize,
    ) -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
        Self {
            gleaner: env!("CARGO_PKG_VERSION"),
            command,
            model,
            settings,
            settings_digest,
            threads,
            started,
            seconds: 0.0,
            finished: false,
            inputs: Inputs::default(),
            counts: Tally::default(),
            skipped_counts: Tally::default(),
            failures: Failures::default(),
            highlights: Highlights::default(),
            in_words: Vec::new(),
            max_drop: None,
            since: Some(Instant::now()),
        }
    }

    /// Notes what befell a document.
    pub fn failure(&mut self, problem: &Problem) {
        let place = &problem.place;
        self.fail(
            || Failure {
                path: place.path.clone(),
                record: place.record,
                line: place.line,
                byte: place.byte,
                kind: kind(&problem.kind),
                message: problem.kind.to_string(),
            },
            kind(&problem.kind),
        );
    }

    /// Notes an input that could not be opened, or not be read to its end.
    pub fn unreadable(&mut self, path: &Path, what: &str) {
        let (kind, message) = ("unreadable", what.to_owned());
        let path = path.to_path_buf();
        self.fail(|| Failure { path, record: None, line: None, byte: None, kind, message }, kind);
    }

    fn fail(&mut self, failure: impl FnOnce() -> Failure, kind: &'static str) {
        self.failures.count += 1;
        *self.failures.by_kind.entry(kind).or_default() += 1;
        if self.failures.listed.len() < MAX_LISTED {
            self.failures.listed.push(failure());
        }
    }

    /// Notes how an input went.
    pub fn input(&mut self, input: InputReport) {
        match input.state {
            State::Done => self.inputs.done += 1,
            State::Skipped => {
                self.inputs.skipped += 1;
                self.skipped_counts.add(&input.counts);
            }
            State::Unreadable => self.inputs.unreadable += 1,
        }
        if self.inputs.listed.len() < MAX_LISTED {
            self.inputs.listed.push(input);
        }
    }

    /// Says how the run ended, and when.
    pub fn end(&mut self, finished: bool) {
        self.finished = finished;
        self.seconds = self.since.map_or(0.0, |since| since.elapsed().as_secs_f64());
    }
}

/// A file's name, which need not be UTF-8: what is none of it stands there as U+FFFD.
fn name<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// … if there is one.
fn name_of_any<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|it| it.to_string_lossy()).serialize(serializer)
}

/// A name for programs.
fn kind(problem: &ProblemKind) -> &'static str {
    match problem {
        ProblemKind::InvalidBytes { .. } => "invalid-bytes",
        ProblemKind::Nul { .. } => "nul",
        ProblemKind::StatefulEncoding => "stateful-encoding",
        ProblemKind::BadRow(_) | ProblemKind::BadFields(_) => "bad-row",
        ProblemKind::BadRecord(_) => "bad-record",
        ProblemKind::BadBody { .. } => "bad-body",
        ProblemKind::TooLarge { .. } => "too-large",
        ProblemKind::BadRowGroup { .. } => "bad-row-group",
        ProblemKind::NoText { .. } => "no-text",
        ProblemKind::TextNotString { .. } => "text-not-string",
        ProblemKind::TextUndecodable { .. } => "text-undecodable",
        ProblemKind::DuplicateId { .. } => "duplicate-id",
        ProblemKind::ParagraphTooLong { .. } => "paragraph-too-long",
        ProblemKind::DocumentTooLong { .. } => "document-too-long",
        ProblemKind::MaxDrop { .. } => "max-drop",
        ProblemKind::Html => "html",
        ProblemKind::Internal => "internal",
        ProblemKind::PageTooLarge => "page-too-large",
        ProblemKind::EmptyPage => "empty-page",
        ProblemKind::DamagedPage { .. } => "damaged-page",
        _ => "other",
    }
}
