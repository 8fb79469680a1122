//! Topic: an article keeps to its subject, a pitch does not. Measures a paragraph's share of rare words that
//! recur in other paragraphs of the same document, each word weighted by its rarity (inverse document
//! frequency, Spärck Jones 1972).

/// Minimum rarity of a topic word, in 1/16 bit. Words in more than about one paragraph in sixteen are not
/// specific to a subject.
pub const MIN_RARITY: u16 = 64;

/// Rarity of a word that occurs in `count` of `paragraphs` paragraphs: −log2 of its share, in 1/16 bit, 0 to
/// 400.
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

/// How a paragraph's rare words recur in the rest of the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Topic {
    /// Rarity-weighted share of its words that occur in another paragraph too; 1024 is all.
    pub recurring: i32,
    /// The same, each word weighted by the number of other paragraphs with it (up to 8); 1024 is the maximum.
    pub central: i32,
    /// Sum of the rarity of its words, in 1/16 bit.
    pub weight: i32,
    /// Share of its words that occur in one of the three paragraphs before or after; 1024 is all.
    pub nearby: i32,
}

/// Finds the topic of every paragraph of a document. Buffers are reused from one document to the next.
#[derive(Debug, Default)]
pub struct TopicFinder {
    /// Slots by word. Those of earlier documents remain and are treated as empty.
    slots: Vec<Slot>,
    /// Number of paragraphs in earlier documents; paragraphs of the current one are numbered from here.
    before: u32,
    /// Slot of each word.
    homes: Vec<u32>,
    /// Whether a nearby paragraph contains the word too, for each word.
    near: Vec<bool>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u32,
    /// Number of paragraphs that contain the word.
    count: u32,
    /// Number of the last paragraph with the word. The slot is empty if that belongs to an earlier document.
    last: u32,
    /// Index of the word in that paragraph.
    word: u32,
}

/// Maximum distance of a nearby paragraph.
const NEAR: u32 = 3;

impl TopicFinder {
    /// Fills `topics` with one [`Topic`] per range. `words[ranges[i]]` are the distinct words of paragraph
    /// `i`; ranges are adjacent and cover all words. Time and memory grow with the number of words.
    pub fn find(&mut self, words: &[TopicWord], ranges: &[std::ops::Range<usize>], topics: &mut Vec<Topic>) {
        // Words recur, so one and a half slots per word are rarely half full.
        let size = (words.len() * 3 / 2 + 1).next_power_of_two().max(16);
        let mask = size - 1;
        let count = u32::try_from(ranges.len()).unwrap_or(u32::MAX);
        if self.before >= u32::MAX - count {
            self.slots.fill(Slot::default());
            self.before = 0;
        }
        if self.slots.len() < size {
            self.slots.resize(size, Slot::default());
        }
        self.homes.clear();
        self.homes.resize(words.len(), 0);
        self.near.clear();
        self.near.resize(words.len(), false);
        let before = self.before;
        let slots = &mut self.slots[..size];
        for (range, number) in ranges.iter().zip(before + 1..) {
            for ((w, word), home) in
                range.clone().zip(&words[range.clone()]).zip(&mut self.homes[range.clone()])
            {
                let hash = word.hash;
                let mut at = (hash.wrapping_mul(0x9e37_79b1) >> 7) as usize & mask;
                while (slots[at].last > before) & (slots[at].hash != hash) {
                    at = (at + 1) & mask;
                }
                let slot = &mut slots[at];
                let known = slot.last > before;
                if slot.last != number {
                    let near = known & (number - slot.last <= NEAR);
                    self.near[w] = near;
                    if near {
                        self.near[slot.word as usize] = true;
                    }
                    slot.count = if known { slot.count + 1 } else { 1 };
                }
                *slot = Slot { hash, count: slot.count, last: number, word: w as u32 };
                *home = at as u32;
            }
        }
        self.before += count;
        topics.clear();
        topics.extend(ranges.iter().map(|range| self.topic(words, range.clone())));
    }

    fn topic(&self, words: &[TopicWord], range: std::ops::Range<usize>) -> Topic {
        let (mut all, mut recurring, mut central, mut nearby) = (0i64, 0i64, 0i64, 0i64);
        for ((word, &home), &near) in
            words[range.clone()].iter().zip(&self.homes[range.clone()]).zip(&self.near[range])
        {
            let rarity = i64::from(word.rarity);
            let others = i64::from(self.slots[home as usize].count) - 1;
            all += rarity;
            recurring += if others > 0 { rarity } else { 0 };
            central += rarity * others.min(8);
            nearby += if near { rarity } else { 0 };
        }
        let share = |part: i64, whole: i64| if whole == 0 { 0 } else { (part * 1024 / whole) as i32 };
        Topic {
            recurring: share(recurring, all),
            central: share(central, all * 8),
            weight: all as i32,
            nearby: share(nearby, all),
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
    fn no_document_remembers_another() {
        let word = |hash| TopicWord { hash, rarity: 100 };
        let words: Vec<TopicWord> = (0..40).map(|hash| word(hash % 30)).collect();
        let ranges: Vec<_> = (0..10).map(|i| i * 4..(i + 1) * 4).collect();
        let (mut finder, mut first, mut again) = (TopicFinder::default(), Vec::new(), Vec::new());
        finder.find(&words, &ranges, &mut first);
        for before in [10, 1000, u32::MAX - 10, u32::MAX - 9, u32::MAX] {
            finder.find(&words[..7], &[0..3, 3..7], &mut again);
            finder.before = finder.before.max(before);
            finder.find(&words, &ranges, &mut again);
            assert_eq!(first, again, "{before}");
        }
    }

    #[test]
    fn rarity_is_bounded_and_falls_with_count() {
        assert!(rarity(0, 1000) > rarity(1, 1000));
        assert_eq!(rarity(0, u64::MAX), 400);
        assert_eq!(rarity(0, 0), 16);
    }
}
