//! `gleaner explain`, as it is run.

use assert_cmd::Command;
use serde_json::Value;

const ARTICLE: &str = "Goats are back on the cliffs above Penmore\n\
The herd was moved off the headland in March, when a fall of rock took the lower path with it.\n\
“They know the way better than we do,” said Ines Carrow, who counts them every Sunday.\n\
Sign up for our newsletter and get the best stories delivered to your inbox every week!\n\
© 2024 Penmore Gazette. All rights reserved.\n";

fn explain(args: &[&str], input: &[u8]) -> Command {
    let mut command = Command::cargo_bin("gleaner").unwrap();
    command.arg("explain").args(args).write_stdin(input.to_vec());
    for name in ["GLEANER_MODEL", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command
}

fn stdout(args: &[&str], input: &[u8]) -> String {
    let output = explain(args, input).assert().success().get_output().clone();
    String::from_utf8(output.stdout).unwrap()
}

fn rows(args: &[&str], input: &[u8]) -> Vec<Value> {
    stdout(args, input).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_paragraph_is_a_line() {
    let text = stdout(&[], ARTICLE.as_bytes());
    assert!(text.starts_with("<stdin>  "), "{text}");
    let numbered =
        |line: &&str| line.starts_with("  ") && line[2..].starts_with(|c: char| c.is_ascii_digit());
    let lines: Vec<&str> =
        text.lines().filter(|line| numbered(line) && !line.contains("words unknown")).collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines[1].starts_with("  1 keep ") && lines[1].contains("The herd was moved"), "{text}");
    assert!(lines[3].starts_with("  3 drop ") && lines[3].contains("pitch    Sign up for"), "{text}");
    assert!(lines[3].contains('“'), "what decided: {text}");
    assert!(!text.contains("tempered") && !text.contains("other signals"), "{text}");
    let all = rows(&["--json"], ARTICLE.as_bytes());
    let of = |verdicts: &[&str]| -> Vec<u64> {
        let chosen = all.iter().filter(|row| verdicts.contains(&row["verdict"].as_str().unwrap()));
        chosen.map(|row| row["index"].as_u64().unwrap()).collect()
    };
    assert_eq!(of(&["boilerplate"]), [3, 4]);
    for (only, verdicts) in [
        (&["dropped"][..], &["boilerplate"][..]),
        (&["kept"], &["editorial", "unsure"]),
        (&["unsure"], &["unsure"]),
        (&["unsure", "dropped"], &["unsure", "boilerplate"]),
    ] {
        let flags: Vec<&str> = only.iter().flat_map(|only| ["--only", only]).chain(["--json"]).collect();
        let found = rows(&flags, ARTICLE.as_bytes());
        let found: Vec<u64> = found.iter().map(|row| row["index"].as_u64().unwrap()).collect();
        assert_eq!(found, of(verdicts), "{only:?}");
    }
}

#[test]
fn every_paragraph_is_explained_in_full() {
    let text = stdout(&["--full"], ARTICLE.as_bytes());
    assert!(text.starts_with("<stdin>  "), "{text}");
    for index in 0..5 {
        assert!(text.contains(&format!("\n#{index} ")), "{text}");
    }
    for part in ["boilerplate, pitch", "channels", "for boilerplate", "for editorial", "margin"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour where there is no terminal");
}

#[test]
fn what_is_said_is_what_score_says() {
    let mut score = Command::cargo_bin("gleaner").unwrap();
    score.arg("score").env_remove("GLEANER_MODEL").write_stdin(ARTICLE);
    let scored = String::from_utf8(score.assert().success().get_output().stdout.clone()).unwrap();
    let explained = rows(&["--json"], ARTICLE.as_bytes());
    assert_eq!(explained.len(), 5);
    for (row, scored) in explained.iter().zip(scored.lines()) {
        let scored: Value = serde_json::from_str(scored).unwrap();
        for (field, value) in scored.as_object().unwrap() {
            assert_eq!(&row[field], value, "{field}");
        }
        let sum = |values: &Value, field: &str| -> f64 {
            values.as_array().unwrap().iter().filter_map(|value| value[field].as_f64()).sum()
        };
        assert_eq!(sum(&row["features"], "log_odds"), sum(&row["channels"], "log_odds"));
        let context = &row["context"];
        let parts = context["bayes"].as_f64().unwrap() + context["constant"].as_f64().unwrap();
        assert_eq!(parts + sum(&context["signals"], "share"), row["log_odds"].as_f64().unwrap());
    }
}

#[test]
fn colour_only_when_asked_for() {
    assert!(stdout(&["--color", "always"], ARTICLE.as_bytes()).contains("\u{1b}[31m"));
    assert!(!stdout(&["--color", "never"], ARTICLE.as_bytes()).contains('\u{1b}'));
    assert!(!stdout(&["--color", "always", "--json"], ARTICLE.as_bytes()).contains('\u{1b}'));
}

#[test]
fn nothing_of_the_input_steers_the_terminal() {
    let input = "A \u{1b}[31mred\u{1b}[0m line\u{7} \u{202e}turned\u{2066} by \u{9b}2J a guest\u{7f}.\n";
    let stages = ["read", "split", "features", "bayes", "context", "verdict"];
    let stages = stages.iter().map(|stage| vec!["--stage", stage]);
    for args in [vec![], vec!["--full"], vec!["--json"]].into_iter().chain(stages) {
        let text = stdout(&args, input.as_bytes());
        let acts = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{2069}').contains(&c);
        assert!(!text.contains(acts), "{args:?}: {text:?}");
    }
    let text = stdout(&[], input.as_bytes());
    assert!(text.contains("A <U+001B>[31mred"), "{text}");
    assert_eq!(rows(&["--json"], input.as_bytes())[0]["text"], input.trim_end());
}

#[test]
fn stages_are_shown_raw() {
    let input = ARTICLE.as_bytes();
    assert_eq!(rows(&["--stage", "read"], input)[0]["encoding"], "UTF-8");
    let split = rows(&["--stage", "split"], input);
    assert_eq!((&split[1]["start"], split.len()), (&split[0]["end"].as_u64().map(|end| end + 1).into(), 5));
    let features = &rows(&["--stage", "features", "--paragraph", "3"], input)[0];
    let named = |channel: &str, name: &str| {
        features["features"].as_array().unwrap().iter().any(|f| f["channel"] == channel && f["name"] == name)
    };
    assert!(named("words", "newsletter") && named("pairs", "sign up") && named("edges", "^^ sign up"));
    assert_eq!(features["facts"]["ends"], "call");
    for (stage, field) in [("bayes", "channels"), ("context", "signals"), ("verdict", "thresholds")] {
        let rows = rows(&["--stage", stage], input);
        assert_eq!(rows.len(), 5, "{stage}");
        assert!(rows.iter().all(|row| !row[field].is_null()), "{stage}");
    }
}

#[test]
fn one_paragraph_may_be_asked_for() {
    let text = stdout(&["--full", "--paragraph", "3"], ARTICLE.as_bytes());
    assert!(text.contains("#3 ") && !text.contains("#2 ") && !text.contains("#4 "), "{text}");
    let failed = explain(&["--paragraph", "5"], ARTICLE.as_bytes()).assert().code(2).get_output().clone();
    assert!(String::from_utf8(failed.stderr).unwrap().contains("numbered from 0 to 4"));
}

#[test]
fn lines_keep_to_their_width_unless_full() {
    let narrow = String::from_utf8(
        explain(&[], ARTICLE.as_bytes()).env("COLUMNS", "60").assert().success().get_output().stdout.clone(),
    )
    .unwrap();
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    assert!(!narrow.contains("lower path with it."));
    assert!(stdout(&["--full"], ARTICLE.as_bytes()).contains("with it."));
}

#[test]
fn a_document_that_stays_whole_says_why() {
    let pitch = "Sign up for our newsletter and get the best stories delivered to your inbox every week!\n";
    let output =
        explain(&["--full", "--max-drop", "0.5"], pitch.as_bytes()).assert().code(1).get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("max-drop: more of the document would go"), "{text}");
}

#[test]
fn rows_of_jsonl_are_explained_one_by_one() {
    let row = |id: u32| serde_json::json!({ "id": id, "text": ARTICLE }).to_string() + "\n";
    let rows = rows(&["--from", "jsonl", "--json", "--top", "1"], (row(4) + &row(9)).as_bytes());
    assert_eq!(rows.len(), 10);
    assert_eq!((&rows[0]["doc"], &rows[9]["doc"]), (&4.into(), &9.into()));
}

#[test]
fn deeply_nested_blocks_list_so_many_features() {
    let mut page: String = (0..300).map(|n| format!("<div class='a{n} b{n}'>")).collect();
    page += &"<p>The boats wait by the pier.".repeat(20);
    for args in [["--from", "html", "--json"].as_slice(), &["--from", "html", "--stage", "features"]] {
        let all = rows(args, page.as_bytes());
        assert_eq!(all.len(), 20);
        for row in all {
            let of_elements = |it: &&Value| it["channel"] == "markup" || it["channel"] == "inline";
            assert_eq!(row["features"].as_array().unwrap().iter().filter(of_elements).count(), 512);
            assert!(row["features_left_out"].as_u64().unwrap() > 100);
        }
    }
}
