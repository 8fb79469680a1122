//! Rows as programs write them: without a text, with the text inside an object, with numbers that JSON does not have;
//! and texts with line ends of every kind.

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small};

/// An input that went wrong once.
macro_rules! case {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/cases/", $name)).as_slice()
    };
}

#[test]
fn a_null_is_an_empty_text() {
    let desk = Desk::with("null.jsonl", case!("113-null-text.jsonl"));
    let run = desk.run("clean null.jsonl").expect(
        1,
        &[
            "record 2, line 2, byte 24: no field \"text\"; the row has \"id\"; name the field of the text",
            "record 4, line 4, byte 56: field \"text\" is not a string",
        ],
    );
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    assert!(
        run.text().starts_with("{\"id\": 1, \"text\": null}\n{\"id\": 2}\n{\"id\": 3, \"text\": \"\"}\n")
    );
    let rows = "{\"id\": 1, \"text\" : null }\n{\"text\": null, \"id\": 2}";
    assert_eq!(desk.feed("clean --from jsonl", rows).silent().text(), rows);
    assert_eq!(desk.feed("clean --from jsonl --content html", rows).silent().text(), rows);
    assert_eq!(desk.feed("clean --from jsonl --drop-empty", rows).silent().text(), "");
    assert_eq!(desk.feed("score --from jsonl", rows).silent().text(), "");
    let run = desk.feed("clean --from jsonl --report report.json", rows).silent();
    assert_eq!(run.text(), rows);
    let report = String::from_utf8(desk.get("report.json")).unwrap();
    assert!(report.contains("\"documents\": 2") || report.contains("\"documents\":2"), "{report}");
}

#[test]
fn a_text_inside_an_object_is_found_by_its_path() {
    let desk = Desk::with("nested.jsonl", case!("121-nested-key.jsonl"));
    let run = desk.run("clean --text-key doc.text nested.jsonl").silent();
    assert!(run.text().starts_with("{\"id\": \"a\", \"doc\": {\"text\": \""), "{}", run.text());
    let nested = format!(
        "{{\"meta\": {{\"id\": 7, \"url\": \"https://quay.example/a\"}}, \"doc\": {{\"a\": 1.50, \"text\": {} , \"z\": [NaN]}}}}\n",
        serde_json::json!(HARBOUR)
    );
    let flags = "--from jsonl --text-key doc.text --id-key meta.id --url-key meta.url";
    let run = desk.feed(&format!("clean {} {flags}", small()), nested.as_str()).silent();
    let expected = nested
        .replace(&serde_json::json!(HARBOUR).to_string(), &serde_json::json!(HARBOUR_CLEANED).to_string());
    assert_eq!(run.text(), expected);
    assert!(desk.feed(&format!("score {flags}"), nested.as_str()).silent().text().starts_with("{\"doc\":7,"));
    // The names that are there are those to type.
    desk.feed("clean --from jsonl", nested.as_str())
        .expect(1, &["\"doc.a\", \"doc.text\", \"doc.z\", \"meta.id\""]);
}

#[test]
fn numbers_keep_their_digits() {
    let desk = Desk::with("nan.jsonl", case!("118-nan-bigint.jsonl"));
    let run = desk.run("clean nan.jsonl").silent();
    assert!(
        run.text()
            .starts_with("{\"score\":NaN,\"n\":123456789012345678901234567890,\"f\":1.10e5,\"text\":\"The")
    );
    let id = "-123456789012345678901234567890";
    let rows = format!("{{\"id\": {id}, \"x\": -Infinity, \"text\": \"The boats wait.\"}}\n");
    assert_eq!(desk.feed("clean --from jsonl", rows.as_str()).silent().text(), rows);
    for command in ["score --from jsonl", "clean --from jsonl --to dolma", "explain --json --from jsonl"] {
        let run = desk.feed(command, rows.as_str()).silent();
        assert!(run.text().contains(&format!(":{id},")), "{command}: {}", run.text());
    }
    let twice = rows.clone() + &rows;
    desk.feed("clean --from jsonl", twice).expect(1, &[&format!("document id {id} was seen before")]);
}

