//! Every flag over every kind of input, and every kind of model: it works or it is refused, with a message.

use std::fs;

use crate::program::{Desk, HARBOUR, LABELLED, row, small_model};

const KINDS: [&str; 4] = ["text.txt", "rows.jsonl", "archive.wet", "page.html"];

const PAGE: &str = "<!doctype html><html><head><title>The harbour</title></head><body><nav><a href=/>Home</a> \
    <a href=/news>News</a></nav><main><h1>The harbour opens again</h1><p>The boats wait by the pier until the tide \
    turns, and the men who mend the nets have gone in to eat.</p><p>On Monday the first of them will go out again, \
    said the master of the port, who has counted them twice.</p></main><footer>Subscribe to our newsletter. Share \
    this. All rights reserved.</footer></body></html>";

/// One input of every kind, two documents on one site where there may be several, and models of one section each.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("text.txt", HARBOUR);
    let rows = (0..3).map(|id| {
        let row = serde_json::json!({"id": id, "text": HARBOUR, "url": format!("http://a.example/{id}"),
            "other": "The boats wait by the pier.", "name": format!("n{id}"), "link": "http://b.example/"});
        format!("{row}\n")
    });
    desk.put("rows.jsonl", rows.collect::<String>());
    let record = |id: u32| {
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Target-URI: http://a.example/{id}\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{HARBOUR}\r\n\r\n",
            HARBOUR.len()
        )
    };
    desk.put("archive.wet", (0..3).map(record).collect::<String>());
    desk.put("page.html", PAGE);
    desk.put("lab.jsonl", LABELLED);
    desk
}

/// … and a model of text alone, and one of pages alone.
fn models() -> Desk {
    let desk = desk();
    fs::copy(small_model(), desk.path("text.gleaner")).unwrap();
    pages(&desk);
    desk
}

/// Trains a model that has a section for pages alone.
fn pages(desk: &Desk) {
    fs::create_dir_all(desk.path("pages/html")).unwrap();
    let mut gold = String::new();
    for id in 0..24 {
        desk.put(&format!("pages/html/p{id}.html"), PAGE.replace("The boats", &format!("The {id} boats")));
        let text = format!(
            "The harbour opens again. The {id} boats wait by the pier until the tide turns, and the men who mend the \
             nets have gone in to eat. On Monday the first of them will go out again, said the master of the port, who \
             has counted them twice."
        );
        let row = serde_json::json!({"id": format!("p{id}"), "domain": format!("s{id}.example"),
            "page_type": "article", "main_content": text});
        gold += &format!("{row}\n");
    }
    desk.put("pages/ground-truth.jsonl", gold);
    desk.run("train -q --pages pages -o pages.gleaner").expect(0, &[]);
}

/// Flags of documents, with values that show. Each is tried with every subcommand that knows it.
const FLAGS: [&str; 16] = [
    "--page-type listing",
    "--max-drop 0.01",
    "--split blank",
    "--site-memory 1MB",
    "--text-key other",
    "--id-key name",
    "--url-key link",
    "--encoding utf-16le",
    "--content html",
    "--prior 0.99",
    "--threshold 0.01",
    "--threshold 1",
    "--precision",
    "--recall",
    "--from text",
    "--from html",
];

#[test]
fn no_flag_fails_on_any_kind_of_input_without_a_word() {
    let desk = desk();
    for command in ["clean --to jsonl", "score", "explain --json"] {
        for kind in KINDS {
            for flag in FLAGS.into_iter().filter(|flag| command != "score" || !flag.starts_with("--max-drop"))
            {
                let run = desk.run(&format!("{command} {flag} {kind}"));
                assert!(run.code == 0 || !run.err.is_empty(), "{command} {flag} {kind}: {run:?}");
                assert!(run.code < 2 && !run.err.contains("panicked"), "{command} {flag} {kind}: {run:?}");
            }
        }
    }
}

