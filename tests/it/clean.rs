//! `clean` and `score` on articles in which nothing is wrong.

use serde_json::{Value, json};

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small, small_model};

fn rows(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_built_in_model_cleans_an_article() {
    let desk = Desk::with("harbour.txt", HARBOUR);
    assert_eq!(desk.run("clean harbour.txt").silent().text(), HARBOUR_CLEANED);
}

#[test]
fn an_article_comes_back_without_its_boilerplate() {
    let desk = Desk::with("harbour.txt", HARBOUR);
    let small = small();
    assert_eq!(desk.run(&format!("clean {small} harbour.txt")).silent().text(), HARBOUR_CLEANED);
    for stdin in ["", "-"] {
        assert_eq!(desk.feed(&format!("clean {small} {stdin}"), HARBOUR).silent().text(), HARBOUR_CLEANED);
    }
    let two = desk
        .feed(&format!("clean {small} --no-filename harbour.txt -"), "The boats wait by the pier.")
        .silent();
    assert_eq!(two.text(), format!("{HARBOUR_CLEANED}The boats wait by the pier."));
    let crlf = HARBOUR.replace('\n', "\r\n");
    let cleaned = desk.feed(&format!("clean {small}"), crlf).silent();
    assert_eq!(cleaned.text(), HARBOUR_CLEANED.replace('\n', "\r\n"));
}

#[test]
fn rows_keep_their_other_fields() {
    let desk = Desk::new();
    let input = "{ \"z\":1.50, \"text\":".to_owned()
        + &Value::from(HARBOUR).to_string()
        + ", \"u\":\"\\u00e9\" }\r\n\n{\"id\":7,\"text\":\"The boats wait by the pier.\"}";
    let expected =
        input.replace(&Value::from(HARBOUR).to_string(), &Value::from(HARBOUR_CLEANED).to_string());
    let run = desk.feed(&format!("clean {}", small()), input).silent();
    assert_eq!(run.text(), expected);
}

#[test]
fn other_forms_of_output() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put(
        "b.jsonl",
        format!("{}\n{}", row(1, "The boats wait by the pier."), row("two", "The boats wait by the pier.\n")),
    );
    let small = small();
    let run = desk.run(&format!("clean {small} --to jsonl a.txt b.jsonl")).silent();
    let first = json!({"id": "a.txt", "text": HARBOUR_CLEANED, "kept": 3, "dropped": 3});
    let all = run.text().split_once('\n').unwrap();
    assert_eq!(serde_json::from_str::<Value>(all.0).unwrap(), first);
    assert_eq!(all.1, std::str::from_utf8(&desk.get("b.jsonl")).unwrap());
    let run = desk.run(&format!("clean {small} --to text a.txt b.jsonl")).silent();
    assert_eq!(
        run.text(),
        format!("{HARBOUR_CLEANED}The boats wait by the pier.\nThe boats wait by the pier.\n")
    );
}

#[test]
fn other_encodings_are_named_and_kept() {
    let desk = Desk::new();
    let utf_16 = |text: &str| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let run = desk.feed(&format!("clean {}", small()), utf_16(HARBOUR)).expect(0, &["read as UTF-16LE"]);
    assert_eq!(run.out, utf_16(HARBOUR_CLEANED));
    let run = desk.feed(&format!("clean -q --to jsonl {}", small()), utf_16(HARBOUR)).silent();
    assert_eq!(rows(&run.out)[0]["text"], HARBOUR_CLEANED);
    let latin = b"The caf\xE9 by the pier opened at noon.\nThe cr\xEAperie did so too.\n";
    let run =
        desk.feed("clean", latin.as_slice()).expect(0, &["<stdin>, line 1, byte 7: not UTF-8, read as"]);
    assert_eq!(run.out, latin);
    assert_eq!(desk.feed("clean --encoding windows-1252", latin.as_slice()).silent().out, latin);
}

