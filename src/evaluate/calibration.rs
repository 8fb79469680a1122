//! Whether a probability means what it says.

use serde::Serialize;

use super::pool::{Line, Pool};

/// Bins of equal width, as is customary for the expected calibration error (Naeini, Cooper & Hauskrecht,
/// AAAI 2015, used ten too).
const BINS: usize = 10;

/// One bin of the calibration table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Lowest probability in the bin.
    pub from: f64,
    /// Its upper end; it belongs to the bin only in the last one.
    pub to: f64,
    /// Lines.
    pub lines: u64,
    /// Their mean probability; `None` without lines.
    pub predicted: Option<f64>,
    /// Share of them that is boilerplate; `None` without lines.
    pub observed: Option<f64>,
}

/// Errors of the probability.
#[derive(Debug)]
pub(super) struct Errors {
    pub brier: f64,
    pub ece: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    lines: u64,
    boilerplate: u64,
    probability: f64,
}

/// The calibration table.
pub(super) fn bins(pool: &Pool) -> Vec<Bin> {
    let share = |part: f64, lines: u64| (lines > 0).then(|| part / lines as f64);
    let bin = |(i, sums): (usize, &Sums)| Bin {
        from: i as f64 / BINS as f64,
        to: (i + 1) as f64 / BINS as f64,
        lines: sums.lines,
        predicted: share(sums.probability, sums.lines),
        observed: share(sums.boilerplate as f64, sums.lines),
    };
    sums(pool).iter().enumerate().map(bin).collect()
}

/// Brier score and expected calibration error. The pool is never empty.
pub(super) fn errors(pool: &Pool) -> Errors {
    let lines = pool.lines.len() as f64;
    let squares = |group: &[Line]| {
        let (kept, boilerplate, p) = sides(group);
        boilerplate as f64 * (p - 1.0).powi(2) + kept as f64 * p.powi(2)
    };
    let gaps = sums(pool).map(|bin| (bin.probability - bin.boilerplate as f64).abs());
    Errors { brier: pool.ties().map(squares).sum::<f64>() / lines, ece: gaps.iter().sum::<f64>() / lines }
}

/// Kept lines, boilerplate lines and the probability of a group of ties.
fn sides(group: &[Line]) -> (u64, u64, f64) {
    let kept = group.iter().filter(|line| line.kept).count();
    (kept as u64, (group.len() - kept) as u64, group[0].probability)
}

fn sums(pool: &Pool) -> [Sums; BINS] {
    let mut bins = [Sums::default(); BINS];
    for group in pool.ties() {
        let (kept, boilerplate, p) = sides(group);
        let bin = &mut bins[((p * BINS as f64) as usize).min(BINS - 1)];
        bin.lines += kept + boilerplate;
        bin.boilerplate += boilerplate;
        bin.probability += (kept + boilerplate) as f64 * p;
    }
    bins
}
