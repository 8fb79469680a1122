//! One row of integers per block: what it says itself, and what all around it say.
//!
//! | file | signals of |
//! |---|---|
//! | `own` | the block itself, its neighbours and its place |
//! | `containers` | the elements around it, the subtree of largest evidence, repeated siblings |
//! | `alike` | blocks of the same signature, and of the same text |
//! | `page` | the page as a whole |
//!
//! Log-odds are in [`super::weights::UNITS`], shares in 1024ths, everything else in plain numbers.

mod alike;
mod containers;
mod own;
mod page;

use super::evidence::Evidence;
use crate::split::html::Blocks;

/// Signals of all blocks of a page, row by row.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// Rows of [`Signals::width`] values.
    pub values: Vec<i32>,
    /// Number of blocks.
    pub rows: usize,
}

/// What more than one family of signals asks for.
pub(super) struct Page<'a> {
    blocks: &'a Blocks,
    evidence: &'a [Evidence],
    /// Own log-odds.
    own: Vec<i32>,
    /// Weight of each block: its tokens to the power ¾, in sixteenths.
    weight: Vec<i64>,
    /// Running sums, one more than blocks: own, own × weight, weight, tokens, characters, of them in links.
    sums: Vec<[i64; 6]>,
}

const OWN: usize = 0;
const WEIGHED: usize = 1;
const WEIGHT: usize = 2;
const TOKENS: usize = 3;
const CHARS: usize = 4;
const LINKED: usize = 5;

impl<'a> Page<'a> {
    fn new(blocks: &'a Blocks, evidence: &'a [Evidence]) -> Self {
        let own: Vec<i32> = evidence.iter().map(Evidence::own).collect();
        // Roots are exact on every machine, as powers need not be.
        let weight: Vec<i64> = evidence
            .iter()
            .map(|it| {
                let root = f64::from(it.facts.shape.tokens.max(1)).sqrt();
                (root * root.sqrt() * 16.0) as i64
            })
            .collect();
        let mut sums = Vec::with_capacity(own.len() + 1);
        let mut sum = [0i64; 6];
        sums.push(sum);
        for (i, block) in blocks.blocks.iter().enumerate() {
            sum[OWN] += i64::from(own[i]);
            sum[WEIGHED] += i64::from(own[i]) * weight[i];
            sum[WEIGHT] += weight[i];
            sum[TOKENS] += i64::from(evidence[i].facts.shape.tokens);
            sum[CHARS] += i64::from(block.chars);
            sum[LINKED] += i64::from(block.link_chars);
            sums.push(sum);
        }
        Self { blocks, evidence, own, weight, sums }
    }

    fn len(&self) -> usize {
        self.own.len()
    }

    fn tokens(&self, block: usize) -> i32 {
        self.evidence[block].facts.shape.tokens as i32
    }

    /// Sum of a column over `from..to`.
    fn sum(&self, column: usize, from: usize, to: usize) -> i64 {
        self.sums[to][column] - self.sums[from][column]
    }

    fn all(&self, column: usize) -> i64 {
        self.sum(column, 0, self.len())
    }

    /// Mean log-odds over `from..to`, weighed; 0 where there is nothing.
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

/// `part` over `whole`, towards zero; 0 where there is no whole.
fn ratio(part: i64, whole: i64) -> i32 {
    part.checked_div(whole).unwrap_or(0).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

fn share(part: i64, whole: i64) -> i32 {
    ratio(part * 1024, whole)
}

/// A row that is being written: names only where they are wanted.
pub(super) struct Row<'a> {
    values: &'a mut Vec<i32>,
    names: Option<&'a mut Vec<String>>,
}

impl Row<'_> {
    fn put(&mut self, name: &str, value: i64) {
        if let Some(names) = &mut self.names {
            names.push(name.to_owned());
        }
        self.values.push(value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32);
    }

    /// The same, with a number in the name.
    fn nth(&mut self, name: &str, number: usize, value: i64) {
        if let Some(names) = &mut self.names {
            names.push(format!("{name}-{number}"));
        }
        self.values.push(value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32);
    }
}

