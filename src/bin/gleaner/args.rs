//! What was typed, before anything is opened.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use gleaner::split::SplitMode;

use crate::{config, help};

mod sites;

pub use sites::*;

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
    #[arg(long, global = true, env = config::VARIABLE, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print the settings that hold and where each comes from, and do nothing else
    #[arg(long, global = true)]
    pub print_config: bool,
    /// Tell problems only: no progress, no remarks
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Give articles back without their boilerplate, byte for byte
    #[command(after_long_help = help::CLEAN)]
    Clean(CleanArgs),
    /// Print one JSON object per paragraph: verdict, kind, probability, byte offsets
    #[command(after_long_help = help::SCORE)]
    Score(ScoreArgs),
    /// Show why each paragraph was judged as it was: tokens, channels, context, reason
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

/// Names the model wherever one is used.
const MODEL_VARIABLE: &str = "GLEANER_MODEL";

/// What is read, and how.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files to read, and folders with all that is in them; standard input when none is named, or for `-`
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the files are
    #[arg(long, value_enum, default_value_t = From::Auto, value_name = "CONTAINER")]
    pub from: From,
    /// What a record's text field holds
    #[arg(long, value_enum, default_value_t = Content::Text)]
    pub content: Content,
    /// Encoding of plain text, such as utf-8 or windows-1252 [default: detected]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Field of a JSONL row that holds the text
    #[arg(long, default_value = "text", value_name = "KEY")]
    pub text_key: String,
    /// Field of a JSONL row that holds the id
    #[arg(long, default_value = "id", value_name = "KEY")]
    pub id_key: String,
    /// Field of a JSONL row that holds the page's address
    #[arg(long, default_value = "url", value_name = "KEY")]
    pub url_key: String,
    /// How plain text becomes paragraphs: every line is one, or blank lines separate them
    #[arg(long, default_value_t = SplitMode::Auto, value_name = "auto|lines|blank")]
    pub split: SplitMode,
    /// What to do with a document that cannot be judged
    #[arg(long, value_enum, default_value_t = OnError::Keep)]
    pub on_error: OnError,
    /// Exit with 0 even when documents had problems, for engines that kill a task otherwise
    #[arg(long)]
    pub lenient: bool,
}

/// What judges.
#[derive(Debug, Args)]
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
    /// Kind of the pages of HTML, where it is known: article, documentation, service, forum, collection,
    /// listing or product (of the built-in model)
    #[cfg(feature = "html")]
    #[arg(long, value_name = "KIND")]
    pub page: Option<String>,
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

