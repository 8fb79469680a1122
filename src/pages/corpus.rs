//! Pages with reference text: their features as numbers, counted by fold, so that any selection of folds can
//! be counted and scored again at once.

use std::collections::HashMap;

use super::align;
use super::evidence::{Evidence, Sum};
use super::tokens::{self, CHANNELS, Channel, Take};
use super::weights::{Pair, ratios};
use crate::features::Facts;
use crate::features::extract::Extractor;
use crate::folds::fold_of;
use crate::split::html::Blocks;

/// Folds of sites.
pub const FOLDS: usize = 10;
/// Blocks in which a feature must stand, per channel; and it must have been seen on two sites.
pub const MIN_COUNTS: [u32; CHANNELS] = [3, 6, 4, 1, 3, 4, 3];

/// A page with what ought to stay of it.
#[derive(Debug, Clone, Default)]
pub struct Labelled {
    /// Its name.
    pub id: String,
    /// Its site.
    pub domain: String,
    /// What kind of page it is.
    pub kind: String,
    /// The text that ought to stay.
    pub reference: String,
}

/// A page, counted.
#[derive(Debug)]
pub struct Page {
    /// Its name.
    pub id: String,
    /// What kind of page it is.
    pub kind: String,
    /// Fold of its site.
    pub fold: u8,
    /// Number of its site.
    site: u32,
    /// Its blocks.
    pub blocks: Blocks,
    /// Words of its reference.
    pub reference: Vec<String>,
    /// Whether each block is editorial: silver.
    pub editorial: Vec<bool>,
    facts: Vec<Facts>,
    /// Features of each block, [`Channel::Markup`] aside.
    features: Rows,
    /// Of each container: what it says of every block below, and of those that stand in it itself, and of
    /// those that stand in one of its children.
    around: [Rows; 3],
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
    numbers: HashMap<u64, u32>,
    names: Vec<(Channel, String)>,
    /// Kept and other blocks of each fold, by feature.
    counts: Vec<Vec<Pair>>,
    /// Sites of each fold on which a feature was seen: 0, 1, 2 or more.
    seen: Vec<Vec<u8>>,
}

struct Collect<'a> {
    numbers: &'a mut HashMap<u64, u32>,
    names: &'a mut Vec<(Channel, String)>,
    row: &'a mut Vec<u32>,
}

impl Take for Collect<'_> {
    const NAMES: bool = true;

    fn take(&mut self, channel: Channel, key: u64, name: &dyn Fn() -> String) {
        let names = &mut *self.names;
        let number = *self.numbers.entry(key).or_insert_with(|| {
            names.push((channel, name()));
            names.len() as u32 - 1
        });
        self.row.push(number);
    }
}

/// Weights of a selection by number of the feature; `None` where it is not known.
pub type SelectionWeights = Vec<Option<i16>>;

