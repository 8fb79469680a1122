//! Scored documents for the tests: new writing, seeded.

use super::resample::Twister;
use super::{ScoredDocument, ScoredParagraph, words};
use crate::verdict::Verdict;

const LABELS: [&str; 6] = ["editorial", "pitch", "nav", "meta", "bio", "unclear"];
const VERDICTS: [Option<Verdict>; 4] =
    [Some(Verdict::Editorial), Some(Verdict::Boilerplate), Some(Verdict::Unsure), None];
const WORDS: [&str; 7] =
    ["the", "harbour", "ferry", "leaves", "at\u{a0}dawn", "quietly\u{1f}so", "渡し船mole"];

/// A paragraph with one verdict and no kind.
pub(super) fn paragraph(label: &str, words: usize, probability: f64) -> ScoredParagraph {
    ScoredParagraph {
        label: label.to_owned(),
        kept_label: label == "editorial",
        words,
        probability,
        verdict: None,
        kind: None,
    }
}

/// One document of (label, words, probability).
pub(super) fn document(lines: &[(&str, usize, f64)]) -> ScoredDocument {
    let paragraphs = lines.iter().map(|(label, words, p)| paragraph(label, *words, *p)).collect();
    ScoredDocument { id: "one".to_owned(), paragraphs }
}

/// Documents with the text of their paragraphs. Some have no paragraph, some none that counts; there are
/// ties, extremes, missing verdicts and kinds, and probabilities that know a little of the labels.
pub(crate) fn documents(seed: u64, count: usize) -> Vec<(ScoredDocument, Vec<String>)> {
    let mut random = Twister::new(seed);
    let steps = [4.0, 100.0, 1e15][random.index(3)];
    (0..count).map(|number| one(&mut random, number, steps)).collect()
}

fn one(random: &mut Twister, number: usize, steps: f64) -> (ScoredDocument, Vec<String>) {
    let mut texts = Vec::new();
    let mut paragraphs = Vec::new();
    for _ in 0..random.index(30) {
        // Half of the lines are editorial; one document in eleven has only bylines.
        let label = match (number % 11, random.index(2)) {
            (7, _) => "meta",
            (_, 0) => "editorial",
            _ => LABELS[random.index(LABELS.len())],
        };
        let text: Vec<&str> = (0..random.index(40)).map(|_| WORDS[random.index(WORDS.len())]).collect();
        let text = text.join(" ");
        let pull = if label == "editorial" { 0.0 } else { 0.4 };
        let p = ((random.random() * 0.8 + pull).min(1.0) * steps).round() / steps;
        let guess = VERDICTS[random.index(VERDICTS.len())];
        let kind = [Some(label), Some("nav"), Some("social"), Some(""), None][random.index(5)];
        paragraphs.push(ScoredParagraph {
            verdict: if p > 0.8 { Some(Verdict::Boilerplate) } else { guess },
            kind: kind.map(str::to_owned),
            ..paragraph(label, words(&text), p)
        });
        texts.push(text);
    }
    (ScoredDocument { id: format!("document {number}"), paragraphs }, texts)
}
