//! `gleaner completions` and `gleaner man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder for gleaner.1, gleaner-clean.1 and so on; without it, gleaner.1 goes to standard output
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}
