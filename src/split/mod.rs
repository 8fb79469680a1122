//! Documents to paragraphs.

#[cfg(feature = "html")]
pub mod html;
mod lines;
pub mod text;
mod wrap;

use std::fmt;
use std::str::FromStr;

use crate::document::{Document, Paragraph};
use crate::error::Error;
pub use wrap::is_hard_wrapped;

/// What separates the paragraphs of plain text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SplitMode {
    /// Blank lines when the document is hard-wrapped ([`is_hard_wrapped`]), else newlines.
    #[default]
    Auto,
    /// Newlines: every line that is not blank is a paragraph.
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

/// The paragraphs of a document of plain text, in order. Cannot fail; a blank document has none.
///
/// Spans ascend, never overlap, are never empty, and hold whole lines: white space at a line's ends is
/// inside, its terminator is outside (inside a paragraph of several lines it is inside, of course). A
/// byte order mark at the document's start is outside every span.
pub fn paragraphs(document: &Document, mode: SplitMode) -> Vec<Paragraph> {
    paragraphs_and_text(document, mode).0
}

/// The same, and beside them the whole text, if it is UTF-8: then no paragraph needs decoding by itself.
pub fn paragraphs_and_text(document: &Document, mode: SplitMode) -> (Vec<Paragraph>, Option<&str>) {
    text::paragraphs(document, mode)
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

    /// Lines that were labelled one by one: split again they are the same, and hardly any page of them
    /// is hard-wrapped (one of 456 is: its author pasted it so).
    #[test]
    #[ignore = "needs GLEANER_CORPORA"]
    fn scraped_articles_come_apart_at_their_lines() {
        let corpora = crate::about_the_tests::corpora();
        let (mut documents, mut wrapped) = (0, 0);
        for fold in 0..10 {
            let path = corpora.join(format!("lines-dev/fold-{fold}.jsonl"));
            for row in std::fs::read_to_string(path).unwrap().lines() {
                let row: Value = serde_json::from_str(row).unwrap();
                let lines =
                    row["paragraphs"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap());
                let lines: Vec<&str> = lines.collect();
                for gap in ["\n", "\r\n\r\n"] {
                    let bytes = lines.join(gap).into_bytes();
                    let document = read::text::document(row["id"].clone(), Place::default(), bytes, None);
                    let paragraphs = paragraphs(&document, SplitMode::Lines);
                    let texts: Vec<_> = paragraphs.iter().map(|it| document.text(it)).collect();
                    assert_eq!(texts, lines, "{}", row["id"]);
                    documents += 1;
                    wrapped += usize::from(is_hard_wrapped(&document));
                }
            }
        }
        assert!(wrapped * 200 <= documents, "{wrapped} of {documents} count as hard-wrapped");
    }
}
