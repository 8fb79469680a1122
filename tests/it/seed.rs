//! The article that the project started from.

use std::path::{Path, PathBuf};

use gleaner::pipeline::{Options, Pipeline};
use gleaner::verdict::Verdict;
use gleaner::{model::Model, read};

/// Folder of the corpora, or none with a word about what is skipped.
pub fn corpora(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GLEANER_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("{test}: skipped, GLEANER_CORPORA does not name the folder of the corpora");
    }
    folder
}

#[test]
fn its_pitches_go_and_every_editorial_paragraph_stays() {
    let Some(corpora) = corpora("seed article") else { return };
    let bytes = std::fs::read(corpora.join("seed/xiaomi-leica.txt")).unwrap();
    let labels = std::fs::read_to_string(corpora.join("seed/xiaomi-leica.labels.jsonl")).unwrap();
    let labels: serde_json::Value = serde_json::from_str(labels.lines().next().unwrap()).unwrap();
    let model = Model::built_in().unwrap();
    let mut pipeline = Pipeline::new(&model, Options::default()).unwrap();
    let place = gleaner::error::Place::of(Path::new("seed"));
    let document = read::text::document("seed".into(), place, bytes, None);
    let judged = pipeline.judge(&document);
    let paragraphs = labels["paragraphs"].as_array().unwrap();
    assert_eq!(judged.paragraphs.len(), paragraphs.len());
    let mut pitches = 0;
    for ((paragraph, decision), labelled) in judged.paragraphs.iter().zip(&judged.decisions).zip(paragraphs) {
        let text = document.text(paragraph);
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