impl Corpus {
    /// Adds a page.
    pub fn add(&mut self, labelled: Labelled, blocks: Blocks, extractor: &mut Extractor) {
        let Self { numbers, names, .. } = self;
        let (mut features, mut facts) = (Rows::default(), Vec::new());
        for block in &blocks.blocks {
            let mut collect = Collect { numbers, names, row: &mut features.values };
            facts.push(tokens::text(extractor, &block.text, &mut collect));
            tokens::form(block, &mut collect);
            for inline in &blocks.inlines[block.inlines.start as usize..block.inlines.end as usize] {
                tokens::named(&blocks, inline, Channel::Inline, "", &mut collect);
            }
            features.end();
        }
        let mut around: [Rows; 3] = Default::default();
        for (id, container) in blocks.containers.iter().enumerate() {
            for (rows, prefix) in around.iter_mut().zip(["", "0", "1"]) {
                if container.first < container.end {
                    let mut collect = Collect { numbers, names, row: &mut rows.values };
                    tokens::named(&blocks, &container.named, Channel::Markup, prefix, &mut collect);
                    if prefix == "0" {
                        tokens::path(&blocks, id as u32, &mut collect);
                    }
                }
                rows.end();
            }
        }
        let words: Vec<Vec<String>> = blocks.blocks.iter().map(|block| align::words(&block.text)).collect();
        let reference = align::words(&labelled.reference);
        let editorial = align::labels(&words, &reference);
        let next = self.sites.len() as u32;
        let site = *self.sites.entry(labelled.domain.clone()).or_insert(next);
        self.pages.push(Page {
            id: labelled.id,
            kind: labelled.kind,
            fold: fold_of(&labelled.domain, FOLDS) as u8,
            site,
            blocks,
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
        let features = self.names.len();
        self.counts = vec![vec![[0; 2]; features]; FOLDS];
        self.seen = vec![vec![0; features]; FOLDS];
        let mut order: Vec<usize> = (0..self.pages.len()).collect();
        order.sort_by_key(|&page| self.pages[page].site);
        let mut last = vec![u32::MAX; features];
        let mut row = Vec::new();
        for page in order {
            let page = &self.pages[page];
            let fold = usize::from(page.fold);
            for block in 0..page.blocks.blocks.len() {
                page.row(block, &mut row);
                let class = usize::from(!page.editorial[block]);
                for &id in &row {
                    let id = id as usize;
                    self.counts[fold][id][class] += 1;
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

    /// Counts of a feature over the folds that are `chosen`, if a model of these would know it.
    fn counted(&self, id: usize, chosen: &dyn Fn(usize) -> bool) -> Option<Pair> {
        let (mut pair, mut sites) = ([0u32; 2], 0);
        for fold in (0..FOLDS).filter(|&fold| chosen(fold)) {
            let [kept, other] = self.counts[fold][id];
            pair = [pair[0] + kept, pair[1] + other];
            sites += self.seen[fold][id];
        }
        let least = MIN_COUNTS[self.names[id].0 as usize];
        (sites >= 2 && pair[0] + pair[1] >= least).then_some(pair)
    }

    /// Counts over the folds that are `chosen`, by channel, in the order of the names.
    pub fn counts(&self, chosen: &dyn Fn(usize) -> bool) -> Vec<Vec<(String, Pair)>> {
        let mut all = vec![Vec::new(); CHANNELS];
        for (id, (channel, name)) in self.names.iter().enumerate() {
            if let Some(pair) = self.counted(id, chosen) {
                all[*channel as usize].push((name.clone(), pair));
            }
        }
        for rows in &mut all {
            rows.sort();
        }
        all
    }

    /// The weights that a model of the folds that are `chosen` would have.
    pub fn weights(&self, chosen: &dyn Fn(usize) -> bool) -> SelectionWeights {
        let pairs: Vec<Option<Pair>> = (0..self.names.len()).map(|id| self.counted(id, chosen)).collect();
        let mut weights = vec![None; pairs.len()];
        for channel in Channel::ALL {
            let ids: Vec<(usize, Pair)> = pairs
                .iter()
                .enumerate()
                .filter(|(id, _)| self.names[*id].0 == channel)
                .filter_map(|(id, pair)| pair.map(|pair| (id, pair)))
                .collect();
            let ratios = ratios(ids.iter().map(|(_, pair)| *pair), channel);
            for ((id, _), ratio) in ids.iter().zip(ratios) {
                weights[*id] = Some(ratio);
            }
        }
        weights
    }

    /// Evidence of a page under weights: what [`super::evidence::of_page`] would say.
    pub fn evidence(&self, page: &Page, weights: &SelectionWeights) -> Vec<Evidence> {
        let containers = &page.blocks.containers;
        let sum = |row: &[u32]| {
            let mut sum = Sum::default();
            row.iter().for_each(|&id| sum.add(weights[id as usize]));
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
        let each = |(block, facts): (usize, &Facts)| {
            let mut sums = [Sum::default(); CHANNELS];
            for &id in page.features.row(block) {
                sums[self.names[id as usize].0 as usize].add(weights[id as usize]);
            }
            if let Some(around) = markup.get(page.blocks.blocks[block].container as usize) {
                sums[Channel::Markup as usize] = *around;
            }
            Evidence { sums, facts: *facts }
        };
        page.facts.iter().enumerate().map(each).collect()
    }
}

impl Page {
    /// All features of a block, each once.
    fn row(&self, block: usize, row: &mut Vec<u32>) {
        row.clear();
        row.extend_from_slice(self.features.row(block));
        let container = self.blocks.blocks[block].container;
        for (level, (id, _)) in self.blocks.around(container).enumerate() {
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
        let kept = (0..self.blocks.blocks.len()).filter(|&block| keep(block));
        kept.flat_map(|block| align::words(&self.blocks.blocks[block].text)).collect()
    }
}
