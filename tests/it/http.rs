//! Answers of servers in archives: codings undone, heads of every make, types told by the first bytes, addresses.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::Value;

use crate::program::{Desk, HARBOUR, Run};

const PAGE: &str = "<!DOCTYPE html><html><head><meta charset=utf-8><title>The mole</title></head><body><article>\
    <h1>The mole is painted again</h1>\
    <p>The harbour office had the long mole painted white again last week, for the first time in eleven years, and \
    the ferrymen say that they can now see it from as far out as the second buoy.</p>\
    <p>“We used four hundred litres,” said the foreman, “and the gulls helped to spread it.”</p></article></body></html>";

/// What every reading of the page must hold, the quotation marks whole.
const WORDS: [&str; 2] =
    ["had the long mole painted white", "“We used four hundred litres,” said the foreman"];

fn record(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://pier.example/mole\r\nWARC-Record-ID: <urn:mole>\r\n\
         {fields}Content-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// An answer with these fields and this body.
fn answer(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{fields}\r\n");
    let block = [head.as_bytes(), body].concat();
    record("response", "Content-Type: application/http; msgtype=response\r\n", &block)
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in body.chunks(97) {
        out.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        out.extend_from_slice(part);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zstd(body: &[u8]) -> Vec<u8> {
    zstd::encode_all(body, 3).unwrap()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    encoder.write_all(body).unwrap();
    encoder.into_inner()
}

/// Reads an archive as rows, with every paragraph kept.
fn rows(archive: &[u8]) -> (Vec<Value>, Run) {
    let run = Desk::new().feed("clean --threshold 1 --to jsonl --from warc", archive);
    (run.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect(), run)
}

#[track_caller]
fn expect_page(archive: &[u8]) -> Run {
    let (rows, run) = rows(archive);
    assert_eq!(rows.len(), 1, "{run:?}");
    for words in WORDS {
        assert!(rows[0]["text"].as_str().unwrap().contains(words), "{words:?} is not in {rows:?}");
    }
    assert_eq!(
        (&rows[0]["id"], &rows[0]["url"]),
        (&"<urn:mole>".into(), &"https://pier.example/mole".into())
    );
    run
}

#[test]
fn codings_are_undone() {
    let html = "Content-Type: text/html\r\n";
    let page = PAGE.as_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("", page.to_vec()),
        ("Transfer-Encoding: chunked\r\n", chunked(page)),
        ("transfer-encoding:Chunked\r\n", chunked(page)),
        ("Content-Encoding: gzip\r\n", gzip(page)),
        ("Content-Encoding: x-gzip\r\n", [gzip(&page[..300]), gzip(&page[300..])].concat()),
        ("Content-Encoding: deflate\r\n", zlib(page)),
        ("Content-Encoding: deflate\r\n", raw_deflate(page)),
        ("Content-Encoding: deflate\r\n", gzip(page)),
        ("Content-Encoding: zstd\r\n", zstd(page)),
        ("Content-Encoding: br\r\n", brotli(page)),
        ("Content-Encoding: gzip, br\r\n", brotli(&gzip(page))),
        ("Content-Encoding: gzip\r\nContent-Encoding: br\r\n", brotli(&gzip(page))),
        ("Content-Encoding: br\r\nTransfer-Encoding: gzip, chunked\r\n", chunked(&gzip(&brotli(page)))),
        ("Content-Encoding: identity\r\n", page.to_vec()),
        // Not said, but so.
        ("", gzip(page)),
    ];
    for (coding, body) in cases {
        let run = expect_page(&answer(&format!("{html}{coding}"), &body));
        assert_eq!(run.silent().err, "", "{coding}");
    }
}

#[test]
fn what_cannot_be_undone_is_told_and_read_as_it_is() {
    let page = PAGE.as_bytes();
    for (coding, name) in [
        ("Transfer-Encoding: chunked\r\n", "chunked"),
        ("Content-Encoding: gzip\r\n", "gzip"),
        ("Content-Encoding: deflate\r\n", "deflate"),
        ("Content-Encoding: zstd\r\n", "zstd"),
        ("Content-Encoding: br\r\n", "br"),
        ("Content-Encoding: utf-8\r\n", "utf-8"),
    ] {
        let said = format!(
            "<stdin>, record 1, byte 0: the body cannot be decoded as {name}, which its HTTP head names; its bytes are read as they are"
        );
        let run = expect_page(&answer(&format!("Content-Type: text/html\r\n{coding}"), page));
        assert_eq!(run.expect(1, &[&said]).err.lines().count(), 1);
    }
    // No words can come of this.
    let noise: Vec<u8> = (0..3000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for coding in ["gzip", "deflate", "zstd", "br"] {
        let archive = answer(&format!("Content-Type: text/html\r\nContent-Encoding: {coding}\r\n"), &noise);
        let (rows, run) = rows(&archive);
        assert!(rows.is_empty(), "{run:?}");
        run.expect(1, &["passes through without being judged"]);
        let run = Desk::new().feed("clean --from warc", archive.as_slice());
        assert!(run.out == archive, "an archive keeps it");
    }
}

#[test]
fn a_body_that_breaks_off_gives_what_came() {
    let long =
        PAGE.replace("</article>", &(0..900).map(|n| format!("<p>{:x}", n * 7919_u32)).collect::<String>());
    let long = long.as_bytes();
    let html = "Content-Type: text/html\r\n";
    for (coding, name, body) in [
        ("Transfer-Encoding: chunked\r\n", "chunked", chunked(long)),
        ("Content-Encoding: gzip\r\n", "gzip", gzip(long)),
        ("Content-Encoding: deflate\r\n", "deflate", raw_deflate(long)),
        ("Content-Encoding: deflate\r\n", "deflate", zlib(long)),
        ("Content-Encoding: zstd\r\n", "zstd", [zstd(long), zstd(long)].concat()),
        ("Content-Encoding: br\r\n", "br", brotli(long)),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "chunked", chunked(&gzip(long))),
    ] {
        let archive = answer(&format!("{html}{coding}"), &body[..body.len() - body.len() / 5]);
        let run = expect_page(&archive)
            .expect(1, &[&format!("the body breaks off ({name}); what came of it is read")]);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn heads_may_be_of_any_make() {
    let page = PAGE;
    for block in [
        format!("HTTP/1.1 200 \nContent-Type: text/html\n\n{page}"),
        format!("HTTP/1.1 200\r\nContent-Type: text/html\n\r\n{page}"),
        format!("HTTP/2 200\r\nContent-Type : TEXT/HTML; charset=\"utf-8\"\r\n\r\n{page}"),
        format!("HTTP/1.0 200 OK\r\nnonsense\r\nX-Long: a\r\n  b\r\ncontent-type:text/html\r\n\r\n{page}"),
        format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}"),
        format!("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{page}"),
        format!("HTTP/1.1 200 OK\r\n\r\n{}", &page["<!DOCTYPE html>".len()..]),
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{page}"),
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n{page}"),
        format!("HTTP/1.1 200 OK\r\nContent-Type: \r\n\r\n{page}"),
        page.to_owned(),
    ] {
        expect_page(&record(
            "response",
            "Content-Type: application/http; msgtype=response\r\n",
            block.as_bytes(),
        ))
        .silent();
        expect_page(&record("response", "", block.as_bytes())).silent();
    }
    // The archive's own heads and what stands between its records.
    let lone = format!("HTTP/1.1 200 OK\nContent-Type: text/html\n\n{page}");
    let archive = record("response", "Content-Type: application/http\r\n", lone.as_bytes());
    let archive = String::from_utf8(archive).unwrap().replace("\r\n", "\n");
    expect_page(archive.as_bytes()).silent();
    expect_page(format!("\n\r\n{archive}\n\n\n\r\n").as_bytes()).silent();
}

#[test]
fn every_record_has_its_address() {
    for archive in [
        record("resource", "Content-Type: text/html\r\n", PAGE.as_bytes()),
        record("conversion", "Content-Type: text/html\r\n", PAGE.as_bytes()),
        record("conversion", "Content-Type: text/plain\r\n", HARBOUR.as_bytes()),
        record("resource", "", HARBOUR.as_bytes()),
        answer(
            "Content-Type: text/html\r\n",
            PAGE.replace("<title>", "<link rel=canonical href=/other><title>").as_bytes(),
        ),
    ] {
        let (rows, run) = rows(&archive);
        run.silent();
        assert_eq!(rows[0]["url"], "https://pier.example/mole");
    }
}

#[test]
fn what_is_passed_over_is_counted() {
    let desk = Desk::new();
    let rest = [
        record("warcinfo", "Content-Type: application/warc-fields\r\n", b"software: pier\r\n"),
        record("request", "Content-Type: application/http\r\n", b"GET / HTTP/1.1\r\n\r\n"),
        answer("Content-Type: image/png\r\n", b"\x89PNG\r\n\x1a\n"),
        answer("Content-Type: text/html\r\n", b"GIF89a......"),
        answer("Content-Type: text/html\r\n", b""),
        record(
            "revisit",
            "Content-Type: application/http\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        ),
    ]
    .concat();
    desk.put("none.warc", &rest);
    desk.put("one.warc", [&rest[..], &answer("Content-Type: text/html\r\n", PAGE.as_bytes())].concat());
    let run = desk.run("clean --to jsonl --report report.json none.warc one.warc").expect(
        0,
        &["none.warc: holds no text and no page: 6 records without a document (2 text/*, 1 image/*, 1 request, 1 revisit, 1 warcinfo)"],
    );
    assert_eq!((run.err.lines().count(), run.text().lines().count()), (1, 1));
    let report: Value = serde_json::from_slice(&desk.get("report.json")).unwrap();
    let expected = serde_json::json!({"image/*": 2, "request": 2, "revisit": 2, "text/*": 4, "warcinfo": 2});
    assert_eq!(report["counts"]["passed_over"], expected);
    let run = desk.run("clean none.warc").expect(0, &["none.warc: holds no text and no page"]);
    assert!(run.out == rest, "everything passes");
    for command in ["score", "explain"] {
        desk.run(&format!("{command} none.warc")).expect(0, &["none.warc: holds no text and no page"]);
        assert!(desk.run(&format!("{command} one.warc")).silent().text().contains("four hundred litres"));
    }
}

#[test]
fn pages_stay_in_their_archive_byte_for_byte() {
    let archive = [
        answer(
            "Content-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            &chunked(&gzip(PAGE.as_bytes())),
        ),
        answer("Content-Type: text/html\r\nContent-Encoding: br\r\n", PAGE.as_bytes()),
    ]
    .concat();
    let run = Desk::new().feed("clean --from warc", archive.as_slice());
    assert!(run.out == archive);
    let run = run.expect(1, &["record 1, byte 0: a page in an archive's record stays as it is"]);
    assert!(!run.err.contains("cannot be decoded"), "{}", run.err);
}
