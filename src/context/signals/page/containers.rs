//! The elements around a block: the evidence of all blocks inside, the subtree of largest evidence, siblings
//! that repeat.
//!
//! The largest evidence follows Pasternack & Roth (WWW 2009), over subtrees instead of stretches of text.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use xxhash_rust::xxh3::xxh3_64;

use super::{Page, Row, TOKENS, WEIGHED, WEIGHT, ratio, share};
use crate::bayes::weights::WEIGHT_SCALE;
use crate::features::joined;
use crate::features::vocabulary::AsIs;

/// Levels of the containers around a block that are used, from the innermost.
const LEVELS: [usize; 5] = [0, 1, 2, 3, 5];
/// How strongly editorial a block must be to increase the evidence of its container, in nats.
const MARGINS: [i64; 3] = [0, 1, -1];

/// Elements with the same tag and class in one parent.
#[derive(Debug, Clone, Copy, Default)]
struct Siblings {
    count: i64,
    tokens: i64,
    weighed: i64,
    weight: i64,
}

/// Signals of a container and those around it, shared by every block inside.
#[derive(Debug, Clone, Copy)]
struct Said {
    levels: [u32; LEVELS.len()],
    /// The most numerous siblings among the surrounding containers, and the container's own tokens.
    repeated: (Siblings, i64),
    /// The innermost container with a quarter of the page's tokens, and the innermost with 200 tokens.
    large: [u32; 2],
}

pub(super) struct Around {
    said: Vec<Option<Said>>,
    /// Subtree of largest evidence for each of [`MARGINS`], as a range of blocks.
    best: [(usize, usize); MARGINS.len()],
}

impl Around {
    pub(super) fn new(page: &Page<'_>) -> Self {
        let containers = &page.units.containers;
        let span = |id: u32| {
            let container = &containers[id as usize];
            (container.first as usize, container.end as usize)
        };
        let mut groups: HashMap<u64, Siblings, BuildHasherDefault<AsIs>> = HashMap::default();
        let key = |id: u32| {
            let named = &containers[id as usize].named;
            let (tag, class) = (page.units.name(named.tag), page.units.name(named.class));
            let called = joined(xxh3_64(tag.as_bytes()), xxh3_64(class.as_bytes()));
            joined(called, containers[id as usize].parent.into())
        };
        let mut best = [(0, page.len()); MARGINS.len()];
        let mut most = [i64::MIN; MARGINS.len()];
        let mut keys = Vec::with_capacity(containers.len());
        for id in 0..containers.len() as u32 {
            let (from, to) = span(id);
            if from == to {
                keys.push(0);
                continue;
            }
            let (weighed, weight) = (page.sum(WEIGHED, from, to), page.sum(WEIGHT, from, to));
            for ((best, most), margin) in best.iter_mut().zip(&mut most).zip(MARGINS) {
                let evidence = -weighed - margin * weight * WEIGHT_SCALE as i64;
                if evidence > *most {
                    (*best, *most) = ((from, to), evidence);
                }
            }
            keys.push(key(id));
            let group = groups.entry(keys[id as usize]).or_default();
            group.count += 1;
            group.tokens += page.sum(TOKENS, from, to);
            group.weighed += weighed;
            group.weight += weight;
        }
        let mut said: Vec<Option<Said>> = vec![None; containers.len()];
        let quarter = page.all(TOKENS) / 4;
        let mut chain = Vec::new();
        for block in page.units.iter() {
            let id = block.container;
            if said.get(id as usize).is_none_or(Option::is_some) {
                continue;
            }
            chain.clear();
            chain.extend(page.units.around(id).map(|(id, _)| id));
            let outermost = chain[chain.len() - 1];
            let tokens = |id: u32| page.sum(TOKENS, span(id).0, span(id).1);
            let mut repeated = (Siblings { count: 1, ..Siblings::default() }, 0);
            for &id in &chain {
                let group = groups[&keys[id as usize]];
                if group.count > repeated.0.count {
                    repeated = (group, tokens(id));
                }
            }
            let large = [quarter, 200]
                .map(|least| chain.iter().copied().find(|&id| tokens(id) >= least).unwrap_or(outermost));
            let levels = LEVELS.map(|level| chain[level.min(chain.len() - 1)]);
            said[id as usize] = Some(Said { levels, repeated, large });
        }
        Self { said, best }
    }

    pub(super) fn put(&self, page: &Page<'_>, i: usize, row: &mut impl Row) {
        let container = page.units[i].container as usize;
        let said = self.said.get(container).copied().flatten();
        let span = |id: Option<u32>| match id.and_then(|id| page.units.containers.get(id as usize)) {
            Some(it) => (it.first as usize, it.end as usize),
            None => (0, page.len()),
        };
        for (at, level) in LEVELS.into_iter().enumerate() {
            let (from, to) = span(said.map(|it| it.levels[at]));
            row.nth("container", level, page.mean(from, to));
            row.nth("container-evidence", level, -page.sum(WEIGHED, from, to) / 1024);
            row.nth("container-tokens", level, page.sum(TOKENS, from, to));
            row.nth("container-blocks", level, (to - from) as i64);
            row.nth("container-linked", level, page.link_share(from, to));
            row.nth("container-share", level, page.token_share(from, to));
            row.nth("container-place", level, (i - from) as i64);
        }
        let (group, tokens) = said.map_or((Siblings::default(), 0), |it| it.repeated);
        row.put("siblings", group.count);
        row.put("siblings-share", share(group.tokens, page.all(TOKENS)));
        row.put("siblings-mean", ratio(group.weighed, group.weight));
        row.put("sibling-tokens", tokens);
        row.put("siblings-tokens", ratio(group.tokens, group.count));
        for (at, name) in ["quarter", "large"].into_iter().enumerate() {
            let (from, to) = span(said.map(|it| it.large[at]));
            row.put(name, page.mean(from, to));
            row.nth(name, 1, page.token_share(from, to));
            row.nth(name, 2, (i - from) as i64);
            row.nth(name, 3, (to - i) as i64);
        }
        for (at, &(from, to)) in self.best.iter().enumerate() {
            row.nth("best-from", at, i as i64 - from as i64);
            row.nth("best-to", at, i as i64 - to as i64);
            row.nth("best-share", at, page.token_share(from, to));
            row.nth("best-inside", at, i64::from((from..to).contains(&i)));
        }
        row.put("best", page.mean(self.best[0].0, self.best[0].1));
    }
}
