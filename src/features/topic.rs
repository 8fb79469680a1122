//! Topic: an article keeps talking about its subject, a pitch does not. A paragraph's share of rare
//! words that recur in other paragraphs of the same document, each word weighted by its rarity
//! (inverse document frequency, Spärck Jones 1972).

/// Rarity below which a word is left out, in [`super::super::bayes`] units of 1/16 bit: words in more
/// than about one paragraph in sixteen say nothing about a subject.
pub const MIN_RARITY: u16 = 64;

/// Rarity of a word that stands in `count` of `paragraphs` paragraphs: −log2 of its share, in 1/16 bit,
/// at most that of a word never seen. In 0..=400.
pub fn rarity(count: u64, paragraphs: u64) -> u16 {
    let share = (count as f64 + 0.5) / (paragraphs as f64 + 1.0);
    (-share.log2() * 16.0).round().clamp(0.0, 400.0) as u16
}

/// A distinct word of a paragraph, by hash, with its rarity.
#[derive(Debug, Clone, Copy, Default)]
pub struct TopicWord {
    /// Hash of the word.
    pub hash: u32,
    /// Its [`rarity`].
    pub rarity: u16,
}

/// What a paragraph's rare words do in the rest of the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Topic {
    /// Rarity-weighted share of its words that stand in another paragraph too; 1024 is all.
    pub recurring: i32,
    /// The same, each word weighted by in how many other paragraphs it stands (up to 8); 1024 is the most.
    pub central: i32,
    /// Rarity of all its words together, 1/16 bit.
    pub weight: i32,
    /// Share of its words that stand in one of the three paragraphs before or after; 1024 is all.
    pub nearby: i32,
}

/// Topic of every paragraph of one document. `words[ranges[i]]` are the distinct words of paragraph `i`.
#[derive(Debug, Default)]
pub struct TopicFinder {
    slots: Vec<Slot>,
    homes: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    hash: u32,
    /// Paragraphs that hold the word.
    count: u32,
    /// The last of them that was met, plus one; 0 is an empty slot.
    last: u32,
}

/// How far a nearby paragraph may be.
const NEAR: u32 = 3;

impl TopicFinder {
    /// Fills `topics` with one [`Topic`] per range. Time and memory grow with the number of words.
    pub fn find(&mut self, words: &[TopicWord], ranges: &[std::ops::Range<usize>], topics: &mut Vec<Topic>) {
        let size = (words.len() * 2).next_power_of_two().max(16);
        let mask = size - 1;
        self.slots.clear();
        self.slots.resize(size, Slot { hash: 0, count: 0, last: 0 });
        self.homes.clear();
        topics.clear();
        topics.resize(ranges.len(), Topic::default());
        // Forward: where each word lives, how many paragraphs hold it, and which of them is near.
        let mut near_before = vec![false; words.len()];
        for (index, range) in ranges.iter().enumerate() {
            let number = index as u32 + 1;
            for w in range.clone() {
                let hash = words[w].hash;
                let mut at = (hash.wrapping_mul(0x9e37_79b1) >> 7) as usize & mask;
                while self.slots[at].last != 0 && self.slots[at].hash != hash {
                    at = (at + 1) & mask;
                }
                let slot = &mut self.slots[at];
                near_before[w] = slot.last != 0 && number - slot.last <= NEAR && slot.last != number;
                if slot.last != number {
                    slot.count += 1;
                }
                slot.hash = hash;
                slot.last = number;
                self.homes.push(at as u32);
            }
        }
        // Backward: the same from behind, and the sums.
        for slot in &mut self.slots {
            slot.last = 0;
        }
        let first = ranges.first().map_or(0, |range| range.start);
        for (index, range) in ranges.iter().enumerate().rev() {
            let number = (ranges.len() - index) as u32;
            let (mut all, mut recurring, mut central, mut nearby) = (0i64, 0i64, 0i64, 0i64);
            for w in range.clone() {
                let rarity = i64::from(words[w].rarity);
                let slot = &mut self.slots[self.homes[w - first] as usize];
                let others = i64::from(slot.count) - 1;
                let near =
                    near_before[w] || (slot.last != 0 && number - slot.last <= NEAR && slot.last != number);
                slot.last = number;
                all += rarity;
                if others > 0 {
                    recurring += rarity;
                    central += rarity * others.min(8);
                }
                if near {
                    nearby += rarity;
                }
            }
            let share = |part: i64, whole: i64| if whole == 0 { 0 } else { (part * 1024 / whole) as i32 };
            topics[index] = Topic {
                recurring: share(recurring, all),
                central: share(central, all * 8),
                weight: all as i32,
                nearby: share(nearby, all),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_recurs_makes_its_paragraph_part_of_the_subject() {
        let word = |hash| TopicWord { hash, rarity: 100 };
        let words = [word(1), word(2), word(1), word(3), word(9), word(8)];
        let mut topics = Vec::new();
        TopicFinder::default().find(&words, &[0..2, 2..4, 4..4, 4..6], &mut topics);
        assert_eq!(topics[0].recurring, 512);
        assert_eq!(topics[0].nearby, 512);
        assert_eq!(topics[1].recurring, 512);
        assert_eq!(topics[2], Topic::default());
        assert_eq!(topics[3].recurring, 0);
        assert_eq!(topics[3].weight, 200);
    }

    #[test]
    fn rarity_is_bounded_and_falls_with_count() {
        assert!(rarity(0, 1000) > rarity(1, 1000));
        assert_eq!(rarity(0, u64::MAX), 400);
        assert_eq!(rarity(0, 0), 16);
    }
}
