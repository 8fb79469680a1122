//! Small counts by key in a fixed amount of memory, with a fixed rule for which keys are forgotten.
//!
//! A key belongs to one bucket of [`SLOTS`] slots, a cache line of 64 bytes. A slot holds 48 bits of the key,
//! the count, and its *credit*. In a full bucket, a new key takes the slot of least credit (the first on
//! ties), and all others lose that much credit. Seeing a key again sets its credit to its count, at most 15.
//! So keys seen once go first, and frequent keys go once they have not been seen for long (GreedyDual, Young
//! 1994, with the count as the cost). A count is too high only if two keys of a bucket agree in their 48
//! bits; it is too low if the key was forgotten in between.

use std::cmp::Reverse;

use crate::error::{Error, Result};

/// Number of keys in a bucket.
pub const SLOTS: usize = 8;
/// Size of a bucket in bytes.
pub const BUCKET: u64 = 64;
/// Minimum and maximum size of a table, in bytes.
pub const BYTES: [u64; 2] = [1_000, 64_000_000_000];
/// Maximum count; counts saturate.
pub const MAX_COUNT: u8 = u8::MAX;
/// Maximum credit.
const MAX_CREDIT: u8 = 15;
/// Mask of the key bits that a slot holds.
const TAG: u64 = (1 << 48) - 1;

/// A slot: tag, credit and count. A slot without a count is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Slot(u64);

impl Slot {
    fn new(tag: u64, count: u8) -> Self {
        Self((tag & TAG) << 16 | u64::from(count.min(MAX_CREDIT)) << 8 | u64::from(count))
    }

    fn tag(self) -> u64 {
        self.0 >> 16
    }

    fn credit(self) -> u8 {
        (self.0 >> 8) as u8
    }

    fn count(self) -> u8 {
        self.0 as u8
    }

    fn without(self, credit: u8) -> Self {
        Self(self.0 & !0xff00 | u64::from(self.credit().saturating_sub(credit)) << 8)
    }
}

/// A table of counts.
#[derive(Debug, Clone)]
pub struct Table {
    slots: Vec<Slot>,
    forgotten: u64,
}

impl Table {
    /// Creates an empty table of at most this many bytes, allocated at once.
    ///
    /// # Errors
    /// [`Error::Setting`] if the size is outside [`BYTES`] or cannot be allocated.
    pub fn new(bytes: u64) -> Result<Self> {
        let [least, most] = BYTES;
        if !(least..=most).contains(&bytes) {
            return Err(Error::Setting(format!(
                "a site memory must have {least} bytes to {} GB, not {bytes}",
                most / 1_000_000_000
            )));
        }
        Self::of_buckets(bytes / BUCKET)
    }

    /// Creates an empty table of this many buckets.
    ///
    /// # Errors
    /// [`Error::Setting`] if the memory cannot be allocated.
    pub(super) fn of_buckets(buckets: u64) -> Result<Self> {
        let mut slots = Vec::new();
        let many = usize::try_from(buckets).ok().and_then(|buckets| buckets.checked_mul(SLOTS));
        match many.filter(|many| slots.try_reserve_exact(*many).is_ok()) {
            Some(many) => slots.resize(many, Slot::default()),
            None => {
                let bytes = buckets.saturating_mul(BUCKET);
                return Err(Error::Setting(format!(
                    "cannot allocate {bytes} bytes for a site memory; choose a smaller size"
                )));
            }
        }
        Ok(Self { slots, forgotten: 0 })
    }

    /// Number of buckets.
    pub fn buckets(&self) -> u64 {
        (self.slots.len() / SLOTS) as u64
    }

    /// Size in bytes.
    pub fn bytes(&self) -> u64 {
        self.buckets() * BUCKET
    }

    /// Number of keys.
    pub fn len(&self) -> u64 {
        self.slots.iter().filter(|slot| slot.count() > 0).count() as u64
    }

