//! What is larger than is allowed: told, passed on byte for byte in little memory, and everything else done.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small};

/// So many bytes of one value, compressed.
fn many(byte: u8, count: usize, before: &[u8], after: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(1));
    encoder.write_all(before).unwrap();
    let piece = vec![byte; 1 << 20];
    let mut left = count;
    while left > 0 {
        let step = left.min(piece.len());
        encoder.write_all(&piece[..step]).unwrap();
        left -= step;
    }
    encoder.write_all(after).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_text_that_is_too_large_passes() {
    let desk = Desk::with("b.txt", HARBOUR);
    let small = small();
    // The limit itself is allowed, in a pipe and in a file.
    for (bytes, code) in [(2000, 0), (2001, 1), (5_000_000, 1)] {
        let text = "The boats wait. ".repeat(bytes / 16 + 1);
        let text = &text[..bytes];
        desk.put("a.txt", text);
        let said: &[&str] = if code == 1 {
            &[
                "the text has more than 2000 bytes; it passes through without being judged (--max-size allows more)",
            ]
        } else {
            &[]
        };
        let run = desk.run(&format!("clean {small} --max-size 2000 a.txt")).expect(code, said);
        assert!(run.text() == text, "{bytes}");
        assert!(desk.feed(&format!("clean {small} --max-size 2000 --from text"), text).text() == text);
        let run = desk
            .run(&format!("clean {small} --max-size 2000 --no-filename --to text a.txt b.txt"))
            .expect(code, said);
        assert!(run.text() == text.to_owned() + HARBOUR_CLEANED, "{bytes}");
        for jobs in [1, 3] {
            desk.run(&format!(
                "clean {small} --max-size 2000 -j {jobs} --keep-dirs -o out{jobs}-{bytes} a.txt b.txt"
            ))
            .expect(code, said);
            assert!(desk.get(&format!("out{jobs}-{bytes}/a.txt")) == text.as_bytes());
        }
        assert_eq!(desk.run(&format!("score {small} --max-size 2000 a.txt")).code, code);
        assert_eq!(desk.run(&format!("explain {small} --max-size 2000 a.txt")).code, code);
    }
    let run = desk.run(&format!("clean {small} --max-size 2000 --on-error drop a.txt")).expect(1, &["a.txt"]);
    assert_eq!(run.text(), "");
    desk.run(&format!("clean {small} --max-size 2000 --on-error fail a.txt")).expect(2, &["a.txt"]);
    desk.put("a.html", "<!doctype html><p>The boats wait.".repeat(100));
    let run =
        desk.run("clean --max-size 2000 a.html").expect(1, &["a.html: the page has more than 2000 bytes"]);
    assert!(run.out == desk.get("a.html"));
    desk.run("clean --max-size 12 b.txt").expect(2, &["from 1KB to 1TB"]);
    desk.run("clean --max-size huge b.txt").expect(2, &["a size such as 64MB"]);
}

#[test]
fn a_row_that_is_too_large_passes() {
    let desk = Desk::new();
    let small = small();
    let long = "The boats wait. ".repeat(200_000);
    let input = row("one", HARBOUR) + &row("two", &long) + &row("three", HARBOUR);
    let cleaned = row("one", HARBOUR_CLEANED) + &row("two", &long) + &row("three", HARBOUR_CLEANED);
    let said = format!(
        "<stdin>, record 2, line 2, byte {}: the row has more than 10000 bytes",
        row("one", HARBOUR).len()
    );
    for flags in ["", "-j 3", "--to jsonl"] {
        let run =
            desk.feed(&format!("clean {small} --max-size 10KB {flags}"), input.as_str()).expect(1, &[&said]);
        assert!(run.text() == cleaned, "{flags}");
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
    let run = desk
        .feed(&format!("clean {small} --max-size 10KB --on-error drop"), input.as_str())
        .expect(1, &[&said]);
    assert!(run.text() == row("one", HARBOUR_CLEANED) + &row("three", HARBOUR_CLEANED));
    let run =
        desk.feed(&format!("clean {small} --max-size 10KB --to dolma"), input.as_str()).expect(1, &[&said]);
    assert_eq!(run.text().lines().count(), 3);
    // A last row without its line feed, with another input behind it.
    desk.put("a.jsonl", row("two", &long).trim_end());
    desk.put("b.jsonl", row("three", HARBOUR));
    let run =
        desk.run(&format!("clean {small} --max-size 10KB a.jsonl b.jsonl")).expect(1, &["a.jsonl, record 1"]);
    assert!(run.text() == row("two", &long) + &row("three", HARBOUR_CLEANED));
}

#[test]
fn a_page_that_is_too_large_when_decoded_passes() {
    let desk = Desk::new();
    let page = many(b'x', 3_000_000, b"<!doctype html><p>", b"");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n";
    let block = [head.as_bytes(), &page].concat();
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    let archive = [record.as_bytes(), &block, b"\r\n\r\n"].concat();
    let run = desk.feed("clean --max-size 1MB --to jsonl --from warc", archive.clone());
    assert_eq!(run.expect(1, &["record 1, byte 0: the page has more than 1000000 bytes"]).text(), "");
    assert_eq!(desk.feed("clean --max-size 4MB --to jsonl --from warc", archive).text().lines().count(), 1);
}

/// Memory over input that is made to take much of it. Addresses are bounded, not what is used: stacks and arenas
/// of threads count whole.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_over_hostile_input() {
    let desk = Desk::with("b.txt", HARBOUR);
    let small = small();
    let (count, limit) = (400 << 20, 700_000);
    desk.put("zeros.txt.gz", many(0, count, b"", b""));
    desk.put(
        "zeros.jsonl.gz",
        many(0, count, b"{\"text\": \"", format!("\"}}\n{}", row("two", HARBOUR)).as_bytes()),
    );
    let head = format!(
        "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: {count}\r\n\r\n"
    );
    desk.put("zeros.warc.gz", many(0, count, head.as_bytes(), b"\r\n\r\n"));
    for (name, said) in [
        ("zeros.txt.gz", "the text has more than 256 MiB"),
        ("zeros.jsonl.gz", "the row has more than 256 MiB"),
        ("zeros.warc.gz", "the record has more than 256 MiB"),
    ] {
        let line = format!(
            "ulimit -v {limit}; gleaner clean {small} -j 2 --no-filename {name} > out; echo $?; zcat {name} | cmp -n {count} - out"
        );
        let run = desk.shell(&line).expect(0, &[said]);
        assert_eq!((run.text(), run.err.lines().count()), ("1\n", 1), "{name}: {}", run.err);
    }
    let out = desk.get("out");
    assert!(out.len() > count);
    desk.shell(&format!("ulimit -v {limit}; gleaner clean {small} -j 2 zeros.jsonl.gz -o out"))
        .expect(1, &[]);
    assert!(desk.get("out").ends_with(row("two", HARBOUR_CLEANED).as_bytes()));
}
