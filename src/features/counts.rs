//! Count tables: integers per feature and label. Tables add, merge and differ exactly, so counting can be
//! spread over shards. All weights are computed from them.

use std::io::{BufRead, Write};

use xxhash_rust::xxh3::xxh3_64;

use super::Channel;
use super::tokens::MAX_TOKEN_BYTES;
use super::vocabulary::Vocabulary;
use crate::error::{Error, Place, Result};

/// First line of a count table's text form.
pub const HEADER: &str = "# gleaner count table 1";

/// Maximum number of labels of a table or model. Every feature has one number per label, so this also bounds
/// the memory that a small file can ask for.
pub const MAX_LABELS: usize = 256;
/// Maximum length of a label, in bytes.
pub const MAX_LABEL_BYTES: usize = 128;
/// Maximum length of a feature's name, in bytes: two tokens, an edge, and the spaces between them.
pub const MAX_NAME_BYTES: usize = 2 * MAX_TOKEN_BYTES + 4;

/// Checks that a label is not empty, has at most [`MAX_LABEL_BYTES`] and no control characters. Tabs and line
/// feeds would break the text form of tables and models.
///
/// # Errors
/// Returns what is wrong with the label.
pub fn check_label(label: &str) -> Result<(), String> {
    if label.trim().is_empty() {
        return Err("the label is empty".to_owned());
    }
    if label.len() > MAX_LABEL_BYTES {
        let start: String = label.chars().take(20).collect();
        return Err(format!(
            "the label {:?} is longer than {MAX_LABEL_BYTES} bytes (it has {}; is it a text?)",
            start + "…",
            label.len()
        ));
    }
    if label.chars().any(char::is_control) {
        return Err(format!("the label {label:?} contains a tab, a line feed or another control character"));
    }
    Ok(())
}

/// Checks that a feature's name is not empty, has at most [`MAX_NAME_BYTES`] and no control characters.
///
/// # Errors
/// Returns what is wrong with the name.
pub fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("a feature has no name".to_owned());
    }
    // Printable ASCII needs no further check, and nearly all names are that.
    let plain = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if name.len() > MAX_NAME_BYTES || (!plain && name.chars().any(char::is_control)) {
        return Err(format!(
            "invalid feature name of {} bytes, beginning with {:?}",
            name.len(),
            name.chars().take(20).collect::<String>()
        ));
    }
    Ok(())
}

/// The sites on which a feature was seen. Joining is commutative, associative and idempotent, so merged
/// tables hold what a single pass would have counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sites {
    /// Seen on no site yet.
    #[default]
    None,
    /// Seen on one site, given by the hash of its name.
    One(u64),
    /// Seen on two or more sites.
    Many,
}

impl Sites {
    /// Creates the value for one site.
    pub fn named(site: &str) -> Self {
        Self::One(xxh3_64(site.as_bytes()))
    }

    /// Joins two sets of sites.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, x) | (x, Self::None) => x,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Many,
        }
    }

    /// Number of sites as far as it is known: 0, 1, or 2 for two or more.
    pub fn at_least(self) -> u32 {
        match self {
            Self::None => 0,
            Self::One(_) => 1,
            Self::Many => 2,
        }
    }
}

/// A count table: for each feature, the number of paragraphs of each label that contain it.
#[derive(Debug, Clone, Default)]
pub struct CountTable {
    labels: Vec<String>,
    paragraphs: Vec<u64>,
    vocabulary: Vocabulary,
    counts: Vec<u64>,
    sites: Vec<Sites>,
}

impl CountTable {
    /// Creates an empty table with these labels, which must be distinct.
    pub fn new(labels: Vec<String>) -> Self {
        let paragraphs = vec![0; labels.len()];
        Self { labels, paragraphs, ..Self::default() }
    }

