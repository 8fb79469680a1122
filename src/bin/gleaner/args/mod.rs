//! What was typed, before anything is opened.

mod batch;
mod clean;
mod decision;
mod evaluate;
mod explain;
mod input;
mod model;
mod shell;
mod sites;
mod train;
pub mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::help;
pub use batch::*;
pub use clean::*;
pub use decision::JudgeArgs;
pub use evaluate::*;
pub use explain::*;
pub use input::*;
pub use model::*;
pub use shell::*;
pub use sites::*;
pub use train::*;

/// Names the configuration file.
pub const CONFIG_VARIABLE: &str = "GLEANER_CONFIG";

/// Takes the boilerplate out of scraped articles.
#[derive(Debug, Parser)]
#[command(
    name = "gleaner",
    version,
    about = "Takes the boilerplate out of scraped articles, paragraph by paragraph",
    after_help = help::EXAMPLES,
    after_long_help = help::GLEANER
)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// What every subcommand knows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct GlobalArgs {
    /// Configuration file, TOML with keys named like the flags
    ///
    /// [default: gleaner/config.toml in $XDG_CONFIG_HOME or ~/.config, where there is one]
    #[arg(long, global = true, env = CONFIG_VARIABLE, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print the settings that hold and where each comes from, and do nothing else
    #[arg(long, global = true)]
    pub print_config: bool,
    /// Report problems only: no progress, no remarks
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say of every input how it is read and judged, and at the end what was done
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Flags that were typed, by their names.
    #[arg(skip)]
    pub typed: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Give articles back without their boilerplate, byte for byte
    #[command(after_long_help = help::CLEAN)]
    Clean(CleanArgs),
    /// Print one JSON object per paragraph: verdict, kind, probability, byte offsets
    #[command(after_long_help = help::SCORE)]
    Score(ScoreArgs),
    /// Show why each paragraph was judged as it was: verdict, probability and what decided
    #[command(after_long_help = help::EXPLAIN)]
    Explain(ExplainArgs),
    /// Fit a model on labelled paragraphs
    #[command(after_long_help = help::TRAIN)]
    Train(TrainArgs),
    /// Choose a model's thresholds again on labelled documents of your own
    #[command(after_long_help = help::TUNE)]
    Tune(TuneArgs),
    /// Count labelled paragraphs into a table that can be merged and trained on
    #[command(after_long_help = help::COUNT)]
    Count(CountArgs),
    /// Add up what several runs made: count tables, or site memories
    #[command(after_long_help = help::MERGE)]
    Merge(MergeArgs),
    /// Remember which paragraphs stand on several pages of a site, for `clean --site-memory`
    #[command(after_long_help = help::SITE_MEMORY)]
    SiteMemory(SiteMemoryArgs),
    /// Measure verdicts against labels: what is lost, what is caught, whether probabilities mean what they say
    #[command(after_long_help = help::EVALUATE)]
    Evaluate(EvaluateArgs),
    /// Look into a model file, take it apart, put it together
    #[command(after_long_help = help::MODEL)]
    Model(ModelArgs),
    /// Print the completions for a shell
    #[command(after_long_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print the man page, or write one per subcommand into a folder
    #[command(after_long_help = help::MAN)]
    Man(ManArgs),
}

impl Cli {
    /// Whether documents with problems still exit with 0.
    pub fn lenient(&self) -> bool {
        match &self.command {
            Command::Clean(args) => args.input.lenient,
            Command::Score(args) => args.input.lenient,
            Command::Explain(args) => args.input.lenient,
            Command::SiteMemory(SiteMemoryArgs { command: SiteMemoryCommand::Build(args) }) => {
                args.input.lenient
            }
            Command::Train(_)
            | Command::Tune(_)
            | Command::Count(_)
            | Command::Merge(_)
            | Command::SiteMemory(_)
            | Command::Evaluate(_)
            | Command::Model(_)
            | Command::Completions(_)
            | Command::Man(_) => false,
        }
    }
}
