//! Counts of a selection of a corpus, and the table of them.

use super::{Corpus, CorpusDocument, CorpusUnit, LeftOut};
use crate::features::counts::{CountTable, Sites};

impl Corpus {
    /// As [`count_without`](Self::count_without), with no unit left out.
    pub fn count(&self, min_sites: u32, chosen: impl Fn(&CorpusDocument) -> bool) -> Counted {
        self.count_without(min_sites, chosen, &LeftOut::default())
    }

    /// Counts the chosen documents, but for the units that are left out, together with all tables: in how many units
    /// of each label each feature stands, of the features that were seen on so many sites (0, 1 or 2). The rows of
    /// all others are zeros that take no memory: most features were seen on one site only.
    pub fn count_without(
        &self,
        min_sites: u32,
        chosen: impl Fn(&CorpusDocument) -> bool,
        left_out: &LeftOut,
    ) -> Counted {
        let documents: Vec<&CorpusDocument> = self.documents.iter().filter(|d| chosen(d)).collect();
        let sites = self.sites(&documents, left_out);
        let width = self.labels.len();
        let mut counted =
            Counted { width, units: vec![0; width], rows: Vec::new(), counts: Vec::new(), sites };
        let mut rows = 0;
        counted.rows.extend(counted.sites.iter().map(|sites| {
            let is_counted = *sites != Sites::None && sites.at_least() >= min_sites;
            rows += u32::from(is_counted);
            if is_counted { rows } else { 0 }
        }));
        counted.counts = vec![0; (rows as usize + 1) * width];
        let labels: Vec<usize> = self
            .table
            .labels()
            .iter()
            .map(|name| self.labels.iter().position(|label| label == name).unwrap_or(0))
            .collect();
        for (&label, &count) in labels.iter().zip(self.table.paragraphs()) {
            counted.units[label] = counted.units[label].saturating_add(count);
        }
        for (from, to) in self.of_tables() {
            for (&count, &label) in self.table.row(from).iter().zip(&labels) {
                counted.add(to, label, count);
            }
        }
        for unit in documents.iter().flat_map(|document| self.taken(document, left_out)) {
            counted.units[unit.label] = counted.units[unit.label].saturating_add(1);
            let mut before = None;
            self.features(unit).for_each(|id| {
                if before.replace(id) != Some(id) {
                    counted.add(id, unit.label, 1);
                }
            });
        }
        counted
    }

    /// On which sites each feature was seen.
    fn sites(&self, documents: &[&CorpusDocument], left_out: &LeftOut) -> Vec<Sites> {
        let mut sites = vec![Sites::None; self.vocabulary.len()];
        for (from, to) in self.of_tables() {
            sites[to as usize] = sites[to as usize].join(self.table.sites(from));
        }
        for document in documents {
            let mut before = &(0..0);
            for unit in self.taken(document, left_out) {
                // What stands around many units in a row need not be seen for each of them.
                let around = if unit.around == *before { &(0..0) } else { &unit.around };
                for range in [&unit.features, around] {
                    for &id in &self.features[range.clone()] {
                        sites[id as usize] = sites[id as usize].join(document.site);
                    }
                }
                before = &unit.around;
            }
        }
        sites
    }

    /// The units of a document that are not left out.
    fn taken(&self, document: &CorpusDocument, left_out: &LeftOut) -> impl Iterator<Item = &CorpusUnit> {
        self.indices(document).filter(|&unit| !left_out.has(unit)).map(|unit| &self.units[unit])
    }

    /// Ids of the features of the tables: there, and here.
    fn of_tables(&self) -> impl Iterator<Item = (u32, u32)> {
        let there = self.table.vocabulary();
        (0..there.len() as u32).filter_map(|id| Some((id, self.vocabulary.id(there.key(id))?)))
    }

    /// What was counted as a table by name.
    pub fn to_table(&self, counted: &Counted) -> CountTable {
        let labels: Vec<usize> = (0..self.labels.len()).collect();
        self.table_of(counted, &labels, |id| counted.is_counted(id))
    }

    /// The same for these labels, in this order, and the chosen features. Panics for a label beyond
    /// [`Corpus::labels`].
    pub fn table_of(&self, counted: &Counted, labels: &[usize], chosen: impl Fn(u32) -> bool) -> CountTable {
        let mut table = CountTable::new(labels.iter().map(|&label| self.labels[label].clone()).collect());
        for (to, &from) in labels.iter().enumerate() {
            table.add_paragraphs(to, counted.units[from]);
        }
        let ids = self.vocabulary.sorted((0..self.vocabulary.len() as u32).filter(|&id| chosen(id)));
        table.reserve(ids.len());
        let mut row = vec![0; labels.len()];
        for id in ids {
            let counts = counted.row(id);
            for (to, &from) in row.iter_mut().zip(labels) {
                *to = counts[from];
            }
            table.add_row_of(&self.vocabulary, id, &row, counted.sites(id));
        }
        table
    }
}

/// Counts of a selection, by the corpus's vocabulary and labels.
#[derive(Debug, Clone)]
pub struct Counted {
    width: usize,
    units: Vec<u64>,
    sites: Vec<Sites>,
    /// Per feature its row in `counts`; the first one is zeros, and is that of features not counted.
    rows: Vec<u32>,
    counts: Vec<u64>,
}

impl Counted {
    /// Units per label.
    pub fn units(&self) -> &[u64] {
        &self.units
    }

    /// On which sites a feature was seen.
    pub fn sites(&self, id: u32) -> Sites {
        self.sites[id as usize]
    }

    /// Counts of one feature, per label.
    pub fn row(&self, id: u32) -> &[u64] {
        let row = self.rows[id as usize] as usize;
        &self.counts[row * self.width..(row + 1) * self.width]
    }

    /// Whether the selection has the feature, on as many sites as were asked for.
    pub fn is_counted(&self, id: u32) -> bool {
        self.rows[id as usize] != 0
    }

    fn add(&mut self, id: u32, label: usize, count: u64) {
        let row = self.rows[id as usize] as usize;
        if row != 0 {
            let cell = &mut self.counts[row * self.width + label];
            *cell = cell.saturating_add(count);
        }
    }
}
