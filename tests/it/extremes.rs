//! Documents that no one writes and some machine will: each is judged in time and memory that grow with its
//! size. Nothing is timed: what would take the square of these sizes would never end.

use gleaner::unstable::features::MAX_DOCUMENT_PARAGRAPHS;
use gleaner::unstable::judge::{Judge, Judged, Options};
use gleaner::unstable::split::SplitMode;
use gleaner::unstable::verdict::Reason;

use crate::properties::{MODEL, check, document};

fn judged(text: &str) -> Judged {
    let document = document(text.as_bytes());
    let mut judge = Judge::new(&MODEL, Options { split: SplitMode::Lines, ..Options::default() }).unwrap();
    let judged = judge.text(&document).unwrap();
    check(&document, &judged);
    // Evidence and signals: never more rows than the limit, whatever the number of lines.
    assert_eq!(judge.evidence().len(), judged.units.len().min(MAX_DOCUMENT_PARAGRAPHS));
    judged
}

fn reasons(judged: &Judged, reason: Reason) -> usize {
    judged.decisions.iter().filter(|decision| decision.reason == Some(reason)).count()
}

#[test]
fn very_many_lines() {
    let words = ["heron", "lock", "barge", "tide", "orchard", "quay", "lantern"];
    let text: String = (0..100_000).map(|n| format!("{}\n", words[n * n % 7])).collect();
    let judged = judged(&text);
    assert_eq!(judged.units.len(), 100_000);
    assert_eq!(reasons(&judged, Reason::BeyondLimit), 0);
}

#[test]
fn more_lines_than_are_read() {
    let text = "a\n".repeat(MAX_DOCUMENT_PARAGRAPHS + 1000);
    let judged = judged(&text);
    assert_eq!(reasons(&judged, Reason::BeyondLimit), 1000);
    let problem = judged.problems[0].to_string();
    assert!(problem.contains("131072 paragraphs; paragraphs from index 131072"), "{problem}");
}

#[test]
fn ten_thousand_times_the_same_line() {
    judged(&"The heron stood in the reeds until the tide had turned.\n".repeat(10_000));
    judged(&"Subscribe today!\n".repeat(10_000));
}

#[test]
fn one_paragraph_of_a_million_words() {
    for words in ["heron ".repeat(1_000_000), (0..1_000_000).map(|n| format!("w{n:x} ")).collect()] {
        let text = format!("Before.\n{words}\nAfter.\n");
        let judged = judged(&text);
        assert_eq!(judged.problems.len(), 1);
        assert!(judged.problems[0].kind.to_string().starts_with("paragraph 1 has more than 16384 tokens"));
    }
}

#[test]
fn one_line_without_a_space() {
    let unbroken = [
        "a",
        "A",
        "é",
        "7",
        "1,",
        "'",
        "a'",
        "a.",
        "a@",
        "a@b.",
        "www.",
        "http://",
        "$1",
        "$ ",
        "€",
        "-",
        ",",
        "素",
        "ก",
        "ก\u{e31}",
        "🎉",
        "\u{200d}",
        "א",
        "ا",
        "\u{202e}",
        "\u{300}",
        "a\u{300}",
        "\u{fffd}",
        "ß",
        "İ",
        "ǆ",
        "𝟘",
        "½",
    ];
    for unit in unbroken {
        let text = unit.repeat(200_000 / unit.len());
        let judged = judged(&text);
        assert!(judged.units.len() <= 1, "{unit:?}");
    }
}

#[test]
fn lines_of_sixty_five_thousand_marks() {
    let line = "a".to_owned() + &"\u{301}".repeat(65_000);
    judged(&format!("{line}\n").repeat(10));
    // Marks alone are no words.
    let marks = "\u{301}".repeat(65_000);
    let judged = judged(&format!("{marks}\n").repeat(10));
    assert_eq!(reasons(&judged, Reason::NoTokens), 10);
}

#[test]
fn nothing_but_one_kind_of_sign() {
    for line in [
        "1234567890",
        "12 34,5 6.7",
        "🎉🎉 🦊",
        "? ! | / > →",
        ",,,,,,,,",
        "......",
        "\u{200b}\u{200b}x",
        "© ® ™",
        "@ #",
    ] {
        judged(&format!("{line}\n").repeat(500));
        judged(&line.repeat(5000));
    }
}

#[test]
fn more_commas_than_any_text_has() {
    // Per token there may be any number of them: shares are bounded all the same.
    judged(&format!("word{}\n", ",".repeat(20_000_000)));
    judged(&format!("word{}\n", ".:;".repeat(2_000_000)));
}

#[test]
fn scripts_of_every_direction() {
    let hebrew = "הסבתא חיכתה על הגדה עד שירדו המים, ואיש לא ראה את הסירה.\n";
    let mixed = "The word שלום means peace, and 平和 too: سلام.\n";
    let chinese = "老船夫在岸边等到水退去，没有人看见驳船经过水闸。\n";
    for line in [hebrew, mixed, chinese] {
        judged(&line.repeat(2000));
    }
}

#[test]
fn growth_is_counted_not_timed() {
    // Tokens, and what is kept of a document, grow with its length and not faster.
    let line = "The barge No. 7 of A.B.C@d.example came by at 9.15, www.lock.example said: 'tide's up' – a@b@c@d@e!\n";
    let size = |times: usize| {
        let document = document(line.repeat(times).as_bytes());
        let mut judge = Judge::new(&MODEL, Options::default()).unwrap();
        let judged = judge.text(&document).unwrap();
        let tokens: u32 = (0..judge.evidence().len()).map(|i| judge.evidence().facts(i).shape.tokens).sum();
        (tokens as usize, judge.evidence().topic_words().len(), judge.signal_rows(&judged.units).len())
    };
    let (once, many) = (size(10), size(1000));
    assert_eq!((once.0 * 100, once.1 * 100, once.2 * 100), many);
}
