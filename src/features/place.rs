//! The place of a paragraph in its document.

/// The place of a paragraph among the paragraphs of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index, from 0.
    pub index: u32,
    /// Number of paragraphs of the document, at least 1.
    pub count: u32,
}

impl Place {
    /// Returns the place as tags for naive Bayes: name and value. Returns `None` for a document with one
    /// paragraph, which is first and last at once.
    pub fn tags(self) -> Option<[(&'static str, u32); TAGS]> {
        (self.count > 1).then(|| self.all_tags())
    }

    /// Returns the tags for any document.
    pub(super) fn all_tags(self) -> [(&'static str, u32); TAGS] {
        let from_end = self.count.saturating_sub(1).saturating_sub(self.index);
        let tenth = (u64::from(self.index) * 10 / u64::from(self.count.max(1))).min(9) as u32;
        [("from-start", distance_class(self.index)), ("from-end", distance_class(from_end)), ("tenth", tenth)]
    }
}

/// Number of [`Place::tags`].
pub const TAGS: usize = 3;

/// Class of a distance in paragraphs: 0, 1, 2, 3–4, 5–7, 8–12, 13–20, 21–40, more.
fn distance_class(n: u32) -> u32 {
    match n {
        0..=2 => n,
        3..=4 => 3,
        5..=7 => 4,
        8..=12 => 5,
        13..=20 => 6,
        21..=40 => 7,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends() {
        let tags = Place { index: 9, count: 10 }.tags();
        assert_eq!(tags, Some([("from-start", 5), ("from-end", 0), ("tenth", 9)]));
        assert_eq!(Place { index: 0, count: 1 }.tags(), None);
    }
}
