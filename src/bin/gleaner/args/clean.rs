//! `gleaner clean` and `gleaner score`.

use std::path::PathBuf;

use clap::Args;

use super::batch::{BatchArgs, To};
use super::decision::JudgeArgs;
use super::explain::Color;
use super::input::InputArgs;
use super::sites::SiteArgs;
use super::values::share;

#[derive(Debug, Args)]
pub struct CleanArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Form of the output [default: as the input]
    #[arg(long, value_enum, value_name = "FORM", help_heading = "Output")]
    pub to: Option<To>,
    #[command(flatten)]
    pub batch: BatchArgs,
    /// Write the paragraphs that went to this file, one JSON object each; with --keep-dirs, a folder as well
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub dropped: Option<PathBuf>,
    /// Change nothing: show what would go. On a terminal that is the text with what goes struck through,
    /// elsewhere one JSON object per paragraph
    #[arg(long, help_heading = "Output")]
    pub dry_run: bool,
    /// With --dry-run: when to show the text in colours; `always` also in a pipe. NO_COLOR is heeded
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = "Output")]
    pub color: Color,
    /// Leave out the lines `==> NAME <==` between several files in one text output
    #[arg(long, help_heading = "Output")]
    pub no_filename: bool,
    /// Keep a document whole that would lose more than this share of its words
    #[arg(long, default_value = "0.6", value_parser = share, allow_negative_numbers = true, value_name = "SHARE", help_heading = "Decision")]
    pub max_drop: f64,
    /// Leave documents out of which nothing is left
    #[arg(long, help_heading = "Output")]
    pub drop_empty: bool,
}

#[derive(Debug, Args)]
pub struct ScoreArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub site: SiteArgs,
    #[command(flatten)]
    pub batch: BatchArgs,
    /// Exit with 3 if any paragraph is boilerplate
    #[arg(long, help_heading = "Output")]
    pub exit_verdict: bool,
}
