//! Where results go, and how much is done at once.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::values::{Shard, cores, shard};

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum To {
    /// What is left of the texts
    Text,
    /// A row per document
    Jsonl,
    /// What is left, its paragraphs as blocks
    Markdown,
    /// Pages as HTML without what is dropped; other documents as they are
    Html,
    /// Attributes for Dolma: spans with probabilities, nothing deleted
    Dolma,
}

/// How outputs are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Compress {
    None,
    Gzip,
    Zstd,
    Bzip2,
}

/// Where results go, and how much is done at once.
#[derive(Debug, Args)]
#[command(next_help_heading = "Batch")]
pub struct BatchArgs {
    /// Write here instead of standard output; the file is replaced in one step when everything is done
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// -o is a folder that gets one output per input, at the input's path as typed; what is finished there is
    /// not done again unless the input, the model or the settings differ
    #[arg(long)]
    pub keep_dirs: bool,
    /// Compression of what is written [default: as the name of the file ends; none on standard output]
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Output")]
    pub compress: Option<Compress>,
    /// Cores to use; the output is the same on any number [default: all]
    #[arg(short, long, value_parser = cores, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Only every Nth of the input files, beginning with the Ith (from 1)
    #[arg(long, value_parser = shard, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Write what was done to this file, as a page if it ends in .html, else as JSON; give it again for both
    #[arg(long, value_name = "FILE")]
    pub report: Vec<PathBuf>,
}
