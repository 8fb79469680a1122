//! The command as people expect it: what is typed wrongly, what is shown, what is said.

use serde_json::Value;

use crate::compressed::pack;
use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, Run, row, small};
use gleaner::unstable::read::compression::Compression;

/// Three paragraphs in a language that the small model has never seen.
const FOREIGN: &str = "Vanha saaristolautta palasi viimein reitilleen maanantaina aamulla.\n\
    Satamamestari soitti itse kelloa laiturilla, ja puolet kylästä katseli.\n\
    Tilaa uutiskirjeemme tänään ja saat parhaat jutut suoraan sähköpostiisi.\n";

#[test]
fn wrong_usage_says_what_to_type() {
    let desk = Desk::with("article.txt", HARBOUR);
    let cases: [(&str, &[&str]); 9] = [
        ("clean -j 0 article.txt", &["a number of cores, 1 or more"]),
        (
            "clean https://quay.example/ferry",
            &["never fetches", "curl -sL 'https://quay.example/ferry' | gleaner clean"],
        ),
        ("explain HTTP://quay.example/", &["never fetches"]),
        ("article.txt", &["gleaner clean article.txt"]),
        ("nosuch/page.html", &["gleaner clean nosuch/page.html"]),
        ("help claen", &["clean"]),
        ("claen article.txt", &["'clean'"]),
        ("--print-config", &["gleaner clean --print-config"]),
        ("clean --precison article.txt", &["'--precision'"]),
    ];
    for (line, said) in cases {
        let run = desk.run(line).expect(2, said);
        assert!(!run.err.contains("=<") && !run.err.contains("[="), "{line}: {}", run.err);
    }
}

#[test]
fn no_value_is_called_after_its_field() {
    let desk = Desk::new();
    for command in ["clean", "score", "explain", "train", "tune", "evaluate", "count", "site-memory build"] {
        let help = desk.run(&format!("{command} --help")).silent();
        for name in ["<TO>", "<ON_ERROR>", "<CONTENT_", "<TEXT_KEY>", "<COLOR>", "<PAGE_TYPE>", "<MAX_DROP>"]
        {
            assert!(!help.text().contains(name), "{command}: {name}");
        }
    }
    let help = desk.run("clean --help").silent();
    let at =
        |heading: &str| help.text().find(&format!("\n{heading}:\n")).unwrap_or_else(|| panic!("{heading}"));
    assert!(at("Input") < at("Decision") && at("Decision") < at("Output") && at("Output") < at("Batch"));
    assert!(at("Batch") < at("Everywhere"));
}

#[test]
fn a_folder_that_is_missing_is_made() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.run(&format!("clean {} a.txt -o new/deep/out.txt --dropped gone/g.jsonl", small())).silent();
    assert_eq!(desk.get("new/deep/out.txt"), HARBOUR_CLEANED.as_bytes());
    assert!(desk.path("gone/g.jsonl").exists());
    desk.put("file", "");
    desk.run("clean a.txt -o file/out.txt").expect(2, &["file: cannot make the folder"]);
}

#[test]
fn a_wrong_key_is_one_message() {
    let rows: String = (0..500).map(|n| format!("{{\"body\": \"The boats wait.\", \"n\": {n}}}\n")).collect();
    let desk = Desk::with("a.jsonl", rows);
    let run = desk
        .run("clean a.jsonl")
        .expect(1, &["no field \"text\"; the row has \"body\", \"n\"", "--text-key"]);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    let lists: String = (0..500).map(|n| format!("{{\"text\": [{n}]}}\n")).collect();
    desk.put("lists.jsonl", lists);
    let run = desk.run("clean lists.jsonl").expect(1, &["field \"text\" is not a string", "--text-key"]);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    // Where some rows have it, it is said how many have not.
    desk.put("some.jsonl", "{\"text\": \"The boats wait.\"}\n{\"body\": 1}\n{\"body\": 2}\n");
    let run = desk.run("clean some.jsonl").expect(1, &["2 rows in all have no field \"text\""]);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
}

