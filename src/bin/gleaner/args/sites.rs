//! What can be typed about the memory of sites.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use gleaner::unstable::site::table::BYTES;

use super::input::InputArgs;
use super::values::bytes;
use crate::help;

/// What is remembered of sites.
#[derive(Debug, Args)]
#[command(next_help_heading = "Decision")]
pub struct SiteArgs {
    /// Let paragraphs weigh more towards boilerplate that stand on several pages of their site. A size such as
    /// 64MB: each document is judged by those before it, in so much memory. A file of `gleaner site-memory
    /// build`: by all documents
    #[arg(long, value_parser = site_memory, value_name = "SIZE|FILE")]
    pub site_memory: Option<SiteMemoryArg>,
}

/// Where a memory of sites comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteMemoryArg {
    /// From the run itself, in so many bytes.
    Size(u64),
    /// From a file.
    File(PathBuf),
}

impl SiteArgs {
    /// The file of a memory, where one is named.
    pub fn file(&self) -> Option<&Path> {
        match &self.site_memory {
            Some(SiteMemoryArg::File(file)) => Some(file),
            _ => None,
        }
    }
}

#[derive(Debug, Args)]
pub struct SiteMemoryArgs {
    #[command(subcommand)]
    pub command: SiteMemoryCommand,
}

#[derive(Debug, Subcommand)]
pub enum SiteMemoryCommand {
    /// Read documents with addresses and remember their paragraphs
    #[command(after_long_help = help::SITE_MEMORY_BUILD)]
    Build(SiteMemoryBuildArgs),
    /// What is in a memory
    #[command(after_long_help = help::SITE_MEMORY_INFO)]
    Info {
        /// The memory
        #[arg(value_name = "MEMORY")]
        memory: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct SiteMemoryBuildArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Where the memory goes; `-` is standard output
    #[arg(short, long, value_name = "MEMORY")]
    pub output: PathBuf,
    /// Memory to use, 8 bytes for each paragraph; what does not fit makes room for what comes later
    #[arg(long, default_value = "64MB", value_parser = size, value_name = "SIZE")]
    pub size: u64,
}

/// A number of bytes, as `64MB`, `1.5GB` or `65536`.
fn size(text: &str) -> Result<u64, String> {
    let bytes = bytes(text)?;
    let [least, most] = BYTES;
    if bytes >= least as f64 && bytes <= most as f64 {
        Ok(bytes as u64)
    } else {
        Err(format!("a site memory has {least} bytes to {} GB", most / 1_000_000_000))
    }
}

/// Whether this reads as a size, not as the name of a file.
pub fn is_size(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .chars()
            .all(|c| c.is_ascii_digit() || c == '.')
        && !text.contains(['/', '\\'])
        && size(text).is_ok()
}

/// A size, or else a file.
fn site_memory(text: &str) -> Result<SiteMemoryArg, String> {
    if text.is_empty() {
        return Err("expected a size such as 64MB, or a file".to_owned());
    }
    Ok(if is_size(text) { SiteMemoryArg::Size(size(text)?) } else { SiteMemoryArg::File(text.into()) })
}
