//! The block itself, its neighbours and its place.

use super::{CHARS, LINKED, OWN, Page, Row, TOKENS, ratio, share};
use crate::pages::tokens::{Channel, kind_number, origin_number};

/// Radii of the means over neighbours.
const RADII: [usize; 4] = [1, 3, 8, 20];

/// What the blocks before have been, one entry per block.
pub(super) struct Near {
    /// Blocks since the last heading, its level, its log-odds.
    heading: Vec<[i32; 3]>,
    /// The first heading of level 1.
    first: Option<usize>,
    /// Long blocks that look editorial.
    solid: Vec<usize>,
}

/// Tokens from which a block that looks editorial counts as solid.
const SOLID: i32 = 20;
/// Stands for "nowhere".
const FAR: i64 = 5000;

impl Near {
    pub(super) fn new(page: &Page<'_>) -> Self {
        let mut heading = Vec::with_capacity(page.len());
        let (mut last, mut first) = (None, None);
        for i in 0..page.len() {
            let level = kind_number(page.blocks.blocks[i].kind) as i32;
            if level < 7 {
                last = Some((i, level, page.own[i]));
                if level == 1 && first.is_none() {
                    first = Some(i);
                }
            }
            heading.push(last.map_or([999, 9, 9 * 1024], |(at, level, own)| [(i - at) as i32, level, own]));
        }
        let solid = (0..page.len()).filter(|&i| page.own[i] < 0 && page.tokens(i) > SOLID).collect();
        Self { heading, first, solid }
    }
}

pub(super) fn put(page: &Page<'_>, near: &Near, i: usize, row: &mut Row<'_>) {
    itself(page, i, row);
    place(page, near, i, row);
    neighbours(page, i, row);
}

fn itself(page: &Page<'_>, i: usize, row: &mut Row<'_>) {
    let (block, evidence) = (&page.blocks.blocks[i], &page.evidence[i]);
    row.put("own", page.own[i].into());
    row.put("text", evidence.words().into());
    for channel in Channel::ALL {
        row.put(channel.name(), evidence.sums[channel as usize].tempered().into());
    }
    for channel in [Channel::Words, Channel::Markup] {
        let name = if channel == Channel::Words { "words-sum" } else { "markup-sum" };
        row.put(name, evidence.sums[channel as usize].log_odds.into());
    }
    let shape = &evidence.facts.shape;
    let known = evidence.sums[Channel::Words as usize].known;
    row.put("known-words", share(known.into(), shape.tokens.into()).into());
    row.put("tokens", shape.tokens.into());
    row.put("chars", block.chars.into());
    row.put("linked", share(block.link_chars.into(), block.chars.into()).into());
    row.put("strong", share(block.strong_chars.into(), block.chars.into()).into());
    row.put("links", block.links.into());
    row.put("images", block.images.into());
    row.put("kind", kind_number(block.kind).into());
    row.put("origin", origin_number(block.origin).into());
    row.put("ends", shape.ends as i64);
    row.put("begins", shape.begins as i64);
    row.put("commas", shape.commas.into());
    row.put("stops", shape.stops.into());
    row.put("calls", shape.calls.into());
    row.put("digits", share(shape.digits.into(), shape.tokens.into()).into());
    row.put("capitals", share(shape.capitals.into(), shape.words.into()).into());
    row.put("all-caps", share(shape.all_caps.into(), shape.words.into()).into());
    row.put("word-length", share(shape.word_bytes.into(), shape.words.into()).into());
    row.put("depth", around_depth(page, i));
}

fn around_depth(page: &Page<'_>, i: usize) -> i64 {
    let container = page.blocks.blocks[i].container as usize;
    page.blocks.containers.get(container).map_or(0, |it| it.depth.into())
}

fn place(page: &Page<'_>, near: &Near, i: usize, row: &mut Row<'_>) {
    let n = page.len();
    row.put("before", i as i64);
    row.put("after", (n - i) as i64);
    row.put("place", share(i as i64, n as i64).into());
    row.put("tokens-before", page.sum(TOKENS, 0, i));
    row.put("tokens-after", page.sum(TOKENS, i + 1, n));
    row.put("token-place", page.token_share(0, i).into());
    for (name, value) in ["since-heading", "heading-level", "heading-own"].into_iter().zip(near.heading[i]) {
        row.put(name, value.into());
    }
    row.put("since-first-heading", near.first.map_or(-FAR, |first| i as i64 - first as i64));
    let next = near.solid.partition_point(|&at| at < i);
    let since = next.checked_sub(1).map_or(FAR, |before| (i - near.solid[before]) as i64);
    row.put("since-solid", since);
    row.put("until-solid", near.solid.get(next).map_or(FAR, |&at| (at - i) as i64));
    row.put("since-first-solid", near.solid.first().map_or(-FAR, |&at| i as i64 - at as i64));
    row.put("until-last-solid", near.solid.last().map_or(-FAR, |&at| at as i64 - i as i64));
}

fn neighbours(page: &Page<'_>, i: usize, row: &mut Row<'_>) {
    let n = page.len();
    for radius in RADII {
        let (from, to) = (i.saturating_sub(radius), (i + radius + 1).min(n));
        let others = (to - from - 1) as i64;
        let sum = page.sum(OWN, from, to) - i64::from(page.own[i]);
        row.nth("around", radius, ratio(sum, others).into());
        row.nth("around-weighed", radius, page.mean(from, to).into());
        if radius > 1 {
            let linked = share(page.sum(LINKED, from, to), page.sum(CHARS, from, to));
            row.nth("around-linked", radius, linked.into());
            row.nth("around-tokens", radius, ratio(page.sum(TOKENS, from, to), others + 1).into());
        }
    }
    for step in [1, 2] {
        let before = i.checked_sub(step);
        let after = Some(i + step).filter(|&at| at < n);
        for (name, tokens, at) in
            [("own-before", "length-before", before), ("own-after", "length-after", after)]
        {
            row.nth(name, step, at.map_or(9 * 1024, |at| page.own[at].into()));
            row.nth(tokens, step, at.map_or(0, |at| page.tokens(at).into()));
        }
    }
}
