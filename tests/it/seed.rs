//! The article that the project started from.

use std::path::Path;

use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::verdict::Verdict;
use gleaner::unstable::{model::Model, read};

use crate::data::corpora;

#[test]
#[ignore = "needs GLEANER_CORPORA"]
fn its_pitches_go_and_every_editorial_paragraph_stays() {
    let corpora = corpora();
    let bytes = std::fs::read(corpora.join("seed/xiaomi-leica.txt")).unwrap();
    let labels = std::fs::read_to_string(corpora.join("seed/xiaomi-leica.labels.jsonl")).unwrap();
    let labels: serde_json::Value = serde_json::from_str(labels.lines().next().unwrap()).unwrap();
    let model = Model::built_in().unwrap();
    let mut judge = Judge::new(model, Options::default()).unwrap();
    let place = gleaner::error::Place::of(Path::new("seed"));
    let document = read::text::document("seed".into(), place, bytes, None);
    let judged = judge.text(&document).unwrap();
    let paragraphs = labels["paragraphs"].as_array().unwrap();
    assert_eq!(judged.units.len(), paragraphs.len());
    let mut pitches = 0;
    for ((paragraph, decision), labelled) in judged.units.iter().zip(&judged.decisions).zip(paragraphs) {
        let text = paragraph.text(&document);
        assert_eq!(text.trim(), labelled["text"].as_str().unwrap().trim());
        match labelled["label"].as_str().unwrap() {
            "editorial" => assert_ne!(decision.verdict, Verdict::Boilerplate, "{text}"),
            "pitch" => {
                pitches += 1;
                assert_eq!(decision.verdict, Verdict::Boilerplate, "{text} {}", decision.probability);
            }
            _ => {}
        }
    }
    assert_eq!(pitches, 4);
}
