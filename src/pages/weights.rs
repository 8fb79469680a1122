//! A flat table of log-ratios: what each feature says for boilerplate, against editorial.

use super::tokens::{CHANNELS, Channel, key_of};

/// Units of a nat in weights and log-odds.
pub const UNITS: f64 = 1024.0;

/// Blocks that hold a feature: those that are kept, and the others.
pub type Pair = [u32; 2];

/// Pseudo-count of each channel; from a sweep, as for plain text (ARCHITECTURE.md, "Pages").
pub const ALPHA: [f64; CHANNELS] = [0.5, 0.5, 0.5, 1.0, 1.0, 0.5, 0.5];

/// Log-ratios of one channel's features from their counts, in [`UNITS`]. Both classes are scaled to the mass
/// of the smaller one (ARCHITECTURE.md, "Balanced mass").
pub fn ratios(counts: impl Iterator<Item = Pair> + Clone, channel: Channel) -> impl Iterator<Item = i16> {
    let (mut totals, mut features) = ([0u64; 2], 0u64);
    for pair in counts.clone() {
        totals[0] += u64::from(pair[0]);
        totals[1] += u64::from(pair[1]);
        features += 1;
    }
    let mass = totals[0].min(totals[1]).max(1) as f64;
    let alpha = ALPHA[channel as usize];
    let whole = (mass + alpha * features as f64).ln();
    let log =
        move |count: u32, total: u64| (f64::from(count) * mass / total.max(1) as f64 + alpha).ln() - whole;
    counts.map(move |pair| {
        let ratio = log(pair[1], totals[1]) - log(pair[0], totals[0]);
        (ratio * UNITS).round().clamp(-32_000.0, 32_000.0) as i16
    })
}

/// The table: open addressing, half full at the most.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    slots: Vec<(u64, i16)>,
    mask: usize,
    features: usize,
}

impl Weights {
    /// A table of keys with their weights. A key that comes twice keeps its first weight.
    pub fn new(entries: impl ExactSizeIterator<Item = (u64, i16)>) -> Self {
        let size = (entries.len() * 2).next_power_of_two().max(2);
        let mut table = Self { slots: vec![(0, 0); size], mask: size - 1, features: 0 };
        for (key, weight) in entries {
            let key = key.max(1);
            let mut at = key as usize & table.mask;
            while table.slots[at].0 != 0 && table.slots[at].0 != key {
                at = (at + 1) & table.mask;
            }
            if table.slots[at].0 == 0 {
                table.slots[at] = (key, weight);
                table.features += 1;
            }
        }
        table
    }

    /// A table over the counts of all channels, named.
    pub fn of_counts(counts: &[Vec<(String, Pair)>]) -> Self {
        let mut entries = Vec::with_capacity(counts.iter().map(Vec::len).sum());
        for (rows, channel) in counts.iter().zip(Channel::ALL) {
            let weights = ratios(rows.iter().map(|(_, pair)| *pair), channel);
            entries
                .extend(rows.iter().zip(weights).map(|((name, _), weight)| (key_of(channel, name), weight)));
        }
        Self::new(entries.into_iter())
    }

    /// What a feature says; `None` where the table does not know it.
    #[inline]
    pub fn get(&self, key: u64) -> Option<i16> {
        let key = key.max(1);
        let mut at = key as usize & self.mask;
        loop {
            let (there, weight) = *self.slots.get(at)?;
            if there == key {
                return Some(weight);
            }
            if there == 0 {
                return None;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.features
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.features == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_counts_say_nothing_and_the_rest_takes_sides() {
        let counts = [[10, 100], [50, 100], [0, 300]];
        let ratios: Vec<i16> = ratios(counts.into_iter(), Channel::Words).collect();
        assert!(ratios[0] > -400 && ratios[1] < 0 && ratios[2] > 2000, "{ratios:?}");
    }

    #[test]
    fn every_key_is_found() {
        let entries: Vec<(u64, i16)> = (0..500u64).map(|i| (i * i * 64, i as i16)).collect();
        let table = Weights::new(entries.clone().into_iter());
        assert_eq!(table.len(), 500);
        assert!(entries.iter().all(|(key, weight)| table.get(*key) == Some(*weight)));
        assert_eq!(table.get(3), None);
        assert_eq!(Weights::default().get(7), None);
    }
}
