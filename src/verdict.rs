//! What is said of a paragraph: editorial, boilerplate, or unsure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The three verdicts. Only [`Verdict::Boilerplate`] drops a paragraph.
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

    /// The lower-case name, as files and messages have it. Cannot fail.
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

/// Why a paragraph got no verdict of its own, a milder one than its probability says, or another one than its
/// words say.
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
}

impl Reason {
    /// The code, as explanations and JSON have it. Cannot fail.
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

    /// The lower-case name, as flags and files have it. Cannot fail.
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

/// What is decided about one paragraph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// Keep, keep for want of certainty, or drop.
    pub verdict: Verdict,
    /// The likeliest kind of boilerplate, as a number of the model; a reason, never the decision. Of an
    /// editorial paragraph it is looked for only where every signal or every kind is asked for, and else 0.
    pub kind: usize,
    /// Calibrated probability of boilerplate, inside (0, 1).
    pub probability: f64,
    /// Log-odds before calibration, in nats.
    pub margin: f64,
    /// Why the verdict is not the one of the words, if it is not.
    pub reason: Option<Reason>,
}

/// Verdict of a probability, given those from which a paragraph is `unsure` and `boilerplate`. Ties go to
/// the later verdict: a threshold is the least probability that has it.
pub fn decide(probability: f64, [unsure, boilerplate]: [f64; 2]) -> Verdict {
    if probability >= boilerplate {
        Verdict::Boilerplate
    } else if probability >= unsure {
        Verdict::Unsure
    } else {
        Verdict::Editorial
    }
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
