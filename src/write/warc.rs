//! Web archive output: records with their block replaced.

use std::borrow::Cow;
use std::ops::Range;

/// The record with its block replaced. `Content-Length` is set, and the digests of block and payload, which no
/// longer hold, are left out; everything else stays byte for byte.
///
/// `block` is the range of the old block in `record`. A record whose block stays the same is returned
/// unchanged.
pub fn splice<'a>(record: &'a [u8], block: Range<usize>, new_block: &[u8]) -> Cow<'a, [u8]> {
    if &record[block.clone()] == new_block {
        return Cow::Borrowed(record);
    }
    let mut out = Vec::with_capacity(record.len() + 8);
    // Whether the field before was written anew: lines that continue it go with what it was.
    let mut is_new = false;
    for line in record[..block.start].split_inclusive(|&byte| byte == b'\n') {
        let is_blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
        if is_new && line.first().is_some_and(is_blank) && !line.iter().all(is_blank) {
            continue;
        }
        // Blanks and NULs around a name are no part of it, as they are read.
        let key = line.split(|&byte| byte == b':').next().unwrap_or_default();
        let start = key.iter().take_while(|byte| is_blank(byte)).count();
        let end = key.iter().rev().take_while(|byte| is_blank(byte)).count();
        let key = key.get(start..key.len() - end).unwrap_or_default();
        let is = |name: &str| key.eq_ignore_ascii_case(name.as_bytes());
        is_new = is("WARC-Block-Digest") || is("WARC-Payload-Digest") || is("Content-Length");
        if is("WARC-Block-Digest") || is("WARC-Payload-Digest") {
            continue;
        }
        if is("Content-Length") {
            let end: &[u8] = if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
            out.extend_from_slice(key);
            out.extend_from_slice(format!(": {}", new_block.len()).as_bytes());
            out.extend_from_slice(end);
        } else {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(new_block);
    out.extend_from_slice(&record[block.end..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::warc::{Content, Records};

    #[test]
    fn only_what_depends_on_the_block_changes() {
        let record = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Block-Digest: sha1:ABC\r\nX-Other: a: b\r\n\
                      content-length: 12\r\nContent-Type: text/plain\r\n\r\nThe mole.\nX\n\r\n\r\n";
        let from = record.len() - 4 - 12;
        let out = splice(record.as_bytes(), from..from + 12, b"The mole.\n").into_owned();
        let expected = "WARC/1.0\r\nWARC-Type: conversion\r\nX-Other: a: b\r\n\
                        content-length: 10\r\nContent-Type: text/plain\r\n\r\nThe mole.\n\r\n\r\n";
        assert_eq!(std::str::from_utf8(&out).unwrap(), expected);
        let again = Records::new(&out[..], "-").next().unwrap().unwrap();
        assert!(matches!(again.content, Content::Text(_)));
        assert_eq!(&again.bytes[again.block.clone()], b"The mole.\n");
        let same = splice(record.as_bytes(), from..from + 12, b"The mole.\nX\n");
        assert!(matches!(same, Cow::Borrowed(_)));
    }

    #[test]
    fn fields_over_several_lines_are_written_anew() {
        let head = "WARC/1.0\nWARC-Type: conversion\nWARC-Block-Digest:\n sha1:ABC\nContent-Length\0 :\n\t10\nContent-Type: text/plain\n\n";
        let record = format!("{head}The mole.\n\n\n");
        let read = Records::new(record.as_bytes(), "-").next().unwrap().unwrap();
        assert_eq!(&read.bytes[read.block.clone()], b"The mole.\n");
        let out = splice(record.as_bytes(), read.block, b"Mole.\n").into_owned();
        let expected =
            "WARC/1.0\nWARC-Type: conversion\nContent-Length: 6\nContent-Type: text/plain\n\nMole.\n\n\n";
        assert_eq!(std::str::from_utf8(&out).unwrap(), expected);
    }
}
