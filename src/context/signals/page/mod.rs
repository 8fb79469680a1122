//! The signals of a block of a page: its own, and those of everything around it.
//!
//! | file | signals of |
//! |---|---|
//! | `own` | the block itself, its neighbours and its place |
//! | `containers` | the elements around it, the subtree of largest evidence, repeated siblings |
//! | `alike` | blocks of the same signature, and of the same text |
//! | `whole` | the page as a whole |
//!
//! Log-odds are in nats times [`WEIGHT_SCALE`](crate::bayes::weights::WEIGHT_SCALE), shares in 1024ths,
//! everything else is a plain number.

mod alike;
mod containers;
mod own;
mod whole;

use super::{Row, Signals};
use crate::bayes::evidence::Evidence;
use crate::features::Channel;
use crate::split::Units;

/// Values that several families of signals use.
struct Page<'a> {
    units: &'a Units,
    evidence: &'a Evidence,
    /// Own log-odds of each block.
    own: Vec<i32>,
    /// Weight of each block: its tokens to the power ¾, in sixteenths.
    weight: Vec<i64>,
    /// Running sums, one more than blocks: own, own × weight, weight, tokens, characters, characters in
    /// links.
    sums: Vec<[i64; 6]>,
}

const OWN: usize = 0;
const WEIGHED: usize = 1;
const WEIGHT: usize = 2;
const TOKENS: usize = 3;
const CHARS: usize = 4;
const LINKED: usize = 5;

impl<'a> Page<'a> {
    fn new(units: &'a Units, evidence: &'a Evidence) -> Self {
        let own: Vec<i32> = (0..evidence.len()).map(|i| own_log_odds(evidence, i)).collect();
        // Square roots are exact on every machine; powers need not be.
        let weight: Vec<i64> = (0..evidence.len())
            .map(|i| {
                let root = f64::from(evidence.facts(i).shape.tokens.max(1)).sqrt();
                (root * root.sqrt() * 16.0) as i64
            })
            .collect();
        let mut sums = Vec::with_capacity(own.len() + 1);
        let mut sum = [0i64; 6];
        sums.push(sum);
        for (i, unit) in units.iter().enumerate() {
            sum[OWN] += i64::from(own[i]);
            sum[WEIGHED] += i64::from(own[i]) * weight[i];
            sum[WEIGHT] += weight[i];
            sum[TOKENS] += i64::from(evidence.facts(i).shape.tokens);
            sum[CHARS] += i64::from(unit.chars);
            sum[LINKED] += i64::from(unit.link_chars);
            sums.push(sum);
        }
        Self { units, evidence, own, weight, sums }
    }

    fn len(&self) -> usize {
        self.own.len()
    }

    fn tokens(&self, unit: usize) -> i32 {
        self.evidence.facts(unit).shape.tokens as i32
    }

    /// Sum of a column over `from..to`.
    fn sum(&self, column: usize, from: usize, to: usize) -> i64 {
        self.sums[to][column] - self.sums[from][column]
    }

    fn all(&self, column: usize) -> i64 {
        self.sum(column, 0, self.len())
    }

    /// Weighted mean of the log-odds over `from..to`; 0 if the range is empty.
    fn mean(&self, from: usize, to: usize) -> i32 {
        ratio(self.sum(WEIGHED, from, to), self.sum(WEIGHT, from, to))
    }

    /// Share of characters inside links, in 1024ths.
    fn link_share(&self, from: usize, to: usize) -> i32 {
        share(self.sum(LINKED, from, to), self.sum(CHARS, from, to))
    }

    /// Share of the page's tokens, in 1024ths.
    fn token_share(&self, from: usize, to: usize) -> i32 {
        share(self.sum(TOKENS, from, to), self.all(TOKENS))
    }
}

