//! Any bytes as JSONL: rows give back their input, and take another text without losing a field.

#![no_main]

use gleaner::read::ReadOptions;
use gleaner::read::jsonl::{Content, Rows};
use gleaner::split::{self, SplitMode};
use gleaner::write;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let mut back = Vec::new();
    for row in Rows::new(bytes, "f", &ReadOptions::default()) {
        let row = row.expect("memory can always be read");
        back.extend_from_slice(&row.bytes);
        back.extend_from_slice(row.terminator);
        let Content::Document { document, text } = row.content else { continue };
        let whole = std::str::from_utf8(&document.bytes).expect("the text of a row is UTF-8");
        assert_eq!(write::jsonl::splice(&row.bytes, text.clone(), whole).as_ref(), row.bytes);
        let paragraphs = split::text::units(&document, SplitMode::Auto);
        let every_other: Vec<bool> = (0..paragraphs.len()).map(|index| index % 2 == 0).collect();
        let kept = write::text::keep(&document, &paragraphs, &every_other);
        let kept = std::str::from_utf8(&kept).expect("spans end between characters");
        let spliced = write::jsonl::splice(&row.bytes, text, kept);
        let spliced = spliced.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&spliced);
        // Deeper nesting than `Value` takes is no fault of the row.
        if let Ok(value) = serde_json::from_slice::<Value>(spliced) {
            assert_eq!(value["text"].as_str(), Some(kept));
        }
    }
    assert_eq!(back, bytes);
});