    /// Labels, in the order of every row.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Number of paragraphs counted, per label.
    pub fn paragraphs(&self) -> &[u64] {
        &self.paragraphs
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// Whether the table has no features.
    pub fn is_empty(&self) -> bool {
        self.vocabulary.is_empty()
    }

    /// The features of the table.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Returns the counts of a feature, one per label. Panics if the id is out of range.
    pub fn row(&self, id: u32) -> &[u64] {
        let at = id as usize * self.labels.len();
        &self.counts[at..at + self.labels.len()]
    }

    /// The sites on which a feature was seen.
    pub fn sites(&self, id: u32) -> Sites {
        self.sites[id as usize]
    }

    /// Counts one paragraph with its distinct features.
    pub fn add_paragraph(
        &mut self,
        label: usize,
        site: Sites,
        features: impl IntoIterator<Item = (Channel, String)>,
    ) {
        self.add_paragraphs(label, 1);
        for (channel, name) in features {
            self.add_named(channel, &name, label, 1, site);
        }
    }

    /// Adds a row with one count per label. Panics if the row has another length.
    pub fn add_row(&mut self, channel: Channel, name: &str, row: &[u64], site: Sites) {
        let id = self.vocabulary.intern_text(channel, name);
        self.add_cells(id, row.iter().copied().enumerate(), site);
    }

    /// Adds a row for the feature with this id in `vocabulary`. The same as [`CountTable::add_row`] without
    /// hashing the name again.
    pub fn add_row_of(&mut self, vocabulary: &Vocabulary, id: u32, row: &[u64], site: Sites) {
        let id = self.vocabulary.intern_from(vocabulary, id);
        self.add_cells(id, row.iter().copied().enumerate(), site);
    }

    /// Adds `count` to one cell.
    pub fn add_named(&mut self, channel: Channel, name: &str, label: usize, count: u64, site: Sites) {
        let id = self.vocabulary.intern_text(channel, name);
        self.add_cells(id, std::iter::once((label, count)), site);
    }

    /// Adds to the cells of a feature, given as pairs of label index and count.
    fn add_cells(&mut self, id: u32, cells: impl Iterator<Item = (usize, u64)>, site: Sites) {
        let (id, width) = (id as usize, self.labels.len());
        if id == self.sites.len() {
            self.sites.push(Sites::None);
            self.counts.resize(self.counts.len() + width, 0);
        }
        let row = &mut self.counts[id * width..(id + 1) * width];
        for (label, count) in cells {
            row[label] = row[label].saturating_add(count);
        }
        self.sites[id] = self.sites[id].join(site);
    }

    /// Reserves room for `more` features.
    pub fn reserve(&mut self, more: usize) {
        self.vocabulary.reserve(more);
        self.counts.reserve(more * self.labels.len());
        self.sites.reserve(more);
    }

    /// Adds `count` paragraphs of a label that were counted elsewhere.
    pub fn add_paragraphs(&mut self, label: usize, count: u64) {
        self.paragraphs[label] = self.paragraphs[label].saturating_add(count);
    }

    /// Returns the index of a label, appending the label if it is new.
    pub fn label(&mut self, name: &str) -> usize {
        if let Some(index) = self.labels.iter().position(|label| label == name) {
            return index;
        }
        let old = self.labels.len();
        self.labels.push(name.to_owned());
        self.paragraphs.push(0);
        let mut counts = Vec::with_capacity(self.sites.len() * (old + 1));
        for id in 0..self.sites.len() {
            counts.extend_from_slice(&self.counts[id * old..(id + 1) * old]);
            counts.push(0);
        }
        self.counts = counts;
        old
    }

    /// Adds another table to this one, cell by cell; labels are matched by name.
    pub fn merge(&mut self, other: &Self) {
        let labels: Vec<usize> = other.labels.iter().map(|name| self.label(name)).collect();
        for (from, &to) in labels.iter().enumerate() {
            self.add_paragraphs(to, other.paragraphs[from]);
        }
        let mut row = vec![0u64; self.labels.len()];
        self.reserve(other.len().saturating_sub(self.len()));
        for id in 0..other.len() as u32 {
            row.fill(0);
            for (from, &to) in labels.iter().enumerate() {
                row[to] = row[to].saturating_add(other.row(id)[from]);
            }
            self.add_row_of(&other.vocabulary, id, &row, other.sites(id));
        }
    }

    /// Marks every feature as seen on many sites.
    pub fn forget_sites(&mut self) {
        self.sites.fill(Sites::Many);
    }

    /// Returns the table without features seen on fewer than `sites` sites (0, 1 or 2).
    #[must_use]
    pub fn seen_on(&self, sites: u32) -> Self {
        self.filtered(|id| self.sites(id).at_least() >= sites)
    }

    /// Returns the table with the chosen features only.
    #[must_use]
    pub fn filtered(&self, chosen: impl Fn(u32) -> bool) -> Self {
        let mut kept = Self::new(self.labels.clone());
        kept.paragraphs.clone_from(&self.paragraphs);
        for id in (0..self.len() as u32).filter(|&id| chosen(id)) {
            kept.add_row_of(&self.vocabulary, id, self.row(id), self.sites(id));
        }
        kept
    }

    /// Returns the table with its labels in alphabetical order.
    #[must_use]
    pub fn with_sorted_labels(&self) -> Self {
        let mut labels = self.labels.clone();
        labels.sort();
        let mut sorted = Self::new(labels);
        sorted.merge(self);
        sorted
    }

    /// Writes the table as text: sorted, tab-separated, the same bytes for the same counts.
    ///
    /// # Errors
    /// Any error of `out`.
    pub fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.sort_by(|&a, &b| self.labels[a].cmp(&self.labels[b]));
        let line = |cells: Vec<String>| cells.join("\t");
        writeln!(out, "{HEADER}")?;
        writeln!(out, "labels\t\t{}", line(order.iter().map(|&i| self.labels[i].clone()).collect()))?;
        writeln!(
            out,
            "paragraphs\t\t{}",
            line(order.iter().map(|&i| self.paragraphs[i].to_string()).collect())
        )?;
        let mut line = String::new();
        for id in self.vocabulary.sorted_ids() {
            let ((channel, name), row) = (self.vocabulary.feature(id), self.row(id));
            line.clear();
            line.push_str(channel.name());
            // A site is written only if the feature was seen on that one alone.
            match self.sites(id) {
                Sites::One(hash) => line.push_str(&format!("@{hash:016x}")),
                Sites::None => line.push('@'),
                Sites::Many => {}
            }
            line.push('\t');
            line.push_str(name);
            // Trailing zeros are left out: a feature without counts ends after its name.
            let end = order.iter().rposition(|&label| row[label] > 0).map_or(0, |last| last + 1);
            for &label in &order[..end] {
                line.push('\t');
                match row[label] {
                    // Nearly all counts are single digits.
                    digit @ 0..=9 => line.push(char::from(b'0' + digit as u8)),
                    number => line.push_str(&number.to_string()),
                }
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`Error::Labelled`] with path, line and byte of the first row that differs from the form that
    /// [`CountTable::write`] gives; [`Error::Io`] if reading fails.
    pub fn read(input: &mut dyn BufRead, place: &Place) -> Result<Self> {
        let mut table = Self::default();
        let (mut byte, mut rows) = (0u64, 0);
        let mut text = Vec::new();
        for number in 1.. {
            text.clear();
            let length = input
                .read_until(b'\n', &mut text)
                .map_err(|source| Error::io(&place.path, "cannot read", source))?;
            if length == 0 {
                break;
            }
            let bad = |reason: &str| Error::Labelled {
                place: place.clone().at(number, byte),
                reason: reason.to_owned(),
            };
            let row = std::str::from_utf8(&text).map_err(|_| bad("a count table must be UTF-8"))?;
            table.row_of_text(row.trim_end_matches(['\n', '\r']), number).map_err(|reason| bad(&reason))?;
            if !text.ends_with(b"\n") {
                return Err(bad("the table ends in the middle of a row; copy or count it again"));
            }
            rows = number;
            byte += length as u64;
        }
        if rows < 3 {
            let reason =
                "incomplete count table: it must begin with its header, labels and paragraphs".to_owned();
            return Err(Error::Labelled { place: place.clone(), reason });
        }
        Ok(table)
    }

    fn row_of_text(&mut self, row: &str, number: u64) -> Result<(), String> {
        if number == 1 {
            return if row == HEADER { Ok(()) } else { Err(format!("expected {HEADER:?}")) };
        }
        let mut cells = row.split('\t');
        let (kind, name) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        if number == 2 {
            self.labels = cells.map(str::to_owned).collect();
            self.paragraphs = vec![0; self.labels.len()];
            let distinct: std::collections::BTreeSet<_> = self.labels.iter().collect();
            if kind != "labels" || self.labels.is_empty() || distinct.len() != self.labels.len() {
                return Err("expected a row of distinct labels".to_owned());
            }
            if self.labels.len() > MAX_LABELS {
                return Err(format!("{} labels, more than {MAX_LABELS}", self.labels.len()));
            }
            return self.labels.iter().try_for_each(|label| check_label(label));
        }
        let counts: Vec<u64> = cells
            .map(|cell| cell.parse().map_err(|_| format!("{cell:?} is not a count")))
            .collect::<Result<_, _>>()?;
        if counts.len() > self.labels.len() {
            return Err(format!("{} counts for {} labels", counts.len(), self.labels.len()));
        }
        if number == 3 {
            if kind != "paragraphs" || counts.len() != self.labels.len() {
                return Err("expected the number of paragraphs of each label".to_owned());
            }
            self.paragraphs = counts;
            return Ok(());
        }
        let (channel, site) = match kind.split_once('@') {
            None => (kind, Sites::Many),
            Some((channel, "")) => (channel, Sites::None),
            Some((channel, hash)) => {
                let hash = u64::from_str_radix(hash, 16)
                    .map_err(|_| format!("{hash:?} is not the hash of a site"))?;
                (channel, Sites::One(hash))
            }
        };
        let channel = Channel::from_name(channel).ok_or_else(|| format!("unknown channel {channel:?}"))?;
        check_name(name)?;
        let mut row = counts;
        row.resize(self.labels.len(), 0);
        self.add_row(channel, name, &row, site);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, usize, u64, &str)]) -> CountTable {
        let mut table = CountTable::new(vec!["pitch".into(), "editorial".into()]);
        for &(name, label, count, site) in rows {
            table.add_named(Channel::Words, name, label, count, Sites::named(site));
            table.add_paragraphs(label, count);
        }
        table
    }