/// Divides towards zero; 0 if `whole` is 0.
fn ratio(part: i64, whole: i64) -> i32 {
    part.checked_div(whole).unwrap_or(0).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

fn share(part: i64, whole: i64) -> i32 {
    ratio(part * 1024, whole)
}

/// Own log-odds of a block: words, pairs and edges tempered together, plus a share of every other channel.
fn own_log_odds(evidence: &Evidence, i: usize) -> i32 {
    let of = |channel: Channel| evidence.sum(i, channel);
    words_log_odds(evidence, i)
        + of(Channel::Shape).log_odds / 8
        + of(Channel::Form).log_odds / 4
        + of(Channel::Markup).tempered()
        + of(Channel::Inline).tempered() / 2
}

/// Log-odds of words, pairs and edges, tempered together.
fn words_log_odds(evidence: &Evidence, i: usize) -> i32 {
    let of = |channel: Channel| evidence.sum(i, channel);
    of(Channel::Words).join(of(Channel::Pairs)).join(of(Channel::Edges)).tempered()
}

/// The signals of a page.
pub struct PageSignals<'a> {
    page: Page<'a>,
    near: own::Near,
    around: containers::Around,
    alike: alike::Alike,
    whole: whole::Whole,
}

impl std::fmt::Debug for PageSignals<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageSignals").field("units", &self.page.len()).finish_non_exhaustive()
    }
}

impl<'a> PageSignals<'a> {
    /// Reads the whole page. `evidence` belongs to these units and covers all channels.
    pub fn new(units: &'a Units, evidence: &'a Evidence) -> Self {
        let page = Page::new(units, evidence);
        let (near, around) = (own::Near::new(&page), containers::Around::new(&page));
        let (alike, whole) = (alike::Alike::new(&page), whole::Whole::new(&page));
        Self { page, near, around, alike, whole }
    }
}

impl Signals for PageSignals<'_> {
    fn put(&self, unit: usize, row: &mut impl Row) {
        let Self { page, near, around, alike, whole } = self;
        own::put(page, near, unit, row);
        around.put(page, unit, row);
        alike.put(page, unit, row);
        whole.put(row);
    }
}

/// Names of the signals, in row order.
pub fn names() -> Vec<String> {
    let (units, mut evidence) = (Units::from(vec![Default::default()]), Evidence::default());
    evidence.clear(1, Channel::ALL.len(), false);
    evidence.begin();
    evidence.end(Default::default());
    let mut names = Vec::new();
    PageSignals::new(&units, &evidence).put(0, &mut names);
    names
}

#[cfg(test)]
mod tests {
    use super::super::{in_parts, rows};
    use super::*;
    use crate::bayes::evidence::Scorer;
    use crate::bayes::markup;
    use crate::bayes::weights::WeightsBuilder;
    use crate::read::html;
    use crate::split::html as split;

    /// Units of a page, with the evidence of a model without features.
    fn read(page: &str) -> (Units, Evidence) {
        let (units, mut evidence) = (split::units(&html::parse(page)), Evidence::default());
        let (weights, _) = WeightsBuilder::with_capacity(0, 1, None).finish();
        evidence.clear(weights.stride(), Channel::ALL.len(), false);
        markup::read(&units, &weights, &mut Scorer::new(&weights), &mut Default::default(), &mut evidence);
        (units, evidence)
    }

    #[test]
    fn parts_are_the_whole() {
        let page: String =
            (0..3000).map(|n| format!("<div><p>Two {n} three.</p><a href=x>Five</a></div>")).collect();
        let (units, evidence) = read(&page);
        let signals = PageSignals::new(&units, &evidence);
        let mut parts = Vec::new();
        in_parts(&signals, units.len(), &mut Vec::new(), |values, width| {
            assert_eq!(width, names().len());
            parts.extend_from_slice(values);
        });
        assert!(parts == rows(&signals, units.len()));
        let (units, evidence) = read("");
        let none = PageSignals::new(&units, &evidence);
        in_parts(&none, 0, &mut Vec::new(), |_, _| panic!("there are no rows"));
    }

    #[test]
    fn every_block_has_a_row_and_every_signal_a_name() {
        let (units, evidence) =
            read("<h1>One</h1><div><p>Two three.<p>Four.</div><ul><li><a href=x>Five</a></ul>");
        let names = names();
        assert_eq!(units.len(), 4);
        assert_eq!(rows(&PageSignals::new(&units, &evidence), 4).len(), 4 * names.len());
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert_eq!(names[0], "own");
    }
}
