//! Signals of the block itself, its neighbours and its place.

use super::{CHARS, LINKED, OWN, Page, Row, TOKENS, ratio, share, words_log_odds};
use crate::features::Channel;
use crate::features::markup::{origin_number, role_number};

/// Radii of the means over neighbours.
const RADII: [usize; 4] = [1, 3, 8, 20];

/// Values that depend on the blocks before, one entry per unit.
pub(super) struct Near {
    /// Blocks since the last heading, the heading's level and its log-odds.
    heading: Vec<[i32; 3]>,
    /// Index of the first heading of level 1.
    first: Option<usize>,
    /// Indices of long blocks that look editorial.
    solid: Vec<usize>,
}

/// The channels that become signals of a block: all but place.
const CHANNELS: [Channel; 7] = [
    Channel::Words,
    Channel::Pairs,
    Channel::Edges,
    Channel::Shape,
    Channel::Form,
    Channel::Markup,
    Channel::Inline,
];
/// A solid block looks editorial and has more tokens than this.
const SOLID: i32 = 20;
/// Distance that stands for "nowhere".
const FAR: i64 = 5000;

impl Near {
    pub(super) fn new(page: &Page<'_>) -> Self {
        let mut heading = Vec::with_capacity(page.len());
        let (mut last, mut first) = (None, None);
        for i in 0..page.len() {
            let level = role_number(page.units[i].role) as i32;
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

pub(super) fn put(page: &Page<'_>, near: &Near, i: usize, row: &mut impl Row) {
    itself(page, i, row);
    place(page, near, i, row);
    neighbours(page, i, row);
}

fn itself(page: &Page<'_>, i: usize, row: &mut impl Row) {
    let (unit, evidence) = (&page.units[i], page.evidence);
    row.put("own", page.own[i]);
    row.put("text", words_log_odds(evidence, i));
    for channel in CHANNELS {
        row.put(channel.name(), evidence.sum(i, channel).tempered());
    }
    for channel in [Channel::Words, Channel::Markup] {
        let name = if channel == Channel::Words { "words-sum" } else { "markup-sum" };
        row.put(name, evidence.sum(i, channel).log_odds);
    }
    let shape = &evidence.facts(i).shape;
    let known = evidence.known(i, Channel::Words);
    row.put("known-words", share(known.into(), shape.tokens.into()));
    row.put("tokens", shape.tokens);
    row.put("chars", unit.chars);
    row.put("linked", share(unit.link_chars.into(), unit.chars.into()));
    row.put("strong", share(unit.strong_chars.into(), unit.chars.into()));
    row.put("links", unit.links);
    row.put("images", unit.images);
    row.put("role", role_number(unit.role));
    row.put("origin", origin_number(unit.origin));
    row.put("ends", shape.ends as i64);
    row.put("begins", shape.begins as i64);
    row.put("commas", shape.commas);
    row.put("stops", shape.stops);
    row.put("calls", shape.calls);
    row.put("digits", share(shape.digits.into(), shape.tokens.into()));
    row.put("capitals", share(shape.capitals.into(), shape.words.into()));
    row.put("all-caps", share(shape.all_caps.into(), shape.words.into()));
    row.put("word-length", share(shape.word_bytes.into(), shape.words.into()));
    row.put("depth", around_depth(page, i));
}

fn around_depth(page: &Page<'_>, i: usize) -> i64 {
    let container = page.units[i].container as usize;
    page.units.containers.get(container).map_or(0, |it| it.depth.into())
}

fn place(page: &Page<'_>, near: &Near, i: usize, row: &mut impl Row) {
    let n = page.len();
    row.put("before", i as i64);
    row.put("after", (n - i) as i64);
    row.put("place", share(i as i64, n as i64));
    row.put("tokens-before", page.sum(TOKENS, 0, i));
    row.put("tokens-after", page.sum(TOKENS, i + 1, n));
    row.put("token-place", page.token_share(0, i));
    for (name, value) in ["since-heading", "heading-level", "heading-own"].into_iter().zip(near.heading[i]) {
        row.put(name, value);
    }
    row.put("since-first-heading", near.first.map_or(-FAR, |first| i as i64 - first as i64));
    let next = near.solid.partition_point(|&at| at < i);
    let since = next.checked_sub(1).map_or(FAR, |before| (i - near.solid[before]) as i64);
    row.put("since-solid", since);
    row.put("until-solid", near.solid.get(next).map_or(FAR, |&at| (at - i) as i64));
    row.put("since-first-solid", near.solid.first().map_or(-FAR, |&at| i as i64 - at as i64));
    row.put("until-last-solid", near.solid.last().map_or(-FAR, |&at| at as i64 - i as i64));
}

fn neighbours(page: &Page<'_>, i: usize, row: &mut impl Row) {
    let n = page.len();
    for radius in RADII {
        let (from, to) = (i.saturating_sub(radius), (i + radius + 1).min(n));
        let others = (to - from - 1) as i64;
        let sum = page.sum(OWN, from, to) - i64::from(page.own[i]);
        row.nth("around", radius, ratio(sum, others));
        row.nth("around-weighed", radius, page.mean(from, to));
        if radius > 1 {
            let linked = share(page.sum(LINKED, from, to), page.sum(CHARS, from, to));
            row.nth("around-linked", radius, linked);
            row.nth("around-tokens", radius, ratio(page.sum(TOKENS, from, to), others + 1));
        }
    }
    for step in [1, 2] {
        let before = i.checked_sub(step);
        let after = Some(i + step).filter(|&at| at < n);
        for (name, tokens, at) in
            [("own-before", "length-before", before), ("own-after", "length-after", after)]
        {
            row.nth(name, step, at.map_or(9 * 1024, |at| page.own[at]));
            row.nth(tokens, step, at.map_or(0, |at| page.tokens(at)));
        }
    }
}
