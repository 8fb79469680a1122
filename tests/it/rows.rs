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
