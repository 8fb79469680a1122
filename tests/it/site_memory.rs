//! Memory of sites: what stands on several pages of a host goes more easily; in order, in a bound, in one pass
//! or two.

use serde_json::{Value, json};

use crate::program::{Desk, HARBOUR, Run, row, small_model};

/// What every page of a site ends in.
const NOTE: &str = "The pier keeps its own time and asks everybody on it to do so as well.";

/// A page. Numbers of one digit are one feature to a model, so that pages differ for the memory alone.
fn page(n: usize) -> String {
    format!(
        "Boat {n} left the harbour\nBoat {n} left the harbour in the morning with {n} crates of fish for the market.\n\
         The master of boat {n} said that {n} of them had been sold by noon.\n{NOTE}\n"
    )
}

fn rows(pages: std::ops::RangeInclusive<usize>) -> String {
    pages.map(|n| addressed(&format!("p{n}"), &format!("https://pier.example/{n}"), &page(n))).collect()
}

fn addressed(id: &str, url: &str, text: &str) -> String {
    format!("{}\n", json!({"id": id, "url": url, "text": text}))
}

fn values(run: &Run) -> Vec<Value> {
    run.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What was said of the note of each page.
fn notes(run: &Run) -> Vec<Value> {
    values(run).into_iter().filter(|row| row["text"] == NOTE).collect()
}

fn log_odds(row: &Value) -> f64 {
    let p = row["boilerplate"].as_f64().unwrap();
    (p / (1.0 - p)).ln()
}

/// A threshold so many nats above what the note has by its words.
fn above(desk: &Desk, nats: f64) -> String {
    let plain = notes(&desk.run("score --split lines pages.jsonl").silent());
    let p = 1.0 / (1.0 + (-(log_odds(&plain[0]) + nats)).exp());
    format!("--split lines --threshold {p}")
}

#[test]
fn what_repeats_goes_and_says_why() {
    let desk = Desk::with("pages.jsonl", rows(1..=9));
    let flags = above(&desk, 1.2);
    let plain = notes(&desk.run(&format!("score {flags} pages.jsonl")).silent());
    assert!(plain.iter().all(|row| row.get("on_site").is_none() && row["verdict"] != "boilerplate"));

    let one = notes(&desk.run(&format!("score {flags} --site-memory 1MB pages.jsonl")).silent());
    let seen: Vec<u64> = one.iter().map(|row| row["on_site"].as_u64().unwrap()).collect();
    assert_eq!(seen, (0..9).collect::<Vec<_>>());
    for ((row, plain), seen) in one.iter().zip(&plain).zip(seen) {
        let nats = [0.0, 1.0, 1.5, 1.5, 2.5][seen.min(4) as usize];
        assert!((log_odds(row) - log_odds(plain) - nats).abs() < 1e-6, "{row}");
        assert_eq!((&row["log_odds"], row["verdict"] == "boilerplate"), (&plain["log_odds"], nats > 1.2));
        let changed = row["verdict"] != plain["verdict"];
        assert_eq!(row["reason"], if changed { json!("repeated-on-site") } else { Value::Null });
        assert!(plain["kind"].is_null() || plain["kind"] == row["kind"]);
    }
    // What no other page has is judged as ever.
    let all = values(&desk.run(&format!("score {flags} --site-memory 1MB pages.jsonl")));
    assert!(
        all.iter()
            .filter(|row| row["text"] != NOTE)
            .all(|row| row["on_site"] == 0 && row["reason"].is_null())
    );

    // Two passes: every page knows all others.
    desk.run("site-memory build --split lines pages.jsonl -o sites.memory")
        .expect(0, &["sites.memory: 28 paragraphs of 9 documents (0 of them copies), 0 forgotten"]);
    let two = notes(&desk.run(&format!("score {flags} --site-memory sites.memory pages.jsonl")).silent());
    assert!(two.iter().all(|row| row["on_site"] == 8 && row["verdict"] == "boilerplate"));
    let clean =
        desk.run(&format!("clean {flags} --site-memory sites.memory --dropped gone pages.jsonl")).silent();
    assert!(!clean.text().contains(NOTE) && clean.text().contains("Boat 9 left"));
    let gone = String::from_utf8(desk.get("gone")).unwrap();
    assert_eq!(gone.matches("\"reason\":\"repeated-on-site\",\"on_site\":8").count(), 9);
    // What is nobody's page is not touched by it.
    let alone = row("alone", HARBOUR);
    let with = desk.feed("score --site-memory sites.memory", alone.as_str()).silent();
    assert!(with.text().contains("\"reason\":null,\"on_site\":null,"));
    let without = desk.feed("score", alone.as_str()).silent();
    assert_eq!(with.text().replace("\"on_site\":null,", ""), without.text());
}

#[test]
fn explain_tells_what_the_site_said() {
    let desk = Desk::with("pages.jsonl", rows(1..=6));
    let flags = above(&desk, 2.0);
    let human = desk.run(&format!("explain --full {flags} --site-memory 1MB pages.jsonl")).silent();
    assert!(human.text().contains("repeated-on-site: other documents of its site have it too"));
    assert!(human.text().contains("5 other documents of its site have it: +2.50 nats for it."));
    assert!(human.text().contains("1 other document of its site has it: +1.00 nats for it."));
    let json = notes(&desk.run(&format!("explain --json {flags} --site-memory 1MB pages.jsonl")));
    assert_eq!(json[5]["on_site"], json!({"documents": 5, "added": 2.5}));
    assert_eq!(
        (&json[5]["reason"], &json[4]["verdict"]),
        (&json!("repeated-on-site"), &json!("boilerplate"))
    );
    let calibrated = json[5]["calibration"]["log_odds"].as_f64().unwrap();
    assert!((calibrated - log_odds(&json[5])).abs() < 1e-6);
    let stage = desk.run(&format!("explain --stage verdict {flags} --site-memory 1MB pages.jsonl")).silent();
    assert!(stage.text().contains("\"on_site\":{\"added\":2.5,\"documents\":5}"));
    let without = desk.run(&format!("explain --json {flags} pages.jsonl")).silent();
    assert!(!without.text().contains("on_site"));
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let desk = Desk::new();
    let mut all = String::new();
    for n in 0..1500 {
        let text =
            format!("{}{HARBOUR}Number {n} of the boats waits.\n{NOTE} ({})\n", page(n), n % 60).repeat(2);
        let host = ["https://WWW.pier.example", "http://quay.example:8080", "quay.example", ""][n % 4];
        all += &match n % 100 {
            9 => "not a row\n".to_owned(),
            50 => row(n, HARBOUR),
            _ => addressed(&n.to_string(), &format!("{host}/{n}"), &text),
        };
    }
    assert!(all.len() > 3 << 19);
    desk.put("a.jsonl", all);
    desk.put("b.jsonl", rows(1..=9));
    desk.run("site-memory build --lenient a.jsonl b.jsonl -o sites.memory").expect(0, &["not a JSON object"]);
    let model = small_model().display();
    // Room for all, and for so little that most is forgotten.
    for memory in ["1MB", "8KB", "sites.memory"] {
        let run = |jobs| {
            let flags = format!("-j {jobs} --model {model} --threshold 0.6 --site-memory {memory}");
            let run = desk.run(&format!("clean {flags} --dropped gone{jobs} a.jsonl b.jsonl"));
            let run = run.expect(1, &["a.jsonl, record 10, line 10"]);
            (run.out, run.err, desk.get(&format!("gone{jobs}")))
        };
        let one = run(1);
        assert!(one == run(2), "{memory}");
        assert!(one == run(4), "{memory}");
        assert_eq!(one.1.contains("forgotten"), memory == "8KB");
        assert!(String::from_utf8(one.2).unwrap().contains("repeated-on-site"));
    }
    // The first problem is the same one, and nothing comes after it.
    let fail = |jobs| {
        let run = desk.run(&format!("clean -j {jobs} --on-error fail --site-memory 1MB a.jsonl"));
        run.expect(2, &["a.jsonl, record 10, line 10"]).out
    };
    assert!(fail(1) == fail(3));
}

#[test]
fn a_page_that_comes_again_is_a_copy() {
    let copies: String = ["1", "1?print", "amp/1", "1#top", "tag/1"]
        .map(|path| addressed(path, &format!("https://pier.example/{path}"), &page(1)))
        .concat();
    let desk = Desk::with("pages.jsonl", copies);
    desk.run("site-memory build --split lines pages.jsonl -o m")
        .expect(0, &["5 documents (4 of them copies)"]);
    for memory in ["1MB", "m"] {
        let rows =
            values(&desk.run(&format!("score --split lines --site-memory {memory} pages.jsonl")).silent());
        assert!(rows.iter().all(|row| row["on_site"] == 0), "{memory}");
    }
}

#[test]
fn outputs_of_their_own_are_made_of_the_whole_run() {
    let desk = Desk::with("a.jsonl", rows(1..=4));
    desk.put("b.jsonl", rows(5..=8));
    desk.put("pages.jsonl", rows(1..=8));
    let flags = above(&desk, 1.2);
    let run = |memory: &str, out: &str| {
        desk.run(&format!("clean {flags} --site-memory {memory} -o {out} --keep-dirs a.jsonl b.jsonl"))
    };
    run("1MB", "one").silent();
    let made = [desk.get("one/a.jsonl"), desk.get("one/b.jsonl")].concat();
    assert_eq!(made, desk.run(&format!("clean {flags} --site-memory 1MB pages.jsonl")).silent().out);
    // Nothing is left out of a second run: what follows depends on it.
    std::fs::remove_file(desk.path("one/b.jsonl")).unwrap();
    run("1MB", "one").silent();
    assert_eq!([desk.get("one/a.jsonl"), desk.get("one/b.jsonl")].concat(), made);
    // With a memory that was built, every input stands alone.
    desk.run("site-memory build -q --split lines pages.jsonl -o m").silent();
    run("m", "two").silent();
    run("m", "two").expect(0, &["2 of 2 inputs were finished earlier"]);
    desk.run("site-memory build -q --split lines a.jsonl -o m").silent();
    run("m", "two").silent();
}

#[test]
fn addresses_come_from_every_format() {
    let desk = Desk::new();
    let record = |n: usize| {
        let text = page(n);
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: <http://pier.example/{n}>\r\n\
             WARC-Record-ID: <urn:{n}>\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    desk.put("a.warc.wet", (1..=4).map(record).collect::<String>());
    desk.put(
        "b.jsonl",
        (5..=7)
            .map(|n| format!("{}\n", json!({"page": format!("//pier.example/{n}"), "text": page(n)})))
            .collect::<String>(),
    );
    let expected = |files: &str, documents: &str| {
        desk.run(&format!("site-memory build --split lines --url-key page {files} -o m"))
            .expect(0, &[documents]);
    };
    expected("a.warc.wet b.jsonl", "22 paragraphs of 7 documents");
    #[cfg(feature = "parquet")]
    {
        use parquet::data_type::{ByteArray, ByteArrayType};
        let schema = "message schema { required binary text (UTF8); required binary page (UTF8); }";
        let schema = std::sync::Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
        let file = std::fs::File::create(desk.path("c.parquet")).unwrap();
        let mut writer =
            parquet::file::writer::SerializedFileWriter::new(file, schema, Default::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        for cell in [page, |n| format!("https://pier.example/{n}")] as [fn(usize) -> String; 2] {
            let cells: Vec<ByteArray> = (8..=9).map(|n| ByteArray::from(cell(n).into_bytes())).collect();
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(&cells, None, None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
        writer.close().unwrap();
        expected("a.warc.wet b.jsonl c.parquet", "28 paragraphs of 9 documents");
    }
    desk.put("text.txt", page(1));
    expected(
        "text.txt b.jsonl",
        "of 3 documents (0 of them copies), 0 forgotten for want of room, 1 without an address",
    );
}

/// Millions of hosts take no more than one.
#[test]
fn a_memory_has_its_bound_whatever_is_read() {
    let desk = Desk::new();
    let many: String = (0..30_000)
        .map(|n| {
            addressed(&n.to_string(), &format!("https://h{n}.example/"), &format!("Boat {n} left.\n{NOTE}\n"))
        })
        .collect();
    desk.put("pages.jsonl", many);
    desk.run("site-memory build --size 64KB pages.jsonl -o m").expect(0, &["forgotten"]);
    let info: Value = serde_json::from_slice(&desk.run("site-memory info --json m").silent().out).unwrap();
    assert_eq!(
        (&info["bytes"], &info["documents"], &info["copies"]),
        (&json!(64_000), &json!(30_000), &json!(0))
    );
    assert_eq!((&info["paragraphs"], &info["forgotten"]), (&json!(8000), &json!(52_000)));
    assert!(desk.get("m").len() < 64_000);
    let info = desk.run("site-memory info m").silent();
    assert!(info.text().contains("paragraphs   8000 of at most 8000"));
    desk.run("clean -q --site-memory 64KB pages.jsonl").silent();
}

#[test]
fn a_memory_that_cannot_be_used_is_named() {
    let desk = Desk::with("pages.jsonl", rows(1..=3));
    desk.run("site-memory build -q pages.jsonl -o m").silent();
    let sound = desk.get("m");
    let mut damaged = sound.clone();
    damaged[sound.len() / 2] ^= 4;
    desk.put("damaged", &damaged);
    desk.put("short", &sound[..sound.len() - 9]);
    desk.put("foreign", "something else");
    for (memory, said) in [
        ("damaged", "damaged: the checksum does not match; the site memory is damaged"),
        ("short", "short: it has "),
        ("foreign", "foreign: not a site memory (write one with `gleaner site-memory build"),
        ("missing", "missing: cannot read the site memory"),
        ("64XB", "64XB: cannot read the site memory"),
    ] {
        let run = desk.run(&format!("clean --site-memory {memory} pages.jsonl")).expect(2, &[said]);
        assert!(run.out.is_empty());
    }
    for size in ["10", "0MB", "900GB", "MB", ""] {
        desk.run(&format!("site-memory build --size={size} pages.jsonl -o m")).expect(2, &["--size"]);
    }
    assert_eq!(desk.get("m"), sound);
    desk.run("site-memory build pages.jsonl -o pages.jsonl").expect(2, &["pages.jsonl: is an input"]);
    desk.run("site-memory build missing.jsonl -o n").expect(2, &["missing.jsonl"]);
    // Settings may stand in the configuration file, beside which its files are.
    std::fs::create_dir_all(desk.path("gleaner")).unwrap();
    desk.put("gleaner/config.toml", "site-memory = \"m\"\n");
    desk.run("clean pages.jsonl").expect(2, &["gleaner/m: cannot read the site memory"]);
    desk.put("gleaner/m", &sound);
    let rows = desk.run("score pages.jsonl").silent();
    assert!(rows.text().contains("\"on_site\":2"));
    desk.put("gleaner/config.toml", "site-memory = \"2MB\"\n");
    assert!(desk.run("score pages.jsonl").silent().text().contains("\"on_site\":2"));
}

/// In a language that the model does not know, a footer goes by place, shape and repetition.
#[test]
fn any_language_will_do() {
    const FOOTER: &str =
        "© 2024 Satamalehti | Yhteystiedot | Tietosuoja | Mainostajille | Tietoa meistä | Ohjeet | Evästeet";
    let text = |n: usize| {
        format!(
            "Proomu {n} lähtee satamasta\nVarhain aamulla proomu {n} lähti matkaan {n} kalalaatikon kanssa.\n\
             Proomun {n} kippari kertoi, että puoleenpäivään mennessä niistä {n} oli jo myyty.\n{FOOTER}\n"
        )
    };
    let pages: String =
        (1..=9).map(|n| addressed(&n.to_string(), &format!("https://hafen.example/{n}"), &text(n))).collect();
    let desk = Desk::with("pages.jsonl", pages);
    let footers = |flags: &str| -> Vec<Value> {
        let rows = values(&desk.run(&format!("score --split lines {flags} pages.jsonl")).silent());
        rows.into_iter().filter(|row| row["text"] == FOOTER).collect()
    };
    let plain = footers("--site-memory 1MB --threshold 1");
    assert_eq!((&plain[0]["reason"], &plain[0]["on_site"]), (&json!("unknown-language"), &json!(0)));
    let p = 1.0 / (1.0 + (-(log_odds(&plain[0]) + 2.0)).exp());
    let told = footers(&format!("--site-memory 1MB --threshold {p}"));
    let reasons: Vec<&Value> = told.iter().map(|row| &row["reason"]).collect();
    assert!(told[..4].iter().all(|row| row["verdict"] != "boilerplate"), "{told:?}");
    assert!(told[4..].iter().all(|row| row["verdict"] == "boilerplate"), "{told:?}");
    assert!(reasons[4..].iter().all(|reason| **reason == "repeated-on-site"), "{reasons:?}");
}
