//! Decisions on units: editorial, boilerplate, or unsure.
//!
//! | file | what it does |
//! |---|---|
//! | [`thresholds`] | the rule for text: two thresholds on the probability, and reasons for milder verdicts |
//! | `expected_f1` | the rule for pages: the highest expected word F1 |
//! | `repeated` | repeated blocks of a page |

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
    /// All verdicts, from most to least editorial.
    pub const ALL: [Self; 3] = [Self::Editorial, Self::Unsure, Self::Boilerplate];

    /// Lower-case name, as in files and messages.
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

    /// Parses a lower-case name.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] for any other text.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == text).ok_or_else(|| {
            Error::Setting(format!("unknown verdict {text:?}; give editorial, unsure or boilerplate"))
        })
    }
}

/// Why a unit has no verdict of its own, or one that differs from its probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// Most words of the document are unknown to the model, so nothing is dropped on words alone.
    UnknownLanguage,
    /// Too much of the unit is not text, or its encoding does not allow cuts.
    Damaged,
    /// The unit is beyond the tokens or paragraphs that are read of a document.
    BeyondLimit,
    /// The unit has no word, number or sign to judge.
    NoTokens,
    /// The document would have lost more than the allowed share, so all of it is kept.
    MaxDrop,
    /// Repetition in other documents of the site decided.
    RepeatedOnSite,
    /// The unit repeats an earlier block of its page, word for word.
    RepeatedOnPage,
    /// The unit is boilerplate of a kind that is not to be dropped.
    KindKept,
}

impl Reason {
    /// Code of the reason, as in explanations and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownLanguage => "unknown-language",
            Self::Damaged => "damaged",
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
/// Probability from which a paragraph is `unsure`: it is more likely boilerplate than not.
pub const UNSURE: f64 = 0.5;

/// Choice among a model's thresholds. As in trafilatura, the names say what is favoured in the text that is
/// kept: precision keeps less boilerplate, recall keeps more of the article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Preset {
    /// The default balance.
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

    /// Lower-case name, as in flags and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Precision => "precision",
            Self::Recall => "recall",
        }
    }

    /// Share of the kept words that may be lost under this preset, where `max_loss` is the default's: at
    /// least 1 % for precision, at most 0.05 % for recall (five times and a quarter of the usual 0.2 %). So
    /// the order of the presets holds for any `max_loss`.
    #[must_use]
    pub fn max_loss(self, max_loss: f64) -> f64 {
        match self {
            Self::Default => max_loss,
            Self::Precision => max_loss.max(0.01),
            Self::Recall => max_loss.min(0.0005),
        }
    }
}

/// The decision on one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// The likeliest kind of boilerplate, numbered as in the text section: information, never part of the
    /// decision. Computed if the verdict is not editorial, or if all kinds are requested.
    pub kind: Option<usize>,
    /// Calibrated probability of boilerplate, above 0 and below 1.
    pub probability: f64,
    /// Log-odds before calibration, in nats.
    pub margin: f64,
    /// Why the verdict differs from the probability, if it does.
    pub reason: Option<Reason>,
}

impl Decision {
    /// The kind, if the verdict is not editorial.
    pub fn shown_kind(&self) -> Option<usize> {
        self.kind.filter(|_| self.verdict != Verdict::Editorial)
    }
}

/// Input of a rule: a document whose units have calibrated log-odds.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The units.
    pub units: &'a Units,
    /// Evidence of naive Bayes. It covers only the first units if the document exceeds the limits.
    pub evidence: &'a Evidence,
    /// Calibrated log-odds of boilerplate, prior included, in nats, for each unit with evidence.
    pub log_odds: &'a [f64],
    /// The same computed without any words, if the language of the document is unknown.
    pub without_words: Option<&'a [f64]>,
}

/// Output of a rule.
#[derive(Debug, Clone, Default)]
pub struct Ruling {
    /// Verdict and reason of each unit.
    pub verdicts: Vec<(Verdict, Option<Reason>)>,
    /// Probability from which a unit is dropped.
    pub threshold: f64,
}

/// A rule of decision. There is one for text and one for pages.
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