/// What means nothing for a kind is named, whatever the subcommand; what means something is not.
#[test]
fn flags_without_meaning_are_named() {
    let desk = desk();
    for (flag, meant) in [
        ("--page-type listing", [false, false, false, true]),
        ("--max-drop 0.5", [true, true, true, false]),
        ("--split blank", [true, true, true, false]),
        ("--site-memory 1MB", [false, true, true, false]),
        ("--text-key text", [false, true, false, false]),
        ("--id-key id", [false, true, false, false]),
        ("--url-key url", [false, true, false, false]),
        ("--encoding utf-8", [true, false, true, true]),
    ] {
        for command in ["clean --to jsonl", "score", "explain", "explain --json", "site-memory build -o m"] {
            let builds = command.starts_with("site-memory");
            let of_documents = ["--page-type", "--max-drop", "--site-memory"];
            let unknown = (command == "score" && flag.starts_with("--max-drop"))
                || (builds && of_documents.iter().any(|it| flag.starts_with(it)));
            let known = !unknown;
            for (kind, meant) in KINDS.into_iter().zip(meant) {
                let run = desk.run(&format!("{command} {flag} {kind}"));
                if !known {
                    assert!(
                        run.code == 2 && run.err.contains("unexpected argument"),
                        "{command} {flag}: {run:?}"
                    );
                    continue;
                }
                let name = flag.split(' ').next().unwrap();
                let said = run.err.contains(&format!("{name} changed nothing here"));
                assert_eq!(said, !meant, "{command} {flag} {kind}: {run:?}");
            }
            // Among inputs of all kinds each flag has something to do.
            if known && !builds {
                let all = format!("{command} --lenient {flag} {}", KINDS.join(" "));
                assert!(!desk.run(&all).err.contains("changed nothing"), "{all}");
            }
        }
    }
    assert!(!desk.run("score -q --page-type listing text.txt").err.contains("changed nothing"));
    // Nobody typed it.
    desk.put("gleaner.toml", "page-type = \"listing\"\n");
    desk.run("clean --config gleaner.toml text.txt").silent();
}

#[test]
fn a_model_of_one_medium_is_refused_for_the_other() {
    let desk = models();
    for command in [
        "clean",
        "score",
        "explain",
        "explain --json",
        "explain --full",
        "clean --to dolma",
        "clean --dry-run",
    ] {
        for kind in KINDS {
            let is_page = kind == "page.html";
            for (model, fits) in [("text.gleaner", !is_page), ("pages.gleaner", is_page)] {
                let run = desk.run(&format!("{command} --model {model} {kind}"));
                if fits {
                    assert_eq!(run.code, 0, "{command} {model} {kind}: {run:?}");
                } else {
                    run.expect(2, &[model, "it has no section for", "trains one"]);
                }
            }
        }
    }
    for stage in ["split", "features", "bayes", "context", "verdict"] {
        let run =
            desk.run(&format!("explain --stage {stage} --model pages.gleaner page.html")).expect(0, &[]);
        for line in run.text().lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        assert!(!run.out.is_empty(), "{stage}");
    }
    desk.run("explain --html why.html --model text.gleaner page.html").expect(2, &["no section for pages"]);
    desk.run("explain --html why.html --model pages.gleaner page.html").expect(0, &[]);
    for command in ["evaluate lab.jsonl", "tune lab.jsonl -o t.gleaner"] {
        desk.run(&format!("{command} --model pages.gleaner")).expect(2, &["no section for text"]);
    }
    let info = desk.run("model info --json pages.gleaner").expect(0, &[]);
    let info: serde_json::Value = serde_json::from_slice(&info.out).unwrap();
    assert!(info["pages"]["labels"].is_array() && info.get("text").is_none());
    assert!(desk.run("model info pages.gleaner").expect(0, &[]).out.len() < 20_000);
    desk.run("model dump --fitted pages.gleaner").silent();
    desk.run("model dump --fitted --pages text.gleaner").expect(2, &["no section for pages"]);
}

