//! What comes out of a run, and in which form.

use gleaner::unstable::read::compression::Compression;

use crate::args::To;

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Documents without what is dropped.
    Clean,
    /// What would be dropped, a row per paragraph.
    DryRun,
    /// Every paragraph, a row each.
    Score,
}

impl Mode {
    /// A name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::DryRun => "dry-run",
            Self::Score => "score",
        }
    }
}

/// How it comes out.
#[derive(Debug, Clone)]
pub struct Form {
    pub mode: Mode,
    pub to: Option<To>,
    /// Whether what is dropped is wanted as well, a row per paragraph, and how it is compressed.
    pub dropped: Option<Compression>,
    pub max_drop: f64,
    pub drop_empty: bool,
    /// With [`Mode::DryRun`]: the text is shown instead of rows, and whether in colours.
    pub view: Option<bool>,
    /// Whether words are counted.
    pub words: bool,
    /// Whether there will be a report.
    pub told: bool,
    /// Whether every input has an output of its own.
    pub apart: bool,
    /// Whether a line with its name comes before every file.
    pub headings: bool,
}

impl Form {
    /// Whether a text stays whole of which too much would go.
    pub fn is_limited(&self) -> bool {
        self.mode != Mode::Score && self.to != Some(To::Dolma) && self.max_drop < 1.0
    }

    /// Whether a table is written as a table.
    pub fn writes_tables(&self) -> bool {
        self.mode == Mode::Clean && self.to.is_none()
    }
}
