//! How much is dropped: `--precision`, `--recall`, `--prior`, `--max-drop`.

use serde_json::Value;

use crate::program::{Desk, HARBOUR, Run, row, small, small_model};

const ARTICLE: &str = include_str!("../../examples/typewriter-shop.txt");

/// Numbers of the paragraphs that go.
fn gone(run: &Run) -> Vec<u64> {
    let rows = run.text().lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
    rows.map(|row| row["index"].as_u64().unwrap()).collect()
}

fn threshold(desk: &Desk, flags: &str) -> f64 {
    let run = desk.run(&format!("explain --stage verdict --paragraph 0 {flags} a.txt")).silent();
    let verdict: Value = serde_json::from_str(run.text().lines().next().unwrap()).unwrap();
    verdict["thresholds"]["boilerplate"].as_f64().unwrap()
}

#[test]
fn presets_stand_on_either_side_of_the_default() {
    let desk = Desk::with("a.txt", ARTICLE);
    let dry = |flags: &str| gone(&desk.run(&format!("clean -q --dry-run {flags} a.txt")).silent());
    let (less, usual, more) = (dry("--recall"), dry(""), dry("--precision"));
    assert!(less.len() < usual.len() && usual.len() < more.len(), "{less:?} {usual:?} {more:?}");
    assert!(less.iter().all(|n| usual.contains(n)) && usual.iter().all(|n| more.contains(n)));
    let info: Value = serde_json::from_slice(&desk.run("model info --json").silent().out).unwrap();
    for (flags, preset) in [("--precision", "precision"), ("--recall", "recall")] {
        let expected = info["text"]["presets"][preset].as_f64().unwrap() / 1e6;
        assert_eq!(threshold(&desk, flags), expected);
        let run = desk.run(&format!("score {flags} a.txt")).silent();
        let rows = run.text().lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
        for row in rows {
            let dropped = row["verdict"] == "boilerplate";
            assert_eq!(dropped, row["boilerplate"].as_f64().unwrap() >= expected);
        }
        let text = desk.run("model info").silent();
        assert!(text.text().contains(&format!("--{preset}")), "{}", text.text());
        assert!(desk.run("clean --help").silent().text().contains(flags));
    }
}

#[test]
fn one_threshold_at_a_time() {
    let desk = Desk::with("a.txt", HARBOUR);
    for flags in ["--precision --recall", "--precision --threshold 0.5", "--recall --threshold 0.5"] {
        for command in ["clean", "score", "explain", "evaluate"] {
            desk.run(&format!("{command} {flags} a.txt")).expect(2, &["give one of them"]);
        }
    }
    let none = format!("clean --model {} --recall a.txt", small_model().display());
    desk.run(&none).expect(2, &["\"small\" has no threshold for recall", "gleaner tune"]);
    let info = desk.run(&format!("model info {}", small_model().display())).silent();
    assert!(info.text().contains("--recall     no threshold"), "{}", info.text());
}

#[test]
fn what_is_typed_silences_the_file() {
    let desk = Desk::with("a.txt", HARBOUR);
    let file = |text: &str| desk.put("c.toml", text);
    file("threshold = 0.6\n");
    let recall = threshold(&desk, "--recall");
    assert_eq!(threshold(&desk, "--config c.toml"), 0.6);
    assert_eq!(threshold(&desk, "--config c.toml --recall"), recall);
    assert_eq!(threshold(&desk, "--config c.toml --recall=false"), 0.6);
    let printed = desk.run("clean --print-config --config c.toml --recall").silent();
    assert!(printed.text().contains("# threshold is not set"), "{}", printed.text());
    assert!(printed.text().contains("recall = true"), "{}", printed.text());
    file("recall = true\n");
    assert_eq!(threshold(&desk, "--config c.toml"), recall);
    assert_eq!(threshold(&desk, "--config c.toml --threshold 0.7"), 0.7);
    assert!(threshold(&desk, "--config c.toml --precision") < recall);
    file("recall = true\nthreshold = 0.6\n");
    desk.run("clean --config c.toml a.txt").expect(2, &["give one of them"]);
}

#[test]
fn a_prior_moves_every_probability_one_way() {
    let desk = Desk::with("a.txt", ARTICLE);
    let probabilities = |flags: &str| -> Vec<f64> {
        let run = desk.run(&format!("score {flags} a.txt")).silent();
        let rows = run.text().lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
        rows.map(|row| row["boilerplate"].as_f64().unwrap()).collect()
    };
    let info: Value = serde_json::from_slice(&desk.run("model info --json").silent().out).unwrap();
    let usual = probabilities("");
    let same = probabilities(&format!("--prior {}", info["text"]["base_rate"].as_f64().unwrap() / 1e6));
    assert!(usual.iter().zip(&same).all(|(a, b)| (a - b).abs() < 1e-9));
    let (low, high) = (probabilities("--prior 1%"), probabilities("--prior 0.9"));
    assert!(usual.iter().zip(&low).all(|(usual, low)| low < usual));
    assert!(usual.iter().zip(&high).all(|(usual, high)| high > usual));
    // The prior is in the log-odds: the odds change by one factor.
    let odds = |p: f64| p / (1.0 - p);
    let factors: Vec<f64> = usual.iter().zip(&low).map(|(usual, low)| odds(*low) / odds(*usual)).collect();
    assert!(factors.iter().all(|factor| (factor / factors[0] - 1.0).abs() < 1e-6), "{factors:?}");
}

#[test]
fn a_row_that_would_lose_too_much_passes_untouched_and_is_reported() {
    let desk = Desk::new();
    let rows = row(1, "The boats wait by the pier.") + &row("two", HARBOUR);
    desk.put("rows.jsonl", &rows);
    let small = small();
    let run = desk.run(&format!("clean {small} --max-drop 0.3 --dropped gone rows.jsonl"));
    let said = [
        "rows.jsonl, record 2",
        "42% of its words would be dropped, more than is allowed; it is kept whole; `--max-drop 1`",
    ];
    assert_eq!(run.expect(1, &said).text(), rows);
    assert_eq!(desk.get("gone"), b"");
    let run = desk.run(&format!("clean {small} --max-drop 0.3 --lenient rows.jsonl"));
    assert_eq!(run.expect(0, &said).text(), rows);
    let run = desk.run(&format!("clean {small} --max-drop 0.5 rows.jsonl")).silent();
    assert_ne!(run.text(), rows);
}
