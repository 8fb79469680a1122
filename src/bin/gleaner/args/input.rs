//! What is read, and how.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use gleaner::unstable::split::SplitMode;

use super::values::max_size;

/// What is read, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files to read, and folders with all that is in them; standard input when none is named, or for `-`
    #[arg(value_name = "FILE", help_heading = None::<&'static str>)]
    pub files: Vec<PathBuf>,
    /// What the files are
    #[arg(long, value_enum, default_value_t = From::Auto, value_name = "CONTAINER")]
    pub from: From,
    /// What a record's text field holds
    #[arg(long, value_enum, default_value_t = Content::Text, value_name = "CONTENT")]
    pub content: Content,
    /// Encoding of plain text, such as utf-8 or windows-1252 [default: detected]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Field of a row that holds the text; `doc.text` reaches into an object or struct
    #[arg(long, default_value = "text", value_name = "KEY")]
    pub text_key: String,
    /// Field of a row that holds the id
    #[arg(long, default_value = "id", value_name = "KEY")]
    pub id_key: String,
    /// Field of a row that holds the page's address
    #[arg(long, default_value = "url", value_name = "KEY")]
    pub url_key: String,
    /// How plain text becomes paragraphs: auto, lines (every line is one) or blank (blank lines separate them)
    #[arg(long, default_value_t = SplitMode::Auto, value_name = "HOW")]
    pub split: SplitMode,
    /// How large a text, a row or a record may be, decompressed; a larger one is reported and passes through
    /// without being judged
    #[arg(long, default_value = "256MiB", value_parser = max_size, value_name = "SIZE")]
    pub max_size: u64,
    /// What to do with a document that cannot be judged
    #[arg(long, value_enum, default_value_t = OnError::Keep, value_name = "ACTION")]
    pub on_error: OnError,
    /// Exit with 0 even when documents had problems, for engines that kill a task otherwise
    #[arg(long)]
    pub lenient: bool,
}

/// Container of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum From {
    Auto,
    Text,
    Html,
    Jsonl,
    Warc,
    Wet,
    Parquet,
    /// An array of objects, or objects over several lines
    Json,
    Csv,
    Tsv,
}

/// What a text field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Content {
    Text,
    Html,
}

/// What becomes of a document that cannot be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    /// It passes through untouched and is reported
    Keep,
    /// It is left out and reported
    Drop,
    /// The run ends
    Fail,
}
