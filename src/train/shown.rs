//! What a report shows of labelled documents beyond their figures, and documents before anybody judged them.

use super::gold::{GoldDocument, by_lines};
use crate::error::Result;
use crate::evaluate::mistakes::{Example, Mistake, Pull};
use crate::evaluate::{ScoredDocument, ScoredParagraph, words};
use crate::explain::wording;
use crate::explain::{Explainer, Explanation};
use crate::judge::{Judge, Options};
use crate::model::Model;
use crate::split::{self, SplitMode};

/// Features of a paragraph that are named for each side, and signals of its surroundings.
const NAMED: usize = 4;
/// Nats from which on a push is worth naming.
const LEAST: f64 = 0.05;

impl GoldDocument {
    /// Texts of its paragraphs.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let document = self.document();
        let lines = split::text::units(document, SplitMode::Lines);
        lines.iter().map(|line| line.text(document).into_owned()).collect()
    }

    /// The document with nothing said of it yet: probability 0, no verdicts. `kept` tells which labels are
    /// kept.
    #[must_use]
    pub fn unscored(&self, kept: impl Fn(&str) -> bool) -> ScoredDocument {
        let lines = self.texts();
        let paragraphs = self.labels.iter().zip(&lines).map(|(label, text)| ScoredParagraph {
            label: label.clone(),
            kept_label: kept(label),
            words: words(text),
            probability: 0.0,
            verdict: None,
            kind: None,
        });
        ScoredDocument { id: self.id.clone(), paragraphs: paragraphs.collect() }
    }
}

/// Mistakes as a report shows them: with their neighbours, the page's address and, where there is a model,
/// what decided. `documents` are the scored ones, in the order of `gold`.
///
/// # Errors
/// As [`Judge::new`].
pub fn examples(
    mistakes: &[Mistake],
    documents: &[ScoredDocument],
    gold: &[GoldDocument],
    model: Option<(&Model, Options)>,
) -> Result<Vec<Example>> {
    let judge = |(model, options)| Judge::new(model, by_lines(options));
    let mut judge = model.map(judge).transpose()?;
    let places = mistakes.iter().filter_map(|it| {
        let (document, gold) = (documents.get(it.document)?, gold.get(it.document)?);
        (it.paragraph < document.paragraphs.len()).then_some((it.paragraph, document, gold))
    });
    let example = |(index, document, gold): (usize, &ScoredDocument, &GoldDocument)| {
        let pulls = judge.as_mut().map(|judge| pulls(judge, gold, index)).transpose()?.unwrap_or_default();
        let (url, site) = (gold.url.clone(), gold.site.clone());
        Ok(Example { url, site, pulls, ..Example::new(document, index, &gold.texts()) })
    };
    places.map(example).collect()
}

/// What pushed a paragraph hardest: its own features for boilerplate and against it, then what stands
/// around it.
fn pulls(judge: &mut Judge<'_>, gold: &GoldDocument, index: usize) -> Result<Vec<Pull>> {
    let judged = judge.text(gold.document())?;
    if index >= judged.units.len() {
        return Ok(Vec::new());
    }
    let explanation = Explainer::new(judge, &judged).unit(gold.document(), index);
    let mut pulls = own(&explanation);
    let signals = explanation.ranked_signals().into_iter().map(|i| Pull {
        name: explanation.model.signal_names()[i].clone(),
        nats: explanation.shares.signals[i],
        around: true,
    });
    pulls.extend(signals.filter(|pull| pull.nats.abs() >= LEAST).take(NAMED));
    Ok(pulls)
}

fn own(explanation: &Explanation<'_>) -> Vec<Pull> {
    let ranked = explanation.ranked();
    let boilerplate = ranked.iter().filter(|feature| feature.pooled() >= LEAST).take(NAMED);
    let editorial = ranked.iter().rev().filter(|feature| feature.pooled() <= -LEAST).take(NAMED);
    let pull = |feature: &&crate::explain::features::Feature| Pull {
        name: wording::feature(feature.channel, &feature.name),
        nats: feature.pooled(),
        around: false,
    };
    boilerplate.chain(editorial).map(pull).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::gold;
    use super::*;

    #[test]
    fn mistakes_with_what_decided() {
        let row = r#"{"id": 4, "url": "https://a.example/x", "paragraphs": [{"text": "The lock was dredged in spring.", "label": "editorial"}, {"text": "Subscribe to our newsletter", "label": "pitch"}]}"#;
        let gold = gold::read(row.as_bytes(), Path::new("g.jsonl")).unwrap();
        let model = Model::built_in().unwrap();
        let documents = gold::score(&gold, model, Options::default(), &[]).unwrap();
        let places = [Mistake { document: 0, paragraph: 1 }, Mistake { document: 9, paragraph: 0 }];
        let shown = examples(&places, &documents, &gold, Some((model, Options::default()))).unwrap();
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].url.as_deref(), Some("https://a.example/x"));
        assert_eq!(shown[0].lines[0].1, "The lock was dredged in spring.");
        let names: Vec<&str> = shown[0].pulls.iter().map(|pull| pull.name.as_str()).collect();
        assert!(names.iter().any(|name| name.contains("subscribe")), "{names:?}");
        assert!(shown[0].pulls.iter().any(|pull| pull.around));
        let bare = examples(&places, &documents, &gold, None).unwrap();
        assert!(bare[0].pulls.is_empty());
        let unscored = gold[0].unscored(|label| label == "editorial");
        assert_eq!(unscored.paragraphs[0].words, documents[0].paragraphs[0].words);
        assert!(unscored.paragraphs[0].kept_label && unscored.paragraphs[1].verdict.is_none());
    }
}
