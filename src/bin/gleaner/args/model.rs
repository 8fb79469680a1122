//! `gleaner model`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::decision::MODEL_VARIABLE;
use crate::help;

#[derive(Debug, Args)]
pub struct ModelArgs {
    #[command(subcommand)]
    pub command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Labels, sizes, thresholds and figures of a model
    #[command(after_long_help = help::MODEL_INFO)]
    Info {
        /// Model file [default: the built-in model]
        #[arg(env = MODEL_VARIABLE, value_name = "MODEL")]
        model: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// The whole model as JSON lines
    #[command(after_long_help = help::MODEL_DUMP)]
    Dump {
        /// Model file [default: the built-in model]
        #[arg(env = MODEL_VARIABLE, value_name = "MODEL")]
        model: Option<PathBuf>,
        /// Only what `train --fitted` takes: context, calibration, thresholds
        #[arg(long)]
        fitted: bool,
        /// With --fitted: those of pages, for `train --page-fitted`
        #[arg(long, requires = "fitted")]
        pages: bool,
    },
    /// A model from what `dump` wrote
    #[command(after_long_help = help::MODEL_LOAD)]
    Load {
        /// The dump; `-` is standard input
        #[arg(value_name = "DUMP")]
        dump: PathBuf,
        /// Where the model goes
        #[arg(short, long, value_name = "MODEL")]
        output: PathBuf,
    },
}
