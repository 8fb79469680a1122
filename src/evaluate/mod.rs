//! How good the verdicts are, on labelled documents: the figures behind `gleaner evaluate`.
//!
//! Plain data in ([`ScoredDocument`]), plain data out ([`Figures`], [`Intervals`], [`report::Report`]);
//! no model is known here. The figures are those of the benchmark's *line scorer*, equal to it to nine
//! digits (a test compares, see `line_scorer.rs`):
//!
//! | figure | what it says |
//! |---|---|
//! | `auc` | chance that a random boilerplate line outranks a random editorial line; ties count half |
//! | `ap` | average precision, boilerplate as the positive class; ties move together |
//! | `caught@L` | share of boilerplate lines above the lowest threshold that costs at most the share L of all editorial *words* |
//! | `pitch@L` | the same for lines labelled `pitch`, at the same threshold |
//! | `brier` | mean squared error of the probability; 0 is best |
//! | `ece` | expected calibration error over ten bins of equal width |
//! | `default` | what the tool's own verdicts lose and catch |
//!
//! Ignored labels ([`Options::ignore`]) are left out of every figure. Sums over probabilities run over
//! groups of equal probability in descending order, so the order of the documents changes no bit of any
//! figure; it does change the bootstrap, which draws documents by their place.

mod calibration;
mod curve;
mod intervals;
pub mod mistakes;
mod pool;
pub mod predictions;
mod ranking;
pub mod report;
pub mod resample;
mod sites;
mod verdicts;

#[cfg(test)]
mod line_scorer;
#[cfg(test)]
pub(crate) mod samples;

pub use calibration::Bin;
pub use curve::{Curve, Point, curve};

pub use intervals::{Interval, Intervals, intervals};
pub use predictions::Predictions;
pub use report::Report;
pub use sites::{Site, sites};
pub use verdicts::{AtVerdicts, Confusion, LabelVerdicts};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::verdict::Verdict;
use pool::Pool;

/// The kind that has figures of its own, because it is what readers mind most.
pub const PITCH: &str = "pitch";

/// One labelled paragraph and what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredParagraph {
    /// The label that a reader gave it.
    pub label: String,
    /// Whether that label is kept (the editorial side). One label is either kept or not, throughout.
    pub kept_label: bool,
    /// Words, as [`words`] counts them; 0 counts as 1, and more than 2³² − 1 as that.
    pub words: usize,
    /// Probability that it is boilerplate, in [0, 1].
    pub probability: f64,
    /// The verdict, if there was one.
    pub verdict: Option<Verdict>,
    /// The kind that was named; the empty string is no kind.
    pub kind: Option<String>,
}

/// A labelled document, its paragraphs in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoredDocument {
    /// Its id, for messages. Two documents with one id are two documents.
    pub id: String,
    /// Its paragraphs; may be empty.
    pub paragraphs: Vec<ScoredParagraph>,
}

/// What is left out, and where the figures are read off.
///
/// | name | default | purpose | range |
/// |---|---|---|---|
/// | `ignore` | `meta`, `unclear` | labels left out of every figure: reasonable editors differ on a byline | any |
/// | `limits` | 0.001, 0.002, 0.005, 0.01 | shares of editorial words that may be lost | 0 to 1, no two with one name |
/// | `resamples` | 200 | draws of the bootstrap; 0 for no intervals | any |
/// | `seed` | 1 | seed of the bootstrap | any |
/// | `probabilities` | true | whether the numbers are probabilities, or an order only: then there is no calibration to measure | any |
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Labels left out of every figure.
    pub ignore: Vec<String>,
    /// Shares of all editorial words that a threshold may cost.
    pub limits: Vec<f64>,
    /// Draws of the bootstrap.
    pub resamples: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Whether the probabilities are some. If they only say which of two lines is likelier boilerplate, as
    /// bare verdicts do, brier, ece and the table of calibration are left out.
    pub probabilities: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ignore: vec!["meta".to_owned(), "unclear".to_owned()],
            limits: vec![0.001, 0.002, 0.005, 0.01],
            resamples: 200,
            seed: 1,
            probabilities: true,
        }
    }
}

impl Options {
    fn check(&self) -> Result<()> {
        for (i, limit) in self.limits.iter().enumerate() {
            if !(0.0..=1.0).contains(limit) {
                return Err(Error::Setting(format!(
                    "{limit} is not a share of words to lose; give one from 0 to 1"
                )));
            }
            if self.limits[..i].iter().any(|other| limit_name(*other) == limit_name(*limit)) {
                return Err(Error::Setting(format!("the limit {} is given twice", limit_name(*limit))));
            }
        }
        Ok(())
    }

