//! The figures against the benchmark's line scorer, where it is at hand: `GLEANER_LINE_SCORER` names the
//! script, and `python3` runs it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::resample::Twister;
use super::{Options, Report, ScoredDocument, samples, words};

/// The script.
fn script() -> PathBuf {
    std::env::var_os("GLEANER_LINE_SCORER")
        .expect("GLEANER_LINE_SCORER does not name the line scorer's script")
        .into()
}

#[test]
#[ignore = "needs GLEANER_LINE_SCORER, the script of the line scorer, and python3"]
fn as_the_line_scorer() {
    let script = script();
    for (seed, count) in [(1, 3), (2, 12), (3, 60), (4, 60), (5, 150), (6, 150)] {
        same(&script, samples::documents(seed, count), 200, &format!("seed {seed}"));
    }
}

/// Real lines hold every kind of white space; their probabilities are drawn.
#[test]
#[ignore = "needs GLEANER_CORPORA and GLEANER_LINE_SCORER, the script of the line scorer, and python3"]
fn as_the_line_scorer_on_the_corpora() {
    let script = script();
    let corpora = crate::about_the_tests::corpora();
    let mut random = Twister::new(1);
    let mut documents = Vec::new();
    for fold in 0..10 {
        let path = corpora.join(format!("lines/en/fold-{fold}.jsonl"));
        for row in std::fs::read_to_string(&path).unwrap().split('\n').filter(|row| !row.is_empty()) {
            let row: Value = serde_json::from_str(row).unwrap();
            let mut document =
                ScoredDocument { id: row["id"].as_str().unwrap().to_owned(), paragraphs: vec![] };
            let mut texts = Vec::new();
            for line in row["paragraphs"].as_array().unwrap() {
                let (text, label) = (line["text"].as_str().unwrap(), line["label"].as_str().unwrap());
                let pull = if label == "editorial" { 0.0 } else { 0.3 };
                let p = (random.random() * 0.9 + pull).min(1.0);
                document.paragraphs.push(samples::paragraph(label, words(text), p));
                texts.push(text.to_owned());
            }
            documents.push((document, texts));
        }
    }
    assert!(!documents.is_empty());
    same(&script, documents, 20, "lines/en");
}

fn same(script: &Path, documents: Vec<(ScoredDocument, Vec<String>)>, resamples: usize, place: &str) {
    let theirs = line_scorer(script, &documents, resamples);
    let documents: Vec<ScoredDocument> = documents.into_iter().map(|(document, _)| document).collect();
    let ours = Report::new(&documents, &Options { resamples, ..Options::default() }).unwrap();
    compare(&theirs, &serde_json::to_value(&ours).unwrap(), place);
}

/// Runs the script over the documents and their texts.
fn line_scorer(script: &Path, documents: &[(ScoredDocument, Vec<String>)], resamples: usize) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (gold, pred) = (folder.path().join("gold.jsonl"), folder.path().join("pred.jsonl"));
    let (mut gold_rows, mut pred_rows) = (String::new(), String::new());
    for (document, texts) in documents {
        let lines = document.paragraphs.iter().zip(texts);
        let lines: Vec<Value> = lines.map(|(p, text)| json!({"text": text, "label": p.label})).collect();
        gold_rows += &format!("{}\n", json!({"id": document.id, "paragraphs": lines}));
        for (index, p) in document.paragraphs.iter().enumerate() {
            let row = json!({
                "doc": document.id, "index": index, "boilerplate": p.probability,
                "verdict": p.verdict, "kind": p.kind,
            });
            pred_rows += &format!("{row}\n");
        }
    }
    std::fs::write(&gold, gold_rows).unwrap();
    std::fs::write(&pred, pred_rows).unwrap();
    let run = Command::new("python3")
        .arg(script)
        .arg("score")
        .arg(&gold)
        .arg("--pred")
        .arg(&pred)
        .args(["--json", "--resamples", &resamples.to_string()])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// Everything that they have, we have, and equal to nine digits.
fn compare(theirs: &Value, ours: &Value, place: &str) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (key, value) in theirs {
                let ours = ours.get(key).unwrap_or_else(|| panic!("{place}: no {key}"));
                compare(value, ours, &format!("{place}, {key}"));
            }
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            assert_eq!(theirs.len(), ours.len(), "{place}");
            for (theirs, ours) in theirs.iter().zip(ours) {
                compare(theirs, ours, place);
            }
        }
        (Value::Number(theirs), Value::Number(ours)) => {
            let (theirs, ours) = (theirs.as_f64().unwrap(), ours.as_f64().unwrap());
            assert!((theirs - ours).abs() < 1e-9, "{place}: {theirs} there, {ours} here");
        }
        _ => assert_eq!(theirs, ours, "{place}"),
    }
}
