//! Blocks with the same signature, and blocks with the same text.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::{Page, Row, TOKENS, ratio, share};
use crate::features::markup::signature;
use crate::features::vocabulary::AsIs;

/// A map whose keys are hashes already.
type Hashed<T> = HashMap<u64, T, BuildHasherDefault<AsIs>>;

#[derive(Debug, Clone, Copy, Default)]
struct Group {
    count: i64,
    weighed: i64,
    weight: i64,
    tokens: i64,
    linked: i64,
    chars: i64,
    first: i64,
    last: i64,
}

pub(super) struct Alike {
    groups: Vec<Group>,
    group_of: Vec<u32>,
    /// For each block, how often its text and its first two words occur on the page.
    same: Vec<[i64; 2]>,
}

impl Alike {
    pub(super) fn new(page: &Page<'_>) -> Self {
        let mut numbers: Hashed<u32> = Hashed::default();
        let mut groups: Vec<Group> = Vec::new();
        let mut of_container: Vec<Option<u64>> = vec![None; page.units.containers.len()];
        let mut group_of = Vec::with_capacity(page.len());
        for (i, block) in page.units.iter().enumerate() {
            let signature = match of_container.get_mut(block.container as usize) {
                Some(known) => *known.get_or_insert_with(|| signature(page.units, block.container)),
                None => signature(page.units, block.container),
            };
            let number = *numbers.entry(signature).or_insert_with(|| {
                groups.push(Group { first: i as i64, ..Group::default() });
                groups.len() as u32 - 1
            });
            let group = &mut groups[number as usize];
            group.count += 1;
            group.weighed += i64::from(page.own[i]) * page.weight[i];
            group.weight += page.weight[i];
            group.tokens += i64::from(page.tokens(i));
            group.linked += i64::from(block.link_chars);
            group.chars += i64::from(block.chars);
            group.last = i as i64;
            group_of.push(number);
        }
        let (mut lines, mut openings): (Hashed<i64>, Hashed<i64>) = Default::default();
        let facts = || (0..page.len()).map(|i| page.evidence.facts(i));
        for facts in facts() {
            *lines.entry(facts.line).or_default() += 1;
            *openings.entry(facts.opening).or_default() += 1;
        }
        let same = facts().map(|facts| [lines[&facts.line], openings[&facts.opening]]).collect();
        Self { groups, group_of, same }
    }

    pub(super) fn put(&self, page: &Page<'_>, i: usize, row: &mut impl Row) {
        let group = &self.groups[self.group_of[i] as usize];
        let n = page.len() as i64;
        row.put("alike", group.count);
        row.put("alike-mean", ratio(group.weighed, group.weight));
        row.put("alike-tokens", ratio(group.tokens, group.count));
        row.put("alike-share", share(group.tokens, page.all(TOKENS)));
        row.put("alike-linked", share(group.linked, group.chars));
        row.put("alike-first", share(group.first, n));
        row.put("alike-last", share(group.last, n));
        row.put("same-line", self.same[i][0]);
        row.put("same-opening", self.same[i][1]);
    }
}
