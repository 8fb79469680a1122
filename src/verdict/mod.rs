//! What is said of a unit: editorial, boilerplate, or unsure.
//!
//! | file | what it does |
//! |---|---|
//! | [`thresholds`] | the rule for text: two thresholds on the probability, and what holds a verdict back |
//! | `expected_f1` | the rule for pages: what stays has the greatest expected word F1 |
//! | `repeated` | what a page says twice stays once |

#[cfg(feature = "html")]
pub mod expected_f1;
#[cfg(feature = "html")]
pub mod repeated;
pub mod thresholds;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::bayes::evidence::Evidence;
use crate::error::Error;
use crate::split::Units;

/// The three verdicts. Only [`Verdict::Boilerplate`] drops a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Written for the reader; kept.
    Editorial,
    /// Between the two thresholds; kept.
    Unsure,
    /// Wrapped around the article by the site; dropped.
    Boilerplate,
}

impl Verdict {
    /// All verdicts, from the most to the least editorial.
    pub const ALL: [Self; 3] = [Self::Editorial, Self::Unsure, Self::Boilerplate];

    /// The lower-case name, as files and messages have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Editorial => "editorial",
            Self::Unsure => "unsure",
            Self::Boilerplate => "boilerplate",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Verdict {
    type Err = Error;

    /// Reads a lower-case name.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for any other text.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == text).ok_or_else(|| {
            Error::Setting(format!("{text:?} is not a verdict; there are editorial, unsure and boilerplate"))
        })
    }
}

/// Why a unit got no verdict of its own, a milder one than its probability says, or another one than its words
/// say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// Most words of the document are not known to the model: nothing is dropped on words alone.
    UnknownLanguage,
    /// It holds bytes that are not text.
    Damaged,
    /// It has more tokens than are read.
    TooLong,
    /// It stands beyond the tokens or paragraphs that are read of a document.
    BeyondLimit,
    /// It has no word, number or sign to judge.
    NoTokens,
    /// More of the document would go than is allowed, so all of it stays.
    MaxDrop,
    /// Other documents of its site have it, which decided.
    RepeatedOnSite,
    /// It says word for word what a block before it on its page says.
    RepeatedOnPage,
    /// It is boilerplate of a kind that was not asked to go.
    KindKept,
}

impl Reason {
    /// The code, as explanations and JSON have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownLanguage => "unknown-language",
            Self::Damaged => "damaged",
            Self::TooLong => "too-long",
            Self::BeyondLimit => "beyond-limit",
            Self::NoTokens => "no-tokens",
            Self::MaxDrop => "max-drop",
            Self::RepeatedOnSite => "repeated-on-site",
            Self::RepeatedOnPage => "repeated-on-page",
            Self::KindKept => "kind-kept",
        }
    }
}

/// Threshold of a model whose labelled sample is too small to choose one.
pub const CAUTIOUS: f64 = 0.98;
/// From here on a paragraph is more likely boilerplate than not: `unsure` begins.
pub const UNSURE: f64 = 0.5;

/// Which of a model's thresholds drops a paragraph. They are named as in trafilatura, by what is kept:
/// precision keeps less rubbish, recall keeps more of the article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// What holds unless another is asked for.
    #[default]
    Default,
    /// Drops more, and loses more of the article.
    Precision,
    /// Drops less, and loses less of the article.
    Recall,
}

impl Preset {
    /// All presets, from the one that drops most to the one that drops least.
    pub const ALL: [Self; 3] = [Self::Precision, Self::Default, Self::Recall];

    /// The lower-case name, as flags and files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Precision => "precision",
            Self::Recall => "recall",
        }
    }

    /// Share of the words to keep that may be lost, where `max_loss` is that of the default: at least 1 %
    /// for precision, at most 0.05 % for recall, five times and a quarter of the usual 0.2 %. So the three
    /// stand in order whatever was asked for.
    #[must_use]
    pub fn max_loss(self, max_loss: f64) -> f64 {
        match self {
            Self::Default => max_loss,
            Self::Precision => max_loss.max(0.01),
            Self::Recall => max_loss.min(0.0005),
        }
    }
}

/// What is decided about one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// Keep, keep for want of certainty, or drop.
    pub verdict: Verdict,
    /// The likeliest kind of boilerplate, as a number of the model of text; a reason, never the decision. It is
    /// looked for where the verdict is not editorial, or every kind is asked for.
    pub kind: Option<usize>,
    /// Calibrated probability of boilerplate, inside (0, 1).
    pub probability: f64,
    /// Log-odds before calibration, in nats.
    pub margin: f64,
    /// Why the verdict is not the one of the words, if it is not.
    pub reason: Option<Reason>,
}

impl Decision {
    /// The kind where it is a reason: of what is not editorial.
    pub fn shown_kind(&self) -> Option<usize> {
        self.kind.filter(|_| self.verdict != Verdict::Editorial)
    }
}

/// What a rule decides from: a document whose units have calibrated log-odds.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The units.
    pub units: &'a Units,
    /// What naive Bayes says of them: of the first ones, where a document goes beyond what is read.
    pub evidence: &'a Evidence,
    /// Calibrated log-odds of boilerplate, prior included, in nats: one for each unit with evidence.
    pub log_odds: &'a [f64],
    /// The same without any word, in a document of an unknown language.
    pub without_words: Option<&'a [f64]>,
}

/// What a rule decides.
#[derive(Debug, Clone, Default)]
pub struct Ruling {
    /// Of each unit.
    pub verdicts: Vec<(Verdict, Option<Reason>)>,
    /// Probability from which a unit goes.
    pub threshold: f64,
}

/// From probabilities to verdicts: a file for text, one for pages.
pub trait Rule {
    /// Decides a whole document at once.
    fn decide(&self, case: &Case<'_>) -> Ruling;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_everywhere() {
        for verdict in Verdict::ALL {
            let name = verdict.to_string();
            assert_eq!(name.parse::<Verdict>().unwrap(), verdict);
            assert_eq!(serde_json::to_string(&verdict).unwrap(), format!("\"{name}\""));
        }
        assert_eq!(format!("{:>10}", Verdict::Unsure), "    unsure");
        assert!("Editorial".parse::<Verdict>().is_err());
    }
}
