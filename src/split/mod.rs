//! Splits documents into units: the paragraphs of a text, the blocks of a page.

#[cfg(feature = "html")]
pub mod html;
mod lines;
pub mod text;
pub mod unit;
mod wrap;

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
pub use unit::{Container, NO_CONTAINER, Named, Origin, Role, Span, Unit, Units};
pub use wrap::is_hard_wrapped;

/// The separator of paragraphs in text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SplitMode {
    /// Blank lines if the document is hard-wrapped ([`is_hard_wrapped`]), else line ends.
    #[default]
    Auto,
    /// Line ends: every line that is not blank is a paragraph.
    Lines,
    /// Blank lines: every run of lines that are not blank is a paragraph.
    Blank,
}

impl fmt::Display for SplitMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Lines => "lines",
            Self::Blank => "blank",
        })
    }
}

impl FromStr for SplitMode {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "auto" => Ok(Self::Auto),
            "lines" => Ok(Self::Lines),
            "blank" => Ok(Self::Blank),
            _ => Err(Error::Setting(format!("unknown split {name:?}: give auto, lines or blank"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::read;
    use serde_json::Value;

    #[test]
    fn names_are_read_and_written() {
        for mode in [SplitMode::Auto, SplitMode::Lines, SplitMode::Blank] {
            assert_eq!(mode.to_string().parse::<SplitMode>().unwrap(), mode);
        }
        assert!("words".parse::<SplitMode>().unwrap_err().to_string().contains("lines"));
    }

    /// Lines labelled one by one are the same lines when split again, and hardly any document of them is
    /// hard-wrapped (one of the first 456 is, because its author pasted it so).
    #[test]
    #[ignore = "needs GLEANER_CORPORA"]
    fn scraped_articles_come_apart_at_their_lines() {
        let corpora = crate::about_the_tests::corpora();
        let (mut documents, mut wrapped) = (0, 0);
        for fold in 0..10 {
            let path = corpora.join(format!("lines/en/fold-{fold}.jsonl"));
            for row in std::fs::read_to_string(path).unwrap().lines() {
                let row: Value = serde_json::from_str(row).unwrap();
                let lines =
                    row["paragraphs"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap());
                let lines: Vec<&str> = lines.collect();
                for gap in ["\n", "\r\n\r\n"] {
                    let bytes = lines.join(gap).into_bytes();
                    let document = read::text::document(row["id"].clone(), Place::default(), bytes, None);
                    let units = text::units(&document, SplitMode::Lines);
                    let texts: Vec<_> = units.iter().map(|it| it.text(&document)).collect();
                    assert_eq!(texts, lines, "{}", row["id"]);
                    documents += 1;
                    wrapped += usize::from(is_hard_wrapped(&document));
                }
            }
        }
        assert!(wrapped * 200 <= documents, "{wrapped} of {documents} count as hard-wrapped");
    }
}