#[test]
fn what_would_go_is_shown_as_text() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("page.html", crate::pages::PAGE);
    let rows =
        desk.run(&format!("clean --dry-run {} a.txt", small())).expect(0, &["would drop 3 of 6 paragraphs"]);
    assert_eq!(rows.text().lines().count(), 3);
    let shown =
        desk.run(&format!("clean --dry-run --color always {} a.txt", small())).expect(0, &["would drop"]);
    let struck = shown.text().lines().filter(|line| line.starts_with("- \u{1b}[9m\u{1b}[31m")).count();
    assert_eq!(struck, 3, "{:?}", shown.text());
    for line in HARBOUR.lines().filter(|line| !line.is_empty()) {
        assert!(shown.text().contains(line), "{line}");
    }
    assert!(shown.text().contains("3 of 6 paragraphs would go"), "{}", shown.text());
    let page = desk.run("clean --dry-run --color always page.html").expect(0, &["would drop"]);
    assert!(page.text().contains("The old ferry") && page.text().contains("[nav >99%]"), "{}", page.text());
    let hostile = "A \u{1b}[2Jguest.\n";
    let run = desk.feed("clean --dry-run --color always", hostile);
    assert!(!run.text().contains("\u{1b}[2J"), "{:?}", run.text());
}

#[test]
fn files_in_one_text_are_told_apart() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("b.txt", "The boats wait by the pier.");
    desk.put("c.html", crate::pages::PAGE);
    let small = small();
    let run = desk.run(&format!("clean {small} a.txt b.txt")).silent();
    assert_eq!(
        run.text(),
        format!("==> a.txt <==\n{HARBOUR_CLEANED}==> b.txt <==\nThe boats wait by the pier.\n")
    );
    let run = desk.run(&format!("clean {small} --no-filename a.txt b.txt")).silent();
    assert_eq!(run.text(), format!("{HARBOUR_CLEANED}The boats wait by the pier."));
    assert_eq!(desk.run(&format!("clean {small} a.txt")).silent().text(), HARBOUR_CLEANED);
    let run = desk.run("clean b.txt c.html --to markdown").silent();
    assert!(run.text().starts_with("==> b.txt <==\n") && run.text().contains("\n==> c.html <==\n"));
    let run = desk.run(&format!("clean {small} --to jsonl a.txt b.txt")).silent();
    assert!(run.text().lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    desk.put("r.jsonl", row(1, HARBOUR) + &row(2, HARBOUR));
    desk.put("s.jsonl", row(3, HARBOUR));
    let run = desk.run(&format!("clean {small} r.jsonl s.jsonl")).silent();
    assert!(!run.text().contains("==>"), "rows are apart already");
}

#[test]
fn folders_may_hold_what_is_no_text() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("in")).unwrap();
    desk.put("in/a.txt", HARBOUR);
    desk.put("in/photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0");
    desk.put("in/notes", "The boats wait by the pier.\n");
    desk.put("in/tool", b"\x7fELF\x02\x01\x01\0\0\0");
    let run = desk.run(&format!("clean {} --no-filename in", small()));
    let run =
        run.expect(0, &["2 files in folders skipped, because they are not text (the first: in/photo.jpg)"]);
    assert_eq!(run.text(), format!("{HARBOUR_CLEANED}The boats wait by the pier.\n"));
    desk.run(&format!("clean -q {} in -o out --keep-dirs --report run.json", small())).silent();
    let report: Value = serde_json::from_slice(&desk.get("run.json")).unwrap();
    assert_eq!((&report["inputs"]["binary"], &report["inputs"]["done"]), (&2.into(), &2.into()));
    desk.run("explain in").expect(0, &["2 files in folders skipped"]);
}

