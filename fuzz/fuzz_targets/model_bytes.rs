//! Any bytes as a model file, as they are and as the parts of a file with valid checksums: refused, or safe to use.

#![no_main]

use std::path::Path;

use gleaner::error::Place;
use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::model::{Model, dump, file};
use gleaner::unstable::read;
use gleaner::unstable::read::html::parse;
use gleaner::unstable::split::html::units;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // Any bytes as both parts of a section of texts or of pages, under checksums that hold.
    if let Some((split, parts)) = bytes.split_first_chunk::<2>() {
        let at = usize::from(u16::from_le_bytes(*split)).min(parts.len());
        for name in ["text", "pages"] {
            check(&sealed(name, parts.split_at(at)));
        }
    }
    // A dump is refused or sound too; what it fits is judged like any other.
    if let Ok(model) = dump::read(bytes, Path::new("f")) {
        judge(&model);
    }
});

/// A file of one section.
fn sealed(name: &str, (tables, counts): (&[u8], &[u8])) -> Vec<u8> {
    let seal = |part: &[u8]| format!(r#"{{"bytes":{},"blake3":"{}"}}"#, part.len(), blake3::hash(part).to_hex());
    let head = format!(
        r#"{{"name":"f","made_by":"f","{name}":{{"tables":{},"counts":{}}}}}"#,
        seal(tables),
        seal(counts)
    );
    let mut file = [b"gleaner\n".as_slice(), &file::FORMAT.to_le_bytes(), &(head.len() as u32).to_le_bytes()].concat();
    file.extend(head.as_bytes());
    let checksum = blake3::hash(&file);
    file.extend(checksum.as_bytes());
    for part in [tables, counts] {
        file.resize(file.len().next_multiple_of(64), 0);
        file.extend(part);
    }
    file
}

fn check(bytes: &[u8]) {
    let Ok(model) = Model::from_bytes(bytes, Path::new("f")) else { return };
    assert_eq!(model.to_bytes(), bytes);
    for section in [model.text(), model.pages()].into_iter().flatten() {
        if let Ok(counts) = section.counts() {
            assert!(counts.len() * counts.labels().len() * 8 <= 1024 * bytes.len(), "memory beyond its bound");
        }
    }
    judge(&model);
}

fn judge(model: &Model) {
    let mut judge = Judge::new(model, Options::default()).expect("these options are sound");
    let mut decisions = Vec::new();
    if model.text().is_ok() {
        let text = "The tide turned.\nJoin us today!\n© 2020\n漢字, $5\n";
        let document = read::text::document("f".into(), Place::of("f"), text.into(), None);
        decisions.extend(judge.text(&document).expect("it has a section for text").decisions);
    }
    if model.pages().is_ok() {
        let page = "<h1>The tide</h1><p>It turned.<ul class=menu><li><a href=x>Join us</a></ul><p>&copy; 2020<p>漢字, $5";
        decisions.extend(judge.page(units(&parse(page))).expect("it has a section for pages").decisions);
    }
    for decision in decisions {
        assert!(decision.margin.is_finite() && decision.probability > 0.0 && decision.probability < 1.0);
    }
}
