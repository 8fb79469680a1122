//! Splits text into lines, or into runs of lines between blank ones.

use std::ops::Range;

use memchr::memchr;

use super::lines::{Lines, is_blank};
use super::{SplitMode, Unit, wrap};
use crate::document::Document;
use crate::error::ProblemKind;
use crate::read::damage::is_intact;

/// Returns the paragraphs of a text, in order: every line that is not blank, or every run of such lines. A
/// blank document has none.
///
/// Spans consist of whole lines: white space at the ends of a line is inside, its terminator is outside
/// (except within a paragraph of several lines). A byte order mark at the start of the document is outside
/// every span. A paragraph is intact unless it contains invalid bytes or NULs, and removable unless the document's
/// encoding has shift states.
pub fn units(document: &Document, mode: SplitMode) -> Vec<Unit> {
    units_and_text(document, mode).0
}

/// Returns the paragraphs, and the whole text if it is UTF-8. Paragraphs then need no decoding of their own.
pub fn units_and_text(document: &Document, mode: SplitMode) -> (Vec<Unit>, Option<&str>) {
    let bytes = document.bytes.as_slice();
    let text = document.as_utf_8();
    let shifts = document.problems.iter().any(|it| it.kind == ProblemKind::StatefulEncoding);
    // One check of the whole document is faster than one per line, and nearly always sufficient.
    let whole = match text {
        Some(_) => memchr(0, bytes).is_none(),
        None => is_intact(document.encoding, bytes),
    };
    let paragraph = |span: Range<usize>| {
        let intact = whole || is_intact(document.encoding, &bytes[span.clone()]);
        Unit::of_text(span, intact, !shifts)
    };
    let mut lines = Lines::new(document.encoding, bytes);
    let (by_blank, looked) = match mode {
        SplitMode::Auto => wrap::look(document, &mut lines),
        SplitMode::Lines => (false, Vec::new()),
        SplitMode::Blank => (true, Vec::new()),
    };
    let seen = |line: Range<usize>| {
        let blank = is_blank(document.encoding, &bytes[line.clone()]);
        (line, blank)
    };
    let mut found = Vec::with_capacity(looked.len());
    let mut run: Option<Range<usize>> = None;
    for (line, blank) in looked.into_iter().chain(lines.map(seen)) {
        if blank {
            found.extend(run.take().map(paragraph));
        } else if !by_blank {
            found.push(paragraph(line));
        } else {
            run = Some(run.map_or(line.start, |run| run.start)..line.end);
        }
    }
    found.extend(run.map(paragraph));
    (found, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::read;
    use encoding_rs::{Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
    use proptest::prelude::*;
    use serde_json::Value;

    fn document(bytes: &[u8], encoding: Option<&'static Encoding>) -> Document {
        read::text::document(Value::Null, Place::of("a.txt"), bytes.to_vec(), encoding)
    }

    fn texts(bytes: &[u8], encoding: &'static Encoding, mode: SplitMode) -> Vec<String> {
        let document = document(bytes, Some(encoding));
        let units = units(&document, mode);
        units.iter().map(|it| it.text(&document).into_owned()).collect()
    }

    #[test]
    fn lines_keep_their_own_space() {
        let text = "\u{feff}Title\r\n\r\n  Indented.\t\n \u{3000}\n\u{200b}\nLast\r";
        assert_eq!(texts(text.as_bytes(), UTF_8, SplitMode::Lines), ["Title", "  Indented.\t", "Last"]);
    }

    #[test]
    fn runs_hold_whole_lines() {
        let text = "\n  One\r\n two \r\n \r\nThree\nfour\n\n";
        assert_eq!(texts(text.as_bytes(), UTF_8, SplitMode::Blank), ["  One\r\n two ", "Three\nfour"]);
    }

    #[test]
    fn nothing_has_no_paragraphs() {
        for text in ["", "\n", " \r\n\t\n", "\u{feff}", "\u{feff}\n\u{feff}\n"] {
            assert_eq!(texts(text.as_bytes(), UTF_8, SplitMode::Auto), [""; 0]);
        }
    }

    #[test]
    fn damage_stays_in_its_paragraph() {
        let document = document(b"good \xC3\xA9\xC3\xA8\nbad \xFF\nnul \0\ngood", None);
        assert_eq!(document.encoding, UTF_8);
        let intact: Vec<_> = units(&document, SplitMode::Lines).iter().map(|it| it.intact).collect();
        assert_eq!(intact, [true, false, false, true]);
    }

    #[test]
    fn nothing_is_removable_where_the_encoding_shifts() {
        let document = document(b"plain\n\x1b$B%U%'\x1b(B\n", None);
        assert!(units(&document, SplitMode::Lines).iter().all(|it| !it.removable));
    }

    #[test]
    fn the_same_lines_in_every_encoding() {
        let lines = ["ソース表示", "  次の段落", "終わり"];
        let text = format!("{}\r\n\n{}\n\u{3000}\n{}", lines[0], lines[1], lines[2]);
        for encoding in [SHIFT_JIS, GB18030, UTF_8] {
            assert_eq!(texts(&encoding.encode(&text).0, encoding, SplitMode::Lines), lines);
        }
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(texts(&little, UTF_16LE, SplitMode::Lines), lines);
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(texts(&big, UTF_16BE, SplitMode::Lines), lines);
        let western = "Größe\n\u{a0}\nÄpfel";
        let bytes = WINDOWS_1252.encode(western).0;
        assert_eq!(texts(&bytes, WINDOWS_1252, SplitMode::Lines), ["Größe", "Äpfel"]);
    }

    fn any_text() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            any::<Vec<u8>>(),
            "([a-c é素\u{3000}\u{feff}]{0,6}(\n|\r\n|\r|\n\n)){0,12}".prop_map(String::into_bytes),
            "([a-c ]{0,6}(\n|\r\n)){0,12}"
                .prop_map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ]
    }

    proptest! {
        #[test]
        fn spans_ascend_and_leave_only_blanks(bytes in any_text(), blank: bool) {
            let document = document(&bytes, None);
            let mode = if blank { SplitMode::Blank } else { SplitMode::Lines };
            let mut end = 0;
            let mut rest = Vec::new();
            for paragraph in units(&document, mode) {
                prop_assert!(paragraph.range().start >= end && paragraph.range().end > paragraph.range().start);
                prop_assert!(paragraph.range().end <= bytes.len());
                prop_assert!(!is_blank(document.encoding, &bytes[paragraph.range()]));
                if let Ok(text) = std::str::from_utf8(&bytes) && document.encoding == UTF_8 {
                    prop_assert!(text.get(paragraph.range()).is_some());
                    prop_assert_eq!(paragraph.intact, !paragraph.text(&document).contains('\0'));
                }
                rest.extend_from_slice(&bytes[end..paragraph.range().start]);
                end = paragraph.range().end;
            }
            rest.extend_from_slice(&bytes[end..]);
            // Only blank text is left between paragraphs.
            prop_assert!(is_blank(document.encoding, &rest));
        }

        #[test]
        fn paragraphs_decode_alone_as_in_the_document(text in "([a-zäß素材ソ]{1,8}\n){0,8}", which in 0_usize..4) {
            let encoding = [UTF_8, GB18030, UTF_16LE, UTF_16BE][which];
            let bytes: Vec<u8> = match which {
                2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                3 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                _ => encoding.encode(&text).0.into_owned(),
            };
            let found = texts(&bytes, encoding, SplitMode::Lines);
            prop_assert_eq!(found, text.lines().collect::<Vec<_>>());
        }
    }
}
