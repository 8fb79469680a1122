//! The figures against the benchmark's line scorer, where it is at hand: `GLEANER_LINE_SCORER` names the
//! script, and `python3` runs it.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{Options, Report, ScoredDocument, samples};

#[test]
fn as_the_line_scorer() {
    let Some(script) = std::env::var_os("GLEANER_LINE_SCORER") else {
        println!("skipped: GLEANER_LINE_SCORER does not name the line scorer's script");
        return;
    };
    for (seed, count) in [(1, 3), (2, 12), (3, 60), (4, 60), (5, 150), (6, 150)] {
        let documents = samples::documents(seed, count);
        let theirs = line_scorer(Path::new(&script), &documents);
        let documents: Vec<ScoredDocument> = documents.into_iter().map(|(document, _)| document).collect();
        let ours = Report::new(&documents, &Options::default()).unwrap();
        let ours = serde_json::to_value(&ours).unwrap();
        compare(&theirs, &ours, &format!("seed {seed}"));
    }
}

/// Runs the script over the documents and their texts.
fn line_scorer(script: &Path, documents: &[(ScoredDocument, Vec<String>)]) -> Value {
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
        .arg("--json")
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