    fn ignores(&self, label: &str) -> bool {
        self.ignore.iter().any(|ignored| ignored == label)
    }
}

/// What can be caught within a limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtLimit {
    /// Share of all editorial words that the threshold may cost.
    pub limit: f64,
    /// Share of the boilerplate lines above the threshold; 0 where there are none.
    pub caught: f64,
    /// Share of the lines labelled [`PITCH`] above it; 0 where there are none.
    pub pitch: f64,
}

/// One label's share of the figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelFigures {
    /// The label, or a kind that was named though no line bears it.
    pub label: String,
    /// Whether it is kept.
    pub kept: bool,
    /// Lines with this label.
    pub lines: u64,
    /// Their words.
    pub words: u64,
    /// Chance that one of its lines outranks a random editorial line; `None` for a kept label and
    /// where either is missing.
    pub auc: Option<f64>,
    /// Share of its lines above the threshold of each limit, in the order of [`Options::limits`]; for a
    /// kept label these are lines lost. `None` where it has no lines.
    pub caught: Vec<Option<f64>>,
    /// At the tool's verdicts, if there were any.
    pub verdicts: Option<LabelVerdicts>,
}

/// All figures. Every number is finite; what cannot be computed is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// See the module; `None` without lines on both sides.
    pub auc: Option<f64>,
    /// See the module; `None` without boilerplate.
    pub ap: Option<f64>,
    /// In the order of [`Options::limits`].
    pub at: Vec<AtLimit>,
    /// Mean squared error of the probability, 0 to 1; `None` without probabilities.
    pub brier: Option<f64>,
    /// Expected calibration error, 0 to 1; `None` without probabilities.
    pub ece: Option<f64>,
    /// At the tool's verdicts; `None` if no line has one.
    pub default: Option<AtVerdicts>,
    /// Documents, those without a line that counts included.
    pub documents: usize,
    /// Lines that count.
    pub lines: usize,
    /// Ten bins of equal width, from probability 0; empty without probabilities.
    pub calibration: Vec<Bin>,
    /// Kept labels first, then by falling number of lines, then by name.
    pub labels: Vec<LabelFigures>,
    /// Which kinds were named for which labels; `None` if no line has a verdict.
    pub kinds: Option<Confusion>,
}

/// Words of a paragraph as the figures weigh them: [`crate::features::words::count`], at least 1.
#[must_use]
pub fn words(text: &str) -> usize {
    crate::features::words::count(text).max(1)
}

/// All figures of these documents.
///
/// # Errors
///
/// [`Error::Evaluation`] if no line is left to count, if a probability is not a number from 0 to 1, or if
/// one label is kept here and dropped there; [`Error::Setting`] for limits outside their range.
pub fn figures(documents: &[ScoredDocument], options: &Options) -> Result<Figures> {
    options.check()?;
    let pool = Pool::new(documents, options)?;
    let ranking = ranking::rank(&pool, &options.limits, &pool.once());
    let calibration = options.probabilities.then(|| calibration::errors(&pool));
    let verdicts = verdicts::tally(documents, options, &pool);
    let kinds = verdicts.as_ref().map(|v| v.confusion.clone());
    let labels = pool.labels.iter().enumerate().map(|(k, label)| LabelFigures {
        label: label.name.clone(),
        kept: label.kept,
        lines: label.lines,
        words: label.words,
        auc: ranking.label_auc(&pool, k),
        caught: (0..options.limits.len()).map(|l| ranking.label_share(l, k)).collect(),
        verdicts: verdicts.as_ref().map(|v| v.labels[k].clone()),
    });
    Ok(Figures {
        auc: ranking.auc(&pool),
        ap: ranking.ap,
        at: ranking.at(&pool, &options.limits),
        brier: calibration.as_ref().map(|errors| errors.brier),
        ece: calibration.map(|errors| errors.ece),
        documents: documents.len(),
        lines: pool.lines.len(),
        calibration: if options.probabilities { calibration::bins(&pool) } else { Vec::new() },
        labels: labels.collect(),
        kinds,
        default: verdicts.map(|v| v.default),
    })
}

/// A limit as the figures name it, in per cent: `0.2%` for 0.002, `1.0%` for 0.01; one decimal, more only
/// where one would not tell the limit.
pub(crate) fn limit_name(limit: f64) -> String {
    let percent = limit * 100.0;
    let tells = |text: &String| text.parse::<f64>().is_ok_and(|read| (read - percent).abs() < 1e-9);
    let text = (1..=9).map(|decimals| format!("{percent:.decimals$}")).find(tells);
    text.map_or_else(|| format!("{percent}%"), |text| format!("{text}%"))
}

#[cfg(test)]
mod tests;
