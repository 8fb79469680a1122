//! Sites whose labels contradict those of all others.
//!
//! A unit is on the right side if the models that have not seen its site find it likelier boilerplate than units are on
//! the whole, and its label is one of boilerplate; or the reverse. The agreement of a site is the mean over both sides
//! of the share that is right, so that a site of almost nothing but article is not praised for it: chance gives a half.
//! A site is contradicted if its agreement lies below a half by more than chance allows, 1/√n for the n lines of its
//! smaller side: two standard errors at the most.

use std::collections::BTreeMap;

use super::corpus::Corpus;
use super::judged::{JudgedUnit, base_log_odds};

/// Fewest lines of a side that say something.
const MIN_LINES: usize = 10;

/// A site, and how far its labels agree with models of the other sites.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Its name.
    pub site: String,
    /// Its units.
    pub lines: usize,
    /// Its units on the right side.
    pub right: usize,
    /// Mean over the sides of the share that is right; a side of fewer than ten lines does not count.
    pub agreement: f64,
    /// Whether both sides count. A page of nothing but links, say, is honestly unlike any other.
    pub both_sides: bool,
}

/// The sites of ordered documents that are contradicted, those with the most wrong lines first.
pub fn contradicted(corpus: &Corpus, units: &[JudgedUnit]) -> Vec<Agreement> {
    let base = base_log_odds(units);
    // Per side, kept and boilerplate: lines, and those that are right.
    let mut sites: BTreeMap<&str, [(usize, usize); 2]> = BTreeMap::new();
    for unit in units.iter().filter(|unit| corpus.documents()[unit.document].ordered) {
        let side = &mut sites.entry(unit.site(corpus)).or_default()[usize::from(unit.boilerplate)];
        side.0 += 1;
        side.1 += usize::from((unit.log_odds > base) == unit.boilerplate);
    }
    let mut found: Vec<Agreement> = sites
        .into_iter()
        .filter_map(|(site, sides)| {
            let counting = || sides.iter().filter(|(lines, _)| *lines >= MIN_LINES);
            let smaller = counting().map(|(lines, _)| *lines).min()?;
            let agreement = counting().map(|&(lines, right)| right as f64 / lines as f64).sum::<f64>()
                / counting().count() as f64;
            let [lines, right] =
                [sides.map(|side| side.0), sides.map(|side| side.1)].map(|it| it.iter().sum());
            let is_contradicted = agreement + 1.0 / (smaller as f64).sqrt() < 0.5;
            let both_sides = counting().count() == 2;
            is_contradicted.then(|| Agreement { site: site.to_owned(), lines, right, agreement, both_sides })
        })
        .collect();
    let wrong = |it: &Agreement| it.lines - it.right;
    found.sort_by(|a, b| wrong(b).cmp(&wrong(a)).then_with(|| a.site.cmp(&b.site)));
    found
}
