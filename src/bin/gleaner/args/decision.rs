//! What judges, and how much is dropped.

use std::path::PathBuf;

use clap::Args;

use super::values::{inner_share, share};

/// Names the model wherever one is used.
pub const MODEL_VARIABLE: &str = "GLEANER_MODEL";

/// What judges.
#[derive(Debug, Args)]
#[command(next_help_heading = "Decision")]
pub struct JudgeArgs {
    /// Model file to use instead of the built-in one
    #[arg(long, env = MODEL_VARIABLE, value_name = "MODEL")]
    pub model: Option<PathBuf>,
    /// Share of boilerplate to expect, between 0 and 1 [default: that of the model's training]
    #[arg(long, value_parser = inner_share, allow_negative_numbers = true, value_name = "SHARE")]
    pub prior: Option<f64>,
    /// Probability from which a paragraph is dropped [default: the model's]
    #[arg(long, value_parser = share, allow_negative_numbers = true, value_name = "PROBABILITY")]
    pub threshold: Option<f64>,
    /// Less rubbish in what is kept: drop more, at the model's threshold for losing up to 1 % of the
    /// article's words, where the default loses up to 0.2 %
    #[arg(long)]
    pub precision: bool,
    /// More of the article: drop less, at the model's threshold for losing up to 0.05 % of its words, where
    /// the default loses up to 0.2 %
    #[arg(long)]
    pub recall: bool,
    /// Type of the web pages, where it is known: article, documentation, service, forum, collection,
    /// listing or product (of the built-in model)
    #[cfg(feature = "html")]
    #[arg(long, value_name = "TYPE")]
    pub page_type: Option<String>,
}