#[test]
fn every_line_end_ends_a_paragraph() {
    let desk = Desk::with("returns.txt", case!("131-cr-only.txt"));
    desk.put("separators.jsonl", case!("126-u2028.jsonl"));
    assert!(desk.run("score returns.txt").silent().text().lines().count() > 8);
    assert_eq!(desk.run("score separators.jsonl").silent().text().lines().count(), 4);
    let run = desk.run("clean separators.jsonl").silent();
    assert!(!run.text().contains("newsletter") && run.text().contains('\u{2028}'), "{}", run.text());
    for end in ["\r", "\u{85}", "\u{2028}", "\u{2029}", "\r\n"] {
        let (text, cleaned) = (HARBOUR.replace('\n', end), HARBOUR_CLEANED.replace('\n', end));
        let run = desk.feed(&format!("clean --from text {}", small()), text.as_str()).silent();
        assert_eq!(run.text(), cleaned, "{end:?}");
        let run = desk.feed(&format!("clean --from jsonl {}", small()), row(1, &text)).silent();
        assert_eq!(run.text(), row(1, &cleaned), "{end:?}");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let run = desk.feed(&format!("clean -q --encoding utf-16le --from text {}", small()), wide).silent();
        assert!(run.out == cleaned.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), "{end:?}");
    }
}

#[test]
fn labels_that_look_the_same_are_named() {
    let desk = Desk::with("case.tsv", case!("case.tsv"));
    let said = "the labels \"Editorial\" and \"editorial\" differ in case or white space alone and count as 2 labels";
    desk.run("count case.tsv -o table").expect(0, &[said]);
    desk.run("merge table -o sum").expect(0, &[said]);
    desk.run("train case.tsv --keep editorial --keep Editorial --min-sites 1 -o m.gleaner")
        .expect(0, &[said]);
    assert!(desk.run("count -q case.tsv -o table").silent().out.is_empty());
    desk.put("num.jsonl", case!("num.jsonl"));
    desk.run("train -q num.jsonl --keep 0 --min-sites 1 -o n.gleaner").silent();
    assert!(desk.run("model info n.gleaner").silent().text().contains('0'));
}

#[cfg(feature = "parquet")]
#[test]
fn a_column_inside_a_struct_is_found_by_its_path() {
    let desk = Desk::with("nested.parquet", case!("166-nested.parquet"));
    desk.run("clean nested.parquet -o out.parquet")
        .expect(2, &["no column \"text\"; the file has", "doc.text"]);
    desk.run("clean --text-key doc.text nested.parquet -o out.parquet").silent();
    let texts =
        |file: &str| desk.run(&format!("clean --threshold 1 --to jsonl --text-key doc.text {file}")).silent();
    let (before, after) = (texts("nested.parquet").out, texts("out.parquet").out);
    assert!(!after.is_empty() && after.len() < before.len());
}

/// A field of CSV.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[test]
fn records_of_csv_are_rows() {
    let desk = Desk::new();
    for (name, between) in [("a.csv", ","), ("b.csv", ";"), ("c.tsv", "\t"), ("d.csv", "\t")] {
        let table = |text: &str| {
            let rows = [
                ["id", "text", "note"].join(between),
                ["1", &quoted(text), "\"x, \"\"y\"\"\nz\""].join(between),
                String::new(),
                ["2", "", "1.50"].join(between),
                ["3", "The boats wait by the pier.", ""].join(between),
            ];
            format!("\u{feff}{}", rows.join("\r\n"))
        };
        desk.put(name, table(HARBOUR));
        let clean = |flags: &str| desk.run(&format!("clean {} {flags} {name}", small()));
        assert_eq!(clean("").silent().text(), table(HARBOUR_CLEANED), "{name}");
        assert_eq!(
            desk.run(&format!("clean --threshold 1 {name}")).silent().text(),
            table(HARBOUR),
            "{name}"
        );
        let rows = clean("--to jsonl").silent();
        assert_eq!(rows.text().lines().count(), 3);
        assert!(rows.text().contains("{\"id\":\"2\",\"text\":\"\","), "{}", rows.text());
        let score = desk.run(&format!("score {name}")).silent();
        assert!(score.text().starts_with("{\"doc\":\"1\",\"index\":0,"));
        let run = desk.run(&format!("clean --text-key body {name}"));
        run.expect(
            2,
            &["no column \"body\"; the header has \"id\", \"text\", \"note\"; name the column", "--text-key"],
        );
    }
    // Stored in any way, and on any number of threads.
    desk.shell("gzip -k a.csv; gleaner clean -j 2 a.csv.gz -o out.csv; gleaner clean -j 1 < a.csv --from csv > in.csv; cmp out.csv in.csv").silent();
    desk.put("broken.csv", "id,text\n1,\"never closed\n2,x\n");
    let run = desk
        .run("clean broken.csv")
        .expect(1, &["record 1, line 2, byte 8: not a row (a quote in it is never closed)"]);
    assert_eq!(run.out, desk.get("broken.csv"));
    desk.put("short.csv", "id,text\n1\n2,x\n");
    let run = desk.run("clean short.csv").expect(1, &["not a row (it has fewer fields than the header)"]);
    assert_eq!(run.out, desk.get("short.csv"));
    desk.put("empty.csv", "");
    assert!(desk.run("clean empty.csv").silent().out.is_empty());
    desk.put(
        "pages.csv",
        format!("text,n\n{},7\n", quoted("<div><p>The boats wait by the pier, and the tide rose.</p></div>")),
    );
    let run = desk.run("clean --content html --threshold 1 pages.csv").silent();
    assert_eq!(run.text(), "text,n\n\"The boats wait by the pier, and the tide rose.\",7\n");
}

