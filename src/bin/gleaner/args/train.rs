//! `gleaner train`, `tune`, `count` and `merge`: from labels to models.

use std::path::PathBuf;

use clap::Args;

use gleaner::unstable::train::MIN_COUNT;

use super::decision::MODEL_VARIABLE;
use super::values::{inner_share, some_share};

#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Labelled files or folders of .jsonl files: documents, `label<TAB>text`, fastText lines, count tables; `-` is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Train a section for pages, on whole pages: folders with `html/ID.html` (or .html.gz) and
    /// `ground-truth.jsonl` (or .jsonl.gz) of rows {"id", "domain", "page_type", "main_content"}. Each
    /// folder is a set, labelled in its own way
    #[cfg(feature = "html")]
    #[arg(long, value_name = "DIR", num_args = 1..)]
    pub pages: Vec<PathBuf>,
    /// With --pages: write the counts that the section is made of to this file; with --page-fitted: read them
    /// from it
    #[cfg(feature = "html")]
    #[arg(long, value_name = "FILE")]
    pub page_counts: Option<PathBuf>,
    /// Take the context and calibration of pages from this file (`model dump --fitted --pages` writes one) and
    /// their counts from that of --page-counts
    #[cfg(feature = "html")]
    #[arg(long, value_name = "FILE", requires = "page_counts", conflicts_with = "pages")]
    pub page_fitted: Option<PathBuf>,
    /// Where the model goes
    #[arg(short, long, value_name = "MODEL")]
    pub output: PathBuf,
    /// Label to keep; give it again for more [default: editorial]
    #[arg(long, value_name = "LABEL")]
    pub keep: Vec<String>,
    /// Name in the model file [default: the file's]
    #[arg(long)]
    pub name: Option<String>,
    /// Sites on which a feature must have been seen to count
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=2), value_name = "1|2")]
    pub min_sites: u32,
    /// Paragraphs in which a word must have stood to count; a pair of words in half as many again
    #[arg(long, default_value_t = MIN_COUNT, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N")]
    pub min_count: u32,
    /// Share of the words to keep that the default threshold may lose, measured out of fold
    #[arg(long, default_value = "0.2%", value_parser = inner_share, value_name = "SHARE")]
    pub max_loss: f64,
    /// Share of the lines of labelled documents that one site may give; of a site with more, so many are
    /// trained on, chosen by hash, if there are twenty sites
    #[arg(long, default_value = "10%", value_parser = some_share, value_name = "SHARE")]
    pub max_site_share: f64,
    /// Write the labels that models of the other sites contradict to this file, as rows, the worst first
    #[arg(long, value_name = "FILE", conflicts_with = "fitted")]
    pub suspects: Option<PathBuf>,
    /// Take context, calibration and thresholds from this file instead of fitting them
    #[arg(long, value_name = "FILE")]
    pub fitted: Option<PathBuf>,
    /// Paragraphs that the new model has to keep, labelled or one a line; if it would drop one of them,
    /// nothing is written. Give it again for more files
    #[arg(long, value_name = "FILE")]
    pub must_keep: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TuneArgs {
    /// Labelled documents that the model was not trained on: files, or folders of .jsonl files
    #[arg(value_name = "GOLD", required = true)]
    pub gold: Vec<PathBuf>,
    /// Model file to tune instead of the built-in one
    #[arg(long, env = MODEL_VARIABLE, value_name = "MODEL")]
    pub model: Option<PathBuf>,
    /// Where the tuned model goes
    #[arg(short, long, value_name = "MODEL")]
    pub output: PathBuf,
    /// Share of the words to keep that the default threshold may lose: an upper bound, not the mean
    #[arg(long, default_value = "0.2%", value_parser = inner_share, value_name = "SHARE")]
    pub max_loss: f64,
    /// Label that counts neither way; give it again for more, or once empty for none
    /// [default: meta, unclear]
    #[arg(long, value_name = "LABEL")]
    pub ignore: Vec<String>,
    /// Paragraphs that the tuned model has to keep, labelled or one a line; if it would drop one of them,
    /// nothing is written. Give it again for more files
    #[arg(long, value_name = "FILE")]
    pub must_keep: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CountArgs {
    /// Labelled files or folders of .jsonl files, count tables among them: tables add up
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Where the table goes [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Leave out what was seen on fewer sites: 2 makes a table that names nobody's pages
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=2), value_name = "1|2")]
    pub min_sites: u32,
    /// Leave out what stands in fewer paragraphs
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub min_count: u64,
}

#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Count tables of `gleaner count`, or memories of `gleaner site-memory build`; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Where the sum goes; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}