#[test]
fn what_is_no_text_is_refused_by_its_name_and_read_where_it_is_asked_for() {
    let desk = Desk::with("a.pdf", "%PDF-1.7\nThe boats wait by the pier.\n");
    desk.put("photo", b"\xff\xd8\xff\xe0\0\x10JFIF\0");
    desk.put("otto.md", "OTTO was a ferryman by the pier, and the boats waited for him.\n");
    for command in ["clean", "score", "explain"] {
        let run = desk.run(&format!("{command} a.pdf photo"));
        let run =
            run.expect(2, &["a.pdf: is a PDF document, not text", "pdftotext a.pdf -", "photo: is an image"]);
        assert_eq!(run.text(), "");
    }
    // From a pipe, under the name of a text or a page, and compressed.
    desk.put("b.txt", b"%PDF-1.7\n1 0 obj\n");
    desk.put("c.html", b"\x89PNG\r\n\x1a\n\0\0");
    let mut archive = vec![0; 1024];
    archive[..5].copy_from_slice(b"a.txt");
    archive[257..263].copy_from_slice(b"ustar\0");
    desk.put("d.tar.gz", pack(Compression::Gzip, &[&archive]));
    desk.run("clean b.txt").expect(2, &["b.txt: is a PDF document"]);
    desk.run("clean c.html").expect(2, &["c.html: is an image"]);
    desk.run("clean d.tar.gz").expect(2, &["d.tar.gz: is a tar archive", "tar xf d.tar.gz"]);
    desk.feed("clean", "%PDF-1.7\n1 0 obj\n").expect(2, &["<stdin>: is a PDF document", "pdftotext - -"]);
    desk.feed("clean", b"\x89PNG\r\n\x1a\n\0\0").expect(2, &["<stdin>: is an image"]);
    std::fs::create_dir(desk.path("in")).unwrap();
    desk.put("in/d.tar.gz", pack(Compression::Gzip, &[&archive]));
    desk.put("in/e.txt", HARBOUR);
    desk.run("clean in -o out --keep-dirs").expect(0, &["1 file in folders skipped", "in/d.tar.gz"]);
    assert!(desk.run("clean --threshold 1 --from text a.pdf").text().starts_with("%PDF-1.7\n"));
    assert!(desk.run("clean otto.md").silent().text().starts_with("OTTO was"));
}

#[test]
fn json_that_is_no_row_says_how_it_is_read() {
    let desk = Desk::with("array.jsonl", "[1]\n[2]\n");
    desk.put("pretty.jsonl", "{\n  \"text\": \"The boats wait.\"\n}\n");
    let run =
        desk.run("clean array.jsonl").expect(1, &["not a JSON object (an array); rows are", "--from json"]);
    assert_eq!(run.err.matches("--from json").count(), 1, "{}", run.err);
    desk.run("clean pretty.jsonl").expect(1, &["it does not end on its line", "--from json"]);
    desk.run("clean --from json pretty.jsonl").silent();
}

#[test]
fn an_output_that_is_a_folder_says_what_to_add() {
    let desk = Desk::with("a.txt", HARBOUR);
    std::fs::create_dir(desk.path("out")).unwrap();
    for output in ["out", "new/"] {
        for command in ["clean", "score"] {
            desk.run(&format!("{command} a.txt -o {output}")).expect(2, &["is a folder; add --keep-dirs"]);
        }
    }
    assert!(!desk.path("new").exists());
}

#[test]
fn pages_are_found_under_other_names() {
    let desk = Desk::with("page.txt", crate::pages::PAGE);
    let run = desk.run("clean page.txt").silent();
    assert!(run.text().contains("The old ferry") && !run.text().contains("<p>"), "{}", run.text());
    desk.put("page.txt.gz", pack(Compression::Gzip, &[crate::pages::PAGE.as_bytes()]));
    assert_eq!(desk.run("clean page.txt.gz").silent().out, run.out);
    // Rows are not taken for what nobody said they are, but somebody should know.
    let rows: String = (0..3).map(|id| row(id, "<p>The boats wait by the pier.</p>")).collect();
    let run = desk
        .feed("clean", rows.as_str())
        .expect(0, &["<stdin>, record 1", "looks like HTML", "--content html"]);
    assert_eq!((run.text(), run.err.lines().count()), (rows.as_str(), 1));
    desk.feed("clean --content html --from jsonl", rows).silent();
    desk.feed("clean", row(1, "<3 is a heart, and a < b holds.")).silent();
}

#[test]
fn rows_have_a_reason_and_a_run_says_what_it_does_not_know() {
    let desk = Desk::with("a.txt", FOREIGN);
    desk.put("b.txt", HARBOUR);
    let run =
        desk.run("score a.txt b.txt").expect(0, &["a.txt: is in a language that the model does not know"]);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    let rows: Vec<Value> = run.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.iter().all(|row| row.as_object().unwrap().contains_key("reason")));
    assert!(rows.iter().any(|row| row["reason"] == "unknown-language"), "{rows:?}");
    assert!(rows.iter().any(|row| row["reason"].is_null()));
    desk.run("score -q a.txt b.txt").silent();
    desk.put("page.html", crate::pages::PAGE);
    let run = desk.run("score page.html").silent();
    let page: Value = serde_json::from_str(run.text().lines().next().unwrap()).unwrap();
    let names = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut text = names(&rows[0]);
    text.push("path".to_owned());
    text.sort();
    assert_eq!(names(&page), text, "one row for both");
}

