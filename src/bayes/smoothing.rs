//! Curves from count to log-probability, one per class.
//!
//! Within one class, the log-probability of a feature depends only on its count. So a model file holds the
//! counts and, per channel and class, a short curve as linfa-bayes fitted it; two look-ups on the curves give
//! any weight.

/// Fixed-point scale of a [`Curve`]: values are nats times this number.
pub const CURVE_SCALE: f64 = 65_536.0;

/// Log-probability by count, for one channel and class. Counts ascend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Curve {
    points: Vec<(u64, i32)>,
    /// Values for each count from 0 to at most 255, which covers nearly all look-ups.
    small: Vec<i32>,
}

/// Counts below this are looked up in [`Curve::small`].
const SMALL: u64 = 256;

impl Curve {
    /// Creates the curve through these points.
    pub fn new(mut points: Vec<(u64, i32)>) -> Self {
        points.sort_unstable();
        points.dedup_by_key(|point| point.0);
        let end = points.last().map_or(0, |&(count, _)| count.min(SMALL - 1) + 1);
        let mut curve = Self { points, small: Vec::new() };
        curve.small = (0..end).map(|count| curve.search(count)).collect();
        curve
    }

    /// Points of the curve: count, log-probability times [`CURVE_SCALE`].
    pub fn points(&self) -> &[(u64, i32)] {
        &self.points
    }

    /// Returns the value at a count: between two points the value of the lower one, 0 for an empty curve.
    #[inline]
    pub fn at(&self, count: u64) -> i32 {
        match self.small.get(usize::try_from(count).unwrap_or(usize::MAX)) {
            Some(&value) => value,
            None => self.search(count),
        }
    }

    fn search(&self, count: u64) -> i32 {
        match self.points.binary_search_by_key(&count, |point| point.0) {
            Ok(i) => self.points[i].1,
            Err(0) => self.points.first().map_or(0, |point| point.1),
            Err(i) => self.points[i - 1].1,
        }
    }
}

/// Smoothing of one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// Pseudo-count added to each scaled count, above 0.
    pub alpha: f64,
    /// Total to which every class is scaled, in counts, above 0.
    pub mass: f64,
}

/// Returns the curve of every class by the closed form of the model: ln((count·mass/total + α) / (mass +
/// α·V)). Every count that occurs in `sums` (features × classes) gets a point.
pub fn closed_form(sums: &[u64], classes: usize, smoothing: Smoothing) -> Vec<Curve> {
    let features = sums.len() / classes.max(1);
    (0..classes)
        .map(|class| {
            let column = || sums.iter().skip(class).step_by(classes).copied();
            let total = total(column());
            // A class without counts cannot be scaled: its only mass is the pseudo-counts.
            let mass = if total > 0 { smoothing.mass } else { 0.0 };
            let scale = mass / total.max(1) as f64;
            let denominator = (mass + smoothing.alpha * features as f64).ln();
            let curve = distinct(column()).into_iter().map(|count| {
                let value = (count as f64 * scale + smoothing.alpha).ln() - denominator;
                (count, fixed(value))
            });
            Curve::new(curve.collect())
        })
        .collect()
}

/// Sums counts, saturating at 64 bits.
pub fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

/// Converts a log-probability to the fixed point of a [`Curve`].
pub(crate) fn fixed(nats: f64) -> i32 {
    (nats * CURVE_SCALE).round() as i32
}

fn distinct(counts: impl Iterator<Item = u64>) -> Vec<u64> {
    // Most counts are small: those are marked, the rest sorted.
    let mut small = [false; 1024];
    let mut large = Vec::new();
    for count in counts {
        match small.get_mut(count as usize) {
            Some(mark) => *mark = true,
            None => large.push(count),
        }
    }
    large.sort_unstable();
    large.dedup();
    let small = small.iter().enumerate().filter(|(_, mark)| **mark).map(|(count, _)| count as u64);
    small.chain(large).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_answers_between_its_points() {
        let curve = Curve::new(vec![(0, -9), (1, -5), (4, -2), (900, 3)]);
        assert_eq!([0, 1, 2, 3, 4, 5, 900, u64::MAX].map(|c| curve.at(c)), [-9, -5, -5, -5, -2, -2, 3, 3]);
        assert_eq!(Curve::default().at(7), 0);
        assert_eq!(Curve::new(vec![(3, 5)]).at(0), 5);
        let long = Curve::new((100..2000).map(|count| (count * 3, count as i32)).collect());
        assert!((0..7000).all(|count| long.at(count) == (count / 3).clamp(100, 1999) as i32));
    }
}