/// Some of the inputs: every `of`th, beginning with number `number` (from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    pub number: usize,
    pub of: usize,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// Where results go, and how much is done at once.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// Write here instead of standard output; replaced at once when everything is done
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// -o is a folder that gets one output per input, at the input's path as typed; what is finished there is
    /// not done again unless the input, the model or the settings differ
    #[arg(long)]
    pub keep_dirs: bool,
    /// Compression of what is written [default: by the ending of -o, else as the input]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub compress: Option<Compress>,
    /// Cores to use; the output is the same on any number [default: all]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Only every Nth of the input files, beginning with the Ith (from 1)
    #[arg(long, value_parser = shard, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Write what was done to this file, as a page if it ends in .html, else as JSON; give it again for both
    #[arg(long, value_name = "FILE")]
    pub report: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CleanArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Form of the output [default: as the input]
    #[arg(long, value_enum)]
    pub to: Option<To>,
    #[command(flatten)]
    pub batch: BatchArgs,
    /// Write the paragraphs that went to this file, one JSON object each; with --keep-dirs, a folder as well
    #[arg(long, value_name = "FILE")]
    pub dropped: Option<PathBuf>,
    /// Change nothing: print what would go
    #[arg(long)]
    pub dry_run: bool,
    /// Keep a document whole that would lose more than this share of its words
    #[arg(long, default_value = "0.6", value_parser = share, allow_negative_numbers = true, value_name = "SHARE")]
    pub max_drop: f64,
    /// Leave documents out of which nothing is left
    #[arg(long)]
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
    #[arg(long)]
    pub exit_verdict: bool,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub site: SiteArgs,
    /// Only the paragraph of this number in its document, from 0
    #[arg(long, value_name = "N")]
    pub paragraph: Option<usize>,
    /// Tokens to list for each side, and signals of the context [default: 5, with --json all]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Show texts and counts at their full length
    #[arg(long)]
    pub full: bool,
    /// Verdicts as `clean` has them with this --max-drop [default: as `score` has them]
    #[arg(long, value_name = "SHARE")]
    pub max_drop: Option<f64>,
    /// One JSON object per paragraph, with everything
    #[arg(long)]
    pub json: bool,
    /// The raw result of one stage instead, as JSON lines
    #[arg(long, value_enum, conflicts_with_all = ["top", "full"])]
    pub stage: Option<Stage>,
    /// When to colour; NO_COLOR is heeded
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// A stage of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// The document: encoding, problems, decoded text
    Read,
    /// Paragraphs with their byte offsets
    Split,
    /// Features by channel and name, facts of shape
    Features,
    /// Log-odds per channel, pooled and for every kind
    Bayes,
    /// Every signal with its value and its share in the margin
    Context,
    /// Calibration, probability, thresholds, verdict
    Verdict,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Labelled files or folders of .jsonl files: documents, `label<TAB>text`, fastText lines, count tables; `-` is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Train a section for pages, on whole pages: a folder with `html/ID.html` (or .html.gz) and
    /// `ground-truth.jsonl` (or .jsonl.gz) of rows {"id", "domain", "page_type", "main_content"}
    #[cfg(feature = "html")]
    #[arg(long, value_name = "DIR")]
    pub pages: Option<PathBuf>,
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
    /// Share of the words to keep that the default threshold may lose, measured out of fold
    #[arg(long, default_value = "0.2%", value_parser = inner_share, value_name = "SHARE")]
    pub max_loss: f64,
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

/// What is measured, and how.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("without-model").args(["folds", "predictions"])))]
pub struct EvaluateArgs {
    /// Labelled documents: files, or folders of .jsonl files
    #[arg(value_name = "GOLD")]
    pub gold: Vec<PathBuf>,
    /// Measure a model of pages instead, by word F1 against reference text: a folder as for `train --pages`;
    /// needs --folds 10
    #[cfg(feature = "html")]
    #[arg(long, value_name = "DIR", conflicts_with = "gold", requires = "folds")]
    pub pages: Option<PathBuf>,
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
        "with", "min_sites", "max_loss", "threshold", "precision", "recall", "prior", "record", "made_by",
    ])]
    pub predictions: Option<PathBuf>,
    /// With --folds or --predictions: label to keep; give it again for more [default: editorial]
    #[arg(long, value_name = "LABEL", requires = "without-model")]
    pub keep: Vec<String>,
    /// With --folds: sites on which a feature must have been seen to count
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=2), value_name = "1|2")]
    pub min_sites: u32,
    /// With --folds: share of the words to keep that each fold's threshold may lose, measured out of fold
    /// inside its training data
    #[arg(long, default_value = "0.2%", value_parser = share, value_name = "SHARE")]
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
        #[arg(env = MODEL_VARIABLE)]
        model: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// The whole model as JSON lines
    #[command(after_long_help = help::MODEL_DUMP)]
    Dump {
        /// Model file [default: the built-in model]
        #[arg(env = MODEL_VARIABLE)]
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
        dump: PathBuf,
        /// Where the model goes
        #[arg(short, long, value_name = "MODEL")]
        output: PathBuf,
    },
}

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

/// A share from 0 to 1, as `0.002` or `0.2%`.
fn share(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let number = number.trim().parse::<f64>();
    let share = number.map_err(|_| "expected a share such as 0.002 or 0.2%".to_owned())? / scale;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("expected a share from 0 to 1".to_owned()) }
}

/// A share above 0 and below 1.
fn inner_share(text: &str) -> Result<f64, String> {
    let share = share(text)?;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("must be above 0 and below 1".to_owned()) }
}

/// `I/N`, I from 1 to N.
fn shard(text: &str) -> Result<Shard, String> {
    let parsed = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parsed {
        Some((number, of)) if (1..=of).contains(&number) => Ok(Shard { number, of }),
        _ => Err("expected I/N with I from 1 to N, such as 3/8".to_owned()),
    }
}
