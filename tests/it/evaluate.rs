//! `gleaner evaluate`: the same figures as the benchmark's line scorer, and errors that name the place.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::data::project;
use crate::program::{Desk, small};

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
#[ignore = "needs GLEANER_LINE_SCORER, the script of the line scorer, and python3"]
fn as_the_line_scorer() {
    same_figures(&own(&["recipe", "wire-news", "newsletter", "qa-forum"]));
}

#[test]
#[ignore = "needs GLEANER_CORPORA and GLEANER_LINE_SCORER, the script of the line scorer, and python3"]
fn as_the_line_scorer_on_the_corpora() {
    let folder = crate::data::corpora().join("lines/multi");
    same_figures(&["fold-0", "fold-1"].map(|name| folder.join(name).with_extension("jsonl")));
}

fn same_figures(gold: &[PathBuf]) {
    let script =
        std::env::var_os("GLEANER_LINE_SCORER").expect("GLEANER_LINE_SCORER does not name the script");
    let folder = tempfile::tempdir().unwrap();
    let (docs, pred) = (folder.path().join("docs.jsonl"), folder.path().join("pred.jsonl"));
    let python = || {
        let mut command = Command::new("python3");
        command.arg(&script);
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

/// Two labelled articles of a few lines, from two sites.
const GOLD: &str = r#"{"id": 1, "url": "https://quay.example/locks", "paragraphs": [{"text": "Share this page with the harbour", "label": "social"}, {"text": "The lock <gates> were hung on Monday.", "label": "editorial"}, {"text": "Subscribe to the Quay newsletter today", "label": "pitch"}]}
{"id": "two", "domain": "mill.example", "paragraphs": [{"text": "By Anna Reed", "label": "meta"}, {"text": "Sign up for our newsletter, the miller told every visitor that year.", "label": "editorial"}, {"text": "© Mill Press", "label": "legal"}]}
"#;

/// What a tool says of them: (document, paragraph, probability, verdict).
fn predicted(rows: &[(&str, usize, Option<f64>, Option<&str>)]) -> String {
    let row = |(doc, index, probability, verdict): &(&str, usize, Option<f64>, Option<&str>)| {
        let mut row = serde_json::json!({"doc": doc, "index": index, "verdict": verdict, "kind": "pitch"});
        if let Some(probability) = probability {
            row["boilerplate"] = (*probability).into();
        }
        format!("{row}\n")
    };
    rows.iter().map(row).collect()
}

fn verdicts() -> Vec<(&'static str, usize, Option<f64>, Option<&'static str>)> {
    let (gone, kept) = (Some("boilerplate"), Some("editorial"));
    vec![
        ("1", 0, Some(0.9), gone),
        ("1", 1, Some(0.1), kept),
        ("1", 2, Some(0.2), kept),
        ("two", 0, Some(0.5), None),
        ("two", 1, Some(0.95), gone),
        ("two", 2, Some(0.99), gone),
    ]
}

#[test]
fn the_report_shows_mistakes_in_their_context() {
    let desk = Desk::with("gold.jsonl", GOLD);
    // Nothing is safe: both editorial lines are mistakes.
    let model = crate::program::small_model().display();
    let line = format!("evaluate gold.jsonl --model {model} --threshold 0 --html report.html --worst 2");
    let tables = desk.run(&line).silent();
    assert!(tables.text().starts_with("auc "));
    let report = desk.get("report.html");
    let page = std::str::from_utf8(&report).unwrap();
    for said in ["<svg", "The lock &#60;gates&#62; were hung", "quay.example", "gold.jsonl", "judged "] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<gates>") && page.ends_with("</html>\n"));
    desk.run(&line).silent();
    assert_eq!(desk.get("report.html"), report);
    let none = desk.run(&line.replace("--worst 2", "--worst 0")).silent();
    assert_eq!(none.out, tables.out);
    assert!(!std::str::from_utf8(&desk.get("report.html")).unwrap().contains("<gates"));
    // Out of fold, with what the folds chose.
    desk.put("labelled.jsonl", crate::program::LABELLED);
    desk.run("evaluate --folds 3 --min-sites 1 labelled.jsonl --html folds.html --json").silent();
    let folds = String::from_utf8(desk.get("folds.html")).unwrap();
    assert!(folds.contains("3 folds") && folds.contains("unsure from 0.5; boilerplate"), "{folds}");
}

#[test]
fn a_report_replaces_no_input_and_needs_a_file() {
    let desk = Desk::with("gold.jsonl", GOLD);
    desk.put("p.jsonl", predicted(&verdicts()));
    desk.run("evaluate gold.jsonl --html -").expect(2, &["--html needs a file"]);
    desk.run("evaluate gold.jsonl --html ./gold.jsonl").expect(2, &["gold.jsonl: is labelled data"]);
    let line = "evaluate gold.jsonl --predictions p.jsonl --html p.jsonl";
    desk.run(line).expect(2, &["p.jsonl: is a file of predictions"]);
    assert_eq!(desk.get("gold.jsonl"), GOLD.as_bytes());
    desk.run("evaluate gold.jsonl --worst 3").expect(2, &["--html"]);
    desk.put("no", "a file where a folder is wanted");
    desk.run("evaluate gold.jsonl --html no/report.html").expect(2, &["no: cannot make the folder"]);
    assert_eq!(desk.names(), ["gold.jsonl", "no", "p.jsonl"]);
}

#[test]
fn another_tool_is_measured() {
    let desk = Desk::with("gold.jsonl", GOLD);
    desk.put("p.jsonl", predicted(&verdicts()));
    let json = |run: crate::program::Run| -> Value { serde_json::from_slice(&run.silent().out).unwrap() };
    let figures = json(desk.run("evaluate gold.jsonl --predictions p.jsonl --json --html r.html"));
    // Of three boilerplate lines against two editorial: .9 beats one, .2 one, .99 both.
    assert_eq!(figures["auc"], 4.0 / 6.0);
    assert_eq!(figures["default"]["boilerplate_lines_caught"], 2.0 / 3.0);
    assert_eq!(figures["lines"], 5);
    assert!(figures["ece"].is_f64());
    let page = String::from_utf8(desk.get("r.html")).unwrap();
    assert!(
        page.contains("predictions in p.jsonl") && page.contains("Sign up for our newsletter, the miller")
    );

    // Bare verdicts: no calibration, but a ranking.
    let bare: Vec<_> =
        verdicts().into_iter().map(|(d, i, _, v)| (d, i, None, v.or(Some("unsure")))).collect();
    desk.put("p.jsonl", predicted(&bare));
    let figures = json(desk.run("evaluate gold.jsonl --predictions p.jsonl --json --html r.html"));
    assert_eq!(figures["auc"], 3.5 / 6.0);
    assert!(figures["ece"].is_null() && figures["brier"].is_null());
    assert_eq!(figures["calibration"], serde_json::json!([]));
    assert!(String::from_utf8(desk.get("r.html")).unwrap().contains("ranked by verdicts alone"));

    // Another side is kept, and a model that stands in the environment is nobody's.
    let mut command = desk.command("evaluate gold.jsonl --predictions p.jsonl --keep pitch --json");
    let figures = json(crate::program::Run::of(command.env("GLEANER_MODEL", "nowhere.gleaner")));
    let kept = |row: &&Value| row["kept"] == true;
    let labels: Vec<&Value> = figures["labels"].as_array().unwrap().iter().filter(kept).collect();
    assert_eq!((labels.len(), &labels[0]["label"]), (1, &Value::from("pitch")));
}

#[test]
fn what_score_writes_is_measured_alike() {
    let desk = Desk::with("gold.jsonl", GOLD);
    let rows = GOLD.lines().map(|row| {
        let row: Value = serde_json::from_str(row).unwrap();
        let lines = row["paragraphs"].as_array().unwrap().iter().map(|p| p["text"].as_str().unwrap());
        crate::program::row(row["id"].clone(), &lines.collect::<Vec<_>>().join("\n"))
    });
    desk.put("docs.jsonl", rows.collect::<String>());
    let scored = desk.run(&format!("score --split lines {} docs.jsonl", small())).silent();
    desk.put("p.jsonl", scored.out);
    let theirs = desk.run("evaluate gold.jsonl --predictions p.jsonl --json").silent();
    let ours = desk.run(&format!("evaluate gold.jsonl {} --json", small())).silent();
    assert_eq!(theirs.text(), ours.text());
}

#[test]
fn predictions_that_do_not_fit_are_named() {
    let desk = Desk::with("gold.jsonl", GOLD);
    let run = |rows: &str| {
        desk.put("p.jsonl", rows);
        desk.run("evaluate gold.jsonl --predictions p.jsonl")
    };
    let all = predicted(&verdicts());
    run(&all).silent();
    run(&predicted(&verdicts()[1..])).expect(2, &["p.jsonl: no row for document \"1\", paragraph 0"]);
    let last = all.lines().last().unwrap();
    run(&format!("{all}{last}")).expect(2, &["p.jsonl, line 7, byte ", "has an earlier row in line 6"]);
    let more = |row: &str| run(&format!("{all}{row}\n"));
    more(r#"{"doc": "three", "index": 0, "boilerplate": 0}"#)
        .expect(2, &["line 7", "\"three\" is not among"]);
    more(r#"{"doc": 1, "index": 3, "boilerplate": 0}"#).expect(2, &["there is no paragraph 3"]);
    more(r#"{"doc": 1, "index": 0, "boilerplate": NaN}"#).expect(2, &["line 7", "JSON has no NaN"]);
    more(r#"{"doc": 1, "index": 0, "boilerplate": "high"}"#).expect(2, &["not a finite number"]);
    more(r#"{"doc": 1, "index": 0, "verdict": "editorial"}"#).expect(2, &["has no probability"]);
    desk.put("p.jsonl", &all);
    for (flags, said) in [
        ("--folds 2", "--folds"),
        ("--model m.gleaner", "--model"),
        ("--model=m.gleaner", "--model"),
        ("--threshold 0.5", "--threshold"),
        ("--prior 0.5", "--prior"),
        ("--max-loss 1%", "--max-loss"),
    ] {
        desk.run(&format!("evaluate gold.jsonl --predictions p.jsonl {flags}")).expect(2, &[said]);
    }
    desk.run("evaluate gold.jsonl --keep nav").expect(2, &["--folds", "--predictions"]);
    desk.run("evaluate gold.jsonl --predictions none.jsonl").expect(2, &["none.jsonl"]);
    desk.put("gold.jsonl", GOLD.repeat(2));
    desk.run("evaluate gold.jsonl --predictions p.jsonl").expect(2, &["two labelled documents have the id"]);
}

#[test]
fn tables_fit_a_terminal_and_name_only_what_is_there() {
    let desk = Desk::with("labelled.jsonl", crate::program::LABELLED);
    let run = desk.run("evaluate labelled.jsonl --resamples 20").silent();
    assert!(run.text().contains("\npitch@0.2%"), "{}", run.text());
    assert!(run.text().contains("gone@0.2%"), "{}", run.text());
    // Eleven kinds of the built-in model make tables that would not fit side by side.
    let seed = own(&["recipe", "wire-news"]).iter().map(|it| it.display().to_string()).collect::<Vec<_>>();
    for text in [run.text(), desk.run(&format!("evaluate --resamples 20 {}", seed.join(" "))).silent().text()]
    {
        let longest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
        assert!(longest.chars().count() <= 80, "{longest}");
    }
    desk.put("other.jsonl", crate::program::LABELLED.replace("\"pitch\"", "\"legal\""));
    let other = desk.run("evaluate other.jsonl --resamples 20").silent();
    assert!(!other.text().contains("pitch@") && !other.text().contains("pitch_lines"), "{}", other.text());
    let help = desk.run("evaluate --help").silent();
    for figure in ["auc ", "ap ", "caught@0.2%", "brier", "ece", "documents_hurt", "kind_right"] {
        assert!(help.text().contains(figure), "{figure}");
    }
}
