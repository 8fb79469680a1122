//! One test per bug that was found.

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small};

/// Rows of `--dropped` were numbered among themselves, not as in their document.
#[test]
fn dropped_rows_have_the_numbers_of_their_document() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.run(&format!("clean {} --dropped gone a.txt", small())).silent();
    let gone = String::from_utf8(desk.get("gone")).unwrap();
    let indices: Vec<_> = gone.lines().map(|line| line.contains("\"index\":0")).collect();
    assert_eq!(indices, [false; 3]);
}

/// An error that quotes its cause was followed by its cause once more.
#[cfg(target_os = "linux")]
#[test]
fn a_cause_is_told_once() {
    let desk = Desk::with("a.txt", HARBOUR);
    let run = desk.run("clean a.txt -o /dev/full");
    assert_eq!(run.err, "gleaner: /dev/full: cannot write: No space left on device (os error 28)\n");
}

/// A blank row came out as an empty line of text with `--to text`.
#[test]
fn a_blank_row_is_no_line_of_text() {
    let desk = Desk::new();
    let input = row(1, "One paragraph.") + "\n \n" + &row(2, "Another one.");
    assert_eq!(desk.feed("clean --to text", input).silent().text(), "One paragraph.\nAnother one.\n");
}

/// HTML was forced into UTF-8 by `--to jsonl`.
#[test]
fn a_page_is_decoded_for_its_row() {
    let desk = Desk::with("a.html", b"<p>Das Caf\xE9 \xFCber der Br\xFCcke ist ge\xF6ffnet.</p>");
    let run = desk.run("clean --to jsonl --threshold 1 --encoding windows-1252 a.html").silent();
    assert!(run.text().contains("Café über der Brücke"), "{}", run.text());
}

/// `--on-error fail` did not end the run at what befell a document while it was judged.
#[test]
fn a_problem_of_judging_ends_the_run_too() {
    let desk = Desk::with("a.txt", HARBOUR);
    let run = desk.run(&format!("clean {} --max-drop 0.1 --on-error fail a.txt", small()));
    assert_eq!(run.expect(2, &["--max-drop"]).text(), "");
}

/// An input that failed while it was read was replaced by the half that had come.
#[test]
fn an_input_that_fails_is_not_replaced() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.run("clean a.txt missing.txt -o a.txt").expect(2, &["a.txt: is an input", "one file alone"]);
    assert_eq!(desk.get("a.txt"), HARBOUR.as_bytes());
}

/// With `--drop-empty`, white space in UTF-16 was something that is left.
#[test]
fn an_emptied_document_in_any_encoding_is_empty() {
    let desk = Desk::new();
    let pitch = "\u{feff}Subscribe to our newsletter today and get the best stories in your inbox.\n";
    let pitch: Vec<u8> = pitch.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let run = desk.feed(&format!("clean -q {} --max-drop 1 --drop-empty --to jsonl", small()), pitch);
    assert_eq!(run.silent().text(), "");
}

/// An id of a megabyte was printed whole.
#[test]
fn messages_have_an_end() {
    let desk = Desk::new();
    let id = "x".repeat(1 << 20);
    let input = row(id.as_str(), HARBOUR_CLEANED) + &row(id.as_str(), HARBOUR_CLEANED);
    let run = desk.feed("clean", input).expect(1, &["document id"]);
    assert!(run.err.len() < 10_000);
}

/// Bytes that move a terminal's cursor reached it through the name of a file.
#[test]
fn control_characters_stay_out_of_messages() {
    let desk = Desk::new();
    let mut command = desk.command("clean");
    let run = crate::program::Run::of(command.arg("no\u{1b}[2Jfile\nat all"));
    assert_eq!(run.err.lines().count(), 1);
    assert!(run.expect(2, &["cannot open"]).err.chars().all(|c| c == '\n' || !c.is_control()));
}
