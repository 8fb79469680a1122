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
    for line in record[..block.start].split_inclusive(|&byte| byte == b'\n') {
        let key = line.split(|&byte| byte == b':').next().unwrap_or_default().trim_ascii();
        let is = |name: &str| key.eq_ignore_ascii_case(name.as_bytes());
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
}