    fn text(table: &CountTable) -> String {
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn merging_shards_equals_one_pass() {
        let a = [("join", 0, 3, "a"), ("river", 1, 2, "a")];
        let b = [("join", 0, 1, "b"), ("river", 1, 5, "a"), ("today", 1, 1, "b")];
        let mut merged = table(&a);
        merged.merge(&table(&b));
        let mut other_way = table(&b);
        other_way.merge(&table(&a));
        let whole = table(&[a.as_slice(), b.as_slice()].concat());
        assert_eq!(text(&merged), text(&whole));
        assert_eq!(text(&other_way), text(&whole));
        assert_eq!(whole.seen_on(2).len(), 1);
    }

    #[test]
    fn text_comes_back_the_same() {
        let whole =
            table(&[("join", 0, 3, "a"), ("join", 1, 1, "b"), ("river", 1, 2, "a"), ("today", 0, 0, "a")]);
        let written = text(&whole);
        let read = CountTable::read(&mut written.as_bytes(), &Place::of("t")).unwrap();
        assert_eq!(text(&read), written);
    }

    #[test]
    fn a_bad_row_is_named_with_its_place() {
        for (bad, expected) in [
            ("", "t: incomplete count table"),
            ("hello\n", "t, line 1, byte 0: expected"),
            (
                "# gleaner count table 1\nlabels\t\ta\tb\nparagraphs\t\t1\t1\nwords\tx\t1\tmany\n",
                "line 4, byte 52: \"many\"",
            ),
            ("# gleaner count table 1\nlabels\t\ta\na\n", "line 3"),
            ("# gleaner count table 1\nlabels\t\ta\n", "t: incomplete count table"),
            ("# gleaner count table 1\nlabels\t\ta\nparagraphs\t\t1", "in the middle of a row"),
            ("# gleaner count table 1\nlabels\t\t\n", "the label is empty"),
            ("# gleaner count table 1\nlabels\t\ta\u{7}b\n", "control character"),
            ("# gleaner count table 1\nlabels\t\ta\ta\n", "line 2"),
        ] {
            let error = CountTable::read(&mut bad.as_bytes(), &Place::of("t")).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
