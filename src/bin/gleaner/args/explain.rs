//! `gleaner explain`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::decision::JudgeArgs;
use super::input::InputArgs;
use super::sites::SiteArgs;
use super::values::share;

#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Only the paragraph (or block of a page) of this number in its document, from 0
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub paragraph: Option<usize>,
    /// Only what is dropped, kept, or unsure (and kept); give it again for more
    #[arg(long, value_enum, value_name = "WHAT", help_heading = "Output")]
    pub only: Vec<Only>,
    /// Everything that is known of each paragraph: tokens, channels, context, margin
    #[arg(long, help_heading = "Output")]
    pub full: bool,
    /// With --full: tokens to list for each side, and signals of the context; with --json, tokens
    /// [default: 5, with --json all]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub top: Option<usize>,
    /// Verdicts as `clean` has them with this --max-drop [default: as `score` has them]
    #[arg(long, value_parser = share, allow_negative_numbers = true, value_name = "SHARE", help_heading = "Decision")]
    pub max_drop: Option<f64>,
    /// One JSON object per paragraph, with everything
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Write a web page to look at into this file: one page of HTML with every block and its reasons
    #[cfg(feature = "html")]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "stage", "full", "output", "paragraph", "only", "top", "max_drop", "color", "site_memory"], help_heading = "Output")]
    pub html: Option<PathBuf>,
    /// Write here instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// The raw result of one stage instead, as JSON lines
    #[arg(long, value_enum, value_name = "STAGE", conflicts_with_all = ["top", "full", "json"], help_heading = "Output")]
    pub stage: Option<Stage>,
    /// When to colour; NO_COLOR is heeded
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = "Output")]
    pub color: Color,
}

/// Which paragraphs are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    /// What `clean` drops
    Dropped,
    /// What `clean` keeps, unsure or not
    Kept,
    /// What the model cannot decide; it is kept
    Unsure,
}

/// A stage of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// The document: encoding, problems, decoded text
    Read,
    /// Paragraphs with their byte offsets
    Split,
    /// Features by channel and name, facts of shape
    Features,
    /// Log-odds per channel, pooled and for every kind
    Bayes,
    /// Every signal with its value and its share in the margin
    Context,
    /// Calibration, probability, thresholds, verdict
    Verdict,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
