//! `gleaner evaluate`: the same figures as the benchmark's line scorer, and errors that name the place.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::data::project;

fn gleaner() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
    command.env_remove("GLEANER_MODEL");
    command
}

fn stdout(command: &mut Command) -> Vec<u8> {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    stdout
}

fn failure(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert_eq!(status.code(), Some(2), "{}", String::from_utf8_lossy(&stdout));
    String::from_utf8(stderr).unwrap()
}

fn own(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| project("training-data").join(name).with_extension("jsonl")).collect()
}

#[test]
fn as_the_line_scorer() {
    let Some(script) = std::env::var_os("GLEANER_LINE_SCORER") else {
        println!("skipped: GLEANER_LINE_SCORER does not name the line scorer's script");
        return;
    };
    let mut gold = own(&["recipe", "wire-news", "newsletter", "qa-forum"]);
    same_figures(Path::new(&script), &gold);
    if let Some(corpora) = crate::seed::corpora("the line scorer's figures on the corpora") {
        gold = ["de", "fr", "pl"]
            .map(|name| corpora.join("lines-other-dev").join(name).with_extension("jsonl"))
            .to_vec();
        same_figures(Path::new(&script), &gold);
    }
}

fn same_figures(script: &Path, gold: &[PathBuf]) {
    let folder = tempfile::tempdir().unwrap();
    let (docs, pred) = (folder.path().join("docs.jsonl"), folder.path().join("pred.jsonl"));
    let python = || {
        let mut command = Command::new("python3");
        command.arg(script);
        command
    };
    std::fs::write(&docs, stdout(python().arg("prepare").args(gold))).unwrap();
    std::fs::write(
        &pred,
        stdout(gleaner().args(["score", "--from", "jsonl", "--split", "lines"]).arg(&docs)),
    )
    .unwrap();
    let draws = ["--json", "--resamples", "20"];
    let theirs = stdout(python().arg("score").args(gold).arg("--pred").arg(&pred).args(draws));
    let ours = stdout(gleaner().arg("evaluate").args(gold).args(draws));
    let [theirs, ours]: [Value; 2] = [theirs, ours].map(|json| serde_json::from_slice(&json).unwrap());
    assert!(theirs["default"].is_object());
    compare(&theirs, &ours, "figures");
}

/// Everything that they have, we have, and equal to nine digits.
fn compare(theirs: &Value, ours: &Value, place: &str) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (key, value) in theirs {
                compare(value, &ours[key], &format!("{place}, {key}"));
            }
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            assert_eq!(theirs.len(), ours.len(), "{place}");
            theirs.iter().zip(ours).for_each(|(theirs, ours)| compare(theirs, ours, place));
        }
        (Value::Number(theirs), Value::Number(ours)) => {
            let (theirs, ours) = (theirs.as_f64().unwrap(), ours.as_f64().unwrap());
            assert!((theirs - ours).abs() < 1e-9, "{place}: {theirs} there, {ours} here");
        }
        _ => assert_eq!(theirs, ours, "{place}"),
    }
}

#[test]
fn figures_out_of_fold_are_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let fitted = folder.path().join("fitted.json");
    std::fs::write(&fitted, stdout(gleaner().args(["model", "dump", "--fitted"]))).unwrap();
    let run = || {
        let mut command = gleaner();
        command.args(["evaluate", "--folds", "3", "--json", "--resamples", "0", "--made-by", "hand"]);
        command.args(own(&["recipe", "sports"])).arg("--with").args(own(&["travel"]));
        stdout(command.arg("--record").arg(&fitted))
    };
    let first = run();
    let recorded = std::fs::read(&fitted).unwrap();
    let (figures, fitted_now): (Value, Value) =
        (serde_json::from_slice(&first).unwrap(), serde_json::from_slice(&recorded).unwrap());
    let auc = figures["auc"].as_f64().unwrap();
    assert!(auc > 0.6, "{auc}");
    let evaluation = &fitted_now["evaluation"];
    assert_eq!(evaluation["auc"].as_i64().unwrap(), (auc * 1e6).round() as i64);
    assert_eq!(evaluation["lines"].as_f64().unwrap() / 1e6, figures["lines"].as_f64().unwrap());
    assert_eq!(evaluation["folds"], 3_000_000);
    assert!(evaluation["default documents_hurt"].is_i64());
    assert_eq!(fitted_now["made_by"], "hand");
    assert_eq!(run(), first);
    assert_eq!(std::fs::read(&fitted).unwrap(), recorded);
}

#[test]
fn what_cannot_be_evaluated_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let gold = folder.path().join("gold.jsonl");
    let row = |id: &str, label: &str, text: &str| {
        format!(r#"{{"id": "{id}", "paragraphs": [{{"text": "{text}", "label": "{label}"}}]}}"#)
    };
    let fine = row("one", "editorial", "The ferry left at noon.");
    let evaluate = |rows: &[&str]| {
        std::fs::write(&gold, rows.join("\n")).unwrap();
        let mut command = gleaner();
        command.arg("evaluate").arg(&gold);
        command
    };
    let odd = row("two", "barnacle", "Mind the step.");
    let message = failure(&mut evaluate(&[&fine, &odd]));
    assert!(
        message.contains("gold.jsonl, record 2: document two: ") && message.contains("\"barnacle\""),
        "{message}"
    );
    stdout(evaluate(&[&fine, &odd]).args(["--ignore", "barnacle"]));
    stdout(&mut evaluate(&[&fine, &row("two", "unclear", "Mind the step.")]));
    let message =
        failure(evaluate(&[&fine, &row("two", "unclear", "Mind the step.")]).args(["--ignore", ""]));
    assert!(message.contains("\"unclear\""), "{message}");
    let message = failure(&mut evaluate(&[&fine, &row("three", "nav", "Home\\nNext")]));
    assert!(message.contains("record 2: document three: its 1 labelled"), "{message}");
    let message = failure(evaluate(&[&fine]).args(["--folds", "10"]));
    assert!(message.contains("cannot train: without fold "), "{message}");
    let message = failure(evaluate(&[&fine]).args(["--folds", "10", "--threshold", "0.5"]));
    assert!(message.contains("--max-loss"), "{message}");
    for wrong in [["--with", "x"], ["--record", "x"], ["--folds", "1"], ["--resamples", "few"]] {
        failure(evaluate(&[&fine]).args(wrong));
    }
}
