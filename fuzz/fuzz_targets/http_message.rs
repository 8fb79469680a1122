//! Any bytes as the answer of a server: heads and bodies are read without a panic, and never become larger than is
//! allowed.

#![no_main]

use gleaner::unstable::read::http::{Fault, Message};
use libfuzzer_sys::fuzz_target;

/// Bytes that may come of a coding.
const LIMIT: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let Some(message) = Message::of(bytes) else {
        assert!(!Message::begins(bytes));
        return;
    };
    let raw = message.raw_body();
    assert!(raw.start > 0 && raw.end == bytes.len());
    let body = message.body(bytes, LIMIT);
    let is_raw = *body.bytes == bytes[raw.clone()];
    assert!(is_raw || body.bytes.len() <= LIMIT);
    if message.codings().is_empty() && body.fault.is_none() {
        // Only what was compressed without a word of it changes.
        assert!(is_raw || bytes[raw].starts_with(b"\x1f\x8b"));
    }
    if let ([only], Some((coding, Fault::NotCoded))) = (message.codings(), &body.fault) {
        // Another one was not announced, and failed after this one was undone.
        assert!(is_raw || coding != only);
    }
    let media = message.media(&body, None);
    // The same again, and with room for less.
    assert_eq!(message.body(bytes, LIMIT), body);
    assert_eq!(message.media(&body, None), media);
    // What was compressed without a word of it stays so where it was cut before.
    let less = message.body(bytes, 100);
    let is_shorter = less.bytes.len() < body.bytes.len() && message.codings().len() < 2;
    if is_shorter && less.fault.is_some() && !less.bytes.starts_with(b"\x1f\x8b") {
        assert!(body.bytes.starts_with(&less.bytes) || body.fault.is_some());
    }
});
