//! Log-odds of every block, per channel.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use xxhash_rust::xxh3::xxh3_64;

use super::tokens::{self, CHANNELS, Channel, Take};
use super::weights::Weights;
use crate::features::extract::Extractor;
use crate::features::vocabulary::AsIs;
use crate::features::{Facts, joined};
use crate::split::html::{Blocks, Named, Span};

/// Sums over known features.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Log-odds in [`super::weights::UNITS`].
    pub log_odds: i32,
    /// Number of known features.
    pub known: u32,
}

impl Sum {
    pub(super) fn add(&mut self, weight: Option<i16>) {
        if let Some(weight) = weight {
            self.log_odds = self.log_odds.saturating_add(weight.into());
            self.known += 1;
        }
    }

    pub(super) fn join(self, other: Self) -> Self {
        Self {
            log_odds: self.log_odds.saturating_add(other.log_odds),
            known: self.known.saturating_add(other.known),
        }
    }

    /// The log-odds divided by √(1 + n): naive Bayes is over-confident where much is said.
    pub fn tempered(self) -> i32 {
        (f64::from(self.log_odds) / f64::from(self.known.saturating_add(1)).sqrt()) as i32
    }
}

/// What is known of a block before its surroundings are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evidence {
    /// By channel.
    pub sums: [Sum; CHANNELS],
    /// Facts of its text.
    pub facts: Facts,
}

impl Evidence {
    /// All channels together: the block's own log-odds.
    pub fn own(&self) -> i32 {
        let [.., shape, form, markup, inline] = self.sums;
        self.words() + shape.log_odds / 8 + form.log_odds / 4 + markup.tempered() + inline.tempered() / 2
    }

    /// Words, pairs and edges, tempered together.
    pub fn words(&self) -> i32 {
        self.sums[0].join(self.sums[1]).join(self.sums[2]).tempered()
    }
}

/// What sums weights up.
pub(super) struct Adder<'a, L> {
    pub(super) look_up: &'a L,
    pub(super) sums: [Sum; CHANNELS],
}

impl<L: Fn(u64) -> Option<i16>> Take for Adder<'_, L> {
    const NAMES: bool = false;

    #[inline]
    fn take(&mut self, channel: Channel, key: u64, _: &dyn Fn() -> String) {
        self.sums[channel as usize].add((self.look_up)(key));
    }
}

/// Evidence of all blocks of a page.
pub fn of_page(blocks: &Blocks, weights: &Weights, extractor: &mut Extractor) -> Vec<Evidence> {
    let look_up = |key| weights.get(key);
    let markup = markup(blocks, &look_up);
    let mut inlines = Called::new(blocks, Channel::Inline, [""]);
    let each = |block: &crate::split::html::Block| {
        let mut adder = Adder { look_up: &look_up, sums: [Sum::default(); CHANNELS] };
        let facts = tokens::text(extractor, &block.text, &mut adder);
        tokens::form(block, &mut adder);
        let mut sums = adder.sums;
        for inline in &blocks.inlines[block.inlines.start as usize..block.inlines.end as usize] {
            let [said] = inlines.say(inline, &look_up);
            sums[Channel::Inline as usize] = sums[Channel::Inline as usize].join(said);
        }
        if let Some(around) = markup.get(block.container as usize) {
            sums[Channel::Markup as usize] = *around;
        }
        Evidence { sums, facts }
    };
    blocks.blocks.iter().map(each).collect()
}

/// What the elements around a block say, by its container: of each element once, of the two innermost ones
/// once more by themselves, and of the path.
fn markup(blocks: &Blocks, look_up: &impl Fn(u64) -> Option<i16>) -> Vec<Sum> {
    let mut called = Called::new(blocks, Channel::Markup, ["", "0", "1"]);
    let count = blocks.containers.len();
    let (mut around, mut second) = (vec![Sum::default(); count], vec![Sum::default(); count]);
    let mut all = Vec::with_capacity(count);
    for (id, container) in blocks.containers.iter().enumerate() {
        // Nobody asks for those without blocks.
        if container.first == container.end {
            all.push(Sum::default());
            continue;
        }
        let [anywhere, innermost, next] = called.say(&container.named, look_up);
        let above = container.parent as usize;
        around[id] = anywhere.join(around.get(above).copied().unwrap_or_default());
        second[id] = next;
        let mut path = Adder { look_up, sums: [Sum::default(); CHANNELS] };
        tokens::path(blocks, id as u32, &mut path);
        let path = path.sums[Channel::Markup as usize];
        all.push(around[id].join(innermost).join(second.get(above).copied().unwrap_or_default()).join(path));
    }
    all
}

/// What elements say by how they are called, under each of `N` prefixes. Those of the same tag, classes and
/// role come again and again on a page, and are looked up once; ids are their own.
struct Called<'a, const N: usize> {
    blocks: &'a Blocks,
    channel: Channel,
    prefixes: [&'static str; N],
    said: HashMap<u64, [Sum; N], BuildHasherDefault<AsIs>>,
    name: String,
}

impl<'a, const N: usize> Called<'a, N> {
    fn new(blocks: &'a Blocks, channel: Channel, prefixes: [&'static str; N]) -> Self {
        Self { blocks, channel, prefixes, said: HashMap::default(), name: String::new() }
    }

    fn say(&mut self, named: &Named, look_up: &impl Fn(u64) -> Option<i16>) -> [Sum; N] {
        let without_id = Named { id: Span::default(), ..*named };
        let hash = |span| xxh3_64(self.blocks.name(span).as_bytes());
        let key = joined(joined(hash(named.tag), hash(named.class)), hash(named.role));
        let mut sums = match self.said.get(&key) {
            Some(sums) => *sums,
            None => {
                let mut sums = [Sum::default(); N];
                let (blocks, mut add) = (self.blocks, self.adding(&mut sums, look_up));
                tokens::parts(blocks, &without_id, &mut add);
                drop(add);
                self.said.insert(key, sums);
                sums
            }
        };
        if named.id != Span::default() {
            let (blocks, mut add) = (self.blocks, self.adding(&mut sums, look_up));
            tokens::words(blocks.name(named.id), &mut |word| add('#', word));
        }
        sums
    }

    /// What adds a part of a name up, under each prefix.
    fn adding(
        &mut self,
        sums: &mut [Sum; N],
        look_up: &impl Fn(u64) -> Option<i16>,
    ) -> impl FnMut(char, &str) {
        let (name, prefixes, channel) = (&mut self.name, self.prefixes, self.channel);
        move |sign, word| {
            for (sum, prefix) in sums.iter_mut().zip(prefixes) {
                name.clear();
                name.push_str(prefix);
                name.push(sign);
                name.push_str(word);
                sum.add(look_up(tokens::key(channel, xxh3_64(name.as_bytes()))));
            }
        }
    }
}
