//! What a report shows of a run beside its counts: the documents that lost most or nearly too much, and some
//! texts of each kind that went.
//!
//! Lists are short, and equals stay in the order of the run, so that it does not matter in how many pieces the
//! documents came.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use gleaner::unstable::report::run::{Dropped, Loss};
use serde::Serialize;

/// Documents of a list.
const DOCUMENTS: usize = 10;
/// Texts of a kind at each end of the probabilities.
const TEXTS: usize = 3;
/// Characters of a text that are kept.
const CHARACTERS: usize = 400;
/// Characters of a document's id that are kept.
const ID: usize = 200;
/// Kinds that are told apart; those of a model are fewer.
const KINDS: usize = 64;

/// What stands out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Highlights {
    /// Documents that lost most words, the worst first.
    pub most: Vec<Loss>,
    /// Texts of which the largest share of words would go, the largest first; from `--max-drop` on they stay
    /// whole. Pages are not among them, for the limit does not hold for them.
    pub near: Vec<Loss>,
    /// Texts that went, by kind.
    pub kinds: BTreeMap<String, Texts>,
}

/// Texts of one kind.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Texts {
    /// Those of the lowest probability, the lowest first.
    pub least_sure: Vec<Dropped>,
    /// Those of the highest, the highest first.
    pub surest: Vec<Dropped>,
}

impl Highlights {
    /// Takes in what a document lost. `limited` is whether `--max-drop` holds for it.
    pub fn loss(&mut self, loss: Loss, limited: bool) {
        if loss.dropped == 0 {
            return;
        }
        if limited {
            put(&mut self.near, loss.clone(), DOCUMENTS, by_share);
        }
        if !loss.whole {
            put(&mut self.most, loss, DOCUMENTS, by_words);
        }
    }

    /// Takes in a text that went.
    pub fn dropped(&mut self, kind: &str, document: &serde_json::Value, text: &str, probability: f64) {
        let known = self.kinds.contains_key(kind);
        if !known && self.kinds.len() >= KINDS {
            return;
        }
        let texts = self.kinds.entry(kind.to_owned()).or_default();
        // Nearly all texts are no candidates; only those that are cost an allocation.
        if !texts.takes(probability) {
            return;
        }
        let characters = text.chars().count();
        let text = text.chars().take(CHARACTERS).collect();
        texts.put(Dropped { document: id(document), text, characters, probability });
    }

    /// Adds what came after.
    pub fn add(&mut self, later: Self) {
        for loss in later.near {
            put(&mut self.near, loss, DOCUMENTS, by_share);
        }
        for loss in later.most {
            put(&mut self.most, loss, DOCUMENTS, by_words);
        }
        for (kind, texts) in later.kinds {
            let ours = self.kinds.entry(kind).or_default();
            for text in texts.least_sure {
                put(&mut ours.least_sure, text, TEXTS, least_sure);
            }
            for text in texts.surest {
                put(&mut ours.surest, text, TEXTS, surest);
            }
        }
    }
}

impl Texts {
    fn takes(&self, probability: f64) -> bool {
        let room = |list: &[Dropped]| list.len() < TEXTS;
        room(&self.least_sure)
            || room(&self.surest)
            || self.least_sure.last().is_some_and(|last| probability < last.probability)
            || self.surest.last().is_some_and(|last| probability > last.probability)
    }

    fn put(&mut self, text: Dropped) {
        put(&mut self.least_sure, text.clone(), TEXTS, least_sure);
        put(&mut self.surest, text, TEXTS, surest);
    }

    /// The surest without those that are among the least sure: where few texts went, both lists hold them.
    pub fn surest_alone(&self) -> impl Iterator<Item = &Dropped> {
        let same = |a: &Dropped, b: &Dropped| a.document == b.document && a.text == b.text;
        self.surest.iter().filter(move |it| !self.least_sure.iter().any(|other| same(it, other)))
    }
}

/// A document's id as it is shown.
pub fn id(document: &serde_json::Value) -> String {
    let written = document.as_str().map_or_else(|| document.to_string(), str::to_owned);
    written.chars().take(ID).collect()
}

fn by_words(a: &Loss, b: &Loss) -> Ordering {
    b.dropped.cmp(&a.dropped)
}

fn by_share(a: &Loss, b: &Loss) -> Ordering {
    // Shares compared without dividing: a/b against c/d as a·d against c·b.
    let cross = |part: u64, whole: u64| u128::from(part) * u128::from(whole.max(1));
    cross(b.dropped, a.words).cmp(&cross(a.dropped, b.words))
}

fn least_sure(a: &Dropped, b: &Dropped) -> Ordering {
    a.probability.total_cmp(&b.probability)
}

fn surest(a: &Dropped, b: &Dropped) -> Ordering {
    b.probability.total_cmp(&a.probability)
}

/// Puts one into a sorted list of at most so many, behind its equals.
fn put<T>(list: &mut Vec<T>, one: T, most: usize, order: impl Fn(&T, &T) -> Ordering) {
    let at = list.partition_point(|it| order(it, &one).is_le());
    if at < most {
        list.insert(at, one);
        list.truncate(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fill(highlights: &mut Highlights, numbers: std::ops::Range<u64>) {
        for n in numbers {
            let dropped = (n * 7919) % 41;
            let loss = Loss { document: n.to_string(), words: 10 + n, dropped, whole: n % 9 == 0 };
            highlights.loss(loss, n % 2 == 0);
            let probability = ((n * 31) % 50) as f64 / 50.0;
            highlights.dropped(["ad", "pitch"][n as usize % 2], &json!(n), &format!("text {n}"), probability);
        }
    }

    #[test]
    fn pieces_do_not_matter() {
        let mut whole = Highlights::default();
        fill(&mut whole, 0..300);
        let mut parts = Highlights::default();
        for part in [0..1, 1..90, 90..91, 91..300] {
            let mut piece = Highlights::default();
            fill(&mut piece, part);
            parts.add(piece);
        }
        assert_eq!(json!(whole), json!(parts));
        assert_eq!((whole.most.len(), whole.near.len(), whole.kinds["ad"].surest.len()), (10, 10, 3));
        assert!(
            whole.most.iter().all(|it| !it.whole) && whole.most.is_sorted_by_key(|it| u64::MAX - it.dropped)
        );
        let shares: Vec<f64> = whole.near.iter().map(|it| it.dropped as f64 / it.words as f64).collect();
        assert!(shares.is_sorted_by(|a, b| a >= b), "{shares:?}");
    }

    #[test]
    fn nothing_is_shown_twice() {
        let mut few = Highlights::default();
        few.dropped("ad", &json!("a"), &"é".repeat(999), 0.9);
        let texts = &few.kinds["ad"];
        assert_eq!((texts.least_sure.len(), texts.surest_alone().count()), (1, 0));
        assert_eq!((texts.surest[0].text.chars().count(), texts.surest[0].characters), (CHARACTERS, 999));
    }
}
