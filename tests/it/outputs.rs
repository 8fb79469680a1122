//! Outputs: whole or not at all, full disks, readers that leave, rows that leave in time.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use crate::compressed::pack;
use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small};
use gleaner::unstable::read::compression::Compression;

#[test]
fn an_output_may_be_the_input() {
    let desk = Desk::with("a.txt", HARBOUR);
    assert_eq!(desk.run(&format!("clean {} a.txt -o a.txt", small())).silent().text(), "");
    assert_eq!(desk.get("a.txt"), HARBOUR_CLEANED.as_bytes());
    assert_eq!(desk.names(), ["a.txt"]);
    desk.put("b.txt", HARBOUR);
    let said = ["b.txt: is an input; -o would replace it: one file alone can be cleaned in place"];
    desk.run(&format!("clean {} a.txt b.txt -o b.txt", small())).expect(2, &said);
    assert_eq!(desk.get("b.txt"), HARBOUR.as_bytes());
    // What broke off is not all of it.
    let packed = pack(Compression::Gzip, &[row(1, HARBOUR).repeat(99).as_bytes()]);
    desk.put("c.jsonl.gz", &packed[..packed.len() - 4]);
    let said = ["c.jsonl.gz: not written", "not every input could be read"];
    desk.run("clean c.jsonl.gz -o c.jsonl.gz").expect(2, &said);
    assert_eq!(desk.get("c.jsonl.gz"), packed[..packed.len() - 4]);
    assert_eq!(desk.run("clean a.txt -o -").silent().text(), HARBOUR_CLEANED);
}

#[test]
fn outputs_do_not_replace_each_other_or_an_input() {
    let desk = Desk::with("a.txt", HARBOUR);
    for (flags, said) in [
        ("-o out --dropped ./out", "name two files"),
        ("--dropped -", "name two files"),
        ("-o - --dropped -", "name two files"),
        ("--dropped a.txt", "a.txt: is an input"),
        ("-o out --dropped ./a.txt", "a.txt: is an input"),
    ] {
        desk.run(&format!("clean {flags} a.txt")).expect(2, &[said]);
        assert_eq!((desk.get("a.txt"), desk.names()), (HARBOUR.into(), vec!["a.txt".to_owned()]));
    }
    let run = desk.run(&format!("clean {} -o out --dropped - a.txt", small())).silent();
    assert_eq!(run.text().lines().count(), 3);
    assert_eq!(desk.get("out"), HARBOUR_CLEANED.as_bytes());
}

#[test]
fn a_failed_run_writes_no_file() {
    let desk = Desk::with("a.jsonl", row(1, HARBOUR) + "nothing\n");
    desk.put("out", "old");
    let run = desk.run("clean --on-error fail a.jsonl -o out --dropped gone");
    run.expect(2, &["out: not written", "a.jsonl, record 2, line 2"]);
    assert_eq!(
        (desk.get("out"), desk.names()),
        (b"old".into(), vec!["a.jsonl".to_owned(), "out".to_owned()])
    );
    desk.run("clean a.jsonl -o .").expect(2, &[".: is a folder"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("labelled.tsv", "a\tone\nb\ttwo\n");
    let full = "No space left on device";
    for line in [
        "clean a.txt > /dev/full",
        "score a.txt > /dev/full",
        "clean --dry-run a.txt --max-drop 1 --threshold 0 > /dev/full",
        "model info > /dev/full",
        "model dump > /dev/full",
        "count labelled.tsv > /dev/full",
        "completions bash > /dev/full",
        "man > /dev/full",
        "clean --print-config > /dev/full",
    ] {
        let run = desk.shell(&format!("gleaner {line}")).expect(2, &["standard output: cannot write", full]);
        assert_eq!(run.err.matches(full).count(), 1, "{}", run.err);
    }
    for flags in ["-o /dev/full", "-o out --dropped /dev/full", "--dropped /dev/full"] {
        let run = desk
            .run(&format!("clean {} a.txt {flags}", small()))
            .expect(2, &["/dev/full: cannot write", full]);
        assert_eq!(run.err.matches(full).count(), 1, "{}", run.err);
        assert!(!desk.path("out").exists());
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_failure() {
    let desk = Desk::new();
    let rows: String = (0..4000).map(|id| row(id, HARBOUR)).collect();
    desk.put("a.jsonl", &rows);
    let small = small();
    for command in ["clean", "score", "clean --dry-run"] {
        let line = format!("{{ gleaner {command} {small} a.jsonl; echo $? >&2; }} | head -n 1");
        let run = desk.shell(&line);
        assert_eq!((run.text().lines().count(), run.err.as_str()), (1, "0\n"));
    }
    // The other output still has its reader.
    let line = format!("{{ gleaner clean {small} --dropped gone a.jsonl; echo $? >&2; }} | head -n 1");
    assert_eq!(desk.shell(&line).err, "0\n");
    assert_eq!(desk.get("gone").split(|byte| *byte == b'\n').count(), 3 * 4000 + 1);
    let line = format!(
        "mkfifo pipe; head -n 1 pipe > /dev/null & gleaner clean {small} --dropped pipe -o out a.jsonl; echo $? >&2"
    );
    assert_eq!(desk.shell(&line).err, "0\n");
    assert_eq!(desk.get("out").split(|byte| *byte == b'\n').count(), 4001);
}

#[cfg(unix)]
#[test]
fn closed_streams_are_survived() {
    let desk = Desk::with("a.txt", HARBOUR);
    let small = small();
    assert_eq!(desk.shell("gleaner clean <&-").silent().text(), "");
    let run = desk.shell(&format!("gleaner clean {small} a.txt <&- 2>&-")).silent();
    assert_eq!(run.text(), HARBOUR_CLEANED);
    desk.shell("gleaner clean missing.txt 2>&-").expect(2, &[]);
    desk.shell(&format!("gleaner clean {small} a.txt -o out >&-")).silent();
    assert_eq!(desk.get("out"), HARBOUR_CLEANED.as_bytes());
}

#[cfg(unix)]
#[test]
fn a_file_is_not_read_and_written_at_once() {
    let desk = Desk::with("a.txt", HARBOUR);
    for line in
        ["gleaner clean a.txt >> a.txt", "gleaner clean < a.txt >> a.txt", "gleaner score a.txt >> a.txt"]
    {
        desk.shell(line).expect(2, &["is read and written at once", "-o"]);
        assert_eq!(desk.get("a.txt"), HARBOUR.as_bytes());
    }
}

/// A pipe that pauses between rows: every row comes out before the next one goes in.
#[test]
fn rows_leave_before_the_input_goes_on() {
    let desk = Desk::new();
    for command in ["clean", "score", "clean --from jsonl"] {
        let mut child = desk.plain(command).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (lines, out) = mpsc::channel();
        std::thread::spawn(move || stdout.lines().try_for_each(|line| lines.send(line.unwrap())));
        for id in 0..3 {
            stdin.write_all(row(id, "The boats wait.").as_bytes()).unwrap();
            // Only a program that holds rows back ever waits so long.
            let line = out.recv_timeout(Duration::from_secs(120)).unwrap();
            assert!(line.contains("The boats wait."), "{line}");
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn standard_error_is_silent_when_nothing_is_wrong() {
    let desk = Desk::new();
    let rows: String = (0..500).map(|id| row(id, HARBOUR)).collect();
    desk.feed("clean --lenient", rows.as_str()).silent();
    desk.feed("score", rows.as_str()).silent();
}