/// Rows that are made at once where not all of them are wanted together: a multiple of those that go through
/// the trees side by side.
const PART: usize = 1024;

impl Signals {
    /// Signals of a page.
    pub fn of(blocks: &Blocks, evidence: &[Evidence]) -> Self {
        let mut signals = Self { values: Vec::new(), rows: evidence.len() };
        let maker = Maker::new(blocks, evidence);
        (0..signals.rows).for_each(|row| maker.put(row, &mut signals.values, None));
        signals
    }

    /// The same, handed to `each` some rows at a time with the number of values in a row: a row takes more
    /// memory than everything else that is known of a block. Cannot fail.
    pub fn in_parts(blocks: &Blocks, evidence: &[Evidence], mut each: impl FnMut(&[i32], usize)) {
        let maker = Maker::new(blocks, evidence);
        let mut values = Vec::new();
        for from in (0..evidence.len()).step_by(PART) {
            values.clear();
            let to = evidence.len().min(from + PART);
            (from..to).for_each(|row| maker.put(row, &mut values, None));
            each(&values, values.len() / (to - from));
        }
    }

    /// Values in a row.
    pub fn width(&self) -> usize {
        self.values.len().checked_div(self.rows).unwrap_or(0)
    }

    /// Names of the signals, in their order.
    pub fn names() -> Vec<String> {
        let mut blocks = Blocks::default();
        blocks.blocks.push(crate::split::html::Block::default());
        let mut names = Vec::new();
        Maker::new(&blocks, &[Evidence::default()]).put(0, &mut Vec::new(), Some(&mut names));
        names
    }
}

/// What makes the rows of a page.
struct Maker<'a> {
    page: Page<'a>,
    near: own::Near,
    around: containers::Around,
    alike: alike::Alike,
    whole: page::Whole,
}

impl<'a> Maker<'a> {
    fn new(blocks: &'a Blocks, evidence: &'a [Evidence]) -> Self {
        let page = Page::new(blocks, evidence);
        let (near, around) = (own::Near::new(&page), containers::Around::new(&page));
        let (alike, whole) = (alike::Alike::new(&page), page::Whole::new(&page));
        Self { page, near, around, alike, whole }
    }

    /// Appends the row of a block.
    fn put(&self, block: usize, values: &mut Vec<i32>, names: Option<&mut Vec<String>>) {
        let Self { page, near, around, alike, whole } = self;
        let mut row = Row { values, names };
        own::put(page, near, block, &mut row);
        around.put(page, block, &mut row);
        alike.put(page, block, &mut row);
        whole.put(&mut row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::evidence;
    use crate::pages::weights::Weights;
    use crate::read::html;
    use crate::split::html as split;

    #[test]
    fn parts_are_the_whole() {
        let page: String =
            (0..3000).map(|n| format!("<div><p>Two {n} three.</p><a href=x>Five</a></div>")).collect();
        let blocks = split::blocks(&html::parse(&page));
        let evidence = evidence::of_page(&blocks, &Weights::default(), &mut Default::default());
        let whole = Signals::of(&blocks, &evidence);
        let mut parts = Vec::new();
        Signals::in_parts(&blocks, &evidence, |values, width| {
            assert_eq!(width, whole.width());
            assert!(values.len() <= PART * width);
            parts.extend_from_slice(values);
        });
        assert!(parts == whole.values);
        Signals::in_parts(&Blocks::default(), &[], |_, _| panic!("there are no rows"));
    }

    #[test]
    fn every_block_has_a_row_and_every_signal_a_name() {
        let tree = html::parse("<h1>One</h1><div><p>Two three.<p>Four.</div><ul><li><a href=x>Five</a></ul>");
        let blocks = split::blocks(&tree);
        let evidence = evidence::of_page(&blocks, &Weights::default(), &mut Default::default());
        let signals = Signals::of(&blocks, &evidence);
        let names = Signals::names();
        assert_eq!(signals.rows, 4);
        assert_eq!(signals.values.len(), 4 * names.len());
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert_eq!(names[0], "own");
        assert_eq!(Signals::of(&Blocks::default(), &[]).width(), 0);
    }
}
