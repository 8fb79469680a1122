//! `gleaner evaluate`.

use std::path::PathBuf;

#[cfg(feature = "html")]
use clap::ValueEnum;
use clap::{ArgGroup, Args};
use gleaner::unstable::train::MIN_COUNT;

use super::decision::JudgeArgs;
use super::values::share;

/// What a model has not seen of the pages that it judges.
#[cfg(feature = "html")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unseen {
    /// Their sites
    Site,
    /// Their set: no page of that folder
    Set,
}

/// What is measured, and how.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("without-model").args(["folds", "predictions"])))]
pub struct EvaluateArgs {
    /// Labelled documents: files, or folders of .jsonl files
    #[arg(value_name = "GOLD")]
    pub gold: Vec<PathBuf>,
    /// Measure models of pages instead, by word F1 against reference text: folders as for `train --pages`;
    /// needs --folds 10
    #[cfg(feature = "html")]
    #[arg(long, value_name = "DIR", num_args = 1.., requires = "folds", conflicts_with_all = [
        "gold", "threshold", "precision", "recall", "prior", "with", "predictions", "keep", "min_sites", "min_count", "max_loss",
        "ignore", "resamples", "html", "worst", "record", "made_by",
    ])]
    pub pages: Vec<PathBuf>,
    /// With --pages: what the model that judges a page has not seen: the page's site, or its whole set
    #[cfg(feature = "html")]
    #[arg(long, value_enum, default_value_t = Unseen::Site, value_name = "WHAT", requires = "pages")]
    pub leave_out: Unseen,
    /// With --pages: write what was kept of every page to this file, a row {"id", "text"} each
    #[cfg(feature = "html")]
    #[arg(long, value_name = "FILE", requires = "pages")]
    pub texts: Option<PathBuf>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Train in so many folds by site, and score each document by the model that has not seen its site;
    /// no --model is used
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub folds: Option<u16>,
    /// With --folds: labelled files, folders or count tables that every fold trains on as well
    #[arg(long, value_name = "FILE", requires = "folds")]
    pub with: Vec<PathBuf>,
    /// Measure another tool instead: its verdicts on these documents, JSONL rows as `score` writes them;
    /// no --model is used
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "with", "min_sites", "min_count", "max_loss", "threshold", "precision", "recall", "prior", "record", "made_by",
    ])]
    pub predictions: Option<PathBuf>,
    /// With --folds or --predictions: label to keep; give it again for more [default: editorial]
    #[arg(long, value_name = "LABEL", requires = "without-model")]
    pub keep: Vec<String>,
    /// With --folds: sites on which a feature must have been seen to count
    #[arg(long, default_value_t = 2, requires = "folds", value_parser = clap::value_parser!(u32).range(1..=2), value_name = "1|2")]
    pub min_sites: u32,
    /// With --folds: paragraphs in which a word must have stood to count; a pair of words in half as many again
    #[arg(long, default_value_t = MIN_COUNT, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N", requires = "folds")]
    pub min_count: u32,
    /// With --folds: share of the words to keep that each fold's threshold may lose, measured out of fold
    /// inside its training data
    #[arg(long, default_value = "0.2%", requires = "folds", value_parser = share, value_name = "SHARE")]
    pub max_loss: f64,
    /// Label to leave out of every figure; give it again for more, or once empty for none
    /// [default: meta, unclear]
    #[arg(long, value_name = "LABEL")]
    pub ignore: Vec<String>,
    /// Draws of the bootstrap behind the intervals; 0 for none
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub resamples: usize,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Write a report to look at into this file as well: one HTML page with plots and the worst mistakes
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// With --html: mistakes to list, on each side
    #[arg(long, default_value_t = 30, value_name = "N", requires = "html")]
    pub worst: usize,
    /// With --folds: write the figures into this file of `model dump --fitted` as well
    #[arg(long, value_name = "FITTED", requires = "folds")]
    pub record: Option<PathBuf>,
    /// With --record: how the file was made, in a few words
    #[arg(long, value_name = "TEXT", requires = "record")]
    pub made_by: Option<String>,
}
