//! Pages with reference text: their features as numbers, counted by fold, so that any selection of folds can
//! be counted and scored again at once.

use std::collections::HashMap;

use super::folds::SelectionWeights;
use super::silver;
use crate::bayes::evidence::{Evidence, Sum};
use crate::bayes::markup::PREFIXES;
use crate::bayes::weights::{Classes, WEIGHT_STEP, default_alpha};
use crate::features::counts::{CountTable, Sites};
use crate::features::extract::Extractor;
use crate::features::vocabulary::{Interner, Vocabulary};
use crate::features::{Channel, Facts, markup};
use crate::folds::fold_of;
use crate::split::Units;

/// Folds of sites.
pub const FOLDS: usize = 10;
/// Blocks in which a feature must stand, in the order of [`Channel::ALL`]; and it must have been seen on two sites.
pub const MIN_COUNTS: [u64; Channel::ALL.len()] = [3, 6, 4, 1, 1, 3, 4, 3];
/// Labels of blocks: silver, from the reference text.
pub const LABELS: [&str; 2] = ["boilerplate", "editorial"];
/// Which of them are kept.
pub const KEPT: [bool; 2] = [false, true];

/// The classes of [`LABELS`].
pub fn classes() -> Classes {
    Classes::new(&LABELS.map(str::to_owned), &KEPT)
}

/// A page with what ought to stay of it.
#[derive(Debug, Clone, Default)]
pub struct Labelled {
    /// Its name.
    pub id: String,
    /// Its site.
    pub domain: String,
    /// What type of page it is.
    pub page_type: String,
    /// The text that ought to stay.
    pub reference: String,
}

/// A page, counted.
#[derive(Debug)]
pub struct Page {
    /// Its name.
    pub id: String,
    /// What type of page it is.
    pub page_type: String,
    /// Fold of its site.
    pub fold: u8,
    /// Number of its site.
    site: u32,
    /// Its blocks.
    pub units: Units,
    /// Words of its reference.
    pub reference: Vec<String>,
    /// Whether each block is editorial: silver.
    pub editorial: Vec<bool>,
    facts: Vec<Facts>,
    /// Features of each block, [`Channel::Markup`] aside.
    features: Rows,
    /// Of each container, under each of [`PREFIXES`]: what it says of every block below, and of those that stand in
    /// it itself, and of those that stand in one of its children.
    around: [Rows; PREFIXES.len()],
}

/// Lists of numbers, one after another.
#[derive(Debug, Default)]
struct Rows {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Rows {
    fn end(&mut self) {
        self.ends.push(self.values.len() as u32);
    }

    fn row(&self, at: usize) -> &[u32] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.values[from as usize..self.ends[at] as usize]
    }
}

/// Pages and their features.
#[derive(Debug, Default)]
pub struct Corpus {
    pages: Vec<Page>,
    sites: HashMap<String, u32>,
    vocabulary: Vocabulary,
    /// Blocks of each fold by label, by feature.
    counts: Vec<Vec<[u32; 2]>>,
    /// Sites of each fold on which a feature was seen: 0, 1, 2 or more.
    seen: Vec<Vec<u8>>,
}

impl Corpus {
    /// Adds a page.
    pub fn add(&mut self, labelled: Labelled, units: Units, extractor: &mut Extractor) {
        let vocabulary = &mut self.vocabulary;
        let (mut features, mut facts) = (Rows::default(), Vec::new());
        for unit in units.iter() {
            let mut interner = Interner { vocabulary, ids: &mut features.values };
            facts.push(extractor.extract(unit.rendered(), None, &mut interner));
            markup::form(unit, &mut interner);
            for inline in units.inlines_of(unit) {
                markup::named(&units, inline, Channel::Inline, "", &mut interner);
            }
            features.end();
        }
        let mut around: [Rows; PREFIXES.len()] = Default::default();
        for (id, container) in units.containers.iter().enumerate() {
            for (level, (rows, prefix)) in around.iter_mut().zip(PREFIXES).enumerate() {
                if container.first < container.end {
                    let mut interner = Interner { vocabulary, ids: &mut rows.values };
                    markup::named(&units, &container.named, Channel::Markup, prefix, &mut interner);
                    if level == 1 {
                        markup::path(&units, id as u32, &mut interner);
                    }
                }
                rows.end();
            }
        }
        let words: Vec<Vec<String>> = units.iter().map(|unit| silver::words(unit.rendered())).collect();
        let reference = silver::words(&labelled.reference);
        let editorial = silver::labels(&words, &reference);
        let next = self.sites.len() as u32;
        let site = *self.sites.entry(labelled.domain.clone()).or_insert(next);
        self.pages.push(Page {
            id: labelled.id,
            page_type: labelled.page_type,
            fold: fold_of(&labelled.domain, FOLDS) as u8,
            site,
            units,
            reference,
            editorial,
            facts,
            features,
            around,
        });
    }

