//! Broken inputs: a clear error, everything else done, nothing lost.

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small};

/// Bytes on standard input that pass untouched; what is said, and the exit status.
#[test]
fn damaged_text_passes_and_is_placed() {
    let long = "the harbour opened again ".repeat(1 << 20);
    let cases: &[(&str, &[u8], i32, &[&str])] = &[
        ("", b"", 0, &[]),
        ("", b"\n \n", 0, &[]),
        ("", b"\xEF\xBB\xBF", 0, &[]),
        ("", "Ein Café öffnet wieder.\nDie Bäckerei \u{fc}ber dem Fluss auch.\n".as_bytes(), 0, &[]),
        (
            "--encoding utf-8",
            b"One line.\nA bad \xFF byte.\n",
            1,
            &["<stdin>, line 2, byte 16", "not valid UTF-8"],
        ),
        ("", b"One line.\nA bad \xFF byte.\n", 0, &["<stdin>, line 2, byte 16: not UTF-8", "--encoding"]),
        ("", b"One line.\nA NUL \0 here.\n", 1, &["<stdin>, line 2, byte 16", "NUL"]),
        ("", b"\0\0\0\0", 1, &["<stdin>, line 1, byte 0", "NUL"]),
        ("", long.as_bytes(), 1, &["<stdin>: paragraph 0 has more than", "tokens"]),
    ];
    let desk = Desk::new();
    for (flags, input, code, said) in cases {
        let run = desk.feed(&format!("clean {flags}"), *input).expect(*code, said);
        assert!(run.out == *input, "{:?}", String::from_utf8_lossy(&run.out[..run.out.len().min(200)]));
        assert_eq!(*code == 0, desk.feed(&format!("clean -q {flags}"), *input).err.is_empty());
        assert_eq!(desk.feed(&format!("clean --lenient {flags}"), *input).code, 0);
        let score = desk.feed(&format!("score {flags}"), *input).expect(*code, said);
        assert!(!score.text().contains("NaN") && !score.text().contains("inf,"));
    }
}

