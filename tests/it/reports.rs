//! The three reports for people, as they looked when somebody last looked at them. All texts were written for
//! these tests. `INSTA_UPDATE=always cargo test --test it reports` takes the pages as they are now.

use serde_json::json;

use crate::program::{Desk, HARBOUR, LABELLED, row, small};

/// A page without what all reports share, and without what differs from run to run.
fn looks(page: &[u8]) -> String {
    let mut page = String::from_utf8(page.to_vec()).unwrap();
    for (from, to) in [
        ("<style>", "</style>"),
        ("'nonce-", "'"),
        ("<script nonce=\"", "</script>"),
        (" inputs in ", " MB/s."),
        ("<dt>Written by</dt>", "</dd>"),
        ("<dt>Model</dt>", "</dd>"),
        ("<dt>Digest of the model</dt>", "</dd>"),
        ("<dt>Digest of all settings</dt>", "</dd>"),
    ] {
        let Some(start) = page.find(from).map(|at| at + from.len()) else { continue };
        let end = start + page[start..].find(to).unwrap();
        page.replace_range(start..end, "…");
    }
    page
}

#[test]
fn the_report_of_an_evaluation() {
    let desk = Desk::with("gold.jsonl", LABELLED);
    let mut predictions = String::new();
    for row in LABELLED.lines() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        for (index, paragraph) in row["paragraphs"].as_array().unwrap().iter().enumerate() {
            // One mistake of each sort; the rest is right.
            let gone = (paragraph["label"] != "editorial") != (row["id"] == "tram.example/1" && index < 3);
            let probability = if gone { 0.9 } else { 0.1 } + index as f64 / 100.0;
            let verdict = if gone { "boilerplate" } else { "editorial" };
            let kind = if gone { "pitch" } else { "" };
            let said = json!({"doc": row["id"], "index": index, "boilerplate": probability, "verdict": verdict, "kind": kind});
            predictions += &format!("{said}\n");
        }
    }
    desk.put("p.jsonl", predictions);
    desk.run("evaluate gold.jsonl --predictions p.jsonl --html report.html --worst 1").silent();
    insta::assert_snapshot!(looks(&desk.get("report.html")));
}

#[cfg(feature = "html")]
#[test]
fn the_report_of_a_page() {
    const PAGE: &str = "<!doctype html><html lang=\"en\"><title>The lock | Quay News</title>\
        <nav class=\"menu\"><ul><li><a href=\"/\">Home</a></ul></nav>\
        <article><h1>The lock is open</h1><p>The lock below the mill was opened on Monday, and the first barge \
        since the war went through it, with a band on deck.</p>\
        <table><tr><th>Quay<th>Hour<tr><td>North<td>9</table></article>\
        <footer><p>© Quay News &lt;3</p></footer>";
    let desk = Desk::with("page.html", PAGE);
    insta::assert_snapshot!(looks(&desk.run("explain --html - page.html").silent().out));
}

#[test]
fn the_report_of_a_run() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("rows.jsonl", row("one", HARBOUR) + "nothing\n" + &row("<two>", "Subscribe to our newsletter!"));
    let line = format!(
        "clean {} -j 1 --max-drop 0.6 a.txt rows.jsonl --to jsonl -o out.jsonl --report run.html",
        small()
    );
    desk.run(&line).expect(1, &["record 2"]);
    insta::assert_snapshot!(looks(&desk.get("run.html")));
}