#[test]
fn what_went_is_kept_aside_with_its_number() {
    let desk = Desk::with("a.txt", HARBOUR);
    let small = small();
    let run = desk.run(&format!("clean {small} --dropped gone.jsonl a.txt")).silent();
    assert_eq!(run.text(), HARBOUR_CLEANED);
    let scored = rows(&desk.run(&format!("score {small} a.txt")).silent().out);
    let expected: Vec<Value> = scored.into_iter().filter(|row| row["verdict"] == "boilerplate").collect();
    assert_eq!(rows(&desk.get("gone.jsonl")), expected);
    assert_eq!(expected.iter().map(|row| row["index"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 4, 5]);
    let dry = desk.run(&format!("clean {small} --dry-run --dropped none -o none a.txt"));
    let dry = dry.expect(0, &["would drop 3 of 6 paragraphs, 34 of 80 words"]);
    assert_eq!(rows(&dry.out), expected);
    assert!(!desk.path("none").exists());
}

#[test]
fn one_row_per_paragraph() {
    let desk = Desk::with("a.txt", HARBOUR);
    let run = desk.run(&format!("score {} a.txt", small())).silent();
    let rows = rows(&run.out);
    let keys = ["doc", "index", "start", "end", "verdict", "kind", "boilerplate", "log_odds", "text"];
    let first = run.text().lines().next().unwrap();
    let places: Vec<_> = keys.iter().map(|key| first.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted());
    assert_eq!(rows.len(), 6);
    let verdicts = ["editorial", "editorial", "boilerplate", "editorial", "boilerplate", "boilerplate"];
    let kinds = [Value::Null, Value::Null, "pitch".into(), Value::Null, "social".into(), "legal".into()];
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row["doc"], "a.txt");
        assert_eq!(row["index"], index);
        let span = row["start"].as_u64().unwrap() as usize..row["end"].as_u64().unwrap() as usize;
        assert_eq!(row["text"], &HARBOUR[span]);
        assert_eq!((&row["verdict"], &row["kind"]), (&Value::from(verdicts[index]), &kinds[index]));
        assert!((0.0..=1.0).contains(&row["boilerplate"].as_f64().unwrap()));
        assert!(row["log_odds"].is_f64());
    }
}

#[test]
fn ids_keep_their_type() {
    let desk = Desk::new();
    let input = row(json!(5), "One.") + &row(json!("5"), "Two.") + "{\"text\":\"Three.\"}\n";
    let run = desk.feed("score", input).silent();
    let docs: Vec<Value> = rows(&run.out).into_iter().map(|row| row["doc"].clone()).collect();
    assert_eq!(docs, [json!(5), json!("5"), json!("<stdin>:3")]);
}

#[test]
fn limits_of_what_may_go() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("pitch.txt", "Subscribe to our newsletter today and get the best stories in your inbox.\n");
    let small = small();
    let run = desk.run(&format!("clean {small} --max-drop 0.3 a.txt"));
    assert_eq!(run.expect(1, &["a.txt: 42% of its words would be dropped", "--max-drop"]).text(), HARBOUR);
    desk.run(&format!("clean {small} pitch.txt"))
        .expect(1, &["pitch.txt: 100% of its words would be dropped"]);
    assert_eq!(desk.run(&format!("clean {small} --max-drop 1 pitch.txt")).silent().text(), "");
    let jsonl = desk.run(&format!("clean {small} --max-drop 1 --to jsonl pitch.txt")).silent();
    assert_eq!(rows(&jsonl.out), [json!({"id": "pitch.txt", "text": "", "kept": 0, "dropped": 1})]);
    let none =
        desk.run(&format!("clean {small} --max-drop 1 --drop-empty --to jsonl pitch.txt a.txt")).silent();
    assert_eq!(rows(&none.out).len(), 1);
}

#[test]
fn a_verdict_as_exit_status() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("b.txt", HARBOUR_CLEANED);
    let small = small();
    assert_eq!(desk.run(&format!("score {small} a.txt")).code, 0);
    assert_eq!(desk.run(&format!("score {small} --exit-verdict a.txt")).code, 3);
    assert_eq!(desk.run(&format!("score {small} --exit-verdict b.txt")).code, 0);
}

#[test]
fn the_model_is_described() {
    let desk = Desk::new();
    let model = small_model().display();
    let run = desk.run(&format!("model info {model}")).silent();
    let line = |start: &str| {
        let found = run.text().lines().find(|line| line.starts_with(start)).unwrap();
        found.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("name"), "name small");
    assert_eq!(line("trained on"), "trained on 6 documents, 24 paragraphs");
    assert_eq!(line("base rate"), "base rate 0.5");
    let labels = "labels       paragraphs\n  editorial           12  kept\n  legal                3\n  \
                  pitch                6\n  social               3\n";
    assert!(run.text().contains(labels), "{}", run.text());
    let json: Value =
        serde_json::from_slice(&desk.run(&format!("model info --json {model}")).silent().out).unwrap();
    assert_eq!(json["text"]["labels"], json!(["editorial", "legal", "pitch", "social"]));
    assert!(run.text().contains(json["digest"].as_str().unwrap()));
    let built_in = desk.run("model info").silent();
    assert!(built_in.text().contains("editorial"), "{}", built_in.text());
}

#[test]
fn a_model_goes_to_lines_and_back() {
    let desk = Desk::new();
    let dump = desk.run(&format!("model dump {}", small_model().display())).silent();
    desk.feed("model load - -o same.gleaner", dump.out).silent();
    assert_eq!(desk.get("same.gleaner"), std::fs::read(small_model()).unwrap());
}