/// Rows that cannot be judged, and what is said about them.
const BAD_ROWS: &[(&str, &str)] = &[
    (r#"{"id":2}"#, "no field \"text\"; the row has \"id\"; name the field of the text with --text-key"),
    (r#"[1]"#, "not a JSON object"),
    (r#""text""#, "not a JSON object"),
    (r#"{"text":7}"#, "field \"text\" is not a string"),
    (r#"{"text":["a","b"]}"#, "field \"text\" is not a string; --text-key names the field of the text"),
    (r#"{"text":"cut"#, "not a JSON object"),
    (r#"{"text":"\ud800"}"#, "field \"text\" cannot be decoded"),
    ("Just words.", "not a JSON object"),
];

#[test]
fn bad_rows_pass_and_are_placed() {
    let desk = Desk::new();
    let good = row("good", HARBOUR);
    for (bad, said) in BAD_ROWS {
        let input = format!("{good}{bad}\n{}", row("other", HARBOUR));
        // The byte is where the row begins, or where it stops being JSON.
        let place = "<stdin>, record 2, line 2, byte ";
        let cleaned = |id: &str| row(id, HARBOUR_CLEANED);
        let clean =
            |flags: &str| desk.feed(&format!("clean {} --from jsonl {flags}", small()), input.as_str());
        let run = clean("").expect(1, &[place, said]);
        assert_eq!(run.text(), format!("{}{bad}\n{}", cleaned("good"), cleaned("other")), "{bad}");
        let run = clean("--on-error drop").expect(1, &[said]);
        assert_eq!(run.text(), cleaned("good") + &cleaned("other"));
        let run = clean("--on-error fail").expect(2, &[said]);
        assert_eq!(run.text(), cleaned("good"));
        clean("--lenient").expect(0, &[said]);
        clean("-q").expect(1, &[said]);
        let run = desk.feed("score --from jsonl", input.as_str()).expect(1, &[said]);
        assert!(
            run.text()
                .lines()
                .all(|line| line.starts_with("{\"doc\":\"good\"") || line.starts_with("{\"doc\":\"other\""))
        );
    }
    let invalid = b"{\"text\":\"one\"}\n{\"text\":\"t\xFFo\"}\n";
    let run = desk.feed("clean", invalid.as_slice());
    assert_eq!(run.expect(1, &["<stdin>, record 2, line 2, byte 25", "not valid UTF-8"]).out, invalid);
    let nul = b"{\"text\":\"one \\u0000 two\"}\n";
    assert_eq!(desk.feed("clean", nul.as_slice()).expect(1, &["record 1", "NUL"]).out, nul);
}

#[test]
fn an_id_that_comes_twice_is_told() {
    let desk = Desk::new();
    let input = row(1, "One.") + &row(2, "Two.") + &row(1, "Three.") + &row("1", "Four.");
    let said = "<stdin>, record 3, line 3, byte";
    let run = desk.feed("clean", input.as_str()).expect(1, &[said, "document id 1 was seen before"]);
    assert_eq!(run.text(), input);
    assert_eq!(run.err.lines().count(), 1);
    desk.feed("clean --on-error fail", input.as_str()).expect(2, &[said]);
}

#[test]
fn what_cannot_be_read_does_not_stop_the_rest() {
    let desk = Desk::with("a.txt", HARBOUR);
    std::fs::create_dir(desk.path("folder")).unwrap();
    let small = small();
    let run = desk.run(&format!("clean {small} --no-filename missing.txt folder a.txt"));
    let run = run.expect(1, &["missing.txt: cannot open: No such file", "folder: is a folder without files"]);
    assert_eq!(run.text(), HARBOUR_CLEANED);
    assert_eq!(desk.run("clean missing.txt folder").expect(2, &["missing.txt", "folder"]).text(), "");
    desk.run("clean --lenient missing.txt a.txt").expect(0, &["missing.txt"]);
    desk.run("clean --lenient missing.txt").expect(2, &["missing.txt"]);
    desk.run("clean --on-error fail missing.txt a.txt").expect(2, &["missing.txt"]);
    desk.run("score missing.txt a.txt").expect(1, &["missing.txt"]);
    desk.feed("clean - a.txt -", "x").expect(2, &["standard input (-) is named twice"]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with("a.txt", HARBOUR);
    std::fs::set_permissions(desk.path("a.txt"), std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(desk.path("a.txt")).is_ok() {
        eprintln!("a file without permission: skipped, this user may read everything");
        return;
    }
    desk.run("clean a.txt").expect(2, &["a.txt: cannot open: Permission denied"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_fails_while_it_is_read_is_reported() {
    // Reading a process's memory from its first page fails.
    let desk = Desk::with("a.txt", HARBOUR_CLEANED);
    let run = desk
        .run("clean --no-filename /proc/self/mem a.txt")
        .expect(1, &["/proc/self/mem: cannot read to its end"]);
    assert_eq!(run.text(), HARBOUR_CLEANED);
    desk.run("clean --from jsonl /proc/self/mem").expect(2, &["/proc/self/mem: cannot read to its end"]);
}

#[test]
fn settings_out_of_range_are_refused() {
    let cases = [
        ("--threshold 2", "--threshold"),
        ("--threshold nan", "--threshold"),
        ("--threshold -0.5", "--threshold"),
        ("--prior 0", "above 0 and below 1"),
        ("--prior 1", "above 0 and below 1"),
        ("--prior inf", "--prior"),
        ("--max-drop 1.1", "from 0 to 1"),
        ("--max-drop -1", "from 0 to 1"),
        ("--max-drop much", "a share such as"),
        ("--split words", "auto, lines or blank"),
        ("--from pdf", "possible values"),
        ("--on-error panic", "possible values"),
        ("--encoding klingon", "unknown encoding \"klingon\": give"),
        ("--encoding iso-2022-jp", "convert it to UTF-8"),
        ("--thresold 0.5", "'--threshold'"),
    ];
    let desk = Desk::with("a.txt", HARBOUR);
    for (flags, said) in cases {
        assert_eq!(desk.run(&format!("clean {flags} a.txt")).expect(2, &[said]).text(), "");
    }
    for flags in ["--threshold 0", "--threshold 100%", "--max-drop 0", "--max-drop 60%", "--prior 0.5"] {
        assert_ne!(desk.run(&format!("clean {flags} a.txt")).code, 2, "{flags}");
    }
}

#[test]
fn no_file_is_taken_for_a_model() {
    let desk = Desk::with("a.txt", HARBOUR);
    let sound = std::fs::read(crate::program::small_model()).unwrap();
    let mut future = sound.clone();
    future[8] = 200;
    let mut flipped = sound.clone();
    flipped[40] ^= 1;
    let random: Vec<u8> = (0_u32..4000).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let cases: &[(&[u8], &str)] = &[
        (b"", "not a gleaner model"),
        (&random, "not a gleaner model"),
        (HARBOUR.as_bytes(), "not a gleaner model"),
        (&sound[..10], "bad.gleaner: the header is incomplete"),
        (&sound[..sound.len() - 1], "the model file is damaged"),
        (&[sound.as_slice(), b"\n"].concat(), "1 extra bytes at the end"),
        (&flipped, "checksum"),
        (&future, "format 200 is not supported (this gleaner reads format"),
    ];
    for (bytes, said) in cases {
        desk.put("bad.gleaner", bytes);
        for command in
            ["clean --model bad.gleaner a.txt", "score --model bad.gleaner a.txt", "model info bad.gleaner"]
        {
            assert_eq!(desk.run(command).expect(2, &["bad.gleaner: ", said]).text(), "");
        }
    }
    desk.run("clean --model nowhere.gleaner a.txt").expect(2, &["nowhere.gleaner: cannot read the model"]);
}

#[test]
fn a_text_that_begins_like_rows_is_told_by_its_first_row() {
    let desk = Desk::new();
    let code = "{\"a\": 1}\nThis is how the answer looks.\nIt has one field, and the rest is prose.\n";
    assert_eq!(desk.feed("score", code).silent().text().lines().count(), 3);
    // Rows are known by their text field, whatever follows.
    let rows = "{\"text\": \"One.\"}\nprose\nprose\n";
    assert_eq!(desk.feed("clean", rows).expect(1, &["record 2", "record 3"]).text(), rows);
}
