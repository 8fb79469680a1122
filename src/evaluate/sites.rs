//! What each site loses and keeps.

use std::collections::BTreeMap;

use super::verdicts::Tally;
use super::{Options, ScoredDocument};

/// One site at the tool's verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name, as it was given.
    pub name: String,
    /// Its documents.
    pub documents: u64,
    /// Those of them that lose more than 2 % of their editorial words.
    pub hurt: u64,
    /// Words of its editorial lines.
    pub kept_words: u64,
    /// Those of them that are dropped.
    pub lost_words: u64,
    /// Its boilerplate lines.
    pub boilerplate: u64,
    /// Those of them that are dropped.
    pub caught: u64,
}

impl Site {
    /// Its boilerplate lines that stay.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.boilerplate - self.caught
    }
}

/// Every site, in the order of the names; `names` has one for each document. Ignored labels are left out,
/// and a line without a verdict stays. Cannot fail.
#[must_use]
pub fn sites(documents: &[ScoredDocument], names: &[&str], options: &Options) -> Vec<Site> {
    let mut tallies: BTreeMap<&str, (u64, Tally)> = BTreeMap::new();
    for (document, name) in documents.iter().zip(names) {
        let (count, tally) = tallies.entry(name).or_default();
        *count += 1;
        tally.add(&Tally::of(document, options), 1);
    }
    let site = |(name, (documents, tally)): (&str, (u64, Tally))| Site {
        name: name.to_owned(),
        documents,
        hurt: tally.hurt,
        kept_words: tally.kept_words,
        lost_words: tally.lost_words,
        boilerplate: tally.boilerplate,
        caught: tally.caught,
    };
    tallies.into_iter().map(site).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::document;
    use super::*;
    use crate::verdict::Verdict;

    #[test]
    fn documents_of_a_site_add_up() {
        let mut one = document(&[("editorial", 9, 0.9), ("editorial", 11, 0.1), ("nav", 1, 0.9)]);
        one.paragraphs[0].verdict = Some(Verdict::Boilerplate);
        one.paragraphs[2].verdict = Some(Verdict::Unsure);
        let mut two = document(&[("nav", 4, 0.9), ("meta", 4, 0.9)]);
        two.paragraphs.iter_mut().for_each(|p| p.verdict = Some(Verdict::Boilerplate));
        let documents = [one.clone(), two, one];
        let sites = sites(&documents, &["b.example", "b.example", "a.example"], &Options::default());
        let a = Site {
            name: "a.example".to_owned(),
            documents: 1,
            hurt: 1,
            kept_words: 20,
            lost_words: 9,
            boilerplate: 1,
            caught: 0,
        };
        let b = Site { name: "b.example".to_owned(), documents: 2, boilerplate: 2, caught: 1, ..a.clone() };
        assert_eq!(sites, [a, b]);
        assert_eq!(sites[1].left(), 1);
    }
}
