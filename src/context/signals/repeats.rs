//! The same line, opening or ending elsewhere in the document.

use super::refill;
use crate::bayes::evidence::Evidence;

/// Maximum distance, in units, at which openings and endings are compared.
const NEAR: usize = 6;

/// Counts of the same line, opening or ending elsewhere in the document.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    lines: Vec<i32>,
    openings: Vec<i32>,
    near: Vec<i32>,
    endings: Vec<i32>,
    keys: Vec<u64>,
    order: Vec<(u64, u32)>,
    forms: Vec<u32>,
}

impl Repeats {
    pub(super) fn read(&mut self, evidence: &Evidence) {
        let n = evidence.len();
        refill(&mut self.keys, (0..n).map(|i| evidence.facts(i).line));
        others(&self.keys, &mut self.order, &mut self.lines);
        refill(&mut self.keys, (0..n).map(|i| evidence.facts(i).opening));
        others(&self.keys, &mut self.order, &mut self.openings);
        refill(
            &mut self.forms,
            (0..n).map(|i| {
                let shape = &evidence.facts(i).shape;
                (shape.begins as u32) << 16 | (shape.ends as u32) << 8 | (shape.tokens.min(40) / 8)
            }),
        );
        refill(&mut self.near, (0..n).map(|i| like(&self.keys, i)));
        refill(&mut self.endings, (0..n).map(|i| like(&self.forms, i)));
    }

    pub(super) fn of_unit(&self, i: usize) -> [i32; 4] {
        [self.lines[i], self.openings[i], self.near[i], self.endings[i]]
    }
}

/// Counts the equal keys nearby.
fn like<T: Copy + PartialEq>(keys: &[T], i: usize) -> i32 {
    let near = &keys[i.saturating_sub(NEAR)..(i + NEAR + 1).min(keys.len())];
    near.iter().map(|&key| i32::from(key == keys[i])).sum::<i32>() - 1
}

/// Counts, for each key, how many others are equal, at most 16.
fn others(keys: &[u64], order: &mut Vec<(u64, u32)>, answer: &mut Vec<i32>) {
    refill(order, keys.iter().copied().zip(0..));
    order.sort_unstable();
    refill(answer, keys.iter().map(|_| 0));
    for run in order.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        for &(_, i) in run {
            answer[i as usize] = (run.len() - 1).min(16) as i32;
        }
    }
}