    /// Whether it has no keys.
    pub fn is_empty(&self) -> bool {
        self.slots.iter().all(|slot| slot.count() == 0)
    }

    /// Number of keys that were forgotten.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    pub(super) fn set_forgotten(&mut self, forgotten: u64) {
        self.forgotten = forgotten;
    }

    /// Returns the slots of a key's bucket. The high bits select it, so any number of buckets works.
    fn bucket_of(&self, key: u64) -> std::ops::Range<usize> {
        let bucket = (u128::from(key) * u128::from(self.buckets())) >> 64;
        let start = bucket as usize * SLOTS;
        start..start + SLOTS
    }

    /// Returns how often a key was added, or 0 if it is unknown or was forgotten.
    pub fn count(&self, key: u64) -> u8 {
        let bucket = &self.slots[self.bucket_of(key)];
        let slot = bucket.iter().find(|slot| slot.count() > 0 && slot.tag() == key & TAG);
        slot.map_or(0, |slot| slot.count())
    }

    /// Adds one to the count of a key.
    pub fn add(&mut self, key: u64) {
        let range = self.bucket_of(key);
        let bucket = &mut self.slots[range];
        if let Some(slot) = bucket.iter_mut().find(|slot| slot.count() > 0 && slot.tag() == key & TAG) {
            *slot = Slot::new(key, slot.count().saturating_add(1));
            return;
        }
        if let Some(slot) = bucket.iter_mut().find(|slot| slot.count() == 0) {
            *slot = Slot::new(key, 1);
            return;
        }
        let victim = (0..SLOTS).min_by_key(|&at| (bucket[at].credit(), bucket[at].count())).unwrap_or(0);
        let credit = bucket[victim].credit();
        if credit > 0 {
            bucket.iter_mut().for_each(|slot| *slot = slot.without(credit));
        }
        bucket[victim] = Slot::new(key, 1);
        self.forgotten += 1;
    }

    /// Returns tags and counts of a bucket, by ascending tag.
    pub(super) fn bucket(&self, bucket: u64) -> impl Iterator<Item = (u64, u8)> + use<> {
        let start = bucket as usize * SLOTS;
        let mut slots: Vec<(u64, u8)> = self.slots[start..start + SLOTS]
            .iter()
            .filter(|slot| slot.count() > 0)
            .map(|slot| (slot.tag(), slot.count()))
            .collect();
        slots.sort_unstable();
        slots.into_iter()
    }

    /// Fills a bucket with as many entries as fit: the highest counts, and on ties the lowest tags.
    pub(super) fn set_bucket(&mut self, bucket: u64, mut entries: Vec<(u64, u8)>) {
        entries.sort_unstable_by_key(|&(tag, count)| (Reverse(count), tag));
        self.forgotten += entries.len().saturating_sub(SLOTS) as u64;
        entries.truncate(SLOTS);
        entries.sort_unstable();
        let start = bucket as usize * SLOTS;
        let slots = &mut self.slots[start..start + SLOTS];
        slots.fill(Slot::default());
        for (slot, (tag, count)) in slots.iter_mut().zip(entries) {
            *slot = Slot::new(tag, count);
        }
    }

    /// Adds the counts of another table with the same number of buckets. If a bucket has more keys than
    /// slots, those with the highest counts are kept. So the order of two tables makes no difference, and if
    /// nothing was forgotten, the sum equals one table of everything added to either.
    ///
    /// # Errors
    /// [`Error::Setting`] if the tables differ in size.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.buckets() != other.buckets() {
            return Err(Error::Setting(format!(
                "cannot merge site memories of different sizes ({} and {} bytes); build them with the same size",
                self.bytes(),
                other.bytes()
            )));
        }
        for bucket in 0..self.buckets() {
            let mut entries: Vec<(u64, u8)> = self.bucket(bucket).collect();
            for (tag, count) in other.bucket(bucket) {
                match entries.iter_mut().find(|entry| entry.0 == tag) {
                    Some(entry) => entry.1 = entry.1.saturating_add(count),
                    None => entries.push((tag, count)),
                }
            }
            self.set_bucket(bucket, entries);
        }
        self.forgotten = self.forgotten.saturating_add(other.forgotten);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    fn key(n: u64) -> u64 {
        xxh3_64(&n.to_le_bytes())
    }

    #[test]
    fn counts_are_exact_where_there_is_room() {
        let mut table = Table::new(1 << 20).unwrap();
        for n in 0..4000 {
            for _ in 0..=n % 5 {
                table.add(key(n));
            }
        }
        assert_eq!((table.len(), table.forgotten()), (4000, 0));
        assert!((0..4000).all(|n| u64::from(table.count(key(n))) == n % 5 + 1));
        assert!((4000..9000).all(|n| table.count(key(n)) == 0));
        for _ in 0..1000 {
            table.add(key(1));
        }
        assert_eq!(table.count(key(1)), MAX_COUNT);
    }

    #[test]
    fn a_million_keys_stay_within_the_bound() {
        let mut table = Table::new(1 << 20).unwrap();
        // One key recurs among others that occur once.
        for n in 0..1_000_000 {
            table.add(key(n + 10));
            if n % 100_000 < 50_000 && n % 1000 == 0 {
                table.add(key(1));
            }
        }
        assert_eq!(table.slots.capacity() * size_of::<Slot>(), 1 << 20);
        assert_eq!(table.len(), (1 << 20) / 8);
        assert!(table.forgotten() > 800_000);
        // The last keys are present, with counts that are not too high.
        assert!((990_000..1_000_010).filter(|n| table.count(key(*n)) == 1).count() > 9_990);
        assert!((10..1_000_010).all(|n| table.count(key(n)) <= 1));
    }

    #[test]
    fn what_comes_often_outlasts_what_comes_once() {
        let mut table = Table::new(1 << 10).unwrap();
        let often: Vec<u64> = (0..32).map(key).collect();
        for round in 0..200 {
            often.iter().for_each(|&key| table.add(key));
            // At first half of what fits, then four times as much, each key once.
            let others = if round < 20 { 64 } else { 512 };
            (0..others).for_each(|n| table.add(key(1000 + round * 512 + n)));
        }
        let kept = often.iter().filter(|&&key| table.count(key) > 100).count();
        assert!(kept >= 24, "{kept} of 32");
    }

    #[test]
    fn sums_do_not_depend_on_the_order() {
        let table = |keys: std::ops::Range<u64>| {
            let mut table = Table::new(1 << 14).unwrap();
            keys.for_each(|n| (0..=n % 3).for_each(|_| table.add(key(n))));
            table
        };
        let sum = |one: &Table, two: &Table| {
            let mut sum = one.clone();
            sum.merge(two).unwrap();
            (sum.slots, sum.forgotten)
        };
        let (a, b, both) = (table(0..200), table(200..420), table(0..420));
        assert!(sum(&a, &b) == sum(&b, &a));
        let (slots, forgotten) = sum(&a, &b);
        assert_eq!(forgotten, 0);
        let mut sorted = both.clone();
        (0..both.buckets()).for_each(|bucket| sorted.set_bucket(bucket, both.bucket(bucket).collect()));
        assert!(slots == sorted.slots);
        // The same with too many keys.
        let (a, b) = (table(0..4000), table(2000..6000));
        assert!(sum(&a, &b) == sum(&b, &a));
        assert!(Table::new(1 << 14).unwrap().merge(&Table::new(1 << 15).unwrap()).is_err());
    }

    #[test]
    fn sizes_have_bounds() {
        assert!(Table::new(100).unwrap_err().to_string().contains("1000 bytes"));
        assert!(Table::new(u64::MAX).is_err());
    }
}