    /// Puts pages in the order of their ids and counts. To be called once, after the last page.
    pub fn arrange(&mut self) {
        self.pages.sort_by(|a, b| a.id.cmp(&b.id));
        let features = self.vocabulary.len();
        self.counts = vec![vec![[0; 2]; features]; FOLDS];
        self.seen = vec![vec![0; features]; FOLDS];
        let mut order: Vec<usize> = (0..self.pages.len()).collect();
        order.sort_by_key(|&page| self.pages[page].site);
        let mut last = vec![u32::MAX; features];
        let mut row = Vec::new();
        for page in order {
            let page = &self.pages[page];
            let fold = usize::from(page.fold);
            for block in 0..page.units.len() {
                page.row(block, &mut row);
                let label = usize::from(page.editorial[block]);
                for &id in &row {
                    let id = id as usize;
                    self.counts[fold][id][label] += 1;
                    if last[id] != page.site {
                        last[id] = page.site;
                        self.seen[fold][id] = (self.seen[fold][id] + 1).min(2);
                    }
                }
            }
        }
    }

    /// The pages, in the order of their ids.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Counts of a feature over the folds that are `chosen`, by label, and whether a model of these would know it.
    fn counted(&self, id: u32, chosen: &dyn Fn(usize) -> bool) -> ([u64; 2], bool) {
        let (mut row, mut sites) = ([0u64; 2], 0);
        for fold in (0..FOLDS).filter(|&fold| chosen(fold)) {
            let [boilerplate, editorial] = self.counts[fold][id as usize];
            row = [row[0] + u64::from(boilerplate), row[1] + u64::from(editorial)];
            sites += self.seen[fold][id as usize];
        }
        let least = MIN_COUNTS[self.vocabulary.channel(id) as usize];
        (row, sites >= 2 && row[0] + row[1] >= least)
    }

    /// Counts over the folds that are `chosen`, of the features that a model of these would know.
    pub fn table(&self, chosen: &dyn Fn(usize) -> bool) -> CountTable {
        let mut table = CountTable::new(LABELS.map(str::to_owned).to_vec());
        for page in self.pages.iter().filter(|page| chosen(page.fold.into())) {
            let editorial = page.editorial.iter().filter(|editorial| **editorial).count() as u64;
            table.add_paragraphs(0, page.editorial.len() as u64 - editorial);
            table.add_paragraphs(1, editorial);
        }
        for id in self.vocabulary.sorted_ids() {
            let (row, is_known) = self.counted(id, chosen);
            if is_known {
                table.add_row_of(&self.vocabulary, id, &row, Sites::Many);
            }
        }
        table
    }

    /// The weights that a model of the folds that are `chosen` would have.
    pub fn weights(&self, chosen: &dyn Fn(usize) -> bool) -> SelectionWeights {
        let classes = classes();
        let counted: Vec<_> = (0..self.vocabulary.len() as u32).map(|id| self.counted(id, chosen)).collect();
        let blocks = self.pages.iter().map(|page| page.editorial.len() as u64).sum();
        SelectionWeights::of(
            (&self.vocabulary, blocks),
            &classes,
            default_alpha,
            |&id| counted[id as usize].1,
            |id, sums| classes.fold(&counted[id as usize].0, sums),
        )
    }

    /// Evidence of a page under weights: what [`crate::bayes::markup::read`] would say.
    pub fn evidence(&self, page: &Page, weights: &SelectionWeights, evidence: &mut Evidence) {
        evidence.clear(weights.stride(), Channel::ALL.len(), false);
        let markup = self.markup(page, weights);
        for (block, facts) in page.facts.iter().enumerate() {
            evidence.begin();
            for &id in page.features.row(block) {
                let (row, rarity) = weights.look_up(id);
                evidence.add(self.vocabulary.channel(id), self.vocabulary.key(id), row, rarity);
            }
            if let Some(&around) = markup.get(page.units[block].container as usize) {
                evidence.add_sum(Channel::Markup, around);
            }
            evidence.end(*facts);
        }
    }

    /// What the elements around blocks say, by container.
    fn markup(&self, page: &Page, weights: &SelectionWeights) -> Vec<Sum> {
        let containers = &page.units.containers;
        let sum = |row: &[u32]| {
            let mut sum = Sum::default();
            for &id in row {
                sum.add(weights.look_up(id).0.map(|row| i32::from(row[0]) * WEIGHT_STEP));
            }
            sum
        };
        let mut above = vec![Sum::default(); containers.len()];
        let mut markup = vec![Sum::default(); containers.len()];
        for (id, container) in containers.iter().enumerate() {
            let parent = container.parent as usize;
            above[id] = sum(page.around[0].row(id)).join(above.get(parent).copied().unwrap_or_default());
            let of_parent =
                if parent < containers.len() { sum(page.around[2].row(parent)) } else { Sum::default() };
            markup[id] = above[id].join(sum(page.around[1].row(id))).join(of_parent);
        }
        markup
    }
}

impl Page {
    /// All features of a block, each once.
    fn row(&self, block: usize, row: &mut Vec<u32>) {
        row.clear();
        row.extend_from_slice(self.features.row(block));
        let container = self.units[block].container;
        for (level, (id, _)) in self.units.around(container).enumerate() {
            row.extend_from_slice(self.around[0].row(id as usize));
            if level < 2 {
                row.extend_from_slice(self.around[level + 1].row(id as usize));
            }
        }
        row.sort_unstable();
        row.dedup();
    }

    /// Words of the blocks that are kept.
    pub fn kept(&self, keep: impl Fn(usize) -> bool) -> Vec<String> {
        let kept = (0..self.units.len()).filter(|&block| keep(block));
        kept.flat_map(|block| silver::words(self.units[block].rendered())).collect()
    }
}
