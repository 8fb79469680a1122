//! Which flags mean something for which kind of document, in one table. A flag that was typed and means nothing for
//! all that was read is named in a remark; flags that never go together are refused where they are declared
//! (`args/`), and a model without the section that a document needs is refused by whoever judges.

use std::ops::BitOr;

use crate::console::remark;

/// Kinds of documents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Rows of JSONL or of a table.
    pub const ROWS: Self = Self(1);
    /// Records of an archive.
    pub const ARCHIVE: Self = Self(2);
    /// Web pages, whatever they came in.
    const PAGE: Self = Self(4);
    /// Texts, whatever they came in.
    const TEXT: Self = Self(8);
    /// Texts that may have an address.
    const ADDRESSED: Self = Self(16);
    /// Documents in an encoding that may be another than UTF-8.
    const ENCODED: Self = Self(32);

    /// What a document is that came in a row, a record or else in a file of its own.
    pub fn of(carrier: Self, is_page: bool) -> Self {
        let in_file = carrier == Self::default();
        let kind = if is_page { Self::PAGE } else { Self::TEXT };
        let addressed = if is_page || in_file { Self::default() } else { Self::ADDRESSED };
        let encoded = if carrier == Self::ROWS { Self::default() } else { Self::ENCODED };
        carrier | kind | addressed | encoded
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Flags that do not mean something for every document: those for which they do, and how to say so.
pub const TABLE: [(&str, Kinds, &str); 8] = [
    ("page-type", Kinds::PAGE, "it is for web pages"),
    ("max-drop", Kinds::TEXT, "it is for texts, and pages have no limit"),
    ("split", Kinds::TEXT, "it is for texts"),
    ("site-memory", Kinds::ADDRESSED, "it is for texts with addresses, in rows and archives"),
    ("text-key", Kinds::ROWS, "it is for rows"),
    ("id-key", Kinds::ROWS, "it is for rows"),
    ("url-key", Kinds::ROWS, "it is for rows"),
    ("encoding", Kinds::ENCODED, "it is for files and archives; rows are UTF-8"),
];

/// Names the flags that were typed and mean nothing for any document that was met.
pub fn tell(typed: &[String], met: Kinds) {
    if met == Kinds::default() {
        return;
    }
    for (flag, kinds, why) in TABLE {
        if typed.iter().any(|it| it == flag) && !kinds.meets(met) {
            remark(&format!("--{flag} changed nothing here: {why}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_know_what_they_are_for() {
        let means =
            |flag: &str, met: Kinds| TABLE.iter().any(|(name, kinds, _)| *name == flag && kinds.meets(met));
        let text = Kinds::of(Kinds::default(), false);
        let row = Kinds::of(Kinds::ROWS, false);
        let page_in_a_row = Kinds::of(Kinds::ROWS, true);
        let page = Kinds::of(Kinds::default(), true);
        for (flag, for_text, for_row, for_page_in_a_row, for_page) in [
            ("page-type", false, false, true, true),
            ("max-drop", true, true, false, false),
            ("split", true, true, false, false),
            ("site-memory", false, true, false, false),
            ("text-key", false, true, true, false),
            ("encoding", true, false, false, true),
        ] {
            let known = [text, row, page_in_a_row, page].map(|met| means(flag, met));
            assert_eq!(known, [for_text, for_row, for_page_in_a_row, for_page], "{flag}");
        }
    }
}