#[test]
fn verbose_says_how_each_input_is_read() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("b.jsonl.gz", pack(Compression::Gzip, &[row(1, HARBOUR).as_bytes()]));
    let run = desk.run(&format!("clean -v {} a.txt b.jsonl.gz -o out --keep-dirs", small())).expect(
        0,
        &[
            "a.txt: read as text",
            "a.txt: UTF-8, every line a paragraph, 6 paragraphs",
            "b.jsonl.gz: read as jsonl, stored as gzip",
        ],
    );
    assert!(
        run.err.contains("2 documents, 6 of 12 paragraphs dropped (42.5% of the words), in "),
        "{}",
        run.err
    );
    desk.run("clean -q -v a.txt").expect(2, &["--quiet"]);
}

#[test]
fn a_text_that_is_boilerplate_altogether_names_the_remedy() {
    let desk = Desk::with("pitch.txt", HARBOUR.lines().last().unwrap());
    let all = desk.run(&format!("clean {} --threshold 0 pitch.txt", small_model_flag()));
    assert!(all.err.contains("--max-drop 1"), "{all:?}");
    assert_eq!(all.code, 1);
}

fn small_model_flag() -> String {
    format!("--model {}", crate::program::small_model().display())
}

/// What is run in a terminal sees one: `script` of util-linux makes it.
#[cfg(target_os = "linux")]
fn on_a_terminal(desk: &Desk, line: &str) -> Option<String> {
    if !std::path::Path::new("/usr/bin/script").exists() {
        println!("terminals: skipped, `script` is not installed");
        return None;
    }
    let line = format!("{} {line}", env!("CARGO_BIN_EXE_gleaner"));
    // What waits for somebody to type is ended.
    let line = format!("timeout --foreground 2 {line}");
    let mut script = std::process::Command::new("timeout");
    script
        .current_dir(desk.path(""))
        .args(["--signal=KILL", "20", "/usr/bin/script", "-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .env_remove("NO_COLOR");
    script.env("XDG_CONFIG_HOME", desk.path("")).env_remove("GLEANER_MODEL").env_remove("GLEANER_CONFIG");
    // `script` ends when its input does: that is said as on a terminal, with Ctrl-D.
    let run = Run::of(assert_cmd::Command::from_std(script).write_stdin("\u{4}"));
    assert!(![137, -1].contains(&run.code), "it did not end: {line}");
    Some(String::from_utf8_lossy(&run.out).replace('\r', ""))
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_sees_totals_colours_and_hints() {
    let desk = Desk::with("a.txt", HARBOUR);
    let Some(shown) = on_a_terminal(&desk, &format!("clean {} a.txt", small())) else { return };
    assert!(
        shown.contains("gleaner: 1 document, 3 of 6 paragraphs dropped (42.5% of the words), in "),
        "{shown}"
    );
    let shown = on_a_terminal(&desk, &format!("clean -q {} a.txt", small())).unwrap();
    assert_eq!(shown, HARBOUR_CLEANED);
    let shown = on_a_terminal(&desk, &format!("clean --dry-run {} a.txt", small())).unwrap();
    assert!(shown.contains("- \u{1b}[9m\u{1b}[31m"), "{shown:?}");
    desk.put("b.txt", "The boats wait by the pier.");
    let shown = on_a_terminal(&desk, &format!("clean {} b.txt", small())).unwrap();
    assert!(shown.starts_with("The boats wait by the pier.\ngleaner: "), "{shown:?}");
    desk.put("page.html", crate::pages::PAGE);
    let shown = on_a_terminal(&desk, "explain --html page.html").unwrap();
    assert!(shown.contains("no page is named"), "{shown}");
    for command in ["clean", "score", "explain"] {
        let shown = on_a_terminal(&desk, command).unwrap();
        assert!(shown.contains("reading standard input: type or paste"), "{command}: {shown}");
    }
}
