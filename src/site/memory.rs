//! Remembers the paragraphs of documents, and looks up those of further ones.

use super::sighting::Sightings;
use super::table::Table;
use crate::error::Result;

/// A document is a copy if less than 1/`COPY` of its text is new on its site: the same article under another
/// address, or the same page again. Copies are not counted, because their editorial paragraphs would seem to
/// repeat. Of the pages of WCXB that share a host, those with less than a tenth of new text are such copies,
/// and nearly all others have more than a fifth (docs/experiments/site-memory.md).
pub const COPY: u64 = 10;

/// The number of documents of a site that contain each paragraph, in bounded memory.
#[derive(Debug, Clone)]
pub struct SiteMemory {
    table: Table,
    documents: u64,
    copies: u64,
}

impl SiteMemory {
    /// Creates an empty memory of at most `bytes` bytes; a paragraph takes 8.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn new(bytes: u64) -> Result<Self> {
        Ok(Self::of(Table::new(bytes)?, 0, 0))
    }

    pub(super) fn of(table: Table, documents: u64, copies: u64) -> Self {
        Self { table, documents, copies }
    }

    /// BLAKE3 of the memory's file, in hexadecimal.
    pub fn digest(&self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }

    /// The table of counts.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Number of documents seen, copies included.
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// Number of copies among them, which were not counted.
    pub fn copies(&self) -> u64 {
        self.copies
    }

    /// Returns the number of *earlier* documents of the site that contain each paragraph, then remembers the
    /// document. For a copy, the original is not counted.
    pub fn see(&mut self, sightings: &Sightings) -> Vec<u32> {
        let all = sightings.all();
        let counts: Vec<u8> =
            all.iter().map(|it| if it.key == 0 { 0 } else { self.table.count(it.key) }).collect();
        let mut distinct: Vec<usize> = (0..all.len()).filter(|&at| all[at].key != 0).collect();
        distinct.sort_by_key(|&at| (all[at].key, at));
        distinct.dedup_by_key(|at| all[*at].key);
        // In page order instead of hash order, because the order decides which keys are forgotten.
        distinct.sort_unstable();
        let length = |at: &usize| u64::from(all[*at].length);
        let whole: u64 = distinct.iter().map(length).sum();
        let new: u64 = distinct.iter().filter(|&&at| counts[at] == 0).map(length).sum();
        let is_copy = new * COPY < whole;
        self.documents += 1;
        if is_copy {
            self.copies += 1;
        } else {
            distinct.iter().for_each(|&at| self.table.add(all[at].key));
        }
        counts.into_iter().map(|count| u32::from(count) - u32::from(is_copy && count > 0)).collect()
    }

    /// Returns the number of *other* documents of the site that contain each paragraph. The document must
    /// have been seen when the memory was built, because every count is reduced by one for the document
    /// itself.
    pub fn look(&self, sightings: &Sightings) -> Vec<u32> {
        let count = |key| if key == 0 { 0 } else { u32::from(self.table.count(key)) };
        sightings.all().iter().map(|it| count(it.key).saturating_sub(1)).collect()
    }

    /// Adds the counts of another memory of the same size. Copies across the two are not recognised.
    ///
    /// # Errors
    /// As [`Table::merge`].
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.table.merge(&other.table)?;
        self.documents = self.documents.saturating_add(other.documents);
        self.copies = self.copies.saturating_add(other.copies);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::error::Place;
    use crate::split::{self, SplitMode};

    fn page(url: &str, lines: &[&str]) -> Sightings {
        let text = lines.join("\n");
        let mut document: Document =
            crate::read::text::document("d".into(), Place::default(), text.into(), None);
        document.url = Some(url.to_owned());
        let paragraphs = split::text::units(&document, SplitMode::Lines);
        Sightings::of(&document, &paragraphs).unwrap()
    }

    #[test]
    fn documents_are_counted_and_copies_are_not() {
        let mut memory = SiteMemory::new(1 << 16).unwrap();
        let pitch = "Become a member of the pier today";
        let first = page("https://pier.example/1", &["The ferry ran late again this week", pitch, pitch]);
        assert_eq!(memory.see(&first), [0, 0, 0]);
        // The pitch occurs twice, but in one document.
        let second = page("https://pier.example/2", &["A heron nests under the crane of the yard", pitch]);
        assert_eq!(memory.see(&second), [0, 1]);
        // The first page again, under another address: none of it is new.
        assert_eq!(
            memory.see(&page("https://pier.example/1?print", &["The ferry ran late again this week", pitch])),
            [0, 1]
        );
        assert_eq!((memory.documents(), memory.copies()), (3, 1));
        let third = page("https://pier.example/3", &["Somebody painted the lighthouse in the night", pitch]);
        assert_eq!(memory.see(&third), [0, 2]);
        assert_eq!(memory.look(&first), [0, 2, 2]);
        assert_eq!(memory.look(&third), [0, 2]);
        assert_eq!(memory.see(&page("https://quay.example/3", &["A quay of its own", pitch])), [0, 0]);
        assert_eq!(memory.table().len(), 6);
    }

    #[test]
    fn shards_add_up() {
        let pages: Vec<Sightings> = (0..40)
            .map(|n| {
                let (url, own) =
                    (format!("https://h{}.example/{n}", n % 3), format!("The boat of number {n} left"));
                page(&url, &[&own, "Share this with a friend of yours", "All rights reserved by the pier"])
            })
            .collect();
        let see = |pages: &[Sightings]| {
            let mut memory = SiteMemory::new(1 << 16).unwrap();
            pages.iter().for_each(|page| drop(memory.see(page)));
            memory
        };
        let (mut one, two, whole) = (see(&pages[..17]), see(&pages[17..]), see(&pages));
        one.merge(&two).unwrap();
        assert_eq!(one.to_bytes(), whole.to_bytes());
        assert!(pages.iter().all(|page| one.look(page) == whole.look(page)));
    }
}
