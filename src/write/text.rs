//! Plain-text output: the document's own bytes, in order, without what was dropped.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::document::Document;
use crate::split::Unit;

/// The document without its dropped units, a subset of its bytes in order. Cannot fail.
///
/// A dropped paragraph takes its own bytes and the separator that follows it. At the document's end
/// a run of dropped units takes the separator before it instead, and what follows the last
/// paragraph stays, so that the text ends as it ended. With nothing dropped the bytes are the same;
/// with every paragraph dropped nothing is left.
///
/// `dropped` has one entry per paragraph; a paragraph without one is kept.
pub fn keep<'a>(document: &'a Document, units: &[Unit], dropped: &[bool]) -> Cow<'a, [u8]> {
    debug_assert_eq!(units.len(), dropped.len());
    let bytes = document.bytes.as_slice();
    let is_dropped = |index: usize| dropped.get(index).copied().unwrap_or(false);
    if !(0..units.len()).any(is_dropped) {
        return Cow::Borrowed(bytes);
    }
    let Some(last_kept) = (0..units.len()).rev().find(|&index| !is_dropped(index)) else {
        return Cow::Borrowed(&[]);
    };
    let mut out = Vec::with_capacity(bytes.len());
    // Pieces that are kept without a gap are copied as one.
    let mut piece: Range<usize> = 0..units[0].range().start;
    for (index, unit) in units[..last_kept].iter().enumerate() {
        let next = units[index + 1].range().start;
        if !is_dropped(index) {
            piece.end = next;
        } else {
            debug_assert_eq!(piece.end, unit.range().start);
            out.extend_from_slice(&bytes[piece]);
            piece = next..next;
        }
    }
    piece.end = units[last_kept].range().end;
    out.extend_from_slice(&bytes[piece]);
    out.extend_from_slice(&bytes[units[units.len() - 1].range().end..]);
    Cow::Owned(out)
}

/// The dropped units, each on a line of its own: its bytes and a line feed in the document's
/// encoding. Nothing when nothing is dropped. Cannot fail.
pub fn dropped(document: &Document, units: &[Unit], dropped: &[bool]) -> Vec<u8> {
    let feed: &[u8] = match document.encoding {
        it if it == UTF_16LE => b"\n\0",
        it if it == UTF_16BE => b"\0\n",
        _ => b"\n",
    };
    let gone = units.iter().zip(dropped).filter(|(_, dropped)| **dropped);
    gone.flat_map(|(unit, _)| [&document.bytes[unit.range()], feed].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::read;
    use crate::split::{self, SplitMode};
    use proptest::prelude::*;
    use serde_json::Value;

    fn document(bytes: &[u8]) -> Document {
        read::text::document(Value::Null, Place::default(), bytes.to_vec(), None)
    }

    fn cleaned(text: &str, drop: &[usize]) -> String {
        let document = document(text.as_bytes());
        let units = split::text::units(&document, SplitMode::Lines);
        let dropped: Vec<bool> = (0..units.len()).map(|index| drop.contains(&index)).collect();
        String::from_utf8(keep(&document, &units, &dropped).into_owned()).unwrap()
    }

    #[test]
    fn a_paragraph_takes_what_follows_it() {
        let text = "\nA\n\nB\r\nC\n";
        assert_eq!(cleaned(text, &[]), text);
        assert_eq!(cleaned(text, &[0]), "\nB\r\nC\n");
        assert_eq!(cleaned(text, &[1]), "\nA\n\nC\n");
        assert_eq!(cleaned(text, &[2]), "\nA\n\nB\n");
        assert_eq!(cleaned(text, &[1, 2]), "\nA\n");
        assert_eq!(cleaned(text, &[0, 2]), "\nB\n");
        assert_eq!(cleaned(text, &[0, 1, 2]), "");
        assert_eq!(cleaned("A\n\nB", &[1]), "A");
        assert_eq!(cleaned("A\n\nB", &[0]), "B");
        assert_eq!(cleaned("\u{feff}A\nB", &[0]), "\u{feff}B");
        assert_eq!(cleaned(" \n", &[]), " \n");
    }

    #[test]
    fn what_went_is_listed() {
        let little: Vec<u8> = "\u{feff}A\r\n\r\nB\r\nC".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let document = document(&little);
        let units = split::text::units(&document, SplitMode::Lines);
        assert_eq!(dropped(&document, &units, &[true, false, true]), b"A\0\n\0C\0\n\0");
        assert_eq!(keep(&document, &units, &[true, false, true]).as_ref(), b"\xFF\xFEB\0");
    }

    fn is_subsequence(part: &[u8], whole: &[u8]) -> bool {
        let mut whole = whole.iter();
        part.iter().all(|byte| whole.any(|it| it == byte))
    }

    proptest! {
        #[test]
        fn kept_bytes_are_a_subset_in_order(
            text in prop_oneof![any::<Vec<u8>>(), "([a-c]{0,3}(\n|\r\n)){0,9}".prop_map(String::into_bytes)],
            seed: u64,
            blank: bool,
        ) {
            let document = document(&text);
            let mode = if blank { SplitMode::Blank } else { SplitMode::Lines };
            let units = split::text::units(&document, mode);
            let drops: Vec<bool> = (0..units.len()).map(|index| seed >> (index % 64) & 1 == 1).collect();
            let kept = keep(&document, &units, &drops);
            prop_assert!(is_subsequence(&kept, &text));
            if !drops.contains(&true) {
                prop_assert_eq!(kept.as_ref(), &text[..]);
            } else if !drops.contains(&false) {
                prop_assert!(kept.is_empty());
            } else if std::str::from_utf8(&text).is_ok() && !text.contains(&0) {
                // Split again, it has the kept units and no other.
                let again = self::document(&kept);
                let left: Vec<&[u8]> = split::text::units(&again, mode).iter().map(|it| &again.bytes[it.range()]).collect();
                let wanted: Vec<&[u8]> = units.iter().zip(&drops).filter(|(_, gone)| !**gone)
                    .map(|(it, _)| &text[it.range()]).collect();
                prop_assert_eq!(left, wanted);
            }
        }
    }
}
