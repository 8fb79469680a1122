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
