//! Web archives: texts are cleaned, everything else passes, wrong lengths cost one record.

use gleaner::unstable::read::compression::Compression;
use serde_json::Value;

use crate::compressed::{pack, unpack};
use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, small};

fn record(kind: &str, id: &str, mime: &str, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://pier.example/{id}\r\n\
         WARC-Record-ID: <urn:{id}>\r\nWARC-Block-Digest: sha1:{id}\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn text(id: &str, text: &str) -> String {
    record("conversion", id, "text/plain", text)
}

fn without_digest(record: &str, id: &str) -> String {
    record.replace(&format!("WARC-Block-Digest: sha1:{id}\r\n"), "")
}

const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Join us today</p>";

fn info() -> String {
    record("warcinfo", "info", "application/warc-fields", "software: pier\r\n")
}

fn page() -> String {
    record("response", "page", "application/http; msgtype=response", PAGE)
}

/// An archive of so many texts, whose ids begin so.
pub fn wet(name: &str, count: usize) -> Vec<u8> {
    let records: String = (0..count).map(|n| text(&format!("{name}-{n}"), HARBOUR)).collect();
    (info() + &records).into_bytes()
}

#[test]
fn texts_are_cleaned_and_the_rest_passes() {
    let desk = Desk::new();
    let archive = info() + &text("one", HARBOUR) + &page() + &text("two", "The boats wait by the pier.\n");
    let expected = info()
        + &without_digest(&text("one", HARBOUR_CLEANED), "one")
        + &page()
        + &text("two", "The boats wait by the pier.\n");
    let small = small();
    let place = format!(
        "<stdin>, record 3, byte {}: a page in an archive's record",
        (info() + &text("one", HARBOUR)).len()
    );
    for flags in ["", "--from warc", "--from wet", "-j 3"] {
        let run = desk.feed(&format!("clean {small} {flags}"), archive.as_str()).expect(1, &[&place]);
        assert_eq!(run.text(), expected);
    }
    let run = desk.feed(&format!("clean {small} --on-error drop"), archive.as_str()).expect(1, &[&place]);
    assert_eq!(run.text(), expected.replace(&page(), ""));
    desk.put("a.warc.wet", info() + &text("one", HARBOUR));
    let run = desk.run(&format!("clean {small} --to jsonl a.warc.wet")).silent();
    let row: Value = serde_json::from_str(run.text()).unwrap();
    assert_eq!((&row["id"], &row["text"]), (&"<urn:one>".into(), &HARBOUR_CLEANED.into()));
    let scored = desk.run("score a.warc.wet").silent();
    let row: Value = serde_json::from_str(scored.text().lines().nth(2).unwrap()).unwrap();
    let span = row["start"].as_u64().unwrap() as usize..row["end"].as_u64().unwrap() as usize;
    assert_eq!((&row["doc"], &row["text"]), (&"<urn:one>".into(), &HARBOUR[span].into()));
    assert_eq!(desk.run(&format!("clean {small} --to text a.warc.wet")).silent().text(), HARBOUR_CLEANED);
    // The page alone, without its HTTP header.
    let run = desk.feed("clean --to jsonl --recall --threshold 1", page());
    assert_eq!(run.code, 2, "one of the two");
    let run = desk.feed("clean --to jsonl --threshold 1", page()).silent();
    assert_eq!(serde_json::from_str::<Value>(run.text()).unwrap()["text"], "Join us today");
}

#[test]
fn every_record_stays_a_member_of_its_own() {
    let desk = Desk::new();
    let records = [info(), text("one", HARBOUR), page(), text("two", HARBOUR)];
    let members: Vec<&[u8]> = records.iter().map(|it| it.as_bytes()).collect();
    desk.put("a.warc.gz", pack(Compression::Gzip, &members));
    let run =
        desk.run(&format!("clean {} --compress gzip a.warc.gz", small())).expect(1, &["a.warc.gz, record 3"]);
    let expected = [
        info(),
        without_digest(&text("one", HARBOUR_CLEANED), "one"),
        page(),
        without_digest(&text("two", HARBOUR_CLEANED), "two"),
    ];
    let members: Vec<&[u8]> = expected.iter().map(|it| it.as_bytes()).collect();
    assert_eq!(unpack(&run.out), expected.concat().as_bytes());
    assert!(run.out == pack(Compression::Gzip, &members));
}

#[test]
fn a_wrong_length_is_told_and_costs_one_record() {
    let desk = Desk::new();
    let (one, two, three) = (text("one", HARBOUR), text("two", HARBOUR), text("three", HARBOUR));
    let right = format!("Content-Length: {}", HARBOUR.len());
    let small = small();
    for length in ["3", "100000", "18446744073709551615", "x"] {
        let wrong = two.replace(&right, &format!("Content-Length: {length}"));
        let archive = format!("{one}{wrong}{three}");
        let what =
            if length.len() > 9 { "the record has more than 256 MiB" } else { "not a valid WARC record" };
        let said = format!("<stdin>, record 2, byte {}: {what}", one.len());
        let run = desk.feed(&format!("clean {small}"), archive).expect(1, &[&said]);
        let expected = without_digest(&text("one", HARBOUR_CLEANED), "one")
            + &wrong
            + &without_digest(&text("three", HARBOUR_CLEANED), "three");
        assert_eq!(run.text(), expected);
        assert_eq!(run.err.lines().count(), 1);
    }
    // Cut off anywhere, everything that came comes out.
    let whole = info() + &text("one", "The boats wait by the pier.\n");
    for cut in 8..whole.len() {
        let run = desk.feed("clean --lenient", &whole[..cut]);
        assert_eq!((run.code, run.text()), (0, &whole[..cut]));
    }
}
