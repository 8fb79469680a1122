//! Figures that only the order of the probabilities decides: one pass over the ranked lines.
//!
//! A resample is the same pass with each line counted as often as its document was drawn, which gives the
//! same numbers as sorting the drawn lines anew: only sums over groups of ties enter the figures.

use super::pool::Pool;
use super::{AtLimit, PITCH};

/// What one pass counts. Lines are weighted by the draws of their document.
#[derive(Debug)]
pub(super) struct Ranking {
    /// Average precision; `None` without boilerplate.
    pub ap: Option<f64>,
    /// Per label: lines.
    lines: Vec<u64>,
    /// Per boilerplate label: pairs with a kept line that are ranked right, ties as one half.
    pairs: Vec<f64>,
    /// Kept lines.
    kept: u64,
    /// Per limit and label: lines above the threshold.
    caught: Vec<Vec<u64>>,
}

/// Ranks the lines; `draws` says how often each document counts.
pub(super) fn rank(pool: &Pool, limits: &[f64], draws: &[u32]) -> Ranking {
    let mut lines = vec![0; pool.labels.len()];
    let (mut kept, mut kept_words) = (0, 0);
    for line in &pool.lines {
        let times = u64::from(draws[line.document]);
        lines[line.label] += times;
        if line.kept {
            kept += times;
            kept_words += times * line.words;
        }
    }
    let boilerplate = lines.iter().sum::<u64>() - kept;

    let mut pairs = vec![0.0; pool.labels.len()];
    let mut above = vec![0; pool.labels.len()];
    let mut caught = vec![None; limits.len()];
    let (mut hits, mut misses, mut lost, mut precision) = (0, 0, 0, 0.0);
    for group in pool.ties() {
        let (mut group_hits, mut group_misses) = (0, 0);
        for line in group {
            let times = u64::from(draws[line.document]);
            if line.kept {
                group_misses += times;
                lost += times * line.words;
            } else {
                group_hits += times;
            }
        }
        // The words lost never fall on the way down: the first group that costs too much closes a limit.
        let share = lost as f64 / kept_words.max(1) as f64;
        for (limit, caught) in limits.iter().zip(&mut caught) {
            if caught.is_none() && share > *limit {
                *caught = Some(above.clone());
            }
        }
        hits += group_hits;
        misses += group_misses;
        if group_hits > 0 {
            precision += group_hits as f64 * hits as f64 / (hits + misses) as f64;
        }
        let outranked = (kept - misses) as f64 + group_misses as f64 / 2.0;
        for line in group {
            let times = draws[line.document];
            above[line.label] += u64::from(times);
            if !line.kept {
                pairs[line.label] += f64::from(times) * outranked;
            }
        }
    }
    Ranking {
        ap: (boilerplate > 0).then(|| precision / boilerplate as f64),
        lines,
        pairs,
        kept,
        caught: caught.into_iter().map(|c| c.unwrap_or_else(|| above.clone())).collect(),
    }
}

impl Ranking {
    /// The area under the curve; `None` without lines on both sides.
    pub fn auc(&self, pool: &Pool) -> Option<f64> {
        // Whole and half numbers: the sum is exact, whatever the order of the labels.
        let pairs: f64 = self.pairs.iter().sum();
        let all = self.boilerplate(pool, &self.lines) as f64 * self.kept as f64;
        (all > 0.0).then(|| pairs / all)
    }

    /// The same for one boilerplate label against all kept lines.
    pub fn label_auc(&self, pool: &Pool, label: usize) -> Option<f64> {
        let all = self.lines[label] as f64 * self.kept as f64;
        (all > 0.0 && !pool.labels[label].kept).then(|| self.pairs[label] / all)
    }

    /// What each limit allows to catch; shares of nothing are 0.
    pub fn at(&self, pool: &Pool, limits: &[f64]) -> Vec<AtLimit> {
        let pitch = pool.labels.iter().position(|label| label.name == PITCH && !label.kept);
        let boilerplate = self.boilerplate(pool, &self.lines).max(1) as f64;
        let at = |(l, limit): (usize, &f64)| AtLimit {
            limit: *limit,
            caught: self.boilerplate(pool, &self.caught[l]) as f64 / boilerplate,
            pitch: pitch.and_then(|k| self.label_share(l, k)).unwrap_or(0.0),
        };
        limits.iter().enumerate().map(at).collect()
    }

    /// Share of a label's lines above the threshold of a limit; `None` if it has none.
    pub fn label_share(&self, limit: usize, label: usize) -> Option<f64> {
        let lines = self.lines[label];
        (lines > 0).then(|| self.caught[limit][label] as f64 / lines as f64)
    }

    fn boilerplate(&self, pool: &Pool, counts: &[u64]) -> u64 {
        pool.labels.iter().zip(counts).filter(|(label, _)| !label.kept).map(|(_, count)| count).sum()
    }
}
