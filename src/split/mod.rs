//! Documents to paragraphs.

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
    let blank = match mode {
        SplitMode::Auto => is_hard_wrapped(document),
        SplitMode::Lines => false,
        SplitMode::Blank => true,
    };
    text::paragraphs(document, blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for mode in [SplitMode::Auto, SplitMode::Lines, SplitMode::Blank] {
            assert_eq!(mode.to_string().parse::<SplitMode>().unwrap(), mode);
        }
        assert!("words".parse::<SplitMode>().unwrap_err().to_string().contains("lines"));
    }
}