#[test]
fn flags_of_text_are_refused_for_pages_and_the_other_way_round() {
    let desk = models();
    for flag in [
        "--keep x",
        "--min-sites 1",
        "--min-count 2",
        "--max-loss 1%",
        "--fitted text.gleaner",
        "--must-keep text.txt",
    ] {
        let name = flag.split(' ').next().unwrap();
        desk.run(&format!("train --pages pages {flag} -o m")).expect(2, &[name]);
    }
    desk.run("train lab.jsonl --page-counts c -o m").expect(2, &["--page-counts needs --pages"]);
    for flag in [
        "--threshold 0.5",
        "--precision",
        "--recall",
        "--prior 0.5",
        "--with lab.jsonl",
        "--keep x",
        "--min-sites 1",
        "--max-loss 1%",
        "--ignore x",
        "--resamples 3",
        "--html r.html",
        "--record r",
        "--page-type listing",
        "--model pages.gleaner",
        "--predictions p",
    ] {
        let name = flag.split(' ').next().unwrap();
        desk.run(&format!("evaluate --pages pages --folds 10 {flag}")).expect(2, &[name]);
    }
    for line in [
        "evaluate lab.jsonl --folds 2 --model text.gleaner",
        "evaluate lab.jsonl --page-type listing",
        "evaluate lab.jsonl --texts t",
        "evaluate lab.jsonl --min-sites 1",
        "evaluate lab.jsonl --max-loss 1%",
    ] {
        desk.run(line).expect(2, &["--"]);
    }
    for flag in [
        "--json",
        "--full",
        "--stage split",
        "-o x",
        "--paragraph 1",
        "--only kept",
        "--top 3",
        "--max-drop 0.5",
        "--site-memory 1MB",
        "--color always",
    ] {
        desk.run(&format!("explain --html why.html {flag} page.html")).expect(2, &["--html"]);
        assert!(!desk.path("why.html").exists());
    }
    desk.run("explain --top 3 text.txt").expect(2, &["--full or --json"]);
    desk.run("explain --stage read --only kept text.txt").expect(2, &["--stage read"]);
}

/// A second run does again what another model or another setting would write, and nothing else.
#[test]
fn a_second_run_knows_models_and_settings() {
    let desk = models();
    fs::create_dir(desk.path("in")).unwrap();
    desk.put("in/a.jsonl", row(1, HARBOUR));
    desk.put("in/page.html", PAGE);
    // Two models that differ in their section for pages alone.
    desk.run("train -q lab.jsonl --min-sites 1 --pages pages --name m -o one.gleaner").expect(0, &[]);
    fs::copy(desk.path("pages/html/p1.html"), desk.path("pages/html/p0.html")).unwrap();
    desk.run("train -q lab.jsonl --min-sites 1 --pages pages --name m -o two.gleaner").expect(0, &[]);
    assert_ne!(desk.get("one.gleaner"), desk.get("two.gleaner"));
    let run = |flags: &str| desk.run(&format!("clean in -o out --keep-dirs {flags}")).expect(0, &[]).err;
    let skipped = |flags: &str| run(flags).contains("2 of 2 inputs were finished earlier");
    assert!(!skipped("--model one.gleaner") && skipped("--model one.gleaner"));
    assert!(!skipped("--model two.gleaner") && skipped("--model two.gleaner -j 2 --report r.json --lenient"));
    for flags in [
        "--threshold 0.9",
        "--prior 0.3",
        "--precision",
        "--recall",
        "--page-type listing",
        "--split lines",
        "--max-drop 0.7",
        "--drop-empty",
        "--text-key text --on-error drop",
        "--encoding utf-8",
        "--from auto --content text --max-size 1MB",
        "--url-key u",
        "--id-key i",
        "--to jsonl",
        "--to dolma",
        "--compress gzip",
        "--dropped gone",
    ] {
        assert!(!skipped(flags), "{flags}");
        assert!(skipped(flags), "{flags}");
    }
}