#[test]
fn objects_of_an_array_are_rows() {
    let desk = Desk::new();
    let object = |id: u32, text: &str| {
        format!(
            "{{\n    \"id\": {id},\n    \"text\": {},\n    \"n\": [1.50, NaN]\n  }}",
            serde_json::json!(text)
        )
    };
    let array = |text: &str| format!("[\n  {},\n  {}\n]\n", object(1, text), object(2, "The boats wait."));
    desk.put("a.json", array(HARBOUR));
    desk.put("b.jsonl", array(HARBOUR).replace('\n', " "));
    let clean = |what: &str| desk.run(&format!("clean {} {what}", small()));
    assert_eq!(clean("a.json").silent().text(), array(HARBOUR_CLEANED));
    assert_eq!(clean("b.jsonl").silent().text(), array(HARBOUR_CLEANED).replace('\n', " "));
    assert_eq!(
        desk.feed(&format!("clean {}", small()), array(HARBOUR)).silent().text(),
        array(HARBOUR_CLEANED)
    );
    let rows = clean("--to jsonl a.json").silent();
    assert_eq!(rows.text().lines().count(), 2);
    assert!(
        rows.text()
            .lines()
            .all(|row| row.starts_with('{') && row.ends_with('}') && row.contains("[1.50, NaN]"))
    );
    // One object over several lines.
    desk.put("one.json", object(1, HARBOUR));
    assert_eq!(clean("one.json").silent().text(), object(1, HARBOUR_CLEANED));
    desk.put("odd.json", "[{\"text\": \"x\"}, 5, {\"body\": \"y\"}]");
    let run = clean("odd.json").expect(1, &["record 2, line 1, byte 16: not a JSON object", "record 3"]);
    assert_eq!(run.out, desk.get("odd.json"));
    desk.put("cut.json", "[{\"text\": \"x\"},\n{\"text\": \"y");
    let run = clean("cut.json").expect(1, &["it does not end", "the array is not closed"]);
    assert_eq!(run.out, desk.get("cut.json"));
    clean("--drop-empty a.json").expect(2, &["a.json: JSON keeps its rows", "--to jsonl"]);
    assert_eq!(clean("--drop-empty --to jsonl a.json").silent().text().lines().count(), 2);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let desk = Desk::with("a.jsonl", row(1, HARBOUR));
    desk.put("b.txt", HARBOUR);
    desk.put("c.csv", "text\nThe boats wait.\n");
    desk.put("d.csv", "text\nThe tide rose.\n");
    desk.put("e.json", "[{\"text\": \"x\"}]");
    desk.put("f", row(2, HARBOUR));
    desk.put("old", "as it was");
    let advice = "add --to jsonl for a row per document, or -o DIR --keep-dirs for an output each";
    for files in ["a.jsonl b.txt", "b.txt f", "c.csv b.txt", "c.csv d.csv", "a.jsonl e.json", "e.json e.json"]
    {
        let run = desk.run(&format!("clean -o old {files}")).expect(2, &["output", advice]);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert_eq!(desk.get("old"), b"as it was");
        desk.run(&format!("clean --threshold 1 --to jsonl {files}"))
            .expect(if files == "e.json e.json" { 1 } else { 0 }, &[]);
        assert!(!desk.run(&format!("score {files}")).out.is_empty());
    }
    desk.run("clean --threshold 1 a.jsonl f").silent();
    desk.run("clean --threshold 1 --keep-dirs -o out a.jsonl b.txt c.csv d.csv e.json").silent();
    assert_eq!(desk.names().iter().filter(|it| *it == "out").count(), 1);
}
