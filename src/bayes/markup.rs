//! Log-odds of the blocks of a page: features of their text, as everywhere, and of their markup.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use xxhash_rust::xxh3::xxh3_64;

use super::evidence::{Evidence, Scorer, Sum};
use super::weights::Weights;
use crate::features::extract::Extractor;
use crate::features::vocabulary::AsIs;
use crate::features::{Channel, Name, Sink, joined, markup, named_key};
use crate::split::{Named, Span, Unit, Units};

/// Reads every block of a page into `evidence`, which must have been cleared for all channels.
pub fn read(
    units: &Units,
    weights: &Weights,
    scorer: &mut Scorer<'_>,
    extractor: &mut Extractor,
    evidence: &mut Evidence,
) {
    let around = around(units, weights);
    let mut inlines = Called::new(units, Channel::Inline, [""]);
    for unit in units.iter() {
        evidence.begin();
        let facts = extractor.extract(unit.rendered(), None, scorer);
        markup::form(unit, scorer);
        scorer.add_to(evidence);
        for inline in units.inlines_of(unit) {
            let [said] = inlines.say(inline, weights);
            evidence.add_sum(Channel::Inline, said);
        }
        if let Some(&sum) = around.get(unit.container as usize) {
            evidence.add_sum(Channel::Markup, sum);
        }
        evidence.end(facts);
    }
}

/// Prefixes under which an element around a unit is counted: for any element, for the innermost one, and for
/// the one around that.
pub const PREFIXES: [&str; 3] = ["", "0", "1"];

/// Feeds every markup feature of a unit to `sink`; some are fed more than once.
pub fn features<S: Sink>(units: &Units, unit: &Unit, sink: &mut S) {
    of_unit(units, unit, sink);
    of_container(units, unit.container, sink);
}

/// Those of the unit itself and of the elements inside it.
pub fn of_unit<S: Sink>(units: &Units, unit: &Unit, sink: &mut S) {
    markup::form(unit, sink);
    for inline in units.inlines_of(unit) {
        markup::named(units, inline, Channel::Inline, "", sink);
    }
}

/// Those of the elements around it, which are the same for all units of a container.
pub fn of_container<S: Sink>(units: &Units, container: u32, sink: &mut S) {
    markup::path(units, container, sink);
    for (level, (_, container)) in units.around(container).enumerate() {
        let own = PREFIXES.get(level + 1).into_iter();
        for prefix in std::iter::once(&PREFIXES[0]).chain(own) {
            markup::named(units, &container.named, Channel::Markup, prefix, sink);
        }
    }
}

/// Returns the evidence of the surrounding elements for each container: every element once, the two innermost
/// again under their own prefixes, and the path.
fn around(units: &Units, weights: &Weights) -> Vec<Sum> {
    let mut called = Called::new(units, Channel::Markup, PREFIXES);
    let count = units.containers.len();
    let (mut around, mut second) = (vec![Sum::default(); count], vec![Sum::default(); count]);
    let mut all = Vec::with_capacity(count);
    for (id, container) in units.containers.iter().enumerate() {
        // Containers without units are never looked up.
        if container.first == container.end {
            all.push(Sum::default());
            continue;
        }
        let [anywhere, innermost, next] = called.say(&container.named, weights);
        let above = container.parent as usize;
        around[id] = anywhere.join(around.get(above).copied().unwrap_or_default());
        second[id] = next;
        let mut path = Adder { weights, sum: Sum::default() };
        markup::path(units, id as u32, &mut path);
        all.push(
            around[id].join(innermost).join(second.get(above).copied().unwrap_or_default()).join(path.sum),
        );
    }
    all
}

/// A sink that adds up pooled log-odds.
struct Adder<'a> {
    weights: &'a Weights,
    sum: Sum,
}

impl Sink for Adder<'_> {
    const NAMES: bool = false;

    fn feature(&mut self, _: Channel, key: u64, _: Name<'_>) {
        self.sum.add(self.weights.pooled(key));
    }
}

/// Evidence of elements by their names, under each of `N` prefixes. Elements with the same tag, classes and
/// role recur on a page and are looked up once; ids are looked up each time.
struct Called<'a, const N: usize> {
    units: &'a Units,
    channel: Channel,
    prefixes: [&'static str; N],
    said: HashMap<u64, [Sum; N], BuildHasherDefault<AsIs>>,
    name: String,
}

impl<'a, const N: usize> Called<'a, N> {
    fn new(units: &'a Units, channel: Channel, prefixes: [&'static str; N]) -> Self {
        Self { units, channel, prefixes, said: HashMap::default(), name: String::new() }
    }

    fn say(&mut self, named: &Named, weights: &Weights) -> [Sum; N] {
        let without_id = Named { id: Span::default(), ..*named };
        let hash = |span| xxh3_64(self.units.name(span).as_bytes());
        let key = joined(joined(hash(named.tag), hash(named.class)), hash(named.role));
        let mut sums = match self.said.get(&key) {
            Some(sums) => *sums,
            None => {
                let mut sums = [Sum::default(); N];
                let (units, mut add) = (self.units, self.adding(&mut sums, weights));
                markup::parts(units, &without_id, &mut add);
                drop(add);
                self.said.insert(key, sums);
                sums
            }
        };
        if named.id != Span::default() {
            let (units, mut add) = (self.units, self.adding(&mut sums, weights));
            markup::words(units.name(named.id), &mut |word| add('#', word));
        }
        sums
    }

    /// Returns a closure that adds one part of a name to the sums, under each prefix.
    fn adding(&mut self, sums: &mut [Sum; N], weights: &Weights) -> impl FnMut(char, &str) {
        let (name, prefixes, channel) = (&mut self.name, self.prefixes, self.channel);
        move |sign, word| {
            for (sum, prefix) in sums.iter_mut().zip(prefixes) {
                name.clear();
                name.push_str(prefix);
                name.push(sign);
                name.push_str(word);
                sum.add(weights.pooled(named_key(channel, name)));
            }
        }
    }
}
