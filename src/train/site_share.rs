//! No site teaches more than its share of the lines, so that one site that is wrong cannot turn a model.
//!
//! A site with more lines than its share is thinned to it: of its lines, those with the lowest hash stay. The share is
//! that of all lines that stay. Where several sites are too large they get the same number of lines, the largest c
//! with c = share · Σ min(lines of a site, c). With fewer than [`MIN_SITES`] sites nothing is thinned: there a large
//! share says little, and every line is wanted.
//!
//! Loose paragraphs and count tables name no site and are left alone. A line that is left out is still a neighbour of
//! those that stay.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::corpus::{Chosen, Corpus, CorpusDocument, LeftOut};

/// Fewest sites with ordered documents of which one is thinned.
pub const MIN_SITES: usize = 20;
/// Share of the lines that one site may give, if nothing else is said.
pub const MAX_SHARE: f64 = 0.1;

/// A site that gives more than its share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLarge {
    /// Its name.
    pub site: String,
    /// Its lines.
    pub lines: usize,
    /// Those that are trained on.
    pub taken: usize,
}

/// What the sites of ordered documents give.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    /// Sites.
    pub sites: usize,
    /// Their lines.
    pub lines: usize,
    /// Sites above the share, the largest first. Where nothing is thinned, all of their lines are taken.
    pub too_large: Vec<TooLarge>,
    /// Lines that are not trained on.
    pub left_out: LeftOut,
}

impl Shares {
    /// Shares of the chosen documents. From a `max_share` of 1 on, and where it cannot be kept because the sites are
    /// too few, nothing is left out.
    pub fn new(corpus: &Corpus, chosen: Chosen<'_>, max_share: f64) -> Self {
        let mut sites: BTreeMap<&str, Vec<&CorpusDocument>> = BTreeMap::new();
        for document in corpus.documents().iter().filter(|document| document.ordered && chosen(document)) {
            sites.entry(&document.site_name).or_default().push(document);
        }
        let lines_of = |documents: &[&CorpusDocument]| -> usize {
            documents.iter().map(|document| corpus.units(document).len()).sum()
        };
        let mut sizes: Vec<(usize, &str)> =
            sites.iter().map(|(site, documents)| (lines_of(documents), *site)).collect();
        sizes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let lines = sizes.iter().map(|(lines, _)| lines).sum();
        let mut shares = Self { sites: sites.len(), lines, ..Self::default() };
        let most = if sites.len() < MIN_SITES { None } else { cap(&sizes, max_share) };
        let above = |&&(size, _): &&(usize, &str)| match most {
            Some(most) => size > most,
            None => size as f64 > max_share * lines as f64,
        };
        for &(lines, site) in sizes.iter().filter(above) {
            let taken = most.unwrap_or(lines);
            if taken < lines {
                thin(corpus, &sites[site], taken, &mut shares.left_out);
            }
            shares.too_large.push(TooLarge { site: site.to_owned(), lines, taken });
        }
        shares
    }

    /// Whether a site gives more than its share and was thinned.
    pub fn is_thinned(&self, site: &str) -> bool {
        self.too_large.iter().any(|it| it.site == site && it.taken < it.lines)
    }

    /// Leaves out a document of a site that is too large.
    pub fn leave_out(&mut self, corpus: &Corpus, document: &CorpusDocument) {
        corpus.indices(document).for_each(|unit| self.left_out.add(unit));
        if let Some(site) = self.too_large.iter_mut().find(|it| it.site == document.site_name) {
            site.taken = 0;
        }
    }
}

/// Most lines that a site may give, so that none gives more than `max_share` of what is then left; `None` where no
/// number of lines is so few. `sizes` fall.
fn cap(sizes: &[(usize, &str)], max_share: f64) -> Option<usize> {
    let mut rest: usize = sizes.iter().map(|(lines, _)| lines).sum();
    for (capped, (lines, _)) in sizes.iter().enumerate() {
        let room = 1.0 - capped as f64 * max_share;
        if room <= 0.0 {
            return None;
        }
        // With the first `capped` sites at c and the others whole: c = share · (capped · c + rest).
        let most = (max_share * rest as f64 / room + 1e-9) as usize;
        if *lines <= most {
            return Some(most);
        }
        rest -= lines;
    }
    None
}

/// Leaves out all lines of a site's documents but so many, those with the lowest hash.
fn thin(corpus: &Corpus, documents: &[&CorpusDocument], taken: usize, left_out: &mut LeftOut) {
    let mut lines: Vec<(u64, usize)> = Vec::new();
    for document in documents {
        let hash = |place: u64| xxh3_64_with_seed(&place.to_le_bytes(), document.content());
        lines.extend((0..).zip(corpus.indices(document)).map(|(place, unit)| (hash(place), unit)));
    }
    lines.sort_unstable();
    lines.iter().skip(taken).for_each(|&(_, unit)| left_out.add(unit));
}
